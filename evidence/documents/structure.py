"""The structure of a text that says nothing of it: title, headed sections, and what belongs to the page and not to the text.

Works on the paragraphs of plain text, Markdown and text captured from PDF; formats that mark their structure bring their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from evidence.documents import headings
from evidence.documents.headings import Heading
from evidence.documents.paragraphs import Span, paragraphs_of
from evidence.model import Document, Section

PROSE = 150
"""Characters from which a paragraph is taken for prose, whatever it looks like."""


LONGEST_PAPER = 5_000_000
"""Characters of a text beyond which no structure is looked for: books have a million."""


def paragraphs(document: Document) -> list[Span]:
    """Places of a document's paragraphs, headings included, in order. A paragraph that a page break or a footnote cuts in
    two is one; page furniture that stands by itself is left out."""
    return paragraphs_of(document.text, glue=document.furniture)


def section_at(document: Document, offset: int) -> Section | None:
    """The innermost section that holds ``offset``; ``None`` before the first heading."""
    holding = [s for s in document.sections if s.start <= offset < s.end]
    return max(holding, key=lambda s: (s.start, s.level), default=None)


def nested(found: Sequence[Heading], end: int) -> tuple[Section, ...]:
    """Sections from headings in order, each reaching to the next one of its level or above; ``end`` is the text's length."""
    sections: list[Section] = []
    following: list[tuple[int, int]] = []
    for heading in reversed(found):
        level = heading.level or 1
        while following and following[-1][0] > level:
            following.pop()
        sections.append(Section(heading.title, level, heading.start, following[-1][1] if following else end))
        following.append((level, heading.start))
    return tuple(reversed(sections))


# --- headings ------------------------------------------------------------------------------------------------------------


def find_sections(text: str, spans: Sequence[Span], title: Span | None = None, styled: Container[int] | None = None) -> tuple[Section, ...]:
    """The sections of a text by the shape of its headings. ``spans`` are its paragraphs, ``title`` the place of its title,
    ``styled`` the starts of paragraphs that were set larger or bolder, where that is known: other unusual lines are no headings."""
    if len(text) > LONGEST_PAPER:
        return ()
    found = [h for h in _candidates(text, spans) if title is None or h.start >= title[1]]
    if styled is not None:
        found = [h for h in found if h.start in styled or headings.is_known(h.title)]
    return nested(_levelled(found), len(text))


def _candidates(text: str, spans: Sequence[Span]) -> list[Heading]:
    """Paragraphs that head what follows. Inside a reference list only known headings count: its entries look like titles."""
    found: list[Heading] = []
    closed = False
    for (start, end), (next_start, next_end) in pairwise([*spans, (len(text), len(text))]):
        line = text[start : min(end, start + 400)]
        if end - start > 300 or "\n" in line:
            continue
        title = headings.clean(line)
        if headings.is_known(title) or (not closed and _heads(line, title, text[next_start : min(next_end, next_start + PROSE)])):
            found.append(Heading(start, end, title.rstrip(":"), _printed_level(line, title)))
            closed = headings.key(title) in headings.CLOSED
    return _after_front(found)


def _after_front(found: list[Heading]) -> list[Heading]:
    """The headings without the unusual lines before an abstract or introduction: names and addresses of authors."""
    first = next((i for i, h in enumerate(found) if headings.key(h.title) in headings.ABSTRACT | {"introduction"}), 0)
    return [h for i, h in enumerate(found) if i >= first or h.level is not None]


def _heads(line: str, title: str, following: str) -> bool:
    """Whether a line heads the paragraph that begins with ``following``: prose, a list, or a heading of the next level."""
    if line.startswith("#"):
        return bool(title)
    if not headings.looks_like_heading(title) or not following:
        return False
    return len(following) >= PROSE or headings.looks_like_heading(headings.clean(following)) or following[-1] in '.:?!)”"'


def _printed_level(line: str, title: str) -> int | None:
    """The level that the line itself shows: Markdown signs, a number, a usual word for a main part."""
    if line.startswith("#"):
        return len(line) - len(line.lstrip("#"))
    depth = headings.number_depth(title)
    if depth:
        return depth
    return 1 if headings.key(title) in headings.TOP else None


def _levelled(found: list[Heading]) -> list[Heading]:
    """Give every heading a level: Markdown's signs and numbers as they are, usual words by what they head, the rest by what
    they stand under, by series ("Study 1", "Study 2") and by coming again."""
    found = _freed(_abstract_lowered(found))
    levels = [h.level for h in found]
    divides = False
    for index, heading in enumerate(found):
        word = headings.key(heading.title)
        if heading.level is None:
            levels[index] = 2 if divides or word in headings.INNER else 1
        elif heading.level == 1:
            divides = word in DIVIDED
    for region in _free_regions(found):
        _lower_below_series(found, region, levels)
    return [Heading(h.start, h.end, h.title, level) for h, level in zip(found, levels, strict=True)]


DIVIDED = headings.MAIN - {"introduction", "background", "main text", "einleitung", "hintergrund"}
"""Main parts under which an unusual heading is taken for a part of theirs."""


def _abstract_lowered(found: list[Heading]) -> list[Heading]:
    """The headings with those inside a structured abstract set to level 2: all up to a near "Introduction", else the usual ones
    up to the first that comes again later."""
    keys = [headings.key(h.title) for h in found]
    at = next((i for i, k in enumerate(keys) if k in headings.ABSTRACT), None)
    if at is None:
        return found
    stop = next((i for i in range(at + 1, min(at + 12, len(keys))) if keys[i] in ("introduction", "main text")), None)
    if stop is None:
        stop = next((i for i in range(at + 1, len(keys)) if keys[i] not in headings.ABSTRACT_PARTS or keys[i] in keys[at + 1 : i]), at + 1)
        if not set(keys[at + 1 : stop]) & set(keys[stop:]):
            return found
    return [replace(h, level=2) if at < i < stop and h.level in (None, 1) else h for i, h in enumerate(found)]


def _freed(found: list[Heading]) -> list[Heading]:
    """Main headings that come again inside a series of studies ("Results and Discussion" under each) lose their fixed level."""
    keys = [headings.key(h.title) for h in found]
    members = [i for i, h in enumerate(found) if h.level is None and headings.pattern(h.title).endswith(" *")]
    if len(members) < 2:
        return found
    again = {k for k, n in Counter(keys[members[0] :]).items() if n > 1 and k in headings.MAIN}
    return [replace(h, level=None) if i > members[0] and keys[i] in again else h for i, h in enumerate(found)]


def _free_regions(found: Sequence[Heading]) -> Iterator[range]:
    """Runs of headings whose level no print fixes."""
    start = 0
    for index, heading in enumerate([*found, None]):
        if heading is None or heading.level is not None:
            if index - start > 2:
                yield range(start, index)
            start = index + 1


def _lower_below_series(found: Sequence[Heading], region: range, levels: list[int | None]) -> None:
    """Within a region set the levels below a dividing series; without one, lower the headings that come again."""
    patterns = {i: headings.pattern(found[i].title) for i in region}
    counts = Counter(p for p in patterns.values() if p)
    titles = Counter(headings.key(found[i].title) for i in region)
    again = {patterns[i] for i in region if titles[headings.key(found[i].title)] > 1}
    series = next((p for p in patterns.values() if counts[p] > 1 and p not in again), None)
    if series:
        first = next(i for i in region if patterns[i] == series)
        below = [i for i in range(first + 1, region.stop) if patterns[i] != series]
        base = levels[first]
    else:
        below = [
            i for i in region if (titles[headings.key(found[i].title)] > 1 or (patterns[i] and patterns[i] in again)) and i > region.start
        ]
        base = levels[region.start]
    for index in below:
        levels[index] = (base or 1) + 1


# --- title ---------------------------------------------------------------------------------------------------------------

_BOILERPLATE = re.compile(
    r".*(?:\blogo\b|logoLink|link to |author manuscripts?\b)|skip to|published|available (?:online|in)|received|accepted|\bdoi\b|pmcid|"
    r"journal|volume \d|vol\.|issn|https?:|www\.|(?:original|research|review) (?:article|paper)|article|review$|open access|copyright|©|"
    r"search|menu|home|log ?in|download|cite|share|^\W*\d|editorial$|correspondence|letter$|advertisement|view|full text|pdf|"
    r"contents lists|sciencedirect|elsevier|springer",
    re.I,
)

FRONT = 40
"""Paragraphs at the start among which the title is looked for."""


def find_title(text: str, spans: Sequence[Span]) -> Span | None:
    """Place of the title: the only Markdown heading of the first level; else the first line with a title's shape that no usual
    heading, and no prose, stands before. A text without any usual heading, or one that begins with prose, is an excerpt and
    has none."""
    marked = [span for span in spans if text.startswith("# ", span[0])]
    if len(marked) == 1 and marked[0] in spans[:FRONT]:
        return marked[0]
    if not any(headings.is_known(headings.clean(text[a:b])) for a, b in spans if b - a < 90):
        return None
    for start, end in spans[:FRONT]:
        line = headings.clean(text[start : min(end, start + 400)])
        if headings.is_known(line) or (end - start > PROSE and line.endswith(".")):
            return None
        if 12 <= end - start <= 350 and len(line.split()) >= 3 and not _BOILERPLATE.match(line) and line[-1] not in ".,;:":
            return start, end
    return None


# --- page furniture ------------------------------------------------------------------------------------------------------

_PAGE_NUMBER = re.compile(r"(?:page |p\. ?|[-–—|] ?)?\d{1,5}(?: ?(?:of|/) ?\d{1,4}| ?[-–—|])?", re.I)
_FOOTNOTE = re.compile(
    r"[✉*†‡§¶‖#¹²³⁴-⁹]|\d{1,2} ?[A-Z]|(?:\^?\{?\d\}?|[a-z]) [A-Z]|e-?mail\b|correspond|address|©|copyright|published|received|accepted|"
    r"electronic supplementary|this article|the online version|doi\b|https?:",
    re.I,
)
_AFFILIATION = re.compile(
    r"@|universit|department|institut|school of|faculty|hospital|college|cent(?:re|er)\b|laborator|division of|https?:|doi\b|©|\bISSN\b|"
    r"\bVol\.|correspond|, [A-Z]{2},? |USA|\bUK\b|Canada|\(\d{4}\) ?\d",
    re.I,
)
_CUT = re.compile(r"(?:[a-zß-öø-ÿ,–—(-]|et al\.|\b(?:vs|e\.g|i\.e|cf|pp?)\.)$")
_GOES_ON = re.compile(r"[a-zß-öø-ÿ]|\(\d{4}[a-z]?[,)]|[)\],;]")
_ITEM_SIGN = re.compile(r"[-•*–] +(?=[a-z])")
_OPEN_END = re.compile(r"(?:[,(–-]|\b(?:and|or|of|the|a|an|in|on|to|for|with|by|from|at|as|und|der|die|et|de|y))$")

LONGEST_NOTE = 12
"""Paragraphs that may stand between the halves of a broken one."""


def find_furniture(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Places that belong to the page: repeated running heads, page numbers, footnotes in a broken paragraph, and the gap a
    page break leaves in one. A place inside a broken paragraph reaches from the end of one half to the start of the other."""
    if len(text) > LONGEST_PAPER:
        return ()
    running = _running_heads(text, spans)
    places: list[Span] = []
    index = 0
    while index < len(spans):
        other = _other_half(text, spans, index, running)
        if other:
            places.append((spans[index][1], other[1]))
            index = other[0]
        else:
            if index in running:
                places.append(spans[index])
            index += 1
    return tuple(places)


def _other_half(text: str, spans: Sequence[Span], index: int, running: set[int]) -> tuple[int, int] | None:
    """The paragraph that goes on with the broken one at ``index``, past footnotes and running heads, and the offset where it
    does (past a list sign that the break gave it); ``None`` if the paragraph is whole."""
    start, end = spans[index]
    if end - start < 60 or index in running or not _CUT.search(text, max(start, end - 12), end):
        return None
    for other in range(index + 1, min(index + 2 + LONGEST_NOTE, len(spans))):
        following = spans[other]
        if other in running or _is_note(text, following, index + 1 < other):
            continue
        sign = _ITEM_SIGN.match(text, following[0]) if _OPEN_END.search(text, max(start, end - 12), end) else None
        opens = sign.end() if sign else following[0]
        return (other, opens) if _GOES_ON.match(text, opens) and following[1] - opens > 20 else None
    return None


def _is_note(text: str, span: Span, among_notes: bool) -> bool:
    """Whether a short paragraph is a footnote, an address or a notice; beside others of the kind a weaker sign is enough."""
    start, end = span
    if end - start > 300:
        return False
    line = text[start:end]
    if _PAGE_NUMBER.fullmatch(line):
        return True
    signs = bool(_FOOTNOTE.match(line)) + bool(_AFFILIATION.search(line))
    return signs == 2 or line[0] in "✉†‡©" or "@" in line or (among_notes and signs > 0)


def _running_heads(text: str, spans: Sequence[Span]) -> set[int]:
    """Positions of running heads and page numbers: lines that come again with other digits and cut a paragraph at least once."""
    groups: dict[str, list[int]] = {}
    for index, (start, end) in enumerate(spans):
        if end - start <= 120:
            groups.setdefault(re.sub(r"\d+", "0", text[start:end]).casefold(), []).append(index)
    heads = [members for pattern, members in groups.items() if _is_running(text, spans, pattern, members)]
    return {index for members in heads for index in members}


def _is_running(text: str, spans: Sequence[Span], pattern: str, members: list[int]) -> bool:
    numbered = bool(_PAGE_NUMBER.fullmatch(pattern))
    if len(members) < (2 if numbered else 3):
        return False
    cuts = sum(_cuts(text, spans, index) for index in members)
    if numbered:
        numbers = [int(re.sub(r"\D.*", "", text[slice(*spans[i])].lstrip("Ppage. -–—|")) or 0) for i in members]
        return cuts > 0 and all(a < b for a, b in pairwise(numbers))
    return cuts >= max(1, len(members) // 4)


def _cuts(text: str, spans: Sequence[Span], index: int) -> bool:
    """Whether the paragraphs around this one are halves of a sentence, with at most two other short lines beside it."""
    before = next((s for s in reversed(spans[max(0, index - 3) : index]) if s[1] - s[0] > 60), None)
    after = next((s for s in spans[index + 1 : index + 4] if s[1] - s[0] > 20), None)
    return bool(before and after and _CUT.search(text, max(before[0], before[1] - 12), before[1]) and _GOES_ON.match(text, after[0]))
