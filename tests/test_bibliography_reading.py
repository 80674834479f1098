"""Bibliographies as people have them: every format, broken files, old encodings. Nothing crashes and nothing is lost."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import comes_to_an_end

from evidence.bibliography import FORMATS, citation_key, parse_bibliography, read_bibliography, write_bibliography

BIB = r"""@string{jrs = "Journal of River Studies"}
@article{otter2014,
  author  = {Ludwig van Beaver and {World River Organization} and de la Nutria, Jr., Mar{\'\i}a and others},
  title   = {The {DNA} of \& 50\% na\"{\i}ve $\beta$-beavers},
  journal = jrs # " (Online)",
  year = 2014, month = may, pages = {161--167}, file = {:x\:y.pdf:PDF},
}
"""
RIS = """TY  - JOUR
AU  - van Beaver, Ludwig
AU  - Nutria, Maria, Jr.
A2  - Otter, Anna
TI  - The dams of beavers
JF  - Journal of River Studies
PY  - 2014/05/03/
VL  - 12
SP  - 161
EP  - 167
KW  - dams
KW  - rivers
N2  - First paragraph
 that goes on.
U1  - shelf 7
ER  -

TY  - BOOK
AU  - World River Organization
TI  - Rivers
PY  - 2010
SN  - 978-3
ER  -
"""
NBIB = """
PMID- 12345
OWN - NLM
DP  - 2014 May-Jun
TI  - The dams of beavers and what
      they hold.
PG  - 161-7
LID - 10.1000/rs.1 [doi]
FAU - van Beaver, Ludwig
AU  - van Beaver L
AU  - Nutria M
CN  - River Group
JT  - Journal of River Studies
TA  - J River Stud
MH  - Beavers
MH  - Rivers
PT  - Journal Article

PMID- 12346
AU  - Otter AB Jr
TI  - Otters.
DP  - 2001 Winter
"""
ENDNOTE = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">van Beaver, Ludwig</style></author>
<author>World River Organization,</author></authors></contributors>
<titles><title><style>The dams of </style><style face="italic">beavers</style></title>
<secondary-title>Journal of River Studies</secondary-title></titles>
<dates><year>2014</year><pub-dates><date>May 3</date></pub-dates></dates><volume>12</volume><number>3</number><pages>161-167</pages>
<electronic-resource-num>10.1000/rs.1</electronic-resource-num><custom7>shelf 7</custom7></record></records></xml>
"""
CSL = json.dumps(
    [
        {"id": "otter2014", "type": "book", "title": "Rivers", "my-field": 3},
        "no item",
        {"title": "Ponds", "issued": {"date-parts": [[2001]]}},
    ]
)
SAMPLES = {"a.bib": BIB, "a.ris": RIS, "a.nbib": NBIB, "a.xml": ENDNOTE, "a.json": CSL}


def read(tmp_path, data, name="a.bib"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_bibliography(path)


def test_bibtex_names_macros_latex_and_months_are_resolved():
    found = parse_bibliography(BIB)
    (work,) = found.works
    assert found.problems == ()
    assert (work.key, work.line) == ("otter2014", 2)
    assert work.csl["author"] == [
        {"family": "van Beaver", "given": "Ludwig"},
        {"literal": "World River Organization"},
        {"family": "de la Nutria", "given": "María", "suffix": "Jr."},
    ]
    assert work.csl["title"] == "The DNA of & 50% naïve β-beavers"
    assert work.csl["container-title"] == "Journal of River Studies (Online)"
    assert work.csl["issued"] == {"date-parts": [[2014, 5]]}
    assert work.csl["page"] == "161–167"


def test_bibtex_comes_out_in_the_spelling_of_its_file():
    written = write_bibliography(parse_bibliography(BIB).works, "bibtex")
    for piece in ("and others", r"{The {DNA} of \& 50\% na\"{\i}ve $\beta$-beavers}", "month = may", "{161--167}", r"{:x\:y.pdf:PDF}"):
        assert piece in written
    assert [work.csl for work in parse_bibliography(written).works] == [work.csl for work in parse_bibliography(BIB).works]


def test_an_edited_variable_wins_over_the_spelling_of_the_file():
    (work,) = parse_bibliography(BIB).works
    work.csl["title"] = "Another name"
    written = write_bibliography([work], "bibtex")
    assert "title = {Another name}" in written
    assert "DNA" not in written


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("@online{a, date={2010-05-03/2010-06}, urldate={2011-01-02}}", {"issued": {"date-parts": [[2010, 5, 3], [2010, 6]]}}),
        ("@article{a, journaltitle={J}, journalsubtitle={K}}", {"container-title": "J: K"}),
        ("@article{a, title={Who?}, subtitle={Me}}", {"title": "Who? Me"}),
        ("@report{a, institution={I}, location={L}, number=7}", {"publisher": "I", "publisher-place": "L", "number": "7"}),
        ("@book{a, series={S}, number=7, edition={2nd}}", {"collection-title": "S", "collection-number": "7", "edition": "2nd"}),
        ("@article{a, number=7, eid={e12}}", {"issue": "7", "page": "e12"}),
        ("@article{a, eprint={123}, eprinttype={pubmed}}", {"PMID": "123"}),
        ("@article{a, eprint={1401.1}, archiveprefix={arXiv}}", {"archive": "arXiv", "archive_location": "1401.1"}),
        ("@phdthesis{a, school={U}}", {"type": "thesis", "genre": "PhD thesis", "publisher": "U"}),
        ("@article{a, author={family=Beaver, given=Jan, prefix=van der}}", {"author": [{"family": "van der Beaver", "given": "Jan"}]}),
        ("@article{a, author={{World {River} Organization}}}", {"author": [{"literal": "World River Organization"}]}),
        ('@article{a, title="Say {"}hello{"}"}', {"title": 'Say "hello"'}),
        ("@article(a, title={In parentheses (yes)})", {"title": "In parentheses (yes)"}),
        ("@article{a, year={in press}}", {"issued": {"literal": "in press"}}),
        ("@article{a, year=2018a}", {"issued": {"date-parts": [[2018]]}}),
        ("@article{a, title={100% of a {50% share}}}", {"title": "100% of a 50% share"}),
        ("@misc{a, howpublished={\\url{x}}}", {"custom": {"bibtex": {"howpublished": "\\url{x}"}}}),
    ],
)
def test_bibtex_and_biblatex_fields(entry, expected):
    csl = parse_bibliography(entry).works[0].csl
    assert {name: csl.get(name) for name in expected} == expected


def test_a_chapter_inherits_from_the_book_it_refers_to():
    text = "@inbook{c, title={Chap}, crossref={bk}, pages={1}}\n@book{bk, title={Book}, editor={Otter, Ann}, year=1999, publisher={P}}"
    csl = parse_bibliography(text).works[0].csl
    assert (csl["title"], csl["container-title"], csl["publisher"], csl["issued"]) == ("Chap", "Book", "P", {"date-parts": [[1999]]})
    assert parse_bibliography(write_bibliography(parse_bibliography(text).works, "bibtex")).works[0].csl["container-title"] == "Book"


GOOD = "@book{good, title={Good}, year={2000}}\n"
BROKEN = {
    "an entry without its closing brace": ("@article{bad, title={x}, year={2001}\n", 2),
    "a value without its closing brace": ("@article{bad, title={x, year={2001}}\n", 2),
    "a value without its closing quote": ('@article{bad, title="x, year={2001}}\n', 2),
    "an entry without a comma": ("@article{bad title={x}}\n", 2),
    "a brace too many": ("@article{bad, title={x}}, year={2001}\n}\n", 2),
    "a key used twice": ("@article{good, title={Other}}\n", 2),
    "a field given twice": ("@article{twice,\n title={x},\n title={y}}\n", 4),
    "an entry that is no entry": ("@article bad, title={x}\n", 2),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_bibtex_entry_is_reported_with_its_line_and_the_rest_is_read(name):
    block, line = BROKEN[name]
    found = parse_bibliography(GOOD + block + GOOD.replace("good", "last"), "x.bib")
    assert {"good", "last"} <= {work.key for work in found.works}
    assert found.problems[0].line == line
    assert str(found.problems[0]).startswith(f"x.bib:{line}: ")
    kept = json.dumps([work.csl for work in found.works]) + "".join(found.unread)
    assert all(word in kept for word in ("x", "title") if word in block)


@pytest.mark.parametrize("name", BROKEN)
def test_a_bibliography_written_with_its_unread_blocks_reads_the_same(name):
    found = parse_bibliography("@comment{kept}\n" + GOOD + BROKEN[name][0] + GOOD.replace("good", "last"))
    again = parse_bibliography(write_bibliography(found.works, "bibtex", found.unread))
    assert [work.csl for work in again.works] == [work.csl for work in found.works]
    assert again.unread == found.unread


def test_an_entry_without_a_key_gets_one():
    found = parse_bibliography("@book{, author={Otter, A}, year={2000}}\n")
    assert [work.key for work in found.works] == ["otter2000"]
    assert found.problems[0].severity == "note"


def test_ris_tags_are_read_and_unknown_ones_kept():
    first, second = parse_bibliography(RIS).works
    assert first.csl == {
        "id": "vanbeaver2014",
        "type": "article-journal",
        "author": [{"family": "van Beaver", "given": "Ludwig"}, {"family": "Nutria", "given": "Maria", "suffix": "Jr."}],
        "editor": [{"family": "Otter", "given": "Anna"}],
        "title": "The dams of beavers",
        "container-title": "Journal of River Studies",
        "issued": {"date-parts": [[2014, 5, 3]]},
        "volume": "12",
        "page": "161-167",
        "keyword": "dams; rivers",
        "abstract": "First paragraph that goes on.",
        "custom": {"ris": {"U1": ["shelf 7"]}},
    }
    assert (second.key, second.line, second.csl["ISBN"]) == ("worldriverorganization2010", 18, "978-3")
    assert "U1  - shelf 7" in write_bibliography([first], "ris")


def test_pubmed_records_are_read():
    first, second = parse_bibliography(NBIB).works
    assert first.csl["author"] == [{"family": "van Beaver", "given": "L"}, {"family": "Nutria", "given": "M"}, {"literal": "River Group"}]
    assert first.csl["title"] == "The dams of beavers and what they hold."
    assert (first.csl["DOI"], first.csl["PMID"], first.csl["issued"]) == ("10.1000/rs.1", "12345", {"date-parts": [[2014, 5]]})
    assert first.csl["custom"]["nbib"]["MH"] == ["Beavers", "Rivers"]
    assert second.csl["author"] == [{"family": "Otter", "given": "AB", "suffix": "Jr"}]
    assert (second.key, second.line) == ("otter2001", 19)


def test_endnote_records_are_read():
    (work,) = parse_bibliography(ENDNOTE).works
    assert work.csl == {
        "id": "vanbeaver2014",
        "type": "article-journal",
        "author": [{"family": "van Beaver", "given": "Ludwig"}, {"literal": "World River Organization"}],
        "title": "The dams of beavers",
        "container-title": "Journal of River Studies",
        "volume": "12",
        "page": "161-167",
        "DOI": "10.1000/rs.1",
        "issue": "3",
        "issued": {"date-parts": [[2014, 5, 3]]},
        "custom": {"endnote": {"ref-type": ["17"], "dates/pub-dates/date": ["May 3"], "custom7": ["shelf 7"]}},
    }


def test_an_entity_in_endnote_xml_reads_nothing_from_outside(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    bomb = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}"><!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    found = read(tmp_path, bomb + "<records><record><titles><title>T &a; &c;</title></titles></record></records>", "a.xml")
    assert "hidden" not in str(found)


def test_csl_json_is_taken_as_it_is():
    found = parse_bibliography(CSL, "a.json")
    assert found.works[0].csl == {"id": "otter2014", "type": "book", "title": "Rivers", "my-field": 3}
    assert found.works[1].key == "ponds2001"
    assert [problem.message[:16] for problem in found.problems] == ["Expected an item"]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_format_is_known_by_what_stands_in_the_file(name, tmp_path):
    assert read(tmp_path, SAMPLES[name], "export.txt").works == tuple(
        type(work)(work.key, work.csl, str(tmp_path / "export.txt"), work.line) for work in parse_bibliography(SAMPLES[name], name).works
    )


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("part", [0.2, 0.5, 0.8, 0.97])
def test_a_truncated_file_is_read_as_far_as_it_goes(name, part):
    text = SAMPLES[name].replace("\n\n", "\n")
    found = parse_bibliography(text[: int(len(text) * part)], name)
    assert found.problems or found.works


LATIN = "@book{a, title={Über Bäche}}\n@book{b, title={plain}}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_files_are_read_without_a_word(encoding, tmp_path):
    found = read(tmp_path, (LATIN * 1).encode(encoding))
    assert [work.csl["title"] for work in found.works] == ["Über Bäche", "plain"]
    assert found.problems == ()


def test_a_windows_file_is_read_and_its_first_bad_line_named(tmp_path):
    found = read(tmp_path, ("@book{c, title={x}}\r\n" + LATIN).encode("cp1252"))
    assert [work.csl["title"] for work in found.works] == ["x", "Über Bäche", "plain"]
    assert [(problem.line, "UTF-8" in problem.message) for problem in found.problems] == [(2, True)]


def test_a_file_of_two_encodings_is_read_line_by_line(tmp_path):
    found = read(tmp_path, LATIN.encode() + "@book{c, title={Füchse}}\n".encode("cp1252"))
    assert [work.csl["title"] for work in found.works] == ["Über Bäche", "plain", "Füchse"]
    assert [problem.line for problem in found.problems] == [3]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n\x00\x01", bytes(range(256)) * 50, b"PK\x03\x04abc", b"\x89PNG\r\n\x1a\n" + bytes(200)])
@pytest.mark.parametrize("name", ["a.bib", "a.ris", "a.json", "a.xml"])
def test_a_binary_file_is_a_problem(data, name, tmp_path):
    found = read(tmp_path, data, name)
    assert found.works == ()
    assert "not a bibliography" in found.problems[0].message


def test_a_file_that_is_not_there_or_holds_nothing_is_a_problem(tmp_path):
    assert "cannot be opened" in read_bibliography(tmp_path / "none.bib").problems[0].message
    assert "No entry" in read(tmp_path, b"Dear Sir or Madam").problems[0].message
    assert read(tmp_path, b"").problems[0].severity == "note"
    assert "known format" in read(tmp_path, b"Dear Sir or Madam", "letter.txt").problems[0].message


@pytest.mark.parametrize(
    "unit",
    ["@article{", "{", '"', "@a{b, c = {", "\\", "@string{a = ", "TY  - JOUR\n", "[", '[{"a":', "<record>", "PMID- 1\n", "$", "\\'{"],
)
def test_a_hostile_megabyte_comes_to_an_end(unit):
    text = unit * (300_000 // len(unit))
    with comes_to_an_end(60):
        for name in FORMATS:
            FORMATS[name].read(text, "x")
        parse_bibliography("@article{a, title={" + text + "}}")


def test_keys_are_made_from_family_and_year():
    item = {"author": [{"family": "Müller-Łuk", "given": "A"}], "issued": {"date-parts": [[2019, 1]]}}
    assert citation_key(item, set()) == "mullerluk2019"
    assert citation_key(item, {"mullerluk2019"}) == "mullerluk2019a"
    assert citation_key(item, {"mullerluk2019", "mullerluk2019a"}) == "mullerluk2019b"
    assert citation_key({"title": "The rivers of spring"}, ()) == "riversnd"
    assert citation_key({"author": [{"literal": "世界"}]}, ()) == "世界nd"
    assert citation_key({}, ()) == "worknd"


def test_a_format_that_cannot_be_written_says_so():
    with pytest.raises(ValueError, match="bibtex, ris, csl-json"):
        write_bibliography([], "nbib")


@pytest.mark.parametrize("name", FORMATS)
@given(text=st.text(max_size=80), cut=st.integers(0, 400))
@settings(max_examples=60)
def test_no_text_makes_a_reader_fail(name, text, cut):
    for sample in (text, *(sample[:cut] + text + sample[cut:] for sample in SAMPLES.values())):
        found = FORMATS[name].read(sample, "x")
        assert len({work.key for work in found.works}) == len(found.works)
        for target in ("bibtex", "ris", "csl-json"):
            write_bibliography(found.works, target).encode()


@given(data=st.binary(max_size=200))
@settings(max_examples=100)
def test_no_bytes_make_the_reader_fail(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("bytes") / "a.bib"
    path.write_bytes(data)
    read_bibliography(path)
