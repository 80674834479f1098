"""References that are one work are joined, look-alikes stay apart, and every decision says why."""

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.model import Work
from evidence.references.match import Overrule, index_works, match_reference, match_works, overrules_from


def item(title="Beavers as engineers of small mountain streams", family="Otterman", year=2014, **fields):
    csl = {
        "type": "article-journal",
        "author": [{"family": family, "given": "R."}],
        "title": title,
        "container-title": "Journal of River Studies",
    }
    csl |= {"issued": {"date-parts": [[year]]}, "volume": "12", "page": "101–117"}
    csl |= {name.replace("_", "-"): value for name, value in fields.items()}
    return {name: value for name, value in csl.items() if value is not None}


BASE = item()
BARE = {"volume": None, "page": None, "container_title": None}

SAME = {
    "the same DOI in two spellings": (item(DOI="10.1000/ABC.1"), item(DOI="https://doi.org/10.1000/abc.1")),
    "the DOI in the address": (item(DOI="10.1000/abc.1"), item(title="Beavers", DOI=None, URL="https://doi.org/10.1000/abc.1")),
    "other case, accents and punctuation": (item("Über Biber: ein Bericht vom Fluss"), item("uber biber – ein Bericht vom Fluss")),
    "a slip in a word of the title": (BASE, item("Beavers as enginers of small mountain streams")),
    "a word written apart": (item("Healthcare by the riverside in spring"), item("Health care by the river-side in spring")),
    "a subtitle left out": (item("Beavers as engineers: a review of dams"), item("Beavers as engineers")),
    "the year one off": (BASE, item(year=2015)),
    "an abbreviated journal": (BASE, item(container_title="J. River Stud.")),
    "a journal that was cut": (BASE, item(container_title="River Studies", volume=None)),
    "a garbled first author": (BASE, item(family="Ottermann")),
    "no title, but all of the place": (item(title=None), BASE),
    "no author": (item(author=None), BASE),
    "no year and no place": (item(issued=None, **BARE), BASE),
    "pages given short": (item(page="e1017"), item(page="1017")),
    "an organisation and its initials": (
        item(author=[{"literal": "World River Organization"}], **BARE),
        item(author=[{"literal": "WRO"}], **BARE),
    ),
    "mark-up in the title": (BASE, item("Beavers as <i>engineers</i> of small mountain streams")),
}

APART = {
    "two papers of a year": (BASE, item("Otters as guests of beaver ponds", volume="13", page="7")),
    "two letters of a year": (item(year_suffix="a", **BARE), item("Beavers as engineers of small mountain lakes", year_suffix="b", **BARE)),
    "part one and part two": (item("Beavers and men, part 1"), item("Beavers and men, part 2", page="118")),
    "Roman parts": (item("The long history of beavers and men II", **BARE), item("The long history of beavers and men III", **BARE)),
    "reports of two years": (item("State of the rivers report 2013", **BARE), item("State of the rivers report 2014", **BARE)),
    "protocol and results": (BASE, item("Beavers as engineers of small mountain streams: protocol of a field study", volume="9", page="1")),
    "an erratum": (BASE, item("Erratum to: Beavers as engineers of small mountain streams", page="290")),
    "a misspelt erratum": (BASE, item("Corigendum: Beavers as engineers of small mountain streams", page="290")),
    "a reply": (BASE, item("Beavers as engineers of small mountain streams: a reply", page="300")),
    "a comment": (BASE, item("Comment on “Beavers as engineers of small mountain streams”", family="Loutre", page="305")),
    "one telling word": (item("Effects of dams on young beavers", **BARE), item("Effects of dams on aged beavers", **BARE)),
    "two editions": (item(type="book", edition="2", **BARE), item(type="book", edition="3", **BARE)),
    "a chapter and a book": (item(type="chapter", page="3"), item(type="book", volume=None, page=None, container_title=None)),
    "a preprint": (item(container_title="bioRxiv", volume=None, page=None), item(year=2015)),
    "two DOIs and two places": (item(DOI="10.1000/a"), item(DOI="10.1000/b", volume="13", page="1")),
    "the same title in two journals": (BASE, item(container_title="Annals of Mammal Ecology", volume="3", page="44")),
    "short titles of two people": (item("Introduction", **BARE), item("Introduction", family="Loutre", **BARE)),
    "author and year alone": (item(title=None, **BARE), item(title=None, **BARE)),
}


def clusters(*items, overrules=()):
    return match_works(items, overrules).clusters


@pytest.mark.parametrize("name", SAME)
def test_the_same_work_is_joined_in_spite_of(name):
    assert clusters(*SAME[name]) == ((0, 1),)
    assert clusters(*reversed(SAME[name])) == ((0, 1),)


@pytest.mark.parametrize("name", APART)
def test_different_works_stay_apart(name):
    assert clusters(*APART[name]) == ((0,), (1,))
    assert clusters(*reversed(APART[name])) == ((0,), (1,))


def test_a_merge_carries_its_score_and_its_reason():
    (merge,) = match_works([BASE, item(year=2015)]).merges
    assert (merge.a, merge.b) == (0, 1)
    assert 0.5 < merge.score <= 1
    assert "same title" in merge.reason
    assert "one year apart" in merge.reason


def test_one_doi_on_two_plainly_different_works_is_flagged_and_not_merged():
    other = item(
        "Otters as guests of ponds", family="Loutre", year=2001, volume="2", page="9", container_title="Pond News", DOI="10.1000/a"
    )
    found = match_works([item(DOI="10.1000/a"), other])
    assert found.clusters == ((0,), (1,))
    assert "same DOI" in found.flags[0].reason


def test_no_chain_of_look_alikes_puts_two_parts_together():
    title = "The long history of beavers and men"
    found = match_works([item(f"{title}: part 1", **BARE), item(title, **BARE), item(f"{title}: part 2", **BARE)])
    assert all(not {0, 2} <= set(cluster) for cluster in found.clusters)


def test_no_chain_of_look_alikes_puts_two_dois_together():
    first = item(DOI="10.1000/a", container_title=None, volume=None)
    second = item(DOI="10.1000/b", page=None, volume="13", container_title="Annals of Mammal Ecology")
    found = match_works([first, item(**BARE), second])
    assert all(not {0, 2} <= set(cluster) for cluster in found.clusters)
    assert any("kept apart" in flag.reason for flag in found.flags)


def test_people_overrule_a_merge_and_a_separation():
    named = [{**BASE, "id": "one"}, {**BASE, "id": "two"}, {**item("Otters and their guests in the pond"), "id": "three"}]
    rules = (Overrule("one", "two", same=False, reason="two printings"), Overrule("two", "three", same=True, reason="retitled"))
    found = match_works(named, rules)
    assert found.clusters == ((0,), (1, 2))
    assert [merge.reason for merge in found.merges] == ["overruled: retitled"]
    assert any("overruled as different" in flag.reason for flag in found.flags)


def test_overrules_are_read_from_a_table_and_bad_rows_reported():
    rows = csv.DictReader(io.StringIO("a,b,verdict,reason\none,two,different,two printings\none,,same,\none,two,maybe,\n"))
    overrules, problems = overrules_from(rows, "overrules.csv")
    assert overrules == (Overrule("one", "two", same=False, reason="two printings"),)
    assert [problem.line for problem in problems] == [3, 4]


def test_the_order_of_items_does_not_change_the_works():
    families = (
        "Aal",
        "Bussard",
        "Capercaillie",
        "Dohle",
        "Elster",
        "Forelle",
        "Gimpel",
        "Hecht",
        "Iltis",
        "Jaguar",
        "Kranich",
        "Luchs",
        "Marder",
    )
    items = [
        item(text, family, year) for family in families for text, year in ((family, 2001), (f"{family}s and men", 2001), (family, 2002))
    ] * 2
    items += [*SAME["a slip in a word of the title"], *APART["part one and part two"], *APART["two editions"]]
    again = list(range(len(items)))
    random.Random(4).shuffle(again)
    first = {frozenset(members) for members in match_works(items).clusters}
    second = {frozenset(again[position] for position in members) for members in match_works([items[i] for i in again]).clusters}
    assert match_works(items) == match_works(items)
    assert first == second


def test_a_reference_finds_its_work_with_a_reason():
    index = index_works([Work("otterman2014", BASE), Work("loutre2001", item("Otters as guests of ponds", family="Loutre", year=2001))])
    key, score, reason = match_reference(item("Beavers as engineers of small", page=None, volume=None), index)
    assert key == "otterman2014"
    assert score > 0.9
    assert "beginning of the other" in reason


def test_a_reference_to_no_known_work_finds_none():
    index = index_works([Work("otterman2014", BASE)])
    assert match_reference(item("Geese over the northern sea", family="Gans", year=1999), index)[0] is None
    assert match_reference({}, index)[0] is None
    assert match_reference(BASE, index_works([]))[0] is None


def test_a_reference_that_fits_two_works_names_both():
    key, _, reason = match_reference(BASE, index_works([Work("a", BASE), Work("b", BASE)]))
    assert key is None
    assert "a, b" in reason


def test_a_badly_parsed_reference_is_found_by_its_printed_entry():
    index = index_works([Work("otterman2014", BASE)])
    raw = "Otterman, R. (2014). Beavers as engineers of small mountain streams. Riverton: Mill Press."
    assert match_reference({"type": "book", "title": "Riverton: Mill Press"}, index, raw)[0] == "otterman2014"


VALUE = st.one_of(st.none(), st.text(max_size=12), st.integers(), st.lists(st.text(max_size=5), max_size=2), st.just({"date-parts": [[]]}))
WILD = st.dictionaries(
    st.sampled_from(["title", "author", "issued", "volume", "page", "DOI", "URL", "type", "container-title", "edition", "id", "PMID"]),
    VALUE,
)


@given(items=st.lists(WILD, max_size=6))
@settings(max_examples=200)
def test_whatever_the_items_hold_each_is_in_exactly_one_cluster(items):
    found = match_works(items)
    assert sorted(position for members in found.clusters for position in members) == list(range(len(items)))
