"""Which format an answer is sent in: the ``Accept`` header with its q-values against what we have (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

RESULTS: Final[dict[str, ox.QueryResultsFormat]] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
}
"""For SELECT and ASK, the first is sent to those who do not mind."""

GRAPHS: Final[dict[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/n3": ox.RdfFormat.N3,
    "application/xml": ox.RdfFormat.RDF_XML,
}
"""For CONSTRUCT, DESCRIBE and the service description."""

SHORT: Final[dict[str, str]] = {
    "json": "application/json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml",
    "sparql-json": "application/sparql-results+json",
    "turtle": "text/turtle",
}
"""What ``?format=`` may say, for those who cannot send a header."""


def negotiate(accept: str, offered: Iterable[str]) -> str | None:
    """The media type to send: the one of the highest q-value, among equals the first offered; ``None`` when nothing will do.

    An empty or missing header accepts anything.
    """
    ranges = _ranges(accept) or [("*/*", 1.0)]
    best, quality = None, 0.0
    for kind in offered:
        if (q := _quality(kind, ranges)) > quality:
            best, quality = kind, q
    return best


def _quality(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The q-value of the most specific range that takes the media type in; 0 where none does."""
    for wanted in (kind, kind.split("/")[0] + "/*", "*/*"):
        for said, q in ranges:
            if said == wanted:
                return q
    return 0.0


def _ranges(accept: str) -> list[tuple[str, float]]:
    ranges = []
    for part in accept.split(","):
        kind, *parameters = (p.strip().lower() for p in part.split(";"))
        quality = next((p[2:].strip() for p in parameters if p.startswith("q=")), "1")
        if kind:
            ranges.append((kind, _number(quality)))
    return ranges


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
