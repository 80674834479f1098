"""PubMed's tagged format (``.nbib``, MEDLINE): ``PMID- ``, four-character tags, continuation lines indented by six blanks.

Tags without a CSL variable (MeSH headings, grants, dates of the record, …) are kept in ``csl["custom"]["nbib"]``.
"""

from __future__ import annotations

import re

from evidence.bibliography import carry, names
from evidence.bibliography.dates import parse_date
from evidence.bibliography.keys import citation_key
from evidence.bibliography.records import Bibliography, Rows, problem
from evidence.bibliography.tagged import Tags, filled, first_of, split_records
from evidence.model import CslItem, Problem, Work

NAME = "nbib"
_TAG = re.compile(r"([A-Z]{2,4}) {0,2}- ?")

_TYPES = (("Book", "book"), ("Dataset", "dataset"), ("Preprint", "article"), ("Newspaper Article", "article-newspaper"))
_SIMPLE: Rows = (
    ("PMID", ("PMID",)), ("PMCID", ("PMC",)), ("title", ("TI", "BTI")), ("container-title", ("JT", "TA")),
    ("container-title-short", ("TA",)), ("volume", ("VI",)), ("issue", ("IP",)), ("page", ("PG",)), ("abstract", ("AB",)),
    ("language", ("LA",)), ("publisher", ("PB",)), ("publisher-place", ("CPLC",)), ("edition", ("EN",)), ("collection-title", ("CTI",)),
)  # fmt: skip
_DOI = re.compile(r"(10\.\S+) \[doi\]")
_SEASON = re.compile(r"\b(?:Spring|Summer|Fall|Autumn|Winter)\b", re.IGNORECASE)


def read_nbib(text: str, source: str = "") -> Bibliography:
    """The works of a PubMed file."""
    works: dict[str, Work] = {}
    problems: list[Problem] = []
    unread: list[str] = []
    for record in split_records(text, _TAG, "PMID", None, " "):
        if "PMID" not in record.tags:
            unread.append(record.raw)
            problems.append(
                problem(source, record.line, record.raw, "This text stands outside a record (no PMID line above it); it was left out.")
            )
            continue
        if not record.tags.keys() & {"TI", "BTI", "AU", "FAU", "CN"}:
            problems.append(
                problem(
                    source,
                    record.line,
                    record.raw,
                    "This record has neither a title nor authors; it may be cut off. What is there was read.",
                )
            )
        csl = _from_tags(record.tags)
        key = citation_key(csl, works)
        works[key] = Work(key, {"id": key, **csl}, source, record.line)
    return Bibliography(tuple(works.values()), tuple(problems), tuple(unread))


def _from_tags(tags: Tags) -> CslItem:
    kinds = tags.get("PT", [])
    csl: CslItem = {"type": next((csl_type for name, csl_type in _TYPES if name in kinds), "article-journal")}
    csl |= filled("author", _authors(tags)) | filled("editor", names.each(names.from_comma, tags.get("FED", [])))
    for var, group in _SIMPLE:
        csl |= filled(var, first_of(tags, group)[1])
    csl |= filled("DOI", _doi(tags)) | filled("ISSN", first_of(tags, ("IS",))[1].split(" ")[0])
    csl |= filled("ISBN", first_of(tags, ("ISBN",))[1].split(" ")[0]) | filled("issued", _issued(first_of(tags, ("DP",))[1]))
    csl |= filled("keyword", "; ".join(tags.get("OT", [])))
    spelt = {"FAU", "FED", "OT", *(group[0] for _, group in _SIMPLE)}
    return carry.with_own(csl, NAME, {tag: values for tag, values in tags.items() if tag not in spelt or tag in _repeated(tags)})


def _repeated(tags: Tags) -> set[str]:
    """Tags that a variable takes once but that stand several times: all their values are kept."""
    return {group[0] for _, group in _SIMPLE if len(tags.get(group[0], ())) > 1}


def _authors(tags: Tags) -> list[names.CslName]:
    """Full names where the record has them, short ones else; then the collective names."""
    full = names.each(names.from_comma, tags.get("FAU", []))
    people = full if len(full) >= len(tags.get("AU", ())) else names.each(names.from_initials, tags.get("AU", []))
    return people + [{"literal": name} for name in tags.get("CN", []) if name]


def _doi(tags: Tags) -> str:
    return next((match[1] for tag in ("LID", "AID") for value in tags.get(tag, ()) if (match := _DOI.search(value))), "")


def _issued(text: str) -> CslItem:
    """``2019 May 3``, ``2019 May-Jun``, ``2019 Winter``: the first day, month or year."""
    if not text:
        return {}
    text = _SEASON.sub("", text).strip()
    spelt = parse_date(re.sub(r"(\d{4}(?: [A-Za-z]{3,9}(?: \d{1,2})?)?)[-/].*", r"\1", text))
    return spelt if "date-parts" in spelt else parse_date(text[:4]) if text[:4].isdigit() else spelt
