"""Codebooks as term profiles: what words, phrases and concepts would speak of each factor, and how well passages match them.

A profile is made of whatever the codebook has: labels, definitions, synonyms, indicator phrases, category labels. A word that
many factors share says little of any of them; the same holds for a word that stands in most sentences of a paper.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from evidence.findings.lexicon import Floats, Lexicon, says_nothing
from evidence.findings.words import stems
from evidence.model import Codebook, Factor

Words = tuple[str, ...]

WEIGHTS = {"label": 1.0, "synonym": 0.9, "indicator": 0.75, "definition": 0.6, "category": 0.25}
"""How much a text of a codebook says of its factor."""

_CONTRAST = re.compile(
    r"\(?\b(?:versus|vs\.?|as opposed to|not to be confused with|excluding|excludes?|rather than)\b[^,;)]*\)?", re.IGNORECASE
)
_PARTS = re.compile(r"[,;:/()\"“”]|\b(?:and|or|by|versus|including|incl|e\.g|i\.e)\b\.?", re.IGNORECASE)

SIGNALS = ("words", "best_word", "phrase", "label", "concepts", "best_concept", "near", "direction")
"""What ``match`` measures, in its order."""


@dataclass(frozen=True)
class Profiles:
    """A codebook ready for matching; ``size`` is the number of factors. ``words``: stem -> (factor, weight); ``phrases``: stems of
    two words or more -> (factor, weight); ``labels``: per factor the stems of its label with their shares; ``concepts``:
    number of a concept -> (factor, weight); ``keys``: vectors of key words, ``key_weights``: factors x key words, rows sum to 1;
    ``directions``: factors x dimensions."""

    codebook: Codebook
    words: dict[str, list[tuple[int, float]]]
    phrases: dict[Words, list[tuple[int, float]]]
    longest: int
    labels: tuple[dict[str, float], ...]
    concepts: dict[int, list[tuple[int, float]]]
    keys: Floats
    key_weights: Floats
    directions: Floats
    category: np.ndarray[tuple[int], np.dtype[np.int64]]

    @property
    def size(self) -> int:
        """The number of factors."""
        return len(self.codebook.factors)


def texts_of(factor: Factor, category_label: str) -> Iterator[tuple[str, float]]:
    """What a codebook says of a factor: short texts and their weights."""
    yield factor.label, WEIGHTS["label"]
    yield factor.code.rsplit(".", 1)[-1].replace("_", " "), WEIGHTS["label"]
    for kind, texts in (("synonym", factor.synonyms), ("indicator", factor.indicators)):
        yield from ((text, WEIGHTS[kind]) for text in texts)
    for part in _PARTS.split(_CONTRAST.sub(" ", factor.definition)):
        yield part, WEIGHTS["definition"]
    yield category_label, WEIGHTS["category"]


def build_profiles(codebook: Codebook, lexicon: Lexicon) -> Profiles:
    """Profiles of all factors of a codebook."""
    labels = {category.code: category.label for category in codebook.categories}
    texts = [
        [(stems(text), weight) for text, weight in texts_of(factor, labels.get(factor.category, "")) if text.strip()]
        for factor in codebook.factors
    ]
    weights = [_word_weights(said) for said in texts]
    shared = Counter(word for said in weights for word in said)
    rare = {word: _rarity(count, len(texts)) for word, count in shared.items()}
    words: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for factor, said in enumerate(weights):
        for word, weight in said.items():
            words[word].append((factor, weight * rare[word]))
    phrases = _phrases(texts)
    keys, key_weights = _keys(words, lexicon, len(texts))
    return Profiles(
        codebook,
        dict(words),
        phrases,
        max(map(len, phrases), default=1),
        tuple(_label(factor, rare) for factor in codebook.factors),
        _concepts(texts, lexicon),
        keys,
        key_weights,
        key_weights @ keys,
        np.array([[c.code for c in codebook.categories].index(f.category) if f.category in labels else 0 for f in codebook.factors]),
    )


def _rarity(count: int, size: int) -> float:
    return log((size + 1) / count) / log(size + 1) if size > 1 else 1.0


def _word_weights(texts: Iterable[tuple[Words, float]]) -> dict[str, float]:
    """The weight of each word of a factor: its best text's, less where the text is long."""
    weights: dict[str, float] = {}
    for said, weight in texts:
        telling = [word for word in said if not says_nothing(word)]
        for word in telling:
            weights[word] = max(weights.get(word, 0.0), weight / max(1, len(telling)) ** 0.5)
    return weights


def _phrases(texts: Sequence[Sequence[tuple[Words, float]]]) -> dict[Words, list[tuple[int, float]]]:
    phrases: dict[Words, dict[int, float]] = defaultdict(dict)
    for factor, said in enumerate(texts):
        for words, weight in said:
            if 2 <= len(words) <= 5 and not all(map(says_nothing, words)) and weight > WEIGHTS["category"]:
                phrases[words][factor] = max(weight, phrases[words].get(factor, 0.0))
    return {words: [(f, w / len(factors) ** 0.5) for f, w in factors.items()] for words, factors in phrases.items()}


def _label(factor: Factor, rare: dict[str, float]) -> dict[str, float]:
    mass = {word: rare.get(word, 1.0) + 1e-3 for word in stems(factor.label) if not says_nothing(word)}
    total = sum(mass.values())
    return {word: weight / total for word, weight in mass.items()}


def _concepts(texts: Sequence[Sequence[tuple[Words, float]]], lexicon: Lexicon) -> dict[int, list[tuple[int, float]]]:
    found: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for factor, said in enumerate(texts):
        for words, weight in said:
            for concept in lexicon.concepts_of(words):
                found[concept][factor] = max(found[concept][factor], weight)
    size = len(texts)
    return {c: [(f, w * _rarity(len(factors), size)) for f, w in factors.items()] for c, factors in found.items()}


def _keys(words: dict[str, list[tuple[int, float]]], lexicon: Lexicon, size: int) -> tuple[Floats, Floats]:
    """Vectors of the words that have one, and how much each counts for each factor (rows sum to 1)."""
    known = [word for word in words if word in lexicon.rows]
    rows = np.array([lexicon.rows[word] for word in known], dtype=np.int64)
    weights = np.zeros((size, max(1, len(known))), np.float32)
    for column, word in enumerate(known):
        for factor, weight in words[word]:
            weights[factor, column] = weight * lexicon.rarity[rows[column]]
    weights = weights**2
    weights /= np.maximum(weights.sum(1, keepdims=True), 1e-6)
    vectors = lexicon.vectors[rows] if known else np.zeros((1, lexicon.vectors.shape[1]), np.float32)
    return vectors, weights


def commonness(passages: Sequence[Words]) -> dict[str, float]:
    """How much each stem still says in these passages: 1 for rare ones, falling for those in more than an eighth of them."""
    count = Counter(word for said in passages for word in set(said))
    return {word: min(1.0, max(2.0, 0.12 * len(passages)) / number) for word, number in count.items()}


def match(profiles: Profiles, lexicon: Lexicon, passages: Sequence[Words], damping: dict[str, float]) -> Floats:
    """How well passages (stems) match factors: passages x factors x ``SIGNALS``, each 0 for nothing."""
    result = np.zeros((len(passages), profiles.size, len(SIGNALS)), np.float32)
    words, labels, concepts = (
        _Table(profiles.words, profiles.size),
        _Table(_label_words(profiles), profiles.size),
        _Table(profiles.concepts, profiles.size),
    )
    beginnings = {phrase[0] for phrase in profiles.phrases}
    for row, said in enumerate(passages):
        present = {word: damping.get(word, 1.0) for word in said}
        result[row, :, 0], result[row, :, 1] = words.sum_and_best(present)
        result[row, :, 3], _ = labels.sum_and_best(present)
        spoken = {c: min(present[word] for word in by) for c, by in lexicon.concepts_of(said).items()}
        result[row, :, 4], result[row, :, 5] = concepts.sum_and_best(spoken)
        _match_phrases(profiles, said, beginnings, result[row])
    _match_vectors(profiles, lexicon, passages, damping, result)
    return result


class _Table:
    """What terms (words, concepts) say of factors, as a matrix with a row for each term."""

    def __init__(self, weights: Mapping[Any, Sequence[tuple[int, float]]], size: int) -> None:
        self.rows = {term: row for row, term in enumerate(weights)}
        self.matrix = np.zeros((len(weights), size), np.float32)
        for row, said in enumerate(weights.values()):
            for factor, weight in said:
                self.matrix[row, factor] = weight

    def sum_and_best(self, terms: Mapping[Any, float]) -> tuple[Floats | float, Floats | float]:
        """Sum and maximum, for each factor, of what terms (each with how much it counts) say of it; 0 where none says anything."""
        known = [(self.rows[term], share) for term, share in terms.items() if term in self.rows]
        if not known:
            return 0.0, 0.0
        rows, shares = zip(*known, strict=True)
        said = self.matrix[list(rows)] * np.array(shares, np.float32)[:, None]
        return said.sum(0), said.max(0)


def _label_words(profiles: Profiles) -> dict[str, list[tuple[int, float]]]:
    """The words of labels -> (factor, share of its label)."""
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for factor, label in enumerate(profiles.labels):
        for word, share in label.items():
            found[word].append((factor, share))
    return found


def _match_phrases(profiles: Profiles, said: Words, beginnings: Set[str], out: Floats) -> None:
    for start in (i for i, word in enumerate(said) if word in beginnings):
        for length in range(2, min(profiles.longest, len(said) - start) + 1):
            for factor, weight in profiles.phrases.get(said[start : start + length], ()):
                out[factor, 2] = max(out[factor, 2], weight * length**0.5)


def _match_vectors(profiles: Profiles, lexicon: Lexicon, passages: Sequence[Words], damping: dict[str, float], out: Floats) -> None:
    known = sorted({word for said in passages for word in said if word in lexicon.rows and not says_nothing(word)})
    if not known:
        return
    column = {word: i for i, word in enumerate(known)}
    rows = np.array([lexicon.rows[word] for word in known])
    damp = np.array([damping.get(word, 1.0) for word in known], np.float32)
    vectors = lexicon.vectors[rows]
    near = np.maximum((vectors @ profiles.keys.T - 0.25) * damp[:, None] ** 0.5, 0.0) ** 2
    weighted = vectors * (lexicon.rarity[rows] * damp)[:, None]
    best, means = np.zeros((len(passages), near.shape[1]), np.float32), np.zeros((len(passages), vectors.shape[1]), np.float32)
    for row, said in enumerate(passages):
        columns = sorted({column[word] for word in said if word in column})
        if columns:
            best[row], means[row] = near[columns].max(0), weighted[columns].sum(0)
    out[:, :, 6] = best @ profiles.key_weights.T
    means /= np.linalg.norm(means, axis=1, keepdims=True) + 1e-6
    directions = profiles.directions / (np.linalg.norm(profiles.directions, axis=1, keepdims=True) + 1e-6)
    out[:, :, 7] = means @ directions.T
