"""The process that asks the store. It holds the store read-only and answers one job at a time; whoever started it may kill it any time.

The embedded engine cannot be told to stop, so a query that runs away is stopped by ending its process.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import connection as connections
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from evidence.cube import Counted
from evidence.query import NamedQuery, QueryError, Rows, cut_at, fill, full_name, near_names, resolve_iri, rows_of
from evidence.server.limits import Limits
from evidence.server.negotiation import GRAPHS, RESULTS, negotiate
from evidence.sparql import update_reaches_out
from evidence.store import AsksElsewhereError, GraphStore, QuerySyntaxError, Results, Store, StoreError

if TYPE_CHECKING:
    from typing_extensions import Buffer

PLAIN: Final = "text/plain; charset=utf-8"
_ROW_MARKS: Final = {
    ox.QueryResultsFormat.JSON: b"}},{",
    ox.QueryResultsFormat.XML: b"<result>",
    ox.QueryResultsFormat.CSV: b"\n",
    ox.QueryResultsFormat.TSV: b"\n",
}
"""What stands once with each row in each format; enough to guard a limit, not to count (a cell of CSV may have line ends)."""


@dataclass(frozen=True)
class Job:
    """What to ask: SPARQL text with its dataset, or a named query with the values of its parameters."""

    sparql: str = ""
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    accept: str = ""
    update: bool = False


@dataclass(frozen=True)
class Answer:
    """What goes back to the client."""

    status: int
    content_type: str
    body: bytes


class _TooLargeError(Exception):
    """The answer went over a limit; the message says which."""


def work(line: Connection, folder: Path, queries: Mapping[str, NamedQuery], limits: Limits, writable: bool) -> None:
    """The life of a worker: opens the store, says so, answers jobs until the line is closed."""
    _be_a_good_child(limits)
    try:
        store: Store | StoreError = Store.open(folder, writable)
    except StoreError as error:
        store = error
    line.send(str(store) if isinstance(store, StoreError) else "")
    if isinstance(store, StoreError):
        return
    counted = Counted(store)
    while True:
        try:
            job = line.recv()
            line.send(answer(store, counted, queries, job, limits))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def answer(store: Store, counted: Counted, queries: Mapping[str, NamedQuery], job: Job, limits: Limits) -> Answer:
    """The answer to a job; whatever is wrong with the job is an answer too. ``counted`` is the same store with its counts."""
    try:
        if job.update:
            return _updated(counted, job.sparql)
        if job.name:
            return _named(counted, queries, job, limits)
        return _asked(store, counted, job, limits)
    except QuerySyntaxError as error:
        return refusal(400, f"this is not SPARQL 1.1: {error}")
    except AsksElsewhereError as error:
        return refusal(403, str(error))
    except (StoreError, QueryError) as error:
        return refusal(400, str(error))
    except _TooLargeError as error:
        return refusal(413, str(error))
    except MemoryError:
        return refusal(503, "the query needs more memory than a query may have here; narrow it down")


def refusal(status: int, message: str) -> Answer:
    """An error as plain text, ending in a line end."""
    return Answer(status, PLAIN, (message.rstrip() + "\n").encode())


def _asked(store: Store, counted: Counted, job: Job, limits: Limits) -> Answer:
    if job.default_graphs or job.named_graphs:
        return _sent(store.query(job.sparql, job.default_graphs, job.named_graphs), job.accept, limits)
    return _sent(counted.query(job.sparql), job.accept, limits)


def _updated(store: GraphStore, sparql: str) -> Answer:
    if update_reaches_out(sparql):
        return refusal(403, "LOAD and SERVICE are not allowed here, because this server asks no other one; or this is no SPARQL update")
    store.update(sparql)
    return Answer(204, PLAIN, b"")


def _named(counted: Counted, queries: Mapping[str, NamedQuery], job: Job, limits: Limits) -> Answer:
    query = queries.get(job.name)
    if query is None:
        near = near_names(job.name, list(queries))
        hint = f"; near it are {', '.join(near)}" if near else ""
        return refusal(404, f"no named query `{job.name}`{hint} (/api/queries lists them)")
    kinds = {p.name: p.type for p in query.parameters}
    values = {full_name(query, given): value for given, value in job.values.items()}
    if len(values) < len(job.values):
        return refusal(400, "a parameter is given twice")
    for name in [n for n in values if kinds.get(n) == "iri"]:
        try:
            values[name] = resolve_iri(counted, values[name], name)
            ox.NamedNode(values[name])
        except (QueryError, ValueError) as error:
            return refusal(404, f"{name}: {error}")
    kind = negotiate(job.accept, ["application/json", *RESULTS])
    if kind == "application/json":
        return _as_records(query, values, rows_of(counted.query(fill(query, values))), limits)
    return _sent(counted.query(fill(query, values)), job.accept, limits)


def _as_records(query: NamedQuery, values: Mapping[str, str], rows: Rows, limits: Limits) -> Answer:
    if len(rows.rows) > limits.rows:
        raise _TooLargeError(_too_many(limits))
    records = [dict(zip(rows.columns, map(_json, row), strict=True)) for row in rows.rows]
    said = {"query": query.name, "columns": rows.columns, "cut_at": cut_at(query, values, len(records)), "rows": records}
    return Answer(200, "application/json", json.dumps(said, ensure_ascii=False).encode())


def _json(cell: object) -> str | int | float | bool | None:
    """A cell as JSON: numbers and truth values as such, what is unbound as null, all else as text."""
    if not isinstance(cell, ox.Literal):
        return None if cell is None else str(getattr(cell, "value", cell))
    kind = cell.datatype.value.removeprefix("http://www.w3.org/2001/XMLSchema#")
    try:
        if kind in ("integer", "nonNegativeInteger", "int", "long"):
            return int(cell.value)
        if kind in ("decimal", "double", "float"):
            number = float(cell.value)
            return number if number - number == 0 else cell.value
    except ValueError:
        return cell.value
    return cell.value == "true" if kind == "boolean" else cell.value


def _sent(results: Results, accept: str, limits: Limits) -> Answer:
    """Results in the format that the client likes best."""
    offered = list(GRAPHS if isinstance(results, ox.QueryTriples) else RESULTS)
    kind = negotiate(accept, offered)
    if kind is None:
        return refusal(406, f"this answer comes as {', '.join(offered)}; `Accept: {accept}` has none of them")
    body = _Body(limits)
    if isinstance(results, ox.QueryTriples):
        results.serialize(body, format=GRAPHS[kind])
    else:
        body.mark = _ROW_MARKS[RESULTS[kind]]
        results.serialize(body, format=RESULTS[kind])
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return Answer(200, kind + charset, body.getvalue())


class _Body(io.BytesIO):
    """A file in memory that takes what the engine writes until it is too much. Raises ``_TooLargeError``."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.mark = b""
        self._limits = limits
        self._bytes = 0
        self._rows = 0

    def write(self, data: Buffer) -> int:
        """Takes some bytes."""
        part = bytes(data)
        self._bytes += len(part)
        self._rows += part.count(self.mark) if self.mark else 0
        if self._bytes > self._limits.answer_bytes:
            raise _TooLargeError(f"the answer has more than {self._limits.answer_bytes:,} bytes; narrow the query down or add a LIMIT")
        if self._rows > self._limits.rows:
            raise _TooLargeError(_too_many(self._limits))
        return super().write(part)


def _too_many(limits: Limits) -> str:
    return f"the answer has more than {limits.rows:,} rows; narrow the query down or add a LIMIT"


def _be_a_good_child(limits: Limits) -> None:
    """Leaves the terminal's signals to the parent, keeps to the memory allowed, and ends when the parent does, even in mid-query."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = limits.memory_bytes if hard == resource.RLIM_INFINITY else min(limits.memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, hard))
    parent = parent_process()
    if parent is not None:

        def end_with_parent() -> None:
            connections.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=end_with_parent, daemon=True).start()
