"""PDFs written by the test itself: two columns, running heads, page numbers, hyphens, notes, breaks."""

import pytest
from documents_files import Piece, column, pdf

from evidence.documents.pdf import read_pdf

CUT_COLUMN = "The last sentence of this column goes on in the next one and"
FILL = "Many invented words are set here, so that the column has enough lines to be one for any program that looks at it."
MORE = [
    f"{kind.capitalize()} fill this part of the page with {kind} only, which nobody reads, and {kind} end it, as they end many such parts."
    for kind in ("herons", "ladders", "kettles", "violins", "harbours", "saddles", "orchards")
]


def page(number, left, right, top=740, notes=()):
    pieces = [Piece(50, 800, "Journal of Invented Studies 12 (2020)", 8), Piece(290, 25, str(number), 8), *notes]
    for x, texts in ((50, left), (310, right)):
        y = top
        for text, indent in texts:
            lines = column(text, x, y, indent=indent)
            pieces += lines
            y -= 12 * len(lines)
    return pieces


@pytest.fixture(scope="module")
def document():
    first = page(
        1,
        [(FILL, 10), (f"{FILL} {CUT_COLUMN}", 10)],
        [("is whole only there. Then it stops.", 0), (f"{FILL} Some imple-", 10), ("mentation was cut, as is a sentence by the", 0)],
        top=680,
        notes=[Piece(50, 60, "* Corresponding author: moss@example.org", 7)],
    )
    first += [Piece(60, 760, "Gardens and Walks in Invented Towns", 18, True), Piece(50, 700, "Introduction", 12, True)]
    second = page(2, [(f"page break. {FILL}", 0), (MORE[0], 10)], [(MORE[1], 10), (MORE[2], 10)])
    third = page(3, [(MORE[3], 10), (MORE[4], 10)], [(MORE[5], 10), (f"{MORE[6]} It ends here", 10)])
    last = third[-1]
    third.append(Piece(last.x + 5 * len(last.text) - 8, last.y + 4, "12,13", 6))
    return read_pdf(pdf([first, second, third]), "")


def test_columns_are_read_one_after_the_other(document):
    assert f"{CUT_COLUMN} is whole only there. Then it stops." in document.text


def test_a_word_parted_at_a_line_end_is_whole(document):
    assert "Some implementation was cut" in document.text


def test_a_sentence_goes_on_over_the_page_break(document):
    assert "as is a sentence by the page break." in document.text


def test_running_heads_and_page_numbers_are_left_out(document):
    assert "Journal of Invented Studies" not in document.text
    assert not any(part.strip().isdigit() for part in document.text.split("\n\n"))


def test_a_note_does_not_stand_inside_a_paragraph(document):
    assert "* Corresponding author: moss@example.org" in document.text.split("\n\n")


def test_title_and_headings_are_found(document):
    assert document.title == "Gardens and Walks in Invented Towns"
    assert [s.title for s in document.sections] == ["Introduction"]


def test_paragraphs_of_later_pages_are_whole(document):
    assert all(any(more in part for part in document.text.split("\n\n")) for more in MORE)


def test_raised_numbers_are_recorded(document):
    assert [document.text[a:b] for a, b in document.superscripts] == ["12,13"]


def test_a_page_of_one_column_keeps_its_paragraphs():
    pieces = [p for i, y in enumerate((700, 640, 580)) for p in column(f"Paragraph {i} of it. {FILL}", 50, y, width=90, indent=0)]
    parts = read_pdf(pdf([pieces]), "").text.split("\n\n")
    assert [part[:11] for part in parts] == ["Paragraph 0", "Paragraph 1", "Paragraph 2"]


def test_entries_with_hanging_indent_are_apart():
    pieces, y = [Piece(50, 780, "References", 12, True)], 750
    for name in ("Moss", "Fern", "Reed", "Oak", "Elm"):
        lines = column(f"{name}, A. (2001). {FILL} Park Journal, 1, 2.", 50, y, width=80, indent=0)
        pieces += [Piece(p.x + (15 if n else 0), p.y, p.text) for n, p in enumerate(lines)]
        y -= 12 * len(lines)
    parts = read_pdf(pdf([pieces]), "").text.split("\n\n")
    assert [part[:4].strip(",") for part in parts] == ["Refe", "Moss", "Fern", "Reed", "Oak", "Elm"]


def test_numbered_entries_after_running_text_are_apart():
    pieces, y = [*column(f"{FILL} {MORE[0]} {MORE[1]}", 50, 780, indent=0), Piece(50, 640, "References", 12, True)], 610
    for number, name in enumerate(("Moss", "Fern"), 1):
        lines = column(
            f"[{number}] A. {name}, B. Birch, C. Cedar, D. Dogwood, E. Elder, F. Fir. On parks. Park Journal, 1:2, 2001.", 50, y, indent=0
        )
        pieces += [Piece(p.x + (15 if n else 0), p.y, p.text) for n, p in enumerate(lines)]
        y -= 12 * len(lines)
    parts = read_pdf(pdf([pieces]), "").text.split("\n\n")
    assert [part[:6] for part in parts[-2:]] == ["[1] A.", "[2] A."]


def test_a_title_of_two_lines_over_two_columns_is_one():
    title = [
        Piece(60, 760, "Gardens, Walks and Benches in the Towns of", 18),
        Piece(60, 738, "Invented Coun-", 18),
        Piece(60, 716, "tries", 18),
    ]
    columns = [p for x, some in ((50, MORE[:3]), (310, MORE[3:6])) for p in column(" ".join(some), x, 690, indent=0)]
    document = read_pdf(pdf([[*title, *columns]]), "")
    assert document.title == "Gardens, Walks and Benches in the Towns of Invented Countries"


def test_a_line_too_long_for_its_column_stays_in_it():
    columns = [p for x, some in ((50, MORE[:3]), (310, MORE[3:6])) for p in column(" ".join(some), x, 690, indent=0)]
    long = [Piece(p.x, p.y, p.text + "ABCDEFGHIJKLMNO" if p is columns[3] else p.text) for p in columns]
    text = read_pdf(pdf([long]), "").text
    assert text.index("saddles") > text.index("harbours") > text.index("violins") > text.index("kettles end it") > text.index("herons end")


REFUSED = {
    "no text layer": (pdf([[], []]), "OCR"),
    "password": (pdf([[Piece(50, 700, "Secret words stand here in a row.")]], "open sesame"), "password"),
    "cut short": (pdf([[Piece(50, 700, "Words stand here in a row.")]])[:300], "damaged"),
    "no pages": (b"%PDF-1.4\n%%EOF", "damaged"),
}


@pytest.mark.parametrize(("data", "word"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_ends_in_a_problem(data, word):
    document = read_pdf(data, "")
    assert document.text == ""
    assert word in document.problems[0].message


def test_pages_without_text_among_others_are_noted():
    document = read_pdf(pdf([[Piece(50, 700, "Words stand here in a long row of them.")], []]), "")
    assert [(p.severity, "pages 2" in p.message) for p in document.problems] == [("note", True)]
