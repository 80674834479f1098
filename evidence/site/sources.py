"""The works behind a factor as a bibliography that reference managers read, made from what the graph says of each work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from evidence import model
from evidence.bibliography import FORMATS as ENTRIES
from evidence.bibliography import write_bibliography
from evidence.site.atlas import Atlas
from evidence.site.records import Finding, Work

MOST = 250
"""How many works a bibliography of a factor holds, those first that most findings rest on."""
FORMATS = {"bib": ("BibTeX", "bibtex"), "ris": ("RIS", "ris")}
"""Suffix to name and format."""
_TYPES = {
    "journal article": "article-journal",
    "review article": "article-journal",
    "book": "book",
    "book chapter": "chapter",
    "thesis": "thesis",
    "report document": "report",
    "report": "report",
    "conference paper": "paper-conference",
    "web page": "webpage",
}
_SAME = {
    "container": "container-title",
    "volume": "volume",
    "issue": "issue",
    "pages": "page",
    "doi": "DOI",
    "publisher": "publisher",
    "url": "URL",
}


def sources_of(atlas: Atlas, findings: Iterable[Finding]) -> list[Work]:
    """The works that findings are cited from, the most used first, and the papers that say so."""
    used: Counter[str] = Counter()
    saying: Counter[str] = Counter()
    for finding in findings:
        used.update(finding.sources)
        saying[finding.paper] += 1
    ordered = [iri for found in (used, saying) for iri, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))]
    return [atlas.works[iri] for iri in list(dict.fromkeys(ordered))[:MOST]]


def bibliography(works: Iterable[Work], suffix: str) -> str:
    """The works in one of ``FORMATS``."""
    return ENTRIES[FORMATS[suffix][1]].gap.join(_entry(work, FORMATS[suffix][1]) for work in works)


@lru_cache(maxsize=4096)
def _entry(work: Work, form: str) -> str:
    """One work's entry, which stands in the sources of many factors."""
    return write_bibliography([model.Work(work.key, _csl(work))], form)


def _csl(work: Work) -> dict[str, Any]:
    item: dict[str, Any] = {"type": _TYPES.get(work.type, "document"), "title": work.title or work.label}
    if work.authors:
        item["author"] = [_name(name) for name in work.authors.split("; ")]
    if work.year:
        item["issued"] = {"date-parts": [[work.year]]}
    return item | {csl: value for name, csl in _SAME.items() if (value := getattr(work, name))}


def _name(text: str) -> dict[str, str]:
    family, comma, given = text.partition(", ")
    return {"family": family, "given": given} if comma else {"literal": text}
