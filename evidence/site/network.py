"""The map of factors and studies: nodes and edges collected with pyvis, places computed here, drawing left to the page.

The layout is fixed at build, so the map is legible at first sight and the same for everybody: levels are columns in their order,
categories stand below one another inside them, factors are lines of text with a mark before them, and the studies they rest on are dots
by year of publication in a column of their own. A phone gets one column. Units are CSS pixels at scale 1; x grows to the right, y down.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evidence.site.atlas import Atlas
from evidence.site.names import base36
from evidence.site.records import Finding, Study
from evidence.site.weight import EFFECTS, ROLES, Weight, told_of

COLUMN, ROW, HEADER, GAP, TOP = 258, 33, 28, 10, 48
STUDY_COLUMN, DOT = 172, 13
NARROW, NARROW_ROW = 360, 38
MOST = 2_000
"""How many nodes are drawn one by one."""


@dataclass(frozen=True)
class Title:
    """A heading on the map; ``rank`` is 1 for a level (or the studies), 2 for a category, 3 for a year."""

    x: float
    y: float
    text: str
    rank: int


@dataclass(frozen=True)
class Dot:
    """A study on the map, or, where there are very many, all studies of a year. ``detail`` is one line on it, ``own`` says that a coded
    paper reports it."""

    iri: str
    label: str
    year: int | None
    href: str
    detail: str = ""
    own: bool = False


@dataclass(frozen=True)
class Layout:
    """Where everything stands: places (the middle) by IRI, headings, the bands behind the levels (x, y, width, height), the size of a
    factor's line, and the size of the whole."""

    places: Mapping[str, tuple[float, float]]
    titles: tuple[Title, ...]
    bands: tuple[tuple[float, float, float, float], ...]
    row: tuple[float, float]
    width: float
    height: float


def wide_layout(atlas: Atlas, studies: Iterable[Dot]) -> Layout:
    """Levels as columns, studies as a last column."""
    return _layout(atlas, studies, [[level] for level in atlas.levels], COLUMN, ROW)


def narrow_layout(atlas: Atlas, studies: Iterable[Dot]) -> Layout:
    """Everything in one column, for a phone."""
    return _layout(atlas, studies, [list(atlas.levels)], NARROW, NARROW_ROW)


def _layout(atlas: Atlas, studies: Iterable[Dot], columns: list[list[str]], width: float, row: float) -> Layout:
    places: dict[str, tuple[float, float]] = {}
    titles: list[Title] = []
    bands: list[tuple[float, float, float, float]] = []
    bottom = 0.0
    for number, levels in enumerate(columns):
        y = 0.0
        for level in levels:
            top = y
            titles.append(Title(number * width + 14, top + 26, atlas.levels[level].label, 1))
            y = _column(atlas, level, number * width, top + TOP, (width - GAP, row), places, titles)
            bands.append((number * width, top, width - GAP, y - top))
            y += GAP
        bottom = max(bottom, y)
    one = len(columns) == 1
    left, top = (0.0, bottom) if one else (len(columns) * width, 0.0)
    across = width if one else STUDY_COLUMN
    end = _studies(studies, left, top, across, 0.0 if one else bottom - GAP, places, titles)
    height = max(bottom - GAP, end)
    bands = [(x, y, w, h if one else height - y) for x, y, w, h in bands]
    bands.append((left, top, across - (GAP if one else 0), height - top))
    return Layout(places, tuple(titles), tuple(bands), (width - GAP, row), left + across - (GAP if one else 0), height)


def _column(
    atlas: Atlas, level: str, left: float, y: float, row: tuple[float, float], places: dict[str, tuple[float, float]], titles: list[Title]
) -> float:
    """Places the factors of a level below one another by category; returns where it ends."""
    for category in atlas.categories_of(level):
        titles.append(Title(left + 14, y + 18, category.label, 2))
        y += HEADER
        for factor in atlas.factors_of(category.code):
            places[factor.iri] = (left + row[0] / 2, y + row[1] / 2)
            y += row[1]
        y += GAP
    return y


def _studies(
    studies: Iterable[Dot],
    left: float,
    top: float,
    width: float,
    bottom: float,
    places: dict[str, tuple[float, float]],
    titles: list[Title],
) -> float:
    """Places the studies as dots, a line a year, the newest first; returns where they end."""
    by_year: dict[int, list[Dot]] = defaultdict(list)
    for study in studies:
        by_year[study.year or 0].append(study)
    titles.append(Title(left + 14, top + 26, "Studies", 1))
    per_line = max(1, int((width - 70) // DOT))
    lines = [(year, chunk) for year in sorted(by_year, reverse=True) for chunk in _chunks(by_year[year], per_line)]
    step = min(24.0, max(DOT + 2.0, (bottom - top - TOP) / max(1, len(lines))))
    y, last = top + TOP, -1
    for year, chunk in lines:
        if year != last:
            titles.append(Title(left + 14, y + step / 2 + 4, str(year) if year else "no year", 3))
        last = year
        for number, study in enumerate(chunk):
            places[study.iri] = (left + 62 + number * DOT, y + step / 2)
        y += step
    return y + GAP


def _chunks(things: list[Dot], size: int) -> Iterator[list[Dot]]:
    yield from (things[i : i + size] for i in range(0, len(things), size))


def years_of(atlas: Atlas, finding: Finding) -> list[int]:
    """When the studies behind a finding were first reported, else the year of the paper that says it."""
    years = [atlas.made[s].year for s in finding.studies] or [atlas.works[finding.paper].year]
    return sorted({year for year in years if year})


@dataclass(frozen=True)
class Map:
    """All that the page of the map is made of; ``data`` is what its script reads, ``rows`` the same facts as the table shows them,
    ``dots`` the studies by IRI, ``years`` the first and the last year of a study, ``folded`` says that a dot is all studies of a year."""

    data: Mapping[str, Any]
    rows: tuple[Row, ...]
    dots: Mapping[str, Dot]
    years: tuple[int, int]
    folded: bool


@dataclass(frozen=True)
class Row:
    """A line of the table twin: a factor, what stands behind it, and its dots (by IRI) with the effects they are evidence for."""

    factor: str
    weight: Weight
    studies: tuple[tuple[str, tuple[str, ...]], ...]


def factor_map(atlas: Atlas, weights: Mapping[str, Weight]) -> Map:
    """Nodes, edges and layouts of the map of factors, and its table; the studies of a year are one dot where there are very many."""
    resting = sorted(atlas.findings_by_study.counts())
    folded = len(atlas.factors) + len(resting) > MOST or len(atlas.findings) > 2 * MOST
    dots = _years_as_dots(atlas, resting) if folded else _dots(atlas, resting)
    of = _dot_of_year(atlas) if folded else _itself
    known = {dot.iri: dot for dot in dots}
    rows = tuple(_row(atlas, iri, weights[iri], known, of) for iri in atlas.factors)
    wide, narrow = wide_layout(atlas, dots), narrow_layout(atlas, dots)
    nodes, edges = _network(atlas, rows, dots, wide, narrow)
    data = {
        "nodes": nodes,
        "edges": [] if folded else edges,
        "layouts": {"wide": _drawn(wide), "narrow": _drawn(narrow)},
        **({"summed": _summed(atlas, known, of)} if folded else {"findings": [_finding(atlas, f) for f in atlas.findings.values()]}),
        "effects": {key: [word.label, word.sign] for key, word in EFFECTS.items()},
        "roles": {key: word.label for key, word in ROLES.items()},
        "folded": folded,
    }
    years = [dot.year for dot in dots if dot.year] or [0]
    return Map(data, rows, known, (min(years), max(years)), folded)


_DotOf = Callable[[str], str]
"""The dot (by IRI) of a study."""


def _itself(study: str) -> str:
    return study


def _dot_of_year(atlas: Atlas) -> _DotOf:
    return lambda study: f"studies/{atlas.made[study].year or 0}"


def _dots(atlas: Atlas, studies: Iterable[str]) -> list[Dot]:
    found = (atlas.studies[iri] for iri in studies)
    return [_dot(atlas, study) for study in sorted(found, key=lambda s: (s.label, s.iri))]


def _dot(atlas: Atlas, study: Study) -> Dot:
    detail = " · ".join((*study.designs, *study.countries, *study.settings))
    made = atlas.made[study.iri]
    return Dot(study.iri, study.label, made.year, atlas.works[study.works[0]].path, detail, made.own)


def _years_as_dots(atlas: Atlas, studies: Iterable[str]) -> list[Dot]:
    years = Counter(atlas.made[iri].year or 0 for iri in studies)
    return [Dot(f"studies/{y}", f"studies of {y or 'no year'} ({years[y]:,})", y or None, "works.html") for y in sorted(years)]


def _row(atlas: Atlas, factor: str, weight: Weight, dots: Mapping[str, Dot], of: _DotOf) -> Row:
    effects: dict[str, set[str]] = defaultdict(set)
    for finding in atlas.findings_by_factor[factor]:
        for study in finding.studies:
            effects[of(study)].add(finding.effect)
    ordered = sorted(effects, key=lambda iri: (dots[iri].label, iri))
    return Row(factor, weight, tuple((iri, tuple(e for e in EFFECTS if e in effects[iri])) for iri in ordered))


def _network(
    atlas: Atlas, rows: Iterable[Row], dots: Iterable[Dot], wide: Layout, narrow: Layout
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The nodes and edges as pyvis collects them. Its import costs a third of a second, so only this page pays for it."""
    from pyvis.network import Network

    network = Network(directed=True)
    for row in rows:
        factor = atlas.factors[row.factor]
        network.add_node(
            factor.code,
            label=factor.label,
            kind="factor",
            level=atlas.levels[factor.level].label,
            leaning=row.weight.leaning,
            size=row.weight.studies,
            href=atlas.files[row.factor],
            **_at(row.factor, wide, narrow),
        )
    for dot in dots:
        network.add_node(
            short(dot.iri),
            label=dot.label,
            kind="study",
            year=dot.year,
            own=dot.own,
            detail=dot.detail,
            href=dot.href,
            **_at(dot.iri, wide, narrow),
        )
    for row in rows:
        for iri, effects in row.studies:
            for effect in effects:
                network.add_edge(short(iri), atlas.factors[row.factor].code, effect=effect)
    return [_plain(n) for n in network.nodes], [_plain(e) for e in network.edges]


def _summed(atlas: Atlas, known: Iterable[str], of: _DotOf) -> dict[str, Any]:
    """How many findings there are of each factor, effect, role and years of the studies, without what they say: ``rows`` of positions in
    the other lists, and sums as ``graph.js`` reads them, numbers to the base 36: ``3,a:2`` are two findings on studies of the dots 3 and
    10, ``=2004:1`` is one that rests on no study, from a paper of 2004."""
    factors = {iri: n for n, iri in enumerate(atlas.factors)}
    dots = {iri: n for n, iri in enumerate(known)}
    effects, roles = ({key: n for n, key in enumerate(words)} for words in (EFFECTS, ROLES))
    groups = Counter(
        (
            factors[f.factor],
            effects[f.effect],
            roles[f.role],
            ",".join(map(base36, sorted({dots[of(s)] for s in f.studies}))) or f"={atlas.works[f.paper].year or 0}",
        )
        for f in atlas.findings.values()
    )
    sums: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for (*key, where), n in groups.items():
        sums[key[0], key[1], key[2]].append(f"{where}:{base36(n)}")
    return {
        "factors": [atlas.factors[iri].code for iri in factors],
        "effects": list(effects),
        "roles": list(roles),
        "dots": [short(iri) for iri in dots],
        "rows": [[*key, " ".join(found)] for key, found in sums.items()],
    }


def _at(iri: str, wide: Layout, narrow: Layout) -> dict[str, Any]:
    (x, y), place = wide.places[iri], narrow.places[iri]
    return {"x": x, "y": y, "narrow": list(place)}


def short(study: str) -> str:
    """A study's name on the map: the last two parts of its IRI, which no factor's code can be."""
    return "/".join(study.rsplit("/", 2)[-2:])


def _plain(element: Mapping[str, Any]) -> dict[str, Any]:
    """A node or edge without what pyvis adds for its own page."""
    return {key: value for key, value in element.items() if key not in ("color", "shape", "font", "arrows", "title")}


def _drawn(layout: Layout) -> dict[str, Any]:
    titles = [[t.x, t.y, t.text, t.rank] for t in layout.titles]
    return {"titles": titles, "bands": layout.bands, "row": layout.row, "width": layout.width, "height": layout.height}


def _finding(atlas: Atlas, finding: Finding) -> dict[str, Any]:
    """A finding as the side panel shows it."""
    paper = atlas.works[finding.paper]
    return {
        "id": finding.id,
        "factor": atlas.factors[finding.factor].code,
        "effect": finding.effect,
        "role": finding.role,
        "statement": finding.statement,
        "paper": paper.label,
        "section": finding.section,
        "studies": [short(s) for s in finding.studies],
        "countries": told_of(atlas, finding, "country"),
        "years": years_of(atlas, finding),
        "href": finding.place,
    }
