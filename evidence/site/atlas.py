"""What the pages show: the graph as plain records, fetched with one named query per kind of thing and grouped here.

The records hold what a reader is shown, keyed by IRI; nothing else of the graph is known to the site. ``Atlas`` groups them; it asks
nothing itself. Offsets are those of the graph: half-open, in Unicode code points of the paper's text, ``None`` where a finding has none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from sys import intern
from typing import TypeVar

import pyoxigraph as ox

from evidence.query import NamedQuery, QueryError, fill, plain
from evidence.site.names import file_names
from evidence.store import Store

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Row = dict[str, str]
Many = Mapping[str, tuple[str, ...]]
Facets = Mapping[tuple[str, str], tuple[str, ...]]
FACETS = ("country", "setting", "design")
"""What is told of where and how a finding was made; each value has a page."""
EFFECT_ORDER = ("barrier", "facilitator", "mixed", "none")
ROLE_ORDER = ("primary", "cited", "synthesis", "opinion", "")
PART = 300
"""How many findings a page of a factor holds; further ones go to further pages."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the codebook, in the order of ``rank``."""

    code: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category of factors; ``level`` is the level's code."""

    code: str
    label: str
    definition: str
    level: str


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor; ``category`` and ``level`` are codes, ``opposites`` IRIs, ``mappings`` (relation, IRI) pairs."""

    iri: str
    code: str
    label: str
    definition: str
    category: str
    level: str
    synonyms: tuple[str, ...] = ()
    opposites: tuple[str, ...] = ()
    mappings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """A publication. ``file`` is the name of its page; ``paper`` says that it was coded, ``unlisted`` that no bibliography lists it."""

    iri: str
    key: str
    label: str
    title: str
    authors: str
    year: int | None
    container: str
    volume: str
    issue: str
    pages: str
    doi: str
    publisher: str
    url: str
    note: str
    type: str
    paper: bool
    unlisted: bool


@dataclass(frozen=True, slots=True)
class Study:
    """What is known of a study and the works that report it (IRIs)."""

    iri: str
    label: str
    works: tuple[str, ...]
    designs: tuple[str, ...]
    countries: tuple[str, ...]
    settings: tuple[str, ...]
    participants: str
    read_in: str

    def told(self, facet: str) -> tuple[str, ...]:
        """What is known of one of ``FACETS``."""
        return {"country": self.countries, "setting": self.settings, "design": self.designs}[facet]


@dataclass(frozen=True, slots=True)
class Finding:
    """A coded claim. ``factor``, ``paper``, ``sources`` (works it is cited from) and ``studies`` (what it rests on) are IRIs."""

    iri: str
    id: str
    factor: str
    effect: str
    state: str
    role: str
    statement: str
    paper: str
    section: str
    start: int | None
    end: int | None
    sources: tuple[str, ...]
    studies: tuple[str, ...]
    countries: tuple[str, ...]
    settings: tuple[str, ...]
    phase: str
    informant: str
    strength: int | None
    coders: tuple[str, ...]
    date: str
    note: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a paper's reference list; ``work`` is the IRI of the work it matches, empty without one."""

    paper: str
    position: int
    raw: str
    work: str
    score: str
    reason: str


@dataclass(frozen=True, slots=True)
class Citation:
    """An in-text citation; ``status`` is ``resolved``, ``ambiguous`` or ``unresolved``, ``work`` what it stands for (empty: unknown)."""

    paper: str
    text: str
    kind: str
    status: str
    start: int | None
    end: int | None
    work: str
    reference: int | None
    note: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Influence:
    """One factor acting on another; ``cause`` and ``effect`` are factor IRIs, ``findings`` IRIs of those that report it."""

    iri: str
    cause: str
    effect: str
    sign: str
    statement: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be used."""

    stage: str
    file: str
    line: int | None
    message: str
    severity: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the ontology (``kind``: ``class``, ``property``) or a word of the files (``word``)."""

    iri: str
    label: str
    definition: str
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file that the graph was built from."""

    file: str
    sha256: str
    triples: int | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """The header of the graph."""

    description: str = ""
    licence: str = ""
    version: str = ""
    triples: int | None = None


@dataclass(frozen=True)
class Atlas:
    """Everything that the pages show, by IRI or code, in the order in which it is shown."""

    dataset: Dataset
    levels: Mapping[str, Level]
    categories: Mapping[str, Category]
    factors: Mapping[str, Factor]
    works: Mapping[str, Work]
    studies: Mapping[str, Study]
    findings: Mapping[str, Finding]
    references: tuple[Reference, ...]
    citations: tuple[Citation, ...]
    influences: tuple[Influence, ...]
    problems: tuple[Problem, ...]
    terms: tuple[Term, ...]
    sources: tuple[Source, ...]
    quotes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def files(self) -> dict[str, str]:
        """The page of each factor, level, category and work, by IRI or code, as a path inside the site."""
        papers = {w.iri: w.key for w in self.works.values() if w.paper}
        others = {w.iri: w.key for w in self.works.values() if not w.paper}
        named = {
            "factor": {f.iri: f.code for f in self.factors.values()},
            "category": {code: code for code in self.categories},
            "level": {code: code for code in self.levels},
            "paper": papers,
            "work": others,
            **{facet: {f"{facet}={label}": label for label in labels} for facet, labels in self.facets.items()},
        }
        return {thing: f"{folder}/{name}.html" for folder, things in named.items() for thing, name in file_names(things).items()}

    @cached_property
    def parts(self) -> Mapping[str, list[tuple[str, list[Finding]]]]:
        """The pages that show a factor's findings, by its IRI: path and findings, one page unless there are very many."""
        return {iri: self._parts(self.files[iri], self.findings_by_factor.get(iri, [])) for iri in self.factors}

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Where each finding stands on the site: page and fragment, by IRI."""
        pages = (page for pages in self.parts.values() for page in pages)
        return {f.iri: f"{path}#{f.id}" for path, findings in pages for f in findings}

    @staticmethod
    def _parts(path: str, findings: list[Finding]) -> list[tuple[str, list[Finding]]]:
        stem = path.removesuffix(".html")
        starts = range(0, max(1, len(findings)), PART)
        return [(f"{stem}~part{n}.html" if n > 1 else path, findings[at : at + PART]) for n, at in enumerate(starts, 1)]

    def told(self, finding: Finding, facet: str) -> tuple[str, ...]:
        """Where or how a finding was made: what its passage says, else what is known of the studies it rests on; empty when neither."""
        own = {"country": finding.countries, "setting": finding.settings, "design": ()}[facet]
        return own or tuple(dict.fromkeys(value for study in finding.studies for value in self.studies[study].told(facet)))

    @cached_property
    def findings_by_facet(self) -> Mapping[tuple[str, str], list[Finding]]:
        """The findings of each country, setting and design, by facet and label."""
        return _grouped(self.findings.values(), lambda f: ((facet, value) for facet in FACETS for value in self.told(f, facet)))

    @cached_property
    def studies_by_facet(self) -> Mapping[tuple[str, str], list[Study]]:
        """The studies of each country, setting and design, by facet and label."""
        return _grouped(self.studies.values(), lambda s: ((facet, value) for facet in FACETS for value in s.told(facet)))

    @cached_property
    def facets(self) -> Mapping[str, list[str]]:
        """The labels of each facet, those with most findings first."""
        known = {*self.findings_by_facet, *self.studies_by_facet}
        found = {facet: [label for of, label in known if of == facet] for facet in FACETS}

        def place(facet: str, label: str) -> tuple[int, str]:
            return -len(self.findings_by_facet.get((facet, label), ())), label

        return {facet: sorted(labels, key=partial(place, facet)) for facet, labels in found.items()}

    @property
    def papers(self) -> list[Work]:
        """The coded papers."""
        return [w for w in self.works.values() if w.paper]

    @cached_property
    def findings_by_factor(self) -> Mapping[str, list[Finding]]:
        """The findings about each factor, by effect and role in the order in which its pages show them."""
        groups = _grouped(self.findings.values(), lambda f: (f.factor,))
        return {factor: sorted(found, key=_as_shown) for factor, found in groups.items()}

    @cached_property
    def findings_by_paper(self) -> Mapping[str, list[Finding]]:
        """The findings quoted from each paper, in the order of its text."""
        return _grouped(self.findings.values(), lambda f: (f.paper,))

    @cached_property
    def findings_by_source(self) -> Mapping[str, list[Finding]]:
        """The findings cited from each work."""
        return _grouped(self.findings.values(), lambda f: f.sources)

    @cached_property
    def findings_by_study(self) -> Mapping[str, list[Finding]]:
        """The findings that rest on each study."""
        return _grouped(self.findings.values(), lambda f: f.studies)

    @cached_property
    def study_of(self) -> Mapping[str, Study]:
        """The study that each work reports."""
        return {work: study for study in self.studies.values() for work in study.works}

    @cached_property
    def references_by_paper(self) -> Mapping[str, list[Reference]]:
        """Each paper's reference list."""
        return _grouped(self.references, lambda r: (r.paper,))

    @cached_property
    def references_by_work(self) -> Mapping[str, list[Reference]]:
        """The entries of all lists that match each work: who cites it."""
        return _grouped(self.references, lambda r: (r.work,) if r.work else ())

    @cached_property
    def citations_by_paper(self) -> Mapping[str, list[Citation]]:
        """Each paper's in-text citations."""
        return _grouped(self.citations, lambda c: (c.paper,))

    @cached_property
    def citations_by_work(self) -> Mapping[str, list[Citation]]:
        """The in-text citations that stand for each work."""
        return _grouped(self.citations, lambda c: (c.work,) if c.work else ())

    @cached_property
    def influences_by_factor(self) -> Mapping[str, list[Influence]]:
        """The influences that each factor has a part in."""
        return _grouped(self.influences, lambda i: dict.fromkeys((i.cause, i.effect)))

    def factors_of(self, category: str) -> list[Factor]:
        """The factors of a category."""
        return [f for f in self.factors.values() if f.category == category]

    def categories_of(self, level: str) -> list[Category]:
        """The categories of a level."""
        return [c for c in self.categories.values() if c.level == level]

    def findings_of(self, factors: Iterable[Factor]) -> list[Finding]:
        """The findings about any of these factors."""
        return [finding for factor in factors for finding in self.findings_by_factor.get(factor.iri, ())]


def read_atlas(store: Store, queries: Mapping[str, NamedQuery], quotes: Mapping[str, str]) -> Atlas:
    """Asks every query of the pages once. What points to nothing in the graph has no page to stand on and is left out (the shapes
    report it). Raises ``QueryError`` when a query of the site is missing from the library."""

    def rows(name: str) -> Iterator[Row]:
        if name not in queries:
            raise QueryError(f"the site needs the query `{name}`, which is not in ontology/queries/pages")
        return _rows(store, queries[name])

    levels = {r["code"]: Level(r["code"], r["label"], r["definition"]) for r in rows("page-levels")}
    rank = {code: n for n, code in enumerate(levels)}
    categories = {
        r["code"]: Category(**r) for r in sorted(rows("page-categories"), key=lambda r: rank.get(r["level"], 0)) if r["level"] in rank
    }
    factors = _factors([r for r in rows("page-factors") if r["category"] in categories], rows("page-factor-words"))
    works = _works(rows("page-works"), rows("page-work-types"))
    contexts = _facets(rows("page-contexts"))
    studies = _studies(rows("page-studies"), _many(rows("page-study-works"), "study", "work", works), contexts)
    findings = _findings(rows, factors, works, studies, contexts)
    return Atlas(
        dataset=_dataset(rows("page-dataset")),
        levels=levels,
        categories=categories,
        factors={f.iri: f for f in sorted(factors.values(), key=lambda f: rank[f.level])},
        works=works,
        studies=studies,
        findings=findings,
        references=tuple(_reference(r, works) for r in rows("page-references") if r["paper"] in works),
        citations=_citations(rows("page-citations"), _many(rows("page-candidates"), "citation", "work", works), works),
        influences=_influences([r for r in rows("page-influences") if r["cause"] in factors and r["effect"] in factors], findings),
        problems=tuple(Problem(r["stage"], r["file"], _number(r["line"]), r["message"], r["severity"]) for r in rows("page-problems")),
        terms=tuple(Term(r["term"], r["label"], r["definition"], r["kind"], r["word"]) for r in rows("page-glossary")),
        sources=tuple(Source(r["file"], r["sha256"], _number(r["triples"])) for r in rows("page-sources")),
        quotes=quotes,
    )


def _rows(store: Store, query: NamedQuery) -> Iterator[Row]:
    """The answer of a query row by row, never all of it at once; IRIs, which come again and again, are held once."""
    found = store.query(fill(query, {}))
    if not isinstance(found, ox.QuerySolutions):
        raise QueryError(f"the query `{query.name}` must be a SELECT")
    names = [variable.value for variable in found.variables]
    for solution in found:
        yield {name: intern(plain(cell)) if isinstance(cell := solution[name], ox.NamedNode) else plain(cell) for name in names}


def _dataset(rows: Iterable[Row]) -> Dataset:
    return next((Dataset(r["description"], r["licence"], r["version"], _number(r["triples"])) for r in rows), Dataset())


def _factors(rows: Iterable[Row], words: Iterable[Row]) -> dict[str, Factor]:
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in words:
        said[row["factor"]].append((row["relation"], row["value"]))

    def factor(row: Row) -> Factor:
        pairs = said[row["factor"]]
        return Factor(
            iri=row["factor"],
            **{name: row[name] for name in ("code", "label", "definition", "category", "level")},
            synonyms=tuple(value for relation, value in pairs if relation == "synonym"),
            opposites=tuple(value for relation, value in pairs if relation == "opposite"),
            mappings=tuple(pair for pair in pairs if pair[0].endswith("match")),
        )

    return {row["factor"]: factor(row) for row in _first(rows, "factor")}


def _works(rows: Iterable[Row], types: Iterable[Row]) -> dict[str, Work]:
    kinds = _many(types, "work", "type")
    same = ("label", "title", "authors", "container", "volume", "issue", "pages", "doi", "publisher", "url", "note")

    def work(row: Row) -> Work:
        iri, names = row["work"], [re.split("[/#]", t)[-1] for t in kinds.get(row["work"], ())]
        unlisted = "UnlistedWork" in names
        return Work(
            iri=iri,
            key=row["key"] or ("unlisted-" if unlisted else "") + iri.rstrip("/").rsplit("/", 1)[-1],
            year=_number(row["year"]),
            type=_spaced(next((n for n in names if n not in ("Paper", "UnlistedWork")), "Publication")),
            paper="Paper" in names,
            unlisted=unlisted,
            **{name: row[name] for name in same},
        )

    return {row["work"]: work(row) for row in _first(rows, "work")}


def _spaced(name: str) -> str:
    """``JournalArticle`` as ``journal article``."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _studies(rows: Iterable[Row], works: Many, facets: Facets) -> dict[str, Study]:
    return {
        row["study"]: Study(
            row["study"],
            row["label"],
            works[row["study"]],
            facets[row["study"], "design"],
            facets[row["study"], "country"],
            facets[row["study"], "setting"],
            row["participants"],
            row["readIn"],
        )
        for row in _first(rows, "study")
        if row["study"] in works
    }


def _findings(
    rows: Callable[[str], Iterable[Row]], factors: Container[str], works: Container[str], studies: Container[str], facets: Facets
) -> dict[str, Finding]:
    sources = _many(rows("page-finding-sources"), "finding", "work", works)
    rest = _many(rows("page-finding-studies"), "finding", "study", studies)
    coders = _many(rows("page-finding-coders"), "finding", "coder")
    same = ("factor", "effect", "state", "role", "statement", "paper", "section", "phase", "informant", "date", "note")
    return {
        (iri := row["finding"]): Finding(
            iri=iri,
            id=iri.rsplit("/", 1)[-1],
            start=_number(row["start"]),
            end=_number(row["end"]),
            sources=sources.get(iri, ()),
            studies=rest.get(iri, ()),
            countries=facets[iri, "country"],
            settings=facets[iri, "setting"],
            strength=_number(row["strength"]),
            coders=coders.get(iri, ()),
            **{name: row[name] for name in same},
        )
        for row in _first(rows("page-findings"), "finding")
        if row["factor"] in factors and row["paper"] in works and row["effect"] in EFFECT_ORDER and row["role"] in ROLE_ORDER
    }


def _reference(row: Row, works: Container[str]) -> Reference:
    work = row["work"] if row["work"] in works else ""
    return Reference(row["paper"], int(row["position"]), row["raw"], work, row["score"], row["reason"])


def _citations(rows: Iterable[Row], candidates: Many, works: Container[str]) -> tuple[Citation, ...]:
    return tuple(
        Citation(
            start=_number(row["start"]),
            end=_number(row["end"]),
            work=row["work"] if row["work"] in works else "",
            reference=_number(row["reference"]),
            candidates=candidates.get(row["citation"], ()),
            **{name: row[name] for name in ("paper", "text", "kind", "status", "note")},
        )
        for row in _first(rows, "citation")
        if row["paper"] in works
    )


def _influences(rows: list[Row], known: Container[str]) -> tuple[Influence, ...]:
    findings = _many(rows, "influence", "finding", known)
    return tuple(
        Influence(r["influence"], r["cause"], r["effect"], r["sign"], r["statement"], findings.get(r["influence"], ()))
        for r in _first(rows, "influence")
    )


def _as_shown(finding: Finding) -> tuple[int, int]:
    return EFFECT_ORDER.index(finding.effect), ROLE_ORDER.index(finding.role)


def _first(rows: Iterable[Row], key: str) -> list[Row]:
    """One row a thing: a label in a second language makes a second row, which is left out."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row[key], row)
    return list(first.values())


def _many(rows: Iterable[Row], key: str, value: str, known: Container[str] | None = None) -> Many:
    """All values of each key, as far as they are known; a key without any is left out."""
    kept = [r for r in rows if known is None or r[value] in known]
    return {thing: tuple(dict.fromkeys(r[value] for r in group)) for thing, group in _grouped(kept, lambda r: (r[key],)).items()}


def _facets(rows: Iterable[Row]) -> Facets:
    """The labels of (thing, facet); a pair that nothing is said of gives an empty tuple."""
    found: dict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    for row in rows:
        found[row["thing"], row["facet"]] += (row["label"],)
    return found


def _grouped(things: Iterable[T], keys: Callable[[T], Iterable[K]]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for thing in things:
        for key in keys(thing):
            groups[key].append(thing)
    return dict(groups)


def _number(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() else None
