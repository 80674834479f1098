"""Reference text into tokens.

A token is a word (inner hyphens and apostrophes kept), a run of digits, one punctuation mark, or a whole identifier
(DOI, URL, arXiv id), so that a boundary between two fields never falls inside a token.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DASHES = "-‐‑‒–—―−"
_LETTER = r"[^\W\d_]\u0300-\u036f"
_PART = r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*"
_WORD = rf"{_PART}(?:['’ʼ‐‑-]{_PART})*"
_IDENTIFIER = (
    r"(?P<doi>(?:(?:https?:\s?//\s?)?(?:(?:dx|www)\.)?doi\.org/\s?|doi(?:\.org/|\s?[:=]?\s?))?10\.\d{4,9}(?:\.\d{1,9})?/[^\s\"<>“”]+)"
    r"|(?P<url>(?:https?|ftp)://[^\s<>\"“”]+|www\.[^\s<>\"“”]+)"
    r"|(?P<arxiv>arxiv\s?:?\s?(?:\d{4}\.\d{4,5}(?:v\d{1,2})?|[a-z]{2,8}(?:-[a-z]{2,3})?/\d{7})"
    r"|(?:hep|astro|cond|gr|nucl|quant|math)\s?-\s?(?:ph|th|ex|lat|mat|qc)\s?/\d{7})"
)
_BEGINS = "(?=[1acdfghmnqwACDFGHMNQW])"
"""What an identifier can begin with: most tokens need not be tried for one."""
TOKEN = re.compile(rf"{_BEGINS}(?i:{_IDENTIFIER})|(?P<word>{_WORD})|(?P<number>\d+)|(?P<mark>[^\s\w]|_)|(?P<rest>\S)")
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Token(NamedTuple):
    """A token and its place: half-open offsets in the tokenised text. ``kind`` is the name of the pattern that matched."""

    text: str
    kind: str
    start: int
    end: int


def trim_identifier(text: str) -> str:
    """``text`` without the sentence's punctuation at its end: stops, commas and closing brackets that it does not open."""
    while text and (text[-1] in ".,;:'’*>}" or (text[-1] in ")]" and text.count(text[-1]) > text.count(_PAIRS[text[-1]]))):
        text = text[:-1]
    return text


def tokenise(text: str) -> list[Token]:
    """The tokens of ``text`` in order; only white space lies between them."""
    tokens: list[Token] = []
    position: int | None = 0
    while position is not None:
        position = _tokenise_from(text, position, tokens)
    return tokens


def _tokenise_from(text: str, position: int, tokens: list[Token]) -> int | None:
    """Adds the tokens from ``position`` on; stops behind an identifier that lost its end to the sentence and says where."""
    for match in TOKEN.finditer(text, position):
        kind, value = match.lastgroup or "rest", match[0]
        start, end = match.span()
        if kind in ("doi", "url") and (kept := trim_identifier(value)) and kept != value:
            tokens.append(Token(kept, kind, start, start + len(kept)))
            return start + len(kept)
        tokens.append(Token(value, kind, start, end))
    return None
