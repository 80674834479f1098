"""Models on disk: one ``.npz`` file, numbers as arrays and everything else as JSON inside; the same model gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from evidence.findings.learn import Model, Weights
from evidence.findings.lexicon import DATA
from evidence.findings.logistic import Logistic
from evidence.findings.wording import Wording
from evidence.model import Category, Codebook, Factor, Level

SHIPPED = DATA / "model.npz"
FORMAT = 4
_PARTS = ("first_pair", "first_claim", "pair", "claim", "barrier", "mixed")


def write_model(path: Path, model: Model) -> None:
    """Writes a model. Raises ``OSError`` when it cannot be written."""
    arrays: dict[str, Any] = {
        "weights": model.wording.weights.astype(np.float16), "bias": model.wording.bias, "rarity": model.wording.rarity.astype(np.float16),
        "barriers": model.barriers, "priors": model.priors,
    }  # fmt: skip
    said: dict[str, Any] = {
        "format": FORMAT,
        "codebook": asdict(model.codebook),
        "columns": list(model.wording.columns),
        "targets": model.wording.targets,
    }
    for kind, weights in (("taught", model.taught), ("general", model.general)):
        said[kind] = {}
        for part in _PARTS:
            logistic: Logistic = getattr(weights, part)
            said[kind][part] = {"names": logistic.names, "bias": logistic.bias}
            arrays[f"{kind} {part}"] = np.stack([logistic.mean, logistic.scale, logistic.weights])
    np.savez_compressed(path, said=np.array(json.dumps(said, ensure_ascii=False)), **arrays)


def read_model(path: Path) -> Model:
    """Reads a model. Raises ``OSError`` when there is none, ``ValueError`` when it is of another format or damaged."""
    with np.load(path) as packed:
        said = json.loads(str(packed["said"]))
        if said["format"] != FORMAT:
            raise ValueError(f"the model in {path.name} has format {said['format']}, this program reads {FORMAT}: train it anew")
        arrays = {name: packed[name].astype(np.float32) for name in packed.files if name != "said"}
    columns = {name: i for i, name in enumerate(said["columns"])}
    wording = Wording(columns, arrays["rarity"], arrays["weights"], arrays["bias"], tuple(said["targets"]))
    weights = {kind: _weights(kind, said[kind], arrays) for kind in ("taught", "general")}
    return Model(_codebook(said["codebook"]), wording, arrays["barriers"], arrays["priors"], weights["taught"], weights["general"])


def _weights(kind: str, said: dict[str, Any], arrays: dict[str, Any]) -> Weights:
    parts = {}
    for part in _PARTS:
        mean, scale, weights = arrays[f"{kind} {part}"]
        parts[part] = Logistic(tuple(said[part]["names"]), mean, scale, weights, said[part]["bias"])
    return Weights(**parts)


def _codebook(said: dict[str, Any]) -> Codebook:
    factors = tuple(
        Factor(**f | {"synonyms": tuple(f["synonyms"]), "indicators": tuple(f["indicators"]), "mappings": tuple(map(tuple, f["mappings"]))})
        for f in said["factors"]
    )
    levels, categories = (Level(**x) for x in said["levels"]), (Category(**x) for x in said["categories"])
    return Codebook(said["name"], said["title"], tuple(levels), tuple(categories), factors)


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that comes with the program."""
    return read_model(SHIPPED)
