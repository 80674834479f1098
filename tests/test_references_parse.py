"""Reference strings to CSL fields: one invented string a row, the fields that must come out beside it."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from evidence.references import parse_reference, parse_references
from evidence.references.parse import LONGEST, clean, strip_links
from evidence.references.segments import unwrap
from evidence.references.tokens import tokenise, trim_identifier

STYLES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "apa",
        "Lindgren, A. B., & Osei, K. (2018). Rivers and the people who measure them. Journal of Water Studies, 12(3), 45–67. https://doi.org/10.1234/jws.2018.03",
        {
            "author": ["Lindgren", "Osei"],
            "year": 2018,
            "title": "Rivers and the people who measure them",
            "container-title": "Journal of Water Studies",
            "volume": "12",
            "issue": "3",
            "page": "45–67",
            "DOI": "10.1234/jws.2018.03",
        },
    ),
    (
        "vancouver",
        "Lindgren AB, Osei K, Moreau T. Rivers and the people who measure them. J Water Stud. 2018;12(3):45-67.",
        {
            "author": ["Lindgren", "Osei", "Moreau"],
            "year": 2018,
            "title": "Rivers and the people who measure them",
            "container-title": "J Water Stud",
            "volume": "12",
            "issue": "3",
            "page": "45-67",
        },
    ),
    (
        "physics without a title",
        "A. B. Lindgren, K. Osei, and T. Moreau, Phys. Rev. Lett. 98, 123456 (2007).",
        {
            "author": ["Lindgren", "Osei", "Moreau"],
            "year": 2007,
            "title": None,
            "container-title": "Phys. Rev. Lett",
            "volume": "98",
            "issue": None,
            "page": "123456",
        },
    ),
    (
        "chicago with a bare DOI",
        (
            "Lindgren, A. B., K. Osei, and T. Moreau. 2018. “Rivers and Their Measures.”"
            " Journal of Water Studies 12, no. 3: 45–67. 10.1234/jws.2018.03."
        ),
        {
            "author": ["Lindgren", "Osei", "Moreau"],
            "year": 2018,
            "title": "Rivers and Their Measures",
            "container-title": "Journal of Water Studies",
            "volume": "12",
            "issue": "3",
            "page": "45–67",
            "DOI": "10.1234/jws.2018.03",
        },
    ),
    (
        "german chapter",
        (
            "Winkler, Petra (2004): Arbeit und Zeit in der Stadt. In: "
            "Krause, Dieter/Vogt, Anna (Hrsg.): Handbuch der Arbeit. Wiesbaden: VS Verlag, S. 120–145."
        ),
        {
            "author": ["Winkler"],
            "editor": ["Krause", "Vogt"],
            "year": 2004,
            "title": "Arbeit und Zeit in der Stadt",
            "container-title": "Handbuch der Arbeit",
            "publisher": "VS Verlag",
            "publisher-place": "Wiesbaden",
            "page": "120–145",
        },
    ),
    (
        "english chapter",
        (
            "Lindgren, A. (2011). Counting boats. In "
            "K. Osei & T. Moreau (Eds.), Harbours and trade in the north (pp. 11–29). London: Routledge."
        ),
        {
            "author": ["Lindgren"],
            "editor": ["Osei", "Moreau"],
            "year": 2011,
            "title": "Counting boats",
            "container-title": "Harbours and trade in the north",
            "publisher": "Routledge",
            "page": "11–29",
        },
    ),
    (
        "book in mla",
        "Lindgren, Anna. Harbours and Trade in the North. Cambridge: Cambridge University Press, 1999.",
        {
            "author": ["Lindgren"],
            "year": 1999,
            "title": "Harbours and Trade in the North",
            "publisher": "Cambridge University Press",
            "container-title": None,
        },
    ),
    (
        "organisation",
        "World Health Organization. (2014). Ten facts on health in harbours. Geneva: World Health Organization.",
        {
            "author": ["World Health Organization"],
            "year": 2014,
            "title": "Ten facts on health in harbours",
            "publisher": "World Health Organization",
        },
    ),
    (
        "numbered ieee",
        "[7] A. Lindgren and K. Osei, “Counting boats by radar,” IEEE Trans. Harbour Eng., vol. 4, no. 2, pp. 11–29, 2003.",
        {"author": ["Lindgren", "Osei"], "year": 2003, "title": "Counting boats by radar", "volume": "4", "issue": "2", "page": "11–29"},
    ),
    (
        "german book",
        "Lindner, Karl / Osei, Kwame (2004): Flüsse und ihre Vermesser. Eine Einführung. 2., überarb. Aufl. Frankfurt/Main: Suhrkamp.",
        {"author": ["Lindner", "Osei"], "year": 2004, "title": "Flüsse und ihre Vermesser. Eine Einführung", "publisher": "Suhrkamp"},
    ),
    (
        "german chapter in a book of the same author",
        "Lindner, Karl, 2001: Messen und Zählen, in: ders. (Hg.), Wasser und Gesellschaft. Göttingen: Schwartz, S. 7-21.",
        {"author": ["Lindner"], "year": 2001, "title": "Messen und Zählen", "container-title": "Wasser und Gesellschaft", "page": "7-21"},
    ),
    (
        "newspaper with a date in figures",
        "Osei, Kwame (2009): Der Fluss ist voll. In: Süddeutsche Zeitung, 14.05.2009, S. 6.",
        {"author": ["Osei"], "year": 2009, "title": "Der Fluss ist voll", "container-title": "Süddeutsche Zeitung", "page": "6"},
    ),
    (
        "mla chapter whose title asks",
        "Lindner, Karl. “Can Rivers Speak?” Waters and Culture. Ed. Tina Moreau. Urbana: U of Illinois P, 1988. 271-313. Print.",
        {"author": ["Lindner"], "title": "Can Rivers Speak?", "container-title": "Waters and Culture", "page": "271-313"},
    ),
    (
        "proceedings with editors",
        "K. Lindner and T. Moreau. Measuring rivers with trees. In K. Osei and A. Novak, editors, Proc. 5th Water Workshop, 1992.",
        {
            "author": ["Lindner", "Moreau"],
            "editor": ["Osei", "Novak"],
            "title": "Measuring rivers with trees",
            "container-title": "Proc. 5th Water Workshop",
        },
    ),
    (
        "online journal",
        "Lindner, K. (2004). Measuring flow [28 paragraphs]. Forum: Qualitative Social Research [Online Journal], 5(2), Art. 4.",
        {
            "title": "Measuring flow",
            "container-title": "Forum: Qualitative Social Research",
            "volume": "5",
            "issue": "2",
            "page": "4",
        },
    ),
]


def shown(csl: dict[str, Any], field: str) -> Any:
    """A field of an item in the short form of the table."""
    if field in ("author", "editor"):
        return [name.get("family") or name.get("literal") for name in csl.get(field, [])]
    if field == "year":
        return csl.get("issued", {}).get("date-parts", [[None]])[0][0]
    return csl.get(field)


@pytest.mark.parametrize(("raw", "fields"), [row[1:] for row in STYLES], ids=[row[0] for row in STYLES])
def test_the_common_styles_are_read(raw: str, fields: dict[str, Any]) -> None:
    csl = parse_reference(raw).csl
    assert {name: shown(csl, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("spelling", "doi"),
    [
        ("doi:10.1234/abc.5", "10.1234/abc.5"),
        ("DOI: 10.1234/abc.5.", "10.1234/abc.5"),
        ("https://doi.org/10.1234/abc.5", "10.1234/abc.5"),
        ("<https://doi.org/10.1234/abc.5>.", "10.1234/abc.5"),
        ("http://dx.doi.org/10.1234/abc.5", "10.1234/abc.5"),
        ("http:// dx.doi.org/10.1234/abc.5", "10.1234/abc.5"),
        ("10.1234/abc.5.", "10.1234/abc.5"),
        ("10.1016/S0140-6736(05)67847-6.", "10.1016/S0140-6736(05)67847-6"),
        ("10.1234/abc.5 [DOI] [Google Scholar]", "10.1234/abc.5"),
        ("10.1234/abc.5CrossRefGoogle Scholar", "10.1234/abc.5"),
    ],
)
def test_a_doi_is_found_in_every_spelling(spelling: str, doi: str) -> None:
    csl = parse_reference(f"Osei, K. (2018). Rivers of ice. Journal of Water Studies, 12, 45-67. {spelling}").csl
    assert csl["DOI"] == doi
    assert csl["page"] == "45-67"
    assert "URL" not in csl


def test_a_year_suffix_stands_beside_the_date() -> None:
    reference = parse_reference("Osei, K. (2018b). Rivers of ice. Journal of Water Studies, 12(1), 4-6.")
    assert reference.csl["issued"] == {"date-parts": [[2018]]}
    assert reference.year_suffix == "b"


def test_no_date_is_kept_as_printed() -> None:
    assert parse_reference("Osei, K. (n.d.). Rivers of ice. London: Routledge.").csl["issued"] == {"literal": "n.d."}


def test_a_web_page_has_its_address_and_the_day_of_access() -> None:
    csl = parse_reference("Osei, K. (2012). Rivers of ice. Retrieved March 25, 2014, from http://www.example.org/ice.html.").csl
    assert csl["URL"] == "http://www.example.org/ice.html"
    assert csl["accessed"] == {"date-parts": [[2014, 3, 25]]}


@pytest.mark.parametrize(
    ("raw", "first"),
    [
        (
            "van der Berg, J. (2001). Tides. Journal of Water Studies, 1, 1-2.",
            {"family": "Berg", "given": "J.", "non-dropping-particle": "van der"},
        ),
        ("Della Rocca, G. (2001). Tides. Journal of Water Studies, 1, 1-2.", {"family": "Della Rocca", "given": "G."}),
        ("O’Hara, M. K. (2001). Tides. Journal of Water Studies, 1, 1-2.", {"family": "O’Hara", "given": "M. K."}),
    ],
)
def test_names_keep_their_parts(raw: str, first: dict[str, str]) -> None:
    assert parse_reference(raw).csl["author"][0] == first


def test_the_stop_behind_a_list_of_bare_initials_is_no_part_of_the_last() -> None:
    authors = parse_reference("Osei K, Lindgren AB. Rivers of ice. J Water Stud. 2018;12:45-67.").csl["author"]
    assert [a["given"] for a in authors] == ["K", "AB"]
    assert parse_reference("Osei K, Moreau T. Rivers of ice. J Water Stud. 2018;12:45-67.").csl["author"][-1]["given"] == "T"


def test_the_list_of_authors_ends_at_et_al() -> None:
    authors = parse_reference("Osei K, Lindgren A, Moreau T, et al. Rivers of ice. J Water Stud. 2018;12:45-67.").csl["author"]
    assert [a["family"] for a in authors] == ["Osei", "Lindgren", "Moreau"]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Osei, K. (2018). Ice. Water, 1, 1–2.CrossRefGoogle Scholar", "Osei, K. (2018). Ice. Water, 1, 1–2."),
        ("Osei, K. (2018). Ice. Water, 1, 1–2.PubMedCentralCrossRefPubMedGoogle Scholar", "Osei, K. (2018). Ice. Water, 1, 1–2."),
        ("Osei, K. (2018). Ice. Water, 1, 1–2. [DOI] [PMC free article] [PubMed] [Google Scholar]", "Osei, K. (2018). Ice. Water, 1, 1–2."),
        ("Osei, K. (2018). The first article", "Osei, K. (2018). The first article"),
    ],
)
def test_link_words_are_cut_off(raw: str, kept: str) -> None:
    assert strip_links(raw) == kept


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("“Ice.”", "Ice"),
        ("(Boston", "Boston"),
        ("What is ice?", "What is ice?"),
        ("‘Ice’ and snow", "‘Ice’ and snow"),
        ("Life (Basel)", "Life (Basel)"),
        ("Press)", "Press"),
        ("", ""),
    ],
)
def test_unwrap_takes_off_what_is_not_paired_inside(text: str, inner: str) -> None:
    assert unwrap(text) == inner


def test_identifiers_are_single_tokens() -> None:
    texts = [t.text for t in tokenise("Ice 12(3):4. doi:10.1234/a(b)c. http://x.org/y, arXiv:1234.5678")]
    assert texts == ["Ice", "12", "(", "3", ")", ":", "4", ".", "doi:10.1234/a(b)c", ".", "http://x.org/y", ",", "arXiv:1234.5678"]
    assert trim_identifier("10.1/a(1).),") == "10.1/a(1)"


def test_markup_and_control_characters_are_taken_out_before_reading() -> None:
    assert clean("Osei, K. <i>Ice</i>. *Water\x07 Studies*, \u00ad12") == "Osei, K. Ice. Water Studies, 12"


@pytest.mark.parametrize("raw", ["", " ", ".", "\x00\x01", "((((((", "10.", "http://", "1.", "🙂", "—", "\ud800"])
def test_strings_that_are_no_reference_give_an_item_without_harm(raw: str) -> None:
    reference = parse_reference(raw)
    assert reference.raw == raw
    assert 0 <= reference.score <= 1


def test_a_very_long_line_is_kept_and_its_beginning_read() -> None:
    raw = "Osei, K. (2018). Rivers of ice. " + "x(" * 1_000_000
    reference = parse_reference(raw)
    assert reference.raw == raw
    assert len(str(reference.csl)) < 2 * LONGEST


def test_references_stream_one_at_a_time() -> None:
    endless = (f"Osei, K. ({year}). Ice. Water, 1, 1-2.\n" for year in iter(lambda: 2001, None))
    assert [r.index for r in islice(parse_references(endless), 3)] == [1, 2, 3]


def test_italics_show_where_the_container_begins() -> None:
    raw = "Osei, K. (2008). Telephone calls for better ice. *Harbour Database of Systematic Reviews*. <https://doi.org/10.1234/x.pub2>."
    csl = parse_reference(raw).csl
    assert (csl["title"], csl["container-title"]) == ("Telephone calls for better ice", "Harbour Database of Systematic Reviews")
