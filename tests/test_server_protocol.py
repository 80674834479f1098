"""SPARQL 1.1 Protocol: what the W3C's protocol tests ask for, as far as it applies to a server that only reads, or writes with a token.

Each test is named after the W3C test it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from serving import Reply, Server, serving

from evidence.store import Store

G = "http://example.org/data"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
SD = "http://www.w3.org/ns/sparql-service-description#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def data() -> list[ox.Quad]:
    return [ox.Quad(ox.NamedNode(f"{G}{i}#s"), TYPE, ox.NamedNode(f"{G}{i}#Class"), ox.NamedNode(f"{G}{i}")) for i in (1, 2, 3)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("protocol")
    Store.create(folder / "store", data())
    with serving(folder / "store", folder, token="open sesame") as running:
        yield running


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("reading")
    Store.create(folder / "store", data())
    with serving(folder / "store", folder) as running:
        yield running


def post(server: Server, body: str | bytes, kind: str = FORM, path: str = "/sparql", **headers: str) -> Reply:
    return server.send(path, "POST", body.encode() if isinstance(body, str) else body, Content_Type=kind, **headers)


def says_yes(reply: Reply) -> bool:
    assert reply.status == 200, reply.text
    return reply.json()["boolean"] is True


DATASET = f"ASK {{ <{G}1#s> a ?a . <{G}2#s> a ?b . OPTIONAL {{ <{G}3#s> a ?c }} FILTER(!BOUND(?c)) }}"
NAMED = (
    f"ASK {{ GRAPH <{G}1> {{ ?a ?b ?c }} GRAPH <{G}2> {{ ?d ?e ?f }} "
    "{ SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?x ?y ?z } } } FILTER(?n = 2) }"
)
FULL = f"ASK {{ GRAPH <{G}2> {{ ?a ?b ?c }} <{G}1#s> a ?k . OPTIONAL {{ <{G}2#s> a ?no }} FILTER(!BOUND(?no)) }}"
DEFAULTS = [("default-graph-uri", f"{G}1"), ("default-graph-uri", f"{G}2")]
NAMES = [("named-graph-uri", f"{G}1"), ("named-graph-uri", f"{G}2")]
BOTH = [("default-graph-uri", f"{G}1"), ("named-graph-uri", f"{G}2")]


def test_query_get(server: Server) -> None:
    assert says_yes(server.send("/sparql?query=" + quote("ASK {}")))


def test_query_post_form(server: Server) -> None:
    assert says_yes(post(server, urlencode({"query": "ASK {}"})))


def test_query_post_direct(server: Server) -> None:
    assert says_yes(post(server, "ASK {}", QUERY))


@pytest.mark.parametrize(("query", "dataset"), [(DATASET, DEFAULTS), (NAMED, NAMES), (FULL, BOTH)], ids=["default", "named", "full"])
@pytest.mark.parametrize("way", ["get", "post_form", "post_direct"])
def test_query_dataset(server: Server, way: str, query: str, dataset: list[tuple[str, str]]) -> None:
    asked = urlencode([("query", query), *dataset])
    if way == "get":
        assert says_yes(server.send("/sparql?" + asked))
    elif way == "post_form":
        assert says_yes(post(server, asked))
    else:
        assert says_yes(post(server, query, QUERY, "/sparql?" + urlencode(dataset)))


def test_query_multiple_dataset(server: Server) -> None:
    """The dataset of the request is stronger than that of the query."""
    query = f"ASK FROM <{G}3> {{ <{G}1#s> a ?a . OPTIONAL {{ <{G}3#s> a ?c }} FILTER(!BOUND(?c)) }}"
    assert says_yes(server.send("/sparql?" + urlencode([("query", query), ("default-graph-uri", f"{G}1")])))


def test_the_dataset_of_the_query_counts_where_the_request_names_none(server: Server) -> None:
    assert says_yes(server.ask(f"ASK FROM <{G}3> {{ <{G}3#s> a ?c . OPTIONAL {{ <{G}1#s> a ?a }} FILTER(!BOUND(?a)) }}"))


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        (
            "SELECT (1 AS ?value) {}",
            ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"),
        ),
        ("ASK {}", ("application/sparql-results+json", "application/sparql-results+xml")),
        (f"DESCRIBE <{G}1#s>", ("text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples")),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", ("text/turtle", "application/rdf+xml", "application/n-quads", "application/trig")),
    ],
    ids=["select", "ask", "describe", "construct"],
)
def test_query_content_type(server: Server, query: str, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        reply = server.ask(query, kind)
        assert (reply.status, reply.kind.split(";")[0]) == (200, kind)
        assert reply.body
    assert server.ask(query).kind.split(";")[0] == kinds[0]
    assert server.ask(query, "image/png, */*;q=0").status == 406


def test_bad_query_method(server: Server) -> None:
    reply = server.send("/sparql?query=" + quote("ASK {}"), "PUT")
    assert reply.status == 405
    assert "GET" in reply.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (urlencode([("query", "ASK {}"), ("query", "SELECT * {}")]), FORM, 400),
        ("ASK {}", "text/plain", 415),
        (urlencode({"query": "ASK {}"}), "", 415),
        ("ASK {}", "", 415),
        ("ASK { ?s ?p 'é' }".encode("utf-16"), QUERY, 400),
        (b"query=ASK%20%7B%20?s%20?p%20'%E9'%20%7D", FORM, 400),
        (urlencode({"query": "ASK { "}), FORM, 400),
        (urlencode({"nothing": "x"}), FORM, 400),
        ("", QUERY, 400),
        (urlencode({"query": "ASK {}", "update": "CLEAR ALL"}), FORM, 400),
        ("CLEAR ALL", QUERY, 400),
        (urlencode([("query", "ASK {}"), ("default-graph-uri", "no iri")]), FORM, 400),
    ],
    ids=[
        "bad_multiple_queries", "bad_query_wrong_media_type", "bad_query_missing_form_type", "bad_query_missing_direct_type",
        "bad_query_non_utf8_direct", "bad_query_non_utf8_form", "bad_query_syntax", "no_query", "empty_query", "query_and_update",
        "update_sent_as_query", "bad_graph",
    ],
)  # fmt: skip
def test_bad_requests(server: Server, body: str | bytes, kind: str, status: int) -> None:
    reply = post(server, body, kind)
    assert reply.status == status
    assert reply.kind.startswith("text/plain")
    assert reply.text.strip()


def test_a_syntax_error_names_line_and_column(server: Server) -> None:
    reply = server.ask("SELECT * WHERE {\n  ?s ?p }")
    assert reply.status == 400
    assert "line 2, column" in reply.text


def test_bad_update_get(server: Server) -> None:
    assert server.send("/sparql?update=" + quote("CLEAR ALL"), Authorization="Bearer open sesame").status == 400


UPDATES = [
    ("CLEAR NONE ALL", UPDATE, 400),
    (urlencode([("update", "CLEAR NAMED"), ("update", "CLEAR DEFAULT")]), FORM, 400),
    (b"INSERT DATA { <urn:a> <urn:b> '\xe9' }", UPDATE, 400),
    ("CLEAR NAMED", "text/plain", 415),
    (urlencode([("update", "CLEAR NAMED"), ("using-graph-uri", f"{G}1")]), FORM, 400),
    ("LOAD <http://127.0.0.1:9/>", UPDATE, 403),
]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    UPDATES,
    ids=["bad_syntax", "bad_multiple_updates", "bad_update_non_utf8", "bad_wrong_media_type", "bad_dataset", "load"],
)
def test_bad_updates(server: Server, body: str | bytes, kind: str, status: int) -> None:
    assert post(server, body, kind, Authorization="Bearer open sesame").status == status


def test_update_post_form_and_direct(server: Server) -> None:
    insert = "INSERT DATA { GRAPH <urn:new> { <urn:a> <urn:b> %d } }"
    key = "Bearer open sesame"
    assert post(server, urlencode({"update": insert % 1}), Authorization=key).status == 204
    assert says_yes(server.ask("ASK { <urn:a> <urn:b> 1 }"))
    assert post(server, insert % 2, UPDATE, Authorization=key).status == 204
    assert says_yes(server.ask("ASK { <urn:a> <urn:b> 1, 2 }"))
    assert post(server, "DROP GRAPH <urn:new>", UPDATE, Authorization=key).status == 204
    assert not server.ask("ASK { <urn:a> ?p ?o }").json()["boolean"]


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Basic b3Blbjpz"])
def test_an_update_needs_the_token(server: Server, authorization: str) -> None:
    reply = post(server, "CLEAR ALL", UPDATE, Authorization=authorization)
    assert reply.status == 401
    assert "Bearer" in reply.headers["Www-Authenticate"]


def test_a_server_without_a_token_never_writes(reading: Server) -> None:
    assert post(reading, "CLEAR ALL", UPDATE).status == 403
    assert post(reading, "CLEAR ALL", UPDATE, Authorization="Bearer ").status == 403
    assert says_yes(reading.ask("ASK { ?s ?p ?o }"))


@pytest.mark.parametrize("kind", ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"])
def test_the_service_describes_itself(reading: Server, kind: str) -> None:
    reply = reading.send("/sparql", Accept=kind)
    assert reply.kind.split(";")[0] == kind
    form = ox.RdfFormat.from_media_type(kind)
    assert form
    said = {(q.predicate.value.removeprefix(SD), getattr(q.object, "value", "")) for q in ox.parse(reply.body, format=form)}
    assert ("endpoint", f"{reading.url}/sparql") in said
    assert ("supportedLanguage", f"{SD}SPARQL11Query") in said
    assert ("supportedLanguage", f"{SD}SPARQL11Update") not in said


def test_a_person_is_led_to_the_query_page(reading: Server) -> None:
    reply = reading.send("/sparql", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (reply.status, reply.headers["Location"]) == (307, "/query")


def test_other_sites_may_ask_but_not_with_a_persons_cookies(reading: Server) -> None:
    reply = reading.send("/sparql?query=ASK%7B%7D", Origin="https://elsewhere.example")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in reply.headers
    before = reading.send(
        "/sparql",
        "OPTIONS",
        Origin="https://elsewhere.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )
    assert before.status == 204
    assert "POST" in before.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    "query", ["SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "ASK { FILTER(1<?b)SERVICE#>\n<http://127.0.0.1:9/>{ ?s ?p ?o } }"]
)
def test_the_server_asks_no_other(reading: Server, query: str) -> None:
    reply = reading.ask(query)
    assert reply.status == 403
    assert "SERVICE" in reply.text


def test_an_unsound_query_with_a_service_is_told_its_line(reading: Server) -> None:
    reply = reading.ask("SELECT * {\n SERVICE <urn:x> { ?s ?p } }")
    assert reply.status == 400
    assert "line 2" in reply.text
