"""How much stands behind a claim, and what is missing: counts of independent studies, and the kind of gap.

Independent evidence is counted in studies, never in papers or sentences: a finding rests on the study of its own paper (primary) or on
the studies it is cited from; a review's synthesis and an opinion rest on none. A *direction* joins effect and state, so that "lack of
supervision hinders" and "supervision helps" agree: both say that more of it is better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from evidence.site.atlas import FACETS, Atlas, Finding, Study
from evidence.site.names import anchor


@dataclass(frozen=True)
class Word:
    """A word of the files as pages show it: ``label`` (a verb or noun phrase), ``sign`` (a glyph, so that colour is never alone)."""

    key: str
    label: str
    sign: str
    about: str


EFFECTS: Mapping[str, Word] = {
    "barrier": Word("barrier", "hinders", "▼", "What hinders"),
    "facilitator": Word("facilitator", "helps", "▲", "What helps"),
    "mixed": Word("mixed", "mixed", "◆", "Both ways in one claim"),
    "none": Word("none", "no effect", "○", "Looked at, no effect"),
}
ROLES: Mapping[str, Word] = {
    "primary": Word("primary", "own data", "■", "The paper's own data say so"),
    "cited": Word("cited", "cited", "❝", "The paper restates a cited work; the evidence lies there"),
    "synthesis": Word("synthesis", "synthesis", "∑", "A review's own conclusion over several works"),
    "opinion": Word("opinion", "opinion", "✎", "The authors' opinion or recommendation"),
    "": Word("", "role not assessed", "?", "Nobody said whose claim it is"),
}
LEANINGS: Mapping[str, Word] = {
    "barrier": Word("barrier", "mostly hinders", "▼", "At least twice as many findings say that it hinders as that it helps"),
    "facilitator": Word("facilitator", "mostly helps", "▲", "At least twice as many findings say that it helps as that it hinders"),
    "mixed": Word("mixed", "both ways", "◆", "Neither side has twice the findings of the other"),
    "none": Word("none", "no finding", "○", "No finding says that it helps or hinders"),
}
GAPS: Mapping[str, Word] = {
    "unstudied": Word("unstudied", "nobody looked", "–", "No finding at all."),
    "no-effect": Word("no-effect", "looked, no effect", "○", "It was looked at, and every finding says that it made no difference."),
    "restated": Word(
        "restated",
        "only restated",
        "❝",
        "No coded paper has data of its own on it: all findings restate others, sum up or give an opinion.",
    ),
    "contested": Word(
        "contested",
        "contested",
        "◆",
        "Findings disagree: of those that say whether more of it is better or worse, at least a fifth stand on the smaller side, "
        "or a third of all findings are mixed.",
    ),
    "narrow": Word(
        "narrow",
        "narrow",
        "◔",
        "Fewer than three studies, or, where at least half of them tell it, one country, setting or design only.",
    ),
    "solid": Word("solid", "solid", "●", "Own data, three independent studies or more, of more than one kind, and they agree."),
}
_ENOUGH = 3
"""How many independent studies make evidence that is not narrow."""
_DIRECTIONS = {("facilitator", "present"): 1, ("barrier", "lacking"): 1, ("barrier", "present"): -1, ("facilitator", "lacking"): -1}


@dataclass(frozen=True)
class Weight:
    """What stands behind a group of findings."""

    findings: tuple[Finding, ...]
    known: Mapping[str, Study]

    @cached_property
    def studies(self) -> tuple[str, ...]:
        """The independent studies that the findings rest on."""
        return tuple(dict.fromkeys(s for f in self.findings for s in f.studies))

    @cached_property
    def papers(self) -> tuple[str, ...]:
        """The coded papers that the findings are quoted from."""
        return tuple(dict.fromkeys(f.paper for f in self.findings))

    @cached_property
    def by_effect(self) -> dict[str, Weight]:
        """The same for each effect alone."""
        return {effect: Weight(tuple(f for f in self.findings if f.effect == effect), self.known) for effect in EFFECTS}

    @cached_property
    def by_role(self) -> dict[str, Weight]:
        """The same for each role alone; a role that no finding has is left out."""
        groups = {role: Weight(tuple(f for f in self.findings if f.role == role), self.known) for role in ROLES}
        return {role: weight for role, weight in groups.items() if weight.findings}

    @property
    def leaning(self) -> str:
        """A key of ``LEANINGS``: to which side the findings lean."""
        hinder, help_ = (len(self.by_effect[e].findings) for e in ("barrier", "facilitator"))
        if hinder + help_ == 0:
            return "mixed" if self.by_effect["mixed"].findings else "none"
        if min(hinder, help_) * 2 > max(hinder, help_):
            return "mixed"
        return "barrier" if hinder > help_ else "facilitator"

    @cached_property
    def directions(self) -> tuple[int, int]:
        """How many findings say that more of the factor is better, and how many that it is worse."""
        known = [_DIRECTIONS.get((f.effect, f.state), 0) for f in self.findings]
        return known.count(1), known.count(-1)

    @property
    def contested(self) -> bool:
        """Whether the findings disagree (see ``GAPS``)."""
        smaller, larger = sorted(self.directions)
        mixed = len(self.by_effect["mixed"].findings)
        return (smaller > 0 and smaller * 4 >= larger) or (mixed > 1 and mixed * 3 >= len(self.findings))

    @cached_property
    def gap(self) -> str:
        """A key of ``GAPS``: which kind of gap, or ``solid``."""
        if not self.findings:
            return "unstudied"
        if all(f.effect == "none" for f in self.findings):
            return "no-effect"
        if self.contested:
            return "contested"
        if not any(f.role == "primary" for f in self.findings):
            return "restated"
        return "narrow" if self.narrowness else "solid"

    @property
    def narrowness(self) -> str:
        """In what way the evidence is narrow ("one study", "only Canada"); empty when it is not."""
        if len(self.studies) < _ENOUGH:
            return ("no study", "one study", "two studies")[len(self.studies)]
        told = [
            [values[study] for study in self.studies if values.get(study)] for values in (self._countries, self._settings, self._designs)
        ]
        kinds = [(set().union(*named), len(named) * 2 >= len(self.studies)) for named in told]
        if all(len(values) < 2 for values, _ in kinds):
            return "of one kind, or kind not told"
        return next((f"only {next(iter(values))}" for values, mostly in kinds if mostly and len(values) == 1), "")

    @property
    def countries(self) -> list[str]:
        """The countries that the studies were made in, or that their findings name."""
        return _all(self._countries)

    @property
    def settings(self) -> list[str]:
        """The settings of the studies, or those that their findings name."""
        return _all(self._settings)

    @property
    def designs(self) -> list[str]:
        """The designs of the studies, as far as they are known."""
        return _all(self._designs)

    @cached_property
    def _countries(self) -> dict[str, set[str]]:
        return self._told(lambda thing: thing.countries)

    @cached_property
    def _settings(self) -> dict[str, set[str]]:
        return self._told(lambda thing: thing.settings)

    @cached_property
    def _designs(self) -> dict[str, set[str]]:
        return {study: set(self.known[study].designs) for study in self.studies}

    def _told(self, of: Callable[[Finding | Study], tuple[str, ...]]) -> dict[str, set[str]]:
        """What each study, and the findings that rest on it, say of themselves; findings that rest on none stand under an empty name."""
        told = {study: set(of(self.known[study])) for study in self.studies}
        for finding in self.findings:
            for study in finding.studies or ("",):
                told.setdefault(study, set()).update(of(finding))
        return told


def _all(values: Mapping[str, set[str]]) -> list[str]:
    return sorted(set().union(*values.values()))


def weigh(atlas: Atlas, findings: Iterable[Finding]) -> Weight:
    """What stands behind these findings."""
    return Weight(tuple(findings), atlas.studies)


@dataclass(frozen=True)
class Cell:
    """A cell of the gap map: what stands behind it, which kind of gap is worth saying there (a key of ``GAPS``, or empty), and the
    fragment of the factor's page that shows its findings; ``asked`` is the value of the axis in a query, empty where none fits."""

    weight: Weight
    gap: str
    fragment: str
    asked: str


@dataclass(frozen=True)
class GapTable:
    """Factors against one axis; ``columns`` are their headings, ``rows`` (thing, whole, cells) by factor, category or level code."""

    axis: str
    title: str
    columns: tuple[str, ...]
    rows: Mapping[str, tuple[Cell, ...]]


def gap_tables(atlas: Atlas) -> list[GapTable]:
    """The gap map: factors against effect, role, country, setting and design. A finding of which no country (setting, design) is known
    stands in a column of its own, and so do those of the rarer ones."""
    axes: list[tuple[str, str, Mapping[str, str], _Of]] = [
        ("effect", "by effect", {k: w.label for k, w in EFFECTS.items()}, lambda f: (f.effect,)),
        ("role", "by kind of claim", {k: w.label for k, w in ROLES.items() if k}, lambda f: (f.role,)),
    ]
    return [_table(atlas, *axis) for axis in (*axes, *(_facet_axis(atlas, facet) for facet in FACETS))]


def _facet_axis(atlas: Atlas, facet: str) -> tuple[str, str, Mapping[str, str], _Of]:
    """The most frequent values of a facet by name, then the rest, then what is not told."""
    labels = [label for label in atlas.facets[facet] if (facet, label) in atlas.findings_by_facet]
    shown = {label: label for label in sorted(labels[:_COLUMNS])}
    rest = {_OTHER: f"{len(labels) - _COLUMNS} others"} if len(labels) > _COLUMNS else {}

    def of(finding: Finding) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v if v in shown else _OTHER for v in atlas.told(finding, facet))) or (UNKNOWN,)

    return facet, f"by {facet}", {**shown, **rest, UNKNOWN: UNKNOWN}, of


_Of = Callable[[Finding], Iterable[str]]
UNKNOWN = "not told"
_OTHER = "others"
_COLUMNS = 14
"""How many values of a facet have a column of their own."""
_SAYS = {
    "effect": frozenset(GAPS) - {"contested"},
    "role": frozenset({"no-effect"}),
    **dict.fromkeys(FACETS, frozenset({"no-effect", "restated", "contested"})),
}
"""The kinds of gap that say something on each axis; that a column of one country is narrow says nothing."""


def _table(atlas: Atlas, axis: str, title: str, columns: Mapping[str, str], of: _Of) -> GapTable:
    def cell(key: str, findings: Iterable[Finding]) -> Cell:
        weight = weigh(atlas, findings)
        fragment = "" if key == _OTHER else f"{axis}={anchor(key)}"
        return Cell(weight, weight.gap if weight.gap in _SAYS[axis] else "", fragment, "" if key == _OTHER else key)

    def row(factor: str) -> tuple[Cell, ...]:
        groups: dict[str, list[Finding]] = {key: [] for key in columns}
        for finding in atlas.findings_by_factor.get(factor, ()):
            for key in of(finding):
                groups.get(key, []).append(finding)
        return tuple(cell(key, found) for key, found in groups.items())

    return GapTable(axis, title, tuple(columns.values()), {factor: row(factor) for factor in atlas.factors})


def told_of(atlas: Atlas, finding: Finding, facet: str) -> tuple[str, ...]:
    """What is told of a facet of a finding, or that nothing is."""
    return atlas.told(finding, facet) or (UNKNOWN,)
