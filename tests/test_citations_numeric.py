"""Tables of invented sentences with numbers in brackets and superscripts, and the citations in them."""

from __future__ import annotations

import pytest

from evidence.citations import find_citations
from evidence.model import Document, Link, Reference, Section


def numbered(count: int) -> list[Reference]:
    return [Reference(i, 0, 0, f"{i}. Author{i}. Title. 2000.", {}, 1.0, label=str(i), id=f"r{i}") for i in range(1, count + 1)]


def read(text: str, count: int = 12) -> list[tuple[str, int | None]]:
    document = Document(text, "text", "")
    found = find_citations(document, numbered(count))
    assert all(c.kind == "numeric" and text[c.start : c.end] == c.text for c in found)
    return [(c.text, c.reference) for c in found]


OPENING = "It rained [1–3]. It snowed [4, 5]. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Then [6].", [("6", 6)]),
        ("Then [6,7].", [("6", 6), ("7", 7)]),
        ("Then [6, 8–10].", [("6", 6), ("8–10", 8), ("8–10", 9), ("8–10", 10)]),
        ("Then [6-8].", [("6-8", 6), ("6-8", 7), ("6-8", 8)]),
        ("Then [6; 8].", [("6", 6), ("8", 8)]),
        ("Then [6 and 8].", [("6", 6), ("8", 8)]),
        ("Then [6 to 8].", [("6 to 8", 6), ("6 to 8", 7), ("6 to 8", 8)]),
        ("Then [see also 6].", [("6", 6)]),
        ("Then [6, p. 12].", [("6", 6)]),
        ("Then [6 and references therein].", [("6", 6)]),
        ("Then [6]–[8].", [("6", 6), ("8", 7), ("8", 8)]),
        ("Then [6], [8].", [("6", 6), ("8", 8)]),
        ("Adler et al. [6] rowed.", [("6", 6)]),
        ("Then [10-2].", [("10-2", 10), ("10-2", 11), ("10-2", 12)]),
        ("Then [99].", []),
        ("Then [0].", []),
        ("Then [2010].", []),
        ("See Eq. [6].", []),
        ("It fell by 2 mm (95% CI [1, 6]).", []),
        ("Boats\t54 [6] (113)", []),
        ("Then [a] and [n = 6] and [6.5].", []),
    ],
)
def test_numbers_in_square_brackets(text: str, expected: list[tuple[str, int]]) -> None:
    assert read(OPENING + text)[5:] == expected


def test_numbers_in_round_brackets_where_the_paper_writes_them_so() -> None:
    text = "It rained (1). It snowed (2,3). Boats sank (4–6), says Adler (7). See equation (8). Was it never (1), rarely (2), often (3)?"
    assert [n for _, n in read(text, 8)] == [1, 2, 3, 4, 5, 6, 7]


def test_points_of_a_list_are_no_citations() -> None:
    text = "It rained [1,2]. We ask: (1) who, (2) where, (3) when, and (4) why. It snowed [3]. Boats sank [4]."
    assert [n for _, n in read(text, 4)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "text",
    [
        "It rained.1 It snowed.2,3 Boats sank,4–6 as did nets;7 so it was (in Oslo).8 It ended.” However, “all rowed.”9,10 And so on.",
        "It rained1. It snowed2,3. Boats sank4–6, as did nets7; so it was (in Oslo)8. It ended. However, “all rowed”9,10. And so on.",
        "It rained¹. It snowed²,³. Boats sank⁴⁻⁶, as did nets⁷; so it was⁸. However, all rowed⁹˒¹⁰. And so on.",
        "It rained.<sup>1</sup> It snowed.<sup>2,3</sup> Boats sank<sup>4–6</sup> and nets<sup>7</sup> too.<sup>8–10</sup> And so on.",
        "It rained.^1^ It snowed.^{2,3} Boats sank^4–6^ and nets^7^ too.^8–10^ And so on.",
    ],
)
def test_superscripts_however_they_come(text: str) -> None:
    assert sorted({n for _, n in read(text, 10) if n}) == list(range(1, 11))
    assert len(read(text, 10)) == 10


def test_superscripts_that_the_source_marks() -> None:
    text = "Cole1,2\n\nAbstract\n\nIt rained1 on 5 m2 of sea. It snowed2,3 on 103 boats."
    places = tuple((text.index(s) + at, text.index(s) + end) for s, at, end in [
        ("Cole1,2", 4, 7), ("rained1", 6, 7), ("m2", 1, 2), ("snowed2,3", 6, 9), ("103", 2, 3),
    ])  # fmt: skip
    start = text.index("Abstract")
    document = Document(text, "jats", "", superscripts=places, sections=(Section("Abstract", 1, start, len(text)),))
    assert [c.reference for c in find_citations(document, numbered(3))] == [1, 2, 3]


def test_digits_that_belong_to_a_word_are_no_superscripts() -> None:
    text = (
        "It rained.1 It snowed.2,3 Boats sank.4–6 The IL6 and IL10 genes, 5 m2, 20 kg/m2, CO2, Fig1, Table2 and p53 stay. "
        "All rowed.7 It was 3.5 and 2.7 in Oslo, and 1,200 came; n = 12. Version 2.4 came.8 And so on."
    )
    assert [n for _, n in read(text, 8)] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_number_far_ahead_of_the_count_is_no_superscript() -> None:
    text = "It rained.1 It snowed.2,3 Boats sank.4–6 Rowers37 came. All rowed.7 It ended.8 And so on."
    assert 37 not in [n for _, n in read(text, 40)]


def test_a_number_that_nobody_named_is_found_between_its_neighbours() -> None:
    text = "It rained.1,2 Rain fell on 7 m2.3 Able and colleagues4 saw 0.5 mm,5 in 2019,6 in R 4.1.7 It snowed.8–10 It froze.11,12"
    assert [number for _, number in read(text)] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_a_reference_that_is_spelt_out_beside_superscripts_is_found() -> None:
    text = "It rained.1 It snowed.2,3 Boats sank.4–6 All rowed (for ice, see ref. 7). It ended.8 And so on."
    assert [n for _, n in read(text, 8)] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_numbers_lead_by_the_printed_label() -> None:
    shifted = [Reference(i, 0, 0, "", {}, 1.0, label=str(i + 4)) for i in range(1, 4)]
    found = find_citations(Document("It rained [5]. It snowed [6,7].", "text", ""), shifted)
    assert [c.reference for c in found] == [1, 2, 3]


def test_names_with_years_win_where_they_name_the_list() -> None:
    entries = [
        Reference(1, 0, 0, "", {"author": [{"family": "Adler"}], "issued": {"date-parts": [[2010]]}}, 1.0, label="1"),
        Reference(2, 0, 0, "", {"author": [{"family": "Boyd"}], "issued": {"date-parts": [[2012]]}}, 1.0, label="2"),
    ]
    text = "It rained (Adler, 2010) in case [1]. It snowed (Boyd, 2012)."
    assert [c.text for c in find_citations(Document(text, "text", ""), entries)] == ["Adler, 2010", "Boyd, 2012"]


def test_numbers_without_a_list_stay_unresolved() -> None:
    found = find_citations(Document("It rained [1]. It snowed [2, 3].", "text", ""), ())
    assert [(c.text, c.reference) for c in found] == [("1", None), ("2", None), ("3", None)]


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("It rained [4–6].", [("4", "r4"), ("6", "r6")], [4, 5, 6]),
        ("It rained [4]–[6].", [("[4]", "r4"), ("[6]", "r6")], [4, 5, 6]),
        ("It rained [4, 6].", [("4", "r4"), ("6", "r6")], [4, 6]),
        ("It rained4–6 all day.", [("4–6", "r4")], [4, 5, 6]),
        ("It rained [4]. See 2.", [("4", "r4"), ("2", "figure2")], [4]),
    ],
)
def test_links_are_followed_and_ranges_filled_in(text: str, marked: list[tuple[str, str]], expected: list[int]) -> None:
    links = tuple(Link(text.index(s), text.index(s) + len(s), (target,)) for s, target in marked)
    found = find_citations(Document(text, "html", "", links=links), numbered(8))
    assert [c.reference for c in found] == expected
    assert {c.kind for c in found} == {"numeric"}


def test_one_link_to_several_references_is_several_citations() -> None:
    text = "It rained [1, 3]."
    document = Document(text, "jats", "", links=(Link(10, 16, ("r1", "r3")),))
    assert [(c.text, c.reference) for c in find_citations(document, numbered(4))] == [("1, 3", 1), ("1, 3", 3)]
