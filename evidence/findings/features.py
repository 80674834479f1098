"""Passages as numbers: what may tell a claim of influence, and what may tell that it is about a factor.

Neither kind of feature names a factor or a field, so what is learned from them holds for codebooks never seen.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evidence.findings.cues import ATTRIBUTION, CARRIES, NAMES, find_cues
from evidence.findings.lexicon import Floats, Lexicon
from evidence.findings.passages import PARTS, Passage
from evidence.findings.profiles import SIGNALS, Profiles, commonness, match
from evidence.findings.words import stems

Indices = NDArray[np.int64]

SIGNAL_WEIGHTS = dict(zip(SIGNALS, (0.35, 0.25, 0.35, 0.5, 0.2, 0.1, 1.2, 0.6), strict=True))
"""What each signal counts in the one score of a factor from the codebook alone."""
SHORT_PAPER = 20
"""Passages below which a paper is too short to tell what it speaks of throughout."""
NEAR = 5
"""Passages before and after that a second look takes into account one by one."""
SPARSE_PARAGRAPH, SPARSE_SECTION, SPARSE_PAPER = 1.0, 2.0, 5.0
"""Silent passages that are added where what a paragraph, a section, a paper speaks of is measured."""
PART_NAMES = tuple(name for name, _ in PARTS)


@dataclass(frozen=True)
class Scene:
    """A paper read against a codebook: ``signals`` is passages x factors x ``SIGNALS``, ``headings`` the same for the headings a
    passage stands under (best of inner and outer), ``wording`` passages x factors of the learned part (zeros without one). ``parts`` and
    ``wording_parts`` are the best that a member of the passage says by itself: by the codebook, by the learned part."""

    passages: tuple[Passage, ...]
    signals: Floats
    headings: Floats
    wording: Floats
    parts: Floats
    wording_parts: Floats
    cues: Floats
    carries: Floats


def set_scene(passages: tuple[Passage, ...], profiles: Profiles, lexicon: Lexicon, wording: tuple[Floats, Floats] | None = None) -> Scene:
    """Matches all passages, their members and their headings. ``wording``: what the learned part says of passages and of members."""
    said = [p.stems for p in passages]
    members = [p.parts for p in passages]
    titles = {title: stems(title) for p in passages for title in p.headings[:2]}
    damping = commonness(said)
    texts = [*said, *titles.values(), *(part for parts in members for part in parts)]
    signals = match(profiles, lexicon, texts, damping)
    row = {title: signals[len(said) + i] for i, title in enumerate(titles)}
    nothing = np.zeros((profiles.size, len(SIGNALS)), np.float32)
    headings = np.array(
        [np.maximum.reduce([nothing, *(row[title] * (1.0 if i == 0 else 0.6) for i, title in enumerate(p.headings[:2]))]) for p in passages]
    ).reshape(len(passages), *nothing.shape)
    none = np.zeros((len(said), profiles.size), np.float32)
    return Scene(
        passages,
        signals[: len(said)],
        headings,
        none if wording is None else wording[0],
        _best_of_parts(_weighed(signals[len(said) + len(titles) :]), members),
        none if wording is None else wording[1],
        np.array([cue_counts(p) for p in passages], np.float32).reshape(len(passages), len(NAMES)),
        np.array([bool(p.place) * (1.0 if CARRIES.match(p.text) else 0.35) for p in passages], np.float32),
    )


def cue_counts(passage: Passage) -> list[float]:
    """How often each cue stands in a passage, at most three times."""
    found = [name for _, name in find_cues([t.word for t in passage.tokens])]
    return [min(3, found.count(name)) for name in NAMES]


# --- a passage and a factor ---------------------------------------------------------------------------------------------


def _spread(scores: Floats) -> list[Floats]:
    """Scores (passages x factors) as three features: themselves, relative to the passage's best, and how far ahead of the others."""
    best = scores.max(1, keepdims=True)
    second = np.sort(scores, axis=1)[:, -2:-1] if scores.shape[1] > 1 else np.zeros_like(best)
    share = np.where(best > 1e-6, scores / np.maximum(best, 1e-6), 0.0)
    lead = np.where(scores >= best - 1e-9, scores - second, scores - best)
    return [scores, np.clip(share, -1, 1), lead]


def _by_category(scores: Floats, category: Indices) -> Floats:
    """For each factor the best score of the other factors of its category."""
    result = np.zeros_like(scores)
    for number in np.unique(category):
        members = np.flatnonzero(category == number)
        for factor in members:
            others = members[members != factor]
            if len(others):
                result[:, factor] = scores[:, others].max(1)
    return result


def _before(scores: Floats, carries: Floats) -> Floats:
    """The scores of the passage before, as far as a passage goes on with it."""
    return np.vstack([np.zeros((1, scores.shape[1]), np.float32), scores[:-1]]) * carries[:, None]


def _after(scores: Floats, carries: Floats) -> Floats:
    """The scores of the passage after, as far as it goes on with this one."""
    return np.vstack([scores[1:] * carries[1:, None], np.zeros((min(1, len(scores)), scores.shape[1]), np.float32)])


def _rank(scores: Floats) -> Floats:
    """One for a passage's best factor, a half for the second, a third for the next."""
    return (1 / (1 + np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1))).astype(np.float32)


def _around(scores: Floats, passages: Sequence[Passage]) -> Floats:
    """The mean of the scores of a passage's neighbours in its paragraph."""
    numbers = np.array([p.paragraph for p in passages])
    result = np.zeros_like(scores)
    for number in np.unique(numbers):
        rows = np.flatnonzero(numbers == number)
        if len(rows) > 1:
            result[rows] = (scores[rows].sum(0) - scores[rows]) / (len(rows) - 1)
    return result


def general_score(scene: Scene) -> Floats:
    """A score of factors from the codebook alone: passages x factors."""
    return _weighed(scene.signals)


def _weighed(signals: Floats) -> Floats:
    """One score from the signals of texts (last axis)."""
    return signals @ np.array([SIGNAL_WEIGHTS[name] for name in SIGNALS], np.float32)


def _best_of_parts(scores: Floats, members: Sequence[Sequence[object]]) -> Floats:
    """For each passage and factor the best score of a member, less where another factor fits that member better."""
    share = scores * np.clip(scores / np.maximum(scores.max(1, keepdims=True), 1e-6), 0, 1) ** 2
    ends = np.cumsum([len(parts) for parts in members])
    rows = [share[end - len(parts) : end].max(0) for parts, end in zip(members, ends, strict=True)]
    return np.array(rows, np.float32).reshape(len(members), scores.shape[1])


def _mean_of_paper(scores: Floats) -> Floats:
    """The mean score of each factor over a paper, drawn towards the mean of all factors where the paper is short."""
    mean: Floats = (scores.sum(0) + SHORT_PAPER * scores.mean()) / (len(scores) + SHORT_PAPER)
    return mean


def pair_features(scene: Scene, profiles: Profiles, prior: Floats | None = None) -> tuple[Floats, tuple[str, ...]]:
    """Features of every (passage, factor), passages x factors x features, and their names."""
    columns: list[Floats] = []
    names: list[str] = []

    def add(name: str, values: Floats) -> None:
        columns.append(values)
        names.append(name)

    general = general_score(scene)
    for i, name in enumerate(SIGNALS):
        for kind, values in zip(("", " share", " lead"), _spread(scene.signals[:, :, i]), strict=True):
            add(name + kind, values)
        add(f"heading {name}", scene.headings[:, :, i])
    for label, scores in (("general", general), ("wording", scene.wording)):
        for kind, values in zip(("", " share", " lead"), _spread(scores), strict=True):
            add(label + kind, values)
        add(f"{label} of category", _by_category(scores, profiles.category))
        add(f"{label} before", _before(scores, scene.carries))
        add(f"{label} after", _after(scores, scene.carries))
        add(f"{label} rank", _rank(scores))
        add(f"{label} around", _around(scores, scene.passages))
        centred = scores - scores.mean(1, keepdims=True)
        add(f"{label} standing", centred / (centred.std(1, keepdims=True) + 1e-3))
    for label, scores in (("part", scene.parts), ("wording part", scene.wording_parts)):
        for kind, values in zip(("", " share", " lead"), _spread(scores), strict=True):
            add(label + kind, values)
    add("general of paper", np.broadcast_to(_mean_of_paper(general), general.shape))
    add("wording x general", scene.wording * general)
    add("rank x rank", _rank(scene.wording) * _rank(general))
    add("prior", np.broadcast_to(np.zeros(profiles.size, np.float32) if prior is None else prior, general.shape))
    return np.stack(columns, axis=2).astype(np.float32), tuple(names)


def context_features(
    scene: Scene, profiles: Profiles, pairs: Floats, claims: Floats, alone: bool = False
) -> tuple[Floats, tuple[str, ...]]:
    """Features of every (passage, factor) for a second look, passages x factors x features, and their names: what the first look says
    of it (``pairs``; ``claims``: passages) and what the passages around speak of. Passages that stand ``alone`` have none around."""
    held = np.clip(pairs, 1e-4, 1 - 1e-4)
    share = pairs / np.maximum(pairs.sum(1, keepdims=True), 1e-6)
    columns = {
        "odds": np.log(held / (1 - held)),
        "share": share,
        "lead": _spread(pairs)[2],
        "category": _of_group(pairs, profiles.category),
        "level": _of_group(share, _levels(profiles)),
    }
    around = _around_in_paper(scene, profiles, pairs * claims[:, None], claims)
    weak = 1 - pairs.max(1, keepdims=True)
    around |= {"section x weak": around["section"] * weak, "before x weak": around["before"] * weak}
    columns |= {name: np.zeros_like(pairs) for name in around} if alone else around
    return np.stack(list(columns.values()), axis=2).astype(np.float32), tuple(columns)


def _around_in_paper(scene: Scene, profiles: Profiles, said: Floats, claims: Floats) -> dict[str, Floats]:
    """What the passages around each one speak of: by their distance, in its paragraph, its section and the whole paper."""
    passages, everywhere = scene.passages, np.ones_like(claims)
    section = _elsewhere(said, claims, _alike([p.headings for p in passages]), SPARSE_SECTION)
    return {
        "before": _before(said, everywhere),
        "before as far as it carries": _before(said, scene.carries),
        "after": _after(said, everywhere),
        "near": _near(said),
        "paragraph": _elsewhere(said, claims, _alike([p.paragraph for p in passages]), SPARSE_PARAGRAPH),
        "section": section,
        "category of section": _of_group(section, profiles.category),
        "like-named sections": _elsewhere(said, claims, _alike([p.headings[:1] for p in passages]), SPARSE_SECTION),
        "paper": _elsewhere(said, claims, [np.arange(len(said))], SPARSE_PAPER),
    }


def _near(said: Floats) -> Floats:
    """The sum of what the passages up to ``NEAR`` before and after say, each divided by its distance."""
    result = np.zeros_like(said)
    for distance in range(1, min(NEAR, len(said) - 1) + 1):
        result[distance:] += said[:-distance] / distance
        result[:-distance] += said[distance:] / distance
    return result


def _levels(profiles: Profiles) -> Indices:
    """The number of each factor's level."""
    names = [factor.level for factor in profiles.codebook.factors]
    return np.array([sorted(set(names)).index(name) for name in names])


def _of_group(scores: Floats, group: Indices) -> Floats:
    """For each factor the sum of the scores of its group (category, level)."""
    member = np.eye(int(group.max(initial=0)) + 1, dtype=np.float32)[group]
    summed: Floats = (scores @ member)[:, group]
    return summed


def _alike(keys: Sequence[Hashable]) -> list[Indices]:
    """The rows of each key."""
    rows: dict[Hashable, list[int]] = {}
    for row, key in enumerate(keys):
        rows.setdefault(key, []).append(row)
    return [np.array(found) for found in rows.values()]


def _elsewhere(said: Floats, weight: Floats, groups: Sequence[Indices], sparse: float) -> Floats:
    """The mean of what the other passages of each one's group say, drawn towards nothing as by ``sparse`` silent passages."""
    result = np.zeros_like(said)
    for rows in groups:
        others = (weight[rows].sum() - weight[rows])[:, None] + sparse
        result[rows] = (said[rows].sum(0) - said[rows]) / others
    return result


# --- a passage ----------------------------------------------------------------------------------------------------------


def passage_features(scene: Scene) -> tuple[Floats, tuple[str, ...]]:
    """Features of every passage by itself, passages x features, and their names."""
    names = (
        *NAMES,
        *(f"{name} any" for name in NAMES),
        *("words", "short", "long", "quoted", "citations", "cited", "question", "attribution", "leads in", "carries"),
        *("first", "last", "digits", "brackets"),
        *(f"in {part}" for part in PART_NAMES),
        *("unheaded", "how far in"),
    )
    rows = [_passage_row(p, list(cues), float(carry)) for p, cues, carry in zip(scene.passages, scene.cues, scene.carries, strict=True)]
    own = np.array(rows, np.float32).reshape(len(rows), -1)
    place = np.linspace(0, 1, len(rows)) if len(rows) > 20 else np.full(len(rows), 0.5)
    return np.hstack([own, np.minimum(place, 0.5)[:, None]]).astype(np.float32), names


def _passage_row(p: Passage, cues: list[float], carries: float) -> list[float]:
    words, text = len(p.tokens), p.text
    asks = text.rstrip(" ”\"'").endswith("?")
    return [
        *cues,
        *(float(c > 0) for c in cues),
        *(min(words, 60) / 20, float(words < 6), float(words > 40), p.quoted, min(3, len(p.citations)), float(bool(p.citations))),
        *(float(asks), float(bool(ATTRIBUTION.match(text))), float(text.endswith((":", ","))), carries),
        *(float(p.place == 0), float(p.last), min(5, sum(t.word[0].isdigit() for t in p.tokens)), float("(" in text)),
        *(float(p.part == part) for part in PART_NAMES),
        float(not p.part),
    ]
