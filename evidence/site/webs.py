"""Two further graph views, drawn by the same script: which factor acts on which, and which paper cites which work.

Places are computed here, so the picture is the same for everybody and needs no physics. Units are CSS pixels at scale 1; x grows to the
right, y down. A web of more than ``MOST`` nodes is folded: papers and works of a year become one node.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evidence.site.atlas import Atlas, Work

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
    edges = tuple(
        Edge(code[i.cause], code[i.effect], i.sign, len(i.findings), ((i.statement, "#" + i.iri.rsplit("/", 1)[-1]),))
        for i in atlas.influences
    )
    width = len(atlas.levels) * (WIDTH + BETWEEN) - BETWEEN
    height = max((n.y for n in nodes), default=0) + ROW
    return Web(tuple(nodes), edges, tuple(titles), width, height, words={"out": "It acts on", "in": "It is acted on by"})


@dataclass(frozen=True)
class _Group:
    """One work, or all works of a year, as one node."""

    id: str
    label: str
    year: int
    works: tuple[Work, ...]


def citation_web(atlas: Atlas) -> Web:
    """The coded papers on the left, the works that they cite as dots by year on the right, the larger the more papers cite them."""
    told = Counter((c.paper, c.work) for c in atlas.citations if c.work)
    listed = ((r.paper, r.work) for r in atlas.references if r.work)
    ties = {pair: told[pair] for pair in dict.fromkeys((*told, *listed)) if pair[0] != pair[1]}
    cited = [w for w in map(atlas.works.__getitem__, dict.fromkeys(work for _, work in ties)) if not w.paper]
    folded = len(atlas.papers) + len(cited) > MOST or len(ties) > 4 * MOST
    left, right = _groups(atlas.papers, "papers", folded), _groups(cited, "works", folded)
    citing: dict[str, set[str]] = defaultdict(set)
    for paper, work in ties:
        citing[work].add(paper)
    dots, years, height = _dots(atlas, right, citing)
    boxes = _boxes(atlas, left, height)
    height = max(height, boxes[-1].y + ROW if boxes else 0)
    titles = ((0.0, 28.0, "Papers"), (float(WIDTH + BETWEEN), 28.0, "Works that they cite, by year"), *years)
    words = {"out": "It cites", "in": "It is cited by"}
    edges = _citing_edges(atlas, (*left, *right), ties)
    width = max((n.x for n in dots), default=WIDTH + BETWEEN + 200) + 60
    return Web((*boxes, *dots), edges, titles, width, height, folded, words)


def _groups(works: Iterable[Work], noun: str, folded: bool) -> list[_Group]:
    """Works as nodes, by year, the newest first."""
    ordered = sorted(works, key=lambda w: (-(w.year or 0), w.label, w.iri))
    if not folded:
        return [_Group(w.iri, w.label, w.year or 0, (w,)) for w in ordered]
    years: dict[int, list[Work]] = defaultdict(list)
    for work in ordered:
        years[work.year or 0].append(work)
    return [_Group(f"{noun}-{y}", f"{noun} of {y or 'no year'} ({len(group):,})", y, tuple(group)) for y, group in years.items()]


def _boxes(atlas: Atlas, groups: Sequence[_Group], height: float) -> list[Node]:
    step = max(ROW, (height - TOP) / max(1, len(groups)))
    return [
        Node(g.id, g.label, WIDTH / 2, TOP + step * (n + 0.5), _page(atlas, g), g.works[0].title if len(g.works) == 1 else "", kind="paper")
        for n, g in enumerate(groups)
    ]


def _dots(
    atlas: Atlas, groups: Sequence[_Group], citing: Mapping[str, set[str]]
) -> tuple[list[Node], list[tuple[float, float, str]], float]:
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
            papers = len(set().union(*(citing[w.iri] for w in group.works)))
            about = group.works[0].title if len(group.works) == 1 else ""
            x = left + 60 + place * DOT
            dots.append(Node(group.id, group.label, x, y + line * DOT, _page(atlas, group), about, 2.5 + 1.5 * min(papers, 3)))
        y += DOT * (1 + (len(inside) - 1) // PER_LINE) + 4
    return dots, titles, y + 10


def _page(atlas: Atlas, group: _Group) -> str:
    return atlas.files[group.works[0].iri] if len(group.works) == 1 else "works.html"


def _citing_edges(atlas: Atlas, groups: Iterable[_Group], ties: Mapping[tuple[str, str], int]) -> tuple[Edge, ...]:
    """Who cites what; the kind ``relies`` where a finding is cited from the work."""
    node = {work.iri: group.id for group in groups for work in group.works}
    relied = Counter((f.paper, source) for f in atlas.findings.values() for source in f.sources)
    times: Counter[tuple[str, str]] = Counter()
    findings: Counter[tuple[str, str]] = Counter()
    for (paper, work), number in ties.items():
        times[node[paper], node[work]] += number
        findings[node[paper], node[work]] += relied[paper, work]
    kinds = {pair: "relies" if findings[pair] else "cites" for pair in times}
    return tuple(Edge(a, b, kinds[a, b], 1, ((_said(n, findings[a, b]), ""),)) for (a, b), n in times.items() if a != b)


def _said(times: int, findings: int) -> str:
    cited = f"{times:,} citations in the text" if times > 1 else "one citation in the text" if times else "in the reference list"
    return cited + (f", {findings:,} findings rest on it" if findings > 1 else ", one finding rests on it" if findings else "")
