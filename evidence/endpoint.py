"""Stores on other machines: any SPARQL 1.1 endpoint with query, update and graph store protocol, spoken to over HTTP.

Answers come back as the same terms as from the embedded store. Nothing is retried: an update that may have been carried out is not sent
twice.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import islice
from typing import Final
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from evidence.sparql import form_of, n_triples
from evidence.store import Results, StoreError
from evidence.vocabulary import PREFIXES

CHUNK: Final = 20_000
"""How many triples a bulk load sends in one request."""

_PROLOGUE: Final = " ".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
_ROWS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_TRIPLES: Final = "application/n-triples, text/turtle;q=0.5"
_RESULTS: Final = {
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
}
_GRAPHS: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}


class EndpointError(StoreError):
    """The endpoint could not be asked."""


class UnreachableError(EndpointError):
    """No connection, or it broke off."""


class TimedOutError(EndpointError):
    """No answer in the time given."""


class RefusedError(EndpointError):
    """The endpoint answered with an error; ``status`` is that of HTTP."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL 1.1 endpoint. Only ``query_url`` is needed to ask; ``update_url`` is needed to update, ``graph_store_url`` to load.

    ``default_graphs`` are sent with each query, for servers that need to be told the graph which means "all of them" (Fuseki's
    ``urn:x-arq:UnionGraph``). ``timeout`` is in seconds and holds for each wait on the line. ``user`` and ``password`` answer a
    challenge (Basic or Digest).
    """

    query_url: str
    update_url: str = ""
    graph_store_url: str = ""
    default_graphs: tuple[str, ...] = ()
    timeout: float = 60.0
    user: str = ""
    password: str = field(default="", repr=False)

    def query(self, sparql: str) -> Results:
        """Answers a SELECT, ASK, CONSTRUCT or DESCRIBE. The prefixes of our vocabulary need no declaration. Raises ``EndpointError``."""
        fields = [("query", f"{_PROLOGUE} {sparql}"), *(("default-graph-uri", g) for g in self.default_graphs)]
        accept = _TRIPLES if form_of(sparql) in ("CONSTRUCT", "DESCRIBE") else _ROWS
        kind, body = self._send("POST", self.query_url, _form(fields), _FORM, accept)
        return _results(kind, body, self.query_url)

    def update(self, sparql: str) -> None:
        """Carries out a SPARQL update. Raises ``EndpointError``."""
        self._send("POST", self._needed(self.update_url, "update_url"), _form([("update", f"{_PROLOGUE} {sparql}")]), _FORM)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Adds quads as they come, graph by graph, in requests of ``CHUNK`` triples. Raises ``EndpointError``; what was sent stays."""
        for graph, triples in _chunks(quads):
            self._send("POST", self._graph_url(graph), n_triples(triples), "application/n-triples")

    def replace_graph(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Puts these triples in the place of all that the named graph held, in one request. Raises ``EndpointError``."""
        self._send("PUT", self._graph_url(ox.NamedNode(graph)), n_triples(triples), "application/n-triples")

    def drop_graph(self, graph: str) -> None:
        """Removes a named graph; one that is not there is no error. Raises ``EndpointError``."""
        try:
            self._send("DELETE", self._graph_url(ox.NamedNode(graph)), None, "")
        except RefusedError as error:
            if error.status != 404:
                raise

    def __len__(self) -> int:
        rows = self.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
        assert isinstance(rows, ox.QuerySolutions)
        count = next(iter(rows))["n"]
        return int(count.value) if isinstance(count, ox.Literal) else 0

    def _graph_url(self, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
        base = self._needed(self.graph_store_url, "graph_store_url")
        which = urlencode({"graph": graph.value}) if isinstance(graph, ox.NamedNode) else "default"
        return f"{base}{'&' if urlsplit(base).query else '?'}{which}"

    def _needed(self, url: str, name: str) -> str:
        if not url:
            raise EndpointError(f"{self.query_url}: to write there, say where ({name})")
        return url

    def _send(self, method: str, url: str, body: bytes | None, kind: str, accept: str = "*/*") -> tuple[str, bytes]:
        """The content type (without parameters) and body of the answer."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise EndpointError(f"{url}: an endpoint begins with http:// or https://")
        headers = {"Accept": accept, **({"Content-Type": kind} if kind else {})}
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            with self._opener().open(request, timeout=self.timeout) as answer:
                return answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            told = error.read(2000).decode("utf-8", "replace").strip()
            raise RefusedError(f"{url} answered {error.code} {error.reason}: {told}", error.code) from error
        except TimeoutError as error:
            raise TimedOutError(f"{url} did not answer within {self.timeout:g} seconds") from error
        except (urllib.error.URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise TimedOutError(f"{url} did not answer within {self.timeout:g} seconds") from error
            raise UnreachableError(f"{url} cannot be reached ({reason})") from error

    def _opener(self) -> urllib.request.OpenerDirector:
        if not self.user:
            return urllib.request.build_opener()
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        for url in filter(None, (self.query_url, self.update_url, self.graph_store_url)):
            known.add_password(None, url, self.user, self.password)
        return urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(known), urllib.request.HTTPDigestAuthHandler(known))


_FORM: Final = "application/x-www-form-urlencoded"


def _form(fields: Iterable[tuple[str, str]]) -> bytes:
    return urlencode(list(fields)).encode()


def _chunks(quads: Iterable[ox.Quad]) -> Iterator[tuple[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[ox.Triple]]]:
    """The triples of at most ``CHUNK`` quads at a time, by graph."""
    stream = iter(quads)
    while chunk := list(islice(stream, CHUNK)):
        by_graph: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[ox.Triple]] = {}
        for quad in chunk:
            by_graph.setdefault(quad.graph_name, []).append(quad.triple)
        yield from by_graph.items()


def _results(kind: str, body: bytes, url: str) -> Results:
    """An answer as what the embedded store would have given. Raises ``EndpointError`` when it is in no known format."""
    try:
        if kind in _RESULTS:
            return _asked(ox.parse_query_results(body, format=_RESULTS[kind]))
        if kind in _GRAPHS:
            return _triples(body, _GRAPHS[kind])
    except (SyntaxError, ValueError) as error:
        raise EndpointError(f"{url} sent an answer that cannot be read ({error})") from error
    raise EndpointError(f"{url} answered with {kind}, which is no format of SPARQL answers; is it an endpoint?")


def _asked(answer: ox.QuerySolutions | ox.QueryBoolean) -> Results:
    """An answer as it is; Virtuoso's to an ASK, a table with the one cell ``__ASK_RETVAL``, as the truth value that it stands for."""
    if isinstance(answer, ox.QueryBoolean) or [v.value for v in answer.variables] != ["__ASK_RETVAL"]:
        return answer
    cell = next(iter(answer))[0]
    return ox.Store().query("ASK {}" if isinstance(cell, ox.Literal) and cell.value in ("1", "true") else "ASK { FILTER(false) }")


def _triples(body: bytes, form: ox.RdfFormat) -> ox.QueryTriples:
    store = ox.Store()
    store.load(body, format=form)
    answer = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(answer, ox.QueryTriples)
    return answer
