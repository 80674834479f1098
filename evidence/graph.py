"""Records to RDF: one named graph per source file, no blank nodes, every triple in one graph only.

IRIs come from keys and content, so the same input gives the same graph and a small edit a small difference. A work's IRI is its DOI
where it has one, else ``<base>work/<key>``; everything else hangs below the workspace's base IRI.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import pyoxigraph as ox

from evidence import vocabulary as v
from evidence.codebook import SkosCodebook
from evidence.decisions import Decision
from evidence.model import Citation, CslItem, Finding, Influence, Problem, Reference, Study, Work, passage_digest

Term = ox.NamedNode | ox.Literal
_UNLISTED = re.compile(r"^(?P<names>.*?)[\s,(]*(?P<year>\d{4}|n\.\s?d\.|in press)(?P<suffix>[a-z]?)\)?$", re.IGNORECASE)


@dataclass(frozen=True)
class SourceGraph:
    """The triples that one source file says. ``name`` is the file's path in the workspace, ``origins`` where each subject was declared."""

    name: str
    sha256: str
    triples: tuple[ox.Triple, ...]
    origins: Mapping[str, tuple[str, int | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """The IRIs of one workspace: ``base`` for everything of ours, ``works`` by citation key, ``factors`` by code."""

    base: str
    works: Mapping[str, str]
    factors: Mapping[str, str]
    studies: Mapping[str, str]

    def at(self, *parts: str | int) -> str:
        """An IRI below the base; parts are percent-encoded."""
        return self.base + "/".join(quote(str(part), safe="-._~") for part in parts)

    def cited(self, key: str) -> str:
        """The IRI of a cited work: listed under a citation key, or ``?Author Year`` in no bibliography."""
        return self.at("unlisted", slug(key[1:])) if key.startswith("?") else self.works[key]

    def study(self, key: str) -> str:
        """The IRI of the study that a cited work reports."""
        return self.at("study", f"unlisted-{slug(key[1:])}") if key.startswith("?") else self.studies[key]


class _Triples:
    """Collects triples; empty values say nothing and make none."""

    def __init__(self) -> None:
        self.triples: dict[ox.Triple, None] = {}
        self.origins: dict[str, tuple[str, int | None]] = {}

    def add(self, subject: str, predicate: str, value: Term | None) -> None:
        if value is not None:
            self.triples[ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)] = None

    def iri(self, subject: str, predicate: str, *values: str) -> None:
        for value in values:
            self.add(subject, predicate, ox.NamedNode(value))

    def text(self, subject: str, predicate: str, value: str | None, language: str | None = None) -> None:
        if value:
            self.add(subject, predicate, ox.Literal(value, language=language) if language else ox.Literal(value))

    def typed(self, subject: str, predicate: str, value: object, datatype: str) -> None:
        if value not in (None, ""):
            self.add(subject, predicate, ox.Literal(str(value), datatype=ox.NamedNode(datatype)))

    def place(self, names: Names, owner: str, paper: str, start: int, end: int, sha256: str = "", section: str = "") -> None:
        """Where in a paper's text something stands (Web Annotation: a specific resource with a text position)."""
        place, position = f"{owner}/place", f"{owner}/place/position"
        self.iri(owner, v.PLACE, place)
        self.iri(place, v.RDF_TYPE, v.OA_SPECIFIC_RESOURCE)
        self.iri(place, v.OA_HAS_SOURCE, names.at("paper", paper, "text"))
        self.iri(place, v.OA_HAS_SELECTOR, position)
        self.text(place, v.SHA256, sha256)
        self.text(place, v.SECTION, section)
        self.iri(position, v.RDF_TYPE, v.OA_TEXT_POSITION_SELECTOR)
        self.typed(position, v.OA_START, start, v.XSD_NON_NEGATIVE_INTEGER)
        self.typed(position, v.OA_END, end, v.XSD_NON_NEGATIVE_INTEGER)

    def graph(self, name: str, sha256: str) -> SourceGraph:
        return SourceGraph(name, sha256, tuple(sorted(self.triples, key=str)), self.origins)


def work_iri(base: str, work: Work) -> str:
    """A work's IRI: ``https://doi.org/...`` (lower case, encoded) with a DOI, else below the base."""
    doi = str(work.csl.get("DOI", "")).strip().lower()
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}" if doi else base + "work/" + quote(work.key, safe="-._~")


def slug(text: str) -> str:
    """Text as part of an IRI: ASCII, lower case, words joined by hyphens; text with no letter or digit gives a digest."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or hashlib.sha256(text.encode()).hexdigest()[:8]


def short_cite(csl: CslItem, key: str = "") -> str:
    """How a work is called in running text: ``Asad & Chreim 2016``, ``Otte et al. 2020``."""
    names = [str(a.get("family") or a.get("literal") or "") for a in csl.get("author") or csl.get("editor") or ()]
    year = published(csl)
    who = names[0] if len(names) == 1 else " & ".join(names) if len(names) == 2 else f"{names[0]} et al." if names else key
    return f"{who} {year}" if year else who


def published(csl: CslItem) -> int | None:
    """The year of publication, or ``None``."""
    parts = (csl.get("issued") or {}).get("date-parts") or [[]]
    year = str(parts[0][0]) if parts[0] else ""
    return int(year) if year.isdecimal() else None


def person(name: Mapping[str, str]) -> str:
    """A CSL name in inverted order: ``van Hecke, A.``."""
    family = " ".join(p for p in (name.get("non-dropping-particle", ""), name.get("family", "")) if p)
    return name.get("literal") or ", ".join(p for p in (family, name.get("given", ""), name.get("suffix", "")) if p)


def works_graph(names: Names, file: str, sha256: str, works: Iterable[Work], papers: bool) -> SourceGraph:
    """The works of one bibliography; ``papers`` says that these are the coded papers."""
    out = _Triples()
    for work in works:
        iri = names.works[work.key]
        out.origins[iri] = (file, work.line)
        _add_work(out, iri, work)
        if papers:
            out.iri(iri, v.RDF_TYPE, v.PAPER)
    return out.graph(file, sha256)


def _add_work(out: _Triples, iri: str, work: Work) -> None:
    csl = work.csl
    kind = str(csl.get("type", ""))
    out.iri(iri, v.RDF_TYPE, v.FABIO_EXPRESSION, *([v.WORK_TYPES[kind]] if kind in v.WORK_TYPES else []))
    out.text(iri, v.RDFS_LABEL, short_cite(csl, work.key))
    authors = [person(a) for a in csl.get("author") or ()]
    for author in authors:
        out.text(iri, v.DC_CREATOR, author)
    out.text(iri, v.AUTHOR_LIST, "; ".join(authors))
    year = published(csl)
    if year is not None:
        out.typed(iri, v.DCTERMS_ISSUED, f"{year:04d}", v.XSD_G_YEAR)
        out.typed(iri, v.YEAR, year, v.XSD_INTEGER)
    for predicate, name in _WORK_TEXTS:
        out.text(iri, predicate, str(csl.get(name) or ""))
    if csl.get("DOI"):
        out.text(iri, v.PRISM_DOI, str(csl["DOI"]).lower())
    if re.match(r"https?://[^\s<>\"{}|\\^`]+$", str(csl.get("URL") or "")):
        out.iri(iri, v.RDFS_SEE_ALSO, str(csl["URL"]))
    out.text(iri, v.CITATION_KEY, work.key)


_WORK_TEXTS = (
    (v.DCTERMS_TITLE, "title"),
    (v.PRISM_PUBLICATION_NAME, "container-title"),
    (v.PRISM_VOLUME, "volume"),
    (v.PRISM_NUMBER, "issue"),
    (v.PRISM_PAGE_RANGE, "page"),
    (v.DC_PUBLISHER, "publisher"),
    (v.SKOS_NOTE, "note"),
)


def codebook_graph(file: str, sha256: str, known: SkosCodebook) -> SourceGraph:
    """The factor scheme as SKOS, from its records: a CSV, our Turtle and a foreign scheme come out in the same terms."""
    out = _Triples()
    book, iris = known.codebook, known.iris
    levels = known.scheme + "/levels"
    for scheme, title in ((known.scheme, book.title), (levels, f"Levels of {book.title}")):
        out.iri(scheme, v.RDF_TYPE, v.SKOS_CONCEPT_SCHEME)
        out.text(scheme, v.DCTERMS_TITLE, title, "en")
    for level in book.levels:
        iri = _concept(out, iris[level.code], v.LEVEL, levels, level.code, level.label, level.definition)
        out.typed(iri, v.RANK, level.rank, v.XSD_INTEGER)
    for category in book.categories:
        iri = _concept(out, iris[category.code], v.CATEGORY, known.scheme, category.code, category.label, category.definition)
        out.iri(iri, v.HAS_LEVEL, iris[category.level])
    for factor in book.factors:
        iri = _concept(out, iris[factor.code], v.FACTOR, known.scheme, factor.code, factor.label, factor.definition)
        out.origins[iri] = (file, None)
        out.iri(iri, v.HAS_LEVEL, iris[factor.level])
        out.iri(iri, v.SKOS_BROADER, iris[factor.category])
        out.iri(iri, v.OPPOSITE_OF, *([iris[factor.opposite]] if factor.opposite in iris else []))
        for predicate, labels in ((v.SKOS_ALT_LABEL, factor.synonyms), (v.SKOS_HIDDEN_LABEL, factor.indicators)):
            for label in labels:
                out.text(iri, predicate, label, "en")
        for mapping, concept in factor.mappings:
            out.iri(iri, mapping, concept)
    return out.graph(file, sha256)


def _concept(out: _Triples, iri: str, kind: str, scheme: str, code: str, label: str, definition: str) -> str:
    out.iri(iri, v.RDF_TYPE, v.SKOS_CONCEPT, kind)
    out.iri(iri, v.SKOS_IN_SCHEME, scheme)
    out.text(iri, v.SKOS_NOTATION, code)
    out.text(iri, v.SKOS_PREF_LABEL, label, "en")
    out.text(iri, v.SKOS_DEFINITION, definition, "en")
    return iri


def studies_graph(names: Names, file: str, sha256: str, studies: Iterable[Study], labels: Mapping[str, str]) -> SourceGraph:
    """The studies and the concepts (design, country, setting) they are described by; ``labels`` are the works' short citations."""
    out = _Triples()
    for study in studies:
        iri = names.at("study", study.key)
        out.origins[iri] = (study.source or file, study.line)
        out.iri(iri, v.RDF_TYPE, v.STUDY)
        out.text(iri, v.RDFS_LABEL, labels.get(study.works[0], study.key))
        out.iri(iri, v.REPORTED_IN, *(names.works[key] for key in study.works))
        _add_concept(out, names, iri, v.DESIGN, "design", study.design)
        _add_concept(out, names, iri, v.DCTERMS_SPATIAL, "country", study.country)
        _add_concept(out, names, iri, v.SETTING, "setting", study.setting)
        out.text(iri, v.PARTICIPANTS, study.participants)
        out.text(iri, v.READ_IN, study.read_in)
    return out.graph(file, sha256)


def _add_concept(out: _Triples, names: Names, subject: str, predicate: str, scheme: str, cell: str) -> None:
    """Links a subject to a concept of a scheme; the concept itself is described in the graph of concepts. ``;`` separates several."""
    for label in (part.strip() for part in cell.split(";") if part.strip()):
        out.iri(subject, predicate, names.at(scheme, slug(label)))


def concepts_graph(names: Names, studies: Iterable[Study], findings: Iterable[Finding]) -> SourceGraph:
    """The countries, settings and designs that studies and findings name. They stand in a graph of their own, because several files name
    the same one and a triple stands in one graph only."""
    out = _Triples()
    cells = [(scheme, getattr(study, scheme)) for study in studies for scheme in ("design", "country", "setting")]
    cells += [(scheme, getattr(finding.context, scheme)) for finding in findings for scheme in ("country", "setting")]
    seen: dict[str, str] = {}
    for scheme, cell in cells:
        for label in sorted(part.strip() for part in cell.split(";") if part.strip()):
            iri = names.at(scheme, slug(label))
            if iri in seen:
                continue
            seen[iri] = label
            out.iri(iri, v.RDF_TYPE, v.SKOS_CONCEPT)
            out.text(iri, v.SKOS_PREF_LABEL, label, "en")
            out.iri(iri, v.SKOS_IN_SCHEME, names.at(scheme))
    for scheme in ("design", "country", "setting"):
        out.iri(names.at(scheme), v.RDF_TYPE, v.SKOS_CONCEPT_SCHEME)
        out.text(names.at(scheme), v.SKOS_PREF_LABEL, scheme.capitalize(), "en")
    return out.graph("concepts", "")


def unlisted_graph(names: Names, cited: Iterable[str]) -> SourceGraph:
    """Works that papers cite in their text and no bibliography at hand lists, with a study each, from their ``?Author Year`` names."""
    out = _Triples()
    for key in sorted(set(cited)):
        work, study = names.cited(key), names.study(key)
        label = key[1:].strip()
        out.iri(work, v.RDF_TYPE, v.FABIO_EXPRESSION, v.UNLISTED_WORK)
        out.text(work, v.RDFS_LABEL, label)
        match = _UNLISTED.match(label)
        if match and match["year"].isdecimal():
            out.typed(work, v.YEAR, int(match["year"]), v.XSD_INTEGER)
        out.iri(study, v.RDF_TYPE, v.STUDY)
        out.text(study, v.RDFS_LABEL, label)
        out.iri(study, v.REPORTED_IN, work)
    return out.graph("unlisted", "")


def texts_graph(names: Names, digests: Mapping[str, str]) -> SourceGraph:
    """The texts that all places refer to: the digest of each coded paper's file by key."""
    out = _Triples()
    for paper, sha256 in sorted(digests.items()):
        iri = names.at("paper", paper, "text")
        out.iri(iri, v.RDF_TYPE, v.PAPER_TEXT)
        out.iri(iri, v.FRBR_PART_OF, names.works[paper])
        out.text(iri, v.SHA256, sha256)
    return out.graph("texts", "")


def list_graph(names: Names, file: str, sha256: str, paper: str, references: Sequence[Reference]) -> SourceGraph:
    """A paper's reference list: entries in order, the work each matches, and so who cites whom."""
    out = _Triples()
    whole = names.at("paper", paper, "references")
    out.iri(whole, v.RDF_TYPE, v.BIRO_REFERENCE_LIST)
    out.iri(whole, v.FRBR_PART_OF, names.works[paper])
    for reference in references:
        entry = names.at("paper", paper, "reference", reference.index)
        out.iri(entry, v.RDF_TYPE, v.BIRO_BIBLIOGRAPHIC_REFERENCE)
        out.iri(entry, v.FRBR_PART_OF, whole)
        out.typed(entry, v.POSITION, reference.index, v.XSD_INTEGER)
        out.text(entry, v.DCTERMS_BIBLIOGRAPHIC_CITATION, reference.raw)
        out.place(names, entry, paper, reference.start, reference.end, passage_digest(reference.raw))
        if reference.work:
            out.iri(entry, v.BIRO_REFERENCES, names.works[reference.work])
            out.typed(entry, v.MATCH_SCORE, f"{reference.work_score:.2f}", v.XSD_DECIMAL)
            out.text(entry, v.MATCH_REASON, reference.work_reason)
            out.iri(names.works[paper], v.CITO_CITES, names.works[reference.work])
    return out.graph(file, sha256)


def citation_iris(names: Names, paper: str, citations: Sequence[Citation]) -> list[str]:
    """The IRI of each citation: its place, with a counter where several share one ("[4, 6–9]" is five)."""
    seen: dict[tuple[int, int], int] = {}
    iris = []
    for citation in citations:
        span = (citation.start, citation.end)
        seen[span] = seen.get(span, 0) + 1
        number = f"-{seen[span]}" if seen[span] > 1 else ""
        iris.append(names.at("paper", paper, "citation", f"{span[0]}-{span[1]}{number}"))
    return iris


def citations_graph(
    names: Names, file: str, sha256: str, paper: str, citations: Sequence[Citation], references: Sequence[Reference]
) -> SourceGraph:
    """A paper's in-text citations, resolved, ambiguous and unresolved; ``references`` is the paper's own list."""
    out = _Triples()
    listed = {str(r.index): r.work for r in references if r.work}
    for iri, citation, target in zip(citation_iris(names, paper, citations), citations, cited_keys(citations), strict=True):
        out.iri(iri, v.RDF_TYPE, v.C4O_IN_TEXT_REFERENCE_POINTER)
        out.iri(iri, v.FRBR_PART_OF, names.works[paper])
        out.text(iri, v.C4O_HAS_CONTENT, citation.text)
        out.text(iri, v.KIND, citation.kind)
        out.text(iri, v.SKOS_NOTE, citation.note)
        out.place(names, iri, paper, citation.start, citation.end, passage_digest(citation.text))
        if citation.reference is not None:
            out.iri(iri, v.C4O_DENOTES, names.at("paper", paper, "reference", citation.reference))
        if target:
            out.iri(iri, v.RESOLVES_TO, names.cited(target))
        candidates = (listed.get(c, c) for c in citation.candidates)
        out.iri(iri, v.CANDIDATE, *(names.works[c] for c in candidates if c in names.works))
        out.iri(iri, v.STATUS, v.STATUS_TERMS[citation_status(citation)])
    return out.graph(file, sha256)


def citation_status(citation: Citation) -> str:
    """``resolved``, ``ambiguous`` (several works may be meant) or ``unresolved`` (none is, or one that does not quite fit)."""
    if citation.reference is not None or (citation.work and not citation.work.startswith("?")):
        return "resolved"
    return "ambiguous" if len(citation.candidates) > 1 else "unresolved"


def cited_keys(citations: Sequence[Citation]) -> list[str]:
    """The work each citation stands for: a citation key, else ``?Author Year`` from an author-year citation's own text, else empty.

    A bare year (the second of "2020a, 2020b") has the authors of the citation before it.
    """
    keys, before = [], ""
    for citation in citations:
        match = None if citation.kind == "numeric" else _UNLISTED.match(re.sub(r"\s+", " ", citation.text.strip(" ()")))
        said = re.sub(r"\bet al\b\.?", "et al.", match["names"].strip(" ,(")).replace(" and ", " & ") if match else ""
        before = said or before
        unlisted = f"?{before} {match['year']}{match['suffix']}" if match and before and citation.reference is None else ""
        keys.append(citation.work or unlisted)
    return keys


def findings_graph(names: Names, file: str, sha256: str, findings: Sequence[Finding], citations: Sequence[Citation]) -> SourceGraph:
    """The findings of one paper; ``citations`` are that paper's, to tie a finding to the pointers inside its passage that carry it."""
    out = _Triples()
    pointers = (
        list(zip(citation_iris(names, findings[0].paper, citations), citations, cited_keys(citations), strict=True)) if findings else []
    )
    for finding in findings:
        iri = names.at("finding", finding.id)
        out.origins[iri] = out.origins[f"{iri}/place"] = out.origins[f"{iri}/place/position"] = (finding.source or file, finding.line)
        out.iri(iri, v.RDF_TYPE, v.FINDING)
        out.text(iri, v.RDFS_LABEL, f"{finding.paper}: {finding.factor.rsplit('.', 1)[-1].replace('_', ' ')}, {finding.effect}")
        out.iri(iri, v.ABOUT_FACTOR, names.factors[finding.factor])
        out.iri(iri, v.EFFECT, v.EFFECT_TERMS[finding.effect])
        for predicate, terms, word in ((v.STATE, v.STATE_TERMS, finding.state), (v.EVIDENCE_ROLE, v.ROLE_TERMS, finding.role)):
            out.iri(iri, predicate, *([terms[word]] if word else []))
        out.text(iri, v.STATEMENT, finding.statement, "en")
        out.iri(iri, v.PROV_WAS_QUOTED_FROM, names.works[finding.paper])
        out.place(names, iri, finding.paper, finding.start, finding.end, finding.passage_sha256, finding.section)
        out.iri(iri, v.PROV_HAD_PRIMARY_SOURCE, *(names.cited(key) for key in finding.cites))
        out.iri(iri, v.VIA_CITATION, *_carriers(finding, pointers))
        out.iri(iri, v.RESTS_ON, *rests_on(names, finding))
        _add_context(out, names, iri, finding)
    return out.graph(file, sha256)


def _add_context(out: _Triples, names: Names, iri: str, finding: Finding) -> None:
    context = finding.context
    _add_concept(out, names, iri, v.DCTERMS_SPATIAL, "country", context.country)
    _add_concept(out, names, iri, v.SETTING, "setting", context.setting)
    out.text(iri, v.PHASE, context.phase)
    out.text(iri, v.INFORMANT, context.informant)
    out.typed(iri, v.STRENGTH, finding.strength, v.XSD_INTEGER)
    out.iri(iri, v.PROV_WAS_ATTRIBUTED_TO, *(names.at("coder", slug(c)) for c in _coders(finding)))
    out.typed(iri, v.PROV_GENERATED_AT_TIME, finding.date, v.XSD_DATE)
    out.text(iri, v.SKOS_NOTE, finding.note)


def _carriers(finding: Finding, pointers: Iterable[tuple[str, Citation, str]]) -> Iterator[str]:
    """The citations (IRI, record, key) inside a finding's passage that point to a work which the finding cites."""
    for iri, citation, target in pointers:
        if finding.start <= citation.start and citation.end <= finding.end and target in finding.cites:
            yield iri


def rests_on(names: Names, finding: Finding) -> list[str]:
    """The studies a finding stands on: its paper's own for primary data, the cited ones for a restated claim, none for a synthesis
    or an opinion."""
    if finding.role == "primary":
        return [names.study(finding.paper)]
    return sorted({names.study(key) for key in finding.cites}) if finding.role == "cited" else []


def coders_graph(names: Names, findings: Iterable[Finding]) -> SourceGraph:
    """The people who coded."""
    out = _Triples()
    for coder in sorted({c for f in findings for c in _coders(f)}):
        iri = names.at("coder", slug(coder))
        out.iri(iri, v.RDF_TYPE, v.PROV_AGENT)
        out.text(iri, v.RDFS_LABEL, coder)
    return out.graph("coders", "")


def _coders(finding: Finding) -> list[str]:
    return [c.strip() for c in finding.coder.split(";") if c.strip()]


def decisions_graph(names: Names, file: str, sha256: str, decisions: Iterable[Decision]) -> SourceGraph:
    """What one reviewer decided, each decision once; a decision that was undone is left out by the caller, and so is the undoing."""
    out = _Triples()
    for decision in decisions:
        iri, reviewer = names.at("decision", decision.id), names.at("coder", slug(decision.reviewer))
        out.origins[iri] = (file, decision.line)
        out.iri(iri, v.RDF_TYPE, v.REVIEW_DECISION)
        out.iri(iri, v.PROV_USED, names.at("finding", decision.item))
        out.iri(iri, v.PROV_WAS_ASSOCIATED_WITH, reviewer)
        out.iri(reviewer, v.RDF_TYPE, v.PROV_AGENT)
        out.text(reviewer, v.RDFS_LABEL, decision.reviewer)
        out.typed(iri, v.PROV_ENDED_AT_TIME, decision.time, v.XSD_DATE_TIME)
        out.iri(iri, v.VERDICT, v.VERDICT_TERMS[decision.verdict])
        out.text(iri, v.REASON, decision.reason)
        out.text(iri, v.FINDING_VERSION, decision.version)
    return out.graph(file, sha256)


def influences_graph(names: Names, file: str, sha256: str, influences: Iterable[Influence]) -> SourceGraph:
    """The influences of factors on factors, with the findings that report each."""
    out = _Triples()
    for influence in influences:
        iri = names.at("influence", influence.id)
        out.origins[iri] = (file, influence.line)
        out.iri(iri, v.RDF_TYPE, v.INFLUENCE)
        out.text(iri, v.RDFS_LABEL, f"{_last(influence.cause)} {influence.sign} {_last(influence.effect)}")
        out.iri(iri, v.FROM_FACTOR, names.factors[influence.cause])
        out.iri(iri, v.TO_FACTOR, names.factors[influence.effect])
        out.iri(iri, v.SIGN, v.SIGN_TERMS[influence.sign])
        out.text(iri, v.STATEMENT, influence.statement, "en")
        out.iri(iri, v.REPORTED_BY, *(names.at("finding", f) for f in influence.findings))
    return out.graph(file, sha256)


def _last(code: str) -> str:
    return code.rsplit(".", 1)[-1].replace("_", " ")


def problems_graph(names: Names, problems: Iterable[Problem]) -> SourceGraph:
    """What could not be used, so that pages and queries can show it."""
    out = _Triples()
    for problem in problems:
        told = f"{problem.stage}|{problem.source}|{problem.line}|{problem.message}"
        iri = names.at("problem", hashlib.sha256(told.encode()).hexdigest()[:12])
        out.iri(iri, v.RDF_TYPE, v.PROBLEM)
        out.text(iri, v.STAGE, problem.stage)
        out.text(iri, v.FILE, problem.source)
        out.typed(iri, v.LINE, problem.line, v.XSD_INTEGER)
        out.text(iri, v.MESSAGE, problem.message)
        out.text(iri, v.SEVERITY, problem.severity)
    return out.graph("problems", "")


def dataset_graph(names: Names, title: str, description: str, licence: str, version: str, graphs: Sequence[SourceGraph]) -> SourceGraph:
    """The header: what this dataset is (VoID, DCAT), how large, and from which files with which digests."""
    out = _Triples()
    out.iri(names.base, v.RDF_TYPE, v.VOID_DATASET, v.DCAT_DATASET)
    out.text(names.base, v.DCTERMS_TITLE, title, "en")
    out.text(names.base, v.DCTERMS_DESCRIPTION, description, "en")
    out.text(names.base, v.DCTERMS_LICENSE, licence)
    out.text(names.base, v.OWL_VERSION_INFO, version)
    out.typed(names.base, v.VOID_TRIPLES, sum(len(g.triples) for g in graphs), v.XSD_INTEGER)
    for graph in graphs:
        iri = graph_iri(names, graph)
        out.iri(iri, v.RDF_TYPE, v.SOURCE_GRAPH)
        out.iri(iri, v.DCTERMS_IS_PART_OF, names.base)
        out.text(iri, v.DCTERMS_SOURCE, graph.name)
        out.text(iri, v.SHA256, graph.sha256)
        out.typed(iri, v.VOID_TRIPLES, len(graph.triples), v.XSD_INTEGER)
    return out.graph("dataset", "")


def parsed_graph(name: str, data: bytes, parse: Callable[[bytes], Iterable[ox.Triple]]) -> SourceGraph:
    """A source that is RDF already (the ontology, a codebook). Raises what ``parse`` raises."""
    triples = sorted(set(parse(data)), key=str)
    return SourceGraph(name, hashlib.sha256(data).hexdigest(), tuple(triples))


def graph_iri(names: Names, graph: SourceGraph) -> str:
    """The IRI of a named graph: ``<base>graph/<path of its source file>``."""
    return names.base + "graph/" + quote(graph.name, safe="/-._~")


def quads(names: Names, graphs: Iterable[SourceGraph]) -> Iterator[ox.Quad]:
    """All graphs as quads, each triple in the first graph that says it, in a stable order."""
    said: set[ox.Triple] = set()
    for graph in graphs:
        name = ox.NamedNode(graph_iri(names, graph))
        for triple in graph.triples:
            if triple not in said:
                said.add(triple)
                yield ox.Quad(triple.subject, triple.predicate, triple.object, name)
