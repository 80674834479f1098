"""Figures fit for a paper, as SVG: bars by factor, level by effect, the studies over the years, countries.

Every figure stands alone: its own light ground, fonts that every system has, colour never without sign, place or word. Each has a table
on the site that says the same. Units are CSS pixels; text is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from evidence.site.atlas import Atlas
from evidence.site.records import Finding
from evidence.site.weight import EFFECTS, Weight, Weights

COLOURS = {"barrier": "#a03c18", "facilitator": "#0b655d", "mixed": "#6a4a8c", "none": "#7d838a"}
INK, SOFT, LINE = "#1e2226", "#5b6168", "#ddd7cb"
SANS = "Helvetica, Arial, 'Liberation Sans', sans-serif"
MOST = 120
"""How many lines a figure shows at most; a longer one is a table, not a figure."""


@dataclass(frozen=True)
class Figure:
    """A figure: file name, title, what it shows, the page with the same as a table, and the SVG."""

    name: str
    title: str
    about: str
    table: str
    svg: str


def draw_figures(atlas: Atlas, weights: Weights, facets: Mapping[str, Weight]) -> list[Figure]:
    """All figures of a corpus; ``facets`` are the weights of countries, settings and designs."""
    return [
        Figure(
            "factors.svg",
            "Barriers and facilitators by factor",
            "Independent studies that say that a factor hinders (left) or helps (right); mixed findings stand around the middle.",
            "index.html",
            _factors(atlas, weights.factors),
        ),
        Figure(
            "levels.svg",
            "Levels by effect",
            "Findings (large) and the independent studies behind them (small) at each level; the darker, the more findings.",
            "index.html",
            _levels(atlas, weights.levels),
        ),
        Figure(
            "years.svg",
            "The studies over the years",
            "Studies that findings rest on, by the year in which they were first reported; the coded papers' own are darker.",
            "graph.html",
            _years(atlas),
        ),
        Figure(
            "countries.svg",
            "Findings by country",
            "Findings by the country that the passage names, else the countries of the studies that it rests on.",
            "contexts.html",
            _countries(atlas, facets),
        ),
    ]


def _text(x: float, y: float, words: str, *, size: float = 12, anchor: str = "start", colour: str = INK, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(words)}</text>'


def _rect(x: float, y: float, width: float, height: float, colour: str, extra: str = "") -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{colour}"{extra}/>'


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _svg(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'font-family="{SANS}" role="img"><title>{escape(title)}</title>\n'
        f"{_rect(0, 0, width, height, '#ffffff')}\n{body}\n</svg>\n"
    )


def _key(x: float, y: float, effects: Sequence[str]) -> list[str]:
    parts = []
    for effect in effects:
        word = EFFECTS[effect]
        parts += [_rect(x, y - 9, 10, 10, COLOURS[effect]), _text(x + 15, y, f"{word.sign} {word.label}", size=11, colour=SOFT)]
        x += 92
    return parts


def _factors(atlas: Atlas, weights: Mapping[str, Weight]) -> str:
    left, unit_room, row = 300, 340, 19
    reach = [(_side(w, "barrier"), _side(w, "facilitator")) for w in weights.values()] or [(1, 1)]
    hinders, helps = max(max(a for a, _ in reach), 1), max(max(b for _, b in reach), 1)
    unit = unit_room / (hinders + helps)
    zero = left + 20 + hinders * unit
    parts = _key(left + 20, 22, ("barrier", "mixed", "facilitator"))
    y = 40.0
    for level in atlas.levels.values():
        inside = [f for c in atlas.categories_of(level.code) for f in atlas.factors_of(c.code)][:MOST]
        parts.append(_text(10, y + 16, level.label, size=13, bold=True))
        y += 24
        for factor in inside:
            weight = weights[factor.iri]
            parts.append(_text(left + 8, y + 13, factor.label, size=11, anchor="end"))
            parts += _bar(weight, zero, y + 4, unit)
            parts.append(_text(left + 20 + unit_room + 34, y + 13, str(weight.studies or "–"), size=11, anchor="end", colour=SOFT))
            y += row
        y += 8
    parts.append(f'<line x1="{zero:g}" x2="{zero:g}" y1="40" y2="{y:g}" stroke="{SOFT}"/>')
    parts.append(_text(left + 20 + unit_room + 34, 22, "studies", size=11, anchor="end", colour=SOFT))
    return _svg(left + unit_room + 74, y + 10, "Independent studies that say that a factor hinders or helps", parts)


def _side(weight: Weight, effect: str) -> float:
    return weight.by_effect[effect].studies + weight.by_effect["mixed"].studies / 2


def _bar(weight: Weight, zero: float, y: float, unit: float) -> list[str]:
    barrier, mixed, facilitator = (weight.by_effect[e].studies * unit for e in ("barrier", "mixed", "facilitator"))
    from_mixed = zero - mixed / 2
    spans = (("barrier", from_mixed - barrier, barrier), ("mixed", from_mixed, mixed), ("facilitator", from_mixed + mixed, facilitator))
    return [_rect(round(x, 2), y, round(width, 2), 11, COLOURS[effect]) for effect, x, width in spans if width]


def _levels(atlas: Atlas, by_level: Mapping[str, Weight]) -> str:
    left, top, wide, high = 210, 44, 104, 62
    most = max((w.by_effect[e].findings for w in by_level.values() for e in EFFECTS), default=0) or 1
    parts = [
        _text(left + (n + 0.5) * wide, 30, f"{w.sign} {w.label}", anchor="middle", colour=COLOURS[key], bold=True)
        for n, (key, w) in enumerate(EFFECTS.items())
    ]
    for row, (code, weight) in enumerate(by_level.items()):
        y = top + row * high
        parts.append(_text(left - 14, y + high / 2 + 4, atlas.levels[code].label, anchor="end"))
        for column, effect in enumerate(EFFECTS):
            here = weight.by_effect[effect]
            shade = f' fill-opacity="{0.06 + 0.5 * here.findings / most:.2f}"'
            x = left + column * wide
            parts.append(_rect(x + 2, y + 2, wide - 4, high - 4, COLOURS[effect], shade))
            parts.append(_text(x + wide / 2, y + high / 2 + 2, f"{here.findings:,}", size=17, anchor="middle", bold=True))
            parts.append(_text(x + wide / 2, y + high / 2 + 18, _counted(here.studies, "study", "studies"), size=10, anchor="middle"))
    return _svg(left + len(EFFECTS) * wide + 10, top + len(by_level) * high + 10, "Findings and studies by level and effect", parts)


def _years(atlas: Atlas) -> str:
    studies = [atlas.made[iri] for iri in atlas.findings_by_study.counts()]
    all_years = Counter(made.year for made in studies if made.year)
    own = Counter(made.year for made in studies if made.own and made.year)
    if not all_years:
        return _svg(400, 60, "Studies over the years", [_text(10, 34, "No study has a year.", colour=SOFT)])
    first, last = min(all_years), max(all_years)
    step = min(28.0, 860 / (last - first + 1))
    left, bottom, high, most = 44, 210, 170, max(all_years.values())
    parts = [_text(left, 22, "studies that findings rest on", size=11, colour=SOFT)]
    for year in range(first, last + 1):
        x, number = left + (year - first) * step, all_years[year]
        height, mine = number * high / most, own[year] * high / most
        if number:
            parts.append(_rect(round(x + 2, 2), round(bottom - height, 2), round(step - 4, 2), round(height, 2), "#7aa5a0"))
            parts.append(_text(x + step / 2, bottom - height - 4, str(number), size=10, anchor="middle", colour=SOFT))
        if mine:
            parts.append(_rect(round(x + 2, 2), round(bottom - mine, 2), round(step - 4, 2), round(mine, 2), COLOURS["facilitator"]))
        if year % 5 == 0 or year in (first, last):
            parts.append(_text(x + step / 2, bottom + 16, str(year), size=10, anchor="middle"))
    parts.append(f'<line x1="{left}" x2="{left + (last - first + 1) * step:g}" y1="{bottom}" y2="{bottom}" stroke="{SOFT}"/>')
    parts += [
        _rect(left, bottom + 28, 10, 10, COLOURS["facilitator"]),
        _text(left + 15, bottom + 37, "of the coded papers", size=11, colour=SOFT),
    ]
    parts += [
        _rect(left + 160, bottom + 28, 10, 10, "#7aa5a0"),
        _text(left + 175, bottom + 37, "of works that they cite", size=11, colour=SOFT),
    ]
    return _svg(max(360, left + (last - first + 1) * step + 20), bottom + 50, "Studies that findings rest on, by year", parts)


def _countries(atlas: Atlas, facets: Mapping[str, Weight]) -> str:
    labels = [label for label in atlas.facets["country"][:200] if facets[f"country={label}"].findings][:40]
    weights = {label: facets[f"country={label}"] for label in labels}
    left, room, row = 170, 420, 24
    most = max((w.findings for w in weights.values()), default=1)
    parts = _key(left, 22, tuple(EFFECTS))
    for n, (label, weight) in enumerate(weights.items()):
        y, x = 36 + n * row, float(left)
        parts.append(_text(left - 10, y + 15, label, anchor="end"))
        for effect in EFFECTS:
            width = weight.by_effect[effect].findings * room / most
            if width:
                parts.append(_rect(round(x, 2), y + 3, round(width, 2), 16, COLOURS[effect]))
            x += width
        said = f"{_counted(weight.findings, 'finding', 'findings')}, {_counted(weight.studies, 'study', 'studies')}"
        parts.append(_text(x + 8, y + 15, said, size=11, colour=SOFT))
    return _svg(left + room + 170, 46 + len(weights) * row, "Findings by country and effect", parts)


@dataclass(frozen=True)
class Tie:
    """A line of the picture of a factor's evidence: where it begins and ends, of which effect, and how many findings it stands for."""

    x1: float
    y1: float
    x2: float
    y2: float
    effect: str
    weight: int


@dataclass(frozen=True)
class Evidence:
    """One factor's evidence as a picture: labels with their heights in three columns (effects, papers, studies), and the ties between."""

    effects: tuple[tuple[str, float], ...]
    papers: tuple[tuple[str, float], ...]
    studies: tuple[tuple[str, float], ...]
    ties: tuple[Tie, ...]
    height: float


LINES, STEP = 40, 20


def evidence_of(atlas: Atlas, findings: Sequence[Finding]) -> Evidence | None:
    """Which papers say what of a factor, and on which studies they rest; ``None`` where a picture would show little or too much."""
    said = Counter((f.effect, f.paper) for f in findings)
    rests = Counter((f.effect, f.paper, study) for f in findings for study in f.studies)
    by_paper = Counter(f.paper for f in findings)
    if len(by_paper) > LINES:
        return None
    papers = sorted(by_paper, key=lambda p: (-by_paper[p], atlas.works[p].label))
    first: dict[str, int] = {}
    for _, paper, study in rests:
        first[study] = min(first.get(study, LINES), papers.index(paper))
    if len(first) > LINES:
        return None
    studies = sorted(first, key=lambda s: (first[s], atlas.studies[s].label))
    lines = max(len(papers), len(studies))
    if lines < 2:
        return None
    height = lines * STEP + 34
    effects = [effect for effect in EFFECTS if any(e == effect for e, _ in said)]
    at = {thing: y for column in (effects, papers, studies) for thing, y in _spread(column, height)}
    ties = [Tie(110, at[effect], 190, at[paper], effect, n) for (effect, paper), n in said.items()]
    ties += [Tie(400, at[paper], 500, at[study], effect, n) for (effect, paper, study), n in rests.items()]
    return Evidence(
        tuple((effect, at[effect]) for effect in effects),
        tuple((atlas.works[paper].label, at[paper]) for paper in papers),
        tuple((atlas.studies[study].label, at[study]) for study in studies),
        tuple(ties),
        height,
    )


def _spread(things: Sequence[str], height: float) -> list[tuple[str, float]]:
    """Heights for a column of things, even over the picture, below its heading."""
    room = (height - 30) / max(1, len(things))
    return [(thing, round(30 + room * (n + 0.5), 1)) for n, thing in enumerate(things)]
