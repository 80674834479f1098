"""The conductor: from the files of a workspace to a graph, a store and a site. Reads like the methods section of a paper.

``build`` works in a folder beside the target and swaps it in at the end, so a failed build leaves the previous one in place. The same
input gives the same bytes: nothing written holds a time, a path of the machine, or an order that is not the data's own.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from evidence import __version__, graph, vocabulary
from evidence import site as site_package
from evidence.agreement import agree, read_coders, row_records
from evidence.bibliography import read_bibliography, write_bibliography
from evidence.codebook import SkosCodebook, read_identified
from evidence.cube import refresh_cube
from evidence.decisions import Decision, apply_decisions, current, read_all_decisions
from evidence.findings.tables import read_findings, read_influences
from evidence.lists import read_citations, read_list, read_studies
from evidence.model import Citation, Codebook, Finding, Influence, Problem, Reference, Study, Work, passage_digest
from evidence.network import as_graphml, citation_network, factor_network, influence_network
from evidence.papers import PaperCopy, find_papers, verify
from evidence.query import read_queries
from evidence.reanchoring import changed_problems, find_changed
from evidence.resources import resource
from evidence.site import render_site
from evidence.store import Store
from evidence.validation import Conformance, validate
from evidence.workspace import Workspace

T = TypeVar("T")
Progress = Callable[[str], None]
"""Called with the name of each step as it begins."""

STEPS = ("bibliographies", "codebook", "reference lists", "findings", "papers", "graph", "shapes", "store", "site")

CONFORMING = "conforms.json"
"""File of the build folder that remembers which source graphs conform."""

AGREEMENT = "agreement.json"
"""File of the build folder that remembers how far the coders agree, so that it is counted again only when a coding changed."""

SITE = "site.sha256"
"""File of the build folder with the digest of all that its site was made from."""
_SITE_SOURCES = {".py", ".html", ".css", ".js", ".json", ".svg", ".rq", ".txt"}

COUNTED_FROM = 100_000
"""Triples from which the counts of the named queries are kept in the store as a data cube; below, counting afresh takes milliseconds."""


class BuildError(Exception):
    """Nothing could be built; the message says why and what to do."""


@dataclass(frozen=True)
class Corpus:
    """All records of a workspace, and every problem met while reading them."""

    papers: tuple[Work, ...]
    cited: tuple[Work, ...]
    known: SkosCodebook
    studies: tuple[Study, ...]
    lists: Mapping[str, tuple[Reference, ...]]
    citations: Mapping[str, tuple[Citation, ...]]
    findings: Mapping[str, tuple[Finding, ...]]
    influences: tuple[Influence, ...]
    decisions: tuple[Decision, ...]
    frameworks: tuple[Path, ...]
    problems: tuple[Problem, ...]

    @property
    def codebook(self) -> Codebook:
        """The factor scheme."""
        return self.known.codebook

    @property
    def works(self) -> dict[str, Work]:
        """Every work by citation key, the coded papers first."""
        return {w.key: w for w in (*self.papers, *self.cited)}


@dataclass(frozen=True)
class Built:
    """What a build made: where, how much, how many passages were checked, and what was met on the way."""

    folder: Path
    counts: Mapping[str, int]
    checks: int
    papers_at_hand: int
    conformance: Conformance
    problems: tuple[Problem, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was left out and nothing is invalid."""
        return not any(p.severity == "error" for p in self.problems)


def build(
    workspace: Workspace, paper_folders: Sequence[Path] = (), target: Path | None = None, progress: Progress = lambda _: None
) -> Built:
    """Builds graph, store and site of a workspace.

    ``paper_folders`` are further folders with copies of the papers; ``target`` replaces the workspace's build folder. Raises
    ``BuildError`` when nothing can be built.
    """
    target = target or workspace.build
    with _replacing(target) as folder:
        made = prepare(workspace, paper_folders, target / CONFORMING, folder / CONFORMING, progress)
        corpus, quads = made.corpus, made.quads
        progress("store")
        write_graph(folder, quads)
        store = Store.create(folder / "store", quads)
        if len(quads) >= COUNTED_FROM:
            refresh_cube(store, workspace.base)
            store.settle()
        progress("site")
        shown = shown_besides(workspace, corpus, made.names, made.papers, target / AGREEMENT, folder / AGREEMENT)
        if not _same_site(target, folder, site_digest(workspace, folder / "evidence.trig", shown)):
            render(workspace, corpus, store, quads, shown, folder / "site")
        del store
    return made.built(target)


@dataclass(frozen=True)
class Prepared:
    """All that a build puts into its store, and what was met on the way."""

    corpus: Corpus
    names: graph.Names
    papers: Mapping[str, PaperCopy]
    checks: int
    conformance: Conformance
    problems: tuple[Problem, ...]
    quads: list[ox.Quad]

    def built(self, folder: Path) -> Built:
        """What a build with these in a folder tells."""
        counts = counts_of(self.corpus, self.problems)
        return Built(folder, counts, self.checks, len(self.papers), self.conformance, self.problems)


def prepare(workspace: Workspace, paper_folders: Sequence[Path], before: Path, now: Path, progress: Progress = lambda _: None) -> Prepared:
    """Reads and checks a workspace and makes its graph; ``before`` and ``now`` are files that remember which source graphs conform.

    Raises ``BuildError`` when nothing can be built.
    """
    corpus = reviewed(read_corpus(workspace, progress))
    if not corpus.papers or not corpus.codebook.factors:
        raise BuildError(_nothing(workspace, corpus))
    progress("papers")
    papers, checks, met = verify_corpus(workspace, corpus, (*workspace.paper_folders, *paper_folders))
    corpus = replace(corpus, problems=(*corpus.problems, *met))
    progress("graph")
    names, graphs = graphs_of(workspace, corpus)
    progress("shapes")
    conformance = validate(graphs, resource("ontology", "shapes.ttl"), before, now)
    problems = (*corpus.problems, *conformance.problems)
    return Prepared(corpus, names, papers, checks, conformance, problems, quads_of(workspace, names, graphs, problems))


def quads_of(workspace: Workspace, names: graph.Names, graphs: Sequence[graph.SourceGraph], problems: Sequence[Problem]) -> list[ox.Quad]:
    """All quads of a build: the source graphs, the problems met, and the header."""
    every = [*graphs, graph.problems_graph(names, problems)]
    header = graph.dataset_graph(names, workspace.title, workspace.description, workspace.licence, __version__, every)
    return list(graph.quads(names, [*every, header]))


def read_corpus(workspace: Workspace, progress: Progress = lambda _: None) -> Corpus:
    """Reads everything a workspace holds. Never raises on content: what could not be used is among the problems."""
    problems = list(workspace.problems)
    progress("bibliographies")
    papers = _works(workspace, (workspace.papers_bib,), problems)
    own = {w.key: w for w in papers}
    cited = tuple(_unclaimed(_works(workspace, workspace.references_bib, problems), own, problems))
    works = {**own, **{w.key: w for w in cited}}
    studies = _studies(workspace, works, problems)
    progress("codebook")
    known, met = read_identified(workspace.codebook)
    codebook = known.codebook
    problems += _renamed(met, workspace, workspace.codebook)
    progress("reference lists")
    lists = {p.stem: _kept(read_list(p, works, workspace.name(p)), problems) for p in _files(workspace, workspace.lists, own, problems)}
    citations = {
        p.stem: _kept(read_citations(p, len(lists.get(p.stem, ())), works, workspace.name(p)), problems)
        for p in _files(workspace, workspace.citations, own, problems)
    }
    progress("findings")
    findings = {
        p.stem: _kept(read_findings(p, codebook, works, workspace.name(p)), problems)
        for p in _files(workspace, workspace.findings, own, problems)
    }
    influences: tuple[Influence, ...] = ()
    if workspace.influences.exists():
        ids = {f.id for paper in findings.values() for f in paper}
        influences = _kept(read_influences(workspace.influences, codebook, ids, workspace.name(workspace.influences)), problems)
    decisions, met = read_all_decisions(workspace.decisions, workspace.name)
    problems += met
    frameworks = _sound_rdf(workspace, problems)
    return Corpus(papers, cited, known, studies, lists, citations, findings, influences, decisions, frameworks, tuple(problems))


def reviewed(corpus: Corpus) -> Corpus:
    """The corpus with the findings that count after review: rejected ones gone, revised ones as corrected, accepted suggestions added."""
    own = {w.key for w in corpus.papers}
    coded = [f for paper in corpus.findings.values() for f in paper]
    decided = apply_decisions(coded, corpus.decisions, own, {f.code for f in corpus.codebook.factors})
    findings = {key: tuple(f for f in decided.findings if f.paper == key) for key in sorted({f.paper for f in decided.findings})}
    count = {f.id for f in decided.findings}
    influences = tuple(replace(i, findings=kept) for i in corpus.influences if (kept := tuple(f for f in i.findings if f in count)))
    return replace(corpus, findings=findings, influences=influences, problems=(*corpus.problems, *decided.problems))


def verify_corpus(
    workspace: Workspace, corpus: Corpus, folders: Iterable[Path]
) -> tuple[Mapping[str, PaperCopy], int, tuple[Problem, ...]]:
    """Holds every passage against the papers at hand: these papers, how many checks were made, and what did not hold.

    In a copy that changed since it was coded, the passages are looked for; where they stand now is among the problems.
    Papers that were given but led to no check are a problem: a check that did not run must not look like one that passed.
    """
    folders = [f for f in folders if f.is_dir() and any(p.is_file() and p.name != "README.md" for p in f.iterdir())]
    papers, met = find_papers(folders, workspace.policies)
    changed = find_changed(workspace, folders, papers, corpus.findings)
    told = {one.copy.path.name for one in changed}
    problems, checks = [p for p in met if p.source not in told] + changed_problems(changed), 0
    for key, paper in papers.items():
        verified = verify(paper, corpus.findings.get(key, ()), corpus.lists.get(key, ()), corpus.citations.get(key, ()))
        checks += verified.checks
        problems += verified.problems
    if folders and not checks and not changed:
        where = ", ".join(str(f) for f in folders)
        message = f"no passage was checked: none of the files in {where} is a text that evidence.toml knows by its sha256"
        problems.append(Problem("papers", "evidence.toml", None, "", message))
    return papers, checks, tuple(problems)


def graphs_of(workspace: Workspace, corpus: Corpus) -> tuple[graph.Names, list[graph.SourceGraph]]:
    """The corpus as one graph per source file, with the names everything has."""
    works = corpus.works
    iris = {key: graph.work_iri(workspace.base, work) for key, work in works.items()}
    names = graph.Names(workspace.base, iris, corpus.known.iris, {})
    names = replace(names, studies={key: names.at("study", study.key) for study in corpus.studies for key in study.works})
    labels = {key: graph.short_cite(work.csl, key) for key, work in works.items()}
    findings = [f for paper in corpus.findings.values() for f in paper]
    unlisted = {key for f in findings for key in f.cites if key.startswith("?")}
    unlisted |= {key for paper in corpus.citations.values() for key in graph.cited_keys(paper) if key.startswith("?")}

    def source(path: Path) -> tuple[str, str]:
        return workspace.name(path), hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""

    ontology = resource("ontology", "evidence.ttl").read_bytes()
    out = [graph.parsed_graph("ontology/evidence.ttl", ontology, _parse_turtle)]
    out.append(graph.codebook_graph(*source(workspace.codebook), corpus.known))
    out += [graph.parsed_graph(workspace.name(p), p.read_bytes(), _parse_turtle) for p in corpus.frameworks]
    out.append(graph.works_graph(names, *source(workspace.papers_bib), corpus.papers, papers=True))
    for path in workspace.references_bib:
        own = [w for w in corpus.cited if w.source == workspace.name(path)]
        out.append(graph.works_graph(names, *source(path), own, papers=False))
    out.append(graph.texts_graph(names, {k: p.sha256 for k, p in workspace.policies.items() if k in iris}))
    out.append(graph.studies_graph(names, *source(workspace.studies), corpus.studies, labels))
    out.append(graph.unlisted_graph(names, unlisted))
    out.append(graph.concepts_graph(names, corpus.studies, findings))
    out.append(graph.coders_graph(names, findings))
    for paper, references in sorted(corpus.lists.items()):
        out.append(graph.list_graph(names, *source(workspace.lists / f"{paper}.csv"), paper, references))
    for paper, citations in sorted(corpus.citations.items()):
        path = workspace.citations / f"{paper}.csv"
        out.append(graph.citations_graph(names, *source(path), paper, citations, corpus.lists.get(paper, ())))
    for paper, coded in sorted(corpus.findings.items()):
        path = workspace.findings / f"{paper}.csv"
        out.append(graph.findings_graph(names, *source(path), coded, corpus.citations.get(paper, ())))
    for file, decisions in groupby(_that_count(corpus.decisions), key=lambda d: d.source):
        out.append(graph.decisions_graph(names, *source(workspace.root / file), tuple(decisions)))
    out.append(graph.influences_graph(names, *source(workspace.influences), corpus.influences))
    return names, [g for g in out if g.triples]


def _that_count(decisions: Sequence[Decision]) -> list[Decision]:
    """Each reviewer's latest decision on each item that was not undone, by file."""
    votes = (d for by_reviewer in current(decisions).values() for d in by_reviewer.values())
    return sorted((d for d in votes if d.verdict in vocabulary.VERDICT_TERMS), key=lambda d: (d.source, d.line or 0))


@dataclass(frozen=True)
class Shown:
    """What the site shows besides the graph: passages that may be quoted, by finding IRI, and how far the coders agree."""

    quotes: Mapping[str, str]
    agreement: Sequence[Mapping[str, str]]


def shown_besides(
    workspace: Workspace, corpus: Corpus, names: graph.Names, papers: Mapping[str, PaperCopy], before: Path, now: Path
) -> Shown:
    """What the site of a corpus shows besides the graph; ``before`` and ``now`` remember the agreement."""
    return Shown(quotes_of(workspace, corpus, names, papers), agreement_of(workspace, corpus.codebook, before, now))


def render(workspace: Workspace, corpus: Corpus, store: Store, quads: Sequence[ox.Quad], shown: Shown, folder: Path) -> None:
    """Renders the whole site. Raises ``OSError`` when the folder cannot be written."""
    what = {"title": workspace.title, "base": workspace.base}
    render_site(store, folder, **what, quotes=shown.quotes, agreement=shown.agreement, downloads=downloads_of(corpus, store, quads))


def render_again(workspace: Workspace, paper_folders: Sequence[Path], target: Path) -> None:
    """Renders the site of the graph that was built before, with all that a build puts into it.

    The next build renders it afresh, whatever stands there. Raises ``StoreError`` without a built graph, ``OSError``.
    """
    store = Store.open(workspace.build / "store")
    corpus = reviewed(read_corpus(workspace))
    names, _ = graphs_of(workspace, corpus)
    papers, _ = find_papers((*workspace.paper_folders, *paper_folders), workspace.policies)
    remembered = workspace.build / AGREEMENT
    shown = shown_besides(workspace, corpus, names, papers, remembered, remembered)
    quads = list(ox.parse(path=str(workspace.build / "evidence.trig")))
    (workspace.build / SITE).unlink(missing_ok=True)
    render(workspace, corpus, store, quads, shown, target)


def site_digest(workspace: Workspace, trig: Path, shown: Shown) -> str:
    """A digest of all that the site is made from: the graph, which has the digests of its files, what is shown besides, and its sources."""
    sources = [resource("site"), resource("ontology", "queries"), Path(site_package.__file__).parent]
    files = sorted(f for folder in sources for f in folder.rglob("*") if f.is_file() and f.suffix in _SITE_SOURCES)
    digest = hashlib.sha256(trig.read_bytes())
    digest.update(
        json.dumps([workspace.title, workspace.base, __version__, dict(shown.quotes), [dict(row) for row in shown.agreement]]).encode()
    )
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _same_site(target: Path, folder: Path, digest: str) -> bool:
    """Takes the site over from the build before where it would come out the same; notes the digest for the build after."""
    (folder / SITE).write_text(digest, encoding="ascii")
    try:
        same = (target / SITE).read_text(encoding="ascii") == digest
    except (OSError, ValueError):
        return False
    if same and (target / "site" / "index.html").is_file():
        shutil.copytree(target / "site", folder / "site")
        return True
    return False


def quotes_of(workspace: Workspace, corpus: Corpus, names: graph.Names, papers: Mapping[str, PaperCopy]) -> dict[str, str]:
    """The passages that may be shown, by finding IRI: of papers at hand whose licence, as ``evidence.toml`` has it, lets them be quoted."""
    return {
        names.at("finding", finding.id): paper.text[finding.start : finding.end]
        for key, paper in papers.items()
        if workspace.policy(key).quote
        for finding in corpus.findings.get(key, ())
        if passage_digest(paper.text[finding.start : finding.end]) == finding.passage_sha256
    }


def agreement_of(workspace: Workspace, codebook: Codebook, before: Path, now: Path) -> list[dict[str, str]]:
    """How far the coders of ``bib/codings`` agree, a row for each figure; nothing with fewer than two coders."""
    folders = sorted(p for p in workspace.codings.glob("*") if p.is_dir())
    if len(folders) < 2:
        return []
    files = [p for folder in folders for p in sorted(folder.glob("*.csv"))]
    content = b"".join(str(p.relative_to(workspace.codings)).encode() + p.read_bytes() for p in files)
    digest = hashlib.sha256(content + str(sorted(f.code for f in codebook.factors)).encode()).hexdigest()
    try:
        known = json.loads(before.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    if known.get("codings") != digest:
        coders, _ = read_coders(folders, codebook)
        columns, rows = row_records(agree(coders, codebook, details=False))
        known = {"codings": digest, "rows": [{c: str(row.get(c, "")) for c in columns} for row in rows]}
    now.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
    return [dict(row) for row in known["rows"]]


def downloads_of(corpus: Corpus, store: Store, quads: Sequence[ox.Quad]) -> dict[str, bytes]:
    """The files that the site offers besides its tables: bibliographies, the graph, networks."""
    works = corpus.works.values()
    queries = read_queries(resource("ontology", "queries"))
    networks = {"factors": factor_network, "citations": citation_network, "influences": influence_network}
    return {
        "works.bib": write_bibliography(works, "bibtex").encode(),
        "works.ris": write_bibliography(works, "ris").encode(),
        "works.json": write_bibliography(works, "csl-json").encode(),
        "evidence.jsonld": ox.serialize(quads, format=ox.RdfFormat.JSON_LD, prefixes=vocabulary.PREFIXES) or b"",
        **{f"{name}.graphml": as_graphml(make(store, queries)) for name, make in networks.items()},
    }


def write_graph(folder: Path, quads: Sequence[ox.Quad]) -> None:
    """Writes ``evidence.trig`` (a named graph per source file) and ``evidence.ttl`` (all of it as one graph)."""
    prefixes = vocabulary.PREFIXES
    ox.serialize(quads, str(folder / "evidence.trig"), format=ox.RdfFormat.TRIG, prefixes=prefixes)
    triples = sorted((q.triple for q in quads), key=str)
    ox.serialize(triples, str(folder / "evidence.ttl"), format=ox.RdfFormat.TURTLE, prefixes=prefixes)


def counts_of(corpus: Corpus, problems: Sequence[Problem]) -> dict[str, int]:
    """The numbers of the summary, in the order they are shown."""
    return {
        "papers": len(corpus.papers),
        "references": sum(map(len, corpus.lists.values())),
        "works": len(corpus.works),
        "citations": sum(map(len, corpus.citations.values())),
        "findings": sum(map(len, corpus.findings.values())),
        "factors": len(corpus.codebook.factors),
        "influences": len(corpus.influences),
        "problems": sum(p.severity == "error" for p in problems),
    }


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A new folder that takes the target's place when all went well and vanishes when not. Raises ``BuildError`` if it cannot be made."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        fresh.chmod(0o755)
    except OSError as error:
        raise BuildError(f"{target}: cannot be written ({error.strerror}); choose another folder with --output") from error
    try:
        yield fresh
        old = fresh.with_name(fresh.name + "-old")
        if target.exists():
            target.rename(old)
        fresh.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise BuildError(f"{target}: the build could not be finished ({error}); what was there before is untouched") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _sound_rdf(workspace: Workspace, problems: list[Problem]) -> tuple[Path, ...]:
    """The framework files that are Turtle; another is reported and left out, because nothing but names hangs on it."""
    sound = []
    for path in workspace.frameworks:
        try:
            list(_parse_turtle(path.read_bytes()))
            sound.append(path)
        except OSError as error:
            problems.append(Problem("codebook", workspace.name(path), None, "", f"cannot be opened ({error.strerror}); it was left out"))
        except SyntaxError as error:
            message = f"this is not Turtle ({error.msg}); the file was left out"
            problems.append(Problem("codebook", workspace.name(path), error.lineno, "", message))
    return tuple(sound)


def _works(workspace: Workspace, paths: Iterable[Path], problems: list[Problem]) -> tuple[Work, ...]:
    works: list[Work] = []
    for path in paths:
        name = workspace.name(path)
        if not path.exists():
            problems.append(Problem("bibliography", name, None, "", "does not exist; put the works there or correct evidence.toml"))
            continue
        bibliography = read_bibliography(path)
        problems += _renamed(bibliography.problems, workspace, path)
        works += [replace(w, source=name) for w in bibliography.works]
    return tuple(works)


def _unclaimed(cited: Iterable[Work], own: Mapping[str, Work], problems: list[Problem]) -> Iterator[Work]:
    """The cited works whose key or DOI no earlier entry has; the others are reported, they would be two nodes for one work."""
    keys = dict(own)
    dois = {str(w.csl["DOI"]).lower(): w for w in own.values() if w.csl.get("DOI")}
    for work in cited:
        doi = str(work.csl.get("DOI", "")).lower()
        first = keys.get(work.key) or (dois.get(doi) if doi else None)
        if first:
            what = "key" if first.key == work.key else f"DOI {doi}"
            message = f"`{work.key}` has the {what} of `{first.key}` ({first.source}:{first.line}); keep one of them. It was left out"
            problems.append(Problem("bibliography", work.source, work.line, work.key, message))
            continue
        keys[work.key] = work
        if doi:
            dois[doi] = work
        yield work


def _studies(workspace: Workspace, works: Mapping[str, Work], problems: list[Problem]) -> tuple[Study, ...]:
    """What is known of the studies; without a table every work reports a study of its own."""
    if not workspace.studies.exists():
        return tuple(Study(key, (key,)) for key in works)
    return _kept(read_studies(workspace.studies, works, workspace.name(workspace.studies)), problems)


def _files(workspace: Workspace, folder: Path, papers: Mapping[str, Work], problems: list[Problem]) -> list[Path]:
    """The CSV files of a folder that belong to a coded paper; another name is reported."""
    files = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    for path in files:
        if path.stem not in papers:
            message = f"`{path.stem}` is no paper of {workspace.name(workspace.papers_bib)}; the file was left out"
            problems.append(Problem("workspace", workspace.name(path), None, path.stem, message))
    return [path for path in files if path.stem in papers]


def _kept(read: tuple[tuple[T, ...], tuple[Problem, ...]], problems: list[Problem]) -> tuple[T, ...]:
    """What was read, its problems put with the others."""
    problems += read[1]
    return read[0]


def _renamed(problems: Iterable[Problem], workspace: Workspace, path: Path) -> list[Problem]:
    return [replace(p, source=workspace.name(path)) for p in problems]


def _parse_turtle(data: bytes) -> Iterator[ox.Triple]:
    for quad in ox.parse(data, format=ox.RdfFormat.TURTLE):
        yield quad.triple


def _nothing(workspace: Workspace, corpus: Corpus) -> str:
    what = "no paper" if not corpus.papers else "no factor"
    where = workspace.papers_bib if not corpus.papers else workspace.codebook
    first = next((str(p) for p in corpus.problems if p.severity == "error"), "it is empty")
    return f"{workspace.name(where)}: {what} could be read, so there is nothing to build ({first})"
