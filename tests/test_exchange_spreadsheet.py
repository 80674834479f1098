"""Tables out and in: CSV and XLSX, Taguette's codebook import, formulas that stay text, damaged files."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest
from conftest import skip_or_fail
from review_workspace import CODEBOOK, findings_in, paper_text

from evidence.codebook import read_codebook
from evidence.exchange import codebook_table, codings_table, read_codebook_table, read_codings_table, spreadsheet, write_xlsx
from evidence.model import Codebook, Finding
from evidence.output import as_csv

ROOT = Path(__file__).resolve().parents[1]
TEXTS = {key: paper_text(key, 8) for key in ("lee2020", "ito2021")}
FINDINGS = [f for key, text in TEXTS.items() for f in findings_in(key, text)]


@pytest.fixture
def book(tmp_path: Path) -> Codebook:
    (tmp_path / "codebook.csv").write_text(CODEBOOK)
    return read_codebook(tmp_path / "codebook.csv")[0]


def write(path: Path, table: tuple) -> None:  # type: ignore[type-arg]
    if path.suffix == ".xlsx":
        write_xlsx(path, {"table": table})
    else:
        path.write_text(as_csv(*table), encoding="utf-8")


def same(finding: Finding) -> tuple[object, ...]:
    return tuple(v for k, v in vars(finding).items() if k not in ("source", "line"))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_codebook_comes_back(tmp_path: Path, suffix: str) -> None:
    shipped, _ = read_codebook(ROOT / "ontology" / "codebooks" / "peer-support.ttl")
    path = tmp_path / f"peer-support{suffix}"
    write(path, codebook_table(shipped))
    back, problems = read_codebook_table(path)
    assert not problems
    assert [(f.code, f.label, f.category, f.definition, f.synonyms, f.indicators) for f in back.factors] == [
        (f.code, f.label, f.category, f.definition, f.synonyms, f.indicators) for f in shipped.factors
    ]
    assert [c.label for c in back.categories] == [c.label for c in shipped.categories]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_codings_of_several_papers_come_back(tmp_path: Path, book: Codebook, suffix: str) -> None:
    path = tmp_path / f"codings{suffix}"
    write(path, codings_table(FINDINGS, book, TEXTS))
    back, problems = read_codings_table(path, book, ["roe1999"])
    assert not problems
    assert sorted(map(same, back), key=str) == sorted(map(same, FINDINGS), key=str)


def test_a_passage_is_shown_only_when_the_texts_are_given(book: Codebook) -> None:
    assert "passage" not in codings_table(FINDINGS, book)[0]
    _, records = codings_table(FINDINGS, book, TEXTS)
    assert str(records[0]["passage"]).startswith("Team 0")


def test_taguette_imports_the_codebook(book: Codebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", ModuleType("sentry_sdk"))  # imported by Taguette's module, not used by this function
    try:
        from taguette.import_codebook import list_tags
    except ImportError:
        skip_or_fail("taguette", "taguette is not installed")
    tags = list_tags(io.BytesIO(as_csv(*codebook_table(book)).encode()))
    assert tags[0] == {"path": "meso.hr.pay", "description": "what people are paid and whether it is fair"}
    assert len(tags) == 4


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "-2", '=HYPERLINK("http://evil.example")', "a\x00b", "x" * 40_000])
def test_nothing_becomes_a_formula(tmp_path: Path, text: str) -> None:
    write_xlsx(tmp_path / "x.xlsx", {"table": (["note"], [{"note": text}])})
    cell = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\x00", "")[:32_767]


def test_bad_rows_are_reported_with_their_line(tmp_path: Path, book: Codebook) -> None:
    columns, records = codings_table(FINDINGS, book)
    records[3] |= {"factor": "meso.hr.pax"}
    records[9] |= {"start": "soon"}
    path = tmp_path / "codings.xlsx"
    write_xlsx(path, {"table": (columns, records)})
    back, problems = read_codings_table(path, book, ["roe1999"])
    assert len(back) == len(FINDINGS) - 2
    assert sorted(p.line or 0 for p in problems) == [5, 11]


def damaged(path: Path) -> None:
    write_xlsx(path, {"table": (["a"], [])})
    path.write_bytes(path.read_bytes()[:-300])


def other(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")


@pytest.mark.parametrize(
    "spoil", [damaged, other, lambda p: p.write_bytes(b""), lambda p: p.mkdir()], ids=["cut", "another ZIP", "empty", "folder"]
)
def test_damaged_spreadsheets_end_in_a_problem(tmp_path: Path, book: Codebook, spoil) -> None:  # type: ignore[no-untyped-def]
    spoil(tmp_path / "x.xlsx")
    back, (problem,) = read_codings_table(tmp_path / "x.xlsx", book, [])
    assert not back
    assert "cannot be read as a spreadsheet" in problem.message
    assert read_codebook_table(tmp_path / "x.xlsx")[1]


def test_a_spreadsheet_bomb_is_not_unpacked(tmp_path: Path, book: Codebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "LARGEST", 100_000)
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", " " * 1_000_000)
    assert "unpacks to" in read_codings_table(tmp_path / "x.xlsx", book, [])[1][0].message


def test_without_openpyxl_the_way_to_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(spreadsheet.NoSpreadsheetsError, match="pip install"):
        write_xlsx(tmp_path / "x.xlsx", {})
