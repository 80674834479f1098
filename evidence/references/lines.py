"""A document's text as lines with their places, page furniture taken out; shared by the steps that find and split lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_YEAR = re.compile(r"(?<![\d.])(?:1[5-9]\d\d|20[0-3]\d)[a-k]?(?!\d)|\bn\.\s?d\.|\b[Ii]n press\b|\bforthcoming\b|\bo\.\s?J\.")
_START = re.compile(
    r"(?:(?:van|von|der|den|de|del|della|da|dos|di|le|la|ten|ter|zu|af|al|el)\s){0,3}[^\W\d_a-z][^\W\d_]*(?:['’ʼ‐-][^\W\d_]+)*(?:\s[^\W\d_a-z][^\W\d_]*(?:['’‐-][^\W\d_]+)*){0,2}"
    r"(?:,\s[^\W\d_a-z]|\s[A-Z]{1,3}\b|\s[A-Z]\.|\s\(|\.\s|:\s)|(?:[A-Z]\.[\s-]?){1,3}[^\W\d_]|[—–_-]{2,}|[“\"„«]"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without the white space around it: its ``text``, its place, and how far it is set in (columns)."""

    text: str
    start: int
    end: int
    indent: int = 0

    @property
    def blank(self) -> bool:
        """Whether nothing stands on the line."""
        return not self.text

    @property
    def dated(self) -> bool:
        """Whether a year (or "n.d.", "in press") stands on the line's first 2000 characters."""
        return bool(_YEAR.search(self.text, 0, 2000))

    @property
    def opens(self) -> bool:
        """Whether the line begins as a reference does: with a name, initials, a dash for the same author, or a quotation."""
        return bool(_START.match(self.text))


def read_lines(text: str, start: int, end: int, furniture: Sequence[tuple[int, int]] = ()) -> list[Line]:
    """The lines of ``text[start:end]``; lines that lie in ``furniture`` and bare page numbers are left out."""
    lines = []
    position = start
    hidden = sorted(furniture)
    at = 0
    while position < end:
        stop = text.find("\n", position, end)
        stop = end if stop < 0 else stop
        body = text[position:stop]
        content = body.strip()
        first = position + len(body) - len(body.lstrip()) if content else position
        last = first + len(content)
        while at < len(hidden) and hidden[at][1] <= first:
            at += 1
        covered = bool(content) and at < len(hidden) and hidden[at][0] <= first and hidden[at][1] >= last
        if not covered:
            lines.append(Line(content, first, last, first - position))
        position = stop + 1
    return lines
