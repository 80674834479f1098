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

from evidence.store import Results, StoreError

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


def full_name(query: NamedQuery, given: str) -> str:
    """The parameter that is meant by its name or an unambiguous beginning of it (``factor``); what was given where there is none."""
    known = [p.name for p in query.parameters]
    starting = [name for name in known if name.startswith(given)] if given else []
    return starting[0] if len(starting) == 1 and given not in known else given


def ask(store: Asks, query: NamedQuery, values: Mapping[str, str] | None = None) -> Rows:
    """The rows of a named SELECT. Raises ``QueryError`` for bad parameters, ``StoreError`` from the store."""
    return rows_of(store.query(fill(query, values or {})))


def rows_of(results: Results) -> Rows:
    """The rows of a SELECT or ASK. Raises ``QueryError`` for a CONSTRUCT, which has triples and no rows, ``StoreError`` for what fails on
    the way (another server that a ``SERVICE`` asks)."""
    if isinstance(results, ox.QueryBoolean):
        return Rows(("answer",), ((ox.Literal(bool(results)),),))
    if isinstance(results, ox.QueryTriples):
        raise QueryError("a CONSTRUCT or DESCRIBE answers with triples, not rows")
    columns = tuple(v.value for v in results.variables)
    try:
        return Rows(columns, tuple(tuple(solution[c] for c in columns) for solution in results))
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(str(error)) from error


def near_names(name: str, known: Sequence[str], limit: int = 3) -> list[str]:
    """Known names that look like a mistyped one, best first."""
    return [match for match, *_ in process.extract(name, known, scorer=fuzz.WRatio, limit=limit, score_cutoff=55)]


def resolve_iri(store: Asks, value: str, parameter: str = "") -> str:
    """The IRI a person means: an IRI as it is, else the one thing whose notation, citation key, label or synonym is ``value``.

    ``value`` is looked for as it stands or in small or capital letters, and only if nothing is called so among all names, whatever their
    case. The name of the ``parameter`` says what kind of thing is wanted (``study_iri``): of several things called so the one of that kind
    is taken, of a publication its study. Raises ``QueryError`` when nothing, several things or nothing of that kind is called so.
    """
    if re.match(r"[a-z][a-z0-9+.-]*:", value):
        return value
    called = _called(store, _exactly(value)) or _called(store, _BY_NAME.replace("?_name", str(ox.Literal(value.lower()))))
    found, kind = called, parameter.removesuffix("_iri")
    if not called:
        near = near_names(value, _names_like(store, kind))
        hint = f"near it are {', '.join(near)}" if near else "give a label, a code, a citation key or an IRI"
        raise QueryError(f"nothing is called `{value}`; {hint}")
    if kind in _KINDS:
        among = " ".join(f"<{iri}>" for iri in called)
        found = _called(store, f"SELECT DISTINCT ?thing {{ VALUES ?found {{ {among} }} {_KINDS[kind]} }}")
    if len(found) == 1:
        return found[0]
    if not found:
        raise QueryError(f"`{value}` is the name of {', '.join(called)}, which is no {kind}")
    raise QueryError(f"`{value}` may be {', '.join(found)}; give the IRI")


def cut_at(query: NamedQuery, values: Mapping[str, str], rows: int) -> int | None:
    """The ``limit`` that an answer of so many rows has reached, so that there may be more; ``None`` where it has not."""
    limits = [values.get("limit", p.default) for p in query.parameters if p.name == "limit"]
    return next((int(limit) for limit in limits if limit and limit.isdecimal() and rows >= int(limit)), None)


def plain(term: object) -> str:
    """A term as plain text: an IRI or a literal's value; an unbound cell is empty."""
    if term is None:
        return ""
    return str(term.value) if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else str(term)


def records(store: Asks, query: NamedQuery, values: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """The rows of a named SELECT as plain text by column."""
    yield from ask(store, query, values).records()


_NAMES = ("skos:notation", "skos:prefLabel", "skos:altLabel", "rdfs:label", "ea:citationKey")
_PREFIXES = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX ea: <https://w3id.org/evidence-atlas/ns#>
"""
_BY_NAME = f"""
SELECT DISTINCT ?thing WHERE {{
  ?thing ?names ?name .
  VALUES ?names {{ {" ".join(_NAMES)} }}
  FILTER(LCASE(STR(?name)) = ?_name)
}}
"""
_KINDS = {
    "factor": "?found a ea:Factor BIND(?found AS ?thing)",
    "paper": "?found a ea:Paper BIND(?found AS ?thing)",
    "work": "{ ?found ea:citationKey ?key } UNION { ?found a ea:UnlistedWork } BIND(?found AS ?thing)",
    "study": "{ ?found a ea:Study BIND(?found AS ?thing) } UNION { ?thing ea:reportedIn ?found }",
    "finding": "?found a ea:Finding BIND(?found AS ?thing)",
}
"""What makes a thing that was ``?found`` by its name the ``?thing`` that a parameter wants."""


def _exactly(value: str) -> str:
    """The query for what is called so, as it stands, in small or in capital letters: look-ups, where comparing all names takes long."""
    literals = [
        ox.Literal(word, language=language)
        for word in dict.fromkeys((value, value.lower(), value.capitalize(), value.title(), value.upper()))
        for language in (None, "en")
    ]
    union = " UNION ".join(f"{{ ?thing ?names {literal} }}" for literal in literals)
    return f"SELECT DISTINCT ?thing {{ {union} FILTER(?names IN ({', '.join(_NAMES)})) }}"


def _names_like(store: Asks, kind: str) -> list[str]:
    """The labels of things of a kind; of factors where none is wanted."""
    pattern = _KINDS.get(kind, _KINDS["factor"])
    label = "{ ?thing skos:prefLabel ?name } UNION { ?thing rdfs:label ?name }"
    rows = rows_of(store.query(f"{_PREFIXES} SELECT DISTINCT ?name {{ {pattern} {label} }}"))
    return sorted({plain(row[0]) for row in rows.rows})


def _called(store: Asks, sparql: str) -> list[str]:
    return sorted({plain(row[0]) for row in rows_of(store.query(_PREFIXES + sparql)).rows})


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
