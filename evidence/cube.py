"""Counts made once: the costly parts of the named queries, kept in the store as an RDF Data Cube in a named graph of their own.

A named query counts inside, in a sub-select with aggregates, or picks the first of a long list there, and looks labels up outside.
``refresh_cube`` asks each such sub-select once and stores its rows as ``qb:Observation``, a list as one table (``evidence.firsts``), and
beside them whole answers (``evidence.answers``). ``Counted`` is a store that reads these where a query would count or sort again. The rows
are the same, because the very text of the sub-select says what was counted; a sub-select that was not counted, or whose text has changed,
is simply counted when it is asked. Nothing is written without the counts being dropped: they would no longer be true.

Whoever changes few triples keeps the counts true with ``Following``: it drops in the same transaction what hangs on the triples, and puts
back at once what comes out of it, group by group (``evidence.increments``), to the triple what counting everything again would give. Whole
answers are not made again then: they are asked when somebody asks them, and remembered by the process that did.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

import pyoxigraph as ox

from evidence.answers import answer, as_table, digest_of, dropped, keep, kept, of_table, to_keep
from evidence.firsts import EXTENT, KEPT, Firsts, as_values
from evidence.increments import Changed, Now, Row, UnsureError, Way, may_touch, touched, touches, ways
from evidence.query import NamedQuery, read_queries, rows_of
from evidence.resources import resource
from evidence.sparql import exchange
from evidence.store import GraphStore, Results
from evidence.subselects import Part, parts
from evidence.vocabulary import DCTERMS_IDENTIFIER, DCTERMS_TITLE, PREFIXES, RDF_TYPE

QB: Final = "http://purl.org/linked-data/cube#"
_SOME_GRAPHS: Final = re.compile(r"\b(?:FROM|GRAPH)\b", re.IGNORECASE)
_TERM: Final = re.compile(r"\b(\w+):(\w+)")
_PREFIX: Final = re.compile(r"PREFIX\s+([^\s:]*)\s*:\s*<([^>]*)>", re.IGNORECASE)


def refresh_cube(store: GraphStore, base: str, queries: Mapping[str, NamedQuery] | None = None) -> int:
    """Counts all that the named queries count, and puts it in the place of earlier counts; returns the number of observations.

    ``base`` is the workspace's; the counts are in the graph ``<base>graph/cube``. Raises ``StoreError``.
    """
    store.replace_graph(cube_graph(base), ())
    number = recount(store, base, queries)
    keep_answers(store, base, queries)
    return number


def recount(store: GraphStore, base: str, queries: Mapping[str, NamedQuery] | None = None) -> int:
    """Counts what is not counted, or was ``outdated``; returns the number of new observations. Raises ``StoreError``."""
    before = Counted(store).slices
    due = [(name, part) for name, part in counted(_known(queries)) if part.digest not in before]
    counts = [triple for name, part in due for triple in _slice(store, base, name, part)]
    datasets = " ".join(f"<{_dataset(base, name, part)}>" for name, part in due)
    observations = f"VALUES ?counts {{ {datasets} }} ?old <{QB}dataSet> ?counts ; ?p ?v"
    _renew(store, base, counts, f"{{ {observations} }} UNION {{ VALUES ?old {{ {datasets} }} ?old ?p ?v }}")
    return sum(t.object == _OBSERVATION for t in counts)


def keep_answers(store: GraphStore, base: str, queries: Mapping[str, NamedQuery] | None = None) -> None:
    """Keeps the whole answers that are not kept, or were dropped. Raises ``StoreError``."""
    with_counts = Counted(store)
    due = [(name, sparql) for name, sparql in to_keep(_known(queries)) if digest_of(sparql) not in with_counts.answers]
    answers = [triple for name, sparql in due for triple in keep(with_counts, base, name, sparql)]
    subjects = " ".join(sorted({str(triple.subject) for triple in answers}))
    _renew(store, base, answers, f"VALUES ?old {{ {subjects} }} ?old ?p ?v")


def outdated(base: str, terms: Iterable[str], queries: Mapping[str, NamedQuery] | None = None) -> str:
    """A SPARQL update after which no count is found that hangs on these terms (predicates and classes); ``recount`` makes them anew.

    To be carried out together with what changes the graph, so that no reader ever sees counts of what is gone.
    """
    known, changed = _known(queries), set(terms)
    texts = [*((part.digest, part.text) for _, part in counted(known)), *((digest_of(s), s) for _, s in to_keep(known))]
    return _dropped(base, [digest for digest, text in texts if changed & terms_of(text)])


class Following:
    """Keeps the counts of a store true while a few triples of it change. To be made before they do; ``drops`` is an update to be carried
    out together with the change, ``renew`` is called after it.

    What cannot be followed is dropped and counted again by ``renew``; of whole answers those that may have changed stay dropped.
    """

    def __init__(self, store: GraphStore, base: str, triples: Iterable[ox.Triple], queries: Mapping[str, NamedQuery] | None = None) -> None:
        changed = Changed(triples)
        self._store, self._base, self._changed, self._known = store, base, changed, _known(queries)
        have = Counted(store)
        self._parts = [_Followed.of(store, base, name, part, changed) for name, part in counted(self._known) if part.digest in have.slices]
        self._parts = [followed for followed in self._parts if followed.touched]
        texts = [text for _, text in to_keep(self._known) if digest_of(text) in have.answers and may_touch(text, changed)]
        self._answers = {text: have.answers[digest_of(text)] for text in texts}
        self._stale = {text for text in texts if touched(store, text, changed)}

    @property
    def drops(self) -> str:
        """An update after which nothing is found that hangs on the triples."""
        return _dropped(self._base, [*(followed.part.digest for followed in self._parts), *map(digest_of, self._answers)])

    def renew(self) -> None:
        """Puts back, in one transaction, what is true again, and counts the rest. Raises ``StoreError``."""
        now = Now(self._store)
        gone: set[ox.Triple] = set()
        come: set[ox.Triple] = set()
        for followed in self._parts:
            with suppress(UnsureError):
                went, came = followed.renewed(now)
                gone |= went
                come |= came
        for text, iri in self._answers.items():
            if text not in self._stale and not touched(self._store, text, self._changed):
                come.add(_named(iri, digest_of(text)))
        self._store.update(exchange(cube_graph(self._base), gone - come, come - gone))
        recount(self._store, self._base, self._known)


@dataclass(frozen=True)
class _Followed:
    """A sub-select whose rows are followed: the ways to do it, each with what it noted before the change."""

    dataset: str
    part: Part
    touched: bool
    ways: tuple[tuple[Way, Any], ...] = ()

    @classmethod
    def of(cls, store: GraphStore, base: str, name: str, part: Part, changed: Changed) -> _Followed:
        dataset = _dataset(base, name, part)
        try:
            found = touches(part.text, changed)
        except UnsureError:
            return cls(dataset, part, True)
        noted: list[tuple[Way, Any]] = []
        for way in ways(part, found) if found else ():
            with suppress(UnsureError):
                noted.append((way, way.note(store)))
                if way.sure:
                    break
        return cls(dataset, part, bool(found), tuple(noted))

    def renewed(self, now: Now) -> tuple[set[ox.Triple], set[ox.Triple]]:
        """The triples of the counts that went and that came. Raises ``UnsureError``."""
        firsts = Firsts.kept_at(now.store, self.dataset, self.part) if self.part.limit else None
        kept = firsts.having if firsts else partial(_kept_rows, now.store, self.dataset, self.part)
        is_true = _named(self.dataset, self.part.digest)
        for way, noted in self.ways:
            with suppress(UnsureError):
                went, came = way.rows(now, noted, kept)
                if firsts:
                    return firsts.triples(self.dataset), {*firsts.with_changes(went, came, KEPT).triples(self.dataset), is_true}
                return set(_observations(self.dataset, self.part, went)), {*_observations(self.dataset, self.part, came), is_true}
        raise UnsureError


def terms_of(sparql: str) -> set[str]:
    """The IRIs that a query's text has as prefixed names."""
    return {PREFIXES[prefix] + name for prefix, name in _TERM.findall(sparql) if prefix in PREFIXES}


def _known(queries: Mapping[str, NamedQuery] | None) -> Mapping[str, NamedQuery]:
    return queries or read_queries(resource("ontology", "queries"))


def _dropped(base: str, digests: Iterable[str]) -> str:
    """An update after which counts and answers known by these digests are not found."""
    found = f"GRAPH <{cube_graph(base)}> {{ ?counts <{DCTERMS_IDENTIFIER}> ?digest }}"
    listed = " ".join(f'"{digest}"' for digest in digests)
    return f"DELETE {{ {found} }} WHERE {{ VALUES ?digest {{ {listed} }} {found} }}"


def cube_graph(base: str) -> str:
    """The named graph of a workspace's counts."""
    return f"{base}graph/cube"


def counted(queries: Mapping[str, NamedQuery]) -> Iterator[tuple[str, Part]]:
    """The outermost sub-selects of named queries that hang on no parameter which must be given (but for the limit), each once, with the
    name of the first query."""
    seen = set()
    for query in queries.values():
        needed = [p.name for p in query.parameters if p.default != ""]
        done = 0
        for part in parts(query.text):
            if part.start >= done and not any(f"?_{name}" in part.text for name in needed):
                done = part.end
                if part.digest not in seen:
                    seen.add(part.digest)
                    yield query.name, part


class Counted:
    """A store that answers from the counts where it can. Writing through it drops the counts."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._slices, self._extents = _slices(store)
        self._answers = kept(store)
        self._asked: dict[str, bytes] = {}

    @property
    def slices(self) -> Mapping[str, str]:
        """What was counted: the digest of the sub-select to the IRI of its data set."""
        return self._slices

    @property
    def answers(self) -> Mapping[str, str]:
        """What is answered whole: the digest of the query to the IRI of its answer."""
        return self._answers

    def query(self, sparql: str) -> Results:
        """Answers a query; as the store beneath, only sooner."""
        known = answer(self._store, self._answers, sparql)
        if known is None and digest_of(sparql) in self._due:
            known = self._remembered(sparql)
        return self._store.query(self.rewritten(sparql)) if known is None else known

    @cached_property
    def _due(self) -> frozenset[str]:
        return dropped(self._store)

    def _remembered(self, sparql: str) -> Results:
        """The answer to a query whose answer was kept until something changed: asked once."""
        digest = digest_of(sparql)
        if digest not in self._asked:
            self._asked[digest] = as_table(self._store.query(self.rewritten(sparql)))
        return of_table(self._asked[digest])

    def rewritten(self, sparql: str) -> str:
        """The query with each sub-select that was counted put as a look-up of its observations; as it is where it asks single graphs (the
        counts are of all of them) or means other things by our prefixes."""
        if _SOME_GRAPHS.search(sparql) or any(PREFIXES.get(prefix, iri) != iri for prefix, iri in _PREFIX.findall(sparql)):
            return sparql
        out, done = [], 0
        for number, part in enumerate(parts(sparql)):
            dataset = self._slices.get(part.digest)
            if dataset and part.start >= done and self._is_known(part):
                out += [sparql[done : part.start], self._lookup(part, dataset, number)]
                done = part.end
        return "".join([*out, sparql[done:]])

    def _lookup(self, part: Part, dataset: str, number: int) -> str:
        return as_values(self._store, dataset, int(part.limit)) if part.limit else _lookup(part, dataset, number)

    def _is_known(self, part: Part) -> bool:
        """Whether all rows that a sub-select asks for are kept."""
        return not part.limit or (part.limit.isdecimal() and int(part.limit) <= self._extents.get(part.digest, 0))

    def update(self, sparql: str) -> None:
        """Carries out an update, after dropping the counts."""
        self._forget()
        self._store.update(sparql)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Adds quads, after dropping the counts."""
        self._forget()
        self._store.load(quads)

    def replace_graph(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Replaces a named graph, after dropping the counts."""
        self._forget()
        self._store.replace_graph(graph, triples)

    def __len__(self) -> int:
        return len(self._store)

    def _forget(self) -> None:
        for base in {iri.rpartition("cube/")[0] for iri in (*self._slices.values(), *self._answers.values())}:
            self._store.replace_graph(cube_graph(base), ())
        self._slices, self._extents, self._answers, self._asked, self._due = {}, {}, {}, {}, frozenset()


_OBSERVATION: Final = ox.NamedNode(QB + "Observation")


def _slices(store: GraphStore) -> tuple[dict[str, str], dict[str, int]]:
    """By the digest of each sub-select the IRI of its data set or list, and of a list how far it is kept."""
    pattern = f"{{ ?dataset a <{QB}DataSet> }} UNION {{ ?dataset <{EXTENT}> ?extent }} ?dataset <{DCTERMS_IDENTIFIER}> ?digest"
    found = rows_of(store.query(f"SELECT ?digest ?dataset ?extent {{ {pattern} }}")).records()
    return {row["digest"]: row["dataset"] for row in found}, {row["digest"]: int(row["extent"]) for row in found if row["extent"]}


def _slice(store: GraphStore, base: str, name: str, part: Part) -> list[ox.Triple]:
    """What keeps the rows of one sub-select: a data set of the cube, with its structure and an observation for each row, or the first rows
    of a list. Nothing at all where a row has an empty cell or stands twice, because a look-up would lose that row."""
    rows = rows_of(store.query(f"{part.text} LIMIT {KEPT}" if part.limit else part.text))
    whole = tuple(tuple(cell for cell in row if cell is not None) for row in rows.rows)
    dataset = _dataset(base, name, part)
    if any(len(row) < len(rows.columns) for row in whole) or len({_name(dataset, part, row) for row in whole}) < len(whole):
        return []
    if part.limit:
        title = ox.Triple(ox.NamedNode(dataset), ox.NamedNode(DCTERMS_TITLE), ox.Literal(f"first rows of {name}"))
        return [title, _named(dataset, part.digest), *Firsts(part, whole, KEPT).triples(dataset)]
    return [*_structure(dataset, name, part), *_observations(dataset, part, whole)]


def _observations(dataset: str, part: Part, rows: Iterable[Row]) -> Iterator[ox.Triple]:
    """The observations for rows."""
    for row in rows:
        observation = _name(dataset, part, row)
        yield ox.Triple(observation, ox.NamedNode(RDF_TYPE), _OBSERVATION)
        yield ox.Triple(observation, ox.NamedNode(QB + "dataSet"), ox.NamedNode(dataset))
        for (variable, _), cell in zip(part.variables, row, strict=True):
            yield ox.Triple(observation, ox.NamedNode(f"{dataset}#{variable}"), cell)


def _name(dataset: str, part: Part, row: Row) -> ox.NamedNode:
    """The observation that a row is, called after what it is counted by."""
    told = "|".join(str(cell) for cell, (_, is_count) in zip(row, part.variables, strict=True) if not is_count)
    return ox.NamedNode(f"{dataset}/{hashlib.sha256(told.encode()).hexdigest()[:16]}")


def _kept_rows(store: GraphStore, dataset: str, part: Part, columns: Sequence[str], values: Iterable[Row]) -> list[Row]:
    """The rows kept whose cells in some columns are one of these; without a column all."""
    told = " ".join(f"({' '.join(map(str, row))})" for row in values)
    chosen = f"VALUES ({' '.join(f'?{name}' for name in columns)}) {{ {told} }}" if columns else ""
    names = sorted((name for name, _ in part.variables), key=lambda name: name not in columns)
    cells = " ".join(f"?observation <{dataset}#{name}> ?{name} ." for name in names)
    shown = " ".join(f"?{name}" for name, _ in part.variables)
    rows = rows_of(store.query(f"SELECT {shown} {{ {chosen} {cells} }}")).rows
    return [tuple(cell for cell in row if cell is not None) for row in rows]


def _named(iri: str, digest: str) -> ox.Triple:
    """What says that counts or an answer are true."""
    return ox.Triple(ox.NamedNode(iri), ox.NamedNode(DCTERMS_IDENTIFIER), ox.Literal(digest))


def _dataset(base: str, name: str, part: Part) -> str:
    return f"{base}cube/{name}-{part.digest}"


def _renew(store: GraphStore, base: str, triples: Sequence[ox.Triple], outdated: str) -> None:
    """Puts triples into the graph of the counts, for those that a pattern finds there (``?old ?p ?v``)."""
    graph = cube_graph(base)
    (found,) = rows_of(store.query(f"ASK {{ GRAPH <{graph}> {{ {outdated} }} }}")).records()
    if found["answer"] == "true":
        store.update(f"DELETE {{ GRAPH <{graph}> {{ ?old ?p ?v }} }} WHERE {{ GRAPH <{graph}> {{ {outdated} }} }}")
    name = ox.NamedNode(graph)
    store.load(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)


def _structure(dataset: str, name: str, part: Part) -> Iterator[ox.Triple]:
    def say(subject: str, predicate: str, value: str | ox.Literal) -> ox.Triple:
        return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value) if isinstance(value, str) else value)

    structure = f"{dataset}#structure"
    yield say(dataset, RDF_TYPE, QB + "DataSet")
    yield say(dataset, DCTERMS_TITLE, ox.Literal(f"counts of {name}"))
    yield say(dataset, DCTERMS_IDENTIFIER, ox.Literal(part.digest))
    yield say(dataset, QB + "structure", structure)
    yield say(structure, RDF_TYPE, QB + "DataStructureDefinition")
    for variable, is_count in part.variables:
        role, kind = ("measure", "MeasureProperty") if is_count else ("dimension", "DimensionProperty")
        component, term = f"{structure}-{variable}", f"{dataset}#{variable}"
        yield say(structure, QB + "component", component)
        yield say(component, RDF_TYPE, QB + "ComponentSpecification")
        yield say(component, QB + role, term)
        yield say(term, RDF_TYPE, QB + kind)


def _lookup(part: Part, dataset: str, number: int) -> str:
    """The pattern that binds the variables of a sub-select from its observations."""
    one = f"?observation{number}"
    return f"{{ {' '.join(f'{one} <{dataset}#{variable}> ?{variable} .' for variable, _ in part.variables)} }}"
