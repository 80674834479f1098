"""References: from the text of a paper to parsed entries of its reference list.

One module a step: ``find`` (where the lists stand), ``split`` (list to entries), ``parse`` (entry to reference), and for it ``tokens`` and
``features`` (text to what the model reads), ``crf`` (the trained sequence model), ``segments``, ``repairs`` and ``normalise``
(what it found to CSL-JSON).
``train`` makes the model.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evidence.model import Problem, Reference
from evidence.references.find import find_lists
from evidence.references.parse import LONGEST, parse_reference, parse_references
from evidence.references.split import Entry, split_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence.model import CslItem, Document

__all__ = ["doubts", "find_references", "parse_reference", "parse_references"]

UNSURE = 0.05
"""Score under which a parsed entry is reported as hardly readable."""


def _merge(marked: CslItem, parsed: CslItem) -> CslItem:
    """The fields that the source marks up, gaps filled from the parsed string. Where the source marks a title and
    persons, only identifiers are added: what it leaves out is not there."""
    if marked.get("title") and (marked.get("author") or marked.get("editor")):
        extra = {k: v for k, v in parsed.items() if k in ("DOI", "URL", "PMID", "PMCID", "accessed")}
        return {**extra, **marked}
    return {**parsed, **marked}


def _marked_references(document: Document) -> Iterator[Reference]:
    """The entries that the source itself marks up."""
    entries = (Entry(_without(mark.start, mark.end, document.furniture)) for mark in document.entries)
    for mark, reference in zip(document.entries, parse_references(entry.raw(document.text) for entry in entries), strict=True):
        placed = replace(reference, id=mark.id, start=mark.start, end=mark.end)
        yield replace(placed, csl=_merge(mark.csl, reference.csl), score=1.0) if mark.csl else placed


def _without(start: int, end: int, furniture: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The parts of ``[start, end)`` that are no page furniture."""
    parts = []
    for a, b in sorted(furniture):
        if start < b and a < end:
            if start < a:
                parts.append((start, a))
            start = max(start, b)
    return (*parts, (start, end)) if start < end or not parts else tuple(parts)


def doubts(reference: Reference) -> list[Problem]:
    """What the reader of the list should know of an entry: that only its beginning was read, or that it could hardly be read."""
    if len(reference.raw) > LONGEST:
        text = (
            f"entry {reference.index} of the reference list has {len(reference.raw)} characters; only the first {LONGEST} were read."
            " Check where the list ends."
        )
        return [Problem("references", "", None, reference.raw[:200], text, "note")]
    if reference.score < UNSURE and reference.raw.strip():
        text = f"entry {reference.index} of the reference list could hardly be read; it is kept as it stands. Check its fields."
        return [Problem("references", "", None, reference.raw[:200], text, "note")]
    return []


_DITTO = "—–-_―"


def _same_author(reference: Reference, previous: CslItem) -> Reference:
    """A dash at the head of an entry stands for the author of the entry before: filled in."""
    head = reference.raw.lstrip()[:3]
    if len(head) == 3 and all(c in _DITTO for c in head) and previous.get("author") and "author" not in reference.csl:
        return replace(reference, csl={**reference.csl, "author": previous["author"]})
    return reference


def find_references(document: Document) -> tuple[tuple[Reference, ...], tuple[Problem, ...]]:
    """The parsed entries of all reference lists of a document, in order, and what could not be read of them.

    Entries that the source format marks up are taken from there (with their fields, gaps filled by the parser); otherwise
    the lists are searched in the text. A document without a list gives no references and no problem. Never raises."""
    if document.entries:
        references = list(_marked_references(document))
        return tuple(references), tuple(p for r in references for p in doubts(r))
    entries = [e for start, end in find_lists(document) for e in split_list(document.text, start, end, document.furniture)]
    references = []
    for entry, reference in zip(entries, parse_references(entry.raw(document.text) for entry in entries), strict=True):
        placed = replace(reference, start=entry.start, end=entry.end, label=entry.label or reference.label)
        references.append(_same_author(placed, references[-1].csl if references else {}))
    return tuple(references), tuple(p for r in references for p in doubts(r))
