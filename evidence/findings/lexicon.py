"""What the program knows of English beyond a codebook: concepts (a thesaurus) and vectors of words.

``data/thesaurus.txt`` is written by hand, one concept a line. ``data/vectors.npz`` holds 128 small numbers for each of some
14,000 stems, so that words of like meaning lie close together; ``data/README.md`` says where they come from. Both are read once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evidence.findings.words import STOP, stem, stems

Floats = NDArray[np.float32]
DATA = Path(__file__).with_name("data")
_STOP_STEMS = frozenset(STOP) | {stem(word) for word in STOP if len(word) > 4}


@dataclass(frozen=True, eq=False)
class Lexicon:
    """``concepts``: stem tuple (a word or a phrase) -> numbers of the concepts it speaks of; ``beginnings``: stem -> words of the longest
    phrase that begins with it; ``rows``: stem -> row of ``vectors`` (unit length); ``rarity``: row -> 0 to 1."""

    concepts: dict[tuple[str, ...], tuple[int, ...]]
    names: tuple[str, ...]
    beginnings: dict[str, int]
    rows: dict[str, int]
    vectors: Floats
    rarity: Floats

    def concepts_of(self, words: tuple[str, ...]) -> Mapping[int, tuple[str, ...]]:
        """The concepts that a sequence of stems speaks of, each with the longest words that say so; not to be changed."""
        return _concepts_of(self, words)

    def known(self, words: tuple[str, ...]) -> NDArray[np.int64]:
        """Rows of those stems that have a vector and are no stop words."""
        return np.array([self.rows[w] for w in words if w in self.rows and w not in _STOP_STEMS], dtype=np.int64)

    def mean(self, words: tuple[str, ...]) -> Floats:
        """The direction of a text: its words' vectors, rare words counting more; zero for a text of unknown words."""
        rows = self.known(words)
        total = (self.vectors[rows] * self.rarity[rows, None]).sum(0) if len(rows) else np.zeros(self.vectors.shape[1], np.float32)
        norm = float(np.linalg.norm(total))
        return (total / norm if norm else total).astype(np.float32)


@lru_cache(maxsize=20_000)
def _concepts_of(lexicon: Lexicon, words: tuple[str, ...]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for start, first in enumerate(words):
        for length in range(min(lexicon.beginnings.get(first, 0), len(words) - start), 0, -1):
            said = words[start : start + length]
            for concept in lexicon.concepts.get(said, ()):
                if len(said) > len(found.get(concept, ())):
                    found[concept] = said
    return found


def says_nothing(word: str) -> bool:
    """Whether a stem is a stop word or a number."""
    return word in _STOP_STEMS or word[0].isdigit()


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shipped lexicon."""
    concepts: dict[tuple[str, ...], list[int]] = {}
    names: list[str] = []
    for line in (DATA / "thesaurus.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or ":" not in line:
            continue
        name, _, words = line.partition(":")
        for phrase in words.split(","):
            said = stems(phrase)
            if said and len(names) not in concepts.setdefault(said, []):
                concepts[said].append(len(names))
        names.append(name)
    beginnings: dict[str, int] = {}
    for said in concepts:
        beginnings[said[0]] = max(len(said), beginnings.get(said[0], 0))
    with np.load(DATA / "vectors.npz") as packed:
        vectors = packed["vectors"].astype(np.float32)
        known = str(packed["stems"]).split(" ")
        rank = packed["rank"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    frequency = 1.0 / (rank + 10.0)
    rarity = (2e-3 / (2e-3 + frequency)).astype(np.float32)
    return Lexicon(
        {said: tuple(numbers) for said, numbers in concepts.items()},
        tuple(names),
        beginnings,
        {word: row for row, word in enumerate(known)},
        vectors,
        rarity,
    )
