"""What stands beside the pages: webs and figures with their tables, large fields that are folded or spread, downloads, agreement."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import skip_or_fail
from test_site_pages import BASE, Elements, atlas_of, html_files, rendered, sample_store

from evidence.bibliography import read_bibliography
from evidence.query import read_queries
from evidence.resources import resource
from evidence.site import gather, network, render_site, rendering, shipped, webs
from evidence.site.atlas import Atlas
from evidence.site.figures import draw_figures, evidence_of
from evidence.site.network import factor_map
from evidence.site.pages import facet_weights
from evidence.site.webs import Ties, citation_web, influence_web
from evidence.site.weight import weigh_all
from evidence.site.world import world_map

PAGES = import_module("evidence.site.pages")


@pytest.fixture
def atlas(tmp_path: Path) -> Atlas:
    return atlas_of(sample_store(), tmp_path)


def test_the_web_of_influences_has_an_edge_for_each_influence(atlas: Atlas) -> None:
    drawn = influence_web(atlas)
    code = {iri: f.code for iri, f in atlas.factors.items()}
    ends = [(e.source, e.target, e.kind) for e in drawn.edges]
    assert sorted(ends) == sorted({(code[i.cause], code[i.effect], i.sign) for i in atlas.influences})
    assert sum(e.weight for e in drawn.edges) == sum(len(i.findings) for i in atlas.influences)
    assert {n.id for n in drawn.nodes} == {end for e in drawn.edges for end in (e.source, e.target)}


def test_the_web_of_citations_and_its_table_carry_the_same_facts(atlas: Atlas, tmp_path: Path) -> None:
    told = {(c.paper, c.work) for c in atlas.citations.values() if c.work} | {
        (r.paper, r.work) for r in atlas.references.values() if r.work
    }
    drawn = {(e.source, e.target) for e in citation_web(atlas, Ties(atlas)).edges}
    assert drawn == {(paper, work) for paper, work in told if paper != work}
    rows = Elements(rendered(tmp_path / "site", sample_store()) / "citations.html").values("data-tie")
    assert {tuple(row.split(" ")) for row in rows} == drawn


def test_nothing_in_a_web_lies_on_something_else(atlas: Atlas) -> None:
    for drawn in (influence_web(atlas), citation_web(atlas, Ties(atlas))):
        places = [(n.x, n.y) for n in drawn.nodes]
        assert len(set(places)) == len(places)
        assert all(0 <= n.x <= drawn.width and 0 <= n.y <= drawn.height for n in drawn.nodes)


def test_a_very_large_web_is_folded_by_year_and_loses_no_citation(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = citation_web(atlas, Ties(atlas))
    monkeypatch.setattr(webs, "MOST", 2)
    folded = citation_web(atlas, Ties(atlas))
    assert folded.folded
    assert {n.label.partition(" of ")[0] for n in folded.nodes} == {"papers", "works"}
    assert sum(int(n.label.rpartition("(")[2].rstrip(")")) for n in folded.nodes) == len(whole.nodes)
    assert {e.kind for e in folded.edges} == {e.kind for e in whole.edges}


def test_a_very_large_map_is_folded_by_year_and_counts_every_finding(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST", 2)
    drawn = factor_map(atlas, weigh_all(atlas).factors)
    assert drawn.folded
    sums = [sum_ for *_, sums in drawn.data["summed"]["rows"] for sum_ in sums.split(" ")]
    assert sum(int(sum_.rpartition(":")[2], 36) for sum_ in sums) == len(atlas.findings)
    assert {n["label"].split(" ")[0] for n in drawn.data["nodes"] if n["kind"] == "study"} == {"studies"}
    assert "findings" not in drawn.data


def test_a_factor_with_very_many_findings_has_several_pages_with_all_of_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in (gather, PAGES):
        monkeypatch.setattr(module, "PART", 2)
    folder = rendered(tmp_path / "site", sample_store())
    parts = sorted(folder.glob("factor/meso.leadership.supervision*.html"))
    assert [p.name for p in parts] == [f"meso.leadership.supervision{end}.html" for end in ("", "~part2", "~part3")]
    shown = [a["id"] for p in parts for t, a in Elements(p).tags if t == "article"]
    assert len(shown) == len(set(shown)) == 6
    linked = {target for page in html_files(folder) for target in Elements(page).values("href") if "~part" in target}
    assert any("#" in target for target in linked)


def test_a_large_gap_map_has_a_page_for_each_axis(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(PAGES, "MOST_CELLS", 0)
    folder = rendered(tmp_path / "site", sample_store())
    paths = sorted(path.name for path in folder.glob("gapmap*.html"))
    assert paths == sorted(["gapmap.html", *(f"gapmap~{axis}.html" for axis in ("role", "country", "setting", "design"))])
    for path in paths:
        elements = Elements(folder / path)
        tabs = [
            href for href in elements.values("href") if re.fullmatch(r"(gapmap(~\w+)?\.html)?#(effect|role|country|setting|design)", href)
        ]
        assert len(tabs) == 5
        for tab in tabs:
            page, _, axis = tab.partition("#")
            assert axis in Elements(folder / (page or path)).values("id")


def test_figures_are_svg_that_stands_alone_and_says_the_numbers(atlas: Atlas) -> None:
    drawn = {figure.name: ElementTree.fromstring(figure.svg) for figure in draw_figures(atlas, weigh_all(atlas), facet_weights(atlas))}
    assert set(drawn) == {"factors.svg", "levels.svg", "years.svg", "countries.svg"}
    words = {name: [e.text or "" for e in root.iter() if e.tag.endswith("text")] for name, root in drawn.items()}
    assert all(factor.label in words["factors.svg"] for factor in atlas.factors.values())
    assert any("Canada" in text for text in words["countries.svg"])
    assert not any("href" in attribute for root in drawn.values() for e in root.iter() for attribute in e.attrib)


def test_every_country_setting_and_design_has_a_page_and_a_line(atlas: Atlas, tmp_path: Path) -> None:
    folder = rendered(tmp_path / "site", sample_store())
    lines = set(Elements(folder / "contexts.html").values("href"))
    for facet, labels in atlas.facets.items():
        for label in labels:
            path = atlas.files[f"{facet}={label}"]
            assert (folder / path).is_file()
            assert path in lines


def test_what_the_pipeline_gives_is_offered_with_its_size_and_agreement_is_shown(tmp_path: Path) -> None:
    agreement = [{"scope": "passage", "code": "", "cohen": "0.71 [0.60, 0.80]"}, {"scope": "factor", "code": "a.b.c", "cohen": "–"}]
    downloads = {"atlas.jsonld": b"{}", "works.bib": b"@book{x}", "../../outside.ris": b"TY  - BOOK"}
    render_site(sample_store(), tmp_path / "a" / "site", title="Sample", base=BASE, agreement=agreement, downloads=downloads)
    folder = tmp_path / "a" / "site"
    assert (folder / "downloads" / "atlas.jsonld").read_bytes() == b"{}"
    assert "2 bytes" in (folder / "downloads.html").read_text(encoding="utf-8")
    assert not list(tmp_path.glob("*.ris"))
    methods = (folder / "methods.html").read_text(encoding="utf-8")
    assert "0.71 [0.60, 0.80]" in methods
    assert "Factor by factor (1 rows)" in methods


def test_the_digest_of_the_graph_does_not_depend_on_the_order_in_which_it_was_loaded(atlas: Atlas) -> None:
    store = sample_store()
    turned = type(store).in_memory(reversed(list(store.dump())))
    packed, other = shipped.pack(store, atlas), shipped.pack(turned, atlas)
    assert packed
    assert other
    assert (packed.sha256, packed.triples, packed.script) == (other.sha256, len(store), other.script)


def test_a_graph_too_large_for_a_browser_is_not_shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shipped, "MOST", 10)
    folder = rendered(tmp_path / "site", sample_store())
    assert not (folder / "assets" / "graph-data.js").exists()
    text = (folder / "query.html").read_text(encoding="utf-8")
    assert "unsafe" not in text
    assert '<script src="assets/query.js"' not in text


def test_without_the_bundle_the_site_is_whole_and_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    for part in ("templates", "assets"):
        shutil.copytree(resource("site", part), bare / "site" / part)
    shutil.copytree(resource("ontology"), bare / "ontology")
    for module in ("evidence.site", "evidence.site.frame"):
        monkeypatch.setattr(f"{module}.resource", lambda *parts: bare.joinpath(*parts))
    folder = rendered(tmp_path / "site", sample_store())
    text = (folder / "query.html").read_text(encoding="utf-8")
    assert "pip install" in text
    assert 'data-query="gap-map"' in text
    assert not (folder / "assets" / "store.js").exists()


def test_every_number_asks_a_query_that_there_is_with_parameters_that_it_has(tmp_path: Path) -> None:
    queries = read_queries(resource("ontology", "queries"))
    folder = rendered(tmp_path / "site", sample_store())
    asked = {target for page in html_files(folder) for target in Elements(page).values("href") if "query.html#name=" in target}
    assert len(asked) > 50
    for target in asked:
        name, *given = [part.partition("=")[::2] for part in target.partition("#")[2].split("&")]
        query = queries[name[1]]
        assert {key for key, _ in given} <= {p.name for p in query.parameters}, target
        needed = {p.name for p in query.parameters if p.default is None}
        assert needed <= {key for key, _ in given} or not given, target


class Numbers(HTMLParser):
    """The numbers of a page, things of the class ``n`` and the lines of ``counts``, that no link to a query stands in."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.bare: list[str] = []
        self._open: list[tuple[str, list[str], list[str]]] = []
        self._asked: list[bool] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if "query.html#name=" in (told.get("href") or ""):
            self._asked = [True] * len(self._asked)
        if tag not in ("meta", "link", "input", "br", "img"):
            self._open.append((tag, (told.get("class") or "").split(), []))
            self._asked.append(False)

    def handle_data(self, data: str) -> None:
        for _, _, text in self._open:
            text.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, classes, text = self._open.pop()
            asked = self._asked.pop()
            counts = name == "li" and any("counts" in outer for _, outer, _ in self._open)
            if (counts or "n" in classes) and any(c.isdigit() for c in "".join(text)) and not asked:
                self.bare.append("".join(text))
            if name == tag:
                return


def test_every_number_in_a_tile_a_cell_or_a_heading_opens_a_query(tmp_path: Path) -> None:
    bare = {page.name: found for page in html_files(rendered(tmp_path / "site", sample_store())) if (found := Numbers(page).bare)}
    assert bare == {}


def test_the_data_of_a_web_is_escaped_json(tmp_path: Path) -> None:
    folder = rendered(tmp_path / "site", sample_store())
    found = re.search(
        r'<script type="application/json" id="web-data">(.*?)</script>', (folder / "influences.html").read_text(encoding="utf-8")
    )
    assert found
    assert json.loads(found[1])["nodes"]


def test_countries_are_drawn_and_shaded_and_what_has_no_place_is_named() -> None:
    drawn = world_map({"Canada": 1, "united kingdom": 40, "Hong Kong": 7, "Atlantis": 2, "Chile": 0})
    if drawn is None:
        skip_or_fail("bundle", "the outlines of countries are not bundled; `python hatch_build.py` makes them")
        raise AssertionError
    places = {place.label: place for place in drawn.places}
    assert set(places) == {"Canada", "united kingdom", "Hong Kong"}
    assert places["Canada"].shade == 1 < places["united kingdom"].shade == drawn.shades[-1][0]
    assert places["Canada"].outline
    assert places["Hong Kong"].middle
    assert list(drawn.missing) == ["Atlantis"]
    assert places["Canada"].outline not in drawn.others
    assert world_map({}) is None


def test_the_sources_of_a_factor_can_be_taken_along(tmp_path: Path, atlas: Atlas) -> None:
    folder = rendered(tmp_path / "site", sample_store())
    page = Elements(folder / "factor" / "meso.leadership.supervision.html").values("href")
    assert {"../factor/meso.leadership.supervision.bib", "../factor/meso.leadership.supervision.ris"} <= set(page)
    read = read_bibliography(folder / "factor" / "meso.leadership.supervision.bib")
    supervision = next(f for f in atlas.factors.values() if f.label == "Supervision")
    used = {iri for f in atlas.findings_by_factor[supervision.iri] for iri in (*f.sources, f.paper)}
    assert {work.key for work in read.works} == {atlas.works[iri].key for iri in used}
    assert not read.problems


def test_a_contested_factor_says_what_stands_on_either_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.site.weight._contested", lambda *_: True)
    text = (rendered(tmp_path / "site", sample_store()) / "factor" / "meso.leadership.supervision.html").read_text(encoding="utf-8")
    assert "Why it is contested" in text
    assert "More of it is better" in text


def test_the_picture_of_a_factor_shows_every_paper_and_study_and_nothing_too_large(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    supervision = next(f for f in atlas.factors.values() if f.label == "Supervision")
    findings = list(atlas.findings_by_factor[supervision.iri])
    picture = evidence_of(atlas, findings)
    assert picture
    assert {label for label, _ in picture.papers} == {atlas.works[f.paper].label for f in findings}
    assert {label for label, _ in picture.studies} == {atlas.studies[s].label for f in findings for s in f.studies}
    assert sum(t.weight for t in picture.ties if t.x1 == 110) == len(findings)
    monkeypatch.setattr("evidence.site.figures.LINES", 1)
    assert evidence_of(atlas, findings) is None


def test_a_site_made_by_many_workers_is_the_same_to_the_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = rendered(tmp_path / "alone", sample_store())
    monkeypatch.setattr(rendering, "ALONE", 1)
    many = rendered(tmp_path / "many", sample_store())
    files = {p.relative_to(alone): p.read_bytes() for p in alone.rglob("*") if p.is_file()}
    assert files == {p.relative_to(many): p.read_bytes() for p in many.rglob("*") if p.is_file()}


def test_a_worker_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "ALONE", 1)
    monkeypatch.setattr(rendering, "__name__", "evidence.nothing")
    with pytest.raises(OSError, match=r"could not be written: .*nothing"):
        rendered(tmp_path / "site", sample_store())


def test_work_pages_that_everybody_cites_are_cut_short_and_name_the_query_that_has_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(PAGES, "_MOST", 1)
    folder = rendered(tmp_path / "site", sample_store())
    text = (folder / "work" / "elm2010.html").read_text(encoding="utf-8")
    assert text.count('class="brief"') == 1
    assert "1 of 2 findings are shown" in text
