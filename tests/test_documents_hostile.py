"""Files that are broken, disguised or made to do harm: all end in a document with Problems, soon, and nothing is read beside them."""

import os

import pytest
from documents_files import Piece, docx, pdf
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import comes_to_an_end

from evidence.documents import READERS, paragraphs, read_document, read_lines, sentences, sniff

BOMB = b"".join(b'<!ENTITY e%d "%s">' % (i, b"&e%d;" % (i - 1) * 10) for i in range(1, 12))


def word(inner, before=b""):
    """A Word document with this body."""
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return docx({"word/document.xml": before + b"<w:document " + space + b"><w:body>" + inner + b"</w:body></w:document>"})


HOSTILE = {
    "bomb.xml": (b'<!DOCTYPE x [<!ENTITY e0 "boom">' + BOMB + b"]><article><body><p>before &e11; after</p></body></article>", "damaged"),
    "truncated.xml": (b"<article><body><p>Words before the end of", "breaks off"),
    "cut.xml": (b"<article", "XML"),
    "deep.xml": (b"<article><body><p>Words.</p>" + b"<sec>" * 100_000 + b"</sec>" * 100_000 + b"</body></article>", "damaged"),
    "deep.html": (b"<html><body><p>Words.</p>" + b"<div>" * 100_000 + b"</div>" * 100_000, "damaged"),
    "long.html": (b"<html><body><p>" + b"word " * 4_000_000 + b"</p></body></html>", "damaged"),
    "binary.txt": (bytes(range(256)) * 100, "binary"),
    "image.md": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, "binary"),
    "truncated.pdf": (pdf([[Piece(50, 700, "Words in a row.")]])[:250], "damaged"),
    "scan.pdf": (pdf([[]]), "OCR"),
    "secret.pdf": (pdf([[Piece(50, 700, "Words in a row that nobody sees.")]], "x"), "password"),
    "truncated.docx": (docx({"word/document.xml": b"<a/>" * 5000})[:60], "damaged"),
    "bomb.docx": (docx({"word/document.xml": b"<a>" + b" " * 60_000_000 + b"</a>"}), "zip bomb"),
    "other.docx": (docx({"readme.txt": b"words"}), "zip archive"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".docx"),
    "empty.txt": (b"", "empty"),
    "blank.xml": (b" \n ", "empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_a_problem_that_says_what_to_do(tmp_path, name):
    data, word = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(data)
    with comes_to_an_end():
        document = read_document(path)
    errors = [p for p in document.problems if p.severity == "error"]
    assert word in " ".join(p.message for p in errors)
    assert all(p.source == str(path) for p in errors)


def test_what_stands_before_the_break_is_kept(tmp_path):
    path = tmp_path / "cut.xml"
    path.write_bytes(HOSTILE["truncated.xml"][0])
    assert read_document(path).text == "Words before the end of"


def test_a_missing_file_and_a_directory_end_in_a_problem(tmp_path):
    for path in (tmp_path, tmp_path / "none.pdf"):
        assert "cannot be opened" in read_document(path).problems[0].message


def test_a_pipe_that_nobody_writes_to_ends_in_a_problem(tmp_path):
    os.mkfifo(tmp_path / "paper.txt")
    with comes_to_an_end():
        assert "pipe" in read_document(tmp_path / "paper.txt").problems[0].message


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"Osei, K. (2018). Ice.\r\n\r\nDahl, M. (2019). Snow.\n", ["Osei, K. (2018). Ice.", "", "Dahl, M. (2019). Snow."]),
        ("Müller, K. (2010). Größe.".encode("utf-16"), ["Müller, K. (2010). Größe."]),
        ("Müller, K. (2010). Größe.\n".encode("latin-1"), ["Müller, K. (2010). Größe."]),
        ("Ice\u2028and\x0csnow\rRain".encode(), ["Ice\u2028and\x0csnow", "Rain"]),
    ],
)
def test_the_lines_of_a_pasted_list_are_read_in_any_encoding(data, lines):
    found, problems = read_lines(data, "list.txt")
    assert found == lines
    assert all(p.severity == "note" for p in problems)


@pytest.mark.parametrize(
    ("name", "word"), [("binary.txt", "binary"), ("secret.pdf", "evidence read"), ("empty.txt", "empty"), ("old.doc", ".docx")]
)
def test_what_is_no_list_gives_no_lines_and_a_problem(name, word):
    lines, (problem,) = read_lines(HOSTILE[name][0], name)
    assert (lines, problem.severity, problem.source) == ([], "error", name)
    assert word in problem.message


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_an_unreadable_file_ends_in_a_problem(tmp_path):
    path = tmp_path / "closed.txt"
    path.write_text("words")
    path.chmod(0)
    assert "right to read" in read_document(path).problems[0].message


@pytest.mark.parametrize("form", ["jats", "html", "docx"])
def test_nothing_outside_the_file_is_read(tmp_path, form):
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    entities = b'<!DOCTYPE x [<!ENTITY x SYSTEM "' + secret.as_uri().encode() + b'">]>'
    inner = b"before &x; after"
    files = {
        "jats": entities + b"<article><body><p>" + inner + b"</p></body></article>",
        "html": entities + b"<html><body><p>" + inner + b"</p></body></html>",
        "docx": word(b"<w:p><w:r><w:t>" + inner + b"</w:t></w:r></w:p>", entities),
    }
    document = READERS[form](files[form], "")
    assert "before" in document.text
    assert "after" in document.text
    assert "TOPSECRET" not in document.text


@pytest.mark.parametrize("line", [b"word and more words. ", b"x", b"A. ", b"("], ids=repr)
def test_one_line_of_fifty_megabytes_is_read_in_time(tmp_path, line):
    path = tmp_path / "line.txt"
    path.write_bytes(line * (50_000_000 // len(line)))
    with comes_to_an_end():
        document = read_document(path)
    assert len(document.text) > 49_000_000
    assert "more than a paper holds" in document.problems[0].message


DISGUISED = {
    "page.pdf": (b"<!DOCTYPE html><html><body><p>Words of a page.</p></body></html>", "html"),
    "paper.txt": (pdf([[Piece(50, 700, "Words in a row that are many.")]]), "pdf"),
    "paper.html": (word(b"<w:p><w:r><w:t>Words.</w:t></w:r></w:p>"), "docx"),
    "article.txt": (b"<?xml version='1.0'?><!-- c --><article><body><p>Words.</p></body></article>", "jats"),
    "notes.xml": (b"Words without any markup.", "text"),
    "notes": (b"Words without any markup.", "text"),
}


@pytest.mark.parametrize("name", DISGUISED)
def test_the_content_decides_over_the_name(tmp_path, name):
    data, form = DISGUISED[name]
    path = tmp_path / name
    path.write_bytes(data)
    assert read_document(path).format == form


def test_the_digest_is_of_the_files_bytes(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    assert read_document(path).sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


SEED_XML = b"""<article><front><article-meta><title-group><article-title>T</article-title></title-group></article-meta></front><body>
<sec><title>S</title><p>a<xref ref-type='bibr' rid='b1 b2'>1</xref>-<xref rid='b3'>3</xref></p><list list-type='order'><list-item><p>x</p>
</list-item></list></sec></body><back><ref-list><ref id='b1'><element-citation><year>20</year><name><surname>S</surname></name>
</element-citation></ref></ref-list></back></article>"""

SEED_HTML = b"""<html><body><h1>T</h1><p>a <a href='#r1'>1</a></p><ol start='x'><li id='r1'>A. 2001.</li><li>B</li></ol>
<table><tr><td>1</table></body></html>"""

SEEDS = [
    SEED_XML,
    SEED_HTML,
    pdf([[Piece(50, 700, "Words in a row that are many.")]]),
    word(b"<w:p><w:r><w:t>Words.</w:t></w:r></w:p><w:tbl><w:tr><w:tc/></w:tr></w:tbl>"),
    b"# Title\n\nAbstract\n\nWords. More et al.\n\n(2018) words.",
]


@st.composite
def damaged(draw):
    """A good file with bytes cut out, doubled or changed."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 2))
        if kind == 0:
            del data[at : at + draw(st.integers(1, 40))]
        elif kind == 1:
            data[at:at] = draw(st.binary(max_size=12))
        else:
            data[at:at] = data[at : at + 60]
    return bytes(data)


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=200), damaged()))
def test_no_bytes_make_any_reader_raise(data):
    for reader in READERS.values():
        document = reader(data, "")
        size = len(document.text)
        places = [
            *document.superscripts,
            *document.furniture,
            *((x.start, x.end) for x in (*document.links, *document.entries, *document.sections)),
        ]
        assert all(0 <= a < b <= size for a, b in places)
        spans = [*paragraphs(document), *sentences(document.text)]
        assert all(0 <= a < b <= size for a, b in spans)
    assert sniff(data, None)
