"""Codings from another tool find their place in the reader's own texts, or are reported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from review_workspace import CODEBOOK, findings_in, paper_text

from evidence.agreement import agree, read_coders
from evidence.codebook import read_codebook
from evidence.exchange import Project, place_codings, read_qdpx, write_codings, write_qdpx

UNIX = paper_text("lee2020", 8)
WINDOWS = UNIX.replace("\n", "\r\n")


def project(tmp_path: Path, text: str = UNIX, source: str = "lee2020") -> Project:
    (tmp_path / "codebook.csv").write_text(CODEBOOK)
    book, _ = read_codebook(tmp_path / "codebook.csv")
    findings = [replace(f, paper=source) for f in findings_in("lee2020", text)]
    return read_qdpx(write_qdpx(book, findings, {source: text}))


OWN = [
    ("the same text", UNIX, UNIX),
    ("other line breaks", UNIX, WINDOWS),
    ("other line breaks, the other way", WINDOWS, UNIX),
    ("line breaks kept", WINDOWS, WINDOWS),
    ("a new beginning", UNIX, "A line before.\n" + UNIX),
    ("wrapped lines", UNIX, UNIX.replace(" said that", "\nsaid that")),
]


@pytest.mark.parametrize(("theirs", "own"), [r[1:] for r in OWN], ids=[r[0] for r in OWN])
@pytest.mark.parametrize("source", ["lee2020", "some interview"])
def test_every_coding_finds_its_passage(tmp_path: Path, theirs: str, own: str, source: str) -> None:
    placed, problems = place_codings(project(tmp_path, theirs, source), {"lee2020": own, "other": "Nothing."})
    if source != "lee2020" and own.startswith("A line"):
        assert "no paper at hand" in problems[0].message
        return
    assert not problems
    passages = [own[f.start : f.end] for f in placed]
    assert [p.replace("\n", " ") for p in passages] == [UNIX[f.start : f.end] for f in findings_in("lee2020", UNIX)]
    assert {f.paper for f in placed} == {"lee2020"}


def test_a_passage_that_is_gone_is_reported(tmp_path: Path) -> None:
    placed, problems = place_codings(project(tmp_path), {"lee2020": UNIX.replace("Team 3 ", "Team three ")})
    assert len(placed) == 7
    assert "does not stand in" in problems[0].message


def test_places_without_a_text_are_taken_and_that_is_said(tmp_path: Path) -> None:
    bare = replace(project(tmp_path), texts={"lee2020": None})
    placed, (problem,) = place_codings(bare, {"lee2020": UNIX})
    assert len(placed) == 8
    assert "could not be checked" in problem.message
    assert len(place_codings(bare, {"lee2020": UNIX[:300]})[0]) < 8


def test_two_coders_of_a_project_can_be_compared(tmp_path: Path) -> None:
    read = project(tmp_path)
    both = replace(read, findings=(*read.findings, *(replace(f, coder="Ben") for f in read.findings[:6])))
    placed, _ = place_codings(both, {"lee2020": UNIX})
    files = write_codings(tmp_path / "codings", placed)
    assert [f.relative_to(tmp_path).as_posix() for f in files] == ["codings/ben/lee2020.csv", "codings/c/lee2020.csv"]
    coders, problems = read_coders([f.parent for f in files], read.codebook)
    assert not problems
    assert len(agree(coders, read.codebook, rounds=0).disagreements) == 2
