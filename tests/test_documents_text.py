"""Plain text and Markdown: the text is the file; encodings; title, sections, furniture by shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.documents.encoding import decode, is_binary
from evidence.documents.paragraphs import paragraphs_of
from evidence.documents.plaintext import read_markdown, read_text
from evidence.documents.structure import paragraphs, section_at

PROSE = "The gardens of the town were opened to all of its people in the spring, and nearly everyone who lived there walked in them. " * 2


def read(text):
    return read_text(text.encode("utf-8"), "")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=200))
def test_the_text_is_the_decoded_file(text):
    assert read_text(text.encode("utf-8"), "").text == text
    assert read_markdown(text.encode("utf-8"), "").text == text


def test_line_ends_stay_as_the_file_has_them():
    assert read("One.\r\n\r\nTwo.\rThree.\n").text == "One.\r\n\r\nTwo.\rThree.\n"


GERMAN = "Die Größe der Gärten änderte sich – „überall“ – sehr."
ENCODED = {
    "utf-8": (GERMAN.encode(), GERMAN, False),
    "utf-8 with mark": (GERMAN.encode("utf-8-sig"), GERMAN, False),
    "utf-16 with mark": (GERMAN.encode("utf-16"), GERMAN, False),
    "utf-32 with mark": (GERMAN.encode("utf-32"), GERMAN, False),
    "utf-16 without mark": (GERMAN.encode("utf-16-le"), GERMAN, True),
    "utf-16 big endian without mark": (GERMAN.encode("utf-16-be"), GERMAN, True),
    "windows-1252": (GERMAN.encode("cp1252"), GERMAN, True),
    "latin-1": ("Größe und Länge".encode("latin-1"), "Größe und Länge", True),
    "a stray byte in utf-8": ((GERMAN * 3).encode() + b"\xff.", GERMAN * 3 + "\ufffd.", True),
}


@pytest.mark.parametrize(("data", "text", "noted"), ENCODED.values(), ids=ENCODED)
def test_encodings_are_found_and_assumptions_noted(data, text, noted):
    decoded = decode(data)
    assert decoded.text == text
    assert bool(decoded.note) == noted
    assert not is_binary(data)


@given(st.binary(max_size=300))
def test_any_bytes_decode(data):
    assert isinstance(decode(data).text, str)


PAPER = f"""Skip to main content

Walking in Parks: A Study of Everyone

Ann Moss 1, Bert Fern 2

Abstract

{PROSE}

Introduction

{PROSE}

Methods

Where We Walked

{PROSE}

When We Walked

{PROSE}

Results

{PROSE}

References

Moss, A. (2001). Of walks. Park Journal, 1, 2–3.

Fern, B. (2002). Of rest. Park Journal, 2, 3–4.

Funding

Nobody paid for it."""


def test_title_and_sections_of_a_plain_capture():
    document = read(PAPER)
    assert document.title == "Walking in Parks: A Study of Everyone"
    assert [(s.title, s.level) for s in document.sections] == [
        ("Abstract", 1),
        ("Introduction", 1),
        ("Methods", 1),
        ("Where We Walked", 2),
        ("When We Walked", 2),
        ("Results", 1),
        ("References", 1),
        ("Funding", 1),
    ]


def test_the_only_first_heading_of_markdown_is_the_title():
    assert read_markdown(f"# Walks *in* town\n\n{PROSE}\n\n## Part\n\n{PROSE}".encode(), "").title == "Walks in town"


def test_sections_nest_and_reach_to_the_next_of_their_level():
    document = read(PAPER)
    methods, where = document.sections[2:4]
    assert methods.start < where.start < where.end < methods.end
    assert document.text[methods.end :].startswith("Results")


def test_the_innermost_section_holds_an_offset():
    document = read(PAPER)
    inside = section_at(document, document.text.index("When We Walked") + 30)
    assert inside is not None
    assert inside.title == "When We Walked"
    assert section_at(document, 0) is None


LEVELS = {
    "markdown": (
        f"# A title of it\n\n{PROSE}\n\n## Part\n\n{PROSE}\n\n### Piece\n\n{PROSE}",
        [("Part", 2), ("Piece", 3)],
    ),
    "numbers": (
        f"1. Introduction\n\n{PROSE}\n\n1.1 Gardens\n\n{PROSE}\n\n2. Results\n\n{PROSE}",
        [("1. Introduction", 1), ("1.1 Gardens", 2), ("2. Results", 1)],
    ),
    "capitals": (f"INTRODUCTION\n\n{PROSE}\n\nWALKS AND RUNS\n\n{PROSE}", [("INTRODUCTION", 1), ("WALKS AND RUNS", 1)]),
    "one paragraph a line": (f"Walks in Town\n{PROSE}\nRuns in Town\n{PROSE}", [("Walks in Town", 1), ("Runs in Town", 1)]),
    "structured abstract": (
        f"Abstract\n\nMethods\n\n{PROSE}\n\nResults\n\n{PROSE}\n\nIntroduction\n\n{PROSE}\n\nMethods\n\n{PROSE}",
        [("Abstract", 1), ("Methods", 2), ("Results", 2), ("Introduction", 1), ("Methods", 1)],
    ),
    "series of studies": (
        f"Introduction\n\n{PROSE}\n\nStudy 1\n\n{PROSE}\n\nPeople\n\n{PROSE}\n\nStudy 2\n\n{PROSE}\n\nPeople\n\n{PROSE}",
        [("Introduction", 1), ("Study 1", 1), ("People", 2), ("Study 2", 1), ("People", 2)],
    ),
    "series of levels": (
        f"Factors at the Macro Level\n{PROSE}\nMoney\n{PROSE}\nFactors at the Micro Level\n{PROSE}\nFriends\n{PROSE}",
        [("Factors at the Macro Level", 1), ("Money", 2), ("Factors at the Micro Level", 1), ("Friends", 2)],
    ),
}


@pytest.mark.parametrize(("text", "wanted"), LEVELS.values(), ids=LEVELS)
def test_levels_of_headings(text, wanted):
    read_ = read_markdown if text.startswith("#") else read_text
    assert [(s.title, s.level) for s in read_(text.encode(), "").sections] == wanted


NO_HEADINGS = [
    "TABLE 1 People of the town by age.",
    "Figure 2 The town",
    "a.moss@example.org",
    "https://example.org/town",
    "Moss A. B., Fern C. D., Reed E. F.",
    "We walked through it all,",
    "Male 12 40%",
    "• Ann Moss",
    "Keywords: walks, parks, town",
    "They went on to say:",
]


@pytest.mark.parametrize("line", NO_HEADINGS)
def test_lines_that_are_no_headings(line):
    assert line not in [s.title for s in read(f"Introduction\n\n{PROSE}\n\n{line}\n\n{PROSE}").sections]


def test_an_authors_footnote_in_a_broken_paragraph_is_furniture():
    note = "✉ Ann Moss\nann@example.org\n\n¹ University of Nowhere, Town, Land"
    halves = f"{PROSE}It is said that support may", "include much that nobody has seen before. It ends."
    text = f"Introduction\n\n{halves[0]}\n\n{note}\n\n{halves[1]}\n\nOther paragraph."
    document = read(text)
    [(start, end)] = document.furniture
    assert text[start:end].strip() == note
    assert text[end:].startswith("include much")
    assert len(paragraphs(document)) == 3


def test_a_page_break_inside_a_sentence_is_furniture():
    text = f"{PROSE}It was shown by Thorn et al.\n\n(2018) in a study of many towns and villages. It ends."
    assert [text[a:b] for a, b in read(text).furniture] == ["\n\n"]


def test_running_heads_and_page_numbers_that_cut_sentences_are_furniture():
    cut = "People of the town who walked there were asked again about all of the things that they had"
    text = "".join(
        f"{cut}\n\nMoss and Fern: Walking in Parks\n\n{page}\n\nseen on that day in the gardens. It was warm.\n\n" for page in (11, 12, 13)
    )
    document = read(text)
    covered = "".join(text[a:b] for a, b in document.furniture)
    assert covered.count("Walking in Parks") == 3
    assert all(str(page) in covered for page in (11, 12, 13))


def test_lists_and_headings_are_not_joined_over_blank_lines():
    text = f"{PROSE}These are:\n\n- apples and pears that grow in the gardens of the town\n\n- plums of all kinds\n\nMethods\n\n{PROSE}"
    assert read(text).furniture == ()


@given(st.text(alphabet=st.sampled_from("aB .\n\r\f1-"), max_size=200))
def test_paragraphs_hold_every_letter_in_order(text):
    spans = paragraphs_of(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@given(
    st.lists(
        st.sampled_from(["Abstract", "Study 1", "Study 2", "Methods", "1.2 Gardens", "## Part", PROSE, "12", "References"]),
        max_size=25,
    )
)
def test_sections_of_anything_are_ordered_and_inside_the_text(parts):
    text = "\n\n".join(parts)
    document = read(text)
    assert all(0 <= s.start < s.end <= len(text) for s in document.sections)
    assert [s.start for s in document.sections] == sorted(s.start for s in document.sections)
    assert all(text[s.start : s.start + 200].lstrip("# ").startswith(s.title.split()[0]) for s in document.sections)


def test_raised_numbers_are_recorded():
    document = read("It is so.¹² And so^{3,4} again.")
    assert [document.text[a:b] for a, b in document.superscripts] == ["¹²", "^{3,4}"]
