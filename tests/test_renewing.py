"""A file that changed replaces its named graph in the store, and nothing else; the counts follow."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from review_workspace import make_workspace

from evidence import cli
from evidence.cube import Counted, keep_answers, outdated, recount, refresh_cube
from evidence.pipeline import build
from evidence.query import ask, read_queries
from evidence.renewing import replace_changed
from evidence.store import Store
from evidence.workspace import find_workspace

ROOT = Path(__file__).resolve().parents[1]
QUERIES = read_queries(ROOT / "ontology" / "queries")
BASE = "https://w3id.org/evidence-atlas/sample/"
GONE = f"<{BASE}finding/cedar2020-1>"


def sample() -> list[ox.Quad]:
    return list(ox.parse(path=str(ROOT / "tests" / "data" / "sample.trig")))


def without_a_finding() -> list[ox.Quad]:
    return [q for q in sample() if str(q.subject) != GONE]


def answers(store: Counted | Store) -> dict[str, list[dict[str, str]]]:
    free = {n: q for n, q in QUERIES.items() if all(p.default is not None for p in q.parameters)}
    return {name: ask(store, query).records() for name, query in free.items()}


@pytest.mark.parametrize("with_counts", [True, False])
def test_only_the_graph_that_changed_is_replaced_and_every_answer_is_right(tmp_path: Path, with_counts: bool) -> None:
    store = Store.create(tmp_path / "store", sample())
    if with_counts:
        refresh_cube(store, BASE)
    del store
    assert replace_changed(tmp_path / "store", BASE, without_a_finding()) == [f"{BASE}graph/bib/findings/cedar2020.csv"]
    changed = Counted(Store.open(tmp_path / "store"))
    assert bool(changed.answers) == with_counts
    assert answers(changed) == answers(Store.in_memory(without_a_finding()))
    assert replace_changed(tmp_path / "store", BASE, without_a_finding()) == []


def test_graphs_are_read_again_only_where_their_digest_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh_cube(Store.create(tmp_path / "store", sample()), BASE)
    assert replace_changed(tmp_path / "store", BASE, sample()) == []
    read: list[str] = []
    in_graph = Store.in_graph
    monkeypatch.setattr(Store, "in_graph", lambda store, graph: read.append(graph) or in_graph(store, graph))
    cedar = f"{BASE}graph/bib/findings/cedar2020.csv"
    assert replace_changed(tmp_path / "store", BASE, without_a_finding()) == [cedar]
    assert {graph for graph in read if graph.startswith(BASE)} == {cedar}
    monkeypatch.undo()
    Counted(Store.open(tmp_path / "store", writable=True)).update(f"DELETE WHERE {{ GRAPH <{cedar}> {{ ?s ?p ?o }} }}")
    assert replace_changed(tmp_path / "store", BASE, without_a_finding()) == [cedar]
    assert set(Store.open(tmp_path / "store").in_graph(cedar)) == set(Store.in_memory(without_a_finding()).in_graph(cedar))


def test_a_graph_that_went_can_come_back(tmp_path: Path) -> None:
    refresh_cube(Store.create(tmp_path / "store", sample()), BASE)
    cedar = f"{BASE}graph/bib/findings/cedar2020.csv"
    without = [q for q in sample() if q.graph_name != ox.NamedNode(cedar)]
    for quads in (sample(), without, sample(), without_a_finding(), sample()):
        replace_changed(tmp_path / "store", BASE, quads)
        changed = Counted(Store.open(tmp_path / "store"))
        assert answers(changed) == answers(Store.in_memory(quads))


def test_only_counts_that_hang_on_what_changed_are_made_anew() -> None:
    store = Store.in_memory(sample())
    refresh_cube(store, BASE)
    before = Counted(store)
    store.update(outdated(BASE, ["http://purl.org/spar/cito/cites"]))
    left = Counted(store)
    assert 0 < len(before.answers) - len(left.answers) < 10
    assert 0 < len(before.slices) - len(left.slices) < 10
    size = len(store)
    recount(store, BASE)
    keep_answers(store, BASE)
    assert (Counted(store).answers, Counted(store).slices) == (before.answers, before.slices)
    assert len(store) > size


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_workspace(tmp_path_factory.mktemp("small") / "teams")
    build(find_workspace(folder))
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["-C", str(folder), *arguments])


def test_a_build_of_what_changed_is_told_by_file_and_seen_by_queries(workspace: Path) -> None:
    table = workspace / "bib" / "findings" / "lee2020.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("slowed team 3 down", "held team 3 up"), encoding="utf-8")
    result = run(workspace, "build", "--changed")
    assert result.stdout.splitlines() == ["bib/findings/lee2020.csv: replaced", "dataset: replaced"]
    assert "held team 3 up" in run(workspace, "trace", "law", "--csv").stdout
    assert b"held team 3 up" in (workspace / "build" / "evidence.trig").read_bytes()
    assert run(workspace, "build", "--changed").stdout == "nothing changed\n"


def test_without_a_build_nothing_can_be_brought_up_to_date(workspace: Path, tmp_path: Path) -> None:
    empty = make_workspace(tmp_path / "empty")
    result = run(empty, "build", "--changed")
    assert (result.exit_code, "run `evidence build` first" in result.stderr) == (2, True)
    assert run(workspace, "build", "--changed", "--output", str(tmp_path / "x")).exit_code == 2
