"""What the pages show: the records on their shelves and the groups in which pages ask for them.

Everything large is read from disk when it is shown and let go again; what is held is the codebook, and of each study where and how it
was made. ``Atlas`` asks the graph nothing; ``gather`` fills it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain

from evidence.site.names import FileNames
from evidence.site.records import (
    FACETS,
    Category,
    Citation,
    Dataset,
    Factor,
    Finding,
    Influence,
    Level,
    Problem,
    Reference,
    Source,
    Study,
    Term,
    Work,
)
from evidence.site.shelves import KEPT, Group, Groups, Shelf, Shelves

PART = 150
"""How many findings a page of a factor holds; further ones go to further pages."""


@dataclass(frozen=True, slots=True)
class Made:
    """Where, how and when a study was made, as far as that is known: labels by facet, and the year of its first report."""

    country: tuple[str, ...]
    setting: tuple[str, ...]
    design: tuple[str, ...]
    year: int | None
    own: bool


@dataclass(eq=False)
class Atlas:
    """Everything that the pages show, by IRI or code, in the order in which it is shown."""

    shelves: Shelves
    dataset: Dataset
    levels: Mapping[str, Level]
    categories: Mapping[str, Category]
    factors: Mapping[str, Factor]
    influences: tuple[Influence, ...]
    problems: tuple[Problem, ...]
    terms: tuple[Term, ...]
    sources: tuple[Source, ...]

    def __post_init__(self) -> None:
        shelf, group = self.shelves.shelf, self.shelves.group
        self.works: Shelf[Work] = shelf("works", Work)
        self.studies: Shelf[Study] = shelf("studies", Study)
        self.findings: Shelf[Finding] = shelf("findings", Finding)
        self.references: Shelf[Reference] = shelf("reference_entries", Reference)
        self.citations: Shelf[Citation] = shelf("citations", Citation)
        self.quotes: Shelf[str] = shelf("quotes", str)
        self.works_by_kind: Groups[Work] = group("works_by_kind", self.works)
        self.studies_by_work: Groups[Study] = group("studies_by_work", self.studies)
        self.studies_by_facet: Groups[Study] = group("studies_by_facet", self.studies)
        self.findings_by_factor: Groups[Finding] = group("findings_by_factor", self.findings)
        self.findings_by_paper: Groups[Finding] = group("findings_by_paper", self.findings)
        self.findings_by_source: Groups[Finding] = group("findings_by_source", self.findings)
        self.findings_by_study: Groups[Finding] = group("findings_by_study", self.findings)
        self.findings_by_facet: Groups[Finding] = group("findings_by_facet", self.findings)
        self.references_by_paper: Groups[Reference] = group("references_by_paper", self.references)
        self.references_by_work: Groups[Reference] = group("references_by_work", self.references)
        self.citations_by_paper: Groups[Citation] = group("citations_by_paper", self.citations)
        self.citations_by_work: Groups[Citation] = group("citations_by_work", self.citations)
        self.study_of = lru_cache(KEPT)(self._study_of)
        self.page_of = lru_cache(KEPT)(self._page_of)
        self.part_of = cache(self._part_of)

    @property
    def papers(self) -> Group[Work]:
        """The coded papers."""
        return self.works_by_kind["paper"]

    @property
    def others(self) -> Group[Work]:
        """The works that are no coded paper."""
        return self.works_by_kind["work"]

    def _study_of(self, work: str) -> Study | None:
        """The study that a work reports."""
        found = self.studies_by_work[work]
        return next(reversed(list(found)), None)

    @cached_property
    def made(self) -> Mapping[str, Made]:
        """What is known of the making of each study, by IRI; equal ones are held once."""
        known: dict[Made, Made] = {}
        year = {iri: (w.year, w.paper) for iri, w in self.works.items()}

        def of(study: Study) -> Made:
            years = [y for work in study.works if (y := year[work][0])]
            own = any(year[work][1] for work in study.works)
            made = Made(study.countries, study.settings, study.designs, min(years, default=None), own)
            return known.setdefault(made, made)

        return {study.iri: of(study) for study in self.studies.values()}

    def told(self, finding: Finding, facet: str) -> tuple[str, ...]:
        """Where or how a finding was made: what its passage says, else what is known of the studies it rests on; empty when neither."""
        own = {"country": finding.countries, "setting": finding.settings, "design": ()}[facet]
        if own or not finding.studies:
            return own
        told = [getattr(self.made[study], facet) for study in finding.studies]
        return told[0] if len(told) == 1 else tuple(dict.fromkeys(chain(*told)))

    @cached_property
    def facets(self) -> Mapping[str, list[str]]:
        """The labels of each facet, those with most findings first."""
        findings, studies = self.findings_by_facet.counts(), self.studies_by_facet.counts()
        ordered = sorted({*findings, *studies}, key=lambda key: (-findings.get(key, 0), key))
        return {facet: [k.partition("=")[2] for k in ordered if k.startswith(f"{facet}=")] for facet in FACETS}

    @cached_property
    def factor_files(self) -> Mapping[str, str]:
        """The first page of each factor, by IRI."""
        return FileNames("factor").paths({f.iri: f.code for f in self.factors.values()})

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The page of each factor, level, category (by IRI or code) and facet (``country=Canada``), as a path inside the site."""
        named = {
            "category": {code: code for code in self.categories},
            "level": {code: code for code in self.levels},
            **{facet: {f"{facet}={label}": label for label in labels} for facet, labels in self.facets.items()},
        }
        others = {thing: path for folder, things in named.items() for thing, path in FileNames(folder).paths(things).items()}
        return {**self.factor_files, **others}

    def _page_of(self, thing: str) -> str:
        """The page of anything that has one, by IRI or code; a path stays what it is."""
        return self.files.get(thing) or (self.works[thing].path if thing in self.works else thing)

    def _part_of(self, factor: str, number: int) -> str:
        """A page of a factor's findings, from 1."""
        path = self.factor_files[factor]
        return path if number == 1 else f"{path.removesuffix('.html')}~part{number}.html"

    @cached_property
    def influences_by_factor(self) -> Mapping[str, list[Influence]]:
        """The influences that each factor has a part in."""
        groups: dict[str, list[Influence]] = defaultdict(list)
        for influence in self.influences:
            for factor in dict.fromkeys((influence.cause, influence.effect)):
                groups[factor].append(influence)
        return groups

    def factors_of(self, category: str) -> list[Factor]:
        """The factors of a category."""
        return [f for f in self.factors.values() if f.category == category]

    def categories_of(self, level: str) -> list[Category]:
        """The categories of a level."""
        return [c for c in self.categories.values() if c.level == level]


_SMALL = ("dataset", "levels", "categories", "factors", "influences", "problems", "terms", "sources")
"""What shelves keep whole."""


def keep_small(atlas: Atlas) -> None:
    """Puts what is small into the shelves' file, for ``open_atlas``."""
    for name in _SMALL:
        atlas.shelves.keep(name, getattr(atlas, name))


def open_atlas(shelves: Shelves) -> Atlas:
    """What another process has put on the shelves."""
    return Atlas(shelves, **{name: shelves.kept(name) for name in _SMALL})
