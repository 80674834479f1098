"""Words, cues and passages of the suggestions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import comes_to_an_end

from evidence.findings.cues import ATTRIBUTION, find_cues
from evidence.findings.effect import clauses, telling_cues, turned_by
from evidence.findings.lexicon import lexicon
from evidence.findings.passages import Passage, find_passages, part_of
from evidence.findings.words import stem, stems, tokens
from evidence.model import Citation, Document, Section


def passage(text: str) -> Passage:
    return Passage(0, len(text), text, tokens(text), "", (), 0, 0, True, 0.0, ())


@pytest.mark.parametrize(
    "family",
    [
        "supervise supervision supervisors supervisory",
        "train training trained trainers",
        "organisation organizational organizations",
        "disclose disclosure disclosing",
        "clear clarity clearly",
        "volunteer voluntary volunteering",
        "salary wages remuneration",
        "integrate integration integrated",
    ],
)
def test_forms_of_a_word_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "pair", ["career care", "confidential confident", "community communicate", "policy police", "general generate", "ready read"]
)
def test_words_that_only_look_alike_keep_apart(pair: str) -> None:
    one, other = pair.split()
    assert stem(one) != stem(other)


@given(st.text(max_size=200))
def test_tokens_slice_back_and_stand_in_order(text: str) -> None:
    found = tokens(text)
    assert all(text[t.start : t.end].lower().replace("’", "'").startswith(t.word) for t in found if text.isascii())
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert len(stems(text)) == len(found)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("training facilitates acceptance", "helps"),
        ("tasks were unclear", "hinders"),
        ("supervision is needed", "needs"),
        ("the aim of this study was to ask", "aims"),
        ("more research is required", "future"),
        ("as a result people left", "influences"),
    ],
)
def test_cues_are_found(text: str, name: str) -> None:
    assert name in {found for _, found in find_cues([t.word for t in tokens(text)])}


@pytest.mark.parametrize("text", ["not only helpful but vital", "a little more training", "it is no longer a problem"])
def test_idle_negations_do_not_count(text: str) -> None:
    assert "negates" not in {name for _, name in telling_cues(passage(text))}


@pytest.mark.parametrize(
    ("line", "speaker"),
    [("(Manager, Site 2)", True), ("— Nurse, Hospital B", True), ("“Peer worker (3).", False), ("He said: no", False)],
)
def test_a_line_that_only_says_who_spoke_is_known(line: str, speaker: bool) -> None:
    assert bool(ATTRIBUTION.match(line)) == speaker


def test_a_long_line_that_nearly_says_who_spoke_is_soon_done_with() -> None:
    with comes_to_an_end():
        assert not ATTRIBUTION.match("Ab c. " * 5000 + "!")


def test_a_lack_reaches_over_the_next_words_up_to_a_comma() -> None:
    said = passage("lack of good supervision, however, pay is fine")
    turned = dict(zip([t.word for t in said.tokens], turned_by(said, telling_cues(said)), strict=True))
    assert turned["supervision"] == "lacks"
    assert turned["pay"] == ""


def test_a_concession_ends_at_its_comma() -> None:
    said = passage("Although money was short, the team grew")
    numbers = dict(zip([t.word for t in said.tokens], clauses(said), strict=True))
    assert numbers["money"] == numbers["short"] < numbers["team"]


def test_a_concept_brings_words_of_like_meaning_together() -> None:
    words = lexicon()
    wages, salaries = words.concepts_of(stems("wages")), words.concepts_of(stems("monthly salaries"))
    assert wages.keys() & salaries.keys()
    assert float(words.mean(stems("mentor")) @ words.mean(stems("tutor"))) > float(
        words.mean(stems("mentor")) @ words.mean(stems("harvest"))
    )


@pytest.mark.parametrize(
    ("titles", "part"),
    [
        (("Data collection", "Methods"), "methods"),
        (("2.1 Setting", "Methods"), "methods"),
        (("Role and scope",), ""),
        (("Strengths and limitations", "Discussion"), "limitations"),
        (("References",), "references"),
        (("Ethical tensions", "Results"), "results"),
        (("Funding", "Results"), "results"),
        (("Literature on training", "Results"), "results"),
    ],
)
def test_headings_name_the_part_of_a_paper(titles: tuple[str, ...], part: str) -> None:
    assert part_of(titles) == part


def test_passages_leave_out_headings_and_the_reference_list_and_keep_their_citations() -> None:
    text = "Results\n\nPay was low (Ode, 2001). Nobody stayed.\n\nReferences\n\nOde, A. (2001). Wages of mentors. A Journal, 1, 2-3."
    sections = (Section("Results", 1, 0, text.index("References")), Section("References", 1, text.index("References"), len(text)))
    start = text.index("(Ode")
    found = find_passages(Document(text, "text", "", sections=sections), (Citation(start, start + 11, "(Ode, 2001)", "parenthetical"),))
    assert [text[p.start : p.end] for p in found] == ["Pay was low (Ode, 2001).", "Nobody stayed."]
    assert [p.citations for p in found] == [(0,), ()]
    assert all(p.part == "results" for p in found)
