"""Lines and paragraphs of any text: where a line break ends a paragraph and where it only wraps one.

Captures come in three manners: blank lines between paragraphs, one paragraph a line, and lines wrapped at a fixed width.
All three are told apart locally, by the one thing a wrapped line shows: the next word would not have fitted on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int]

_LINE = re.compile(r"\S(?:[^\n\r\v\f\u2028\u2029]*\S)?")
_FIRST_WORD = re.compile(r"\S{1,60}")
_ITEM = re.compile(r"(?:[-*•●▪◦–]|\(?\d{1,3}[.)\]]|\[\d{1,3}\]|\([a-z]\))\s")
_MARKED = re.compile(r"#{1,6}\s")

NARROWEST, WIDEST = 40, 130
"""Characters a line that wraps has; longer lines are whole paragraphs, shorter ones names, addresses, cells."""


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Places of the lines that hold anything, without white space at their ends."""
    for match in _LINE.finditer(text, start, len(text) if end is None else end):
        yield match.span()


def paragraphs_of(text: str, start: int = 0, end: int | None = None, glue: Sequence[Span] = ()) -> list[Span]:
    """Places of the paragraphs in ``text[start:end]``, in order, without white space at their ends.

    ``glue`` are ordered places to read over: where one of them covers all that stands between two paragraphs, they are one.
    """
    spans = [span for block in _blocks(text, lines(text, start, end)) for span in _unwrapped(text, block)]
    return _glued(spans, glue) if glue else spans


def _blocks(text: str, spans: Iterable[Span]) -> Iterator[list[Span]]:
    """Runs of lines without a blank line (or a page break) between them."""
    block: list[Span] = []
    for span in spans:
        if block and _is_blank(text[block[-1][1] : span[0]]):
            yield block
            block = []
        block.append(span)
    if block:
        yield block


def _is_blank(gap: str) -> bool:
    return max(gap.count("\n"), gap.count("\r")) > 1 or "\f" in gap


def _unwrapped(text: str, block: list[Span]) -> Iterator[Span]:
    """The paragraphs of a block: its lines, those joined that wrap."""
    width = max(end - start for start, end in block)
    if len(block) == 1 or not NARROWEST <= width <= WIDEST:
        yield from block
        return
    first, last = block[0]
    for start, end in block[1:]:
        if not _wraps(text, _line_start(text, last, first), last, start, width):
            yield first, last
            first = start
        last = end
    yield first, last


def _line_start(text: str, position: int, floor: int) -> int:
    return max(text.rfind("\n", floor, position) + 1, text.rfind("\r", floor, position) + 1, floor)


def _wraps(text: str, start: int, end: int, following: int, width: int) -> bool:
    """Whether the line from ``start`` to ``end`` goes on in the line that starts at ``following``."""
    word = _FIRST_WORD.match(text, following)
    if word is None or _ITEM.match(text, following) or _MARKED.match(text, following) or _MARKED.match(text, start):
        return False
    return end - start + 1 + len(word[0]) > 0.9 * width


def _glued(spans: list[Span], glue: Sequence[Span]) -> list[Span]:
    """Join spans over places of ``glue`` that reach from the end of one to the start of a later one; drop spans inside."""
    joined: list[Span] = []
    places = iter(sorted(glue))
    place = next(places, None)
    for start, end in spans:
        while place and place[1] < start:
            place = next(places, None)
        if place and place[0] <= start and end <= place[1]:
            continue
        if joined and place and start <= place[1] and place[0] <= joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
