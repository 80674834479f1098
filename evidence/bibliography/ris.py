"""RIS: a record from ``TY  -`` to ``ER  -``, two-character tags (EndNote, Zotero, Scopus, Web of Science, publishers' sites).

Tags without a CSL variable are kept in ``csl["custom"]["ris"]`` and written back; variables without a tag go into ``ZZ`` lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from evidence.bibliography import carry, names
from evidence.bibliography.dates import date_parts, from_parts, iso, parse_date
from evidence.bibliography.keys import citation_key, is_safe
from evidence.bibliography.records import Bibliography, Rows, problem
from evidence.bibliography.tagged import TaggedRecord, Tags, filled, first_of, split_records
from evidence.model import CslItem, Problem, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "ris"
_TAG = re.compile(r"\s{0,3}([A-Z][A-Z0-9]) {0,2} - ?")
_OWN = "ZZ"

TYPES = {
    "JOUR": "article-journal", "EJOUR": "article-journal", "JFULL": "periodical", "INPR": "article-journal", "ABST": "article-journal",
    "MGZN": "article-magazine", "NEWS": "article-newspaper", "BOOK": "book", "EBOOK": "book", "EDBOOK": "book", "CHAP": "chapter",
    "ECHAP": "chapter", "CONF": "paper-conference", "CPAPER": "paper-conference", "RPRT": "report", "GOVDOC": "report",
    "STAND": "standard", "THES": "thesis", "UNPB": "manuscript", "MANSCPT": "manuscript", "ELEC": "webpage", "WEB": "webpage",
    "BLOG": "post-weblog", "PAT": "patent", "DATA": "dataset", "COMP": "software", "DICT": "entry-dictionary",
    "ENCYC": "entry-encyclopedia", "PAMP": "pamphlet", "BILL": "bill", "CASE": "legal_case", "STAT": "legislation",
    "LEGAL": "legislation", "MAP": "map", "VIDEO": "motion_picture", "MPCT": "motion_picture", "SOUND": "song",
    "PCOMM": "personal_communication", "GEN": "document",
}  # fmt: skip
_TAG_OF_TYPE = {csl_type: tag for tag, csl_type in reversed(TYPES.items())}

_SIMPLE: Rows = (
    ("title", ("TI", "T1", "CT")), ("container-title", ("T2", "JF", "BT", "JO")), ("container-title-short", ("J2", "JA")),
    ("collection-title", ("T3",)), ("title-short", ("ST",)), ("volume", ("VL",)), ("issue", ("IS", "CP")), ("edition", ("ET",)),
    ("publisher", ("PB",)), ("publisher-place", ("CY", "PP")), ("DOI", ("DO",)), ("URL", ("UR",)), ("language", ("LA",)),
    ("number-of-volumes", ("NV",)), ("archive", ("DB",)), ("source", ("DP",)), ("call-number", ("CN",)), ("PMCID", ("C2",)),
)  # fmt: skip
_PARAGRAPHS: Rows = (("abstract", ("AB", "N2")), ("note", ("N1",)))
_NAMES: Rows = (("author", ("AU", "A1")), ("editor", ("ED", "A2")), ("collection-editor", ("A3",)), ("translator", ("A4",)))
_DATES: Rows = (("issued", ("DA", "PY", "Y1")), ("accessed", ("Y2",)))
_BOOKISH = ("book", "chapter")


def read_ris(text: str, source: str = "") -> Bibliography:
    """The works of a RIS file."""
    works: dict[str, Work] = {}
    problems: list[Problem] = []
    unread: list[str] = []
    for record in split_records(text, _TAG, "TY", "ER", " "):
        problems += _complaints(record, source)
        if len(record.tags.keys() - {"TY", "ER"}) == 0:
            unread.append(record.raw)
            continue
        csl, key = _from_tags(record.tags)
        if not is_safe(key) or key in works:
            key = citation_key(csl, works)
        works[key] = Work(key, {"id": key, **csl}, source, record.line)
    return Bibliography(tuple(works.values()), tuple(problems), tuple(unread))


def to_ris(csl: CslItem, key: str) -> str:
    """One record, from ``TY`` to ``ER``, ending in a line break."""
    core, kept = carry.without_own(csl, NAME)
    tags = _to_tags(core)
    extra = carry.leftovers(core, _to_csl(tags)[0])
    own = {
        str(tag): [_line(value) for value in values]
        for tag, values in kept.items()
        if isinstance(values, list) and _TAG.fullmatch(f"{tag}  - ")
    }
    tags |= {tag: values for tag, values in own.items() if tag not in tags}
    tags |= {"ID": [_line(key)], **({_OWN: [f"{name}={value}" for name, value in extra.items()]} if extra else {})}
    lines = [f"{tag}  - {value}".rstrip() for tag, values in tags.items() for value in values]
    return "\n".join([*lines, "ER  -", ""])


def _complaints(record: TaggedRecord, source: str) -> list[Problem]:
    if "TY" not in record.tags:
        return [
            problem(
                source, record.line, record.raw, "This text stands outside a record (no TY line above it); give the record its TY line."
            )
        ]
    if not record.closed:
        return [problem(source, record.line, record.raw, "This record has no ER line; it may be cut off. What is there was read.")]
    if len(record.tags) == 2:
        return [problem(source, record.line, record.raw, "This record is empty and was left out.")]
    return []


def _from_tags(tags: Tags) -> tuple[CslItem, str]:
    """The record and the key the file gives it (may be empty)."""
    carried = dict(value.partition("=")[::2] for value in tags.get(_OWN, ()) if value.startswith(carry.PREFIX))
    csl, used = _to_csl(tags)
    csl = carry.restore(csl, carried, lambda item: _to_csl(_to_tags(item))[0])
    rest = {tag: values for tag, values in tags.items() if tag not in used and tag not in ("ER", "ID", _OWN)}
    rest |= {_OWN: foreign} if (foreign := [value for value in tags.get(_OWN, ()) if not value.startswith(carry.PREFIX)]) else {}
    return carry.with_own(csl, NAME, rest), first_of(tags, ("ID",))[1]


def _to_csl(tags: Mapping[str, list[str]]) -> tuple[CslItem, set[str]]:
    """The variables that the tags spell, and the tags that are wholly in them."""
    code = first_of(tags, ("TY",))[1]
    csl: CslItem = {"type": TYPES.get(code.upper(), "document")}
    used = {"TY"} if _TAG_OF_TYPE.get(csl["type"]) == code else set()
    for var, group in _NAMES:
        tag = first_of(tags, group)[0]
        csl |= filled(var, names.each(names.from_comma, tags.get(tag, [])))
        used.add(tag)
    for var, group in _SIMPLE:
        tag, value = first_of(tags, group)
        csl |= filled(var, value)
        used |= {name for name in group if tags.get(name) == [value]}
    for var, group in _PARAGRAPHS:
        tag = first_of(tags, group)[0]
        csl |= filled(var, "\n".join(tags.get(tag, [])))
        used.add(tag)
    for var, group in _DATES:
        date, taken = _date(tags, group)
        csl |= filled(var, date)
        used |= taken
    csl |= filled("keyword", "; ".join(tags.get("KW", []))) | filled("page", _page(tags))
    csl |= filled("ISBN" if csl["type"] in _BOOKISH else "ISSN", first_of(tags, ("SN",))[1])
    return csl, used | {"KW", "SP", "EP"} | ({"SN"} if len(tags.get("SN", ())) == 1 else set())


def _date(tags: Mapping[str, list[str]], group: tuple[str, ...]) -> tuple[CslItem, set[str]]:
    """The most exact date of a group of tags, and the tags that say no more than it. RIS writes ``2019/05/03/other``."""
    dates = {tag: _ris_date(tags[tag][0]) for tag in group if tags.get(tag) and tags[tag][0].strip("/ ")}
    if not dates:
        return {}, set()
    best = max(dates, key=lambda tag: sum(map(len, date_parts(dates[tag]))))
    spelt = date_parts(dates[best])
    same = {tag for tag, date in dates.items() if date == dates[best] or (spelt and date_parts(date) == [spelt[0][:1]])}
    return dates[best], {tag for tag in same if not tags[tag][0].strip("/").count("/") > 2 and len(tags[tag]) == 1}


def _ris_date(value: str) -> CslItem:
    year, month, day, *_ = (*(part.strip() for part in value.split("/")), "", "", "")
    return from_parts(year, month, day) if re.fullmatch(r"\d{4}", year) and not re.fullmatch(r"\d{4}.*", month) else parse_date(value)


def _page(tags: Mapping[str, list[str]]) -> str:
    """``SP`` and ``EP`` as a range; some exports put the whole range into ``SP``."""
    start, end = first_of(tags, ("SP",))[1], first_of(tags, ("EP",))[1]
    return f"{start}-{end}" if start and end and not re.search(r"[-–]", start) else start or end


def _to_tags(csl: CslItem) -> Tags:
    """The tags of a record; variables without a tag are left out."""
    tags: Tags = {"TY": [_TAG_OF_TYPE.get(str(csl.get("type")), "GEN")]}
    for var, group in _NAMES:
        people = csl.get(var)
        _put(tags, group[0], [names.to_comma(name) for name in people if isinstance(name, dict)] if isinstance(people, list) else [])
    for var, group in _SIMPLE:
        _put(tags, group[0], [_line(csl.get(var))])
    for var, group in _PARAGRAPHS:
        _put(tags, group[0], [_line(part) for part in str(csl.get(var) or "").split("\n")])
    _put(tags, "PY", [_year(csl.get("issued"))])
    _put(tags, "DA", [_slashed(csl.get("issued"))])
    _put(tags, "Y2", [_slashed(csl.get("accessed")) or _year(csl.get("accessed"))])
    _put(tags, "KW", _keywords(_line(csl.get("keyword"))))
    start, end = _ends(_line(csl.get("page")))
    _put(tags, "SP", [start])
    _put(tags, "EP", [end])
    _put(tags, "SN", [_line(csl.get("ISBN" if csl.get("type") in _BOOKISH else "ISSN"))])
    return tags


def _put(tags: Tags, tag: str, values: list[str]) -> None:
    if any(values):
        tags[tag] = values


def _line(value: Any) -> str:
    """A value on one line: RIS has no line breaks inside a value."""
    return " ".join(str(value).split()) if isinstance(value, (str, int)) else ""


def _keywords(text: str) -> list[str]:
    words = text.split("; ")
    return words if all(word and word == word.strip() for word in words) else [text]


def _ends(page: str) -> tuple[str, str]:
    """First and last page of a plain range; anything else stays whole."""
    match = re.fullmatch(r"([^-–,;\s]+)[-–]([^-–,;\s]+)", page)
    return (match[1], match[2]) if match else (page, "")


def _year(date: object) -> str:
    """The year; for what is no single date, all of it."""
    if not isinstance(date, dict):
        return ""
    parts = date_parts(date)
    return f"{parts[0][0]:04d}" if len(parts) == 1 else _line(iso(date))


def _slashed(date: object) -> str:
    """``2019/05/03`` for a date with at least a month; empty otherwise."""
    parts = date_parts(date)
    return "/".join(f"{part:02d}" for part in parts[0]) if len(parts) == 1 and len(parts[0]) > 1 else ""
