"""CSV tables with the line each row stands on, and what is wrong with them.

The files are edited in spreadsheet programs, so a UTF-8 signature, Windows-1252 bytes, ``;`` or tab as separator and blank
rows are met as they come; whatever is bent is reported.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.model import Problem


@dataclass(frozen=True)
class Row:
    """One row of a table: its 1-based line in the file (the last one, for a row that runs over several) and its cells by column."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """The rows that could be read and what could not."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_table(path: Path, required: Sequence[str], stage: str, name: str = "") -> Table:
    """Reads a CSV file.

    ``required`` are the columns without which a row means nothing; when one is missing the table is empty and a Problem names
    it. ``stage`` and ``name`` (default: the path) are what the Problems say. Cells are stripped. Never raises on content or on a
    file that cannot be opened.
    """
    name = name or str(path)
    text, problems = read_text(path, stage, name)
    if text is None:
        return Table((), tuple(problems))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    rows: list[Row] = []
    header: list[str] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if not header:
                header = stripped
                missing = [column for column in required if column not in header]
                if missing:
                    message = f"column {_listed(missing)} is missing (found: {', '.join(header)}); nothing of this file was read"
                    return Table((), (*problems, Problem(stage, name, 1, ",".join(cells), message)))
                continue
            if len(stripped) > len(header) and any(stripped[len(header) :]):
                message = f"has {len(stripped)} cells under {len(header)} columns; quote cells that hold a comma. The row was left out"
                problems.append(Problem(stage, name, reader.line_num, ",".join(cells), message))
                continue
            rows.append(Row(reader.line_num, dict(zip(header, stripped, strict=False))))
    except csv.Error as error:
        message = f"cannot be read on from here ({error}); the rows before were kept"
        problems.append(Problem(stage, name, reader.line_num, "", message))
    if not header:
        problems.append(Problem(stage, name, 1, "", f"is empty; its first line should be {','.join(required)}"))
    return Table(tuple(rows), tuple(problems))


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Writes a CSV file (UTF-8, ``\\n`` line ends) in one step: a reader sees the old file or the new one, never half of it.

    Raises ``OSError`` when the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([["" if row.get(c) is None else row.get(c, "") for c in columns] for row in rows])
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_text(path: Path, stage: str, name: str = "") -> tuple[str | None, list[Problem]]:
    """The text of a file that people edit, ``None`` when it cannot be opened, and what is wrong with it.

    UTF-8 with or without its signature, UTF-16 with one; other bytes are read as Windows-1252 (what spreadsheets write), with a
    Problem at the first line that is not UTF-8. ``stage`` and ``name`` (default: the path) are what the Problems say.
    """
    name = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"cannot be opened ({error.strerror or error}); check the path and its permissions"
        return None, [Problem(stage, name, None, "", message)]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        note = Problem(stage, name, 1, "", "is UTF-16, not UTF-8; it was read, save it as UTF-8", "note")
        return data.decode("utf-16", errors="replace"), [note]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8 here; the file was read as Windows-1252, so letters may be wrong: save it as UTF-8"
        return data.decode("cp1252", errors="replace"), [Problem(stage, name, line, "", message)]


def _delimiter(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=first.count) if first else ","


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)
