"""Citation keys: one short, readable, unique name for each work of a bibliography."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_lowercase
from typing import TYPE_CHECKING

from evidence.bibliography.dates import year_of

if TYPE_CHECKING:
    from collections.abc import Container

    from evidence.model import CslItem

_UNSAFE = re.compile(r"[\s{}\",=#%\\()~'@]+")
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
)
_STOP = frozenset("a an the der die das le la les el of and for".split())


def citation_key(csl: CslItem, taken: Container[str]) -> str:
    """``family + year``, in lower-case letters without accents, then ``a``, ``b``, … until it is not in ``taken``.

    Without an author the first telling word of the title stands in, without a year ``nd`` (no date).
    """
    stem = f"{_name_part(csl) or _title_part(csl) or 'work'}{year_of(csl) or 'nd'}"
    if stem not in taken:
        return stem
    return next((stem + letter for letter in ascii_lowercase if stem + letter not in taken), "") or f"{stem}-{_free_number(stem, taken)}"


def safe_key(key: str) -> str:
    """``key`` with the characters that would end or break a BibTeX key replaced by hyphens."""
    return _UNSAFE.sub("-", key).strip("-") or "work"


def is_safe(key: str) -> bool:
    """Whether ``key`` can stand in a BibTeX file as it is and is short enough for a person to type."""
    return bool(key) and len(key) <= 80 and "/" not in key and not _UNSAFE.search(key)


def _free_number(stem: str, taken: Container[str]) -> int:
    """A number from 27 on that is not taken behind the stem: found by doubling and halving, as thousands may be."""
    low, high = 26, 27
    while f"{stem}-{high}" in taken:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if f"{stem}-{middle}" in taken else (low, middle)
    return high


def _name_part(csl: CslItem) -> str:
    names = csl.get("author") or csl.get("editor") or []
    first = names[0] if isinstance(names, list) and names and isinstance(names[0], dict) else {}
    particle = str(first.get("non-dropping-particle") or "")
    return _letters(particle + str(first.get("family") or "")) or _letters("".join(str(first.get("literal") or "").split()[:4]))


def _title_part(csl: CslItem) -> str:
    words = (_letters(word) for word in str(csl.get("title") or "").split())
    return next((word for word in words if word and word not in _STOP), "")


def _letters(text: str) -> str:
    """The letters and digits of ``text`` in lower case without accents; other scripts keep their own letters."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return "".join(c for c in bare if c.isalnum()).lower()
