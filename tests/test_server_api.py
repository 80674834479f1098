"""The named queries as a REST API, its description, the static site, the query page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import browser
import pyoxigraph as ox
import pytest
import schemathesis
from conftest import skip_or_fail
from hypothesis import HealthCheck, given, settings
from patience import eventually
from playwright.sync_api import expect
from serving import Server, serving

from evidence.query import read_queries
from evidence.server import ServeError, serve
from evidence.store import Store, StoreError

ROOT = Path(__file__).resolve().parents[1]
QUERIES = read_queries(ROOT / "ontology" / "queries")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("api")
    ontology = ox.NamedNode("urn:ontology")
    known = (ox.Quad(*q.triple, ontology) for q in ox.parse(path=str(ROOT / "ontology" / "evidence.ttl")))
    Store.create(folder / "store", [*known, *ox.parse(path=str(ROOT / "tests" / "data" / "sample.trig"))])
    site = folder / "site"
    (site / "factor").mkdir(parents=True)
    (site / "index.html").write_text("<!doctype html><title>The site</title>", encoding="utf-8")
    (site / "factor" / "a.html").write_text("<!doctype html><title>A factor</title>", encoding="utf-8")
    (folder / "secret.txt").write_text("not for everyone", encoding="utf-8")
    with serving(folder / "store", folder, site) as running:
        yield running


def test_all_named_queries_are_listed(server: Server) -> None:
    listed = server.send("/api/queries").json()
    assert {q["name"] for q in listed} == set(QUERIES)
    assert all(q["summary"] and q["columns"] and q["sparql"] for q in listed)


def test_a_named_query_is_answered_for_a_label(server: Server) -> None:
    said = server.send("/api/queries/trace-factor?factor_iri=supervision").json()
    assert said["columns"] == list(QUERIES["trace-factor"].columns)
    assert {row["paperLabel"] for row in said["rows"]} == {"Alder 2018", "Birch & Beech 2019", "Cedar et al. 2020", "Dogwood 2021"}
    assert all(isinstance(row["start"], int) for row in said["rows"])


def test_numbers_are_numbers_and_nothing_is_null(server: Server) -> None:
    row = server.send("/api/queries/study-overlap").json()["rows"][0]
    assert (row["papers"], row["studies"], row["cca"]) == (2, 4, 50.0)
    assert server.send("/api/queries/trace-factor?factor_iri=supervision").json()["rows"][0]["setting"] is None


@pytest.mark.parametrize(
    ("path", "headers", "kind"),
    [
        ("/api/queries/papers", {}, "application/json"),
        ("/api/queries/papers", {"Accept": "text/csv"}, "text/csv; charset=utf-8"),
        ("/api/queries/papers?format=csv", {"Accept": "application/json"}, "text/csv; charset=utf-8"),
        ("/api/queries/papers", {"Accept": "application/sparql-results+json"}, "application/sparql-results+json"),
    ],
)
def test_rows_come_in_the_format_asked_for(server: Server, path: str, headers: dict[str, str], kind: str) -> None:
    assert server.send(path, **headers).kind == kind


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/queries/contsted-factors", 404, "contested-factors"),
        ("/api/queries/trace-factor", 400, "factor_iri"),
        ("/api/queries/trace-factor?factor_iri=nonsense", 404, "nonsense"),
        ("/api/queries/trace-factor?factor_iri=supervision&factor_iri=funding", 400, "twice"),
        ("/api/queries/papers?nothing=1", 400, "no parameter"),
        ("/api/queries/papers?format=pdf", 400, "csv"),
        ("/api/queries/works-most-cited?min_papers=many", 400, "integer"),
        ("/api/nothing", 404, "/api/nothing"),
        ("/nothing.html", 404, "/nothing.html"),
    ],
)
def test_an_error_says_what_to_change(server: Server, path: str, status: int, words: str) -> None:
    reply = server.send(path)
    assert reply.status == status
    assert words in reply.text
    assert reply.kind.startswith("text/plain")


def test_a_format_that_there_is_not_is_not_acceptable(server: Server) -> None:
    assert server.send("/api/queries/papers", Accept="image/png").status == 406


def test_values_are_never_pasted_into_a_query(server: Server) -> None:
    for value in ('x" } UNION { ?s ?p ?o } #', "\\", "'", "\n", "\0", "𝔘"):
        reply = server.send("/api/queries/search-labels?text=" + quote(value))
        assert reply.status == 200
        assert reply.json()["rows"] == []


def test_the_site_is_served_and_nothing_beside_it(server: Server) -> None:
    assert "The site" in server.send("/").text
    assert "A factor" in server.send("/factor/a.html").text
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/factor/..%2f..%2fsecret.txt", "//etc/passwd"):
        assert server.send(path).status == 404


@pytest.mark.parametrize("path", ["/", "/query", "/query-page/query.js", "/sparql?query=ASK%7B%7D", "/nothing"])
def test_every_answer_has_a_strict_policy(server: Server, path: str) -> None:
    reply = server.send(path)
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_the_server_is_well(server: Server) -> None:
    assert server.send("/health").json()["status"] == "ok"


def test_the_api_keeps_what_its_description_promises(server: Server) -> None:
    """Every operation with generated parameters, sound and unsound: status, media type and shape are those described."""
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")

    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in operations:

        @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def holds(case: schemathesis.Case) -> None:
            case.call_and_validate()

        holds()
    assert len(operations) >= len(QUERIES)


def test_without_a_store_the_server_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="evidence build"):
        serve(tmp_path / "none")


def test_an_address_that_is_taken_is_said_to_be_so(server: Server, tmp_path: Path) -> None:
    Store.create(tmp_path / "store", [])
    with pytest.raises(ServeError, match="choose another"):
        serve(tmp_path / "store", port=int(server.url.rpartition(":")[2]))


@pytest.mark.browser
def test_a_person_asks_on_the_query_page(server: Server) -> None:
    assert eventually(lambda: server.slow_queries() == 0), "what other tests asked is over"
    try:
        with browser.chromium() as chromium:
            page = chromium.new_page()
            witness = browser.Witness(home=server.url)
            witness.watch(page)
            page.goto(f"{server.url}/query")
            page.select_option("#example", "factors-by-effect")
            page.click("button[type=submit]")
            page.wait_for_selector("#rows table")
            assert page.locator("#rows tbody tr").count() == 4
            assert page.locator("#chart svg rect").count() == 4
            link = page.get_attribute("#permalink", "href")
            page.goto("about:blank")
            page.goto(f"{server.url}{link}")
            page.wait_for_selector("#rows table")
            page.fill("#sparql", "SELECT * { ?s ?p ?o } LIMIT 3")
            page.press("#sparql", "Control+Enter")
            expect(page.locator("#status")).to_contain_text("there may be more", timeout=30_000)
            page.fill("#sparql", "SELECT * WHERE {\n  supervis")
            page.press("#sparql", "Control+Space")
            page.wait_for_selector("#completions li")
            page.press("#sparql", "Enter")
            assert "#meso.leadership.supervision>" in page.input_value("#sparql")
            page.press("#sparql", "Control+Enter")
            page.wait_for_selector("#error:not([hidden])")
            assert "line 2" in page.inner_text("#error")
            assert page.inner_text("#lines").split() == ["1", "2"]
            assert witness.requests == []
            assert [c for c in witness.complaints if "400" not in c] == []
    except browser.NoBrowserError as error:
        skip_or_fail("browser", str(error))
