"""What holds for every text: places slice back, nothing is found in a list, no text stops the program or makes it slow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import comes_to_an_end

from evidence.citations import find_citations
from evidence.model import Document, EntryMark, Link, Reference

PIECES = st.sampled_from(
    [
        *("(", ")", "[", "]", ", ", "; ", " ", "\n\n", "Adler", "van der ", "et al.", " & ", " and ", "2010", "2010a", "b", "1"),
        *("[1–3]", ".2,3 ", "’s", "n.d.", "p. 4", "¹²", "<sup>2</sup>", "rain", "WHO", "*", "\x00", "𝔸", "İ", "in press", "–", "é"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=200))
REFERENCES = [
    Reference(1, 0, 0, "Adler, B. (2010). Rain.", {"author": [{"family": "Adler"}], "issued": {"date-parts": [[2010]]}}, 1.0, id="r1"),
    Reference(2, 0, 0, "World Health Organization (2014).", {"author": [{"literal": "World Health Organization"}]}, 0.5, "a", id="r2"),
    Reference(3, 0, 0, "", {}, 0.0),
]


@settings(max_examples=400)
@given(TEXTS, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=3), st.booleans())
def test_places_slice_back_in_order_for_any_text(text: str, spans: list[tuple[int, int]], linked: bool) -> None:
    inside = tuple((min(a, len(text)), min(b, len(text))) for a, b in spans)
    links = tuple(Link(a, b, ("r1",)) for a, b in inside) if linked else ()
    document = Document(text, "text", "", links=links, superscripts=inside, furniture=() if linked else inside)
    found = find_citations(document, REFERENCES)
    assert all(0 <= c.start < c.end <= len(text) and text[c.start : c.end] == c.text for c in found)
    assert [c.start for c in found] == sorted(c.start for c in found)
    assert all(c.reference in {None, 1, 2, 3} for c in found)


@settings(max_examples=100)
@given(TEXTS, TEXTS, TEXTS)
def test_nothing_is_found_inside_an_entry(before: str, entry: str, after: str) -> None:
    text = f"{before}\n{entry}\n{after}"
    start, end = len(before) + 1, len(before) + 1 + len(entry)
    document = Document(text, "text", "", entries=(EntryMark("r", start, end),))
    assert all(c.end <= start or c.start >= end for c in find_citations(document, ()))


HOSTILE = [
    *("(", "[", "(Adler, 2010; ", "Adler ", "[1, ", "1, ", "2010 ", "[1-100], ", "word1,", "Adler & ", "A", "et al. ", "(see ", "^{1"),
    *("\n", "*", "'", "1 ,", "ref. 1", "Adler (2010) ", "(Adler\n\n", "in press ", "World Rain Board (WRB) "),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    with comes_to_an_end():
        find_citations(Document(text, "text", ""), REFERENCES)
