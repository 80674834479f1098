"""The site in a real browser, opened from files: it draws, filters, finds and links, complains of nothing and asks for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import NoBrowserError, Witness, address, chromium
from conftest import skip_or_fail
from patience import eventually
from playwright.sync_api import Browser, Page, expect
from test_site_pages import HOSTILE, hostile_quads, rendered, sample_store

from evidence.site import network

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
PAGES = (
    "index.html",
    "graph.html",
    "gapmap.html",
    "influences.html",
    "contexts.html",
    "citations.html",
    "figures.html",
    "query.html",
    "works.html",
    "methods.html",
    "glossary.html",
    "problems.html",
    "downloads.html",
    "level/meso.html",
    "category/meso.leadership.html",
    "factor/meso.leadership.supervision.html",
    "factor/meso.leadership.succession.html",
    "country/Canada.html",
    "setting/hospital.html",
    "paper/cedar2020.html",
    "work/elm2010.html",
    "work/unlisted-hazel-2005.html",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(tmp_path_factory.mktemp("browsed") / "site", sample_store())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as started:
            yield started
    except NoBrowserError as error:
        skip_or_fail("browser", str(error))


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def page(browser: Browser, witness: Witness) -> Iterator[Page]:
    """A page that fails the test afterwards if it complained or asked for anything outside its folder."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    opened = context.new_page()
    witness.watch(opened)
    yield opened
    context.close()
    assert witness.requests == []
    assert witness.complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_every_kind_of_page_opens_from_its_file_legible_and_without_a_complaint(page: Page, site: Path, path: str) -> None:
    page.goto(address(site / path))
    expect(page.locator("h1")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert page.evaluate(_CONTRAST) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(_CONTRAST) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


_CONTRAST = """() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}: ${element.textContent.trim().slice(0, 30)}`);
  }
  return weak;
}"""


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("supervison", "Supervision"),
        ("SUPÉRVISION", "Supervision"),
        ("super", "Supervision"),
        ("fir", "Fir & Elm 2012"),
        ("hazel", "Hazel 2005"),
        ("Which factors are contested?", "What is contested"),
    ],
)
def test_search_is_instant_and_forgives(page: Page, site: Path, typed: str, found: str) -> None:
    page.goto(address(site / "paper" / "cedar2020.html"))
    page.fill("#search", typed)
    first = page.locator("#hits b").first
    expect(first).to_have_text(found)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "cedar2020" not in url)
    expect(page.locator("h1")).to_be_visible()


def test_search_says_when_there_is_nothing(page: Page, site: Path) -> None:
    page.goto(address(site / "index.html"))
    page.fill("#search", "zzzzzz")
    expect(page.locator("#hits")).to_have_text("Nothing found")


def test_a_question_that_nothing_answers_whole_finds_what_comes_nearest(page: Page, site: Path) -> None:
    page.goto(address(site / "index.html"))
    page.fill("#search", "what hinders supervision in zzzzzz")
    expect(page.locator("#hits li").first).to_have_text("Nothing has all of these words; what comes nearest:")
    expect(page.locator("#hits b").first).to_have_text("Supervision")


_COLOURS = """() => {
  const canvas = document.querySelector("#network canvas");
  return new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
}"""


def test_the_map_draws_and_a_factor_opens_its_findings(page: Page, site: Path) -> None:
    page.goto(address(site / "graph.html"))
    assert eventually(lambda: page.evaluate(_COLOURS), lambda colours: colours > 20) > 20
    spot = page.evaluate("() => evidenceMap.network.canvasToDOM(evidenceMap.network.getPosition('meso.leadership.supervision'))")
    box = page.locator("#network").bounding_box()
    assert box
    page.mouse.click(box["x"] + spot["x"], box["y"] + spot["y"])
    expect(page.locator("#panel h2")).to_have_text("Supervision")
    expect(page.locator("#panel .finding")).to_have_count(6)
    expect(page).to_have_url(re.compile("#node=meso.leadership.supervision$"))
    page.go_back()
    expect(page.locator("#panel h2")).to_have_count(0)


def test_a_link_into_the_map_opens_what_it_names(page: Page, site: Path) -> None:
    page.goto(address(site / "graph.html") + "#node=study%2Felm2010")
    expect(page.locator("#panel h2")).to_have_text("Elm 2010")
    expect(page.locator("#panel .finding")).to_have_count(2)
    page.locator("#panel .finding a").first.click()
    expect(page.locator("h1")).not_to_have_text("Map of factors and studies")


def test_filters_of_the_map_filter_its_table_too(page: Page, site: Path) -> None:
    page.goto(address(site / "graph.html"))
    rows = page.locator("#twin tbody tr:visible")
    expect(rows).to_have_count(4)
    page.select_option("[name=effect]", "barrier")
    expect(rows).to_have_count(3)
    expect(page.locator(".filters output")).to_have_text("4 of 12 findings")
    page.select_option("[name=country]", "United Kingdom")
    expect(rows).to_have_count(1)
    page.click("[type=reset]")
    expect(rows).to_have_count(4)
    page.fill("[name=text]", "elm")
    expect(rows).to_have_count(2)


def test_a_cell_of_the_gap_map_leads_to_its_findings_and_back(page: Page, site: Path) -> None:
    page.goto(address(site / "gapmap.html") + "#role")
    expect(page.locator(".tab:visible")).to_have_count(1)
    page.locator("a[href='factor/meso.leadership.supervision.html#role=cited']").click()
    expect(page.locator(".finding:visible")).to_have_count(3)
    expect(page.locator(".filtered")).to_contain_text("role cited")
    page.locator(".filtered a").click()
    expect(page.locator(".finding:visible")).to_have_count(6)
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).to_have_text("Gap map")


def test_the_reader_chooses_light_or_dark(page: Page, site: Path) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(address(site / "graph.html"))
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.click("#theme")
    after = page.evaluate(ground)
    assert after != before
    page.goto(address(site / "index.html"))
    assert page.evaluate(ground) == after


def bundled(site: Path) -> None:
    if not (site / "assets" / "store.js").is_file():
        skip_or_fail("bundle", "the query editor is not bundled; `python hatch_build.py` makes it")


def asked(page: Page, site: Path, fragment: str) -> None:
    """Opens the query page and waits for its answer."""
    bundled(site)
    page.goto(address(site / "query.html") + fragment)
    expect(page.locator("#desk")).to_be_visible()


def test_a_named_query_is_answered_inside_the_page_by_code_or_label(page: Page, site: Path) -> None:
    asked(page, site, "#name=page-findings-where&factor_iri=meso.leadership.supervision&effect=barrier")
    expect(page.locator("#state")).to_contain_text(" in less than ")
    assert set(page.locator("#answer tbody tr td:nth-child(3)").all_text_contents()) == {"barrier"}
    by_code = page.locator("#answer tbody tr").count()
    page.fill("#parameters [name=factor_iri]", "Supervision")
    page.locator("#parameters [name=factor_iri]").press("Enter")
    expect(page.locator("#answer tbody tr")).to_have_count(by_code)
    expect(page).to_have_url(re.compile("factor_iri=Supervision"))
    page.locator("#answer tbody a", has_text="Supervision").first.click()
    expect(page.locator("h1")).to_have_text("Supervision")


def test_a_query_typed_by_hand_gets_a_permalink_with_the_digest_of_the_graph(page: Page, site: Path) -> None:
    asked(page, site, "")
    page.evaluate("evidenceQuery.editor.setValue('SELECT (COUNT(*) AS ?all) WHERE { ?s ?p ?o }')")
    page.click("#ask")
    expect(page.locator("#answer tbody td")).to_have_count(1)
    digest = page.locator("code.digest").inner_text()
    expect(page).to_have_url(re.compile(f"graph={digest}"))
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("#answer tbody td")).to_have_count(1)
    page.goto(page.url.replace(digest, "0" * 64))
    expect(page.locator("#state")).to_contain_text("another version of the graph")


def test_the_answer_can_be_taken_along_as_csv(page: Page, site: Path) -> None:
    asked(page, site, "#name=gap-map")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download CSV").click()
    rows = Path(got.value.path()).read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("level,category,code,label,gap")
    assert len(rows) == 5


def test_a_wrong_query_says_where_it_is_wrong(page: Page, site: Path) -> None:
    asked(page, site, "#query=SELECT%20%3Fx%20WHERE%20%7B")
    expect(page.locator("#state")).to_contain_text("cannot be answered")


HEAVY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?f && ?f != ?i) }"


@pytest.mark.parametrize("how", ["by its button", "by the clock", "by another question"])
def test_a_heavy_query_leaves_the_page_alone_and_is_stopped(page: Page, site: Path, how: str) -> None:
    asked(page, site, "#name=gap-map")
    expect(page.locator("#answer table")).to_be_visible()
    if how == "by the clock":
        page.evaluate("document.getElementById('desk').dataset.limit = 0.2")
    page.evaluate("query => evidenceQuery.editor.setValue(query)", HEAVY)
    page.click("#ask")
    expect(page.locator("#state")).to_contain_text("Asking" if how != "by the clock" else "longer than")
    if how == "by its button":
        page.click("#stop")
        expect(page.locator("#state")).to_contain_text("Stopped")
    page.select_option("#named", "corpus-summary")
    expect(page.locator("#answer tbody tr")).to_have_count(12)
    expect(page.locator("#stop")).to_be_hidden()


def test_things_are_completed_by_their_label(page: Page, site: Path) -> None:
    asked(page, site, "")
    page.evaluate("evidenceQuery.editor.setValue('superv'); evidenceQuery.editor.focus(); evidenceQuery.editor.execCommand('goDocEnd')")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint").first).to_have_text("Supervision (factor)")
    page.keyboard.press("Enter")
    assert "meso.leadership.supervision>" in page.evaluate("evidenceQuery.editor.getValue()")


def test_the_keyboard_gets_into_the_editor_and_out_of_it(page: Page, site: Path) -> None:
    asked(page, site, "#name=corpus-summary")
    page.focus("#named")
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert reached[:2] == ["DIV", "ask"]


def test_findings_of_a_factor_are_chosen_by_form_and_by_address(page: Page, site: Path) -> None:
    page.goto(address(site / "factor" / "meso.leadership.supervision.html"))
    page.select_option(".chooser [name=effect]", "facilitator")
    shown = page.locator(".finding:visible").count()
    assert 0 < shown < 6
    page.select_option(".chooser [name=role]", "primary")
    expect(page).to_have_url(re.compile("#effect=facilitator&role=primary$"))
    assert page.locator(".finding:visible").count() < shown
    page.go_back()
    expect(page.locator(".finding:visible")).to_have_count(shown)
    page.click(".chooser [type=reset]")
    expect(page.locator(".finding:visible")).to_have_count(6)


def test_where_no_finding_is_of_the_kind_the_nearest_are_offered(page: Page, site: Path) -> None:
    page.goto(address(site / "factor" / "meso.leadership.supervision.html") + "#effect=barrier&country=Nowhere")
    expect(page.locator(".filtered b")).to_have_text("effect hinders, country Nowhere")
    expect(page.locator(".finding:visible")).to_have_count(0)
    page.click(".near a")
    expect(page).to_have_url(re.compile("#effect=barrier$"))
    expect(page.locator(".finding:visible").first).to_be_visible()


def test_the_map_is_filtered_by_the_years_of_its_studies(page: Page, site: Path) -> None:
    page.goto(address(site / "graph.html"))
    page.fill("[name=to]", "2010")
    told = page.locator(".filters output")
    expect(told).to_contain_text("of 12 findings")
    early = int(told.inner_text().split()[0])
    page.fill("[name=to]", "")
    page.fill("[name=from]", "2011")
    assert 0 < early < 12
    assert int(told.inner_text().split()[0]) > 0


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation_in_light_or_dark(page: Page, site: Path, path: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(address(site / path) + ("#name=gap-map" if path == "query.html" else ""))
    if path == "query.html" and (site / "assets" / "store.js").is_file():
        expect(page.locator("#answer table")).to_be_visible()
    for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):  # in the dark only colours differ
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"preload": False, **rules}).response["violations"]
        assert [(scheme, v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in found] == []


@pytest.mark.parametrize("path", ["index.html", "gapmap.html", "graph.html", "factor/meso.leadership.supervision.html", "contexts.html"])
def test_the_keyboard_alone_reaches_everything(page: Page, site: Path, path: str) -> None:
    page.goto(address(site / path))
    page.evaluate("""() => {
      const all = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")];
      window.unreached = new Set(all.filter((element) => element.checkVisibility() && element.tabIndex >= 0));
      document.addEventListener("focusin", (event) => unreached.delete(event.target));
    }""")
    for _ in range(page.evaluate("unreached.size") + 5):
        page.keyboard.press("Tab")
    assert page.evaluate("[...unreached].map((element) => element.outerHTML.slice(0, 120))") == []


def test_a_web_answers_to_a_click_and_to_its_address(page: Page, site: Path) -> None:
    page.goto(address(site / "citations.html"))
    place = page.evaluate("""() => {
      const { network } = evidenceWeb;
      return network.canvasToDOM(network.getPosition(network.body.nodeIndices[0]));
    }""")
    box = page.locator("#network").bounding_box()
    assert box
    page.mouse.click(box["x"] + place["x"], box["y"] + place["y"])
    expect(page.locator("#panel h2")).to_be_visible()
    expect(page).to_have_url(re.compile("#node="))
    there = page.url
    page.go_back()
    expect(page.locator("#panel h2")).to_have_count(0)
    page.goto("about:blank")
    page.goto(there)
    expect(page.locator("#panel h2")).to_be_visible()
    page.goto(address(site / "influences.html"))
    page.fill("#web-find", "super")
    page.get_by_role("button", name="Choose the first").click()
    expect(page.locator("#panel h2")).to_have_text("Supervision")
    page.locator("#panel li a[href^='#']").first.click()
    expect(page).to_have_url(re.compile(re.escape(page.locator("tr:target").get_attribute("id") or "nothing") + "$"))


def test_the_header_is_one_line_on_a_laptop(page: Page, site: Path) -> None:
    page.goto(address(site / "index.html"))
    tops = page.evaluate("[...document.querySelectorAll('header.top nav a')].map((a) => a.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    last = page.locator("header.top nav li").last.bounding_box()
    search = page.locator("#search").bounding_box()
    assert last
    assert search
    assert last["x"] + last["width"] <= search["x"]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def test_the_same_pages_work_from_a_server(browser: Browser, site: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}/"
    seen = Witness(home)
    page = browser.new_page()
    seen.watch(page)
    page.goto(home + "graph.html#node=meso.leadership.supervision")
    expect(page.locator("#panel .finding")).to_have_count(6)
    page.goto(home + "work/elm2010.html")
    page.fill("#search", "supervision")
    expect(page.locator("#hits b").first).to_have_text("Supervision")
    if (site / "assets" / "store.js").is_file():
        page.goto(home + "query.html#name=corpus-summary")
        expect(page.locator("#answer tbody tr")).to_have_count(12)
    page.close()
    server.shutdown()
    assert (seen.requests, seen.complaints) == ([], [])


def test_pages_read_well_without_scripts(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(address(site / "gapmap.html"))
    expect(page.locator(".tab")).to_have_count(5)
    assert all(tab.is_visible() for tab in page.locator(".tab").all())
    page.goto(address(site / "graph.html"))
    expect(page.locator("#twin tbody tr")).to_have_count(4)
    expect(page.locator(".filters")).to_be_hidden()
    context.close()


def test_hostile_text_runs_nowhere(page: Page, tmp_path: Path) -> None:
    folder = rendered(tmp_path / "site", sample_store(*hostile_quads()), title=HOSTILE)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for path in ("index.html", "graph.html#node=study%2Fhostile", "works.html", "problems.html", "factor/meso.leadership.supervision.html"):
        file, _, fragment = path.partition("#")
        page.goto(address(folder / file) + ("#" + fragment if fragment else ""))
        expect(page.locator("h1")).to_be_visible()
    page.goto(address(folder / "graph.html") + "#node=study%2Fhostile")
    expect(page.locator("#panel h2")).to_have_text(HOSTILE)
    page.fill("#search", "alert")
    expect(page.locator("#hits b").first).to_have_text(HOSTILE)


def test_a_map_of_very_many_studies_is_folded_and_still_filters(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, witness: Witness
) -> None:
    monkeypatch.setattr(network, "MOST", 2)
    folder = rendered(tmp_path / "site", sample_store())
    page = browser.new_page()
    witness.watch(page)
    page.goto(address(folder / "graph.html"))
    page.select_option("[name=effect]", "barrier")
    expect(page.locator(".filters output")).to_have_text("4 of 12 findings")
    page.goto(address(folder / "graph.html") + "#node=meso.leadership.supervision")
    expect(page.locator("#panel h2")).to_have_text("Supervision")
    page.close()
    assert (witness.requests, witness.complaints) == ([], [])
