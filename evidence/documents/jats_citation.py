"""Fields of a JATS reference (``element-citation``, ``mixed-citation``, ``nlm-citation``, ``citation``) as a CSL-JSON item, and
a printed form of references whose source has fields only.

Element names: JATS Publishing Tag Library 1.3 and NLM Journal Publishing 2.3/3.0. Tables first.
"""

from __future__ import annotations

import re

from evidence.documents.xml import Element, local, words
from evidence.model import CslItem

TYPES = {
    "journal": "article-journal",
    "book": "book",
    "chapter": "chapter",
    "book-chapter": "chapter",
    "bookchapter": "chapter",
    "confproc": "paper-conference",
    "conf-proc": "paper-conference",
    "conference": "paper-conference",
    "thesis": "thesis",
    "report": "report",
    "gov": "report",
    "web": "webpage",
    "webpage": "webpage",
    "website": "webpage",
    "preprint": "article",
    "data": "dataset",
    "dataset": "dataset",
    "software": "software",
    "patent": "patent",
    "newspaper": "article-newspaper",
    "magazine": "article-magazine",
    "periodical": "article-magazine",
    "clinicaltrial": "webpage",
}
"""``publication-type`` to CSL types; what is not here stays without a type."""

SIMPLE = {
    "volume": "volume",
    "issue": "issue",
    "publisher-name": "publisher",
    "publisher-loc": "publisher-place",
    "edition": "edition",
    "conf-name": "event-title",
    "conf-loc": "event-place",
    "isbn": "ISBN",
    "issn": "ISSN",
    "series": "collection-title",
    "version": "version",
    "size": "number-of-pages",
}
"""Elements whose text is a CSL variable."""

IDS = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID", "pmc": "PMCID"}
ROLES = {"author": "author", "editor": "editor", "editors": "editor", "translator": "translator", "allauthors": "author", "": "author"}
TITLES = ("article-title", "chapter-title", "data-title", "part-title")
NAMES = frozenset({"name", "string-name", "collab", "on-behalf-of", "institution", "etal", "anonymous"})

_YEAR = re.compile(r"(\d{4})\s*([a-z]?)(?![0-9a-z])")
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]+[^\s<>\".,;)\]]")


def fields(citation: Element) -> CslItem:
    """The CSL-JSON item of one citation element; only what is marked up, nothing guessed but a DOI in plain sight."""
    parts: dict[str, list[Element]] = {}
    for child in citation.iter():
        if isinstance(child.tag, str) and child is not citation:
            parts.setdefault(local(child), []).append(child)
    item: CslItem = {}
    kind = (citation.get("publication-type") or citation.get("citation-type") or "").lower()
    if kind in TYPES:
        item["type"] = TYPES[kind]
    item.update(_people(citation))
    item.update(_titles(parts, item.get("type", "")))
    item.update({variable: text for tag, variable in SIMPLE.items() if (text := words(_first(parts, tag)))})
    item.update(_date(parts))
    item.update(_pages(parts))
    item.update(_identifiers(citation, parts))
    return item


def _first(parts: dict[str, list[Element]], tag: str) -> Element | None:
    found = parts.get(tag)
    return found[0] if found else None


def _people(citation: Element) -> CslItem:
    people: dict[str, list[CslItem]] = {}
    for group in citation.iter():
        tag = local(group)
        if tag == "person-group":
            role = ROLES.get((group.get("person-group-type") or "").lower(), "contributor")
            people.setdefault(role, []).extend(_names(group))
        elif tag in NAMES and _outside_group(group, citation):
            people.setdefault("author", []).extend(name(group))
    return {role: names for role, names in people.items() if names}


def _outside_group(element: Element, citation: Element) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not citation:
        if local(parent) in ("person-group", "collab", "name", "string-name", "source", "publisher-name", "article-title"):
            return False
        parent = parent.getparent()
    return True


def _names(group: Element) -> list[CslItem]:
    """The people of a group, in order; alternatives of one name (another script) count once."""
    found: list[CslItem] = []
    for child in group:
        tag = local(child)
        if tag == "name-alternatives":
            found.extend(name(child[0]) if len(child) else [])
        elif tag in NAMES:
            found.extend(name(child))
    return found


def name(element: Element) -> list[CslItem]:
    """One person or organisation as a list of none or one."""
    tag = local(element)
    parts = {local(child): words(child) for child in element}
    if parts.get("surname"):
        person = {"family": parts["surname"], "given": parts.get("given-names", ""), "suffix": parts.get("suffix", "")}
        particle = parts.get("prefix", "")
        if particle.islower():
            person["non-dropping-particle"] = particle
        return [{k: v for k, v in person.items() if v}]
    text = words(element).strip(" ,;")
    if tag in ("etal", "anonymous") or not text:
        return []
    return [{"literal": text}]


def _titles(parts: dict[str, list[Element]], kind: str) -> CslItem:
    """Title and container: ``source`` holds the whole, unless nothing else has a title: then it is the title itself."""
    own = next((t for tag in TITLES if (t := words(_first(parts, tag)))), "") or words(_first(parts, "trans-title"))
    source = words(_first(parts, "source")) or words(_first(parts, "trans-source"))
    if own and source:
        return {"title": own, "container-title": source}
    if own:
        return {"title": own}
    if source and kind in ("article-journal", "article-magazine", "article-newspaper"):
        return {"container-title": source}
    return {"title": source} if source else {}


def _date(parts: dict[str, list[Element]]) -> CslItem:
    raw = words(_first(parts, "year"))
    match = _YEAR.search(raw)
    if not match:
        return {"status": raw} if raw and not raw.isdigit() else {}
    date: list[int] = [int(match[1])]
    month = words(_first(parts, "month"))
    if month.isdigit() and 1 <= int(month) <= 12:
        date.append(int(month))
    item: CslItem = {"issued": {"date-parts": [date]}}
    return item | ({"year-suffix": match[2]} if match[2] else {})


def _pages(parts: dict[str, list[Element]]) -> CslItem:
    """Pages as printed where a range is printed, else first and last with an en dash, else the article number."""
    first, last, printed = (words(_first(parts, tag)) for tag in ("fpage", "lpage", "page-range"))
    if printed or first:
        return {"page": printed or (f"{first}–{last}" if last and last != first else first)}
    number = words(_first(parts, "elocation-id"))
    return {"page": number} if number else {}


def _identifiers(citation: Element, parts: dict[str, list[Element]]) -> CslItem:
    item: CslItem = {}
    for element in [*parts.get("pub-id", []), *parts.get("article-id", [])]:
        name = IDS.get((element.get("pub-id-type") or "").lower())
        if name and words(element):
            item.setdefault(name, words(element))
    found = _DOI.search(item.get("DOI", "") or " ".join([words(citation), *_addresses(parts)]))
    if found:
        item["DOI"] = found[0]
    plain = [a for a in _addresses(parts) if "doi.org/" not in a and "10." not in a[:4]]
    return item | ({"URL": plain[0]} if plain else {})


def _addresses(parts: dict[str, list[Element]]) -> list[str]:
    links = [*parts.get("ext-link", []), *parts.get("uri", [])]
    return [a for e in links if (a := e.get("{http://www.w3.org/1999/xlink}href") or words(e)) and ("." in a)]


# --- printing ------------------------------------------------------------------------------------------------------------


def printed(citation: Element) -> str:
    """A printed form, in the manner of the National Library of Medicine, of a citation that consists of fields only. What no
    field takes (comments, dates of access) stands at the end, so that no word of the source is lost."""
    item = fields(citation)
    people = ", ".join(filter(None, map(_printed_name, item.get("author", []))))
    editors = ", ".join(filter(None, map(_printed_name, item.get("editor", []))))
    if people and citation.find(".//{*}etal") is not None:
        people += ", et al"
    place = ": ".join(filter(None, [item.get("publisher-place"), item.get("publisher")]))
    sentences = [
        people,
        item.get("title"),
        f"In: {editors}, editors" if editors else "",
        item.get("container-title"),
        f"{item['edition']} ed" if item.get("edition", "").isdigit() else item.get("edition"),
        "; ".join(filter(None, [place, _printed_when_where(item)])),
        *_rest(citation),
        f"doi: {item['DOI']}" if "DOI" in item else "",
        f"PMID: {item['PMID']}" if "PMID" in item else "",
        item.get("URL"),
    ]
    return " ".join(s if s[-1] in ".?!" else f"{s}." for s in sentences if s)


def _printed_name(person: CslItem) -> str:
    return str(
        person.get("literal") or " ".join(filter(None, (person.get(k) for k in ("non-dropping-particle", "family", "given", "suffix"))))
    )


def _printed_when_where(item: CslItem) -> str:
    year = str(item["issued"]["date-parts"][0][0]) + item.get("year-suffix", "") if "issued" in item else item.get("status", "")
    issue = f"({item['issue']})" if "issue" in item else ""
    where = f"{item.get('volume', '')}{issue}" + (f":{item['page']}" if "page" in item else "")
    return ";".join(filter(None, [year, where.lstrip(":") if where.startswith(":") else where]))


_TAKEN = frozenset(
    "person-group name string-name collab surname given-names suffix prefix etal year month day fpage lpage page-range elocation-id pub-id "
    "article-title chapter-title source name-alternatives ext-link uri label".split()
) | frozenset(SIMPLE)


def _rest(citation: Element) -> list[str]:
    """Texts of the children that no field takes."""
    rest = [words(child) for child in citation if isinstance(child.tag, str) and local(child) not in _TAKEN]
    return [text for text in rest if text and not _DOI.search(text)]
