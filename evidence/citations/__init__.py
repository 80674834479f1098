"""From a paper's running text to its citations: in-text pointers, each with the one reference (or work) it points to.

How a paper cites is decided first, from the evidence: do numbers in brackets or superscripts cover its list, or do names with
years? Then the pointers of that way are read and resolved. A pointer that resolves to nothing stays, marked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from evidence.citations.body import Body, Span, read_body
from evidence.citations.linked import Pointed, read_links, touched
from evidence.citations.named import Named, find_named
from evidence.citations.names import fold
from evidence.citations.numeric import Group, Style, bracket_groups, choose_groups, flattened_groups, marked_groups
from evidence.model import Citation, CitationKind, Document, Reference, Work

__all__ = ["find_citations"]

FRONT_ENDS = frozenset({"abstract", "summary", "introduction", "background", "authorsummary"})
"""Folded headings before which superscripts are authors' affiliations."""


def find_citations(document: Document, references: Sequence[Reference], works: Sequence[Work] = ()) -> tuple[Citation, ...]:
    """All citations of the running text, one for each reference a pointer points to, in order of their places.

    ``references`` are the document's own entries: their places are not searched, and pointers are resolved against them first.
    ``works`` are publications from elsewhere, for a paper without a list, or with one that lacks an entry.
    Mentions stand without the brackets around them; each number of "[4, 6]" and each year of "2020a, 2020b" is one place,
    the numbers of a range share the range's. A pointer that nothing fits has neither reference nor work; ``candidates`` then are what
    it may mean (reference indices, or keys of works): two or more when it is ambiguous, one when a year only looks like a slip.
    """
    body = read_body(document, references)
    numbers = _numbers(references)
    links = read_links(document.text, document.links, references, numbers)
    if links and sum(p.numeric for p in links) * 2 > len(links):
        return tuple(_linked_citations(document, links, references))
    named = find_named(body.text, references, works)
    if not links and (groups := _numeric_groups(document, body, numbers, named)):
        return tuple(_numeric_citations(document, body, groups, references, numbers))
    return tuple(_named_citations(document, body, named, links, references, works))


def _numbers(references: Sequence[Reference]) -> dict[int, int]:
    """Printed number to index: by the labels where most entries have a number, else by position. The first list wins."""
    labels = [(r.label.strip("[]().")[:5], r.index) for r in references]
    labelled = [(int(label), index) for label, index in labels if label.isdecimal()]
    pairs = labelled if 2 * len(labelled) > len(references) else [(r.index, r.index) for r in references]
    return dict(reversed(pairs))


def _numeric_groups(document: Document, body: Body, numbers: Mapping[int, int], named: Sequence[Named]) -> list[Group]:
    """The numeric groups, when numbers name more of the list than names with years do; else none.

    Without a list only square brackets and marked superscripts count, and only where there are more of them than names with years.
    The weaker signs, round brackets and flattened superscripts, are not even asked where names with years name half of the list.
    """
    text = body.text
    square = bracket_groups(text, "square")
    highest = max(numbers, default=max((n for g in square for n in g.numbers), default=0))
    by_name = len({n.reference for n in named if n.reference is not None}) if numbers else len(named)
    front = _front_end(document, body)
    candidates: dict[Style, Callable[[], list[Group]]] = {
        "square": lambda: square,
        "superscript": lambda: [g for g in marked_groups(text, body.places(document.superscripts)) if g.start >= front],
    }
    if 2 * by_name < len(numbers):
        candidates["round"] = lambda: bracket_groups(text, "round")
        candidates["flattened"] = lambda: [g for g in flattened_groups(text, highest) if g.start >= front]
    groups = choose_groups(text, candidates, highest)
    by_number = len({n for g in groups for n in g.numbers} & set(numbers)) if numbers else len(groups)
    return groups if by_number > by_name else []


def _front_end(document: Document, body: Body) -> int:
    """Where the front matter ends in the body: at the first heading that says so; 0 without one."""
    spans = [(s.start, s.start + 1) for s in document.sections if fold(s.title).lstrip("0123456789") in FRONT_ENDS]
    return next((start for start, _ in body.places(spans)), 0)


def _numeric_citations(
    document: Document, body: Body, groups: Iterable[Group], references: Sequence[Reference], numbers: Mapping[int, int]
) -> Iterator[Citation]:
    for group in groups:
        for start, end, number in group.items:
            yield _citation(document, body.source(start, end), "numeric", references, numbers.get(number))


def _linked_citations(document: Document, links: Iterable[Pointed], references: Sequence[Reference]) -> Iterator[Citation]:
    for link in links:
        kind: CitationKind = "numeric" if link.numeric else "narrative" if "(" in document.text[link.start : link.end] else "parenthetical"
        for index in link.references:
            yield _citation(document, (link.start, link.end), kind, references, index)


def _named_citations(
    document: Document, body: Body, named: Iterable[Named], links: Sequence[Pointed], references: Sequence[Reference], works: Sequence[Work]
) -> list[Citation]:
    """Author-year citations. Where the source links one, the link says what it points to; links that meet none are added."""
    found: list[Citation] = []
    met: set[Pointed] = set()
    for name in named:
        place = body.source(name.start, name.end)
        touching = touched(links, *place)
        met.update(touching)
        found.append(_named_citation(document, place, name, {i for link in touching for i in link.references}, references, works))
    found += _linked_citations(document, (link for link in links if link not in met), references)
    return sorted(found, key=lambda c: (c.start, c.end))


def _named_citation(
    document: Document, place: Span, named: Named, targets: Collection[int], references: Sequence[Reference], works: Sequence[Work]
) -> Citation:
    """The citation of an author-year pointer; ``targets`` are the indices that the source links there, if any."""
    kind: CitationKind = "narrative" if named.pointer.setting != "parenthetical" else "parenthetical"
    index = None if named.reference is None else references[named.reference].index
    if targets and index not in targets and len(targets) == 1:
        return _citation(document, place, kind, references, next(iter(targets)))
    if index is not None:
        return _citation(document, place, kind, references, index, named.note)
    keys = [works[i].key if named.of_works else str(references[i].index) for i in named.candidates]
    start, end = place
    work = None if named.work is None else works[named.work].key
    return Citation(start, end, document.text[start:end], kind, None, work, tuple(keys), named.note)


def _citation(
    document: Document, place: Span, kind: CitationKind, references: Sequence[Reference], index: int | None, note: str = ""
) -> Citation:
    """A citation of the reference with this index, with the work that the reference is said to be; unresolved without an index."""
    start, end = place
    reference = None if index is None else references[_position(references, index)]
    return Citation(start, end, document.text[start:end], kind, index, reference.work if reference else None, (), note)


def _position(references: Sequence[Reference], index: int) -> int:
    """The 0-based place of the reference with this index; indices count from 1 unless the caller left some out."""
    if index <= len(references) and references[index - 1].index == index:
        return index - 1
    return next(i for i, r in enumerate(references) if r.index == index)
