"""One definition of the kinds of gap: the query `gap-map` and the pages say the same of every factor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from test_site_pages import atlas_of, sample_store

from evidence import graph
from evidence.pipeline import graphs_of, read_corpus
from evidence.query import read_queries, records
from evidence.resources import resource
from evidence.site.weight import GAPS, weigh
from evidence.store import Store
from evidence.workspace import read_workspace

ROOT = Path(__file__).resolve().parents[1]


def shipped_store() -> Store:
    workspace = read_workspace(ROOT / "evidence.toml")
    names, graphs = graphs_of(workspace, read_corpus(workspace))
    return Store.in_memory(graph.quads(names, graphs))


@pytest.mark.parametrize("made", [sample_store, shipped_store], ids=["sample", "shipped corpus"])
def test_the_query_and_the_pages_give_every_factor_the_same_kind_of_gap(made: Callable[[], Store], tmp_path: Path) -> None:
    store = made()
    queries = read_queries(resource("ontology", "queries"))
    atlas = atlas_of(store, tmp_path)
    weights = {iri: weigh(atlas, atlas.findings_by_factor[iri]) for iri in atlas.factors}
    asked = {row["factor"]: row for row in records(store, queries["gap-map"])}
    assert {iri: GAPS[w.gap].label for iri, w in weights.items()} == {iri: row["gap"] for iri, row in asked.items()}
    for iri, weight in weights.items():
        row = asked[iri]
        assert (weight.findings, weight.studies) == (int(row["findings"]), int(row["studies"])), iri
        assert weight.directions == (int(row["better"]), int(row["worse"])), iri


def test_every_kind_of_gap_that_the_pages_explain_is_in_the_query() -> None:
    text = read_queries(resource("ontology", "queries"))["gap-map"]
    assert all(f'"{word.label}"' in text.text and f'"{word.label}"' in text.description for word in GAPS.values())
