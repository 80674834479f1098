"""The search index: small pieces of an inverted index, each a plain script, so that search works from a double-clicked file.

``words.js`` has every folded word in order, cut where a piece of the postings begins; ``postings-N.js`` says in which entries the words of
that piece stand, in their title or elsewhere; ``entries-N.js`` has the entries themselves, ``BLOCK`` in each. The page loads the words,
and of the rest only what it needs. Words are folded (lower case, no accents) the same way here and in ``site.js``, which matches whole
words, beginnings of words and words with a typo. Entries are numbered in the order in which equally good ones are shown.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from evidence.site.atlas import Atlas
from evidence.site.names import base36
from evidence.site.weight import EFFECTS

BLOCK = 128
"""How many entries a piece holds."""
PIECE = 60_000
"""How many characters a piece of the postings may have before the next begins."""
_STOP = frozenset("a an and are as at be by for from in is it its not of on or that the their this to with".split())
_ASKING = frozenset(
    "about are did do does found has have how is said say says there was were what when where which who whom whose why".split()
)
"""What questions are made of: left out of what a reader asks for, unless it is all that is asked."""


@dataclass(frozen=True)
class Entry:
    """Something that can be found. ``words`` are searched besides the title and are not shown."""

    kind: str
    title: str
    detail: str
    path: str
    words: str = ""


PAGES = (
    ("What is contested", "overview", "index.html#contested", "disagree contradict factors"),
    ("What is missing", "overview", "index.html#missing", "gaps research needed factors"),
    ("What is solid", "overview", "index.html#solid", "evidence factors"),
    ("What the papers rely on most", "overview", "index.html#relied", "works cited sources studies claims"),
    ("Map of factors and studies", "picture and table", "graph.html", "graph network"),
    ("Gap map", "factors by effect, claim, country, setting, design", "gapmap.html", "evidence contested"),
    ("Influences between factors", "picture and table", "influences.html", "acts on causes"),
    ("Countries, settings and designs", "contexts", "contexts.html", "where"),
    ("Who cites what", "picture and table", "citations.html", "citation network"),
    ("Papers and works", "list", "works.html", "bibliography references"),
    ("Ask the graph", "queries", "query.html", "SPARQL editor"),
    ("Figures", "for papers", "figures.html", "SVG charts"),
    ("Methods", "how it was made", "methods.html", "codebook agreement coders"),
    ("Downloads", "data", "downloads.html", "CSV Turtle BibTeX RIS JSON-LD GraphML export"),
    ("Glossary", "words", "glossary.html", "terms ontology"),
    ("Problems", "what could not be used", "problems.html", "errors"),
)


def entries(atlas: Atlas) -> Iterator[Entry]:
    """Factors, categories, papers, works and findings, in the order in which equally good ones are shown."""
    files = atlas.files
    yield from (Entry("page", *page) for page in PAGES)
    for factor in atlas.factors.values():
        place = f"{atlas.levels[factor.level].label} › {atlas.categories[factor.category].label}"
        yield Entry("factor", factor.label, place, files[factor.iri], " ".join((*factor.synonyms, factor.definition)))
    for category in atlas.categories.values():
        yield Entry("category", category.label, atlas.levels[category.level].label, files[category.code], category.definition)
    counts = atlas.findings_by_facet.counts()
    for facet, labels in atlas.facets.items():
        for label in labels:
            yield Entry(facet, label, f"{counts.get(f'{facet}={label}', 0):,} findings", files[f"{facet}={label}"])
    for work in (*atlas.papers, *_relied_on(atlas)):
        yield Entry("paper" if work.paper else "work", work.label, work.title, work.path, f"{work.authors} {work.container}")
    for finding in atlas.findings.values():
        detail = f"{atlas.works[finding.paper].label}: {EFFECTS[finding.effect].label}"
        yield Entry("finding", finding.statement, detail, finding.place, " ".join(finding.countries))


def _relied_on(atlas: Atlas) -> Iterator[Any]:
    """The works that are no coded paper, those first that most findings rest on."""
    resting = atlas.findings_by_source.counts()
    ordered = sorted((-number, iri) for iri, number in resting.items())
    relied = (atlas.works[iri] for _, iri in ordered)
    yield from (work for work in relied if not work.paper)
    yield from (work for work in atlas.others if work.iri not in resting)


def write_index(found: Iterable[Entry], folder: Path) -> None:
    """Writes the index into ``folder``, which is there. Entries are let go once their words are noted."""
    titles: dict[str, array[int]] = {}
    others: dict[str, array[int]] = {}
    kinds: list[tuple[str, int]] = []
    block: list[Sequence[str]] = []
    for number, entry in enumerate(found):
        if not kinds or kinds[-1][0] != entry.kind:
            kinds.append((entry.kind, number))
        title = set(fold(entry.title))
        _note(titles, title, number)
        _note(others, set(fold(f"{entry.detail} {entry.words}")) - title, number)
        block.append((entry.title, entry.detail, entry.path))
        if len(block) == BLOCK:
            _write(folder, f"entries-{number // BLOCK}", block)
            block = []
    if block:
        _write(folder, f"entries-{number // BLOCK}", block)
    pieces = []
    for n, piece in enumerate(_pieces(sorted({*titles, *others}), titles, others)):
        pieces.append(" ".join(word for word, _ in piece))
        _write(folder, f"postings-{n}", [postings for _, postings in piece])
    _write(folder, "words", {"pieces": pieces, "kinds": kinds, "block": BLOCK, "asking": sorted(_STOP | _ASKING)})


def _note(words: dict[str, array[int]], folded: Iterable[str], number: int) -> None:
    for word in folded:
        if word not in words:
            words[word] = array("I")
        words[word].append(number)


def _pieces(words: Iterable[str], titles: dict[str, array[int]], others: dict[str, array[int]]) -> Iterator[list[tuple[str, str]]]:
    """The words with where they stand: numbers of entries, each less the one before, to the base 36; titles before the stroke."""
    piece: list[tuple[str, str]] = []
    size = 0
    for word in words:
        postings = "|".join(_steps(where.get(word, array("I"))) for where in (titles, others))
        if size and size + len(postings) > PIECE:
            yield piece
            piece, size = [], 0
        piece.append((word, postings))
        size += len(postings) + len(word)
    if piece:
        yield piece


def _steps(numbers: array[int]) -> str:
    return " ".join(base36(b - a) for a, b in pairwise((0, *numbers)))


def fold(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, without accents, without words that say nothing."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return [w for w in re.findall(r"[^\W_]+", text.lower()) if len(w) > 1 and w not in _STOP]


def _write(folder: Path, name: str, data: object) -> None:
    """A piece as a classic script, which may be loaded from a file where data may not."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    (folder / f"{name}.js").write_bytes(f'(window.evidenceSearch ??= {{}})["{name}"] = {safe};\n'.encode())
