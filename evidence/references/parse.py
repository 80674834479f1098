"""Reference strings into :class:`~evidence.model.Reference`: clean, tokenise, label with the CRF, normalise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import exp
from typing import TYPE_CHECKING

from evidence.model import Reference
from evidence.references.crf import Scores, decode, read_model
from evidence.references.features import columns, spell
from evidence.references.labels import without_beginnings
from evidence.references.normalise import to_csl
from evidence.references.segments import segments
from evidence.references.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from evidence.references.tokens import Token

LONGEST = 3000
"""Characters of an entry that are parsed; no reference is longer, what is longer is not one reference."""

LABEL = re.compile(
    r"\s*(?:\[(\d{1,4}|[A-Za-z+]{1,12}\d{2,4}[a-z]?)\]|\((\d{1,3})\)|(\d{1,3})[.)](?=\s+\D|[A-Z])"
    r"|(\d{1,3})\s+(?=[A-Z][a-z]+,? [A-Z]))[\s.:]*"
)
"""A printed number or key before an entry: ``[12]``, ``(12)``, ``12.``, ``[Mil03]``."""

_TAGS = re.compile(r"</?(?:i|b|em|sup|sub|italic|bold|strong|span)(?: [^<>]{0,80})?>")
_EMPHASIS = re.compile(r"(?<![\w*])[*_]{1,3}(?=\S)([^*_]{1,400}?)(?<=\S)[*_]{1,3}(?![\w*])")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u2060\ufeff\ufffe\uffff\ud800-\udfff]+")
_FURNITURE = re.compile(
    r"(?:\s*(?:\[\s*(?:DOI|PMC free article|PubMed|Google Scholar|CrossRef|Ref list|Web of Science|Scopus|CAS|Medline|View "
    r"Article|Free Full Text|Full Text|HTML|PDF|ADS|Green Version)\s*\]"
    r"|PubMed ?Central|PubMed|Cross[Rr]ef|Google ?Scholar|Web of Science ?®?|MATH ?SciNet|MathSciNet|Scopus|View Article"
    r"|View Record in Scopus|Full Text PDF|Full Text|Download PDF|Open in new tab"
    r"|ADS|ISI|Medline|CAS|zbMATH|MATH|Article|Google Preview|WorldCat|COPAC|Search PubMed|Download references|Find in a "
    r"library)(?=\s|$|[A-Z\[\d.]))+[\s.]*$"
)


def strip_links(raw: str) -> str:
    """``raw`` without the link words that publishers' pages put behind an entry, glued on or not."""
    if raw.rstrip(" .")[-1:].isdigit():
        return raw
    tail = max(0, len(raw) - 200)
    match = _FURNITURE.search(raw, tail)
    return raw[: match.start()].rstrip() if match and _sound_cut(raw, match.start()) else raw


def _sound_cut(raw: str, cut: int) -> bool:
    """Link words stand behind a closed entry (stop, digit, bracket, identifier), never behind a bare word of it."""
    before = raw[:cut].rstrip()
    return bool(before) and (not before[-1].isalpha() or bool(re.search(r"(?:10\.\d{4,9}/\S+|https?://\S+)$", before)))


def clean(raw: str) -> str:
    """The text that is parsed: first :data:`LONGEST` characters, without mark-up, control characters and link words."""
    text = _CONTROL.sub("", raw[:LONGEST].replace("\t", " ").replace("\n", " ").replace("\r", " "))
    text = strip_links(_TAGS.sub("", text) if "<" in text else text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(r"\1", text)
    return text.strip()


_ITALIC = re.compile(r"<(?:i|em|italic)>([^<>]{1,400})</")


def emphasised(raw: str) -> tuple[str, ...]:
    """What stands in italics (Markdown or tags) in the part of ``raw`` that is read."""
    text = raw[:LONGEST]
    return (*(m[1] for m in _EMPHASIS.finditer(text)), *(m[1] for m in _ITALIC.finditer(text))) if "*" in text or "<" in text else ()


@lru_cache(maxsize=1)
def _scores() -> Scores:
    """The trained model that ships with the package, with what it makes of the groups of features met so far."""
    return Scores(read_model(resources.files(__package__).joinpath("model.crfsuite").read_bytes()), spell)


BLOCK = 32
"""References that are decoded together."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A string on its way: as given, its printed label, the text behind it, and that text's tokens."""

    raw: str
    label: str
    text: str
    tokens: list[Token]


def _prepare(raw: str) -> _Prepared:
    text = clean(raw)
    printed = LABEL.match(text)
    label = next(g for g in printed.groups() if g) if printed else ""
    text = text[printed.end() :] if printed else text
    return _Prepared(raw, label, text, tokenise(text))


def _finish(index: int, item: _Prepared, labels: list[str], probability: float) -> Reference:
    """The reference that the labels of its tokens (and the logarithm of their probability) tell of."""
    csl, suffix = to_csl(segments(item.text, item.tokens, without_beginnings(labels), emphasised(item.raw)))
    score = exp(probability / max(1.0, len(item.tokens) / 10))
    return Reference(index, 0, len(item.raw), item.raw, csl, round(score, 4), suffix, item.label)


def _parse_block(first: int, block: list[str]) -> Iterator[Reference]:
    """The references of a block of strings, numbered from ``first``."""
    items = [_prepare(raw) for raw in block]
    scores = _scores()
    decoded = iter(decode(scores.model, [scores.of(columns(item.tokens)) for item in items if item.tokens]))
    for index, item in enumerate(items, first):
        if item.tokens:
            yield _finish(index, item, *next(decoded))
        else:
            yield Reference(index, 0, len(item.raw), item.raw, {"type": "document"}, 0.0, label=item.label)


def parse_reference(raw: str) -> Reference:
    """The fields of one reference string, whatever it holds; an empty string gives an empty item with score 0. Many strings are
    parsed several times as fast by :func:`parse_references`."""
    return next(_parse_block(1, [raw]))


def parse_references(lines: Iterable[str]) -> Iterator[Reference]:
    """References from strings, one each, in the same order; line ends are dropped. Strings are taken a block at a time."""
    first = 1
    for block in _blocks(line.rstrip("\r\n") for line in lines):
        yield from _parse_block(first, block)
        first += len(block)


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines in blocks; one that is longer than any reference ends its block, so that few of them are held at a time."""
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == BLOCK or len(line) > LONGEST:
            yield block
            block = []
    if block:
        yield block
