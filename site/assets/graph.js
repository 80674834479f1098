// The map of factors and studies: vis-network draws what was laid out at build; this file adds marks, filters, the panel and deep links.
"use strict";
(() => {
  // Of a very large field the findings come summed: of each factor, effect and role, how many rest on the studies of which years
  // ("3,a:2" are two findings on studies of the years at places 3 and 10), or were said in which year ("=2004:1") where they rest on none.
  const unsum = (data) => {
    const { factors, effects, roles, dots, rows } = data.summed;
    const years = new Map(data.nodes.map((node) => [node.id, node.year]));
    const edges = new Map();
    data.findings = rows.flatMap(([factor, effect, role, sums]) => sums.split(" ").map((sum) => {
      const [where, n] = sum.split(":");
      const studies = where.startsWith("=") ? [] : where.split(",").map((place) => dots[parseInt(place, 36)]);
      for (const study of studies) edges.set([study, factor, effect].join(), { from: study, to: factors[factor], effect: effects[effect] });
      const told = where.startsWith("=") ? [Number(where.slice(1))] : studies.map((study) => years.get(study));
      return { factor: factors[factor], effect: effects[effect], role: roles[role], studies, years: told.filter(Boolean), countries: [], n: parseInt(n, 36) };
    }));
    data.edges = [...edges.values()];
  };

  const data = JSON.parse(document.getElementById("map-data").textContent);
  const form = document.querySelector(".filters");
  if (data.summed) unsum(data);
  const picture = evidencePicture(data);
  const { state, focus, nodes, ties, stage, make, linked, go } = picture;
  const { ink } = state;

  // What is shown: the findings that pass the filters, and from them the factors and studies.
  let view = {};
  const survey = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const text = wanted.text.trim().toLowerCase();
    const named = (id) => nodes.has(id) && nodes.get(id).label.toLowerCase().includes(text);
    const passes = (finding) =>
      (!wanted.level || nodes.get(finding.factor).level === wanted.level) &&
      (!wanted.effect || finding.effect === wanted.effect) &&
      (!wanted.role || finding.role === (wanted.role === "-" ? "" : wanted.role)) &&
      (!wanted.country || finding.countries.includes(wanted.country)) &&
      ((!wanted.from && !wanted.to) || finding.years.some((year) => year >= (wanted.from || 0) && year <= (wanted.to || 9999))) &&
      (!text || named(finding.factor) || finding.studies.some(named));
    const findings = data.findings.filter(passes);
    const factors = new Map();
    const studies = new Map();
    const put = (groups, key, finding) => groups.set(key, [...(groups.get(key) || []), finding]);
    for (const finding of findings) {
      put(factors, finding.factor, finding);
      for (const study of finding.studies) put(studies, study, finding);
    }
    const filtered = Object.values(wanted).some(Boolean);
    view = { filtered, findings, factors, studies, shows: (node) => !filtered || (node.kind === "factor" ? factors : studies).has(node.id) };
  };

  // Of a very large field the findings come summed (n of each sort), and a dot is all studies of a year; then findings are counted.
  const number = (findings) => findings.reduce((sum, finding) => sum + (finding.n || 1), 0);
  const leaning = (findings) => {
    const count = (effect) => number(findings.filter((finding) => finding.effect === effect));
    const [hinders, helps] = [count("barrier"), count("facilitator")];
    if (!hinders && !helps) return count("mixed") ? "mixed" : "none";
    if (Math.min(hinders, helps) * 2 > Math.max(hinders, helps)) return "mixed";
    return hinders > helps ? "barrier" : "facilitator";
  };
  const studiesOf = (findings) => new Set(findings.flatMap((finding) => finding.studies));
  const measure = (findings) => (data.folded ? number(findings) : studiesOf(findings).size);

  // Drawing. A factor is a line of text with a mark before it, a study a dot; what is not tied to the chosen one steps back.
  let layout = null;
  const fade = (node) => {
    if (focus() && !ties.get(focus()).has(node.id)) return 0.18;
    return view.shows(node) ? 1 : 0.15;
  };
  const marks = {
    barrier: (ctx, x, y, r) => polygon(ctx, [[x - r, y - r * 0.8], [x + r, y - r * 0.8], [x, y + r]]),
    facilitator: (ctx, x, y, r) => polygon(ctx, [[x - r, y + r * 0.8], [x + r, y + r * 0.8], [x, y - r]]),
    mixed: (ctx, x, y, r) => polygon(ctx, [[x - r, y], [x, y - r], [x + r, y], [x, y + r]]),
    none: (ctx, x, y, r) => {
      ctx.beginPath();
      ctx.arc(x, y, r, 0, 2 * Math.PI);
    },
  };
  const polygon = (ctx, points) => {
    ctx.beginPath();
    for (const [x, y] of points) ctx.lineTo(x, y);
    ctx.closePath();
  };
  // A label on one line or, if it must, on two.
  const broken = (ctx, text, width) => {
    const words = text.split(" ");
    let first = words.shift();
    while (words.length && ctx.measureText(`${first} ${words[0]}`).width <= width) first += ` ${words.shift()}`;
    return words.length ? [first, words.join(" ")] : [first];
  };
  const drawFactor = (ctx, node, x, y) => {
    const findings = view.factors.get(node.id) || [];
    const effect = leaning(findings);
    const size = measure(findings);
    const left = x - layout.row[0] / 2;
    ctx.save();
    ctx.globalAlpha = fade(node);
    if (focus() && ties.get(focus()).has(node.id)) {
      ctx.fillStyle = focus() === node.id ? ink.sunk : ink.band; // ties end at the line's edge, not in its text
      ctx.fillRect(left, y - layout.row[1] / 2, layout.row[0], layout.row[1]);
    }
    marks[effect](ctx, left + 14, y, 4 + Math.min(8, (data.folded ? 0.25 : 1.7) * Math.sqrt(size)));
    ctx.fillStyle = ctx.strokeStyle = ink[effect];
    ctx.lineWidth = 1.5;
    if (effect === "none") ctx.stroke();
    else ctx.fill();
    ctx.font = `${node.id === state.chosen ? 600 : 400} 13px ${ink.sans}`;
    ctx.fillStyle = findings.length ? ink.ink : ink.soft;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    const room = layout.row[0] - 54;
    const text = broken(ctx, node.label, room);
    text.forEach((line, number) => ctx.fillText(line, left + 30, y + 1 + (number - (text.length - 1) / 2) * 13, room));
    ctx.font = `12px ${ink.sans}`;
    ctx.fillStyle = ink.soft;
    ctx.textAlign = "right";
    if (size) ctx.fillText(size, left + layout.row[0] - 4, y + 1);
    ctx.restore();
  };
  const drawStudy = (ctx, node, x, y) => {
    const strong = node.id === state.chosen || node.id === state.hovered;
    ctx.save();
    ctx.globalAlpha = fade(node);
    ctx.fillStyle = strong ? ink.link : ink.soft;
    ctx.beginPath();
    if (node.own) ctx.rect(x - 5, y - 5, 10, 10);
    else ctx.arc(x, y, strong ? 6 : 4.5, 0, 2 * Math.PI);
    ctx.fill();
    if (strong) {
      ctx.font = `600 13px ${ink.sans}`;
      ctx.textBaseline = "middle";
      ctx.textAlign = "right";
      const width = ctx.measureText(node.label).width;
      ctx.fillStyle = ink.raised;
      ctx.fillRect(x - width - 16, y - 10, width + 8, 20);
      ctx.fillStyle = ink.ink;
      ctx.fillText(node.label, x - 12, y + 1);
    }
    ctx.restore();
  };
  const renderer = ({ ctx, id, x, y }) => {
    const node = nodes.get(id);
    const factor = node.kind === "factor";
    return {
      drawNode: () => (factor ? drawFactor : drawStudy)(ctx, node, x, y),
      nodeDimensions: factor ? { width: layout.row[0], height: layout.row[1] } : { width: 12, height: 16 },
    };
  };
  const ground = (ctx) => {
    for (const [x, y, width, height] of layout.bands) {
      ctx.fillStyle = ink.band;
      ctx.fillRect(x, y, width, height);
    }
    const styles = { 1: [`600 17px ${ink.serif}`, ink.ink], 2: [`600 12.5px ${ink.sans}`, ink.soft], 3: [`11.5px ${ink.sans}`, ink.soft] };
    for (const [x, y, text, rank] of layout.titles) {
      [ctx.font, ctx.fillStyle] = styles[rank];
      const room = layout.row[0] - 18;
      if (rank === 2 && ctx.measureText(text).width > room) ctx.font = `600 11.5px ${ink.sans}`;
      const fitted = rank === 2 ? broken(ctx, text, room) : [text];
      fitted.forEach((line, number) => ctx.fillText(line, x, y - (fitted.length - 1 - number) * 13, room));
    }
  };

  const plotted = new vis.DataSet();
  const lines = new vis.DataSet();
  const fit = (network) => {
    const name = stage.clientWidth < 640 ? "narrow" : "wide";
    if (layout !== data.layouts[name]) {
      layout = data.layouts[name];
      plotted.update(data.nodes.map((node) => ({ id: node.id, x: name === "wide" ? node.x : node.narrow[0], y: name === "wide" ? node.y : node.narrow[1] })));
    }
    const scale = stage.clientWidth / layout.width;
    const height = Math.ceil(layout.height * scale);
    network.setSize("100%", `${height}px`);
    network.redraw();
    network.moveTo({ position: { x: layout.width / 2, y: layout.height / 2 }, scale, animation: false });
  };
  const edges = () => {
    const shown = focus() ? data.edges.filter((edge) => edge.from === focus() || edge.to === focus()) : [];
    lines.clear();
    lines.add(shown.filter((edge) => view.shows(nodes.get(edge.from)) && view.shows(nodes.get(edge.to)))
      .map((edge) => ({ from: edge.from, to: edge.to, hidden: false, color: { color: ink[edge.effect], opacity: 0.75 }, dashes: edge.effect === "mixed" })));
  };
  let network = null;
  const paint = () => {
    edges();
    network?.redraw();
  };

  // The side panel.
  const card = (finding, withFactor, withEffect) => {
    const [word, sign] = data.effects[finding.effect];
    const item = make("article", `finding ${finding.effect}`);
    const statement = make("p", "statement");
    if (withEffect) statement.append(make("span", `mark ${finding.effect}`, `${sign} ${word}`));
    statement.append(finding.statement);
    const facts = make("p", "facts");
    const parts = [linked([finding.paper, finding.section].filter(Boolean).join(", "), finding.href), data.roles[finding.role], ...finding.countries.filter((country) => country !== "not told")];
    if (withFactor) parts.unshift(linked(nodes.get(finding.factor).label, nodes.get(finding.factor).href));
    parts.forEach((part) => {
      const span = make("span");
      span.append(part);
      facts.append(span, " ");
    });
    item.append(statement, facts);
    return item;
  };
  const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
  const most = 60;
  const overview = () => {
    const all = view.findings;
    if (data.folded) return [make("h2", "", count(number(all), "finding", "findings")), make("p", "soft", "Choose a factor to go to what they say.")];
    const heading = make("h2", "", all.length > most ? `The first ${most} of ${all.length} findings` : count(all.length, "finding", "findings"));
    return [heading, ...all.slice(0, most).map((finding) => card(finding, true, true))];
  };
  const tell = () => {
    const node = nodes.get(state.chosen);
    if (!node) return picture.present(null, ...(view.filtered ? overview() : []));
    const factor = node.kind === "factor";
    const findings = (factor ? view.factors : view.studies).get(node.id) || [];
    const groups = Object.entries(data.effects).map(([effect, [word, sign]]) => [effect, `${sign} ${word}`, findings.filter((finding) => finding.effect === effect)]);
    if (data.folded) {
      const sums = groups.map(([effect, name, group]) => make("p", `mark ${effect}`, `${name}: ${count(number(group), "finding", "findings")}`));
      return picture.present(node, ...sums, make("p", "soft", factor ? "The page of the factor has them all." : node.detail));
    }
    const about = factor
      ? `${node.level}: ${count(findings.length, "finding", "findings")} from ${count(studiesOf(findings).size, "independent study", "independent studies")}${view.filtered ? ", as filtered" : ""}`
      : [node.detail || "design and country not known", count(findings.length, "finding rests on it", "findings rest on it")].join("; ");
    const told = groups.filter(([, , group]) => group.length)
      .flatMap(([effect, name, group]) => [make("h3", effect, `${name} (${group.length})`), ...group.map((finding) => card(finding, !factor))]);
    return picture.present(node, make("p", "soft", about), ...told);
  };

  // The table below says the same, filtered the same way.
  const rows = [...document.querySelectorAll("#twin tbody tr")];
  // A number leads to its query as long as the filters are ones that a query knows.
  const tally = (cell, number, name, values) => {
    const wanted = Object.fromEntries(new FormData(form));
    const asked = { name, ...values, ...(name === "page-findings-where" ? { role: wanted.role, country: wanted.country } : {}) };
    const known = !wanted.text.trim() && !wanted.from && !wanted.to && (name === "page-findings-where" || !view.filtered);
    const link = cell.firstElementChild;
    link.textContent = number;
    if (known) link.href = `query.html#${new URLSearchParams(Object.entries(asked).filter(([, value]) => value))}`;
    else link.removeAttribute("href");
  };
  const tabulate = () => {
    for (const row of rows) {
      const findings = view.factors.get(row.dataset.factor) || [];
      row.hidden = view.filtered && !findings.length;
      for (const cell of row.querySelectorAll("td[data-effect]")) tally(cell, number(findings.filter((finding) => finding.effect === cell.dataset.effect)), "page-findings-where", { factor_iri: row.dataset.factor, effect: cell.dataset.effect });
      if (!data.folded) tally(row.querySelector("[data-studies]"), studiesOf(findings).size, "studies-behind-factor", { factor_iri: row.dataset.factor });
      const tied = studiesOf(findings);
      for (const item of row.querySelectorAll("[data-study]")) item.hidden = !tied.has(item.dataset.study);
    }
    form.querySelector("output").textContent = view.filtered ? `${number(view.findings)} of ${number(data.findings)} findings` : "";
  };
  const refresh = () => {
    survey();
    tabulate();
    tell();
    paint();
  };

  for (const country of [...new Set(data.findings.flatMap((finding) => finding.countries))].sort()) form.elements.country.add(new Option(country));
  form.hidden = false;
  form.addEventListener("input", refresh);
  form.addEventListener("reset", () => setTimeout(refresh));
  form.addEventListener("submit", (event) => event.preventDefault());
  survey();
  const options = {
    nodes: { shape: "custom", ctxRenderer: renderer, fixed: true, physics: false },
    edges: { hidden: true, width: 1.2, smooth: { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 }, color: { inherit: false }, chosen: false },
  };
  network = picture.begin({ plotted, lines, options, ground, paint, tell, fit });
  if (state.chosen) {
    const { x, y } = network.canvasToDOM(network.getPosition(state.chosen));
    if (x >= 0) scrollTo({ top: Math.max(0, stage.getBoundingClientRect().top + scrollY + y - innerHeight / 2) });
  }
  window.evidenceMap = { network, choose: go };
})();
