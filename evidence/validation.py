"""Is the graph sound? SHACL shapes, one source graph at a time, so that only what changed is checked again.

pySHACL works on an rdflib graph and takes seconds where Oxigraph takes milliseconds; a source graph that conformed is remembered by
the digest of everything its verdict depends on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from evidence import vocabulary as v
from evidence.graph import SourceGraph
from evidence.model import Problem

STAGE = "shapes"
_CONTEXT = {v.RDF_TYPE, v.HAS_LEVEL}
"""What a shape may ask of a thing that another source graph describes: its types, and a factor's level."""


@dataclass(frozen=True)
class Conformance:
    """How many source graphs were checked, how many were known to conform from an earlier build, and every violation."""

    graphs: int
    remembered: int
    problems: tuple[Problem, ...]


def validate(graphs: Sequence[SourceGraph], shapes: Path, cache: Path | None = None) -> Conformance:
    """Checks each graph against the shapes, in the context of the others.

    ``cache`` is a file that remembers digests of conforming graphs (left out: nothing is remembered). A violation becomes a Problem
    at the file and line that declared its subject. Raises ``OSError`` when the shapes cannot be read.
    """
    shapes_text = shapes.read_text(encoding="utf-8")
    context = [t for graph in graphs for t in graph.triples if t.predicate.value in _CONTEXT]
    context_digest = _digest(str(t) for t in context)
    known = _remembered(cache)
    digests = {g.name: _digest([shapes_text, context_digest, *map(str, g.triples)]) for g in graphs}
    unknown = [g for g in graphs if g.triples and digests[g.name] not in known]
    problems = tuple(_violations(unknown, shapes_text, context)) if unknown else ()
    failed = {p.source for p in problems}
    conforming = sorted(digest for name, digest in digests.items() if name not in failed)
    if cache is not None and not problems:
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(json.dumps(conforming), encoding="utf-8")
    return Conformance(len(graphs), len(graphs) - len(unknown), problems)


def _violations(graphs: Iterable[SourceGraph], shapes_text: str, context: Sequence[ox.Triple]) -> Iterable[Problem]:
    # Imported here: they take a third of a second each, and a build that changed nothing does not need them.
    import rdflib
    from pyshacl import validate as shacl

    shapes = rdflib.Graph().parse(data=shapes_text, format="turtle")
    result = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    for graph in graphs:
        triples = {*graph.triples, *context}
        data = rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
        subjects = {t.subject.value for t in graph.triples if isinstance(t.subject, ox.NamedNode)}
        _, report, _ = shacl(data, shacl_graph=shapes, inplace=True, advanced=False)
        for violation in sorted(report.subjects(rdflib.RDF.type, result.ValidationResult), key=str):
            focus = str(report.value(violation, result.focusNode))
            if focus in subjects:
                file, line = graph.origins.get(focus, (graph.name, None))
                message = str(report.value(violation, result.resultMessage) or "does not conform")
                value = report.value(violation, result.value)
                yield Problem(STAGE, file, line, focus, message + (f" (found: {value})" if value is not None else ""))


def _remembered(cache: Path | None) -> set[str]:
    try:
        return set(json.loads(cache.read_text(encoding="utf-8"))) if cache else set()
    except (OSError, ValueError):
        return set()


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8"))
        digest.update(b"\0")
    return digest.hexdigest()
