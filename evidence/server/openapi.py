"""The description of the REST API (OpenAPI 3.1), made from the headers of the named queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from evidence import __version__
from evidence.query import NamedQuery, Parameter
from evidence.server.negotiation import RESULTS, SHORT

Json = dict[str, Any]
_FORMAT: Final[Json] = {
    "name": "format",
    "in": "query",
    "description": "The format of the answer, for those who cannot send an Accept header.",
    "schema": {"type": "string", "enum": [name for name in SHORT if name != "turtle"]},
}
_ERRORS: Final[dict[str, str]] = {
    "400": "A parameter is unknown, missing or of the wrong type.",
    "404": "There is no such query, or nothing in the graph is called so.",
    "406": "The answer does not come in any format of the Accept header.",
    "413": "The answer or the request is too large.",
    "429": "Too many requests of this address at the same time.",
    "503": "The server is busy.",
    "504": "The query took too long and was stopped.",
}
_TEXT: Final[Json] = {"text/plain": {"schema": {"type": "string"}}}
_CELL: Final[Json] = {"type": ["string", "number", "boolean", "null"]}


def openapi(title: str, queries: Mapping[str, NamedQuery]) -> Json:
    """The OpenAPI document. Everything that stands under ``/api`` is in it, a path for each named query."""
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "description": "The named queries of this evidence graph."},
        "paths": {
            "/api/queries": {"get": _listing()},
            **{f"/api/queries/{q.name}": {"get": _operation(q)} for q in queries.values()},
            "/health": {"get": _health()},
        },
    }


def described(query: NamedQuery) -> Json:
    """A named query as the listing shows it."""
    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.description,
        "tags": list(query.tags),
        "columns": list(query.columns),
        "parameters": [{"name": p.name, "type": p.type, "default": p.default, "description": p.description} for p in query.parameters],
        "sparql": query.text,
    }


def _listing() -> Json:
    shape = {"type": "array", "items": {"type": "object", "required": ["name", "summary", "columns", "parameters", "sparql"]}}
    return {
        "operationId": "list_queries",
        "summary": "All named queries with their parameters.",
        "responses": {"200": {"description": "The queries.", "content": {"application/json": {"schema": shape}}}, **_errors("429")},
    }


def _health() -> Json:
    return {
        "operationId": "health",
        "summary": "Whether the server answers.",
        "responses": {
            "200": {"description": "It does.", "content": {"application/json": {"schema": {"type": "object", "required": ["status"]}}}},
            **_errors("429"),
            "503": {"description": "It does not.", "content": {"application/json": {"schema": {"type": "object"}}}},
        },
    }


def _operation(query: NamedQuery) -> Json:
    records = {
        "type": "object",
        "required": ["query", "columns", "cut_at", "rows"],
        "properties": {
            "query": {"const": query.name},
            "columns": {"type": "array", "items": {"type": "string"}},
            "cut_at": {"type": ["integer", "null"], "description": "The limit that the rows have reached, so that there may be more."},
            "rows": {"type": "array", "items": {"type": "object", "properties": dict.fromkeys(query.columns, _CELL)}},
        },
    }
    content: Json = {"application/json": {"schema": records}}
    content |= {kind: {"schema": {"type": ["object", "string"]}} for kind in RESULTS if kind not in content}
    return {
        "operationId": query.name.replace("-", "_"),
        "summary": query.summary,
        "description": query.description,
        "tags": list(query.tags),
        "parameters": [*map(_parameter, query.parameters), _FORMAT],
        "responses": {"200": {"description": "The rows.", "content": content}, **_errors(*_ERRORS)},
    }


def _parameter(parameter: Parameter) -> Json:
    kinds: dict[str, Json] = {
        "integer": {"type": "integer", "minimum": 0, "maximum": 1_000_000_000},
        "decimal": {"type": "number"},
        "boolean": {"type": "boolean"},
        "iri": {"type": "string", "minLength": 1},
    }
    schema = kinds.get(parameter.type, {"type": "string"})
    hint = " An IRI, a label, a code or a citation key." if parameter.type == "iri" else ""
    default = {"default": int(parameter.default) if parameter.type == "integer" else parameter.default} if parameter.default else {}
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.default is None,
        "description": parameter.description + hint,
        "schema": schema | default,
    }


def _errors(*statuses: str) -> Json:
    return {status: {"description": _ERRORS[status], "content": _TEXT} for status in statuses}
