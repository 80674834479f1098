"""The learned part for a known codebook: how the people who coded it word each factor.

Ridge regression on words, pairs of words, concepts and meaning vectors; the exact predictions with any group of passages left
out come with the fit (the hat matrix), so that what is built on top of it can be trained on honest scores. Seconds for
some thousand passages.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evidence.findings.lexicon import Floats, Lexicon, says_nothing

Words = tuple[str, ...]
Doubles = NDArray[np.float64]

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
        matrix = featurise(lexicon, passages, self.columns, self.rarity)
        return (matrix @ self.weights + self.bias).astype(np.float32)

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


def featurise(lexicon: Lexicon, passages: Sequence[Words], columns: dict[str, int], rarity: Floats) -> Floats:
    """Passages x (features + dimensions of the word vectors)."""
    size = lexicon.vectors.shape[1]
    matrix = np.zeros((len(passages), len(columns) + size), np.float32)
    for row, passage in enumerate(passages):
        by_kind: dict[str, list[int]] = {"word": [], "pair": [], "concept": []}
        for name in dict.fromkeys(features(lexicon, passage)):
            if name in columns:
                by_kind[_kind(name)].append(columns[name])
        for kind, found in by_kind.items():
            values = rarity[found]
            matrix[row, found] = SCALES[kind] * values / (np.linalg.norm(values) + 1e-6)
        matrix[row, len(columns) :] = SCALES["meaning"] * lexicon.mean(passage)
    return matrix


def vocabulary(lexicon: Lexicon, passages: Sequence[Words], at_least: int = 2) -> tuple[dict[str, int], Floats]:
    """Features that stand in some passages, with their rarity."""
    count = Counter(name for passage in passages for name in set(features(lexicon, passage)))
    kept = sorted(name for name, number in count.items() if number >= at_least)
    rarity = np.array([np.log(1 + len(passages) / count[name]) for name in kept], np.float32)
    return {name: i for i, name in enumerate(kept)}, rarity


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
    matrix = featurise(lexicon, passages, columns, rarity)
    weight = np.sqrt(np.ones(len(passages), np.float32) if importance is None else importance.astype(np.float32))[:, None]
    bias = (targets * weight**2).sum(0) / (weight**2).sum()
    wanted = ((targets - bias) * weight).astype(np.float32)
    scaled = matrix * weight
    inverse = np.linalg.inv(scaled @ scaled.T + stiffness * np.eye(len(scaled), dtype=np.float32))
    alpha = inverse @ wanted
    fitted = wanted - stiffness * alpha
    honest = np.array(fitted)
    blocks: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        blocks.setdefault(group, []).append(row)
    whole, reach = scaled.T @ alpha, scaled.T @ inverse[:, : len(parts)]
    best = np.zeros((len(parts), targets.shape[1]), np.float32)
    for group, rows in blocks.items():
        shift = np.linalg.solve(inverse[np.ix_(rows, rows)], alpha[rows]) if group else np.zeros((len(rows), targets.shape[1]), np.float32)
        if group:  # I - H_BB is stiffness times the inverse's block, so the left-out residual is (inverse_BB)^-1 alpha_B
            honest[rows] = wanted[rows] - shift
        for row in (r for r in rows if r < len(parts)):
            members = featurise(lexicon, parts[row], columns, rarity)
            own = [r for r in rows if r < len(parts)]
            scores = members @ whole - (members @ reach[:, own]) @ shift[: len(own)]
            best[row] = scores.max(0)
    model = Wording(columns, rarity, whole, bias.astype(np.float32), names)
    return model, honest / weight + bias, best + bias
