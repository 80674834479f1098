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
  const choose = () => {
    const chosen = wanted();
    const findings = [...document.querySelectorAll(".finding")];
    for (const finding of findings)
      finding.hidden = !chosen.every(([facet, value]) => (finding.dataset[facet] ?? value).split(" ").includes(value));
    for (const group of document.querySelectorAll(".findings, .findings h3")) {
      const inside = group.matches("h3") ? [] : [...group.querySelectorAll(".finding")];
      if (group.matches("h3"))
        for (let next = group.nextElementSibling; next && next.matches(".finding"); next = next.nextElementSibling) inside.push(next);
      group.hidden = inside.every((finding) => finding.hidden);
      if (group.matches("h3")) group.querySelector(".n").textContent = inside.filter((finding) => !finding.hidden).length;
    }
    notice.hidden = !chosen.length;
    const shown = findings.filter((finding) => !finding.hidden).length;
    notice.querySelector("span").textContent = shown ? `${shown} of the ${findings.length} findings here:` : `None of the ${findings.length} findings here is of this kind:`;
    notice.querySelector("b").textContent = chosen.map(([facet, value]) => `${facet} ${value.replaceAll("-", " ")}`).join(", ");
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
      link.toggleAttribute("aria-current", link.getAttribute("href") === `#${wanted.id}`);
  };
  if (tabs.length) {
    addEventListener("hashchange", turn);
    turn();
  }

  // Search. The index is a script, because a page opened from a file may load scripts but no data; it is fetched at the first key.
  const field = byId("search");
  const list = byId("hits");
  let index = null;

  const load = () =>
    index ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${root.dataset.root}assets/search-data.js`;
      script.onload = () => done(window.evidenceSearch);
      script.onerror = failed;
      document.head.append(script);
    });

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

  // What a known word is worth for a wanted one: the word itself, its beginning, either with a typo, or nothing.
  const worth = (wanted, known) => {
    if (known === wanted) return 6;
    if (known.startsWith(wanted)) return 5;
    const most = wanted.length > 7 ? 2 : wanted.length > 3 ? 1 : 0;
    if (!most) return 0;
    const whole = distance(wanted, known, most);
    const beginning = known.length > wanted.length ? 1 + distance(wanted, known.slice(0, wanted.length), most) : Infinity;
    return Math.max(0, 4 - Math.min(whole, beginning));
  };

  const kinds = { factor: 1.4, category: 1.3, page: 1.3, country: 1.3, paper: 1.2, finding: 0.8 };

  const find = (data, text) => {
    const vocabulary = Object.keys(data.words);
    const wanted = fold(text).map((word) => {
      const words = new Map(vocabulary.map((known) => [known, worth(word, known)]).filter(([, value]) => value));
      const entries = new Map();
      for (const [known, value] of words) for (const entry of data.words[known]) entries.set(entry, Math.max(entries.get(entry) || 0, value));
      return { words, entries };
    });
    if (!wanted.length) return [];
    // A word in the title counts double, and the more of the title is asked for the better.
    const rank = (entry) => {
      const [kind, title] = data.entries[entry];
      const known = fold(title);
      const inTitle = wanted.map(({ words }) => Math.max(0, ...known.map((word) => words.get(word) || 0)));
      const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
      return (sum(wanted.map(({ entries }) => entries.get(entry))) + sum(inTitle) * (1 + 1 / known.length)) * (kinds[kind] || 1);
    };
    return [...wanted[0].entries.keys()]
      .filter((entry) => wanted.every(({ entries }) => entries.has(entry)))
      .map((entry) => [rank(entry), entry])
      .sort((a, b) => b[0] - a[0] || a[1] - b[1])
      .slice(0, 20)
      .map(([, entry]) => data.entries[entry]);
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
    const told = hits.length ? `${hits.length} found` : "Nothing found";
    const none = Object.assign(document.createElement("li"), { textContent: told });
    list.replaceChildren(...(hits.length ? hits.map(hit) : [none]));
    list.hidden = !field.value.trim();
    byId("found").textContent = list.hidden ? "" : told;
  };

  field.addEventListener("focus", load, { once: true });
  field.addEventListener("input", () => load().then((data) => show(find(data, field.value))));
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
