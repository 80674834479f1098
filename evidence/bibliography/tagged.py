"""Files of tagged lines (RIS, PubMed): ``TY  - JOUR``, with continuation lines; split into records with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evidence.model import CslItem

Tags = dict[str, list[str]]


@dataclass(frozen=True)
class TaggedRecord:
    """One record: its 1-based first line, the values of each tag in order, its raw text, and whether it was closed."""

    line: int
    tags: Tags
    raw: str
    closed: bool


def split_records(text: str, tag: re.Pattern[str], first: str, last: str | None, joiner: str) -> Iterator[TaggedRecord]:
    """The records of ``text``. ``tag`` matches the head of a tagged line (group 1 is the tag); a record runs from tag
    ``first`` to tag ``last`` (``None``: to the next ``first``). A line without a tag continues the value above it. Text
    before the first record comes as a record without tags."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        match = tag.match(line)
        if match and match[1] == first and any(text.strip() for _, text in lines):
            yield _record(lines, tag, last, joiner)
            lines = []
        lines.append((number, line))
        if match and match[1] == last:
            yield _record(lines, tag, last, joiner)
            lines = []
    if any(line.strip() for _, line in lines):
        yield _record(lines, tag, last, joiner)


def _record(lines: list[tuple[int, str]], tag: re.Pattern[str], last: str | None, joiner: str) -> TaggedRecord:
    tags: Tags = {}
    parts: list[str] | None = None
    values: list[tuple[str, list[str]]] = []
    for _, line in lines:
        if match := tag.match(line):
            parts = [line[match.end() :].strip()]
            values.append((match[1], parts))
        elif parts is not None and line.strip():
            parts.append(line.strip())
    for name, pieces in values:
        tags.setdefault(name, []).append(joiner.join(pieces))
    start = next((number for number, line in lines if line.strip()), lines[0][0])
    return TaggedRecord(start, tags, "\n".join(line for _, line in lines).strip("\n"), last is None or last in tags)


def first_of(tags: Mapping[str, list[str]], names: tuple[str, ...]) -> tuple[str, str]:
    """The first tag of ``names`` that has a value, and that value; two empty strings when none has."""
    return next(((name, value) for name in names for value in tags.get(name, ()) if value), ("", ""))


def filled(var: str, value: object) -> CslItem:
    """The variable, when it has a value."""
    return {var: value} if value else {}
