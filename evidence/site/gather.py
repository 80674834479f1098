"""From the graph to the records of the pages: the things of each class are asked for once, and go to shelves as they come.

The store streams best what it need not sort or join, so the large answers are rows of a thing, a property and a value, in no order but
thing by thing; the shelves give them their order. What points to nothing in the graph has no page to stand on and is left out (the
shapes report it).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any

import pyoxigraph as ox

from evidence import vocabulary as v
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
from evidence.site.shelves import Groups, Shelves, Values
from evidence.store import Store

Row = dict[str, str]


@dataclass(slots=True)
class Thing:
    """A thing of the graph and what is said of it: values as plain text by property."""

    iri: str
    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def one(self, name: str) -> str:
        """The value of a property: the first in the alphabet where there are several, empty where there is none."""
        return min(self.said[name]) if name in self.said else ""

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a property, each once, sorted."""
        return tuple(sorted(set(self.said[name]))) if name in self.said else ()


@dataclass(frozen=True)
class _Library:
    """The named queries of a store, asked by name."""

    store: Store
    queries: Mapping[str, NamedQuery]

    def rows(self, name: str) -> Iterator[Row]:
        """The answer row by row, never all of it at once."""
        found = self._asked(name, {}, ordered=True)
        names = [variable.value for variable in found.variables]
        for solution in found:
            yield {name: plain(solution[name]) for name in names}

    def things(self, *classes: str) -> Iterator[Thing]:
        """The things of some classes, as they lie in the store."""
        for class_iri in classes:
            thing = Thing("")
            for iri, name, value in self._asked("page-things", {"class_iri": class_iri}, ordered=False):
                if iri.value != thing.iri:
                    if thing.iri:
                        yield thing
                    thing = Thing(iri.value)
                thing.said[name.value].append(plain(value))
            if thing.iri:
                yield thing

    def places(self, class_iri: str) -> Iterator[tuple[str, Values]]:
        """Where each thing of a class stands: start, end, section."""
        for thing, start, end, section in self._asked("page-places", {"class_iri": class_iri}, ordered=False):
            yield plain(thing), (_number(plain(start)), _number(plain(end)), plain(section))

    def _asked(self, name: str, values: Mapping[str, str], *, ordered: bool) -> ox.QuerySolutions:
        if name not in self.queries:
            raise QueryError(f"the site needs the query `{name}`, which is not in ontology/queries/pages")
        text = fill(self.queries[name], values)
        found = self.store.query(text if ordered else _UNORDERED.sub("", text))
        if not isinstance(found, ox.QuerySolutions):
            raise QueryError(f"the query `{name}` must be a SELECT")
        return found


_UNORDERED = re.compile(r"^ORDER BY [^\n]*\s*\Z", re.MULTILINE)


def read_atlas(store: Store, queries: Mapping[str, NamedQuery], quotes: Mapping[str, str], shelves: Shelves) -> Atlas:
    """Fills the shelves with what the pages show. Raises ``QueryError`` when a query of the site is missing from the library."""
    library = _Library(store, queries)
    atlas = Atlas(shelves, **_codebook(library))
    words = _Words({term.iri: term.word for term in atlas.terms}, _labels(library))
    _works(library, shelves, atlas)
    _studies(library, shelves, atlas, words)
    _findings(library, shelves, atlas, words, quotes)
    _references(library, shelves, atlas)
    _citations(library, shelves, atlas, words)
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


_SAME = {
    "label": v.RDFS_LABEL,
    "title": v.DCTERMS_TITLE,
    "authors": v.AUTHOR_LIST,
    "container": v.PRISM_PUBLICATION_NAME,
    "volume": v.PRISM_VOLUME,
    "issue": v.PRISM_NUMBER,
    "pages": v.PRISM_PAGE_RANGE,
    "doi": v.PRISM_DOI,
    "publisher": v.DC_PUBLISHER,
    "url": v.RDFS_SEE_ALSO,
    "note": v.SKOS_NOTE,
}
"""What the record of a work has as the graph says it."""
_KINDS = {v.PAPER, v.UNLISTED_WORK, v.FABIO_EXPRESSION}
"""The classes of works that say nothing of the form in which they were published."""


def _works(library: _Library, shelves: Shelves, atlas: Atlas) -> None:
    def read() -> Iterator[tuple[str, Values, Values]]:
        for thing in library.things(v.FABIO_EXPRESSION, v.UNLISTED_WORK):
            same = tuple(map(thing.one, _SAME.values()))
            if same[0]:
                kinds, year, key = thing.all(v.RDF_TYPE), _number(thing.one(v.YEAR)), thing.one(v.CITATION_KEY)
                yield thing.iri, (same[0], thing.iri), (thing.iri, key, year, kinds, *same)

    names = {folder: FileNames(folder) for folder in ("paper", "work")}
    values = values_of(Work)
    for n, ((iri, key, year, kinds, *same), _) in enumerate(shelves.ordered("works_read", read())):
        work = _work(iri, key, year, kinds, dict(zip(_SAME, same, strict=True)), names)
        atlas.works.put(n, iri, values(work))
        atlas.works_by_kind.put("paper" if work.paper else "work", n)


def _work(iri: str, key: str, year: int | None, kinds: tuple[str, ...], same: Row, files: Mapping[str, FileNames]) -> Work:
    paper, unlisted = v.PAPER in kinds, v.UNLISTED_WORK in kinds
    key = key or ("unlisted-" if unlisted else "") + iri.rstrip("/").rsplit("/", 1)[-1]
    kind = next((_last(k) for k in kinds if k not in _KINDS), "Publication")
    path = files["paper" if paper else "work"].path(key)
    return Work(iri=iri, key=key, year=year, type=_spaced(kind), paper=paper, unlisted=unlisted, path=path, **same)


def _last(iri: str) -> str:
    return re.split("[/#]", iri)[-1]


def _spaced(name: str) -> str:
    """``JournalArticle`` as ``journal article``."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


_FACET = {"country": v.DCTERMS_SPATIAL, "setting": v.SETTING, "design": v.DESIGN}


@dataclass(frozen=True)
class _Words:
    """What the terms that things point to are called: ``notations`` in the files, ``labels`` on pages, by IRI."""

    notations: Mapping[str, str]
    labels: Mapping[str, tuple[str, ...]]

    def notation(self, thing: Thing, name: str) -> str:
        """The word for a property's value; empty where it has none."""
        return self.notations.get(thing.one(name), "")

    def called(self, thing: Thing, name: str) -> tuple[str, ...]:
        """The labels of a property's values, each once, sorted."""
        return tuple(sorted({label for iri in thing.all(name) for label in self.labels.get(iri, ())}))


def _labels(library: _Library) -> dict[str, tuple[str, ...]]:
    """What the concepts of the graph and the people who coded are called."""
    labels = {agent.iri: agent.all(v.RDFS_LABEL) for agent in library.things(v.PROV_AGENT)}
    for row in library.rows("page-labels"):
        labels[row["concept"]] = (*labels.get(row["concept"], ()), row["label"])
    return labels


def _studies(library: _Library, shelves: Shelves, atlas: Atlas, words: _Words) -> None:
    def read() -> Iterator[tuple[str, Values, Values]]:
        for thing in library.things(v.STUDY):
            label, reported = thing.one(v.RDFS_LABEL), tuple(work for work in thing.all(v.REPORTED_IN) if work in atlas.works)
            if label and reported:
                made = (words.called(thing, _FACET[facet]) for facet in ("design", "country", "setting"))
                yield (
                    thing.iri,
                    (label, thing.iri),
                    (thing.iri, label, reported, *made, thing.one(v.PARTICIPANTS), thing.one(v.READ_IN)),
                )

    values = values_of(Study)
    for n, (found, _) in enumerate(shelves.ordered("studies_read", read())):
        study = Study(*found)
        atlas.studies.put(n, study.iri, values(study))
        for work in study.works:
            atlas.studies_by_work.put(work, n)
        for facet in FACETS:
            for value in study.told(facet):
                atlas.studies_by_facet.put(f"{facet}={value}", n)


def _findings(library: _Library, shelves: Shelves, atlas: Atlas, words: _Words, quotes: Mapping[str, str]) -> None:
    places = shelves.notes("finding_places", library.places(v.FINDING))
    effect_rank, role_rank = ({word: n for n, word in enumerate(order)} for order in (EFFECT_ORDER, ROLE_ORDER))

    def read() -> Iterator[tuple[str, Values, Values]]:
        for thing in library.things(v.FINDING):
            found = _finding(thing, places[thing.iri], atlas, words)
            if found.factor in atlas.factors and found.paper in atlas.works and found.effect in effect_rank and found.role in role_rank:
                order = (effect_rank[found.effect], role_rank[found.role], found.paper, found.start, found.end)
                yield found.iri, (found.factor, *order), values(found)

    # Within its factor a finding stands by effect and role, on the whole by paper and place.
    values = values_of(Finding)
    for n, (said, place) in enumerate(shelves.ordered("findings_read", read(), within=1)):
        finding = Finding(*said)
        finding = replace(finding, path=atlas.part_of(finding.factor, place // PART + 1))
        atlas.findings.put(n, finding.iri, values(finding))
        if finding.iri in quotes:
            atlas.quotes.put(n, finding.iri, (quotes[finding.iri],))
        _group(atlas, finding, n, place)
    places.done()


def _finding(thing: Thing, place: Values, atlas: Atlas, words: _Words) -> Finding:
    """A finding that does not know yet on which page it stands."""
    start, end, section = place or (None, None, "")
    return Finding(
        iri=thing.iri,
        id=thing.iri.rsplit("/", 1)[-1],
        factor=thing.one(v.ABOUT_FACTOR),
        effect=words.notation(thing, v.EFFECT),
        state=words.notation(thing, v.STATE),
        role=words.notation(thing, v.EVIDENCE_ROLE),
        statement=thing.one(v.STATEMENT),
        paper=thing.one(v.PROV_WAS_QUOTED_FROM),
        section=section,
        start=start,
        end=end,
        sources=tuple(work for work in thing.all(v.PROV_HAD_PRIMARY_SOURCE) if work in atlas.works),
        studies=tuple(study for study in thing.all(v.RESTS_ON) if study in atlas.studies),
        countries=words.called(thing, v.DCTERMS_SPATIAL),
        settings=words.called(thing, v.SETTING),
        phase=thing.one(v.PHASE),
        informant=thing.one(v.INFORMANT),
        strength=_number(thing.one(v.STRENGTH)),
        coders=words.called(thing, v.PROV_WAS_ATTRIBUTED_TO),
        date=thing.one(v.PROV_GENERATED_AT_TIME),
        note=thing.one(v.SKOS_NOTE),
        path="",
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
    of_list = shelves.notes("lists", ((whole.iri, (whole.one(v.FRBR_PART_OF),)) for whole in library.things(v.BIRO_REFERENCE_LIST)))

    def read() -> Iterator[tuple[str, Values, Values]]:
        for thing in library.things(v.BIRO_BIBLIOGRAPHIC_REFERENCE):
            whole, position, raw = of_list[thing.one(v.FRBR_PART_OF)], _number(thing.one(v.POSITION)), thing.one(_RAW)
            if whole and whole[0] in atlas.works and position is not None and raw:
                matched = thing.one(v.BIRO_REFERENCES)
                work = matched if matched in atlas.works else ""
                yield (
                    thing.iri,
                    (whole[0], position),
                    (thing.iri, *whole, position, raw, work, thing.one(v.MATCH_SCORE), thing.one(v.MATCH_REASON)),
                )

    for n, ((iri, *said), _) in enumerate(shelves.ordered("references_read", read())):
        atlas.references.put(n, iri, tuple(said))
        _under_paper_and_work(Reference(*said), n, atlas.references_by_paper, atlas.references_by_work)
    of_list.done()


_RAW = v.DCTERMS_BIBLIOGRAPHIC_CITATION


def _citations(library: _Library, shelves: Shelves, atlas: Atlas, words: _Words) -> None:
    places = shelves.notes("citation_places", library.places(v.C4O_IN_TEXT_REFERENCE_POINTER))

    def read() -> Iterator[tuple[str, Values, Values]]:
        for thing in library.things(v.C4O_IN_TEXT_REFERENCE_POINTER):
            citation = _citation(thing, places[thing.iri], atlas, words)
            if citation.paper in atlas.works and citation.status:
                yield thing.iri, (citation.paper, citation.start), (thing.iri, *values(citation))

    values = values_of(Citation)
    for n, ((iri, *said), _) in enumerate(shelves.ordered("citations_read", read())):
        atlas.citations.put(n, iri, tuple(said))
        _under_paper_and_work(Citation(*said), n, atlas.citations_by_paper, atlas.citations_by_work)
    places.done()


def _under_paper_and_work(entry: Reference | Citation, n: int, by_paper: Groups[Any], by_work: Groups[Any]) -> None:
    """Puts entry number ``n`` under the paper that it stands in and the work that it stands for, if that is known."""
    by_paper.put(entry.paper, n)
    if entry.work:
        by_work.put(entry.work, n)


def _citation(thing: Thing, place: Values, atlas: Atlas, words: _Words) -> Citation:
    start, end, _ = place or (None, None, "")
    work, entry = thing.one(v.RESOLVES_TO), thing.one(v.C4O_DENOTES)
    return Citation(
        paper=thing.one(v.FRBR_PART_OF),
        text=thing.one(v.C4O_HAS_CONTENT),
        kind=thing.one(v.KIND),
        status=words.notation(thing, v.STATUS),
        start=start,
        end=end,
        work=work if work in atlas.works else "",
        reference=atlas.references[entry].position if entry in atlas.references else None,
        note=thing.one(v.SKOS_NOTE),
        candidates=tuple(work for work in thing.all(v.CANDIDATE) if work in atlas.works),
    )


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
