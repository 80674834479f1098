"""Plain text and Markdown: the text is the decoded file, unchanged; title, sections and page furniture are found by shape.

A byte order mark is not part of the text: offset 0 is the first character after it. Line ends stay as the file has them.
"""

from __future__ import annotations

import re

from evidence.documents.encoding import decode
from evidence.documents.headings import clean
from evidence.documents.paragraphs import paragraphs_of
from evidence.documents.structure import LONGEST_PAPER, find_furniture, find_sections, find_title
from evidence.model import Document, Format, Problem

_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[⁻,–][⁰¹²³⁴⁵⁶⁷⁸⁹]+)*|\^\{?\d[\d,;–-]*(?: ?[,;–-] ?\d+)*\}?|<sup>[^<]{1,80}</sup>")


def read_text(data: bytes, sha256: str) -> Document:
    """A plain-text file's bytes as a document."""
    return _read(data, sha256, "text")


def read_markdown(data: bytes, sha256: str) -> Document:
    """A Markdown file's bytes as a document; the text keeps its signs."""
    return _read(data, sha256, "markdown")


def _read(data: bytes, sha256: str, form: Format) -> Document:
    decoded = decode(data)
    text = decoded.text
    spans = paragraphs_of(text) if len(text) <= LONGEST_PAPER else []
    furniture = find_furniture(text, spans)
    kept = paragraphs_of(text, glue=furniture) if furniture else spans
    title = find_title(text, kept)
    notes = [decoded.note] if decoded.note else []
    if len(text) > LONGEST_PAPER:
        notes.append(
            f"{len(text):,} characters are far more than a paper holds: read without title, sections and page furniture; split the file"
        )
    problems = tuple(Problem("documents", "", None, "", note, "note") for note in notes)
    return Document(
        text=text,
        format=form,
        sha256=sha256,
        title=clean(" ".join(text[slice(*title)].split())) if title else None,
        sections=find_sections(text, kept, title),
        superscripts=tuple(m.span() for m in _RAISED.finditer(text)),
        furniture=furniture,
        metadata={"title": clean(" ".join(text[slice(*title)].split()))} if title else {},
        problems=problems,
    )
