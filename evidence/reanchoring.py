"""Papers whose text is no longer the one they were coded from: every coded place is looked for in the new text, and moved or flagged.

A file that is called after a paper but has another digest is taken for a changed copy of it. What is looked for: the passages of findings
and of decisions (by digest; by words where the coded text is at hand, too), the entries of the recorded reference list (by words) and the
recorded citations (by their text, near where the rest leads one to expect them). ``reanchor_workspace`` writes the new places; what it did
not find keeps its place, which the quote lock of ``papers`` goes on to report.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evidence.anchors import Reanchored, Span, find_quote, fold, reanchor
from evidence.decisions import Decision, append_decision, carry_over, current, finding_of
from evidence.documents import read_document
from evidence.model import Finding, Problem
from evidence.papers import PaperCopy
from evidence.tables import read_table
from evidence.workspace import CONFIG, Workspace

STAGE = "papers"
NEAR = 60
"""Characters by which a citation may miss the place where its neighbours lead one to expect it."""

Move = tuple[int, Span]
"""Where something began, and where it stands now."""


@dataclass(frozen=True)
class Changed:
    """A changed copy of a paper, and what of its passages was found in it. ``coded_text`` is the text it was coded from, empty where that
    is not at hand."""

    copy: PaperCopy
    coded_text: str
    passages: Reanchored

    @property
    def recognised(self) -> bool:
        """Whether it can be the paper at all: at least half of the passages stand in it."""
        found = len(self.passages.kept) + len(self.passages.moved)
        return found >= len(self.passages.lost)

    @property
    def message(self) -> str:
        """How much of what was coded stands in it, and what to do."""
        counts = [(len(part), where) for part, where in zip(self._parts, ("where it stood", "elsewhere", "nowhere"), strict=True)]
        told = ", ".join(f"{number} {where}" for number, where in counts if number)
        what = f"is not the text that `{self.copy.key}` was coded from (its digest differs)"
        if not self.recognised:
            return f"{what}: of its passages, {told}. Is it this paper? Rename it, or code it anew"
        return f"{what}: of its passages, {told or 'there are none'}; `evidence validate --reanchor` writes the new places"

    @property
    def _parts(self) -> tuple[tuple[Finding, ...], ...]:
        return self.passages.kept, self.passages.moved, self.passages.lost


@dataclass(frozen=True)
class Rewritten:
    """The files that were written, each with the number of its places that moved, and what was met."""

    files: Mapping[str, int]
    problems: tuple[Problem, ...]


def find_changed(
    workspace: Workspace, folders: Iterable[Path], at_hand: Mapping[str, PaperCopy], findings: Mapping[str, Sequence[Finding]]
) -> tuple[Changed, ...]:
    """The changed copies in some folders. ``at_hand`` are the unchanged ones, ``findings`` whose passages are looked for, by paper."""
    found: dict[str, Changed] = {}
    for path in sorted(p for folder in folders if folder.is_dir() for p in folder.iterdir() if p.is_file()):
        key = path.stem
        sha256 = workspace.policy(key).sha256
        if not sha256 or _digest(path) in ("", sha256):
            continue
        copy = PaperCopy(key, path, read_document(path))
        coded_text = at_hand[key].text if key in at_hand else ""
        found[key] = Changed(copy, coded_text, reanchor(findings.get(key, ()), copy.text, coded_text))
    return tuple(found.values())


def _digest(path: Path) -> str:
    """The digest of a file's bytes; empty when it cannot be opened, which ``find_papers`` reports."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def changed_problems(changed: Iterable[Changed]) -> list[Problem]:
    """What to tell the reader of changed copies: each of them, and each passage that does not stand where it stood."""
    problems = []
    for one in changed:
        problems.append(Problem(STAGE, one.copy.path.name, None, "", one.message))
        if one.recognised:
            problems += [replace(p, severity="error") for p in one.passages.problems]
    return problems


def reanchor_workspace(
    workspace: Workspace, changed: Iterable[Changed], findings: Mapping[str, Sequence[Finding]], decisions: Sequence[Decision]
) -> Rewritten:
    """Writes where the passages, entries and citations of changed papers stand now.

    ``findings`` are the coded ones by paper, as the tables have them. Tables are rewritten in one step each, the rows that do not change
    byte for byte; decisions are carried over by new rows, because theirs are never changed; the digest in ``evidence.toml`` comes last, so
    a run that was cut short can be repeated. Raises ``OSError`` when something cannot be written.
    """
    files: dict[str, int] = {}
    problems: list[Problem] = []
    for one in changed:
        if not one.recognised:
            problems.append(Problem(STAGE, one.copy.path.name, None, "", f"{one.message}. Nothing was written"))
            continue
        for path, number, met in _rewrite_paper(workspace, one, findings.get(one.copy.key, ()), decisions):
            problems += met
            if number:
                files[workspace.name(path)] = files.get(workspace.name(path), 0) + number
    return Rewritten(files, tuple(problems))


def _rewrite_paper(
    workspace: Workspace, one: Changed, findings: Sequence[Finding], decisions: Sequence[Decision]
) -> Iterable[tuple[Path, int, Sequence[Problem]]]:
    """Every file that has places in a paper, with the number of places that moved in it and what was met."""
    key, text = one.copy.key, one.copy.text
    passages = reanchor(findings, text, one.coded_text)
    now = {f.id: f for f in (*passages.kept, *passages.moved)}
    moves = sorted((f.start, (now[f.id].start, now[f.id].end)) for f in findings if f.id in now)
    yield from _carry_decisions(workspace, one, findings, now, decisions)
    table = workspace.findings / f"{key}.csv"
    lines = {f.line: f for f in findings}
    cells = {line: _finding_cells(now[f.id]) for line, f in lines.items() if line and f.id in now and now[f.id] != f}
    yield table, len(cells), (*passages.problems, *_rewrite_rows(table, workspace.name(table), cells))
    entries = _follow(workspace, workspace.lists / f"{key}.csv", "raw", moves, _by_words(text))
    yield entries.file, len(entries.cells), entries.problems
    moves = sorted([*moves, *entries.moves])
    citations = _follow(workspace, workspace.citations / f"{key}.csv", "text", moves, _by_text(text))
    yield citations.file, len(citations.cells), citations.problems
    yield workspace.root / CONFIG, _remember(workspace, key, one.copy.document.sha256), ()


def _finding_cells(finding: Finding) -> dict[str, str]:
    """The cells of a moved finding; its id is written out, because one that is made from the place would change with it."""
    place = {"start": str(finding.start), "end": str(finding.end)}
    return {"id": finding.id, **place, "passage_sha256": finding.passage_sha256}


# ---- decisions


def _carry_decisions(
    workspace: Workspace, one: Changed, findings: Sequence[Finding], now: Mapping[str, Finding], decisions: Sequence[Decision]
) -> Iterable[tuple[Path, int, Sequence[Problem]]]:
    """Carries the decisions that count over to the new places, each in its reviewer's file."""
    own = [d for votes in current(decisions).values() for d in votes.values() if d.coding.paper == one.copy.key]
    passages = reanchor([replace(finding_of(d), id=d.id) for d in own], one.copy.text, one.coded_text)
    places = {f.id: f for f in (*passages.kept, *passages.moved)}
    known = {f.id: (f, now[f.id]) for f in findings if f.id in now}
    for decision in carry_over(own, places, known, decisions):
        path = workspace.root / next(d.source for d in own if d.reviewer == decision.reviewer)
        append_decision(path, decision)
        yield path, 1, ()
    coded = {f.id for f in findings}
    lost = {f.id for f in passages.lost}
    yield workspace.decisions, 0, [_lost_decision(d) for d in own if d.id in lost and d.item not in coded]


def _lost_decision(d: Decision) -> Problem:
    message = f"`{d.item}`, which {d.reviewer} decided on: its passage is nowhere in the changed text; add it anew in `evidence review`"
    return Problem(STAGE, d.source, d.line, d.item, message)


# ---- tables


@dataclass(frozen=True)
class _Followed:
    """A table whose rows were followed into a new text: the cells to change by line, what moved, what was met."""

    file: Path
    cells: Mapping[int, Mapping[str, str]]
    moves: Sequence[Move]
    problems: Sequence[Problem]


def _follow(
    workspace: Workspace, path: Path, column: str, moves: Sequence[Move], places: Callable[[str, Sequence[int]], Sequence[Span]]
) -> _Followed:
    """Looks for the text in a column of every row and rewrites the rows of those that moved.

    ``places`` gives the places of a text near where it is expected; ``moves`` tell what to expect.
    """
    if not path.exists():
        return _Followed(path, {}, (), ())
    name = workspace.name(path)
    cells: dict[int, dict[str, str]] = {}
    found: list[Move] = []
    problems: list[Problem] = []
    for row in read_table(path, ("start", "end", column), STAGE, name).rows:
        if not (row["start"].isdecimal() and row["end"].isdecimal()):
            continue
        was = int(row["start"])
        expected = _expected(was, [*moves, *found[-1:]])
        there = places(row[column], expected)
        if not there:
            message = f"`{row[column][:80]}` is not where it should be in the changed text; correct start and end or delete the row"
            problems.append(Problem(STAGE, name, row.line, row[column][:80], message))
            continue
        start, end = min(there, key=lambda p: min(abs(p[0] - at) for at in expected))
        found.append((was, (start, end)))
        if (start, end) != (was, int(row["end"])):
            cells[row.line] = {"start": str(start), "end": str(end)}
    return _Followed(path, cells, found, [*problems, *_rewrite_rows(path, name, cells)])


def _expected(was: int, moves: Sequence[Move]) -> tuple[int, ...]:
    """Where something that stood at ``was`` may be expected: as far moved as what stood before it, or as what stood behind it."""
    ordered = sorted(moves)
    at = bisect_right(ordered, (was, (10**12, 0)))
    around = [ordered[i] for i in (at - 1, at) if 0 <= i < len(ordered)]
    return tuple(was + now[0] - before for before, now in around) or (was,)


def _by_words(text: str) -> Callable[[str, Sequence[int]], Sequence[Span]]:
    folded = fold(text)
    return lambda quote, _: find_quote(folded, quote)


def _by_text(text: str) -> Callable[[str, Sequence[int]], Sequence[Span]]:
    """The places of a short text that stand near where it is expected, with any white space between its words."""

    def places(quote: str, expected: Sequence[int]) -> Sequence[Span]:
        pattern = r"\s+".join(map(re.escape, quote.split()))
        spans = [m.span() for at in expected for m in re.compile(pattern).finditer(text, max(0, at - NEAR), at + NEAR + 2 * len(quote))]
        return [span for span in spans if any(abs(span[0] - at) <= NEAR for at in expected)] if pattern else []

    return places


def _rewrite_rows(path: Path, name: str, cells: Mapping[int, Mapping[str, str]]) -> list[Problem]:
    """Writes cells of a CSV file anew, by the line on which their row ends; all other rows stay byte for byte. One step: the old file or
    the new one, never half of it."""
    if not cells:
        return []
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [Problem(STAGE, name, None, "", "is not UTF-8, so its places were not written; save it as UTF-8 and try again")]
    lines = list(io.StringIO(text, newline=""))
    delimiter = max(",;\t", key=next((line for line in lines if line.strip()), "").count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    out, header, begun = [], list[str](), 0
    for row in reader:
        raw = "".join(lines[begun : reader.line_num])
        begun = reader.line_num
        if not header and any(cell.strip() for cell in row):
            header = [cell.strip() for cell in row]
        changed = cells.get(reader.line_num)
        out.append(_row({**dict(zip(header, row, strict=False)), **changed}, header, delimiter, raw) if changed else raw)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes((b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b"") + "".join(out).encode())
    temporary.replace(path)
    return []


def _row(cells: Mapping[str, str], header: Sequence[str], delimiter: str, raw: str) -> str:
    """A row as text, with the line end that it had."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=raw[len(raw.rstrip("\r\n")) :]).writerow([cells.get(c, "") for c in header])
    return out.getvalue()


def _remember(workspace: Workspace, key: str, sha256: str) -> int:
    """Writes the new text's digest over the old one in ``evidence.toml``; 1 if that was done."""
    config = workspace.root / CONFIG
    text = config.read_text(encoding="utf-8")
    new = text.replace(workspace.policy(key).sha256, sha256)
    if new == text:
        return 0
    temporary = config.with_name(f".{config.name}.tmp")
    temporary.write_text(new, encoding="utf-8")
    temporary.replace(config)
    return 1
