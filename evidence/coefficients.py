"""Agreement of raters on nominal values: coefficients from ratings, with bootstrap intervals. Knows nothing of papers or codebooks.

Ratings are patterns: ``patterns[p]`` is what each rater said of a unit (a category number, ``None`` where the rater did not see it), and
``counts[c][p]`` how many units of cluster ``c`` have that pattern. Units of one cluster (a sentence with all its factors) hang together,
so whole clusters are drawn again for the bootstrap (Field & Welsh 2007, J. R. Statist. Soc. B 69, 369-390).

Sources: Cohen 1960 (Educ. Psychol. Meas. 20, 37-46); Fleiss 1971 (Psychol. Bull. 76, 378-382), for units with unequal numbers of
raters as in Gwet 2014 (Handbook of Inter-Rater Reliability, 4th ed., ch. 2); AC1: Gwet 2008 (Br. J. Math. Stat. Psychol. 61, 29-48);
alpha: Krippendorff 2011 (Computing Krippendorff's Alpha-Reliability); specific agreement: Cicchetti & Feinstein 1990 (J. Clin.
Epidemiol. 43, 551-558).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pattern = tuple[int | None, ...]
SEED = 20260101
ROUNDS = 1000
NAMES = ("agreement", "positive", "cohen", "fleiss", "ac1", "alpha")


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its 95 % interval; ``None`` where it is not defined (one category only, no unit with two ratings)."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Ratings:
    """Ratings of units in clusters, as the module says. ``categories`` is how many values a rater could choose from."""

    patterns: tuple[Pattern, ...]
    counts: NDArray[np.int64]
    categories: int

    @property
    def units(self) -> int:
        """How many units two or more raters saw."""
        rated = [n for n, pattern in enumerate(self.patterns) if sum(v is not None for v in pattern) > 1]
        return int(self.counts[:, rated].sum())


def ratings_of(clusters: Mapping[Hashable, Sequence[Pattern]], categories: int) -> Ratings:
    """Ratings from the patterns of the units of each cluster."""
    numbers: dict[Pattern, int] = {}
    counted = [Counter(numbers.setdefault(pattern, len(numbers)) for pattern in units) for units in clusters.values()]
    counts = np.zeros((max(1, len(counted)), max(1, len(numbers))), dtype=np.int64)
    for row, cluster in enumerate(counted):
        for pattern, count in cluster.items():
            counts[row, pattern] = count
    return Ratings(tuple(numbers) or ((),), counts, categories)


def estimates(ratings: Ratings, rounds: int = ROUNDS, seed: int = SEED) -> dict[str, Estimate]:
    """Every coefficient of ``NAMES``; with ``rounds`` the percentile interval from so many bootstrap samples of clusters."""
    values = coefficients(ratings, ratings.counts.sum(axis=0, keepdims=True).astype(float))
    if not rounds:
        return {name: Estimate(_number(v[0])) for name, v in values.items()}
    drawn = coefficients(ratings, _samples(ratings.counts, rounds, seed))
    return {name: Estimate(_number(v[0]), *_interval(drawn[name])) for name, v in values.items()}


def coefficients(ratings: Ratings, weights: Floats) -> dict[str, Floats]:
    """The coefficients for each row of ``weights`` (units by pattern); not a number where one is not defined.

    ``cohen`` is defined for two raters, ``positive`` (specific agreement on category 1: twice the shared over the sum of both) for two
    categories.
    """
    tally = _tally(ratings.patterns, ratings.categories)
    seen = tally.sum(axis=1)
    several = seen > 1
    pairs = np.where(several, seen * (seen - 1), 1)
    alike = np.where(several, (tally * (tally - 1)).sum(axis=1) / pairs, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        agreed = weights @ alike / (weights @ several)
        shares = np.divide(tally, seen[:, None], out=np.zeros_like(tally), where=seen[:, None] > 0)
        mean = _mean_share(weights * (seen > 0), shares)
        fleiss = _corrected(agreed, (mean**2).sum(axis=1))
        ac1 = _corrected(agreed, (mean * (1 - mean)).sum(axis=1) / (ratings.categories - 1))
        return {
            "agreement": agreed,
            "positive": _positive(tally, weights * several) if ratings.categories == 2 else np.full(len(weights), np.nan),
            "cohen": _cohen(ratings, weights),
            "fleiss": fleiss,
            "ac1": ac1,
            "alpha": _alpha(tally, seen, several, weights),
        }


def _tally(patterns: Sequence[Pattern], categories: int) -> Floats:
    """How many raters gave each category: patterns by categories."""
    tally = np.zeros((len(patterns), categories))
    for n, pattern in enumerate(patterns):
        for value in pattern:
            if value is not None:
                tally[n, value] += 1
    return tally


def _mean_share(weights: Floats, shares: Floats) -> Floats:
    mean: Floats = (weights @ shares) / weights.sum(axis=1, keepdims=True)
    return mean


def _corrected(agreed: Floats, chance: Floats) -> Floats:
    """Agreement beyond chance over what was possible; undefined where chance alone agrees always."""
    possible = 1 - chance
    return np.where(np.abs(possible) < 1e-12, np.nan, (agreed - chance) / possible)


def _positive(tally: Floats, weights: Floats) -> Floats:
    """Of the pairs of ratings with at least one 1, weighted as specific agreement does, the share that is 1 twice."""
    seen = tally.sum(axis=1)
    ones = tally[:, 1]
    others = np.where(seen > 1, seen - 1, 1)
    return (weights @ (ones * (ones - 1) / others)) / (weights @ np.where(seen > 1, ones, 0))


def _cohen(ratings: Ratings, weights: Floats) -> Floats:
    if len(ratings.patterns[0]) != 2:
        return np.full(len(weights), np.nan)
    both = np.array([None not in p for p in ratings.patterns], dtype=float)
    kept = weights * both
    total = kept.sum(axis=1)
    same = np.array([float(None not in p and p[0] == p[1]) for p in ratings.patterns])
    chance = np.zeros(len(weights))
    for value in range(ratings.categories):
        one, other = (np.array([float(p[rater] == value) for p in ratings.patterns]) for rater in (0, 1))
        chance += (kept @ one / total) * (kept @ other / total)
    return _corrected(kept @ same / total, chance)


def _alpha(tally: Floats, seen: Floats, several: NDArray[np.bool_], weights: Floats) -> Floats:
    others = np.where(several, seen - 1, 1)
    kept = weights * several
    values = kept @ tally
    total = values.sum(axis=1)
    observed = 1 - kept @ ((tally * (tally - 1)).sum(axis=1) / others) / total
    expected = 1 - (values * (values - 1)).sum(axis=1) / (total * (total - 1))
    return np.where(np.abs(expected) < 1e-12, np.nan, 1 - observed / expected)


def _samples(counts: NDArray[np.int64], rounds: int, seed: int) -> Floats:
    """Pattern counts of bootstrap samples of clusters: rounds by patterns. Equal clusters are drawn as one kind."""
    kinds, sizes = np.unique(counts, axis=0, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(int(sizes.sum()), sizes / sizes.sum(), size=rounds)
    return (drawn @ kinds).astype(float)


def _interval(drawn: Floats) -> tuple[float | None, float | None]:
    """The middle 95 % of the samples; none where the coefficient is undefined in more than half of them."""
    defined = drawn[np.isfinite(drawn)]
    if len(defined) <= len(drawn) / 2:
        return None, None
    low, high = np.percentile(defined, (2.5, 97.5))
    return float(low), float(high)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
