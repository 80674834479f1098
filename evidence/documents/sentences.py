"""Sentences of scholarly prose, by rules: linear in the text, nothing lost, every place slices back.

A sentence ends at ``.``, ``!``, ``?`` or ``…`` with the quotes, brackets and citation marks that close it, before white space
and something that can open a sentence. What speaks against an end stands in the tables below: abbreviations, initials,
labels of lists and headings, brackets. Inside a quotation sentences end as anywhere; a citation in brackets after the full
stop opens the next one, but who spoke (“… late.” (Nurse 3)) stands alone; a heading or a line without a stop is a sentence
of its own, and none reaches over a paragraph's end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from evidence.documents.paragraphs import Span, paragraphs_of

NEVER_LAST = frozenset(
    "e.g i.e eg ie cf viz vs al dr mr mrs ms prof rev hon st fig figs eq eqs ref refs tab pp ca approx suppl vol vols nr abb bzw vgl hrsg "
    "z.b d.h u.a sog z d.i p.ex resp incl excl et".split()
)
"""Abbreviations that stand before more of the sentence."""

BEFORE_NUMBERS = frozenset(
    "no nos p pp art arts ch chap sec sect para pt vol ed eds s jan feb mar apr jun jul aug sep sept oct nov dec app appx box".split()
)
"""Abbreviations (and words spelt like them) that go on only when a number follows."""

OFTEN_LAST = frozenset(
    "etc inc ltd co corp jr sr esq univ dept dep est min max avg sp spp subsp var ibid op cit sd se ci hr hrs yr yrs".split()
)
"""Abbreviations that end a sentence when a usual opening word follows."""

OPENERS = frozenset(
    "A About According Additionally After All Also Although Among An And Another Any As At Because Before Both But By Conversely "
    "Despite Due During Each Even Finally First For From Further Furthermore Given He Hence Here How However I If Importantly In Indeed "
    "Instead It Its Last Later Like Likewise Many Moreover Most My Nevertheless New Next No Not Notably Now Of On Once One Only Or Other "
    "Others Our Overall Participants Patients People Previous Prior Recent Respondents Results Second Several She Similarly Since So Some "
    "Specifically Studies Such Taken That The Their Then There Therefore These They Third This Those Three Through Thus To Together Two "
    "Under Unlike Until Using We What When Whereas Whether Which While With Within You Your Yet".split()
)
"""Words that open a sentence after an abbreviation or an initial that could as well stand inside one."""

LETTERED = frozenset(
    "vitamin hepatitis type group phase model study panel appendix table figure site grade class stage part level section box arm cohort "
    "and or option version factor scenario condition category plan step".split()
)
"""Words after which a single capital is a name of something, not an initial."""

_CLOSERS = "\"'”’»›)\\]*_"
_MARKS = r"(?:\s?\[\d[\d,;–— -]{0,60}\]|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻,–]*[⁰¹²³⁴⁵⁶⁷⁸⁹]|(?<=[a-z)”\"’]\.)\d{1,3}(?:[,–-]\d{1,3}){0,20})?"
_OPENING = r"[\"'“‘«‹„(\[*_¿¡]{0,4}(?:[A-ZÀ-ÖØ-ÞΑ-ΩА-ЯĀ-Ž0-9•]|[a-z]{1,3}[A-Z0-9]|[α-ω][-‐])|[^\x00-\u2fff]"
_END = re.compile(
    rf"(?:(?<![.!?…])[.!?…]++[{_CLOSERS}]{{0,6}}{_MARKS}(?=\s+(?:{_OPENING}))|(?<![。！？])[。！？]++[{_CLOSERS}”」』]{{0,4}}(?=\S))"
)
_SPEAKER = re.compile(rf"(?<=[”\"»]\s)\((?![^()]*\d{{4}})(?![Ss]ee\b)[^().!?]{{2,80}}\)(?=\s+(?:{_OPENING}))")
"""Who spoke, in brackets after a quotation that has ended; years stand in citations."""
_SPACE = re.compile(r"\s*")
_TOKEN = re.compile(r"[^\s(\[{“‘\"'«,;/—–]*$")
_NEXT_WORD = re.compile(r"[\"'“‘«(\[*_]*((?:[^\W\d_]+(?:['’-][^\W\d_]+)*)?)(\.?)")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
_LABEL = re.compile(r"[\s([#*]*(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxIVX]{1,5})[)\]]?\s*")
_BRACKET = re.compile(r"[()]")

BRACKET_LIMIT = 600
"""Longest bracket (in characters) that keeps its sentences together; beyond it a bracket is likelier to be unbalanced."""


def sentences(text: str, start: int = 0, end: int | None = None, furniture: Sequence[Span] = ()) -> list[Span]:
    """Places of the sentences in ``text[start:end]``: half-open, ordered, apart, without white space at their ends; together
    they hold every character that is not white space.

    ``furniture`` (``Document.furniture``) are ordered places to read over, so that a sentence which a page break or a
    footnote cuts in two is one; without it each half is a sentence of its own.
    """
    return [span for paragraph in paragraphs_of(text, start, end, furniture) for span in _split(text, *paragraph, furniture)]


def _split(text: str, start: int, end: int, furniture: Sequence[Span]) -> Iterator[Span]:
    """The sentences of one paragraph."""
    closed = _brackets(text, start, end)
    opened = start
    for match in _END.finditer(text, start, end):
        if _inside(closed, match.end() - 1) or _inside(furniture, match.start()) or not _ends(text, opened, match):
            continue
        yield opened, match.end()
        opened = _after_space(text, match.end())
        if speaker := _SPEAKER.match(text, opened, end):
            yield opened, speaker.end()
            opened = _after_space(text, speaker.end())
    if opened < end:
        yield opened, end


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _brackets(text: str, start: int, end: int) -> list[Span]:
    """Outermost pairs of round brackets not longer than the limit, in order."""
    spans: list[Span] = []
    stack: list[int] = []
    for match in _BRACKET.finditer(text, start, end):
        if match[0] == "(":
            stack.append(match.start())
        elif stack:
            opened = stack.pop()
            if match.end() - opened <= BRACKET_LIMIT:
                while spans and spans[-1][0] > opened:
                    spans.pop()
                spans.append((opened, match.start()))
    return spans


def _inside(spans: Sequence[Span], position: int) -> bool:
    index = bisect_right(spans, position, key=itemgetter(0))
    return index > 0 and position < spans[index - 1][1]


def _ends(text: str, opened: int, match: re.Match[str]) -> bool:
    """Whether the stop that ``match`` found ends the sentence that began at ``opened``."""
    mark, following = match[0], _after_space(text, match.end())
    if mark.startswith(("...", "…")):
        return not text[max(opened, match.start() - 1) : match.start()].isspace() and text[following] != "["
    if mark[0] != ".":
        return True
    before = text[max(opened, match.start() - 40) : match.start()]
    if before.rstrip().endswith(".") or (match.start() - opened <= 20 and _LABEL.fullmatch(text, opened, match.start())):
        return False
    token = _TOKEN.search(before)
    return _token_ends(token[0] if token else "", before, text[following : following + 40])


def _token_ends(token: str, before: str, after: str) -> bool:
    """Whether a full stop right after ``token`` ends the sentence; ``before`` ends with the token, ``after`` opens what follows."""
    folded = token.lower()
    following = _NEXT_WORD.match(after)
    opener = following is not None and following[1] in OPENERS and not following[2]
    if folded == "al":
        return opener
    if folded in NEVER_LAST:
        return False
    if folded in BEFORE_NUMBERS and after[0].isdigit():
        return False
    if folded in OFTEN_LAST or _DOTTED.fullmatch(token):
        return opener
    if len(token) == 1 and token.isupper():
        return opener or _last_word(before[:-1]) in LETTERED
    return True


def _last_word(text: str) -> str:
    words = text.split()
    return words[-1].lower() if words else ""
