"""Papers in, documents out: one reader per format, chosen by what the file holds, then by its name.

``read_document`` never raises for what a file holds: whatever cannot be read ends in an empty document with a Problem that
says what was met and what to do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from evidence.documents.docx import read_docx
from evidence.documents.encoding import decode, is_binary
from evidence.documents.html import read_html
from evidence.documents.jats import read_jats
from evidence.documents.pdf import read_pdf
from evidence.documents.plaintext import read_markdown, read_text
from evidence.documents.sentences import sentences
from evidence.documents.structure import paragraphs, section_at
from evidence.model import Document, Format, Problem

__all__ = ["paragraphs", "read_document", "read_lines", "section_at", "sentences"]

READERS: dict[Format, Callable[[bytes, str], Document]] = {
    "text": read_text,
    "markdown": read_markdown,
    "html": read_html,
    "jats": read_jats,
    "pdf": read_pdf,
    "docx": read_docx,
}
"""Reader by format: bytes and their digest in, document out."""

SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "jats",
    ".nxml": "jats",
    ".pdf": "pdf",
    ".docx": "docx",
}
"""Format by the end of the file's name."""

MAGIC: tuple[tuple[bytes, Format | str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "docx"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "this is an old Word file (.doc) or one with a password: save it as .docx without a password and read that",
    ),
    (b"{\\rtf", "this is rich text (RTF): save it as .docx or plain text and read that"),
    (b"\x1f\x8b", "this is a compressed file (gzip): unpack it and read what is in it"),
)
"""First bytes, and the format they mean or what to do."""

_ROOT = re.compile(
    r"(?>\s*(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE\s+(?P<doctype>\w*)[^>\[]*(?:\[[^\]]*\]\s*)?>))*+\s*<(?P<root>[\w:.-]{1,60})",
    re.I | re.S,
)
"""The first element of an XML or HTML file, past declarations and comments."""

_JATS_ROOTS = frozenset({"article", "pmc-articleset", "oai-pmh", "pmc-articles", "articles"})


def read_document(path: Path) -> Document:
    """Read the paper at ``path``: PDF, DOCX, JATS XML, HTML, Markdown or plain text.

    What cannot be read (a missing or unreadable file, a directory, a damaged or protected file, no text layer) ends in a
    document with empty text and a Problem whose ``source`` is the path.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        return _empty(path, b"", "this is a pipe or a device, which may never end: save the paper as a file and read that")
    try:
        data = path.read_bytes()
    except OSError as error:
        return _empty(
            path,
            b"",
            f"this file cannot be opened ({error.strerror or error}): check its name, that it is a file, and the right to read it",
        )
    return replace(document := _read(path, data), problems=tuple(replace(p, source=str(path)) for p in document.problems))


def read_lines(data: bytes, source: str) -> tuple[list[str], tuple[Problem, ...]]:
    """The lines of a plain text such as a pasted reference list, in whatever encoding, without their ends; and what is to be said of them.

    What is no text gives no lines and an error; ``source`` is the file's name for the Problems."""
    form = sniff(data, "text") if data.strip() else "this file is empty: get it again from where it came"
    if form not in READERS:
        return [], (Problem("documents", source, None, "", form),)
    if form in ("pdf", "docx"):
        message = f"this is a paper ({form}), not one reference a line: read it with `evidence read`"
        return [], (Problem("documents", source, None, "", message),)
    decoded = decode(data)
    notes = [decoded.note] if decoded.note else []
    if form in ("html", "jats"):
        notes.append(
            f"this looks like a paper ({form}): `evidence read` finds its reference list; here every line was taken for a reference"
        )
    lines = _LINE_END.split(decoded.text)
    return lines if lines[-1] else lines[:-1], tuple(Problem("documents", source, None, "", note, "note") for note in notes)


_LINE_END = re.compile(r"\r\n?|\n")


def _read(path: Path, data: bytes) -> Document:
    if not data.strip():
        return _empty(path, data, "this file is empty: get it again from where it came")
    named = SUFFIXES.get(path.suffix.lower())
    form = sniff(data, named)
    if form not in READERS:
        return _empty(path, data, form)
    try:
        document = READERS[form](data, hashlib.sha256(data).hexdigest())
    except Exception as error:  # noqa: BLE001 - the boundary: one paper's bytes never stop the reading of the others
        return _empty(
            path,
            data,
            f"the reader for {form} failed on this file ({type(error).__name__}: {error}): please report it, and read another format",
        )
    if named and named != form and not {named, form} <= {"text", "markdown"}:
        note = Problem("documents", "", None, path.suffix, f"the name says {named}, the content is {form}: read as {form}", "note")
        return replace(document, problems=(*document.problems, note))
    return document


def sniff(data: bytes, named: Format | None) -> Format | str:
    """The format of a file's bytes, or, where no reader takes it, the words of a Problem. ``named`` is the format that its name
    says, and decides only between those that look alike."""
    for magic, form in MAGIC:
        if data.startswith(magic) or (form == "pdf" and magic in data[:1024]):
            return form
    if is_binary(data):
        return "this is a binary file that no reader takes: convert it to PDF, DOCX, HTML, JATS XML or plain text"
    root = _ROOT.match(decode(data[:30_000]).text)
    if root is None:
        return named if named == "markdown" else "text"
    name = root["root"].lower().rpartition(":")[2]
    if name == "html" or (root["doctype"] or "").lower() == "html":
        return "html"
    if name in _JATS_ROOTS and named != "html":
        return "jats"
    return named if named in ("markdown", "html", "jats") else "text"


def _empty(path: Path, data: bytes, message: str) -> Document:
    problem = Problem("documents", str(path), None, "", message)
    return Document("", SUFFIXES.get(path.suffix.lower(), "text"), hashlib.sha256(data).hexdigest(), problems=(problem,))
