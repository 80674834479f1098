"""The library as a person in a notebook meets it: open a workspace, a store, a file or an endpoint, and ask.

Everything is imported when it is first needed, so that opening an atlas stays quick.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evidence.cube import Counted
from evidence.query import NamedQuery, QueryError, Rows, fill, full_name, near_names, read_queries, resolve_iri, rows_of
from evidence.resources import resource
from evidence.store import GraphStore, Store, StoreError

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from evidence.chains import Chains
    from evidence.changes import Change
    from evidence.trace import Trace


class Atlas:
    """An evidence graph that is open for asking."""

    def __init__(self, store: GraphStore) -> None:
        self.store = store

    @cached_property
    def queries(self) -> Mapping[str, NamedQuery]:
        """The named queries, by name."""
        return read_queries(resource("ontology", "queries"))

    def query(self, question: str, **parameters: str | int) -> Rows:
        """The rows of a named query or of SPARQL text. A parameter that is an IRI may be a label, a code or a citation key; its name may be
        shortened (``factor="supervision"`` for ``factor_iri``). Raises ``QueryError``, ``StoreError``."""
        return rows_of(self.store.query(self.sparql(question, **parameters)))

    def sparql(self, question: str, **parameters: str | int) -> str:
        """The SPARQL text of a question. Raises ``QueryError`` when no query is called so or a parameter does not fit."""
        name = question.strip().replace("_", "-")
        if any(c in question for c in "{}\n"):
            if parameters:
                raise QueryError("only named queries have parameters; write the values into the text")
            return question
        named = self.queries.get(name)
        if named is None:
            near = near_names(name, list(self.queries))
            raise QueryError(f"no named query `{question}`{'; near it are ' + ', '.join(near) if near else ''}")
        return fill(named, self._values(named, parameters))

    def frame(self, question: str, library: str = "pandas", **parameters: str | int) -> Any:
        """The rows as a data frame of ``pandas`` or ``polars``, numbers as numbers. Raises ``ImportError`` when the library is missing."""
        rows = self.query(question, **parameters)
        columns = {name: [_value(row[i]) for row in rows.rows] for i, name in enumerate(rows.columns)}
        if library not in ("pandas", "polars"):
            raise ValueError(f"`{library}` makes no frames; known are pandas and polars")
        try:
            module = __import__(library)
        except ImportError as error:
            raise ImportError(f"{library} is not installed: pip install 'evidence-atlas[frames]'") from error
        return module.DataFrame(columns)

    def trace(self, factor: str) -> Trace:
        """Which findings speak of a factor, and on which studies they rest. Raises ``QueryError`` for a name that means no factor."""
        from evidence.trace import trace_factor

        return trace_factor(self.store, self.queries, factor)

    def chains(self, factor: str, without: Sequence[str] = (), without_cited: bool = False) -> Chains:
        """Where the findings about a factor lead, citation by citation; see ``evidence.chains.follow_chains``."""
        from evidence.chains import follow_chains

        return follow_chains(self.store, self.queries, factor, without, without_cited)

    def network(self, kind: str) -> nx.Graph[str]:
        """The network of ``factors``, ``studies``, ``citations`` or ``influences``; see ``evidence.network``."""
        from evidence.network import KINDS

        if kind not in KINDS:
            raise QueryError(f"there is no network of `{kind}`; there are {', '.join(KINDS)}")
        return KINDS[kind](self.store, self.queries)

    def changes_since(self, old: Atlas) -> list[Change]:
        """What came, went or is said differently since another atlas; see ``evidence.changes``."""
        from evidence.changes import changes

        return changes(old.store, self.store, self.queries)

    def graph(self) -> rdflib.Graph:
        """All triples as an rdflib graph in memory: for rdflib's own ways, not for asking much (about 35,000 triples a second)."""
        import rdflib

        from evidence.vocabulary import PREFIXES

        found = self.store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        assert isinstance(found, ox.QueryTriples)
        graph = rdflib.Graph()
        graph.parse(data=found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        return graph

    def __len__(self) -> int:
        return len(self.store)

    def __repr__(self) -> str:
        return f"<Atlas of {len(self):,} triples>"

    def _values(self, named: NamedQuery, parameters: Mapping[str, str | int]) -> dict[str, str]:
        kinds = {p.name: p.type for p in named.parameters}
        values = {}
        for given, value in parameters.items():
            name = full_name(named, given)
            values[name] = resolve_iri(self.store, str(value), name) if kinds.get(name) == "iri" else str(value)
        return values


def open(place: str | Path = ".") -> Atlas:
    """Opens what is at a place: a workspace (its built store), a folder with a store, an RDF file, or an endpoint (``https://...``).

    Raises ``StoreError`` when there is nothing to open, with what to do.
    """
    if str(place).startswith(("http://", "https://")):
        from evidence.endpoint import Endpoint

        return Atlas(Endpoint(str(place)))
    path = Path(place)
    if path.is_file():
        return Atlas(Store.from_file(path))
    if (path / "CURRENT").is_file():
        return Atlas(Counted(Store.open(path)))
    if (path / "store" / "CURRENT").is_file():
        return Atlas(Counted(Store.open(path / "store")))
    return Atlas(Counted(Store.open(_built(path) / "store")))


def _built(path: Path) -> Path:
    from evidence.workspace import WorkspaceError, find_workspace

    try:
        return find_workspace(path).build
    except WorkspaceError as error:
        raise StoreError(str(error)) from error


def _value(cell: object) -> str | int | float | bool | None:
    """A cell as Python knows it: numbers and truth values as such, all else as text, what is unbound as ``None``."""
    if not isinstance(cell, ox.Literal):
        return None if cell is None else str(getattr(cell, "value", cell))
    kind = cell.datatype.value.removeprefix("http://www.w3.org/2001/XMLSchema#")
    if kind in ("integer", "nonNegativeInteger", "int", "long"):
        return int(cell.value)
    if kind in ("decimal", "double", "float"):
        return float(cell.value)
    return cell.value == "true" if kind == "boolean" else cell.value
