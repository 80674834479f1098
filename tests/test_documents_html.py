"""Pages in the manner of the publishers' sites (``publisher_pages.py``)."""

import publisher_pages as pages
import pytest

from evidence.documents.html import read_html


def read(page):
    return read_html(page.encode("utf-8"), "")


def linked(document):
    """Each link's text, and the text of the entry it points to."""
    entries = {e.id: document.text[e.start : e.end] for e in document.entries}
    return [(document.text[link.start : link.end], [entries.get(t, "")[:12] for t in link.targets]) for link in document.links]


LINKS = {
    "pmc": (pages.PMC, [("1", ["1. Tree T, Le"[:12]]), ("2", ["2. Bench B. "])]),
    "springer": (pages.SPRINGER, [("2001", ["Lake, A., & "]), ("2002", ["Sea, C. (200"])]),
    "plos": (pages.PLOS, [("1–3", ["1. Wren W (2", "2. Robin R (", "3. Finch F ("])]),
    "jmir": (pages.JMIR, [("1", ["1. Night N, "])]),
    "wiley": (pages.WILEY, [("2016", ["Loam, B. (20"])]),
    "elife": (pages.ELIFE, [("Cod and Ray, 2012", ["1 A Cod, B R"])]),
    "sciencedirect": (pages.SCIENCEDIRECT, [("Able, 2010", ["A. Able. Noi"]), ("Best and Cole, 2012", ["B. Best, C. "])]),
    "oxford": (pages.OXFORD, [("Dove 2001", ["Dove D 2001 "])]),
    "sage": (pages.SAGE, [("Fern, 2005", ["Fern F (2005"])]),
    "cambridge": (pages.CAMBRIDGE, [("1", ["1 Hill, H. T"]), ("Iris, 2011", ["Iris, I. (20"])]),
    "frontiers": (pages.FRONTIERS, [("Jay, 2014", ["Jay, J. (201"]), ("Kite et al., 2015", ["Kite, K., La"])]),
    "mdpi": (pages.MDPI, [("1", ["1. Nut, N.; "]), ("2", ["2. Pine, P. "])]),
    "highwire": (pages.HIGHWIRE, [("1", ["1. Quill Q, "]), ("2", ["2. Sand S. W"])]),
    "latexml": (pages.LATEXML, [("2018", ["Tim Tor. Sor"]), ("2019", ["Ulla Urn and"])]),
    "taylor and francis": (pages.TANDF, [("Wood, 2002", ["Wood, W. (20"])]),
    "new pmc": (pages.NEWPMC, [("Zorn, 2012", ["1. Zorn Z. W"]), ("2", ["2. Ash A. Sp"])]),
    "new wiley": (pages.NEWWILEY, [("Birch, 2008", ["Birch, B. (2"]), ("Cedar & Elm, 2009", ["Cedar, C., &"])]),
}


@pytest.mark.parametrize(("page", "wanted"), LINKS.values(), ids=LINKS)
def test_links_of_publishers_pages_point_to_entries(page, wanted):
    assert linked(read(page)) == wanted


ENTRIES = {
    "pmc": (pages.PMC, ["1. Tree T, Leaf L. Of walks. J Parks. 2019;1(2):3–4.", "2. Bench B. Of sitting. 2018."]),
    "springer": (
        pages.SPRINGER,
        ["Lake, A., & River, B. (2001). Of water. Wet Journal, 1(2), 3–4.", "Sea, C. (2002). Of salt. Salt Press."],
    ),
    "plos": (
        pages.PLOS,
        ["1. Wren W (2001) Song. Bird J 1: 2–3.", "2. Robin R (2002) Red. Bird J 2: 4.", "3. Finch F (2003) Seeds. Bird J 3: 5."],
    ),
    "jmir": (
        pages.JMIR,
        [
            "1. Night N, Day D. Sleeping apps. J Sleep Apps 2020;1:e1",
            "2. Moon M. Light at night and what it does to apps. J Sleep Apps 2021;2:e2",
        ],
    ),
    "wiley": (pages.WILEY, ["Clay, A. (2015). Of clay. Soil, 1, 2.", "Loam, B. (2016). Of loam. Soil, 2, 3."]),
    "elife": (pages.ELIFE, ["1 A Cod, B Ray (2012) Fins. Fish J 1:2–3."]),
    "sciencedirect": (
        pages.SCIENCEDIRECT,
        [
            "A. Able. Noise and tired people. J. Noise, 3 (2) (2010), pp. 11-19, 10.1000/noise.1",
            "B. Best, C. Cole. Rooms for rest. Rest Press, London (2012)",
        ],
    ),
    "oxford": (pages.OXFORD, ["Dove D 2001 How kites rise. Wind Lett. 7: 1–9", "Egret E 2003 Wings. Air Press"]),
    "sage": (pages.SAGE, ["Fern F (2005) Why cars hurry. Streets 2(1): 5–8.", "Gale G (2006) Slowness. Leeds: Road Press."]),
    "cambridge": (pages.CAMBRIDGE, ["1 Hill, H. Town bakers. Bread J 2009; 4: 2–6.", "Iris, I. (2011). Ovens. Oven Press."]),
    "frontiers": (
        pages.FRONTIERS,
        [
            "Jay, J. (2014). Worms that dig. Front. Soil 3:45. doi: 10.1000/fsoil.2014.00045",
            "Kite, K., Lark, L., and Mole, M. (2015). Soil. Bonn: Erd Press.",
        ],
    ),
    "mdpi": (pages.MDPI, ["1. Nut, N.; Oak, O. Lamps at night. Lights 2020, 5, 17.", "2. Pine, P. Lamps by day; Lux Press: Basel, 2019."]),
    "highwire": (pages.HIGHWIRE, ["1. Quill Q, Rook R. Digging wells. Water 1999;8:1–4.", "2. Sand S. Wells. Pump Press, 2001."]),
    "latexml": (
        pages.LATEXML,
        ["Tim Tor. Sorting in time. Sorting Letters, 3:1–9, 2018.", "Ulla Urn and Vic Vale. Heaps. In Proc. SORT, pages 4–8, 2019."],
    ),
    "taylor and francis": (pages.TANDF, ["Wood, W. (2002). Songs of old. Tune, 1(1), 1–2.", "Yew, Y. (2004). Tunes. Song Press."]),
    "new pmc": (pages.NEWPMC, ["1. Zorn Z. Warm soup. Food J. 2012;3(4):5–6. doi: 10.1000/soup.1.", "2. Ash A. Spoons. Fork Press; 2010."]),
    "new wiley": (
        pages.NEWWILEY,
        ["Birch, B. (2008). Roofs that cool. Roofs, 6, 2–9.", "Cedar, C., & Elm, E. (2009). Roof books. Tile Press."],
    ),
}


@pytest.mark.parametrize(("page", "wanted"), ENTRIES.values(), ids=ENTRIES)
def test_entries_stand_alone_without_the_links_after_them(page, wanted):
    document = read(page)
    assert [document.text[e.start : e.end] for e in document.entries] == wanted


def test_the_doi_behind_a_link_is_kept_as_a_field():
    assert [e.csl.get("DOI") for e in read(pages.PMC).entries] == ["10.1000/xyz1", None]
    assert read(pages.SPRINGER).entries[0].csl["DOI"] == "10.1000/lake"
    assert read(pages.NEWWILEY).entries[0].csl["DOI"] == "10.1000/roof"


def test_a_label_in_words_is_kept_beside_the_entry():
    assert [e.csl.get("citation-label") for e in read(pages.SCIENCEDIRECT).entries] == ["Able, 2010", "Best and Cole, 2012"]


@pytest.mark.parametrize("page", [pages.SCIENCEDIRECT, pages.FRONTIERS, pages.TANDF, pages.CAMBRIDGE], ids=["sd", "frontiers", "tf", "cup"])
def test_furniture_leaves_no_words(page):
    text = read(page).text
    assert not [
        w
        for w in ("Google Scholar", "Outline", "Cited by", "PubMed Abstract", "Reference Hill", "Songs of old. Tune, 1(1), 1–2.)")
        if w in text
    ]


@pytest.mark.parametrize("noise", ["Log in", "Home", "hidden", "Similar articles", "Follow us", "Google Scholar", "\u00ad"])
def test_what_surrounds_the_paper_is_left_out(noise):
    assert noise not in read(pages.PMC).text


def test_headings_become_nested_sections_and_the_title_is_none_of_them():
    sections = [(s.title, s.level) for s in read(pages.PMC).sections]
    assert sections == [("Abstract", 1), ("Background", 1), ("Trees", 2), ("References", 1)]
    assert read(pages.PMC).title == "Walking in parks"


def test_the_page_says_what_paper_it_is():
    metadata = read(pages.PMC).metadata
    assert metadata["author"] == [{"family": "Sample", "given": "Ana"}]
    assert (metadata["DOI"], metadata["issued"]) == ("10.1234/abc.5", {"date-parts": [[2020]]})


def test_superscripts_are_recorded():
    document = read(pages.PMC)
    assert [document.text[a:b] for a, b in document.superscripts] == ["[1,2]"]


def test_tables_keep_rows_and_cells():
    document = read(
        "<html><body><p>Before.</p><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td><p>2</p></td></tr></table></body></html>"
    )
    assert document.text == "Before.\n\nA\tB\n1\t2"


def test_a_declared_character_set_is_used():
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Größe</p></body></html>'.encode("latin-1")
    assert read_html(page, "").text == "Größe"


def test_a_page_that_scripts_fill_ends_in_a_problem():
    problems = read("<html><body><script>load()</script></body></html>").problems
    assert "no text" in problems[0].message


def test_notes_after_the_references_are_no_entries():
    page = (
        "<html><body><h1>Bells</h1><h2>Introduction</h2><p>Bells ring<a href='#fn1'>1</a> (Rung 2001).</p><h2>References</h2>"
        "<p>Rung R. Bells of old. Tower J. 2001;1:2–3.</p><section role='doc-endnotes'><hr><ol><li id='fn1'>"
        "<p>Not all of them.<a href='#fnref1' role='doc-backlink'>↩︎</a></p></li></ol></section></body></html>"
    )
    document = read(page)
    assert document.text.endswith("2–3.\n\nFootnotes\n\n1. Not all of them.")
    assert [s.title for s in document.sections] == ["Introduction", "References", "Footnotes"]
