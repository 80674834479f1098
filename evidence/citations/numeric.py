"""Numeric pointers in running text: "[1]", "[4, 6–9]", "(3,4)", superscripts marked, written (¹²) or flattened ("findings.12,13").

A number alone proves nothing, so all candidates of one way of writing are collected first and ``choose_groups`` asks whether together they
behave like citations: do they stay within the list, cover it, and count up as they first appear? Every pattern is possessive or
of bounded width, so the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Literal

Style = Literal["square", "round", "superscript", "flattened"]

MAX_NUMBER = 2000
"""Highest number that is taken for a reference."""

WIDEST_RANGE = 100
"""Most references one range may skip to."""
MOST_NUMBERS = 500_000
"""Numbers in one document after which ranges are no longer spelt out: no paper has that many, only memory ends."""
SCALE_STEP = 60
"""Most characters between two points of a scale."""

WIDEST_GAP = 6000
"""Most characters between the first mentions of a reference's neighbours among which it is searched for."""

JUMP_AFTER_STOP, JUMP_AFTER_WORD = 12, 3
"""How far above the highest number so far a flattened superscript may begin (tables and figures take some numbers)."""

_DASH = r"[-–—‐‑−]"
_NUMBER = r"\d{1,4}[a-d]?"
_RANGE = rf"{_NUMBER}(?:\s?(?:{_DASH}|to\b|through\b)\s?{_NUMBER})?"
_LIST = rf"{_RANGE}(?:\s?(?:[,;]|,?\s?(?:and|&|und|et)\s)\s?{_RANGE})*+"
_PREFIX = r"(?:(?:see|see also|also|e\.g\.|eg|cf\.|refs?\.?|references?|reviewed in|reviewed by|for review|for a review)[,:]?\s?){0,3}+"
_TAIL = r"(?:(?:[,;:]\s?|\s)(?:pp?\.|chap|sec|sect|section|chapter|theorem|lemma|fig|table|eq|and ref|appendix)[^\[\]()]{0,60}+)?+"
_BRACKETS: dict[Style, re.Pattern[str]] = {
    "square": re.compile(rf"\[\s?{_PREFIX}(?P<list>{_LIST}){_TAIL}\s?\]", re.IGNORECASE),
    "round": re.compile(rf"\(\s?{_PREFIX}(?P<list>{_LIST}){_TAIL}\s?\)", re.IGNORECASE),
}
_ITEM = re.compile(rf"(?P<first>\d{{1,4}})[a-d]?(?:\s?(?:{_DASH}|to|through)\s?(?P<last>\d{{1,4}})[a-d]?)?", re.IGNORECASE)
_BETWEEN = re.compile(rf"[\])]\s?{_DASH}\s?[\[(]")
_EQUATION = r"\b(?:eqs?|equations?|formulas?|hypothes[ie]s|steps?|conditions?)\.?\s?$"
_CELL = r"[\t\n|]\s?[<>≤≥~±−-]?\d[\d.,]*%?\s$"
_NOT_AFTER: dict[Style, re.Pattern[str]] = {
    "square": re.compile(rf"{_EQUATION}|{_CELL}|(?:\b(?:CI|IQR|HDI|HPD)[:,=]?|[=∈])\s?$", re.IGNORECASE),
    "round": re.compile(
        rf"{_EQUATION}|{_CELL}|(?:^|[\n:;]|[,;]\s?(?:and|or)|"
        r"\b(?:to|is|are|was|were|be|by|of|as|either|including|includes?|that))\s*$",
        re.IGNORECASE,
    ),
}
"""What stands before numbers in brackets that count equations or points, are an interval, or go with a number of a table."""
_SPELT = re.compile(rf"\b[Rr]ef(?:s\b\.?|erences?\b|\b\.?)\s?(?P<list>{_LIST})(?![\w.]*\d)")
_COUNTED = re.compile(r"(?:figs?|figures?|tables?|eqs?|no|p|n|v|day|week|type|grade|phase)", re.IGNORECASE)
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,")
_RAISED = r"[⁰¹²³⁴-⁹](?:[⁰¹²³⁴-⁹⁻˒,–-]*[⁰¹²³⁴-⁹])?"
_RAISED_DIGIT = re.compile(r"[⁰¹²³⁴-⁹]")
_MARKED = re.compile(rf"<sup>\s?\[?(?P<tag>{_LIST})\]?\s?</sup>|\^\{{?\[?(?P<caret>{_LIST})\]?\}}?\^?|(?P<raised>{_RAISED})", re.IGNORECASE)
_UNIT = re.compile(r"(?:\d|\b(?:[munkcdp]?m|kg|s|h|g|L|mol|min|Hz|R|r|χ|X|x|Ca|Mg|Na|Fe|Zn|Cu|Mn|e|K|y|p|n|η|f|F|t|T|CO|O|H))$")
"""A unit or symbol that is raised to a power or carries a charge."""

_RUN = r"\d{1,3}(?:(?:\s?,|[–‐‑-])\s?\d{1,3})*+"
_AFTER_STOP = re.compile(
    rf"(?:(?<=[^\W\d_])|(?<=[)\]”\"’'%]))[.,;:?!][.,”\"’')]{{0,2}}(?P<list>{_RUN})(?=\s+[^\W\d_]|\s*\n|\s*$|\s+[\[(“\"‘'—–])"
    rf"|(?<=\bal\.)(?P<after_al>{_RUN})(?=[\s.,;:)])"
    rf"|(?:(?<=\s(?:19|20)\d\d)|(?<=\.\d\d))\.(?P<after_number>{_RUN})(?=\s+[^\Wa-z\d_]|\s*\n)"
)
_AFTER_WORD = re.compile(rf"(?P<word>(?<![^\W_])[^\W\d_]{{1,30}}|[)\]”\"’])(?P<list>{_RUN})(?=[\s.,;:)\]?!”\"’—–]|$)(?![.,]\d)")
_GLUED = re.compile(
    r"(?P<glue>[^\W\d_]*)(?:(?<=[^\W\d_])|(?<=[.,;:!?)\]”\"’'%])(?<![^\w.]\d[.,])(?<![^\w.]\d\d[.,])(?<![^\w.]\d{3}[.,]))"
    r"(?P<list>[1-9]\d{0,2}(?:(?:\s?,|[–‐‑-])\s?\d{1,3})*+)(?=[\s.,;:)\]?!”\"’—–]|$)(?![.,]\d)"
)
"""A number, or a list of them, glued to a word or a stop, but no part of a decimal."""

_NAMED_NUMBER = re.compile(r"(?<![^\W_])([^\W\d_]{1,30})-?(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Group:
    """One numeric pointer with its numbers: ``items`` are (start, end, number), those of a range at the range's place."""

    start: int
    end: int
    items: tuple[tuple[int, int, int], ...]
    certain: bool = True

    @property
    def numbers(self) -> tuple[int, ...]:
        """The reference numbers, in order."""
        return tuple(number for _, _, number in self.items)


def bracket_groups(text: str, style: Style) -> list[Group]:
    """All groups of numbers in brackets that are not equation numbers, enumerators and the like."""
    groups: list[Group] = []
    count = 0
    for match in _BRACKETS[style].finditer(text):
        if _NOT_AFTER[style].search(text, max(0, match.start() - 16), match.start()):
            continue
        found = _group(text, match.start(), match.end(), *match.span("list"), widest=WIDEST_RANGE if count < MOST_NUMBERS else 1)
        for group in found:
            groups.append(group)
            count += len(group.items)
    return list(_joined(text, groups if style == "square" else list(_without_scales(groups))))


def _without_scales(groups: Sequence[Group]) -> Iterator[Group]:
    """The groups without runs of single numbers that start at 1 again: "never (1), rarely (2), often (3)"."""
    seen, run, last_end = 0, 0, 0
    for group, after in zip_longest(groups, groups[1:]):
        number, single = group.numbers[0], len(group.numbers) == 1
        goes_on = single and run > 0 and number == run + 1 and group.start - last_end < SCALE_STEP
        next_is_two = after is not None and after.numbers == (2,) and after.start - group.end < SCALE_STEP
        starts = single and number == 1 and seen > 2 and next_is_two
        run, last_end = (number if goes_on or starts else 0), group.end
        if not run:
            seen = max(seen, *group.numbers)
            yield group


def _group(
    text: str, start: int, end: int, list_start: int, list_end: int, *, certain: bool = True, widest: int = WIDEST_RANGE
) -> Iterator[Group]:
    """The group whose list is ``text[list_start:list_end]``; none when it is no list of reference numbers."""
    items: list[tuple[int, int, int]] = []
    for item in _ITEM.finditer(text, list_start, list_end):
        first, last = int(item["first"]), int(item["last"] or item["first"])
        if item["last"] and last < first and len(item["last"]) < len(item["first"]):
            last = int(item["first"][: -len(item["last"])] + item["last"])
        if not 0 < first <= last <= MAX_NUMBER or last - first > widest:
            return
        items += [(item.start(), item.end(), number) for number in range(first, last + 1)]
    if items:
        yield Group(start, end, tuple(items), certain)


def _joined(text: str, groups: Sequence[Group]) -> Iterator[Group]:
    """Groups, with the numbers between "[6]–[9]" filled in at the second."""
    for before, group in zip([None, *groups], groups, strict=False):
        if before and before.end < group.start + 2 and _BETWEEN.fullmatch(text, before.end - 1, group.start + 1):
            first, last = before.numbers[-1] + 1, group.numbers[0]
            place = group.items[0][:2]
            between = tuple((*place, number) for number in range(first, last) if last - first < WIDEST_RANGE)
            yield Group(group.start, group.end, between + group.items)
        else:
            yield group


def spelt_groups(text: str) -> list[Group]:
    """Groups that say what they are: "ref. 12", "references 3 and 4"; beside superscripts, where a superscript would be misread."""
    return [g for m in _SPELT.finditer(text) for g in _group(text, *m.span(), *m.span("list"))]


def marked_groups(text: str, superscripts: Iterable[tuple[int, int]]) -> list[Group]:
    """Groups that the source sets as superscripts, by span or by sign (``¹²``, ``^12^``, ``<sup>12</sup>``)."""
    plain = text.translate(_DIGITS) if _RAISED_DIGIT.search(text) else text
    spans = [(start, end, start, end) for start, end in superscripts]
    for match in _MARKED.finditer(text):
        name = match.lastgroup or "raised"
        spans.append((*match.span(), *match.span(name)))
    groups: list[Group] = []
    for start, end, list_start, list_end in sorted(set(spans)):
        inner = plain[list_start:list_end].strip(" ,;[]()")
        if not re.fullmatch(_LIST, inner, re.IGNORECASE) or _UNIT.search(text, max(0, start - 4), start):
            continue
        if not groups or start >= groups[-1].end:
            groups += _group(plain, start, end, list_start, list_end)
    return groups


def flattened_groups(text: str, highest: int) -> list[Group]:
    """Groups of superscripts that lost their height: digits glued to a stop ("findings.12,13 However") or a word ("shown1–3").

    ``highest`` is the highest number of the list. Digits after a word are kept only where they go on counting: no number is
    first met before most of those below it.
    """
    after_stop = {g.start: g for m in _AFTER_STOP.finditer(text) for g in _group(text, *_list_span(m), *_list_span(m))}
    series = _series(text)
    after_word = {
        g.start: g
        for m in _AFTER_WORD.finditer(text)
        if not _names_a_thing(text, m, series)
        for g in _group(text, *m.span("list"), *m.span("list"), certain=m["word"][1:].islower() or not m["word"].isalpha())
    }
    ordered = sorted((after_word | after_stop).values(), key=lambda g: g.start)
    counted = list(_counting(ordered, highest, frozenset(after_stop)))
    return sorted([*counted, *_missed(text, counted, series, highest)], key=lambda g: g.start)


def _missed(text: str, groups: Sequence[Group], series: Mapping[str, Counter[str]], highest: int) -> Iterator[Group]:
    """Groups that name the references which nobody names yet. A reference is first named between its neighbours, so a number that
    alone could be it there ("colleagues7 said", "in 2019,28 we") is it."""
    first: dict[int, Group] = {}
    for group in groups:
        for number in group.numbers:
            first.setdefault(number, group)
    for number, after in _gaps(first, highest):
        before = first.get(number - 1)
        if before is None or not before.end < after.start < before.end + WIDEST_GAP:
            continue
        found = [
            group
            for match in _GLUED.finditer(text, before.end, after.start)
            if not _COUNTED.fullmatch(match["glue"]) and sum(series.get(match["glue"].lower(), Counter()).values()) < 2
            for group in _group(text, *match.span("list"), *match.span("list"))
            if group.numbers[0] == number and group.numbers[-1] <= highest and all(a < b for a, b in pairwise(group.numbers))
        ]
        if len(found) == 1:
            first |= {n: found[0] for n in found[0].numbers if n not in first}
            yield found[0]


def _gaps(first: Mapping[int, Group], highest: int) -> list[tuple[int, Group]]:
    """The numbers that nobody names, from the lowest, each with the group that first names the next one above it."""
    gaps: list[tuple[int, Group]] = []
    after: Group | None = None
    for number in range(highest, 1, -1):
        if number in first:
            after = first[number]
        elif after:
            gaps.append((number, after))
    return gaps[::-1]


def _list_span(match: re.Match[str]) -> tuple[int, int]:
    return match.span(match.lastgroup or "list")


def _series(text: str) -> dict[str, Counter[str]]:
    """For each word that stands glued to a number, how often it does with which: ``{"hdac": {"1": 12, "6": 3}}``."""
    series: dict[str, Counter[str]] = defaultdict(Counter)
    for match in _NAMED_NUMBER.finditer(text):
        series[match[1].lower()][match[2]] += 1
    return series


def _names_a_thing(text: str, match: re.Match[str], series: dict[str, Counter[str]]) -> bool:
    """Whether the digits belong to the word: a unit ("m2"), a counted thing ("Fig1"), a name that comes up again or with
    other numbers ("IL6", "IL10"), a formula ("weight/height2")."""
    word = match["word"]
    if not word.isalpha():
        return False
    if _UNIT.search(word) or _COUNTED.fullmatch(word) or text[match.start() - 1 : match.start()] in {"/", "×", "="}:
        return True
    numbers = series[word.lower()]
    if len(word) > (2 if word[1:].islower() else 8):
        return max(numbers.values(), default=0) > 2
    return sum(numbers.values()) > 1


def _counting(groups: Sequence[Group], highest: int, trusted: frozenset[int]) -> Iterator[Group]:
    """The groups that go on counting. A trusted one (after a stop) may jump further than one after a word; one after an acronym or
    a symbol must be the very next number, or several that came before."""
    seen = 0
    for group in groups:
        numbers = group.numbers
        rising = all(a < b for a, b in pairwise(numbers))
        if max(numbers) > highest or not rising:
            continue
        if group.start not in trusted and not group.certain:
            if numbers[0] != seen + 1 and (len(numbers) == 1 or numbers[0] == 1 or numbers[-1] > seen):
                continue
        elif numbers[0] > seen + (JUMP_AFTER_STOP if group.start in trusted else JUMP_AFTER_WORD):
            continue
        seen = max(seen, *numbers)
        yield group


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much the groups of one style behave like citations. ``cover`` is the share of the list that they name, ``within`` the
    share of groups with all numbers in the list, ``rising`` the share of first mentions that are higher than all before."""

    groups: int
    cover: float
    within: float
    rising: float


def weigh(groups: Sequence[Group], highest: int) -> Evidence:
    """The evidence that these groups are citations of a list of ``highest`` entries."""
    fitting = [g for g in groups if max(g.numbers) <= highest]
    firsts = list(dict.fromkeys(number for g in fitting for number in g.numbers))
    top, rising = 0, 0
    for number in firsts:
        rising += number > top
        top = max(top, number)
    return Evidence(
        len(fitting), len(firsts) / max(1, highest), len(fitting) / max(1, len(groups)), rising / max(1, len(firsts))
    )  # fmt: skip


ENOUGH: dict[Style, tuple[float, float]] = {
    "square": (0.3, 0.0),
    "superscript": (0.3, 0.5),
    "round": (0.5, 0.7),
    "flattened": (0.4, 0.7),
}
"""What a style needs: the least share of the list covered, the least share of first mentions that rise."""


def choose_groups(text: str, candidates: Mapping[Style, Callable[[], list[Group]]], highest: int) -> list[Group]:
    """The groups of the first way of writing that behaves like citations of a list of ``highest`` entries; empty when none does."""
    for style, (cover, rising) in ENOUGH.items():
        groups = candidates[style]() if style in candidates else []
        evidence = weigh(groups, highest)
        if evidence.groups and evidence.cover >= cover and evidence.rising >= rising and evidence.within >= 0.5:
            spelt = spelt_groups(text) if style in {"superscript", "flattened"} else []
            return [g for g in _apart(groups, spelt) if min(g.numbers) <= highest]
    return []


def _apart(groups: Sequence[Group], more: Sequence[Group]) -> list[Group]:
    """Both, in order, without those of ``more`` that overlap one of ``groups``."""
    taken = {at for g in groups for at in range(g.start, g.end)} if more else set()
    return sorted([*groups, *(g for g in more if taken.isdisjoint(range(g.start, g.end)))], key=lambda g: g.start)
