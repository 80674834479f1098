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

  // "#country=Australia" shows the findings of a cell of the gap map.
  const notice = document.querySelector(".filtered");
  const choose = () => {
    const [, facet, value] = /^#(effect|role|country)=(.+)$/.exec(decodeURIComponent(location.hash)) || [];
    for (const finding of document.querySelectorAll(".finding"))
      finding.hidden = Boolean(facet) && !finding.dataset[facet].split(" ").includes(value);
    for (const group of document.querySelectorAll(".findings, .findings h3")) {
      let findings = group.matches("h3") ? [] : [...group.querySelectorAll(".finding")];
      if (group.matches("h3"))
        for (let next = group.nextElementSibling; next && next.matches(".finding"); next = next.nextElementSibling) findings.push(next);
      group.hidden = findings.every((finding) => finding.hidden);
    }
    notice.hidden = !facet;
    if (facet) notice.querySelector("b").textContent = `${facet} ${value}`;
  };
  if (notice) {
    addEventListener("hashchange", choose);
    choose();
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
  let chosen = -1;
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

  // Whether two words differ by at most `most` letters added, left out, changed or swapped with their neighbour.
  const near = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return false;
    let before = [];
    let last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        const change = last[j - 1] + (a[i - 1] !== b[j - 1]);
        row[j] = Math.min(change, last[j] + 1, row[j - 1] + 1);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return false;
      [before, last] = [last, row];
    }
    return last[b.length] <= most;
  };

  const kinds = { factor: 1.5, category: 1.3, paper: 1.2, work: 1, finding: 0.8 };

  const find = (data, text) => {
    const wanted = fold(text);
    const scores = wanted.map((word) => {
      const most = word.length > 7 ? 2 : word.length > 3 ? 1 : 0;
      const found = new Map();
      for (const [known, entries] of Object.entries(data.words)) {
        const worth = known === word ? 4 : known.startsWith(word) ? 3 : near(word, known, most) || near(word, known.slice(0, word.length), most && 1) ? 1 : 0;
        if (worth) for (const entry of entries) found.set(entry, Math.max(found.get(entry) || 0, worth));
      }
      return found;
    });
    if (!scores.length) return [];
    const rank = ([kind, title], entry) => {
      const inTitle = fold(title);
      const bonus = wanted.filter((word) => inTitle.some((known) => known.startsWith(word))).length;
      return (scores.reduce((sum, found) => sum + found.get(entry), 0) + bonus) * kinds[kind];
    };
    return [...scores[0].keys()]
      .filter((entry) => scores.every((found) => found.has(entry)))
      .map((entry) => [rank(data.entries[entry], entry), entry])
      .sort((a, b) => b[0] - a[0] || a[1] - b[1])
      .slice(0, 20)
      .map(([, entry]) => data.entries[entry]);
  };

  const show = (hits) => {
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.replaceChildren(
      ...hits.map(([kind, title, detail, path], number) => {
        const item = document.createElement("li");
        item.id = `hit-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const link = document.createElement("a");
        link.href = root.dataset.root + path;
        link.tabIndex = -1;
        const name = document.createElement("b");
        name.textContent = title;
        const about = document.createElement("span");
        about.textContent = `${kind} · ${detail}`;
        link.append(name, about);
        item.append(link);
        return item;
      }),
    );
    if (!hits.length && field.value.trim()) {
      const none = document.createElement("li");
      none.textContent = "Nothing found";
      list.append(none);
    }
    list.hidden = !field.value.trim();
    field.setAttribute("aria-expanded", String(!list.hidden));
  };

  const choice = (step) => {
    const options = [...list.querySelectorAll("[role=option]")];
    if (!options.length) return;
    chosen = (chosen + step + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
    options[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[chosen].id);
  };

  field.addEventListener("focus", load, { once: true });
  field.addEventListener("input", () => load().then((data) => show(find(data, field.value))));
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choice(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      const link = (list.querySelector("[aria-selected=true]") || list).querySelector("a");
      if (link && !list.hidden) location.href = link.href;
    } else if (event.key === "Escape") {
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) list.hidden = true;
    else if (event.target.closest("#hits a")) list.hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      field.focus();
    }
  });
})();
