"""The trained sequence model: its weights, the best labels of a sequence, and how probable they are.

A linear-chain CRF (Lafferty, McCallum, Pereira 2001) trained by CRFsuite. The file is CRFsuite's own; it is read and decoded here because
almost all the time of labelling goes into adding up the weights of features that were added up before. What a group of features adds
to the score of every label is kept, and a block of sequences is decoded at a time.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from dataclasses import dataclass
from itertools import chain
from operator import neg
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]

KEPT = 60_000
"""Groups of features that are kept; when there are more, all are forgotten."""


@dataclass(frozen=True)
class Model:
    """Labels; features with their numbers; ``weights[feature, label]``; ``transitions[label, next label]``."""

    labels: tuple[str, ...]
    features: dict[str, int]
    weights: Matrix
    transitions: Matrix


_HEADER = struct.Struct("<4s I 4s 8I")
_WEIGHT = np.dtype([("kind", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])
_STATE, _TRANSITION = 0, 1


def read_model(data: bytes) -> Model:
    """The model in CRFsuite's binary format (``crf1d_model.c`` and ``cqdb.c`` of CRFsuite 0.12). Raises ValueError on other data."""
    magic, _, kind, _, _, _, _, at_weights, at_labels, at_features, _ = _HEADER.unpack_from(data)
    if (magic, kind) != (b"lCRF", b"FOMC"):
        raise ValueError("this is no model of CRFsuite; train it anew: python -m evidence.references.train")
    labels, features = _names(data, at_labels), _names(data, at_features)
    (count,) = struct.unpack_from("<I", data, at_weights + 8)
    found = np.frombuffer(data, _WEIGHT, count, at_weights + 12)
    matrices = []
    for kind_of, rows in ((_STATE, len(features)), (_TRANSITION, len(labels))):
        matrix = np.zeros((rows, len(labels)))
        chosen = found[found["kind"] == kind_of]
        matrix[chosen["source"], chosen["label"]] = chosen["weight"]
        matrices.append(matrix)
    return Model(tuple(labels), {name: number for number, name in enumerate(features)}, *matrices)


def _names(data: bytes, start: int) -> list[str]:
    """The names in the constant database that begins at ``start``, by number."""
    count, table = struct.unpack_from("<2I", data, start + 16)
    names = []
    for (offset,) in struct.iter_unpack("<I", data[start + table : start + table + 4 * count]):
        (size,) = struct.unpack_from("<I", data, start + offset + 4)
        names.append(data[start + offset + 8 : start + offset + 7 + size].decode("utf-8"))
    return names


class Scores(dict[Any, int]):
    """What groups of features add to the score of every label: the number of a row of ``table``, worked out when a group is first met.

    ``spell`` gives the features of a group. The first rows of the table are the weights of single features, then comes one of nothing
    but zeros, then the sums of several weights."""

    def __init__(self, model: Model, spell: Callable[[Any], Iterable[str]]) -> None:
        super().__init__()
        self.model, self.spell = model, spell
        self.nothing = len(model.weights)
        self.table = np.concatenate((model.weights, np.zeros((1, len(model.labels)))))
        self.sums: dict[tuple[int, ...], int] = {(): self.nothing}
        self.waiting: list[tuple[int, ...]] = []

    def __missing__(self, group: Any) -> int:
        numbers = tuple([n for f in self.spell(group) if (n := self.model.features.get(f)) is not None])
        row = numbers[0] if len(numbers) == 1 else self.sums.get(numbers)
        if row is None:
            row = self.sums[numbers] = self.nothing + len(self.sums)
            self.waiting.append(numbers)
        self[group] = row
        return row

    def of(self, columns: Sequence[Iterable[Any]]) -> Matrix:
        """The scores ``[token, label]`` of a sequence; every column holds one group per token."""
        if len(self) > KEPT:
            self.clear()
            self.sums = {(): self.nothing}
        rows = np.fromiter(map(self.__getitem__, chain.from_iterable(columns)), np.intp)
        if self.waiting:
            self._add_up()
        scores: Matrix = self.table[rows].reshape(len(columns), -1, self.table.shape[1]).sum(axis=0)
        return scores

    def _add_up(self) -> None:
        """Fills the rows of the sums that are waiting."""
        end = self.nothing + len(self.sums)
        if end > len(self.table):
            self.table = np.concatenate((self.table, np.zeros((end - self.nothing, self.table.shape[1]))))
        longest = max(map(len, self.waiting))
        padded = np.array([numbers + (self.nothing,) * (longest - len(numbers)) for numbers in self.waiting])
        self.table[end - len(self.waiting) : end] = self.table[padded].sum(axis=1)
        self.waiting.clear()


def decode(model: Model, sequences: Sequence[Matrix]) -> list[tuple[list[str], float]]:
    """For every sequence of scores ``[token, label]`` the most probable labels (Viterbi) and the logarithm of their probability."""
    if not sequences:
        return []
    order = sorted(range(len(sequences)), key=lambda i: -len(sequences[i]))
    lengths = [len(sequences[i]) for i in order]
    scores = np.zeros((lengths[0], len(model.labels), len(order)))
    for column, i in enumerate(order):
        scores[: lengths[column], :, column] = sequences[i]
    active = [bisect_left(lengths, -t, key=neg) for t in range(len(scores))]
    paths, best = _best(model.transitions, scores, active)
    probabilities = best - _total(model.transitions, scores, active)
    decoded = [([model.labels[y] for y in paths[:length, column]], float(probabilities[column])) for column, length in enumerate(lengths)]
    return [decoded[column] for column in np.argsort(order)]


def _best(transitions: Matrix, scores: Matrix, active: Sequence[int]) -> tuple[npt.NDArray[np.intp], Matrix]:
    """The best labels ``[token, sequence]`` and their scores, from ``scores[token, label, sequence]``. The longest sequences come first;
    ``active[t]`` of them have a token ``t``."""
    reached = scores.copy()
    steps = transitions[:, :, None]
    room = np.empty(steps.size * scores.shape[2])
    for t in range(1, len(scores)):
        n = active[t]
        ways = room[: steps.size * n].reshape(*transitions.shape, n)
        np.add(reached[t - 1, :, None, :n], steps, out=ways)
        reached[t, :, :n] += ways.max(axis=0)
    labels = np.empty((scores.shape[0], scores.shape[2]), np.intp)
    best = np.empty(scores.shape[2])
    n = 0
    for t in range(len(scores) - 1, -1, -1):
        before, n = n, active[t]
        ways = reached[t, :, :n].copy()
        ways[:, :before] += transitions[:, labels[t + 1, :before]] if before else 0.0
        labels[t, :n] = ways.argmax(axis=0)
        best[before:n] = ways.max(axis=0)[before:n]
    return labels, best


def _total(transitions: Matrix, scores: Matrix, active: Sequence[int]) -> Matrix:
    """The logarithm of the sum over all label sequences (forward algorithm, scaled at every token)."""
    highest = scores.max(axis=1)
    likely = np.exp(scores - highest[:, None, :])
    steps = np.exp(transitions).T
    total = np.zeros(scores.shape[2])
    reached = likely[0]
    for t, n in enumerate(active):
        if t:
            reached = (steps @ reached[:, :n]) * likely[t, :, :n]
        sums = reached.sum(axis=0)
        total[:n] += np.log(sums) + highest[t, :n]
        reached = reached / sums
    return total
