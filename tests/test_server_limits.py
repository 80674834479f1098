"""What one client may take: a runaway query is stopped while the others are answered, and nothing is left behind."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest
from patience import eventually
from serving import FOREVER, Server, serving

from evidence.store import Store

SECONDS = 3.0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("limits") / "store"
    p = ox.NamedNode("urn:p")
    Store.create(folder, (ox.Quad(ox.NamedNode(f"urn:s{i}"), p, ox.Literal(i), ox.NamedNode("urn:g")) for i in range(5000)))
    return folder


@pytest.fixture(scope="module")
def server(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with serving(
        store, folder, seconds=SECONDS, quick=0.1, workers=3, slow=4, rows=1000, answer_bytes=200_000, query_bytes=5_000
    ) as running:
        yield running


def settled(server: Server, workers: int = 3) -> dict[str, int]:
    """The state of the server once nothing is under way."""

    def state() -> dict[str, int]:
        told: dict[str, int] = server.send("/health").json()
        return told

    return eventually(state, lambda told: told["slow"] == 0 and told["idle"] == told["workers"] == workers)


def left_of(processes: set[int]) -> list[int]:
    """The processes that still live after a while."""
    return eventually(lambda: [pid for pid in processes if _lives(pid)], lambda left: not left)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_runaway_query_is_stopped_while_others_are_answered(server: Server) -> None:
    settled(server)
    answered = 0
    with ThreadPoolExecutor(4) as threads:
        runaways = [threads.submit(server.ask, FOREVER) for _ in range(3)]
        while not all(r.done() for r in runaways):
            assert server.ask("SELECT * { <urn:s7> ?p ?o }").status == 200
            answered += 1
    assert [r.result().status for r in runaways] == [504] * 3
    assert "3 seconds" in runaways[0].result().text
    assert answered > 1


def test_nothing_is_left_of_stopped_queries(server: Server) -> None:
    settled(server)
    before = len(server.children())
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(server.ask, [FOREVER] * 3))
    settled(server)
    assert len(eventually(server.children, lambda now: len(now) <= before)) <= before


def test_too_many_slow_queries_are_turned_away(server: Server) -> None:
    settled(server)
    with ThreadPoolExecutor(6) as threads:
        statuses = sorted(r.status for r in threads.map(server.ask, [FOREVER] * 6))
    assert statuses == [503] * 2 + [504] * 4


def test_a_query_whose_client_hangs_up_is_stopped(store: Path, tmp_path: Path) -> None:
    with serving(store, tmp_path, seconds=600.0, quick=0.1, workers=2, slow=1) as patient:
        line = http.client.HTTPConnection(urlsplit(patient.url).netloc)
        line.request("GET", "/sparql?query=" + quote(FOREVER))
        assert eventually(lambda: patient.slow_queries() == 1)
        line.close()
        assert eventually(lambda: patient.slow_queries() == 0)


@pytest.mark.parametrize(
    "accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"]
)
def test_an_answer_with_too_many_rows_is_an_error(server: Server, accept: str) -> None:
    assert server.ask("SELECT ?o { ?s ?p ?o } LIMIT 900", accept).status == 200
    reply = server.ask("SELECT ?o { ?s ?p ?o } LIMIT 1200", accept)
    assert reply.status == 413
    assert "1,000 rows" in reply.text


def test_an_answer_with_too_many_bytes_is_an_error(server: Server) -> None:
    reply = server.ask("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "application/n-triples")
    assert reply.status == 413
    assert "200,000 bytes" in reply.text


def test_a_request_that_is_too_long_is_an_error(server: Server) -> None:
    reply = server.send("/sparql", "POST", b"ASK {} #" + b"x" * 6000, Content_Type="application/sparql-query")
    assert reply.status == 413


def test_a_query_that_wants_all_memory_ends_alone(store: Path, tmp_path: Path) -> None:
    glutton = "SELECT DISTINCT ?a ?b ?c { ?a ?p ?x . ?b ?p ?y . ?c ?p ?z } ORDER BY ?z"
    with serving(store, tmp_path, seconds=60, memory_bytes=300_000_000) as server:
        assert server.ask(glutton).status == 503
        assert server.ask("ASK {}").status == 200


def test_one_address_may_not_hold_all_lines(store: Path, tmp_path: Path) -> None:
    with serving(store, tmp_path, seconds=1, per_client=2) as server, ThreadPoolExecutor(4) as threads:
        statuses = sorted(r.status for r in threads.map(server.ask, [FOREVER] * 4))
    assert statuses == [429, 429, 504, 504]


def test_requests_under_way_are_answered_before_the_end(store: Path, tmp_path: Path) -> None:
    with serving(store, tmp_path, seconds=3, quick=0.1) as server, ThreadPoolExecutor(1) as threads:
        last = threads.submit(server.ask, FOREVER)
        assert eventually(lambda: server.slow_queries() == 1)
        children = server.children()
        server.process.terminate()
        assert last.result().status == 504
        assert server.process.wait(60) in (0, -15)
    assert children
    assert left_of(children) == []


def test_workers_do_not_outlive_a_server_that_was_killed(store: Path, tmp_path: Path) -> None:
    with serving(store, tmp_path, seconds=60) as server, ThreadPoolExecutor(1) as threads:
        threads.submit(server.ask, FOREVER)
        assert eventually(lambda: server.slow_queries() == 1)
        children = server.children()
        server.process.kill()
        server.process.wait()
        assert children
        assert left_of(children) == []


def lines_of(log: Path) -> list[dict[str, Any]]:
    """What the log says in whole lines; a line that is being written is left for later."""
    return [json.loads(line) for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]


def test_each_request_is_a_line_of_json_in_the_log(server: Server) -> None:
    mine = "/sparql?query=ASK%7B%7D%23mine"
    server.send(mine)
    asked = eventually(lambda: next((line for line in lines_of(server.log) if line.get("address") == mine), {}))
    assert asked["status"] == 200
    assert {"time", "client", "method", "ms", "bytes"} <= asked.keys()


def test_a_store_that_was_built_anew_is_seen(tmp_path: Path) -> None:
    def built(value: str) -> None:
        Store.create(tmp_path / value, [ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(value), ox.NamedNode("urn:g"))])

    built("old")
    built("new")
    (tmp_path / "old").rename(tmp_path / "store")
    with serving(tmp_path / "store", tmp_path) as server:
        assert "old" in server.ask("SELECT ?o { ?s ?p ?o }").text
        (tmp_path / "store").rename(tmp_path / "gone")
        (tmp_path / "new").rename(tmp_path / "store")
        assert "new" in server.ask("SELECT ?o { ?s ?p ?o }").text
