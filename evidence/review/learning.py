"""What the program learns while somebody reviews: how likely each suggestion still open is to hold, given what was decided so far.

The decisions are taken for noisy samples of a function over (passage, factor) whose prior mean are the suggester's log odds: Gaussian
process classification with the Laplace approximation (Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, algorithms 3.1
and 3.2). Two suggestions are alike when they are of one factor, when their passages speak of the same things, and most when both. It
needs no more than a few decisions, and with none it says what the suggester says. ``benchmarks/review_learning.py`` measures what it
brings.

*Candidates* are what the suggester held back: less likely sentences, further factors of a sentence. One comes up when what was decided
makes it likely enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evidence.decisions import Decision
from evidence.findings.learn import Model, Weights
from evidence.findings.lexicon import lexicon
from evidence.findings.words import stems
from evidence.model import Document
from evidence.review.items import Item

Matrix = NDArray[np.float64]

RAISED = 0.5
"""Learned score from which on a candidate is suggested."""
BOLD = 1.0
"""Log odds by which an eager model takes a claim, and a factor, for likelier."""
MOST = 1500
"""Decisions that are learned from; of more, the latest."""
CODED = 0.75
"""Prior of what a person coded."""
ADDED = 0.5
"""Prior of what a reviewer put in place of a suggestion or added."""
LEVEL, SLOPE, FACTOR, TOPIC, BOTH = 1.0, 0.3, 1.0, 1.0, 2.0
"""Prior variances: of all suggestions alike, of how far the suggester's log odds are to be believed, of a factor, of what a passage
speaks of, and of that within a factor."""


@dataclass(frozen=True)
class Example:
    """Something decided: the item it was decided on, or that was put in its place, and whether it holds."""

    item: Item
    holds: bool


def examples_of(votes: Iterable[Decision], items: Mapping[str, Item]) -> list[Example]:
    """What decisions teach, in the order of their times. A corrected factor teaches twice: the one does not hold, the other does."""
    out = []
    for d in sorted(votes, key=lambda d: (d.time, d.id)):
        item = items.get(d.item)
        if item is None or d.verdict not in ("accept", "reject", "revise"):
            continue
        corrected = d.verdict == "revise" and d.coding.factor != item.coding.factor
        out.append(Example(item, d.verdict != "reject" and not corrected))
        if corrected:
            out.append(Example(Item(d.item, d.coding, "reviewer", ADDED), True))
    return out


def learned_scores(items: Sequence[Item], examples: Sequence[Example], documents: Mapping[str, Document]) -> dict[str, float]:
    """The score of each item by id, given examples; without any, the items' own scores. Papers that are not at hand have no topics."""
    taught = examples[-MOST:]
    if not taught:
        return {item.id: _prior(item) for item in items}
    everything = [*(e.item for e in taught), *items]
    prior = np.array([_odds(_prior(item)) for item in everything])
    alike = _alike(everything, len(taught), prior, documents)
    pull = _laplace(alike[: len(taught)], prior[: len(taught)], np.array([float(e.holds) for e in taught]))
    learned = (prior + alike @ pull)[len(taught) :]
    return {item.id: float(score) for item, score in zip(items, _sigmoid(learned), strict=True)}


def eager(model: Model) -> Model:
    """A model that also suggests what it usually holds back: it takes everything for likelier."""
    return replace(model, taught=_eager(model.taught), general=_eager(model.general))


def _eager(weights: Weights) -> Weights:
    claim, pair = weights.claim, weights.pair
    return replace(weights, claim=replace(claim, bias=claim.bias + BOLD), pair=replace(pair, bias=pair.bias + BOLD))


def candidates_of(suggested: Iterable[Item], bold: Iterable[Item]) -> list[Item]:
    """What an eager model suggests beyond what was suggested; its scores are put right by how much it overstates those of the rest."""
    usual = {item.place: item for item in suggested if item.score is not None}
    more = [item for item in bold if item.score is not None]
    over = [_odds(_prior(item)) - _odds(_prior(usual[item.place])) for item in more if item.place in usual]
    stated = float(np.median(over)) if over else 2 * BOLD
    new = [item for item in more if item.place not in usual]
    return [replace(item, score=float(_sigmoid(np.array(_odds(_prior(item)) - stated)))) for item in new]


def _alike(items: Sequence[Item], taught: int, prior: Matrix, documents: Mapping[str, Document]) -> Matrix:
    """The prior covariance of all items with the first ``taught`` ones."""
    topics = _topics(items, documents)
    codes = np.array([item.coding.factor for item in items])
    same = (codes[:, None] == codes[None, :taught]).astype(float)
    near = topics @ topics[:taught].T
    steep = (prior - prior.mean()) / 2
    alike: Matrix = LEVEL + SLOPE * np.outer(steep, steep[:taught]) + FACTOR * same + TOPIC * near + BOTH * same * near
    return alike


def _topics(items: Sequence[Item], documents: Mapping[str, Document]) -> Matrix:
    """What each passage speaks of, as a direction away from what all of them speak of; zero where it cannot be read."""
    words = lexicon()
    spans = {(i.coding.paper, i.coding.start, i.coding.end) for i in items if i.coding.paper in documents}
    known = {(paper, start, end): words.mean(stems(documents[paper].text[start:end])) for paper, start, end in spans}
    nothing = np.zeros(words.vectors.shape[1], np.float32)
    rows = np.array([known.get((i.coding.paper, i.coding.start, i.coding.end), nothing) for i in items], dtype=float)
    here = np.abs(rows).sum(1, keepdims=True) > 0
    rows = np.where(here, rows - rows[here[:, 0]].mean(0) if here.any() else rows, 0.0)
    length: Matrix = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    directions: Matrix = rows / length
    return directions


def _laplace(covariance: Matrix, prior: Matrix, answers: Matrix) -> Matrix:
    """The weights of the examples in the mean of the posterior (``a`` of algorithm 3.1, with ``prior`` as its mean)."""
    weights, latent = np.zeros(len(prior)), prior.copy()
    for _ in range(30):
        p = _sigmoid(latent)
        curve = p * (1 - p)
        root = np.sqrt(curve)
        b = curve * (latent - prior) + answers - p
        inner = np.eye(len(prior)) + root[:, None] * covariance * root
        weights = b - root * np.linalg.solve(inner, root * (covariance @ b))
        new = prior + covariance @ weights
        moved, latent = float(np.abs(new - latent).max()), new
        if moved < 1e-4:
            break
    return weights


def _prior(item: Item) -> float:
    return CODED if item.score is None else item.score


def _odds(score: float) -> float:
    inside = min(max(score, 0.01), 0.99)
    return float(np.log(inside / (1 - inside)))


def _sigmoid(values: Matrix) -> Matrix:
    return 1 / (1 + np.exp(-np.clip(values, -30, 30)))
