"""Whatever a record holds comes back from BibTeX, RIS and CSL-JSON as it was, and from one through another."""

import json

import pytest
from bibtexparser import parse_string, write_string
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.bibliography import WRITABLE, parse_bibliography, write_bibliography
from evidence.bibliography.bibtex import TYPES, read_bibtex, to_bibtex
from evidence.bibliography.latex import decode, encode
from evidence.bibliography.ris import TYPES as RIS_TYPES
from evidence.model import Work

LETTERS = "abcdeXYZ éüßøÅ„“–—'\"`&%_#{}$~^\\@,.:;=()[]<>|/-*?!中文кир0123456789"
PLAIN = st.text(alphabet=LETTERS, min_size=1, max_size=30).map(lambda s: " ".join(s.split())).filter(bool)
ANY = st.text(max_size=20).filter(lambda s: not any("\ud800" <= c <= "\udfff" for c in s))
NAME = st.one_of(
    st.fixed_dictionaries({"family": PLAIN, "given": PLAIN}),
    st.fixed_dictionaries({"family": PLAIN, "given": PLAIN, "suffix": st.sampled_from(["Jr.", "III"])}),
    st.fixed_dictionaries({"family": PLAIN, "given": PLAIN, "non-dropping-particle": st.sampled_from(["van der", "de"])}),
    st.fixed_dictionaries({"literal": PLAIN}),
    st.fixed_dictionaries({"family": PLAIN}),
)
NAMES = st.lists(NAME, min_size=1, max_size=3)
DATE = st.one_of(
    st.tuples(st.integers(1000, 2030)).map(lambda d: {"date-parts": [list(d)]}),
    st.tuples(st.integers(1000, 2030), st.integers(1, 12)).map(lambda d: {"date-parts": [list(d)]}),
    st.tuples(st.integers(1000, 2030), st.integers(1, 12), st.integers(1, 28)).map(lambda d: {"date-parts": [list(d)]}),
    st.just({"date-parts": [[2010], [2012]]}),
    st.just({"date-parts": [["2010", "5"]]}),
    st.builds(lambda s: {"literal": s}, PLAIN),
    st.just({"date-parts": [[2010]], "season": 1, "circa": True}),
)
CSL_TYPES = sorted({*TYPES.values(), *RIS_TYPES.values(), "speech", "interview"})
TEXTS = ("title", "container-title", "publisher", "publisher-place", "volume", "issue", "page", "number", "abstract", "note", "DOI", "URL",
         "keyword", "ISSN", "ISBN", "edition", "collection-title", "collection-number",
         "original-title", "PMID", "genre", "language")  # fmt: skip
ITEM = st.fixed_dictionaries(
    {"type": st.sampled_from(CSL_TYPES)},
    optional=dict.fromkeys(TEXTS, PLAIN)
    | {"author": NAMES, "editor": NAMES, "director": NAMES, "issued": DATE, "accessed": DATE, "weird name=": ANY}
    | {"score": st.integers(), "abstract": ANY}
    | {"custom": st.dictionaries(st.sampled_from(["mine", "x"]), st.one_of(ANY, st.lists(ANY, max_size=2)), max_size=3)},
)
EXAMPLES = 150


@given(text=st.text(alphabet=LETTERS + "\n", max_size=60))
@settings(max_examples=500)
def test_latex_gives_back_what_was_encoded(text):
    assert decode(encode(text)) == text


@pytest.mark.parametrize("name", WRITABLE)
@given(csl=ITEM)
@settings(max_examples=EXAMPLES)
def test_a_record_comes_back_from_a_format_as_it_was(name, csl):
    csl = {"id": "key1", **csl}
    found = parse_bibliography(write_bibliography([Work("key1", csl)], name), "")
    assert [work.csl for work in found.works] == [csl]
    assert found.problems == ()


@pytest.mark.parametrize("first", WRITABLE)
@pytest.mark.parametrize("second", WRITABLE)
@given(csl=ITEM)
@settings(max_examples=40)
def test_a_record_comes_back_through_two_formats_as_it_was(first, second, csl):
    works = (Work("key1", {"id": "key1", **csl}),)
    for name in (first, second, first):
        works = parse_bibliography(write_bibliography(works, name), "").works
    assert [work.csl for work in works] == [{"id": "key1", **csl}]


@given(csl=ITEM)
@settings(max_examples=EXAMPLES)
def test_bibtexparser_reads_and_writes_our_bibtex_unchanged(csl):
    written = to_bibtex(csl, "key1")
    library = parse_string(written, parse_stack=[])
    assert not library.failed_blocks
    assert write_string(library, unparse_stack=[]) == written


PIECES = ("@article{", "a,", "title", "=", "{", "}", '"', "#", "jan", "\n", "@string{", "\\", "x y", "é", "%", "(", ")", "and", "author")


def test_a_whole_file_is_written_as_bibtexparser_writes_it():
    works = [Work("a", {"title": "A & B", "issued": {"date-parts": [[2010, 5]]}}), Work("b", {"type": "book", "title": "{C}"})]
    written = write_bibliography(works, "bibtex")
    assert write_string(parse_string(written)) == written


@given(text=st.lists(st.sampled_from(PIECES)).map("".join))
@settings(max_examples=400)
def test_no_text_of_a_bibtex_file_vanishes(text):
    found = read_bibtex(text)
    records = json.dumps([[work.key, work.csl] for work in found.works], ensure_ascii=False)
    kept = records + "".join(found.unread) + "".join(p.text for p in found.problems)
    assert kept.count("é") >= (text.count("é") > 0)
