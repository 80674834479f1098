"""Suggestions from elsewhere (a language model, another tool): one JSON format, each locked to a passage, none counted until accepted.

The format is described in ``docs/inbox.md`` and ``docs/inbox.schema.json``. A suggestion quotes the passage it rests on. The quotation is
looked for in the papers at hand, and the verdict is one of three: it stands *at the place* that was given, it stands *elsewhere* (another
place, several places, another paper), or it is *not found*. What is not found is reported and goes no further; so is what could not be
looked for. The rest are items to review like the program's own.

``take_in`` puts what was found into the workspace's inbox, as it came, in a file that is named after its content: two clones that take in
the same file make the same one.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from evidence.anchors import Folded, Span, find_quote, fold
from evidence.model import EFFECTS, ROLES, STATES, Codebook, Document, Problem, Suggestion

STAGE = "inbox"
FOLDER = Path("bib", "inbox")
"""The inbox inside a workspace."""
FORMAT = "evidence-suggestions"
VERDICTS = ("at the place", "elsewhere", "not found")
LARGEST = 50_000_000
"""Bytes of a file."""
LONGEST = 20_000
"""Characters of a quotation or another text."""

_CONTENT = re.compile(r"[^\s,]")
Place = tuple[str, int, int, str]
"""Paper, start, end, factor: what a suggestion and a coded finding have in common."""

TEXTS = ("paper", "quote", "factor", "effect", "state", "role", "statement", "rationale")


@dataclass(frozen=True)
class Received:
    """A suggestion as it came: what it claims, the quotation it rests on, and the place it was said to stand (``None``: none given).

    ``source``, ``number`` (its position, from 1) and ``line`` (of the file, ``None``: not known) say where it stands; ``entry`` is it."""

    paper: str
    quote: str
    factor: str
    effect: str
    state: str = ""
    role: str = ""
    statement: str = ""
    rationale: str = ""
    score: float | None = None
    place: Span | None = None
    sender: str = ""
    source: str = ""
    number: int = 0
    line: int | None = None
    entry: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Checked:
    """A suggestion held against the papers at hand. ``paper`` and ``suggestion`` have the place where the quotation really stands, and are
    empty and ``None`` when it was not found; ``note`` says what was put right."""

    received: Received
    verdict: str
    paper: str = ""
    suggestion: Suggestion | None = None
    note: str = ""


@dataclass(frozen=True)
class Inbox:
    """All suggestions of an inbox, how many quotations were looked for, and what could not be used."""

    checked: tuple[Checked, ...]
    looked_for: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Taken:
    """What a file brought into the inbox: all its suggestions as checked, those that are new, the file they went to (``None``: none was
    new), and what was left out or is there already."""

    inbox: Inbox
    new: tuple[Checked, ...]
    file: Path | None
    problems: tuple[Problem, ...]


def read_inbox(path: Path, documents: Mapping[str, Document], codebook: Codebook, name: str = "") -> Inbox:
    """Reads one file, or every ``.json`` file of a folder, and holds each suggestion against the papers at hand (by key).

    Never raises on content. A suggestion that is wrong, whose quotation is not found, or whose paper is not at hand is left out with a
    Problem. The same suggestion twice counts once, with a note.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    folded = {key: fold(document.text) for key, document in documents.items()}
    problems: list[Problem] = []
    checked: dict[tuple[str, ...], Checked] = {}
    for file in files:
        received, met = _read(file, codebook, name if name and not path.is_dir() else file.name)
        problems += met
        for one in received:
            found = check(one, folded)
            if found.suggestion is None:
                problems.append(_problem(one, found.note))
            first = checked.setdefault(_claim(found), found)
            if first is not found:
                problems.append(_problem(one, f"says the same as suggestion {_numbered(first, one)}; it counts once", "note"))
    return Inbox(tuple(checked.values()), len(checked) if folded else 0, tuple(problems))


def unsound(root: Path, documents: Mapping[str, Document], codebook: Codebook) -> tuple[Problem, ...]:
    """What is wrong in the inbox of the workspace at ``root``. Quotations from papers that are not at hand are not judged."""
    if not (root / FOLDER).is_dir():
        return ()
    inbox = read_inbox(root / FOLDER, documents, codebook)
    absent = (c for c in inbox.checked if c.suggestion is None and c.received.paper not in documents)
    unjudged = {_problem(c.received, c.note) for c in absent}
    return tuple(replace(problem, source=f"{FOLDER}/{problem.source}") for problem in inbox.problems if problem not in unjudged)


def is_inbox(path: Path) -> bool:
    """Whether a file looks like suggestions, sound or not, rather than like a bibliography in JSON."""
    if path.suffix.lower() != ".json":
        return False
    try:
        table = json.loads(path.read_bytes()[:LARGEST].decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(table, dict) and (table.get("format") == FORMAT or "suggestions" in table)


def take_in(path: Path, folder: Path, documents: Mapping[str, Document], codebook: Codebook, coded: Collection[Place] = ()) -> Taken:
    """Puts the suggestions of a file into the inbox ``folder``: those whose quotation was found and that are not there yet.

    ``coded`` are the places of findings that are coded already; a suggestion of one has nothing to add. Raises ``OSError`` when the
    folder cannot be written.
    """
    inbox = read_inbox(path, documents, codebook, path.name)
    there = {_claim(c): c.received for c in read_inbox(folder, documents, codebook).checked} if folder.is_dir() else {}
    new, notes = [], []
    for found in inbox.checked:
        known = there.get(_claim(found))
        if found.suggestion is None:
            continue
        if known:
            notes.append(_problem(found.received, f"stands in {known.source} already, as suggestion {known.number}", "note"))
        elif (found.paper, found.suggestion.start, found.suggestion.end, found.received.factor) in coded:
            notes.append(_problem(found.received, "is coded already", "note"))
        else:
            new.append(found)
    file = _write(folder, path, [c.received.entry for c in new]) if new else None
    return Taken(inbox, tuple(new), file, (*inbox.problems, *notes))


def _write(folder: Path, path: Path, entries: Sequence[Mapping[str, Any]]) -> Path:
    """Writes entries of a file, with what it says of its source, to the inbox in one step."""
    head = {key: value for key, value in _json(path)[0].items() if key != "suggestions"}
    text = json.dumps({**head, "suggestions": entries}, ensure_ascii=False, indent=1) + "\n"
    stem = re.sub(r"[^\w]+", "-", path.stem.casefold()).strip("-_")[:60] or "suggestions"
    target = folder / f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.json"
    folder.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(target)
    return target


def _claim(found: Checked) -> tuple[str, ...]:
    """What makes two suggestions the same: the passage, or its words where it was not found, and what is said of it."""
    one, place = found.received, found.suggestion
    where = (found.paper, str(place.start), str(place.end)) if place else (one.paper, one.quote)
    return (*where, one.factor, one.effect, one.state, one.role)


def _problem(one: Received, message: str, severity: Literal["error", "note"] = "error") -> Problem:
    return Problem(STAGE, one.source, one.line, one.quote[:120], f"suggestion {one.number}: {message}", severity)


def _numbered(first: Checked, one: Received) -> str:
    file = first.received.source
    return f"{first.received.number}" if file == one.source else f"{first.received.number} of {file}"


def check(received: Received, papers: Mapping[str, Folded]) -> Checked:
    """The verdict on one suggestion. ``papers`` are the texts at hand, folded, by key."""
    own = papers.get(received.paper)
    places = find_quote(own, received.quote) if own else ()
    if places and received.place:
        nearest = min(places, key=lambda p: abs(p[0] - received.place[0]) if received.place else 0)
        if _overlap(nearest, received.place):
            return _found(received, "at the place", received.paper, nearest, "")
        return _found(received, "elsewhere", received.paper, nearest, f"the quotation stands at {nearest[0]}, not at {received.place[0]}")
    if len(places) == 1:
        return _found(received, "at the place", received.paper, places[0], "")
    if places:
        return _found(received, "elsewhere", received.paper, places[0], f"the quotation stands in {len(places)} places; this is the first")
    for key, text in papers.items():
        others = find_quote(text, received.quote) if key != received.paper else ()
        if others:
            return _found(received, "elsewhere", key, others[0], f"the quotation stands in `{key}`, not in `{received.paper}`")
    if own is None:
        note = f"no copy of `{received.paper}` is at hand, so its quotation could not be looked for; it was held back"
        return Checked(received, "not found", note=note)
    return Checked(received, "not found", note=f"its quotation is nowhere in `{received.paper}` or another paper at hand; it was left out")


def _found(received: Received, verdict: str, paper: str, place: Span, note: str) -> Checked:
    told = (f"from {received.sender}" if received.sender else "from elsewhere", note, received.rationale)
    suggestion = Suggestion(
        *place, received.factor, received.effect, received.state, received.role, (),
        0.5 if received.score is None else received.score, tuple(t for t in told if t),
    )  # fmt: skip
    return Checked(received, verdict, paper, suggestion, note)


def _overlap(one: Span, other: Span) -> bool:
    """Whether most of the shorter place lies in the other: a model's offsets are rarely exact."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * shared > min(one[1] - one[0], other[1] - other[0])


def _read(path: Path, codebook: Codebook, name: str) -> tuple[list[Received], list[Problem]]:
    table, text, message = _json(path)
    if message:
        return [], [Problem(STAGE, name, None, "", message)]
    sender, lines = _sender(table.get("source")), _lines(text, table["suggestions"])
    received, problems = [], []
    for number, (entry, line) in enumerate(zip(table["suggestions"], lines, strict=True), 1):
        wrong = _fault(entry, codebook)
        if wrong:
            problems.append(Problem(STAGE, name, line, str(entry)[:120], f"suggestion {number}: {wrong}. It was left out"))
            continue
        texts = {key: str(entry.get(key) or "").strip() for key in TEXTS}
        place = (entry["start"], entry["end"]) if entry.get("start") is not None else None
        received.append(
            Received(**texts, score=entry.get("score"), place=place, sender=sender, source=name, number=number, line=line, entry=entry)
        )
    return received, problems


def _json(path: Path) -> tuple[dict[str, Any], str, str]:
    """The file's object and its text, or neither and what is wrong with it."""
    try:
        if path.stat().st_size > LARGEST:
            return {}, "", f"holds more than {LARGEST:,} bytes; split it"
        text = path.read_bytes().decode("utf-8-sig")
        table = json.loads(text)
    except OSError as error:
        return {}, "", f"cannot be opened ({error.strerror}); check the path and its permissions"
    except (ValueError, RecursionError) as error:
        return {}, "", f"is not JSON ({error}); docs/inbox.md shows the format"
    if not isinstance(table, dict) or table.get("format") != FORMAT or table.get("version") != 1:
        return {}, "", f'must be an object with "format": "{FORMAT}" and "version": 1; docs/inbox.md shows the format'
    if not isinstance(table.get("suggestions"), list):
        return {}, "", 'has no list "suggestions"; docs/inbox.md shows the format'
    return table, text, ""


def _lines(text: str, entries: Sequence[object]) -> list[int | None]:
    """The 1-based line on which each suggestion begins; ``None`` for all where something else has their name."""
    decoder = json.JSONDecoder()
    opening = re.search(r'"suggestions"\s*:\s*\[', text)
    at, line, lines = 0, 1, list[int | None]()
    end = opening.end() if opening else len(text)
    for entry in entries:
        begin = _CONTENT.search(text, end)
        try:
            there, end = decoder.raw_decode(text, begin.start() if begin else end)
        except ValueError:
            return [None] * len(entries)
        if begin is None or there != entry:
            return [None] * len(entries)
        line += text.count("\n", at, begin.start())
        at = begin.start()
        lines.append(line)
    return lines


def _sender(source: object) -> str:
    """The name and version of who suggests."""
    if not isinstance(source, dict):
        return ""
    return " ".join(str(source[key]) for key in ("name", "version") if isinstance(source.get(key), str))[:200]


def _fault(entry: object, codebook: Codebook) -> str:
    """What keeps an entry from being a suggestion, as a sentence; empty if nothing."""
    if not isinstance(entry, dict):
        return "must be an object"
    for key in TEXTS:
        if not isinstance(entry.get(key, ""), str | None) or len(entry.get(key) or "") > LONGEST:
            return f"`{key}` must be a text of at most {LONGEST:,} characters"
    for key in ("paper", "quote", "factor", "effect"):
        if not (entry.get(key) or "").strip():
            return f"`{key}` is missing"
    if codebook.factor(entry["factor"].strip()) is None:
        return f"factor `{entry['factor'][:80]}` is not in the codebook"
    for key, allowed in (("effect", EFFECTS), ("state", STATES), ("role", ROLES)):
        if (entry.get(key) or "").strip() not in allowed:
            return f"{key} `{entry[key][:80]}` must be one of {', '.join(a for a in allowed if a)}"
    return _number_fault(entry)


def _number_fault(entry: Mapping[str, Any]) -> str:
    start, end, score = (entry.get(key) for key in ("start", "end", "score"))
    if (start is None) != (end is None):
        return "`start` and `end` go together"
    if start is not None and not (type(start) is int and type(end) is int and 0 <= start < end):
        return f"start {start!r:.20} and end {end!r:.20} must be offsets, start before end"
    if score is not None and not (type(score) in (int, float) and math.isfinite(score) and 0 <= score <= 1):
        return f"score {score!r:.20} must be a number from 0 to 1"
    return ""


def records(inbox: Inbox) -> tuple[Sequence[str], list[dict[str, object]]]:
    """Columns and records for ``evidence.output``: every suggestion with its verdict and place."""
    columns = ("verdict", "paper", "start", "end", "factor", "effect", "score", "note")
    rows: list[dict[str, object]] = [
        {
            "verdict": c.verdict, "paper": c.paper or c.received.paper, "start": c.suggestion.start if c.suggestion else None,
            "end": c.suggestion.end if c.suggestion else None, "factor": c.received.factor, "effect": c.received.effect,
            "score": c.received.score, "note": c.note,
        }
        for c in inbox.checked
    ]  # fmt: skip
    return columns, rows
