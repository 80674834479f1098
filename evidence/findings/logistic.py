"""Logistic regression for some ten thousand rows of some dozen columns: Newton's method with a ridge, no randomness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evidence.findings.lexicon import Floats


@dataclass(frozen=True)
class Logistic:
    """``names`` of the columns, their ``mean`` and ``scale``, the ``weights`` of the scaled columns and the ``bias``."""

    names: tuple[str, ...]
    mean: Floats
    scale: Floats
    weights: Floats
    bias: float

    def probability(self, rows: Floats) -> Floats:
        """The probability of each row (last axis: columns)."""
        z = ((rows - self.mean) / self.scale) @ self.weights + self.bias
        return (1.0 / (1.0 + np.exp(-np.clip(z, -30, 30)))).astype(np.float32)


STEPS, CLOSE = 25, 1e-4
"""Newton's method ends after so many steps, or when no weight moves by more."""


def fit_logistic(rows: Floats, wanted: Floats, names: tuple[str, ...], ridge: float = 3.0, importance: Floats | None = None) -> Logistic:
    """Fits rows x columns to wanted answers (0 to 1). ``ridge`` is the penalty on the scaled weights, ``importance`` weighs rows."""
    mean, scale = rows.mean(0), rows.std(0)
    scale = np.where(scale < 1e-6, 1.0, scale).astype(np.float32)
    x = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1), np.float32)]).astype(np.float64)
    share = np.ones(len(rows)) if importance is None else importance.astype(np.float64)
    penalty = np.full(x.shape[1], ridge)
    penalty[-1] = 1e-6
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (share * (p - wanted)) + penalty * weights
        curve = (x * (share * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curve, gradient)
        weights -= step
        if float(np.abs(step).max()) < CLOSE:
            break
    return Logistic(names, mean.astype(np.float32), scale, weights[:-1].astype(np.float32), float(weights[-1]))
