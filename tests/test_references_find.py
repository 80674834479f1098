"""Where reference lists begin and end."""

from __future__ import annotations

import pytest

from evidence.model import Document, EntryMark
from evidence.references import find_references
from evidence.references.find import END, HEADING, find_lists

ENTRIES = (
    "Lindgren, A. (2018). Rivers of ice. Journal of Water Studies, 12(3), 45–67.\n\n"
    "Osei, K., & Moreau, T. (2011). Counting boats. London: Routledge.\n\n"
    "Winkler, P. (2004). Arbeit und Zeit. Soziale Welt, 55, 1–20.\n"
)


def document(text: str, **fields: object) -> Document:
    return Document(text=text, format="text", sha256="", **fields)  # type: ignore[arg-type]


def found(text: str) -> list[str]:
    return [text[a:b].strip() for a, b in find_lists(document(text))]


@pytest.mark.parametrize(
    "heading",
    [
        "References",
        "REFERENCES",
        "References:",
        "7. References",
        "VII. References",
        "## References",
        "**References**",
        "Bibliography",
        "Literature cited",
        "Works Cited",
        "Literatur",
        "Literaturverzeichnis",
        "Quellen- und Literaturverzeichnis",
        "Notes and references",
        "References and notes",
        "Références bibliographiques",
        "Bibliografía",
        "References (3)",
        "Reference list",
        "Supplementary references",
    ],
)
def test_a_list_is_found_under_any_usual_heading(heading: str) -> None:
    text = f"Some words about ice.\n\n{heading}\n\n{ENTRIES}"
    assert found(text) == [ENTRIES.strip()]


@pytest.mark.parametrize(
    "after",
    [
        "Acknowledgements\nThanks to all.",
        "Author information\nA. Lindgren",
        "Copyright information\n© 2014",
        "Publisher's Note The publisher remains neutral.",
        "Table 1. Boats in 2003",
        "Figure 2: Ice",
        "Appendix A\nMore text",
        "Download references",
        "Funding\nNone.",
        "RESOURCES\n\nA list of places to go.\nAnother line.",
        "About this article\nCite it",
    ],
)
def test_the_list_ends_where_something_else_begins(after: str) -> None:
    assert found(f"Words.\n\nReferences\n\n{ENTRIES}\n{after}\n") == [ENTRIES.strip()]


def test_several_lists_are_several_places() -> None:
    text = f"Words.\n\nReferences\n\n{ENTRIES}\nAcknowledgements\nThanks.\n\nSupplementary references\n\n{ENTRIES}"
    assert found(text) == [ENTRIES.strip()] * 2


def test_a_heading_in_a_table_of_contents_is_no_list() -> None:
    assert found("Contents\nIntroduction\nReferences\nIndex\n\nChapter one\n\nIce is cold.\n") == []


def test_a_paper_without_a_list_gives_nothing_and_no_problem() -> None:
    assert find_references(document("Ice is cold, as Osei (2011) wrote.\n\nSnow is too.\n")) == ((), ())


def test_a_bare_list_without_heading_is_found() -> None:
    text = "\n".join(f"Osei, K. ({year}). Ice in the year. Journal of Water Studies, 1, 1-2." for year in range(2001, 2008))
    assert len(find_references(document(text))[0]) == 7


def test_a_list_run_into_one_line_is_found_and_split() -> None:
    entries = ("1. Osei K. Ice. Water. 2001;1:1-2.", "2. Lindgren A. Snow. Water. 2002;2:3-4.", "3. Moreau T. Rain. Water. 2003;3:5-6.")
    text = f"Words. \nReferences {' '.join(entries)}\n"
    references, _ = find_references(document(text))
    assert [r.label for r in references] == ["1", "2", "3"]
    assert [r.raw[:4] for r in references] == ["Osei", "Lind", "More"]


def test_headings_are_whole_lines() -> None:
    assert not HEADING.match("References to ice are found in many old letters of the harbour master and his wife")
    assert not END.match("Table talk and other essays. London: Routledge, 1999.")


def test_entries_that_the_source_marks_up_are_taken_from_there() -> None:
    text = "Words. Osei K. Ice. Water. 2001;1:1-2. More words."
    marks = (
        EntryMark("r1", 7, 38, {"type": "article-journal", "title": "Ice", "author": [{"family": "Osei", "given": "K"}]}),
        EntryMark("r2", 7, 38),
    )
    references, problems = find_references(document(text, entries=marks))
    assert [(r.id, r.start, r.end, r.raw) for r in references] == [("r1", 7, 38, text[7:38]), ("r2", 7, 38, text[7:38])]
    assert references[0].csl == {"type": "article-journal", "title": "Ice", "author": [{"family": "Osei", "given": "K"}]}
    assert references[1].csl["volume"] == "1"
    assert problems == ()


def test_a_dash_stands_for_the_author_before() -> None:
    text = "References\n\nOsei, Kofi. Rivers of Ice. London: Routledge, 1999.\n\n———. Counting Boats. London: Routledge, 2001.\n"
    references, _ = find_references(document(text))
    assert references[1].csl["author"] == references[0].csl["author"]


def test_an_entry_that_is_far_too_long_is_kept_with_a_problem() -> None:
    text = "References\n\n1. Osei, K. (2001). Ice. Water, 1, 1-2.\n2. Lindgren, A. (2002). " + "snow " * 2000 + "\n"
    references, problems = find_references(document(text))
    assert len(references) == 2
    assert len(references[1].raw) > 9000
    assert [p.stage for p in problems] == ["references"]


@pytest.mark.papers
def test_the_lists_of_the_corpus_have_their_length(papers) -> None:  # type: ignore[no-untyped-def]
    counts = []
    for path in sorted(papers.glob("00*.txt")):
        with path.open(encoding="utf-8", newline="") as file:
            counts.append(len(find_references(document(file.read()))[0]))
    assert counts == [78, 27, 31, 0, 47]
