"""The first rows of an ordered list, kept in the store as one literal: a table that is put into a query as ``VALUES``.

All rows up to an ``extent`` are there: a list with fewer rows has no others. When things change, rows go and others come in their place in
the order; where it is not known what follows the last row, the list gets shorter by that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from evidence.answers import of_table
from evidence.increments import Row, UnsureError
from evidence.query import plain, rows_of
from evidence.store import GraphStore
from evidence.subselects import Part, Term, order_of
from evidence.vocabulary import PREFIXES, XSD_INTEGER, XSD_STRING

EXTENT: Final = PREFIXES["dcterms"] + "extent"
_VALUE: Final = PREFIXES["rdf"] + "value"

KEPT: Final = 2_000
"""Of an ordered list so many rows are kept; more are picked and sorted when they are asked for."""


@dataclass(frozen=True)
class Firsts:
    """The first rows of the list that a sub-select is, and how many are known."""

    part: Part
    rows: tuple[Row, ...]
    extent: int

    @classmethod
    def kept_at(cls, store: GraphStore, iri: str, part: Part) -> Firsts:
        """The list as it is kept."""
        cells = f"SELECT ?value ?extent {{ <{iri}> <{_VALUE}> ?value ; <{EXTENT}> ?extent }}"
        ((value, extent),) = rows_of(store.query(cells)).rows
        rows = rows_of(of_table(plain(value).encode())).rows
        return cls(part, tuple(tuple(cell for cell in row if cell is not None) for row in rows), int(plain(extent)))

    def triples(self, iri: str) -> set[ox.Triple]:
        """What keeps the list."""
        names = "\t".join(f"?{name}" for name, _ in self.part.variables)
        table = "".join(f"{line}\n" for line in (names, *("\t".join(map(str, row)) for row in self.rows)))
        said: tuple[tuple[str, ox.Literal], ...] = ((_VALUE, ox.Literal(table)), (EXTENT, ox.Literal(self.extent)))
        return {ox.Triple(ox.NamedNode(iri), ox.NamedNode(predicate), value) for predicate, value in said}

    def having(self, columns: Iterable[str], values: Iterable[Row]) -> list[Row]:
        """The rows whose cells in some columns are one of these."""
        names = [name for name, _ in self.part.variables]
        places, wanted = [names.index(column) for column in columns], set(values)
        return [row for row in self.rows if tuple(row[place] for place in places) in wanted]

    def with_changes(self, went: Iterable[Row], came: Iterable[Row], kept: int) -> Firsts:
        """The list without some rows and with others, in its order, no longer than is to be kept.

        Raises ``UnsureError`` when the order is not known, or the list got too short.
        """
        names = [name for name, _ in self.part.variables]
        order = [(names.index(name), falling) for name, falling in order_of(self.part)]
        if not order:
            raise UnsureError

        def rank(row: Row) -> list[tuple[int, int | str]]:
            return [_rank(row[place], falling) for place, falling in order]

        cut = len(self.rows) >= self.extent
        left = set(self.rows) - set(went)
        new = {row for row in came if not cut or rank(row) <= rank(self.rows[-1])}
        rows = sorted(left | new, key=rank)[:kept]
        if cut and len(rows) < kept // 2:
            raise UnsureError
        return Firsts(self.part, tuple(rows), len(rows) if cut else kept)


def as_values(store: GraphStore, iri: str, rows: int) -> str:
    """A group that has the first rows of a list, for a query."""
    (table,) = rows_of(store.query(f"SELECT ?value {{ <{iri}> <{_VALUE}> ?value }}")).rows[0]
    names, *lines = plain(table).split("\n", rows + 1)[: rows + 1]
    told = " ".join(f"({line})" for line in lines if line)
    return f"{{ SELECT {names} WHERE {{ VALUES ({names}) {{ {told} }} }} }}"


def _rank(cell: Term, falling: bool) -> tuple[int, int | str]:
    """What a cell is sorted by, as SPARQL sorts IRIs, whole numbers and plain strings. Raises ``UnsureError`` for others, and for what is
    no number in a ``falling`` order."""
    if isinstance(cell, ox.Literal) and cell.datatype.value == XSD_INTEGER:
        return 1, -int(cell.value) if falling else int(cell.value)
    if isinstance(cell, ox.NamedNode) and not falling:
        return 0, cell.value
    if isinstance(cell, ox.Literal) and cell.datatype.value == XSD_STRING and not falling:
        return 2, cell.value
    raise UnsureError
