"""Labelled segments into CSL-JSON fields: persons, then one small cleaner per kind of field.

Values stay as printed (misspellings, dashes, abbreviations); only what announces or closes a field goes: ``pp.``, ``In:``,
quotation marks, the stop at the end. :data:`CLEANERS` lists the rules in the order in which they run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from evidence.references.names import name_part, persons
from evidence.references.repairs import AFTER, BEFORE
from evidence.references.segments import LEADING, LEADING_IN, STATUS, YEAR, first_container, unwrap
from evidence.references.tokens import trim_identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evidence.references.segments import Segments


# ---------------------------------------------------------------------------------------------------------------- persons


def authors(found: Segments) -> None:
    """``author``; or ``editor`` where the persons at the head of the reference are marked "(Eds.)". Persons behind the title
    count only when none stand before it."""
    labels = [label for label, _ in found.runs]
    cut = labels.index("t") if "t" in labels else len(labels)
    if "t" not in labels and "c" in labels and set("ageA") & set(labels[: labels.index("c")]):
        cut = labels.index("c")
    head, rest = found.runs[:cut], found.runs[cut:]
    people = persons(head, "a", "g", "w")
    if not head and "".join(labels).startswith("tyt"):  # an organisation that was taken for a title: year and title follow
        head, people = found.runs[:1], [{"literal": name_part(found.runs[0][1])}]
        found.fields["t"] = found.fields["t"][1:]
    if not people and head[:1] and head[0][0] in "zb" and not _DITTO.match(head[0][1]):
        people = [{"literal": name_part(head[0][1])}]
    later = [] if "z" in labels[:cut] and not people else persons(rest, "a", "g", "w")
    if people and later and _has_role(rest) and "editor" not in found.csl:
        found.csl["editor"] = later
    people = [p for p in people or later if not _NOBODY.fullmatch(p.get("literal") or p.get("family") or "")]
    if people:
        found.csl["editor" if _has_role(head if cut < len(labels) else found.runs) and "editor" not in found.csl else "author"] = people


_NOBODY = re.compile(r"o\.\s?[VA]\.?|N\.\s?N\.?|[Aa]non(?:ym(?:ous|us)?)?\.?")
"""What stands for an unknown author: "o. V.", "N.N.", "Anon."."""

_DITTO = re.compile(r"\W*(?:(?:ders|dies|id|idem|ead|ibid)\b\W*)?$", re.IGNORECASE)


def _has_role(runs: Sequence[tuple[str, str]]) -> bool:
    return any(label in "fz" and _EDITOR_ROLE.search(text) for label, text in runs)


_EDITOR_ROLE = re.compile(
    r"\b(?:eds?|edr?s|editors?|hrsgg?|hgg?|herausgeber|bearb|dirs?|éds?|coords?|comps?|cur|a c(?:ura|\.) di)\b", re.IGNORECASE
)


def editors(found: Segments) -> None:
    """``editor``: the persons named with the book or proceedings that hold the work."""
    people = persons(found.runs, "e", "h", "W")
    if people:
        found.csl["editor"] = people


# ------------------------------------------------------------------------------------------------------------------ dates

_NO_DATE = re.compile(r"\b(n\.\s?d\.?|o\.\s?J\.?|s\.\s?d\.?|undated)(?!\w)", re.IGNORECASE)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio jän",
            "feb february februar février fevrier febrero febbraio",
            "mar march märz mars marzo mrz",
            "apr april avril abril aprile",
            "may mai mayo maggio",
            "jun june juni juin junio giugno",
            "jul july juli juillet julio luglio",
            "aug august août agosto",
            "sep sept september septembre septiembre settembre",
            "oct october okt oktober octobre octubre ottobre",
            "nov november novembre noviembre",
            "dec december dez dezember décembre diciembre dicembre",
        ),
        1,
    )
    for name in names.split()
}


def _date_parts(text: str) -> list[int]:
    """Year, month and day in ``text`` as far as it tells them; empty without a year."""
    if match := re.search(r"(?<!\d)(\d{4})-(\d\d?)-(\d\d?)(?!\d)", text):
        return [int(g) for g in match.groups()]
    if match := re.search(r"(?<!\d)(\d\d?)\s?[./]\s?(\d\d?)\s?[./]\s?(\d{4})(?!\d)", text):
        day, month, year = (int(g) for g in match.groups())
        return [year, month, day] if month <= 12 else [year, day, month]
    year_match = YEAR.search(text)
    if not year_match:
        return []
    month = next((MONTHS[w.lower()] for w in re.findall(r"[^\W\d_]+", text) if w.lower() in MONTHS), 0)
    days = re.findall(r"(?<!\d)(\d\d?)(?!\d)", text)
    return [int(year_match[1]), *([month] if month else []), *([int(days[0])] if month and days and 0 < int(days[0]) < 32 else [])]


_YEAR_IN_BRACKETS = re.compile(rf"(?<=\()\s*{YEAR.pattern}")


def issued(found: Segments) -> None:
    """``issued``, with month and day where they are printed; ``year_suffix``; "n.d." and "in press" as they stand."""
    texts = found.fields.get("y", [])
    text = next((t for t in texts if YEAR.search(t) or _NO_DATE.search(t)), "")
    if match := (_YEAR_IN_BRACKETS.search(text) or YEAR.search(text)):
        found.year_suffix = match[2]
        rest = " ".join([text, *found.fields.get("m", [])]) if "m" in found.fields else text
        found.csl["issued"] = {"date-parts": [_date_parts(rest) if "m" in found.fields else [int(match[1])]]}
    elif none := _NO_DATE.search(" ".join(texts)):
        found.csl["issued"] = {"literal": none[1]}
    if status := STATUS.search(" ".join([*texts, *found.fields.get("r", []), *found.fields.get("c", [])])):
        found.csl["status"] = status[1].lower()


def accessed(found: Segments) -> None:
    """``accessed``: the day on which an address was visited."""
    if parts := _date_parts(" ".join(found.fields.get("q", []))):
        found.csl["accessed"] = {"date-parts": [parts]}


# ----------------------------------------------------------------------------------------------------------------- fields

_CONTRIBUTORS = re.compile(
    r"[.,;]\s+(?:(?:edited|translated|transl?\.|trans\.|ed\.|eds\.|hrsg\.|hg\.|übers\.)\s(?:and\s\w+\s)?(?:by|von|v\.|per)\s.*"
    r"|(?:trans\.|translated by|übersetzt von|a cura di)\s.*"
    r"|(?:second|third|fourth|fifth|revised|2nd|3rd|[4-9]th)\s(?:revised\s)?(?:edition|ed\.?|edn\.?))$",
    re.IGNORECASE,
)
"""Editors, translators and editions named behind a title."""

_EXTENT = re.compile(
    r",\s+(?:(?:\d{1,2}|zwei|drei|two|three)\s(?:Bde?|Bände|vols?|voll|volumes|tomes?|tomos?|Tle)\b\.?|th[èe]se\b.{0,40}|Diss\..{0,30})$"
    r"|\s?\.\s?Preprint at\b.*$|\s*\[\d+ (?:paragraphs|Absätze)\]$|[.,:]\s+(?:[^.,:]{3,40}\s)?Sonder(?:heft|band|nummer)\s\d+.*$"
)
"""How many volumes a work has, what thesis, paragraphs or special issue it is, behind its title."""


_ANNOUNCED_ARTICLE = re.compile(r"^Art(?:\.|ikel)\s+(?=[„“\"«»])")


def title(found: Segments) -> None:
    """``title``, without quotation marks around it: the first stretch of three words or more, else the longest."""
    text = unwrap(next((t for t in found.fields.get("t", ()) if len(t.split()) > 2), found.longest("t")))
    text = unwrap(_ANNOUNCED_ARTICLE.sub("", _EXTENT.sub("", _CONTRIBUTORS.sub("", text))))
    if text:
        found.csl["title"] = text


_ONLINE = re.compile(r"\b(?:advance online publication|e?pub ahead of print|online first|early view)\b.*$", re.IGNORECASE)


_MEDIUM = re.compile(r"\s*(?:\[(?:on-?line|internet|electronic|elektronische)[^\]]*\]?|\([^()]*)$", re.IGNORECASE)
"""The medium in brackets at the end, or a bracket that is not closed."""


_LEADING_ROLE = re.compile(r"^\(?(?:editors?|eds?|hrsg|hg)\b(?:\.|\)|,)[.,:)]*\s+", re.IGNORECASE)
_TRAILING_OF = re.compile(r"\s+(?:vom|v\.|of|from)$")
_TRAILING_NUMBER_SIGN = re.compile(r"[,.]?\s+(?:no|n°|nr|vol|heft|h|št)\.?$", re.IGNORECASE)
_VISITED = re.compile(r"(?:retrieved|accessed|abgerufen|available|https?|www|arxiv\.org)\b", re.IGNORECASE)
_WORD = re.compile(r"\w")


def container(found: Segments) -> None:
    """``container-title``: journal, book or proceedings, without the "In:" before it."""
    text = unwrap(LEADING_IN.sub("", unwrap(first_container(found.runs))))
    text = unwrap(_LEADING_ROLE.sub("", text))
    text = STATUS.sub("", text).strip(" ,.()") if STATUS.search(text) else text
    text = _ONLINE.sub("", text).strip(" ,.([") if _ONLINE.search(text) else text
    text = unwrap(_MEDIUM.sub("", text))
    text = unwrap(_EXTENT.sub("", _CONTRIBUTORS.sub("", _TRAILING_OF.sub("", text))))
    text = _TRAILING_NUMBER_SIGN.sub("", text)
    if _VISITED.match(text):
        found.fields.pop("v", None)  # the day on which the page was visited
    elif _WORD.search(text):
        found.csl["container-title"] = text


_NUMERAL = re.compile(r"\d|[IVXLC]")


def _numbered(found: Segments, key: str, text: str) -> None:
    value = unwrap(LEADING[key].sub("", unwrap(text), count=1) if _NUMERAL.search(text) else unwrap(text))
    if value and _WORD.search(value):
        found.csl[key] = value


_TRAILING_VOLUME_SIGN = re.compile(r"\s*\.?\s*(?:Jg|Jahrgang|Bd)\b\.?[\s,]*$")


def volume(found: Segments) -> None:
    """``volume`` without "Vol.", "Jg.", "Bd."."""
    _numbered(found, "volume", _TRAILING_VOLUME_SIGN.sub("", found.take("v")))


_PARTS_OF_YEAR = frozenset((*MONTHS, "spring", "summer", "autumn", "fall", "winter", "frühjahr", "sommer", "herbst"))


_BEHIND_ISSUE = re.compile(r"[\s,]+(?:(?:issue of|art\.|article)\s.*|pp?\.?$)", re.IGNORECASE)


def issue(found: Segments) -> None:
    """``issue`` without "No.", "H.", "Nr."."""
    if found.take("i").strip(" .,;:()").lower() not in _PARTS_OF_YEAR:
        _numbered(found, "issue", _BEHIND_ISSUE.sub("", found.take("i")))


_AN_EDITION = re.compile(r"\d+\s?(?:e|ª|°|th|nd|rd|st)?\.?\s?(?:éd|ed|edn|Aufl|Ausg)\b", re.IGNORECASE)


_WORDS = re.compile(r"[^\W\d_]{3,}")
_CHAPTER = re.compile(r"^\W*ch(?:ap)?\..*")
_PAGE_SIGN = re.compile(r"\W*(?:pp?|S)\.?\W*")
_SUPPLEMENT = re.compile(r"\W*S\d")
_ENDS_IN_PAGE_SIGN = re.compile(r"\d\s*(?:ff?|pp?|S)\.?$")
_TRAILING_PAGE_SIGN = re.compile(r"\s*\b(?:ff?|pp?|S|et seq)\.?\s*$")
_PAGE_BEHIND_WORDS = re.compile(r"[^\W\d_]{4,}\b.*?[\s.](\d+(?:\s?[-–]\s?\d+)?)$")
_AFTER_PAGE = re.compile(r"(?<=\d);\s.*$")
_PAGE_NUMERAL = re.compile(r"\d|^[ivxlcIVXLC]+\b")


def page(found: Segments) -> None:
    """``page``: a range, a single page or an article number, without "pp." and "S."; ``number-of-pages`` for the extent of a book."""
    printed = next((p for p in found.fields.get("p", ()) if MONTHS.keys().isdisjoint(_WORDS.findall(p.lower()))), "")
    text = _CHAPTER.sub("", printed.split("[")[0])
    if not _WORD.search(text) and "[" in found.take("p") and not _ARXIV.search(found.take("p")):
        text = found.take("p")
    if _PAGE_SIGN.fullmatch(text) and found.take("v"):  # "200 p.": the number was taken for a volume
        text = found.fields.pop("v")[0]
        found.csl.pop("volume", None)
    if text:
        supplement = _SUPPLEMENT.match(text)  # pages of a supplement: S267-S274
        value = unwrap(text) if supplement else unwrap(LEADING["page"].sub("", unwrap(text), count=1))
        value = unwrap(_TRAILING_PAGE_SIGN.sub("", value) if _ENDS_IN_PAGE_SIGN.search(value) else value)
        if after_words := _PAGE_BEHIND_WORDS.match(value):
            value = after_words[1]
        value = _AFTER_PAGE.sub("", value)
        if _PAGE_NUMERAL.search(value) and not _AN_EDITION.match(value):
            found.csl["page"] = value
    if "page" not in found.csl and (article := re.search(r"\d\),?\s+Art(?:icle|\.)\s?(\w?\d+)\b", found.raw)):
        found.csl["page"] = article[1]
    if "page" not in found.csl and (span := re.search(r"(?<!\d)\d+\s?[-–—]\s?\d+", found.take("N"))):
        found.csl["page"] = span[0]
    elif match := re.search(r"(?:[ivxlc]+, ?)?\d+", found.take("N")):
        found.csl["number-of-pages"] = match[0]
        found.csl.setdefault("page", match[0])


def publisher(found: Segments) -> None:
    """``publisher`` and ``publisher-place``."""
    name, place = unwrap(found.take("b")), unwrap(found.take("l"))
    if _WORD.search(name):
        found.csl["publisher"] = name
    if _WORD.search(place):
        found.csl["publisher-place"] = place


def edition(found: Segments) -> None:
    """``edition`` as a number where one is printed, else as it stands."""
    text = unwrap(found.take("n"))
    if match := re.search(r"\d+", text):
        found.csl["edition"] = match[0]
    elif text:
        found.csl["edition"] = re.sub(r"\s*\b(?:edn?|edition|aufl(?:age)?)\b\.?\s*$", "", text, flags=re.IGNORECASE) or text


def series(found: Segments) -> None:
    """``collection-title``: the series a book stands in."""
    if text := unwrap(found.take("s")):
        found.csl["collection-title"] = re.sub(r"^(?:of|in|=)\s+", "", text)


_DOI = re.compile(r"10\.\d{4,9}(?:\.\d{1,9})?/[^\s\"<>“”]+")
_URL = re.compile(r"(?=[hfw])(?:(?:https?|ftp)://[^\s<>\"“”]+|www\.[^\s<>\"“”]+)")
_PMID = re.compile(r"P(?:(?<=\bP)MID:?\s*(\d{4,9})|ubMed:\s*(\d{4,9}))")
_PMCID = re.compile(r"PMC(?<=\bPMC)\d{4,9}\b")
_GLUED = re.compile(r"(?:Cross[Rr]ef|PubMed|Google ?Scholar|View|\[DOI\]|Article|CAS|PMID|PMCID).*$")


def identifiers(found: Segments) -> None:
    """``DOI`` in every spelling, and ``URL``; read from the whole string, as both are plain to see."""
    if match := _DOI.search(found.raw):
        found.csl["DOI"] = trim_identifier(_GLUED.sub("", match[0]))
    for match in _URL.finditer(found.raw):
        address = trim_identifier(match[0])
        if "doi.org/" not in address.lower():
            found.csl["URL"] = address
            break
    if match := _PMID.search(found.raw):
        found.csl["PMID"] = match[1] or match[2]
    if match := _PMCID.search(found.raw):
        found.csl["PMCID"] = match[0]


_ARXIV = re.compile(
    r"(?=[aAhHcCgGnNqQmM])(?i:arxiv\s?:?\s?(\d{4}\.\d{4,5}|[a-z-]{2,10}/\d{7})"
    r"|\b((?:hep|astro|cond|gr|nucl|quant|math)\s?-\s?[a-z]{2,3}/\d{7}))"
)


def number(found: Segments) -> None:
    """``number`` of a report or preprint, and ``genre`` (thesis, kind of report) as printed."""
    if match := _ARXIV.search(found.raw):
        found.csl["number"], found.csl["archive"] = "arXiv:" + (match[1] or match[2]).replace(" ", ""), "arXiv"
    elif text := unwrap(found.take("k")):
        found.csl["number"] = re.sub(r"^(?:no|nr)\.?\s*", "", text, flags=re.IGNORECASE)
    if (text := unwrap(found.take("r"))) and _GENRE.search(text):
        found.csl["genre"] = text


_GENRE = re.compile(
    r"thesis|dissertation|\bdiss\b|thèse|mémoire|tesis|report|paper|bericht|rapport|diplomarbeit|arbeit\b|habilitation", re.IGNORECASE
)
_THESIS = re.compile(
    r"\bthesis\b|dissertation|\bdiss\.|thèse|tesis doctoral|diplomarbeit|magisterarbeit|habilitationsschrift|mémoire de", re.IGNORECASE
)
_MEETING = re.compile(r"\bproceedings\b|\bproc\.|conference|symposium|workshop|\bconf\.|\bsymp\.|tagung|kongress|congress", re.IGNORECASE)
_REPORT = re.compile(r"\breport\b|working paper|discussion paper|tech\. rep|\bbericht|rapport|arbeitspapier", re.IGNORECASE)


def kind(found: Segments) -> None:
    """``type``, from the fields that were found."""
    csl = found.csl
    genre = str(csl.get("genre", ""))
    place = str(csl.get("container-title", ""))
    rules: tuple[tuple[str, bool], ...] = (
        ("thesis", bool(_THESIS.search(genre))),
        ("report", not place and bool(_REPORT.search(genre))),
        ("paper-conference", ("volume" not in csl or "issue" not in csl) and bool(_MEETING.search(place))),
        ("chapter", bool(place) and (("editor" in csl and "author" in csl) or "publisher" in csl) and "issue" not in csl),
        ("article-journal", bool(place)),
        ("article", csl.get("archive") == "arXiv"),
        ("book", "publisher" in csl or "publisher-place" in csl or "edition" in csl),
        ("webpage", "URL" in csl),
    )
    csl["type"] = next((name for name, holds in rules if holds), "document")


FIELDS: tuple[Callable[[Segments], None], ...] = (
    editors,
    authors,
    issued,
    accessed,
    title,
    container,
    volume,
    issue,
    page,
    publisher,
    edition,
    series,
    identifiers,
    number,
)
"""The rules that turn segments into CSL fields, in order; each reads the segments and adds its own fields."""

CLEANERS = (*BEFORE, *FIELDS, *AFTER, kind)
"""All rules, with the repairs of what the model gets wrong before and behind those for the fields."""


def to_csl(found: Segments) -> tuple[dict[str, Any], str | None]:
    """The CSL item of a segmented reference and its year suffix."""
    for cleaner in CLEANERS:
        cleaner(found)
    order = ("type", "author", "editor", "issued", "title", "container-title", "volume", "issue", "page")
    return {
        **{k: found.csl[k] for k in order if k in found.csl},
        **{k: v for k, v in found.csl.items() if k not in order},
    }, found.year_suffix
