"""Where the graph lives: an Oxigraph store, in memory or on disk. Loading streams; opening a store on disk takes milliseconds.

Every query sees the union of all named graphs as its default graph (each triple stands in one of them only).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from evidence.vocabulary import PREFIXES

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class StoreError(Exception):
    """The store cannot be opened or does not understand the query; the message says where and why."""


class Store:
    """A SPARQL store over Oxigraph."""

    def __init__(self, backend: ox.Store) -> None:
        self._backend = backend

    @classmethod
    def in_memory(cls, quads: Iterable[ox.Quad] = ()) -> Store:
        """A store in memory with these quads."""
        store = cls(ox.Store())
        store.load(quads)
        return store

    @classmethod
    def create(cls, folder: Path, quads: Iterable[ox.Quad]) -> Store:
        """A new store on disk. Raises ``OSError`` when the folder cannot be written."""
        store = cls(ox.Store(str(folder)))
        store.load(quads)
        store._backend.flush()
        store._backend.optimize()
        return store

    @classmethod
    def open(cls, folder: Path) -> Store:
        """An existing store on disk, read-only: many processes may have it open. Raises ``StoreError`` if there is none."""
        if not (folder / "CURRENT").is_file():
            raise StoreError(f"{folder} holds no graph yet; run `evidence build` first")
        try:
            return cls(ox.Store.read_only(str(folder)))
        except OSError as error:
            raise StoreError(f"{folder} cannot be opened ({error}); run `evidence build` to make it anew") from error

    @classmethod
    def from_file(cls, path: Path) -> Store:
        """A store in memory from an RDF file (Turtle, TriG, N-Quads, ... by suffix). Raises ``StoreError`` with the line of an error."""
        store = ox.Store()
        try:
            store.bulk_load(path=str(path))
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError(f"{path}: {error}") from error
        return cls(store)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Adds quads as they come, without holding them all."""
        self._backend.bulk_extend(quads)

    def query(self, sparql: str) -> Results:
        """Answers a SELECT, ASK, CONSTRUCT or DESCRIBE. The prefixes of our vocabulary need no declaration.

        Raises ``StoreError`` that points at line and column of a syntax error."""
        try:
            return self._backend.query(sparql, prefixes=PREFIXES, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise StoreError(_pointed(sparql, str(error))) from error
        except (ValueError, OSError) as error:
            raise StoreError(str(error)) from error

    def __len__(self) -> int:
        return len(self._backend)


def _pointed(sparql: str, message: str) -> str:
    """A syntax error with the line it is in and a mark under its column; a long list of what might have stood there is left out."""
    where = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if not where:
        return message
    line, column = int(where[1]), int(where[2])
    lines = sparql.splitlines() or [""]
    text = lines[min(line, len(lines)) - 1]
    what = "something else was expected" if len(where[3]) > 100 else where[3]
    return f"line {line}, column {column}: {what}\n  {text}\n  {' ' * (column - 1)}^"
