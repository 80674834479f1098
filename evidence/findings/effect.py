"""What a passage says a factor does: good or bad news, by its presence or its lack.

Cues near the words that speak of the factor count more than those in another clause; a factor may be bad by nature (stigma,
burden), which its codebook's words or the findings accepted so far tell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evidence.findings.cues import HINDERS, find_cues
from evidence.findings.features import Scene
from evidence.findings.lexicon import Floats, says_nothing
from evidence.findings.passages import Passage
from evidence.findings.profiles import Profiles
from evidence.findings.words import stem, tokens
from evidence.model import Codebook

_CLAUSE = frozenset("but however yet although though while whereas despite nevertheless because which who".split())
_LOCAL = ("helps", "hinders", "needs", "lacks", "negates", "remedies", "mixed", "concedes", "contrasts")
_BAD_STEMS = frozenset(stem(cue.rstrip("*")) for cue in HINDERS if " " not in cue and len(cue) > 4) - {"pressur", "questi", "limit", "conflict"}
_HEADED_BAD = ("barrier", "challenge", "obstacle", "concern", "difficult", "problem", "tension", "hinder", "lack", "stigma", "risk", "negative")
_HEADED_GOOD = ("facilitat", "enabl", "support", "benefit", "strateg", "recommend", "success", "opportunit", "promot", "driver", "positive", "solution")

NAMES = (
    *(f"{name} in all" for name in _LOCAL), *(f"{name} near" for name in _LOCAL), *(f"{name} before" for name in _LOCAL),
    "balance near", "balance in all", "bad by nature", "share of barriers", "wording barrier", "wording facilitator", "wording mixed", "wording balance",
    "wording barrier before", "heading bad", "heading good", "negated helps", "lack near x need", "nature x balance", "remedy x bad", "nature x lack",
    "nature x wording",
)  # fmt: skip


def bad_by_nature(codebook: Codebook) -> Floats:
    """For each factor the share of its label's and definition's leading words that are bad news by themselves."""
    result = []
    for factor in codebook.factors:
        label = [t.stem for t in tokens(factor.label) if not says_nothing(t.stem)]
        rest = [t.stem for t in tokens(factor.definition) if not says_nothing(t.stem)][:6]
        result.append(max((sum(w in _BAD_STEMS for w in part) / len(part) for part in (label, rest) if part), default=0.0))
    return np.array(result, np.float32)


def clauses(passage: Passage) -> list[int]:
    """The number of the clause each word stands in: clauses end at ``; :``, at a comma before a conjunction, and at conjunctions."""
    number, numbers = 0, []
    for i, token in enumerate(passage.tokens):
        gap = passage.text[passage.tokens[i - 1].end - passage.start : token.start - passage.start] if i else ""
        if i and (token.word in _CLAUSE or ";" in gap or ":" in gap or "—" in gap or ("," in gap and token.word in {"and", "so", "or"})):
            number += 1
        numbers.append(number)
    return numbers


def anchors(passage: Passage, factor: int, profiles: Profiles) -> list[int]:
    """Positions of the words that speak of a factor, by its profile; empty where none does."""
    scored = [(dict(profiles.words.get(token.stem, ())).get(factor, 0.0), i) for i, token in enumerate(passage.tokens)]
    best = max((score for score, _ in scored), default=0.0)
    return [i for score, i in scored if best > 0 and score >= 0.5 * best]


def effect_features(
    scene: Scene, profiles: Profiles, pairs: Sequence[tuple[int, int]], nature: Floats, barriers: Floats, wording: Floats
) -> Floats:  # fmt: skip
    """Features of (passage, factor) pairs, pairs x ``NAMES``.

    ``nature``: ``bad_by_nature``; ``barriers``: share of barriers among a factor's accepted findings; ``wording``: passages x 3,
    what the learned part says of barrier, facilitator, mixed."""
    rows = [_row(scene, profiles, passage, factor, float(nature[factor]), float(barriers[factor]), wording) for passage, factor in pairs]
    return np.array(rows, np.float32).reshape(len(rows), len(NAMES))


def _row(scene: Scene, profiles: Profiles, number: int, factor: int, nature: float, barriers: float, wording: Floats) -> list[float]:
    passage = scene.passages[number]
    cues = find_cues([t.word for t in passage.tokens])
    places, clause = anchors(passage, factor, profiles), clauses(passage)
    near, before = dict.fromkeys(_LOCAL, 0.0), dict.fromkeys(_LOCAL, 0.0)
    for position, name in cues:
        if name in near and places:
            distance = min(abs(position - p) for p in places)
            same = any(clause[position] == clause[p] for p in places)
            near[name] += (1.0 if same else 0.3) * (1.5 if distance <= 3 else 1.0 if distance <= 8 else 0.6)
            before[name] += float(any(0 < p - position <= 3 for p in places))
        elif name in near:
            near[name] += 0.8
    total = {name: float(min(3, sum(n == name for _, n in cues))) for name in _LOCAL}
    heading = " ".join(passage.headings[:2]).lower()
    said = [float(x) for x in wording[number]]
    previous = float(wording[number - 1][0]) if number and scene.carries[number] > 0 else 0.0
    negated = sum(1 for p, n in cues if n == "helps" and any(m == "negates" and 0 < p - q <= 4 for q, m in cues))
    bad_heading, good_heading = (float(any(word in heading for word in words)) for words in (_HEADED_BAD, _HEADED_GOOD))
    balance = near["hinders"] - near["helps"]
    return [
        *total.values(), *near.values(), *before.values(), balance, total["hinders"] - total["helps"], nature, barriers, *said, said[0] - said[1],
        previous * float(scene.carries[number]), bad_heading, good_heading, float(negated), min(near["lacks"], 1.0) * min(total["needs"], 1.0),
        (barriers - 0.4) * balance, min(1.0, near["remedies"]) * max(nature, barriers), (barriers - 0.4) * min(near["lacks"], 2.0),
        (barriers - 0.4) * (said[0] - said[1]),
    ]  # fmt: skip
