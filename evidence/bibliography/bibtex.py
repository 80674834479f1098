"""BibTeX and BibLaTeX, read and written with bibtexparser 2.

Reading: blocks are split by bibtexparser; macros, names and LaTeX are resolved here. What BibTeX can say and CSL cannot (a
protecting brace, an unknown field, ``and others``) is kept as it stands in ``csl["custom"]["bibtex"]`` and written back,
unless the variable it spells was changed since.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ExplicitComment,
    Field,
    ImplicitComment,
    Preamble,
    String,
)
from bibtexparser.splitter import Splitter

from evidence.bibliography import carry, latex, names
from evidence.bibliography.dates import MONTHS, date_parts, from_parts, iso, month_number, parse_date
from evidence.bibliography.keys import citation_key, safe_key
from evidence.bibliography.records import Bibliography, Rows, problem
from evidence.model import CslItem, Problem, Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

NAME = "bibtex"
Fields = dict[str, str]

TYPES = {
    "article": "article-journal", "suppperiodical": "article-journal", "book": "book", "mvbook": "book", "collection": "book",
    "mvcollection": "book", "proceedings": "book", "mvproceedings": "book", "reference": "book", "mvreference": "book",
    "manual": "report", "inbook": "chapter", "incollection": "chapter", "suppbook": "chapter", "suppcollection": "chapter",
    "bookinbook": "chapter", "inproceedings": "paper-conference", "conference": "paper-conference", "inreference": "entry-encyclopedia",
    "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis", "techreport": "report", "report": "report",
    "unpublished": "manuscript", "booklet": "pamphlet", "online": "webpage", "electronic": "webpage", "www": "webpage",
    "dataset": "dataset", "software": "software", "patent": "patent", "periodical": "periodical", "misc": "document",
}  # fmt: skip
"""Entry type to CSL type; any other is ``document``."""

_ENTRY_TYPES = {
    "article-journal": "article", "article": "article", "article-magazine": "article", "article-newspaper": "article",
    "review": "article", "review-book": "article", "book": "book", "chapter": "incollection", "paper-conference": "inproceedings",
    "entry-encyclopedia": "inreference", "entry-dictionary": "inreference", "entry": "inreference", "thesis": "thesis",
    "report": "techreport", "manuscript": "unpublished", "pamphlet": "booklet", "webpage": "online", "post": "online",
    "post-weblog": "online", "dataset": "dataset", "software": "software", "patent": "patent", "periodical": "periodical",
}  # fmt: skip
"""CSL type to entry type; any other is ``misc``."""

_GENRES = {"phdthesis": "PhD thesis", "mastersthesis": "Master’s thesis"}
"""The genre that an entry type implies."""

_IN_BOOKS = ("chapter", "paper-conference", "entry-encyclopedia")
_NUMBER = {"article-journal": "issue", "periodical": "issue"} | dict.fromkeys(("book", *_IN_BOOKS), "collection-number")
"""What ``number`` means, by CSL type; elsewhere it is the number of the work itself."""

_CONTAINERS = dict.fromkeys(_IN_BOOKS, "booktitle")
_PUBLISHERS = {"thesis": "school", "report": "institution"}

_TEXTS: Rows = (
    ("title", ("title",)), ("container-title", ("journal", "journaltitle", "booktitle", "maintitle")),
    ("publisher", ("publisher", "school", "institution", "organization")), ("publisher-place", ("address", "location")),
    ("collection-title", ("series",)), ("edition", ("edition",)), ("volume", ("volume",)), ("number-of-volumes", ("volumes",)),
    ("chapter-number", ("chapter",)), ("page", ("pages", "eid")), ("number-of-pages", ("pagetotal",)), ("abstract", ("abstract",)),
    ("note", ("note",)), ("annote", ("annote", "annotation")), ("keyword", ("keywords", "keyword")), ("language", ("langid", "language")),
    ("genre", ("type",)), ("status", ("pubstate",)), ("version", ("version",)), ("event-title", ("eventtitle",)),
    ("event-place", ("venue",)), ("container-title-short", ("shortjournal",)), ("title-short", ("shorttitle",)),
    ("archive", ("eprinttype", "archiveprefix")), ("ISSN", ("issn",)), ("ISBN", ("isbn",)), ("PMID", ("pmid",)),
    ("PMCID", ("pmcid", "pmc")),
)  # fmt: skip
_VERBATIM: Rows = (("DOI", ("doi",)), ("URL", ("url",)), ("archive_location", ("eprint",)))
_NAMES: Rows = (("author", ("author",)), ("editor", ("editor",)), ("translator", ("translator",)), ("container-author", ("bookauthor",)))
_DATES: Rows = (("issued", ("date", "year", "month", "day")), ("accessed", ("urldate",)), ("event-date", ("eventdate",)))
_SUBTITLES = {"title": "subtitle", "journaltitle": "journalsubtitle", "booktitle": "booksubtitle", "maintitle": "mainsubtitle"}

_VARIABLE = {name: var for var, group in (*_TEXTS, *_VERBATIM, *_NAMES, *_DATES) for name in group}
_VARIABLE |= {sub: _VARIABLE[name] for name, sub in _SUBTITLES.items()} | {"issue": "issue", "number": "number"}

_NOT_INHERITED = frozenset(
    "crossref xref xdata ids keywords label doi url urldate pages eid abstract note annote shorttitle file eprint title subtitle".split()
)

_MACROS = {name[:3].lower(): name for name in MONTHS}
_VALUE = re.compile(r'\s*#?\s*(?:"(?P<quoted>(?:[^"{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"|(?P<bare>[^\s#"{}]+))')
_FIELD_LIKE = re.compile(r'^[\s,}]*(?:[A-Za-z][\w-]*\s*=\s*(?:["{]|\d+\s*,?\s*$|[a-z]{3}\s*,?\s*$)|@\w+)', re.MULTILINE)
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")


@dataclass(frozen=True)
class _Block:
    """A block of the file: what bibtexparser made of it, its 1-based line and its text up to the next block."""

    block: Any
    line: int
    raw: str


@dataclass(frozen=True)
class _Draft:
    """An entry with its fields resolved, before cross-references are followed."""

    key: str
    entry_type: str
    fields: Fields
    line: int
    raw: str


def read_bibtex(text: str, source: str = "") -> Bibliography:
    """The works of a BibTeX or BibLaTeX file; nothing in it makes it fail."""
    blocks = list(_blocks(text))
    macros = _MACROS | dict(_string(item, {}) for item in blocks if isinstance(item.block, String))
    macros |= dict(_string(item, macros) for item in blocks if isinstance(item.block, String))
    problems: list[Problem] = []
    drafts: dict[str, _Draft] = {}
    unread: list[str] = []
    for item in blocks:
        entry = _entry(item)
        if entry is None:
            problems += _complaints(item, source)
            unread += [] if isinstance(item.block, String) else [item.raw]
            continue
        draft, met = _draft(item, entry, macros, source)
        problems += met
        if draft.key in drafts:
            problems.append(_duplicate(item, draft, drafts[draft.key], source))
            unread.append(item.raw)
        else:
            key = draft.key or citation_key(_to_csl(draft.entry_type, draft.fields), drafts)
            drafts[key] = replace(draft, key=key)
    works = tuple(_work(draft, drafts, source, problems) for draft in drafts.values())
    return Bibliography(works, tuple(sorted(problems, key=lambda p: p.line or 0)), tuple(unread))


def to_bibtex(csl: CslItem, key: str) -> str:
    """One entry as bibtexparser writes it, ending in a line break."""
    entry_type, pairs = _to_entry(csl)
    fields = [_field(name, value) for name, value in pairs.items()]
    return str(write_string(Library([Entry(entry_type, safe_key(key), fields)])))


def _field(name: str, value: str) -> Field:
    """A field; a month is written as its macro (``may``)."""
    if name == "month" and value in MONTHS:
        return Field(name, value[:3].lower(), enclosing="no-enclosing")
    return Field(name, value, enclosing="{")


# Blocks ---------------------------------------------------------------------------------------------------------------


def _blocks(text: str) -> Iterator[_Block]:
    """The blocks with their places. A broken block is followed to the start of the next sound one, so that the text that
    the splitter lost its way in stays whole."""
    found: list[Any] = Splitter(text).split().blocks
    places: list[int] = []
    position = 0
    for block in found:
        start = text.find(block.raw, position)
        position = start if start >= 0 else position
        places.append(position)
        position += 1
    line, counted = 1, 0
    for block, (start, end) in zip(found, pairwise([*places, len(text)]), strict=True):
        line, counted = line + text.count("\n", counted, start), start
        yield _Block(block, line, text[start:end].strip() if _is_broken(block) else block.raw)


def _is_broken(block: Any) -> bool:
    return not isinstance(
        block, (Entry, String, Preamble, ExplicitComment, ImplicitComment, DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)
    )


def _entry(item: _Block) -> Entry | None:
    """The entry of a block, also of one that repeats a key or a field; ``None`` for what is no entry."""
    block = item.block
    while isinstance(block, (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)):
        block = block.ignore_error_block
    return block if isinstance(block, Entry) else None


def _complaints(item: _Block, source: str) -> list[Problem]:
    """What is wrong with a block that gives no work; comments, preambles and macros are no problem."""
    if isinstance(item.block, DuplicateBlockKeyBlock):
        message = "This @string macro is defined twice; the later definition counts. Remove one of them."
        return [problem(source, item.line, item.raw, message, note=True)]
    if _is_broken(item.block):
        reason = str(getattr(item.block.error, "abort_reason", item.block.error)).strip()
        message = f"This entry cannot be read and was left out: {reason} Check its braces, quotes and commas."
        return [problem(source, item.line, item.raw, message)]
    if isinstance(item.block, ImplicitComment) and _FIELD_LIKE.search(item.raw):
        message = "Text between entries that looks like part of one; it was left out. Check for a brace too many above it."
        return [problem(source, item.line, item.raw, message)]
    return []


def _duplicate(item: _Block, draft: _Draft, first: _Draft, source: str) -> Problem:
    if (draft.entry_type, draft.fields) == (first.entry_type, first.fields):
        message = f"The entry “{draft.key}” stands here a second time, word for word as on line {first.line}; remove one."
        return problem(source, item.line, item.raw, message, note=True)
    message = f"The key “{draft.key}” is already used on line {first.line}, so this entry was left out; give it another key."
    return problem(source, item.line, item.raw, message)


def _string(item: _Block, macros: Mapping[str, str]) -> tuple[str, str]:
    return item.block.key.lower(), _value(item.block.value, macros)[0]


def _draft(item: _Block, entry: Entry, macros: Mapping[str, str], source: str) -> tuple[_Draft, list[Problem]]:
    """The entry with its values resolved. Of a field that is given twice the first counts, the others are kept beside it."""
    fields: Fields = {}
    problems: list[Problem] = []
    for field in entry.fields:
        value, unknown = _value(str(field.value), macros)
        line = item.line + (field.start_line or 0) - (entry.start_line or 0)
        if unknown:
            message = f"The macro “{unknown}” is not defined; its name was taken as text. Put braces around it or define it with @string."
            problems.append(problem(source, line, str(field.value), message, note=True))
        name = _BLANKS.sub("", field.key)
        name = name.lower() if name.lower() in _VARIABLE else name
        if name in fields:
            message = f"The field “{name}” of “{entry.key}” is given twice; the first counts, the other is kept beside it."
            problems.append(problem(source, line, str(field.value), message))
            name = next(f"{name}-{n}" for n in range(2, len(entry.fields) + 2) if f"{name}-{n}" not in fields)
        fields[name] = value
    if not entry.key:
        problems.append(problem(source, item.line, item.raw, "This entry has no key; one was made from its author and year.", note=True))
    return _Draft(entry.key, entry.entry_type.lower(), fields, item.line, item.raw), problems


def _value(raw: str, macros: Mapping[str, str]) -> tuple[str, str]:
    """A value without its delimiters, macros and ``#`` resolved, blanks folded; and the name of a macro that is not defined."""
    raw = raw.strip()
    if raw.startswith("{") and raw.endswith("}") and latex.is_balanced(raw[1:-1]):
        return _fold(raw[1:-1]), ""
    pieces: list[str] = []
    unknown = ""
    for kind, piece in _pieces(raw):
        if kind == "bare" and piece[0].isalpha():
            unknown = unknown or ("" if piece.lower() in macros else piece)
            piece = macros.get(piece.lower(), piece)
        pieces.append(piece)
    value = _fold("".join(pieces))
    return value if latex.is_balanced(value) else latex.encode(value), unknown


def _pieces(raw: str) -> Iterator[tuple[str, str]]:
    """The strings and macro names that ``#`` joins; what is neither is given as it stands."""
    position = 0
    while position < len(raw):
        if group := _group(raw, position):
            yield "braced", group[0]
            position = group[1]
        elif match := _VALUE.match(raw, position):
            yield ("quoted", match["quoted"]) if match["quoted"] is not None else ("bare", match["bare"])
            position = match.end()
        else:
            yield "rest", raw[position:].strip(' #"')
            return


def _group(raw: str, position: int) -> tuple[str, int] | None:
    """The inside of a brace group that starts here, and the position behind it."""
    opening = re.compile(r"\s*#?\s*\{").match(raw, position)
    depth = 1
    for match in re.compile(r"(?<!\\)[{}]").finditer(raw, opening.end()) if opening else ():
        depth += 1 if match[0] == "{" else -1
        if depth == 0 and opening:
            return raw[opening.end() : match.start()], match.end()
    return None


def _fold(text: str) -> str:
    """Blanks and line breaks to one space; an empty line, which ends a paragraph, to the command for it."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", text.strip())
    return r" \par ".join(_BLANKS.sub(" ", paragraph).strip() for paragraph in paragraphs)


# Entry to record ------------------------------------------------------------------------------------------------------


def _work(draft: _Draft, drafts: Mapping[str, _Draft], source: str, problems: list[Problem]) -> Work:
    """The work of an entry, with what it inherits from its cross-reference; a missing one is added to ``problems``."""
    name = next((name for name in draft.fields if name.lower() == "crossref"), "")
    parent = drafts.get(draft.fields.get(name, "").strip()) if name else None
    if name and parent is None:
        message = f"“{draft.key}” refers to “{draft.fields[name]}”, which is not in this file; nothing was inherited."
        problems.append(problem(source, draft.line, draft.raw, message, note=True))
    csl = _from_entry(draft.entry_type, {**draft.fields, **_inherited(draft, parent)} if parent else draft.fields)
    return Work(draft.key, {"id": draft.key, **csl}, source, draft.line)


def _inherited(draft: _Draft, parent: _Draft) -> Fields:
    """The fields a child takes from its parent: those it has not itself; the parent's title is its book's."""
    given = {_VARIABLE.get(name, name) for name in draft.fields}
    heritable = _VARIABLE.keys() - _NOT_INHERITED
    fields = {name: value for name, value in parent.fields.items() if name in heritable and _VARIABLE[name] not in given}
    container = "journaltitle" if draft.entry_type == "article" else "booktitle"
    if "title" in parent.fields and "container-title" not in given:
        fields[container] = parent.fields["title"]
    return fields


def _from_entry(entry_type: str, fields: Fields) -> CslItem:
    """The record of an entry, with what CSL cannot say in ``custom``."""
    carried = {name: latex.decode(value) for name, value in fields.items() if name.startswith(carry.PREFIX)}
    fields = {name: value for name, value in fields.items() if name not in carried}
    csl = _to_csl(entry_type, fields)
    csl = carry.restore(csl, carried, _there_and_back)
    return carry.with_own(csl, NAME, _kept(entry_type, fields, csl))


def _there_and_back(csl: CslItem) -> CslItem:
    return _to_csl(*_plain_entry(csl))


def _kept(entry_type: str, fields: Fields, csl: CslItem) -> Fields:
    """The fields that writing the record would not give back as they stand: unknown ones, and known ones spelt otherwise."""
    default_type, default = _plain_entry(csl)
    variables = {_VARIABLE.get(name, name) for name, value in fields.items() if not _is_given_back(value, default.get(name))}
    kept = {name: value for name, value in fields.items() if _VARIABLE.get(name, name) in variables}
    return kept if default_type == entry_type else {"entrytype": entry_type, **kept}


def _is_given_back(value: str, written: str | None) -> bool:
    """Whether a value is written as it stood, but for what should have been escaped there (``&`` as ``\\&``)."""
    return written == value or (written == latex.encode(value) and not re.search(r"[\\{}$~]", value))


def _to_csl(entry_type: str, fields: Mapping[str, str]) -> CslItem:
    """The variables that an entry's fields spell."""
    csl: CslItem = {"type": _csl_type(entry_type)}
    csl |= _some("genre", _GENRES.get(entry_type))
    for var, group in _NAMES:
        csl |= _some(var, names.from_bibtex(_first(fields, group)))
    for var, group in _TEXTS:
        csl |= {} if fields.keys().isdisjoint(group) else _some(var, _text(fields, group))
    for var, group in _VERBATIM:
        csl |= _some(var, _verbatim(_first(fields, group)))
    for var, group in _DATES:
        csl |= _some(var, _date(fields, group))
    csl |= _some("issue", latex.decode(fields.get("issue", "")))
    csl |= _some(_meaning_of_number(entry_type), latex.decode(fields.get("number", "")))
    return _with_pubmed(csl)


def _csl_type(entry_type: str) -> str:
    return TYPES.get(entry_type, "document")


def _meaning_of_number(entry_type: str) -> str:
    return _NUMBER.get(_csl_type(entry_type), "number")


def _some(var: str, value: object) -> CslItem:
    return {var: value} if value else {}


def _first(fields: Mapping[str, str], group: tuple[str, ...]) -> str:
    return next((fields[name] for name in group if fields.get(name)), "")


def _text(fields: Mapping[str, str], group: tuple[str, ...]) -> str:
    """The first field of a group that is there, with its subtitle."""
    name = next((name for name in group if fields.get(name)), "")
    value, subtitle = latex.decode(fields.get(name, "")), latex.decode(fields.get(_SUBTITLES.get(name, ""), ""))
    return f"{value}{' ' if value.endswith(('?', '!', ':', '.')) else ': '}{subtitle}" if subtitle else value


def _verbatim(raw: str) -> str:
    """A DOI, address or number: taken as it is, but for LaTeX escapes and ``\\url{…}``."""
    return latex.decode(raw) if "\\" in raw else raw


def _date(fields: Mapping[str, str], group: tuple[str, ...]) -> CslItem:
    if fields.get(group[0]):
        return parse_date(latex.decode(fields[group[0]]))
    if "year" in group and fields.get("year"):
        return from_parts(*(latex.decode(fields.get(name, "")) for name in ("year", "month", "day")))
    return {}


def _with_pubmed(csl: CslItem) -> CslItem:
    """BibLaTeX gives PubMed's number as an e-print; CSL has a variable for it."""
    if str(csl.get("archive", "")).lower() != "pubmed" or "archive_location" not in csl or "PMID" in csl:
        return csl
    rest = {var: value for var, value in csl.items() if var not in ("archive", "archive_location")}
    return {**rest, "PMID": csl["archive_location"]}


# Record to entry ------------------------------------------------------------------------------------------------------


def _to_entry(csl: CslItem) -> tuple[str, Fields]:
    """The entry type and fields of a record, in the spelling of the file it came from where that still says the same."""
    core, kept = carry.without_own(csl, NAME)
    own = {str(name): value for name, value in kept.items() if isinstance(value, str) and latex.is_balanced(value)}
    plain_type, _ = _plain_entry(core)
    kept_type = own.pop("entrytype", plain_type)
    entry_type = kept_type if _says_the_same(kept_type, plain_type, core) else plain_type
    spelt = _to_csl(entry_type, own)
    holds = {var for var, value in spelt.items() if core.get(var) == value}
    stale = {name for name in own if (var := _read_as(name, entry_type)) in spelt and var not in holds}
    plain = _fields_of(core, entry_type)
    fields = {name: value for name, value in plain.items() if _read_as(name, entry_type) not in holds or name in own}
    fields |= {name: value for name, value in own.items() if name not in stale}
    extra = carry.leftovers(core, _to_csl(entry_type, fields))
    return entry_type, fields | {name: latex.encode(value) for name, value in extra.items()}


def _says_the_same(entry_type: str, plain_type: str, core: CslItem) -> bool:
    """Whether the entry type of the file still fits the record."""
    return _csl_type(entry_type) == _csl_type(plain_type) and re.fullmatch(r"\w+", entry_type) is not None and bool(core)


def _read_as(name: str, entry_type: str) -> str | None:
    """The variable that a field spells in an entry type; ``None`` for an unknown field."""
    return _meaning_of_number(entry_type) if name == "number" else _VARIABLE.get(name)


def _plain_entry(csl: CslItem) -> tuple[str, Fields]:
    entry_type = _ENTRY_TYPES.get(str(csl.get("type")), "misc")
    if entry_type == "thesis":
        entry_type = next((name for name, genre in _GENRES.items() if genre == csl.get("genre")), entry_type)
    return entry_type, _fields_of(csl, entry_type)


def _fields_of(csl: CslItem, entry_type: str) -> Fields:
    """The fields of a record in the spelling of our own; variables without a field are left out."""
    fields: Fields = {}
    for var, group in _NAMES:
        fields |= _filled(group[0], names.to_bibtex(_name_list(csl.get(var))))
    for var, group in _TEXTS:
        fields |= _filled(_field_name(var, group, entry_type), latex.encode(_string_of(csl[var]))) if var in csl else {}
        if var == "container-title":
            fields |= _date_fields(csl) | _number_fields(csl, entry_type)
    for var, group in _VERBATIM:
        fields |= _filled(group[0], _to_verbatim(_string_of(csl.get(var))))
    for var, group in _DATES[1:]:
        fields |= _filled(group[0], latex.encode(iso(csl.get(var) or {}) if isinstance(csl.get(var), dict) else ""))
    if csl.get("genre") == _GENRES.get(entry_type):
        fields.pop("type", None)
    if "pages" in fields:
        fields["pages"] = fields["pages"].replace("–", "--")
    return {name: _fold(value) for name, value in fields.items()}


def _filled(name: str, value: str) -> Fields:
    return {name: value} if value.strip() else {}


def _field_name(var: str, group: tuple[str, ...], entry_type: str) -> str:
    if var == "container-title":
        return _CONTAINERS.get(_csl_type(entry_type), group[0])
    return _PUBLISHERS.get(_csl_type(entry_type), group[0]) if var == "publisher" else group[0]


def _string_of(value: object) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _name_list(value: object) -> list[names.CslName]:
    return [name for name in value if isinstance(name, dict)] if isinstance(value, list) else []


def _to_verbatim(value: str) -> str:
    return value if "\\" not in value and latex.is_balanced(value) else latex.encode(value)


def _number_fields(csl: CslItem, entry_type: str) -> Fields:
    meant = _meaning_of_number(entry_type)
    issue = _filled("number" if meant == "issue" else "issue", latex.encode(_string_of(csl.get("issue"))))
    return issue | (_filled("number", latex.encode(_string_of(csl.get(meant)))) if meant != "issue" else {})


def _date_fields(csl: CslItem) -> Fields:
    """Year, month and day; a range or a literal in one field."""
    issued = csl.get("issued")
    if not isinstance(issued, dict):
        return {}
    halves = date_parts(issued)
    if len(halves) > 1:
        return {"date": iso(issued)}
    if not halves or not halves[0]:
        return _filled("year", latex.encode(_string_of(issued.get("literal") or issued.get("raw"))))
    year, month, day = (*halves[0], 0, 0)[:3]
    if not 1 <= month <= 12 or month_number(MONTHS[month - 1]) != month:
        return {"year": f"{year:04d}"}
    return {"year": f"{year:04d}", "month": MONTHS[month - 1]} | _filled("day", str(day) if day else "")
