"""Answers kept whole, searches picked from them, names that people give, and errors in plain words: quick, on the sample graph."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.answers import lines_with, search_of, to_keep
from evidence.cube import Counted, refresh_cube
from evidence.query import QueryError, ask, cut_at, fill, full_name, read_queries, resolve_iri, rows_of
from evidence.store import QuerySyntaxError, Store

ROOT = Path(__file__).resolve().parents[1]
QUERIES = read_queries(ROOT / "ontology" / "queries")
B = "https://w3id.org/evidence-atlas/sample/"
C = "https://w3id.org/evidence-atlas/codebooks/sample#"
ODD = 'Line "one"\nand\ttwo \\ ß Ω İ'


@pytest.fixture(scope="module")
def plain() -> Store:
    store = Store.from_file(ROOT / "tests" / "data" / "sample.trig")
    store.load(Store.from_file(ROOT / "ontology" / "evidence.ttl").dump())
    store.update(f"INSERT DATA {{ GRAPH <{B}odd> {{ <{B}study/odd> a ea:Study ; rdfs:label {ox.Literal(ODD)} }} }}")
    return store


@pytest.fixture(scope="module")
def kept(plain: Store) -> Counted:
    store = Store.in_memory(plain.dump())
    refresh_cube(store, B)
    return Counted(store)


def test_every_query_that_needs_no_value_is_kept(kept: Counted) -> None:
    names = {name for name, _ in to_keep(QUERIES)}
    assert len(kept.answers) == len(names) > 30
    assert {"papers", "who-cites-whom", "search-labels"} <= names
    assert not names & {"trace-factor", "page-findings"}


def test_what_is_kept_is_what_would_be_answered(plain: Store, kept: Counted) -> None:
    for name, _ in to_keep(QUERIES):
        assert ask(kept, QUERIES[name]) == ask(plain, QUERIES[name]), name


@pytest.mark.parametrize("limit", ["0", "1", "3", "500"])
@pytest.mark.parametrize(
    "text", ["", "super", "SUPER", "e", "2019", "ward", '"one"', "one\nand", "two \\", "ß", "i̇", "nothing like it", "."]
)
def test_a_search_gives_the_rows_of_looking_through_all_names(plain: Store, kept: Counted, text: str, limit: str) -> None:
    query = fill(QUERIES["search-labels"], {"text": text, "limit": limit})
    assert rows_of(kept.query(query)) == rows_of(plain.query(query))


def test_a_search_is_known_by_its_filter() -> None:
    text = fill(QUERIES["search-labels"], {"text": 'a "b"', "limit": "7"})
    search, other = search_of(text), search_of(fill(QUERIES["search-labels"], {}))
    assert search
    assert other
    assert (search.column, search.text, search.limit) == ("found", 'a "b"', 7)
    assert search.everything == other.everything
    assert search_of(QUERIES["papers"].text) is None


@given(
    st.lists(st.text(alphabet="ab \n", max_size=6).map(lambda line: line.replace("\n", "")), min_size=1),
    st.text(alphabet="ab ", max_size=3),
)
def test_the_lines_with_a_word_are_those_it_stands_in(lines: list[str], word: str) -> None:
    assert list(lines_with("\n".join(lines), word)) == [n for n, line in enumerate(lines) if word in line]


@pytest.mark.parametrize(
    ("name", "parameter", "iri"),
    [
        ("Supervision", "factor_iri", f"{C}meso.leadership.supervision"),
        ("line management", "factor_iri", f"{C}meso.leadership.supervision"),
        ("sUPERVISION", "", f"{C}meso.leadership.supervision"),
        ("elm2010", "work_iri", f"{B}work/elm2010"),
        ("elm2010", "study_iri", f"{B}study/elm2010"),
        ("Elm 2010", "study_iri", f"{B}study/elm2010"),
        ("Elm 2010", "work_iri", f"{B}work/elm2010"),
        ("Birch & Beech 2019", "paper_iri", f"{B}work/birch2019"),
        ("https://example.org/x", "paper_iri", "https://example.org/x"),
    ],
)
def test_a_name_means_the_thing_that_the_parameter_wants(plain: Store, name: str, parameter: str, iri: str) -> None:
    assert resolve_iri(plain, name, parameter) == iri


@pytest.mark.parametrize(
    ("name", "parameter", "said"),
    [
        ("Canada", "factor_iri", "which is no factor"),
        ("Supervison", "factor_iri", "near it are Supervision"),
        ("Birch & Bech 2019", "paper_iri", "near it are Birch & Beech 2019"),
        ("Elm 2010", "", "may be"),
    ],
)
def test_a_name_that_means_nothing_wanted_is_told(plain: Store, name: str, parameter: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        resolve_iri(plain, name, parameter)


def test_an_answer_that_reached_its_limit_is_known() -> None:
    works = QUERIES["works"]
    assert cut_at(works, {"limit": "3"}, 3) == 3
    assert cut_at(works, {"limit": "4"}, 3) is None
    assert cut_at(works, {}, 500) == 500
    assert cut_at(QUERIES["papers"], {}, 500) is None


@pytest.mark.parametrize(
    ("sparql", "said"),
    [
        ("SELECT ?x {\n ?x a nope:Thing }", "line 2, column 17: the prefix `nope:` is not declared"),
        ("DELETE WHERE { ?x ?y ?z }", "this is an update"),
        ("SELECT (COUNT(?x) AS ?n) ?y { ?x a ?y }", "neither counted nor grouped by"),
        ("SELECT ?x { ?x a <http://a b> }", "this is no IRI"),
        ("SELECT ?x { BIND(1 AS ?x) BIND(2 AS ?x) }", "something else was expected"),
    ],
)
def test_a_syntax_error_is_told_in_plain_words(plain: Store, sparql: str, said: str) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        plain.query(sparql)
    assert said in str(error.value)


def test_a_parameter_is_known_by_an_unambiguous_beginning() -> None:
    trace, overlap = QUERIES["trace-factor"], QUERIES["co-occurring-factors"]
    assert [full_name(trace, name) for name in ("factor", "factor_iri", "f", "other", "")] == ["factor_iri"] * 3 + ["other", ""]
    assert full_name(overlap, "min") == "min_passages"
