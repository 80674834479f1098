"""A paper as the passages in which findings may stand: its sentences with what stands around them.

Owns which parts of a paper hold no findings (the reference list, what comes after it) and how a heading names a part.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from evidence.documents import paragraphs, sentences
from evidence.findings.words import Token, tokens
from evidence.model import Citation, Document, Section

PARTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (part, re.compile("|".join(patterns), re.IGNORECASE))
    for part, patterns in (
        ("references", (r"^(references?( list)?|bibliography|literature( cited)?|works cited|citations?)$",)),
        (
            "back",
            (
                r"^(acknowledge?ments?|declarations?|(authors?['’]? )?contributions?|(conflicts?|competing)( of)? interests?.*)$",
                r"^(availability of data|data (sharing|availability)|ethics? (approval|declaration|statement)|ethics$|supplement)",
                r"^(appendix|declaration of interest|abbreviations|footnotes|rights and|additional)",
                r"^(author (info|details|notes|contrib)|authors? and affil|authors?$)",
                r"^(about (this|the author)|cite this|publisher|keywords|orcid|affiliations|copyright|compliance with|correspond)",
                r"^(funding (information|statement|sources?)|source of funding|open access)",
            ),
        ),
        (
            "methods",
            (
                r"\b(methods?|methodology|materials and|study design|search strateg|data (collection|analys|extraction|sources?))",
                r"^(thematic |statistical |qualitative |content )?analys[ie]s$|\bsampl(e|ing)\b|^(study |data )?procedures?$",
                r"inclusion criteria|\bparticipants?( and| characteristics)?$|eligibility|^(outcome )?measures?$",
                r"quality (appraisal|assessment)",
                r"reflexivity|rigou?r$|study (setting|overview|context|population|selection)|trustworthiness|search results",
                r"characteristics of (the )?(included )?(studies|sample|participants)",
            ),
        ),
        ("limitations", (r"\b(limitations?|strengths and|future (research|directions))",)),
        ("abstract", (r"^(abstract|summary)$",)),
        ("introduction", (r"^(introduction|background|aims?|objectives?|purpose|the (present|current) study)",)),
        ("results", (r"\b(results|findings|themes?)\b",)),
        ("discussion", (r"\b(discussion|interpretation)\b",)),
        ("conclusion", (r"\b(conclusions?|implications?|recommendations?|key (points|messages)|summary)\b",)),
    )
)
"""Names of parts and what their headings look like; the first that fits counts. Inner headings inherit what the outer says."""

NO_FINDINGS = frozenset({"references", "back"})
_QUOTE_MARKS = re.compile(r"[“”\"«»„]")
_PARTING = frozenset("and or but while although which because including whereas nor plus versus".split())
_PART_MARKS = frozenset(",;:()[]—–")
_NUMBERING = re.compile(r"^[\s#*]*(?:\d+(?:\.\d+)*[.)]?|[IVX]+\.|[A-Z]\.)\s+")


@dataclass(frozen=True)
class Passage:
    """A sentence at ``[start, end)`` of the document. ``part`` is a name of ``PARTS`` or empty; ``headings`` are those it stands
    under, innermost first; ``paragraph`` is the number of its paragraph and ``place`` its own in it (from 0); ``quoted``
    is the share of its characters inside quotation marks; ``citations`` are positions in the list of citations."""

    start: int
    end: int
    text: str
    tokens: tuple[Token, ...]
    part: str
    headings: tuple[str, ...]
    paragraph: int
    place: int
    last: bool
    quoted: float
    citations: tuple[int, ...]

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems of its words, in order."""
        return tuple(token.stem for token in self.tokens)

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The stems of its members: what stands between commas, brackets and words such as "and" or "including"; the whole passage
        where nothing parts it. "Role clarity, pay and supervision help" has three."""
        parts: list[list[str]] = [[]]
        for before, token in zip((None, *self.tokens), self.tokens, strict=False):
            gap = self.text[before.end - self.start : token.start - self.start] if before else ""
            if token.word in _PARTING or any(mark in _PART_MARKS for mark in gap):
                parts.append([])
            if token.word not in _PARTING:
                parts[-1].append(token.stem)
        return tuple(tuple(part) for part in parts if part) or (self.stems,)


def part_of(titles: Sequence[str]) -> str:
    """The part of a paper that headings (innermost first) name; empty when none does."""
    for title in titles:
        bare = _NUMBERING.sub("", title).strip()
        named = next((part for part, pattern in PARTS if pattern.search(bare)), "")
        if named:
            return named
    return ""


def find_passages(document: Document, citations: Sequence[Citation] = ()) -> tuple[Passage, ...]:
    """The sentences of a document in order, without headings, lists of references and what belongs to the page."""
    text = document.text
    starts = [c.start for c in citations]
    passages: list[Passage] = []
    for number, (opened, closed) in enumerate(paragraphs(document)):
        around = _sections(document, opened)
        if around and around[0].start == opened and closed - opened <= len(around[0].title) + 12:
            continue
        titles = tuple(section.title for section in around)
        part = part_of(titles)
        if part in NO_FINDINGS or _is_funding_note(around, len(text)):
            continue
        spans = [s for s in sentences(text, opened, closed, document.furniture) if not _on_page(document, s)]
        quotes = _quoted(text, opened, closed)
        for place, (start, end) in enumerate(spans):
            inside = tuple(i for i in range(bisect_left(starts, start), bisect_left(starts, end)))
            passages.append(
                Passage(start, end, text[start:end], tokens(text, start, end), part, titles, number, place, place == len(spans) - 1,
                        _share(quotes, start, end), inside)
            )  # fmt: skip
    return tuple(passages)


def _sections(document: Document, offset: int) -> list[Section]:
    """The sections that hold ``offset``, innermost first."""
    return sorted((s for s in document.sections if s.start <= offset < s.end), key=lambda s: (-s.start, -s.level))


def _is_funding_note(around: Sequence[Section], length: int) -> bool:
    """Whether a passage stands under a bare heading "Funding" that names sponsors: one of the top level near the end of a paper. Elsewhere
    funding is a theme like any other."""
    return bool(around) and around[0].title.strip(" :").lower() == "funding" and len(around) == 1 and around[0].start > 0.5 * length


def _on_page(document: Document, span: tuple[int, int]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in document.furniture)


def _quoted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Places between quotation marks in a paragraph; an opening mark without a closing one reaches to its end."""
    marks = [m.start() for m in _QUOTE_MARKS.finditer(text, start, end)]
    return [(marks[i], marks[i + 1] if i + 1 < len(marks) else end) for i in range(0, len(marks), 2)]


def _share(quotes: list[tuple[int, int]], start: int, end: int) -> float:
    """The share of a passage that the quotes (in order, apart) cover."""
    first, last = bisect_right(quotes, start, key=itemgetter(1)), bisect_left(quotes, end, key=itemgetter(0))
    covered = sum(min(end, closed) - max(start, opened) for opened, closed in quotes[first:last])
    return covered / max(1, end - start)
