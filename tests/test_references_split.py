"""Lists into entries: one layout a row."""

from __future__ import annotations

import pytest

from evidence.references.split import split_list

A = "Lindgren, A. (2018). Rivers of ice. Journal of Water Studies, 12(3), 45–67."
B = "Osei, K., & Moreau, T. (2011). Counting boats. London: Routledge."
C = "van der Berg, J. (2004). Tides and time. Water, 55, 1–20."

LAYOUTS = [
    ("paragraphs", f"{A}\n\n{B}\n\n{C}\n", ["", "", ""]),
    ("one a line", f"{A}\n{B}\n{C}\n", ["", "", ""]),
    ("numbered with stops", f"1. {A}\n2. {B}\n3. {C}\n", ["1", "2", "3"]),
    ("numbered in brackets", f"[1] {A}\n\n[2] {B}\n\n[3] {C}\n", ["1", "2", "3"]),
    ("numbered in round brackets", f"(1) {A}\n(2) {B}\n(3) {C}", ["1", "2", "3"]),
    ("number on a line of its own", f"1.\n{A}\n2.\n{B}\n3.\n{C}\n", ["1", "2", "3"]),
    ("keys", f"[Lin18] {A}\n[OM11] {B}\n[Ber04] {C}\n", ["Lin18", "OM11", "Ber04"]),
    ("bullets", f"  • {A}\n\n  • {B}\n\n  • {C}\n", ["", "", ""]),
    ("dashes", f"- {A}\n- {B}\n- {C}\n", ["", "", ""]),
    (
        "link words below",
        f"• {A}\n\n  PubMed  Google Scholar \n\n• {B}\n\n  Google Scholar \n\n• {C}\n\n Article CAS PubMed Google Scholar\n",
        ["", "", ""],
    ),
    ("link words glued on", f"1. {A}CrossRefGoogle Scholar\n2. {B}Google Scholar\n3. {C}PubMedCentralCrossRefPubMed\n", ["1", "2", "3"]),
    (
        "link words in brackets",
        f"1. {A} [DOI] [PMC free article] [PubMed] [Google Scholar]\n2. {B} [Google Scholar]\n3. {C} [DOI]\n",
        ["1", "2", "3"],
    ),
    ("page number between", f"{A}\n\n{B}\n\n17\n\n{C}\n", ["", "", ""]),
    ("windows line ends", f"1. {A}\r\n2. {B}\r\n3. {C}\r\n", ["1", "2", "3"]),
]


@pytest.mark.parametrize(("text", "labels"), [row[1:] for row in LAYOUTS], ids=[row[0] for row in LAYOUTS])
def test_every_layout_gives_the_same_entries(text: str, labels: list[str]) -> None:
    entries = split_list(text, 0, len(text))
    assert [e.raw(text) for e in entries] == [A, B, C]
    assert [e.label for e in entries] == labels
    assert [text[e.start : e.end] for e in entries] == [A, B, C]


def wrapped(entry: str, width: int, indent: str) -> str:
    words, lines, line = entry.split(), [], ""
    for word in words:
        if len(line) + len(word) > width:
            lines.append(line.strip())
            line = ""
        line += " " + word
    return f"\n{indent}".join([*lines, line.strip()])


@pytest.mark.parametrize("indent", ["", "    "])
def test_wrapped_lines_are_joined(indent: str) -> None:
    text = "\n".join(wrapped(e, 40, indent) for e in (A, B, C, A.replace("2018", "2019")))
    assert [e.raw(text) for e in split_list(text, 0, len(text))] == [A, B, C, A.replace("2018", "2019")]


def test_wrapped_numbered_entries_are_joined() -> None:
    text = "\n".join(f"{i}. {wrapped(e, 30, '')}" for i, e in enumerate((A, B, C), 1))
    assert [e.raw(text) for e in split_list(text, 0, len(text))] == [A, B, C]


def test_an_entry_cut_by_a_page_break_is_put_together() -> None:
    head, tail = A.split("ice. ")
    text = f"- {B}\n- {head}\n\n- ice. {tail}\n- {C}\n"
    entries = split_list(text, 0, len(text))
    assert [e.raw(text) for e in entries] == [B, f"{head.strip()} ice. {tail}", C]
    assert text[entries[1].start : entries[1].end].startswith("Lindgren")


def test_page_furniture_inside_an_entry_is_left_out() -> None:
    text = f"1. Lindgren, A. (2018). Rivers of\nJournal of Water Studies 12\nice. Water, 1, 1-2.\n2. {B}\n"
    place = text.index("Journal")
    entries = split_list(text, 0, len(text), ((place, place + len("Journal of Water Studies 12")),))
    assert entries[0].raw(text) == "Lindgren, A. (2018). Rivers of ice. Water, 1, 1-2."


def test_nothing_gives_no_entries() -> None:
    assert split_list("", 0, 0) == []
    assert split_list("\n \n", 0, 3) == []
