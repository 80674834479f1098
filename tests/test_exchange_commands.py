"""Codebooks and codings go out and come in by command, in every format."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from review_workspace import make_workspace

from evidence import cli
from evidence.codebook import read_codebook
from evidence.exchange import read_qdc

TAGUETTE = """<?xml version="1.0" encoding="utf-8"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Taguette"><Codes>
<Code guid="00000001-0000-0000-0000-000000000001" name="meso.hr.pay" isCodable="true"><Description>money</Description></Code>
<Code guid="00000001-0000-0000-0000-000000000002" name="interesting" isCodable="true"></Code>
</Codes><Sets></Sets></CodeBook>"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "ws")


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["-C", str(root), *arguments])


def exported(root: Path, form: str, suffix: str, *options: str) -> Path:
    path = root.parent / f"out.{suffix}"
    result = run(root, "export", form, "--output", str(path), *options)
    assert result.exit_code == 0, result.stderr
    return path


def places(file: Path) -> list[tuple[str, ...]]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [tuple(r[c] for c in ("start", "end", "factor", "effect", "state", "role", "statement")) for r in rows]


FORMATS = [("qdpx", "qdpx", ()), ("qdpx", "qdpx", ("--with-texts",)), ("findings-csv", "csv", ()), ("findings-xlsx", "xlsx", ())]


@pytest.mark.parametrize(("form", "suffix", "options"), FORMATS, ids=["qdpx", "qdpx with texts", "csv", "xlsx"])
def test_codings_go_out_and_come_in(root: Path, form: str, suffix: str, options: tuple[str, ...]) -> None:
    result = run(root, "import", str(exported(root, form, suffix, *options)))
    assert "120 codings in 2 files of bib/codings" in result.stderr
    assert result.exit_code == 0, result.stderr
    for key in ("lee2020", "ito2021"):
        assert places(root / "bib" / "codings" / "c" / f"{key}.csv") == places(root / "bib" / "findings" / f"{key}.csv")


@pytest.mark.parametrize(("form", "suffix"), [("qdc", "qdc"), ("codebook-csv", "csv")])
def test_a_codebook_goes_out_and_comes_in(root: Path, form: str, suffix: str) -> None:
    result = run(root, "import", str(exported(root, form, suffix)))
    assert "4 factors; name it as `codebook`" in result.stderr
    before, _ = read_codebook(root / "codebook.csv")
    after, problems = read_codebook(root / "out.ttl")
    assert not problems
    assert [(f.code, f.label, f.definition) for f in after.factors] == [(f.code, f.label, f.definition) for f in before.factors]
    again = run(root, "import", str(exported(root, form, suffix)))
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)


def test_codings_that_moved_are_found_and_those_that_do_not_fit_are_left_out(root: Path) -> None:
    path = exported(root, "findings-csv", "csv")
    head, first, second, *_ = path.read_text(encoding="utf-8").splitlines()
    start, end = first.split(",")[8:10]
    moved = first.replace(f",{start},{end},", f",{int(start) + 7},{int(end) + 7},")
    path.write_text("\n".join([head, moved, second.replace("ito2021,", "../../evil,", 1)]) + "\n", encoding="utf-8")
    result = run(root, "import", str(path))
    assert result.exit_code == 1
    assert f"its passage stands at {start}-{end} now" in result.stderr
    assert "out.csv:3: `../../evil` is no paper of bib/papers.bib" in result.stderr
    assert not list(root.parent.glob("evil*"))


def test_a_codebook_of_paths_becomes_levels_and_categories() -> None:
    book, _ = read_qdc(TAGUETTE.encode(), "theirs")
    found = [(f.code, f.label, f.level, f.category, f.definition) for f in book.factors]
    assert found == [("meso.hr.pay", "pay", "meso", "meso.hr", "money"), ("interesting", "interesting", "all", "all", "")]
