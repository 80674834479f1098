"use strict";
// The query page: an editor over /sparql, with the named queries of /api/queries as examples. Nothing is fetched from elsewhere.

const $ = (id) => document.getElementById(id);
const editor = $("sparql");
const START = "SELECT ?code ?label (COUNT(?finding) AS ?findings)\nWHERE {\n  ?finding ea:aboutFactor ?factor .\n" +
  "  ?factor skos:notation ?code ; skos:prefLabel ?label .\n}\nGROUP BY ?code ?label\nORDER BY DESC(?findings)\nLIMIT 20\n";
const MOST_ROWS = 1000;
let queries = [];
let running = null;
let answer = { columns: [], rows: [] };

function node(name, attributes = {}, ...children) {
  const svg = ["svg", "rect", "text", "g", "title"].includes(name);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Editor

function numberLines() {
  const count = editor.value.split("\n").length;
  $("lines").textContent = Array.from({ length: count }, (_, i) => i + 1).join("\n");
  $("lines").scrollTop = editor.scrollTop;
}

function edited() {
  numberLines();
  const address = "/sparql?query=" + encodeURIComponent(editor.value) + "&format=";
  $("permalink").href = "/query#query=" + encodeURIComponent(editor.value);
  $("as-csv").href = address + "csv";
  $("as-json").href = address + "sparql-json";
  $("as-xml").href = address + "xml";
}

function put(text) {
  editor.value = text;
  edited();
}

// Completion by label

function wordBefore() {
  const before = editor.value.slice(0, editor.selectionStart);
  return /[\p{L}\p{N}_.-]+$/u.exec(before)?.[0] ?? "";
}

async function complete() {
  const word = wordBefore();
  if (!word) return;
  const reply = await fetch("/api/queries/search-labels?text=" + encodeURIComponent(word), { headers: { Accept: "application/json" } });
  if (!reply.ok) return;
  const seen = new Set();
  const found = (await reply.json()).rows.filter((r) => !seen.has(r.thing) && seen.add(r.thing)).slice(0, 50);
  const list = $("completions");
  list.replaceChildren(...found.map((r) => {
    const item = node("li", { role: "option", "aria-selected": "false" }, r.name, node("small", {}, r.kind));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); take(r.thing, word); });
    item.dataset.iri = r.thing;
    return item;
  }));
  list.hidden = !found.length;
  choose(0);
  $("status").textContent = found.length ? "" : `Nothing in the graph is called like “${word}”.`;
}

function choose(index) {
  const items = [...$("completions").children];
  items.forEach((item, i) => item.setAttribute("aria-selected", String(i === (index + items.length) % items.length)));
  chosen()?.scrollIntoView({ block: "nearest" });
}

function chosen() {
  return $("completions").querySelector("[aria-selected=true]");
}

function take(iri, word) {
  $("completions").hidden = true;
  editor.setRangeText(`<${iri}>`, editor.selectionStart - word.length, editor.selectionStart, "end");
  edited();
  editor.focus();
}

function keyed(event) {
  const list = $("completions");
  if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); $("ask").requestSubmit(); return; }
  if (event.ctrlKey && event.code === "Space") { event.preventDefault(); complete(); return; }
  if (list.hidden) return;
  const items = [...list.children];
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) { event.preventDefault(); choose(items.indexOf(chosen()) + steps[event.key]); }
  else if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); take(chosen().dataset.iri, wordBefore()); }
  else if (event.key === "Escape") list.hidden = true;
  else if (event.key.length === 1) list.hidden = true;
}

// Named queries as examples

function exampleChosen() {
  const query = queries.find((q) => q.name === $("example").value);
  $("about").hidden = !query;
  if (!query) return;
  $("description").textContent = query.description;
  $("parameters").replaceChildren(...query.parameters.map((p) => {
    const field = node("input", { name: p.name, value: p.default ?? "", placeholder: p.type === "iri" ? "a label, a code or an address" : "" });
    field.addEventListener("change", fillExample);
    return node("label", {}, `${p.name.replaceAll("_", " ")}: ${p.description}`, field);
  }));
  fillExample();
}

async function fillExample() {
  const query = queries.find((q) => q.name === $("example").value);
  let text = query.sparql;
  for (const p of query.parameters) {
    const value = $("parameters").querySelector(`[name=${p.name}]`).value.trim();
    if (value) text = text.replaceAll(new RegExp(`\\?_${p.name}\\b`, "g"), await term(p, value));
  }
  put(text);
}

async function term(parameter, value) {
  if (parameter.type === "integer") return String(parseInt(value, 10) || 0);
  if (parameter.type !== "iri") return JSON.stringify(value);
  if (/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(value)) return `<${value}>`;
  const reply = await fetch("/api/queries/search-labels?text=" + encodeURIComponent(value));
  const rows = reply.ok ? (await reply.json()).rows : [];
  const exact = rows.find((r) => [r.name, r.found].some((n) => n.toLowerCase() === value.toLowerCase())) ?? rows[0];
  if (!exact) $("status").textContent = `Nothing in the graph is called “${value}”.`;
  return exact ? `<${exact.thing}>` : `?_${parameter.name}`;
}

// Asking

async function run(event) {
  event.preventDefault();
  running?.abort();
  running = new AbortController();
  location.replace($("permalink").href);
  $("stop").disabled = false;
  $("error").hidden = $("chart").hidden = true;
  $("rows").replaceChildren();
  $("status").textContent = "Asking…";
  const began = performance.now();
  try {
    const reply = await fetch("/sparql", {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, text/turtle;q=0.9" },
      body: editor.value,
      signal: running.signal,
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(text);
    show(reply.headers.get("Content-Type"), text, Math.round(performance.now() - began), limits(editor.value));
  } catch (error) {
    $("status").textContent = error.name === "AbortError" ? "Stopped." : "";
    $("error").hidden = error.name === "AbortError";
    $("error").textContent = error.message;
    const where = /line (\d+), column (\d+)/.exec(error.message);
    if (where) moveTo(Number(where[1]), Number(where[2]));
  } finally {
    $("stop").disabled = true;
  }
}

function moveTo(line, column) {
  const lines = editor.value.split("\n");
  const at = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0) + column - 1;
  editor.focus();
  editor.setSelectionRange(at, at + 1);
}

// The numbers that follow LIMIT in a query: as many rows may not be all
function limits(sparql) {
  return [...sparql.matchAll(/\bLIMIT\s+(\d+)/gi)].map((m) => Number(m[1]));
}

function show(kind, text, ms, most) {
  if (kind.startsWith("text/turtle")) {
    $("rows").replaceChildren(node("pre", {}, text));
    $("status").textContent = `${ms} ms`;
    return;
  }
  const said = JSON.parse(text);
  if ("boolean" in said) {
    $("status").textContent = `${said.boolean ? "Yes" : "No"} (${ms} ms)`;
    return;
  }
  answer = { columns: said.head.vars, rows: said.results.bindings };
  const more = most.includes(answer.rows.length) ? ", as many as LIMIT allows: there may be more" : "";
  const cut = answer.rows.length > MOST_ROWS ? `, the first ${MOST_ROWS} are shown` : more;
  $("status").textContent = `${answer.rows.length} row${answer.rows.length === 1 ? "" : "s"}${cut} (${ms} ms)`;
  table();
  chart();
}

const isNumber = (cell) => cell && /#(integer|decimal|double|float|nonNegativeInteger)$/.test(cell.datatype ?? "");

function table() {
  const head = node("tr", {}, ...answer.columns.map((c) => {
    const button = node("button", { type: "button", title: "Sort" }, c);
    button.addEventListener("click", () => sortBy(c));
    return node("th", { scope: "col" }, button);
  }));
  const body = answer.rows.slice(0, MOST_ROWS).map((row) => node("tr", {}, ...answer.columns.map((c) => shown(row[c]))));
  $("rows").replaceChildren(node("table", {}, node("thead", {}, head), node("tbody", {}, ...body)));
}

function shown(cell) {
  const made = node("td", isNumber(cell) ? { class: "number" } : {});
  if (cell?.type === "uri" && /^https?:/.test(cell.value)) {
    made.append(node("a", { href: cell.value, rel: "noreferrer", title: cell.value }, short(cell.value)));
  } else made.append(cell?.value ?? "");
  return made;
}

const short = (iri) => decodeURI(iri).replace(/^https?:\/\/(w3id\.org\/evidence-atlas\/)?/, "");

let sorted = "";

function sortBy(column) {
  const down = sorted === column;
  sorted = down ? "" : column;
  const value = (row) => (isNumber(row[column]) ? Number(row[column].value) : row[column]?.value ?? "");
  answer.rows.sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    return (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y))) * (down ? -1 : 1);
  });
  table();
  chart();
}

// A bar for each of the first 30 rows, where the answer has a name and a number

function chart() {
  const number = answer.columns.find((c) => answer.rows.length && answer.rows.every((r) => !r[c] || isNumber(r[c])) && answer.rows.some((r) => r[c]));
  const names = answer.columns.filter((c) => answer.rows.some((r) => r[c]?.type === "literal" && !isNumber(r[c])));
  const name = names.find((c) => /label|name/i.test(c)) ?? names[0];
  $("chart").hidden = !(number && name && answer.rows.length > 1);
  if ($("chart").hidden) return;
  const rows = answer.rows.slice(0, 30);
  const most = Math.max(...rows.map((r) => Number(r[number]?.value ?? 0)), 1);
  const svg = node("svg", { viewBox: `0 0 800 ${rows.length * 22}`, role: "img", "aria-label": `${number} by ${name}` });
  rows.forEach((row, i) => {
    const value = Number(row[number]?.value ?? 0);
    const label = row[name]?.value ?? "";
    svg.append(
      node("text", { x: 290, y: i * 22 + 15, "text-anchor": "end" }, label.length > 40 ? label.slice(0, 39) + "…" : label),
      node("rect", { x: 300, y: i * 22 + 3, width: Math.max((value / most) * 430, 0), height: 16 }, node("title", {}, `${label}: ${value}`)),
      node("text", { x: 305 + Math.max((value / most) * 430, 0), y: i * 22 + 15 }, String(value)),
    );
  });
  const more = answer.rows.length > rows.length ? `, first ${rows.length} of ${answer.rows.length} rows` : "";
  $("chart").replaceChildren(svg, node("figcaption", {}, `${number} by ${name}${more}`));
}

// Start

async function begin() {
  editor.addEventListener("input", edited);
  editor.addEventListener("scroll", () => { $("lines").scrollTop = editor.scrollTop; });
  editor.addEventListener("keydown", keyed);
  editor.addEventListener("blur", () => { $("completions").hidden = true; });
  $("ask").addEventListener("submit", run);
  $("stop").addEventListener("click", () => running?.abort());
  $("example").addEventListener("change", exampleChosen);
  const given = new URLSearchParams(location.hash.slice(1)).get("query");
  put(given ?? START);
  const reply = await fetch("/api/queries");
  queries = (await reply.json()).filter((q) => !q.tags.includes("site") && !q.tags.includes("page"));
  $("example").append(...queries.map((q) => node("option", { value: q.name }, q.summary)));
  if (given) $("ask").requestSubmit();
}

begin();
