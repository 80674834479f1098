// The review page: shows one item, asks the server, and says what happened. Nothing is kept here: every decision is on the disk first.
"use strict";

const $ = (id) => document.getElementById(id);
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((c) => c !== null && c !== undefined));
  return element;
};
const EFFECT_WORDS = { barrier: "barrier", facilitator: "facilitator", mixed: "both", none: "no effect" };
const VERDICT_WORDS = { accept: "Accepted", reject: "Rejected", revise: "Corrected", unsure: "Unsure" };
const state = { session: null, queue: [], item: null, total: 0, back: [], skipped: new Set(), form: null, place: null, whole: null, busy: false, next: null };

// ---- the server

const token = (() => {
  const given = location.hash.slice(1);
  if (given) { sessionStorage.setItem("evidence-token", given); history.replaceState(null, "", location.pathname); }
  return given || sessionStorage.getItem("evidence-token") || "";
})();

async function ask(path, body) {
  const headers = { "X-Evidence-Token": token };
  const options = body ? { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) } : { headers };
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The server does not answer. What you decided is on the disk; start `evidence review` again and open the address it prints.");
  }
  const answer = await response.json().catch(() => ({ error: "The server's answer was cut off; try again." }));
  if (!response.ok) throw new Error(answer.error || `The server answered ${response.status}.`);
  return answer;
}

/**
 * Runs one action at a time and shows what went wrong; the page stays as it was, so it can be tried again.
 * While one runs, a decision is dropped (it was meant for the item that is about to go), but where to go is kept: the last such wish comes next.
 */
async function act(action, { waits = false } = {}) {
  if (state.busy) {
    if (waits) state.next = action;
    return;
  }
  state.busy = true;
  document.body.setAttribute("aria-busy", "true");
  try {
    await action();
    $("trouble").textContent = "";
  } catch (error) {
    $("trouble").textContent = error.message;
    $("trouble").scrollIntoView({ block: "nearest" });
  } finally {
    state.busy = false;
    document.body.removeAttribute("aria-busy");
  }
  const { next } = state;
  state.next = null;
  if (next) await act(next);
}
const say = (words) => { $("said").textContent = words; };

// ---- the queue

async function loadQueue() {
  const query = new URLSearchParams({ order: $("order").value, show: $("show").value, paper: $("paper").value, after: state.item ? state.item.id : "" });
  const answer = await ask(`api/queue?${query}`);
  state.queue = answer.items;
  state.total = answer.total;
  showProgress(answer);
  showLines();
}

function showProgress({ progress, learned, unlearnt }) {
  $("bar").max = progress.all || 1;
  $("bar").value = progress.done;
  const minutes = progress.seconds === null ? "" : ` · about ${duration(progress.seconds)} left`;
  const expected = progress.expected ? ` · about ${progress.expected} of the suggestions left are likely right` : "";
  const taught = unlearnt ? ` · ${unlearnt}` : learned ? ` · scores learned from ${learned} decisions` : "";
  $("count").textContent = `${progress.done} of ${progress.all} decided${minutes}${expected}${taught}`;
}
const duration = (seconds) => (seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`);

function showLines() {
  $("lines").replaceChildren(...state.queue.map((line) => make("li", {}, lineButton(line))));
  if (state.total > state.queue.length) $("lines").append(make("li", { class: "soft" }, `and ${state.total - state.queue.length} more`));
  $("list-title").textContent = `Items (${state.total})`;
}

function lineButton(line) {
  const verdict = line.verdict ? `${VERDICT_WORDS[line.verdict]}: ` : "";
  const status = line.status === "contested" ? " · contested" : "";
  const button = make("button", { type: "button", "data-item": line.id, "aria-current": state.item && state.item.id === line.id ? "true" : null },
    `${verdict}${line.factor}, ${EFFECT_WORDS[line.effect] || line.effect} · ${paperLabel(line.paper)}${status}`);
  button.addEventListener("click", () => act(() => open(line.id), { waits: true }));
  return button;
}
const paperLabel = (key) => (state.session.papers.find((p) => p.key === key) || { label: key }).label;

/** The next item: the first of the list that was not passed over. */
function nextId() {
  const others = state.queue.filter((line) => !state.item || line.id !== state.item.id);
  const fresh = others.find((line) => !state.skipped.has(line.id));
  if (fresh) return fresh.id;
  state.skipped.clear();
  return others.length ? others[0].id : null;
}

async function advance() {
  await loadQueue();
  const id = nextId();
  if (id) await open(id);
  else showEnd();
}

function showEnd() {
  if (state.queue.length) return;
  state.item = null;
  $("where").textContent = $("show").value === "todo" ? "Everything is decided" : "Nothing to show";
  $("text").replaceChildren();
  $("reading-tools").hidden = $("proposal").hidden = true;
  closeForm();
  showActions();
  $("where").focus();
}

async function open(id) {
  const item = await ask(`api/item?${new URLSearchParams({ id })}`);
  if (state.item && state.item.id !== id) state.back.push(state.item.id);
  state.item = item;
  state.whole = null;
  closeForm();
  showItem();
  $("where").focus({ preventScroll: true });
  scrollTo({ top: 0 });
  uncover($("text").querySelector("mark"));
}

/** Brings an element into view where the bar of decisions or the window's end hides it. */
function uncover(element) {
  const free = innerHeight - $("actions").offsetHeight;
  if (element && element.getBoundingClientRect().bottom > free) element.scrollIntoView({ block: "center" });
}

// ---- one item

function showItem() {
  const item = state.item;
  $("where").textContent = [paperLabel(item.paper), item.section].filter(Boolean).join(" · ");
  $("reading-tools").hidden = !item.paragraphs.length;
  showText();
  $("proposal").hidden = false;
  const from = { finding: "Coding", suggestion: "Suggestion", elsewhere: "Suggestion from elsewhere", reviewer: "Added by a reviewer" }[item.origin];
  $("proposal-title").textContent = adjudicates() ? "Contested" : from;
  $("coding").replaceChildren(...(adjudicates() ? [] : [codingList(item.coding, item)]), ...notes(item));
  showVotes();
  showActions();
  showFactors();
  for (const button of $("lines").querySelectorAll("button")) {
    if (button.dataset.item === item.id) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
  }
}

function codingList(coding, item, other) {
  const factor = state.session.factors.find((f) => f.code === coding.factor);
  const rows = [
    ["Factor", factor ? `${factor.label} (${place(factor)})` : coding.factor, "factor"],
    ["Effect", make("span", { class: `mark ${coding.effect}` }, EFFECT_WORDS[coding.effect] || coding.effect), "effect"],
    ["State", coding.state || "not said", "state"],
    ["Role", coding.role || "not assessed", "role"],
    coding.statement ? ["In own words", coding.statement] : null,
    item && item.cited.length ? ["Rests on", item.cited.map((w) => (w.title ? `${w.label}: ${w.title}` : w.label)).join("; ")] : null,
    item && item.score !== null ? ["Score", scoreWords(item)] : null,
    item && item.evidence.length ? ["Because of", item.evidence.join(", ")] : null,
    item && item.coders ? ["Coded by", item.coders] : null,
  ].filter(Boolean);
  return make("dl", {}, ...rows.flatMap(([term, text, axis]) =>
    [make("dt", {}, term), make("dd", { class: axis && other && coding[axis] !== other[axis] ? "differs" : null }, text)]));
}

function scoreWords({ score, at_first: first }) {
  return first === null || Math.abs(score - first) < 0.02 ? score.toFixed(2) : `${score.toFixed(2)} (at first ${first.toFixed(2)}, before your decisions)`;
}

function place(factor) {
  const level = state.session.levels.find((l) => l.code === factor.level);
  const category = state.session.categories.find((c) => c.code === factor.category);
  return [level, category].filter(Boolean).map((x) => x.label).join(" › ");
}

function notes(item) {
  const factor = state.session.factors.find((f) => f.code === item.coding.factor);
  const lines = [factor && factor.definition ? make("p", { class: "soft" }, factor.definition) : null];
  if (item.outdated) lines.push(make("p", {}, make("b", {}, "It has changed since you decided on it.")));
  if (item.mine) lines.push(make("p", {}, make("b", {}, `You: ${VERDICT_WORDS[item.mine.verdict].toLowerCase()}`), item.mine.reason ? ` – ${item.mine.reason}` : ""));
  return lines.filter(Boolean);
}

function showVotes() {
  const { others } = state.item;
  const pairs = others.map((vote, n) => {
    const other = others[n ? 0 : 1];
    const said = make("p", {}, make("b", {}, VERDICT_WORDS[vote.verdict]), vote.reason ? ` – ${vote.reason}` : "");
    return make("article", { class: "vote" }, make("h3", {}, `${n + 1}. ${vote.reviewer}`), said, vote.verdict === "reject" ? null : codingList(vote, null, other));
  });
  $("votes").replaceChildren(...pairs);
}

function showText() {
  const { item } = state;
  if (item.trouble) { $("text").replaceChildren(make("p", { class: "soft" }, item.trouble)); return; }
  const ranges = [{ start: item.coding.start, end: item.coding.end, kind: "passage" }];
  if (state.form && state.form !== "reject" && state.place) ranges.push({ ...state.place, kind: "chosen" });
  const shown = (state.whole || item.paragraphs).map((p) => paragraphElement(p, ranges));
  $("text").replaceChildren(...shown);
  $("text").classList.toggle("whole", Boolean(state.whole));
  for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", "The whole paper"]]) {
    if (state.whole) $("text").setAttribute(name, value); else $("text").removeAttribute(name);
  }
  $("whole").firstChild.textContent = state.whole ? "Only the paragraph " : "Whole paper ";
}

function paragraphElement(paragraph, ranges) {
  const all = [...ranges, ...paragraph.citations.map((c) => ({ ...c, kind: "cite" }))];
  const parts = segments(paragraph, all).map((s) => {
    let node = document.createTextNode(s.text);
    for (const range of s.inside) {
      if (range.kind === "cite") node = make("span", { class: range.key ? "cite" : "cite lost", title: range.key ? `${range.label}: ${range.title}` : "resolves to no work" }, node);
      else node = make("mark", { class: range.kind }, node);
    }
    return node;
  });
  const holds = ranges.some((r) => r.start < paragraph.end && paragraph.start < r.end);
  return make("p", { "data-start": paragraph.start, class: paragraph.heading ? "heading" : holds ? null : "around" }, ...parts);
}

async function toggleWhole() {
  if (!state.item || !state.item.paragraphs.length) return;
  state.whole = state.whole ? null : (await ask(`api/paper?${new URLSearchParams({ key: state.item.paper })}`)).paragraphs;
  showText();
  const mark = $("text").querySelector("mark");
  if (mark) mark.scrollIntoView({ block: "center" });
}

// ---- deciding

const ACTIONS = [
  { key: "a", words: "Accept", run: () => decide("accept"), when: () => state.item && !adjudicates() },
  { key: "1", words: "Take the first", run: () => take(0), when: adjudicates },
  { key: "2", words: "Take the second", run: () => take(1), when: adjudicates },
  { key: "e", words: "Correct", run: () => openForm("revise"), when: () => state.item },
  { key: "r", words: "Reject", run: () => openForm("reject"), when: () => state.item },
  { key: "u", words: "Unsure", run: () => decide("unsure"), when: () => state.item },
  { key: "m", words: "Add what was missed", run: () => openForm("add"), when: () => state.item && state.item.paragraphs.length },
  { key: "z", words: "Undo", run: undo, when: () => true },
  { key: "k", words: "Back", run: goBack, when: () => true },
  { key: "j", words: "Skip", run: skip, when: () => state.item },
];
const OTHER_KEYS = [
  ["w", "Whole paper or only the paragraph", toggleWhole],
  ["/", "Find a factor in the codebook", () => $("find").focus()],
  ["?", "This list", () => $("help").showModal()],
];
const PLACE_KEYS = { "[": -1, "]": 1, "}": "longer", "{": "shorter" };
function adjudicates() { return Boolean(state.session && state.session.adjudicate && state.item && state.item.others.length > 1); }

function showActions() {
  const buttons = state.form ? [] : ACTIONS.filter((a) => a.when()).map((action) => {
    const button = make("button", { type: "button", "data-key": action.key }, `${action.words} `, make("kbd", {}, action.key.toUpperCase()));
    button.addEventListener("click", () => act(action.run));
    return button;
  });
  $("actions").replaceChildren(...(buttons.length && state.item ? [gist(state.item)] : []), ...buttons);
  $("actions").hidden = Boolean(state.form);
}

/** What is decided on, in a line: the passage may fill the window. */
function gist({ coding }) {
  const factor = state.session.factors.find((f) => f.code === coding.factor);
  if (adjudicates()) return make("p", { class: "gist" }, factor ? factor.label : coding.factor);
  const effect = make("span", { class: `mark ${coding.effect}` }, EFFECT_WORDS[coding.effect] || coding.effect);
  return make("p", { class: "gist" }, make("b", {}, factor ? factor.label : coding.factor), " · ", effect, coding.state ? ` · ${coding.state}` : "");
}

async function decide(verdict, more = {}) {
  const answer = await ask("api/decide", { item: state.item.id, verdict, ...more });
  say(`${VERDICT_WORDS[verdict]}. ${answer.progress.done} of ${answer.progress.all} decided.`);
  await advance();
}

async function take(n) {
  const vote = state.item.others[n];
  const reason = [`with ${vote.reviewer}`, vote.reason].filter(Boolean).join(": ");
  if (vote.verdict === "reject" || vote.verdict === "unsure") { await decide(vote.verdict, { reason }); return; }
  const { coding } = state.item;
  const other = ["factor", "effect", "state", "role", "start", "end"].filter((axis) => vote[axis] !== coding[axis]);
  const changed = Object.fromEntries(other.map((axis) => [axis, vote[axis]]));
  if ("start" in changed || "end" in changed) Object.assign(changed, { start: vote.start, end: vote.end });
  await decide(other.length ? "revise" : "accept", { ...changed, reason });
}

async function undo() {
  const answer = await ask("api/undo", {});
  await loadQueue();
  say(`Undone. ${answer.progress.done} of ${answer.progress.all} decided.`);
  state.skipped.delete(answer.item);
  try { await open(answer.item); } catch { await advance(); }
}

async function skip() {
  state.skipped.add(state.item.id);
  if ($("order").value === "text") await loadQueue();
  const id = nextId();
  if (id) await open(id); else say("There is no other item.");
}

async function goBack() {
  const id = state.back.pop();
  if (!id) { say("There is nothing before this."); return; }
  const here = state.back.length;
  await open(id);
  state.back.length = here;
}

// ---- the form: reject, revise, add

const TITLES = { reject: "Why is it rejected?", revise: "Correct the coding", add: "Add what was missed" };

function openForm(kind) {
  const { item } = state;
  state.form = kind;
  state.opener = document.activeElement;
  state.place = { start: item.coding.start, end: item.coding.end };
  const selected = kind === "add" ? selectedPlace($("text")) : null;
  if (selected) state.place = selected;
  $("form").hidden = false;
  $("form-title").textContent = TITLES[kind];
  $("form-coding").hidden = kind === "reject";
  $("f-reason").value = "";
  $("f-reason").required = kind === "reject";
  $("f-statement").value = kind === "revise" ? item.coding.statement : "";
  $("f-factor").required = kind !== "reject";
  for (const axis of ["factor", "effect", "state", "role"]) $(`f-${axis}`).value = kind === "add" && axis === "factor" ? "" : item.coding[axis];
  $("form").querySelector(".place").hidden = !item.paragraphs.length;
  showDefinition();
  showPlace();
  showActions();
  $("form").scrollIntoView({ block: "nearest" });
  (kind === "reject" ? $("f-reason") : $("f-factor")).focus({ preventScroll: true });
}

function closeForm() {
  const was = state.form;
  state.form = null;
  state.place = null;
  $("form").hidden = true;
  if (was && state.item) showText();
}

function cancelForm() {
  const key = { reject: "r", revise: "e", add: "m" }[state.form];
  closeForm();
  showActions();
  const back = $("actions").querySelector(`[data-key="${key}"]`);
  if (back) back.focus();
}

function showPlace() {
  if (state.form === "reject" || !state.place) return;
  const { start, end } = state.place;
  const shown = state.whole || state.item.paragraphs;
  const words = shown.map((p) => Array.from(p.text).slice(Math.max(0, start - p.start), Math.max(0, end - p.start)).join("")).filter(Boolean).join(" ");
  const letters = Array.from(words);
  $("chosen").textContent = letters.length > 160 ? `${letters.slice(0, 80).join("")} … ${letters.slice(-60).join("")}` : words;
  showText();
}

function movePlace(move) {
  if (!state.form || state.form === "reject" || !state.item.paragraphs.length) return;
  const known = (state.whole || state.item.paragraphs).flatMap((p) => p.sentences);
  state.place = movedPlace(known, state.place, move);
  showPlace();
  say(`Passage: ${$("chosen").textContent}`);
}

function showDefinition() {
  const factor = state.session.factors.find((f) => f.code === $("f-factor").value);
  $("f-definition").textContent = factor ? `${place(factor)}. ${factor.definition}` : "";
}

async function submitForm() {
  const kind = state.form;
  const reason = $("f-reason").value.trim();
  if (kind === "reject") { await decide("reject", { reason }); return; }
  const coding = Object.fromEntries(["factor", "effect", "state", "role", "statement"].map((axis) => [axis, $(`f-${axis}`).value]));
  const { coding: old } = state.item;
  const moved = state.place.start !== old.start || state.place.end !== old.end;
  if (kind === "revise") { await decide("revise", { ...coding, reason, ...(moved ? state.place : {}) }); return; }
  const answer = await ask("api/add", { paper: state.item.paper, ...state.place, ...coding, reason });
  await loadQueue();
  cancelForm();
  say(`Added. ${answer.progress.done} of ${answer.progress.all} decided.`);
}

// ---- the codebook

function showFactors() {
  const wanted = $("find").value.trim().toLowerCase();
  const { session, item } = state;
  const fits = (f) => !wanted || [f.label, f.definition, f.code, ...f.also].some((t) => t.toLowerCase().includes(wanted));
  const parts = session.levels.flatMap((level) => {
    const categories = session.categories.filter((c) => c.level === level.code).flatMap((category) => {
      const factors = session.factors.filter((f) => f.category === category.code && fits(f));
      return factors.length ? [make("h4", {}, category.label), ...factors.map((f) => factorElement(f, item))] : [];
    });
    return categories.length ? [make("h3", {}, level.label), ...categories] : [];
  });
  $("factors").replaceChildren(...(parts.length ? parts : [make("p", {}, "No factor has these words.")]));
  const here = $("factors").querySelector(".here");
  if (here) $("factors").scrollTop = here.offsetTop - $("factors").offsetTop - 40;
}

function factorElement(factor, item) {
  const here = item && item.coding.factor === factor.code;
  const choose = make("button", { type: "button" }, "Use this factor");
  choose.addEventListener("click", () => {
    if (!state.item) return;
    if (!state.form || state.form === "reject") openForm("revise");
    $("f-factor").value = factor.code;
    showDefinition();
    $("f-factor").focus();
  });
  const also = factor.also.length ? make("p", {}, `Also: ${factor.also.join(", ")}`) : null;
  return make("details", { class: here ? "here" : null, open: here }, make("summary", {}, factor.label), make("p", {}, factor.definition || "No definition."), also, make("p", {}, choose));
}

function fillChoices() {
  const { session } = state;
  const groups = session.categories.map((c) => make("optgroup", { label: `${place({ level: c.level, category: c.code })}` },
    ...session.factors.filter((f) => f.category === c.code).map((f) => make("option", { value: f.code }, f.label))));
  $("f-factor").replaceChildren(make("option", { value: "" }, "choose"), ...groups);
  for (const [axis, values, empty] of [["effect", session.effects], ["state", session.states, "not said"], ["role", session.roles, "not assessed"]]) {
    $(`f-${axis}`).replaceChildren(...values.map((v) => make("option", { value: v }, v || empty)));
  }
  $("paper").append(...session.papers.map((p) => make("option", { value: p.key }, p.at_hand ? p.label : `${p.label} (no copy)`)));
}

// ---- keys

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  if (event.key === "Escape" && state.form) { event.preventDefault(); cancelForm(); return; }
  const target = event.target;
  if (target.matches("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape" && target.id === "find") { $("where").focus(); }
    return;
  }
  if (!$("letters").checked) return;
  const run = keyAction(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (run) { event.preventDefault(); run(); }
}

function keyAction(key) {
  if (state.form) return key in PLACE_KEYS ? () => movePlace(PLACE_KEYS[key]) : null;
  const action = ACTIONS.find((a) => a.key === key && a.when());
  if (action) return () => act(action.run);
  const other = OTHER_KEYS.find(([k]) => k === key);
  return other ? () => act(async () => other[2]()) : null;
}

function listKeys() {
  const rows = [...ACTIONS.map((a) => [a.key.toUpperCase(), a.words]), ...OTHER_KEYS.map(([k, words]) => [k.toUpperCase(), words]),
    ["[ ]", "In a form: the sentence before, after"], ["{ }", "In a form: shorter, longer"], ["Enter, Esc", "In a form: save, cancel"]];
  $("keys").replaceChildren(...rows.flatMap(([key, words]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, words)]));
}

async function begin() {
  state.session = await ask("api/session");
  const { session } = state;
  document.title = `Review: ${session.title}`;
  $("title").textContent = session.title;
  const manner = session.blind ? ", blind: nobody else's decisions are shown" : session.adjudicate ? ", adjudicating what is contested" : "";
  $("who").textContent = `Reviewer: ${session.reviewer}${manner}`;
  if (session.adjudicate) $("show").value = "contested";
  if (session.blind) $("show").querySelector('[value="contested"]').remove();
  fillChoices();
  listKeys();
  showFactors();
  await loadQueue();
  if (state.queue.length) await open(state.queue[0].id);
  else showEnd();
  if (session.problems.length) say(`${session.problems.length} problems were met while reading the workspace; \`evidence validate\` lists them.`);
}

document.addEventListener("keydown", onKey);
document.addEventListener("mouseup", () => {
  if (!state.form || state.form === "reject") return;
  const selected = selectedPlace($("text"));
  if (selected) { state.place = selected; showPlace(); }
});
for (const id of ["order", "show", "paper"]) {
  $(id).addEventListener("change", () => act(async () => {
    state.skipped.clear();
    state.item = null;
    await loadQueue();
    if (state.queue.length) await open(state.queue[0].id); else showEnd();
    $(id).focus();
  }, { waits: true }));
}
for (const button of document.querySelectorAll("[data-move]")) {
  const { move } = button.dataset;
  button.addEventListener("click", () => movePlace(Number(move) || move));
}
$("find").addEventListener("input", showFactors);
$("f-factor").addEventListener("change", showDefinition);
$("whole").addEventListener("click", () => act(toggleWhole));
$("cancel").addEventListener("click", cancelForm);
$("help-button").addEventListener("click", () => $("help").showModal());
$("form").addEventListener("submit", (event) => { event.preventDefault(); act(submitForm); });
try {
  $("letters").checked = localStorage.getItem("review-letters") !== "off";
} catch {
  // A browser that keeps nothing: letter keys act.
}
$("letters").addEventListener("change", () => { try { localStorage.setItem("review-letters", $("letters").checked ? "on" : "off"); } catch { /* not kept */ } });
const wide = matchMedia("(min-width: 60rem)");
const fold = () => { $("tools").open = wide.matches; };
wide.addEventListener("change", fold);
fold();
act(begin);
