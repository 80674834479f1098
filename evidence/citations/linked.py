"""Citations that the source format itself marks up (JATS ``xref``, HTML ``href``): the targets are given, only ranges are filled in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evidence.model import Link, Reference

_NUMERIC = re.compile(r"[\s\[\](),;^]*\d{1,4}[a-d]?(?:[\s,;–—‐‑−-]+\d{1,4}[a-d]?)*[\s\[\](),;^]*")
_RANGE = re.compile(r"[\s\])]*[-–—‐‑−][\s\[(]*")
_INNER_RANGE = re.compile(r"(\d{1,4})\s?[-–—‐‑−]\s?(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Pointed:
    """The place of a marked-up pointer in the document, the 1-based reference indices it names, and whether it is a number."""

    start: int
    end: int
    references: tuple[int, ...]
    numeric: bool


def read_links(text: str, links: Sequence[Link], references: Sequence[Reference], numbers: Mapping[int, int]) -> list[Pointed]:
    """The links that point into the reference list, in order, with the inside of ranges filled in.

    ``numbers`` leads from a printed number to a reference's index. Links to anything else (figures, notes) are left out.
    """
    index_of = {reference.id: reference.index for reference in references if reference.id}
    pointed = []
    for link in sorted(links, key=lambda link: (link.start, link.end)):
        targets = tuple(dict.fromkeys(index_of[t] for t in link.targets if t in index_of))
        if targets and link.start < link.end:
            numeric = bool(_NUMERIC.fullmatch(text, link.start, link.end))
            pointed.append(Pointed(link.start, link.end, _with_inner_range(text, link, targets, numbers), numeric))
    return [_shown(text, p) for p in _filled(text, pointed)]


def _shown(text: str, pointed: Pointed) -> Pointed:
    """The pointer without white space and brackets at its ends: mentions stand without brackets."""
    start, end = pointed.start, pointed.end
    while start < end and text[start] in " \t\n[(":
        start += 1
    while end > start and text[end - 1] in " \t\n])" and not (text[end - 1] == ")" and "(" in text[start:end]):
        end -= 1
    return Pointed(start, end, pointed.references, pointed.numeric) if start < end else pointed


def _with_inner_range(text: str, link: Link, targets: tuple[int, ...], numbers: Mapping[int, int]) -> tuple[int, ...]:
    """The targets of a link; for one whose text is itself a range ("4–6") with its ends only, all of it."""
    inner = _INNER_RANGE.search(text, link.start, link.end)
    if inner is None or len(targets) > 2:
        return targets
    first, last = int(inner[1]), int(inner[2])
    if numbers.get(first) != targets[0] or not 0 < last - first < 100:
        return targets
    return tuple(numbers[n] for n in range(first, last + 1) if n in numbers)


def _filled(text: str, pointed: Sequence[Pointed]) -> Iterator[Pointed]:
    """Pointers, with those between two that a dash joins ("[4–6]", linked at its ends only) filled in at the second's place."""
    for before, after in zip([None, *pointed], pointed, strict=False):
        if before and before.numeric and after.numeric and _RANGE.fullmatch(text, before.end, after.start):
            first, last = before.references[-1] + 1, after.references[0]
            between = tuple(range(first, last)) if last - first < 100 else ()
            yield Pointed(after.start, after.end, between + after.references, True)
        else:
            yield after


def touched(links: Sequence[Pointed], start: int, end: int) -> list[Pointed]:
    """The links that overlap ``[start, end)``; ``links`` are in order."""
    at = bisect_left(links, start, key=lambda link: link.end)
    found = []
    while at < len(links) and links[at].start < end:
        if links[at].end > start:
            found.append(links[at])
        at += 1
    return found
