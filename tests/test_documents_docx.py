"""Word documents: packages written by the test itself."""

import io

import docx
from documents_files import docx as package

from evidence.documents.docx import read_docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def body(inner):
    return package({"word/document.xml": f"<w:document {W}><w:body>{inner}</w:body></w:document>".encode()})


def p(text, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_what_a_word_processor_saves_is_read_in_order():
    source = docx.Document()
    source.add_heading("Walks in Town", 0)
    source.add_heading("Methods", 1)
    source.add_paragraph("We walked.").add_run("2").font.superscript = True
    table = source.add_table(2, 2)
    for index, cell in enumerate(table._cells):
        cell.text = str(index)
    source.add_heading("Where", 2)
    source.add_paragraph("First of all.", style="List Number")
    source.add_paragraph("Second of all.", style="List Number")
    document = read_docx(saved(source), "")
    assert document.text == "Walks in Town\n\nMethods\n\nWe walked.2\n\n0\t1\n2\t3\n\nWhere\n\n1. First of all.\n\n2. Second of all."
    assert document.title == "Walks in Town"
    assert [(s.title, s.level) for s in document.sections] == [("Methods", 1), ("Where", 2)]
    assert [document.text[a:b] for a, b in document.superscripts] == ["2"]


def test_tracked_insertions_and_content_controls_are_kept_and_deletions_left_out():
    inner = (
        "<w:p><w:r><w:t>Old </w:t></w:r><w:ins><w:r><w:t>new </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
        f"<w:sdt><w:sdtContent>{p('Moss, A. (2001). Walks.')}</w:sdtContent></w:sdt>"
    )
    assert read_docx(body(inner), "").text == "Old new\n\nMoss, A. (2001). Walks."


def test_footnotes_follow_their_paragraph():
    call = '<w:p><w:r><w:t>Text</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t> of it.</w:t></w:r></w:p>'
    document = f"<w:document {W}><w:body>{call}{p('Next.')}</w:body></w:document>"
    separator = f'<w:footnote w:type="separator" w:id="0">{p("x")}</w:footnote>'
    notes = f'<w:footnotes {W}>{separator}<w:footnote w:id="2">{p("A note.")}</w:footnote></w:footnotes>'
    data = package({"word/document.xml": document.encode(), "word/footnotes.xml": notes.encode()})
    assert read_docx(data, "").text == "Text of it.\n\nA note.\n\nNext."


def test_a_text_without_heading_styles_gets_sections_by_shape():
    prose = "The gardens of the town were opened to all of its people, and nearly everyone who lived there walked in them. " * 2
    document = read_docx(body(p("Walks in the Town of Nowhere") + p("Abstract") + p(prose) + p("Introduction") + p(prose)), "")
    assert document.title == "Walks in the Town of Nowhere"
    assert [s.title for s in document.sections] == ["Abstract", "Introduction"]


def test_line_breaks_and_tabs_keep_words_apart():
    inner = "<w:p><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t><w:noBreakHyphen/><w:t>four</w:t></w:r></w:p>"
    assert read_docx(body(inner), "").text == "one two\nthree-four"


def test_a_first_heading_in_the_shape_of_a_title_is_the_title():
    source = docx.Document()
    source.add_heading("Benches and the people who sit on them", 1)
    for part in ("Introduction", "Methods"):
        source.add_heading(part, 2)
        source.add_paragraph(f"This part is about {part.lower()}.")
    document = read_docx(saved(source), "")
    assert document.title == "Benches and the people who sit on them"
    assert [s.title for s in document.sections] == ["Introduction", "Methods"]
