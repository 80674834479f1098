"""Out of the workspace: its works as a bibliography, its graph in an RDF syntax, its codebook and codings for other tools."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pyoxigraph as ox

from evidence.bibliography import write_bibliography
from evidence.exchange import codebook_table, codings_table, write_qdc, write_qdpx, write_xlsx
from evidence.model import Finding
from evidence.output import as_csv
from evidence.pipeline import Corpus, read_corpus, reviewed
from evidence.vocabulary import PREFIXES
from evidence.workspace import Workspace

RDF_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "json-ld": ox.RdfFormat.JSON_LD,
    "rdf-xml": ox.RdfFormat.RDF_XML,
}
"""RDF syntaxes that the built graph can be written in."""

BIBLIOGRAPHY_FORMATS = ("bibtex", "ris", "csl-json")
Texts = Mapping[str, str]
"""The papers' texts by citation key; empty where passages are to stay with their owners."""


class NotBuiltError(Exception):
    """The graph was asked for before it was built."""


def export(workspace: Workspace, form: str, texts: Texts | None = None) -> bytes:
    """The workspace in one of ``FORMATS``. With ``texts`` codings and projects hold the passages too; most papers do not allow that.

    Raises ``NotBuiltError`` when the graph is asked for and there is none, ``NoSpreadsheetsError`` without the extra for XLSX.
    """
    if form in RDF_FORMATS:
        return _graph(workspace, RDF_FORMATS[form])
    corpus = reviewed(read_corpus(workspace))
    if form in BIBLIOGRAPHY_FORMATS:
        return write_bibliography(corpus.works.values(), form).encode()
    return _CODINGS[form](corpus, workspace.title, texts or {})


def _graph(workspace: Workspace, form: ox.RdfFormat) -> bytes:
    path = workspace.build / "evidence.trig"
    if not path.is_file():
        raise NotBuiltError(f"{path}: there is no graph yet; run `evidence build` first")
    quads = ox.parse(path=str(path))
    statements = quads if form.supports_datasets else (quad.triple for quad in quads)
    return ox.serialize(statements, format=form, prefixes=PREFIXES) or b""


def _findings(corpus: Corpus) -> list[Finding]:
    return [f for paper in corpus.findings.values() for f in paper]


def _findings_csv(corpus: Corpus, _: str, texts: Texts) -> bytes:
    return as_csv(*codings_table(_findings(corpus), corpus.codebook, texts)).encode()


def _codebook_csv(corpus: Corpus, _title: str, _texts: Texts) -> bytes:
    return as_csv(*codebook_table(corpus.codebook)).encode()


def _findings_xlsx(corpus: Corpus, _: str, texts: Texts) -> bytes:
    book = corpus.codebook
    sheets = {"findings": codings_table(_findings(corpus), book, texts), "codebook": codebook_table(book)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "findings.xlsx"
        write_xlsx(path, sheets)
        return path.read_bytes()


def _qdc(corpus: Corpus, _title: str, _texts: Texts) -> bytes:
    return write_qdc(corpus.codebook)


def _qdpx(corpus: Corpus, title: str, texts: Texts) -> bytes:
    return write_qdpx(corpus.codebook, _findings(corpus), texts or None, title)


_CODINGS: dict[str, Callable[[Corpus, str, Texts], bytes]] = {
    "findings-csv": _findings_csv,
    "findings-xlsx": _findings_xlsx,
    "codebook-csv": _codebook_csv,
    "qdc": _qdc,
    "qdpx": _qdpx,
}
FORMATS = (*BIBLIOGRAPHY_FORMATS, *_CODINGS, *RDF_FORMATS)
