"""EndNote's XML export. Read with an XML parser that resolves no entities and loads nothing from outside the file.

Elements without a CSL variable are kept, as text, in ``csl["custom"]["endnote"]``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from evidence.bibliography import carry, names
from evidence.bibliography.dates import date_parts, from_parts, parse_date
from evidence.bibliography.keys import citation_key, is_safe
from evidence.bibliography.records import Bibliography, problem
from evidence.bibliography.tagged import filled
from evidence.model import CslItem, Problem, Work

if TYPE_CHECKING:
    from lxml.etree import _Element

NAME = "endnote"

_TYPES = {
    "Journal Article": "article-journal", "Electronic Article": "article-journal", "Magazine Article": "article-magazine",
    "Newspaper Article": "article-newspaper", "Book": "book", "Edited Book": "book", "Electronic Book": "book", "Book Section": "chapter",
    "Electronic Book Section": "chapter", "Conference Paper": "paper-conference", "Conference Proceedings": "paper-conference",
    "Report": "report", "Government Document": "report", "Thesis": "thesis", "Manuscript": "manuscript", "Unpublished Work": "manuscript",
    "Web Page": "webpage", "Blog": "post-weblog", "Dataset": "dataset", "Computer Program": "software", "Patent": "patent",
    "Encyclopedia": "entry-encyclopedia", "Dictionary": "entry-dictionary", "Pamphlet": "pamphlet", "Standard": "standard",
}  # fmt: skip
_SIMPLE = (
    ("title", "titles/title"), ("container-title", "periodical/full-title"), ("container-title", "titles/secondary-title"),
    ("container-title-short", "periodical/abbr-1"), ("container-title-short", "titles/alt-title"),
    ("collection-title", "titles/tertiary-title"), ("title-short", "titles/short-title"), ("volume", "volume"), ("edition", "edition"),
    ("publisher", "publisher"), ("publisher-place", "pub-location"), ("page", "pages"), ("DOI", "electronic-resource-num"),
    ("URL", "urls/related-urls/url"), ("abstract", "abstract"), ("note", "notes"), ("language", "language"), ("PMCID", "custom2"),
    ("genre", "work-type"), ("archive", "remote-database-name"),
)  # fmt: skip
_NAMES = (
    ("author", "authors"),
    ("editor", "secondary-authors"),
    ("collection-editor", "tertiary-authors"),
    ("translator", "subsidiary-authors"),
)
_READ = frozenset(("isbn", "number", "dates/year", "keywords/keyword", *(f"contributors/{path}/author" for _, path in _NAMES)))


def read_endnote(data: bytes | str, source: str = "") -> Bibliography:
    """The works of an EndNote XML file; from a broken file, those before the break."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    raw = data.encode("utf-8") if isinstance(data, str) else data
    if isinstance(data, str):
        raw = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", raw)
    try:
        root = etree.fromstring(raw.strip(), parser)
    except etree.XMLSyntaxError as error:
        root, broken = None, str(error)
    else:
        broken = parser.error_log[0].message if len(parser.error_log) else ""
    problems = [_syntax_problem(source, parser, raw, broken)] if broken or root is None else []
    works: dict[str, Work] = {}
    for element in root.iter("record") if root is not None else ():
        csl = _from_record(element)
        label = _text(element.find("label"))
        key = label if is_safe(label) and label not in works else citation_key(csl, works)
        works[key] = Work(key, {"id": key, **csl}, source, _line(element))
        problems += _complaints(element, csl, source)
    return Bibliography(tuple(works.values()), tuple(problems), (raw.decode("utf-8", "replace"),) if root is None and raw.strip() else ())


def _syntax_problem(source: str, parser: etree.XMLParser, raw: bytes, message: str) -> Problem:
    line = parser.error_log[0].line if len(parser.error_log) else 1
    start = raw.split(b"\n")[max(0, line - 1) :][:1]
    text = start[0].decode("utf-8", "replace") if start else ""
    return problem(
        source,
        line,
        text,
        f"The XML is broken here ({message or 'no element found'}); records after it may be missing. Export the file again.",
    )


def _complaints(element: _Element, csl: CslItem, source: str) -> list[Problem]:
    if csl.keys() <= {"type", "custom"}:
        return [problem(source, _line(element), "", "This record is empty.")]
    return []


def _line(element: _Element) -> int | None:
    """The 1-based line of an element; ``None`` where the parser lost count."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def _text(element: _Element | None) -> str:
    """All text in an element (EndNote wraps it in ``style``), blanks folded."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split()) if element is not None else ""


def _from_record(record: _Element) -> CslItem:
    kind = record.find("ref-type")
    csl: CslItem = {"type": _TYPES.get(str(kind.get("name")) if kind is not None else "", "document")}
    for var, path in _NAMES:
        people = [_text(author) for author in record.iterfind(f"contributors/{path}/author")]
        csl |= filled(var, names.each(names.from_comma, people))
    used: set[str] = set()
    for var, path in _SIMPLE:
        if var not in csl and (value := _text(record.find(path))):
            csl[var] = value
            used.add(path)
    csl |= filled("keyword", "; ".join(filter(None, (_text(word) for word in record.iterfind("keywords/keyword")))))
    csl |= filled("ISBN" if csl["type"] in ("book", "chapter") else "ISSN", _text(record.find("isbn")))
    csl |= filled("issue" if csl["type"].startswith("article") else "number", _text(record.find("number")))
    csl |= filled("issued", _issued(record))
    return carry.with_own(csl, NAME, _rest(record, csl, used))


def _issued(record: _Element) -> CslItem:
    year, day = _text(record.find("dates/year")), _text(record.find("dates/pub-dates/date"))
    if not year:
        return parse_date(day) if day else {}
    exact = date_parts(parse_date(f"{day} {year}")) or date_parts(parse_date(f"{year} {day}")) or date_parts(parse_date(day))
    return {"date-parts": exact} if exact and str(exact[0][0]) == year else from_parts(year)


def _rest(record: _Element, csl: CslItem, used: set[str]) -> dict[str, list[str]]:
    """The text of every element that no variable holds, by its path in the record."""
    rest: dict[str, list[str]] = {}
    held = {str(value) for value in csl.values() if isinstance(value, str)}
    for element in record:
        for leaf in filter(_is_leaf, element.iter()):
            path, value = _path(leaf, record), _text(leaf)
            if value and path not in _READ and not (path in used and value in held):
                rest.setdefault(path, []).append(value)
    return rest


def _is_leaf(element: _Element) -> bool:
    """Whether an element holds text itself: EndNote's ``style`` inside it is only how that text looks."""
    return isinstance(element.tag, str) and element.tag != "style" and all(child.tag == "style" for child in element)


def _path(leaf: _Element, record: _Element) -> str:
    steps = [str(leaf.tag)]
    for parent in leaf.iterancestors():
        if parent is record:
            break
        steps.append(str(parent.tag))
    return "/".join(reversed(steps))
