"""Networks, chains of citation, the library's own face, and the tutorial that shows them."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import library, network
from evidence.chains import follow_chains, leave_one_out, render_chains, render_losses
from evidence.pipeline import Built
from evidence.query import QueryError
from evidence.store import Store, StoreError
from evidence.trace import trace_factor

ROOT = Path(__file__).resolve().parents[1]
C = "https://w3id.org/evidence-atlas/codebooks/sample#"
B = "https://w3id.org/evidence-atlas/sample/"
SUPERVISION = f"{C}meso.leadership.supervision"


def sample() -> library.Atlas:
    store = Store.from_file(ROOT / "tests" / "data" / "sample.trig")
    store.load(Store.from_file(ROOT / "ontology" / "evidence.ttl").dump())
    return library.Atlas(store)


@pytest.fixture(scope="module")
def atlas() -> library.Atlas:
    return sample()


def test_factors_of_one_passage_are_joined(atlas: library.Atlas) -> None:
    graph = atlas.network("factors")
    assert graph.number_of_nodes() == 4
    assert list(graph.edges(data=True)) == [(f"{C}macro.economic.funding", SUPERVISION, {"weight": 1, "papers": 1})]


def test_factors_are_joined_to_the_studies_behind_them(atlas: library.Atlas) -> None:
    graph = atlas.network("studies")
    assert nx.is_bipartite(graph)
    assert graph.edges[SUPERVISION, f"{B}study/alder2018"]["weight"] == 2
    assert {graph.nodes[n]["kind"] for n in graph} == {"factor", "study"}


def test_who_cites_whom_is_directed(atlas: library.Atlas) -> None:
    graph = atlas.network("citations")
    assert graph.has_edge("https://doi.org/10.5555/cedar", "https://doi.org/10.5555/alder")
    assert not graph.has_edge("https://doi.org/10.5555/alder", "https://doi.org/10.5555/cedar")
    assert graph.nodes["https://doi.org/10.5555/alder"]["kind"] == "paper"
    assert graph.nodes[f"{B}work/elm2010"]["kind"] == "work"


def test_influences_keep_their_sign(atlas: library.Atlas) -> None:
    graph = atlas.network("influences")
    assert sorted(data["sign"] for _, _, data in graph.edges(data=True)) == ["conditional", "increases", "increases"]


def test_an_unknown_network_is_named_with_those_there_are(atlas: library.Atlas) -> None:
    with pytest.raises(QueryError, match="influences"):
        atlas.network("friends")


@pytest.mark.parametrize("kind", network.KINDS)
def test_measures_are_the_same_every_time_and_can_be_written(atlas: library.Atlas, kind: str) -> None:
    graph = network.with_measures(atlas.network(kind))
    again = network.with_measures(sample().network(kind))
    assert network.as_graphml(graph) == network.as_graphml(again)
    assert network.as_gexf(graph) == network.as_gexf(again)
    read = nx.read_graphml(BytesIO(network.as_graphml(graph)))
    assert set(read) == set(graph)
    assert set(nx.read_gexf(BytesIO(network.as_gexf(graph)))) == set(graph)
    assert {"degree", "strength", "betweenness", "community"} <= set(next(iter(graph.nodes(data=True)))[1])


def test_communities_are_the_parts_that_hang_together() -> None:
    graph: nx.Graph[str] = nx.disjoint_union(nx.complete_graph(5), nx.complete_graph(4))
    graph = nx.relabel_nodes(graph, {n: f"n{n}" for n in graph})
    graph.add_edge("n0", "n5", weight=1)
    assert network.communities(graph) == [[f"n{i}" for i in range(5)], [f"n{i}" for i in range(5, 9)]]


def cites(*pairs: str) -> nx.DiGraph[str]:
    """``ba``: b cites a."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((pair[0], pair[1]) for pair in pairs)
    return graph


def test_search_path_counts_are_those_of_the_definition() -> None:
    # a and b are cited by c; c by d and e; e also cites a: ways a-c-d, a-c-e, b-c-d, b-c-e, a-e
    counts = network.path_counts(cites("ca", "cb", "dc", "ec", "ea"))
    assert counts == {("a", "c"): 2, ("b", "c"): 2, ("c", "d"): 2, ("c", "e"): 2, ("a", "e"): 1}


def test_the_main_path_runs_from_the_oldest_to_the_newest() -> None:
    assert network.main_path(cites("ba", "cb", "db", "dc", "ed", "xa")) == ["a", "b", "c", "d", "e"]
    assert network.main_path(nx.DiGraph()) == []


def test_works_that_cite_each_other_do_not_stop_the_path() -> None:
    assert network.main_path(cites("ba", "cb", "bc", "dc")) in (["a", "b"], ["c", "d"])


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=30))
def test_search_path_counts_are_the_ways_from_sources_to_sinks(pairs: list[tuple[int, int]]) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((f"{max(p)}", f"{min(p)}") for p in pairs if p[0] != p[1])
    sources = [n for n in graph if not graph.in_degree(n)]
    sinks = [n for n in graph if not graph.out_degree(n)]
    ways = [w for s in sources for t in sinks for w in nx.all_simple_paths(graph, s, t)]
    expected = {(b, a): sum((a, b) in pairwise(w) for w in ways) for a, b in graph.edges}
    assert network.path_counts(graph) == expected


def test_the_main_path_is_marked(atlas: library.Atlas) -> None:
    marked = network.on_main_path(atlas.network("citations"))
    assert sum(data["main"] for _, _, data in marked.edges(data=True)) == len(network.main_path(marked)) - 1


# Chains


def test_a_chain_leads_to_where_the_evidence_is(atlas: library.Atlas) -> None:
    chains = atlas.chains("supervision")
    ends = {(*(step.paper for step in c.steps), c.study.rpartition("/")[2]): c.ends for c in chains.chains}
    assert ends == {
        ("alder2018", "alder2018"): "primary data",
        ("birch2019", "birch2019"): "primary data",
        ("cedar2020", "alder2018", "alder2018"): "primary data",
        ("cedar2020", "elm2010"): "outside the corpus",
        ("dogwood2021", "cedar2020", "alder2018", "alder2018"): "primary data",
        ("dogwood2021", "cedar2020", "elm2010"): "outside the corpus",
        ("dogwood2021", ""): "not assessed",
    }
    assert (chains.papers, len(chains.studies)) == (4, 3)


def test_a_step_names_the_words_and_the_entry_of_the_list(atlas: library.Atlas) -> None:
    step = next(c.steps[0] for c in atlas.chains("supervision").chains if c.steps[0].paper == "dogwood2021")
    assert (step.citation, step.reference) == ("[1]", 1)


def test_what_is_said_of_a_paper_stands_beside_what_it_says(atlas: library.Atlas) -> None:
    assert {(b.paper_label, b.cited_label): b.agrees for b in atlas.chains("supervision").beside} == {
        ("Cedar et al. 2020", "Alder 2018"): "same effect",
        ("Dogwood 2021", "Cedar et al. 2020"): "same effect",
    }
    assert {b.agrees for b in atlas.chains("leadership commitment").beside} == {"silent"}


def test_a_circle_of_citations_is_a_loop() -> None:
    atlas = sample()
    finding = f"<{B}finding/alder2018-1>"
    atlas.store.update(
        f"DELETE WHERE {{ GRAPH ?g {{ {finding} ea:evidenceRole ?r ; ea:restsOn ?s }} }} ; INSERT DATA {{ GRAPH <urn:g> {{ "
        f"{finding} ea:evidenceRole ea:CitedThrough ; prov:hadPrimarySource <https://doi.org/10.5555/cedar> ; "
        f"ea:restsOn <{B}study/cedar2020> }} }}"
    )
    endings = atlas.chains("supervision").endings
    assert endings["loop"] >= 2
    assert "primary data" in endings


def test_studies_and_restated_claims_can_be_left_out(atlas: library.Atlas) -> None:
    without = atlas.chains("supervision", without=["Alder 2018"])
    assert f"{B}study/alder2018" not in without.studies
    assert {c.steps[0].finding.rpartition("/")[2] for c in without.chains} == {
        "birch2019-1",
        "cedar2020-2",
        "dogwood2021-1",
        "dogwood2021-2",
    }
    own = atlas.chains("supervision", without_cited=True)
    assert {c.steps[0].role for c in own.chains} == {"primary", ""}
    with pytest.raises(QueryError, match="alder"):
        atlas.chains("supervision", without=["Alder 2019"])


def test_what_hangs_on_each_study_is_counted(atlas: library.Atlas) -> None:
    losses = leave_one_out(trace_factor(atlas.store, atlas.queries, "supervision"))
    assert (losses[0].study_label, losses[0].fallen) == ("Alder 2018", 2)
    birch = next(loss for loss in losses if loss.study_label == "Birch & Beech 2019")
    assert birch.effects_lost == ("barrier",)
    assert "no barrier is left" in render_losses(losses)


def test_chains_are_shown_as_text_and_as_json(atlas: library.Atlas) -> None:
    chains = follow_chains(atlas.store, atlas.queries, "supervision")
    assert "4 papers say it, 3 studies found it" in render_chains(chains)
    assert json.loads(render_chains(chains, "json"))["endings"]["primary data"] == 4


# The library


def test_a_workspace_a_build_a_store_and_a_file_open_alike(shipped: Built) -> None:
    built = shipped.folder
    sizes = {len(library.open(place)) for place in (built.parent, built.parent / "bib", built, built / "store", built / "evidence.trig")}
    assert len(sizes) == 1


def test_what_cannot_be_opened_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="evidence init"):
        library.open(tmp_path)


def test_a_named_query_takes_labels_and_short_names(atlas: library.Atlas) -> None:
    assert atlas.query("trace-factor", factor="Supervision") == atlas.query("trace_factor", factor_iri=SUPERVISION)


@pytest.mark.parametrize("question", ["contsted-factors", "trace-factor"])
def test_a_question_that_cannot_be_asked_says_why(atlas: library.Atlas, question: str) -> None:
    with pytest.raises(QueryError, match=r"contested-factors|needs a value"):
        atlas.query(question)


def test_rdflib_has_every_triple(atlas: library.Atlas) -> None:
    assert len(atlas.graph()) == len(atlas)


def test_a_frame_has_numbers_as_numbers(atlas: library.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    class Frames:
        DataFrame = dict

    monkeypatch.setitem(sys.modules, "pandas", Frames)
    frame = atlas.frame("effects-by-level")
    assert all(isinstance(n, int) for n in frame["findings"])


def test_a_missing_frame_library_says_how_to_get_it(atlas: library.Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match=r"evidence-atlas\[frames\]"):
        atlas.frame("effects-by-level", library="polars")


def test_the_tutorial_runs(shipped: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(shipped.folder.parent, workspace)
    (workspace / "docs").mkdir(exist_ok=True)
    monkeypatch.chdir(workspace / "docs")
    notebook = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    shown = []
    for cell in (c for c in notebook["cells"] if c["cell_type"] == "code"):
        assert cell["outputs"] == [], "a notebook is kept without outputs"
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "tutorial", "exec"), names)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), "tutorial", "eval"), names))
    assert True in shown
    assert (workspace / "docs" / "factors.gexf").exists()
