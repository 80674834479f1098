"""Numeric pointers in running text: "[1]", "[4, 6–9]", "(3,4)", superscripts marked, written (¹²) or flattened ("findings.12,13").

A number alone proves nothing, so all candidates of one way of writing are collected first and ``choose_style`` asks whether together they
behave like citations: do they stay within the list, cover it, and count up as they first appear? Every pattern is possessive or
of bounded width, so the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Style = Literal["square", "round", "superscript", "flattened"]

MAX_NUMBER = 2000
"""Highest number that is taken for a reference."""

_DASH = r"[-–—‐‑−]"
_NUMBER = r"\d{1,4}[a-d]?"
_LIST = rf"{_NUMBER}(?:\s?(?:{_DASH}|to\b|through\b)\s?{_NUMBER})?(?:\s?(?:[,;]|,?\s?(?:and|&|und|et)\s)\s?{_NUMBER}(?:\s?(?:{_DASH}|to\b)\s?{_NUMBER})?)*+"
_PREFIX = r"(?:(?:see|see also|also|e\.g\.|eg|cf\.|refs?\.?|references?|reviewed in|reviewed by|for review|for a review)[,:]?\s?){0,3}+"
_TAIL = r"(?:[,;:]\s?(?:pp?\.|chap|sec|sect|section|chapter|theorem|lemma|fig|table|eq|and references|appendix)[^\[\]()]{0,60}+)?+"
_BRACKETS: dict[Style, re.Pattern[str]] = {
    "square": re.compile(rf"\[\s?{_PREFIX}(?P<list>{_LIST}){_TAIL}\s?\]", re.IGNORECASE),
    "round": re.compile(rf"\(\s?{_PREFIX}(?P<list>{_LIST}){_TAIL}\s?\)", re.IGNORECASE),
}
_ITEM = re.compile(rf"(?P<first>\d{{1,4}})[a-d]?(?:\s?(?:{_DASH}|to|through)\s?(?P<last>\d{{1,4}})[a-d]?)?", re.IGNORECASE)
_BETWEEN = re.compile(rf"[\])]\s?{_DASH}\s?[\[(]")
_NOT_BEFORE = re.compile(
    r"(?:\b(?:eqs?|equations?|figs?|figures?|tables?|sections?|steps?|models?|hypothes[ie]s|cases?|no|theorems?|lemmas?|appendix|stages?|phases?|"
    r"groups?|types?|levels?|questions?|items?|lines?|pages?|pp?|n|rule|scheme|panel|box|version|grade)\.?\s?)$",
    re.IGNORECASE,
)
_ENUMERATOR_BEFORE = re.compile(r"(?:^|[\n:;]|(?:,|;)\s?(?:and|or))\s*$")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,")
_MARKED = re.compile(rf"<sup>\s?\[?(?P<tag>{_LIST})\]?\s?</sup>|\^\{{?\[?(?P<caret>{_LIST})\]?\}}?\^?|(?P<raised>[⁰¹²³⁴-⁹](?:[⁰¹²³⁴-⁹⁻˒,–-]*[⁰¹²³⁴-⁹])?)")
_UNIT = re.compile(r"(?:\d|\b(?:[munkcdp]?m|km|cm|mm|kg|s|h|g|L|mol|min|Hz|R|r|χ|X|x|Ca|Mg|Na|Fe|Zn|Cu|Mn|e|K|y|p|n|η|η2|f|F|t|T|CO|O|H))$")

_RUN = rf"\d{{1,3}}(?:[,–‐‑-]\s?\d{{1,3}})*+"
_AFTER_STOP = re.compile(
    rf"(?<=[^\W\d_)\]”\"’'%])(?P<stop>[.,;:?!][”\"’']?)(?P<list>{_RUN})(?=\s+[^\W\d_]|\s*\n|\s*$|\s+[\[(“\"‘'—–])"
    rf"|(?<=\s(?:19|20)\d\d)\.(?P<after_year>{_RUN})(?=\s+[^\Wa-z\d_]|\s*\n)"
    rf"|(?<=\.\d\d)\.(?P<after_decimal>{_RUN})(?=\s+[^\Wa-z\d_]|\s*\n)"
)
_AFTER_WORD = re.compile(rf"(?P<word>(?<![^\W_])[^\W\d_]{{1,30}}|[)\]”\"’])(?P<list>{_RUN})(?=[\s.,;:)\]?!”\"’—–]|$)(?![.,]\d)")


@dataclass(frozen=True)
class Group:
    """One numeric pointer with its numbers: ``items`` are (start, end, number), those of a range at the range's place."""

    start: int
    end: int
    items: tuple[tuple[int, int, int], ...]
    certain: bool = True

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(number for _, _, number in self.items)


def bracket_groups(text: str, style: Style) -> list[Group]:
    """All groups of numbers in brackets that are not equation numbers, enumerators and the like."""
    groups = []
    for match in _BRACKETS[style].finditer(text):
        if style == "round" and _is_enumerator(text, match.start()):
            continue
        if _NOT_BEFORE.search(text, max(0, match.start() - 14), match.start()):
            continue
        groups += list(_group(text, match.start(), match.end(), *match.span("list")))
    return list(_joined(text, groups))


def _is_enumerator(text: str, start: int) -> bool:
    return bool(_ENUMERATOR_BEFORE.search(text, max(0, start - 8), start)) or start == 0


def _group(text: str, start: int, end: int, list_start: int, list_end: int, certain: bool = True) -> Iterator[Group]:
    """The group whose list is ``text[list_start:list_end]``; none when it is no list of reference numbers."""
    items: list[tuple[int, int, int]] = []
    for item in _ITEM.finditer(text, list_start, list_end):
        first, last = int(item["first"]), int(item["last"] or item["first"])
        if item["last"] and last < first and len(item["last"]) < len(item["first"]):
            last = int(item["first"][: -len(item["last"])] + item["last"])
        if not 0 < first <= last <= MAX_NUMBER or last - first > 100:
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
            between = tuple((*place, number) for number in range(first, last) if last - first < 100)
            yield Group(group.start, group.end, between + group.items)
        else:
            yield group


def marked_groups(text: str, superscripts: Iterable[tuple[int, int]]) -> list[Group]:
    """Groups that the source sets as superscripts, by span or by sign (``¹²``, ``^12^``, ``<sup>12</sup>``)."""
    plain = text.translate(_DIGITS)
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
    words = Counter(m["word"] + m["list"] for m in _AFTER_WORD.finditer(text))
    after_word = {
        g.start: g
        for m in _AFTER_WORD.finditer(text)
        if words[m["word"] + m["list"]] < 3 and not _UNIT.search(m["word"]) and not _NOT_BEFORE.search(m["word"])
        for g in _group(text, *m.span("list"), *m.span("list"), certain=m["word"][-1:].islower() or not m["word"].isalpha())
    }
    ordered = sorted((after_word | after_stop).values(), key=lambda g: g.start)
    return list(_counting(ordered, highest, frozenset(after_stop)))


def _list_span(match: re.Match[str]) -> tuple[int, int]:
    return match.span(match.lastgroup or "list")


def _counting(groups: Sequence[Group], highest: int, trusted: frozenset[int]) -> Iterator[Group]:
    """The groups that go on counting. A trusted one (after a stop) may jump further than a word's, and an acronym's not at all."""
    seen = 0
    for group in groups:
        numbers = group.numbers
        slack = 12 if group.start in trusted else 3 if group.certain else 1
        rising = all(a < b for a, b in zip(numbers, numbers[1:], strict=False))
        if max(numbers) > highest or not rising or max(numbers) > seen + slack + len(numbers) - 1:
            continue
        if not group.certain and group.start not in trusted and len(numbers) == 1 and numbers[0] <= seen:
            continue
        seen = max(seen, *numbers)
        yield group


@dataclass(frozen=True)
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


def choose_style(candidates: dict[Style, list[Group]], highest: int) -> tuple[Style, list[Group]] | None:
    """The way the paper writes numeric citations, with its groups; ``None`` when no way behaves like citations."""
    for style, (cover, rising) in ENOUGH.items():
        evidence = weigh(candidates[style], highest)
        if evidence.groups and evidence.cover >= cover and evidence.rising >= rising and evidence.within >= 0.5:
            return style, [g for g in candidates[style] if max(g.numbers) <= highest]
    return None
