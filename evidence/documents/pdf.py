"""PDF: the text layer with the place of every character, put in reading order by ``layout``.

Pages without a text layer and documents behind a password end in a Problem. Nothing is rendered, no script is run.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as raw

from evidence.documents.builder import TextBuilder
from evidence.documents.layout import HYPHEN, Line, Paragraph, paragraphs_from
from evidence.documents.paragraphs import paragraphs_of
from evidence.documents.structure import find_sections
from evidence.model import CslItem, Document, Problem

LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    "\x02": HYPHEN,
}

FEWEST = 25
"""Characters a page with a text layer has at least."""

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s<>\"]+[^\s<>\".,;)\]]")


def read_pdf(data: bytes, sha256: str) -> Document:
    """A PDF file's bytes as a document."""
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return Document("", "pdf", sha256, problems=(_problem(_refused(str(error))),))
    try:
        pages = [list(_lines(pdf, number)) for number in range(len(pdf))]
        described = pdf.get_metadata_dict()
    finally:
        pdf.close()
    return _document(pages, described, sha256)


def _problem(message: str, severity: str = "error") -> Problem:
    return Problem("documents", "", None, "", message, "note" if severity == "note" else "error")


def _refused(error: str) -> str:
    if "password" in error.lower():
        return "this PDF is protected by a password: save a copy without it and read that"
    return f"this PDF is damaged or none ({error.strip(' .')}): get the file again from its publisher"


def _document(pages: list[list[Line]], described: dict[str, str], sha256: str) -> Document:
    empty = [number for number, page in enumerate(pages, 1) if sum(len(line.text.strip()) for line in page) < FEWEST]
    if len(empty) == len(pages):
        message = "this PDF has no text layer, only images of pages: it needs OCR (for example OCRmyPDF), then read the result"
        return Document("", "pdf", sha256, problems=(_problem(message),))
    found = paragraphs_from(pages)
    builder = TextBuilder()
    usual, styled = _usual(found), set[int]()
    for paragraph in found:
        builder.break_paragraph()
        start = builder.here
        if paragraph.bold or paragraph.size > 1.06 * usual:
            styled.add(start)
        with builder.flat():
            builder.write(paragraph.text)
        builder.superscripts += [(start + a, start + b) for a, b in paragraph.raised if b <= len(paragraph.text)]
    text = builder.text
    title = _title(found) or described.get("Title", "").strip()
    place = text.find(title) if title else -1
    spans = paragraphs_of(text)
    sections = find_sections(text, spans, (place, place + len(title)) if place >= 0 else None, styled if len(styled) > 3 else None)
    problems = [_problem(f"no text on pages {_listed(empty)}: they hold images or are blank", "note")] if empty else []
    document = builder.document("pdf", sha256, title, _metadata(title, described, text), tuple(problems))
    return replace(document, sections=sections)


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:10])) + (" and more" if len(numbers) > 10 else "")


def _title(found: list[Paragraph]) -> str:
    """The paragraph in the largest letters near the start."""
    front = [p for p in found[:25] if 10 < len(p.text) < 350 and len(p.text.split()) > 2]
    largest = max(front, key=lambda p: round(p.size, 1), default=None)
    if largest is None or largest.size < 1.1 * _usual(found):
        return ""
    return largest.text


def _usual(found: list[Paragraph]) -> float:
    sizes = sorted((p.size, len(p.text)) for p in found)
    half, counted = sum(length for _, length in sizes) / 2, 0
    for size, length in sizes:
        counted += length
        if counted >= half:
            return size
    return 0.0


def _metadata(title: str, described: dict[str, str], text: str) -> CslItem:
    doi = _DOI.search(text[:6000])
    item = {"title": title, "DOI": doi[0] if doi else "", "language": described.get("Language", "")}
    return {name: value for name, value in item.items() if value}


# --- characters to lines -------------------------------------------------------------------------------------------------


class _Run:
    """Characters that stand side by side, in the order of the source."""

    def __init__(self, bold: bool) -> None:
        self.bold = bold
        self.characters: list[tuple[str, float, float, float, float]] = []

    def line(self) -> Line | None:
        """The run as a line; ``None`` if it holds only space."""
        text = "".join(c[0] for c in self.characters)
        if not text.strip():
            return None
        heights = sorted(c[4] - c[2] for c in self.characters if not c[0].isspace())
        size = heights[len(heights) * 2 // 3]
        base = sorted(c[2] for c in self.characters if c[4] - c[2] > 0.9 * size) or [self.characters[0][2]]
        raised = _raised(self.characters, size, base[len(base) // 2])
        boxes = [c for c in self.characters if not c[0].isspace() and c[4] - c[2] > 0.9 * size] or self.characters
        return Line(
            text,
            min(c[1] for c in self.characters),
            min(c[2] for c in boxes),
            max(c[3] for c in self.characters),
            max(c[4] for c in boxes),
            size,
            self.bold,
            raised,
        )


def _raised(characters: list[tuple[str, float, float, float, float]], size: float, base: float) -> tuple[tuple[int, int], ...]:
    """Places of characters that are smaller than the line's and stand above its base."""
    places: list[tuple[int, int]] = []
    offset = 0
    for text, _, bottom, _, top in characters:
        if not text.isspace() and top - bottom < 0.85 * size and bottom > base + 0.15 * size:
            if places and places[-1][1] == offset:
                places[-1] = (places[-1][0], offset + len(text))
            else:
                places.append((offset, offset + len(text)))
        offset += len(text)
    return tuple(places)


def _lines(pdf: pypdfium2.PdfDocument, number: int) -> Iterator[Line]:
    """The lines of a page, in the order of the source; a page that cannot be loaded has none."""
    try:
        page = pdf[number]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        return
    try:
        for run in _split(textpage):
            line = run.line()
            if line:
                yield line
    finally:
        textpage.close()
        page.close()


def _split(textpage: pypdfium2.PdfTextPage) -> Iterator[_Run]:
    """Runs of characters: a new one where the place jumps or the writing turns."""
    handle, box = textpage.raw, raw.FS_RECTF()
    run: _Run | None = None
    last = (0.0, 0.0, 0.0, 0.0)
    for index in range(raw.FPDFText_CountChars(handle)):
        code = raw.FPDFText_GetUnicode(handle, index)
        character = LIGATURES.get(chr(code), chr(code)) if code < 0x110000 else ""
        if character in ("\r", "\n", "", "\x00"):
            continue
        if not raw.FPDFText_GetLooseCharBox(handle, index, ctypes.byref(box)):
            continue
        place = (box.left, box.bottom, box.right, box.top)
        if character.isspace() or place[3] - place[1] <= 0:
            if run and run.characters and run.characters[-1][0] != " ":
                run.characters.append((" ", last[2], last[1], last[2], last[3]))
            continue
        if run is None or _apart(last, place):
            if run:
                yield run
            if not -0.1 < _angle(handle, index) < 0.1:
                run = None
                continue
            run = _Run(raw.FPDFText_GetFontWeight(handle, index) >= 600)
        elif place[0] - last[2] > 0.2 * (last[3] - last[1]) and run.characters[-1][0] != " ":
            run.characters.append((" ", last[2], last[1], place[0], last[3]))
        run.characters.append((character, *place))
        last = place
    if run:
        yield run


def _angle(handle: object, index: int) -> float:
    angle = float(raw.FPDFText_GetCharAngle(handle, index))
    return angle - 6.283185 if angle > 3.141593 else angle


def _apart(last: tuple[float, float, float, float], place: tuple[float, float, float, float]) -> bool:
    """Whether a character stands on another line, or farther along than a word's space. The letters of a ligature share one box."""
    if last == place:
        return False
    height = max(last[3] - last[1], place[3] - place[1])
    overlap = min(last[3], place[3]) - max(last[1], place[1])
    return overlap < 0.25 * min(last[3] - last[1], place[3] - place[1]) or not -0.5 * height < place[0] - last[2] < 1.2 * height
