"""The main job on the shipped corpus, and on a corpus that somebody broke."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from evidence.cli import main
from evidence.pipeline import Built, build
from evidence.workspace import find_workspace

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(folder), *arguments])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(find_workspace(ROOT), target=tmp_path_factory.mktemp("shipped") / "build")


def test_the_shipped_corpus_builds_without_a_problem(built: Built) -> None:
    assert [str(p) for p in built.problems if p.severity == "error"] == []


def test_the_shipped_corpus_holds_what_the_papers_hold(built: Built) -> None:
    assert built.counts["papers"] == 5
    assert built.counts["references"] == 183
    assert 145 <= built.counts["works"] <= 160
    assert built.counts["factors"] == 45


def test_building_twice_gives_the_same_bytes(built: Built, tmp_path: Path) -> None:
    again = build(find_workspace(ROOT), target=tmp_path / "again")
    for path in sorted(p for p in built.folder.rglob("*") if p.is_file() and "store" not in p.relative_to(built.folder).parts):
        assert path.read_bytes() == (again.folder / path.relative_to(built.folder)).read_bytes(), path


def test_every_triple_stands_in_one_graph_and_no_node_is_blank(built: Built) -> None:
    quads = list(ox.parse(path=str(built.folder / "evidence.trig")))
    assert len({q.triple for q in quads}) == len(quads)
    assert not [q for q in quads if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)]


@pytest.mark.papers
def test_every_coded_passage_stands_in_the_papers(papers: Path, tmp_path: Path) -> None:
    built = build(find_workspace(ROOT), [papers], tmp_path / "checked")
    assert built.papers_at_hand == 5
    assert built.checks == built.counts["findings"] + built.counts["references"] + built.counts["citations"]
    assert [str(p) for p in built.problems if p.severity == "error"] == []


def test_papers_that_lead_to_no_check_are_a_problem(tmp_path: Path) -> None:
    other = tmp_path / "papers"
    other.mkdir()
    (other / "something.txt").write_text("An invented text that nobody coded.\n", encoding="utf-8")
    result = run(ROOT, "build", "--papers", str(other), "--output", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "no passage was checked" in result.stderr


# Broken input: one clear line with file and line number, the rest is built, exit status 1.


def append(path: Path, text: str) -> int:
    """Appends text and returns the number of the line it begins on."""
    before = path.read_text(encoding="utf-8")
    path.write_text(before + text, encoding="utf-8")
    return before.count("\n") + 1


def change_cell(path: Path, row: int, column: str, value: str) -> int:
    """Changes a cell of the given row (0-based, without the header) and returns its line."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, columns = list(reader), reader.fieldnames or []
    rows[row][column] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return row + 2


def assert_one_line_and_the_rest_built(folder: Path, place: str, *words: str) -> None:
    result = run(folder, "build")
    assert result.exit_code == 1, result.output
    lines = [line for line in result.stderr.splitlines() if line.startswith(place)]
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0]
    assert (folder / "build" / "site" / "index.html").exists()
    assert "Traceback" not in result.output


def test_a_malformed_bibtex_entry(workspace_copy: Path) -> None:
    line = append(workspace_copy / "bib" / "references.bib", "\n@article{broken2020,\n  title = {Unclosed\n")
    assert_one_line_and_the_rest_built(workspace_copy, f"bib/references.bib:{line + 1}")


def test_a_finding_with_an_unknown_factor(workspace_copy: Path) -> None:
    line = change_cell(workspace_copy / "bib/findings/kent2019.csv", 3, "factor", "meso.leadership.supervison")
    assert_one_line_and_the_rest_built(
        workspace_copy, f"bib/findings/kent2019.csv:{line}", "meso.leadership.supervison", "did you mean", "meso.leadership.supervision"
    )


def test_a_finding_with_an_unknown_effect(workspace_copy: Path) -> None:
    line = change_cell(workspace_copy / "bib/findings/kent2019.csv", 3, "effect", "hindrance")
    assert_one_line_and_the_rest_built(
        workspace_copy, f"bib/findings/kent2019.csv:{line}", "hindrance", "barrier, facilitator, mixed, none"
    )


def test_a_citation_key_that_is_nowhere(workspace_copy: Path) -> None:
    line = change_cell(workspace_copy / "bib/findings/kent2019.csv", 0, "cites", "mancini2018;nobody1999")
    assert_one_line_and_the_rest_built(workspace_copy, f"bib/findings/kent2019.csv:{line}", "nobody1999", "in no bibliography")


def test_a_table_with_a_missing_column(workspace_copy: Path) -> None:
    path = workspace_copy / "bib/findings/gillard2015.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("effect,", "efect,", 1), encoding="utf-8")
    assert_one_line_and_the_rest_built(workspace_copy, "bib/findings/gillard2015.csv:1", "`effect`", "missing")


def test_a_table_in_the_wrong_encoding_is_read_all_the_same(workspace_copy: Path) -> None:
    line = change_cell(workspace_copy / "bib/findings/gillard2015.csv", 1, "note", "café")
    path = workspace_copy / "bib/findings/gillard2015.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", errors="replace"))
    assert_one_line_and_the_rest_built(workspace_copy, f"bib/findings/gillard2015.csv:{line}", "not UTF-8", "Windows-1252")


def test_a_broken_turtle_codebook(workspace_copy: Path) -> None:
    line = append(workspace_copy / "ontology/codebooks/peer-support.ttl", "\n:broken a skos:Concept ; skos:notation \n")
    result = run(workspace_copy, "build")
    assert result.exit_code == 1
    assert [x for x in result.stderr.splitlines() if x.startswith("ontology/codebooks/peer-support.ttl:") and int(x.split(":")[1]) >= line]
    assert (workspace_copy / "build" / "site" / "index.html").exists()


def test_an_output_folder_that_cannot_be_written(workspace_copy: Path) -> None:
    (workspace_copy / "in-the-way").write_text("a file, not a folder", encoding="utf-8")
    result = run(workspace_copy, "build", "--output", str(workspace_copy / "in-the-way" / "build"))
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_failed_build_leaves_the_previous_one_in_place(workspace_copy: Path) -> None:
    assert run(workspace_copy, "build").exit_code == 0
    before = (workspace_copy / "build" / "evidence.trig").read_bytes()
    (workspace_copy / "ontology/codebooks/peer-support.ttl").write_text("this is not Turtle", encoding="utf-8")
    result = run(workspace_copy, "build")
    assert result.exit_code == 2
    assert "nothing to build" in result.stderr
    assert (workspace_copy / "build" / "evidence.trig").read_bytes() == before
    assert sorted(p.name for p in workspace_copy.iterdir() if p.name.startswith(".build-") and p.is_dir()) == []


def test_a_finding_that_breaks_the_rules_of_the_axes_does_not_conform(workspace_copy: Path) -> None:
    path = workspace_copy / "bib/findings/kent2019.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        row = next(i for i, r in enumerate(csv.DictReader(stream)) if r["role"] == "cited")
    line = change_cell(path, row, "cites", "")
    assert_one_line_and_the_rest_built(workspace_copy, f"bib/findings/kent2019.csv:{line}", "cite")


def test_outside_a_workspace_the_way_in_is_named(tmp_path: Path) -> None:
    result = run(tmp_path, "build")
    assert result.exit_code == 2
    assert "evidence init" in result.stderr
