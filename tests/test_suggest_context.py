"""Suggested findings: what a paper speaks of around a passage, and how passages match a codebook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evidence.codebook import read_codebook
from evidence.findings.features import Scene, context_features, set_scene
from evidence.findings.lexicon import Floats, lexicon
from evidence.findings.passages import find_passages
from evidence.findings.profiles import SIGNALS, Profiles, build_profiles, match
from evidence.findings.words import stems
from evidence.model import Document, Section

CODEBOOK, _ = read_codebook(Path(__file__).parent / "data" / "findings" / "meals-codebook.csv")
PARTS = ("Kitchens", "Money", "Kitchens")
LINES = ("Cooks were few. It showed.", "Prices rose. Nobody paid.", "Stoves broke. It went on.")


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    return build_profiles(CODEBOOK, lexicon())


@pytest.fixture(scope="module")
def scene(profiles: Profiles) -> Scene:
    text, sections = "", []
    for title, line in zip(PARTS, LINES, strict=True):
        sections.append(Section(title, 1, len(text), len(text) + len(title) + len(line) + 4))
        text += f"{title}\n\n{line}\n\n"
    return set_scene(find_passages(Document(text, "text", "", sections=tuple(sections))), profiles, lexicon())


def context(scene: Scene, profiles: Profiles, alone: bool = False) -> dict[str, Floats]:
    """The features after a first look that found factor 0 in the first passage and nothing elsewhere."""
    pairs = np.zeros((len(scene.passages), profiles.size), np.float32)
    pairs[0, 0] = 1
    features, names = context_features(scene, profiles, pairs, np.ones(len(pairs), np.float32), alone)
    return {name: features[:, 0, i] for i, name in enumerate(names)}


def test_what_a_section_speaks_of_is_heard_in_all_its_passages_but_the_one_that_says_it(scene: Scene, profiles: Profiles) -> None:
    section = context(scene, profiles)["section"]
    assert [p.headings[0] for p in scene.passages] == [title for title in PARTS for _ in range(2)]
    assert section[0] == section[2] == section[3] == 0
    assert section[1] == section[4] == section[5] > 0


def test_a_second_look_sees_the_passages_before_and_after(scene: Scene, profiles: Profiles) -> None:
    seen = context(scene, profiles)
    assert seen["before"].tolist() == [0, 1, 0, 0, 0, 0]
    assert seen["near"].tolist() == pytest.approx([0, 1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])


def test_sentences_that_stand_alone_have_nothing_around_them(scene: Scene, profiles: Profiles) -> None:
    together, alone = context(scene, profiles), context(scene, profiles, alone=True)
    assert [name for name in together if not np.array_equal(together[name], alone[name])]
    assert not any(alone[name].any() for name in ("before", "after", "near", "paragraph", "section", "paper"))
    assert np.array_equal(together["odds"], alone["odds"])


def test_a_paper_of_one_passage_can_be_looked_at_twice(profiles: Profiles) -> None:
    single = set_scene(find_passages(Document("Prices rose.", "text", "")), profiles, lexicon())
    assert all(np.isfinite(values).all() for values in context(single, profiles).values())


def test_a_passage_matches_the_factor_whose_label_it_names_and_common_words_count_less(profiles: Profiles) -> None:
    factor = profiles.codebook.factors[0]
    said = stems(factor.label)
    plain, damped = (match(profiles, lexicon(), [said], damping)[0] for damping in ({}, dict.fromkeys(said, 0.5)))
    label = SIGNALS.index("label")
    assert plain[:, label].argmax() == 0
    assert plain[0, label] == pytest.approx(1.0, abs=1e-3)
    assert damped[0, label] == pytest.approx(plain[0, label] / 2)


def test_words_that_no_codebook_has_match_nothing(profiles: Profiles) -> None:
    assert not match(profiles, lexicon(), [("xyzzy", "qwrtp")], {}).any()
    assert match(profiles, lexicon(), [], {}).shape == (0, profiles.size, len(SIGNALS))
