"""How much stands behind a claim, and what is missing: counts of independent studies, and the kind of gap.

Independent evidence is counted in studies, never in papers or sentences: a finding rests on the study of its own paper (primary) or on
the studies it is cited from; a review's synthesis and an opinion rest on none. A *direction* joins effect and state, so that "lack of
supervision hinders" and "supervision helps" agree: both say that more of it is better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from evidence.site.atlas import Atlas, Made
from evidence.site.names import anchor
from evidence.site.records import FACETS, Finding


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


@dataclass(frozen=True, slots=True)
class Share:
    """The findings of one effect or role and the independent studies that they rest on, in numbers; ``by_role`` is the same for each role
    alone."""

    findings: int
    studies: int
    by_role: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Weight:
    """What stands behind a group of findings, in numbers: findings, independent studies that they rest on, papers that say so, factors.

    ``by_effect`` and ``by_role`` are the shares of each effect and role (a role that no finding has is left out), ``directions`` how many
    findings say that more of the factor is better, and how many that it is worse; ``gap`` is a key of ``GAPS``, ``narrowness`` in what
    way the evidence is narrow ("one study", "only Canada"), empty when it is not. ``countries``, ``settings`` and ``designs`` are those
    of the studies, or those that their findings name.
    """

    findings: int
    studies: int
    papers: int
    factors: int
    by_effect: Mapping[str, Share]
    by_role: Mapping[str, Share]
    directions: tuple[int, int]
    gap: str
    narrowness: str
    countries: tuple[str, ...]
    settings: tuple[str, ...]
    designs: tuple[str, ...]

    @property
    def leaning(self) -> str:
        """A key of ``LEANINGS``: to which side the findings lean."""
        hinder, help_ = (self.by_effect[e].findings for e in ("barrier", "facilitator"))
        if hinder + help_ == 0:
            return "mixed" if self.by_effect["mixed"].findings else "none"
        if min(hinder, help_) * 2 > max(hinder, help_):
            return "mixed"
        return "barrier" if hinder > help_ else "facilitator"

    @property
    def contested(self) -> bool:
        """Whether the findings disagree (see ``GAPS``)."""
        return _contested(self.directions, self.by_effect["mixed"].findings, self.findings)


def _contested(directions: tuple[int, int], mixed: int, findings: int) -> bool:
    smaller, larger = sorted(directions)
    return (smaller > 0 and smaller * 4 >= larger) or (mixed > 1 and mixed * 3 >= findings)


def direction(finding: Finding) -> int:
    """1 where a finding says that more of the factor is better, -1 where worse, 0 where it does not say."""
    return _DIRECTIONS.get((finding.effect, finding.state), 0)


@dataclass(slots=True)
class _Sort:
    """The findings of one effect and role, counted, and their studies."""

    findings: int = 0
    studies: set[str] = field(default_factory=set)


class Tally:
    """Findings on their way to a ``Weight``: they are counted and let go."""

    __slots__ = ("_directions", "_factors", "_own", "_papers", "_sorts")

    def __init__(self) -> None:
        self._sorts: dict[tuple[str, str], _Sort] = {}
        self._papers: set[str] = set()
        self._factors: set[str] = set()
        self._directions = [0, 0, 0]
        self._own: dict[str, set[tuple[tuple[str, ...], tuple[str, ...]]]] = {}

    def add(self, finding: Finding) -> None:
        """Counts a finding."""
        key = finding.effect, finding.role
        sort = self._sorts.get(key)
        if sort is None:
            sort = self._sorts[key] = _Sort()
        sort.findings += 1
        sort.studies.update(finding.studies)
        self._papers.add(finding.paper)
        self._factors.add(finding.factor)
        self._directions[direction(finding)] += 1
        if finding.countries or finding.settings:
            for study in finding.studies or ("",):
                self._own.setdefault(study, set()).add((finding.countries, finding.settings))

    def weight(self, made: Mapping[str, Made]) -> Weight:
        """What the findings come to; ``made`` is what is known of each study."""
        studies = set().union(*(sort.studies for sort in self._sorts.values()))
        by_effect = {word: _share((role, sort) for (effect, role), sort in self._sorts.items() if effect == word) for word in EFFECTS}
        by_role = _by_role((role, sort) for (_, role), sort in self._sorts.items())
        findings = sum(sort.findings for sort in self._sorts.values())
        told = self._told(studies, made)
        narrowness = _narrowness(len(studies), told)
        directions = self._directions[1], self._directions[-1]
        gap = _gap(findings, by_effect, by_role, directions, narrowness)
        known = (tuple(sorted(set().union(*values.values()))) for values in told)
        return Weight(
            findings, len(studies), len(self._papers), len(self._factors), by_effect, by_role, directions, gap, narrowness, *known
        )

    def _told(self, studies: Iterable[str], made: Mapping[str, Made]) -> tuple[dict[str, set[str]], ...]:
        """The countries, settings and designs that each study, and the findings that rest on it, say; findings that rest on none stand
        under an empty name."""
        countries = {study: set(made[study].country) for study in studies}
        settings = {study: set(made[study].setting) for study in studies}
        designs = {study: set(made[study].design) for study in studies}
        for study, said in self._own.items():
            countries.setdefault(study, set()).update(*(own for own, _ in said))
            settings.setdefault(study, set()).update(*(own for _, own in said))
        return countries, settings, designs


def _share(sorts: Iterable[tuple[str, _Sort]], *, split: bool = True) -> Share:
    """The share of the findings of some roles."""
    inside = list(sorts)
    studies = set().union(*(sort.studies for _, sort in inside))
    return Share(sum(sort.findings for _, sort in inside), len(studies), _by_role(inside) if split else {})


def _by_role(sorts: Iterable[tuple[str, _Sort]]) -> dict[str, Share]:
    groups: dict[str, list[tuple[str, _Sort]]] = {}
    for role, sort in sorts:
        groups.setdefault(role, []).append((role, sort))
    return {role: _share(groups[role], split=False) for role in ROLES if role in groups}


def _gap(findings: int, by_effect: Mapping[str, Share], by_role: Mapping[str, Share], directions: tuple[int, int], narrowness: str) -> str:
    """Which kind of gap, or ``solid``: a key of ``GAPS``."""
    if not findings:
        return "unstudied"
    if by_effect["none"].findings == findings:
        return "no-effect"
    if _contested(directions, by_effect["mixed"].findings, findings):
        return "contested"
    if "primary" not in by_role:
        return "restated"
    return "narrow" if narrowness else "solid"


def _narrowness(studies: int, told: Iterable[Mapping[str, set[str]]]) -> str:
    """In what way evidence is narrow; empty when it is not."""
    if studies < _ENOUGH:
        return ("no study", "one study", "two studies")[studies]
    named = [[values for study, values in known.items() if study and values] for known in told]
    kinds = [(set().union(*values), len(values) * 2 >= studies) for values in named]
    if all(len(values) < 2 for values, _ in kinds):
        return "of one kind, or kind not told"
    return next((f"only {next(iter(values))}" for values, mostly in kinds if mostly and len(values) == 1), "")


def weigh(atlas: Atlas, findings: Iterable[Finding]) -> Weight:
    """What stands behind these findings."""
    tally = Tally()
    for finding in findings:
        tally.add(finding)
    return tally.weight(atlas.made)


@dataclass(frozen=True)
class Weights:
    """What stands behind each factor (by IRI), category and level (by code)."""

    factors: Mapping[str, Weight]
    categories: Mapping[str, Weight]
    levels: Mapping[str, Weight]


def weigh_all(atlas: Atlas) -> Weights:
    """The weights of the whole codebook; every finding is read once."""
    factors: dict[str, Weight] = {}
    categories, levels = ({code: Tally() for code in codes} for codes in (atlas.categories, atlas.levels))
    for factor in atlas.factors.values():
        tally = Tally()
        for finding in atlas.findings_by_factor[factor.iri]:
            for one in (tally, categories[factor.category], levels[factor.level]):
                one.add(finding)
        factors[factor.iri] = tally.weight(atlas.made)
    done = ({code: tally.weight(atlas.made) for code, tally in tallies.items()} for tallies in (categories, levels))
    return Weights(factors, *done)


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
    axes: list[_Axis] = [
        _Axis("effect", "by effect", {k: w.label for k, w in EFFECTS.items()}, lambda f: (f.effect,)),
        _Axis("role", "by kind of claim", {k: w.label for k, w in ROLES.items() if k}, lambda f: (f.role,)),
        *(_facet_axis(atlas, facet) for facet in FACETS),
    ]
    rows = {factor: _rows(atlas, factor, axes) for factor in atlas.factors}
    return [
        GapTable(axis.name, axis.title, tuple(axis.columns.values()), {factor: cells[n] for factor, cells in rows.items()})
        for n, axis in enumerate(axes)
    ]


@dataclass(frozen=True)
class _Axis:
    """An axis of the gap map: its columns by key, and the keys under which a finding stands."""

    name: str
    title: str
    columns: Mapping[str, str]
    of: Callable[[Finding], Iterable[str]]


def _rows(atlas: Atlas, factor: str, axes: list[_Axis]) -> list[tuple[Cell, ...]]:
    """A factor's cells on each axis; its findings are read once."""
    tallies = [{key: Tally() for key in axis.columns} for axis in axes]
    for finding in atlas.findings_by_factor[factor]:
        for axis, by_key in zip(axes, tallies, strict=True):
            for key in axis.of(finding):
                if key in by_key:
                    by_key[key].add(finding)
    return [
        tuple(_cell(axis.name, key, tally.weight(atlas.made)) for key, tally in by_key.items())
        for axis, by_key in zip(axes, tallies, strict=True)
    ]


def _cell(axis: str, key: str, weight: Weight) -> Cell:
    fragment = "" if key == _OTHER else f"{axis}={anchor(key)}"
    return Cell(weight, weight.gap if weight.gap in _SAYS[axis] else "", fragment, "" if key == _OTHER else key)


def _facet_axis(atlas: Atlas, facet: str) -> _Axis:
    """The most frequent values of a facet by name, then the rest, then what is not told."""
    labels = [label for label in atlas.facets[facet] if f"{facet}={label}" in atlas.findings_by_facet]
    shown = {label: label for label in sorted(labels[:_COLUMNS])}
    rest = {_OTHER: f"{len(labels) - _COLUMNS} others"} if len(labels) > _COLUMNS else {}

    def of(finding: Finding) -> Iterable[str]:
        return dict.fromkeys(v if v in shown else _OTHER for v in atlas.told(finding, facet)) or (UNKNOWN,)

    return _Axis(facet, f"by {facet}", {**shown, **rest, UNKNOWN: UNKNOWN}, of)


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


def told_of(atlas: Atlas, finding: Finding, facet: str) -> tuple[str, ...]:
    """What is told of a facet of a finding, or that nothing is."""
    return atlas.told(finding, facet) or (UNKNOWN,)
