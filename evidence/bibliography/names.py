"""Names of people and organisations: the spellings of the formats to CSL names and back.

A CSL name is ``{"family", "given"}`` with ``"suffix"`` where there is one, or ``{"literal"}`` for an organisation. Particles
stand in the family name (``"van der Berg"``), as they are printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

from evidence.bibliography import latex

if TYPE_CHECKING:
    from collections.abc import Callable

CslName = dict[str, Any]

_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|[23]rd|2nd|4th)\.?", re.IGNORECASE)
_AND = re.compile(r"\band\b", re.IGNORECASE)
_EXTENDED = re.compile(r"(family|given|prefix|suffix)\s*=\s*", re.IGNORECASE)
_INITIALS = re.compile(r"[A-Z]{1,4}")


def particled(name: CslName) -> str:
    """The family name with its particles in front."""
    pieces = (name.get("dropping-particle"), name.get("non-dropping-particle"), name.get("family"))
    return " ".join(str(piece) for piece in pieces if piece)


def from_bibtex(value: str) -> list[CslName]:
    """The names of a BibTeX field: ``First von Last``, ``von Last, Jr, First``, ``{Organisation}``, BibLaTeX's
    ``family=…, given=…``. ``others`` is no name."""
    names = split_multiple_persons_names(value)
    return [name for text in names if text.strip() not in ("", "others") and (name := _bibtex_name(text.strip()))]


def to_bibtex(names: list[CslName]) -> str:
    """Names joined by ``and``, families first; organisations in braces."""
    return " and ".join(_to_bibtex_name(name) for name in names)


def from_comma(text: str) -> CslName:
    """``Family, Given, Suffix`` or ``Family, Suffix, Given``; without a comma inside, an organisation."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) not in (2, 3):
        return {"literal": text.strip(" ,")}
    suffix = next((part for part in parts[1:] if _SUFFIX.fullmatch(part)), "")
    given = " ".join(part for part in parts[1:] if part != suffix)
    return _name(parts[0], given, suffix)


def to_comma(name: CslName) -> str:
    """``Family, Given, Suffix``; an organisation as it is."""
    if name.get("literal"):
        return str(name["literal"])
    pieces = [particled(name), str(name.get("given") or ""), str(name.get("suffix") or "")]
    while len(pieces) > 2 and not pieces[-1]:
        pieces.pop()
    return ", ".join(pieces)


def from_initials(text: str) -> CslName:
    """PubMed's short form: ``van der Berg JA Jr``."""
    words = text.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if len(words) > 1 and _INITIALS.fullmatch(words[-1]):
        return _name(" ".join(words[:-1]), words[-1], suffix)
    return {"literal": text.strip()}


def _name(family: str, given: str, suffix: str) -> CslName:
    return {part: value for part, value in (("family", family), ("given", given), ("suffix", suffix)) if value}


def _bibtex_name(text: str) -> CslName | None:
    if _is_one_group(text):
        return {"literal": latex.decode(text[1:-1])}
    if _EXTENDED.match(text):
        return _extended_name(text)
    parts = parse_single_name_into_parts(text, strict=False)
    family = _words([*parts.von, *parts.last])
    return _name(family, _words(parts.first), _words(parts.jr)) if family or parts.first else None


def _words(words: list[str]) -> str:
    return latex.decode(" ".join(words)).strip()


def _extended_name(text: str) -> CslName:
    pieces = dict(piece.split("=", 1) for piece in text.split(",") if "=" in piece)
    fields = {name.strip().lower(): latex.decode(value.strip().strip('"')) for name, value in pieces.items()}
    family = " ".join(filter(None, (fields.get("prefix"), fields.get("family"))))
    return _name(family, fields.get("given", ""), fields.get("suffix", ""))


def _is_one_group(text: str) -> bool:
    """Whether the whole text is one brace group (``{World Health Organization}``)."""
    return text.startswith("{") and text.endswith("}") and not text.startswith("{\\") and latex.is_balanced(text[1:-1])


def _to_bibtex_name(name: CslName) -> str:
    if not name.get("family"):
        return f"{{{latex.encode(str(name.get('literal') or name.get('given') or ''))}}}"
    family, given, suffix = (_shielded(text) for text in (particled(name), str(name.get("given") or ""), str(name.get("suffix") or "")))
    if suffix:
        return f"{family}, {suffix}, {given}"
    return f"{family}, {given}" if given else family if " " not in family else f"{{{family}}}"


def _shielded(text: str) -> str:
    """Encoded, and in braces where a comma or an ``and`` would be taken for a separator."""
    encoded = latex.encode(text)
    return f"{{{encoded}}}" if "," in encoded or "=" in encoded or _AND.search(encoded) else encoded


def each(parse: Callable[[str], CslName], values: list[str]) -> list[CslName]:
    """The names of repeated tags, empty ones left out."""
    return [parse(" ".join(value.split())) for value in values if value.strip(" ,")]
