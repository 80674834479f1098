"""A review session: what the page is told and what it may ask for. Every decision is on the disk before the page hears of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from evidence.agreement import Coder
from evidence.decisions import (
    Coding,
    Decision,
    Standing,
    append_decision,
    current,
    decisions_file,
    next_time,
    read_all_decisions,
    standings,
    withdrawn,
)
from evidence.documents import paragraphs, sentences
from evidence.findings.tables import finding_id
from evidence.graph import short_cite
from evidence.inbox import Inbox, Place, read_inbox
from evidence.model import EFFECTS, ROLES, STATES, Citation, Document, Problem, Suggestion, passage_digest
from evidence.papers import find_papers
from evidence.pipeline import Corpus, read_corpus
from evidence.review.items import (
    Item,
    items_of,
    pace,
    received_items,
    section_at,
    suggested_items,
    teach_order,
    text_order,
    votes_of,
    with_added,
)
from evidence.review.learning import RAISED, Example, candidates_of, examples_of, learned_scores
from evidence.workspace import Workspace

Json = dict[str, Any]
Suggest = Callable[[str, Document, Sequence[Citation]], Iterable[Suggestion]]
"""Paper key, document and citations to suggestions."""

LONGEST_TEXT = 2000
"""Characters of a reason or a statement."""

_EFFECT_WORDS = {"barrier": "a barrier", "facilitator": "a facilitator", "mixed": "helps and hinders", "none": "no effect"}

MOST_LINES = 200
"""Items of a list that the page is told at once."""


class ReviewError(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Material:
    """What is reviewed: the corpus, the papers at hand by key, the suggestions, what was met while reading, how to find what may be
    suggested once something was learned, and whether anything is to be learned."""

    corpus: Corpus
    documents: Mapping[str, Document]
    suggestions: tuple[Item, ...]
    votes: tuple[Decision, ...]
    problems: tuple[Problem, ...]
    consider: Callable[[], Sequence[Item]] = tuple
    learns: bool = False


def open_session(
    workspace: Workspace, reviewer: str, folders: Sequence[Path] = (), *,
    suggest: Suggest | None = None, consider: Suggest | None = None, learns: bool = False,
    inbox: Path | None = None, codings: Sequence[Coder] = (), blind: bool = False, adjudicate: bool = False,
) -> Session:  # fmt: skip
    """A session for a reviewer over all a workspace holds.

    ``folders`` are further folders with copies of the papers; ``suggest`` proposes findings for each paper at hand, ``consider`` also less
    likely ones, which come up if what is decided makes them likely (``learns``); ``inbox`` is a file or folder of suggestions from
    elsewhere. ``blind`` hides what others decided; ``adjudicate`` shows only what is contested; ``codings`` are
    coders who worked elsewhere, whose disagreements are to be adjudicated as well. Raises ``ReviewError``.
    """
    if blind and adjudicate:
        raise ReviewError("who adjudicates must see both sides; leave out --blind or --adjudicate")
    try:
        path = decisions_file(workspace.decisions, reviewer)
    except ValueError as error:
        raise ReviewError(str(error)) from error
    learns = learns and not adjudicate
    corpus = read_corpus(workspace)
    copies, problems = find_papers((*workspace.paper_folders, *folders), workspace.policies)
    documents = {key: copy.document for key, copy in copies.items()}
    received = read_inbox(inbox, documents, corpus.codebook) if inbox and inbox.exists() else Inbox((), 0, ())
    suggestions = received_items(received, documents, corpus.citations) + _suggested(suggest, documents, corpus.citations)
    try:
        votes = votes_of(codings, corpus.codebook, documents) if codings else ()
    except ValueError as error:
        raise ReviewError(f"the codings cannot be compared: {error}") from error
    problems = (*corpus.problems, *problems, *received.problems)
    considered = partial(_suggested, consider, documents, corpus.citations)
    material = Material(corpus, documents, tuple(suggestions), votes, problems, considered, learns)
    return Session(workspace, material, reviewer, path, blind=blind, adjudicate=adjudicate)


def _suggested(suggest: Suggest | None, documents: Mapping[str, Document], citations: Mapping[str, Sequence[Citation]]) -> list[Item]:
    """What is suggested for all papers at hand, as items."""
    items: list[Item] = []
    for key, document in documents.items() if suggest else ():
        cited = citations.get(key, ())
        items += suggested_items(key, document, cited, suggest(key, document, cited) if suggest else ())
    return items


class Session:
    """One reviewer at work. Methods are called from several threads; each answers with what JSON can hold."""

    def __init__(self, workspace: Workspace, material: Material, reviewer: str, path: Path, *, blind: bool, adjudicate: bool) -> None:
        self.reviewer, self.blind, self.adjudicate = reviewer, blind, adjudicate
        self._workspace, self._material, self._path = workspace, material, path
        self._lock = threading.RLock()
        self._stamp: tuple[object, ...] | None = None
        self._decisions: tuple[Decision, ...] = ()
        self._problems: tuple[Problem, ...] = ()
        self._items: dict[str, Item] = {}
        self._standings: dict[str, Standing] = {}
        self._votes: dict[str, dict[str, Decision]] = {}
        self._reopened: set[str] = set()
        self._settled: set[Place] = set()
        self._learned: tuple[tuple[str, bool], ...] = ()
        self._learning, self._considered, self._unlearnt = False, False, ""
        self._paragraphs = {key: paragraphs(document) for key, document in material.documents.items()}
        self._coded = [f for coded in material.corpus.findings.values() for f in coded]
        self._given = items_of(self._coded, material.suggestions)
        self._offered = dict(self._given)
        self._present = {id_: item.coding.version for id_, item in self._given.items()}
        self._refresh()
        self._learn()

    # ---- what the page asks for

    def overview(self) -> Json:
        """The session: who reviews what with which codebook."""
        corpus = self._material.corpus
        book = corpus.codebook
        levels = [{"code": x.code, "label": x.label, "definition": x.definition} for x in book.levels]
        categories = [{"code": x.code, "label": x.label, "level": x.level, "definition": x.definition} for x in book.categories]
        factors = [
            {"code": f.code, "label": f.label, "level": f.level, "category": f.category, "definition": f.definition, "also": f.synonyms}
            for f in book.factors
        ]
        papers = [{"key": w.key, "label": short_cite(w.csl, w.key), "at_hand": w.key in self._material.documents} for w in corpus.papers]
        return {
            "title": self._workspace.title, "reviewer": self.reviewer, "blind": self.blind, "adjudicate": self.adjudicate,
            "levels": levels, "categories": categories, "factors": factors, "papers": papers,
            "effects": EFFECTS, "states": STATES, "roles": ROLES,
            "problems": [str(p) for p in (*self._material.problems, *self._problems) if p.severity == "error"][:50],
        }  # fmt: skip

    def queue(self, order: str = "teach", show: str = "todo", paper: str = "", after: str = "") -> Json:
        """The first ``MOST_LINES`` items to show, in order, how many there are, and the progress.

        ``show`` is todo, mine, contested or all; ``order`` is teach or text; in the text's order those behind ``after`` come first.
        """
        with self._lock:
            self._refresh()
            chosen = [i for i in self._reviewed() if self._shown(i, show) and paper in ("", i.coding.paper)]
            if show == "mine":
                ids = sorted((i.id for i in chosen), key=lambda id_: self._votes[id_][self.reviewer].time, reverse=True)
            elif order == "text":
                ids = text_order(chosen, self._items.get(after))
            else:
                ids = teach_order(chosen, [self._items[i].coding.factor for i in self._votes if self._mine(i) and i in self._items])
            lines = [self._line(self._items[i]) for i in ids[:MOST_LINES]]
            learned = {"learned": len(self._learned), "unlearnt": self._unlearnt}
            return {"items": lines, "total": len(ids), "progress": self._progress(), **learned}

    def item(self, id_: str) -> Json:
        """An item with its passage, the paragraph around it, and what was decided. Raises ``ReviewError`` for an unknown id."""
        with self._lock:
            self._refresh()
            return self._item(self._known(id_))

    def paper(self, key: str) -> Json:
        """All paragraphs of a paper. Raises ``ReviewError`` when it is not at hand."""
        if key not in self._material.documents:
            raise ReviewError(f"no copy of `{key}` is at hand; start the review with --papers FOLDER")
        with self._lock:
            return {"key": key, "paragraphs": [self._paragraph(key, span) for span in self._paragraphs[key]]}

    # ---- what the page decides

    def decide(self, said: Json) -> Json:
        """Records a decision on an item: ``item``, ``verdict``, for a revision the corrected coding, ``reason``.

        Raises ``ReviewError`` for what cannot be decided so, ``OSError`` when it cannot be written.
        """
        with self._lock:
            self._refresh()
            item, verdict = self._known(_text(said, "item")), _text(said, "verdict")
            if verdict not in ("accept", "reject", "revise", "unsure"):
                raise ReviewError(f"verdict `{verdict}` must be accept, reject, revise or unsure")
            reason = _text(said, "reason")
            if verdict == "reject" and not reason:
                raise ReviewError("say why it is rejected; the next reader has only the reason")
            coding = self._corrected(item.coding, said) if verdict == "revise" else item.coding
            if verdict == "revise" and not reason:
                reason = _difference(item.coding, coding)
            if verdict in ("accept", "revise"):
                coding = self._stated(coding)
            about = tuple(d.id for d in self._open_votes(item.id) if d.reviewer != self.reviewer) if self.adjudicate else ()
            about = about if len(about) > 1 else ()
            return self._record(Decision(item.id, verdict, coding, self.reviewer, "", item.coding.version, item.origin, reason, about))

    def add(self, said: Json) -> Json:
        """Records a finding that was missed: ``paper``, ``start``, ``end``, ``factor``, ``effect``, ``state``, ``role``, ``statement``.

        Raises ``ReviewError`` and ``OSError`` as ``decide`` does.
        """
        with self._lock:
            self._refresh()
            paper = _text(said, "paper")
            if paper not in self._material.documents:
                raise ReviewError(f"no copy of `{paper}` is at hand, so nothing can be selected in it")
            coding = self._stated(self._corrected(Coding(paper, 0, 0, "", ""), said))
            id_ = finding_id(paper, coding.start, coding.end, coding.factor, coding.effect)
            if self._mine(id_):
                raise ReviewError("you have decided on this very finding already")
            origin = self._items[id_].origin if id_ in self._items else "reviewer"
            return self._record(Decision(id_, "accept", coding, self.reviewer, "", coding.version, origin, _text(said, "reason")))

    def undo(self, said: Json) -> Json:
        """Takes back a decision of the reviewer's: the one on ``item``, or the last. Raises ``ReviewError`` when there is none."""
        with self._lock:
            self._refresh()
            gone = withdrawn(self._decisions)
            own = [d for d in self._decisions if d.reviewer == self.reviewer and d.verdict != "undo" and d.id not in gone]
            own = [d for d in own if _text(said, "item") in ("", d.item)]
            if not own:
                raise ReviewError("there is nothing to undo")
            last = max(own, key=lambda d: (d.time, d.id))
            return self._record(replace(last, verdict="undo", about=(last.id,), reason=""))

    # ---- inside

    def _record(self, decision: Decision) -> Json:
        made = replace(decision, time=next_time(self._decisions, self.reviewer))
        append_decision(self._path, made)
        self._refresh()
        self._learn()
        return {"item": made.item, "decision": made.id, "progress": self._progress()}

    def _refresh(self) -> None:
        """Reads the decisions again when a file changed: another clone was merged, another reviewer decided."""
        files = sorted(self._workspace.decisions.glob("*.csv"))
        stamp = tuple((p.name, s.st_mtime_ns, s.st_size) for p in files for s in [p.stat()])
        if stamp == self._stamp:
            return
        self._stamp = stamp
        written, self._problems = read_all_decisions(self._workspace.decisions, self._workspace.name)
        self._decisions = (*self._material.votes, *written)
        seen = [d for d in self._decisions if not self.blind or d.reviewer == self.reviewer]
        gone = withdrawn(seen)
        self._seen = [d for d in seen if d.id not in gone]
        self._items = with_added(self._given, self._seen)
        self._standings = standings(seen, self._present)
        self._votes = current(seen)
        codings = (d.coding for votes in self._votes.values() for d in votes.values())
        self._settled = {(c.paper, c.start, c.end, c.factor) for c in codings}
        own = self.reviewer
        self._reopened = {id_ for id_, s in self._standings.items() if any(d.reviewer == own for d in s.outdated)}

    # ---- learning

    def _learn(self) -> None:
        """Begins to learn from what was decided, in the background, unless that is going on."""
        if self._material.learns and not self._learning and self._lesson() is not None:
            self._learning = True
            threading.Thread(target=self._learn_on, daemon=True).start()

    def _learn_on(self) -> None:
        """Learns until nothing new was decided meanwhile. The items stay, with other scores; candidates that became likely join them."""
        try:
            self._consider()
            while self._learn_once():
                pass
        except Exception as error:  # noqa: BLE001 - the end of a thread: what goes wrong here must be told, and must not end a review
            with self._lock:
                self._unlearnt = f"nothing more is learned: {type(error).__name__} {error}"

    def _consider(self) -> None:
        """Finds the candidates, the first time."""
        if not self._considered:
            candidates = candidates_of(self._material.suggestions, self._material.consider())
            with self._lock:
                self._offered = items_of(self._coded, (*self._material.suggestions, *candidates))
                self._considered = True

    def _learn_once(self) -> bool:
        """Learns what is new; whether there was anything."""
        with self._lock:
            lesson, items = self._lesson(), list(self._offered.values())
            self._learning = lesson is not None
        if lesson is None:
            return False
        started = time.perf_counter()
        scores = learned_scores(items, lesson, self._material.documents)
        with self._lock:
            self._learned = _gist(lesson)
            self._take_over(scores)
        time.sleep(min(5.0, 3 * (time.perf_counter() - started)))
        return True

    def _lesson(self) -> list[Example] | None:
        """What the decisions teach; ``None`` when that is known already."""
        examples = examples_of((d for votes in self._votes.values() for d in votes.values()), {**self._items, **self._offered})
        return None if _gist(examples) == self._learned else examples

    def _take_over(self, scores: Mapping[str, float]) -> None:
        """Gives the suggestions their learned scores, and brings up candidates that became likely."""
        for id_, item in self._offered.items():
            if item.score is not None and (id_ in self._given or scores[id_] >= RAISED):
                self._given[id_] = replace(item, score=scores[id_], at_first=item.score)
                self._present[id_] = item.coding.version
        self._items = with_added(self._given, self._seen)
        self._standings |= {id_: Standing("unreviewed", None) for id_ in self._given.keys() - self._standings.keys()}

    # ---- what is known

    def _known(self, id_: str) -> Item:
        if id_ not in self._items:
            raise ReviewError(f"there is no item `{id_}`; load the page anew")
        return self._items[id_]

    def _corrected(self, coding: Coding, said: Json) -> Coding:
        """A coding with what the page corrected. Raises ``ReviewError`` naming what is wrong."""
        words: Json = {name: _text(said, name) for name in ("factor", "effect", "state", "role", "statement") if name in said}
        corrected = replace(coding, **words)
        if self._material.corpus.codebook.factor(corrected.factor) is None:
            raise ReviewError(f"factor `{corrected.factor}` is not in the codebook; choose one" if corrected.factor else "choose a factor")
        for name, allowed in (("effect", EFFECTS), ("state", STATES), ("role", ROLES)):
            if getattr(corrected, name) not in allowed:
                raise ReviewError(f"{name} must be one of {', '.join(a for a in allowed if a)}")
        if "start" not in said and "end" not in said:
            return corrected
        return self._placed(corrected, said.get("start"), said.get("end"))

    def _stated(self, coding: Coding) -> Coding:
        """A coding with a statement: where nobody said it in words of their own, factor and effect say it."""
        factor = self._material.corpus.codebook.factor(coding.factor)
        if coding.statement or factor is None:
            return coding
        lacking = " (lacking)" if coding.state == "lacking" else ""
        return replace(coding, statement=f"{factor.label}{lacking}: {_EFFECT_WORDS[coding.effect]}.")

    def _placed(self, coding: Coding, start: object, end: object) -> Coding:
        document = self._material.documents.get(coding.paper)
        if document is None:
            raise ReviewError(f"no copy of `{coding.paper}` is at hand, so its passage cannot be changed")
        if not (type(start) is int and type(end) is int and 0 <= start < end <= len(document.text)):
            raise ReviewError(f"{start}-{end} is no passage of a text of {len(document.text)} characters")
        passage = document.text[start:end]
        start, end = start + len(passage) - len(passage.lstrip()), end - len(passage) + len(passage.rstrip())
        if start >= end:
            raise ReviewError("the selected passage is empty")
        inside = [c for c in self._material.corpus.citations.get(coding.paper, ()) if start <= c.start < end]
        cites = tuple(dict.fromkeys(c.work for c in inside if c.work))
        digest = passage_digest(document.text[start:end])
        return replace(coding, start=start, end=end, passage_sha256=digest, section=section_at(document, start), cites=cites)

    def _reviewed(self) -> list[Item]:
        """What this session is about: everything (but no suggestion of what was decided under another name), or what is contested and what
        this reviewer has adjudicated."""
        if not self.adjudicate:
            return [i for i in self._items.values() if i.id in self._votes or i.score is None or i.place not in self._settled]
        return [i for i in self._items.values() if self._standings[i.id].status == "contested" or self._mine(i.id)]

    def _shown(self, item: Item, show: str) -> bool:
        if show == "mine":
            return self._mine(item.id) is not None
        if show == "contested":
            return self._standings[item.id].status == "contested"
        return show == "all" or self._is_left(item.id)

    def _is_left(self, id_: str) -> bool:
        """Whether this reviewer has yet to decide: they never did, or the item changed since."""
        return not self._mine(id_) or id_ in self._reopened

    def _mine(self, id_: str) -> Decision | None:
        return self._votes.get(id_, {}).get(self.reviewer)

    def _open_votes(self, id_: str) -> tuple[Decision, ...]:
        standing = self._standings.get(id_)
        return standing.votes if standing else ()

    def _progress(self) -> Json:
        """How far the reviewer is: done, all, suggestions expected to be accepted yet, seconds left (``None``: too early)."""
        items = self._reviewed()
        left = [i for i in items if self._is_left(i.id)]
        seconds = pace(d.time for d in self._decisions if d.reviewer == self.reviewer)
        expected = sum(i.score for i in left if i.score is not None)
        return {
            "done": len(items) - len(left),
            "all": len(items),
            "expected": round(expected),
            "seconds": None if seconds is None else round(seconds * len(left)),
        }

    def _line(self, item: Item) -> Json:
        mine = self._mine(item.id)
        factor = self._material.corpus.codebook.factor(item.coding.factor)
        status = self._standings[item.id].status
        return {
            "id": item.id, "paper": item.coding.paper, "section": item.coding.section, "origin": item.origin,
            "factor": factor.label if factor else item.coding.factor, "effect": item.coding.effect,
            "verdict": mine.verdict if mine else "", "status": "" if self.blind else status,
        }  # fmt: skip

    def _item(self, item: Item) -> Json:
        coding = item.coding
        mine = self._mine(item.id)
        others = [_vote(d) for d in self._votes.get(item.id, {}).values() if d.reviewer != self.reviewer]
        works = self._material.corpus.works
        return self._line(item) | {
            "coding": vars(coding) | {"cites": list(coding.cites)},
            "cited": [_cited(key, works[key].csl if key in works else {}) for key in coding.cites],
            "score": item.score, "at_first": item.at_first,
            "evidence": [] if self.blind and item.origin == "finding" else list(item.evidence),
            "coders": "" if self.blind else item.coders,
            "mine": _vote(mine) if mine else None, "others": others,
            "outdated": item.id in self._reopened,
            **self._around(coding),
        }  # fmt: skip

    def _around(self, coding: Coding) -> Json:
        """The paragraphs of a passage with the one before and the one after, or why they cannot be shown."""
        document = self._material.documents.get(coding.paper)
        if document is None:
            return {
                "paragraphs": [],
                "trouble": f"No copy of {coding.paper} is at hand: start the review with --papers FOLDER to read the passage.",
            }
        if coding.end > len(document.text) or passage_digest(document.text[coding.start : coding.end]) != coding.passage_sha256:
            return {"paragraphs": [], "trouble": "The paper's text is not what was coded: the passage does not stand at its place."}
        spans = self._paragraphs[coding.paper]
        inside = [n for n, (start, end) in enumerate(spans) if start < coding.end and coding.start < end]
        first, last = (max(0, inside[0] - 1), inside[-1] + 2) if inside else (0, 0)
        return {"paragraphs": [self._paragraph(coding.paper, span) for span in spans[first:last]], "trouble": ""}

    def _paragraph(self, key: str, span: tuple[int, int]) -> Json:
        """A paragraph: its place, its text, its citations and its sentences, all with offsets in the paper's text."""
        start, end = span
        document, works = self._material.documents[key], self._material.corpus.works
        inside = [c for c in self._material.corpus.citations.get(key, ()) if start <= c.start and c.end <= end]
        cites = [{"start": c.start, "end": c.end, **_cited(c.work or "", works[c.work].csl if c.work in works else {})} for c in inside]
        heading = any(s.start == start and end - start <= len(s.title) + 12 for s in document.sections)
        return {
            "start": start, "end": end, "text": document.text[start:end], "heading": heading, "citations": cites,
            "sentences": [] if heading else sentences(document.text, start, end, document.furniture),
        }  # fmt: skip


def _difference(before: Coding, after: Coding) -> str:
    """What a correction changed, in words; empty when nothing."""
    names = {"factor": "factor", "effect": "effect", "state": "state", "role": "role", "statement": "wording"}
    changed = [word for name, word in names.items() if getattr(before, name) != getattr(after, name)]
    changed += ["passage"] if (before.start, before.end) != (after.start, after.end) else []
    return f"corrected: {', '.join(changed)}" if changed else ""


def _gist(examples: Sequence[Example]) -> tuple[tuple[str, bool], ...]:
    """What tells two lessons apart."""
    return tuple((e.item.id, e.holds) for e in examples)


def _cited(key: str, csl: Mapping[str, Any]) -> Json:
    """A cited work as the page shows it; an unresolved one has no key."""
    return {"key": key, "label": short_cite(dict(csl), key.removeprefix("?")), "title": str(csl.get("title", ""))}


def _vote(decision: Decision) -> Json:
    c = decision.coding
    return {
        "id": decision.id, "reviewer": decision.reviewer, "verdict": decision.verdict, "reason": decision.reason, "time": decision.time,
        "factor": c.factor, "effect": c.effect, "state": c.state, "role": c.role, "start": c.start, "end": c.end, "statement": c.statement,
    }  # fmt: skip


def _text(said: Json, name: str) -> str:
    """A text that the page sent. Raises ``ReviewError`` when it is none or too long."""
    value = said.get(name, "")
    if not isinstance(value, str):
        raise ReviewError(f"`{name}` must be text")
    if len(value) > LONGEST_TEXT:
        raise ReviewError(f"`{name}` has {len(value)} characters; {LONGEST_TEXT} are enough")
    return value.strip()
