"""XML from strangers: one parser that reads nothing outside the file, expands no entity and bounds depth and size."""

from __future__ import annotations

from lxml import etree

Element = etree._Element

DEEPEST = 80
"""Levels of elements that a reader walks into one by one; what lies deeper is taken as words."""


def parse_xml(data: bytes) -> tuple[Element | None, str]:
    """The root of an XML file and what was wrong with it (empty: nothing). Depth (256) and length of text nodes (10 MB) are
    bounded by the parser; what stands before a fatal error is kept."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return None, str(error)
    fatal = [entry.message for entry in parser.error_log if entry.level_name == "FATAL"]
    return root, fatal[0] if fatal else "" if root is not None else "no elements in it"


def local(element: Element) -> str:
    """An element's name without its namespace; empty for entities and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def words(element: Element | None) -> str:
    """All text inside an element, white space folded; empty for none and for entities."""
    return "" if element is None or not isinstance(element.tag, str) else " ".join("".join(map(str, element.itertext())).split())
