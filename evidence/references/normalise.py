"""Labelled segments into CSL-JSON fields: persons, then one small cleaner per kind of field.

Values stay as printed (misspellings, dashes, abbreviations); only what announces or closes a field goes: ``pp.``, ``In:``,
quotation marks, the stop at the end. :data:`CLEANERS` lists the rules in the order in which they run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from evidence.references.names import name_part, persons
from evidence.references.tokens import DASHES, trim_identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evidence.model import CslItem
    from evidence.references.tokens import Token

OPEN = "([{“„«‹‘\"'`´"
CLOSE = ")]}”»›’\"'´"


@dataclass
class Segments:
    """What the sequence model found: the text of every field, in order of appearance.

    ``runs`` are (label, text) of adjacent tokens with one label; ``emphasised`` what the source set in italics; ``fields``
    the texts by label; ``csl`` what the cleaners made of it so far; ``year_suffix`` the letter of ``2018a``."""

    raw: str
    runs: list[tuple[str, str]]
    emphasised: tuple[str, ...] = ()
    fields: dict[str, list[str]] = field(default_factory=dict)
    csl: CslItem = field(default_factory=dict)
    year_suffix: str | None = None

    def take(self, label: str) -> str:
        """The first text with this label, or empty."""
        return self.fields.get(label, [""])[0]

    def longest(self, label: str) -> str:
        """The longest text with this label, or empty."""
        return max(self.fields.get(label, [""]), key=len)


def segments(raw: str, tokens: Sequence[Token], labels: Sequence[str], emphasised: tuple[str, ...] = ()) -> Segments:
    """Adjacent tokens with one label joined to the text that they span in ``raw``."""
    runs: list[tuple[str, str]] = []
    start = 0
    for i in range(1, len(tokens) + 1):
        if i == len(tokens) or labels[i] != labels[start]:
            runs.append((labels[start], raw[tokens[start].start : tokens[i - 1].end]))
            start = i
    found = Segments(raw, runs, emphasised)
    for label, text in runs:
        found.fields.setdefault(label, []).append(text)
    return found


def unwrap(text: str) -> str:
    """``text`` without separators at both ends, and without quotation marks or brackets that are not paired inside."""
    text = text.strip()
    while text:
        first, last = text[0], text[-1]
        if last in ".,;:/|*†" + DASHES and not text.endswith("..."):
            text = text[:-1].rstrip()
        elif first in ".,;:/|*" + DASHES or (first in CLOSE and first not in "\"'’"):
            text = text[1:].lstrip()
        elif first in OPEN and _closes(text):
            text = text[1:-1].strip()
        elif first in OPEN and not _has_partner(text[1:], first):
            text = text[1:].lstrip()
        elif last in CLOSE and not _has_partner(text[:-1], last):
            text = text[:-1].rstrip()
        else:
            break
    return text


_PARTNER = {"(": ")", "[": "]", "{": "}", "“": "”", "„": "“”", "«": "»", "‹": "›", "‘": "’", '"': '"', "'": "'", "`": "'", "´": "'"}
_OPENER = {")": "(", "]": "[", "}": "{", "”": "“„", "»": "«", "›": "‹", "’": "‘", '"': '"', "'": "'`", "´": "`"}


def _has_partner(rest: str, mark: str) -> bool:
    partners = _PARTNER.get(mark, "") + _OPENER.get(mark, "")
    if mark in "([{)]}":
        return rest.count(mark) < sum(rest.count(p) for p in partners)
    return any(p in rest for p in partners)


def _closes(text: str) -> bool:
    """Whether the first mark of ``text`` is closed by its last one."""
    first, last = text[0], text[-1]
    return len(text) > 1 and last in _PARTNER[first] and first not in text[1:-1] and last not in text[1:-1]


def end_of_pages(found: Segments) -> None:
    """The end of a page range that was taken for a year ("1493-1502. 2015") given back to the pages."""
    if len(found.fields.get("y", ())) < 2:
        return
    for i, ((before, pages), (after, year)) in enumerate(pairwise(found.runs)):
        if (before, after) == ("p", "y") and pages.rstrip()[-1:] in DASHES and (end := re.match(r"\d{4}", year)):
            found.runs[i : i + 2] = [("p", pages + end[0]), ("y", year[end.end() :])]
            found.fields["p"][found.fields["p"].index(pages)] = pages + end[0]
            found.fields["y"].remove(year)
            return


# ---------------------------------------------------------------------------------------------------------------- persons


def authors(found: Segments) -> None:
    """``author``; or ``editor`` where the persons at the head of the reference are marked "(Eds.)". Persons behind the title
    count only when none stand before it."""
    labels = [label for label, _ in found.runs]
    cut = labels.index("t") if "t" in labels else len(labels)
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


_EDITOR_ROLE = re.compile(r"\b(?:eds?|edr?s|editors?|hrsgg?|hgg?|herausgeber|dirs?|éds?|coords?|cur)\b", re.IGNORECASE)


def editors(found: Segments) -> None:
    """``editor``: the persons named with the book or proceedings that hold the work."""
    people = persons(found.runs, "e", "h", "W")
    if people:
        found.csl["editor"] = people


# ------------------------------------------------------------------------------------------------------------------ dates

_YEAR = re.compile(r"(?<!\d)((?:1[4-9]|20)\d\d)\s?([a-k](?![a-zA-Z]))?")
_NO_DATE = re.compile(r"\b(n\.\s?d\.?|o\.\s?J\.?|s\.\s?d\.?|undated)(?!\w)", re.IGNORECASE)
_STATUS = re.compile(
    r"\b(in press|forthcoming|im erscheinen|im druck|submitted|accepted|to appear|sous presse|à paraître|in preparation|unpublished)\b",
    re.IGNORECASE,
)
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
    year_match = _YEAR.search(text)
    if not year_match:
        return []
    month = next((MONTHS[w.lower()] for w in re.findall(r"[^\W\d_]+", text) if w.lower() in MONTHS), 0)
    days = re.findall(r"(?<!\d)(\d\d?)(?!\d)", text)
    return [int(year_match[1]), *([month] if month else []), *([int(days[0])] if month and days and 0 < int(days[0]) < 32 else [])]


def issued(found: Segments) -> None:
    """``issued``, with month and day where they are printed; ``year_suffix``; "n.d." and "in press" as they stand."""
    texts = found.fields.get("y", [])
    text = next((t for t in texts if _YEAR.search(t) or _NO_DATE.search(t)), "")
    if match := (re.search(rf"(?<=\()\s*{_YEAR.pattern}", text) or _YEAR.search(text)):
        found.year_suffix = match[2]
        rest = " ".join([text, *found.fields.get("m", [])]) if "m" in found.fields else text
        found.csl["issued"] = {"date-parts": [_date_parts(rest) if "m" in found.fields else [int(match[1])]]}
    elif none := _NO_DATE.search(" ".join(texts)):
        found.csl["issued"] = {"literal": none[1]}
    if status := _STATUS.search(" ".join([*texts, *found.fields.get("r", []), *found.fields.get("c", [])])):
        found.csl["status"] = status[1].lower()


def accessed(found: Segments) -> None:
    """``accessed``: the day on which an address was visited."""
    if parts := _date_parts(" ".join(found.fields.get("q", []))):
        found.csl["accessed"] = {"date-parts": [parts]}


# ----------------------------------------------------------------------------------------------------------------- fields

_LEADING_IN = re.compile(
    r"^(?:(?:in|dans|en|aus|from)\s*[:;]?\s+(?=\S)|in\s?:\s*)?(?:(?:ders|dies|id|idem)\.?\s*(?:\((?:hrsg|hg|eds?)\.?\)\s*)?[:,]\s*)?",
    re.IGNORECASE,
)
_LEADING = {
    "volume": re.compile(r"^\W*(?:(?:volumes?|vols?|bde?|band|jgg?|jahrgang|tome|tomo|t|v)\b\.?\s*)+", re.IGNORECASE),
    "issue": re.compile(
        r"^\W*(?:(?:numbers?|nos?|nr|n|série|ser|issue|iss|heft|h|numéro|número|num|št|č)\b\.?\s*[°ºo]?\s*|n[°º]\s*|№\s*)+", re.IGNORECASE
    ),
    "page": re.compile(
        r"^\W*(?:(?:pages?|pp?|seiten?|s|pgs?|pág(?:s|inas?)?|artikel|article|artn|art|no|id|paper)\b(?!-)\.?\s*[:]?\s*)+", re.IGNORECASE
    ),
}


_CONTRIBUTORS = re.compile(
    r"[.,;]\s+(?:(?:edited|translated|transl?\.|trans\.|ed\.|eds\.|hrsg\.|hg\.|übers\.)\s(?:and\s\w+\s)?(?:by|von|v\.|per)\s.*"
    r"|(?:trans\.|translated by|übersetzt von|a cura di)\s.*"
    r"|(?:second|third|fourth|fifth|revised|2nd|3rd|[4-9]th)\s(?:revised\s)?(?:edition|ed\.?|edn\.?))$",
    re.IGNORECASE,
)
"""Editors, translators and editions named behind a title."""


def title(found: Segments) -> None:
    """``title``, without quotation marks around it: the first stretch of three words or more, else the longest."""
    text = unwrap(next((t for t in found.fields.get("t", ()) if len(t.split()) > 2), found.longest("t")))
    text = unwrap(_CONTRIBUTORS.sub("", text))
    if text:
        found.csl["title"] = text


_ONLINE = re.compile(r"\b(?:advance online publication|e?pub ahead of print|online first|early view)\b.*$", re.IGNORECASE)


_MEDIUM = re.compile(r"\s*(?:\[(?:on-?line|internet|electronic|elektronische)[^\]]*\]?|\([^()]*)$", re.IGNORECASE)
"""The medium in brackets at the end, or a bracket that is not closed."""


def container(found: Segments) -> None:
    """``container-title``: journal, book or proceedings, without the "In:" before it."""
    text = unwrap(_LEADING_IN.sub("", unwrap(found.longest("c"))))
    text = unwrap(re.sub(r"^\(?(?:editors?|eds?|hrsg|hg)\b(?:\.|\)|,)[.,:)]*\s+", "", text, flags=re.IGNORECASE))
    text = _STATUS.sub("", text).strip(" ,.()") if _STATUS.search(text) else text
    text = _ONLINE.sub("", text).strip(" ,.([") if _ONLINE.search(text) else text
    text = unwrap(_MEDIUM.sub("", text))
    text = unwrap(_CONTRIBUTORS.sub("", text))
    if re.search(r"\w", text):
        found.csl["container-title"] = text


def _numbered(found: Segments, key: str, text: str) -> None:
    value = unwrap(_LEADING[key].sub("", unwrap(text), count=1) if re.search(r"\d|[IVXLC]", text) else unwrap(text))
    if value and re.search(r"\w", value):
        found.csl[key] = value


def volume(found: Segments) -> None:
    """``volume`` without "Vol.", "Jg.", "Bd."."""
    text = re.sub(r"\s*\.?\s*(?:Jg|Jahrgang|Bd)\b\.?[\s,]*$", "", found.take("v"))
    _numbered(found, "volume", text)


_PARTS_OF_YEAR = frozenset((*MONTHS, "spring", "summer", "autumn", "fall", "winter", "frühjahr", "sommer", "herbst"))


def issue(found: Segments) -> None:
    """``issue`` without "No.", "H.", "Nr."."""
    if found.take("i").strip(" .,;:()").lower() not in _PARTS_OF_YEAR:
        _numbered(found, "issue", re.sub(r"[\s,]+(?:issue of|art\.|article)\s.*", "", found.take("i"), flags=re.IGNORECASE))


def page(found: Segments) -> None:
    """``page``: a range, a single page or an article number, without "pp." and "S."; ``number-of-pages`` for the extent of a book."""
    text = re.sub(r"^\W*ch(?:ap)?\..*", "", found.take("p").split("[")[0])
    if not re.search(r"\w", text) and "[" in found.take("p") and not _ARXIV.search(found.take("p")):
        text = found.take("p")
    if re.fullmatch(r"\W*(?:pp?|S)\.?\W*", text) and found.take("v"):  # "200 p.": the number was taken for a volume
        text = found.fields.pop("v")[0]
        found.csl.pop("volume", None)
    if text:
        supplement = re.match(r"^\W*S\d", text)  # pages of a supplement: S267-S274
        value = unwrap(text) if supplement else unwrap(_LEADING["page"].sub("", unwrap(text), count=1))
        value = unwrap(re.sub(r"\s*\b(?:ff?|pp?|S|et seq)\.?\s*$", "", value) if re.search(r"\d\s*(?:ff?|pp?|S)\.?$", value) else value)
        if after_words := re.match(r"[^\W\d_]{4,}\b.*?[\s.](\d+(?:\s?[-–]\s?\d+)?)$", value):
            value = after_words[1]
        if re.search(r"\d|^[ivxlcIVXLC]+\b", value):
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
    if re.search(r"\w", name):
        found.csl["publisher"] = name
    if re.search(r"\w", place):
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
_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"“”]+|www\.[^\s<>\"“”]+")
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
    if match := re.search(r"\bPMID:?\s*(\d{4,9})|PubMed:\s*(\d{4,9})", found.raw):
        found.csl["PMID"] = match[1] or match[2]
    if match := re.search(r"\bPMC\d{4,9}\b", found.raw):
        found.csl["PMCID"] = match[0]


_ARXIV = re.compile(
    r"arxiv\s?:?\s?(\d{4}\.\d{4,5}|[a-z-]{2,10}/\d{7})|\b((?:hep|astro|cond|gr|nucl|quant|math)\s?-\s?[a-z]{2,3}/\d{7})", re.IGNORECASE
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


_TWO = re.compile(r"\(?(\w+)\)?\s*[,:;]\s*(?:(?:pp?|S|art(?:icle)?)\b\.?\s*)?(\w+(?:\s?[-–]\s?\w+)?)", re.IGNORECASE)


def bare_number_sign(found: Segments) -> None:
    """The number behind a sign ("n°121") that the model left to the volume or the pages given back to the issue."""
    csl = found.csl
    if not re.fullmatch(r"\W*(?:n|no|nr)?\W*", csl.get("issue", "x"), re.IGNORECASE):
        return
    csl.pop("issue")
    if "volume" in csl:
        csl["issue"] = csl.pop("volume")
    elif both := re.fullmatch(r"(\d+)[.,]\s*(?:pp?\.\s*)(\S+)", csl.get("page", "")):
        csl["issue"], csl["page"] = both.groups()


def run_together(found: Segments) -> None:
    """Two numbers that the model left in one field ("6, 7373", "(7): 693-7"): told apart by which field is missing."""
    csl = found.csl
    for key, both in (
        ("issue", ("issue", "page")),
        ("volume", ("volume", "page")),
        ("page", ("volume", "page")),
        ("volume", ("volume", "issue")),
    ):
        first, second = both
        match = _TWO.fullmatch(csl.get(key, ""))
        if match and all(other == key or other not in csl for other in both) and (key != "page" or match[1].isdigit()):
            csl[first], csl[second] = match[1], match[2]
    if "volume" not in csl and (pair := re.fullmatch(r"(\d+)\s?[:./]\s?(\d+)", csl.get("issue", ""))):
        csl["volume"], csl["issue"] = pair.groups()
    if "volume" in csl and "issue" not in csl and re.match(r"\W*(?:n[°º]|nos?\b|nr\b|heft\b|h\.)", found.take("v"), re.IGNORECASE):
        csl["issue"] = _LEADING["issue"].sub("", csl.pop("volume"), count=1)
    if "issue" in csl and "container-title" in csl and re.fullmatch(r"[\s.,:]*[1-9]\d*(?:\s*,\s*\w+)?[\s.,:;]*", found.take("i")):
        _unannounced(csl)


def _unannounced(csl: CslItem) -> None:
    """A bare number behind the journal that was read as issue, without bracket or "no.": volume, or page where that fits."""
    if "volume" in csl and "page" not in csl:
        csl["page"] = csl.pop("issue")
    elif "volume" not in csl:
        number = csl.pop("issue")
        csl["page" if "page" not in csl and len(number) > 3 else "volume"] = number


def lone_container(found: Segments) -> None:
    """A "container" without a title in it and without numbers is the title of a book or page, unless it is a short journal
    name or the work is still in press."""
    csl = found.csl
    name = csl.get("container-title", "")
    if not name or "title" in csl or "status" in csl or {"volume", "issue", "page"} & set(csl):
        return
    if "publisher" in csl or "publisher-place" in csl or "URL" in csl or (len(name.split()) > 3 and "." not in name):
        csl["title"] = csl.pop("container-title")


_MONTHLY = re.compile(r"JHEP|JCAP")


def day_and_month(found: Segments) -> None:
    """The day and month of a date in figures ("14.05.2009") that the model took for volume and issue."""
    day, month = found.csl.get("volume", ""), found.csl.get("issue", "")
    if not re.fullmatch(r"[0-3]?\d", day) or not re.fullmatch(r"[01]?\d|", month):
        return
    if re.search(rf"(?<![\d./]){day}\.\s?{month or '1?[0-9]'}\.\s?(?:19|20)\d\d(?![\d.])", found.raw):
        found.csl.pop("volume")
        found.csl.pop("issue", None)


def year_among_numbers(found: Segments) -> None:
    """Where no year was found: a "volume" that looks like one and is followed by another number ("2008, 2, 47-54")."""
    csl = found.csl
    if "issued" in csl or not re.fullmatch(r"(?:19|20)\d\d", csl.get("volume", "")) or "issue" not in csl:
        return
    csl["issued"] = {"date-parts": [[int(csl["volume"])]]}
    csl["volume"] = csl.pop("issue")


def monthly(found: Segments) -> None:
    """Journals whose volume is the year and whose printed two-digit number is the month: that number is the issue."""
    csl = found.csl
    if _MONTHLY.fullmatch(csl.get("container-title", "")) and "issue" not in csl and re.fullmatch(r"0\d|1[0-2]", csl.get("volume", "")):
        csl["issue"] = csl.pop("volume")


def title_inside(found: Segments) -> None:
    """A "container" that begins with a small "in" right behind a word, or behind a quotation and a colon, is the rest of the
    title up to the last full stop; without a stop in it, it is the rest of a journal's name ("Trends in ...")."""
    start = found.longest("c").lstrip()
    before = found.longest("t").rstrip()
    small = re.match(r"in\s", start) and before[-1:].isalnum()
    if not small and not re.search(r"[”’\"']\s?:$", before):
        return
    rest, _, last = start.rstrip(" .,").rpartition(". ")
    head, _, tail = before.rpartition(". ")
    if rest:
        found.csl["title"], found.csl["container-title"] = f"{before} {unwrap(rest)}", unwrap(last)
    elif small and head and tail[:1].isupper() and {"volume", "page"} <= set(found.csl):
        found.csl["title"], found.csl["container-title"] = unwrap(head), f"{tail} {unwrap(start)}"


_SENTENCE = re.compile(r"(.*\b[a-zß-ÿ]{3,}\b.*\b[a-zß-ÿ]{3,}\b[^.:]*)[.:] (\w.*)")


def title_in_container(found: Segments) -> None:
    """A long "container" with numbers and no title beside it: the title ends at its last stop or colon."""
    csl = found.csl
    name = csl.get("container-title", "")
    if "title" in csl or "volume" not in csl or len(name.split()) < 8:
        return
    if match := _SENTENCE.fullmatch(name):
        csl["title"], csl["container-title"] = unwrap(match[1]), unwrap(match[2])


def emphasis(found: Segments) -> None:
    """Where the source set the container in italics, that is where it begins."""
    csl = found.csl
    for span in map(unwrap, found.emphasised):
        for key in ("title", "container-title"):
            value = csl.get(key, "")
            if (
                len(span) > 3
                and value.endswith(span)
                and len(value) > len(span) + 8
                and ("title" not in csl or "container-title" not in csl)
            ):
                csl["title"], csl["container-title"] = unwrap(value[: -len(span)]), span


_SERIES = re.compile(
    r"\b(?:monographs|lecture notes|studies in|texts in|series|reihe"
    r"|schriften|schriftenreihe|beiträge zu[rm]?|gesamtausgabe|werke|collection|coll\.)\b",
    re.IGNORECASE,
)
_QUOTED_END = re.compile(r"[”’\"'“»][\s.,:;]*$")


def own_publisher(found: Segments) -> None:
    """An organisation that stands again, as publisher, at the end of the title: it and the place before it taken off."""
    csl = found.csl
    name = csl.get("author", [{}])[0].get("literal", "")
    text = csl.get("title", "")
    if not name or not text.endswith(name):
        return
    head, _, place = text.removesuffix(name).rstrip(" .,:").rpartition(". ")
    if head and len(place.split()) < 4:
        csl["title"], csl["publisher"], csl["publisher-place"] = unwrap(head), name, unwrap(place)


def subtitle(found: Segments) -> None:
    """A book's "container" without an "In" and without pages or numbers: its series, or the rest of its title."""
    csl = found.csl
    book = {"title", "container-title"} <= set(csl) and {"publisher", "publisher-place"} & set(csl)
    if not book or {"editor", "issue", "page"} & set(csl) or re.match(r"\s*(?:in|dans|en)\b", found.take("c"), re.IGNORECASE):
        return
    if _SERIES.search(csl["container-title"]):
        csl["collection-title"] = csl.pop("container-title")
    elif "volume" not in csl and len(found.fields.get("c", ())) == 1 and (both := _title_and_next(found, "c")):
        csl.pop("container-title")
        csl["title"] = both


def _title_and_next(found: Segments, label: str) -> str:
    """The title together with the field ``label`` right behind it, or empty where a quotation closes between them."""
    runs = [*found.runs, ("", "")]
    for (before, first), (after, second), (then, _) in zip(runs, runs[1:], runs[2:], strict=False):
        if (before, after) == ("t", label) and then in "lbyn" and not _QUOTED_END.search(first):
            joint = " " if f"{first} {second}" in found.raw else ""
            return unwrap(first + joint + second)
    return ""


def quoted(found: Segments) -> None:
    """A title in quotation marks ends where they close; what follows without a mark is the book or page that holds it."""
    text = found.longest("t")
    match = re.match(r"[“\"]([^“”\"]{8,}[.,?!])[”\"]\s+(\w.{8,})$", text)
    if match and match[1].rstrip(".,") in found.csl.get("title", ""):
        found.csl["title"] = unwrap(match[1])
        found.csl.setdefault("container-title", unwrap(match[2]))


def kind(found: Segments) -> None:
    """``type``, from the fields that were found."""
    csl = found.csl
    genre = str(csl.get("genre", ""))
    place = str(csl.get("container-title", ""))
    rules: tuple[tuple[str, bool], ...] = (
        ("thesis", bool(_THESIS.search(genre))),
        ("report", bool(_REPORT.search(genre)) and not place),
        ("paper-conference", bool(_MEETING.search(place)) and ("volume" not in csl or "issue" not in csl)),
        ("chapter", bool(place) and (("editor" in csl and "author" in csl) or "publisher" in csl) and "issue" not in csl),
        ("article-journal", bool(place)),
        ("article", csl.get("archive") == "arXiv"),
        ("book", "publisher" in csl or "publisher-place" in csl or "edition" in csl),
        ("webpage", "URL" in csl),
    )
    csl["type"] = next((name for name, holds in rules if holds), "document")


CLEANERS: tuple[Callable[[Segments], None], ...] = (
    end_of_pages,
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
    bare_number_sign,
    run_together,
    day_and_month,
    year_among_numbers,
    own_publisher,
    monthly,
    title_inside,
    title_in_container,
    emphasis,
    quoted,
    subtitle,
    lone_container,
    kind,
)
"""The rules that turn segments into CSL fields, in order; each reads the segments and adds its own fields."""


def to_csl(found: Segments) -> tuple[dict[str, Any], str | None]:
    """The CSL item of a segmented reference and its year suffix."""
    for cleaner in CLEANERS:
        cleaner(found)
    order = ("type", "author", "editor", "issued", "title", "container-title", "volume", "issue", "page")
    return {
        **{k: found.csl[k] for k in order if k in found.csl},
        **{k: v for k, v in found.csl.items() if k not in order},
    }, found.year_suffix
