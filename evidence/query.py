"""Named queries and their answers.

A named query is a ``.rq`` file whose header lines begin with ``#+`` and hold YAML in the way of grlc (https://grlc.io): ``summary``,
``description``, ``tags``, ``columns`` and ``parameters``. A parameter ``level`` stands in the text as ``?_level``; it is replaced by a
term written out from its value, never by text pasted in. The shell, the server and the site use the same files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox
import yaml
from rapidfuzz import fuzz, process

from evidence.store import Results

_PLACEHOLDER = re.compile(r"\?_([A-Za-z][A-Za-z0-9_]*)")
_Yaml = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where there is one: the headers are read at every command."""
_TYPES = ("iri", "string", "integer", "decimal", "boolean")


class QueryError(Exception):
    """A query cannot be asked as it was put; the message says what to change."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a named query. ``default`` is ``None`` when a value must be given, empty when any value will do."""

    name: str
    type: str
    default: str | None
    description: str


@dataclass(frozen=True)
class NamedQuery:
    """A query of the library, with its header."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    columns: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str


@dataclass(frozen=True)
class Rows:
    """The answer of a SELECT (an ASK is one row with one column): columns in order, cells as RDF terms or ``None``."""

    columns: tuple[str, ...]
    rows: tuple[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, ...], ...]

    def records(self) -> list[dict[str, str]]:
        """The rows as plain text by column; an unbound cell is an empty string."""
        return [dict(zip(self.columns, (plain(cell) for cell in row), strict=True)) for row in self.rows]


class Asks(Protocol):
    """Whatever answers SPARQL: the embedded store or another engine behind the same method."""

    def query(self, sparql: str) -> Results:
        """Answers a query."""
        ...


def read_queries(*folders: Path) -> dict[str, NamedQuery]:
    """The named queries of the folders, by name; a later folder's query replaces an earlier one of the same name.

    Raises ``QueryError`` naming the file when a header is not YAML.
    """
    found = {path.stem: read_query(path) for folder in folders for path in sorted(folder.rglob("*.rq"))}
    return dict(sorted(found.items()))


def read_query(path: Path) -> NamedQuery:
    """One ``.rq`` file. Raises ``QueryError`` when its header is not YAML or declares an unknown type."""
    text = path.read_text(encoding="utf-8")
    header = "\n".join(line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+"))
    try:
        said: dict[str, Any] = yaml.load(header, Loader=_Yaml) or {}
    except yaml.YAMLError as error:
        raise QueryError(f"{path}: the header is not YAML: {error}") from error
    parameters = tuple(_parameter(path, entry) for entry in said.get("parameters", ()))
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip() + "\n"
    return NamedQuery(
        name=path.stem,
        summary=str(said.get("summary", "")).strip(),
        description=str(said.get("description", "")).strip(),
        tags=tuple(str(t) for t in said.get("tags", ())),
        columns=tuple(str(c) for c in said.get("columns", ())),
        parameters=parameters,
        text=body,
    )


def fill(query: NamedQuery, values: Mapping[str, str]) -> str:
    """The query's text with its parameters filled in. Raises ``QueryError`` for an unknown, missing or ill-typed value."""
    known = {p.name: p for p in query.parameters}
    for name in values:
        if name not in known:
            raise QueryError(f"`{query.name}` has no parameter `{name}`; it has {', '.join(known) or 'none'}")

    def term(match: re.Match[str]) -> str:
        name = match[1]
        parameter = known.get(name)
        if parameter is None:
            return match[0]
        value = values.get(name, parameter.default)
        if value is None:
            raise QueryError(f"`{query.name}` needs a value for `{name}` ({parameter.description}); give it as {name}=VALUE")
        return _term(parameter, value) if value else match[0]

    return _PLACEHOLDER.sub(term, query.text)


def ask(store: Asks, query: NamedQuery, values: Mapping[str, str] | None = None) -> Rows:
    """The rows of a named SELECT. Raises ``QueryError`` for bad parameters, ``StoreError`` from the store."""
    return rows_of(store.query(fill(query, values or {})))


def rows_of(results: Results) -> Rows:
    """The rows of a SELECT or ASK. Raises ``QueryError`` for a CONSTRUCT, which has triples and no rows."""
    if isinstance(results, ox.QueryBoolean):
        return Rows(("answer",), ((ox.Literal(bool(results)),),))
    if isinstance(results, ox.QueryTriples):
        raise QueryError("a CONSTRUCT or DESCRIBE answers with triples, not rows")
    columns = tuple(v.value for v in results.variables)
    return Rows(columns, tuple(tuple(solution[c] for c in columns) for solution in results))


def near_names(name: str, known: Sequence[str], limit: int = 3) -> list[str]:
    """Known names that look like a mistyped one, best first."""
    return [match for match, *_ in process.extract(name, known, scorer=fuzz.WRatio, limit=limit, score_cutoff=55)]


def resolve_iri(store: Asks, value: str) -> str:
    """The IRI a person means: an IRI as it is, else the one thing whose notation, citation key, label or synonym is ``value``.

    Case does not matter. Raises ``QueryError`` when nothing or several things are called so.
    """
    if re.match(r"[a-z][a-z0-9+.-]*:", value):
        return value
    literal = str(ox.Literal(value.lower()))
    found = {plain(row[0]) for row in rows_of(store.query(_BY_NAME.replace("?_name", literal))).rows}
    if len(found) == 1:
        return found.pop()
    if not found:
        raise QueryError(f"nothing is called `{value}`; give a label, a code, a citation key or an IRI")
    raise QueryError(f"`{value}` may be {', '.join(sorted(found))}; give the IRI")


def plain(term: object) -> str:
    """A term as plain text: an IRI or a literal's value; an unbound cell is empty."""
    if term is None:
        return ""
    return str(term.value) if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else str(term)


def records(store: Asks, query: NamedQuery, values: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """The rows of a named SELECT as plain text by column."""
    yield from ask(store, query, values).records()


_BY_NAME = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX ea: <https://w3id.org/evidence-atlas/ns#>
SELECT DISTINCT ?thing WHERE {
  ?thing ?names ?name .
  VALUES ?names { skos:notation skos:prefLabel skos:altLabel rdfs:label ea:citationKey }
  FILTER(LCASE(STR(?name)) = ?_name)
}
"""


def _parameter(path: Path, entry: Mapping[str, Any]) -> Parameter:
    kind = str(entry.get("type", "string"))
    if kind not in _TYPES:
        raise QueryError(f"{path}: parameter `{entry.get('name')}` has type `{kind}`; known are {', '.join(_TYPES)}")
    default = entry.get("default")
    return Parameter(str(entry["name"]), kind, None if default is None else str(default), str(entry.get("description", "")))


def _term(parameter: Parameter, value: str) -> str:
    """A SPARQL term for a value. Raises ``QueryError`` when the value is not of the parameter's type."""
    try:
        match parameter.type:
            case "iri":
                return str(ox.NamedNode(value))
            case "integer":
                return str(int(value))
            case "decimal":
                return str(ox.Literal(f"{float(value):f}", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")))
            case "boolean":
                return "true" if value.lower() in ("true", "1", "yes") else "false"
            case _:
                return str(ox.Literal(value))
    except ValueError as error:
        raise QueryError(f"`{value}` is no {parameter.type} for parameter `{parameter.name}`") from error
