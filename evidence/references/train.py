"""Trains the reference parser's model: ``python -m evidence.references.train [--out FILE] [--count N]``.

Reproducible: one seed, one core. Records are invented, rendered in forms of our own and through CSL styles, disturbed
as captures are, and given to a linear-chain CRF. No reference of any paper or test set is among them. Needs the ``train``
extra (python-crfsuite, citeproc-py and its styles).
"""

from __future__ import annotations

import argparse
import time
from itertools import chain, groupby, repeat
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pycrfsuite

from evidence.references.features import featurise
from evidence.references.labels import with_beginnings
from evidence.references.tokens import tokenise
from evidence.references.training.csl import csl_references
from evidence.references.training.noise import disturb
from evidence.references.training.records import make_record
from evidence.references.training.render import render
from evidence.references.training.schools import render_school

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence.references.training.marked import Marked

SEED = 20
MODEL = Path(__file__).with_name("model.crfsuite")
PER_STYLE = 8
SCHOOLED = 0.5
"""Share of our own forms that keep to one school of writing."""
UNKNOWN_AFFIX, UNKNOWN_WORD = 0.4, 0.15
"""Shares of tokens whose affixes (word lists) are hidden in training."""
PARAMETERS = {"c1": 0.3, "c2": 0.02, "max_iterations": 75, "feature.minfreq": 3, "feature.possible_transitions": False, "num_memories": 4}


def label_tokens(reference: Marked) -> tuple[list[list[str]], list[str]]:
    """Features and labels of a marked reference; a token carries the label of its first character."""
    tokens = tokenise(reference.text)
    return featurise(tokens), with_beginnings([reference.labels[t.start] for t in tokens])


def forget(rng: Random, features: list[list[str]]) -> list[list[str]]:
    """Some tokens' affixes or word lists left out, so that the model leans on form and context too: real references are
    full of words that no list of ours knows."""
    return [_forgotten(row, rng.random()) for row in features]


def _forgotten(row: list[str], draw: float) -> list[str]:
    if draw < UNKNOWN_AFFIX:
        row = [f for f in row if not f.startswith(("z2=", "z3=", "p3="))]
    if draw < UNKNOWN_WORD:
        row = [f for f in row if not f.startswith("L=")]
    return row


def _own(rng: Random) -> Marked:
    """A reference in the manner of a school, or in a form put together freely."""
    item = make_record(rng)
    return (render_school(rng, item) if rng.random() < SCHOOLED else None) or render(rng, item)


def references(count: int, seed: int = SEED) -> Iterator[Marked]:
    """``count`` references of our own forms, then :data:`PER_STYLE` of every CSL style; all of them disturbed."""
    rng = Random(seed)
    own = (_own(rng) for _ in range(count))
    styled = csl_references((make_record(rng) for _ in repeat(None)), PER_STYLE)
    for reference in chain(own, styled):
        disturbed = disturb(rng, reference)
        if disturbed.text.strip():
            yield disturbed


def show(reference: Marked) -> str:
    """A marked reference on one line, for reading over what the model is taught."""
    rows = groupby(zip(reference.text, reference.labels, strict=True), key=lambda pair: pair[1])
    return "".join(f"{label}<{''.join(c for c, _ in pairs)}>" for label, pairs in rows)


def train(out: Path, count: int) -> None:
    """Writes a model trained on ``count`` references (and the CSL ones) to ``out``."""
    rng = Random(SEED)
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=PARAMETERS, verbose=False)
    for reference in references(count):
        features, labels = label_tokens(reference)
        trainer.append(pycrfsuite.ItemSequence(forget(rng, features)), labels)
    trainer.train(str(out))


def main() -> None:
    """Command line of the training."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--count", type=int, default=15000)
    parser.add_argument("--show", type=int, default=0, help="print so many training references instead of training")
    options = parser.parse_args()
    if options.show:
        print(*(show(r) for r in references(options.show)), sep="\n")
        return
    start = time.monotonic()
    train(options.out, options.count)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
