"""Codebook and codings in and out: REFI-QDA (``.qdc``, ``.qdpx``) for tools of qualitative analysis, CSV and XLSX for spreadsheets."""

from evidence.exchange.placing import place_codings, write_codings
from evidence.exchange.project import read_qdpx, write_qdpx
from evidence.exchange.refi import Project, read_qdc, write_qdc
from evidence.exchange.spreadsheet import (
    codebook_table,
    codings_table,
    kind_of_table,
    read_codebook_table,
    read_codings_table,
    write_xlsx,
)

__all__ = [
    "Project",
    "codebook_table",
    "codings_table",
    "kind_of_table",
    "place_codings",
    "read_codebook_table",
    "read_codings_table",
    "read_qdc",
    "read_qdpx",
    "write_codings",
    "write_qdc",
    "write_qdpx",
    "write_xlsx",
]
