"""Passages in texts: found by their words, found again when the text changed, and reported when not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.anchors import find_quote, fold, overlapping, reanchor
from evidence.model import Finding, passage_digest

TEXT = (
    "Low pay was named first. “It’s the pay,” said one worker of a well-\nknown team, and efﬁcient training came second. "
    "A naïve plan – made in haste – failed... Low pay was named again."
)

QUOTES = [
    ("as it stands", "efﬁcient training came second", ["efﬁcient training came second"]),
    ("ligatures written out", "efficient training", ["efﬁcient training"]),
    ("straight quotation marks", "\"It's the pay,\" said", ["“It’s the pay,” said"]),
    ("a hyphen at the line's end kept", "a well-known team", ["a well-\nknown team"]),
    ("a hyphen at the line's end dropped", "a wellknown team", ["a well-\nknown team"]),
    ("other dashes and spaces", "plan—made  in\thaste—failed…", ["plan – made in haste – failed..."]),
    ("accents dropped", "A naive plan", ["A naïve plan"]),
    ("accents decomposed", "A nai\u0308ve plan", ["A naïve plan"]),
    ("quotation marks around", "“efficient training came second.”", ["efﬁcient training came second."]),
    ("an ellipsis for words", "said one worker … training came second", [TEXT[TEXT.index("said one") : TEXT.index(". A na")]]),
    ("an ellipsis in brackets", "Low pay was named first. [...] a well-known team", [TEXT[: TEXT.index(", and")]]),
    ("an ellipsis at the ends", "… efficient training came …", ["efﬁcient training came"]),
    ("twice", "Low pay was named", ["Low pay was named", "Low pay was named"]),
    ("other words", "low wages were named", []),
    ("another case", "low PAY was named", []),
    ("parts in another order", "training came second … said one worker", []),
    ("a part of a word", "ow pay was name", []),
    ("too short", "pay", []),
    ("too short a part", "Low … named again", []),
    ("nothing", " … ", []),
]  # fmt: skip


@pytest.mark.parametrize(("quote", "found"), [q[1:] for q in QUOTES], ids=[q[0] for q in QUOTES])
def test_a_quotation_is_found_by_its_words(quote: str, found: list[str]) -> None:
    assert [TEXT[slice(*place)] for place in find_quote(fold(TEXT), quote)] == found


@settings(max_examples=150)
@given(st.text(alphabet="ab é-—\n “x”.…", max_size=80), st.data())
def test_every_passage_of_whole_words_is_found_at_its_place(text: str, data: st.DataObject) -> None:
    words = [i for i in range(len(text)) if text[i].isalnum() and (i == 0 or not text[i - 1].isalnum())]
    if not words:
        return
    start = data.draw(st.sampled_from(words))
    ends = [i for i in range(start + 1, len(text) + 1) if text[i - 1].isalnum() and (i == len(text) or not text[i].isalnum())]
    end = data.draw(st.sampled_from(ends))
    if len(fold(text[start:end]).words) >= 8:
        assert (start, end) in find_quote(fold(text), text[start:end])


def finding(passage: str, start: int = -1, factor: str = "meso.pay") -> Finding:
    start = TEXT.index(passage) if start < 0 else start
    return Finding(
        f"p-{start}", "p", factor, "barrier", "", "", "", "", start, start + len(passage), passage_digest(passage), source="p.csv", line=2
    )


def test_an_unchanged_text_keeps_every_finding() -> None:
    result = reanchor([finding("Low pay was named first.")], TEXT)
    assert (len(result.kept), result.problems) == (1, ())


def test_a_moved_passage_is_found_again_and_told() -> None:
    old = finding("Low pay was named again.")
    new = "A new first line, as long as you like. " * 100 + TEXT
    (moved,) = reanchor([old], new).moved
    assert new[moved.start : moved.end] == "Low pay was named again."
    assert "stands at 4056-4080 now, not at 156-180" in reanchor([old], new).problems[0].message


def test_a_passage_that_stands_twice_goes_to_the_nearest() -> None:
    new = TEXT + " " + TEXT
    (moved,) = reanchor([finding("Low pay was named first.", len(TEXT))], new).moved
    assert moved.start == len(TEXT) + 1


def test_a_reset_text_is_followed_by_words_where_the_coded_text_is_at_hand() -> None:
    new = TEXT.replace("well-\nknown", "well-known").replace("ﬁ", "fi")
    old = finding("said one worker of a well-\nknown team")
    assert reanchor([old], new).lost == (old,)
    (moved,) = reanchor([old], new, TEXT).moved
    assert new[moved.start : moved.end] == "said one worker of a well-known team"
    assert moved.passage_sha256 == passage_digest("said one worker of a well-known team")


def test_a_passage_that_is_gone_is_reported_not_kept() -> None:
    result = reanchor([finding("Low pay was named first.")], "Nothing of it.", TEXT)
    assert (result.kept, result.moved) == ((), ())
    assert result.problems[0].line == 2
    assert result.problems[0].severity == "error"


@pytest.mark.parametrize(("start", "end"), [(10**6, 10**6 + 5), (5, 5), (9, 5)])
def test_places_out_of_range_are_lost_with_a_problem(start: int, end: int) -> None:
    bad = Finding("x", "p", "meso.pay", "barrier", "", "", "", "", start, end, "0" * 64)
    assert reanchor([bad], TEXT, TEXT).lost == (bad,)


def test_overlapping_findings_of_one_factor_are_noted() -> None:
    one, other = finding("Low pay was named first."), finding("pay was named first. “It’s")
    assert "overlaps" in overlapping([other, one])[0].message
    assert not overlapping([one, finding("Low pay was named first.", factor="meso.training")])
    assert not overlapping([one, finding("Low pay was named again.")])
