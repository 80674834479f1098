"""What holds for every text: nothing vanishes, offsets slice back, nothing is raised, time grows with length."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from patience import comes_to_an_end

from evidence.model import Document
from evidence.references import find_references, parse_reference
from evidence.references.features import featurise
from evidence.references.labels import FIELDS, with_beginnings, without_beginnings
from evidence.references.normalise import to_csl
from evidence.references.segments import segments
from evidence.references.split import split_list
from evidence.references.tokens import tokenise
from evidence.references.training.noise import disturb
from evidence.references.training.records import make_record
from evidence.references.training.render import render

PIECES = st.sampled_from(
    [
        "Osei, K.",
        " (2011). ",
        "Rivers of ice",
        ". ",
        "\n",
        "\n\n",
        "1. ",
        "[2] ",
        "• ",
        "References\n",
        "Water, ",
        "12(3)",
        ", 4–6",
        "https://doi.org/10.1234/x",
        " Google Scholar",
        "“",
        "”",
        "et al.",
        "ß",
        "\u200b",
        "—",
        "In: ",
        "(",
        ")",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join))


@given(TEXTS)
@settings(max_examples=80)
def test_every_string_is_read_without_an_error(raw: str) -> None:
    reference = parse_reference(raw)
    assert reference.raw == raw
    assert 0 <= reference.score <= 1
    assert reference.csl["type"]


@given(TEXTS)
@settings(max_examples=80)
def test_tokens_slice_back_and_leave_only_space_between(text: str) -> None:
    tokens = tokenise(text)
    assert all(text[t.start : t.end] == t.text for t in tokens)
    assert "".join(t.text for t in tokens) == re.sub(r"\s+", "", text)
    assert len(featurise(tokens)) == len(tokens)


@given(TEXTS)
@settings(max_examples=80)
def test_entries_slice_back_and_do_not_overlap(text: str) -> None:
    entries = split_list(text, 0, len(text))
    places = [place for entry in entries for place in entry.places]
    assert all(0 <= a < b <= len(text) for a, b in places)
    assert all(x[1] <= y[0] for x, y in pairwise(places))
    assert all(entry.raw(text) == " ".join(" ".join(re.split(r"\s+", text[a:b])) for a, b in entry.places) for entry in entries)


@given(
    st.lists(
        st.sampled_from(
            [
                "Osei, K. (2011). Rivers of ice. Water, 1, 1-2.",
                "Lindgren, A. (2012). Snow. London: Routledge.",
                "Moreau, T. 1999. Counting boats. Water 3:4-5.",
            ]
        ),
        min_size=2,
        max_size=12,
    ),
    st.sampled_from(["\n", "\n\n", "\r\n"]),
)
@settings(max_examples=60)
def test_no_entry_of_a_list_vanishes(entries: list[str], between: str) -> None:
    text = "References\n\n" + between.join(entries)
    references, _ = find_references(Document(text, "text", ""))
    assert [r.raw for r in references] == entries
    assert [text[r.start : r.end] for r in references] == entries


@given(TEXTS)
@settings(max_examples=80)
def test_every_text_is_searched_without_an_error(text: str) -> None:
    references, _ = find_references(Document(text, "text", ""))
    assert [r.index for r in references] == list(range(1, len(references) + 1))
    assert all(0 <= r.start <= r.end <= len(text) for r in references)


def test_hostile_lines_take_time_in_proportion_to_their_length() -> None:
    for unit in ("a", "(", "1. ", "A. ", "Aa, ", "[1] ", "“", "http://", "10.1234/", "\x00", "- ", "*_", "References "):
        text = "References\n\n" + unit * (1_000_000 // len(unit)) + " 2001\n"
        with comes_to_an_end():
            find_references(Document(text, "text", ""))


@given(st.integers(0, 10_000))
@settings(max_examples=80)
def test_every_character_of_a_training_reference_has_a_known_label(seed: int) -> None:
    rng = Random(seed)
    reference = disturb(rng, render(rng, make_record(rng)))
    assert len(reference.text) == len(reference.labels)
    assert set(reference.labels) <= set(FIELDS)


@given(st.lists(st.sampled_from("agtcblyp")))
def test_beginnings_are_marked_and_taken_back(labels: list[str]) -> None:
    assert without_beginnings(with_beginnings(labels)) == labels


@given(TEXTS, st.lists(st.tuples(st.sampled_from(sorted(set(FIELDS) - set("TCBL"))), st.integers(1, 6)), min_size=1, max_size=12))
@settings(max_examples=120)
def test_no_labelling_whatsoever_breaks_the_rules(raw: str, stretches: list[tuple[str, int]]) -> None:
    tokens = tokenise(raw)
    drawn = [label for label, length in stretches for _ in range(length)]
    labels = (drawn * (1 + len(tokens) // len(drawn)))[: len(tokens)]
    csl, _ = to_csl(segments(raw, tokens, labels))
    assert csl["type"]
