"""Links to several entries at once: what stands between the ends of "4–7" is meant too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence.model import EntryMark, Link

_DASHES = re.compile(r"\s*(?:[-–—‐‑−]|to|through)\s*")
_PRINTED_RANGE = re.compile(r"\[?(\d{1,4})\s*[-–—‐‑−]\s*(\d{1,4})\]?")
_NUMBER = re.compile(r"[\s\[(]*\d{1,4}(?:\s*[-–—‐‑−]\s*\d{1,4})?[\s\])]*")

WIDEST = 200
"""Entries that a range spans at most."""


def ranged(text: str, links: Sequence[Link], entries: Sequence[EntryMark]) -> tuple[Link, ...]:
    """The links with their ranges filled. Two numbers with only a dash between them become one link to all entries from the
    first to the last; so does one link that prints a range and names only its ends, or its first."""
    order = [entry.id for entry in entries]
    places = {identifier: index for index, identifier in enumerate(order)}
    numbers = {entry.id: str(entry.csl.get("citation-number") or index) for index, entry in enumerate(entries, 1)}
    found: list[Link] = []
    for link in links:
        joined = _joined(text, found[-1], link, order, places) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(_filled(text, link, order, places, numbers))
    return tuple(found)


def _joined(text: str, before: Link, link: Link, order: Sequence[str], places: dict[str, int]) -> Link | None:
    """One link for both ends of a range; ``None`` if they are not that."""
    if link.start - before.end > 9 or not _DASHES.fullmatch(text, before.end, link.start):
        return None
    first, last = places.get(before.targets[-1]), places.get(link.targets[0])
    if first is None or last is None or not first < last < first + WIDEST:
        return None
    if not (_NUMBER.fullmatch(text, before.start, before.end) and _NUMBER.fullmatch(text, link.start, link.end)):
        return None
    return Link(before.start, link.end, (*before.targets, *order[first + 1 : last], *link.targets))


def _filled(text: str, link: Link, order: Sequence[str], places: dict[str, int], numbers: dict[str, str]) -> Link:
    """The link to all entries of the range it prints, if the numbers of the entries agree; else the link as it is."""
    match = _PRINTED_RANGE.fullmatch(text, link.start, link.end)
    first = places.get(link.targets[0])
    if not match or first is None or len(link.targets) > 2:
        return link
    low, high = int(match[1]), int(match[2])
    last = first + high - low
    if not low < high < low + WIDEST or numbers[link.targets[0]] != str(low) or last >= len(order):
        return link
    return Link(link.start, link.end, tuple(order[first : last + 1]))
