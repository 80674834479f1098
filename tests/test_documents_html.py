"""Pages in the manner of the publishers' sites; all words are invented."""

import pytest

from evidence.documents.html import read_html

PMC = """<!DOCTYPE html><html><head><title>Walking in parks - PMC</title><meta name="citation_title" content="Walking in parks">
<meta name="citation_author" content="Ana Sample"><meta name="citation_doi" content="10.1234/abc.5">
<meta name="citation_publication_date" content="2020 Mar 1"><script>var x = "hidden";</script></head><body>
<header class="ncbi-header">Log in</header><nav><a href="/">Home</a></nav>
<main><article><section class="front-matter"><h1>Walking in parks</h1></section>
<section class="abstract" id="abs1"><h2>Abstract</h2><p>Parks are walked in. They are green.</p></section>
<section id="s1"><h2 class="pmc_sec_title">Background</h2>
<p>Many people walk<sup>[<a href="#R1" class="usa-link">1</a>,<a href="#R2">2</a>]</sup>. Trees are tall (<a href="#F1">Figure 1</a>).</p>
<h3>Trees</h3><p>Soft\u00adhyphens go.</p></section>
<section id="ref-list1" class="ref-list"><h2>References</h2><ul class="ref-list" style="list-style-type:none">
<li id="R1"><span class="label">1.</span>
<cite>Tree T, Leaf L. Of walks. J Parks. 2019;1(2):3–4.</cite> [<a href="https://doi.org/10.1000/xyz1">DOI</a>]
 [<a href="https://pubmed.example/1">PubMed</a>] [<a href="https://scholar.example">Google Scholar</a>]</li>
<li id="R2"><span class="label">2.</span><cite>Bench B. Of sitting. 2018.</cite> [<a href="x">Google Scholar</a>]</li></ul></section>
</article><aside>Similar articles</aside></main><footer>Follow us</footer></body></html>"""

SPRINGER = """<html><head><meta name="dc.title" content="Ponds"></head><body><div class="c-header__menu">Menu of the site</div><main>
<article lang="en"><div class="c-article-header"><header><h1 class="c-article-title">Ponds</h1>
<ul class="c-article-author-list"><li>Mia Pond</li></ul></header></div>
<section data-title="Introduction"><div class="c-article-section"><h2 class="c-article-section__title" id="Sec1">Introduction</h2>
<div class="c-article-section__content"><p>Ponds are wet (Lake and River
<a data-track="click" href="/article/10.1/x#ref-CR1" id="ref-link-1">2001</a>; Sea <a href="#ref-CR2">2002</a>).</p></div></div></section>
<div id="MagazineFulltextArticleBodySuffix"><section data-title="References"><h2 id="Bib1">References</h2>
<ul class="c-article-references"><li class="c-article-references__item js-c-reading-companion-references-item">
<p class="c-article-references__text" id="ref-CR1">Lake, A., &amp; River, B. (2001). Of water. <i>Wet Journal, 1</i>(2), 3–4.</p>
<p class="c-article-references__links u-hide-print">
<a href="https://doi.org/10.1000%2Flake">Article</a> <a href="http://x">Google Scholar</a></p></li>
<li class="c-article-references__item"><p class="c-article-references__text" id="ref-CR2">Sea, C. (2002). Of salt. Salt Press.</p></li>
</ul>
<p class="c-article-references__download"><a href="x.ris">Download references</a></p></section></div></article></main></body></html>"""

PLOS = """<html><body><div class="article-content"><h1 id="artTitle">Birds count</h1><div class="article-text" id="artText">
<div id="section1" class="section toc-section"><a id="sec001" name="sec001" class="link-target"></a><h2>Introduction</h2>
<p>Birds sing [<a href="#pone.0000001.ref001" class="ref-tip">1</a>–<a href="#pone.0000001.ref003" class="ref-tip">3</a>].</p></div>
<div class="toc-section"><h2>References</h2><ol class="references">
<li id="ref1"><span class="order">1. </span><a name="pone.0000001.ref001" id="pone.0000001.ref001" class="link-target">
</a>Wren W (2001) Song. Bird J 1: 2–3.
<ul class="reflinks"><li><a href="x">View Article</a></li><li><a href="y">Google Scholar</a></li></ul></li>
<li id="ref2"><span class="order">2. </span><a name="pone.0000001.ref002" id="pone.0000001.ref002">
</a>Robin R (2002) Red. Bird J 2: 4.</li>
<li id="ref3"><span class="order">3. </span><a name="pone.0000001.ref003" id="pone.0000001.ref003">
</a>Finch F (2003) Seeds. Bird J 3: 5.</li>
</ol></div></div></div></body></html>"""

JMIR = """<html><body><main><h1>Apps for sleep</h1><h3>Introduction</h3><h4>Background</h4>
<p>Sleep apps are many [<span class="footers"><a class="citation-link" href="#ref1" rel="footnote">1</a></span>].</p>
<h4>References</h4><ol><li><span id="ref1">Night N, Day D. Sleeping apps. J Sleep Apps 2020;1:e1
[<a href="https://dx.doi.org/10.2196/12345">CrossRef</a>] [<a href="z">Medline</a>]</span></li>
<li><span id="ref2">Moon M. Light at night and what it does to apps. J Sleep Apps 2021;2:e2 [<a href="f">FREE Full text</a>]</span></li>
</ol>
</main></body></html>"""

WILEY = """<html><body><article><section class="article-section__full"><h1>Soils</h1><h2>1 INTRODUCTION</h2>
<div class="article-section__content"><p>Soil is brown (Loam, <span><a href="#s-bib-0002" class="bibLink tab-link">2016</a></span>).</p>
</div></section>
<section class="article-section article-section__references"><h2>REFERENCES</h2><ul class="rlist separator">
<li data-bib-id="s-bib-0001">
<span class="author">Clay, A.</span> (<span>2015</span>). Of clay. Soil, 1, 2. <div class="extra-links getFTR"><a>Crossref</a></div></li>
<li data-bib-id="s-bib-0002">Loam, B. (2016). Of loam. Soil, 2, 3.</li></ul></section></article></body></html>"""

ELIFE = """<html><body><main><header><h1>Fish swim</h1></header><section id="s1"><header><h2>Introduction</h2></header>
<p>Fish swim (<a href="#bib1">Cod and Ray, 2012</a>).</p></section><section id="references"><header><h2>References</h2></header>
<ol class="reference-list"><li class="reference-list__item"><div class="reference-list__ordinal_number">1</div>
<div class="reference" id="bib1"><ol class="reference__authors_list"><li>A Cod</li><li>B Ray</li></ol> (2012)
<div class="reference__title">Fins</div><div class="reference__origin"><i>Fish J</i> 1:2–3.</div></div></li></ol></section></main></body>
</html>"""


def read(page):
    return read_html(page.encode("utf-8"), "")


def linked(document):
    """Each link's text, and the text of the entry it points to."""
    entries = {e.id: document.text[e.start : e.end] for e in document.entries}
    return [(document.text[link.start : link.end], [entries.get(t, "")[:12] for t in link.targets]) for link in document.links]


LINKS = {
    "pmc": (PMC, [("1", ["1. Tree T, Le"[:12]]), ("2", ["2. Bench B. "])]),
    "springer": (SPRINGER, [("2001", ["Lake, A., & "]), ("2002", ["Sea, C. (200"])]),
    "plos": (PLOS, [("1–3", ["1. Wren W (2", "2. Robin R (", "3. Finch F ("])]),
    "jmir": (JMIR, [("1", ["1. Night N, "])]),
    "wiley": (WILEY, [("2016", ["Loam, B. (20"])]),
    "elife": (ELIFE, [("Cod and Ray, 2012", ["1 A Cod, B R"])]),
}


@pytest.mark.parametrize(("page", "wanted"), LINKS.values(), ids=LINKS)
def test_links_of_publishers_pages_point_to_entries(page, wanted):
    assert linked(read(page)) == wanted


ENTRIES = {
    "pmc": (PMC, ["1. Tree T, Leaf L. Of walks. J Parks. 2019;1(2):3–4.", "2. Bench B. Of sitting. 2018."]),
    "springer": (
        SPRINGER,
        ["Lake, A., & River, B. (2001). Of water. Wet Journal, 1(2), 3–4.", "Sea, C. (2002). Of salt. Salt Press."],
    ),
    "plos": (
        PLOS,
        ["1. Wren W (2001) Song. Bird J 1: 2–3.", "2. Robin R (2002) Red. Bird J 2: 4.", "3. Finch F (2003) Seeds. Bird J 3: 5."],
    ),
    "jmir": (
        JMIR,
        [
            "1. Night N, Day D. Sleeping apps. J Sleep Apps 2020;1:e1",
            "2. Moon M. Light at night and what it does to apps. J Sleep Apps 2021;2:e2",
        ],
    ),
    "wiley": (WILEY, ["Clay, A. (2015). Of clay. Soil, 1, 2.", "Loam, B. (2016). Of loam. Soil, 2, 3."]),
    "elife": (ELIFE, ["1 A Cod, B Ray (2012) Fins Fish J 1:2–3."]),
}


@pytest.mark.parametrize(("page", "wanted"), ENTRIES.values(), ids=ENTRIES)
def test_entries_stand_alone_without_the_links_after_them(page, wanted):
    document = read(page)
    assert [document.text[e.start : e.end] for e in document.entries] == wanted


def test_the_doi_behind_a_link_is_kept_as_a_field():
    assert [e.csl.get("DOI") for e in read(PMC).entries] == ["10.1000/xyz1", None]
    assert read(SPRINGER).entries[0].csl["DOI"] == "10.1000/lake"


@pytest.mark.parametrize("noise", ["Log in", "Home", "hidden", "Similar articles", "Follow us", "Google Scholar", "\u00ad"])
def test_what_surrounds_the_paper_is_left_out(noise):
    assert noise not in read(PMC).text


def test_headings_become_nested_sections_and_the_title_is_none_of_them():
    sections = [(s.title, s.level) for s in read(PMC).sections]
    assert sections == [("Abstract", 1), ("Background", 1), ("Trees", 2), ("References", 1)]
    assert read(PMC).title == "Walking in parks"


def test_the_page_says_what_paper_it_is():
    metadata = read(PMC).metadata
    assert metadata["author"] == [{"family": "Sample", "given": "Ana"}]
    assert (metadata["DOI"], metadata["issued"]) == ("10.1234/abc.5", {"date-parts": [[2020]]})


def test_superscripts_are_recorded():
    document = read(PMC)
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
