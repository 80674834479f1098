"""What a heading looks like when only the words are left: known headings, numbers, shape; and which heading stands above which.

Data first: the words that papers head their parts with stand in tables, the shape of a heading in one function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def _table(items: str) -> frozenset[str]:
    """The items of a table written with bars between them."""
    return frozenset(" ".join(item.split()) for item in items.split("|"))


ABSTRACT = _table(
    """
    abstract | summary | zusammenfassung | résumé | resumen | resumo | abstrakt | structured abstract | executive summary
    """
)

MAIN = _table(
    """
    introduction | background | methods | method | materials and methods | methods and materials | material and methods |
    patients and methods | subjects and methods | participants and methods | methodology | experimental | experimental section |
    experimental procedures | results | findings | results and discussion | discussion | general discussion |
    discussion and conclusion | discussion and conclusions | conclusion | conclusions | concluding remarks | summary and conclusions |
    main text | case report | case presentation | case history | related work | literature review | theory | theoretical framework |
    theoretical background | star methods | online methods | einleitung | hintergrund | methoden | methode | methodik | ergebnisse |
    diskussion | fazit | schluss | introducción | métodos | resultados | discusión | conclusiones | méthodes | résultats
    """
)
"""Headings of a paper's main parts."""

LISTS = _table(
    """
    references | reference | reference list | list of references | bibliography | works cited | literature cited | literature |
    cited literature | references and notes | notes and references | references cited | references and further reading |
    further reading | cited references | supplementary references | supplemental references | additional references | literatur |
    literaturverzeichnis | quellen | quellenverzeichnis | bibliographie | bibliografie | bibliografía | referencias | références |
    riferimenti bibliografici | referências
    """
)
"""Headings of reference lists."""

BACK = _table(
    """
    acknowledgments | acknowledgements | acknowledgment | acknowledgement | author contributions | authors' contributions |
    authors contributions | author contribution | contributions | contributors | funding | funding information | funding statement |
    financial support | financial disclosure | conflicts of interest | conflict of interest | competing interests |
    competing interest | declaration of interest | declarations of interest | declaration of competing interest | declarations |
    disclosure | disclosures | disclosure statement | ethics statement | ethics approval | ethical approval | ethics |
    ethics approval and consent to participate | consent | consent for publication | consent to participate |
    compliance with ethical standards | data availability | data availability statement | availability of data and materials |
    data and code availability | code availability | supporting information | supplementary material | supplementary materials |
    supplementary information | supplemental information | supplemental material | additional information | associated data |
    author information | authors and affiliations | about the authors | author details | authors' information |
    rights and permissions | about this article | notes | footnotes | endnotes | appendix | appendices | appendix a | appendix b |
    abbreviations | list of abbreviations | publisher's note | open access | pre-publication history | article information |
    danksagung | anhang | anmerkungen | peer review | orcid | cite this article | permissions | additional files |
    electronic supplementary material | change history | footnote | transparency statement | provenance |
    acknowledgements and funding
    """
)
"""Headings of what stands around the text."""

INNER = _table(
    """
    aim | aims | objective | objectives | purpose | design | setting | settings | participants | sample | data collection |
    data analysis | statistical analysis | statistical analyses | statistics | limitations | strengths and limitations |
    limitations of the study | implications | keywords | key words | highlights | procedure | measures | analysis | interventions |
    main outcome measures | outcomes | study design | patients | methods and findings | importance | trial registration |
    interpretation | significance | patient or public contribution | measurements | main results | data sources | study selection |
    data extraction | ethical considerations | future directions | future research | limitation
    """
)
"""Headings that usually stand inside a part, or inside an abstract."""

ABSTRACT_PARTS = MAIN | INNER

CLOSED = LISTS | _table(
    """
    keywords | key words | authors and affiliations | author information | author details | about the authors | about this article |
    rights and permissions | cite this article | article information | affiliations | abbreviations | list of abbreviations
    """
)
"""Headings of parts whose lines look like headings and are none: only a known heading ends such a part."""

KNOWN = ABSTRACT | MAIN | LISTS | BACK | INNER
TOP = ABSTRACT | MAIN | LISTS | BACK

NUMBER = re.compile(
    r"^(?:(?:section\s+)?(\d{1,2}(?:\.\d{1,2}){0,4})\.?[\s\u2003]+(?=\S)|([IVX]{1,5})\.\s+(?=[A-Z])|([A-Z])\.\s+(?=[A-Z][a-z]))", re.I
)
_MARKUP = re.compile(r"^#{1,6}\s+|\s+#+$|[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")
CAPTION = re.compile(
    r"(?:(?:supplementary|supplemental|extended data|additional|online)\s+)?"
    r"(?:fig(?:ure)?s?|tables?|box|scheme|abb(?:ildung)?|tabelle|video|movie|plate|chart|exhibit|panel)\.?\s*[A-Z]?\d",
    re.I,
)
"""How the caption of a figure or table begins."""

_FURNISHED = re.compile(
    "|".join(
        (
            r"[@%©✉→|=<>{}]|\(c\) \d|https?:|www\.|\bdoi\b|copyright|all rights reserved|\bISSN\b|\bPM[CI]?ID\b|\bet al\b",
            r"(?-i:\b[A-Z]\. ?(?:[A-Z]\. ?)*[A-Z][a-z].*\b[A-Z]\. ?[A-Z])",  # initials of more than one person
            r"\d\.\d+\b.*\d",  # figures of a table
            r"^key ?words\b.|^\W*(?:original|research|review|brief) (?:article|paper|report)\W*$",
        )
    ),
    re.I,
)
"""What no heading holds: addresses, rights, names of authors, figures, signs of formulas."""

_NO_START = re.compile(r"[-•●*–—▪◦(\[\"“'‘.,;:&+]|\d+[.)]?$")
_SENTENCE_START = re.compile(r"(?:we|i|he|she|they|it|this paper|our) ", re.I)
_CAPITAL = re.compile(r"[^\W\d_a-zß-öø-ÿ]|[a-z]{1,3}[A-Z]")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SERIES = re.compile(
    r"(?:study|experiment|part|phase|trial|survey|sample|wave|case|theme|step|stage|aim|objective|research question) \S+(?:$|\W)", re.I
)
_ORDINAL = re.compile(r"\d+|[ivx]+|[a-h]|one|two|three|four|five|six|first|second|third|macro|meso|micro", re.I)
_SMALL = frozenset(
    "a an and as at but by for from in into is its nor of off on onto or over per so than that the their them to under up upon via vs was "
    "were when who with within without yet are be between among across through toward towards during after before about against der die "
    "das und von zur zum im de la el los las en y et des du le les".split()
)

LONGEST = 130
"""Characters of the longest line that can be a heading by its shape alone."""


@dataclass(frozen=True)
class Heading:
    """A heading found in text: its place, its words without markup, and its level (``None``: the shape does not say)."""

    start: int
    end: int
    title: str
    level: int | None


def clean(line: str) -> str:
    """The words of a heading line: without Markdown signs."""
    return _MARKUP.sub("", line).strip()


def key(title: str) -> str:
    """A heading's words for the tables: without number, stop, colon and case."""
    return NUMBER.sub("", title, count=1).strip(" .:*_#–-").replace("’", "'").lower()


def is_known(title: str) -> bool:
    """Whether the words are a usual heading of a paper's part."""
    return len(title) < 90 and key(title) in KNOWN


def number_depth(title: str) -> int | None:
    """How deep a printed number puts a heading (``2.1`` is 2); ``None`` without a number."""
    match = NUMBER.match(title)
    if not match:
        return None
    return match[1].count(".") + 1 if match[1] else 1 if match[2] else 2


def looks_like_heading(line: str) -> bool:
    """Whether a line that is a paragraph of its own has the shape of a heading: short, title-like, no full stop, no caption,
    no address. What stands around it is for the caller to weigh."""
    bare = NUMBER.sub("", line, count=1)
    if not 3 <= len(bare) <= LONGEST or _NO_START.match(bare) or CAPTION.match(line) or _FURNISHED.search(line):
        return False
    if bare[-1] in ".,;…&:" or not (_CAPITAL.match(bare) or number_depth(line)):
        return False
    return not _SENTENCE_START.match(bare) and _reads_as_title(bare)


def _reads_as_title(bare: str) -> bool:
    """Either in title case, or short enough for a heading in sentence case; never a list of names or numbers."""
    words = _WORD.findall(bare)
    if not words or bare.count(",") > 3 or sum(c.isdigit() for c in bare) > 0.3 * len(bare):
        return False
    large = [w for w in words if w.lower() not in _SMALL]
    capital = sum(w[0].isupper() for w in large)
    return len(words) <= 16 if capital < 0.7 * len(large) else len(words) <= 20


def pattern(title: str) -> str:
    """A title with the one counting word replaced by ``*``: equal for members of a series ("Study 1", "Study 2", "Factors at
    the Macro Level", "Factors at the Meso Level"). Empty when nothing in it counts."""
    words = title.rstrip(":").split()
    counting = [i for i, word in enumerate(words) if _ORDINAL.fullmatch(word.strip(".:()"))]
    if len(counting) != 1 or len(words) < 2:
        return ""
    if _SERIES.match(title):
        return f"{words[0].lower()} *"
    return " ".join([*words[: counting[0]], "*", *words[counting[0] + 1 :]]).lower()
