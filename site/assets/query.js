// The query page: named queries and free SPARQL over the graph that travels with the page, answered by Oxigraph inside the browser.
// "#name=QUERY&parameter=VALUE" asks a named query, "#query=TEXT&graph=SHA256" a free one; nothing leaves the page.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const desk = byId("desk");
  const state = byId("state");
  const answer = byId("answer");
  const form = byId("parameters");
  const choice = byId("named");
  const { prefixes, graph } = JSON.parse(byId("query-data").textContent);
  const root = document.documentElement.dataset.root;
  const say = (text, bad) => {
    state.textContent = text;
    state.classList.toggle("bad", Boolean(bad));
  };

  // The named queries stand on the page, readable without scripts; here they become examples.
  const queries = new Map([...document.querySelectorAll("details[data-query]")].map((details) => [details.dataset.query, {
    name: details.dataset.query,
    summary: details.querySelector("summary span").textContent,
    description: details.querySelector("p").firstChild.textContent.trim(),
    parameters: JSON.parse(details.dataset.parameters),
    text: details.querySelector("pre").textContent,
    group: details.parentElement.dataset.group,
  }]));

  // Loading. A page opened from a file may load scripts and nothing else, so store and graph are scripts that hold packed text.
  const load = (name) => new Promise((done, failed) => {
    const script = make("script", { src: `${root}assets/${name}`, onload: done, onerror: () => failed(new Error(`${name} is missing`)) });
    document.head.append(script);
  });
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  };
  const words = (buffer) => new TextDecoder().decode(buffer);

  // The store, in a worker: it can be stopped at any time, and then another one begins, with the graph as it came.
  const store = { worker: null, waiting: new Map(), packed: null, ready: null };
  const tell = (message) => new Promise((done, failed) => {
    const id = performance.now();
    store.waiting.set(id, { done, failed });
    store.worker.postMessage({ id, ...message });
  });
  const startStore = () => {
    const address = URL.createObjectURL(new Blob([store.packed.worker], { type: "text/javascript" }));
    store.worker = new Worker(address);
    URL.revokeObjectURL(address);
    store.worker.onmessage = ({ data: { id, said, error } }) => {
      const { done, failed } = store.waiting.get(id) || {};
      store.waiting.delete(id);
      if (error === undefined) done?.(said);
      else failed?.(new Error(error));
    };
    store.worker.onerror = ({ message }) => stopStore(message || "the store broke down");
    store.ready = tell({ kind: "load", wasm: store.packed.wasm, graph: store.packed.graph });
    return store.ready;
  };
  const stopStore = (why) => {
    store.worker.terminate();
    const waiting = [...store.waiting.values()];
    store.waiting.clear();
    for (const { failed } of waiting) failed(new Error(why));
  };
  const query = async (text, format) => {
    await store.ready;
    return tell({ kind: "query", query: text, format });
  };

  let editor = null;
  let names = [];
  let byName = new Map();
  let labels = new Map();
  let pages = {};

  const select = async (text) => JSON.parse(await query(text, "json"));
  const short = (iri) => {
    const [prefix, space] = Object.entries(prefixes).find(([, space]) => iri.startsWith(space) && /^[\w-]+$/.test(iri.slice(space.length))) || [];
    return prefix === undefined ? "" : `${prefix}:${iri.slice(space.length)}`;
  };

  // Parameters: a value is an IRI, a label, a code or a citation key, as on the command line.
  const kindOf = (parameter) => (/^(.+)_iri$/.exec(parameter.name) || [, parameter.name])[1];
  const resolve = (value, kind) => {
    if (/^[a-z][a-z0-9+.-]*:\S*$/i.test(value)) return value;
    const found = byName.get(value.toLowerCase()) || [];
    const fitting = found.filter((name) => name.kind === kind || (kind === "work" && name.kind === "paper"));
    const [best] = fitting.length ? fitting : found;
    if (!best) throw new Error(`nothing is called “${value}”; choose a name from the list, or give an IRI`);
    return best.thing;
  };
  const escaped = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const quoted = (text) => `"${text.replace(/[\\"\n\r\t]/g, (letter) => escaped[letter])}"`;
  const term = (parameter, value) => {
    switch (parameter.type) {
      case "iri": {
        const iri = resolve(value, kindOf(parameter));
        if (/[\s<>"{}|\\^`]/.test(iri)) throw new Error(`“${iri}” is no IRI`);
        return `<${iri}>`;
      }
      case "integer":
      case "decimal":
        if (!/^-?\d+(\.\d+)?$/.test(value)) throw new Error(`“${value}” is no number, which ${parameter.name} must be`);
        return value;
      case "boolean":
        return /^(true|1|yes)$/i.test(value) ? "true" : "false";
      default:
        return quoted(value);
    }
  };
  const fill = (query, values) => query.text.replace(/\?_([A-Za-z]\w*)/g, (whole, name) => {
    const parameter = query.parameters.find((one) => one.name === name);
    const value = parameter && (values[name] || parameter.default);
    if (parameter && value == null) throw new Error(`a value for ${name.replace("_iri", "")} is missing`);
    return value ? term(parameter, value) : whole;
  });

  // The form of a named query.
  const lists = new Map();
  const suggestions = (kind) => {
    if (!lists.has(kind)) {
      const wanted = names.filter((name) => name.kind === kind || (kind === "work" && name.kind === "paper"));
      const coded = kind === "level" || kind === "category";
      const options = wanted.map((name) => make("option", coded ? { value: name.code, label: name.label } : { value: name.label }));
      const list = make("datalist", { id: `names-${kind}` }, ...options);
      if (options.length) desk.append(list);
      lists.set(kind, options.length ? list.id : "");
    }
    return lists.get(kind);
  };
  const present = (query, values) => {
    byId("about").textContent = query.description;
    form.replaceChildren(...query.parameters.map((parameter) => {
      const field = make("input", { name: parameter.name, value: values[parameter.name] ?? parameter.default ?? "", autocomplete: "off", required: parameter.default == null });
      const list = suggestions(kindOf(parameter));
      if (list) field.setAttribute("list", list);
      return make("label", { title: parameter.description }, `${parameter.name.replace("_iri", "").replaceAll("_", " ")} `, field);
    }));
    form.append(make("button", { textContent: "Ask with these" }));
    form.hidden = !query.parameters.length;
  };
  const given = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()).map(([name, value]) => [name, value.trim()]));

  // The answer as a table. An IRI shows what it is called and leads to its page.
  const most = 500;
  const cell = (value) => {
    if (!value) return "";
    if (value.type !== "uri") return value.value;
    const text = labels.get(value.value) || short(value.value) || value.value.replace(/^.*\/(?=[^/]+$)/, "…/");
    const page = pages[value.value];
    return page ? make("a", { href: root + page, title: value.value, textContent: text }) : make("span", { title: value.value, textContent: text });
  };
  const plain = (value) => (value ? value.value : "");
  const counted = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
  const table = ({ head, results }, all) => {
    const rows = all ? results.bindings : results.bindings.slice(0, most);
    const heading = (name) => {
      const different = new Set(results.bindings.map((row) => plain(row[name])).filter(Boolean)).size;
      return make("th", { scope: "col" }, name, " ", make("span", { className: "soft", textContent: `${different.toLocaleString("en")} different` }));
    };
    const numeric = (value) => value && /(integer|decimal|double|float)$/.test(value.datatype || "");
    const line = (row) => make("tr", {}, ...head.vars.map((name) => make("td", { className: numeric(row[name]) ? "n" : "" }, cell(row[name]))));
    return make("table", { className: "list" },
      make("caption", { className: "unseen", textContent: "The answer" }),
      make("thead", {}, make("tr", {}, ...head.vars.map(heading))),
      make("tbody", {}, ...rows.map(line)));
  };
  const csv = ({ head, results }) => {
    const field = (text) => {
      const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
      return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    return [head.vars, ...results.bindings.map((row) => head.vars.map((name) => plain(row[name])))].map((row) => row.map(field).join(",")).join("\n") + "\n";
  };
  const save = (text, name, type) => {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const button = (text, action) => {
    const made = make("button", { type: "button", textContent: text });
    made.addEventListener("click", action);
    return made;
  };
  const show = (result, name, seconds) => {
    const time = `${seconds < 0.1 ? "less than 0.1" : seconds.toFixed(1)} s`;
    if (typeof result === "string") {
      answer.replaceChildren(make("p", { className: "actions" }, button("Download Turtle", () => save(result, `${name}.ttl`, "text/turtle"))), make("pre", { textContent: result, tabIndex: 0 }));
      return say(`Answered in ${time}.`);
    }
    if ("boolean" in result) {
      answer.replaceChildren(make("p", { className: "standfirst", textContent: result.boolean ? "Yes." : "No." }));
      return say(`Answered in ${time}.`);
    }
    const rows = result.results.bindings.length;
    const region = make("div", { className: "scroll", tabIndex: 0 }, table(result));
    region.setAttribute("role", "group");
    region.setAttribute("aria-label", "Answer");
    const actions = make("p", { className: "actions" }, button("Download CSV", () => save(csv(result), `${name}.csv`, "text/csv")));
    const copy = button("Copy link", () => navigator.clipboard.writeText(location.href).then(() => say("The link is in the clipboard."), () => say(`Copy the address of this page: ${location.href}`)));
    actions.append(" ", copy);
    if (rows > most) {
      const more = button(`Show all ${rows.toLocaleString("en")} rows`, () => {
        region.replaceChildren(table(result, true));
        more.remove();
      });
      actions.append(" ", more);
    }
    answer.replaceChildren(actions, region);
    return say(`${counted(rows, "row", "rows")} in ${time}${rows > most ? `; the first ${most} are shown` : ""}.`);
  };

  // One question at a time: a new one stops the one before.
  let asking = null;
  const halt = (why) => {
    if (!asking) return;
    asking.halted = true;
    stopStore(why);
    startStore().catch((error) => say(`The store cannot start again: ${error.message}`, true));
  };
  const run = async (text, name, remark = "") => {
    halt("a new question was asked");
    const mine = (asking = { halted: false });
    answer.replaceChildren();
    say("Asking …");
    byId("stop").hidden = false;
    const limit = Number(desk.dataset.limit); // seconds
    const clock = setTimeout(() => mine === asking && halt(`it took longer than ${limit} seconds; ask for less, or add a LIMIT`), limit * 1000);
    const begun = performance.now();
    try {
      const said = await query(text, /^\s*(?:(?:#.*|PREFIX\s+\S+\s+\S+|BASE\s+\S+)\s+)*(CONSTRUCT|DESCRIBE)\b/i.test(text) ? "ttl" : "json");
      if (mine !== asking) return;
      show(said.startsWith("{") ? JSON.parse(said) : said, name, (performance.now() - begun) / 1000);
      if (remark) say(`${state.textContent} ${remark}`);
    } catch (error) {
      if (mine === asking) say(mine.halted ? `Stopped: ${error.message}.` : `This query cannot be answered: ${error.message}`, !mine.halted);
    } finally {
      clearTimeout(clock);
      if (mine === asking) {
        asking = null;
        byId("stop").hidden = true;
      }
    }
  };

  // The address says what is asked, so that it can be sent to somebody and the back button works.
  const asked = () => new URLSearchParams(location.hash.slice(1));
  const go = (parameters) => {
    const hash = `#${new URLSearchParams(parameters)}`;
    if (location.hash === hash) follow();
    else location.hash = hash;
  };
  let current = null; // the named query in the form, with the text that it gave
  const submit = () => {
    const text = editor.getValue();
    const values = given();
    try {
      const same = current && (text === current.text || text === fill(current.query, values));
      if (same) go({ name: current.query.name, ...values });
      else go({ query: text, graph: graph.sha256 });
    } catch (error) {
      say(error.message, true);
    }
  };
  const follow = () => {
    const wanted = asked();
    const query = queries.get(wanted.get("name") || "");
    try {
      if (query) {
        const values = Object.fromEntries(wanted);
        choice.value = query.name;
        present(query, values);
        current = { query, text: query.text };
        const missing = query.parameters.some((parameter) => parameter.default == null && !values[parameter.name]);
        if (missing) {
          editor.setValue(query.text);
          answer.replaceChildren();
          form.elements[0].focus();
          return say("Give a value, then ask.");
        }
        current.text = fill(query, values);
        editor.setValue(current.text);
        return run(current.text, query.name);
      }
      if (wanted.get("query")) {
        choice.value = "";
        current = null;
        form.hidden = true;
        byId("about").textContent = "";
        editor.setValue(wanted.get("query"));
        const other = wanted.get("graph") && wanted.get("graph") !== graph.sha256;
        return run(wanted.get("query"), "answer", other ? "The link was made for another version of the graph, so the answer may differ from the one that was meant." : "");
      }
      choice.value = "corpus-summary";
      present(queries.get("corpus-summary"), {});
      current = { query: queries.get("corpus-summary"), text: queries.get("corpus-summary").text };
      editor.setValue(current.text);
      answer.replaceChildren();
      return say("Choose a question or write your own, then ask.");
    } catch (error) {
      return say(error.message, true);
    }
  };

  // Completion by label: nobody remembers IRIs. Ctrl+Space offers everything whose name holds the word before the cursor.
  const complete = (cm) => {
    const cursor = cm.getDoc().getCursor();
    const before = cm.getDoc().getLine(cursor.line).slice(0, cursor.ch);
    const [typed] = /[\p{L}\p{N}_.:-]*$/u.exec(before);
    const wanted = typed.replace(/^.*:/, "").toLowerCase();
    const starts = (name) => Number(!name.label.toLowerCase().startsWith(wanted));
    const found = names.filter((name) => name.label.toLowerCase().includes(wanted) || name.code.toLowerCase().includes(wanted));
    const list = found.sort((a, b) => starts(a) - starts(b) || a.label.localeCompare(b.label)).slice(0, 60)
      .map((name) => ({ text: short(name.thing) || `<${name.thing}>`, displayText: `${name.label} (${name.kind})` }));
    cm.showHint({ completeSingle: false, hint: () => ({ list, from: { line: cursor.line, ch: cursor.ch - typed.length }, to: cursor }) });
  };

  const begin = async () => {
    say("Loading the graph …");
    await Promise.all(["sparql.js", "store.js", "graph-data.js"].map(load));
    const { Yasqe } = window.evidenceSparql;
    const [wasm, trig, known] = await Promise.all([window.evidenceStore.wasm, window.evidenceGraph.data, window.evidenceGraph.pages].map(unpack));
    store.packed = { worker: window.evidenceStore.worker, wasm, graph: trig };
    pages = JSON.parse(words(known));
    delete window.evidenceStore;
    delete window.evidenceGraph;
    await startStore();
    names = (await select(queries.get("page-names").text)).results.bindings.map((row) => Object.fromEntries(["kind", "thing", "label", "code"].map((name) => [name, plain(row[name])])));
    labels = new Map(names.map((name) => [name.thing, name.label]));
    for (const name of names)
      for (const said of [name.label, name.code].filter(Boolean)) byName.set(said.toLowerCase(), [...(byName.get(said.toLowerCase()) || []), name]);

    editor = new Yasqe(byId("editor"), {
      persistenceId: null,
      consumeShareLink: null,
      createShareableLink: null,
      showQueryButton: false,
      resizeable: false,
      autocompleters: [],
      editorHeight: "14rem",
      lineWrapping: true,
      screenReaderLabel: "SPARQL query",
      inputStyle: "contenteditable",
      extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Space": complete, "Ctrl-Enter": submit, "Cmd-Enter": submit, "Ctrl-S": false },
    });
    for (const [group, label] of [["questions", "Questions"], ["pages", "What the pages are made from"]]) {
      const options = [...queries.values()].filter((query) => query.group === group).map((query) => make("option", { value: query.name, textContent: query.summary }));
      choice.append(make("optgroup", { label }, ...options));
    }
    choice.addEventListener("change", () => choice.value && go({ name: choice.value }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = given();
      if (current) go({ name: current.query.name, ...values });
    });
    byId("ask").addEventListener("click", submit);
    byId("stop").addEventListener("click", () => halt("the question was taken back"));
    desk.hidden = false;
    editor.refresh();
    addEventListener("hashchange", follow);
    follow();
    window.evidenceQuery = { editor, select };
  };
  begin().catch((error) => say(`The query editor cannot start here: ${error.message || error}`, true));
})();
