"""Counts made once: the costly parts of the named queries, kept in the store as an RDF Data Cube in a named graph of their own.

A named query counts inside, in a sub-select with aggregates, or picks the first of a long list there, and looks labels up outside.
``refresh_cube`` asks each such sub-select once and stores its rows as ``qb:Observation``, in their order, and beside them whole answers
(``evidence.answers``). ``Counted`` is a store that reads these where a query would count or sort again. The rows are the same, because the
very text of the sub-select says what was counted; a sub-select that was not counted, or whose text has changed, is simply counted when it
is asked. Nothing is written without the counts being dropped: they would no longer be true.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from evidence.answers import answer, digest_of, keep, kept, to_keep
from evidence.query import NamedQuery, read_queries, rows_of
from evidence.resources import resource
from evidence.store import GraphStore, Results
from evidence.vocabulary import DCTERMS_TITLE, PREFIXES, RDF_TYPE

QB: Final = "http://purl.org/linked-data/cube#"
_DIGEST: Final = "http://purl.org/dc/terms/identifier"
_AGGREGATE: Final = re.compile(r"\b(?:COUNT|SUM|MIN|MAX|AVG)\s*\(", re.IGNORECASE)
_SOME_GRAPHS: Final = re.compile(r"\b(?:FROM|GRAPH)\b", re.IGNORECASE)
_PREFIX: Final = re.compile(r"PREFIX\s+([^\s:]*)\s*:\s*<([^>]*)>", re.IGNORECASE)


KEPT: Final = 2_000
"""Of an ordered list so many rows are kept; more are picked and sorted when they are asked for."""


@dataclass(frozen=True)
class Part:
    """A costly sub-select: ``text`` from ``SELECT`` to its end without a ``LIMIT``, which is in ``limit`` (a number, ``?_limit``, or
    empty), and where the braces around it stand (offsets into the query)."""

    text: str
    limit: str
    start: int
    end: int

    @property
    def digest(self) -> str:
        """What the sub-select is known by: its text, however it is laid out."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:16]

    @property
    def variables(self) -> tuple[tuple[str, bool], ...]:
        """The variables that it selects, in order, each with whether it is a count (``(... AS ?n)``) or a thing counted by."""
        clause = re.split(r"\bWHERE\b", self.text, maxsplit=1)[0]
        return tuple((m[1] or m[2], bool(m[1])) for m in _SELECTED.finditer(_flat(clause)))


_SELECTED: Final = re.compile(r"\(AS \?(\w+)\)|\?(\w+)")
_TERM: Final = re.compile(r"\b(\w+):(\w+)")
_LIMIT: Final = re.compile(r"\bLIMIT\s+(\d+|\?_\w+)\s*$", re.IGNORECASE)
_OPENING: Final = re.compile(r"\{\s*(?=SELECT\b)", re.IGNORECASE)


def parts(sparql: str) -> Iterator[Part]:
    """The sub-selects that count or that take the first of an ordered list, an outer one before those inside it.

    The text is one of ours or close to it: a brace in a string or an IRI ends the search.
    """
    for opening in _OPENING.finditer(sparql):
        end = _closing(sparql, opening.start())
        text = sparql[opening.end() : end - 1].strip()
        limit = _LIMIT.search(text)
        if end and (limit or _AGGREGATE.search(text.partition("{")[0])):
            yield Part(text[: limit.start()].rstrip() if limit else text, limit[1] if limit else "", opening.start(), end)


def refresh_cube(store: GraphStore, base: str, queries: Mapping[str, NamedQuery] | None = None) -> int:
    """Counts all that the named queries count, and puts it in the place of earlier counts; returns the number of observations.

    ``base`` is the workspace's; the counts are in the graph ``<base>graph/cube``. Raises ``StoreError``.
    """
    store.replace_graph(cube_graph(base), ())
    return recount(store, base, queries)


def recount(store: GraphStore, base: str, queries: Mapping[str, NamedQuery] | None = None) -> int:
    """Counts what is not counted, or was ``outdated``; returns the number of new observations. Raises ``StoreError``."""
    known, before = queries or read_queries(resource("ontology", "queries")), Counted(store)
    parts_due = [(name, part) for name, part in counted(known) if part.digest not in before.slices]
    counts = [triple for name, part in parts_due for triple in _slice(store, base, name, part)]
    datasets = " ".join(f"<{_dataset(base, name, part)}>" for name, part in parts_due)
    _renew(store, base, counts, f"VALUES ?counts {{ {datasets} }} ?old <{QB}dataSet> ?counts ; ?p ?v")
    with_counts = Counted(store)
    due = [(name, sparql) for name, sparql in to_keep(known) if digest_of(sparql) not in before.answers]
    answers = [triple for name, sparql in due for triple in keep(with_counts, base, name, sparql)]
    subjects = " ".join(sorted({str(triple.subject) for triple in answers}))
    _renew(store, base, answers, f"VALUES ?old {{ {subjects} }} ?old ?p ?v")
    return sum(t.object == _OBSERVATION for t in counts)


def outdated(base: str, terms: Iterable[str], queries: Mapping[str, NamedQuery] | None = None) -> str:
    """A SPARQL update after which no count is found that hangs on these terms (predicates and classes); ``recount`` makes them anew.

    To be carried out together with what changes the graph, so that no reader ever sees counts of what is gone.
    """
    known, changed = queries or read_queries(resource("ontology", "queries")), set(terms)
    texts = [*((part.digest, part.text) for _, part in counted(known)), *((digest_of(s), s) for _, s in to_keep(known))]
    sound = ", ".join(f'"{digest}"' for digest, text in texts if not changed & terms_of(text))
    found = f"GRAPH <{cube_graph(base)}> {{ ?counts <{_DIGEST}> ?digest }}"
    return f"DELETE {{ {found} }} WHERE {{ {found} FILTER(?digest NOT IN ({sound})) }}"


def terms_of(sparql: str) -> set[str]:
    """The IRIs that a query's text has as prefixed names."""
    return {PREFIXES[prefix] + name for prefix, name in _TERM.findall(sparql) if prefix in PREFIXES}


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
        self._slices = _slices(store)
        self._answers = kept(store)

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
        return self._store.query(self.rewritten(sparql)) if known is None else known

    def rewritten(self, sparql: str) -> str:
        """The query with each sub-select that was counted put as a look-up of its observations; as it is where it asks single graphs (the
        counts are of all of them) or means other things by our prefixes."""
        if _SOME_GRAPHS.search(sparql) or any(PREFIXES.get(prefix, iri) != iri for prefix, iri in _PREFIX.findall(sparql)):
            return sparql
        out, done = [], 0
        for number, part in enumerate(parts(sparql)):
            dataset = self._slices.get(part.digest)
            if dataset and part.start >= done and (not part.limit or (part.limit.isdecimal() and int(part.limit) <= KEPT)):
                out += [sparql[done : part.start], _lookup(part, dataset, number)]
                done = part.end
        return "".join([*out, sparql[done:]])

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
        self._slices, self._answers = {}, {}


_OBSERVATION: Final = ox.NamedNode(QB + "Observation")


def _slices(store: GraphStore) -> dict[str, str]:
    found = rows_of(store.query(f"SELECT ?digest ?dataset {{ ?dataset a <{QB}DataSet> ; <{_DIGEST}> ?digest }}"))
    return {row["digest"]: row["dataset"] for row in found.records()}


def _slice(store: GraphStore, base: str, name: str, part: Part) -> list[ox.Triple]:
    """One data set of the cube: its structure and an observation for each row. None at all where a row has an empty cell, because a look-up
    would lose that row."""
    rows = rows_of(store.query(f"{part.text} LIMIT {KEPT}" if part.limit else part.text))
    if any(cell is None for row in rows.rows for cell in row):
        return []
    dataset = _dataset(base, name, part)
    out = list(_structure(dataset, name, part))
    of = ox.NamedNode(QB + "dataSet")
    predicates = [ox.NamedNode(f"{dataset}#{variable}") for variable, _ in part.variables]
    order = ox.NamedNode(f"{dataset}#order")
    kind, whole = ox.NamedNode(RDF_TYPE), ox.NamedNode(dataset)
    for number, row in enumerate(rows.rows):
        observation = ox.NamedNode(f"{dataset}/{number}")
        out += [ox.Triple(observation, kind, _OBSERVATION), ox.Triple(observation, of, whole)]
        out += [ox.Triple(observation, p, cell) for p, cell in zip(predicates, row, strict=True) if cell is not None]
        if part.limit:
            out.append(ox.Triple(observation, order, ox.Literal(number)))
    return out


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
    yield say(dataset, _DIGEST, ox.Literal(part.digest))
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
    """The pattern that binds the variables of a sub-select from its observations, of a list the first ones only."""
    one = f"?observation{number}"
    cells = " ".join(f"{one} <{dataset}#{variable}> ?{variable} ." for variable, _ in part.variables)
    if not part.limit:
        return f"{{ {cells} }}"
    first = f"{one} <{dataset}#order> ?order{number} . FILTER(?order{number} < {part.limit})"
    names = " ".join(f"?{variable}" for variable, _ in part.variables)
    return f"{{ SELECT {names} WHERE {{ {first} {cells} }} LIMIT {part.limit} }}"


def _closing(text: str, opening: int) -> int:
    """The offset after the brace that closes the one at ``opening``; 0 when none does."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(text, opening):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.end()
    return 0


def _flat(clause: str) -> str:
    """A SELECT clause with every expression gone but for its name: ``?a (AS ?n)``."""
    out, depth, begun = [], 0, 0
    for at, letter in enumerate(clause):
        if letter == "(":
            begun = at if depth == 0 else begun
            depth += 1
        elif letter == ")":
            depth -= 1
            named = re.search(r"\bAS\s+\?(\w+)\s*$", clause[begun:at], re.IGNORECASE)
            out.append(f"(AS ?{named[1]})" if depth == 0 and named else "")
        elif depth == 0:
            out.append(letter)
    return "".join(out)
