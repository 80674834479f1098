// A graph with fixed places: which factor acts on which, which paper cites which work. vis-network draws; the table on the page says the same.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("web-data").textContent);
  const find = document.getElementById("web-find");
  const picture = evidencePicture(data);
  const { state, focus, nodes, ties, stage, make, linked, go } = picture;
  const { ink } = state;

  const looks = {
    increases: () => ({ color: ink.facilitator, dashes: false }),
    decreases: () => ({ color: ink.barrier, dashes: [7, 4] }),
    conditional: () => ({ color: ink.mixed, dashes: [2, 4] }),
    relies: () => ({ color: ink.link, dashes: false }),
    cites: () => ({ color: ink.soft, dashes: [3, 3] }),
  };
  const arrows = data.edges.some((edge) => edge.kind in { increases: 1, decreases: 1, conditional: 1 });
  const matches = (node) => find.value.trim() && node.label.toLowerCase().includes(find.value.trim().toLowerCase());
  const near = (id) => {
    if (focus()) return ties.get(focus()).has(id);
    return !find.value.trim() || matches(nodes.get(id));
  };
  const drawnNode = (node) => {
    const strong = node.id === state.chosen || node.id === state.hovered || matches(node);
    const common = { id: node.id, x: node.x, y: node.y, opacity: near(node.id) ? 1 : 0.25 };
    if (node.radius)
      return { ...common, shape: "dot", size: node.radius, label: strong ? node.label : undefined, color: { background: strong ? ink.link : ink.soft, border: ink.raised, hover: ink.link, highlight: ink.link }, font: { color: ink.ink, face: ink.sans, size: 13, strokeWidth: 4, strokeColor: ink.raised } };
    return { ...common, shape: "box", label: node.label, widthConstraint: { minimum: 210, maximum: 226 }, margin: 6, borderWidth: strong ? 2 : 1,
      color: { background: strong ? ink.sunk : ink.raised, border: strong ? ink.ink : ink.line, hover: ink.sunk, highlight: ink.sunk }, font: { color: ink.ink, face: ink.sans, size: 13 } };
  };
  const drawnEdge = (edge, number) => {
    const lit = focus() && (edge.from === focus() || edge.to === focus());
    const look = looks[edge.kind]();
    const column = nodes.get(edge.from).x === nodes.get(edge.to).x;
    return { id: number, from: edge.from, to: edge.to, hidden: Boolean(focus()) && !lit, dashes: look.dashes, width: (lit ? 1.6 : 0.9) + Math.min(2, 0.4 * (edge.weight - 1)),
      color: { color: look.color, opacity: lit ? 0.95 : 0.35, inherit: false }, arrows: arrows ? { to: { enabled: true, scaleFactor: 0.55 } } : "",
      smooth: column ? { enabled: true, type: "curvedCW", roundness: 0.35 } : { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.45 } };
  };
  const plotted = new vis.DataSet(data.nodes.map(drawnNode));
  const lines = new vis.DataSet(data.edges.map(drawnEdge));
  const ground = (context) => {
    for (const [x, y, text] of data.titles) {
      const big = y === 28;
      context.font = big ? `600 17px ${ink.serif}` : `12px ${ink.sans}`;
      context.fillStyle = big ? ink.ink : ink.soft;
      context.fillText(text, x, y);
    }
  };
  const fit = (network) => {
    // On a phone the picture keeps a size that can be read, and is moved sideways instead.
    const frame = stage.parentElement;
    const width = Math.max(frame.clientWidth, 0.66 * (data.width + 24));
    const scale = Math.min(1.15, width / (data.width + 24));
    const wider = width > frame.clientWidth;
    if (wider) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
    document.getElementById("wider").hidden = !wider;
    network.setSize(`${width}px`, `${Math.ceil((data.height + 12) * scale)}px`);
    network.redraw();
    network.moveTo({ position: { x: data.width / 2, y: data.height / 2 }, scale, animation: false });
  };
  const paint = () => {
    plotted.update(data.nodes.map(drawnNode));
    lines.update(data.edges.map(drawnEdge));
  };

  const most = 60;
  const list = (title, edges, other) => {
    if (!edges.length) return [];
    const items = edges.slice(0, most).map((edge) => {
      const item = make("li");
      const node = nodes.get(edge[other]);
      item.append(linked(node.label, node.href), make("span", "soft", ` ${edge.kind in { relies: 1, cites: 1 } ? "" : edge.kind} `));
      for (const [text, href] of edge.lines) item.append(href ? linked(text, href) : make("span", "soft", text), " ");
      return item;
    });
    const whole = make("ul", "plain");
    whole.append(...items);
    return [make("h3", "", `${title} (${edges.length})`), whole, ...(edges.length > most ? [make("p", "soft", `The first ${most} of ${edges.length}; the table has all.`)] : [])];
  };
  const tell = () => {
    const node = nodes.get(state.chosen);
    if (!node) return picture.present(null);
    return picture.present(node, make("p", "soft", node.about),
      ...list(data.words.out, data.edges.filter((edge) => edge.from === node.id), "to"),
      ...list(data.words.in, data.edges.filter((edge) => edge.to === node.id), "from"));
  };
  document.querySelector(".filters").hidden = false;
  find.addEventListener("input", paint);
  find.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = data.nodes.find(matches);
    if (first) go(first.id);
  });
  const options = { nodes: { fixed: true, physics: false, shadow: false }, edges: { chosen: false } };
  const network = picture.begin({ plotted, lines, options, ground, paint, tell, fit });
  window.evidenceWeb = { network, choose: go };
})();
