"""What a change of some triples does to the rows of a sub-select, without asking for all of its rows again.

Something is noted while the store is as it was, and the rows that went and came are told once it has changed. There are two ways, and a
sub-select for which neither is sure is asked anew:

- *by difference*: where all triples that changed belong to some things (findings, say) of which every counted row has one, the rows of only
  these things are counted before and after. Sums differ by what these differ; of different values (``COUNT(DISTINCT ?paper)``) one counts
  only if no other row has it, which is looked up for each value that came or went;
- *by group*: the groups or list entries to which rows came or from which rows went are found, and only they are asked again. Of a list that
  is longer than what is kept, what is beyond the last row kept is not known: the list gets shorter as its rows go, until it is asked anew.

Which triples a sub-select hangs on is read from its text (``evidence.subselects``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pyoxigraph as ox

from evidence.query import rows_of
from evidence.store import GraphStore
from evidence.subselects import Group, Part, Tally, Term, TriplePattern, group_of, restricted, spread, tally_of, unfolded, with_terms
from evidence.vocabulary import XSD_INTEGER

Row = tuple[Term, ...]
MANY: Final = 5_000
"""Triples that changed from which on everything is counted anew."""

AT_ONCE: Final = 40
"""Sub-selects that are asked in one query, which is faster than one by one."""

ONE_BY_ONE: Final = 4
"""Things up to which it is asked of each whether it has a value; of more all are looked through."""

FEW: Final = 2_000
"""Things up to which it is looked up which of them a value belongs to."""


class UnsureError(Exception):
    """What became of the rows cannot be told from what changed."""


@dataclass(frozen=True)
class Touch:
    """Triples that changed and may stand in the rows of a group: ``things`` are the values of the variables that all of these triples have,
    ``subject`` one of them; ``chain`` is the group and those around it."""

    chain: tuple[Group, ...]
    subject: str
    things: Mapping[str, frozenset[Term]]

    def known(self) -> dict[str, int]:
        """The variables of the chain, each with how many of its groups it takes to know it."""
        out: dict[str, int] = {}
        for depth, group in enumerate(self.chain, 1):
            out.update({name: depth for name in group.variables if name not in out})
        return out

    def occurs(self, store: GraphStore) -> bool:
        """Whether one of the triples may stand in a row."""
        return _any(store, (self._pattern(len(self.chain), thing) for thing in self.things[self.subject]))

    def values(self, store: GraphStore, variable: str) -> frozenset[Term]:
        """The values of a known variable in the rows in which the triples may stand."""
        if variable == self.subject:
            return self.things[variable]
        depth = self.known()[variable]
        asked = (f"SELECT DISTINCT ?{variable} {{ {self._pattern(depth, thing)} }}" for thing in self.things[self.subject])
        return frozenset(cell for record in _all(store, asked) if (cell := record[variable]) is not None)

    def _pattern(self, depth: int, thing: Term) -> str:
        triples = [t for group in self.chain[:depth] for t in group.triples]
        return with_terms(" ".join(map(str, _from(self.subject, triples))), {self.subject: thing})


class Changed:
    """Triples that came or went."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._by_predicate: dict[str, list[ox.Triple]] = {}
        for triple in triples:
            self._by_predicate.setdefault(triple.predicate.value, []).append(triple)

    def fitting(self, pattern: TriplePattern) -> list[ox.Triple]:
        """Those that a triple pattern may fit."""
        kinds = [pattern.iri] if pattern.iri else list(self._by_predicate)
        return [triple for kind in kinds for triple in self._by_predicate.get(kind, ()) if pattern.fits(triple)]


def touches(text: str, changed: Changed) -> list[Touch]:
    """Where triples that changed may stand in the rows of a query or sub-select. Raises ``UnsureError`` where its text does not tell."""
    whole = group_of(text)
    if whole is None:
        raise UnsureError
    return [touch for chain in whole.chains() for touch in _touches(chain, changed)]


def _touches(chain: tuple[Group, ...], changed: Changed) -> Iterator[Touch]:
    by_subject: dict[str, list[dict[str, frozenset[Term]]]] = {}
    for pattern in chain[0].triples:
        found = changed.fitting(pattern)
        if found:
            ends: dict[str, list[Term]] = {pattern.subject: [t.subject for t in found], pattern.object: [t.object for t in found]}
            things = {word[1:]: frozenset(terms) for word, terms in ends.items() if word.startswith("?")}
            by_subject.setdefault(pattern.subject, []).append(things)
    for subject, found_things in by_subject.items():
        if not subject.startswith("?"):
            raise UnsureError
        common = set.intersection(*(set(things) for things in found_things))
        yield Touch(chain, subject[1:], {name: frozenset().union(*(things[name] for things in found_things)) for name in common})


def may_touch(text: str, changed: Changed) -> bool:
    """Whether a query's text has a pattern that one of the triples fits."""
    try:
        return bool(touches(text, changed))
    except UnsureError:
        return True


def touched(store: GraphStore, text: str, changed: Changed) -> bool:
    """Whether the rows of a query may have changed, as far as this state of the store tells."""
    try:
        return any(touch.occurs(store) for touch in touches(text, changed))
    except UnsureError:
        return True


Kept = Callable[[Sequence[str], Iterable[Row]], list[Row]]
"""Gives the rows kept whose cells in some columns are one of these."""


class Now:
    """The store after a change, with what was looked up in it for one sub-select kept for the next."""

    def __init__(self, store: GraphStore) -> None:
        self.store = store
        self._holders: dict[str, frozenset[Term] | None] = {}

    def holders(self, said: str) -> frozenset[Term] | None:
        """The things of which a predicate and an object are said; ``None`` where they are many."""
        if said not in self._holders:
            rows = rows_of(self.store.query(f"SELECT ?x {{ ?x {said} }} LIMIT {FEW}")).rows
            self._holders[said] = frozenset(cell for (cell,) in rows if cell is not None) if len(rows) < FEW else None
        return self._holders[said]


@dataclass(frozen=True)
class Counts:
    """What the rows of some things come to, by group: the different values of each count, and the sums."""

    values: Mapping[str, frozenset[tuple[Row, Row]]]
    sums: Mapping[Row, Mapping[str, int]]


@dataclass(frozen=True)
class Difference:
    """A sub-select counted by difference: the rows in which ``variable`` is one of the ``things`` are all that may have changed, unless one
    of the ``others`` occurs."""

    part: Part
    tally: Tally
    variable: str
    things: frozenset[Term]
    others: tuple[Touch, ...]

    @property
    def sure(self) -> bool:
        """Whether it cannot turn out later that the rows changed otherwise."""
        return not self.others

    @classmethod
    def of(cls, part: Part, found: Sequence[Touch]) -> Difference:
        """How a sub-select is counted by difference. Raises ``UnsureError`` where it cannot be."""
        tally = tally_of(part)
        called = [name for touch in found for name in (touch.subject, *sorted(set(touch.things) - {touch.subject}))]
        names = [name for name in called if tally and name in tally.group.variables and not tally.group.hides(name)]
        if tally is None or not names or (tally.keys and not tally.vital):
            raise UnsureError
        variable = max(names, key=names.count)
        if any(g.shows is not None for (g, *_) in list(tally.group.chains())[1:]) and not all(
            tally.counts_itself(variable, counted) for counted in tally.distinct.values()
        ):
            raise UnsureError
        theirs = [touch.things[variable] for touch in found if variable in touch.things]
        others = tuple(touch for touch in found if variable not in touch.things)
        return cls(part, tally, variable, frozenset().union(*theirs), others)

    def note(self, store: GraphStore) -> Counts:
        """What the rows of the things come to now. Raises ``UnsureError`` when the others have rows as well."""
        if any(touch.occurs(store) for touch in self.others):
            raise UnsureError
        tally = self.tally
        columns = list(dict.fromkeys([*tally.keys, self.variable, *(name for counted in tally.distinct.values() for name in counted)]))
        asked = f"SELECT DISTINCT {' '.join(f'?{name}' for name in columns)} WHERE {{ {unfolded(tally.body)} }}"
        rows = self._asked(store, asked)
        values = {name: frozenset(_pairs(rows, tally.keys, counted)) for name, counted in tally.distinct.items()}
        return Counts(values, self._sums(store) if tally.sums else {})

    def _asked(self, store: GraphStore, sparql: str) -> list[dict[str, Term | None]]:
        """The rows of a sub-select for each of the things."""
        return _all(store, (restricted(sparql, self.variable, thing) for thing in self.things))

    def _sums(self, store: GraphStore) -> dict[Row, dict[str, int]]:
        out: dict[Row, dict[str, int]] = {}
        for record in self._asked(store, self.part.text):
            sums = out.setdefault(_cells(record, self.tally.keys), dict.fromkeys(self.tally.sums, 0))
            for name in self.tally.sums:
                sums[name] += _number(record[name])
        return out

    def rows(self, now: Now, before: Counts, kept: Kept) -> tuple[list[Row], list[Row]]:
        """The rows that went and those that came, from what was counted before. Raises ``UnsureError``."""
        changes = self._changes(now, before, self.note(now.store))
        old = {self._key(row): row for row in kept(self.tally.keys, changes)} if changes else {}
        new = [self._row(key, old.get(key), change) for key, change in changes.items()]
        return list(old.values()), [row for row in new if row]

    def _changes(self, now: Now, before: Counts, after: Counts) -> dict[Row, dict[str, int]]:
        """By how much each count of each group changes, where any does."""
        out: dict[Row, dict[str, int]] = {}
        for name, counted in self.tally.distinct.items():
            alone = self.tally.counts_itself(self.variable, counted)
            for key, value in before.values[name] ^ after.values[name]:
                if alone or not self._elsewhere(now, key, counted, value):
                    change = out.setdefault(key, {})
                    change[name] = change.get(name, 0) + (1 if (key, value) in after.values[name] else -1)
        for key in {*before.sums, *after.sums}:
            for name in self.tally.sums:
                more = after.sums.get(key, {}).get(name, 0) - before.sums.get(key, {}).get(name, 0)
                if more:
                    out.setdefault(key, {})[name] = more
        return out

    def _elsewhere(self, now: Now, key: Row, counted: tuple[str, ...], value: Row) -> bool:
        """Whether a row of other things has the value in the group."""
        terms = dict(zip((*self.tally.keys, *counted), (*key, *value), strict=True))
        body = with_terms(self.tally.body, terms)
        said = [f"{p.predicate} {terms[p.object[1:]]}" for p in self._own if p.object[1:] in terms]
        held = {one: found for one in said if (found := now.holders(one)) is not None}
        others = frozenset.intersection(*held.values()) - self.things if held else None
        if others is not None and (len(others) <= ONE_BY_ONE or self.tally.group.groups):
            return _any(now.store, (unfolded(with_terms(body, {self.variable: one})) for one in others))
        first = f"?{self.variable} {min(held, key=lambda one: len(held[one]))} ." if held else ""
        without = ", ".join(map(str, self.things))
        rows = unfolded(f"{first} {body}")
        return bool(now.store.query(f"ASK {{ {rows} FILTER(?{self.variable} NOT IN ({without})) }}"))

    @property
    def _own(self) -> list[TriplePattern]:
        """What the rows say of the things themselves."""
        return [pattern for pattern in self.tally.group.triples if pattern.subject[1:] == self.variable]

    def _row(self, key: Row, old: Row | None, change: Mapping[str, int]) -> Row | None:
        """The row of a group whose counts change; ``None`` for a group that has no rows any more."""
        names = [name for name, _ in self.part.variables]
        cells = dict(zip(names, old, strict=True)) if old else dict(zip(self.tally.keys, key, strict=True))
        counts = {name: _number(cells.get(name, ox.Literal(0))) + change.get(name, 0) for name in (*self.tally.distinct, *self.tally.sums)}
        if min(counts.values()) < 0:
            raise UnsureError
        if self.tally.keys and not any(counts[name] for name in self.tally.vital):
            return None
        cells |= {name: ox.Literal(number) for name, number in counts.items()}
        return _cells(cells, names)

    def _key(self, row: Row) -> Row:
        return _cells(dict(zip((name for name, _ in self.part.variables), row, strict=True)), self.tally.keys)


@dataclass(frozen=True)
class Regrouping:
    """A sub-select of which some groups or entries are asked again: those with one of these values in a column."""

    part: Part
    found: tuple[Touch, ...]
    sure: bool = True

    def note(self, store: GraphStore) -> list[dict[str, frozenset[Term]]]:
        """For each touch the values of each column that it leads to. Raises ``UnsureError`` where one leads to none."""
        whole = group_of(self.part.text)
        columns = [n for n, counts in self.part.variables if whole and not counts and n in whole.certain and not whole.hides(n)]
        out = []
        for touch in self.found:
            known = touch.known()
            out.append({name: touch.values(store, name) for name in columns if name in known})
            if not out[-1] and touch.occurs(store):
                raise UnsureError
        return out

    def rows(self, now: Now, before: Sequence[Mapping[str, frozenset[Term]]], kept: Kept) -> tuple[list[Row], list[Row]]:
        """The rows that went and those that came, from the values before. Raises ``UnsureError``."""
        wanted: dict[str, frozenset[Term]] = {}
        for was, after in zip(before, self.note(now.store), strict=True):
            if after:
                name = min(after, key=lambda n: len(was[n] | after[n]))
                wanted[name] = wanted.get(name, frozenset()) | was[name] | after[name]
        went: dict[Row, None] = {}
        came: dict[Row, None] = {}
        for name, terms in wanted.items():
            if terms:
                went |= dict.fromkeys(kept([name], [(term,) for term in terms]))
                names = [name for name, _ in self.part.variables]
                asked = _all(now.store, (restricted(spread(self.part.text), name, term) for term in terms))
                came |= dict.fromkeys(_cells(record, names) for record in asked)
        return list(went), list(came)


Way = Difference | Regrouping


def ways(part: Part, found: Sequence[Touch]) -> Iterator[Way]:
    """The ways in which the rows of a sub-select can be followed, the better one first."""
    with suppress(UnsureError):
        yield Difference.of(part, found)
    yield Regrouping(part, tuple(found))


def _all(store: GraphStore, asked: Iterable[str]) -> list[dict[str, Term | None]]:
    """The rows of several SELECTs, each once for each that has it."""
    selects = list(asked)
    answers = (rows_of(store.query(_together(selects[n : n + AT_ONCE]))) for n in range(0, len(selects), AT_ONCE))
    return [dict(zip(answer.columns, row, strict=True)) for answer in answers for row in answer.rows]


def _from(variable: str, triples: Sequence[TriplePattern]) -> list[TriplePattern]:
    """Triple patterns in the order in which they hang together, from a variable on, because that is the order an engine takes them in."""
    known, out, left = {f"?{variable}"}, [], list(triples)
    while left:
        nearest = next((t for t in left if known & {t.subject, t.object}), left[0])
        known |= {word for word in (nearest.subject, nearest.object) if word.startswith("?")}
        out.append(nearest)
        left.remove(nearest)
    return out


def _any(store: GraphStore, bodies: Iterable[str]) -> bool:
    """Whether one of several groups has rows; the first ones are asked by themselves, because most often they have."""
    left, number = iter(bodies), 1
    while some := list(islice(left, number)):
        if store.query(f"ASK {{ {{ {' } UNION { '.join(some)} }} }}"):
            return True
        number = min(number * 2, AT_ONCE)
    return False


def _together(selects: Sequence[str]) -> str:
    return f"SELECT * WHERE {{ {{ {' } UNION { '.join(selects)} }} }}"


def _pairs(rows: Iterable[Mapping[str, Term | None]], keys: Sequence[str], counted: Sequence[str]) -> Iterator[tuple[Row, Row]]:
    """Each group with each value counted in it; what is unbound is not counted. Raises ``UnsureError`` for a group without a name."""
    for row in rows:
        if all(row[name] is not None for name in counted):
            yield _cells(row, keys), _cells(row, counted)


def _cells(record: Mapping[str, Term | None], names: Iterable[str]) -> Row:
    return _whole([record.get(name) for name in names])


def _whole(cells: Iterable[Term | None]) -> Row:
    """A row of which every cell has something in it. Raises ``UnsureError``."""
    given = tuple(cells)
    row = tuple(cell for cell in given if cell is not None)
    if len(row) < len(given):
        raise UnsureError
    return row


def _number(cell: Term | None) -> int:
    if isinstance(cell, ox.Literal) and cell.datatype.value == XSD_INTEGER:
        return int(cell.value)
    raise UnsureError
