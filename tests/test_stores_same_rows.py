"""The same named query gives the same rows, in the same order, on every store: memory, disk, rdflib's own engine, Virtuoso."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import virtuoso
from conftest import skip_or_fail

from evidence import graph
from evidence.pipeline import graphs_of, read_corpus
from evidence.query import NamedQuery, fill, plain, read_queries, rows_of
from evidence.store import GraphStore, Store
from evidence.workspace import find_workspace

ROOT = Path(__file__).resolve().parents[1]
QUERIES = read_queries(ROOT / "ontology" / "queries")
Table = list[tuple[object, ...]]
PICKS = {
    "factor_iri": "SELECT ?x { ?f ea:aboutFactor ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x LIMIT 1",
    "paper_iri": "SELECT ?x { ?f prov:wasQuotedFrom ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x LIMIT 1",
    "work_iri": "SELECT ?x { ?f prov:hadPrimarySource ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x LIMIT 1",
    "study_iri": "SELECT ?x { ?f ea:restsOn ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x LIMIT 1",
    "finding_iri": "SELECT ?x { ?x a ea:Finding } ORDER BY ?x LIMIT 1",
}
"""Queries for the value of each parameter that is an IRI: what the graph says most about."""
WORDS = {"min_passages": "1", "min_papers": "1", "text": "super", "level": "meso"}


def sample() -> list[ox.Quad]:
    ontology = ox.NamedNode("urn:ontology")
    known = ox.parse(path=str(ROOT / "ontology" / "evidence.ttl"))
    return [*(ox.Quad(*q.triple, ontology) for q in known), *ox.parse(path=str(ROOT / "tests" / "data" / "sample.trig"))]


def shipped() -> list[ox.Quad]:
    workspace = find_workspace(ROOT)
    names, graphs = graphs_of(workspace, read_corpus(workspace))
    return list(graph.quads(names, graphs))


@pytest.fixture(scope="module", params=[sample, shipped], ids=["sample", "shipped"])
def quads(request: pytest.FixtureRequest) -> list[ox.Quad]:
    made: Callable[[], list[ox.Quad]] = request.param
    return made()


@pytest.fixture(scope="module")
def memory(quads: list[ox.Quad]) -> Store:
    return Store.in_memory(quads)


@pytest.fixture(scope="module")
def values(memory: Store) -> dict[str, str]:
    return WORDS | {name: plain(rows_of(memory.query(pick)).rows[0][0]) for name, pick in PICKS.items()}


@pytest.fixture(scope="module")
def expected(memory: Store, values: dict[str, str]) -> dict[str, Table]:
    return {name: rows(memory, query, values) for name, query in QUERIES.items()}


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory, quads: list[ox.Quad]) -> Iterator[GraphStore]:
    if not virtuoso.installed():
        skip_or_fail("virtuoso", "Virtuoso is not installed (apt-get install virtuoso-opensource)")
    with virtuoso.running(tmp_path_factory.mktemp("virtuoso")) as endpoint:
        endpoint.load(quads)
        yield endpoint


def filled(query: NamedQuery, values: dict[str, str]) -> str:
    return fill(query, {p.name: values.get(p.name, p.default or "") for p in query.parameters})


def same(text: str) -> object:
    """A value as all engines would show it: numbers as numbers, times in UTC written one way, what is missing as ``""``."""
    try:
        return Decimal(text).normalize()
    except InvalidOperation:
        return re.sub(r"(T[\d:.]+)Z$", r"\1+00:00", text)


def rows(store: GraphStore, query: NamedQuery, values: dict[str, str]) -> Table:
    return [tuple(same(plain(cell)) for cell in row) for row in rows_of(store.query(filled(query, values))).rows]


def test_disk_gives_the_rows_of_memory(quads: list[ox.Quad], values: dict[str, str], expected: dict[str, Table], tmp_path: Path) -> None:
    Store.create(tmp_path / "store", quads)
    store = Store.open(tmp_path / "store")
    assert {name: rows(store, query, values) for name, query in QUERIES.items()} == expected


def test_rdflib_gives_the_rows_of_memory(quads: list[ox.Quad], values: dict[str, str], expected: dict[str, Table]) -> None:
    if len(quads) > 5_000:
        pytest.skip("rdflib takes minutes for the shipped graph; the sample has every case")
    reference = rdflib.Graph()
    reference.parse(data=ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES), format="nt")
    for name, query in QUERIES.items():
        answer = reference.query(filled(query, values))
        assert [tuple(same("" if cell is None else str(cell)) for cell in row) for row in answer] == expected[name], name  # type: ignore[union-attr]


def test_virtuoso_gives_the_rows_of_memory(remote: GraphStore, values: dict[str, str], expected: dict[str, Table]) -> None:
    assert {name: rows(remote, query, values) for name, query in QUERIES.items()} == expected
