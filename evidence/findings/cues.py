"""Cues of scholarly English: what makes a sentence a claim of influence, what speaks against it, what makes it good or bad news.

The words are in ``data/cues.txt``; nothing here knows a field. A cue is a word, the beginning of one (``*`` stands for any ending)
or a phrase; ``some ... others`` is one with anything between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from evidence.findings.lexicon import DATA


def _read() -> dict[str, tuple[str, ...]]:
    text = (DATA / "cues.txt").read_text(encoding="utf-8")
    kinds = (" ".join(part.split()).partition(": ") for part in text.split("\n\n") if not part.startswith("#"))
    return {name: tuple(cues.split(", ")) for name, _, cues in kinds}


CUES = _read()
"""Name of a kind of cue -> its cues."""
NAMES = tuple(CUES)

CARRIES = re.compile(
    r"^[“\"'‘(]*(?:this|these|those|such|that|they|it|he|she|their|its|his|her|both|another|other|similarly|likewise|additionally|also|"
    r"moreover|furthermore|in addition|for example|for instance|as such|further|conversely|and|or|but|yet|so|second|third|first|finally|"
    r"specifically|indeed|in turn|consequently|therefore|thus|hence|as a result|in contrast|on the other hand|again|here)\b",
    re.IGNORECASE,
)
"""How a sentence begins that goes on with what the one before spoke of."""
ATTRIBUTION = re.compile(r"^[\s“\"]*[(\[—–-]*\s*(?:[A-Z][\w .]*+,?\s*+){1,6}\d*\s*[)\].]*\s*$")
"""A line that only says who spoke: "(Manager, site 2)"."""


GAP = "..."
_REACH = 40
"""Words over which a cue with a gap may stretch."""


def _tables() -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, list[tuple[tuple[str, ...], str]]]]:
    """Whole words, beginnings of words and phrases (by their first word) -> names of cues."""
    words: dict[str, set[str]] = {}
    beginnings: dict[str, set[str]] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, cues in CUES.items():
        for cue in sorted(cues):
            parts = tuple(_PART.findall(cue))
            if len(parts) > 1:
                phrases.setdefault(parts[0].rstrip("*"), []).append((parts, name))
            elif cue.endswith("*"):
                beginnings.setdefault(cue[:-1], set()).add(name)
            else:
                words.setdefault(cue, set()).add(name)
    return words, beginnings, phrases


_PART = re.compile(r"[\w']+\*?|\.\.\.")
_WORDS, _BEGINNINGS, _PHRASES = _tables()


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[str, ...]:
    found = set(_WORDS.get(word, ()))
    for length in range(2, len(word) + 1):
        found |= _BEGINNINGS.get(word[:length], set())
    return tuple(sorted(found))


def _same(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _spoken(words: Sequence[str], position: int, parts: tuple[str, ...]) -> bool:
    """Whether the parts of a phrase stand at a position, one after the other; behind a gap the rest may stand anywhere in reach."""
    if GAP not in parts:
        said = words[position : position + len(parts)]
        return len(said) == len(parts) and all(map(_same, said, parts))
    gap = parts.index(GAP)
    return _spoken(words, position, parts[:gap]) and any(
        _spoken(words, later, parts[gap + 1 :]) for later in range(position + gap + 1, min(len(words), position + _REACH))
    )


def find_cues(words: Sequence[str]) -> list[tuple[int, str]]:
    """(position, name of the cue) for every cue in a sequence of lower-case words."""
    found = [(position, name) for position, word in enumerate(words) for name in _of_word(word)]
    for position, word in enumerate(words):
        found += [(position, name) for parts, name in _PHRASES.get(word, ()) if _spoken(words, position, parts)]
    return found
