"""Builds a document's text from a marked-up source: paragraphs apart by a blank line, white space folded, soft hyphens gone,
and the places of headings, links, entries and superscripts kept while the text grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from evidence.documents.headings import Heading
from evidence.documents.links import ranged
from evidence.documents.paragraphs import Span
from evidence.documents.structure import nested
from evidence.model import CslItem, Document, EntryMark, Format, Link, Problem

_FOLD = re.compile(r"[ \t\r\n\f\v]+")
_DROP = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff\u2060"))


class TextBuilder:
    """Grows one text. ``write`` takes running text, the ``break_`` methods say what stands before the next of it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._gap = ""
        self._flat = 0
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.entries: list[EntryMark] = []
        self.superscripts: list[Span] = []

    def write(self, text: str | None) -> None:
        """Append running text; its white space is folded, also with what stood before."""
        folded = _FOLD.sub(" ", (text or "").translate(_DROP))
        core = folded.strip(" ")
        if folded.startswith(" ") and not self._gap:
            self._gap = " "
        if core:
            self._append(core)
            self._gap = " " if folded.endswith(" ") else ""

    def _append(self, core: str) -> None:
        if self._length:
            self._parts.append(self._gap)
            self._length += len(self._gap)
        self._parts.append(core)
        self._length += len(core)

    def break_paragraph(self) -> None:
        """The next text begins a paragraph (inside ``flat``: goes on after a space)."""
        self._gap = "\n\n" if not self._flat else self._gap or " "

    def break_line(self) -> None:
        """The next text begins a line of the same paragraph (inside ``flat``: goes on after a space)."""
        if self._gap != "\n\n":
            self._gap = "\n" if not self._flat else self._gap or " "

    def break_cell(self) -> None:
        """The next text begins a table cell."""
        if self._gap in ("", " "):
            self._gap = "\t"

    @contextmanager
    def flat(self) -> Iterator[None]:
        """All that is written inside is one paragraph."""
        self._flat += 1
        try:
            yield
        finally:
            self._flat -= 1

    @property
    def here(self) -> int:
        """Where the next text will begin."""
        return self._length + len(self._gap) if self._length else 0

    @property
    def end(self) -> int:
        """Where the text ends now."""
        return self._length

    def text_from(self, start: int) -> str:
        """The text from ``start`` on, for the few characters just written."""
        kept, parts = self._length - start, []
        for part in reversed(self._parts):
            if kept <= 0:
                break
            parts.append(part)
            kept -= len(part)
        joined = "".join(reversed(parts))
        return joined[len(joined) - (self._length - start) :] if self._length > start else ""

    def heading(self, start: int, level: int) -> None:
        """What stands from ``start`` to here is a heading; without text it is none."""
        if self.end > start:
            self.headings.append(Heading(start, self.end, self.text_from(start).strip(), level))

    def document(self, form: Format, sha256: str, title: str | None, metadata: CslItem, problems: tuple[Problem, ...]) -> Document:
        """The document that was built, ranges of links filled."""
        text = self.text
        links = [Link(*place, link.targets) for link in self.links if (place := _trimmed(text, link.start, link.end))]
        entries = [replace(mark, start=place[0], end=place[1]) for mark in self.entries if (place := _trimmed(text, mark.start, mark.end))]
        found = [replace(h, start=place[0], end=place[1]) for h in self.headings if (place := _trimmed(text, h.start, h.end))]
        return Document(
            text=text,
            format=form,
            sha256=sha256,
            title=title or None,
            sections=nested(_apart(found), len(text)),
            links=ranged(text, links, entries),
            entries=tuple(entries),
            superscripts=tuple(place for start, end in self.superscripts if (place := _trimmed(text, start, end))),
            metadata=metadata,
            problems=problems,
        )

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """A place without white space at its ends; ``None`` if nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _apart(found: list[Heading]) -> list[Heading]:
    """The headings in order; of one that damaged markup put inside another only the outer."""
    kept: list[Heading] = []
    for heading in sorted(found, key=lambda h: (h.start, -h.end)):
        if not kept or heading.start >= kept[-1].end:
            kept.append(heading)
    return kept
