"""The main job on the shipped corpus, and on a corpus that somebody broke."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from conftest import copy_workspace

from evidence.cli import main
from evidence.pipeline import Built, build
from evidence.workspace import find_workspace

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-C", str(folder), *arguments])


def test_the_shipped_corpus_builds_without_a_problem(shipped: Built) -> None:
    assert [str(p) for p in shipped.problems if p.severity == "error"] == []


def test_the_shipped_corpus_holds_what_the_papers_hold(shipped: Built) -> None:
    assert shipped.counts["papers"] == 5
    assert shipped.counts["references"] == 183
    assert 145 <= shipped.counts["works"] <= 160
    assert shipped.counts["factors"] == 45


def test_building_twice_gives_the_same_bytes(shipped: Built, tmp_path: Path) -> None:
    again = build(find_workspace(ROOT), target=tmp_path / "again")
    for path in sorted(p for p in shipped.folder.rglob("*") if p.is_file() and "store" not in p.relative_to(shipped.folder).parts):
        assert path.read_bytes() == (again.folder / path.relative_to(shipped.folder)).read_bytes(), path


def test_every_triple_stands_in_one_graph_and_no_node_is_blank(shipped: Built) -> None:
    quads = list(ox.parse(path=str(shipped.folder / "evidence.trig")))
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


def break_everything(folder: Path) -> dict[str, str]:
    """Breaks one file after the other; returns where each fault should be told."""
    findings, codebook = "bib/findings/kent2019.csv", "ontology/codebooks/peer-support.ttl"
    gillard, byrne = (folder / "bib" / "findings" / name for name in ("gillard2015.csv", "byrne2022.csv"))
    told = {
        "an unclosed entry": append(folder / "bib/references.bib", "\n@article{broken2020,\n  title = {Unclosed\n") + 1,
        "an unknown factor": change_cell(folder / findings, 3, "factor", "meso.leadership.supervison"),
        "an unknown effect": change_cell(folder / findings, 4, "effect", "hindrance"),
        "a key in no bibliography": change_cell(folder / findings, 0, "cites", "mancini2018;nobody1999"),
        "no cited work": change_cell(folder / findings, first_cited(folder / findings), "cites", ""),
        "a missing column": 1,
        "another encoding": change_cell(byrne, 1, "note", "café"),
        "a broken statement": append(folder / codebook, "\n:broken a skos:Concept ; skos:notation \n") + 2,  # where it ends
    }
    gillard.write_text(gillard.read_text(encoding="utf-8").replace("effect,", "efect,", 1), encoding="utf-8")
    byrne.write_bytes(byrne.read_text(encoding="utf-8").encode("cp1252", errors="replace"))
    files = {
        "an unclosed entry": "bib/references.bib",
        "a missing column": "bib/findings/gillard2015.csv",
        "another encoding": "bib/findings/byrne2022.csv",
        "a broken statement": codebook,
    }
    return {fault: f"{files.get(fault, findings)}:{line}" for fault, line in told.items()}


def first_cited(path: Path) -> int:
    """The first row behind those that are broken otherwise whose finding is cited from another work."""
    with path.open(encoding="utf-8", newline="") as stream:
        return next(i for i, row in enumerate(csv.DictReader(stream)) if i > 4 and row["role"] == "cited")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path, dict[str, str]]:
    """What a build of a workspace with every fault says, its folder, and where each fault should be told."""
    folder = copy_workspace(tmp_path_factory.mktemp("broken") / "workspace")
    told = break_everything(folder)
    return run(folder, "build"), folder, told


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("an unclosed entry", []),
        ("an unknown factor", ["meso.leadership.supervison", "did you mean", "meso.leadership.supervision"]),
        ("an unknown effect", ["hindrance", "barrier, facilitator, mixed, none"]),
        ("a key in no bibliography", ["nobody1999", "in no bibliography"]),
        ("no cited work", ["cite"]),
        ("a missing column", ["`effect`", "missing"]),
        ("another encoding", ["not UTF-8", "Windows-1252"]),
        ("a broken statement", []),
    ],
)
def test_a_fault_is_told_in_one_line(broken: tuple[Result, Path, dict[str, str]], fault: str, words: list[str]) -> None:
    result, _, told = broken
    lines = [line for line in result.stderr.splitlines() if line.startswith(told[fault] + ":")]
    assert len(lines) == 1, result.stderr
    assert [word for word in words if word not in lines[0]] == []


def test_what_is_not_broken_is_built_all_the_same(broken: tuple[Result, Path, dict[str, str]]) -> None:
    result, folder, _ = broken
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert (folder / "build" / "site" / "index.html").exists()
    assert "bochicchio2022-1" in (folder / "build" / "evidence.trig").read_text(encoding="utf-8")


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


def test_outside_a_workspace_the_way_in_is_named(tmp_path: Path) -> None:
    result = run(tmp_path, "build")
    assert result.exit_code == 2
    assert "evidence init" in result.stderr
