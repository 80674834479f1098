"""What can be known of a SPARQL text before it is asked, and which format is sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.server.negotiation import GRAPHS, RESULTS, negotiate
from evidence.sparql import form_of, query_uses, update_reaches_out
from evidence.store import Store

OUT = "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# SELECT\nPREFIX a: <urn:select> BASE <urn:x:> ask {}", "ASK"),
        ("PREFIX : <urn:a>\n#x\n\nCONSTRUCT WHERE {}", "CONSTRUCT"),
        ("describe <urn:a>", "DESCRIBE"),
        ("INSERT DATA {}", ""),
        ("", ""),
    ],
)
def test_the_form_of_a_query_is_its_first_word(text: str, form: str) -> None:
    assert form_of(text) == form


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ {OUT} }}",
        "SELECT * { service <urn:x> { ?s ?p ?o } }",
        "SELECT * { SeRvIcE SILENT ?x { ?s ?p ?o } }",
        f"SELECT * {{ ?s ?p 'SERVICE' . {{ SELECT * {{ {OUT} }} }} }}",
        "ASK { FILTER(1<?b)SERVICE#>\n<http://127.0.0.1:9/>{ ?s ?p ?o } }",
        "SELECT * { SERVICE<http://127.0.0.1:9/>{} }",
        "SELECT * { OPTIONAL { SERVICE # a comment\n <urn:x> {} } }",
        f"PREFIX service: <urn:service> SELECT * {{ ?service service:x '''SERVICE''' . {OUT} }}",
    ],
)
def test_a_query_that_asks_another_server_is_known(query: str) -> None:
    assert query_uses(query, "SERVICE")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <urn:x> {}' }",
        "SELECT * { ?s ?p ?o } # SERVICE <urn:x> {}",
        "SELECT ?service { ?service <http://example.org/service/x> ?o }",
        "PREFIX service: <urn:service> SELECT * { ?s service:service '''a\nSERVICE \"x\"''' }",
        "SELECT * { ?s ?p ?o FILTER(?s<?p) }",
    ],
)
def test_the_letters_alone_are_no_service(query: str) -> None:
    assert not query_uses(query, "SERVICE")


@pytest.mark.parametrize("update", ["LOAD <http://127.0.0.1:9/>", "INSERT DATA {} ; load silent <file:///etc/passwd> INTO GRAPH <urn:g>"])
def test_an_update_that_loads_is_known(update: str) -> None:
    assert update_reaches_out(update)
    assert update_reaches_out(f"INSERT {{ ?s ?p ?o }} WHERE {{ {OUT} }}")


def test_an_update_that_only_speaks_of_loading_is_none() -> None:
    assert not update_reaches_out("INSERT DATA { <urn:load> <urn:p> 'LOAD <x>; SERVICE' }")


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that notes who comes."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(self.path)
            self.send_error(404)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", came
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("form", ["SELECT *", "ASK", "SELECT (COUNT(*) AS ?n)", "CONSTRUCT { ?s ?p ?o }"])
def test_looking_at_a_query_asks_nobody(listener: tuple[str, list[str]], form: str) -> None:
    url, came = listener
    for keyword in ("SERVICE", "FROM"):
        query_uses(f"{form} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} BIND('from service' AS ?x) }}", keyword)
    update_reaches_out(f"LOAD <{url}> ; INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    list(Store.in_memory().query(f"SELECT * FROM <{url}> {{ ?s ?p ?o }}"))
    assert came == []


@given(st.text(alphabet="SERVICEservice<>{}()?a:#'\"\\ \n/.,;1", max_size=60))
def test_looking_at_any_text_never_fails(text: str) -> None:
    for query in (text, f"SELECT * {{ {text} }}"):
        assert query_uses(query, "SERVICE") in (True, False)
        assert update_reaches_out(query) in (True, False)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV ; q=1", "text/csv"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.4", "text/csv"),
        ("text/*", "text/csv"),
        ("text/*;q=0.2, */*;q=0.1", "text/csv"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("*/*;q=0.1, text/tab-separated-values;q=0.3", "text/tab-separated-values"),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("text/csv;q=nonsense", None),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
    ],
)
def test_the_format_is_the_one_the_client_likes_best(accept: str, kind: str | None) -> None:
    assert negotiate(accept, RESULTS) == kind


@given(st.text(max_size=40))
def test_any_accept_header_has_an_answer(accept: str) -> None:
    assert negotiate(accept, GRAPHS) in (None, *GRAPHS)
