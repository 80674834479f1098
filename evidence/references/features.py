"""Tokens into the features that the sequence model reads.

What a token is (its key, shape, affixes, word lists) is worked out once per distinct token and kept; per place only the
neighbours' keys, brackets, quotation marks and the position are added. A key is the word itself for the closed lists
of ``lexicon.toml`` and a shape for everything else, so the model cannot learn names or titles by heart.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from typing import TYPE_CHECKING

from evidence.references.tokens import DASHES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evidence.references.tokens import Token

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


@dataclass(frozen=True, slots=True)
class Word:
    """What a distinct token contributes: its ``key``, and its features as itself and as a neighbour."""

    key: str
    own: tuple[str, ...]
    before: tuple[str, ...]
    before2: tuple[str, ...]
    after: tuple[str, ...]
    after2: tuple[str, ...]


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
    if kind != "word":
        return [f"n={text}"] if kind == "number" and len(text) < 2 else []
    lower = text.lower()
    features = [f"s={_shape(text)}", f"l={min(len(text), 12)}", f"z2={lower[-2:]}", f"z3={lower[-3:]}", f"p3={lower[:3]}"]
    features += [f"L={name}" for name in LISTS.get(lower, ())]
    if _ROMAN.fullmatch(text):
        features.append("roman")
    return features


@lru_cache(maxsize=200_000)
def describe(text: str, kind: str) -> Word:
    """The features of a token that do not depend on its place."""
    key = word_key(text, kind)
    base = _word_features(text, kind)
    near = [f for f in base if f[0] in "Ls"]
    return Word(
        key,
        (f"k={key}", *base),
        (f"-1k={key}", *(f"-1{f}" for f in near)),
        (f"-2k={key}", *(f"-2{f}" for f in near if f[0] == "L")),
        (f"+1k={key}", *(f"+1{f}" for f in near)),
        (f"+2k={key}", *(f"+2{f}" for f in near if f[0] == "L")),
    )


_EDGE = Word("^", (), ("-1k=^",), ("-2k=^",), ("+1k=$",), ("+2k=$",))
_DEPTH = {"(": 1, "[": 1, ")": -1, "]": -1}


def _brackets(keys: Sequence[str]) -> list[int]:
    """How many brackets are open at every token (at most two counted; the closing one is still inside)."""
    depths = accumulate((_DEPTH.get(k, 0) for k in keys), lambda d, step: min(2, max(0, d + step)))
    return [d + (k in ")]") for d, k in zip(depths, keys, strict=True)]


_ANNOUNCING = frozenset(("in", "al", "eds", "ed"))
"""Small words behind which a whole field can stand in quotation marks."""


def _quotations(texts: Sequence[str]) -> list[str]:
    """For every token whether it stands in quotation marks: ``I`` inside, ``O`` before the first, ``P`` after one. Marks
    that open behind a word in small letters quote a part of a field only: ``i`` inside, and nothing is changed by them."""
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


def _joined(keys: Sequence[str]) -> list[str]:
    """For every token how many commas came since the first "and" (``-`` before it): a list of persons ends soon after."""
    first = next((i for i, k in enumerate(keys) if k in _JOINTS), len(keys))
    commas = accumulate((k == "," for k in keys[first:]), initial=0)
    return ["-"] * first + [str(min(3, n)) for _, n in zip(keys[first:], commas, strict=False)]


_JOINTS = frozenset(("and", "&", "und", "et", "y"))


def _ahead(tokens: Sequence[Token], keys: Sequence[str]) -> list[str]:
    """For every token what lies between it and the next number: how many tokens, closed sentences and commas. Where a title
    gives way to the journal that is followed by its volume is told by the last stop before the number."""
    rows = []
    away = stops = commas = 9
    for i in range(len(tokens) - 1, -1, -1):
        rows.append(f"n{_AWAY[away if away < 16 else 16]}.{stops if stops < 2 else 2}.{commas if commas < 2 else 2}")
        if tokens[i].kind == "number":
            away = stops = commas = 0
            continue
        away += 1
        commas += keys[i] == ","
        stops += keys[i] in ".?!" and i > 0 and len(tokens[i - 1].text) > 3
    return rows[::-1]


_AWAY = (0, 1, 2, 3, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7, 8, 8, 9)
"""Distances in tokens, far ones taken together."""


def _frame(keys: Sequence[str]) -> list[str]:
    """What is true of the whole string: where its first year stands, whether it has quotation marks, pages, 'In'."""
    first = next((i for i, k in enumerate(keys) if k == "Y"), -1)
    place = "none" if first < 0 else "start" if first < 2 else str(min(3, 4 * first // len(keys)))
    seen = set(keys)
    marks = "".join(
        c for c, k in (("q", "“"), ("q", '"'), ("p", "pp"), ("s", "Ss"), ("d", "DOI"), ("u", "URL"), ("S", ";"), ("/", "/")) if k in seen
    )
    return [f"y@{place}", f"has={marks}", f"len={min(8, len(keys) // 12)}", f"y@{place}|{keys[0]}"]


def _counted(marks: Iterable[bool], most: int = 2) -> list[int]:
    """For every token, and the end, how many marks came before it, at most ``most``."""
    return list(accumulate(marks, lambda count, marked: count + 1 if marked and count < most else count, initial=0))


def featurise(tokens: Sequence[Token]) -> list[list[str]]:
    """A list of features for every token, in order."""
    if not tokens:
        return []
    words = [describe(t.text, t.kind) for t in tokens]
    keys = [w.key for w in words]
    count = len(words)
    padded = [_EDGE, _EDGE, _EDGE, *words, _EDGE, _EDGE, _EDGE]
    names = ["^", "^", "^", *keys, "$", "$", "$"]
    depths, quotes, frame = _brackets(keys), _quotations([t.text for t in tokens]), _frame(keys)
    years = _counted(k == "Y" for k in keys)
    stops = _counted((k in (".", "?", "!", ":") and names[i + 2] not in ("A", "x") for i, k in enumerate(keys)), most=6)
    ins = _counted(k in ("Iin", "Ddans") or (k == "in" and names[i + 4] == ":") for i, k in enumerate(keys))
    style = "".join(keys[:3])
    joined = [f"&{n}{style[:1]}{1 if y else 0}{s if s < 2 else 2}" for n, y, s in zip(_joined(keys), years, stops, strict=False)]
    ahead = _ahead(tokens, keys)
    rows = []
    for i, word in enumerate(words):
        b2, b1, k, a1, a2 = names[i + 1], names[i + 2], keys[i], names[i + 4], names[i + 5]
        gap = "_" if i == 0 or tokens[i].start > tokens[i - 1].end else "+"
        year, stop, held = years[i], stops[i], 1 if ins[i] else 0
        dated = 1 if year else 0
        rows.append(
            [
                *word.own,
                *padded[i + 2].before,
                *padded[i + 1].before2,
                *padded[i + 4].after,
                *padded[i + 5].after2,
                f"-3k={names[i]}",
                f"+3k={names[i + 6]}",
                f"{b1}|{k}",
                f"{k}|{a1}",
                f"{b1}|{k}|{a1}",
                f"{b2}|{b1}|{k}",
                f"{k}|{a1}|{a2}",
                f"{b1}|.|{a1}",
                f"{b2}|{b1}",
                f"{a1}|{a2}",
                f"g{gap}",
                f"{gap}{b1}|{k}",
                f"@{10 * i // count}",
                f"i{i if i < 4 else 4 + min(i, 40) // 8}",
                f"e{min(6, count - 1 - i)}",
                f"b{depths[i]}",
                f"b{depths[i]}|{k}",
                f"q{quotes[i]}",
                f"q{quotes[i]}|{k}",
                f"Y{year}",
                f"Y{year}S{stop}",
                f"in{held}",
                f"Y{dated}{quotes[i]}{held}|{k}",
                f"~{style}|{b1}|{k}",
                ahead[i],
                f"{ahead[i]}|{b1}",
                joined[i],
                f"{joined[i]}|{k}",
                *frame,
            ]
        )
    return rows
