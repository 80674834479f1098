"""Labelled segments into CSL-JSON fields: persons, then one small cleaner per kind of field.

Values stay as printed (misspellings, dashes, abbreviations); only what announces or closes a field goes: ``pp.``, ``In:``,
quotation marks, the stop at the end. :data:`CLEANERS` lists the rules in the order in which they run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evidence.references.tokens import DASHES, trim_identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evidence.model import CslItem
    from evidence.references.tokens import Token

PARTICLES = frozenset("van von der den de del della di da dos das do du la le ten ter zu zur vom af av bin ibn el al dalla degli 't".split())
SUFFIXES = re.compile(r"(?:^|[\s,]+)((?:[JS]r)\.?|I{2,3}|IV)(?=$|[\s,.])")
OPEN = "([{“„«‹‘\"'`´"
CLOSE = ")]}”»›’\"'´"
_SPACES = re.compile(r"\s+")


@dataclass
class Segments:
    """What the sequence model found: the text of every field, in order of appearance.

    ``runs`` are (label, text) of adjacent tokens with one label; ``fields`` the texts by label; ``csl`` what the cleaners
    made of it so far; ``year_suffix`` the letter of ``2018a``."""

    raw: str
    runs: list[tuple[str, str]]
    fields: dict[str, list[str]] = field(default_factory=dict)
    csl: CslItem = field(default_factory=dict)
    year_suffix: str | None = None

    def take(self, label: str) -> str:
        """The first text with this label, or empty."""
        return self.fields.get(label, [""])[0]

    def longest(self, label: str) -> str:
        """The longest text with this label, or empty."""
        return max(self.fields.get(label, [""]), key=len)


def segments(raw: str, tokens: Sequence[Token], labels: Sequence[str]) -> Segments:
    """Adjacent tokens with one label joined to the text that they span in ``raw``."""
    runs: list[tuple[str, str]] = []
    start = 0
    for i in range(1, len(tokens) + 1):
        if i == len(tokens) or labels[i] != labels[start]:
            runs.append((labels[start], raw[tokens[start].start : tokens[i - 1].end]))
            start = i
    found = Segments(raw, runs)
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


# ---------------------------------------------------------------------------------------------------------------- persons


def _person(family: str, given: str) -> dict[str, str]:
    """A CSL name; lower-case particles before the family name and suffixes after either part stand on their own."""
    name: dict[str, str] = {}
    if match := SUFFIXES.search(given):
        name["suffix"], given = match[1], (given[: match.start()] + given[match.end() :]).strip(" ,")
    if (match := SUFFIXES.search(family)) and match.start() > 0:
        name["suffix"], family = match[1], family[: match.start()].strip(" ,")
    words = family.split()
    count = 0
    while count < len(words) - 1 and words[count].lower() in PARTICLES and words[count].islower():
        count += 1
    if count:
        name["non-dropping-particle"], family = " ".join(words[:count]), " ".join(words[count:])
    trailing = given.split()
    cut = len(trailing)
    while cut > 0 and trailing[cut - 1] in PARTICLES:
        cut -= 1
    if cut < len(trailing) and cut > 0:
        name["dropping-particle"], given = " ".join(trailing[cut:]), " ".join(trailing[:cut])
    if family:
        name["family"] = family
    if given:
        name["given"] = given
    return name


_TRAILING_INITIALS = re.compile(r"(.*[^\W\d_]{2}.*?),?\s+((?:[A-Z]\.?[\s-]?){1,5}|[A-Z]{1,3})$")
_LEADING_INITIALS = re.compile(r"((?:[A-Z]\.?-?\s?){1,5})(?<=[.\s])([^\W\d_]{2}.*)$")


def _whole_person(family: str, given: str) -> dict[str, str]:
    """A CSL name from its printed parts. A name that the model left in one piece is cut: initials off its end or its
    beginning, else before the last word; parts taken for each other ("LE" as family name) change places."""
    family, given = _name_part(family), _name_part(given)
    if re.fullmatch(r"[A-Z]{1,3}\.?|(?:[A-Z]\.\s?){1,4}", family) and re.fullmatch(r"[^\W\d_][^\W\d_]+[a-zß-ÿ].*", given):
        return _person(given, family)
    if family and given:
        return _person(family, given)
    name = family or given
    if match := _TRAILING_INITIALS.match(name):
        return _person(match[1], match[2].strip())
    if match := _LEADING_INITIALS.match(name):
        return _person(match[2], match[1].strip())
    words = name.split()
    if len(words) > 1 and words[0].lower() not in PARTICLES and not (family and words[0].isupper()):
        cut = next((i for i in range(1, len(words) - 1) if words[i] in PARTICLES), len(words) - 1)
        return _person(" ".join(words[cut:]), " ".join(words[:cut]))
    return _person(name, "")


def _name_part(text: str) -> str:
    text = _SPACES.sub(" ", text).strip(" ,;:/&*†‡§()[]\"“”" + DASHES)
    return text if re.search(r"(?:\b[A-Z]|[JS]r)\.$", text) else text.rstrip(".").rstrip()


def persons(runs: Sequence[tuple[str, str]], family: str, given: str, joint: str) -> list[dict[str, str]]:
    """Persons and organisations from labelled runs; ``family``, ``given``, ``joint`` are the labels of their parts."""
    people: list[dict[str, str]] = []
    parts: list[tuple[str, str]] = []
    for label, text in [*runs, (joint, "")]:
        if label in (family, given):
            parts.append(("family" if label == family else "given", text))
            continue
        if label not in "fz":
            people += _resolve(parts)
            parts = []
        if label == "A" and joint == "w":
            people.append({"literal": _name_part(text)})
    return [p for p in people if re.search(r"[^\W\d_]", p.get("family") or p.get("literal") or "")]


def _resolve(parts: list[tuple[str, str]]) -> list[dict[str, str]]:
    """The persons in a row of name parts that no joint divides: mostly one; two where a part comes twice."""
    kinds = [kind for kind, text in parts if _name_part(text)]
    texts = [text for _, text in parts if _name_part(text)]
    if kinds in (["family", "given", "family"], ["family", "given", "family", "given"]):
        inverted = texts[0].rstrip().endswith(",")
        if inverted and not texts[1].rstrip().endswith((",", ";")):  # "Daniel, Glyn | Edmund": a second given name
            return [_whole_person(texts[0], " ".join(texts[1:]))]
        if not inverted and len(kinds) == 3:  # "Ted | J. | Kaptchuk"
            return [_whole_person(texts[2], " ".join(texts[:2]))]
    people: list[dict[str, str]] = []
    current: dict[str, str] = {}
    for kind, text in zip(kinds, texts, strict=True):
        pieces = [p for p in re.split(r"\s*[,;]\s+|;", text.strip(" ,;")) if p] if kind == "family" else [text]
        for n, piece in enumerate(pieces):
            if kind in current or n:
                people.append(_whole_person(current.get("family", ""), current.get("given", "")))
                current = {}
            current[kind] = piece
    return [*people, _whole_person(current.get("family", ""), current.get("given", ""))] if current else people


def authors(found: Segments) -> None:
    """``author``; or ``editor`` where the persons at the head of the reference are marked "(Eds.)"."""
    people = persons(found.runs, "a", "g", "w")
    if not people:
        return
    labels = [label for label, _ in found.runs]
    head = labels.index("t") if "t" in labels else len(labels)
    role = next((text for label, text in found.runs[:head] if label in "fz" and _EDITOR_ROLE.search(text)), "")
    key = "editor" if _EDITOR_ROLE.search(role) else "author"
    found.csl[key] = people


_EDITOR_ROLE = re.compile(r"\b(?:eds?|edr?s|editors?|hrsgg?|hgg?|herausgeber|dirs?|éds?|coords?|cur)\b", re.IGNORECASE)


def editors(found: Segments) -> None:
    """``editor``: the persons named with the book or proceedings that hold the work."""
    people = persons(found.runs, "e", "h", "W")
    if people:
        found.csl["editor"] = found.csl.get("editor", []) + people


# ------------------------------------------------------------------------------------------------------------------ dates

_YEAR = re.compile(r"(?<!\d)((?:1[4-9]|20)\d\d)\s?([a-k](?![a-zA-Z]))?")
_NO_DATE = re.compile(r"\b(n\.\s?d\.?|o\.\s?J\.?|s\.\s?d\.?|undated)(?!\w)", re.IGNORECASE)
_STATUS = re.compile(r"\b(in press|forthcoming|im erscheinen|im druck|submitted|accepted|to appear|sous presse|à paraître|in preparation|unpublished)\b", re.IGNORECASE)
MONTHS = {
    name: number
    for number, names in enumerate((
        "jan january januar janvier enero gennaio jän", "feb february februar février fevrier febrero febbraio", "mar march märz mars marzo mrz", "apr april avril abril aprile",
        "may mai mayo maggio", "jun june juni juin junio giugno", "jul july juli juillet julio luglio", "aug august août agosto",
        "sep sept september septembre septiembre settembre", "oct october okt oktober octobre octubre ottobre", "nov november novembre noviembre",
        "dec december dez dezember décembre diciembre dicembre"), 1)
    for name in names.split()
}  # fmt: skip


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
    text = next((t for t in texts if _YEAR.search(t)), "")
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

_LEADING_IN = re.compile(r"^(?:in|dans|en|aus|from)\s*[:;]?\s+(?=\S)|^in\s?:\s*", re.IGNORECASE)
_LEADING = {
    "volume": re.compile(r"^\W*(?:(?:volumes?|vols?|bde?|band|jgg?|jahrgang|tome|tomo|t|v)\b\.?\s*)+", re.IGNORECASE),
    "issue": re.compile(r"^\W*(?:(?:numbers?|nos?|nr|n|issue|iss|heft|h|numéro|número|num)\b\.?\s*[°ºo]?\s*|n[°º]\s*|№\s*)+", re.IGNORECASE),
    "page": re.compile(r"^\W*(?:(?:pages?|pp?|seiten?|s|pgs?|pág(?:s|inas?)?|artikel|article|artn|art|no|id|paper)\b(?!-)\.?\s*[:]?\s*)+", re.IGNORECASE),
}


def title(found: Segments) -> None:
    """``title``, without quotation marks around it."""
    text = unwrap(found.longest("t"))
    if text:
        found.csl["title"] = text


def container(found: Segments) -> None:
    """``container-title``: journal, book or proceedings, without the "In:" before it."""
    text = unwrap(_LEADING_IN.sub("", unwrap(found.longest("c"))))
    text = _STATUS.sub("", text).strip(" ,.()") if _STATUS.search(text) else text
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


def issue(found: Segments) -> None:
    """``issue`` without "No.", "H.", "Nr."."""
    _numbered(found, "issue", found.take("i"))


def page(found: Segments) -> None:
    """``page``: a range, a single page or an article number, without "pp." and "S."; ``number-of-pages`` for the extent of a book."""
    text = found.take("p").split("[")[0]
    if not re.search(r"\w", text):
        text = found.take("p")
    if re.fullmatch(r"\W*(?:pp?|S)\.?\W*", text) and found.take("v"):  # "200 p.": the number was taken for a volume
        text = found.fields.pop("v")[0]
        found.csl.pop("volume", None)
    if text:
        supplement = re.match(r"^\W*S\d", text)  # pages of a supplement: S267-S274
        value = unwrap(text) if supplement else unwrap(_LEADING["page"].sub("", unwrap(text), count=1))
        value = unwrap(re.sub(r"\s*\b(?:ff?|pp?|S|et seq)\.?\s*$", "", value) if re.search(r"\d\s*(?:ff?|pp?|S)\.?$", value) else value)
        if re.search(r"\w", value):
            found.csl["page"] = value
    if match := re.search(r"(?:[ivxlc]+, ?)?\d+", found.take("N")):
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


_ARXIV = re.compile(r"arxiv\s?:?\s?(\d{4}\.\d{4,5}|[a-z-]{2,10}/\d{7})|\b((?:hep|astro|cond|gr|nucl|quant|math)\s?-\s?[a-z]{2,3}/\d{7})", re.IGNORECASE)


def number(found: Segments) -> None:
    """``number`` of a report or preprint, and ``genre`` (thesis, kind of report) as printed."""
    if match := _ARXIV.search(found.raw):
        found.csl["number"], found.csl["archive"] = "arXiv:" + (match[1] or match[2]).replace(" ", ""), "arXiv"
    elif text := unwrap(found.take("k")):
        found.csl["number"] = re.sub(r"^(?:no|nr)\.?\s*", "", text, flags=re.IGNORECASE)
    if (text := unwrap(found.take("r"))) and _GENRE.search(text):
        found.csl["genre"] = text


_GENRE = re.compile(r"thesis|dissertation|\bdiss\b|thèse|mémoire|tesis|report|paper|bericht|rapport|diplomarbeit|arbeit\b|habilitation", re.IGNORECASE)
_THESIS = re.compile(r"\bthesis\b|dissertation|\bdiss\.|thèse|tesis doctoral|diplomarbeit|magisterarbeit|habilitationsschrift|mémoire de", re.IGNORECASE)
_MEETING = re.compile(r"\bproceedings\b|\bproc\.|conference|symposium|workshop|\bconf\.|\bsymp\.|tagung|kongress|congress", re.IGNORECASE)
_REPORT = re.compile(r"\breport\b|working paper|discussion paper|tech\. rep|\bbericht|rapport|arbeitspapier", re.IGNORECASE)


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
    authors, editors, issued, accessed, title, container, volume, issue, page, publisher, edition, series, identifiers, number, kind,
)  # fmt: skip
"""The rules that turn segments into CSL fields, in order; each reads the segments and adds its own fields."""


def to_csl(found: Segments) -> tuple[dict[str, Any], str | None]:
    """The CSL item of a segmented reference and its year suffix."""
    for cleaner in CLEANERS:
        cleaner(found)
    order = ("type", "author", "editor", "issued", "title", "container-title", "volume", "issue", "page")
    return {**{k: found.csl[k] for k in order if k in found.csl}, **{k: v for k, v in found.csl.items() if k not in order}}, found.year_suffix
