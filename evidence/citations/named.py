"""Author-year pointers become citations: each is looked up in the paper's list, then among the works, and judged where neither has it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evidence.citations.author_year import Pointer, find_pointers, plausible, trim
from evidence.citations.names import PARTICLES, fold
from evidence.citations.resolve import MISSPELT, Acronyms, Index, Match, index_references, index_works, organisation_key
from evidence.model import CslItem, Reference, Work

LOOSE_WEIGHT = 8.0
"""Weight from which a name and a year are taken for a citation without a bracket around, or with words between them."""

_DEFINED = re.compile(r"[(\[]\s?([A-Z][A-Za-z&.-]{1,9})(?=[)\],;])")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_SELF = re.compile(r"\n[\W_]*(?:citation|cite (?:this (?:article|paper) )?as|(?:how )?to cite(?: this article)?)[\W_]*:[^\n]*$", re.I)
"""The start of a line in which a paper says how it wants to be cited itself."""


@dataclass(frozen=True, slots=True)
class Named:
    """An author-year pointer and what it means: ``start``/``end`` in the searched text; ``reference`` or ``work`` the 0-based place
    in its list; when both are ``None``, ``candidates`` are places in the references or (``of_works``) in the works."""

    start: int
    end: int
    pointer: Pointer
    reference: int | None = None
    work: int | None = None
    candidates: tuple[int, ...] = ()
    of_works: bool = False
    note: str = ""


def find_named(text: str, references: Sequence[Reference], works: Sequence[Work]) -> list[Named]:
    """The author-year citations of a text, in order; those that nothing lists are kept when they read like citations."""
    listed, known = index_references(references), index_works(works)
    lower_case = _lower_case_names([r.csl for r in references] + [w.csl for w in works])
    pointers = [p for p in find_pointers(text, lower_case) if not _SELF.search(text, max(0, p.start - 250), p.start)]
    acronyms = read_acronyms(text)
    exact = [listed.find(p, acronyms) for p in pointers]
    cited = frozenset(m.found[0] for m in exact if len(m.found) == 1)
    named: list[Named] = []
    for pointer, match in zip(pointers, exact, strict=True):
        follows = bool(named) and pointer.chained and named[-1].pointer.names == pointer.names
        found = _judged(*_look_up(pointer, match, listed, known, acronyms, cited), follows=follows)
        if found is not None:
            named.append(found)
    return named


def _look_up(
    pointer: Pointer, exact: Match, listed: Index, known: Index, acronyms: Acronyms, cited: frozenset[int]
) -> tuple[Pointer, Match, bool]:
    """The pointer, its best match, and whether that is among the works: both as they stand, the list first, then with a slip."""
    if exact.found:
        return pointer, exact, False
    if (of_works := known.find(pointer, acronyms)).found:
        return pointer, of_works, True
    bent = listed.find_bent(pointer, acronyms, cited)
    if bent.found:
        return pointer, bent, False
    of_works = known.find_bent(pointer, acronyms, frozenset())
    if of_works.found and of_works.note == MISSPELT:
        return pointer, of_works, True
    return pointer, bent if bent.suspected else exact, False


def _judged(pointer: Pointer, match: Match, of_works: bool, *, follows: bool) -> Named | None:
    """The citation that a pointer with its match is; ``None`` when it is none. ``follows``: it shares the names of one that is."""
    loose = pointer.remote or (pointer.setting == "bare" and not pointer.et_al)
    if match.found and not (loose and match.weight < LOOSE_WEIGHT):
        start = pointer.start if pointer.chained else match.start
        if len(match.found) > 1:
            return Named(start, pointer.end, pointer, candidates=match.found, of_works=of_works, note=match.note)
        reference, work = (None, match.found[0]) if of_works else (match.found[0], None)
        return Named(start, pointer.end, pointer, reference, work, note=match.note)
    trimmed = trim(pointer)
    if trimmed is None or not (follows or plausible(trimmed)):
        return None
    return Named(trimmed.start, pointer.end, pointer, candidates=match.suspected, of_works=of_works, note=match.note)


def _lower_case_names(items: Iterable[CslItem]) -> frozenset[str]:
    """Family names that are printed without a capital ("hooks"); elsewhere a lower-case word is no name."""
    people = (person for item in items for person in item.get("author") or () if isinstance(person, dict))
    families = {str(person.get("family") or "") for person in people}
    return frozenset(f for f in families if f and f == f.lower() and f[0].islower() and f.isalpha()) - PARTICLES


def read_acronyms(text: str) -> Acronyms:
    """What the text introduces in brackets, both ways: "World Health Organization (WHO" makes ``who`` and the folded name mean the same.

    A name counts when it begins with the acronym's letter and holds its letters in order as initials of its words.
    """
    same: dict[str, set[str]] = defaultdict(set)
    for match in _DEFINED.finditer(text):
        acronym = fold(match[1])
        if len(acronym) > 1 and sum(c.isupper() for c in match[1]) > 1:
            for name in _spelt_out(text, match.start(), acronym):
                same[acronym].add(name)
                same[name].add(acronym)
    return {key: frozenset(names) for key, names in same.items()}


def _spelt_out(text: str, end: int, acronym: str) -> Iterator[str]:
    """The folded name before an acronym: the shortest run of words whose initials hold its letters."""
    words = [m[0] for m in _WORD.finditer(text, max(0, end - 120), end)]
    for count in range(2, len(words) + 1):
        run = words[-count:]
        if run[0][0].isupper() and fold(run[0])[:1] == acronym[0] and _in_order(acronym, [fold(w) for w in run]):
            yield organisation_key(" ".join(run))
            return


def _in_order(acronym: str, words: Sequence[str]) -> bool:
    initials = iter(word[:1] for word in words)
    return all(letter in initials for letter in acronym)
