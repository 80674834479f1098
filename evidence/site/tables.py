"""The tables that the site offers for download, as CSV with a header, UTF-8, Unix line ends. Lists inside a cell are joined by ``;``."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.site.atlas import Atlas
from evidence.site.records import EFFECT_ORDER, Factor
from evidence.site.weight import Weight

Cell = str | int | None


@dataclass(frozen=True)
class Table:
    """A table to download; ``about`` says what it holds, ``rows`` come one at a time."""

    name: str
    about: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]

    def write(self, path: Path) -> int:
        """Writes the table as CSV and says how many rows it has. A cell that a spreadsheet would take for a formula gets an apostrophe
        before it."""
        number = 0
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            for number, row in enumerate(self.rows, 1):  # noqa: B007
                writer.writerow([_safe(cell) for cell in row])
        return number


@dataclass(frozen=True)
class Download:
    """A file that the site offers: its name, what it is, under which heading it stands, and how large it is (bytes)."""

    name: str
    about: str
    group: str
    bytes: int


_ABOUT = {
    ".jsonld": "the graph as JSON-LD, for programs that read JSON",
    ".ttl": "the graph as Turtle",
    ".trig": "the graph as TriG, one named graph per source file",
    ".nq": "the graph as N-Quads",
    ".bib": "the bibliography as BibTeX",
    ".ris": "the bibliography as RIS, for reference managers",
    ".json": "the bibliography as CSL-JSON, for citation processors",
    ".graphml": "factors, studies and their ties as GraphML, for network programs",
    ".csv": "the findings as a table, as the corpus keeps them",
}


def described(name: str, content: bytes) -> Download:
    """A file that was made elsewhere; what it is follows from its suffix."""
    suffix = name[name.rfind(".") :] if "." in name else ""
    return Download(name, _ABOUT.get(suffix, "file"), "formats", len(content))


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def tables(atlas: Atlas, weights: Mapping[str, Weight]) -> Iterator[Table]:
    """All tables, made one at a time; ``weights`` are those of the factors."""
    yield _factors(atlas, weights)
    yield from (make(atlas) for make in (_findings, _studies, _works, _references, _citations, _influences))


def _findings(atlas: Atlas) -> Table:
    columns = (
        *("id", "factor", "effect", "state", "role", "statement", "paper", "section", "start", "end", "cites", "studies"),
        *("countries", "settings", "phase", "informant", "coders", "date", "note"),
    )
    rows: Iterable[Sequence[Cell]] = (
        (
            f.id,
            atlas.factors[f.factor].code,
            f.effect,
            f.state,
            f.role,
            f.statement,
            atlas.works[f.paper].key,
            f.section,
            f.start,
            f.end,
            _join(atlas.works[w].key for w in f.sources),
            _join(atlas.studies[s].label for s in f.studies if s in atlas.studies),
            _join(f.countries),
            _join(f.settings),
            f.phase,
            f.informant,
            _join(f.coders),
            f.date,
            f.note,
        )
        for f in atlas.findings.values()
    )
    return Table("findings", "every finding with place, context and what it rests on", columns, rows)


def _factors(atlas: Atlas, weights: Mapping[str, Weight]) -> Table:
    def counts(factor: Factor) -> tuple[int, ...]:
        weight = weights[factor.iri]
        return *(weight.by_effect[effect].findings for effect in EFFECT_ORDER), weight.studies

    rows: Iterable[Sequence[Cell]] = ((f.code, f.level, f.category, f.label, f.definition, *counts(f)) for f in atlas.factors.values())
    columns = ("code", "level", "category", "label", "definition", "barrier", "facilitator", "mixed", "none", "studies")
    return Table("factors", "the codebook with the findings of each effect and the independent studies behind them", columns, rows)


def _studies(atlas: Atlas) -> Table:
    rows: Iterable[Sequence[Cell]] = (
        (
            s.label,
            _join(atlas.works[w].key for w in s.works),
            _join(s.designs),
            _join(s.countries),
            _join(s.settings),
            s.participants,
            s.read_in,
            len(atlas.findings_by_study[s.iri]),
        )
        for s in atlas.studies.values()
    )
    columns = ("study", "works", "design", "country", "setting", "participants", "read_in", "findings")
    return Table("studies", "what is known of each study and how many findings rest on it", columns, rows)


def _works(atlas: Atlas) -> Table:
    same = ("key", "label", "type", "title", "authors", "year", "container", "volume", "issue", "pages", "doi", "publisher", "url", "note")
    rows = (tuple(getattr(w, name) for name in same) for w in atlas.works.values())
    return Table("works", "the coded papers and every work that they cite", same, rows)


def _references(atlas: Atlas) -> Table:
    key = _key(atlas)
    rows = ((key(r.paper), r.position, r.raw, key(r.work), r.score, r.reason) for r in atlas.references.values())
    return Table("references", "the reference lists, entry by entry", ("paper", "position", "raw", "work", "score", "reason"), rows)


def _citations(atlas: Atlas) -> Table:
    key = _key(atlas)
    rows: Iterable[Sequence[Cell]] = (
        (key(c.paper), c.start, c.end, c.text, c.kind, c.status, key(c.work), _join(map(key, c.candidates)), c.note)
        for c in atlas.citations.values()
    )
    columns = ("paper", "start", "end", "text", "kind", "status", "work", "candidates", "note")
    return Table("citations", "every citation in the text, resolved or not", columns, rows)


def _influences(atlas: Atlas) -> Table:
    rows: Iterable[Sequence[Cell]] = (
        (
            i.iri.rsplit("/", 1)[-1],
            atlas.factors[i.cause].code,
            atlas.factors[i.effect].code,
            i.sign,
            i.statement,
            _join(atlas.findings[f].id for f in i.findings if f in atlas.findings),
        )
        for i in atlas.influences
    )
    columns = ("id", "from", "to", "sign", "statement", "findings")
    return Table("influences", "which factor acts on which, and the findings that say so", columns, rows)


def _key(atlas: Atlas) -> Callable[[str], str]:
    return lambda iri: atlas.works[iri].key if iri in atlas.works else ""


def _join(parts: Iterable[str]) -> str:
    return "; ".join(parts)
