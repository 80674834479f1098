"""Out of the workspace: its works as a bibliography, its graph in an RDF syntax, its findings as one table."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from evidence.bibliography import write_bibliography
from evidence.output import as_csv
from evidence.pipeline import Corpus, read_corpus
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
FORMATS = (*BIBLIOGRAPHY_FORMATS, "findings-csv", *RDF_FORMATS)


class NotBuiltError(Exception):
    """The graph was asked for before it was built."""


def export(workspace: Workspace, form: str) -> bytes:
    """The workspace in one of ``FORMATS``.

    Raises ``NotBuiltError`` when the graph is asked for and there is none.
    """
    if form in BIBLIOGRAPHY_FORMATS:
        return write_bibliography(read_corpus(workspace).works.values(), form).encode()
    if form == "findings-csv":
        return _findings(read_corpus(workspace)).encode()
    return _graph(workspace, RDF_FORMATS[form])


def _graph(workspace: Workspace, form: ox.RdfFormat) -> bytes:
    path = workspace.build / "evidence.trig"
    if not path.is_file():
        raise NotBuiltError(f"{path}: there is no graph yet; run `evidence build` first")
    quads = ox.parse(path=str(path))
    statements = quads if form.supports_datasets else (quad.triple for quad in quads)
    return ox.serialize(statements, format=form, prefixes=PREFIXES) or b""


def _findings(corpus: Corpus) -> str:
    """Every finding of every paper, with the factor's level and label, one a row."""
    factors = {f.code: f for f in corpus.codebook.factors}
    columns = ["paper", "id", "level", "factor", "label", "effect", "state", "role", "statement", "section", "start", "end", "cites"]
    columns += ["country", "setting", "phase", "informant"]
    rows: list[Mapping[str, object]] = [
        vars(f) | vars(f.context) | {"level": factors[f.factor].level, "label": factors[f.factor].label, "cites": ";".join(f.cites)}
        for paper in corpus.findings.values()
        for f in paper
    ]
    return as_csv(columns, rows)
