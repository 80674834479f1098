"""What the sequence model is known to get wrong, put right: one slip a rule.

:data:`BEFORE` works on the labelled runs, :data:`AFTER` on the fields that ``normalise`` made of them. A rule holds for a class
of references and asks for a plain sign of the slip; where the sign is missing it leaves everything as it is.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from evidence.references.features import LISTS
from evidence.references.names import name_part
from evidence.references.segments import LEADING, LEADING_IN, STATUS, YEAR, first_container, unwrap
from evidence.references.tokens import DASHES

if TYPE_CHECKING:
    from collections.abc import Callable

    from evidence.model import CslItem
    from evidence.references.segments import Segments

_TO_AUTHORS = {"e": "a", "h": "g", "W": "w"}


def editors_at_the_head(found: Segments) -> None:
    """Persons that the model took for editors before anything that they could have edited is named: they head the entry."""
    head = next((i for i, (label, _) in enumerate(found.runs) if label not in "agwAzehW"), len(found.runs))
    if any(label in _TO_AUTHORS for label, _ in found.runs[:head]):
        found.runs[:head] = [(_TO_AUTHORS.get(label, label), text) for label, text in found.runs[:head]]
        found.relabel()


def organisation_goes_on(found: Segments) -> None:
    """The rest of an organisation's name ("Dept. | of Health (2017). Title") that was read as a title before the year."""
    labels = "".join(label for label, _ in found.runs)
    if labels.startswith("Atyt") and found.runs[1][1][:1].islower():
        found.runs[:2] = [("A", f"{found.runs[0][1]} {found.runs[1][1]}")]
        found.relabel()


def title_read_as_container(found: Segments) -> None:
    """Two containers and no title: the first is the title."""
    places = [i for i, (label, _) in enumerate(found.runs) if label == "c"]
    numbers = [i for i, (label, _) in enumerate(found.runs) if label == "v"]
    if "t" not in found.fields and len(places) > 1 and numbers and numbers[0] > places[1] and len(found.runs[places[0]][1].split()) > 3:
        found.runs[places[0]] = ("t", found.runs[places[0]][1])
        found.relabel()


_SPAN_IN_TITLE = re.compile(r"\(?(?:1\d|20)\d\d\s?[-–]\s?\d{2,4}\)?,?")
_JOINING = frozenset(
    (*(word for word, lists in LISTS.items() if "article" in lists), "in", "and", "und", "et", "e", "y", "bis", "seit", "since", "à")
)


def title_goes_on(found: Segments) -> None:
    """What was cut off a title: years in brackets, where the year of the work comes later, and what stands behind a small word
    that ends no title ("... village de | 1294 à 1324, Paris"), up to the next comma or stop."""
    for i, ((before, text), (after, more)) in enumerate(pairwise(found.runs)):
        if before != "t" or after not in "ykvNrmlbpi":
            continue
        later = more + " ".join(t for _, t in found.runs[i + 2 :])
        if after == "y" and (span := _SPAN_IN_TITLE.match(more)) and YEAR.search(later[span.end() :]):
            cut = span.end()
        elif text.rsplit(maxsplit=1)[-1:] and text.split()[-1] in _JOINING and (end := re.match(r"[^,.;:]+[,.;:]?", more)):
            cut = end.end()
            if after == "y" and not YEAR.search(later[cut:]):
                return
        else:
            return
        found.runs[i : i + 2] = [("t", f"{text} {more[:cut]}"), *([(after, more[cut:].lstrip())] if more[cut:].strip() else [])]
        found.relabel()
        return


_ARTICLES = frozenset("the a an la le les il lo gli i un una une das der die ein eine el los las art".split())


_NAME_AND_MORE = re.compile(r"([^\W\d_]{4,})\.\s+([^\W\d_a-z][\w’'-]*)")


def title_among_persons(found: Segments) -> None:
    """The first word of a title that was read with the last person ("C. Wadsworth. Rivers | of ice"): an article, a word behind
    a full stop, or a single letter that begins a sentence, given back to the title."""
    for i, ((before, name), (after, text)) in enumerate(pairwise(found.runs)):
        if after != "t" or before not in "ag":
            continue
        taken = ""
        if before == "a" and i and name_part(name).lower() in _ARTICLES:
            taken, kept = name, ""
        elif before == "a" and (match := _NAME_AND_MORE.fullmatch(name.strip())):
            kept, taken = match[1] + ".", match[2]
        elif before == "a" and name.rstrip().endswith(":") and [label for label, _ in found.runs[max(0, i - 2) : i]] == ["a", "g"]:
            taken, kept = name, ""
        if taken:
            found.runs[i : i + 2] = [(before, kept), ("t", f"{taken} {text}")]
        elif before == "g" and (letter := re.match(r"[A-Z]\.\s+(?=[A-Z][a-z])", text)) and re.search(r"[A-Z]\.$", name):
            found.runs[i : i + 2] = [("g", f"{name} {letter[0].strip()}"), ("t", text[letter.end() :])]
        found.relabel()
        return


def end_of_pages(found: Segments) -> None:
    """The end of a page range that was taken for a year ("1493-1502. 2015") given back to the pages."""
    for i, ((before, pages), (after, year)) in enumerate(pairwise(found.runs)):
        if (before, after) == ("p", "y") and pages.rstrip()[-1:] in DASHES and (end := re.match(r"\d{4}", year)):
            rest = year[end.end() :]
            if not YEAR.search(rest) and len(found.fields["y"]) < 2:
                return
            found.runs[i : i + 2] = [("p", pages + end[0]), ("y", rest)]
            found.relabel()
            return


_TWO = re.compile(r"\(?(\w+)\)?(?:\s*[,:;]\s*|(?<=\d)\s+(?=\d))(?:(?:pp?|S|art(?:icle)?)\b\.?\s*)?(\w+(?:\s?[-–]\s?\w+)?)", re.IGNORECASE)


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
        if key not in csl or any(other != key and other in csl for other in both):
            continue
        match = _TWO.fullmatch(csl[key])
        if match and (key != "page" or match[1].isdigit()):
            csl[first], csl[second] = match[1], match[2]
    _parts_of_volume(csl)
    _span_of_numbers(found)
    if "volume" not in csl and (pair := re.fullmatch(r"(\d+)\s?[:./]\s?(\d+)", csl.get("issue", ""))):
        csl["volume"], csl["issue"] = pair.groups()
    if "volume" in csl and "issue" not in csl and re.match(r"\W*(?:n[°º]|nos?\b|nr\b|heft\b|h\.)", found.take("v"), re.IGNORECASE):
        csl["issue"] = LEADING["issue"].sub("", csl.pop("volume"), count=1)
    if "issue" in csl and "container-title" in csl and re.fullmatch(r"[\s.,:]*[1-9]\d*(?:\s*,\s*\w+)?[\s.,:;]*", found.take("i")):
        _unannounced(csl)


_SPAN = re.compile(r"(?<![\d(])(\d+)\s?[-–](?=(\d+)(?![\d)]))")


def _span_of_numbers(found: Segments) -> None:
    """A span that was read as volume and issue ("16" | "-18"): the volume where there are pages, else the pages."""
    csl = found.csl
    volume, issue = csl.get("volume", ""), csl.get("issue", "")
    if not (volume.isdecimal() and issue.isdecimal() and any(dash + issue in found.raw for dash in "-–")):
        return
    for span in _SPAN.finditer(found.raw):
        if (span[1], span[2]) == (volume, issue):
            del csl["volume"], csl["issue"]
            csl["volume" if "page" in csl else "page"] = found.raw[span.start() : span.end(2)]
            return


def _parts_of_volume(csl: CslItem) -> None:
    """A volume that holds its issue ("63.180", "54(6"), and one that was cut at its hyphen ("RA" | "-2(1)")."""
    volume, issue = csl.get("volume", ""), csl.get("issue", "")
    if not issue and (pair := re.fullmatch(r"(\d+)\.(\d{1,3})", volume)):
        csl["volume"], csl["issue"] = pair.groups()
    elif opened := re.match(r"(\d+)\s?\((\w[^()]*)$", volume):
        csl["volume"], csl["issue"] = opened[1], ", ".join(x for x in (opened[2].strip(" ,"), issue) if x)
    elif (parts := re.fullmatch(r"-?\s?(\d+)\s?\((\w+)\)?", issue)) and re.fullmatch("[A-Z]{1,5}", volume):
        csl["volume"], csl["issue"] = f"{volume}-{parts[1]}", parts[2]


def _unannounced(csl: CslItem) -> None:
    """A bare number behind the journal that was read as issue, without bracket or "no.": volume, or page where that fits."""
    if "volume" in csl and "page" not in csl:
        csl["page"] = csl.pop("issue")
    elif "volume" not in csl:
        number = csl.pop("issue")
        csl["page" if "page" not in csl and len(number) > 3 else "volume"] = number


_DOUBLE = re.compile(r"(\d{1,4})\s?[-–/]\s?(\d{1,4}),\s+(?:(?:pp?|S)\.\s?)?(\d+(?:\s?[-–]\s?\d+)?)")


def double_number(found: Segments) -> None:
    """A double number of a journal that was read with the pages ("180-181, 33-48"): its volume."""
    csl = found.csl
    match = _DOUBLE.fullmatch(csl.get("page", ""))
    if match and "volume" not in csl and {"container-title", "issued"} <= set(csl) and int(match[2]) == int(match[1]) + 1:
        csl["volume"], csl["page"] = csl["page"][: match.end(2)], match[3]


def article_for_issue(found: Segments) -> None:
    """An article number behind the volume ("48, RG4004") that was read as the issue."""
    csl = found.csl
    if "page" not in csl and "volume" in csl and re.fullmatch(r"[A-Z]{1,3}\d{3,}|\d{5,}", csl.get("issue", "")):
        csl["page"] = csl.pop("issue")


_ANNOUNCED_VOLUME = re.compile(r"\W*(?:volume|vol|bd|band|tome|t|teil|bände)\b", re.IGNORECASE)


def lone_container(found: Segments) -> None:
    """A "container" without a title in it and without numbers is the title of a book or page, unless it is a short journal
    name or the work is still in press."""
    csl = found.csl
    name = csl.get("container-title", "")
    announced = any(label in "fct" and re.match(r"\W*(?:in|dans)\b", text) for label, text in found.runs)
    if not name or announced or "title" in csl or "status" in csl or {"issue", "page"} & set(csl):
        return
    if "volume" in csl and not (_ANNOUNCED_VOLUME.match(found.take("v")) and {"publisher", "publisher-place"} & set(csl)):
        return
    if "publisher" in csl or "publisher-place" in csl or "URL" in csl or (len(name.split()) > 3 and "." not in name):
        csl["title"] = csl.pop("container-title")


_MONTHLY = re.compile(r"JHEP|JCAP")


def day_and_month(found: Segments) -> None:
    """The day and month of a date in figures ("14.05.2009") that the model took for volume and issue."""
    day, month = found.csl.get("volume", ""), found.csl.get("issue", "")
    if day and f"{day}." in found.raw and any(date[1] == day and month in (date[2], "") for date in _DATE_IN_FIGURES.finditer(found.raw)):
        found.csl.pop("volume")
        found.csl.pop("issue", None)


_DATE_IN_FIGURES = re.compile(r"(?<![\d./])([0-3]?\d)\.\s?([01]?\d)\.\s?(?:19|20)\d\d(?![\d.])")


_SPAN_OF_YEARS = re.compile(r"((?:1[5-9]|20)\d\d)\s?[-–/]\s?(?:(?:1[5-9]|20)\d\d|\d\d?)(?:$|,\s*(?:pp?|S)\.\s*)")


def year_among_numbers(found: Segments) -> None:
    """Where no year was found: "pages" that are a span of years ("1887–1888"), or a "volume" that looks like a year and is
    followed by another number ("2008, 2, 47-54")."""
    csl = found.csl
    if "issued" in csl:
        return
    span = _SPAN_OF_YEARS.match(csl.get("page", ""))
    if span and (span.end() < len(csl["page"]) or "volume" not in csl):
        csl["issued"] = {"date-parts": [[int(span[1])]]}
        csl["page"] = csl["page"][span.end() :]
        if not csl["page"]:
            csl.pop("page")
        return
    if not re.fullmatch(r"(?:19|20)\d\d", csl.get("volume", "")) or "issue" not in csl:
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
    elif small and head and tail[:1].isupper() and "page" in found.csl:
        found.csl["title"], found.csl["container-title"] = unwrap(head), f"{tail} {unwrap(start)}"


_SHORT_WORDS = r"(?:[^\W\d_a-z][\w’'-]*\.?\s){0,3}[^\W\d_a-z][^\W\d_]{0,7}\.\s*"
_SPLIT_NAME = re.compile(rf"(?:(.*[^\W\d_]{{4,}}[”’\"')]?[.?!][”’\"']?)\s+)?({_SHORT_WORDS})")


def in_press(found: Segments) -> None:
    """A work that is to appear: the last sentence of its "title", a few words with capitals, is the journal."""
    csl = found.csl
    if "container-title" in csl or "publisher" in csl or not ("status" in csl or STATUS.search(found.raw[-30:])):
        return
    head, _, name = csl.get("title", "").rpartition(". ")
    if len(head.split()) > 2 and 0 < len(name.split()) < 7 and all(w[0].isupper() or len(w) < 4 for w in name.split()):
        csl["title"], csl["container-title"] = unwrap(head), name


def book_for_title(found: Segments) -> None:
    """The "title" of a chapter without one, announced by a small "in" right behind the persons: the book."""
    csl = found.csl
    first = next((i for i, (label, _) in enumerate(found.runs) if label == "t"), 0)
    if not first or "container-title" in csl:
        return
    (before, sign), (_, text) = found.runs[first - 1 : first + 1]
    behind_sign = before == "f" and re.fullmatch(r"\W*(?:in|dans|en)\W*", sign)
    if behind_sign or (before in "agAzwy" and re.match(r"in:?\s+[^\W\d_a-z]", text)):
        csl["container-title"] = unwrap(LEADING_IN.sub("", text))
        csl.pop("title", None)


_MEETING_IN_TITLE = re.compile(r"(.{10,}?[^\W\d_]{3}[.?!])\s+(?:In:?\s+)?((?:Proc\.|Proceedings\s|Actes\sdu|Atti\sdel).{6,})")


def meeting_in_title(found: Segments) -> None:
    """Proceedings that were read with the title: what begins with "Proc." behind a full stop."""
    if "container-title" not in found.csl and (both := _MEETING_IN_TITLE.fullmatch(found.csl.get("title", ""))):
        found.csl["title"], found.csl["container-title"] = unwrap(both[1]), unwrap(both[2])


def volume_of_book(found: Segments) -> None:
    """The number of a book's volume at the end of its title ("... chez les Grecs, I")."""
    csl = found.csl
    match = re.fullmatch(r"(.{8,}),\s([IVX]{1,5})", csl.get("title", ""))
    if match and not {"volume", "container-title"} & set(csl) and {"publisher", "publisher-place"} & set(csl):
        csl["title"], csl["volume"] = match.groups()


def issue_behind_year(found: Segments) -> None:
    """The issue behind the year in brackets ("6 (2000) 2, 183-221") that was read as another volume."""
    place = "".join(label for label, _ in found.runs).find("vyvp")
    if place >= 0 and "issue" not in found.csl and "volume" in found.csl:
        found.csl["issue"] = unwrap(found.runs[place + 2][1])


def book_behind_editors(found: Segments) -> None:
    """The book whose editors stand behind "in", where the model took it for another field: what follows them, unless it is
    the only thing there that could be a publisher."""
    labels = "".join(label for label, _ in found.runs)
    match = re.search(r"t[^c]*?f[ehWzf]*([tbs])([^c]*)$", labels)
    if "container-title" in found.csl or not match:
        return
    announced = any(re.match(r"\W*(?:in|dans|en)\b", text, re.IGNORECASE) for label, text in found.runs if label == "f")
    text = unwrap(found.runs[match.start(1)][1])
    if announced and len(text.split()) > 1 and (match[1] != "b" or set("bl") & set(match[2])):
        found.csl["container-title"] = text
        if match[1] == "t":
            found.csl["title"] = unwrap(found.take("t"))
        if match[1] == "b":
            others = found.fields["b"][1:]
            found.csl.pop("publisher", None)
            found.csl.update({"publisher": unwrap(others[0])} if others else {})


_PLACE_AT_END = re.compile(r"(.*[^\W\d_]{3}[.?!])\s+([^\W\d_a-z][\w’-]+(?:\s[^\W\d_a-z][\w’-]+)?),\s*")


def place_in_title(found: Segments) -> None:
    """The first part of a place ("Hawthorn, | Victoria: Press") that was read with the title."""
    for (before, text), (after, place) in pairwise(found.runs):
        if (before, after) == ("t", "l") and (match := _PLACE_AT_END.fullmatch(text)) and found.csl.get("title", "") == unwrap(text):
            found.csl["title"], found.csl["publisher-place"] = unwrap(match[1]), f"{match[2]}, {unwrap(place)}"


_YEAR_AT_END = re.compile(r"[\s.,;(]+(\d{4})\W*$")


def lost_year(found: Segments) -> None:
    """A year that the model read with another field: the last one outside titles, addresses and ranges of pages."""
    csl = found.csl
    if "issued" in csl or "status" in csl:
        return
    texts = [text for label, text in found.runs if label not in "tcduszaAeghiv"]
    years = [y for text in texts for y in re.findall(r"(?<![\d–—.-])(?:1[5-9]|20)\d\d(?!\d|[–—.-]\d)", text)]
    if years:
        csl["issued"] = {"date-parts": [[int(years[-1])]]}
        last = _YEAR_AT_END.search(csl.get("page", ""))
        if last and last.start() and last[1] == years[-1]:
            csl["page"] = csl["page"][: last.start()]


_DOUBLED = re.compile(r"(?=[ivxlc])(?<!\w)(([ivxlc]+, ?\d+)[–-]\2)(?!\w)")


def doubled_extent(found: Segments) -> None:
    """The extent of a book that reference managers double into a range: "xxix, 260–xxix, 260"."""
    if match := _DOUBLED.search(found.raw):
        found.csl["page"] = match[1]
        for key in ("volume", "issue"):
            found.csl.pop(key, None)


def page_behind_year(found: Segments) -> None:
    """The page of a work without one, where it stands bare behind the year in brackets ("466 (2010) 2013")."""
    csl = found.csl
    if "page" in csl or not {"volume", "issue"} & set(csl) or "container-title" not in csl:
        return
    if match := re.search(r"\(\s?(?:19|20)\d\d[a-z]?\s?\)\s?,?\s?([A-Z]?\d{1,7})(?![\w/.-]\w|\w)", found.raw):
        csl["page"] = match[1]


_COMMAS_ONLY = re.compile(r"(?:19|20)\d\d[a-z]?\s*,\s*([^\W\d_a-z][\w&. ]{0,30}?)\s*,\s*([A-Z]?\d{1,4})\s*,\s*([A-Z]?\d{1,6})[\s.]*")


def astronomers_style(found: Segments) -> None:
    """A string that ends in year, journal, volume, page with nothing but commas between ("2014, MNRAS, 441, 2986")."""
    csl = found.csl
    year = re.search(r"(?:19|20)\d\d[a-z]?\s*,", found.raw)
    if {"container-title", "volume", "page"} <= set(csl) or not year:
        return
    if match := _COMMAS_ONLY.fullmatch(found.raw, year.start()):
        csl["container-title"], csl["volume"], csl["page"] = match[1], match[2], match[3]
        csl.pop("issue", None)
        if found.raw.find(csl.get("title", "")) >= year.start():
            csl.pop("title", None)


def journal_alone(found: Segments) -> None:
    """The head of a journal's page ("BLOOD & BONE Vol. 63, No. 7, 2011"): its name, read as author or title, is the container."""
    csl = found.csl
    numbers = {"volume", "issue", "page", "issued"} & set(csl)
    if "container-title" in csl or not {"volume", "issue"} & numbers or len(numbers) < 3 or {"publisher", "publisher-place"} & set(csl):
        return
    names = csl.get("author", [])
    if "title" not in csl and len(names) == 1 and "literal" in names[0]:
        csl["container-title"] = csl.pop("author")[0]["literal"]
    elif "title" in csl and not names and "editor" not in csl:
        csl["container-title"] = csl.pop("title")


_SERIES_AND_VOLUME = re.compile(r"((?:n\.\s?s\.|(?:s[eé]r|series?|série)\.?\s?\w{1,3})),?\s+(\d\w*)", re.IGNORECASE)


def years_in_pages(found: Segments) -> None:
    """The years at the end of a book's name that were read with the pages ("..., | 1985–2005, 17–26")."""
    csl = found.csl
    match = re.fullmatch(r"((?:1\d|20)\d\d[–-](?:1\d|20)\d\d),\s+(\d+.*)", csl.get("page", ""))
    if match and "container-title" in csl:
        csl["container-title"], csl["page"] = f"{csl['container-title']}, {match[1]}", match[2]


def series_in_volume(found: Segments) -> None:
    """The series of a journal that was read with the volume ("ser. 2, 3") given back to the journal's name."""
    csl = found.csl
    if "container-title" in csl and (match := _SERIES_AND_VOLUME.fullmatch(csl.get("volume", ""))):
        csl["container-title"], csl["volume"] = f"{csl['container-title']}, {match[1]}", match[2]


def name_cut_in_two(found: Segments) -> None:
    """An abbreviated journal whose first words were taken for the end of the title ("... amendment. Cornell L." | "Rev., 72")."""
    csl = found.csl
    if not {"container-title", "volume"} <= set(csl):
        return
    for (before, first), (after, second) in pairwise(found.runs):
        if (before, after) != ("t", "c") or len(second.split()) > 4:
            continue
        words = first.split()
        closed = len(words) < 5 or any(word[-1] in ".?!”’\"')" for word in words[-5:-1])
        match = _SPLIT_NAME.fullmatch(first) if closed else None
        if match and unwrap(second).startswith(csl["container-title"][:4]):
            csl["container-title"] = unwrap(match[2] + (" " if f"{first} {second}" in found.raw else "") + second)
            csl.pop("title", None)
            if match[1]:
                csl["title"] = unwrap(match[1])
            return


def lettered_series(found: Segments) -> None:
    """The letter of a journal's series that was read with the volume ("Phys. Rev." | "X 5") given back to the journal's name."""
    csl = found.csl
    match = re.fullmatch(r"([A-EXG])\s+(\d.*)", csl.get("volume", ""))
    if match and re.search(r"\b(?:Phys|Chem|Math|Lett|Rev|Nucl|Soc|J)\b", csl.get("container-title", "")):
        stop = "." if f"{csl['container-title']}." in found.raw else ""
        csl["container-title"], csl["volume"] = f"{csl['container-title']}{stop} {match[1]}", match[2]


_QUOTED_IN = re.compile(r"[‘'“\"«„]\s?(.{5,}?)[.,]?\s?[’'”\"»“],?\s+in:?\s+([^\W\d_a-z].{5,})")


def quoted_in(found: Segments) -> None:
    """A quotation and the book behind its "in" that were taken for one title: told apart."""
    if "container-title" not in found.csl and (both := _QUOTED_IN.fullmatch(found.csl.get("title", ""))):
        found.csl["title"], found.csl["container-title"] = unwrap(both[1]), unwrap(both[2])


_PLACE_AND_PUBLISHER = re.compile(r"([^\W\d_a-z][\w.’'-]+(?:[ -][\w.’'-]+){0,3})\s?:\s([^\W\d_a-z].{1,40})")


def place_taken_for_container(found: Segments) -> None:
    """A "container" without an "In", numbers or pages that is a place with its publisher ("Paris : Dunod")."""
    csl = found.csl
    if "title" not in csl or {"volume", "issue", "page", "publisher", "publisher-place"} & set(csl):
        return
    text = csl.get("container-title", "")
    opening = first_container(found.runs).lstrip()
    if (both := _PLACE_AND_PUBLISHER.fullmatch(text)) and opening.startswith(text[:4]):
        csl["publisher-place"], csl["publisher"] = both.groups()
        csl.pop("container-title")


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
    elif re.search(r"lcb", "".join(label for label, _ in found.runs)) and found.take("l").rstrip().endswith(":"):
        csl["publisher"] = f"{csl.pop('container-title')}: {csl.get('publisher', '')}"  # "London: Office of Works: Crown Press"
    elif "volume" not in csl and len(found.fields.get("c", ())) == 1 and (both := _title_and_next(found, "c")):
        csl.pop("container-title")
        csl["title"] = both


def title_in_publisher(found: Segments) -> None:
    """A "publisher" between the title and a place with its own publisher: the second sentence of the title."""
    csl = found.csl
    if "tblb" in "".join(label for label, _ in found.runs) and "container-title" not in csl and (both := _title_and_next(found, "b")):
        csl["title"], csl["publisher"] = both, unwrap(found.fields["b"][1])


def _title_and_next(found: Segments, label: str) -> str:
    """The title together with the field ``label`` right behind it, or empty where a quotation closes between them."""
    runs = [*found.runs, ("", "")]
    for (before, first), (after, second), (then, _) in zip(runs, runs[1:], runs[2:], strict=False):
        if (before, after) == ("t", label) and then in "lbyn" and not _QUOTED_END.search(first):
            joint = " " if f"{first} {second}" in found.raw else ""
            return unwrap(first + joint + second)
    return ""


_EXTENT_OF_BOOK = re.compile(
    r"(?<![\w/–-])((?:[ivxlc]+, ?)?\d{1,4})\s?(?:pp?|S|págs?|pages|Seiten)\b|(?<!\w)([ivxlc]+, ?\d{1,4}(?:[–-][ivxlc]+, ?\d{1,4})?)(?!\w)"
)


_TOLD_PAGES = re.compile(r"(?<!\w)(?:pp?|S|pages)\.\s?(\d+(?:\s?[-–]\s?\d+)?)")


def extent(found: Segments) -> None:
    """Where no pages were found: those told in a remark ("pp. 1, 3"), or the number of pages of a book that stands in one
    ("240 p. (Series)", "xxix, 260")."""
    csl = found.csl
    remarks = [text for label in "rNkbo" for text in found.fields.get(label, ())]
    if "page" not in csl and (told := next((m for m in map(_TOLD_PAGES.search, remarks) if m), None)):
        csl["page"] = told[1]
    if "page" not in csl and (match := next((m for m in map(_EXTENT_OF_BOOK.search, remarks) if m), None)):
        csl["page"] = csl["number-of-pages"] = match[1] or match[2]


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def title_again(found: Segments) -> None:
    """A title that stands twice, as reference managers garble entries: what is printed from its end to the end of the second
    is no container."""
    csl = found.csl
    name, text = csl.get("title", ""), csl.get("container-title", "")
    if len(name.split()) < 4 or not text:
        return
    raw = found.raw.lower()
    end = raw.find(name.lower()) + len(name)
    again = raw.find(name.lower(), end)
    if end <= raw.find(text.lower(), end) < again or (2 * len(text) > len(name) and _folded(text) == _folded(name)):
        csl.pop("container-title")


def quoted(found: Segments) -> None:
    """A title in quotation marks ends where they close; what follows without a mark is the book or page that holds it."""
    text = found.longest("t")
    match = re.match(r"[“\"]([^“”\"]{8,}[.,?!])[”\"]\s+(\w.{8,})$", text)
    if match and match[1].rstrip(".,") in found.csl.get("title", ""):
        found.csl["title"] = unwrap(match[1])
        found.csl.setdefault("container-title", unwrap(match[2]))


BEFORE: tuple[Callable[[Segments], None], ...] = (
    editors_at_the_head,
    title_among_persons,
    title_goes_on,
    organisation_goes_on,
    title_read_as_container,
    end_of_pages,
)
"""The rules over labelled runs, in order."""

AFTER: tuple[Callable[[Segments], None], ...] = (
    bare_number_sign,
    run_together,
    double_number,
    article_for_issue,
    day_and_month,
    year_among_numbers,
    own_publisher,
    monthly,
    title_inside,
    title_in_container,
    in_press,
    book_for_title,
    book_behind_editors,
    meeting_in_title,
    volume_of_book,
    issue_behind_year,
    place_in_title,
    lost_year,
    name_cut_in_two,
    lettered_series,
    series_in_volume,
    years_in_pages,
    page_behind_year,
    astronomers_style,
    journal_alone,
    quoted_in,
    place_taken_for_container,
    emphasis,
    quoted,
    extent,
    doubled_extent,
    title_again,
    subtitle,
    title_in_publisher,
    lone_container,
)
"""The rules over fields, in order."""
