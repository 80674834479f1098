"""The application: which address leads to which answer. SPARQL 1.1 Protocol, REST API, static site, query page."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from evidence.query import NamedQuery, near_names
from evidence.server.limits import Limits
from evidence.server.manners import Manners
from evidence.server.negotiation import GRAPHS, RESULTS, SHORT, negotiate
from evidence.server.openapi import described, openapi
from evidence.server.pool import Pool
from evidence.server.worker import Answer, Job, refusal

_STATIC: Final = Path(__file__).parent / "static"
_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_DATASET: Final = ("default-graph-uri", "named-graph-uri")
_UPDATE_DATASET: Final = ("using-graph-uri", "using-named-graph-uri")
_Fields = list[tuple[str, str]]


class _BadRequestError(Exception):
    """A request that is not understood; ``status`` and the words for the client."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


def application(
    store: Path, site: Path | None, queries: Mapping[str, NamedQuery], limits: Limits, title: str = "Evidence Atlas", token: str = ""
) -> Starlette:
    """The ASGI application over a store on disk and, if there is one, a site. Without a token it never writes."""
    pool = Pool(store, queries, limits)
    return Starlette(
        routes=_Routes(pool, queries, limits, title, token).routes(site),
        middleware=[Middleware(Manners, per_client=limits.per_client)],
        exception_handlers={_BadRequestError: _say_bad, HTTPException: _say_http},
        lifespan=_living(pool),
    )


def _living(pool: Pool) -> Callable[[Starlette], Any]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await pool.start()
        try:
            yield
        finally:
            await pool.close()

    return lifespan


class _Routes:
    """The endpoints, with what they share."""

    def __init__(self, pool: Pool, queries: Mapping[str, NamedQuery], limits: Limits, title: str, token: str) -> None:
        self._pool = pool
        self._queries = queries
        self._limits = limits
        self._token = token
        self._openapi = openapi(title, queries)

    def routes(self, site: Path | None) -> list[Route | Mount]:
        """All addresses; what is none of ours is looked for in the site."""
        ours: list[Route | Mount] = [
            Route("/sparql", self.sparql_get, methods=["GET"]),
            Route("/sparql", self.sparql_post, methods=["POST"]),
            Route("/api/queries", self.list_queries, methods=["GET"]),
            Route("/api/queries/{name}", self.named_query, methods=["GET"]),
            Route("/openapi.json", self.describe_api, methods=["GET"]),
            Route("/health", self.health, methods=["GET"]),
            Route("/query", self.page, methods=["GET"]),
            Mount("/query-page", StaticFiles(directory=_STATIC)),
        ]
        if site is None:
            return [*ours, Route("/", lambda _: RedirectResponse("/query"), methods=["GET"])]
        return [*ours, Mount("/", StaticFiles(directory=site, html=True, check_dir=False))]

    async def sparql_get(self, request: Request) -> Response:
        """A query in the address; without one, what this service is."""
        fields = _fields(request.url.query)
        names = [name for name, _ in fields]
        if "update" in names:
            raise _BadRequestError(400, "an update is sent by POST")
        if "query" not in names:
            return self._service(request)
        return await self._query(request, fields)

    async def sparql_post(self, request: Request) -> Response:
        """A query or an update in the body, direct or as a form."""
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind not in (_FORM, _QUERY, _UPDATE):
            raise _BadRequestError(415, f"POST a query as {_QUERY}, an update as {_UPDATE}, or either as {_FORM}")
        text = await self._body(request)
        address = _fields(request.url.query)
        if kind == _QUERY:
            return await self._query(request, [("query", text), *address])
        if kind == _UPDATE:
            return await self._update(request, [("update", text), *address])
        fields = [*_fields(text), *address]
        names = {name for name, _ in fields}
        if {"query", "update"} <= names:
            raise _BadRequestError(400, "send a query or an update, not both")
        return await (self._update if "update" in names else self._query)(request, fields)

    async def list_queries(self, _: Request) -> Response:
        """All named queries."""
        return _json([described(q) for q in self._queries.values()])

    async def named_query(self, request: Request) -> Response:
        """The rows of one named query."""
        name = request.path_params["name"]
        query = self._queries.get(name)
        if query is None:
            near = near_names(name, list(self._queries))
            raise _BadRequestError(404, f"no named query `{name}`{'; near it are ' + ', '.join(near) if near else ''} (see /api/queries)")
        fields = _fields(request.url.query)
        given = dict(fields)
        if len(given) < len(fields):
            raise _BadRequestError(400, "a parameter is given twice")
        accept = _wanted(given.pop("format", ""), request)
        if negotiate(accept, RESULTS) is None:
            raise _BadRequestError(406, f"rows come as {', '.join(RESULTS)}; `Accept: {accept}` has none of them")
        return await self._answered(request, Job(name=name, values=given, accept=accept))

    async def describe_api(self, _: Request) -> Response:
        """The OpenAPI document."""
        return _json(self._openapi)

    async def health(self, _: Request) -> Response:
        """Whether a trivial query is answered, and how busy the workers are."""
        try:
            answer = await asyncio.wait_for(self._pool.run(Job(sparql="ASK {}")), 5)
        except TimeoutError:
            answer = refusal(503, "no worker answered within 5 seconds")
        well = answer.status == 200
        return _json({"status": "ok" if well else "busy", **self._pool.state}, 200 if well else 503)

    async def page(self, _: Request) -> Response:
        """The query page."""
        return FileResponse(_STATIC / "query.html", media_type="text/html")

    async def _query(self, request: Request, fields: _Fields) -> Response:
        values = _known(fields, ("query", "format", *_DATASET), once=("query", "format"))
        texts = values.get("query", [])
        if not texts or not texts[0].strip():
            raise _BadRequestError(400, "there is no query; send it as `query`")
        job = Job(
            sparql=texts[0],
            default_graphs=_iris(values.get("default-graph-uri", [])),
            named_graphs=_iris(values.get("named-graph-uri", [])),
            accept=_wanted("".join(values.get("format", [])), request),
        )
        return await self._answered(request, job)

    async def _update(self, request: Request, fields: _Fields) -> Response:
        if not self._token:
            raise _BadRequestError(403, "this server does not write")
        said = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(said.encode(), self._token.encode()):
            raise _BadRequestError(401, "an update needs the token: Authorization: Bearer ...", {"WWW-Authenticate": "Bearer"})
        values = _known(fields, ("update", *_UPDATE_DATASET), once=("update",))
        if any(values.get(name) for name in _UPDATE_DATASET):
            raise _BadRequestError(400, "write USING into the update itself; using-graph-uri is not taken here")
        return _response(await self._pool.update(Job(sparql=values["update"][0], update=True)))

    async def _answered(self, request: Request, job: Job) -> Response:
        """The answer of a worker; when the client hangs up first, the worker is ended."""
        run = asyncio.ensure_future(self._pool.run(job))
        gone = asyncio.ensure_future(_hung_up(request))
        try:
            await asyncio.wait({run, gone}, return_when=asyncio.FIRST_COMPLETED)
            return _response(run.result()) if run.done() else Response(status_code=499)
        finally:
            for task in (run, gone):
                task.cancel()

    async def _body(self, request: Request) -> str:
        most = self._limits.query_bytes
        parts, size = [], 0
        try:
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise _BadRequestError(413, f"a request may have at most {most:,} bytes")
                parts.append(part)
            return b"".join(parts).decode("utf-8")
        except UnicodeDecodeError as error:
            raise _BadRequestError(400, f"the request is not in UTF-8 (byte {error.start})") from error
        except ClientDisconnect as error:
            raise _BadRequestError(400, "the request broke off") from error

    def _service(self, request: Request) -> Response:
        accept = request.headers.get("accept", "")
        if negotiate(accept, ["text/turtle", "text/html"]) == "text/html":
            return RedirectResponse("/query")
        kind = negotiate(accept, GRAPHS)
        if kind is None:
            raise _BadRequestError(406, f"the service description comes as {', '.join(GRAPHS)}; a query goes into `query`")
        turtle = service_description(str(request.url.replace(query="")), bool(self._token))
        triples = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
        return Response(ox.serialize((q.triple for q in triples), format=GRAPHS[kind]), media_type=kind)


def service_description(endpoint: str, writes: bool) -> str:
    """What this service is, in the terms of SPARQL 1.1 Service Description, as Turtle."""
    formats = "SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV Turtle N-Triples JSON-LD RDF_XML TriG N-Quads"
    languages = "sd:SPARQL11Query" + (", sd:SPARQL11Update" if writes else "")
    return f"""
        @prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
        <{ox.NamedNode(endpoint).value}> a sd:Service ;
            sd:endpoint <{ox.NamedNode(endpoint).value}> ;
            sd:supportedLanguage {languages} ;
            sd:feature sd:UnionDefaultGraph ;
            sd:resultFormat {", ".join(f"<http://www.w3.org/ns/formats/{name}>" for name in formats.split())} .
    """


def _fields(text: str) -> _Fields:
    """The fields of a form or of an address. Raises ``_BadRequestError`` when their bytes are not UTF-8."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise _BadRequestError(400, f"the fields cannot be read ({error})") from error


def _known(fields: _Fields, names: Sequence[str], once: Sequence[str]) -> dict[str, list[str]]:
    """The values of each field. Raises ``_BadRequestError`` for a field that may be given once and is given twice."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        if name in names:
            values.setdefault(name, []).append(value)
    for name in once:
        if len(values.get(name, [])) > 1:
            raise _BadRequestError(400, f"`{name}` is given {len(values[name])} times; give it once")
    return values


def _iris(values: Sequence[str]) -> tuple[str, ...]:
    for value in values:
        try:
            ox.NamedNode(value)
        except ValueError as error:
            raise _BadRequestError(400, f"`{value}` is no absolute IRI of a graph ({error})") from error
    return tuple(values)


def _wanted(form: str, request: Request) -> str:
    """The Accept header that counts: the one sent, unless the address says a format. Raises ``_BadRequestError`` for an unknown one."""
    if not form:
        return ", ".join(request.headers.getlist("accept"))
    if form not in SHORT:
        raise _BadRequestError(400, f"`{form}` is no format; known are {', '.join(SHORT)}")
    return SHORT[form]


async def _hung_up(request: Request) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(0.5)


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, media_type="application/json")


def _response(answer: Answer) -> Response:
    headers = {"Content-Type": answer.content_type, **({"Retry-After": "5"} if answer.status == 503 else {})}
    return Response(answer.body, answer.status, headers)


async def _say_bad(_: Request, error: Exception) -> Response:
    assert isinstance(error, _BadRequestError)
    return PlainTextResponse(f"{error}\n", error.status, error.headers)


async def _say_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {404: f"there is nothing at {request.url.path}", 405: f"{request.method} is not possible at {request.url.path}"}
    return PlainTextResponse(f"{words.get(error.status_code, error.detail)}\n", error.status_code, error.headers)
