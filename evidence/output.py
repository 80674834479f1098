"""Records as people and programs want them: a table for the terminal, CSV, JSON, Markdown."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from shutil import get_terminal_size

Record = Mapping[str, object]


def as_table(columns: Sequence[str], records: Sequence[Record], width: int | None = None) -> str:
    """A table of at most ``width`` columns with wrapped cells; default: the terminal's width, 160 where there is no terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for record in records:
        table.add_row(*(Text(_cell(record.get(c))) for c in columns))
    seen = get_terminal_size().columns if sys.stdout.isatty() else 160
    console = Console(file=io.StringIO(), width=width or seen, highlight=False, force_terminal=False)
    console.print(table)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def as_csv(columns: Sequence[str], records: Sequence[Record]) -> str:
    """CSV with a header line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(record.get(c)) for c in columns] for record in records)
    return out.getvalue()


def as_json(columns: Sequence[str], records: Sequence[Record]) -> str:
    """A JSON array of objects."""
    return json.dumps([{c: record.get(c) for c in columns} for record in records], ensure_ascii=False, indent=1) + "\n"


def as_markdown(columns: Sequence[str], records: Sequence[Record]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_cell(r.get(c)).replace("|", r"\|").replace("\n", " ") for c in columns) + " |" for r in records]
    return "\n".join(lines) + "\n"


FORMATS: dict[str, Callable[[Sequence[str], Sequence[Record]], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
    "markdown": as_markdown,
}


def _cell(value: object) -> str:
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
