"""Is the graph sound? SHACL shapes over the whole graph, asked only of what changed.

pySHACL works on an rdflib graph and takes seconds where Oxigraph takes milliseconds; so a source graph that conformed is remembered by
the digest of everything its verdict depends on, and only the nodes of the others are looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evidence import vocabulary as v
from evidence.graph import SourceGraph
from evidence.model import Problem

if TYPE_CHECKING:
    import rdflib

STAGE = "shapes"
_CONTEXT = {v.RDF_TYPE, v.HAS_LEVEL, v.REPORTED_IN}
"""What a shape may ask of a thing that another source graph describes: its types, a factor's level, a work's study."""


@dataclass(frozen=True)
class Conformance:
    """How many source graphs there are, how many were known to conform from an earlier build, and every violation."""

    graphs: int
    remembered: int
    problems: tuple[Problem, ...]


def validate(graphs: Sequence[SourceGraph], shapes: Path, before: Path | None = None, now: Path | None = None) -> Conformance:
    """Checks the graphs against the shapes.

    ``before`` and ``now`` are files with the digests of conforming graphs, of the last build and of this one (``None``: everything is
    checked and nothing remembered). A violation becomes a Problem at the file and line that declared its subject. Raises ``OSError``
    when the shapes cannot be read.
    """
    shapes_text = shapes.read_text(encoding="utf-8")
    known, digests = _remembered(before), _digests(graphs, shapes_text)
    changed = [g for g in graphs if digests[g.name] not in known]
    problems = tuple(_violations(graphs, changed, shapes_text)) if changed else ()
    if now is not None:
        failed = {graph.name for graph in changed if problems and _has_problem(graph, problems)}
        now.write_text(json.dumps(sorted(digest for name, digest in digests.items() if name not in failed)), encoding="utf-8")
    return Conformance(len(graphs), len(graphs) - len(changed), problems)


def _violations(graphs: Sequence[SourceGraph], changed: Sequence[SourceGraph], shapes_text: str) -> Iterator[Problem]:
    # Imported here: they take a third of a second each, and a build that changed nothing does not need them.
    import rdflib
    from pyshacl import validate as shacl

    data = rdflib.Graph()
    for triple in {t for graph in graphs for t in graph.triples}:
        data.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    subjects = {t.subject.value: graph for graph in changed for t in graph.triples if isinstance(t.subject, ox.NamedNode)}
    focus: list[rdflib.URIRef | str] | None = [rdflib.URIRef(s) for s in sorted(subjects)] if len(changed) < len(graphs) else None
    shapes = rdflib.Graph().parse(data=shapes_text, format="turtle")
    _, report, _ = shacl(data, shacl_graph=shapes, inplace=True, focus_nodes=focus)
    result = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    found = []
    for violation in report.subjects(rdflib.RDF.type, result.ValidationResult):
        node = str(report.value(violation, result.focusNode))
        if node in subjects:
            file, line = subjects[node].origins.get(node, (subjects[node].name, None))
            message = str(report.value(violation, result.resultMessage) or "does not conform to the shapes")
            value = report.value(violation, result.value)
            found.append(Problem(STAGE, file, line, node, message if value is None else f"{message} (found: {value})"))
    yield from sorted(set(found), key=lambda p: (p.source, p.line or 0, p.text, p.message))


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> rdflib.URIRef | rdflib.Literal:
    """The same term for rdflib. Graphs of ours have no other kinds of terms."""
    import rdflib

    if isinstance(term, ox.Literal):
        plain = term.language or term.datatype.value == v.XSD_STRING  # rdflib holds "a" and "a"^^xsd:string apart
        return rdflib.Literal(term.value, lang=term.language, datatype=None if plain else rdflib.URIRef(term.datatype.value))
    return rdflib.URIRef(str(term.value) if isinstance(term, ox.NamedNode) else str(term))


def _has_problem(graph: SourceGraph, problems: Iterable[Problem]) -> bool:
    subjects = {t.subject.value for t in graph.triples if isinstance(t.subject, ox.NamedNode)}
    return any(problem.text in subjects for problem in problems)


def _digests(graphs: Sequence[SourceGraph], shapes_text: str) -> dict[str, str]:
    """Per graph, a digest of everything its verdict depends on: the shapes, its triples, and what shapes may ask of the others."""
    lines = {graph.name: [str(t) for t in graph.triples] for graph in graphs}
    context = _digest(s for g in graphs for s, t in zip(lines[g.name], g.triples, strict=True) if t.predicate.value in _CONTEXT)
    return {name: _digest([shapes_text, context, *said]) for name, said in lines.items()}


def _remembered(before: Path | None) -> set[str]:
    try:
        return set(json.loads(before.read_text(encoding="utf-8"))) if before else set()
    except (OSError, ValueError):
        return set()


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8"))
        digest.update(b"\0")
    return digest.hexdigest()
