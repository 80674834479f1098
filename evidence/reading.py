"""From a paper's file to its references, citations and suggested findings: the reading half of the pipeline, one short conductor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evidence.citations import find_citations
from evidence.documents import read_document
from evidence.model import Citation, Codebook, Document, Problem, Reading, Reference, Suggestion, Work
from evidence.references import find_references
from evidence.references.match import index_works, match_reference

LONGEST = 2_000_000
"""Characters of a text that are searched for references and citations: a long book; more is a file that is no paper."""


def read_paper(path: Path, works: Sequence[Work] = (), codebook: Codebook | None = None) -> Reading:
    """Reads one paper.

    ``works`` are known works: references are matched to them, and the citations of a paper without a list of its own resolve to
    them. With a ``codebook`` findings are suggested. Never raises on content; what could not be read is among the problems.
    """
    document = read_document(path)
    searched = document if len(document.text) <= LONGEST else replace(document, text=document.text[:LONGEST])
    references, problems = find_references(searched)
    references = match_references(references, works)
    citations = find_citations(searched, references, works)
    if searched is not document:
        problems = (*problems, Problem("reading", path.name, None, "", _too_long(document.text)))
    suggestions = _suggested(searched, citations, codebook) if codebook else ()
    return Reading(document, references, citations, suggestions, (*document.problems, *problems))


def _suggested(document: Document, citations: Sequence[Citation], codebook: Codebook) -> tuple[Suggestion, ...]:
    # Imported here: numbers and word vectors take time to load, and a paper read without a codebook needs none of them.
    from evidence.findings.suggest import suggest_findings

    return suggest_findings(document, citations, codebook)


def _too_long(text: str) -> str:
    return f"holds {len(text):,} characters; only the first {LONGEST:,} were searched for references and citations. Is this one paper?"


def match_references(references: Sequence[Reference], works: Sequence[Work]) -> tuple[Reference, ...]:
    """The references with the known work each matches, where one does."""
    if not works:
        return tuple(references)
    index = index_works(works)
    matched = []
    for reference in references:
        key, score, reason = match_reference(reference.csl, index, reference.raw)
        matched.append(replace(reference, work=key, work_score=score, work_reason=reason))
    return tuple(matched)


def reading_json(reading: Reading) -> dict[str, Any]:
    """A reading in the published shape of ``evidence read --json``."""
    document = reading.document
    return {
        "document": {"title": document.title, "format": document.format, "sha256": document.sha256},
        "text": document.text,
        "sections": [vars(s) for s in document.sections],
        "references": [reference_json(r) for r in reading.references],
        "citations": [citation_json(c) for c in reading.citations],
        "findings": [suggestion_json(s) for s in reading.suggestions],
        "problems": [problem_json(p) for p in reading.problems],
    }


def reference_json(r: Reference) -> dict[str, Any]:
    """One reference in the published shape."""
    place = {"index": r.index, "start": r.start, "end": r.end, "raw": r.raw, "year_suffix": r.year_suffix, "csl": r.csl}
    return place | {"score": round(r.score, 4), "work": r.work, "work_score": round(r.work_score, 4), "work_reason": r.work_reason}


def citation_json(c: Citation) -> dict[str, Any]:
    """One citation in the published shape, with the candidates of an ambiguous one."""
    return vars(c) | {"candidates": list(c.candidates)}


def suggestion_json(s: Suggestion) -> dict[str, Any]:
    """One suggested finding in the published shape."""
    return vars(s) | {"citations": list(s.citations), "evidence": list(s.evidence), "score": round(s.score, 4)}


def problem_json(p: Problem) -> dict[str, Any]:
    """One problem in the published shape."""
    return {"stage": p.stage, "line": p.line, "text": p.text, "message": p.message, "severity": p.severity}
