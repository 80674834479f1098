"""The search index: a small inverted index that a plain script reads, so that search works from a double-clicked file.

Words are folded (lower case, no accents) the same way here and in ``search.js``; the script matches whole words, beginnings of words and
words with a typo.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evidence.site.atlas import Atlas
from evidence.site.weight import EFFECTS

MOST = 20_000
_STOP = frozenset("a an and are as at be by for from in is it its not of on or that the their this to with".split())


@dataclass(frozen=True)
class Entry:
    """Something that can be found. ``words`` are searched besides the title and are not shown."""

    kind: str
    title: str
    detail: str
    path: str
    words: str = ""


PAGES = (
    ("What is contested", "overview", "index.html#contested", "disagree contradict"),
    ("What is missing", "overview", "index.html#missing", "gaps research needed"),
    ("What is solid", "overview", "index.html#solid", "evidence"),
    ("What the papers rely on most", "overview", "index.html#relied", "works cited sources"),
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
    """Factors, categories, papers, works and findings, in the order in which equally good ones are shown. Of more than ``MOST`` works those
    most relied on are found, and more findings than that are not searched: the index would be slow to load."""
    files = atlas.files
    yield from (Entry("page", *page) for page in PAGES)
    for factor in atlas.factors.values():
        place = f"{atlas.levels[factor.level].label} › {atlas.categories[factor.category].label}"
        yield Entry("factor", factor.label, place, files[factor.iri], " ".join((*factor.synonyms, factor.definition)))
    for category in atlas.categories.values():
        yield Entry("category", category.label, atlas.levels[category.level].label, files[category.code], category.definition)
    for facet, labels in atlas.facets.items():
        for label in labels:
            told = f"{len(atlas.findings_by_facet.get((facet, label), ()))} findings"
            yield Entry(facet, label, told, files[f"{facet}={label}"])
    works = sorted(atlas.works.values(), key=lambda w: (not w.paper, -len(atlas.findings_by_source.get(w.iri, ()))))
    for work in works[:MOST]:
        yield Entry("paper" if work.paper else "work", work.label, work.title, files[work.iri], f"{work.authors} {work.container}")
    for finding in atlas.findings.values() if len(atlas.findings) <= MOST else ():
        detail = f"{atlas.works[finding.paper].label}: {EFFECTS[finding.effect].label}"
        yield Entry("finding", finding.statement, detail, atlas.places[finding.iri], " ".join(finding.countries))


def index(found: Iterable[Entry]) -> dict[str, object]:
    """The data of the search: what can be found, and the entries (by position) of each folded word."""
    listed = list(found)
    words: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(listed):
        for word in sorted(set(fold(f"{entry.title} {entry.detail} {entry.words}"))):
            words[word].append(number)
    shown = [[e.kind, e.title, e.detail, e.path] for e in listed]
    return {"entries": shown, "words": dict(sorted(words.items()))}


def fold(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, without accents, without words that say nothing."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return [w for w in re.findall(r"[^\W_]+", text.lower()) if len(w) > 1 and w not in _STOP]


def script(found: Iterable[Entry]) -> str:
    """The index as a classic script, which may be loaded from a file where data may not."""
    data = json.dumps(index(found), ensure_ascii=False, separators=(",", ":"))
    return f"window.evidenceSearch = {data.replace('<', chr(92) + 'u003c')};\n".replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
