"""Word documents (.docx), read from the parts of the package itself, so that tracked insertions and the content controls in
which reference managers keep their bibliographies are not lost.

Paragraphs and tables in order, headings by style or outline level, numbers of numbered lists, footnotes and endnotes after the
paragraph that calls them. Deleted text, comments, headers and footers are left out. The package's declared sizes are checked
before anything is unpacked; the standard library never unpacks more than is declared.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from evidence.documents import headings
from evidence.documents.builder import TextBuilder
from evidence.documents.paragraphs import paragraphs_of
from evidence.documents.structure import find_sections, find_title
from evidence.documents.xml import DEEPEST, Element, local, parse_xml, words
from evidence.model import CslItem, Document, Problem

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_STYLE = re.compile(r"(?:heading|überschrift|berschrift|titre|título|ttulo|titolo|kop|rubrik|nagłówek)\s*([1-9])", re.I)

LARGEST_PART = 100_000_000
LARGEST_PACKAGE = 400_000_000
STEEPEST = 300
"""Bytes a part and a package may unpack to, and how many times its packed size a part beyond 10 MB may grow: a manuscript has a
hundredth of it, a zip bomb more."""

SKIPPED = frozenset("del moveFrom instrText delText Fallback rPr pPr tblPr tcPr trPr sectPr sdtPr commentReference annotationRef".split())


@dataclass(frozen=True)
class _Styles:
    """What the style and numbering parts say: heading level by style, and (numbering, level) pairs that count in digits."""

    levels: dict[str, int] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()
    numbered: frozenset[tuple[str, str]] = frozenset()
    style_numbers: dict[str, tuple[str, str]] = field(default_factory=dict)


def read_docx(data: bytes, sha256: str) -> Document:
    """A .docx file's bytes as a document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            refusal = _refusal(package)
            if refusal:
                return _unread(sha256, refusal)
            parts = {name: _part(package, name) for name in _WANTED if name in package.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        return _unread(sha256, f"this Word document is damaged ({error}): open it in a word processor and save it again")
    body, broken = parts.get("word/document.xml", (None, "no main part"))
    if body is None:
        return _unread(sha256, f"this Word document is damaged ({broken}): open it in a word processor and save it again")
    reader = _Reader({name: root for name, (root, _) in parts.items() if root is not None})
    reader.read(body)
    return _document(reader, parts, sha256, broken)


_WANTED = ("word/document.xml", "word/styles.xml", "word/numbering.xml", "word/footnotes.xml", "word/endnotes.xml", "docProps/core.xml")


def _unread(sha256: str, message: str) -> Document:
    return Document("", "docx", sha256, problems=(Problem("documents", "", None, "", message),))


def _refusal(package: zipfile.ZipFile) -> str:
    """Why a package is not unpacked; empty if it may be."""
    infos = package.infolist()
    names = {info.filename for info in infos}
    if "word/document.xml" not in names:
        return "this is a zip archive and no Word document: unpack it and read the papers in it"
    steep = any(i.file_size > 10_000_000 and i.file_size > STEEPEST * max(1, i.compress_size) for i in infos)
    if steep or any(i.file_size > LARGEST_PART for i in infos) or sum(i.file_size for i in infos) > LARGEST_PACKAGE:
        return "this Word document unpacks to far more than a paper holds, like a zip bomb: open it in a word processor, save the text"
    return ""


def _part(package: zipfile.ZipFile, name: str) -> tuple[Element | None, str]:
    return parse_xml(package.read(name))


def _document(reader: _Reader, parts: dict[str, tuple[Element | None, str]], sha256: str, broken: str) -> Document:
    out = reader.out
    message = f"the Word document breaks off or is damaged ({broken}): read up to there; open it in a word processor and save it again"
    problems = [Problem("documents", "", None, "", message)] if broken else []
    if not out.end:
        problems.append(Problem("documents", "", None, "", "this Word document holds no text: check that it is the right file"))
    core = parts.get("docProps/core.xml", (None, ""))[0]
    described = {local(e): words(e) for e in core} if core is not None else {}
    metadata: CslItem = {
        k: v for k, v in {"title": reader.title or described.get("title", ""), "keyword": described.get("keywords", "")}.items() if v
    }
    document = out.document("docx", sha256, str(metadata.get("title", "")) or None, metadata, tuple(problems))
    spans = paragraphs_of(document.text)
    place = find_title(document.text, spans)
    title = document.title or (document.text[slice(*place)] if place else None)
    named = tuple(section for section in document.sections if section.title != title)
    return replace(document, title=title, sections=named or find_sections(document.text, spans, place))


class _Reader:
    """Walks the body of a document and writes its text."""

    def __init__(self, parts: dict[str, Element]) -> None:
        self.out = TextBuilder()
        self.title = ""
        self._nesting = 0
        self._styles = _styles(parts)
        self._notes = {kind: _notes(parts.get(f"word/{kind}s.xml")) for kind in ("footnote", "endnote")}
        self._called: list[Element] = []
        self._counts: Counter[tuple[str, str]] = Counter()

    def read(self, body: Element) -> None:
        """Write the whole body."""
        self._blocks(body)

    def _blocks(self, parent: Element) -> None:
        """Paragraphs and tables at any depth of wrappers, in order."""
        for element in parent:
            tag = local(element)
            if tag == "p":
                self._paragraph(element)
            elif tag == "tbl":
                self._table(element)
            elif tag not in SKIPPED:
                self._nested(element, self._blocks)

    def _nested(self, element: Element, write: Callable[[Element], None]) -> None:
        """Write what is inside an element; below ``DEEPEST`` only its words."""
        if self._nesting > DEEPEST:
            self.out.write(words(element))
            return
        self._nesting += 1
        write(element)
        self._nesting -= 1

    def _paragraph(self, element: Element) -> None:
        self.out.break_paragraph()
        start = self.out.here
        style = _style(element)
        number = self._number(element, style)
        if number:
            self.out.write(f"{number}. ")
        self._runs(element)
        if self.out.end > start:
            level = _outline(element) or self._styles.levels.get(style)
            if style in self._styles.titles and not self.title:
                self.title = self.out.text_from(start)
            elif level and headings.clean(self.out.text_from(start)):
                self.out.heading(start, level)
        self.out.break_paragraph()
        called, self._called = self._called, []
        for note in called:
            self._blocks(note)

    def _runs(self, element: Element, raised: bool = False) -> None:
        """Text at any depth of wrappers."""
        for child in element:
            tag = local(child)
            if tag == "t":
                start = self.out.here
                self.out.write((child.text or "") + "".join(inner.tail or "" for inner in child))
                if raised and self.out.end > start:
                    self.out.superscripts.append((start, self.out.end))
            elif tag == "tab":
                self.out.write(" ")
            elif tag in ("br", "cr"):
                self.out.break_line()
            elif tag == "noBreakHyphen":
                self.out.write("-")
            elif tag in ("footnoteReference", "endnoteReference"):
                note = self._notes[tag.removesuffix("Reference")].get(child.get(f"{_W}id", ""))
                if note is not None:
                    self._called.append(note)
            elif tag == "txbxContent":
                self._called.append(child)
            elif tag not in SKIPPED:
                self._nested(child, partial(self._runs, raised=_is_raised(child) if tag == "r" else raised))

    def _table(self, element: Element) -> None:
        self.out.break_paragraph()
        for row in element.iterchildren(f"{_W}tr"):
            self.out.break_line()
            for index, cell in enumerate(row.iterchildren(f"{_W}tc")):
                if index:
                    self.out.break_cell()
                with self.out.flat():
                    self._nested(cell, self._blocks)
        self.out.break_paragraph()

    def _number(self, element: Element, style: str) -> int | None:
        """The number that Word would print before a paragraph of a numbered list; only plain digits are given back."""
        numbering = element.find(f"./{_W}pPr/{_W}numPr")
        if numbering is not None:
            which, level = (_value(numbering.find(f"./{_W}{tag}")) for tag in ("numId", "ilvl"))
            key = (which, level or "0")
        else:
            key = self._styles.style_numbers.get(style, ("", ""))
        if key not in self._styles.numbered or style in self._styles.levels:
            return None
        self._counts[key] += 1
        return self._counts[key]


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(f"{_W}val", "")


def _style(paragraph: Element) -> str:
    return _value(paragraph.find(f"./{_W}pPr/{_W}pStyle"))


def _outline(paragraph: Element) -> int | None:
    value = _value(paragraph.find(f"./{_W}pPr/{_W}outlineLvl"))
    return int(value) + 1 if value.isdigit() and int(value) < 9 else None


def _is_raised(run: Element) -> bool:
    return _value(run.find(f"./{_W}rPr/{_W}vertAlign")) == "superscript"


def _notes(root: Element | None) -> dict[str, Element]:
    """Footnotes or endnotes by id, without the separators."""
    if root is None:
        return {}
    return {
        note.get(f"{_W}id", ""): note
        for note in root
        if local(note) in ("footnote", "endnote") and note.get(f"{_W}type") in (None, "normal")
    }


def _styles(parts: dict[str, Element]) -> _Styles:
    numbered = _numbered(parts.get("word/numbering.xml"))
    styles = parts.get("word/styles.xml")
    if styles is None:
        return _Styles(numbered=numbered)
    levels: dict[str, int] = {}
    titles: set[str] = set()
    numbers: dict[str, tuple[str, str]] = {}
    for style in styles.iterchildren(f"{_W}style"):
        own, name = style.get(f"{_W}styleId", ""), _value(style.find(f"./{_W}name"))
        match = _HEADING_STYLE.fullmatch(name.strip()) or _HEADING_STYLE.fullmatch(own)
        level = int(match[1]) if match else _outline(style) or levels.get(_value(style.find(f"./{_W}basedOn")))
        if level:
            levels[own] = level
        if name.lower() == "title":
            titles.add(own)
        numbering = style.find(f"./{_W}pPr/{_W}numPr")
        if numbering is not None:
            numbers[own] = (_value(numbering.find(f"./{_W}numId")), _value(numbering.find(f"./{_W}ilvl")) or "0")
    return _Styles(levels, frozenset(titles), numbered, numbers)


def _numbered(root: Element | None) -> frozenset[tuple[str, str]]:
    """(numbering, level) pairs whose numbers are decimal."""
    if root is None:
        return frozenset()
    decimal = {
        (abstract.get(f"{_W}abstractNumId", ""), level.get(f"{_W}ilvl", ""))
        for abstract in root.iterchildren(f"{_W}abstractNum")
        for level in abstract.iterchildren(f"{_W}lvl")
        if _value(level.find(f"./{_W}numFmt")) == "decimal"
    }
    links = {num.get(f"{_W}numId", ""): _value(num.find(f"./{_W}abstractNumId")) for num in root.iterchildren(f"{_W}num")}
    return frozenset((number, level) for number, abstract in links.items() for which, level in decimal if which == abstract)
