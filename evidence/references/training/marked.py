"""Text in which every character carries a label, and the edits that keep the two in step.

A label is one character, the code of a field (:data:`evidence.references.labels.FIELDS`).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Marked(NamedTuple):
    """``text`` and, character by character, its ``labels``; both have the same length."""

    text: str
    labels: str


EMPTY = Marked("", "")


def mark(text: str, label: str) -> Marked:
    """``text`` with one label throughout."""
    return Marked(text, label * len(text))


def concat(parts: Iterable[Marked]) -> Marked:
    """The parts in a row."""
    rows = list(parts)
    return Marked("".join(p.text for p in rows), "".join(p.labels for p in rows))


def substitute(marked: Marked, pattern: str, replacement: str | Callable[[re.Match[str]], str], count: int = 0) -> Marked:
    """``re.sub`` over marked text; what is put in carries the label of the first character it replaces."""
    parts, position = [], 0
    for match in islice(re.finditer(pattern, marked.text), count or None):
        new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
        label = (marked.labels[match.start() :] or marked.labels[-1:] or "o")[0]
        parts += [Marked(marked.text[position : match.start()], marked.labels[position : match.start()]), mark(new, label)]
        position = match.end()
    parts.append(Marked(marked.text[position:], marked.labels[position:]))
    return concat(parts)
