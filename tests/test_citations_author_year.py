"""Tables of invented sentences with names and years, and the citations in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from evidence.citations import find_citations
from evidence.model import Citation, CslItem, Document, Link, Reference, Work

# A list in short: authors; year with letter. "+" stands for more authors than are named.
LIST = """
Adler; 2010
Adler, Boyd; 2012
Adler, Boyd, Cole; 2014
Boyd, Cole, Dunn, East; 2016a
Boyd, Cole, Dunn, East; 2016b
Cole; 2018a
Cole; 2018b
van der Berg; 2009
O'Connell, Pratt, Quinn; 2018
Lloyd-Evans, Marsh, Nash, Orr; 2014
García Márquez, Ruiz; 2011
Müller, Weiß; 2003
=World Health Organization; 2014
=Centers for Disease Control and Prevention; 2015
=National Institute for Health and Care Excellence; 2016
Zimmermann, Young, Xu; 2001
Le Roy; 2007
de la Cruz, Dunn; 2013
Rivers Stone, Tan, Udall; 2016
Smith, J.; 2005
Smith, K.; 2005
hooks; 1994
Chen; 2017
Osei; n.d.
Falk, Grant; in press
Şahin, Öztürk; 2019
""".strip().splitlines()


def reference(index: int, line: str) -> Reference:
    names, _, year = line.partition("; ")
    if names.startswith("="):
        author: list[dict[str, str]] = [{"literal": names[1:]}]
    else:
        author = [{"family": name, "given": ""} for name in names.split(", ") if not name.endswith(".")]
        author[0]["given"] = next((n for n in names.split(", ") if n.endswith(".")), "")
    csl: CslItem = {"author": author, "title": f"Title {index}"}
    dated = re.fullmatch(r"(\d{4})([a-z]?)", year)
    if dated:
        csl["issued"] = {"date-parts": [[int(dated[1])]]}
    raw = f"{names.lstrip('=')} ({year}). Title {index}."
    return Reference(index, 0, 0, raw, csl, 1.0, (dated and dated[2]) or None)


REFERENCES = [reference(i, line) for i, line in enumerate(LIST, start=1)]
INDEX = {line: i for i, line in enumerate(LIST, start=1)}


def read(text: str, references: Sequence[Reference] = REFERENCES, works: Sequence[Work] = ()) -> tuple[Citation, ...]:
    found = find_citations(Document(text, "text", ""), references, works)
    assert all(text[c.start : c.end] == c.text for c in found)
    return found


def targets(text: str) -> list[str | None]:
    return [LIST[c.reference - 1] if c.reference else None for c in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # narrative
        ("Adler (2010) left early.", ["Adler; 2010"]),
        ("However, Adler (2010) left early.", ["Adler; 2010"]),
        ("According to Adler (2010), it rained.", ["Adler; 2010"]),
        ("Adler’s (2010) boat sank.", ["Adler; 2010"]),
        ("Adler's (2010) boat sank.", ["Adler; 2010"]),
        ("Adler and Boyd (2012) rowed.", ["Adler, Boyd; 2012"]),
        ("Adler and Boyd’s (2012) boat.", ["Adler, Boyd; 2012"]),
        ("Adler & Boyd [2012] rowed.", ["Adler, Boyd; 2012"]),
        ("Adler, Boyd, and Cole (2014) rowed.", ["Adler, Boyd, Cole; 2014"]),
        ("In Norway, Adler and Boyd (2012) rowed.", ["Adler, Boyd; 2012"]),
        ("Adler et al. (2014) rowed.", ["Adler, Boyd, Cole; 2014"]),
        ("Adler et al (2014) rowed.", ["Adler, Boyd, Cole; 2014"]),
        ("Adler *et al.* (2014) rowed.", ["Adler, Boyd, Cole; 2014"]),
        ("Adler _et al._ (2014) rowed.", ["Adler, Boyd, Cole; 2014"]),
        ("Adler et al.’s (2014) boat.", ["Adler, Boyd, Cole; 2014"]),
        ("Adler and colleagues (2014) rowed.", ["Adler, Boyd, Cole; 2014"]),
        ("Adler and co-workers (2014) rowed.", ["Adler, Boyd, Cole; 2014"]),
        ("Adler (2010, 2012) rowed.", ["Adler; 2010", "Adler, Boyd; 2012"]),
        ("Adler (2010) and Cole (2018a) rowed.", ["Adler; 2010", "Cole; 2018a"]),
        ("Adler (2010; see also Cole, 2018b) rowed.", ["Adler; 2010", "Cole; 2018b"]),
        ("as Adler (e.g., 2010) wrote", ["Adler; 2010"]),
        # parenthetical
        ("It rained (Adler, 2010).", ["Adler; 2010"]),
        ("It rained (Adler 2010).", ["Adler; 2010"]),
        ("It rained [Adler, 2010].", ["Adler; 2010"]),
        ("It rained (Adler & Boyd, 2012).", ["Adler, Boyd; 2012"]),
        ("It rained (Adler and Boyd 2012).", ["Adler, Boyd; 2012"]),
        ("Es regnete (Müller und Weiß 2003).", ["Müller, Weiß; 2003"]),
        ("Il pleuvait (Müller et Weiß, 2003).", ["Müller, Weiß; 2003"]),
        ("Llovía (García Márquez y Ruiz, 2011).", ["García Márquez, Ruiz; 2011"]),
        ("It rained (Muller & Weiss, 2003).", ["Müller, Weiß; 2003"]),
        ("It rained (Adler et al., 2014).", ["Adler, Boyd, Cole; 2014"]),
        ("It rained (Adler et al 2014).", ["Adler, Boyd, Cole; 2014"]),
        ("It rained (Adler, Boyd, et al., 2014).", ["Adler, Boyd, Cole; 2014"]),
        ("It rained (Adler, Boyd, & Cole, 2014).", ["Adler, Boyd, Cole; 2014"]),
        ("It rained (e.g., Adler, 2010; Cole, 2018a).", ["Adler; 2010", "Cole; 2018a"]),
        ("It rained (e.g. Adler 2010, Cole 2018a).", ["Adler; 2010", "Cole; 2018a"]),
        ("It rained (see also Adler, 2010; cf. Cole, 2018b).", ["Adler; 2010", "Cole; 2018b"]),
        ("It rained (for a review, see Adler, 2010).", ["Adler; 2010"]),
        ("It rained (as in Adler, 2010).", ["Adler; 2010"]),
        ("It rained (Adler, 2010, p. 15).", ["Adler; 2010"]),
        ("It rained (Adler, 2010, pp. 15–17; Cole, 2018a, chap. 2).", ["Adler; 2010", "Cole; 2018a"]),
        ("It rained (Adler 2010: 15).", ["Adler; 2010"]),
        ("It rained (Adler, 2010, 2012).", ["Adler; 2010", "Adler, Boyd; 2012"]),
        ("It rained (Cole, 2018a, 2018b).", ["Cole; 2018a", "Cole; 2018b"]),
        ("It rained (Cole, 2018a; 2018b).", ["Cole; 2018a", "Cole; 2018b"]),
        ("It rained (Cole, 2018a, b).", ["Cole; 2018a", "Cole; 2018b"]),
        ("It rained (Cole, 2018a,b).", ["Cole; 2018a", "Cole; 2018b"]),
        ("It rained (Cole 2018a and b).", ["Cole; 2018a", "Cole; 2018b"]),
        ("It rained (Cole, 2018a–b).", ["Cole; 2018a", "Cole; 2018b"]),
        (
            "It rained (Boyd et al., 2016a; 2016b; Chen, 2017).",
            ["Boyd, Cole, Dunn, East; 2016a", "Boyd, Cole, Dunn, East; 2016b", "Chen; 2017"],
        ),
        # badly set
        ("It rained (Adler, 2010 Cole, 2018a).", ["Adler; 2010", "Cole; 2018a"]),
        ("It rained (Adler 2010. Cole 2018a).", ["Adler; 2010", "Cole; 2018a"]),
        ("It rained (Chen, 2017)(Adler, 2010).", ["Chen; 2017", "Adler; 2010"]),
        ("Adler et al.[2014] rowed; so did they (Adler et al.2014).", ["Adler, Boyd, Cole; 2014"] * 2),
        ("Adler et al., (2014) rowed.", ["Adler, Boyd, Cole; 2014"]),
        ("ADLER & BOYD (2012) rowed.", ["Adler, Boyd; 2012"]),
        # further from the year, or without brackets
        ("Adler’s long talk on rain (2010)", ["Adler; 2010"]),
        ("Adler, in her study (2010), rowed.", ["Adler; 2010"]),
        ("in Adler et al.’s 2014 study", ["Adler, Boyd, Cole; 2014"]),
        ("It rained (Adler, [1953] 2010).", ["Adler; 2010"]),
        ("It rained (Adler, B. & Boyd, C., 2012).", ["Adler, Boyd; 2012"]),
        ("It rained (Chen X. et al., 2017).", ["Chen; 2017"]),
        ("It rained (from 1990 to 2010; Chen, 2017).", ["Chen; 2017"]),
        ("It rained (Table 1, Adler et al. 2014).", ["Adler, Boyd, Cole; 2014"]),
        ("’s ((2010", []),
        ("It rained (Adler, 2010, as cited in Chen, 2017).", ["Adler; 2010", "Chen; 2017"]),
        ("It rained (fair (and square) (Adler, 2010), or not).", ["Adler; 2010"]),
        ("It rained (in some towns [Adler, 2010]).", ["Adler; 2010"]),
        ("It rained (in towns (Adler, 2010), villages).", ["Adler; 2010"]),
        ("It rained (e.g. several towns, Oslo) (Adler, 2010).", ["Adler; 2010"]),
        ("The scale (SDC, Adler et al. 2014) is long.", ["Adler, Boyd, Cole; 2014"]),
        # names
        ("It rained (van der Berg, 2009).", ["van der Berg; 2009"]),
        ("Van der Berg (2009) rowed.", ["van der Berg; 2009"]),
        ("It rained (Berg, 2009).", ["van der Berg; 2009"]),
        ("It rained (O’Connell et al., 2018).", ["O'Connell, Pratt, Quinn; 2018"]),
        ("It rained (O'Connell et al., 2018).", ["O'Connell, Pratt, Quinn; 2018"]),
        ("Lloyd-Evans et al. (2014) rowed.", ["Lloyd-Evans, Marsh, Nash, Orr; 2014"]),
        ("It rained (Lloyd‐Evans et al. 2014).", ["Lloyd-Evans, Marsh, Nash, Orr; 2014"]),
        ("It rained (Le Roy, 2007).", ["Le Roy; 2007"]),
        ("It rained (de la Cruz & Dunn, 2013).", ["de la Cruz, Dunn; 2013"]),
        ("De la Cruz and Dunn (2013) rowed.", ["de la Cruz, Dunn; 2013"]),
        ("It rained (Rivers Stone et al., 2016).", ["Rivers Stone, Tan, Udall; 2016"]),
        ("It rained (Sahin & Ozturk, 2019).", ["Şahin, Öztürk; 2019"]),
        ("It rained (J. Smith, 2005; K. Smith, 2005).", ["Smith, J.; 2005", "Smith, K.; 2005"]),
        ("It rained (hooks, 1994).", ["hooks; 1994"]),
        # organisations
        ("It rained (World Health Organization 2014).", ["=World Health Organization; 2014"]),
        ("It rained (World Health Organization [WHO], 2014).", ["=World Health Organization; 2014"]),
        ("The World Health Organization (2014) rowed.", ["=World Health Organization; 2014"]),
        ("The World Health Organization (WHO, 2014) rowed.", ["=World Health Organization; 2014"]),
        ("It rained (WHO, 2014).", ["=World Health Organization; 2014"]),
        ("It rained (Centers for Disease Control and Prevention, 2015).", ["=Centers for Disease Control and Prevention; 2015"]),
        ("It rained (Centers for Disease Control & Prevention [CDC], 2015).", ["=Centers for Disease Control and Prevention; 2015"]),
        (
            "The National Institute for Health and Care Excellence (NICE) rowed, and it rained (NICE, 2016).",
            ["=National Institute for Health and Care Excellence; 2016"],
        ),
        # what stands for a year
        ("It rained (Osei, n.d.).", ["Osei; n.d."]),
        ("It rained (Osei N.D.).", ["Osei; n.d."]),
        ("It rained (Falk & Grant, in press).", ["Falk, Grant; in press"]),
        ("It rained (Falk & Grant, forthcoming).", ["Falk, Grant; in press"]),
        ("It rained (Adler, 1953/2010).", ["Adler; 2010"]),
        # breaks
        ("It rained (Adler &\nBoyd, 2012).", ["Adler, Boyd; 2012"]),
        ("It rained, says Adler et al.\n\n(2014), all day.", ["Adler, Boyd, Cole; 2014"]),
        ("Rain and Snow\n\nAdler (2010) rowed.", ["Adler; 2010"]),
        # without brackets
        ("as in Adler et al. 2014 and elsewhere", ["Adler, Boyd, Cole; 2014"]),
        ("Adler et al., 2014, p. 3", ["Adler, Boyd, Cole; 2014"]),
        # not in the list
        ("It rained (Unknown, 2010).", [None]),
        ("Unknown and Other (2010) rowed.", [None]),
        ("It rained (Adler, 1999).", [None]),
    ],
)
def test_names_and_years_lead_to_the_reference(text: str, expected: list[str | None]) -> None:
    assert targets(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It rained in 2008.",
        "It rained in 2008 and 2010.",
        "It rained (2010–2012).",
        "It rained (n = 2014).",
        "It has rained since the 1990s.",
        "The 2008 crisis came.",
        "It rained in January 2010.",
        "It rained (March 2010).",
        "It rained (in May, 2010).",
        "Rain in Oslo (2010) and elsewhere",
        "as shown above (ibid., 2010)",
        "see Table 2 (2010)",
        "Figure 2010 shows it.",
        "It cost £2010.",
        "doi 10.1000/2010.2012",
        "the years 2010/11 were wet",
        "Published online: 17 December 2018",
        "© Some Publisher, part of Some Press 2018",
        "the plan for 2013–2020 of the World Health Organization",
        "version 3.2010 of it",
        "It rained (p. 217).",
        "",
    ],
)
def test_other_years_are_no_citations(text: str) -> None:
    assert targets(text) == []


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("It rained (Cole, 2018a, 2018b).", ["Cole, 2018a", "2018b"]),
        ("It rained (Cole, 2018a, b).", ["Cole, 2018a", "b"]),
        ("It rained (see Adler, 2010, p. 4).", ["Adler, 2010"]),
        ("However, Adler and Boyd (2012) rowed.", ["Adler and Boyd (2012)"]),
        ("Adler (2010, 2012) rowed.", ["Adler (2010", "2012"]),
        ("In Peru, Unknown et al. (2010) rowed.", ["Unknown et al. (2010)"]),
    ],
)
def test_a_mention_is_the_names_with_the_year(text: str, mentions: list[str]) -> None:
    assert [c.text for c in read(text)] == mentions


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Adler (2010) rowed.", "narrative"), ("It rained (Adler, 2010).", "parenthetical"), ("It rained ([Adler, 2010]).", "parenthetical")],
)
def test_the_kind_says_how_it_is_written(text: str, kind: str) -> None:
    assert [c.kind for c in read(text)] == [kind]


@pytest.mark.parametrize(
    ("text", "line", "note"),
    [
        ("It rained (Zimerman et al., 2001).", "Zimmermann, Young, Xu; 2001", "misspelt name"),
        ("It rained (Adler & Boid, 2012).", "Adler, Boyd; 2012", "misspelt name"),
        ("It rained (Zimmermann et al., 2002).", "Zimmermann, Young, Xu; 2001", "year differs from the list"),
        ("It rained (Falk & Grant, 2020).", "Falk, Grant; in press", "year differs from the list"),
        ("It rained (Young & Xu, 2001).", "Zimmermann, Young, Xu; 2001", "other authors in the list"),
    ],
)
def test_a_slip_is_resolved_and_said(text: str, line: str, note: str) -> None:
    (citation,) = read(text)
    assert (citation.reference, citation.note) == (INDEX[line], note)


def test_a_year_that_is_off_stays_open_when_the_entry_is_cited_under_its_own() -> None:
    own, off = read("It rained (Zimmermann et al., 2001). It snowed (Zimmermann et al., 2002).")
    assert own.reference == INDEX["Zimmermann, Young, Xu; 2001"]
    assert (off.reference, off.candidates) == (None, (str(own.reference),))


def test_short_names_that_differ_are_two_people() -> None:
    first, second = read("It rained (Chen, 2017; Cheng, 2017).")
    assert first.reference == INDEX["Chen; 2017"]
    assert second.reference is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("It rained (Boyd et al., 2016).", ["Boyd, Cole, Dunn, East; 2016a", "Boyd, Cole, Dunn, East; 2016b"]),
        ("It rained (Cole, 2018).", ["Cole; 2018a", "Cole; 2018b"]),
        ("It rained (Smith, 2005).", ["Smith, J.; 2005", "Smith, K.; 2005"]),
    ],
)
def test_what_fits_two_entries_stays_ambiguous(text: str, lines: list[str]) -> None:
    (citation,) = read(text)
    assert (citation.reference, citation.work) == (None, None)
    assert citation.candidates == tuple(str(INDEX[line]) for line in lines)


def test_the_authors_decide_where_the_year_does_not() -> None:
    both = [reference(1, "Adler, Boyd; 2012"), reference(2, "Adler, Cole, Dunn; 2012"), reference(3, "Adler; 2012")]
    texts = ["(Adler & Boyd, 2012)", "(Adler et al., 2012)", "(Adler, 2012)"]
    assert [read(text, both)[0].reference for text in texts] == [1, 2, 3]


def test_letters_that_the_list_lacks_follow_its_order() -> None:
    both = [reference(1, "Adler; 2012"), reference(2, "Adler; 2012")]
    assert [c.reference for c in read("It rained (Adler, 2012a, 2012b).", both)] == [1, 2]


def test_an_entry_whose_fields_could_not_be_read_is_found_by_its_words() -> None:
    unread = Reference(1, 0, 0, "12. Adler B, Cole D, Eds. Rain. Oslo, 2010.", {}, 0.1)
    assert [c.reference for c in read("It rained (Adler & Cole, 2010).", [unread])] == [1]


def test_an_editor_stands_in_for_the_author() -> None:
    edited = Reference(1, 0, 0, "", {"editor": [{"family": "Adler"}], "issued": {"date-parts": [[2010]]}}, 1.0)
    assert [c.reference for c in read("It rained (Adler, 2010).", [edited])] == [1]


def work(key: str, year: int, *families: str) -> Work:
    return Work(key, {"author": [{"family": f} for f in families], "issued": {"date-parts": [[year]]}, "title": key})


def test_without_a_list_the_works_are_asked() -> None:
    works = [work("adler2010", 2010, "Adler"), work("boyd2012", 2012, "Boyd", "Cole", "Dunn")]
    text = "It rained (Adler, 2010; Boyd et al., 2012; Boyd et al., 2013), says Unknown (1999)."
    assert [(c.reference, c.work) for c in read(text, (), works)] == [(None, "adler2010"), (None, "boyd2012"), (None, None), (None, None)]


def test_works_that_fit_alike_are_candidates_by_key() -> None:
    (citation,) = read("It rained (Adler, 2010).", (), [work("one", 2010, "Adler"), work("two", 2010, "Adler")])
    assert (citation.work, citation.candidates) == (None, ("one", "two"))


def test_what_the_list_lacks_is_sought_among_the_works() -> None:
    found = read("It rained (Adler, 2010; Boyd, 2011).", [reference(1, "Adler; 2010")], [work("boyd2011", 2011, "Boyd")])
    assert [(c.reference, c.work) for c in found] == [(1, None), (None, "boyd2011")]


def test_the_work_of_a_reference_comes_with_it() -> None:
    matched = Reference(1, 0, 0, "", {"author": [{"family": "Adler"}], "issued": {"date-parts": [[2010]]}}, 1.0, work="adler2010")
    (citation,) = read("It rained (Adler, 2010).", [matched])
    assert (citation.reference, citation.work) == (1, "adler2010")


def test_a_list_is_not_searched_but_the_text_after_it_is() -> None:
    body, entry = "It rained (Adler, 2010).\n\nReferences\n\n", "Adler, B. (2010). Rain after Cole (2018)."
    after = "\n\nAppendix\n\nCole (2018) rowed."
    start = len(body)
    own = Reference(1, start, start + len(entry), entry, {"author": [{"family": "Adler"}], "issued": {"date-parts": [[2010]]}}, 1.0)
    assert [c.text for c in read(body + entry + after, [own])] == ["Adler, 2010", "Cole (2018)"]


def test_page_furniture_inside_a_citation_is_passed_over() -> None:
    before, furniture, after = "It rained (Adler and", "\n\n12\nA Journal of Rain (2015) 3:4\n\n", "Boyd 2012) all day."
    text = before + furniture + after
    document = Document(text, "pdf", "", furniture=((len(before), len(before) + len(furniture)),))
    (citation,) = find_citations(document, REFERENCES)
    assert citation.reference == INDEX["Adler, Boyd; 2012"]
    assert text[citation.start : citation.end] == f"Adler and{furniture}Boyd 2012"


def test_a_link_of_the_source_says_what_a_year_points_to() -> None:
    text = "It rained (Cole, 2018). It snowed [there]."
    entries = [Reference(i, 0, 0, "", r.csl, 1.0, r.year_suffix, id=f"r{i}") for i, r in enumerate(REFERENCES, start=1)]
    places = [(text.index("2018"), text.index("2018") + 4), (text.index("there"), text.index("there") + 5)]
    links = (Link(*places[0], (f"r{INDEX['Cole; 2018b']}",)), Link(*places[1], ("r1",)), Link(0, 2, ("figure-1",)))
    found = find_citations(Document(text, "jats", "", links=links), entries)
    assert [(c.text, c.reference) for c in found] == [("Cole, 2018", INDEX["Cole; 2018b"]), ("there", 1)]


def test_how_a_paper_wants_to_be_cited_is_no_citation() -> None:
    assert read("A title\n\nCitation: Adler B, Boyd C (2012) On rain. J Rain 3: 4.\n\nText.") == ()
