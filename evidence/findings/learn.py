"""What is learned from coded papers, and how: wording of factors, choice among factors, claims, effects.

Two sets of weights are fitted. *Taught* uses the learned wording of factors and serves codebooks whose codes were in the training;
*general* uses the codebook's own words alone and serves every other one. Both rest on features that name no factor.
A paper is looked at twice: first passage by passage, then with what the first look found in the passages around. All scores
that later steps are fitted on come from models that have not seen the paper (``wording.fit``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from evidence.findings import effect as effects
from evidence.findings.coded import CodedPaper
from evidence.findings.features import Scene, context_features, general_score, pair_features, passage_features, set_scene
from evidence.findings.lexicon import Floats, Lexicon
from evidence.findings.logistic import Logistic, fit_logistic
from evidence.findings.passages import Passage, find_passages
from evidence.findings.profiles import Profiles, build_profiles, texts_of
from evidence.findings.wording import Wording, fit
from evidence.findings.words import stems, tokens
from evidence.model import Codebook, Factor

GENERAL_TARGETS = ("finding", "barrier", "facilitator", "mixed")
"""What the wording of any passage tells beside its factors."""
CLAIM_RIDGE = 150.0
"""Penalty on the weights of the claim model: papers are few, so it is high."""
EFFECT_RIDGE = 100.0
"""The same for effects."""
ALONE, LONG = 0.05, 0.05
"""Weights of sentences without a paper around them, and of the passages of long invented papers, when claims are learned."""
MOST = 4
"""Findings suggested for one passage at most."""
OF_PAPERS, OF_SENTENCES, OF_LONG = 3.0, 0.5, 0.2
"""Weights of findings when the choice among factors is learned, beside those of a short invented paper: of real papers, of sentences
without a paper, and of long invented papers. These speak less plainly than real ones: their wording is worth learning, their difficulty
is not (with weights of 1, real papers that are left out lose four hundredths of F1). For effects no finding counts less than 1."""
UNCODED = 0.4
"""Weight of a passage without findings when the wording of factors is learned."""

Coding = tuple[int, str]
"""A factor's number in its codebook, and the effect."""


@dataclass(frozen=True)
class Limits:
    """Probabilities from which something is suggested: of a passage, for its best factor (``claim``); of passage and factor together, for
    any factor (``both``); and of a factor that is not the passage's best (``further``)."""

    claim: float
    both: float
    further: float


TAUGHT = Limits(0.75, 0.33, 0.4)
GENERAL = Limits(0.75, 0.3, 0.2)
"""For codebooks that were in the training, and for all others, where the factors of a passage are less sure and second ones are missed.
F1 changes by a hundredth or two when a limit moves by a tenth, on papers left out and on invented ones that nothing is learned from."""


def choose(claims: Floats, pairs: Floats, limits: Limits = TAUGHT) -> list[tuple[int, int]]:
    """(passage, factor) for all that is suggested, in order: every factor for which claim and factor together are likely enough (beside
    the best one only if it is likely by itself), and the best factor of a passage that is likely to claim something; at most ``MOST``.

    ``claims``: probability of each passage; ``pairs``: passages x factors."""
    ranked = np.argsort(-pairs, axis=1, kind="stable")[:, :MOST]
    best = np.take_along_axis(pairs, ranked, axis=1)
    likely = best * claims[:, None] >= limits.both
    likely[:, 1:] &= best[:, 1:] >= limits.further
    likely[:, 0] |= claims >= limits.claim
    return [(int(passage), int(ranked[passage, place])) for passage, place in np.argwhere(likely)]


@dataclass(frozen=True)
class Weights:
    """One set of weights: ``pair`` for (passage, factor), ``claim`` for passages, ``barrier`` and ``mixed`` for effects. ``first_pair``
    and ``first_claim`` are those of a first look; ``pair`` and ``claim`` also see what the first look found in the passages around."""

    first_pair: Logistic
    first_claim: Logistic
    pair: Logistic
    claim: Logistic
    barrier: Logistic
    mixed: Logistic


@dataclass(frozen=True)
class Model:
    """Everything learned. ``codebook`` is the one it was taught with (its words enrich a copy of it that has fewer); ``barriers`` and
    ``priors`` are per factor of it: share of barriers among findings, log of its frequency."""

    codebook: Codebook
    wording: Wording
    barriers: Floats
    priors: Floats
    taught: Weights
    general: Weights

    def knows(self, codebook: Codebook) -> bool:
        """Whether most of a codebook's factors were in the training."""
        known = {factor.code for factor in self.codebook.factors}
        return bool(codebook.factors) and sum(f.code in known for f in codebook.factors) >= 0.6 * len(codebook.factors)

    def enriched(self, codebook: Codebook) -> Codebook:
        """The codebook, with synonyms and indicator phrases from the training where it has none of its own."""
        known = {factor.code: factor for factor in self.codebook.factors}
        return replace(codebook, factors=tuple(_enriched(f, known.get(f.code)) for f in codebook.factors))

    def columns(self, codebook: Codebook) -> list[int]:
        """For each factor of a codebook its column of the wording's targets, -1 for a factor that was not in the training."""
        place = {name: i for i, name in enumerate(self.wording.targets)}
        return [place.get(factor.code, -1) for factor in codebook.factors]


def _enriched(factor: Factor, known: Factor | None) -> Factor:
    if known is None:
        return factor
    return replace(factor, synonyms=factor.synonyms or known.synonyms, indicators=factor.indicators or known.indicators)


@dataclass(frozen=True)
class Material:
    """Passages with their codings, ready for learning. ``loose`` ones are sentences without a paper around them: each can be left out
    alone, where a paper is left out as a whole. ``weight``: how much its findings count when the choice among factors is learned;
    ``claims``: how much its passages count when it is learned which of them claim anything."""

    name: str
    passages: tuple[Passage, ...]
    codings: tuple[tuple[Coding, ...], ...]
    codebook: Codebook
    loose: bool = False
    weight: float = 1.0
    claims: float = 1.0

    def wanted(self) -> Floats:
        """Passages x factors, 1 where coded."""
        result = np.zeros((len(self.passages), len(self.codebook.factors)), np.float32)
        for row, codings in enumerate(self.codings):
            result[row, [factor for factor, _ in codings]] = 1
        return result


def material_of(paper: CodedPaper, weight: float = 1.0, claims: float = 1.0) -> Material:
    """The passages of a coded paper; a finding belongs to every passage that it shares more than a few characters with."""
    number = {factor.code: i for i, factor in enumerate(paper.codebook.factors)}
    passages = find_passages(paper.document, paper.citations)
    codings = tuple(
        tuple(
            (number[f.factor], f.effect)
            for f in paper.findings
            if f.factor in number and min(f.end, p.end) - max(f.start, p.start) > 0.4 * min(f.end - f.start, p.end - p.start)
        )
        for p in passages
    )
    return Material(paper.name, passages, codings, paper.codebook, weight=weight, claims=claims)


def material_of_sentences(name: str, sentences: Sequence[tuple[str, tuple[tuple[str, str, bool], ...]]], codebook: Codebook) -> Material:
    """Sentences without a paper around them; codings of factors that the codebook does not have are left out."""
    number = {factor.code.rsplit(".", 1)[-1]: i for i, factor in enumerate(codebook.factors)}
    passages = tuple(
        Passage(0, len(text), text, tokens(text), "", (), i, 0, True, float(text.startswith("“")), ())
        for i, (text, _) in enumerate(sentences)
    )
    codings = tuple(tuple((number[name], effect) for name, effect, _ in said if name in number) for _, said in sentences)
    return Material(name, passages, codings, codebook, loose=True, weight=OF_SENTENCES, claims=ALONE)


# --- learning -----------------------------------------------------------------------------------------------------------


def learn(taught: Sequence[Material], others: Sequence[Material], lexicon: Lexicon, plain: Sequence[Material] = ()) -> Model:
    """Fits everything. ``taught`` share one codebook, whose wording is learned; ``others`` have codebooks of their own; ``plain`` ones only
    tell how findings and effects are worded."""
    codebook = taught[0].codebook
    wording, honest, members = _learn_wording([*taught, *others, *plain], codebook, lexicon)
    barriers, priors = _tendencies(taught, len(codebook.factors))
    profiles = build_profiles(codebook, lexicon)
    size = len(codebook.factors)
    known = [
        _Lesson.of(m, profiles, lexicon, (h[:, :size], p[:, :size]), h[:, size:], barriers, priors)
        for m, h, p in zip(taught, honest, members, strict=False)
    ]
    bare = build_profiles(_bare(codebook), lexicon)
    unknown = [_Lesson.of(m, bare, lexicon, None, h[:, size:], None, None) for m, h in zip(taught, honest, strict=False)]
    for m, h in zip(others, honest[len(taught) :], strict=False):
        unknown.append(_Lesson.of(m, build_profiles(m.codebook, lexicon), lexicon, None, h[:, size:], None, None))
    return Model(codebook, wording, barriers, priors, _learn_weights(known), _learn_weights(unknown))


def _bare(codebook: Codebook) -> Codebook:
    """The codebook with labels and definitions only, as one that nobody has enriched yet."""
    return replace(codebook, factors=tuple(replace(f, synonyms=(), indicators=()) for f in codebook.factors))


def _learn_wording(materials: Sequence[Material], codebook: Codebook, lexicon: Lexicon) -> tuple[Wording, list[Floats], list[Floats]]:
    """The wording of all targets, and for each material the scores of its passages and of their members with it left out."""
    size = len(codebook.factors)
    names = (*(factor.code for factor in codebook.factors), *GENERAL_TARGETS)
    passages, groups, importance, blocks = [], [], [], []
    for material in materials:
        own = material.codebook is codebook
        block = np.zeros((len(material.passages), len(names)), np.float32)
        block[:, :size] = material.wanted() if own else 0
        for row, codings in enumerate(material.codings):
            block[row, size] = bool(codings)
            for _, effect in codings:
                if effect in GENERAL_TARGETS:
                    block[row, size + GENERAL_TARGETS.index(effect)] = 1
            passages.append(material.passages[row].stems)
            groups.append(f"{material.name} {row}" if material.loose else material.name)
            importance.append(1.0 if codings and own else UNCODED)
        blocks.append(block)
    for number, factor in enumerate(codebook.factors):
        for text, weight in texts_of(factor, ""):
            if text.strip():
                passages.append(stems(text))
                groups.append("")
                importance.append(weight)
                blocks.append(np.eye(1, len(names), number, dtype=np.float32))
    parts = [passage.parts for material in materials for passage in material.passages]
    weights = np.array(importance, np.float32)
    wording, scores, members = fit(lexicon, passages, np.vstack(blocks), names, groups, importance=weights, parts=parts)
    ends = np.cumsum([len(m.passages) for m in materials])
    spans = [slice(int(end) - len(m.passages), int(end)) for m, end in zip(materials, ends, strict=True)]
    return wording, [scores[span] for span in spans], [members[span] for span in spans]


def _tendencies(materials: Sequence[Material], size: int) -> tuple[Floats, Floats]:
    """Share of barriers among the findings of each factor (drawn towards 0.4), and log frequency."""
    count, bad = np.full(size, 3.0), np.full(size, 1.2)
    for material in materials:
        for factor, effect in (coding for codings in material.codings for coding in codings):
            count[factor] += 1
            bad[factor] += effect == "barrier"
    return (bad / count).astype(np.float32), np.log(count / count.sum()).astype(np.float32)


@dataclass(frozen=True)
class _Lesson:
    """A material seen through profiles and (honest) wording scores."""

    material: Material
    scene: Scene
    profiles: Profiles
    own: tuple[Floats, tuple[str, ...]]
    pairs: Floats
    pair_names: tuple[str, ...]
    general: Floats
    barriers: Floats
    nature: Floats

    @classmethod
    def of(
        cls,
        material: Material,
        profiles: Profiles,
        lexicon: Lexicon,
        factors: tuple[Floats, Floats] | None,
        general: Floats,
        barriers: Floats | None,
        priors: Floats | None,
    ) -> _Lesson:
        scene = set_scene(material.passages, profiles, lexicon, factors)
        if material.loose:
            scene = replace(scene, carries=np.zeros_like(scene.carries))
        pairs, names = pair_features(scene, profiles, priors)
        nature = effects.bad_by_nature(profiles.codebook)
        return cls(
            material, scene, profiles, passage_features(scene), pairs, names, general, nature if barriers is None else barriers, nature
        )

    def looked_at(self, pair: Logistic, claim: Logistic) -> _Lesson:
        """The lesson with the features of a second look, after a first one with these weights."""
        loose = self.material.loose
        pairs = pair.probability(self.pairs)
        claims = claim.probability(claim_rows(self.scene, self.own, pairs, self.general, loose)[0])
        features, names = context_features(self.scene, self.profiles, pairs, claims, loose)
        return replace(self, pairs=features, pair_names=names)


def claim_rows(
    scene: Scene, own: tuple[Floats, tuple[str, ...]], pairs: Floats, general: Floats, alone: bool = False
) -> tuple[Floats, tuple[str, ...]]:
    """Features of passages for the claim model: their ``own`` (``passage_features``), the factors' probabilities, and what the wording says
    of findings, here and around; passages that stand ``alone`` are their own surroundings."""
    values, names = own
    ranked = -np.sort(-pairs, axis=1) if pairs.size else np.zeros((len(values), 2), np.float32)
    if ranked.shape[1] < 2:
        ranked = np.hstack([ranked, np.zeros((len(values), 2 - ranked.shape[1]), np.float32)])
    score = general_score(scene)
    best = ranked[:, 0]
    before, after = np.roll(best, 1), np.roll(best, -1)
    before[:1], after[-1:] = best[:1], best[-1:]
    finding = general[:, 0]
    around, wide = _smooth(finding, 5), _smooth(finding, 15)
    if alone:
        before, after, around, wide = best, best, finding, finding
    columns = [
        ranked[:, 0],
        ranked[:, 1],
        ranked[:, :MOST].sum(1),
        score.max(1, initial=0),
        before,
        after,
        finding,
        around,
        wide,
        *general[:, 1:].T,
    ]
    extra = ("best factor", "second factor", "best factors", "best match", "factor before", "factor after", "finding", "findings around",
             "findings wide around", *GENERAL_TARGETS[1:])  # fmt: skip
    return np.hstack([values, np.stack(columns, axis=1)]).astype(np.float32), (*names, *extra)


def _smooth(values: Floats, width: int) -> Floats:
    """The mean of each value and its neighbours; the first and the last one stand in for those beyond the ends."""
    if not len(values):
        return values
    return np.convolve(np.pad(values, width // 2, mode="edge"), np.full(width, 1 / width), mode="valid").astype(np.float32)


def _learn_weights(lessons: Sequence[_Lesson]) -> Weights:
    first_pair, first_claim = _learn_look(lessons)
    second = [lesson.looked_at(first_pair, first_claim) for lesson in lessons]
    pair, claim = _learn_look(second)
    barrier, mixed = _learn_effects(lessons)
    return Weights(first_pair, first_claim, pair, claim, barrier, mixed)


def _learn_look(lessons: Sequence[_Lesson]) -> tuple[Logistic, Logistic]:
    pair = _learn_pairs(lessons)
    return pair, _fit_claims([_Claims.of(lesson, pair) for lesson in lessons])


@dataclass(frozen=True)
class _Claims:
    """What the claim model learns from a material: features of its passages, answers, and how much each counts."""

    rows: Floats
    names: tuple[str, ...]
    answers: Floats
    importance: float

    @classmethod
    def of(cls, lesson: _Lesson, pair: Logistic) -> _Claims:
        pairs = pair.probability(lesson.pairs)
        loose = lesson.material.loose
        rows, names = claim_rows(lesson.scene, lesson.own, pairs, lesson.general, alone=loose)
        answers = np.asarray(lesson.material.wanted().any(1), np.float32)
        return cls(rows, names, answers, lesson.material.claims)


def _fit_claims(claims: Sequence[_Claims]) -> Logistic:
    importance = np.concatenate([np.full(len(c.rows), c.importance, np.float32) for c in claims])
    return fit_logistic(
        np.vstack([c.rows for c in claims]), np.concatenate([c.answers for c in claims]), claims[0].names, CLAIM_RIDGE, importance
    )


def _learn_pairs(lessons: Sequence[_Lesson]) -> Logistic:
    """Which factors a finding is about, from passages with findings."""
    rows, wanted, importance = [], [], []
    for lesson in lessons:
        answers = lesson.material.wanted()
        coded = np.flatnonzero(answers.any(1))
        rows.append(lesson.pairs[coded].reshape(-1, lesson.pairs.shape[2]))
        wanted.append(answers[coded].ravel())
        importance.append(np.full(answers[coded].size, lesson.material.weight, np.float32))
    return fit_logistic(np.vstack(rows), np.concatenate(wanted), lessons[0].pair_names, ridge=3.0, importance=np.concatenate(importance))


def _learn_effects(lessons: Sequence[_Lesson]) -> tuple[Logistic, Logistic]:
    rows, bad, mixed, weights = [], [], [], list[float]()
    for lesson in lessons:
        coded = [
            (row, factor, effect) for row, codings in enumerate(lesson.material.codings) for factor, effect in codings if effect != "none"
        ]
        rows.append(
            effects.effect_features(
                lesson.scene, lesson.profiles, [(r, f) for r, f, _ in coded], lesson.nature, lesson.barriers, lesson.general[:, 1:]
            )
        )
        bad += [float(effect == "barrier") for *_, effect in coded]
        mixed += [float(effect == "mixed") for *_, effect in coded]
        weights += [max(1.0, lesson.material.weight)] * len(coded)
    matrix, is_bad, is_mixed = np.vstack(rows), np.array(bad, np.float32), np.array(mixed, np.float32)
    importance = np.array(weights, np.float32)
    barrier = fit_logistic(matrix, is_bad, effects.NAMES, EFFECT_RIDGE, importance * (1 - is_mixed))
    return barrier, fit_logistic(matrix, is_mixed, effects.NAMES, EFFECT_RIDGE, importance)
