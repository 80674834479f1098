"""Decisions of reviewers: append-only files that survive a crash and merge in git, and what follows from them.

``<reviewer>.csv`` has one decision a row, never changed and never removed. What is known of a finding is computed from all rows as a
set, so the order of lines and repeated lines mean nothing, and ``merge=union`` joins the files of two clones. A row stands on one line
and carries its own digest (``id``), so a row that a crash cut off or a hand changed is told apart.

A decision holds the coding it decides on in full: what was accepted stays known when the program would suggest something else.

* *accept*, *reject*, *revise* (the coding as corrected), *unsure*: the latest of a reviewer on an item counts.
* *undo* withdraws the decision it names in ``about``; an undo can itself be undone.
* An *adjudication* is a decision that names two or more decisions in ``about``; it takes their place.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

from evidence.model import EFFECTS, ROLES, STATES, Finding, Problem

STAGE = "decisions"
VERDICTS = ("accept", "reject", "revise", "unsure", "undo")
ORIGINS = ("finding", "suggestion", "elsewhere", "reviewer")
"""Where an item came from: a coded finding, the program, a machine elsewhere (``inbox``), or the reviewer, who saw it was missed."""

COLUMNS = (
    "id,item,origin,paper,verdict,factor,effect,state,role,start,end,passage_sha256,section,cites,statement,reason,reviewer,time,about,version"
).split(",")
_ALLOWED: Mapping[str, Sequence[str]] = {"verdict": VERDICTS, "origin": ORIGINS, "effect": EFFECTS, "state": STATES, "role": ROLES}
_VERSION = re.compile(r"v[0-9a-f]{12}")
_CONFLICT = re.compile(r"(<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)")
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True)
class Coding:
    """What is coded of a passage; the fields are those of ``Finding``."""

    paper: str
    start: int
    end: int
    factor: str
    effect: str
    state: str = ""
    role: str = ""
    passage_sha256: str = ""
    section: str = ""
    cites: tuple[str, ...] = ()
    statement: str = ""

    @cached_property
    def version(self) -> str:
        """A digest of what the coding claims: paper, place, passage, factor, effect, state, role. Its wording is no part of it."""
        claim = (self.paper, self.start, self.end, self.passage_sha256, self.factor, self.effect, self.state, self.role)
        return "v" + hashlib.sha256("\x1f".join(map(str, claim)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Decision:
    """What a reviewer said of an item. ``time`` is UTC in ISO 8601; ``about`` names decisions; ``version`` is that of the item when it was
    decided on (not of the corrected coding). ``source``/``line`` say where it stands."""

    item: str
    verdict: str
    coding: Coding
    reviewer: str
    time: str
    version: str
    origin: str = "finding"
    reason: str = ""
    about: tuple[str, ...] = ()
    source: str = ""
    line: int | None = None

    @cached_property
    def id(self) -> str:
        """A digest of all that the decision says; equal decisions are one."""
        return "d" + hashlib.sha256("\x1f".join(_cells(self).values()).encode()).hexdigest()[:15]


@dataclass(frozen=True)
class Standing:
    """What follows from the decisions on an item: its status, the coding that holds when it is accepted (``None``: not accepted), the
    decisions that count, and those made on another version of it."""

    status: str
    coding: Coding | None
    votes: tuple[Decision, ...] = ()
    outdated: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Decided:
    """Findings after decisions: those that count, the standing of every item, and what could not be used."""

    findings: tuple[Finding, ...]
    standings: Mapping[str, Standing]
    problems: tuple[Problem, ...]


def coding_of(finding: Finding) -> Coding:
    """The coding of a finding."""
    return Coding(**{f.name: getattr(finding, f.name) for f in fields(Coding)})


# ---- files


def decisions_file(folder: Path, reviewer: str) -> Path:
    """The file of a reviewer. Raises ``ValueError`` for a name without a letter or digit."""
    letters = unicodedata.normalize("NFKC", reviewer).casefold()
    stem = re.sub(r"[^\w]+", "-", letters).strip("-_")[:60]
    if not stem:
        raise ValueError(f"`{reviewer}` cannot be a reviewer's name; it needs a letter or a digit")
    return folder / f"{stem}.csv"


def append_decision(path: Path, decision: Decision) -> None:
    """Adds a decision to a file; when it returns, the decision is on the disk.

    One write to the end of the file, then ``fsync``. After a row that was cut off a line is begun, so the broken row stays alone. Raises
    ``OSError`` when the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    try:
        size = os.fstat(handle).st_size
        broken = size > 0 and _last_byte(handle, size) != b"\n"
        line = ("" if size else _line(COLUMNS)) + ("\n" if broken else "") + _line([decision.id, *_cells(decision).values()])
        data = line.encode("utf-8")
        written = os.write(handle, data)
        if written != len(data):
            raise OSError(f"{path}: only {written} of {len(data)} bytes could be written; the disk may be full")
        os.fsync(handle)
    finally:
        os.close(handle)
    if not size:
        _sync_folder(path.parent)


def read_decisions(path: Path, name: str = "") -> tuple[tuple[Decision, ...], tuple[Problem, ...]]:
    """The decisions of one file, in its order, and what could not be read.

    Never raises on content or on a file that cannot be opened. A row that was cut off is left out and reported; a row that was changed
    by hand is kept and reported.
    """
    name = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        return (), (Problem(STAGE, name, None, "", f"cannot be opened ({error.strerror}); check the path and its permissions"),)
    decisions: list[Decision] = []
    problems: list[Problem] = []
    delimiter = ","
    for number, line in enumerate(data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").split("\n"), 1):
        if line.startswith(("id,", "id;", "id\t", '"id"')):
            delimiter = max(",;\t", key=line.count)
            continue
        if not line.strip(" ,;\t"):
            continue
        decision, message = _read_row(line, delimiter, name, number)
        if decision:
            decisions.append(decision)
        if message:
            problems.append(Problem(STAGE, name, number, line[:200], message))
    return tuple(decisions), tuple(problems)


def read_all_decisions(folder: Path, name: Callable[[Path], str] = str) -> tuple[tuple[Decision, ...], tuple[Problem, ...]]:
    """The decisions of all reviewers of a folder, each once; ``name`` says how a file is called in messages."""
    decisions: dict[str, Decision] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.csv")):
        read, met = read_decisions(path, name(path))
        problems += met
        decisions |= {d.id: d for d in read}
    return tuple(decisions.values()), tuple(problems)


def next_time(decisions: Iterable[Decision], reviewer: str, now: datetime | None = None) -> str:
    """The time to give to a reviewer's next decision: now, or just after their last one where the clock was set back."""
    last = max((d.time for d in decisions if d.reviewer == reviewer), default="")
    time = (now or datetime.now(UTC)).astimezone(UTC).strftime(_TIME)
    if time > last:
        return time
    return (datetime.strptime(last, _TIME) + timedelta(microseconds=1)).strftime(_TIME)


# ---- what follows


def withdrawn(decisions: Iterable[Decision]) -> frozenset[str]:
    """The ids of decisions that an undo, not itself undone, takes back. A reviewer can undo their own only."""
    known = {d.id: d for d in decisions}
    undos: dict[str, list[str]] = {}
    for id_, d in known.items():
        for named in d.about if d.verdict == "undo" else ():
            if named in known and known[named].reviewer == d.reviewer and known[named].time < d.time:
                undos.setdefault(named, []).append(id_)
    taken: set[str] = set()
    for id_ in sorted(known, key=lambda i: (known[i].time, i), reverse=True):  # an undo is later than what it undoes
        if any(undo not in taken for undo in undos.get(id_, ())):
            taken.add(id_)
    return frozenset(taken)


def current(decisions: Iterable[Decision]) -> dict[str, dict[str, Decision]]:
    """The decision that counts of each reviewer on each item: item, then reviewer. Adjudicated decisions are still among them."""
    decisions = list({d.id: d for d in decisions}.values())
    gone = withdrawn(decisions)
    out: dict[str, dict[str, Decision]] = {}
    for d in sorted(decisions, key=lambda d: (d.time, d.id)):
        if d.verdict != "undo" and d.id not in gone:
            out.setdefault(d.item, {})[d.reviewer] = d
    return {item: dict(sorted(votes.items())) for item, votes in sorted(out.items())}


def standings(decisions: Iterable[Decision], versions: Mapping[str, str]) -> dict[str, Standing]:
    """What is known of every item that was decided on or has a version.

    ``versions`` are the present versions by item (``Coding.version``); a decision on another version is outdated, unless it is a revision
    whose corrected coding is the present one. Items without a version exist in decisions only and cannot be outdated.
    """
    votes = current(decisions)
    return {item: _standing(votes.get(item, {}).values(), versions.get(item, "")) for item in sorted({*votes, *versions})}


def apply_decisions(findings: Sequence[Finding], decisions: Sequence[Decision], papers: Collection[str], codes: Collection[str]) -> Decided:
    """The findings that count after review.

    Coded findings count unless they are rejected; revised ones take the corrected coding and keep their id; items of decisions that are no
    finding (suggestions, what a reviewer added) count once they are accepted. ``papers`` and ``codes`` are what a coding may name.
    """
    known = {f.id: f for f in findings}
    found = standings(decisions, {f.id: coding_of(f).version for f in findings})
    counted: list[Finding] = []
    problems: list[Problem] = []
    for finding in findings:
        standing = found[finding.id]
        if standing.status != "rejected":
            counted.append(_revised(finding, standing))
        if standing.status == "outdated":
            who = ", ".join(d.reviewer for d in standing.outdated)
            message = f"finding `{finding.id}` has changed since {who} decided on it; review it again"
            problems.append(Problem(STAGE, finding.source, finding.line, finding.id, message, "note"))
    for item, standing in found.items():
        if item not in known and standing.coding:
            wrong = _unknown(standing.coding, papers, codes)
            if wrong:
                d = standing.votes[0]
                problems.append(Problem(STAGE, d.source, d.line, item, f"{wrong}; the accepted item was left out"))
            else:
                counted.append(_finding(item, standing.coding, standing.votes))
    return Decided(tuple(counted), found, tuple(problems))


CARRIED = "carried over: the paper's text changed, the passage did not"
"""Reason of a decision that was carried over."""


def carry_over(
    votes: Iterable[Decision], places: Mapping[str, Finding], items: Mapping[str, tuple[Finding, Finding]], decisions: Iterable[Decision]
) -> list[Decision]:
    """Decisions that say of the new places in a changed text what ``votes`` say of the old ones, to be appended.

    ``places`` has where the passage of a vote stands now, by the vote's id; ``items`` the coded findings before and after by id;
    ``decisions`` are all there are, so that times go on from them. What was outdated already, or did not move, is not carried over.
    """
    known = list(decisions)
    out: list[Decision] = []
    ids: dict[str, str] = {}
    for d in sorted(votes, key=lambda d: (d.time, d.id)):
        passage = places.get(d.id)
        if passage is None or not _may_be_carried(d, items):
            continue
        coding = replace(d.coding, start=passage.start, end=passage.end, passage_sha256=passage.passage_sha256)
        version = coding_of(items[d.item][1]).version if d.item in items else coding.version
        if (coding, version) == (d.coding, d.version):
            continue
        reason = d.reason if CARRIED in d.reason else "; ".join(filter(None, (d.reason, CARRIED)))
        about = tuple(ids.get(named, named) for named in d.about)
        made = replace(d, coding=coding, version=version, reason=reason, about=about, time=next_time([*known, *out], d.reviewer))
        ids[d.id] = made.id
        out.append(made)
    return out


def _may_be_carried(d: Decision, items: Mapping[str, tuple[Finding, Finding]]) -> bool:
    return d.item not in items or _counts(d, coding_of(items[d.item][0]).version)


def _standing(current_votes: Iterable[Decision], version: str) -> Standing:
    cast = list(current_votes)
    settled = {named for d in cast if len(d.about) > 1 for named in d.about}
    open_votes = [d for d in cast if d.id not in settled]
    fresh = tuple(d for d in open_votes if not version or _counts(d, version))
    stale = tuple(d for d in open_votes if d not in fresh)
    stances = {_stance(d) for d in fresh if d.verdict != "unsure"}
    if len(stances) > 1:
        return Standing("contested", None, fresh, stale)
    if not stances:
        return Standing("unsure" if fresh else "outdated" if stale else "unreviewed", None, fresh, stale)
    decided = next(d for d in fresh if d.verdict != "unsure")
    if decided.verdict == "reject":
        return Standing("rejected", None, fresh, stale)
    return Standing("accepted", decided.coding, fresh, stale)


def _counts(decision: Decision, version: str) -> bool:
    return decision.version == version or (decision.verdict == "revise" and decision.coding.version == version)


def _stance(decision: Decision) -> str:
    """What a vote comes to: not, or this very coding."""
    return "" if decision.verdict == "reject" else decision.coding.version


def _revised(finding: Finding, standing: Standing) -> Finding:
    coding = standing.coding
    if coding is None or coding.version == coding_of(finding).version:
        return finding
    kept = {f.name: getattr(coding, f.name) for f in fields(Coding) if getattr(coding, f.name)}
    moved = next((d for d in standing.votes if (d.coding.start, d.coding.end) != (finding.start, finding.end)), None)
    where = {"source": moved.source, "line": moved.line} if moved else {}
    return replace(finding, **(kept | {"state": coding.state, "role": coding.role} | where))


def finding_of(decision: Decision) -> Finding:
    """What a decision codes, as a finding."""
    return _finding(decision.item, decision.coding, (decision,))


def _finding(item: str, coding: Coding, votes: Sequence[Decision]) -> Finding:
    reviewers = "; ".join(dict.fromkeys(d.reviewer for d in votes))
    content = {f.name: getattr(coding, f.name) for f in fields(Coding)}
    return Finding(id=item, **content, coder=reviewers, date=votes[0].time[:10], source=votes[0].source, line=votes[0].line)


def _unknown(coding: Coding, papers: Collection[str], codes: Collection[str]) -> str:
    if coding.factor not in codes:
        return f"factor `{coding.factor}` is not in the codebook"
    return "" if coding.paper in papers else f"paper `{coding.paper}` is not in the bibliography"


# ---- rows


def _cells(decision: Decision) -> dict[str, str]:
    """The decision's cells by column, as they are written, without its ``id``."""
    coding = decision.coding
    cells = {
        "item": decision.item, "origin": decision.origin, "paper": coding.paper, "verdict": decision.verdict,
        "factor": coding.factor, "effect": coding.effect, "state": coding.state, "role": coding.role,
        "start": str(coding.start), "end": str(coding.end), "passage_sha256": coding.passage_sha256, "section": coding.section,
        "cites": ";".join(coding.cites), "statement": coding.statement, "reason": decision.reason, "reviewer": decision.reviewer,
        "time": decision.time, "about": ";".join(decision.about), "version": decision.version,
    }  # fmt: skip
    return {c: _one_line(text) for c, text in cells.items()}


def _one_line(text: str) -> str:
    """A cell stands on one line: white space and control characters become single spaces."""
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text).split())


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _last_byte(handle: int, size: int) -> bytes:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1)


def _sync_folder(folder: Path) -> None:
    """Makes a new file's name durable; systems that cannot open a folder do it themselves."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)


@lru_cache(maxsize=100_000)
def _read_row(line: str, delimiter: str, source: str, number: int) -> tuple[Decision | None, str]:
    """A decision, or ``None``, and what is wrong with its row (empty: nothing)."""
    if _CONFLICT.match(line):
        return None, "a merge left this mark; the rows on both sides were read, delete the line"
    try:
        found = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        found = []
    cells = dict(zip(COLUMNS, (cell.strip() for cell in found), strict=False))
    if len(found) != len(COLUMNS) or not _VERSION.fullmatch(cells["version"]):
        return None, "the row was cut off (a crash while it was written?); it was left out, decide again"
    wrong = _fault(cells)
    if wrong:
        return None, f"{wrong}. The decision was left out"
    decision = _decision(cells, source, number)
    if decision.id != cells["id"]:
        return decision, f"the row was changed after it was made: its id should be {decision.id}. It was kept as it is"
    return decision, ""


def _fault(cells: Mapping[str, str]) -> str:
    for column, allowed in _ALLOWED.items():
        if cells[column] not in allowed:
            return f"{column} `{cells[column]}` must be one of {', '.join(a for a in allowed if a)}"
    if not (cells["start"].isdecimal() and cells["end"].isdecimal() and int(cells["start"]) <= int(cells["end"])):
        return f"start `{cells['start']}` and end `{cells['end']}` must be offsets, start before end"
    if not (cells["item"] and cells["reviewer"]):
        return "the row names no item or no reviewer"
    try:
        datetime.strptime(cells["time"], _TIME)
    except ValueError:
        return f"time `{cells['time']}` must look like 2026-01-31T09:30:00.000000Z"
    return ""


def _decision(cells: Mapping[str, str], source: str, number: int) -> Decision:
    coding = Coding(
        cells["paper"], int(cells["start"]), int(cells["end"]), cells["factor"], cells["effect"], cells["state"], cells["role"],
        cells["passage_sha256"], cells["section"], _listed(cells["cites"]), cells["statement"],
    )  # fmt: skip
    return Decision(
        cells["item"], cells["verdict"], coding, cells["reviewer"], cells["time"], cells["version"], cells["origin"], cells["reason"],
        _listed(cells["about"]), source, number,
    )  # fmt: skip


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
