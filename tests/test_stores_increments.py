"""Counts that follow a change, group by group, are to the triple what counting everything again gives."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_stores_same_rows import QUERIES, sample

from evidence import cube, increments, renewing
from evidence.cube import Counted, cube_graph, recount, refresh_cube
from evidence.query import NamedQuery, ask, fill, rows_of
from evidence.renewing import put
from evidence.store import Store
from evidence.subselects import unfolded

B = "https://w3id.org/evidence-atlas/sample/"
CUBE = ox.NamedNode(cube_graph(B))
FREE = {name: query for name, query in QUERIES.items() if "site" not in query.tags and all(p.default is not None for p in query.parameters)}
CEDAR = f"{B}graph/bib/findings/cedar2020.csv"


def graphs() -> dict[str, set[ox.Triple]]:
    """The named graphs of the sample, but for the ontology."""
    out: dict[str, set[ox.Triple]] = {}
    for quad in sample():
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(B):
            out.setdefault(quad.graph_name.value, set()).add(quad.triple)
    return out


GRAPHS = graphs()
SAID = sorted({t for triples in GRAPHS.values() for t in triples}, key=str)


def changed(triples: set[ox.Triple], rng: random.Random) -> set[ox.Triple]:
    """The triples of a graph as another coding of the same source might have them: some gone, some about other things, some things gone,
    some things called otherwise."""
    out = set()
    subjects = sorted({t.subject for t in triples}, key=str)
    gone = {subject for subject in subjects if rng.random() < 0.1}
    renamed = {subject: ox.NamedNode(f"{B}other/{rng.randrange(9)}") for subject in subjects if rng.random() < 0.1}
    for triple in sorted(triples, key=str):
        value = triple.object
        if rng.random() < 0.25:
            value = rng.choice([t.object for t in SAID if t.predicate == triple.predicate])
        if triple.subject not in gone and rng.random() > 0.05:
            out.add(ox.Triple(renamed.get(triple.subject, triple.subject), triple.predicate, value))
    return out


def replaced(store: Store, graph: str, triples: set[ox.Triple]) -> None:
    """Replaces a graph; a triple that stands in another graph is left out, because each stands in one only."""
    before = set(store.in_graph(graph))
    triples = triples - ({q.triple for q in store.dump() if q.graph_name != CUBE} - before)
    put(store, B, {graph: triples}, before ^ triples)


def counts_in(store: Store) -> set[ox.Triple]:
    """All that the cube says, but for the whole answers."""
    return {t for t in store.in_graph(CUBE.value) if "/cube/answer-" not in str(t.subject)}


def without_counts(store: Store) -> Store:
    return Store.in_memory(q for q in store.dump() if q.graph_name != CUBE)


def answer(store: Counted | Store, query: NamedQuery, **values: str) -> list[str]:
    """The rows of a query, in an order of ours: a finding that two codings gave two statements has them in any order."""
    return sorted(map(str, ask(store, query, values).rows))


@pytest.fixture(scope="module")
def counted_quads() -> list[ox.Quad]:
    """The sample with its counts."""
    store = Store.in_memory(sample())
    refresh_cube(store, B)
    return list(store.dump())


@settings(max_examples=8)
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(GRAPHS)), st.integers(0, 10_000)), min_size=1, max_size=4))
def test_counts_after_any_changes_are_the_counts_of_counting_again(counted_quads: list[ox.Quad], steps: list[tuple[str, int]]) -> None:
    store = Store.in_memory(counted_quads)
    for graph, seed in steps:
        replaced(store, graph, changed(GRAPHS[graph], random.Random(seed)))
    counts, plain = Counted(store), without_counts(store)
    for name, query in FREE.items():
        assert answer(counts, query) == answer(plain, query), name
    recount(plain, B)
    assert counts_in(store) == counts_in(plain)


@pytest.mark.parametrize("seed", range(3))
def test_the_beginning_of_a_list_stays_its_beginning_as_it_gets_shorter(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(cube, "KEPT", 8)
    monkeypatch.setattr(increments, "FEW", 2)
    monkeypatch.setattr(increments, "AT_ONCE", 3)
    store = Store.in_memory(sample())
    refresh_cube(store, B)
    rng = random.Random(seed)
    for graph in rng.choices([name for name in sorted(GRAPHS) if "/bib/" in name], k=3):
        replaced(store, graph, changed(GRAPHS[graph], rng))
    counts, plain = Counted(store), without_counts(store)
    for name, query in FREE.items():
        if any(p.name == "limit" for p in query.parameters):
            for limit in ("1", "4", "7"):
                assert answer(counts, query, limit=limit) == answer(plain, query, limit=limit), name


@pytest.mark.parametrize("kind", ["findings", "citations", "lists"])
def test_nothing_is_counted_again_for_a_paper(counted_quads: list[ox.Quad], monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    store = Store.in_memory(counted_quads)
    before = Counted(store)
    monkeypatch.setattr(cube, "_slice", lambda *_: pytest.fail("something is counted again"))
    graph = f"{B}graph/bib/{kind}/cedar2020.csv"
    replaced(store, graph, changed(GRAPHS[graph], random.Random(5)))
    after = Counted(store)
    assert after.slices == before.slices
    assert 0 < len(after.answers) < len(before.answers)


def test_after_many_changes_everything_is_counted_again(counted_quads: list[ox.Quad], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing, "MANY", 3)
    store = Store.in_memory(counted_quads)
    replaced(store, CEDAR, set())
    assert Counted(store).answers == Counted(Store.in_memory(counted_quads)).answers
    plain = without_counts(store)
    recount(plain, B)
    assert counts_in(store) == counts_in(plain)


def test_a_dropped_answer_is_asked_once_and_remembered(counted_quads: list[ox.Quad], monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.in_memory(counted_quads)
    replaced(store, CEDAR, set())
    counts, text = Counted(store), fill(QUERIES["papers"], {})
    first = rows_of(counts.query(text))
    monkeypatch.setattr(store, "query", lambda *_: pytest.fail("the store is asked again"))
    assert rows_of(counts.query(text)) == first


def test_a_change_that_no_reader_must_see_half_done_drops_the_counts_with_it(counted_quads: list[ox.Quad]) -> None:
    store = Store.in_memory(counted_quads)
    gone = list(store.in_graph(CEDAR))
    following = cube.Following(store, B, gone)
    store.replace_graphs({CEDAR: []}, following.drops)
    between = Counted(store)
    assert {name: answer(between, query) for name, query in FREE.items()} == {
        name: answer(without_counts(store), query) for name, query in FREE.items()
    }


def test_triples_before_a_union_stand_on_both_its_sides() -> None:
    assert unfolded("?a x:p ?b . { ?b x:q ?c } UNION { ?a x:r ?c }") == "{ ?a x:p ?b .  ?b x:q ?c  } UNION { ?a x:p ?b .  ?a x:r ?c  }"
    filtered = "FILTER(?b > 1) { ?b x:q ?c } UNION { ?a x:r ?c }"
    assert unfolded(filtered) == filtered
