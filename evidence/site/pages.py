"""Which pages there are, and what each is given. A page is a path, a template and its context; nothing is rendered here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from heapq import nsmallest
from itertools import groupby
from operator import attrgetter
from typing import Any

from evidence.query import NamedQuery
from evidence.site.atlas import PART, Atlas
from evidence.site.figures import Figure, evidence_of
from evidence.site.network import factor_map, short
from evidence.site.records import FACETS, Factor, Finding, Study, Work
from evidence.site.shipped import Shipped
from evidence.site.sources import FORMATS, bibliography, sources_of
from evidence.site.tables import Download
from evidence.site.webs import Ties, citation_web, influence_web
from evidence.site.weight import EFFECTS, GAPS, ROLES, GapTable, Tally, Weight, Weights, direction, gap_tables, told_of, weigh
from evidence.site.world import world_map
from evidence.vocabulary import PREFIXES


@dataclass(frozen=True)
class Page:
    """A page of the site: its path inside the site, its template, its title (empty: the site's own) and what the template is given; or a
    file beside the pages, of which ``text`` is all there is."""

    path: str
    template: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""

    @property
    def root(self) -> str:
        """The way up to the site's folder."""
        return "../" * self.path.count("/")


Task = Callable[[], Iterable[Page]]
"""Some pages that can be made when their turn comes, in any process."""


def tasks(atlas: Atlas) -> Iterator[Task]:
    """The pages of which there are as many as there are factors, papers, works, countries, ...: each can be made by itself."""
    yield from (partial(_factor, atlas, factor) for factor in atlas.factors.values())
    yield from (partial(_facet, atlas, facet, label) for facet in FACETS for label in atlas.facets[facet])
    yield from (partial(_paper if work.paper else _work, atlas, work) for work in atlas.works.values())


def pages(
    atlas: Atlas,
    queries: Mapping[str, NamedQuery],
    downloads: Sequence[Download],
    agreement: Sequence[Mapping[str, str]],
    drawn: Sequence[Figure],
    weights: Weights,
    facets: Mapping[str, Weight],
) -> Iterator[Page]:
    """The pages of which there is one, and those of levels and categories; the overview first. ``facets`` are the weights of countries,
    settings and designs."""
    ties = Ties(atlas)
    yield _overview(atlas, weights.factors)
    yield from (_level(atlas, code, weights) for code in atlas.levels)
    yield from (_category(atlas, code, weights) for code in atlas.categories)
    yield _contexts(atlas, facets)
    yield Page("works.html", "works.html", "Papers and works", _works(atlas, ties))
    between = {"between": _between(atlas), "web": influence_web(atlas)}
    yield Page("influences.html", "influences.html", "Influences between factors", between)
    yield _citations(atlas, ties)
    yield Page("graph.html", "graph.html", "Map of factors and studies", {"map": factor_map(atlas, weights.factors), "short": short})
    yield from _gap_maps(gap_tables(atlas), weights.factors)
    yield Page("problems.html", "problems.html", "Problems")
    yield Page("methods.html", "methods.html", "Methods", {**_methods(atlas, queries), "agreement": list(agreement)})
    yield Page("glossary.html", "glossary.html", "Glossary")
    yield Page("figures.html", "figures.html", "Figures", {"figures": list(drawn)})
    yield Page("downloads.html", "downloads.html", "Downloads", {"files": list(downloads)})


def query_page(queries: Mapping[str, NamedQuery], shipped: Shipped | None, bundled: bool) -> Page:
    """The page of the queries, with editor and graph where both are there."""
    why = "The graph is too large for a browser, so this page only shows them." if bundled else _NO_EDITOR
    context = {"queries": list(queries.values()), "shipped": shipped, "missing": why, "prefixes": dict(PREFIXES)}
    return Page("query.html", "query.html", "Ask the graph", context)


_NO_EDITOR = "The query editor is not part of this copy: `pip install .` bundles it, or `python hatch_build.py`."


def _overview(atlas: Atlas, weights: Mapping[str, Weight]) -> Page:
    gaps = {gap: [iri for iri, w in weights.items() if w.gap == gap] for gap in GAPS}
    gaps["solid"].sort(key=lambda iri: -weights[iri].studies)
    contested = sorted(((iri, w) for iri, w in weights.items() if w.contested), key=lambda pair: -min(pair[1].directions))
    resting = atlas.findings_by_source.counts()
    relied = nsmallest(8, resting, key=lambda iri: (-resting[iri], atlas.works[iri].label, iri))
    context = {
        "weights": weights,
        "scale": _scale(weights),
        "gaps": gaps,
        "contested": [(iri, sides_of(atlas, atlas.findings_by_factor[iri])) for iri, _ in contested],
        "relied": [(iri, weigh(atlas, atlas.findings_by_source[iri])) for iri in relied],
        "counts": counts(atlas),
    }
    return Page("index.html", "index.html", "", context)


def counts(atlas: Atlas) -> list[tuple[int, str, str, str]]:
    """The numbers of the overview: how many, of what, the page that lists them, the query that they are counted from."""
    return [
        (len(atlas.papers), "papers coded", "works.html", "papers"),
        (len(atlas.findings), "findings", "gapmap.html", "page-findings"),
        (len(atlas.factors), "factors", "graph.html", "page-factors"),
        (len(atlas.findings_by_study), "independent studies behind them", "graph.html", "page-finding-studies"),
        (len(atlas.works), "works", "works.html", "works"),
        (len(atlas.references), "reference entries", "works.html", "page-references"),
        (len(atlas.citations), "citations in text", "works.html", "page-citations"),
        (len(atlas.influences), "influences", "influences.html", "influences"),
    ]


def _scale(weights: Mapping[str, Weight]) -> tuple[float, float]:
    """How far bars reach to the left (hinders) and to the right (helps) at most, so that they compare across factors and pages."""

    def reach(weight: Weight, effect: str) -> float:
        side, mixed = weight.by_effect[effect], weight.by_effect["mixed"]
        return max(side.studies + mixed.studies / 2, side.findings + mixed.findings / 2)

    hinders, helps = (max((reach(w, effect) for w in weights.values()), default=0) for effect in ("barrier", "facilitator"))
    return max(hinders, 1), max(helps, 1)


MOST_CELLS = 1_200
"""How many filled cells one page of the gap map holds; where there are more, each axis has a page of its own."""


def _gap_maps(tables: Sequence[GapTable], weights: Mapping[str, Weight]) -> Iterator[Page]:
    filled = sum(bool(cell.weight.findings) for table in tables for row in table.rows.values() for cell in row)
    parts = [tables] if filled <= MOST_CELLS else [[table] for table in tables]
    paths = ["gapmap.html", *(f"gapmap~{part[0].axis}.html" for part in parts[1:])]
    tabs = [(f"{path}#{table.axis}", table.title) for path, part in zip(paths, parts, strict=True) for table in part]
    for path, part in zip(paths, parts, strict=True):
        yield Page(path, "gapmap.html", "Gap map", {"tables": part, "tabs": tabs, "weights": weights})


def _level(atlas: Atlas, code: str, weights: Weights) -> Page:
    level = atlas.levels[code]
    context = {"level": level, "categories": atlas.categories_of(code), "weight": weights.levels[code]}
    return Page(atlas.files[code], "level.html", level.label, {**context, "weights": weights.factors, "scale": _scale(weights.factors)})


def _category(atlas: Atlas, code: str, weights: Weights) -> Page:
    category = atlas.categories[code]
    context = {"category": category, "level": atlas.levels[category.level], "weight": weights.categories[code]}
    return Page(
        atlas.files[code], "category.html", category.label, {**context, "weights": weights.factors, "scale": _scale(weights.factors)}
    )


def _factor(atlas: Atlas, factor: Factor) -> Iterator[Page]:
    """The page of a factor; very many findings are spread over further ones."""
    findings = list(atlas.findings_by_factor[factor.iri])
    weight = weigh(atlas, findings)
    sources, stem = sources_of(atlas, findings), atlas.part_of(factor.iri, 1).removesuffix(".html")
    starts = range(0, max(1, len(findings)), PART)
    parts = [(atlas.part_of(factor.iri, at // PART + 1), at + 1, min(at + PART, len(findings))) for at in starts]
    context = {
        "factor": factor,
        "weight": weight,
        "parts": parts,
        "first": {effect: next(inside).path for effect, inside in groupby(findings, key=attrgetter("effect"))},
        "choices": _choices(atlas, weight, findings),
        "sides": sides_of(atlas, findings) if weight.contested else {},
        "works": sources,
        "bibliographies": {suffix: (name, f"{stem}.{suffix}") for suffix, (name, _) in FORMATS.items()},
        "picture": evidence_of(atlas, findings),
        "studies": _evidence(atlas, findings),
        "influences": atlas.influences_by_factor.get(factor.iri, ()),
        "siblings": [f for f in atlas.factors_of(factor.category) if f is not factor],
    }
    if sources:
        yield from (Page(f"{stem}.{suffix}", "", "", text=bibliography(sources, suffix)) for suffix in FORMATS)
    for path, start, end in parts:
        yield Page(path, "factor.html", factor.label, {**context, "shown": _shown(findings[start - 1 : end])})


def sides_of(atlas: Atlas, findings: Iterable[Finding]) -> dict[str, Weight]:
    """What stands behind either side of a contested factor, and behind what is mixed, so that a reader sees in what they differ."""
    tallies = {side: Tally() for side in ("more of it is better", "more of it is worse", "mixed")}
    for finding in findings:
        side = "mixed" if finding.effect == "mixed" else _SIDES.get(direction(finding))
        if side:
            tallies[side].add(finding)
    weights = {side: tally.weight(atlas.made) for side, tally in tallies.items()}
    return {side: weight for side, weight in weights.items() if weight.findings}


_SIDES = {1: "more of it is better", -1: "more of it is worse"}


def _shown(findings: Iterable[Finding]) -> dict[str, dict[str, list[Finding]]]:
    """Findings, as they are ordered on the pages of a factor, by effect and role."""
    grouped: dict[str, dict[str, list[Finding]]] = {}
    for finding in findings:
        grouped.setdefault(finding.effect, {}).setdefault(finding.role, []).append(finding)
    return grouped


def _choices(atlas: Atlas, weight: Weight, findings: Iterable[Finding]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """By what a factor's findings can be chosen: name, label, and the values that they have."""
    effects = [(key, EFFECTS[key].label) for key, w in weight.by_effect.items() if w.findings]
    roles = [(key, ROLES[key].label) for key in weight.by_role]
    choices = [("effect", "Effect", effects), ("role", "Claim", roles)]
    for facet in FACETS:
        values = sorted({value for f in findings for value in told_of(atlas, f, facet)})
        choices.append((facet, facet.capitalize(), [(value, value) for value in values]))
    return [choice for choice in choices if len(choice[2]) > 1]


_MOST, _MOST_OF_FACTOR = 300, 50
"""How many findings a page shows that gathers them from everywhere, and how many of one factor."""


@dataclass(frozen=True)
class Gathered:
    """The findings on one factor that a page gathers: the factor, how many there are and the first of them."""

    factor: Factor
    findings: int
    first: Sequence[Finding]


def _gathered(atlas: Atlas, findings: Iterable[Finding]) -> tuple[list[Gathered], Weight, dict[str, Weight]]:
    """Findings by factor, in the order of the codebook; what stands behind all of them, and behind those of each factor."""
    whole, tallies = Tally(), {}
    first: dict[str, list[Finding]] = {}
    for finding in findings:
        whole.add(finding)
        if finding.factor not in tallies:
            tallies[finding.factor], first[finding.factor] = Tally(), []
        tallies[finding.factor].add(finding)
        if len(first[finding.factor]) < _MOST_OF_FACTOR:
            first[finding.factor].append(finding)
    weights = {iri: tallies[iri].weight(atlas.made) for iri in atlas.factors if iri in tallies}
    gathered, left = [], _MOST
    for iri, weight in weights.items():
        shown = first[iri][: max(0, left)]
        left -= len(shown)
        gathered.append(Gathered(atlas.factors[iri], weight.findings, shown))
    return gathered, whole.weight(atlas.made), weights


def _facet(atlas: Atlas, facet: str, label: str) -> Iterator[Page]:
    by_factor, weight, weights = _gathered(atlas, atlas.findings_by_facet[f"{facet}={label}"])
    resting = partial(_resting, atlas)
    studies = atlas.studies_by_facet[f"{facet}={label}"]
    context = {
        "facet": facet,
        "label": label,
        "weight": weight,
        "by_factor": by_factor,
        "weights": weights,
        "scale": _scale(weights),
        "studies": nsmallest(_MOST, ((-resting(s.iri), s.label, s.iri, s) for s in studies)),
        "known": len(studies),
    }
    yield Page(atlas.files[f"{facet}={label}"], "facet.html", label, context)


def _resting(atlas: Atlas, study: str) -> int:
    return len(atlas.findings_by_study[study])


MOST_CONTEXTS = 1_000
"""How many countries (settings, designs) their page lists."""


def facet_weights(atlas: Atlas) -> dict[str, Weight]:
    """What stands behind the countries, settings and designs that are listed, as ``country=Canada``."""
    keys = (f"{facet}={label}" for facet in FACETS for label in atlas.facets[facet][:MOST_CONTEXTS])
    return {key: weigh(atlas, atlas.findings_by_facet[key]) for key in keys}


def _contexts(atlas: Atlas, weights: Mapping[str, Weight]) -> Page:
    def rows(facet: str) -> list[tuple[str, Weight, int]]:
        keys = [(label, f"{facet}={label}") for label in atlas.facets[facet][:MOST_CONTEXTS]]
        return [(label, weights[key], len(atlas.studies_by_facet[key])) for label, key in keys]

    tables = {facet: rows(facet) for facet in FACETS}
    context = {
        "tables": tables,
        "headings": {"country": "Countries", "setting": "Settings", "design": "Designs"},
        "world": world_map({label: weight.findings for label, weight, _ in tables["country"]}),
        "scales": {facet: _scale({label: weight for label, weight, _ in found}) for facet, found in tables.items()},
    }
    return Page("contexts.html", "contexts.html", "Countries, settings and designs", context)


def _evidence(atlas: Atlas, findings: Iterable[Finding]) -> list[tuple[Study, list[Finding]]]:
    """The studies behind some findings, the most used first, each with the findings that rest on it."""
    rest: dict[str, list[Finding]] = {}
    for finding in findings:
        for study in finding.studies:
            rest.setdefault(study, []).append(finding)
    found = [(atlas.studies[iri], resting) for iri, resting in rest.items() if iri in atlas.studies]
    return sorted(found, key=lambda pair: (-len(pair[1]), pair[0].label, pair[0].iri))


def _paper(atlas: Atlas, work: Work) -> Iterator[Page]:
    findings = list(atlas.findings_by_paper[work.iri])
    by_factor: dict[str, list[Finding]] = {}
    for finding in findings:
        by_factor.setdefault(finding.factor, []).append(finding)
    citations = list(atlas.citations_by_paper[work.iri])
    context = {
        "work": work,
        "study": atlas.study_of(work.iri),
        "by_factor": [(factor, by_factor[iri]) for iri, factor in atlas.factors.items() if iri in by_factor],
        "findings": len(findings),
        "references": list(atlas.references_by_paper[work.iri]),
        "citations": citations,
        "statuses": Counter(c.status for c in citations),
        "pointed": Counter(c.work for c in citations if c.work),
    }
    yield Page(work.path, "paper.html", work.label, context)


def _work(atlas: Atlas, work: Work) -> Iterator[Page]:
    by_factor, weight, _ = _gathered(atlas, atlas.findings_by_source[work.iri])
    context = {
        "work": work,
        "study": atlas.study_of(work.iri),
        "by_factor": by_factor,
        "weight": weight,
        "entries": atlas.references_by_work[work.iri],
        "pointers": atlas.citations_by_work[work.iri],
    }
    yield Page(work.path, "work.html", work.label, context)


def _citations(atlas: Atlas, ties: Ties) -> Page:
    web = citation_web(atlas, ties)
    context = {"web": web, "names": {n.id: n.label for n in web.nodes}, "pages": {n.id: n.href for n in web.nodes}}
    return Page("citations.html", "citations.html", "Who cites what", context)


LISTED = 250
"""How many papers and works their list shows."""


def _works(atlas: Atlas, ties: Ties) -> dict[str, Any]:
    """The cited works, those first that most findings and then most papers rely on, with the number of both and some who cite them."""
    resting = atlas.findings_by_source.counts()

    def rank(work: Work) -> tuple[int, int, str, str]:
        return -resting.get(work.iri, 0), -ties.citing[work.iri], work.label, work.iri

    of_paper = (atlas.findings_by_paper, atlas.references_by_paper, atlas.citations_by_paper)
    works = nsmallest(LISTED, atlas.others, key=rank)
    return {
        "works": [(w, resting.get(w.iri, 0), ties.citing[w.iri], _citing(atlas, w)) for w in works],
        "papers": [(w, [len(group[w.iri]) for group in of_paper]) for w in atlas.papers[:LISTED]],
    }


_NAMED = 8
"""How many of those that cite a work are named in a list."""


def _citing(atlas: Atlas, work: Work) -> list[str]:
    """Some papers that cite a work, in their list or in their text."""
    listed = (r.paper for r in atlas.references_by_work[work.iri][: 4 * _NAMED])
    told = (c.paper for c in atlas.citations_by_work[work.iri][: 4 * _NAMED])
    return list(dict.fromkeys((*listed, *told)))[:_NAMED]


def _between(atlas: Atlas) -> dict[tuple[str, str], int]:
    """How many influences lead from one level to another."""
    level = {iri: f.level for iri, f in atlas.factors.items()}
    return Counter((level[i.cause], level[i.effect]) for i in atlas.influences)


def _methods(atlas: Atlas, queries: Mapping[str, NamedQuery]) -> dict[str, Any]:
    coders: Counter[str] = Counter()
    roles: Counter[str] = Counter()
    dates: set[str] = set()
    double = 0
    for finding in atlas.findings.values():
        coders.update(finding.coders)
        roles[finding.role] += 1
        dates.add(finding.date)
        double += len(finding.coders) > 1
    dated = sorted(dates - {""})
    return {
        "coders": sorted(coders.items()),
        "dates": (dated[0], dated[-1]) if dated else (),
        "double": double,
        "roles_count": roles,
        "statuses": Counter(c.status for c in atlas.citations.values()),
        "unmatched": sum(not r.work for r in atlas.references.values()),
        "queries": list(queries.values()),
    }
