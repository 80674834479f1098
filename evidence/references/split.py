"""A reference list into its entries, each with the places it is made of.

A list is numbered, bulleted, set in paragraphs or lines, or wrapped; what its lines look like decides. An entry that a
page break cut in two (blank line, even a bullet again) is put together; link words of web pages are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from evidence.references.lines import Line, read_lines
from evidence.references.parse import strip_links

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = re.compile(r"(?:\[\s?(\d{1,4})\s?\]|\((\d{1,4})\)|(\d{1,4})[.)](?!\d)|(\d{1,3})(?=\s+[^\W\d_]))[\s.:]*")
BULLET = re.compile(r"[•●▪◦‣·∙*–—-]\s+")
KEY = re.compile(r"\[([A-Za-z][A-Za-z+&]{0,12}\d{0,4}[a-z]?)\]\s*")
LINKS = re.compile(
    r"(?:\[?\s*(?:DOI|PMC free article|PubMed(?: ?Central)?|Google ?Scholar|Cross ?[Rr]ef|Article|CAS|Medline|MATH"
    r"|MathSciNet|Scopus|ADS|ISI|Web of Science ?®?|View(?: Article| in Article| Record in Scopus)?|Full Text(?: PDF)?"
    r"|Download references|Open in new tab|Search ADS|Google Preview|WorldCat|PDF|Abstract|Free full text|Find this author "
    r"on .{0,40}|Search PubMed|Publisher Site|Cited by \d{1,6}|\(\d{1,6}\))\s*\]?[\s,|·•;.-]*)+$",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"(?:page\s+)?\d{1,4}(?:\s+of\s+\d{1,4})?$|[ivxl]{1,6}$", re.IGNORECASE)
_COMPLETE = re.compile(r"[.\])>\"”»/\d?!;]$|[a-z]\.[a-z]{2,4}$|10\.\d{4,9}/\S+$")
_PARTICLE = re.compile(r"(?:van|von|de|del|della|da|dos|di|le|la|ter|ten|den|zu|al|el|d['’])[\s-]?(?:\w+\s){0,2}[^\W\d_a-z]")
_SEQUENCE = re.compile(r"(?:^|(?<=\s))(?:\[(\d{1,3})\]|(\d{1,3})\.)\s+(?=[^\W\d_a-z\s])")


@dataclass(frozen=True)
class Entry:
    """An entry of a list: the places it is made of, in order, and its printed number or key (empty without one)."""

    places: tuple[tuple[int, int], ...]
    label: str = ""

    @property
    def start(self) -> int:
        """Where the entry begins, after bullet or number."""
        return self.places[0][0]

    @property
    def end(self) -> int:
        """Where the entry ends, before link words."""
        return self.places[-1][1]

    def raw(self, text: str) -> str:
        """The entry's text, its parts joined by single spaces."""
        return " ".join(re.sub(r"\s+", " ", text[a:b]) for a, b in self.places)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of the list without its marker: ``kind`` of marker (``"number"``, ``"bullet"``, ``"key"`` or empty) and its label."""

    line: Line
    start: int
    kind: str
    label: str
    after_blank: bool

    def body(self) -> str:
        return self.line.text[self.start - self.line.start :]


def _pieces(lines: Sequence[Line]) -> list[_Piece]:
    """Lines that hold something of an entry; link words and page numbers are passed over."""
    pieces = []
    blank = True
    for line in lines:
        if line.blank or (len(line.text) < 200 and LINKS.match(line.text) and not _is_number_only(line)) or _PAGE_NUMBER.match(line.text):
            blank = True
            continue
        pieces.append(_marked(line, blank))
        blank = False
    return pieces


def _is_number_only(line: Line) -> bool:
    return bool(re.fullmatch(r"\[?\d+\]?\.?", line.text))


def _marked(line: Line, blank: bool) -> _Piece:
    offset = 0
    if bullet := BULLET.match(line.text):
        offset = bullet.end()
    if number := NUMBER.match(line.text, offset):
        return _Piece(line, line.start + number.end(), "number", next(g for g in number.groups() if g), blank)
    if key := KEY.match(line.text, offset):
        return _Piece(line, line.start + key.end(), "key", key[1], blank)
    return _Piece(line, line.start + offset, "bullet" if offset else "", "", blank)


def _continues(previous: str, current: str) -> bool:
    """Whether ``current`` goes on with an entry that ``previous`` left open: it begins small (and not with a particle of a
    name), or the entry so far ends in a comma, a hyphen or a joining word."""
    if not current:
        return True
    previous = previous[-200:]
    if re.search(r"(?:[,&–-]|\b(?:and|und|et|of|the|in|for|with|pp\.?|vol\.?))$", previous):
        return True
    if _COMPLETE.search(previous):
        return False
    return (current[0].islower() and not _PARTICLE.match(current)) or current[0] in "(,;&"


def _numbered_starts(pieces: Sequence[_Piece]) -> list[int]:
    """Positions of pieces that carry the next number of the list (small gaps and a new count from 1 allowed)."""
    starts: list[int] = []
    expected = 0
    for i, piece in enumerate(pieces):
        if piece.kind != "number":
            continue
        number = int(piece.label)
        if not starts or expected <= number <= expected + 3 or (number == 1 and expected > 2):
            starts.append(i)
            expected = number + 1
    return starts


def _bulleted_starts(pieces: Sequence[_Piece], kind: str) -> list[int]:
    """Positions of pieces with a bullet (or key) that do not go on with the entry before."""
    return [i for i, p in enumerate(pieces) if p.kind == kind and (i == 0 or not _continues(pieces[i - 1].body(), p.body()))]


def _plain_starts(pieces: Sequence[_Piece]) -> list[int]:
    """Starts in a list without markers: by hanging indent, by blank lines, or line by line."""
    indents = [p.line.indent for p in pieces]
    least, most = min(indents), max(indents)
    hanging = most > least and 0.15 < sum(i == least for i in indents) / len(indents) < 0.85
    if hanging and sum(p.line.opens for p in pieces if p.line.indent == least) * 2 > sum(i == least for i in indents):
        return [i for i, p in enumerate(pieces) if i == 0 or p.line.indent == least]
    paragraphs = [i for i, p in enumerate(pieces) if i == 0 or p.after_blank]
    several = sum(
        b - a > 1 and sum(p.line.dated and p.line.opens for p in pieces[a:b]) > 1 for a, b in pairwise([*paragraphs, len(pieces)])
    )
    separated = len(paragraphs) > 1 and len(paragraphs) * 6 >= len(pieces) and several * 4 <= len(paragraphs)
    if separated:
        return [i for i in paragraphs if i == 0 or not _continues(pieces[i - 1].body(), pieces[i].body())]
    wrapped = sum(p.line.dated for p in pieces) < 0.7 * len(pieces) and max(len(p.line.text) for p in pieces) < 160
    starts, dated = [0], pieces[0].line.dated
    for i in range(1, len(pieces)):
        if _begins(pieces[i - 1], pieces[i], wrapped=wrapped, dated=dated):
            starts.append(i)
            dated = False
        dated = dated or pieces[i].line.dated
    return starts


def _begins(previous: _Piece, current: _Piece, *, wrapped: bool, dated: bool) -> bool:
    """Whether a line begins an entry. ``dated``: the entry before has its year; in a wrapped list only a line that opens
    like a reference begins one, after a dated entry whose last line closes."""
    if _continues(previous.body(), current.body()):
        return False
    return not wrapped or (dated and bool(_COMPLETE.search(previous.body()[-200:])) and current.line.opens)


def _starts(pieces: Sequence[_Piece]) -> list[int]:
    numbered = _numbered_starts(pieces)
    if (len(numbered) >= 2 and len(numbered) * 12 >= len(pieces) and pieces[numbered[0]].label in ("0", "1")) or len(numbered) * 2 > len(
        pieces
    ):
        return numbered
    for kind in ("key", "bullet"):
        marked = _bulleted_starts(pieces, kind)
        if len(marked) * 3 > len(pieces) or (marked and len(marked) == sum(p.kind == kind for p in pieces) > 1 and marked[0] == 0):
            return marked
    return _plain_starts(pieces)


def _entry(text: str, pieces: Sequence[_Piece], *, numbered: bool) -> Entry | None:
    """The pieces as one entry, link words at its end cut off; ``None`` when nothing is left."""
    places = [(p.start if i == 0 or p.kind == "bullet" else p.line.start, p.line.end) for i, p in enumerate(pieces)]
    while places:
        start, end = places[-1]
        kept = strip_links(text[start:end])
        if kept.strip():
            places[-1] = (start, start + len(kept.rstrip()))
            break
        places.pop()
    places = [(a, b) for a, b in places if a < b]
    return Entry(tuple(places), pieces[0].label if numbered else "") if places else None


def _run_on(text: str, start: int, end: int) -> list[Entry]:
    """Entries of a numbered list that was run into one line; empty when it was not."""
    cuts: list[tuple[int, int, str]] = []
    expected = 1
    for match in _SEQUENCE.finditer(text, start, end):
        if int(match[1] or match[2]) == expected:
            cuts.append((match.start(), match.end(), match[1] or match[2]))
            expected += 1
    if len(cuts) < 3 or text[start : cuts[0][0]].strip():
        return []
    stops = [c[0] for c in cuts[1:]] + [end]
    entries = []
    for (_, first, label), stop in zip(cuts, stops, strict=True):
        kept = strip_links(text[first:stop].rstrip()).rstrip()
        if kept:
            entries.append(Entry(((first, first + len(kept)),), label))
    return entries


def split_list(text: str, start: int, end: int, furniture: Sequence[tuple[int, int]] = ()) -> list[Entry]:
    """The entries of the list at ``text[start:end]``, in order. All text that is not marker, link words or page furniture is
    in exactly one entry, except lines before the first marker of a numbered list, which are an entry of their own."""
    lines = read_lines(text, start, end, furniture)
    pieces = _pieces(lines)
    if not pieces:
        return []
    if len(pieces) == 1 and (entries := _run_on(text, pieces[0].line.start, pieces[0].line.end)):
        return entries
    starts = _starts(pieces)
    if starts[:1] != [0]:
        starts = [0, *starts]
    numbered = any(pieces[i].kind in ("number", "key") for i in starts[1:] or starts)
    groups = [pieces[a:b] for a, b in pairwise([*starts, len(pieces)])]
    return [entry for group in groups if (entry := _entry(text, group, numbered=numbered)) is not None]
