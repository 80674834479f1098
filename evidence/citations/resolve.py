"""Which entry of a list an author-year pointer means.

An ``Index`` holds the entries of one list (a paper's references, or a set of works) by first author and year. Every entry
that shares the first author and the year is weighed by how well the other authors fit; the best weight wins, equal weights are
told apart by the year's letter, and stay ambiguous otherwise. Only what nothing fits exactly may be bent: a misspelt name,
a year that is off. What was bent is said in the note.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import OSA

from evidence.citations.author_year import Name, Pointer
from evidence.citations.names import PARTICLES, fold, initialism
from evidence.model import CslItem, Reference, Work

MISSPELT = "misspelt name"
YEAR_OFF = "year differs from the list"
OTHER_AUTHORS = "other authors in the list"
BY_ORDER = "year letter by order in the list"

LIKELY = 3.0
"""Weight from which a fit is taken."""

DISTINCTIVE = 6
"""Letters from which one slip leaves no doubt who is meant ("Chen" and "Cheng" are two people)."""

_RAW_YEAR = re.compile(r"(?<![\w./:–—-])((?:1[5-9]|20)\d\d)(?=[a-p]?(?![\w/:–—-]))")
_LINK = re.compile(r"(?:https?:|doi\b|10\.\d{4,})\S*", re.IGNORECASE)
_UNDATED = re.compile(r"\bn\.\s?d\b|\bno date\b", re.IGNORECASE)
_IN_PRESS = re.compile(r"\bin press\b|\bforthcoming\b|\bsubmitted\b|\bin preparation\b|\bunder review\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w’'‐‑-]*")
_ASIDE = re.compile(r"[(\[]([^)\]]*)[)\]]")
_AND = re.compile(r"\b(?:and|und|et|y|the)\b", re.IGNORECASE)
_TRUNCATED = frozenset({"etal", "others", "andothers", ""})

Acronyms = Mapping[str, frozenset[str]]
"""Folded acronym or name to the folded names that the text says mean the same."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A reference or work as it is compared. ``position`` is its 0-based place in its list; ``authors`` the folded spellings each
    author may have, in order; ``more`` says that the list of authors breaks off; ``initial`` is the first author's first given
    letter; ``openings`` the first words of the raw string, folded and run together, one, two, three of them…; ``years`` what the record
    says; ``raw_years`` any year printed."""

    position: int
    authors: tuple[frozenset[str], ...]
    more: bool
    initial: str
    openings: tuple[str, ...]
    years: frozenset[str]
    raw_years: frozenset[str]
    suffix: str
    title: str


@dataclass(frozen=True, slots=True)
class Fit:
    """An entry that a pointer may mean: ``weight`` (12 best), ``start`` of the names that were used, what was bent for it."""

    weight: float
    entry: Entry
    start: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What a pointer means: ``found`` are positions in the list, one when resolved, more when ambiguous, none when nothing fits;
    ``suspected`` are positions that only look alike. ``start``: where the names that were used begin."""

    found: tuple[int, ...] = ()
    start: int = 0
    note: str = ""
    weight: float = 0.0
    suspected: tuple[int, ...] = ()


class Index:
    """The entries of one list by first author, by opening word, and by year."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_author: dict[str, list[Entry]] = defaultdict(list)
        self._by_any_author: dict[str, list[Entry]] = defaultdict(list)
        self._by_opening: dict[str, list[Entry]] = defaultdict(list)
        self._authors_of_year: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        for name in entry.authors[0] if entry.authors else ():
            self._by_author[name].append(entry)
            for year in entry.years | entry.raw_years:
                self._authors_of_year[year, name[:1]].add(name)
        for name in {name for author in entry.authors for name in author}:
            self._by_any_author[name].append(entry)
        for opening in entry.openings:
            self._by_opening[opening].append(entry)

    def find(self, pointer: Pointer, acronyms: Acronyms) -> Match:
        """What the pointer means as it stands."""
        return _choose(pointer, self._fits(pointer, acronyms, _year_weight))

    def find_bent(self, pointer: Pointer, acronyms: Acronyms, cited: Collection[int]) -> Match:
        """What the pointer means when a name is misspelt or the year is off. ``cited`` are the positions that other pointers fit as
        they stand: an entry that is cited under its own year is not what another year means, only suspected."""
        misspelt = list(self._misspelt(pointer, cited))
        if misspelt:
            return _choose(pointer, misspelt)
        free = [f for f in self._other_authors(pointer) if f.entry.position not in cited]
        if len({f.entry.position for f in free}) == 1:
            return _choose(pointer, free)
        near = [Fit(f.weight, f.entry, f.start, YEAR_OFF) for f in self._fits(pointer, acronyms, _near_year_weight)]
        free = [f for f in near if f.entry.position not in cited]
        if free:
            return _choose(pointer, free)
        return Match(suspected=tuple(sorted({f.entry.position for f in near})), start=pointer.start, note=YEAR_OFF if near else "")

    def _fits(self, pointer: Pointer, acronyms: Acronyms, year_weight: Callable[[Pointer, Entry], float]) -> list[Fit]:
        fits = []
        for names, key, start, cost in _readings(pointer):
            for entry, malus in self._first_author(key, acronyms):
                weight = _agreement(names, pointer.et_al, entry, _is) + year_weight(pointer, entry) - cost - malus
                if weight >= LIKELY:
                    fits.append(Fit(weight + _initial_weight(names[0], entry), entry, start))
        return fits

    def _first_author(self, key: str, acronyms: Acronyms) -> Iterator[tuple[Entry, float]]:
        """Entries whose first author is called ``key``, and what is to be taken off for how that is known."""
        for name in {key, *acronyms.get(key, ())}:
            for entry in self._by_author.get(name, ()):
                yield entry, 0.0
        for entry in self._by_opening.get(key, ()):
            if not (entry.authors and key in entry.authors[0]):
                yield entry, 2.0

    def _misspelt(self, pointer: Pointer, cited: Collection[int]) -> Iterator[Fit]:
        """Entries with names that are a slip away. One short name alone does not do where the entry is cited as it should be."""
        for names, key, start, cost in _readings(pointer):
            for name in self._authors_of_year.get((pointer.year, key[:1]), ()):
                if not _alike(key, name):
                    continue
                distinctive = len(names) > 1 or max(len(key), len(name)) >= DISTINCTIVE
                least = LIKELY if distinctive else 2 * LIKELY
                for entry in self._by_author[name]:
                    weight = _agreement(names, pointer.et_al, entry, _is_like) + _year_weight(pointer, entry) - cost - 1
                    if weight >= least and (distinctive or entry.position not in cited):
                        yield Fit(weight, entry, start, MISSPELT)

    def _other_authors(self, pointer: Pointer) -> Iterator[Fit]:
        """Entries of the year that have the first named author, though not in front, or not with the others that are named."""
        for _, key, start, cost in _readings(pointer):
            for entry in self._by_any_author.get(key, ()):
                if pointer.year in entry.years and cost < LIKELY:
                    yield Fit(LIKELY - cost, entry, start, OTHER_AUTHORS)


def index_references(references: Sequence[Reference]) -> Index:
    """The index of a paper's reference list; positions are places in ``references``."""
    return Index(_entry(i, r.csl, r.raw, r.year_suffix or "") for i, r in enumerate(references))


def index_works(works: Sequence[Work]) -> Index:
    """The index of a set of works; positions are places in ``works``."""
    return Index(_entry(i, w.csl, "", str(w.csl.get("year-suffix") or "")) for i, w in enumerate(works))


def _entry(position: int, csl: CslItem, raw: str, suffix: str) -> Entry:
    people = [a for a in _people(csl) if isinstance(a, dict)]
    kept = [a for a in people if fold(str(a.get("family") or a.get("literal") or "")) not in _TRUNCATED]
    year, printed_suffix = _issued(csl)
    printed = _LINK.sub(" ", raw)
    raw_years = set(_RAW_YEAR.findall(printed))
    raw_years |= {"n.d."} if _UNDATED.search(printed) else set()
    raw_years |= {"in press"} if _IN_PRESS.search(printed) else set()
    return Entry(
        position=position,
        authors=tuple(_spellings(a) for a in kept),
        more=len(kept) < len(people) or "et al" in raw[:300] or "..." in raw[:300] or "…" in raw[:300],
        initial=fold(str(kept[0].get("given") or ""))[:1] if kept else "",
        openings=_openings(raw),
        years=frozenset({year} if year else ()),
        raw_years=frozenset(raw_years),
        suffix=(suffix or printed_suffix).lower(),
        title=fold(str(csl.get("title") or "")),
    )


def _openings(raw: str) -> tuple[str, ...]:
    words = [fold(word) for word in _WORD.findall(raw[:160])[:10] if not _AND.fullmatch(word)]
    return tuple("".join(words[:count]) for count in range(1, len(words) + 1))


def _people(csl: CslItem) -> list[Any]:
    people = csl.get("author") or csl.get("editor") or []
    return people if isinstance(people, list) else []


def _issued(csl: CslItem) -> tuple[str, str]:
    """(year, year letter) of a CSL item; empty when it says none."""
    issued = csl.get("issued")
    if not isinstance(issued, dict):
        return "", ""
    parts = issued.get("date-parts") or [[]]
    value = str(parts[0][0]) if parts and parts[0] else str(issued.get("literal") or issued.get("raw") or "")
    year = re.search(r"((?:1[5-9]|20)\d\d)([a-p])?\b", value)
    if year:
        return year[1], year[2] or ""
    return ("n.d." if _UNDATED.search(value) else "in press" if _IN_PRESS.search(value) else ""), ""


def _spellings(person: dict[str, Any]) -> frozenset[str]:
    """The folded forms under which the text may name an author."""
    if person.get("family"):
        words = f"{person.get('non-dropping-particle') or ''} {person['family']}".split()
        bare = [w for w in words if w.lower() not in PARTICLES] or words
        forms = [words, bare, str(person["family"]).split()] + ([bare[:1], bare[-1:]] if len(bare) > 1 else [])
        return frozenset(fold("".join(form)) for form in forms) - {""}
    return _organisation_spellings(str(person.get("literal") or ""))


def _organisation_spellings(name: str) -> frozenset[str]:
    forms = [_ASIDE.sub(" ", name), name.split(",")[0], name.split(".")[0], *_ASIDE.findall(name)]
    short = {initialism(_ASIDE.sub(" ", name))}
    return frozenset(organisation_key(form) for form in forms) | frozenset(s for s in short if len(s) > 1) - {""}


def organisation_key(name: str) -> str:
    """The folded form of an organisation's name, without "and" and "the"."""
    return fold("".join(_AND.sub(" ", name).split()))


def _readings(pointer: Pointer) -> Iterator[tuple[tuple[Name, ...], str, int, float]]:
    """The ways to read a pointer's names: (authors, folded first author, where it begins, cost of what is left out).

    Names on the left may belong to the sentence ("In Japan, Smith and Jones"), and so may words of the first ("However Smith");
    all of it may be one organisation ("Centers for Disease Control and Prevention").
    """
    count = len(pointer.names)
    for skipped in range(count):
        names = pointer.names[skipped:]
        cost = 0.0 if not skipped else 8.0 if pointer.joined and len(names) == 1 else float(skipped)
        for at, (start, _) in enumerate(names[0].words):
            rest = [word for _, word in names[0].words[at:]]
            yield names, fold("".join(rest)), start, cost
            if len(rest) > 1 or len(names) > 1:
                whole = organisation_key(" ".join(rest + [name.text for name in names[1:]]))
                yield names[:1], whole, start, cost if len(names) == 1 else 0.0
    if pointer.acronym:
        yield pointer.names[-1:], fold(pointer.acronym), pointer.names[-1].start, 0.0


def _agreement(names: Sequence[Name], et_al: bool, entry: Entry, same: Callable[[Name, frozenset[str]], bool]) -> float:
    """How well the authors fit, the first being known to fit: 12 two or more fit and none is missing, 10 the only one fits;
    less when the entry has more or fewer authors than the text says, or none that could be read; -99 when a named author is another."""
    cited, listed = len(names), len(entry.authors)
    if not all(same(name, spellings) for name, spellings in zip(names[1:], entry.authors[1:], strict=False)):
        return -99.0
    if not listed:
        return 8.0
    if cited > listed:
        return 3.0 if not entry.more else 6.0
    more = entry.more or listed > cited
    if cited > 1:
        return 12.0 if more == et_al else 9.0 if et_al else 8.0
    if et_al:
        return 10.0 if entry.more or listed > 2 else 8.0 if listed == 2 else 4.0
    return 10.0 if not more else 6.0 if listed == 2 else 5.0


def _is(name: Name, spellings: frozenset[str]) -> bool:
    return any(form in spellings for form in _forms(name))


def _is_like(name: Name, spellings: frozenset[str]) -> bool:
    return any(_alike(form, spelling) for form in _forms(name) for spelling in spellings)


def _forms(name: Name) -> Iterator[str]:
    words = [word for _, word in name.words]
    return (fold("".join(words[at:])) for at in range(len(words)))


def _alike(one: str, other: str) -> bool:
    """The same name, or one slip of the pen apart (two in long names); the first letter is taken to be right."""
    if one == other:
        return True
    longest = max(len(one), len(other))
    allowed = 0 if longest < 4 else 1 if longest < 8 else 2
    return bool(allowed) and one[:1] == other[:1] and OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _year_weight(pointer: Pointer, entry: Entry) -> float:
    if pointer.year in entry.years or (pointer.earlier and pointer.earlier in entry.years):
        return 0.0
    if pointer.year in entry.raw_years:
        return -3.0
    return -4.0 if not entry.years and not entry.raw_years else -99.0


def _near_year_weight(pointer: Pointer, entry: Entry) -> float:
    """For a year that is off: by one, by one digit when two authors fit, or not known yet in the text or in the list."""
    years = entry.years or entry.raw_years
    if not years or not pointer.year.isdigit():
        return -1.0
    wanted = int(pointer.year)
    listed = [int(year) for year in years if year.isdigit()]
    if not listed or any(abs(year - wanted) <= 1 for year in listed):
        return -1.0
    slip = any(sum(a != b for a, b in zip(str(year), pointer.year, strict=True)) == 1 for year in listed)
    return -2.0 if slip and len(pointer.names) > 1 else -99.0


def _initial_weight(name: Name, entry: Entry) -> float:
    cited = fold(name.initials)[:1]
    if not cited or not entry.initial:
        return 0.0
    return 1.0 if cited == entry.initial else -1.0


def _choose(pointer: Pointer, fits: Sequence[Fit]) -> Match:
    """The entry that fits best, or all that fit best."""
    best: dict[int, Fit] = {}
    for fit in fits:
        known = best.get(fit.entry.position)
        if known is None or (fit.weight, -fit.start) > (known.weight, -known.start):
            best[fit.entry.position] = fit
    if not best:
        return Match(start=pointer.start)
    told, note = _by_letter(pointer.suffix, sorted(best.values(), key=lambda f: f.entry.position))
    heaviest = max(f.weight for f in told)
    chosen = [f for f in told if f.weight == heaviest]
    if len({(f.entry.title or str(f.entry.position)) for f in chosen}) == 1:
        chosen = chosen[:1]
    positions = tuple(f.entry.position for f in chosen)
    first = chosen[0]
    if note is None:
        return Match(suspected=positions, start=first.start, note="year letter is not in the list")
    return Match(positions, min(f.start for f in chosen), first.note or note, heaviest)


def _by_letter(letter: str, fits: list[Fit]) -> tuple[list[Fit], str | None]:
    """The fits that the year's letter leaves, and what was bent for it; ``None``: the list has other letters only."""
    plain = [f for f in fits if not f.entry.suffix]
    if not letter:
        heaviest = max(f.weight for f in fits)
        return [f for f in plain if f.weight == heaviest] or fits, ""
    exact = [f for f in fits if f.entry.suffix == letter]
    if exact:
        return exact, ""
    heaviest = max((f.weight for f in plain), default=0.0)
    plain = [f for f in plain if f.weight == heaviest]
    place = ord(letter) - ord("a")
    if len(plain) > 1 and place < len(plain):
        return [plain[place]], BY_ORDER
    return (plain, "") if plain else (fits, None)
