"""JATS XML by its own structure; all words are invented."""

import pytest

from evidence.documents.jats import read_jats

HEAD = """<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.2//EN" "JATS-archivearticle1.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article"><front>
<journal-meta><journal-title-group><journal-title>Park Journal</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="doi">10.1234/parks.1</article-id>
<title-group><article-title>Walking in <italic>parks</italic></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Moss</surname><given-names>Ann B</given-names></name></contrib>
<contrib contrib-type="author"><collab>The Park Group</collab></contrib></contrib-group>
<pub-date pub-type="epub"><day>2</day><month>3</month><year>2020</year></pub-date><volume>7</volume><fpage>1</fpage><lpage>9</lpage>
<abstract><sec><title>Aims</title><p>To walk.</p></sec></abstract>
<kwd-group><kwd>parks</kwd><kwd>walks</kwd></kwd-group></article-meta></front>"""

REFS = """<back><ack><p>Thanks to trees.</p></ack><ref-list>
<ref id="B1"><label>1</label><element-citation publication-type="journal"><person-group person-group-type="author">
<name><surname>Fern</surname><given-names>C</given-names></name><collab>Leaf Club</collab><etal/></person-group><year>2001a</year>
<article-title>Of shade</article-title><source>Shade J</source><volume>3</volume><issue>2</issue><fpage>10</fpage><lpage>12</lpage>
<pub-id pub-id-type="doi">10.1000/shade</pub-id></element-citation></ref>
<ref id="B2"><label>2</label><mixed-citation publication-type="book"><person-group person-group-type="author"><string-name>
<surname>Reed</surname>, <given-names>D.</given-names></string-name></person-group> (<year>2002</year>). <source>Of rain</source>.
<publisher-loc>Town</publisher-loc>: <publisher-name>Rain Press</publisher-name>.</mixed-citation></ref>
<ref id="B3"><label>3</label><citation-alternatives><element-citation publication-type="book"><person-group person-group-type="author">
<name>
<surname>Oak</surname><given-names>E</given-names></name></person-group><person-group person-group-type="editor"><name>
<surname>Elm</surname>
<given-names>F</given-names></name></person-group><year>2003</year><chapter-title>Bark</chapter-title><source>Trees</source>
</element-citation>
<mixed-citation>Oak E. Bark. In: Elm F, ed. Trees. 2003.</mixed-citation></citation-alternatives></ref>
<ref id="B4"><label>4</label><mixed-citation>Ash G. Of all that was never marked up. 2004.</mixed-citation></ref>
<ref id="B5"><label>5</label><nlm-citation citation-type="journal"><article-title>Late</article-title><source>Late J</source>
<year>in press</year>
<elocation-id>e12</elocation-id></nlm-citation></ref></ref-list></back></article>"""

BODY = """<body><sec><label>1.</label><title>Introduction</title><p>People walk [<xref ref-type="bibr" rid="B1">1</xref>].
They run<sup><xref ref-type="bibr" rid="B2">2</xref>&#8211;<xref ref-type="bibr" rid="B4">4</xref></sup>, and sit
[<xref ref-type="bibr" rid="B2 B5">2,5</xref>; <xref ref-type="fig" rid="F1">Figure 1</xref>].<fig id="F1"><label>Figure 1</label>
<caption><title>A bench.</title><p>It is green.</p></caption></fig> The sentence after a figure.</p>
<sec><title>Benches &amp; trees</title><p>Soft&#173;hyphens go<fn id="fn1"><p>A footnote.</p></fn>.</p>
<list list-type="order"><list-item><p>First.</p></list-item><list-item><p>Second.</p></list-item></list>
<table-wrap><label>Table 1</label><caption><p>Numbers.</p></caption><table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr>
</table>
</table-wrap></sec></sec></body>"""


@pytest.fixture(scope="module")
def document():
    return read_jats((HEAD + BODY + REFS).encode("utf-8"), "")


def test_sections_nest_as_the_file_says(document):
    assert [(s.title, s.level) for s in document.sections] == [
        ("Abstract", 1),
        ("Aims", 2),
        ("1. Introduction", 1),
        ("Benches & trees", 2),
        ("Acknowledgments", 1),
        ("References", 1),
    ]


def test_title_and_metadata_are_the_papers_own(document):
    assert document.title == "Walking in parks"
    assert document.metadata["author"] == [{"family": "Moss", "given": "Ann B"}, {"literal": "The Park Group"}]
    assert {k: document.metadata[k] for k in ("DOI", "container-title", "volume", "page", "issued", "keyword")} == {
        "DOI": "10.1234/parks.1",
        "container-title": "Park Journal",
        "volume": "7",
        "page": "1–9",
        "issued": {"date-parts": [[2020, 3, 2]]},
        "keyword": "parks, walks",
    }


def test_links_hold_their_targets_ranges_and_lists_filled(document):
    assert [(document.text[link.start : link.end], link.targets) for link in document.links] == [
        ("1", ("B1",)),
        ("2–4", ("B2", "B3", "B4")),
        ("2,5", ("B2", "B5")),
    ]


def test_superscripts_are_recorded(document):
    assert [document.text[a:b] for a, b in document.superscripts] == ["2–4"]


def test_figures_and_footnotes_wait_for_the_end_of_their_paragraph(document):
    parts = document.text.split("\n\n")
    place = next(i for i, part in enumerate(parts) if part.startswith("People walk"))
    assert parts[place].endswith("The sentence after a figure.")
    assert parts[place + 1] == "Figure 1 A bench. It is green."
    assert "Softhyphens go." in parts
    assert parts[parts.index("Softhyphens go.") + 1] == "A footnote."


def test_lists_and_tables_keep_their_form(document):
    assert "1. First.\n\n2. Second.\n\nTable 1 Numbers.\n\na\tb\n1\t2" in document.text


ENTRIES = {
    "B1": (
        "1. Fern C, Leaf Club, et al. Of shade. Shade J. 2001a;3(2):10–12. doi: 10.1000/shade.",
        {
            "type": "article-journal",
            "author": [{"family": "Fern", "given": "C"}, {"literal": "Leaf Club"}],
            "issued": {"date-parts": [[2001]]},
            "year-suffix": "a",
            "title": "Of shade",
            "container-title": "Shade J",
            "volume": "3",
            "issue": "2",
            "page": "10–12",
            "DOI": "10.1000/shade",
            "citation-number": "1",
        },
    ),
    "B2": (
        "2. Reed, D. (2002). Of rain. Town: Rain Press.",
        {
            "type": "book",
            "author": [{"family": "Reed", "given": "D."}],
            "issued": {"date-parts": [[2002]]},
            "title": "Of rain",
            "publisher": "Rain Press",
            "publisher-place": "Town",
            "citation-number": "2",
        },
    ),
    "B3": (
        "3. Oak E. Bark. In: Elm F, ed. Trees. 2003.",
        {
            "type": "book",
            "author": [{"family": "Oak", "given": "E"}],
            "editor": [{"family": "Elm", "given": "F"}],
            "issued": {"date-parts": [[2003]]},
            "title": "Bark",
            "container-title": "Trees",
            "citation-number": "3",
        },
    ),
    "B4": ("4. Ash G. Of all that was never marked up. 2004.", {"citation-number": "4"}),
    "B5": (
        "5. Late. Late J. in press;e12.",
        {
            "type": "article-journal",
            "title": "Late",
            "container-title": "Late J",
            "status": "in press",
            "page": "e12",
            "citation-number": "5",
        },
    ),
}


@pytest.mark.parametrize(("identifier", "wanted"), ENTRIES.items(), ids=ENTRIES)
def test_entries_are_printed_and_their_fields_read(document, identifier, wanted):
    entry = next(e for e in document.entries if e.id == identifier)
    assert (document.text[entry.start : entry.end], entry.csl) == wanted


def test_review_letters_are_left_out_with_a_note():
    xml = "<article><body><p>Text of it.</p></body><sub-article><body><p>Letter.</p></body></sub-article></article>"
    document = read_jats(xml.encode(), "")
    assert document.text == "Text of it."
    assert document.problems[0].severity == "note"


def test_namespaces_and_wrappers_make_no_difference():
    space = 'xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/"'
    xml = f"<pmc-articleset {space}><article><body><p>Text of it.</p></body></article></pmc-articleset>"
    assert read_jats(xml.encode(), "").text == "Text of it."


def test_names_of_html_entities_are_known_without_a_dtd():
    assert (
        read_jats(b"<!DOCTYPE article SYSTEM 'x.dtd'><article><body><p>M&uuml;ller &amp; Co</p></body></article>", "").text == "Müller & Co"
    )
