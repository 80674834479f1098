"""One reference string into a :class:`~evidence.model.Reference`: clean, tokenise, label with the CRF, normalise."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import pycrfsuite

from evidence.model import Reference
from evidence.references.features import featurise
from evidence.references.labels import without_beginnings
from evidence.references.normalise import to_csl
from evidence.references.segments import segments
from evidence.references.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
def _model() -> bytes:
    """The trained model that ships with the package. Kept for good: the tagger reads from these bytes."""
    return resources.files(__package__).joinpath("model.crfsuite").read_bytes()


@lru_cache(maxsize=1)
def tagger() -> pycrfsuite.Tagger:
    """The tagger over the trained model, opened once."""
    crf = pycrfsuite.Tagger()
    crf.open_inmemory(_model())
    return crf


def parse_reference(raw: str, *, index: int = 1, start: int = 0, end: int | None = None, label: str = "") -> Reference:
    """The fields of one reference string, whatever it holds; an empty string gives an empty item with score 0.

    ``raw`` is kept as given. ``index``, ``start``, ``end`` and ``label`` are handed through (default: the whole string)."""
    text = clean(raw)
    printed = LABEL.match(text)
    if printed:
        label, text = label or next(g for g in printed.groups() if g), text[printed.end() :]
    stop = len(raw) if end is None else end
    tokens = tokenise(text)
    if not tokens:
        return Reference(index, start, stop, raw, {"type": "document"}, 0.0, label=label)
    crf = tagger()
    tags = crf.tag(pycrfsuite.ItemSequence(featurise(tokens)))
    score = crf.probability(tags) ** (1 / max(1.0, len(tokens) / 10))
    csl, suffix = to_csl(segments(text, tokens, without_beginnings(tags), emphasised(raw)))
    return Reference(index, start, stop, raw, csl, round(score, 4), suffix, label)


def parse_references(lines: Iterable[str]) -> Iterator[Reference]:
    """References from strings, one each, in the same order and one at a time; line ends are dropped."""
    for index, line in enumerate(lines, 1):
        yield parse_reference(line.rstrip("\r\n"), index=index)
