"""Bytes to text: byte order marks, UTF-8, and files in an older encoding, which are read and reported."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from evidence.bibliography.records import problem

if TYPE_CHECKING:
    from evidence.model import Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES = ["cp1252", "cp1250", "cp1251", "cp1253", "gb18030", "shift_jis", "euc_kr", "big5"]
_SAMPLE = 65_536
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, source: str) -> tuple[str | None, tuple[Problem, ...]]:
    """The text of a file, with line ends as ``\\n`` and no byte order mark; ``None`` for a file that holds no text.

    Lines that are not UTF-8 are read in the encoding they most likely have, and one Problem names the first of them.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _wide(data)
    if encoding and encoding != "utf-8":
        return _unify(data.decode(encoding, "replace")), _replaced(data.decode(encoding, "replace"), encoding, source)
    if _is_binary(data):
        return None, (
            problem(source, 1, "", "This is a binary file, not a bibliography; give a BibTeX, RIS, PubMed, EndNote XML or CSL-JSON file."),
        )
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return _unify(data.decode("utf-8")), ()
    except UnicodeDecodeError:
        return _by_line(data, source)


def _unify(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: mostly Latin letters, so every second byte of the beginning is zero."""
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if half < 8:
        return None
    if sample[1::2].count(0) > 0.7 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _is_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    return b"\0" in sample or sample.startswith((b"%PDF-", b"PK\x03\x04", b"\x1f\x8b")) or len(_CONTROL.findall(sample)) > len(sample) // 20


def _replaced(text: str, encoding: str, source: str) -> tuple[Problem, ...]:
    if "\ufffd" not in text:
        return ()
    line = text.count("\n", 0, text.index("\ufffd")) + 1
    return (problem(source, line, "", f"The file is broken {encoding.upper()} here; save it again as UTF-8."),)


def _by_line(data: bytes, source: str) -> tuple[str, tuple[Problem, ...]]:
    """Each line as UTF-8 where it is, in the guessed encoding where it is not (files put together from several are common)."""
    lines = re.split(rb"\r\n|\r|\n", data)
    bad = {number: line for number, line in enumerate(lines) if not _is_utf8(line)}
    encoding = _guess(b"\n".join(bad.values()))
    text = "\n".join(_decode_as(line, encoding) if number in bad else line.decode("utf-8") for number, line in enumerate(lines))
    first = min(bad)
    message = f"{len(bad)} line(s) from here on are not UTF-8 and were read as {encoding}; check the accents, save as UTF-8."
    return text, (problem(source, first + 1, _decode_as(bad[first], encoding), message),)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _guess(data: bytes) -> str:
    """Windows-1252, unless the bytes are far more likely text of another script."""
    best = from_bytes(data[:_SAMPLE], cp_isolation=_GUESSES).best()
    return best.encoding if best and best.alphabets and not _is_latin(best.alphabets) else "cp1252"


def _is_latin(alphabets: list[str]) -> bool:
    return all("Latin" in name or "Punctuation" in name or "Currency" in name or "Symbols" in name for name in alphabets)


def _decode_as(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return line.decode("latin-1")
