"""The site, page by page: links, escaping, sameness, and that the map's data and its table carry the same facts."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from evidence.query import read_queries, records
from evidence.resources import resource
from evidence.site import render_site
from evidence.site.atlas import Atlas
from evidence.site.gather import read_atlas
from evidence.site.names import FileNames, safe_name
from evidence.site.network import factor_map, short
from evidence.site.pages import sides_of
from evidence.site.search import fold
from evidence.site.shelves import Shelves
from evidence.site.weight import GAPS, gap_tables, weigh, weigh_all
from evidence.store import Store

SAMPLE = Path(__file__).parent / "data" / "sample.trig"
SNAPSHOT = Path(__file__).parent / "data" / "site_factor.html"
BASE = "https://w3id.org/evidence-atlas/sample/"
EA = "https://w3id.org/evidence-atlas/ns#"
HOSTILE = """</script><script>alert("1")</script><img src=x onerror='alert(2)'>"&{{ 7*7 }}"""


def sample_store(*extra: ox.Quad) -> Store:
    store = Store.from_file(SAMPLE)
    store.load(ox.parse(path=str(resource("ontology", "evidence.ttl"))))
    store.load(extra)
    return store


def rendered(folder: Path, store: Store, title: str = "Sample") -> Path:
    render_site(store, folder, title=title, base=BASE)
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(tmp_path_factory.mktemp("built") / "site", sample_store())


def atlas_of(store: Store, folder: Path) -> Atlas:
    """The atlas of a store, on shelves in a folder."""
    return read_atlas(store, read_queries(resource("ontology", "queries")), {}, Shelves(folder / "shelves.sqlite"))


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return atlas_of(sample_store(), tmp_path_factory.mktemp("shelves"))


class Elements(HTMLParser):
    """All start tags of a page with their attributes, and its text by tag."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def html_files(folder: Path) -> Iterator[Path]:
    return folder.rglob("*.html")


def test_there_is_a_page_for_every_factor_level_category_paper_and_work(site: Path, atlas: Atlas) -> None:
    paths = [*atlas.files.values(), *(work.path for work in atlas.works.values())]
    missing = [path for path in paths if not (site / path).is_file()]
    assert not missing
    assert (site / "work" / "unlisted-hazel-2005.html").is_file()


def test_every_internal_link_leads_to_a_page_and_a_place_on_it(site: Path) -> None:
    pages = {page.resolve(): Elements(page) for page in html_files(site)}
    anchors = {page: set(elements.values("id")) for page, elements in pages.items()}
    beside = {(site.parent / name).resolve() for name in ("evidence.ttl", "evidence.trig")}
    broken = []
    for page, elements in pages.items():
        for target in elements.values("href") + elements.values("src"):
            address = urlsplit(target)
            if address.scheme in ("http", "https"):
                continue
            file = (page.parent / unquote(address.path)).resolve() if address.path else page
            fragment = unquote(address.fragment)
            known = not fragment or "=" in fragment or fragment in anchors.get(file, ())
            if file not in beside and (not file.is_file() or not known):
                broken.append((page.name, target))
    assert not broken


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loaded = [
        (page.name, attributes.get("src") or attributes.get("href"))
        for page in html_files(site)
        for tag, attributes in Elements(page).tags
        if tag in ("script", "link", "img", "iframe", "object", "embed", "source")
    ]
    assert loaded
    assert not [address for _, address in loaded if address and urlsplit(address).scheme]


def test_every_page_has_a_strict_policy_and_nothing_inline(site: Path) -> None:
    for page in html_files(site):
        elements = Elements(page)
        policy = next(a["content"] for t, a in elements.tags if a.get("http-equiv") == "Content-Security-Policy")
        assert "default-src 'none'" in policy
        allowed = " 'wasm-unsafe-eval'" if page.name == "query.html" and (site / "assets" / "store.js").is_file() else ""
        assert "unsafe" not in policy.replace(allowed, "", 1)
        assert ("blob:" in policy) == bool(allowed)
        assert not [a for _, a in elements.tags if "style" in a or any(name.startswith("on") for name in a)], page
        scripts = [a for t, a in elements.tags if t == "script"]
        assert all(a.get("src") or a.get("type") == "application/json" for a in scripts)


def test_every_page_has_one_heading_a_title_and_a_language(site: Path) -> None:
    for page in html_files(site):
        tags = [t for t, _ in Elements(page).tags]
        assert tags.count("h1") == 1, page
        assert tags.count("main") == 1
        head = page.read_text(encoding="utf-8").partition("</head>")[0]
        assert head.count("<title>") == 1
        assert '<html lang="en"' in head


def test_ids_are_unique_on_every_page(site: Path) -> None:
    for page in html_files(site):
        ids = Elements(page).values("id")
        assert len(ids) == len(set(ids)), page


def test_the_same_graph_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    again = rendered(tmp_path / "again", sample_store())
    first = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    second = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert first == second


def hostile_quads() -> Iterator[ox.Quad]:
    """Markup, quotes and scripts in every place where a text of papers and bibliographies goes."""
    graph = ox.NamedNode(BASE + "graph/hostile")

    def say(subject: str, predicate: str, value: str) -> ox.Quad:
        return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(value), graph)

    rdfs, dcterms, skos = "http://www.w3.org/2000/01/rdf-schema#", "http://purl.org/dc/terms/", "http://www.w3.org/2004/02/skos/core#"
    iri, kind = BASE + "work/hostile", ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    yield ox.Quad(ox.NamedNode(iri), kind, ox.NamedNode("http://purl.org/spar/fabio/Expression"), graph)
    yield ox.Quad(ox.NamedNode(iri), kind, ox.NamedNode(EA + "Paper"), graph)
    yield ox.Quad(ox.NamedNode(iri), ox.NamedNode(rdfs + "seeAlso"), ox.NamedNode("javascript:alert(3)"), graph)
    yield say(iri, EA + "citationKey", "../../etc/pass wd")
    for name in (rdfs + "label", dcterms + "title", EA + "authorList", skos + "note"):
        yield say(iri, name, HOSTILE)
    study = BASE + "study/hostile"
    yield ox.Quad(ox.NamedNode(study), kind, ox.NamedNode(EA + "Study"), graph)
    yield ox.Quad(ox.NamedNode(study), ox.NamedNode(EA + "reportedIn"), ox.NamedNode(iri), graph)
    yield say(study, rdfs + "label", HOSTILE)
    finding = BASE + "finding/hostile"
    factor = "https://w3id.org/evidence-atlas/codebooks/sample#meso.leadership.supervision"
    yield ox.Quad(ox.NamedNode(finding), kind, ox.NamedNode(EA + "Finding"), graph)
    for name, value in (
        (EA + "aboutFactor", factor),
        (EA + "effect", EA + "Barrier"),
        (EA + "evidenceRole", EA + "PrimaryResult"),
        (EA + "restsOn", study),
        ("http://www.w3.org/ns/prov#wasQuotedFrom", iri),
    ):
        yield ox.Quad(ox.NamedNode(finding), ox.NamedNode(name), ox.NamedNode(value), graph)
    for name in (EA + "statement", EA + "phase", EA + "informant", skos + "note"):
        yield say(finding, name, HOSTILE)
    problem = BASE + "problem/hostile"
    yield ox.Quad(ox.NamedNode(problem), kind, ox.NamedNode(EA + "Problem"), graph)
    for name, value in (("stage", HOSTILE), ("message", HOSTILE), ("severity", "error")):
        yield say(problem, EA + name, value)


def test_markup_scripts_and_quotes_show_as_themselves_everywhere(tmp_path: Path) -> None:
    folder = rendered(tmp_path / "deep" / "site", sample_store(*hostile_quads()), title=HOSTILE)
    for page in html_files(folder):
        text = page.read_text(encoding="utf-8")
        elements = Elements(page)
        assert "<script>alert" not in text
        assert not [a for t, a in elements.tags if t == "img" and not a["src"].startswith("downloads/")]
        assert not [h for h in elements.values("href") if h.lower().startswith("javascript")]
        assert HOSTILE in "".join(elements.text), page  # the title of the site at least
    for figure in (folder / "downloads").glob("*.svg"):
        assert {element.tag.rpartition("}")[2] for element in ElementTree.parse(figure).iter()} <= {"svg", "title", "rect", "text", "line"}
    assert not [path for path in (folder / "assets" / "search").iterdir() if "<" in path.read_text(encoding="utf-8")]
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and folder not in p.parents]
    assert not outside


def test_the_map_and_its_table_carry_the_same_facts(site: Path, atlas: Atlas) -> None:
    drawn = factor_map(atlas, weigh_all(atlas).factors)
    edges = {(e["to"], e["from"], e["effect"]) for e in drawn.data["edges"]}
    ties = [(row.factor, study, effect) for row in drawn.rows for study, effects in row.studies for effect in effects]
    told = {(atlas.factors[factor].code, short(study), effect) for factor, study, effect in ties}
    assert edges == told
    coded = {(atlas.factors[f.factor].code, short(s), f.effect) for f in atlas.findings.values() for s in f.studies}
    assert edges == coded

    factor, written = "", set()
    study = ""
    for _, attributes in Elements(site / "graph.html").tags:
        factor, study = attributes.get("data-factor", factor), attributes.get("data-study", study)
        if "data-edge" in attributes:
            written.add((factor, study, attributes["data-edge"]))
    assert written == edges


def test_nothing_on_the_map_lies_on_something_else(atlas: Atlas) -> None:
    nodes = factor_map(atlas, weigh_all(atlas).factors).data["nodes"]
    for places in ([(n["x"], n["y"]) for n in nodes], [tuple(n["narrow"]) for n in nodes]):
        assert len(set(places)) == len(places)


def test_the_numbers_of_the_overview_are_those_of_the_named_query(atlas: Atlas) -> None:
    store, queries = sample_store(), read_queries(resource("ontology", "queries"))
    counted = {row["what"]: int(row["number"]) for row in records(store, queries["corpus-summary"])}
    assert counted["papers"] == len(atlas.papers)
    assert counted["works"] + counted["works not listed anywhere"] == len(atlas.works)
    for name in ("findings", "factors", "references", "citations", "influences", "problems"):
        assert counted[name] == len(getattr(atlas, name)), name


def test_bars_count_what_the_query_of_effects_counts(atlas: Atlas) -> None:
    store, queries = sample_store(), read_queries(resource("ontology", "queries"))
    for row in records(store, queries["factors-by-effect"]):
        weight = weigh(atlas, atlas.findings_by_factor[row["factor"]])
        assert {e: w.findings for e, w in weight.by_effect.items()} == {e: int(row[e]) for e in weight.by_effect}


def test_either_side_of_a_factor_counts_what_its_query_counts(atlas: Atlas) -> None:
    store, queries = sample_store(), read_queries(resource("ontology", "queries"))
    for factor in atlas.factors.values():
        rows = records(store, queries["page-sides"], {"factor_iri": factor.iri})
        asked = {row["side"]: (int(row["findings"]), int(row["studies"]), int(row["papers"])) for row in rows}
        assert asked == {
            side: (weight.findings, weight.studies, weight.papers)
            for side, weight in sides_of(atlas, atlas.findings_by_factor[factor.iri]).items()
        }


def test_the_findings_of_a_study_can_be_asked_for(atlas: Atlas) -> None:
    store, queries = sample_store(), read_queries(resource("ontology", "queries"))
    for study in atlas.studies.values():
        rows = records(store, queries["page-findings-where"], {"study_iri": study.iri})
        assert {row["finding"] for row in rows} == {finding.iri for finding in atlas.findings_by_study[study.iri]}


@pytest.mark.parametrize(
    ("code", "gap", "studies"),
    [
        ("meso.leadership.succession", "unstudied", 0),
        ("meso.leadership.supervision", "solid", 4),
        ("macro.economic.funding", "narrow", 3),
        ("meso.leadership.commitment", "restated", 1),
    ],
)
def test_the_kind_of_gap_follows_from_the_findings(atlas: Atlas, code: str, gap: str, studies: int) -> None:
    factor = next(f for f in atlas.factors.values() if f.code == code)
    weight = weigh(atlas, atlas.findings_by_factor[factor.iri])
    assert (weight.gap, weight.studies) == (gap, studies)


def test_lack_that_hinders_and_presence_that_helps_do_not_contradict(atlas: Atlas) -> None:
    supervision = next(f for f in atlas.factors.values() if f.label == "Supervision")
    weight = weigh(atlas, atlas.findings_by_factor[supervision.iri])
    assert weight.directions == (5, 0)
    assert not weight.contested


def test_every_finding_stands_in_one_cell_of_each_gap_table_at_least(atlas: Atlas) -> None:
    for table in gap_tables(atlas):
        for factor, cells in table.rows.items():
            known = [f for f in atlas.findings_by_factor[factor] if table.axis != "role" or f.role]
            once = table.axis in ("effect", "role")
            here = sum(cell.weight.findings for cell in cells)
            assert here == len(known) if once else here >= len(known)
            assert all(cell.gap in ("", *GAPS) for cell in cells)


def test_downloads_hold_every_finding_and_no_formula(site: Path, atlas: Atlas) -> None:
    with (site / "downloads" / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {r["id"] for r in rows} == {f.id for f in atlas.findings.values()}
    assert all(not cell.startswith(("=", "+", "@")) for r in rows for cell in r.values())


def searched(folder: Path) -> tuple[dict[str, tuple[set[str], set[str]]], list[list[str]]]:
    """What the scripts of the search say: the titles and the other entries of each word, and all entries."""
    parts = {path.stem: json.loads(path.read_text(encoding="utf-8").partition("] = ")[2].removesuffix(";\n")) for path in folder.iterdir()}
    blocks = sorted((name for name in parts if name.startswith("entries-")), key=lambda name: int(name.partition("-")[2]))
    entries = [entry for name in blocks for entry in parts[name]]

    def named(steps: str) -> set[str]:
        return {entries[number][0] for number in accumulate(int(step, 36) for step in steps.split())}

    words = {}
    for n, piece in enumerate(parts["words"]["pieces"]):
        for word, postings in zip(piece.split(" "), parts[f"postings-{n}"], strict=True):
            titles, _, others = postings.partition("|")
            words[word] = named(titles), named(others)
    return words, entries


def test_search_finds_by_title_synonym_and_author(site: Path) -> None:
    words, _ = searched(site / "assets" / "search")
    assert "Supervision" in words["supervision"][0]
    assert "Supervision" in words["management"][1]
    assert "Fir & Elm 2012" in words["elm"][0]


def test_a_large_search_index_is_cut_into_pieces_and_loses_nothing(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.site.search.BLOCK", 3)
    monkeypatch.setattr("evidence.site.search.PIECE", 40)
    cut = rendered(tmp_path / "site", sample_store())
    assert len(list((cut / "assets" / "search").iterdir())) > 10
    assert searched(cut / "assets" / "search") == searched(site / "assets" / "search")


def test_words_are_folded_without_accents_and_case() -> None:
    assert fold("Équipe MÉDICALE, of naïve") == ["equipe", "medicale", "naive"]


def test_file_names_are_safe_and_unique() -> None:
    assert safe_name("../../etc/passwd") == "etc_passwd"
    assert safe_name("con") != "con"
    assert safe_name("") == "unnamed"
    names = FileNames("work").paths({"a": "Smith2010", "b": "smith2010", "c": "smith:2010"})
    assert len({n.lower() for n in names.values()}) == 3


def test_quotes_are_shown_only_where_they_are_given(tmp_path: Path) -> None:
    iri = BASE + "finding/alder2018-1"
    render_site(sample_store(), tmp_path / "site", title="Sample", base=BASE, quotes={iri: "An invented sentence."})
    shown = [p.name for p in html_files(tmp_path / "site") if "An invented sentence." in p.read_text(encoding="utf-8")]
    assert sorted(shown) == ["alder2018.html", "meso.leadership.supervision.html"]


def test_an_empty_graph_gives_a_site_that_says_so(tmp_path: Path) -> None:
    folder = rendered(tmp_path / "site", Store.in_memory())
    assert (folder / "index.html").is_file()
    assert "Nothing yet" in (folder / "index.html").read_text(encoding="utf-8")


def factor_page(folder: Path) -> str:
    page = (folder / "factor" / "macro.economic.funding.html").read_text(encoding="utf-8")
    return re.sub(r"\n\s*\n+", "\n", page[page.index("<main") : page.index("</main>")])


def test_a_factor_page_is_as_it_was(site: Path) -> None:
    assert factor_page(site) == SNAPSHOT.read_text(encoding="utf-8"), "run this file as a script to accept the change"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        SNAPSHOT.write_text(factor_page(rendered(Path(temporary) / "site", sample_store())), encoding="utf-8")
