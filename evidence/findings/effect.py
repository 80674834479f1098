"""What a passage says a factor does: good or bad news, by its presence or its lack.

Cues near the words that speak of the factor count more than those in another clause; a factor may be bad by nature (stigma,
burden), which its codebook's words or the findings accepted so far tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from evidence.findings.cues import CUES, find_cues
from evidence.findings.features import Scene
from evidence.findings.lexicon import Floats, lexicon, says_nothing
from evidence.findings.passages import Passage
from evidence.findings.profiles import Profiles
from evidence.findings.words import stem, tokens
from evidence.model import Codebook

_CLAUSE = frozenset("but however yet although though while whereas despite nevertheless because which who".split())
_CONCESSIONS = frozenset("although though while whereas despite notwithstanding".split())
_LOCAL = tuple("helps hinders needs lacks negates remedies recedes mixed contested concedes contrasts bars opens".split())
_REACH = 4
"""Words over which a negation, a lack or a remedy reaches."""
_BAD_STEMS = frozenset(stem(cue.rstrip("*")) for cue in CUES["hinders"] if " " not in cue and len(cue) > 4) - {
    "pressur",
    "questi",
    "limit",
    "conflict",
}
_HEADED_BAD = (
    "barrier",
    "challenge",
    "obstacle",
    "concern",
    "difficult",
    "problem",
    "tension",
    "hinder",
    "lack",
    "stigma",
    "risk",
    "negative",
)
_HEADED_GOOD = (
    "facilitat",
    "enabl",
    "support",
    "benefit",
    "strateg",
    "recommend",
    "success",
    "opportunit",
    "promot",
    "driver",
    "positive",
    "solution",
)

NAMES = (
    *(f"{name} {where}" for where in ("in all", "near", "before") for name in _LOCAL),
    *("wording barrier", "wording facilitator", "wording mixed", "wording balance"),
    *("tone", "tone near", "tone of clause", "lacked", "remedied", "negated", "negated helps"),
    *("heading bad", "heading good", "bad by nature", "share of barriers", "balance in all", "balance near"),
    *("lack near x need", "remedy x bad", "nature x balance", "nature x lack", "nature x wording"),
)


def bad_by_nature(codebook: Codebook) -> Floats:
    """For each factor the share of its label's and definition's leading words that are bad news by themselves."""
    result = []
    for factor in codebook.factors:
        label = [t.stem for t in tokens(factor.label) if not says_nothing(t.stem)]
        rest = [t.stem for t in tokens(factor.definition) if not says_nothing(t.stem)][:6]
        result.append(max((sum(w in _BAD_STEMS for w in part) / len(part) for part in (label, rest) if part), default=0.0))
    return np.array(result, np.float32)


def clauses(passage: Passage) -> list[int]:
    """The number of the clause each word stands in. Clauses end at ``; : —``, at conjunctions, at a comma before "and", and where a
    clause that opened with a concession meets its comma."""
    number, conceding, numbers = 0, False, []
    for i, token in enumerate(passage.tokens):
        gap = passage.text[passage.tokens[i - 1].end - passage.start : token.start - passage.start] if i else ""
        comma = "," in gap and (conceding or token.word in {"and", "so", "or"})
        if i and (comma or token.word in _CLAUSE or any(mark in gap for mark in ";:—")):
            number, conceding = number + 1, False
        conceding = conceding or token.word in _CONCESSIONS
        numbers.append(number)
    return numbers


def telling_cues(passage: Passage) -> list[tuple[int, str]]:
    """The cues of a passage without negations that negate nothing: "not only", "no longer", "a little", "a few"."""
    words = [t.word for t in passage.tokens]
    idle = {
        i
        for i, word in enumerate(words)
        if (
            word in {"not", "no"}
            and words[i + 1 : i + 2]
            and words[i + 1] in {"only", "just", "merely", "simply", "longer", "doubt", "not"}
        )
        or (word in {"little", "few"} and i and words[i - 1] == "a")
    }
    return [(i, name) for i, name in find_cues(words) if i not in idle or name not in {"negates", "lacks"}]


def anchors(passage: Passage, factor: int, profiles: Profiles) -> list[int]:
    """Positions of the words that speak of a factor, by its profile; empty where none does."""
    scored = [(dict(profiles.words.get(token.stem, ())).get(factor, 0.0), i) for i, token in enumerate(passage.tokens)]
    best = max((score for score, _ in scored), default=0.0)
    return [i for score, i in scored if best > 0 and score >= 0.5 * best]


@lru_cache(maxsize=1)
def _tone_direction() -> Floats:
    """The direction in the space of word vectors that leads from helping to hindering words."""
    words = lexicon()
    signed = [
        (stem(cue.rstrip("*")), sign) for cues, sign in ((CUES["hinders"], 1.0), (CUES["helps"], -1.0)) for cue in cues if " " not in cue
    ]
    known = [(words.rows[w], sign) for w, sign in signed if w in words.rows]
    vectors = words.vectors[[row for row, _ in known]]
    answers = np.array([sign for _, sign in known], np.float32)
    return np.linalg.solve(vectors.T @ vectors + 4.0 * np.eye(vectors.shape[1], dtype=np.float32), vectors.T @ answers).astype(np.float32)


@lru_cache(maxsize=50_000)
def _tone_of(word: str) -> float:
    """How bad (1) or good (-1) a stem sounds, by its vector."""
    words = lexicon()
    row = words.rows.get(word)
    return 0.0 if row is None or says_nothing(word) else float(np.clip(words.vectors[row] @ _tone_direction(), -1, 1))


def _parted(passage: Passage, number: int) -> bool:
    """Whether a mark other than a quote or a bracket that opens stands between a word and the next one."""
    start, end = passage.tokens[number].end - passage.start, passage.tokens[number + 1].start - passage.start
    return bool(passage.text[start:end].strip(" ’'-“”\"("))


def turned_by(passage: Passage, cues: Sequence[tuple[int, str]]) -> list[str]:
    """For each word the cue (``lacks``, ``remedies``, ``negates``) that reaches over it, the last one; empty for none. What recedes
    ("the tension abated") is remedied."""
    result = [""] * len(passage.tokens)
    for position, name in sorted(cues):
        if name == "recedes":
            for i in range(position - 1, max(-1, position - 1 - _REACH), -1):
                if _parted(passage, i):
                    break
                result[i] = "remedies"
        if name in {"lacks", "remedies", "negates"}:
            for i in range(position + 1, min(len(result), position + 1 + _REACH)):
                if _parted(passage, i - 1):
                    break
                result[i] = name if not (name == "negates" and result[i] == "lacks") else result[i]
    return result


def tones(passage: Passage, cues: Sequence[tuple[int, str]]) -> list[float]:
    """How bad (above 0) or good (below 0) each word sounds where it stands: cues count in full, other words by their vectors; what
    a negation, a lack or a remedy reaches over is turned around."""
    plain = [0.35 * _tone_of(token.stem) for token in passage.tokens]
    for position, name in cues:
        if name in {"bars", "hinders"}:
            plain[position] = 1.0
        elif name in {"opens", "helps"} and plain[position] < 1.0:
            plain[position] = -1.0
    return [-t if kind else t for t, kind in zip(plain, turned_by(passage, cues), strict=True)]


def _bounded(value: float) -> float:
    return max(-4.0, min(4.0, value))


def effect_features(
    scene: Scene, profiles: Profiles, pairs: Sequence[tuple[int, int]], nature: Floats, barriers: Floats, wording: Floats
) -> Floats:  # fmt: skip
    """Features of (passage, factor) pairs, pairs x ``NAMES``.

    ``nature``: ``bad_by_nature``; ``barriers``: share of barriers among a factor's accepted findings; ``wording``: passages x 3,
    what the learned part says of barrier, facilitator, mixed."""
    heard = {number: _Heard.of(scene.passages[number]) for number, _ in pairs}
    rows = [_row(heard[n], profiles, factor, float(nature[factor]), float(barriers[factor]), wording[n]) for n, factor in pairs]
    return np.array(rows, np.float32).reshape(len(rows), len(NAMES))


@dataclass(frozen=True)
class _Heard:
    """A passage with what is the same for all its factors: its cues, and for each word its clause, its tone and what turns it around."""

    passage: Passage
    cues: list[tuple[int, str]]
    clauses: list[int]
    tones: list[float]
    turned: list[str]

    @classmethod
    def of(cls, passage: Passage) -> _Heard:
        cues = telling_cues(passage)
        return cls(passage, cues, clauses(passage), tones(passage, cues), turned_by(passage, cues))


def _row(heard: _Heard, profiles: Profiles, factor: int, nature: float, barriers: float, wording: Floats) -> list[float]:
    places = anchors(heard.passage, factor, profiles)
    total, near, before = _counts(heard, places)
    said = [float(x) for x in wording]
    heading = " ".join(heard.passage.headings[:2]).lower()
    balance = near["hinders"] - near["helps"]
    lean = barriers - 0.4
    return [
        *(*total.values(), *near.values(), *before.values()),
        *(*said, said[0] - said[1]),
        *_tone_features(heard, places),
        *(float(any(word in heading for word in words)) for words in (_HEADED_BAD, _HEADED_GOOD)),
        *(nature, barriers, total["hinders"] - total["helps"], balance),
        min(near["lacks"], 1.0) * min(total["needs"], 1.0),
        min(1.0, near["remedies"]) * max(nature, barriers),
        *(lean * balance, lean * min(near["lacks"], 2.0), lean * (said[0] - said[1])),
    ]


def _counts(heard: _Heard, places: Sequence[int]) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """How often each cue stands in a passage (three at most), weighed by its nearness to the factor's words, and right before them."""
    cues, clause = heard.cues, heard.clauses
    total = {name: float(min(3, sum(n == name for _, n in cues))) for name in _LOCAL}
    near, before = dict.fromkeys(_LOCAL, 0.0), dict.fromkeys(_LOCAL, 0.0)
    for position, name in cues:
        if name in near and places:
            distance = min(abs(position - p) for p in places)
            same = any(clause[position] == clause[p] for p in places)
            near[name] += (1.0 if same else 0.3) * (1.5 if distance <= 3 else 1.0 if distance <= 8 else 0.6)
            before[name] += float(any(0 < p - position <= 3 for p in places))
        elif name in near:
            near[name] += 0.8
    return total, near, before


def _tone_features(heard: _Heard, places: Sequence[int]) -> list[float]:
    """Tone of the passage, near the factor's words and in their clause; what reaches over those words; negated help."""
    cues, tone, turned, clause = heard.cues, heard.tones, heard.turned, heard.clauses
    near = [t for i, t in enumerate(tone) if any(abs(i - p) <= 8 for p in places)] if places else tone
    inside = [t for t, c in zip(tone, clause, strict=True) if any(c == clause[p] for p in places)] if places else tone
    negated = sum(1 for p, n in cues if n == "helps" and any(m == "negates" and 0 < p - q <= 4 for q, m in cues))
    reached = (float(any(turned[p] == kind for p in places)) for kind in ("lacks", "remedies", "negates"))
    return [_bounded(sum(tone)), _bounded(sum(near)), _bounded(sum(inside)), *reached, float(negated)]
