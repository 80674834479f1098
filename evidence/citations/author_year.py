"""Author-year pointers in running text: "(Smith, 2010, 2012a, b)", "Smith and Jones’s (2010)".

Every citation of this kind ends in a year, or in what stands for one. So each year is looked at once, with the words in
front of it, read backwards: an "et al.", a name, a connector, the name before it. All windows have a fixed width,
so the time is linear in the length of the text. What the names mean is for ``resolve``.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from evidence.citations.names import CONNECTORS, LEADS, NOT_NAMES, OPENERS, ORGANISATION, PARTICLES, SMALL_WORDS

Setting = Literal["parenthetical", "narrative", "bare"]

WINDOW = 300
"""Characters before a year in which its names are sought."""
REACH = 1500
"""Characters an opened bracket stays open."""
MOST_BETWEEN = 8
"""Most words between a name and the bracket with its year."""
MAX_AUTHORS = 15
MAX_WORDS = 14


@dataclass(frozen=True, slots=True)
class Name:
    """One author as printed: ``words`` with their offsets, leftmost first, and the ``initials`` before or after them."""

    start: int
    words: tuple[tuple[int, str], ...]
    initials: str = ""

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word for _, word in self.words)


@dataclass(frozen=True, slots=True)
class Pointer:
    """What the text says of one cited work. ``start``/``end`` are offsets in the searched text, from the first name, or in a chain from
    the year, to the year. ``year`` is four digits, ``"n.d."`` or ``"in press"``; ``earlier`` the first of two years ("1953/1974").
    ``joined``: the last two names have an "and" between them; ``opens``: only introductory words stand before the names;
    ``preposition``: the lower-case word before them; ``chained``: the names are those of the pointer before; ``acronym`` follows the
    names in brackets; ``remote``: words stand between the names and the year."""

    start: int
    end: int
    names: tuple[Name, ...]
    et_al: bool
    year: str
    suffix: str
    setting: Setting
    joined: bool = False
    opens: bool = False
    preposition: str = ""
    earlier: str = ""
    chained: bool = False
    acronym: str = ""
    comma_before_et_al: bool = False
    remote: bool = False


YEAR = r"(?:1[5-9]|20)\d\d"
_DATE = re.compile(
    rf"""(?P<bracket>[()\[\]])
    | (?<![\w/@\#$£€–—−-])(?<!\d\.)(?:(?P<earlier>{YEAR})[/\]]\s?)?(?P<year>{YEAR})(?P<suffix>-?[a-pA-P])?
      (?![^\W_])(?![-–—−/.,]\d)(?!\s?[–—-]\s?{YEAR})(?![%‰°])
    | \b(?P<undated>n\.\s?d\b\.?|no\ date\b
        |(?:in\s+press|forthcoming|in\s+preparation|submitted|under\s+review|im\s+Druck|sous\s+presse)\b)
      (?P<undated_suffix>-[a-p]\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
_MORE_SUFFIXES = re.compile(r"[*_]*\s?(?P<sep>,|;|&|and\b|/|[-–])\s?(?P<letter>[a-p])(?![\w’'.])(?=\s?[-–,;&)\]/]|\s?and\b|[*_])")
_PART = r"(?:pp?|S|paras?|chap|ch|[Cc]hapter|[Ff]ig|Table|sec|section|§)"
_LOCATOR = rf"(?:[,:]?\s*{_PART}?\.?\s?\d+(?:\s?[-–,]\s?\d+)*(?:\s?ff?\.?)?)"
_CHAIN = re.compile(rf"[*_]*{_LOCATOR}?[*_]*\)?\s*(?:[,;/&]|,?\s?(?:and|und|et|y|or|e|&)\b)\s*(?:and\s|&\s?|see also\s|also\s)?[*_(]*")
_NARRATIVE = re.compile(r"[*_\s]*(?:(?:see|also|e\.g\.|eg|cf\.?|for example|c\.|orig(?:inal)?\.?|published in|in)[,:]?\s*)*[*_]*")
_ACRONYM = re.compile(r"[(\[]\s*(?P<acronym>[A-Z][\w&.-]{1,12})\s*[)\]][\s,]*$")
_POSSESSIVE = re.compile(r"['’]s?[*_\s]*$")
_AFTER = re.compile(r"[*_]*\s*(?:[)\],;:.&/]|and\b|pp?\.|$|[A-Z(\[])")

_TOKEN = re.compile(
    r"""(?P<etal>et\.?\s+all?\b\.?,?(?!\s+[a-z]*ly)|(?:and|&)\s+(?:al\b\.?|(?:his\s|her\s|their\s)?(?:colleagues|others|co-?workers|associates|
            collaborators|team)\b)|et\s+coll\b\.?|y\s+cols?\b\.?|e\s+cols?\b\.?|u\.\s?a\.|et\s+collaborateurs|und\s+(?:Kollegen|Mitarbeiter))
    | (?P<initials>(?:[^\W\d_a-z]\.[\s‐-]?){1,4}(?=[\s,’'*_]|$|(?<=\s)))
    | (?P<junior>(?:Jr|Sr)\b\.?|(?:II|III|IV)\b)
    | (?P<word>[’']?[^\W\d_]+(?:['’ʼ`´\-‐‑–.][^\W\d_]+)*)(?P<stop>\.?)
    | (?P<comma>,)
    | (?P<amp>&(?:amp;)?)
    | (?P<paragraph>\s*\n\s*\n\s*)
    | (?P<space>[\s*_­]+)
    | (?P<bar>.)""",
    re.VERBOSE | re.DOTALL,
)
_KINDS = {"amp": "and", "paragraph": "bar"}
_GENITIVE = re.compile(r"(?<=\w)['’]s$")
_ABBREVIATIONS = frozenset("st ste mt ft dr prof jr sr".split())


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    kind: str  # etal, initials, junior, name, particle, small, and, comma, lower, bar


def find_pointers(text: str, known: frozenset[str] = frozenset()) -> list[Pointer]:
    """All author-year pointers of the text, in order. ``known`` are family names that are written in lower case.

    Years with nothing before them that could be a name are left out; a pointer may still turn out to be none.
    """
    pointers: list[Pointer] = []
    for date, opener, previous_end in _dates(text):
        pointers.extend(_read_date(text, date, opener, previous_end, pointers[-1] if pointers else None, known))
    return pointers


def _dates(text: str) -> Iterator[tuple[re.Match[str], int | None, int]]:
    """Every date with the innermost bracket open there (``None``: none) and the end of the date before it."""
    open_brackets: deque[int] = deque(maxlen=50)
    previous_end = 0
    for match in _DATE.finditer(text):
        bracket = match["bracket"]
        if bracket is None:
            while open_brackets and match.start() - open_brackets[-1] > REACH:
                open_brackets.pop()
            if "]" in match[0] and open_brackets:
                open_brackets.pop()
            yield match, open_brackets[-1] if open_brackets else None, previous_end
            previous_end = match.end()
        elif bracket in "([":
            open_brackets.append(match.start())
        elif open_brackets:
            open_brackets.pop()


def _read_date(
    text: str, date: re.Match[str], opener: int | None, previous_end: int, last: Pointer | None, known: frozenset[str]
) -> list[Pointer]:
    """The pointers that end in this date: none, one, or one a letter ("2020a, b")."""
    pointer = _chained(text, date, last) or _named(text, date, opener, previous_end, known)
    if pointer is None:
        return []
    chain = list(_suffix_chain(text, pointer))
    if not chain and not pointer.chained and pointer.setting == "narrative" and text[pointer.end : pointer.end + 1] in {")", "]"}:
        pointer = replace(pointer, end=pointer.end + 1)
    return [pointer, *chain]


def _year_of(date: re.Match[str]) -> tuple[str, str, str]:
    """(year, suffix, earlier year) of a date."""
    if date["year"]:
        return date["year"], (date["suffix"] or "").strip("-").lower(), date["earlier"] or ""
    undated = "n.d." if date["undated"].lower().startswith("n") else "in press"
    return undated, (date["undated_suffix"] or "").strip("-").lower(), ""


def _chained(text: str, date: re.Match[str], last: Pointer | None) -> Pointer | None:
    """The pointer of a year that shares the names of the one before it: "(Smith, 2010, p. 4, 2012)"."""
    if last is None or date.start() - last.end > 60 or not _CHAIN.fullmatch(text, last.end, date.start()):
        return None
    year, suffix, earlier = _year_of(date)
    return replace(last, start=date.start(), end=date.end(), year=year, suffix=suffix, earlier=earlier, chained=True)


def _suffix_chain(text: str, pointer: Pointer) -> Iterator[Pointer]:
    """The letters after "2020a": ", b" is one more work, "–c" all up to it."""
    last = pointer.suffix
    end = pointer.end
    while last and (more := _MORE_SUFFIXES.match(text, end)):
        letter = more["letter"]
        if letter <= last or (more["sep"] not in "-–" and ord(letter) != ord(last) + 1):
            return
        letters = range(ord(last) + 1, ord(letter) + 1)
        for code in letters:
            yield replace(pointer, start=more.start("letter"), end=more.end("letter"), suffix=chr(code), chained=True)
        last, end = letter, more.end("letter")


def _named(text: str, date: re.Match[str], opener: int | None, previous_end: int, known: frozenset[str]) -> Pointer | None:
    """The pointer whose names stand before this date."""
    floor = max(previous_end, date.start() - WINDOW)
    setting: Setting = "bare" if opener is None else "parenthetical"
    names_end = date.start() - ("]" in date[0])
    if opener is not None and opener >= floor:
        if _NARRATIVE.fullmatch(text, opener + 1, date.start()):
            setting, names_end = "narrative", opener
            floor = max(previous_end, opener - WINDOW)
        else:
            floor = opener + 1
    elif setting == "bare" and date["undated"]:
        return None
    pointer = _phrase(text, floor, names_end, date, setting, known)
    if pointer and setting != "narrative" and not _AFTER.match(text, date.end()) and date["undated"]:
        return None
    return pointer


@dataclass(frozen=True)
class _Names:
    """The names that end a run of tokens, and how they are put (see ``Pointer``)."""

    names: tuple[Name, ...]
    et_al: bool
    joined: bool
    comma_before_et_al: bool
    remote: bool


def _phrase(text: str, floor: int, names_end: int, date: re.Match[str], setting: Setting, known: frozenset[str]) -> Pointer | None:
    """The pointer whose names end ``text[floor:names_end]``; ``None`` when no names do."""
    names_end, acronym = _before_acronym(text, floor, names_end)
    if setting != "parenthetical" and (possessive := _POSSESSIVE.search(text, max(floor, names_end - 6), names_end)):
        names_end = possessive.start()
    tokens = _tokens(text, floor, names_end, setting, known)
    read = _read_names(tokens, setting)
    if not read.names:
        return None
    year, suffix, earlier = _year_of(date)
    start = read.names[0].start
    before = [t for t in tokens if t.end <= start]
    return Pointer(
        start=start,
        end=date.end(),
        year=year,
        suffix=suffix,
        earlier=earlier,
        setting=setting,
        acronym=acronym,
        opens=all(_leads(t) for t in before),
        preposition=_word_before(before),
        **vars(read),
    )


def _read_names(tokens: list[_Token], setting: Setting) -> _Names:
    """Read the tokens backwards: an "et al.", then names with connectors between them, as far as they go."""
    at = len(tokens) - 1
    remote = setting == "narrative" and at >= 0 and tokens[at].kind == "lower"
    at = _skip(tokens, _before_words(tokens, at) if remote else at, "comma")
    et_al = at >= 0 and tokens[at].kind == "etal"
    comma = et_al and at > 0 and tokens[at - 1].kind == "comma"
    at = _skip(tokens, at - et_al, "comma")
    names: list[Name] = []
    joined = False
    name, at = _name(tokens, at)
    while name and len(names) < MAX_AUTHORS:
        names.insert(0, name)
        before = _connected(tokens, at)
        if before is None:
            break
        joined_here = tokens[at].kind == "and"
        name, at = _name(tokens, before)
        joined = joined or (joined_here and len(names) == 1 and name is not None)
    return _Names(tuple(names), et_al, joined, comma, remote)


def _before_words(tokens: list[_Token], at: int) -> int:
    """The last name before the few lower-case words that end at ``at`` ("Smith, in her study (2010)"); -1 without one so near."""
    for near in range(at, max(-1, at - MOST_BETWEEN), -1):
        if tokens[near].kind in {"name", "etal"}:
            return near
        if tokens[near].kind == "bar":
            break
    return -1


def _before_acronym(text: str, floor: int, end: int) -> tuple[int, str]:
    """Where the names end when an acronym in brackets follows them ("World Health Organization [WHO], 2014"), and the acronym."""
    found = _ACRONYM.search(text, max(floor, end - 24), end)
    return (found.start(), found["acronym"]) if found else (end, "")


def _leads(token: _Token) -> bool:
    return token.kind == "comma" or token.text.lower().rstrip(".") in LEADS or (token.kind == "bar" and token.text in ":;.,–—-")


def _word_before(tokens: list[_Token]) -> str:
    return tokens[-1].text.lower() if tokens and tokens[-1].kind in {"lower", "small", "particle", "and"} else ""


def _skip(tokens: list[_Token], at: int, kind: str) -> int:
    while at >= 0 and tokens[at].kind == kind:
        at -= 1
    return at


def _connected(tokens: list[_Token], at: int) -> int | None:
    """Where the name before a connector (comma, "and", ", and") ends; ``None`` when ``at`` is no connector."""
    if at < 0 or tokens[at].kind not in {"comma", "and"}:
        return None
    if tokens[at].kind == "and" and at and tokens[at - 1].kind == "comma":
        at -= 1
    return at - 1


def _name(tokens: list[_Token], at: int) -> tuple[Name | None, int]:
    """The name that ends at token ``at``, and the token before it."""
    first = at
    initials, at = _trailing_initials(tokens, at)
    words: list[_Token] = []
    while at >= 0 and len(words) < MAX_WORDS:
        token = tokens[at]
        if token.kind == "initials":
            initials = token.text + initials
            if not words:
                break
        elif token.kind == "name" or (words and (token.kind == "particle" or (token.kind == "small" and _joins(tokens, at)))):
            words.insert(0, token)
        else:
            break
        at -= 1
    while words and words[0].kind == "small":
        at += 1
        words.pop(0)
    if not words:
        return None, first
    return Name(words[0].start, tuple((w.start, w.text) for w in words), initials), at


def _joins(tokens: list[_Token], at: int) -> bool:
    """Whether a small word stands between the words of one name: "Ministry *of* Health", "Ministry *of the* Interior"."""
    at -= 1
    if at >= 0 and tokens[at].kind in {"small", "particle"}:
        at -= 1
    return at >= 0 and tokens[at].kind == "name"


def _trailing_initials(tokens: list[_Token], at: int) -> tuple[str, int]:
    """Initials or a suffix after the family name: "Smith, J.", "Smith JA", "Smith Jr."."""
    initials = ""
    while at > 0 and (tokens[at].kind in {"initials", "junior"} or _bare_initials(tokens, at)):
        before = _skip(tokens, at - 1, "comma")
        if before < 0 or tokens[before].kind not in {"name", "junior", "initials"}:
            break
        if tokens[at].kind != "junior":
            initials = tokens[at].text + initials
        at = before
    return initials, at


def _bare_initials(tokens: list[_Token], at: int) -> bool:
    token = tokens[at]
    return token.kind == "name" and len(token.text) <= 2 and token.text.isupper() and tokens[at - 1].kind == "name"


def _goes_on(tokens: list[_Token], setting: Setting) -> bool:
    """Whether a paragraph's end after these tokens is a page break inside a citation, and not the end of a heading."""
    return setting == "parenthetical" or bool(tokens and tokens[-1].kind in {"comma", "and", "etal"})


def _tokens(text: str, start: int, end: int, setting: Setting, known: frozenset[str]) -> list[_Token]:
    """The tokens of ``text[start:end]``; white space and markup signs are none, the end of a paragraph is a barrier."""
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup or "bar"
        if kind == "space" or (kind == "paragraph" and _goes_on(tokens, setting)):
            continue
        if kind in {"word", "stop"}:
            word = _GENITIVE.sub("", match["word"])
            tokens.append(_Token(match.start("word"), match.end("word"), word, _word_kind(word, known)))
            if match["stop"] and word.lower() not in _ABBREVIATIONS:
                tokens.append(_Token(match.start("stop"), match.end(), ".", "bar"))
        else:
            tokens.append(_Token(match.start(), match.end(), match[0], _KINDS.get(kind, kind)))
    return tokens


def _word_kind(word: str, known: frozenset[str]) -> str:
    lower = word.lower()
    if word == lower:
        if lower in CONNECTORS:
            return "and"
        if lower in PARTICLES:
            return "particle"
        if lower in SMALL_WORDS:
            return "small"
        return "name" if lower in known or not word[0].islower() else "lower"
    return "name"


def plausible(pointer: Pointer) -> bool:
    """Whether a pointer that no bibliography confirms reads like a citation, and not like a date in the text."""
    last = pointer.names[-1].text
    if pointer.remote:
        return False
    if any(word.lower() in NOT_NAMES for word in (pointer.names[-1].words[-1][1], pointer.names[0].words[0][1])):
        return False
    if pointer.et_al:
        return True
    if pointer.setting == "bare" or pointer.preposition in {"in", "at", "since", "until", "during", "between"}:
        return False
    if len(pointer.names) > 1 and not pointer.joined:
        return False
    if pointer.preposition == "the" and not ORGANISATION.search(last.split()[-1]):
        return any(ORGANISATION.search(word) for word in last.split())
    return pointer.setting == "narrative" or pointer.opens


def trim(pointer: Pointer) -> Pointer | None:
    """The pointer without the words that only open the sentence ("However, Smith"); ``None`` when no name is left."""
    names = list(pointer.names)
    if pointer.et_al and not pointer.joined and pointer.setting != "parenthetical" and not pointer.comma_before_et_al:
        names = names[-1:]
    while names:
        words = names[0].words
        while words and words[0][1].lower() in OPENERS:
            words = words[1:]
        if words:
            names[0] = replace(names[0], words=words, start=words[0][0])
            break
        names.pop(0)
    if not names:
        return None
    start = pointer.start if pointer.chained else names[0].start
    return replace(pointer, names=tuple(names), start=start)
