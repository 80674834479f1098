"""Counts made once give the rows of counting anew, and are dropped when they would no longer be true."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from test_stores_same_rows import QUERIES, Table, filled, memory, quads, rows, values

from evidence.cube import QB, Counted, counted, parts, refresh_cube
from evidence.query import fill, rows_of
from evidence.store import Store

__all__ = ["memory", "quads", "values"]
BASE = "https://example.org/review/"
PAPERS = "SELECT ?effect ?n { { SELECT ?effect (COUNT(DISTINCT ?f) AS ?n) WHERE { ?f ea:effect ?effect } GROUP BY ?effect } }"


@pytest.fixture(scope="module")
def plain_rows(memory: Store, values: dict[str, str]) -> dict[str, Table]:
    return {name: rows(memory, query, values) for name, query in QUERIES.items()}


@pytest.fixture(scope="module")
def with_cube(quads: list[ox.Quad], plain_rows: dict[str, Table]) -> Counted:
    store = Store.in_memory(quads)
    refresh_cube(store, BASE)
    return Counted(store)


def test_every_query_gives_the_rows_it_gave_without_counts(
    with_cube: Counted, values: dict[str, str], plain_rows: dict[str, Table]
) -> None:
    assert {name: rows(with_cube, query, values) for name, query in QUERIES.items()} == plain_rows


@pytest.mark.parametrize("limit", ["1", "7", "499", "500", "501", "20000"])
def test_the_beginning_of_a_list_is_its_beginning(memory: Store, with_cube: Counted, limit: str) -> None:
    limited = [q for q in QUERIES.values() if any(p.name == "limit" for p in q.parameters)]
    assert limited
    for query in limited:
        text = fill(query, {"limit": limit})
        assert rows_of(with_cube.query(text)) == rows_of(memory.query(text)), query.name


def test_what_can_be_counted_is_counted(with_cube: Counted) -> None:
    known = {part.digest for _, part in counted(QUERIES)}
    assert known == set(with_cube.slices)
    used = {name for name, query in QUERIES.items() if with_cube.rewritten(text := filled(query, {})) != text}
    assert {"gap-map", "contested-factors", "effects-by-country", "factors-by-effect", "corpus-summary", "who-cites-whom"} <= used


def test_the_counts_are_a_data_cube(with_cube: Counted) -> None:
    bad = with_cube.query(
        f"SELECT ?o {{ ?o a <{QB}Observation> . OPTIONAL {{ ?o <{QB}dataSet> ?d . ?d <{QB}structure> ?s . ?s <{QB}component> ?c }} "
        f"FILTER(!BOUND(?c)) }}"
    )
    assert rows_of(bad).rows == ()
    dimensions = rows_of(with_cube.query(f"SELECT ?d {{ ?c <{QB}dimension> ?d . ?d a <{QB}DimensionProperty> }}"))
    measures = rows_of(with_cube.query(f"SELECT ?m {{ ?c <{QB}measure> ?m . ?m a <{QB}MeasureProperty> }}"))
    assert len(dimensions.rows) > 20
    assert len(measures.rows) > 20


def test_counting_again_changes_nothing(quads: list[ox.Quad]) -> None:
    store = Store.in_memory(quads)
    first, size = refresh_cube(store, BASE), len(store)
    assert refresh_cube(store, BASE) == first
    assert len(store) == size


def test_a_change_drops_the_counts(quads: list[ox.Quad]) -> None:
    store = Store.in_memory(quads)
    refresh_cube(store, BASE)
    counted_store = Counted(store)
    summary = QUERIES["corpus-summary"].text
    before = {r["what"]: r["number"] for r in rows_of(counted_store.query(summary)).records()}
    counted_store.update(f"INSERT DATA {{ GRAPH <{BASE}new> {{ <{BASE}s> a ea:Study }} }}")
    after = {r["what"]: r["number"] for r in rows_of(counted_store.query(summary)).records()}
    assert int(after["studies"]) == int(before["studies"]) + 1
    assert not counted_store.slices
    assert len(store) == len(quads) + 1


def test_a_query_with_prefixes_of_its_own_is_left_alone(with_cube: Counted) -> None:
    text = QUERIES["effects-by-level"].text
    assert with_cube.rewritten(text) != text
    other = text.replace("https://w3id.org/evidence-atlas/ns#", "https://example.org/other#")
    assert with_cube.rewritten(other) == other


def test_a_query_of_single_graphs_is_counted_anew(with_cube: Counted) -> None:
    body = QUERIES["effects-by-level"].text
    inside = body.replace("WHERE {", "WHERE { GRAPH <urn:none> {", 1).replace("}\nORDER BY", "}}\nORDER BY")
    assert with_cube.rewritten(inside) == inside
    assert rows_of(with_cube.query(inside)).rows == ()
    assert rows_of(with_cube.query(body.replace("WHERE {", "FROM <urn:none> WHERE {", 1))).rows == ()


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p '{ SELECT (COUNT(*) AS ?n)' }", "SELECT * { { SELECT ?s { ?s ?p ?o } } }", "{{{", ""])
def test_other_text_is_left_alone(with_cube: Counted, text: str) -> None:
    assert with_cube.rewritten(text) == text


def test_a_part_names_its_variables() -> None:
    (part,) = parts(PAPERS)
    assert part.variables == (("effect", False), ("n", True))


def test_counts_live_on_disk_beside_the_rest(quads: list[ox.Quad], tmp_path: Path) -> None:
    refresh_cube(Store.create(tmp_path / "store", quads), BASE)
    assert Counted(Store.open(tmp_path / "store")).slices
