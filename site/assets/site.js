// What every page does with scripts on: theme switch, search, line filters, findings chosen by the address. Pages read well without it.
"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  for (const tool of document.querySelectorAll(".tools, .filter")) tool.hidden = false;

  byId("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // Not kept; the switch still works on this page.
    }
    dispatchEvent(new Event("themechange"));
  });

  // A text field that hides the lines of a table which do not hold its text.
  for (const field of document.querySelectorAll("input[data-filters]")) {
    const lines = [...byId(field.dataset.filters).tBodies[0].rows];
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      let shown = 0;
      for (const line of lines) {
        line.hidden = !line.textContent.toLowerCase().includes(wanted);
        shown += !line.hidden;
      }
      field.parentElement.querySelector("output").textContent = wanted ? `${shown} of ${lines.length}` : "";
    });
  }

  // "#effect=barrier&country=Australia" shows only such findings; cells of the gap map lead here, and so does the form.
  const notice = document.querySelector(".filtered");
  const chooser = document.querySelector(".chooser");
  const wanted = () => [...new URLSearchParams(location.hash.slice(1))].filter(([, value]) => value);
  const fits = (finding, chosen) => chosen.every(([facet, value]) => (finding.dataset[facet] ?? value).split(" ").includes(value));
  const named = (facet, value) => chooser?.querySelector(`[name="${CSS.escape(facet)}"] [value="${CSS.escape(value)}"]`)?.textContent ?? value.replaceAll("-", " ");
  const said = (chosen) => chosen.map(([facet, value]) => `${facet} ${named(facet, value)}`).join(", ");
  // Where nothing is left, what there is with one wish less.
  const nearest = (findings, chosen) => chosen.flatMap((_, n) => {
    const rest = chosen.toSpliced(n, 1);
    const number = rest.length && findings.filter((finding) => fits(finding, rest)).length;
    return number ? [Object.assign(document.createElement("a"), { href: `#${new URLSearchParams(rest)}`, textContent: `${said(rest)}: ${number}` }), ". "] : [];
  });
  const choose = () => {
    const chosen = wanted();
    const findings = [...document.querySelectorAll(".finding")];
    for (const finding of findings) finding.hidden = !fits(finding, chosen);
    for (const group of document.querySelectorAll(".findings, .findings h3")) {
      const inside = group.matches("h3") ? [] : [...group.querySelectorAll(".finding")];
      if (group.matches("h3"))
        for (let next = group.nextElementSibling; next && next.matches(".finding"); next = next.nextElementSibling) inside.push(next);
      group.hidden = inside.every((finding) => finding.hidden);
      if (group.matches("h3")) group.querySelector(".n a").textContent = inside.filter((finding) => !finding.hidden).length;
    }
    notice.hidden = !chosen.length;
    const shown = findings.filter((finding) => !finding.hidden).length;
    notice.querySelector("span").textContent = shown ? `${shown} of the ${findings.length} findings here:` : `None of the ${findings.length} findings here is of this kind:`;
    notice.querySelector("b").textContent = said(chosen);
    notice.querySelector(".near").replaceChildren(...(shown ? [] : nearest(findings, chosen)));
    if (!chooser) return;
    for (const select of chooser.querySelectorAll("select")) select.value = (chosen.find(([facet]) => facet === select.name) || [, ""])[1];
    chooser.querySelector("output").textContent = chosen.length ? `${shown} of ${findings.length} findings` : "";
  };
  if (notice) {
    addEventListener("hashchange", choose);
    choose();
  }
  if (chooser) {
    const put = (values) => {
      location.hash = new URLSearchParams([...values].filter(([, value]) => value)).toString();
    };
    chooser.hidden = false;
    chooser.addEventListener("change", () => put(new FormData(chooser)));
    chooser.addEventListener("reset", () => put([]));
    chooser.addEventListener("submit", (event) => event.preventDefault());
  }

  // The tables of the gap map as tabs.
  const tabs = [...document.querySelectorAll(".tab")];
  const turn = () => {
    const wanted = tabs.find((tab) => `#${tab.id}` === location.hash) || tabs[0];
    for (const tab of tabs) tab.hidden = tab !== wanted;
    for (const link of document.querySelectorAll(".tabs a"))
      link.toggleAttribute("aria-current", link.hash === `#${wanted.id}`);
  };
  if (tabs.length) {
    addEventListener("hashchange", turn);
    turn();
  }

  // Search. The index is scripts, because a page opened from a file may load scripts but no data; each is fetched when it is wanted.
  const field = byId("search");
  const list = byId("hits");
  const parts = new Map();
  const load = (name) => {
    if (!parts.has(name)) {
      parts.set(name, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = `${root.dataset.root}assets/search/${name}.js`;
        script.onload = () => done(window.evidenceSearch[name]);
        script.onerror = failed;
        document.head.append(script);
      }));
    }
    return parts.get(name);
  };
  let index = null;
  const begin = () => (index ??= load("words").then((data) => ({ ...data, words: data.pieces.flatMap((piece, at) => piece.split(" ").map((word, place) => ({ word, at, place }))) })));

  const fold = (text) =>
    (text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) || []).filter((word) => word.length > 1);

  // How many letters must be added, left out, changed or swapped with their neighbour to make one word the other; above `most`, Infinity.
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return Infinity;
    let before = [];
    let last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        const change = last[j - 1] + (a[i - 1] !== b[j - 1]);
        row[j] = Math.min(change, last[j] + 1, row[j - 1] + 1);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return Infinity;
      [before, last] = [last, row];
    }
    return last[b.length] <= most ? last[b.length] : Infinity;
  };

  // What a known word is worth for a wanted one that nothing known begins with: it is the same but for a typo, or begins so.
  const likeness = (wanted, known, most) => {
    const whole = distance(wanted, known, most);
    const beginning = known.length > wanted.length ? 1 + distance(wanted, known.slice(0, wanted.length), most) : Infinity;
    return Math.max(0, 4 - Math.min(whole, beginning));
  };
  const fitting = (all, wanted) => {
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].word < wanted) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (; low < all.length && all[low].word.startsWith(wanted); low++) found.push({ ...all[low], worth: all[low].word === wanted ? 6 : 5 });
    const most = wanted.length > 7 ? 2 : wanted.length > 3 ? 1 : 0;
    if (found.length || !most) return found;
    // Of the first two letters one at least is mostly right.
    const [a, b] = wanted;
    const near = all.filter(({ word }) => word[0] === a || word[1] === b || word[1] === a || word[0] === b);
    const like = near.map((one) => ({ ...one, worth: likeness(wanted, one.word, most) })).filter((one) => one.worth);
    return like.sort((a, b) => b.worth - a.worth).slice(0, 12);
  };

  // Where a word stands: the numbers of entries with it in their title, and elsewhere.
  const known = new Map();
  const places = async ({ word, at, place }) => {
    if (!known.has(word)) {
      const numbers = (steps) => {
        let last = 0;
        return Uint32Array.from(steps ? steps.split(" ") : [], (step) => (last += parseInt(step, 36)));
      };
      known.set(word, (await load(`postings-${at}`))[place].split("|").map(numbers));
    }
    return known.get(word);
  };
  // Entries by number, of those that are left, with what some words are worth in them, 9 times as much in a title.
  const gather = async (words, left) => {
    const found = new Map();
    for (const one of words) {
      const [titles, others] = await places(one);
      for (const [entries, value] of [[titles, 9 * one.worth], [others, one.worth]])
        for (const entry of entries) if ((!left || left.has(entry)) && value > (found.get(entry) || 0)) found.set(entry, value);
    }
    return found;
  };

  const weights = { factor: 1.4, category: 1.3, page: 1.3, country: 1.3, paper: 1.2, finding: 0.8 };
  const shown = 20;
  const find = async (text) => {
    const data = await begin();
    const wanted = [];
    const folded = [...new Set(fold(text))];
    const telling = folded.filter((word) => !data.asking.includes(word));
    const words = telling.length ? telling : folded;
    for (const word of words) wanted.push(await gather(fitting(data.words, word), wanted.at(-1)));
    if (!wanted.length) return [];
    // Where nothing has all the words, what has some of them comes near.
    const whole = wanted.at(-1).size > 0;
    if (!whole) for (const [n, word] of words.entries()) wanted[n] = await gather(fitting(data.words, word));
    const entries = [...new Set(whole ? wanted.at(-1).keys() : wanted.flatMap((found) => [...found.keys()]))];
    const kindOf = (entry) => data.kinds.findLast(([, first]) => first <= entry)[0];
    // A word in the title counts double, and the more of the title is asked for the better.
    const rank = (entry, words) => {
      const values = wanted.map((entries) => entries.get(entry) || 0);
      const all = values.reduce((sum, value) => sum + (value > 6 ? value / 9 : value), 0);
      const title = values.reduce((sum, value) => sum + (value > 6 ? value / 9 : 0), 0);
      return (all + title * (1 + 1 / words)) * (weights[kindOf(entry)] || 1);
    };
    const best = (entries) => entries.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    const likely = best(entries.map((entry) => [rank(entry, 2), entry])).slice(0, 2 * shown);
    const ranked = await Promise.all(likely.map(async ([, entry]) => {
      const [title, detail, path] = (await load(`entries-${Math.floor(entry / data.block)}`))[entry % data.block];
      return [rank(entry, fold(title).length || 1), entry, [kindOf(entry), title, detail, path]];
    }));
    return Object.assign(best(ranked).slice(0, shown).map(([, , found]) => found), { whole });
  };

  const hit = ([kind, title, detail, path]) => {
    const item = document.createElement("li");
    const link = item.appendChild(document.createElement("a"));
    link.href = root.dataset.root + path;
    link.appendChild(document.createElement("b")).textContent = title;
    link.appendChild(document.createElement("span")).textContent = `${kind} · ${detail}`;
    return item;
  };
  const show = (hits) => {
    const told = !hits.length ? "Nothing found" : hits.whole ? `${hits.length} found` : `Nothing has all of these words; what comes nearest:`;
    const note = Object.assign(document.createElement("li"), { textContent: told, className: "soft" });
    list.replaceChildren(...(hits.whole ? [] : [note]), ...hits.map(hit));
    list.hidden = !field.value.trim();
    byId("found").textContent = list.hidden ? "" : told;
  };

  field.addEventListener("focus", begin, { once: true });
  field.addEventListener("input", async () => {
    const asked = field.value;
    const hits = await find(asked);
    if (asked === field.value) show(hits);
  });
  // Arrows walk through what was found, Enter in the field takes the first, Escape closes the list.
  document.querySelector(".search").addEventListener("keydown", (event) => {
    const links = list.hidden ? [] : [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      list.hidden = true;
      field.focus();
    } else if (event.key === "Enter" && at < 0 && links.length) links[0].click();
    else if (event.key === "ArrowDown" && links.length) links[Math.min(at + 1, links.length - 1)].focus();
    else if (event.key === "ArrowUp" && links.length) (links[at - 1] || field).focus();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search") || event.target.closest("#hits a")) list.hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      field.focus();
    }
  });
})();
