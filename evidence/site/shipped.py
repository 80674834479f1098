"""The graph that travels with the query page, packed into a classic script, which a page opened from a file may load.

The digest is that of the sorted N-Quads, so it does not depend on the store or on how the graph was written down.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from evidence.site.atlas import Atlas
from evidence.store import Store
from evidence.vocabulary import PREFIXES

MOST = 500_000
"""How many triples a browser may be given: some five seconds of loading."""


@dataclass(frozen=True)
class Shipped:
    """A packed graph: the SHA-256 of its sorted N-Quads, how many triples it has, and the script that carries it."""

    sha256: str
    triples: int
    script: str


def pack(store: Store, atlas: Atlas) -> Shipped | None:
    """The whole graph of a store with the page of each thing in it; ``None`` where it is too large for a browser."""
    if len(store) > MOST:
        return None
    lines = sorted((ox.serialize(store.dump(), format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    digest = hashlib.sha256(b"".join(lines))
    lines.sort(key=_graph_of)
    quads = ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)
    trig = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=PREFIXES) or b""
    pages = json.dumps(page_of(atlas), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    script = f'window.evidenceGraph = {{"data": "{_packed(trig)}", "pages": "{_packed(pages)}"}};\n'
    return Shipped(digest.hexdigest(), len(lines), script)


def _graph_of(line: bytes) -> bytes:
    """The name of the graph at the end of a line of N-Quads."""
    return line.rsplit(b" ", 2)[1]


def page_of(atlas: Atlas) -> Mapping[str, str]:
    """The page, or the place on a page, where the site shows each thing of the graph, by IRI."""
    works = {work.iri: work.path for work in atlas.works.values()}
    studies = {s.iri: works[s.works[0]] for s in atlas.studies.values()}
    findings = {finding.iri: finding.place for finding in atlas.findings.values()}
    influences = {i.iri: f"influences.html#{i.iri.rsplit('/', 1)[-1]}" for i in atlas.influences}
    return {**studies, **atlas.factor_files, **works, **findings, **influences}


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, 6, mtime=0)).decode("ascii")
