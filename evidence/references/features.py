"""Tokens into the features that the sequence model reads.

A key is the word itself for the closed lists of ``lexicon.toml`` and a shape for everything else, so the model cannot learn names
or titles by heart. Features come in groups that recur: a group is a tuple of the function that spells its features and what that
function is given (:func:`columns`), so that whoever reads many references need not spell a group twice.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any

from evidence.references.tokens import DASHES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evidence.references.tokens import Token

    Group = tuple[Any, ...]
    Past = tuple[int, int, int, int]

OPENING = "“„«‹"
CLOSING = "”»›"
_ROMAN = re.compile(r"[IVXLC]+|[ivxlc]+")
_YEAR = re.compile(r"(?:1[5-9]\d|20[0-3])\d")


def _load_lexicon() -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """Closed words and, for every listed word, the names of its lists."""
    tables = tomllib.loads(resources.files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8"))
    closed = frozenset(word for block in tables["closed"].values() for word in block.split())
    lists: dict[str, tuple[str, ...]] = {}
    for group in tables.values():
        for name, block in group.items():
            for word in block.split():
                lists[word] = (*lists.get(word, ()), name)
    return closed, lists


CLOSED, LISTS = _load_lexicon()


def _shape(text: str) -> str:
    """The shape of a word: single capital, compact initials, capitalised, ..."""
    if len(text) == 1:
        return "A" if text.isupper() else "x"
    if text.isupper():
        return "AA" if len(text) < 4 else "AAA"
    if text.islower():
        return "aa"
    if text[0].isupper():
        return "Aa" if text[1:].islower() else "A-A" if re.search(r"[-‐‑]", text) else "AaA"
    return "aA"


def _number_key(text: str) -> str:
    if _YEAR.fullmatch(text):
        return "Y"
    return f"{'0' if text[0] == '0' else ''}D{min(len(text), 7)}"


def word_key(text: str, kind: str) -> str:
    """The class of a token under which its neighbours see it."""
    if kind == "number":
        return _number_key(text)
    if kind == "word":
        lower = text.lower()
        return (text[0] if text[0].isupper() else "") + lower if lower in CLOSED else _shape(text)
    if kind == "mark":
        return "-" if text in DASHES else "“" if text in OPENING else "”" if text in CLOSING else "'" if text in "'’‘`´" else text
    return kind.upper()


def _word_features(text: str, kind: str) -> list[str]:
    """The features of a token that depend neither on its key nor on its place."""
    if kind != "word":
        return [f"n={text}"] if kind == "number" and len(text) < 2 else []
    lower = text.lower()
    features = [f"s={_shape(text)}", f"l={min(len(text), 12)}", f"z2={lower[-2:]}", f"z3={lower[-3:]}", f"p3={lower[:3]}"]
    features += [f"L={name}" for name in LISTS.get(lower, ())]
    if _ROMAN.fullmatch(text):
        features.append("roman")
    return features


class Spelled(tuple[str, ...]):
    """Features that are spelled already; kept by identity, so that they need not be compared."""

    __slots__ = ()
    __hash__ = object.__hash__
    __eq__ = object.__eq__


@dataclass(frozen=True, slots=True)
class Word:
    """What a distinct token contributes: its ``key``, its features, and those as a neighbour one to three places away."""

    key: str
    own: Spelled
    before: tuple[Spelled, ...]
    after: tuple[Spelled, ...]


@lru_cache(maxsize=20_000)
def describe(text: str, kind: str) -> Word:
    """The features of a token that do not depend on its place."""
    key = word_key(text, kind)
    base = _word_features(text, kind)
    lists = [f for f in base if f[0] == "L"]
    shape = f"s={_shape(text)}" if kind == "word" else ""
    return Word(key, Spelled((f"k={key}", *base)), _seen("-", key, shape, *lists), _seen("+", key, shape, *lists))


@lru_cache(maxsize=5_000)
def _seen(side: str, key: str, shape: str, *lists: str) -> tuple[Spelled, ...]:
    """The features of a word for its neighbours one, two and three places away."""
    near = (*lists, shape) if shape else lists
    shown = ((f"{side}1", near), (f"{side}2", lists), (f"{side}3", ()))
    return tuple(Spelled((f"{place}k={key}", *(place + f for f in features))) for place, features in shown)


# ------------------------------------------------------------------------------------------------- what a group spells


def _left(b2: str, b1: str, key: str) -> tuple[str, ...]:
    return f"{b2}|{b1}|{key}", f"{b2}|{b1}"


def _middle(b1: str, key: str, a1: str) -> tuple[str, ...]:
    return f"{b1}|{key}", f"{key}|{a1}", f"{b1}|{key}|{a1}", f"{b1}|.|{a1}"


def _right(key: str, a1: str, a2: str) -> tuple[str, ...]:
    return f"{key}|{a1}|{a2}", f"{a1}|{a2}"


def _place(tenth: int, first: int, last: int) -> tuple[str, ...]:
    return f"@{tenth}", f"i{first}", f"e{last}"


def _inside(depth: int, quote: str, past: tuple[int, int, int], key: str) -> tuple[str, ...]:
    year, stop, held = past
    return (
        *(f"b{depth}", f"b{depth}|{key}", f"q{quote}", f"q{quote}|{key}"),
        *(f"Y{year}", f"Y{year}S{stop}", f"in{held}", f"Y{1 if year else 0}{quote}{held}|{key}"),
    )


def _manner(style: str, gap: str, b1: str, key: str) -> tuple[str, ...]:
    return f"~{style}|{b1}|{key}", f"g{gap}", f"{gap}{b1}|{key}"


def _before_number(ahead: str, b1: str) -> tuple[str, ...]:
    return ahead, f"{ahead}|{b1}"


def _joined(past: Past, head: str, key: str) -> tuple[str, ...]:
    year, stop, _, commas = past
    seen = f"&{'-' if commas < 0 else commas}{head}{1 if year else 0}{min(2, stop)}"
    return seen, f"{seen}|{key}"


def _whole(year: str, marks: str, length: int, key: str) -> tuple[str, ...]:
    return f"y@{year}", f"has={marks}", f"len={length}", f"y@{year}|{key}"


def spell(group: Group) -> tuple[str, ...]:
    """The features of a group."""
    if isinstance(group, Spelled):
        return group
    spelled: tuple[str, ...] = group[0](*group[1:])
    return spelled


# ----------------------------------------------------------------------------------------------- what is true of every token


@lru_cache(maxsize=500)
def _places(count: int) -> list[Group]:
    """For every one of ``count`` tokens in which tenth it stands, and how far it is from the first and the last one (far ones taken
    together)."""
    return [(_place, 10 * i // count, i if i < 4 else 4 + min(i, 40) // 8, min(6, count - 1 - i)) for i in range(count)]


_DEPTH = {"(": 1, "[": 1, ")": -1, "]": -1}


def _brackets(keys: Sequence[str]) -> list[int]:
    """How many brackets are open at every token (at most two counted; the closing one is still inside)."""
    depth, depths = 0, []
    for key in keys:
        step = _DEPTH.get(key)
        if step:
            depth = min(2, max(0, depth + step))
        depths.append(depth + 1 if step == -1 else depth)
    return depths


_ANNOUNCING = frozenset(("in", "al", "eds", "ed"))
"""Small words behind which a whole field can stand in quotation marks."""
_QUOTES = frozenset((*OPENING, *CLOSING, '"'))


def _quotations(texts: Sequence[str]) -> list[str]:
    """For every token whether it stands in quotation marks: ``I`` inside, ``O`` before the first, ``P`` after one. Marks
    that open behind a word in small letters quote a part of a field only: ``i`` inside, and nothing is changed by them."""
    if _QUOTES.isdisjoint(texts):
        return ["O"] * len(texts)
    state, after, states = "O", "P", []
    for i, text in enumerate(texts):
        if state not in "Ii" and (text in OPENING or text in '"“'):
            inner = i > 0 and texts[i - 1].islower() and texts[i - 1] not in _ANNOUNCING
            state, after = ("i", state) if inner else ("I", "P")
            states.append("q" if inner else "Q")
        elif state in "Ii" and (text in CLOSING or text in '"“'):
            states.append("q" if state == "i" else "Q")
            state = after
        else:
            states.append(state)
    return states


_JOINTS = frozenset(("and", "&", "und", "et", "y"))


def _history(keys: Sequence[str]) -> list[Past]:
    """For every token how many years (at most 2) and stops (at most 6; not those of initials) came before it, whether an "in" that
    announces a book did, and how many commas (at most 3) since the first "and", -1 before it: a list of persons ends soon after."""
    past, history = (0, 0, 0, -1), []
    for i, key in enumerate(keys):
        if key in _JOINTS and past[3] < 0:
            past = (*past[:3], 0)
        history.append(past)
        if key in _TURNS:
            past = _turned(past, keys[i - 1 : i], key, keys[i + 1 : i + 2])
    return history


def _turned(past: Past, before: Sequence[str], key: str, after: Sequence[str]) -> Past:
    """What came before the token behind ``key``."""
    year, stop, held, commas = past
    if key == "Y":
        return min(2, year + 1), stop, held, commas
    if key == ",":
        return year, stop, held, commas if commas < 0 else min(3, commas + 1)
    if key in _STOPS:
        return year, stop if before in (["A"], ["x"]) else min(6, stop + 1), held, commas
    return year, stop, 1 if key != "in" or after == [":"] else held, commas


_STOPS = frozenset(".?!:")
_TURNS = frozenset(("Y", ",", "Iin", "Ddans", "in", *_STOPS))


def _ahead(tokens: Sequence[Token], keys: Sequence[str]) -> list[str]:
    """For every token what lies between it and the next number: how many tokens, closed sentences and commas. Where a title
    gives way to the journal that is followed by its volume is told by the last stop before the number."""
    rows = []
    away = stops = commas = 9
    for i in range(len(tokens) - 1, -1, -1):
        rows.append(_AHEAD[away if away < 16 else 16][stops if stops < 2 else 2][commas if commas < 2 else 2])
        key = keys[i]
        if tokens[i].kind == "number":
            away = stops = commas = 0
            continue
        away += 1
        if key == ",":
            commas += 1
        elif key in _ENDS and i and len(tokens[i - 1].text) > 3:
            stops += 1
    return rows[::-1]


_AWAY = (0, 1, 2, 3, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7, 8, 8, 9)
"""Distances in tokens, far ones taken together."""
_AHEAD = [[[f"n{away}.{stops}.{commas}" for commas in range(3)] for stops in range(3)] for away in _AWAY]
_ENDS = frozenset(".?!")
_MARKS = (("q", "“"), ("q", '"'), ("p", "pp"), ("s", "Ss"), ("d", "DOI"), ("u", "URL"), ("S", ";"), ("/", "/"))


def _frame(keys: Sequence[str]) -> Group:
    """What is true of the whole string: where its first year stands, whether it has quotation marks, pages, 'In'."""
    first = keys.index("Y") if "Y" in keys else -1
    place = "none" if first < 0 else "start" if first < 2 else str(min(3, 4 * first // len(keys)))
    seen = set(keys)
    return (_whole, place, "".join(c for c, k in _MARKS if k in seen), min(8, len(keys) // 12), keys[0])


_START, _END = [describe("", "^")] * 3, [describe("", "$")] * 3


def columns(tokens: Sequence[Token]) -> list[Iterable[Group]]:
    """Groups of features, each column with one group for every token, in order; tokens must not be empty."""
    count = len(tokens)
    words = [*_START, *(describe(t.text, t.kind) for t in tokens), *_END]
    names = [w.key for w in words]
    b2, b1, keys, a1, a2 = (names[i : i + count] for i in range(1, 6))
    quotes = _quotations([t.text for t in tokens])
    history = _history(keys)
    ahead = _ahead(tokens, keys)
    gaps = ["_", *("_" if here.start > last.end else "+" for last, here in pairwise(tokens))]
    return [
        [w.own for w in words[3 : count + 3]],
        *([w.before[i] for w in words[2 - i : 2 - i + count]] for i in range(3)),
        *([w.after[i] for w in words[4 + i : 4 + i + count]] for i in range(3)),
        zip(repeat(_left), b2, b1, keys),
        zip(repeat(_middle), b1, keys, a1),
        zip(repeat(_right), keys, a1, a2),
        _places(count),
        zip(repeat(_inside), _brackets(keys), quotes, [past[:3] for past in history], keys),
        zip(repeat(_manner), repeat("".join(keys[:3])), gaps, b1, keys),
        zip(repeat(_before_number), ahead, b1),
        zip(repeat(_joined), history, repeat(keys[0][:1]), keys),
        repeat(_frame(keys), count),
    ]


def featurise(tokens: Sequence[Token]) -> list[list[str]]:
    """A list of features for every token, in order."""
    if not tokens:
        return []
    return [[f for group in groups for f in spell(group)] for groups in zip(*columns(tokens), strict=True)]
