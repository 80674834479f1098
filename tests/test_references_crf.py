"""The trained model as it is read and decoded here, beside CRFsuite's own tagger."""

from __future__ import annotations

from importlib import resources
from math import log
from random import Random

import numpy as np
import pycrfsuite
import pytest

from evidence.references import crf, parse_reference, parse_references
from evidence.references.crf import Scores, decode, read_model
from evidence.references.features import columns, featurise, spell
from evidence.references.tokens import Token, tokenise

DATA = resources.files("evidence.references").joinpath("model.crfsuite").read_bytes()
MODEL = read_model(DATA)
STRINGS = (
    "Osei, K., & Dahl, M. (2018). Rivers of ice. Journal of Water Studies, 12(3), 45–67.",
    "Dahl M, Osei K. How rivers freeze: A cohort study. Ann Ice. 2009;4:1–9. doi: 10.1234/ice.5",
    "K. Osei: Das Eis der Flüsse. In: M. Dahl (Hrsg.): Handbuch der Gewässer. Berlin: Strom 1998, S. 3-17.",
    "Ice.",
    ")",
)


def random_sequences(count: int) -> list[list[Token]]:
    """Tokens of the strings above thrown together, of many lengths."""
    rng = Random(3)
    known = [t for string in STRINGS for t in tokenise(string)]
    return [[rng.choice(known) for _ in range(rng.randint(1, 60))] for _ in range(count)]


def test_labels_and_probabilities_are_those_of_crfsuite() -> None:
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(DATA)
    sequences = [*map(tokenise, STRINGS), *random_sequences(20)]
    scores = Scores(MODEL, spell)
    for tokens, (labels, probability) in zip(sequences, decode(MODEL, [scores.of(columns(t)) for t in sequences]), strict=True):
        tagger.set(pycrfsuite.ItemSequence(featurise(tokens)))
        assert labels == tagger.tag()
        assert probability == pytest.approx(log(tagger.probability(labels)), abs=1e-6)


def test_groups_spell_the_features_that_the_model_is_trained_on() -> None:
    tokens = tokenise(STRINGS[0])
    spelled = [sorted(f for group in groups for f in spell(group)) for groups in zip(*columns(tokens), strict=True)]
    assert spelled == [sorted(row) for row in featurise(tokens)]


def test_forgetting_what_was_met_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crf, "KEPT", 500)
    scores = Scores(MODEL, spell)
    for tokens in random_sequences(12):
        np.testing.assert_allclose(scores.of(columns(tokens)), Scores(MODEL, spell).of(columns(tokens)))
    assert len(scores) < 500 + 16 * 60


def test_a_block_is_read_as_its_references_one_by_one() -> None:
    strings = [STRINGS[i % len(STRINGS)][: 5 + 3 * i] for i in range(70)]
    assert [(r.csl, r.label) for r in parse_references(strings)] == [(r.csl, r.label) for r in map(parse_reference, strings)]


def test_other_data_are_no_model() -> None:
    with pytest.raises(ValueError, match="train it anew"):
        read_model(b"something else" * 10)


def test_no_sequences_give_no_labels() -> None:
    assert decode(MODEL, []) == []
