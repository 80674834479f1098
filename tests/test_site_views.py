"""What stands beside the pages: webs and figures with their tables, large fields that are folded or spread, downloads, agreement."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from test_site_pages import BASE, Elements, html_files, rendered, sample_store

from evidence.query import read_queries
from evidence.resources import resource
from evidence.site import atlas as atlas_module
from evidence.site import network, render_site, shipped, webs
from evidence.site.atlas import Atlas, read_atlas
from evidence.site.figures import draw_figures, evidence_of
from evidence.site.network import factor_map
from evidence.site.webs import citation_web, influence_web
from evidence.site.weight import weigh


@pytest.fixture
def atlas() -> Atlas:
    return read_atlas(sample_store(), read_queries(resource("ontology", "queries")), {})


def test_the_web_of_influences_has_an_edge_for_each_influence(atlas: Atlas) -> None:
    drawn = influence_web(atlas)
    code = {iri: f.code for iri, f in atlas.factors.items()}
    assert sorted((e.source, e.target, e.kind) for e in drawn.edges) == sorted(
        (code[i.cause], code[i.effect], i.sign) for i in atlas.influences
    )
    assert {n.id for n in drawn.nodes} == {end for e in drawn.edges for end in (e.source, e.target)}


def test_the_web_of_citations_and_its_table_carry_the_same_facts(atlas: Atlas, tmp_path: Path) -> None:
    told = {(c.paper, c.work) for c in atlas.citations if c.work} | {(r.paper, r.work) for r in atlas.references if r.work}
    drawn = {(e.source, e.target) for e in citation_web(atlas).edges}
    assert drawn == {(paper, work) for paper, work in told if paper != work}
    rows = Elements(rendered(tmp_path / "site", sample_store()) / "citations.html").values("data-tie")
    assert {tuple(row.split(" ")) for row in rows} == drawn


def test_nothing_in_a_web_lies_on_something_else(atlas: Atlas) -> None:
    for drawn in (influence_web(atlas), citation_web(atlas)):
        places = [(n.x, n.y) for n in drawn.nodes]
        assert len(set(places)) == len(places)
        assert all(0 <= n.x <= drawn.width and 0 <= n.y <= drawn.height for n in drawn.nodes)


def test_a_very_large_web_is_folded_by_year_and_loses_no_citation(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = citation_web(atlas)
    monkeypatch.setattr(webs, "MOST", 2)
    folded = citation_web(atlas)
    assert folded.folded
    assert {n.label.partition(" of ")[0] for n in folded.nodes} == {"papers", "works"}
    assert sum(int(n.label.rpartition("(")[2].rstrip(")")) for n in folded.nodes) == len(whole.nodes)
    assert {e.kind for e in folded.edges} == {e.kind for e in whole.edges}


def test_a_very_large_map_is_folded_by_year_and_counts_every_finding(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST", 2)
    drawn = factor_map(atlas)
    assert drawn.folded
    assert sum(row[-1] for row in drawn.data["summed"]["rows"]) == len(atlas.findings)
    assert {n["label"].split(" ")[0] for n in drawn.data["nodes"] if n["kind"] == "study"} == {"studies"}
    assert "findings" not in drawn.data


def test_a_factor_with_very_many_findings_has_several_pages_with_all_of_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(atlas_module, "PART", 2)
    folder = rendered(tmp_path / "site", sample_store())
    parts = sorted(folder.glob("factor/meso.leadership.supervision*.html"))
    assert [p.name for p in parts] == [f"meso.leadership.supervision{end}.html" for end in ("", "~part2", "~part3")]
    shown = [a["id"] for p in parts for t, a in Elements(p).tags if t == "article"]
    assert len(shown) == len(set(shown)) == 6
    linked = {target for page in html_files(folder) for target in Elements(page).values("href") if "~part" in target}
    assert any("#" in target for target in linked)


def test_figures_are_svg_that_stands_alone_and_says_the_numbers(atlas: Atlas) -> None:
    drawn = {figure.name: ElementTree.fromstring(figure.svg) for figure in draw_figures(atlas)}
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


def test_the_digest_of_the_graph_does_not_depend_on_the_order_in_which_it_was_loaded() -> None:
    store = sample_store()
    atlas = read_atlas(store, read_queries(resource("ontology", "queries")), {})
    turned = type(store).in_memory(reversed(list(store.dump())))
    packed, other = shipped.pack(store, atlas), shipped.pack(turned, atlas)
    assert packed
    assert other
    assert (packed.sha256, packed.triples) == (other.sha256, len(store))


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


def test_the_data_of_a_web_is_escaped_json(tmp_path: Path) -> None:
    folder = rendered(tmp_path / "site", sample_store())
    found = re.search(
        r'<script type="application/json" id="web-data">(.*?)</script>', (folder / "influences.html").read_text(encoding="utf-8")
    )
    assert found
    assert json.loads(found[1])["nodes"]


def test_the_picture_of_a_factor_shows_every_paper_and_study_and_nothing_too_large(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    supervision = next(f for f in atlas.factors.values() if f.label == "Supervision")
    weight = weigh(atlas, atlas.findings_by_factor[supervision.iri])
    picture = evidence_of(atlas, weight)
    assert picture
    assert {label for label, _ in picture.papers} == {atlas.works[p].label for p in weight.papers}
    assert {label for label, _ in picture.studies} == {atlas.studies[s].label for s in weight.studies}
    assert sum(t.weight for t in picture.ties if t.x1 == 110) == len(weight.findings)
    monkeypatch.setattr("evidence.site.figures.LINES", 1)
    assert evidence_of(atlas, weight) is None
