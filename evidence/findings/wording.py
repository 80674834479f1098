"""The learned part for a known codebook: how the people who coded it word each factor.

Ridge regression on words, pairs of words, concepts and meaning vectors; the exact predictions with any group of passages left
out come with the fit (the hat matrix), so that what is built on top of it can be trained on honest scores. Seconds for
some thousand passages.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evidence.findings.lexicon import Floats, Lexicon, says_nothing

Words = tuple[str, ...]
Indices = NDArray[np.int64]

_NO_COLUMNS: Indices = np.zeros(0, np.int64)
_NO_VALUES: Floats = np.zeros(0, np.float32)

SMALL = 256
"""Rows of a matrix that is inverted at once."""
SCALES = {"word": 1.0, "pair": 0.75, "concept": 0.3, "meaning": 1.0}
"""Length of each kind of feature in a passage's vector."""


@dataclass(frozen=True)
class Wording:
    """``columns``: feature -> its row in ``weights`` (features x targets), behind them one row for each dimension of the word vectors;
    ``rarity``: weight of a feature; ``targets``: what the columns of ``weights`` stand for; ``bias`` is added to each."""

    columns: dict[str, int]
    rarity: Floats
    weights: Floats
    bias: Floats
    targets: tuple[str, ...]

    def scores(self, lexicon: Lexicon, passages: Sequence[Words]) -> Floats:
        """Passages x targets, about 0 for no and 1 for yes."""
        rows = featurise(lexicon, passages, self.columns, self.rarity)
        return (rows.times(self.weights) + self.bias).astype(np.float32)

    def best_of_parts(self, lexicon: Lexicon, parts: Sequence[Sequence[Words]]) -> Floats:
        """For each passage the best score of its members, passages x targets."""
        scores = self.scores(lexicon, [part for passage in parts for part in passage])
        ends = np.cumsum([len(passage) for passage in parts])
        return np.array([scores[end - len(passage) : end].max(0) for passage, end in zip(parts, ends, strict=True)], np.float32)

    def telling(self, lexicon: Lexicon, passage: Words, target: int, count: int = 3) -> list[str]:
        """The words or pairs of words of a passage that speak most for a target."""
        named = [name for name in dict.fromkeys(features(lexicon, passage)) if name in self.columns and not name.startswith("#")]
        ranked = sorted(named, key=lambda name: -float(self.weights[self.columns[name], target] * self.rarity[self.columns[name]]))
        return [name for name in ranked[:count] if self.weights[self.columns[name], target] > 0]


def features(lexicon: Lexicon, passage: Words) -> list[str]:
    """Names of a passage's features: words, pairs of neighbours (``a b``, stop words between them skipped), concepts (``#name``)."""
    said = [word for word in passage if not says_nothing(word)]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(said)]
    return [*said, *pairs, *(f"#{lexicon.names[c]}" for c in lexicon.concepts_of(passage))]


def _kind(name: str) -> str:
    return "concept" if name.startswith("#") else "pair" if " " in name else "word"


@dataclass(frozen=True)
class Rows:
    """Passages as vectors: of each the columns that are not zero and their values, and all meaning vectors in one matrix. ``width`` is the
    number of columns before the meaning vectors."""

    columns: tuple[Indices, ...]
    values: tuple[Floats, ...]
    meaning: Floats
    width: int

    def __getitem__(self, rows: slice) -> Rows:
        return Rows(self.columns[rows], self.values[rows], self.meaning[rows], self.width)

    def scaled(self, weight: Floats) -> Rows:
        """Each row times its weight."""
        return replace(self, values=tuple(v * w for v, w in zip(self.values, weight, strict=True)), meaning=self.meaning * weight[:, None])

    def times(self, weights: Floats) -> Floats:
        """The product with a matrix that has one row for each column."""
        result: Floats = self.meaning @ weights[self.width :]
        for row, (columns, values) in enumerate(zip(self.columns, self.values, strict=True)):
            result[row] += values @ weights[columns]
        return result

    def combined(self, weights: Floats) -> Floats:
        """The sum of the rows, each times its row of ``weights``: one row for each column."""
        result = np.zeros((self.width + self.meaning.shape[1], weights.shape[1]), np.float32)
        for columns, values, weight in zip(self.columns, self.values, weights, strict=True):
            result[columns] += np.outer(values, weight)
        result[self.width :] = self.meaning.T @ weights
        return result

    def postings(self) -> list[tuple[Indices, Floats]]:
        """For each column the rows that have it, and their values."""
        lengths = [len(columns) for columns in self.columns]
        columns, values = np.concatenate([*self.columns, _NO_COLUMNS]), np.concatenate([*self.values, _NO_VALUES])
        rows = np.repeat(np.arange(len(lengths)), lengths)
        order = np.argsort(columns, kind="stable")
        ends = np.searchsorted(columns[order], np.arange(self.width + 1))
        return [(rows[order[a:b]], values[order[a:b]]) for a, b in itertools.pairwise(ends)]

    def products(self, others: Rows, postings: Sequence[tuple[Indices, Floats]]) -> Floats:
        """The inner products of these rows with those of ``others``, whose postings are given."""
        result: Floats = self.meaning @ others.meaning.T
        for row, (columns, values) in enumerate(zip(self.columns, self.values, strict=True)):
            for column, value in zip(columns, values, strict=True):
                where, what = postings[column]
                result[row, where] += value * what
        return result


def featurise(lexicon: Lexicon, passages: Sequence[Words], columns: dict[str, int], rarity: Floats) -> Rows:
    """Passages as rows; each kind of feature is brought to its length (``SCALES``)."""
    found = [_row(lexicon, passage, columns, rarity) for passage in passages]
    means = [SCALES["meaning"] * lexicon.mean(passage) for passage in passages]
    meaning = np.array(means, np.float32).reshape(len(passages), lexicon.vectors.shape[1])
    return Rows(tuple(c for c, _ in found), tuple(v for _, v in found), meaning, len(columns))


def _row(lexicon: Lexicon, passage: Words, columns: dict[str, int], rarity: Floats) -> tuple[Indices, Floats]:
    by_kind: dict[str, list[int]] = {"word": [], "pair": [], "concept": []}
    for name in dict.fromkeys(features(lexicon, passage)):
        if name in columns:
            by_kind[_kind(name)].append(columns[name])
    places = [np.array(found, np.int64) for found in by_kind.values()]
    values = [SCALES[kind] * rarity[p] / (np.linalg.norm(rarity[p]) + 1e-6) for kind, p in zip(by_kind, places, strict=True)]
    return np.concatenate(places), np.concatenate(values).astype(np.float32)


def vocabulary(lexicon: Lexicon, passages: Sequence[Words], at_least: int = 2) -> tuple[dict[str, int], Floats]:
    """Features that stand in some passages, with their rarity."""
    count = Counter(name for passage in passages for name in set(features(lexicon, passage)))
    kept = sorted(name for name, number in count.items() if number >= at_least)
    rarity = np.array([np.log(1 + len(passages) / count[name]) for name in kept], np.float32)
    return {name: i for i, name in enumerate(kept)}, rarity


def inverted(matrix: Floats) -> Floats:
    """The inverse of a symmetric positive definite matrix by its Cholesky factor, in fewer and faster steps than a general inverse."""
    root = _lower_inverted(np.linalg.cholesky(matrix))
    result: Floats = root.T @ root
    return result


def _lower_inverted(lower: Floats) -> Floats:
    """The inverse of a lower triangular matrix, by halves."""
    size = len(lower)
    if size <= SMALL:
        return np.linalg.inv(lower)
    first, second = slice(0, size // 2), slice(size // 2, size)
    result = np.zeros_like(lower)
    result[first, first], result[second, second] = _lower_inverted(lower[first, first]), _lower_inverted(lower[second, second])
    result[second, first] = -result[second, second] @ (lower[second, first] @ result[first, first])
    return result


def fit(
    lexicon: Lexicon,
    passages: Sequence[Words],
    targets: Floats,
    names: tuple[str, ...],
    groups: Sequence[str],
    stiffness: float = 1.5,
    importance: Floats | None = None,
    parts: Sequence[Sequence[Words]] = (),
) -> tuple[Wording, Floats, Floats]:
    """A model, and its scores for each passage with the passage's whole group left out of the fit; passages of the group ``""`` are
    left out of nothing, and their scores are those of the fit.

    ``targets``: passages x names, 0 or 1; ``importance``: weight of each passage. Dual ridge regression; leaving out a block B
    changes the residuals to (I - H_BB)^-1 (y - Hy)_B. ``parts`` are the members of the first so many passages; the third result is the best
    score of each passage's members, from the same left-out models."""
    columns, rarity = vocabulary(lexicon, passages)
    weight = np.sqrt(np.ones(len(passages), np.float32) if importance is None else importance.astype(np.float32))
    rows = featurise(lexicon, passages, columns, rarity).scaled(weight)
    bias = (targets * weight[:, None] ** 2).sum(0) / (weight**2).sum()
    wanted = ((targets - bias) * weight[:, None]).astype(np.float32)
    postings = rows.postings()
    inverse = inverted(rows.products(rows, postings) + stiffness * np.eye(len(passages), dtype=np.float32))
    alpha = inverse @ wanted
    honest = wanted - stiffness * alpha
    best = np.zeros((len(parts), targets.shape[1]), np.float32)
    blocks: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        blocks.setdefault(group, []).append(row)
    for group, block in blocks.items():
        shift = np.zeros((len(block), targets.shape[1]), np.float32)
        if group:  # I - H_BB is stiffness times the inverse's block, so the left-out residual is (inverse_BB)^-1 alpha_B
            shift = np.linalg.solve(inverse[np.ix_(block, block)], alpha[block])
            honest[block] = wanted[block] - shift
        own = [row for row in block if row < len(parts)]
        if own:
            members = featurise(lexicon, [part for row in own for part in parts[row]], columns, rarity).products(rows, postings)
            scores = members @ alpha - (members @ inverse[:, block]) @ shift
            ends = np.cumsum([len(parts[row]) for row in own])
            best[own] = [scores[end - len(parts[row]) : end].max(0) for row, end in zip(own, ends, strict=True)]
    model = Wording(columns, rarity, rows.combined(alpha), bias.astype(np.float32), names)
    return model, honest / weight[:, None] + bias, best + bias
