"""Where the graph lives: one small interface, ``GraphStore``, and the embedded store behind it, Oxigraph in memory or on disk.

Stores on other machines are in ``evidence.endpoint``. Every query sees the union of all named graphs as its default graph (each triple
stands in one of them only), unless it is told which graphs to see.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

import pyoxigraph as ox

from evidence.sparql import exchange, inward, query_uses
from evidence.vocabulary import PREFIXES

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


_TRIES = 40
"""How often a store is looked at again, a twentieth of a second apart, while what is in the way passes."""

_PASSES: Final = {False: "No such file", True: "temporarily unavailable"}
"""What is said of a store that a writer tidies while it is opened to be read, and of one whose last writer has not quite gone."""


_ELSEWHERE: Final = "SERVICE is not allowed: a query asks no other server. Ask that endpoint yourself and join the answers"
_FROM: Final = re.compile(r"(?<![a-z])FROM\b", re.IGNORECASE)
"""Looked for first, because it is cheap: most queries have it as the end of a name only (``prov:wasQuotedFrom``)."""


class StoreError(Exception):
    """The store cannot be opened or does not understand the query; the message says where and why."""


class QuerySyntaxError(StoreError):
    """The query is not SPARQL; the message points at line and column."""


class AsksElsewhereError(StoreError):
    """The query is sound and has ``SERVICE``, which is refused: whoever asks a graph does not thereby send something over a network."""


class GraphStore(Protocol):
    """What every store can do: the embedded one and any SPARQL 1.1 endpoint."""

    def query(self, sparql: str) -> Results:
        """Answers a SELECT, ASK, CONSTRUCT or DESCRIBE. Raises ``StoreError``."""
        ...

    def update(self, sparql: str) -> None:
        """Carries out a SPARQL update. Raises ``StoreError``."""
        ...

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Adds quads as they come, without holding them all. Raises ``StoreError``."""
        ...

    def replace_graph(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Puts these triples in the place of all that the named graph held; no other graph is touched. Raises ``StoreError``."""
        ...

    def __len__(self) -> int:
        """How many triples the store holds."""
        ...


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
        return store

    @classmethod
    def create_from_file(cls, folder: Path, path: Path) -> Store:
        """A new store on disk from an RDF file of our own writing, whose IRIs are not checked again; it is read as a stream: the fastest
        way to fill one. What is loaded at once lies in order already, nearly; ``settle`` after the last change. Raises ``StoreError``."""
        store = cls(ox.Store(str(folder)))
        store._read(path, lenient=True)
        store._backend.flush()
        return store

    @classmethod
    def open(cls, folder: Path, writable: bool = False) -> Store:
        """An existing store on disk, read-only by default: many processes may read it, one may write. Raises ``StoreError``."""
        if not (folder / "CURRENT").is_file():
            raise StoreError(f"{folder} holds no graph yet; run `evidence build` first")
        for last in (*[False] * _TRIES, True):
            try:
                return cls(ox.Store(str(folder)) if writable else ox.Store.read_only(str(folder)))
            except (OSError, RuntimeError) as error:
                if last or _PASSES[writable] not in str(error):
                    raise StoreError(f"{folder} cannot be opened ({error}); run `evidence build` to make it anew") from error
                time.sleep(0.05)
        raise AssertionError

    @classmethod
    def from_file(cls, path: Path) -> Store:
        """A store in memory from an RDF file (Turtle, TriG, N-Quads, ... by suffix). Raises ``StoreError`` with the line of an error."""
        store = cls(ox.Store())
        store._read(path)
        return store

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Adds quads as they come, without holding them all."""
        self._backend.bulk_extend(quads)

    def replace_graph(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Puts these triples in the place of all that the named graph held, in one transaction; no other graph is touched."""
        self.replace_graphs({graph: triples})

    def replace_graphs(self, graphs: Mapping[str, Iterable[ox.Triple]], besides: str = "") -> None:
        """Replaces several named graphs and carries out an update ``besides``, all in one transaction; what stays is not written anew."""
        steps = []
        for graph, triples in graphs.items():
            after = set(triples)
            if not after:
                steps.append(f"DROP SILENT GRAPH {ox.NamedNode(graph)}")
                continue
            before = set(self.in_graph(graph))
            steps.append(exchange(graph, before - after, after - before))
        self.update(" ;\n".join(filter(None, (*steps, besides))))

    def update(self, sparql: str) -> None:
        """Carries out a SPARQL update, wholly or not at all. Raises ``StoreError``, also for a store that is open read-only."""
        try:
            self._backend.update(sparql, prefixes=PREFIXES)
        except SyntaxError as error:
            raise QuerySyntaxError(pointed(sparql, str(error))) from error
        except (ValueError, OSError, RuntimeError) as error:
            raise StoreError(str(error)) from error

    def query(self, sparql: str, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()) -> Results:
        """Answers a SELECT, ASK, CONSTRUCT or DESCRIBE. The prefixes of our vocabulary need no declaration. No other server is asked.

        ``default_graphs`` and ``named_graphs`` (IRIs) are the dataset to ask, as in the SPARQL protocol; without either, and without
        ``FROM``, it is the union of all graphs, with every graph by its name. Raises ``StoreError`` that points at line and column,
        ``AsksElsewhereError`` for a query with ``SERVICE``.
        """
        try:
            if query_uses(sparql, "SERVICE"):
                ox.Store().query(inward(sparql), prefixes=PREFIXES)
                raise AsksElsewhereError(_ELSEWHERE)
            if default_graphs or named_graphs:
                default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [ox.NamedNode(g) for g in default_graphs]
                named: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(g) for g in named_graphs]
                return self._backend.query(sparql, prefixes=PREFIXES, default_graph=default, named_graphs=named)
            union = not (_FROM.search(sparql) and query_uses(sparql, "FROM"))
            return self._backend.query(sparql, prefixes=PREFIXES, use_default_graph_as_union=union)
        except SyntaxError as error:
            raise QuerySyntaxError(pointed(sparql, str(error))) from error
        except (ValueError, OSError, RuntimeError) as error:
            raise StoreError(str(error)) from error

    def in_graph(self, graph: str) -> Iterable[ox.Triple]:
        """The triples of one named graph."""
        return (quad.triple for quad in self._backend.quads_for_pattern(None, None, None, ox.NamedNode(graph)))

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs."""
        return sorted(g.value for g in self._backend.named_graphs() if isinstance(g, ox.NamedNode))

    def dump(self) -> Iterable[ox.Quad]:
        """All quads, as they lie in the store."""
        return self._backend.quads_for_pattern(None, None, None, None)

    def __len__(self) -> int:
        return len(self._backend)

    def _read(self, path: Path, lenient: bool = False) -> None:
        try:
            self._backend.bulk_load(path=str(path), lenient=lenient)
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError(f"{path}: {error}") from error

    def settle(self) -> None:
        """Writes everything to disk in the order in which it is read fastest."""
        self._backend.flush()
        self._backend.optimize()


def pointed(sparql: str, message: str) -> str:
    """A syntax error with the line it is in and a mark under its column, in plain words where the parser's are not."""
    where = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if not where:
        return message
    line, column = int(where[1]), int(where[2])
    lines = sparql.splitlines() or [""]
    text = lines[min(line, len(lines)) - 1]
    what = _in_words(text[: column - 1], where[3])
    return f"line {line}, column {column}: {what}\n  {text}\n  {' ' * (column - 1)}^"


def _in_words(before: str, said: str) -> str:
    """What a parser's message means, from the text of the line before it and the message; a long list of what might stand there is left
    out."""
    prefix = re.search(r"([\w.-]*):[\w.-]*$", before)
    if "Prefix not found" in said and prefix:
        return f"the prefix `{prefix[1]}:` is not declared"
    for marker, words in _WORDS.items():
        if marker in said:
            return words
    if _UPDATE.match(before):
        return "this is an update; a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"
    return "something else was expected" if len(said) > 100 or said == "expected [_]" else said.replace(", [_]", "")


_WORDS: Final = {
    "contains a variable that is unbound": "a variable of the SELECT is neither counted nor grouped by",
    "IRI parsing failed": "this is no IRI",
}
_UPDATE: Final = re.compile(r"\s*(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH)\b", re.IGNORECASE)
