"""JATS XML (PubMed Central, PLOS, eLife, …), read by its own structure: sections, paragraphs, ``xref`` links, reference lists.

The text holds title, abstracts, keywords, body, back matter, floats and references; who wrote it where is metadata. Peer review
letters and translations that some files carry along (``sub-article``, ``response``) are left out, with a note. No DTD is loaded,
no entity is expanded beyond the names of HTML, nothing outside the file is read.
"""

from __future__ import annotations

from collections.abc import Callable
from html.entities import html5

from lxml import etree

from evidence.documents import jats_citation
from evidence.documents.jats_citation import fields
from evidence.documents.walking import Walker
from evidence.documents.xml import Element, local, parse_xml, words
from evidence.model import CslItem, Document, EntryMark, Link, Problem

SKIPPED = frozenset(
    "tex-math graphic inline-graphic object-id alt-text long-desc permissions journal-meta article-meta custom-meta-group sub-article "
    "response processing-meta inline-media annotation annotation-xml ref-count".split()
)
"""Elements whose text is no text of the paper, or stands elsewhere."""

BLOCKS = frozenset(
    "p disp-quote disp-formula disp-formula-group list list-item def-list def-item boxed-text fig table-wrap table-wrap-foot fn fn-group "
    "statement verse-group speech attrib supplementary-material media kwd-group ack app glossary notes bio sec abstract trans-abstract "
    "body back floats-group table array question answer code preformat chem-struct-wrap term-head def-head sig-block".split()
)
"""Elements that begin and end paragraphs."""

RUNNING = frozenset({"p", "title", "td", "th"})
"""Elements whose text runs on past a figure, table, box or footnote inside them."""

HEADED = frozenset(
    "sec abstract trans-abstract ack app app-group ref-list glossary notes bio fn-group def-list kwd-group boxed-text floats-group".split()
)
"""Elements whose ``title`` is a heading."""

DEFAULT_TITLES = {
    "abstract": "Abstract",
    "trans-abstract": "Abstract",
    "ack": "Acknowledgments",
    "ref-list": "References",
    "glossary": "Abbreviations",
}
"""Headings of parts that need none in the source."""

ABSTRACT_TITLES = {
    "graphical": "Graphical abstract",
    "executive-summary": "Summary",
    "plain-language-summary": "Plain language summary",
    "key-points": "Key points",
    "teaser": "In brief",
    "toc": "In brief",
}


def read_jats(data: bytes, sha256: str) -> Document:
    """A JATS file's bytes as a document."""
    root, broken = parse_xml(data)
    article = None if root is None else next((e for e in root.iter() if local(e) == "article"), root)
    if article is None:
        return Document(
            "", "jats", sha256, problems=(_problem(f"this XML cannot be read ({broken}): get the file again from its publisher"),)
        )
    problems = (
        [_problem(f"the XML breaks off or is damaged ({broken}): read up to there; get the file again from its publisher")]
        if broken
        else []
    )
    left_out = sum(local(child) in ("sub-article", "response") for child in article)
    if left_out:
        problems.append(_problem(f"{left_out} parts that go along with the article (review letters, translations) were left out", "note"))
    reader = _Reader(article)
    reader.read()
    if not reader.out.end:
        problems.append(_problem("this XML holds no text of an article: check that it is the full text in JATS"))
    title = words(article.find("./{*}front//{*}article-title"))
    return reader.out.document("jats", sha256, title, metadata(article), tuple(problems))


def _problem(message: str, severity: str = "error") -> Problem:
    return Problem("documents", "", None, "", message, "note" if severity == "note" else "error")


class _Reader(Walker):
    """Walks an article and writes its text."""

    def __init__(self, article: Element) -> None:
        super().__init__()
        self.article = article
        self._depth = 0
        self._notes: list[Element] = []
        self._special: dict[str, Callable[[Element], None]] = {
            "title": self._title,
            "sec": self._section,
            "abstract": self._part,
            "trans-abstract": self._part,
            "ack": self._part,
            "app": self._part,
            "glossary": self._part,
            "ref-list": self._part,
            "ref": self._ref,
            "xref": self._xref,
            "sup": self._sup,
            "fig": self._float,
            "fig-group": self._float,
            "table-wrap": self._float,
            "boxed-text": self._float,
            "supplementary-material": self._float,
            "caption": self._caption,
            "label": self._label,
            "list-item": self._item,
            "def-item": self._item,
            "tr": self._row,
            "td": self._cell,
            "th": self._cell,
            "break": lambda _: self.out.break_line(),
            "fn": self._float,
            "alternatives": self._alternatives,
            "kwd-group": self._keywords,
        }
        self._ids = _ref_ids(article)

    def read(self) -> None:
        """Front, body, back and floats, in the order of print."""
        meta = self.article.find("./{*}front/{*}article-meta")
        if meta is not None:
            for path in ("./{*}title-group/{*}article-title", "./{*}title-group/{*}subtitle"):
                for element in meta.findall(path):
                    self._block(element)
            for element in meta:
                if local(element) in ("abstract", "trans-abstract", "kwd-group"):
                    self._element(element)
        for element in self.article:
            if local(element) in ("body", "back", "floats-group"):
                self._element(element)
                self.out.break_paragraph()
                self._write_notes()

    # --- walking

    def _known(self, element: Element, tag: str) -> None:
        if tag in SKIPPED or not tag:
            if isinstance(element, etree._Entity):
                self.out.write(html5.get(f"{element.name};", ""))
            return
        if tag in self._special:
            self._special[tag](element)
        elif tag in BLOCKS:
            self._block(element)
        else:
            self._inside(element)

    def _block(self, element: Element) -> None:
        self._wrapped(element, self.out.break_paragraph)
        if local(element) in ("p", "sec", "table-wrap"):
            self._write_notes()

    # --- parts

    def _section(self, element: Element) -> None:
        self._depth += 1
        self._block(element)
        self._depth -= 1

    def _part(self, element: Element) -> None:
        """A headed part outside the sections; its heading is supplied where the source has none."""
        tag = local(element)
        self._depth += 1
        self.out.break_paragraph()
        if element.find("./{*}title") is None and tag in DEFAULT_TITLES and not (tag == "ref-list" and self._depth > 1):
            start = self.out.here
            self.out.write(ABSTRACT_TITLES.get(element.get("abstract-type", ""), DEFAULT_TITLES[tag]))
            self.out.heading(start, self._depth)
        self._block(element)
        self._depth -= 1

    def _title(self, element: Element) -> None:
        parent = element.getparent()
        if parent is None or local(parent) not in HEADED:
            self._block(element)
            return
        label = parent.find("./{*}label")
        self.out.break_paragraph()
        start = self.out.here
        with self.out.flat():
            if label is not None:
                self.out.write(f"{words(label)} ")
            self._inside(element)
        self.out.heading(start, max(1, self._depth + (local(parent) == "boxed-text")))
        self.out.break_paragraph()

    def _label(self, element: Element) -> None:
        """A label stands before its text; a section's and a reference's are written with the title and the entry."""
        parent = element.getparent()
        if parent is not None and local(parent) in HEADED and parent.find("./{*}title") is not None:
            return
        self._inside(element)
        self.out.write(" ")

    def _caption(self, element: Element) -> None:
        with self.out.flat():
            self._inside(element)
        self.out.break_paragraph()
        self._write_notes()

    def _item(self, element: Element) -> None:
        """A list item; ordered lists without labels get their numbers back."""
        self.out.break_paragraph()
        parent = element.getparent()
        if parent is not None and parent.get("list-type") == "order" and element.find("./{*}label") is None:
            self.out.write(f"{parent.index(element) + 1}. ")
        self.out.write(element.text)
        for child in element:
            if local(child) in ("p", "term", "def", "label") and child.getprevious() in (None, *element.findall("./{*}label")):
                with self.out.flat():
                    self._inside(child)
                self.out.write(" ")
            else:
                self._element(child)
            self.out.write(child.tail)
        self.out.break_paragraph()
        self._write_notes()

    def _keywords(self, element: Element) -> None:
        named = words(element.find("./{*}title")).rstrip(":") or "Keywords"
        found = [k for e in element.iter() if local(e) in ("kwd", "compound-kwd") and (k := words(e))]
        if found:
            self.out.break_paragraph()
            self.out.write(f"{named}: {', '.join(found)}")
            self.out.break_paragraph()

    def _alternatives(self, element: Element) -> None:
        """One of several forms of the same thing: the first that is text."""
        child = next((c for c in element if local(c) not in SKIPPED), None)
        if child is not None:
            self._element(child)

    def _float(self, element: Element) -> None:
        """A figure, table, box or footnote inside a paragraph waits until the paragraph's end."""
        if any(local(ancestor) in RUNNING for ancestor in element.iterancestors()):
            self._notes.append(element)
        else:
            self._block(element)

    def _write_notes(self) -> None:
        notes, self._notes = self._notes, []
        for note in notes:
            self._block(note)

    # --- places

    def _xref(self, element: Element) -> None:
        targets = tuple(dict.fromkeys(self._ids.get(rid, rid) for rid in (element.get("rid") or "").split()))
        start = self.out.here
        self._inside(element)
        is_citation = element.get("ref-type") == "bibr" or any(t in self._ids for t in targets)
        if is_citation and targets and self.out.end > start:
            self.out.links.append(Link(start, self.out.end, targets))

    def _ref(self, element: Element) -> None:
        """An entry of a reference list, one paragraph."""
        citations = _citations(element)
        label = words(element.find("./{*}label")) or words(element.find("./*/{*}label"))
        self.out.break_paragraph()
        start = self.out.here
        with self.out.flat():
            if label:
                self.out.write(f"{label}. " if label.isdigit() else f"{label} ")
            for citation in citations or [element]:
                self._citation(citation)
                self.out.write(" ")
        if self.out.end > start:
            self.out.entries.append(
                EntryMark(element.get("id") or f"ref-{len(self.out.entries) + 1}", start, self.out.end, _entry_fields(element, label))
            )
        self.out.break_paragraph()

    def _citation(self, citation: Element) -> None:
        """The citation as printed; one that has fields but no print is printed."""
        loose = "".join(filter(None, [citation.text, *(child.tail for child in citation)]))
        if local(citation) not in ("mixed-citation", "note") and len(citation) and not loose.strip():
            self.out.write(jats_citation.printed(citation))
            return
        for child in [None, *citation]:
            if child is None:
                self.out.write(citation.text)
            elif local(child) != "label":
                self._element(child)
                self.out.write(child.tail)


CITATIONS = ("mixed-citation", "element-citation", "nlm-citation", "citation", "product", "note")


def _citations(ref: Element) -> list[Element]:
    """The citations of an entry, in order; of ``citation-alternatives`` the printed one."""
    found: list[Element] = []
    for child in ref:
        if local(child) == "citation-alternatives":
            forms = {local(form): form for form in child}
            found.extend([next((forms[name] for name in CITATIONS if name in forms), child)])
        elif local(child) in CITATIONS:
            found.append(child)
    return found


def _entry_fields(ref: Element, label: str) -> CslItem:
    """The fields of an entry: of several forms of it the fullest; of several works in it the first."""
    alternatives = ref.find("./{*}citation-alternatives")
    forms = list(alternatives) if alternatives is not None else _citations(ref)[:1]
    item = max((fields(form) for form in forms if isinstance(form.tag, str)), key=len, default={})
    return item | ({"citation-number": label.strip("[]().")} if label else {})


def _ref_ids(article: Element) -> dict[str, str]:
    """Every id that stands for an entry, the entry's own and those inside it, and the entry's id."""
    owned = [(inner.get("id") or "", ref.get("id") or "") for ref in article.iter("{*}ref") for inner in ref.iter()]
    return {own: whole or own for own, whole in owned if own}


# --- what the file says of the paper itself ------------------------------------------------------------------------------


def metadata(article: Element) -> CslItem:
    """The paper's own CSL-JSON item, from ``article-meta`` and ``journal-meta``."""
    meta, journal = article.find("./{*}front/{*}article-meta"), article.find("./{*}front/{*}journal-meta")
    if meta is None:
        return {}
    item: CslItem = {"type": "article-journal", "title": words(meta.find("./{*}title-group/{*}article-title"))}
    item["author"] = [
        p for c in meta.findall("./{*}contrib-group/{*}contrib") if c.get("contrib-type", "author") == "author" for p in _contributor(c)
    ]
    if journal is not None:
        item["container-title"] = words(journal.find(".//{*}journal-title")) or words(journal.find("./{*}journal-id"))
        item["publisher"] = words(journal.find("./{*}publisher/{*}publisher-name"))
    for tag in ("volume", "issue"):
        item[tag] = words(meta.find(f"./{{*}}{tag}"))
    first, last = words(meta.find("./{*}fpage")), words(meta.find("./{*}lpage"))
    item["page"] = (f"{first}–{last}" if last and last != first else first) or words(meta.find("./{*}elocation-id"))
    for element in meta.findall("./{*}article-id"):
        name = jats_citation.IDS.get(element.get("pub-id-type", ""))
        if name:
            item[name] = words(element)
    item["issued"] = _issued(meta)
    item["keyword"] = ", ".join(k for e in meta.findall("./{*}kwd-group//{*}kwd") if (k := words(e)))
    item["license"] = next((a for e in meta.findall(".//{*}license") if (a := e.get("{http://www.w3.org/1999/xlink}href"))), "")
    return {name: value for name, value in item.items() if value}


def _contributor(contrib: Element) -> list[CslItem]:
    for tag in ("name", "string-name", "collab"):
        element = contrib.find(f".//{{*}}{tag}")
        if element is not None:
            return jats_citation.name(element)
    return []


def _issued(meta: Element) -> CslItem:
    """The earliest year of publication that the file gives."""
    dates = []
    for date in meta.findall("./{*}pub-date"):
        parts = [words(date.find(f"./{{*}}{tag}")) for tag in ("year", "month", "day")]
        numbers = [int(p) for p in parts if p.isdigit()]
        if numbers and numbers[0] > 1000:
            dates.append(numbers)
    return {"date-parts": [min(dates, key=lambda d: (d[0], -len(d)))]} if dates else {}
