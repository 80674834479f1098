"""Two further graph views, drawn by the same script: which factor acts on which, and which paper cites which work.

Places are computed here, so the picture is the same for everybody and needs no physics. Units are CSS pixels at scale 1; x grows to the
right, y down. A web of more than ``MOST`` nodes is folded: papers and works of a year become one node.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from evidence.site.atlas import Atlas
from evidence.site.records import Influence, Work

MOST = 2_000
"""How many nodes a browser draws and a reader bears."""
WIDTH, ROW, BETWEEN, TOP = 240, 42, 150, 54
DOT, PER_LINE = 16, 26


@dataclass(frozen=True)
class Node:
    """A thing in a web: a labelled box, or a dot of a size (radius). ``about`` is one line on it, ``href`` its page."""

    id: str
    label: str
    x: float
    y: float
    href: str = ""
    about: str = ""
    radius: float = 0
    kind: str = ""


@dataclass(frozen=True)
class Edge:
    """A tie from one node to another; ``kind`` chooses its look, ``weight`` its width, ``lines`` say what it is: text and place."""

    source: str
    target: str
    kind: str
    weight: int = 1
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Web:
    """A graph view; ``titles`` are headings (x, y, text), ``folded`` says that nodes stand for all things of a year."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    titles: tuple[tuple[float, float, str], ...]
    width: float
    height: float
    folded: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """What the page's script reads."""
        return {
            "nodes": [vars(n) for n in self.nodes],
            "edges": [{"from": e.source, "to": e.target, "kind": e.kind, "weight": e.weight, "lines": e.lines} for e in self.edges],
            "titles": self.titles,
            "width": self.width,
            "height": self.height,
            "words": self.words,
        }


def influence_web(atlas: Atlas) -> Web:
    """The factors that act or are acted on, in a column a level, and the influences between them."""
    involved = {iri for i in atlas.influences for iri in (i.cause, i.effect)}
    nodes: list[Node] = []
    titles: list[tuple[float, float, str]] = []
    for number, level in enumerate(atlas.levels.values()):
        left = number * (WIDTH + BETWEEN)
        titles.append((left, 28, level.label))
        factors = [f for f in atlas.factors.values() if f.level == level.code and f.iri in involved]
        for place, factor in enumerate(factors):
            about = f"{level.label} › {atlas.categories[factor.category].label}"
            y = TOP + place * ROW + ROW / 2
            nodes.append(Node(factor.code, factor.label, left + WIDTH / 2, y, atlas.files[factor.iri], about))
    code = {iri: f.code for iri, f in atlas.factors.items()}
    same: dict[tuple[str, str, str], list[Influence]] = defaultdict(list)
    for influence in atlas.influences:
        same[code[influence.cause], code[influence.effect], influence.sign].append(influence)
    edges = tuple(_acting(*ends, found) for ends, found in same.items())
    width = len(atlas.levels) * (WIDTH + BETWEEN) - BETWEEN
    height = max((n.y for n in nodes), default=0) + ROW
    return Web(tuple(nodes), edges, tuple(titles), width, height, words={"out": "It acts on", "in": "It is acted on by"})


class Ties:
    """Who cites what: read paper by paper. ``citing`` says by how many papers each work is cited, ``number`` how many ties there are,
    ``years`` how often the papers of a year cite the works of a year (nodes of a folded web), and how many findings are cited from them."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self.citing: Counter[str] = Counter()
        self.number = 0
        self.years: dict[tuple[str, str], tuple[int, int]] = {}
        node = cache(lambda iri: _year_node(atlas.works[iri]))
        for paper, work, told, relied in self:
            self.citing[work] += 1
            self.number += 1
            pair = (node(paper), node(work))
            times, findings = self.years.get(pair, (0, 0))
            self.years[pair] = (times + told, findings + relied)

    def __iter__(self) -> Iterator[tuple[str, str, int, int]]:
        """Paper, work, how often the text cites it, how many findings are cited from it."""
        for paper in self._atlas.papers:
            told = Counter(c.work for c in self._atlas.citations_by_paper[paper.iri] if c.work)
            listed = (r.work for r in self._atlas.references_by_paper[paper.iri] if r.work)
            relied = Counter(source for f in self._atlas.findings_by_paper[paper.iri] for source in f.sources)
            for work in dict.fromkeys((*told, *listed)):
                if work != paper.iri:
                    yield paper.iri, work, told[work], relied[work]


def citation_web(atlas: Atlas, ties: Ties) -> Web:
    """The coded papers on the left, the works that they cite as dots by year on the right, the larger the more papers cite them."""
    cited = (work for work in map(atlas.works.__getitem__, ties.citing) if not work.paper)
    folded = len(atlas.papers) + len(ties.citing) > MOST or ties.number > 4 * MOST
    left, right = _groups(atlas.papers, "papers", folded), _groups(cited, "works", folded)
    dots, years, height = _dots(right, ties.citing)
    boxes = _boxes(left, height)
    height = max(height, boxes[-1].y + ROW if boxes else 0)
    titles = ((0.0, 28.0, "Papers"), (float(WIDTH + BETWEEN), 28.0, "Works that they cite, by year"), *years)
    words = {"out": "It cites", "in": "It is cited by"}
    edges = _citing_edges(folded, ties)
    width = max((n.x for n in dots), default=WIDTH + BETWEEN + 200) + 60
    return Web((*boxes, *dots), edges, titles, width, height, folded, words)


SAID = 12
"""How many influences of one sign between the same two factors the panel tells."""


def _acting(cause: str, effect: str, sign: str, found: Sequence[Influence]) -> Edge:
    """The influences of one sign between two factors as one edge, with what the first of them say."""
    lines = tuple((i.statement, "#" + i.iri.rsplit("/", 1)[-1]) for i in found[:SAID])
    return Edge(cause, effect, sign, sum(len(i.findings) for i in found), lines)


@dataclass(frozen=True)
class _Group:
    """One work, or all works of a year, as one node; ``first`` is one of them, ``number`` how many there are."""

    id: str
    label: str
    year: int
    first: Work
    number: int = 1

    @property
    def page(self) -> str:
        """Where it leads."""
        return self.first.path if self.number == 1 else "works.html"

    @property
    def about(self) -> str:
        """One line on it."""
        return self.first.title if self.number == 1 else ""


def _groups(works: Iterable[Work], noun: str, folded: bool) -> list[_Group]:
    """Works as nodes, by year, the newest first."""
    if not folded:
        ordered = sorted(works, key=lambda w: (-(w.year or 0), w.label, w.iri))
        return [_Group(w.iri, w.label, w.year or 0, w) for w in ordered]
    numbers: Counter[int] = Counter()
    first: dict[int, Work] = {}
    for work in works:
        numbers[work.year or 0] += 1
        first.setdefault(work.year or 0, work)
    return [
        _Group(_year_id(noun, y), f"{noun} of {y or 'no year'} ({numbers[y]:,})", y, first[y], numbers[y])
        for y in sorted(numbers, reverse=True)
    ]


def _year_node(work: Work) -> str:
    """The node of a folded web that a paper or work belongs to."""
    return _year_id("papers" if work.paper else "works", work.year or 0)


def _year_id(noun: str, year: int) -> str:
    return f"{noun}-{year}"


def _boxes(groups: Sequence[_Group], height: float) -> list[Node]:
    step = max(ROW, (height - TOP) / max(1, len(groups)))
    return [Node(g.id, g.label, WIDTH / 2, TOP + step * (n + 0.5), g.page, g.about, kind="paper") for n, g in enumerate(groups)]


def _dots(groups: Sequence[_Group], citing: Mapping[str, int]) -> tuple[list[Node], list[tuple[float, float, str]], float]:
    """The dots, the years before their lines, and where they end."""
    years: dict[int, list[_Group]] = defaultdict(list)
    for group in groups:
        years[group.year].append(group)
    dots: list[Node] = []
    titles: list[tuple[float, float, str]] = []
    left, y = WIDTH + BETWEEN, TOP + DOT / 2
    for year, inside in years.items():
        titles.append((left, y + 4, str(year) if year else "no year"))
        for number, group in enumerate(inside):
            line, place = divmod(number, PER_LINE)
            papers = citing[group.first.iri] if group.number == 1 else 3
            x = left + 60 + place * DOT
            dots.append(Node(group.id, group.label, x, y + line * DOT, group.page, group.about, 2.5 + 1.5 * min(papers, 3)))
        y += DOT * (1 + (len(inside) - 1) // PER_LINE) + 4
    return dots, titles, y + 10


def _citing_edges(folded: bool, ties: Ties) -> tuple[Edge, ...]:
    """Who cites what; the kind ``relies`` where a finding is cited from the work."""
    single = {(paper, work): (told, relied) for paper, work, told, relied in ties} if not folded else {}
    found = ties.years if folded else single
    return tuple(Edge(a, b, "relies" if n else "cites", 1, ((_said(times, n), ""),)) for (a, b), (times, n) in found.items() if a != b)


def _said(times: int, findings: int) -> str:
    cited = f"{times:,} citations in the text" if times > 1 else "one citation in the text" if times else "in the reference list"
    return cited + (f", {findings:,} findings rest on it" if findings > 1 else ", one finding rests on it" if findings else "")
