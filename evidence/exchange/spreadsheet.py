"""Codebook and codings as tables: CSV by itself, XLSX with the extra ``evidence-atlas[xlsx]`` (openpyxl).

The codebook's table has our columns and those that Taguette's codebook import looks for (``path``, ``description``). A table that comes
back is read by the same readers as the workspace's own files, so the same things are reported.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evidence.codebook import COLUMNS, read_codebook
from evidence.exchange.refi import STAGE
from evidence.findings.tables import FINDING_COLUMNS, read_findings
from evidence.model import Codebook, Finding, Problem
from evidence.tables import Row, Table, read_table, write_table

CODEBOOK_COLUMNS = (*COLUMNS, "label", "synonyms", "indicators", "path", "description")
LARGEST = 200_000_000
"""Bytes of a spreadsheet, unpacked."""
LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""

Record = dict[str, object]


class NoSpreadsheetsError(Exception):
    """XLSX was asked for and openpyxl is not installed; the message says how to get it."""


def codebook_table(codebook: Codebook) -> tuple[Sequence[str], list[Record]]:
    """Columns and records of a codebook."""
    categories = {c.code: c for c in codebook.categories}
    records: list[Record] = []
    for f in codebook.factors:
        category = categories[f.category]
        own = f.category.removeprefix(f"{f.level}.") if f.category != f.level else ""
        short = f.code.removeprefix(f"{f.category}.")
        cells: tuple[object, ...] = (f.code, f.level, own, category.label, short, f.definition)
        records.append(
            {**dict(zip(COLUMNS, cells, strict=True)), "path": f.code, "description": f.definition}
            | {"label": f.label, "synonyms": "; ".join(f.synonyms), "indicators": "; ".join(f.indicators)}
        )
    return CODEBOOK_COLUMNS, records


def codings_table(
    findings: Sequence[Finding], codebook: Codebook, texts: Mapping[str, str] | None = None
) -> tuple[Sequence[str], list[Record]]:
    """Columns and records of codings, one a row. With ``texts`` (the papers' texts by key) each row also has its passage."""
    texts = texts or {}
    labels = {f.code: (f.level, f.label) for f in codebook.factors}
    columns = ["paper", *FINDING_COLUMNS, "level", "label", *(["passage"] if texts else [])]
    records: list[Record] = []
    for f in findings:
        level, label = labels.get(f.factor, ("", ""))
        text = texts.get(f.paper)
        passage = text[f.start : f.end] if text is not None else ""
        records.append(vars(f) | vars(f.context) | {"cites": ";".join(f.cites), "level": level, "label": label, "passage": passage})
    return columns, records


def write_xlsx(path: Path, sheets: Mapping[str, tuple[Sequence[str], Sequence[Mapping[str, object]]]]) -> None:
    """Writes sheets (title to columns and records). Every text is a text: nothing that begins with ``=`` becomes a formula.

    Raises ``NoSpreadsheetsError`` and ``OSError``.
    """
    openpyxl = _openpyxl()
    book = openpyxl.Workbook(write_only=True)
    for title, (columns, records) in sheets.items():
        sheet = book.create_sheet(title[:31])
        sheet.freeze_panes = "A2"
        sheet.append(list(columns))
        for record in records:
            sheet.append([_cell(sheet, record.get(c)) for c in columns])
    book.save(path)


def kind_of_table(path: Path) -> str:
    """What a CSV or XLSX table holds, going by its columns: ``codings``, ``codebook``, or nothing known (empty).

    Raises ``NoSpreadsheetsError``, never on content."""
    rows = _read(path, ()).rows
    columns = set(rows[0].cells) if rows else set()
    kinds = {"codings": {"factor", "start", "end"}, "codebook": {"code", "level", "factor"}}
    return next((kind for kind, needed in kinds.items() if needed <= columns), "")


def read_codebook_table(path: Path) -> tuple[Codebook, tuple[Problem, ...]]:
    """A codebook from a CSV or XLSX table with our columns. Raises ``NoSpreadsheetsError``, never on content."""
    if path.suffix.lower() != ".xlsx":
        return read_codebook(path)
    table = _read(path, COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{path.stem}.csv"
        write_table(copy, list(dict.fromkeys(c for row in table.rows for c in row.cells)) or COLUMNS, [row.cells for row in table.rows])
        codebook, problems = read_codebook(copy)
    return codebook, (*table.problems, *(replace(p, source=str(path)) for p in problems))


def read_codings_table(path: Path, codebook: Codebook, works: Collection[str]) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """Codings of one or more papers from a CSV or XLSX table with the columns of a findings file and, for several, ``paper``.

    Rows are checked as those of a findings file are. Raises ``NoSpreadsheetsError``, never on content.
    """
    table = _read(path, ("factor", "effect", "start", "end"))
    problems = list(table.problems)
    findings: list[Finding] = []
    rows: dict[str, list[Row]] = {}
    for row in table.rows:
        rows.setdefault(row["paper"] or path.stem, []).append(row)
    with tempfile.TemporaryDirectory() as folder:
        for number, (paper, own) in enumerate(sorted(rows.items())):
            copy = Path(folder) / f"{number}.csv"
            write_table(copy, FINDING_COLUMNS, [{c: " ".join(row[c].split()) for c in FINDING_COLUMNS} for row in own])
            read, met = read_findings(copy, codebook, works, str(path))
            problems += [replace(p, line=own[p.line - 2].line if p.line and p.line > 1 else p.line) for p in met]
            findings += [_renamed(f, paper, number, own[(f.line or 2) - 2].line) for f in read]
    return tuple(findings), tuple(problems)


def _renamed(finding: Finding, paper: str, number: int, line: int) -> Finding:
    """A finding with its paper's key in place of the number of the table it was read from."""
    id_ = f"{paper}{finding.id.removeprefix(str(number))}" if finding.id.startswith(f"{number}-") else finding.id
    return replace(finding, id=id_, paper=paper, line=line)


def _read(path: Path, required: Sequence[str]) -> Table:
    if path.suffix.lower() != ".xlsx":
        return read_table(path, required, STAGE)
    cells, wrong = _xlsx_rows(path)
    header = [str(c or "").strip() for c in cells[0]] if cells else []
    missing = [c for c in required if c not in header]
    if wrong or missing:
        message = wrong or f"columns {', '.join(missing)} are missing (found: {', '.join(header) or 'none'}); nothing was read"
        return Table((), (Problem(STAGE, str(path), 1, "", message),))
    rows = [Row(n, dict(zip(header, map(_text, row), strict=False))) for n, row in enumerate(cells[1:], 2)]
    return Table(tuple(row for row in rows if any(row.cells.values())), ())


def _xlsx_rows(path: Path) -> tuple[list[Sequence[object]], str]:
    """The rows of the first sheet, and what is wrong with the file."""
    openpyxl = _openpyxl()
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
        if size > LARGEST:
            return [], f"unpacks to {size:,} bytes; at most {LARGEST:,} are read"
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
        return list(book.worksheets[0].iter_rows(values_only=True)), ""
    except Exception as error:  # noqa: BLE001 - the boundary: openpyxl raises whatever a damaged file makes it meet
        return [], f"cannot be read as a spreadsheet ({type(error).__name__}: {error}); save it again as .xlsx or as CSV"


def _text(value: object) -> str:
    """A cell as text; a whole number has no decimal point."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _cell(sheet: Any, value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    from openpyxl.cell import WriteOnlyCell

    text = "" if value is None else "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    cell = WriteOnlyCell(sheet, "")
    cell.value = "".join(c for c in text if c in "\t\n" or ord(c) >= 32)[:LONGEST_CELL]
    cell.data_type = "s"
    return cell


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError as error:
        raise NoSpreadsheetsError("XLSX needs openpyxl: pip install 'evidence-atlas[xlsx]', or use CSV") from error
    return openpyxl
