"""Bytes to text: byte order marks, UTF-8, UTF-16/32 without a mark, and the one-byte code pages of older captures.

What had to be assumed is said as a note, never silently: a reader who sees odd letters should know where they come from.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from itertools import pairwise

from charset_normalizer import from_bytes

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; the longer ones first where one begins with another."""

SAMPLE = 64_000
"""Bytes that are looked at to guess a code page or to tell text from binary."""

CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\x1b")
"""Bytes that no text holds in more than stray numbers."""


@dataclass(frozen=True)
class Decoded:
    """Text without its byte order mark (offset 0 is the first character after it), the encoding's name, and a note on what
    was assumed (empty when the file says it or it is plain UTF-8)."""

    text: str
    encoding: str
    note: str = ""


def decode(data: bytes) -> Decoded:
    """The text of a file's bytes. Never raises: bytes that fit nowhere become U+FFFD, and the note says so."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return _by_name(data[len(mark) :], name, "")
    wide = _wide(data)
    if wide:
        return _by_name(data, wide, f"no byte order mark; read as {wide.upper()}")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _legacy(data, error.start)


def is_binary(data: bytes) -> bool:
    """Whether the bytes are no text in any encoding: control bytes beyond a stray few, and not two-byte text."""
    sample = data[:SAMPLE]
    if not sample or any(sample.startswith(mark) for mark, _ in MARKS) or _wide(sample):
        return False
    strange = len(sample) - len(sample.translate(None, CONTROLS))
    return strange > max(1, len(sample) // 200)


def _by_name(data: bytes, name: str, note: str) -> Decoded:
    text = data.decode(name, "replace")
    lost = text.count("\ufffd")
    if lost and not note:
        note = f"{lost} characters are not valid {name.upper()} and were replaced by U+FFFD"
    return Decoded(text, name, note)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark shows as zero bytes on one side only of nearly every pair."""
    sample = data[: min(len(data), SAMPLE) // 2 * 2]
    if len(sample) < 4 or 0 not in sample:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _legacy(data: bytes, first_bad: int) -> Decoded:
    """Bytes that are not UTF-8. Mostly valid UTF-8 with a few broken bytes stays UTF-8; else Windows-1252 where its
    unassigned codes do not occur and a look at the letters agrees; else what charset-normalizer finds; else Latin-1."""
    repaired = data.decode("utf-8", "replace")
    lost, beyond = repaired.count("\ufffd"), sum(map(repaired.count, "éüöä–—’“”ß­ñáíóè"))
    if beyond > 2 * lost:
        return Decoded(repaired, "utf-8", f"{lost} bytes are not valid UTF-8 (the first at byte {first_bad}) and were replaced by U+FFFD")
    name = _guess(data, first_bad)
    try:
        text = data.decode(name)
    except (UnicodeDecodeError, LookupError):
        name, text = "latin-1", data.decode("latin-1")
    return Decoded(text, name, f"not valid UTF-8; read as {name}, please check accented letters")


def _guess(data: bytes, first_bad: int) -> str:
    """A code page for the part around the first byte that is not UTF-8."""
    sample = data[max(0, first_bad - SAMPLE // 2) : first_bad + SAMPLE // 2]
    if _reads_western(sample):
        return "cp1252"
    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"


def _reads_western(sample: bytes) -> bool:
    """Whether Windows-1252 gives typical Western text: high bytes are letters between letters, or typographic signs."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    high = [c for c in text if ord(c) > 127]
    usual = sum(c in "–—‘’“”…•©®°±·×§« »éèêëáàâäãåæçíìîïñóòôöõøœúùûüýÿßÉÈÁÀÄÅÆÇÍÑÓÖØÚÜšžŠŽ½¼¾µ²³¹€™" for c in high)
    runs = sum(ord(a) > 127 and ord(b) > 127 and a.isalpha() and b.isalpha() for a, b in pairwise(text))
    return usual >= 0.9 * len(high) and runs <= 0.4 * len(high)
