"""What every store does alike: load, count, ask, update, replace one graph. And how an endpoint fails."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
import virtuoso
from conftest import skip_or_fail

from evidence import endpoint as endpoints
from evidence.endpoint import Endpoint, EndpointError, RefusedError, TimedOutError, UnreachableError
from evidence.query import plain, rows_of
from evidence.store import AsksElsewhereError, GraphStore, QuerySyntaxError, Store, StoreError

E = "http://example.org/"


def quad(subject: str, value: str | int, graph: str) -> ox.Quad:
    return ox.Quad(ox.NamedNode(E + subject), ox.NamedNode(E + "says"), ox.Literal(value), ox.NamedNode(E + graph))


QUADS = [quad("a", "one", "first"), quad("b", 2, "first"), quad("c", "drei „x“ \\ \n", "second")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    if not virtuoso.installed():
        skip_or_fail("virtuoso", "Virtuoso is not installed (apt-get install virtuoso-opensource)")
    with virtuoso.running(tmp_path_factory.mktemp("virtuoso")) as endpoint:
        yield endpoint


@pytest.fixture(params=["memory", "disk", "virtuoso"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> GraphStore:
    """A store with ``QUADS`` in it."""
    if request.param == "memory":
        return Store.in_memory(QUADS)
    if request.param == "disk":
        return Store.create(tmp_path / "store", QUADS)
    endpoint: Endpoint = request.getfixturevalue("server")
    for graph in ("first", "second", "third"):
        endpoint.drop_graph(E + graph)
    endpoint.load(QUADS)
    return endpoint


def said(store: GraphStore) -> list[tuple[str, str]]:
    answer = rows_of(store.query(f"SELECT ?s ?o {{ ?s <{E}says> ?o }} ORDER BY ?s"))
    return [(plain(s).removeprefix(E), plain(o)) for s, o in answer.rows]


def test_all_graphs_are_asked_at_once(store: GraphStore) -> None:
    assert said(store) == [("a", "one"), ("b", "2"), ("c", "drei „x“ \\ \n")]


def test_replacing_a_graph_touches_no_other(store: GraphStore) -> None:
    store.replace_graph(E + "first", [quad("a", "new", "first").triple])
    assert said(store) == [("a", "new"), ("c", "drei „x“ \\ \n")]


def test_a_graph_that_was_not_there_can_be_replaced(store: GraphStore) -> None:
    before = len(store)
    store.replace_graph(E + "third", [quad("d", "four", "third").triple])
    assert len(store) == before + 1


def test_an_update_is_carried_out(store: GraphStore) -> None:
    store.update(f"INSERT DATA {{ GRAPH <{E}third> {{ <{E}d> <{E}says> 'four' }} }}")
    assert said(store)[-1] == ("d", "four")


def test_terms_come_back_as_they_are(store: GraphStore) -> None:
    cells = [row[0] for row in rows_of(store.query(f"SELECT ?o {{ ?s <{E}says> ?o }} ORDER BY ?s")).rows]
    assert cells == [q.object for q in QUADS]


def test_an_ask_and_a_construct_are_answered(store: GraphStore) -> None:
    assert rows_of(store.query(f"ASK {{ <{E}a> ?p ?o }}")).records() == [{"answer": "true"}]
    built = store.query(f"CONSTRUCT {{ ?s <{E}told> ?o }} WHERE {{ ?s <{E}says> ?o }}")
    assert isinstance(built, ox.QueryTriples)
    assert {t.subject.value for t in built} == {E + "a", E + "b", E + "c"}  # type: ignore[union-attr]


def test_a_query_that_is_none_is_a_store_error(store: GraphStore) -> None:
    with pytest.raises(StoreError):
        store.query("SELECT ?x WHERE { ?x ")


def test_a_load_goes_in_chunks(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "CHUNK", 7)
    before = len(store)
    store.load(quad(f"n{i}", i, "third") for i in range(30))
    assert len(store) == before + 30


def test_a_store_open_for_reading_is_not_written_to(tmp_path: Path) -> None:
    Store.create(tmp_path / "store", QUADS)
    store = Store.open(tmp_path / "store")
    with pytest.raises(StoreError):
        store.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }")
    assert len(store) == 3


def test_many_may_read_while_one_writes(tmp_path: Path) -> None:
    Store.create(tmp_path / "store", QUADS)
    writer = Store.open(tmp_path / "store", writable=True)
    reader = Store.open(tmp_path / "store")
    writer.replace_graph(E + "first", [])
    assert len(reader) == 3
    assert len(Store.open(tmp_path / "store")) == 1


def test_a_file_is_loaded_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "x.nq"
    ox.serialize(QUADS, str(path), format=ox.RdfFormat.N_QUADS)
    assert said(Store.create_from_file(tmp_path / "store", path)) == said(Store.from_file(path))


def test_a_dataset_can_be_named() -> None:
    store = Store.in_memory(QUADS)
    asked = store.query("SELECT ?s { ?s ?p ?o }", default_graphs=[E + "second"])
    assert [plain(row[0]) for row in rows_of(asked).rows] == [E + "c"]
    asked = store.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", named_graphs=[E + "first"])
    assert [plain(row[0]) for row in rows_of(asked).rows] == [E + "first"]


@pytest.mark.parametrize("text", ["SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "ASK { SERVICE SILENT ?x {} }"])
def test_a_query_asks_no_other_server(text: str) -> None:
    with pytest.raises(AsksElsewhereError, match="a query asks no other server"):
        Store.in_memory(QUADS).query(text)
    with pytest.raises(QuerySyntaxError, match="line 2"):
        Store.in_memory(QUADS).query("SELECT * {\n SERVICE <urn:x> { ?s ?p } }")


def test_a_syntax_error_has_a_line_and_a_mark() -> None:
    with pytest.raises(QuerySyntaxError, match=r"line 2, column \d+"):
        Store.in_memory().query("SELECT ?x WHERE {\n ?x }")


@contextmanager
def answering(status: int, kind: str, body: bytes, wait: float = 0, patience: float = 60) -> Iterator[Endpoint]:
    """An endpoint that says the same to everyone."""
    pause = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            pause.wait(wait)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Endpoint(f"http://127.0.0.1:{server.server_port}/sparql", timeout=patience)
    finally:
        pause.set()
        server.shutdown()
        server.server_close()


def test_an_error_of_the_endpoint_is_passed_on_in_its_words() -> None:
    with answering(400, "text/plain", b"that is no query") as endpoint, pytest.raises(RefusedError, match="that is no query") as caught:
        endpoint.query("ASK {}")
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/html", b"<p>Welcome</p>"), ("application/sparql-results+xml", b"<sparql"), ("application/n-triples", b"<urn:a> .")],
)
def test_an_answer_in_no_known_format_is_said_to_be_so(kind: str, body: bytes) -> None:
    with answering(200, kind, body) as endpoint, pytest.raises(EndpointError):
        rows_of(endpoint.query("SELECT * {}"))


def test_a_slow_endpoint_times_out() -> None:
    with answering(200, "text/plain", b"", wait=60, patience=0.5) as endpoint, pytest.raises(TimedOutError, match=r"0\.5 seconds"):
        endpoint.query("ASK {}")


def test_an_endpoint_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(UnreachableError):
        Endpoint(f"http://127.0.0.1:{port}/sparql").query("ASK {}")


def test_only_http_is_spoken(tmp_path: Path) -> None:
    with pytest.raises(EndpointError, match="http"):
        Endpoint((tmp_path / "x").as_uri()).query("ASK {}")


def test_an_endpoint_without_an_address_for_writing_says_so() -> None:
    with pytest.raises(EndpointError, match="graph_store_url"):
        Endpoint("http://127.0.0.1:9/sparql").load(QUADS)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(Endpoint("http://127.0.0.1:9/sparql", user="me", password="secret"))
