"""Suggests findings: which sentences of a paper claim that a factor of a codebook helps or hinders, and on whose word.

``suggest_findings`` reads like the task: passages, match with the codebook, what was learned, choice, effect, role.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evidence.findings import effect as effects
from evidence.findings.features import Scene, context_features, pair_features, passage_features, set_scene
from evidence.findings.learn import GENERAL, GENERAL_TARGETS, TAUGHT, Model, Weights, choose, claim_rows
from evidence.findings.lexicon import Floats, Lexicon, lexicon
from evidence.findings.logistic import Logistic
from evidence.findings.modelfile import shipped
from evidence.findings.passages import Passage, find_passages
from evidence.findings.profiles import Profiles, build_profiles
from evidence.findings.roles import assign_roles
from evidence.model import Citation, Codebook, Document, Suggestion

MIXED_FROM = 0.75
"""Probability from which an effect is called mixed: it seldom is."""


def suggest_findings(
    document: Document, citations: Sequence[Citation], codebook: Codebook, model: Model | None = None
) -> tuple[Suggestion, ...]:
    """Suggested findings in the order of the text, at most four a sentence; none for an empty codebook.

    ``model`` is what was learned from coded papers; without one the shipped model is used. A codebook whose factors it has not
    seen is read from its labels, definitions, synonyms and indicator phrases alone. The score (0 to 1) is the probability
    that the sentence claims an influence and that it is about the factor.
    """
    passages = find_passages(document, citations)
    if not passages or not codebook.factors:
        return ()
    return _Reader(passages, codebook, model or shipped(), lexicon()).suggestions()


class _Reader:
    """One paper read against one codebook."""

    def __init__(self, passages: tuple[Passage, ...], codebook: Codebook, model: Model, words: Lexicon) -> None:
        self.passages, self.model, self.words = passages, model, words
        self.known = model.knows(codebook)
        self.codebook = model.enriched(codebook) if self.known else codebook
        self.weights: Weights = model.taught if self.known else model.general
        scores = model.wording.scores(words, [p.stems for p in passages])
        self.columns = model.columns(codebook) if self.known else []
        self.general: Floats = scores[:, -len(GENERAL_TARGETS) :]
        factors = (self._of_factors(scores), self._of_factors(self._part_scores())) if self.known else None
        self.profiles: Profiles = build_profiles(self.codebook, words)
        self.scene: Scene = set_scene(passages, self.profiles, words, factors)
        self.own = passage_features(self.scene)

    def _part_scores(self) -> Floats:
        return self.model.wording.best_of_parts(self.words, [p.parts for p in self.passages])

    def _of_factors(self, scores: Floats) -> Floats:
        """Scores of the model's targets -> scores of this codebook's factors, 0 for those it does not know."""
        return np.where(np.array(self.columns) >= 0, scores[:, self.columns], 0).astype(np.float32)

    def suggestions(self) -> tuple[Suggestion, ...]:
        features, _ = pair_features(self.scene, self.profiles, self._per_factor(self.model.priors) if self.known else None)
        pairs, claims = self._look(self.weights.first_pair, self.weights.first_claim, features)
        around, _ = context_features(self.scene, self.profiles, pairs, claims)
        pairs, claims = self._look(self.weights.pair, self.weights.claim, around)
        taken = choose(claims, pairs, TAUGHT if self.known else GENERAL)
        said = self._effects(taken)
        roles = assign_roles(self.passages)
        return tuple(
            self._suggestion(p, f, float(claims[p] * pairs[p, f]), e, s, roles[p]) for (p, f), (e, s) in zip(taken, said, strict=True)
        )

    def _look(self, pair: Logistic, claim: Logistic, features: Floats) -> tuple[Floats, Floats]:
        """The probability of every (passage, factor), and of every passage."""
        pairs = pair.probability(features)
        return pairs, claim.probability(claim_rows(self.scene, self.own, pairs, self.general)[0])

    def _per_factor(self, values: Floats) -> Floats:
        """Learned values of factors in the order of this codebook; unknown factors get the mean."""
        place = {factor.code: i for i, factor in enumerate(self.model.codebook.factors)}
        return np.array([values[place[f.code]] if f.code in place else values.mean() for f in self.codebook.factors], np.float32)

    def _effects(self, taken: Sequence[tuple[int, int]]) -> list[tuple[str, str]]:
        """Effect and state of each chosen (passage, factor)."""
        nature = effects.bad_by_nature(self.codebook)
        barriers = self._per_factor(self.model.barriers) if self.known else nature
        rows = effects.effect_features(self.scene, self.profiles, taken, nature, barriers, self.general[:, 1:])
        bad, mixed = self.weights.barrier.probability(rows), self.weights.mixed.probability(rows)
        bad_factor = (barriers > 0.75) if self.known else (nature >= 0.5)
        result = []
        for (_, factor), worse, both in zip(taken, bad, mixed, strict=True):
            effect = "mixed" if both > MIXED_FROM else "barrier" if worse > 0.5 else "facilitator"
            lacking = effect != "mixed" and (effect == "barrier") != bool(bad_factor[factor])
            result.append((effect, "" if effect == "mixed" else "lacking" if lacking else "present"))
        return result

    def _suggestion(
        self, passage: int, factor: int, score: float, effect: str, state: str, role: tuple[str, tuple[int, ...]]
    ) -> Suggestion:
        place = self.passages[passage]
        code = self.codebook.factors[factor].code
        return Suggestion(
            place.start, place.end, code, effect, state, role[0], role[1], round(score, 4), self._evidence(place, passage, factor)
        )

    def _evidence(self, place: Passage, passage: int, factor: int) -> tuple[str, ...]:
        """The words of the passage that speak of the factor, as they stand, and the heading that names it."""
        telling = {place.tokens[i].stem for i in effects.anchors(place, factor, self.profiles)}
        if self.known and self.columns[factor] >= 0:
            telling |= {w for name in self.model.wording.telling(self.words, place.stems, self.columns[factor]) for w in name.split()}
        words = dict.fromkeys(token.word for token in place.tokens if token.stem in telling)
        heading = place.headings[0] if place.headings and self.scene.headings[passage, factor, 3] > 0.4 else ""
        return (*list(words)[:6], *([f"heading: {heading}"] if heading else []))
