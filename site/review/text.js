// Places in a text. The server counts Unicode code points, the browser UTF-16 units; everything here takes and gives code points.
"use strict";

const points = (text) => { let n = 0; for (const _ of text) n++; return n; };

/** Cuts a paragraph at the borders of `ranges` ([{start, end, ...}]): [{text, start, inside: [ranges that cover it]}]. */
function segments(paragraph, ranges) {
  const letters = Array.from(paragraph.text);
  const covering = ranges.filter((r) => r.start < paragraph.end && paragraph.start < r.end);
  const cuts = new Set([paragraph.start, paragraph.end]);
  for (const r of covering) for (const at of [r.start, r.end]) if (at > paragraph.start && at < paragraph.end) cuts.add(at);
  const borders = [...cuts].sort((a, b) => a - b);
  return borders.slice(0, -1).map((start, i) => ({
    start,
    text: letters.slice(start - paragraph.start, borders[i + 1] - paragraph.start).join(""),
    inside: covering.filter((r) => r.start <= start && borders[i + 1] <= r.end),
  }));
}

/** The place of a point of the page in the paper's text, or null outside a paragraph. */
function placeOf(node, offset) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const paragraph = element && element.closest("[data-start]");
  if (!paragraph) return null;
  const before = document.createRange();
  before.setStart(paragraph, 0);
  before.setEnd(node, offset);
  return Number(paragraph.dataset.start) + points(before.toString());
}

/** The selected passage as {start, end}, or null. */
function selectedPlace(root) {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.commonAncestorContainer)) return null;
  const start = placeOf(range.startContainer, range.startOffset);
  const end = placeOf(range.endContainer, range.endOffset);
  return start !== null && end !== null && start < end ? { start, end } : null;
}

/** Moves a place by whole sentences: -1, 1, "longer" or "shorter". */
function movedPlace(sentences, place, move) {
  if (!sentences.length) return place;
  let first = sentences.findIndex(([, end]) => end > place.start);
  if (first < 0) first = sentences.length - 1;
  let last = first;
  while (last + 1 < sentences.length && sentences[last + 1][0] < place.end) last++;
  if (move === "longer") last = Math.min(last + 1, sentences.length - 1);
  else if (move === "shorter") last = Math.max(first, last - 1);
  else first = last = Math.max(0, Math.min(sentences.length - 1, (move < 0 ? first : last) + move));
  return { start: sentences[first][0], end: sentences[last][1] };
}
