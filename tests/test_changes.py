"""What changed between two graphs, and networks on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner, Result

from evidence import cli, library
from evidence.changes import Thing, changes, compare, summary
from evidence.query import read_queries
from evidence.store import Store

ROOT = Path(__file__).resolve().parents[1]
QUERIES = read_queries(ROOT / "ontology" / "queries")
SAMPLE = (ROOT / "tests" / "data" / "sample.trig").read_text(encoding="utf-8")
ONTOLOGY = (ROOT / "ontology" / "evidence.ttl").read_text(encoding="utf-8")
GONE = "cedar2020-1"


def graph(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    store = Store.in_memory()
    for part, kind in ((ONTOLOGY, "ttl"), (text, "trig")):
        file = folder / f"part.{kind}"
        file.write_text(part, encoding="utf-8")
        store.load(Store.from_file(file).dump())
    path.write_text("".join(f"{quad} .\n" for quad in store.dump()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return graph(tmp_path_factory.mktemp("before"), "before.nq", SAMPLE)


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with one finding less, and a paper of another title."""
    store = Store.from_file(
        graph(tmp_path_factory.mktemp("after"), "after.nq", SAMPLE.replace("New roles in the north", "Roles in the north"))
    )
    store.update(f"DELETE WHERE {{ GRAPH ?g {{ <https://w3id.org/evidence-atlas/sample/finding/{GONE}> ?p ?o }} }}")
    path = tmp_path_factory.mktemp("after") / "after.nq"
    path.write_text("".join(f"{quad} .\n" for quad in store.dump()), encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["-C", str(ROOT), *arguments])


def test_a_graph_is_no_other_than_itself(before: Path) -> None:
    atlas = library.open(before)
    assert atlas.changes_since(library.open(before)) == []
    assert summary([]) == "nothing changed"


def test_what_was_taken_away_what_it_leaves_and_what_is_said_differently(before: Path, after: Path) -> None:
    found = changes(Store.from_file(before), Store.from_file(after), QUERIES)
    assert [(c.what, c.name) for c in found if c.change == "removed"] == [
        ("finding", "Cedar et al. 2020: meso.leadership.supervision, facilitator")
    ]
    titles = [(c.before, c.after) for c in found if c.field == "title"]
    assert titles == [("New roles in the north", "Roles in the north")]
    counts = {c.field: (c.before, c.after) for c in found if (c.what, c.name) == ("factor", "Supervision")}
    assert int(counts["findings"][1]) == int(counts["findings"][0]) - 1


def test_backwards_what_went_comes(before: Path, after: Path) -> None:
    there = changes(Store.from_file(before), Store.from_file(after), QUERIES)
    back = changes(Store.from_file(after), Store.from_file(before), QUERIES)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(c.iri, c.field, c.after, c.before, turned[c.change]) for c in there} == {
        (c.iri, c.field, c.before, c.after, c.change) for c in back
    }


def test_each_field_that_differs_is_a_change() -> None:
    old = {"urn:a": Thing("A", {"x": "1", "y": "2"}), "urn:b": Thing("B", {"x": "1"})}
    new = {"urn:a": Thing("A", {"x": "1", "y": "3"}), "urn:c": Thing("C", {"x": "4"})}
    said = [(c.change, c.name, c.field, c.before, c.after) for c in compare("thing", old, new)]
    assert said == [("added", "C", "x", "", "4"), ("removed", "B", "x", "1", ""), ("changed", "A", "y", "2", "3")]


def test_the_command_prints_changes_and_sums_them_up(before: Path, after: Path) -> None:
    result = run("diff", str(before), str(after), "--format", "csv")
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["what"] for row in rows} >= {"paper", "finding", "factor"}
    assert "findings: 1 removed" in result.stderr


@pytest.mark.parametrize(
    "arguments", [("diff", "nowhere.trig"), ("network", "friends"), ("network",), ("network", "studies", "--output", "x.png")]
)
def test_what_is_not_there_is_said_in_one_line(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("evidence: ")
    assert result.stderr.count("\n") == 1


@pytest.fixture
def sample_workspace(before: Path, tmp_path: Path) -> Path:
    (tmp_path / "evidence.toml").write_text('title = "Sample"\nbase = "https://w3id.org/evidence-atlas/sample/"\n', encoding="utf-8")
    (tmp_path / "build").mkdir()
    Store.create_from_file(tmp_path / "build" / "store", before)
    return tmp_path


def test_networks_are_measured_and_written(sample_workspace: Path) -> None:
    def ask(*arguments: str) -> Result:
        result = CliRunner().invoke(cli.main, ["-C", str(sample_workspace), "network", *arguments])
        assert result.exit_code == 0, result.output
        return result

    told = ask("citations").stdout
    assert "Main path, oldest first\n  Gorse 2009" in told or "Main path, oldest first\n  Elm 2010" in told
    assert "Supervision" in ask("factors").stdout
    target = sample_workspace / "studies.graphml"
    assert "nodes" in ask("studies", "--output", str(target)).stderr
    assert nx.read_graphml(target).number_of_nodes() > 4
    data = json.loads(ask("influences", "--format", "json").stdout)
    assert {edge["sign"] for edge in data["edges"]} == {"increases", "conditional"}
    assert {"betweenness", "community", "label"} <= set(data["nodes"][0])
