"""Which pages there are, and what each is given. A page is a path, a template and its context; nothing is rendered here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from evidence.query import NamedQuery
from evidence.site.atlas import FACETS, Atlas, Factor, Finding, Study, Work
from evidence.site.figures import Figure, evidence_of
from evidence.site.network import factor_map, short
from evidence.site.shipped import Shipped
from evidence.site.tables import Download
from evidence.site.webs import citation_web, influence_web
from evidence.site.weight import EFFECTS, GAPS, ROLES, Weight, gap_tables, told_of, weigh
from evidence.vocabulary import PREFIXES


@dataclass(frozen=True)
class Page:
    """A page of the site: its path inside the site, its template, its title (empty: the site's own) and what the template is given."""

    path: str
    template: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The way up to the site's folder."""
        return "../" * self.path.count("/")


def pages(
    atlas: Atlas,
    queries: Mapping[str, NamedQuery],
    downloads: Sequence[Download],
    agreement: Sequence[Mapping[str, str]],
    drawn: Sequence[Figure],
) -> Iterator[Page]:
    """All pages but that of the queries, the overview first."""
    weights = {iri: weigh(atlas, atlas.findings_by_factor.get(iri, ())) for iri in atlas.factors}
    yield _overview(atlas, weights)
    yield from (_level(atlas, code, weights) for code in atlas.levels)
    yield from (_category(atlas, code, weights) for code in atlas.categories)
    for factor in atlas.factors.values():
        yield from _factor(atlas, factor, weights[factor.iri])
    yield from (_facet(atlas, facet, label) for facet in FACETS for label in atlas.facets[facet])
    yield _contexts(atlas)
    yield from (_paper(atlas, work) for work in atlas.papers)
    yield from (_work(atlas, work) for work in atlas.works.values() if not work.paper)
    yield Page("works.html", "works.html", "Papers and works", _works(atlas))
    between = {"between": _between(atlas), "web": influence_web(atlas)}
    yield Page("influences.html", "influences.html", "Influences between factors", between)
    yield _citations(atlas)
    yield Page("graph.html", "graph.html", "Map of factors and studies", {"map": factor_map(atlas), "short": short})
    yield Page("gapmap.html", "gapmap.html", "Gap map", {"tables": gap_tables(atlas), "weights": weights})
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
    gaps["solid"].sort(key=lambda iri: -len(weights[iri].studies))
    contested = sorted(((iri, w) for iri, w in weights.items() if w.contested), key=lambda pair: -min(pair[1].directions))
    relied = sorted(atlas.findings_by_source.items(), key=lambda pair: (-len(pair[1]), atlas.works[pair[0]].label))
    context = {
        "weights": weights,
        "scale": _scale(weights),
        "gaps": gaps,
        "contested": contested,
        "relied": relied[:8],
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
        return max(len(side.studies) + len(mixed.studies) / 2, len(side.findings) + len(mixed.findings) / 2)

    hinders, helps = (max((reach(w, effect) for w in weights.values()), default=0) for effect in ("barrier", "facilitator"))
    return max(hinders, 1), max(helps, 1)


def _level(atlas: Atlas, code: str, weights: Mapping[str, Weight]) -> Page:
    level, categories = atlas.levels[code], atlas.categories_of(code)
    inside = [f for c in categories for f in atlas.factors_of(c.code)]
    context = {"level": level, "categories": categories, "weight": weigh(atlas, atlas.findings_of(inside))}
    return Page(atlas.files[code], "level.html", level.label, {**context, "weights": weights, "scale": _scale(weights)})


def _category(atlas: Atlas, code: str, weights: Mapping[str, Weight]) -> Page:
    category, inside = atlas.categories[code], atlas.factors_of(code)
    context = {"category": category, "level": atlas.levels[category.level], "weight": weigh(atlas, atlas.findings_of(inside))}
    return Page(atlas.files[code], "category.html", category.label, {**context, "weights": weights, "scale": _scale(weights)})


def _factor(atlas: Atlas, factor: Factor, weight: Weight) -> Iterator[Page]:
    """The page of a factor; very many findings are spread over further ones, which repeat the head."""
    pieces = atlas.parts[factor.iri]
    ends = list(accumulate(len(findings) for _, findings in pieces))
    context = {
        "factor": factor,
        "weight": weight,
        "parts": [(path, end - len(findings) + 1, end) for (path, findings), end in zip(pieces, ends, strict=True)],
        "choices": _choices(atlas, weight),
        "picture": evidence_of(atlas, weight),
        "studies": _evidence(atlas, weight.findings),
        "influences": atlas.influences_by_factor.get(factor.iri, ()),
        "siblings": [f for f in atlas.factors_of(factor.category) if f is not factor],
    }
    for path, findings in pieces:
        yield Page(path, "factor.html", factor.label, {**context, "shown": weigh(atlas, findings)})


def _choices(atlas: Atlas, weight: Weight) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """By what a factor's findings can be chosen: name, label, and the values that they have."""
    effects = [(key, EFFECTS[key].label) for key, w in weight.by_effect.items() if w.findings]
    roles = [(key, ROLES[key].label) for key in weight.by_role]
    choices = [("effect", "Effect", effects), ("role", "Claim", roles)]
    for facet in FACETS:
        values = sorted({value for f in weight.findings for value in told_of(atlas, f, facet)})
        choices.append((facet, facet.capitalize(), [(value, value) for value in values]))
    return [choice for choice in choices if len(choice[2]) > 1]


def _facet(atlas: Atlas, facet: str, label: str) -> Page:
    findings = atlas.findings_by_facet.get((facet, label), [])
    by_factor = _by_factor(atlas, findings)
    weights = {factor.iri: weigh(atlas, group) for factor, group in by_factor}
    studies = atlas.studies_by_facet.get((facet, label), ())
    context = {
        "facet": facet,
        "label": label,
        "weight": weigh(atlas, findings),
        "by_factor": by_factor,
        "weights": weights,
        "scale": _scale(weights),
        "studies": sorted(studies, key=lambda s: (-len(atlas.findings_by_study.get(s.iri, ())), s.label)),
    }
    return Page(atlas.files[f"{facet}={label}"], "facet.html", label, context)


def _contexts(atlas: Atlas) -> Page:
    def rows(facet: str) -> list[tuple[str, Weight, list[Study]]]:
        return [
            (label, weigh(atlas, atlas.findings_by_facet.get((facet, label), ())), atlas.studies_by_facet.get((facet, label), []))
            for label in atlas.facets[facet]
        ]

    tables = {facet: rows(facet) for facet in FACETS}
    context = {
        "tables": tables,
        "headings": {"country": "Countries", "setting": "Settings", "design": "Designs"},
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


def _paper(atlas: Atlas, work: Work) -> Page:
    findings = atlas.findings_by_paper.get(work.iri, [])
    citations = atlas.citations_by_paper.get(work.iri, [])
    context = {
        "work": work,
        "study": atlas.study_of.get(work.iri),
        "weight": weigh(atlas, findings),
        "by_factor": _by_factor(atlas, findings),
        "references": atlas.references_by_paper.get(work.iri, []),
        "citations": citations,
        "pointed": Counter(c.work for c in citations if c.work),
        "statuses": Counter(c.status for c in citations),
    }
    return Page(atlas.files[work.iri], "paper.html", work.label, context)


def _by_factor(atlas: Atlas, findings: Iterable[Finding]) -> list[tuple[Factor, list[Finding]]]:
    """Findings by factor, in the order of the codebook."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.factor, []).append(finding)
    return [(factor, groups[iri]) for iri, factor in atlas.factors.items() if iri in groups]


def _work(atlas: Atlas, work: Work) -> Page:
    study = atlas.study_of.get(work.iri)
    context = {
        "work": work,
        "study": study,
        "resting": _by_factor(atlas, atlas.findings_by_source.get(work.iri, ())),
        "weight": weigh(atlas, atlas.findings_by_source.get(work.iri, ())),
        "entries": atlas.references_by_work.get(work.iri, ()),
        "pointers": atlas.citations_by_work.get(work.iri, ()),
    }
    return Page(atlas.files[work.iri], "work.html", work.label, context)


def _citations(atlas: Atlas) -> Page:
    web = citation_web(atlas)
    context = {"web": web, "names": {n.id: n.label for n in web.nodes}, "pages": {n.id: n.href for n in web.nodes}}
    return Page("citations.html", "citations.html", "Who cites what", context)


def _works(atlas: Atlas) -> dict[str, Any]:
    """The cited works, those first that most findings and then most papers rely on."""
    cited_by = _cited_by(atlas)

    def weight(work: Work) -> tuple[int, int, str]:
        return -len(atlas.findings_by_source.get(work.iri, ())), -len(cited_by.get(work.iri, ())), work.label

    return {"cited_by": cited_by, "works": sorted((w for w in atlas.works.values() if not w.paper), key=weight)}


def _cited_by(atlas: Atlas) -> dict[str, list[str]]:
    """The papers that cite each work, in their list or in their text, by short label."""
    citing: dict[str, list[str]] = {}
    listed = [(r.work, r.paper) for r in atlas.references] + [(c.work, c.paper) for c in atlas.citations]
    for work, paper in dict.fromkeys(listed):
        citing.setdefault(work, []).append(paper)
    return citing


def _between(atlas: Atlas) -> dict[tuple[str, str], int]:
    """How many influences lead from one level to another."""
    level = {iri: f.level for iri, f in atlas.factors.items()}
    return Counter((level[i.cause], level[i.effect]) for i in atlas.influences)


def _methods(atlas: Atlas, queries: Mapping[str, NamedQuery]) -> dict[str, Any]:
    coders = Counter(coder for f in atlas.findings.values() for coder in f.coders)
    dates = sorted({f.date for f in atlas.findings.values() if f.date})
    return {
        "coders": sorted(coders.items()),
        "dates": (dates[0], dates[-1]) if dates else (),
        "double": sum(len(f.coders) > 1 for f in atlas.findings.values()),
        "roles_count": Counter(f.role for f in atlas.findings.values()),
        "statuses": Counter(c.status for c in atlas.citations),
        "unmatched": sum(not r.work for r in atlas.references),
        "queries": list(queries.values()),
    }
