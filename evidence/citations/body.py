"""The running text of a paper: what is left when the reference lists and the page furniture are taken out.

Citations are sought in a ``Body``; its offsets lead back to the document, so a citation that a page break cuts in two is
one piece here and still knows its place there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence.model import Document, Reference

Span = tuple[int, int]

LIST_GAP = 1500
"""Characters between two entries from which on there is running text between two lists, not link furniture."""
LABEL_WIDTH = 16
"""Characters a printed number or bullet before an entry may take."""
TAIL_WIDTH = 200
"""Characters that link words after an entry may take."""
WALL = "\n|\n"
"""Stands for a list in the body: no citation reaches across it."""


@dataclass(frozen=True, slots=True)
class Body:
    """Running text. ``starts`` are offsets in ``text`` where a piece begins, ``origins`` the same places in the document."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def source(self, start: int, end: int) -> Span:
        """The place in ``Document.text`` of the non-empty ``text[start:end]``."""
        return self._source(start), self._source(end - 1) + 1

    def _source(self, offset: int) -> int:
        piece = bisect_right(self.starts, offset) - 1
        return self.origins[piece] + offset - self.starts[piece]

    def places(self, spans: Iterable[Span]) -> list[Span]:
        """Spans of the document as spans of the body; what was taken out is dropped. In order of their starts."""
        found = []
        for start, end in sorted(spans):
            piece = bisect_right(self.origins, start) - 1
            if piece < 0:
                continue
            begin = self.starts[piece] + start - self.origins[piece]
            limit = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)
            if begin < limit and start < end:
                found.append((begin, min(begin + end - start, limit)))
        return found


def read_body(document: Document, references: Sequence[Reference]) -> Body:
    """The document's text without its reference lists (a wall stands for each) and its furniture (a space)."""
    text = document.text
    cuts = [(start, end, WALL) for start, end in list_spans(document, references)]
    cuts += [(start, end, " ") for start, end in document.furniture if start < end]
    pieces: list[str] = []
    starts, origins = [0], [0]
    position = length = 0
    for start, end, filler in sorted(cuts):
        if end <= position:
            continue
        kept = text[position : max(position, start)]
        pieces += [kept, filler]
        length += len(kept) + len(filler)
        position = end
        starts.append(length)
        origins.append(position)
    pieces.append(text[position:])
    return Body("".join(pieces), tuple(starts), tuple(origins))


def list_spans(document: Document, references: Sequence[Reference]) -> list[Span]:
    """The places of the reference lists: runs of entries with less than ``LIST_GAP`` between them, widened to whole lines."""
    entries = sorted([(r.start, r.end) for r in references] + [(e.start, e.end) for e in document.entries])
    runs: list[Span] = []
    for start, end in entries:
        if not 0 <= start < end:
            continue
        if runs and start - runs[-1][1] < LIST_GAP:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((start, end))
    return [_whole_lines(document.text, start, end) for start, end in runs]


def _whole_lines(text: str, start: int, end: int) -> Span:
    """The span with the label before it and the link words after it, when the line is short enough for that to be all they are."""
    line_start = text.rfind("\n", max(0, start - LABEL_WIDTH), start) + 1
    line_end = text.find("\n", max(start, end - 1), end + TAIL_WIDTH)
    return line_start or (0 if start < LABEL_WIDTH else start), end if line_end < 0 else max(end, line_end)
