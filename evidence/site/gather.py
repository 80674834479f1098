"""From the graph to the records of the pages: each named query of the site is asked once, and its rows go to shelves as they come.

The store streams best what it need not sort, so the large answers are asked for without their order, which the shelves give them.
What points to nothing in the graph has no page to stand on and is left out (the shapes report it).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import pyoxigraph as ox

from evidence.query import NamedQuery, QueryError, fill, plain
from evidence.site.atlas import PART, Atlas, keep_small
from evidence.site.names import FileNames
from evidence.site.records import (
    EFFECT_ORDER,
    FACETS,
    ROLE_ORDER,
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
from evidence.site.shelves import Pairs, Shelves, Values
from evidence.store import Store

Row = dict[str, str]


@dataclass(frozen=True)
class _Library:
    """The named queries of a store, asked by name."""

    store: Store
    queries: Mapping[str, NamedQuery]

    def rows(self, name: str, *, ordered: bool = True) -> Iterator[Row]:
        """The answer row by row, never all of it at once; without its order and with repeats where it is not to be ``ordered``."""
        if name not in self.queries:
            raise QueryError(f"the site needs the query `{name}`, which is not in ontology/queries/pages")
        text = fill(self.queries[name], {})
        found = self.store.query(text if ordered else _UNORDERED.sub("", text))
        if not isinstance(found, ox.QuerySolutions):
            raise QueryError(f"the query `{name}` must be a SELECT")
        names = [variable.value for variable in found.variables]
        for solution in found:
            yield {name: plain(solution[name]) for name in names}

    def pairs(self, name: str, key: str, value: str) -> Iterator[tuple[str, str]]:
        """Two columns of an answer, in any order."""
        return ((row[key], row[value]) for row in self.rows(name, ordered=False))


_UNORDERED = re.compile(r"(?<=SELECT )DISTINCT |^ORDER BY [^\n]*\s*\Z", re.MULTILINE)


def read_atlas(store: Store, queries: Mapping[str, NamedQuery], quotes: Mapping[str, str], shelves: Shelves) -> Atlas:
    """Fills the shelves with what the pages show. Raises ``QueryError`` when a query of the site is missing from the library."""
    library = _Library(store, queries)
    facets = shelves.pairs("facets", ((f"{r['thing']} {r['facet']}", r["label"]) for r in library.rows("page-contexts", ordered=False)))
    atlas = Atlas(shelves, **_codebook(library))
    _works(library, shelves, atlas)
    _studies(library, shelves, atlas, facets)
    _findings(library, shelves, atlas, facets, quotes)
    _references(library, shelves, atlas)
    _citations(library, shelves, atlas)
    facets.done()
    known = [r for r in library.rows("page-influences") if r["cause"] in atlas.factors and r["effect"] in atlas.factors]
    atlas.influences = _influences(known, atlas.findings)
    keep_small(atlas)
    shelves.done()
    return atlas


def _codebook(library: _Library) -> dict[str, Any]:
    """What is small: kept whole, under the names of the fields of ``Atlas``."""
    rows = library.rows
    levels = {r["code"]: Level(r["code"], r["label"], r["definition"]) for r in rows("page-levels")}
    rank = {code: n for n, code in enumerate(levels)}
    ordered = sorted(rows("page-categories"), key=lambda r: rank.get(r["level"], 0))
    categories = {r["code"]: Category(**r) for r in ordered if r["level"] in rank}
    factors = _factors([r for r in rows("page-factors") if r["category"] in categories], rows("page-factor-words"))
    return {
        "dataset": next(
            (Dataset(r["description"], r["licence"], r["version"], _number(r["triples"])) for r in rows("page-dataset")), Dataset()
        ),
        "levels": levels,
        "categories": categories,
        "factors": {f.iri: f for f in sorted(factors.values(), key=lambda f: rank[f.level])},
        "influences": (),
        "problems": tuple(Problem(r["stage"], r["file"], _number(r["line"]), r["message"], r["severity"]) for r in rows("page-problems")),
        "terms": tuple(Term(r["term"], r["label"], r["definition"], r["kind"], r["word"]) for r in rows("page-glossary")),
        "sources": tuple(Source(r["file"], r["sha256"], _number(r["triples"])) for r in rows("page-sources")),
    }


def _dataset(row: Row) -> Dataset:
    return Dataset(row["description"], row["licence"], row["version"], _number(row["triples"]))


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


def values_of(record: type) -> Callable[[object], Values]:
    """What turns a record of that class into the values that a shelf keeps."""
    return attrgetter(*(f.name for f in fields(record)))


_SAME = ("label", "title", "authors", "container", "volume", "issue", "pages", "doi", "publisher", "url", "note")
"""The columns of a work that its record has as they are."""


def _works(library: _Library, shelves: Shelves, atlas: Atlas) -> None:
    types = shelves.pairs("types", library.pairs("page-work-types", "work", "type"))
    columns = (
        "work",
        "label",
        "title",
        "authors",
        "year",
        "container",
        "volume",
        "issue",
        "pages",
        "doi",
        "publisher",
        "url",
        "note",
        "key",
    )
    rows = library.rows("page-works", ordered=False)
    ordered = shelves.ordered("works_read", ((r["work"], (r["label"], r["work"]), tuple(r[c] for c in columns)) for r in rows))
    names = {folder: FileNames(folder) for folder in ("paper", "work")}
    values = values_of(Work)
    for n, (found, _) in enumerate(ordered):
        work = _work(dict(zip(columns, found, strict=True)), types, names)
        atlas.works.put(n, work.iri, values(work))
        atlas.works_by_kind.put("paper" if work.paper else "work", n)
    types.done()


def _work(row: Row, types: Pairs, files: Mapping[str, FileNames]) -> Work:
    iri, names = row["work"], [re.split("[/#]", t)[-1] for t in types[row["work"]]]
    unlisted, paper = "UnlistedWork" in names, "Paper" in names
    key = row["key"] or ("unlisted-" if unlisted else "") + iri.rstrip("/").rsplit("/", 1)[-1]
    return Work(
        iri=iri,
        key=key,
        year=_number(row["year"]),
        type=_spaced(next((n for n in names if n not in ("Paper", "UnlistedWork")), "Publication")),
        paper=paper,
        unlisted=unlisted,
        path=files["paper" if paper else "work"].path(key),
        **{name: row[name] for name in _SAME},
    )


def _spaced(name: str) -> str:
    """``JournalArticle`` as ``journal article``."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _studies(library: _Library, shelves: Shelves, atlas: Atlas, facets: Pairs) -> None:
    known = ((study, work) for study, work in library.pairs("page-study-works", "study", "work") if work in atlas.works)
    works = shelves.pairs("reported", known)
    columns = ("study", "label", "participants", "readIn")
    rows = library.rows("page-studies", ordered=False)
    ordered = shelves.ordered("studies_read", ((r["study"], (r["label"], r["study"]), tuple(r[c] for c in columns)) for r in rows))
    values = values_of(Study)
    for n, ((iri, label, participants, read_in), _) in enumerate(ordered):
        reported = works[iri]
        if not reported:
            continue
        countries, settings, designs = (facets[f"{iri} {facet}"] for facet in FACETS)
        study = Study(iri, label, reported, designs, countries, settings, participants, read_in)
        atlas.studies.put(n, iri, values(study))
        for work in reported:
            atlas.studies_by_work.put(work, n)
        for facet in FACETS:
            for value in study.told(facet):
                atlas.studies_by_facet.put(f"{facet}={value}", n)
    works.done()


_FINDING = (
    "finding",
    "factor",
    "effect",
    "state",
    "role",
    "statement",
    "paper",
    "section",
    "start",
    "end",
    "phase",
    "informant",
    "strength",
)
_FINDING_COLUMNS = (*_FINDING, "date", "note")


def _findings(library: _Library, shelves: Shelves, atlas: Atlas, facets: Pairs, quotes: Mapping[str, str]) -> None:
    sources = shelves.pairs("sources_read", (p for p in library.pairs("page-finding-sources", "finding", "work") if p[1] in atlas.works))
    rest = shelves.pairs("rest_read", (p for p in library.pairs("page-finding-studies", "finding", "study") if p[1] in atlas.studies))
    coders = shelves.pairs("coders_read", library.pairs("page-finding-coders", "finding", "coder"))
    effect_rank, role_rank = ({word: n for n, word in enumerate(words)} for words in (EFFECT_ORDER, ROLE_ORDER))

    def usable() -> Iterator[tuple[str, Values, Values]]:
        for r in library.rows("page-findings", ordered=False):
            if r["factor"] in atlas.factors and r["paper"] in atlas.works and r["effect"] in effect_rank and r["role"] in role_rank:
                order = (effect_rank[r["effect"]], role_rank[r["role"]], r["paper"], _number(r["start"]), _number(r["end"]))
                yield r["finding"], (r["factor"], *order), tuple(r[c] for c in _FINDING_COLUMNS)

    # Within its factor a finding stands by effect and role, on the whole by paper and place.
    values = values_of(Finding)
    for n, (found, place) in enumerate(shelves.ordered("findings_read", usable(), within=1)):
        row = dict(zip(_FINDING_COLUMNS, found, strict=True))
        finding = _finding(row, place, atlas, sources, rest, coders, facets)
        atlas.findings.put(n, finding.iri, values(finding))
        if finding.iri in quotes:
            atlas.quotes.put(n, finding.iri, (quotes[finding.iri],))
        _group(atlas, finding, n, place)
    for pairs in (sources, rest, coders):
        pairs.done()


def _finding(row: Row, place: int, atlas: Atlas, sources: Pairs, rest: Pairs, coders: Pairs, facets: Pairs) -> Finding:
    iri = row["finding"]
    same = ("factor", "effect", "state", "role", "statement", "paper", "section", "phase", "informant", "date", "note")
    return Finding(
        iri=iri,
        id=iri.rsplit("/", 1)[-1],
        start=_number(row["start"]),
        end=_number(row["end"]),
        sources=sources[iri],
        studies=rest[iri],
        countries=facets[f"{iri} country"],
        settings=facets[f"{iri} setting"],
        strength=_number(row["strength"]),
        coders=coders[iri],
        path=atlas.part_of(row["factor"], place // PART + 1),
        **{name: row[name] for name in same},
    )


def _group(atlas: Atlas, finding: Finding, n: int, place: int) -> None:
    """Puts a finding, number ``n``, under all that it is looked up by."""
    atlas.findings_by_factor.put(finding.factor, n, place)
    atlas.findings_by_paper.put(finding.paper, n)
    for work in finding.sources:
        atlas.findings_by_source.put(work, n)
    for study in finding.studies:
        atlas.findings_by_study.put(study, n)
    for facet in FACETS:
        for value in atlas.told(finding, facet):
            atlas.findings_by_facet.put(f"{facet}={value}", n)


def _references(library: _Library, shelves: Shelves, atlas: Atlas) -> None:
    columns = ("paper", "position", "raw", "work", "score", "reason")

    def usable() -> Iterator[tuple[str, Values, Values]]:
        for r in library.rows("page-references", ordered=False):
            if r["paper"] in atlas.works:
                key = " ".join((r["paper"], r["position"], r["work"], r["raw"]))
                yield key, (r["paper"], int(r["position"])), tuple(r[c] for c in columns)

    values = values_of(Reference)
    for n, ((paper, position, raw, work, score, reason), _) in enumerate(shelves.ordered("references_read", usable())):
        reference = Reference(paper, int(position), raw, work if work in atlas.works else "", score, reason)
        atlas.references.put(n, str(n), values(reference))
        atlas.references_by_paper.put(paper, n)
        if reference.work:
            atlas.references_by_work.put(reference.work, n)


_CITATION_COLUMNS = ("citation", "paper", "text", "kind", "status", "start", "end", "work", "reference", "note")


def _citations(library: _Library, shelves: Shelves, atlas: Atlas) -> None:
    candidates = shelves.pairs("candidates", (p for p in library.pairs("page-candidates", "citation", "work") if p[1] in atlas.works))
    rows = (r for r in library.rows("page-citations", ordered=False) if r["paper"] in atlas.works)
    keyed = ((r["citation"], (r["paper"], _number(r["start"])), tuple(r[c] for c in _CITATION_COLUMNS)) for r in rows)
    values = values_of(Citation)
    for n, (found, _) in enumerate(shelves.ordered("citations_read", keyed)):
        row = dict(zip(_CITATION_COLUMNS, found, strict=True))
        citation = Citation(
            start=_number(row["start"]),
            end=_number(row["end"]),
            work=row["work"] if row["work"] in atlas.works else "",
            reference=_number(row["reference"]),
            candidates=candidates[row["citation"]],
            **{name: row[name] for name in ("paper", "text", "kind", "status", "note")},
        )
        atlas.citations.put(n, row["citation"], values(citation))
        atlas.citations_by_paper.put(citation.paper, n)
        if citation.work:
            atlas.citations_by_work.put(citation.work, n)
    candidates.done()


def _influences(rows: list[Row], known: Container[str]) -> tuple[Influence, ...]:
    findings: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["finding"] in known:
            findings[row["influence"]].append(row["finding"])
    return tuple(
        Influence(r["influence"], r["cause"], r["effect"], r["sign"], r["statement"], tuple(dict.fromkeys(findings[r["influence"]])))
        for r in _first(rows, "influence")
    )


def _first(rows: Iterable[Row], key: str) -> list[Row]:
    """One row a thing: a label in a second language makes a second row, which is left out."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row[key], row)
    return list(first.values())


def _number(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() else None
