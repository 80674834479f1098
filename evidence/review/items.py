"""What there is to review, which of it teaches the most, and how much is left."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from statistics import median

from evidence.agreement import Coder, Disagreement, agree
from evidence.decisions import CARRIED, Coding, Decision, coding_of
from evidence.findings.passages import find_passages
from evidence.findings.tables import finding_id
from evidence.inbox import Inbox, Place
from evidence.model import Citation, Codebook, Document, Finding, Suggestion, passage_digest

NO_TIME = "2000-01-01T00:00:00.000000Z"
"""The time of votes that were cast elsewhere."""
PAUSE = 300.0
"""Seconds between two decisions from which on the reviewer is taken to have paused."""


@dataclass(frozen=True)
class Item:
    """Something to decide on. ``score`` is how likely it is to hold (``None``: a person coded it), ``at_first`` how likely the suggester
    said it was, before anything was learned; ``evidence`` is what led it there; ``coders`` who coded it."""

    id: str
    coding: Coding
    origin: str
    score: float | None = None
    evidence: tuple[str, ...] = ()
    coders: str = ""
    at_first: float | None = None

    @property
    def place(self) -> Place:
        """Passage and factor: what makes two suggestions the same for a reviewer."""
        return self.coding.paper, self.coding.start, self.coding.end, self.coding.factor


def items_of(findings: Iterable[Finding], suggestions: Iterable[Item]) -> dict[str, Item]:
    """What there is to review by id: coded findings, then suggestions of what nobody coded there."""
    items = {f.id: Item(f.id, coding_of(f), "finding", coders=f.coder) for f in findings}
    taken = {i.place for i in items.values()}
    for item in suggestions:
        if item.id not in items and item.place not in taken:
            items[item.id] = item
    return items


def with_added(items: Mapping[str, Item], decisions: Iterable[Decision]) -> dict[str, Item]:
    """The items and, behind them, what exists in decisions only: what reviewers added, suggestions that are made no more. These stand
    where they stood when they were first decided on, or where that was carried over to."""
    out = dict(items)
    for d in sorted(decisions, key=lambda d: (d.time, d.id)):
        known = d.item in items or (d.item in out and CARRIED not in d.reason)
        if not known and d.verdict != "undo" and d.coding.factor:
            out[d.item] = Item(d.item, d.coding, d.origin)
    return out


def suggested_items(paper: str, document: Document, citations: Sequence[Citation], suggestions: Iterable[Suggestion]) -> list[Item]:
    """Suggestions for a paper as items; their ids come from content, as those of findings do."""
    return [_suggested(paper, document, citations, s) for s in suggestions]


def _suggested(paper: str, document: Document, citations: Sequence[Citation], s: Suggestion) -> Item:
    works = [citations[i].work for i in s.citations if i < len(citations)]
    cites = tuple(dict.fromkeys(w for w in works if w))
    digest = passage_digest(document.text[s.start : s.end])
    coding = Coding(paper, s.start, s.end, s.factor, s.effect, s.state, s.role, digest, section_at(document, s.start), cites)
    return Item(finding_id(paper, s.start, s.end, s.factor, s.effect), coding, "suggestion", s.score, s.evidence)


def received_items(inbox: Inbox, documents: Mapping[str, Document], citations: Mapping[str, Sequence[Citation]]) -> list[Item]:
    """The suggestions of an inbox whose quotation was found, as items; they cite what is cited in the passage."""
    items = []
    for c in inbox.checked:
        if c.suggestion is None:
            continue
        cited = citations.get(c.paper, ())
        inside = tuple(n for n, one in enumerate(cited) if c.suggestion.start <= one.start < c.suggestion.end)
        item = _suggested(c.paper, documents[c.paper], cited, replace(c.suggestion, citations=inside))
        items.append(replace(item, origin="elsewhere", coding=replace(item.coding, statement=c.received.statement)))
    return items


def votes_of(coders: Sequence[Coder], codebook: Codebook, documents: Mapping[str, Document]) -> tuple[Decision, ...]:
    """What coders disagree on, as decisions of theirs: who coded it accepts their own coding, who saw it and did not rejects it.

    They carry no time, so the same codings give the same decisions, and what adjudicates them can name them."""
    passages = {key: [(p.start, p.end) for p in find_passages(document)] for key, document in documents.items()}
    found = agree(coders, codebook, passages, details=False, rounds=0).disagreements
    return tuple(vote for d in found for vote in _votes(d, documents.get(d.paper)))


def _votes(found: Disagreement, document: Document | None) -> list[Decision]:
    text = document.text[found.start : found.end] if document else ""
    section = section_at(document, found.start) if document else ""
    item = finding_id(found.paper, found.start, found.end, found.factor, "")
    base = Coding(
        found.paper, found.start, found.end, found.factor, "none", passage_sha256=passage_digest(text) if text else "", section=section
    )
    said = {name: replace(base, effect=m["effect"], state=m["state"], role=m["role"]) for name, m in found.markings.items() if m}
    first = next(iter(said.values()))
    votes = [(name, "accept" if name in said else "reject", said.get(name, first)) for name in found.said]
    return [
        Decision(item, verdict, c, name, NO_TIME, c.version, "reviewer", "" if name in said else "not coded") for name, verdict, c in votes
    ]


def section_at(document: Document, offset: int) -> str:
    """The title of the innermost section that holds ``offset``; empty when none does."""
    around = [s for s in document.sections if s.start <= offset < s.end]
    return max(around, key=lambda s: (s.start, s.level)).title if around else ""


def text_order(items: Iterable[Item], after: Item | None = None) -> list[str]:
    """Item ids as they stand in the papers, those behind ``after`` first."""

    def place(item: Item) -> tuple[str, int, int, str]:
        return item.coding.paper, item.coding.start, item.coding.end, item.id

    ordered = sorted(items, key=place)
    behind = bisect_right(ordered, place(after), key=place) if after else 0
    return [item.id for item in (*ordered[behind:], *ordered[:behind])]


def teach_order(items: Iterable[Item], decided: Iterable[str]) -> list[str]:
    """Item ids, those first whose decision teaches the most.

    An item's worth is its uncertainty (1 at a score of 0.5, 0 at 0 and 1; what a person coded counts as certain to 0.75), divided by one
    more than the number of its factor's items decided before or placed before it: uncertainty sampling with diversity over factors
    (Settles 2009, Active Learning Literature Survey, sections 3.1 and 3.6). ``decided`` are the factors of the decided items.
    """
    seen = Counter(decided)
    waiting: dict[str, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda i: (-_uncertainty(i), i.coding.paper, i.coding.start, i.id), reverse=True):
        waiting[item.coding.factor].append(item)

    def best(factor: str) -> tuple[float, str, int, str, str]:
        item = waiting[factor][-1]
        return -_uncertainty(item) / (1 + seen[factor]), item.coding.paper, item.coding.start, item.id, factor

    heap = [best(factor) for factor in waiting]
    heapq.heapify(heap)
    order: list[str] = []
    while heap:
        factor = heapq.heappop(heap)[-1]
        order.append(waiting[factor].pop().id)
        seen[factor] += 1
        if waiting[factor]:
            heapq.heappush(heap, best(factor))
    return order


def _uncertainty(item: Item) -> float:
    """1 at a score of 0.5, 0 at 0 and 1."""
    score = 0.75 if item.score is None else min(1.0, max(0.0, item.score))
    return 1 - abs(2 * score - 1)


def pace(times: Iterable[str]) -> float | None:
    """Seconds a decision takes: the median gap between decisions without pauses; ``None`` before there are three."""
    moments = sorted(datetime.fromisoformat(t) for t in times)
    gaps = [(b - a).total_seconds() for a, b in pairwise(moments)]
    working = [g for g in gaps if g < PAUSE]
    return median(working) if len(working) >= 2 else None
