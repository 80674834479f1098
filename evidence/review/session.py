"""A review session: what the page is told and what it may ask for. Every decision is on the disk before the page hears of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

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
from evidence.findings.tables import finding_id
from evidence.graph import short_cite
from evidence.inbox import Place
from evidence.model import EFFECTS, ROLES, STATES, Problem
from evidence.review.corrections import corrected, difference, stated, text
from evidence.review.items import Item, items_of, pace, teach_order, text_order, with_added
from evidence.review.learning import RAISED, Example, candidates_of, examples_of, learned_scores
from evidence.review.material import Json, Material, ReviewError, Suggest, around, cited, gather, paragraph
from evidence.workspace import Workspace

MOST_LINES = 200
"""Items of a list that the page is told at once."""


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
    material = gather(workspace, folders, suggest, consider, inbox, codings, learns=learns and not adjudicate)
    return Session(workspace, material, reviewer, path, blind=blind, adjudicate=adjudicate)


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
            return {"key": key, "paragraphs": [paragraph(self._material, key, span) for span in self._material.paragraphs[key]]}

    # ---- what the page decides

    def decide(self, said: Json) -> Json:
        """Records a decision on an item: ``item``, ``verdict``, for a revision the corrected coding, ``reason``.

        Raises ``ReviewError`` for what cannot be decided so, ``OSError`` when it cannot be written.
        """
        with self._lock:
            self._refresh()
            item, verdict = self._known(text(said, "item")), text(said, "verdict")
            if verdict not in ("accept", "reject", "revise", "unsure"):
                raise ReviewError(f"verdict `{verdict}` must be accept, reject, revise or unsure")
            reason = text(said, "reason")
            if verdict == "reject" and not reason:
                raise ReviewError("say why it is rejected; the next reader has only the reason")
            coding = corrected(self._material, item.coding, said) if verdict == "revise" else item.coding
            if verdict == "revise" and not reason:
                reason = difference(item.coding, coding)
            if verdict in ("accept", "revise"):
                coding = stated(self._material, coding)
            about = tuple(d.id for d in self._open_votes(item.id) if d.reviewer != self.reviewer) if self.adjudicate else ()
            about = about if len(about) > 1 else ()
            return self._record(Decision(item.id, verdict, coding, self.reviewer, "", item.coding.version, item.origin, reason, about))

    def add(self, said: Json) -> Json:
        """Records a finding that was missed: ``paper``, ``start``, ``end``, ``factor``, ``effect``, ``state``, ``role``, ``statement``.

        Raises ``ReviewError`` and ``OSError`` as ``decide`` does.
        """
        with self._lock:
            self._refresh()
            paper = text(said, "paper")
            if paper not in self._material.documents:
                raise ReviewError(f"no copy of `{paper}` is at hand, so nothing can be selected in it")
            coding = stated(self._material, corrected(self._material, Coding(paper, 0, 0, "", ""), said))
            id_ = finding_id(paper, coding.start, coding.end, coding.factor, coding.effect)
            if self._mine(id_):
                raise ReviewError("you have decided on this very finding already")
            origin = self._items[id_].origin if id_ in self._items else "reviewer"
            return self._record(Decision(id_, "accept", coding, self.reviewer, "", coding.version, origin, text(said, "reason")))

    def undo(self, said: Json) -> Json:
        """Takes back a decision of the reviewer's: the one on ``item``, or the last. Raises ``ReviewError`` when there is none."""
        with self._lock:
            self._refresh()
            gone = withdrawn(self._decisions)
            own = [d for d in self._decisions if d.reviewer == self.reviewer and d.verdict != "undo" and d.id not in gone]
            own = [d for d in own if text(said, "item") in ("", d.item)]
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
            "cited": [cited(key, works[key].csl if key in works else {}) for key in coding.cites],
            "score": item.score, "at_first": item.at_first,
            "evidence": [] if self.blind and item.origin == "finding" else list(item.evidence),
            "coders": "" if self.blind else item.coders,
            "mine": _vote(mine) if mine else None, "others": others,
            "outdated": item.id in self._reopened,
            **around(self._material, coding),
        }  # fmt: skip


def _gist(examples: Sequence[Example]) -> tuple[tuple[str, bool], ...]:
    """What tells two lessons apart."""
    return tuple((e.item.id, e.holds) for e in examples)


def _vote(decision: Decision) -> Json:
    c = decision.coding
    return {
        "id": decision.id, "reviewer": decision.reviewer, "verdict": decision.verdict, "reason": decision.reason, "time": decision.time,
        "factor": c.factor, "effect": c.effect, "state": c.state, "role": c.role, "start": c.start, "end": c.end, "statement": c.statement,
    }  # fmt: skip
