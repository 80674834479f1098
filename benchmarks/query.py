"""Measures stores and named queries on synthetic evidence graphs of our own shape.

    python benchmarks/query.py                               0.1 million triples, disk and memory and rdflib
    python benchmarks/query.py --triples 1e6 --stores disk,memory,virtuoso,plain
    python benchmarks/query.py --triples 1e6 --stores rdflib --only trace-factor

Each store is measured in a process of its own: load rate, memory, time to open, and each named query with several values of its
parameters (p50 and p95 in milliseconds, every row fetched, and p95 of the processor's time, which a busy machine does not change).
``plain`` is the disk store without what is materialised; ``ceiling`` only loads the same file with pyoxigraph itself. Of ``disk`` it is
also told what it takes to put another coding in the place of one paper's, with every count true again afterwards.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from evidence import vocabulary as v  # noqa: E402
from evidence.cube import Counted, refresh_cube  # noqa: E402
from evidence.query import NamedQuery, fill, plain, read_queries, rows_of  # noqa: E402
from evidence.renewing import put  # noqa: E402
from evidence.store import Store  # noqa: E402

B = "https://w3id.org/evidence-atlas/synthetic/"
C = "https://w3id.org/evidence-atlas/codebooks/synthetic#"
PER_PAPER = 1_080
"""Triples that a coded paper brings with it, all told."""
COUNTRIES = ("Canada", "Chile", "Ghana", "India", "Japan", "Norway", "Peru", "Spain", "United Kingdom", "Vietnam")
SETTINGS = ("community", "hospital", "primary care", "prison", "school", "ward")
DESIGNS = ("case study", "cohort", "interviews", "review", "survey", "trial")
PARAMETERS = ("factor_iri", "paper_iri", "work_iri", "study_iri", "finding_iri")


@dataclass(frozen=True)
class Size:
    """How large a graph is to be: coded papers, works in the bibliographies, factors."""

    papers: int
    works: int
    factors: int

    @classmethod
    def of(cls, triples: int) -> Size:
        papers = max(triples // PER_PAPER, 4)
        return cls(papers, papers * 6, min(1000, max(40, int(10 * papers**0.5))))


def generate(size: Size, path: Path, seed: int = 20) -> int:
    """Writes a graph as N-Quads, a named graph for each source file, and returns how many quads. The same seed gives the same bytes."""
    rng = random.Random(seed)
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for graph, lines in graphs(size, rng):
            name = f" <{B}graph/{graph}> .\n"
            out.writelines(line + name for line in lines)
            count += len(lines)
    return count


def graphs(size: Size, rng: random.Random) -> Iterator[tuple[str, list[str]]]:
    ontology = ox.parse(path=str(ROOT / "ontology" / "evidence.ttl"))
    yield "ontology", [f"{q.subject} {q.predicate} {q.object}" for q in ontology]
    yield "codebook", codebook(size)
    yield "concepts", [line for scheme, labels in SCHEMES.items() for label in labels for line in concept(scheme, label)]
    for first in range(0, size.works, 5000):
        yield f"bib/references-{first}", [line for n in range(first, min(first + 5000, size.works)) for line in work(n, rng)]
    yield "bib/studies", [line for n in range(size.works) for line in study(n, rng)]
    yield "unlisted", [line for n in range(size.papers // 4) for line in unlisted(n)]
    yield "bib/papers", [f"<{w(n)}> {t(v.RDF_TYPE)} <{v.PAPER}>" for n in range(size.papers)]
    for paper in range(size.papers):
        yield from paper_graphs(size, paper, rng)
    yield "bib/influences", [line for n in range(size.factors) for line in influence(size, n, rng)]
    yield "bib/decisions", [line for n in range(size.papers) for line in decision(n)]
    yield "problems", [line for n in range(size.papers // 10) for line in problem(n)]
    yield "dataset", [f"<{B}> {t(v.RDF_TYPE)} <{v.PREFIXES['void']}Dataset>"]


SCHEMES = {"country": COUNTRIES, "setting": SETTINGS, "design": DESIGNS}


def t(iri: str) -> str:
    return f"<{iri}>"


def w(n: int) -> str:
    return f"https://doi.org/10.5555/w{n}"


def f(n: int) -> str:
    return f"{C}l{n % 3}.c{n % 20}.f{n}"


def slug(label: str) -> str:
    return label.replace(" ", "-").lower()


def s(subject: str, predicate: str, text: str, language: str = "") -> str:
    return f"<{subject}> <{predicate}> {json.dumps(text)}{'@' + language if language else ''}"


def i(subject: str, predicate: str, *values: str) -> list[str]:
    return [f"<{subject}> <{predicate}> <{value}>" for value in values]


def number(subject: str, predicate: str, value: int | str, kind: str = v.XSD_INTEGER) -> str:
    return f'<{subject}> <{predicate}> "{value}"^^<{kind}>'


def concept(scheme: str, label: str) -> list[str]:
    iri = f"{B}{scheme}/{slug(label)}"
    return [*i(iri, v.RDF_TYPE, v.SKOS_CONCEPT), s(iri, v.SKOS_PREF_LABEL, label, "en"), *i(iri, v.SKOS_IN_SCHEME, f"{B}{scheme}")]


def codebook(size: Size) -> list[str]:
    lines = []
    for n, level in enumerate(("macro", "meso", "micro")):
        iri = f"{C}l{n}"
        lines += [*i(iri, v.RDF_TYPE, v.LEVEL, v.SKOS_CONCEPT), s(iri, v.SKOS_NOTATION, level), s(iri, v.SKOS_PREF_LABEL, level, "en")]
        lines.append(number(iri, v.RANK, n))
    for n in range(60):
        iri = f"{C}l{n % 3}.c{n % 20}"
        lines += [*i(iri, v.RDF_TYPE, v.CATEGORY, v.SKOS_CONCEPT), s(iri, v.SKOS_NOTATION, f"l{n % 3}.c{n % 20}")]
        lines += [s(iri, v.SKOS_PREF_LABEL, f"Category {n}", "en"), *i(iri, v.HAS_LEVEL, f"{C}l{n % 3}")]
    for n in range(size.factors):
        iri = f(n)
        lines += [*i(iri, v.RDF_TYPE, v.FACTOR, v.SKOS_CONCEPT), s(iri, v.SKOS_NOTATION, iri.removeprefix(C))]
        lines += [s(iri, v.SKOS_PREF_LABEL, f"Factor {n}", "en"), s(iri, v.SKOS_ALT_LABEL, f"Synonym {n}", "en")]
        lines += [s(iri, v.SKOS_DEFINITION, f"What is meant by factor {n}.", "en"), *i(iri, v.HAS_LEVEL, f"{C}l{n % 3}")]
        lines += [*i(iri, v.SKOS_BROADER, f"{C}l{n % 3}.c{n % 20}"), *i(iri, v.SKOS_CLOSE_MATCH, f"{B}framework#{n % 40}")]
    for n in range(40):
        iri = f"{B}framework#{n}"
        lines += [
            *i(iri, v.RDF_TYPE, v.SKOS_CONCEPT),
            s(iri, v.SKOS_PREF_LABEL, f"Construct {n}", "en"),
            *i(iri, v.SKOS_IN_SCHEME, f"{B}framework"),
        ]
    return sorted(set(lines))


def work(n: int, rng: random.Random) -> list[str]:
    iri, year = w(n), rng.randrange(1990, 2025)
    lines = [*i(iri, v.RDF_TYPE, v.FABIO_EXPRESSION, v.WORK_TYPES["article-journal"]), s(iri, v.RDFS_LABEL, f"Author{n} et al. {year}")]
    lines += [
        s(iri, v.DCTERMS_TITLE, f"On the adoption of innovation {n} in a setting"),
        s(iri, v.AUTHOR_LIST, f"Author{n}, A.; Other, B."),
    ]
    lines += [s(iri, v.DC_CREATOR, f"Author{n}, A."), s(iri, v.DC_CREATOR, "Other, B."), number(iri, v.YEAR, year)]
    lines += [
        s(iri, v.PRISM_PUBLICATION_NAME, f"Journal {n % 300}"),
        s(iri, v.PRISM_DOI, f"10.5555/w{n}"),
        s(iri, v.CITATION_KEY, f"author{n}"),
    ]
    return lines


def study(n: int, rng: random.Random) -> list[str]:
    iri = f"{B}study/author{n}"
    if n % 50 == 49:  # reported together with the one before
        return i(f"{B}study/author{n - 1}", v.REPORTED_IN, w(n))
    lines = [*i(iri, v.RDF_TYPE, v.STUDY), s(iri, v.RDFS_LABEL, f"Author{n} et al."), *i(iri, v.REPORTED_IN, w(n))]
    if n % 3:
        lines += i(iri, v.DESIGN, f"{B}design/{slug(rng.choice(DESIGNS))}")
    if n % 2:
        lines += i(iri, v.DCTERMS_SPATIAL, f"{B}country/{slug(rng.choice(COUNTRIES))}")
    return lines


def study_of(n: int) -> str:
    return f"{B}study/author{n - 1 if n % 50 == 49 else n}"


def unlisted(n: int) -> list[str]:
    iri, its = f"{B}unlisted/nobody-{n}", f"{B}study/unlisted-nobody-{n}"
    lines = [
        *i(iri, v.RDF_TYPE, v.FABIO_EXPRESSION, v.UNLISTED_WORK),
        s(iri, v.RDFS_LABEL, f"Nobody {n}"),
        number(iri, v.YEAR, 2000 + n % 20),
    ]
    return [*lines, *i(its, v.RDF_TYPE, v.STUDY), s(its, v.RDFS_LABEL, f"Nobody {n}"), *i(its, v.REPORTED_IN, iri)]


def place(owner: str, paper: int, start: int, digest: str, section: str = "") -> list[str]:
    at, position = f"{owner}/place", f"{owner}/place/position"
    lines = [*i(owner, v.PLACE, at), *i(at, v.RDF_TYPE, v.OA_SPECIFIC_RESOURCE), *i(at, v.OA_HAS_SOURCE, f"{B}paper/author{paper}/text")]
    lines += [*i(at, v.OA_HAS_SELECTOR, position), s(at, v.SHA256, digest), *([s(at, v.SECTION, section)] if section else [])]
    lines += i(position, v.RDF_TYPE, v.OA_TEXT_POSITION_SELECTOR)
    lines.append(number(position, v.OA_START, start, v.XSD_NON_NEGATIVE_INTEGER))
    lines.append(number(position, v.OA_END, start + 90, v.XSD_NON_NEGATIVE_INTEGER))
    return lines


def paper_graphs(size: Size, paper: int, rng: random.Random) -> Iterator[tuple[str, list[str]]]:
    base = f"{B}paper/author{paper}"
    listed = sorted({min(int(size.works * rng.random() ** 2.5), size.works - 1) for _ in range(24)} - {paper})
    lines = [*i(f"{base}/references", v.RDF_TYPE, v.BIRO_REFERENCE_LIST), *i(f"{base}/references", v.FRBR_PART_OF, w(paper))]
    for n, cited in enumerate(listed, 1):
        entry = f"{base}/reference/{n}"
        lines += [*i(entry, v.RDF_TYPE, v.BIRO_BIBLIOGRAPHIC_REFERENCE), *i(entry, v.FRBR_PART_OF, f"{base}/references")]
        lines += [
            number(entry, v.POSITION, n),
            s(entry, v.DCTERMS_BIBLIOGRAPHIC_CITATION, f"Author{cited}, A. ({n}). On {cited}. Journal."),
        ]
        lines += place(entry, paper, 50_000 + n * 100, digest(paper, n, "r"))
        if n % 20:
            lines += [*i(entry, v.BIRO_REFERENCES, w(cited)), *i(w(paper), v.CITO_CITES, w(cited))]
            lines += [number(entry, v.MATCH_SCORE, "0.97", v.XSD_DECIMAL), s(entry, v.MATCH_REASON, "title and year")]
    yield f"bib/lists/author{paper}.csv", lines
    yield f"bib/citations/author{paper}.csv", citations(size, paper, listed, rng)
    yield f"bib/findings/author{paper}.csv", [line for n in range(18) for line in finding(size, paper, n, listed, rng)]


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def citations(size: Size, paper: int, listed: list[int], rng: random.Random) -> list[str]:
    lines = []
    for n in range(20):
        iri = f"{B}paper/author{paper}/citation/{n * 1000}-{n * 1000 + 20}"
        lines += [*i(iri, v.RDF_TYPE, v.C4O_IN_TEXT_REFERENCE_POINTER), *i(iri, v.FRBR_PART_OF, w(paper)), s(iri, v.KIND, "parenthetical")]
        lines += place(iri, paper, n * 1000, digest(paper, n, "c"), "Results")
        which = rng.randrange(len(listed))
        if n == 19:
            unknown = f"{B}unlisted/nobody-{rng.randrange(max(size.papers // 4, 1))}"
            lines += [*i(iri, v.STATUS, v.UNRESOLVED), *i(iri, v.RESOLVES_TO, unknown), s(iri, v.C4O_HAS_CONTENT, "Nobody, n.d.")]
        elif n == 18 and paper % 5 == 0:
            lines += [
                *i(iri, v.STATUS, v.AMBIGUOUS),
                s(iri, v.C4O_HAS_CONTENT, "Author, 2001"),
                *i(iri, v.CANDIDATE, w(listed[0]), w(listed[-1])),
            ]
        else:
            lines += [*i(iri, v.STATUS, v.RESOLVED), s(iri, v.C4O_HAS_CONTENT, f"Author{listed[which]} et al.")]
            lines += [*i(iri, v.RESOLVES_TO, w(listed[which])), *i(iri, v.C4O_DENOTES, f"{B}paper/author{paper}/reference/{which + 1}")]
    return lines


def finding(size: Size, paper: int, n: int, listed: list[int], rng: random.Random) -> list[str]:
    iri = f"{B}finding/author{paper}-{n:02}"
    factor = f(min(int(size.factors * rng.random() ** 1.5), size.factors - 1))
    effect = rng.choices(list(v.EFFECT_TERMS), (40, 45, 10, 5))[0]
    role = rng.choices(["primary", "cited", "synthesis", "opinion", ""], (35, 45, 8, 7, 5))[0]
    lines = [*i(iri, v.RDF_TYPE, v.FINDING), s(iri, v.RDFS_LABEL, f"author{paper}: factor, {effect}"), *i(iri, v.ABOUT_FACTOR, factor)]
    lines += [*i(iri, v.EFFECT, v.EFFECT_TERMS[effect]), s(iri, v.STATEMENT, f"What paper {paper} says at {n}.", "en")]
    lines += i(iri, v.PROV_WAS_QUOTED_FROM, w(paper))
    if n % 4:
        lines += i(iri, v.STATE, rng.choice(list(v.STATE_TERMS.values())))
    if role:
        lines += i(iri, v.EVIDENCE_ROLE, v.ROLE_TERMS[role])
    cited = rng.sample(listed, min(len(listed), rng.choice((1, 1, 2, 3)))) if role == "cited" else []
    lines += [*i(iri, v.PROV_HAD_PRIMARY_SOURCE, *map(w, cited)), *i(iri, v.RESTS_ON, *sorted({study_of(c) for c in cited}))]
    lines += i(iri, v.RESTS_ON, study_of(paper)) if role == "primary" else []
    lines += i(iri, v.VIA_CITATION, f"{B}paper/author{paper}/citation/{n * 1000}-{n * 1000 + 20}") if cited else []
    lines += place(iri, paper, n // 2 * 1000, digest(paper, n // 2, "f"), "Results")
    lines += i(iri, v.DCTERMS_SPATIAL, f"{B}country/{slug(rng.choice(COUNTRIES))}") if n % 3 == 0 else []
    lines += i(iri, v.SETTING, f"{B}setting/{slug(rng.choice(SETTINGS))}") if n % 5 == 0 else []
    return [*lines, *i(iri, v.PROV_WAS_ATTRIBUTED_TO, f"{B}coder/one"), number(iri, v.PROV_GENERATED_AT_TIME, "2024-05-01", v.XSD_DATE)]


def influence(size: Size, n: int, rng: random.Random) -> list[str]:
    iri, other = f"{B}influence/{n}", rng.randrange(size.factors)
    lines = [
        *i(iri, v.RDF_TYPE, v.INFLUENCE),
        s(iri, v.RDFS_LABEL, f"{n} on {other}"),
        *i(iri, v.FROM_FACTOR, f(n)),
        *i(iri, v.TO_FACTOR, f(other)),
    ]
    lines += [*i(iri, v.SIGN, v.SIGN_TERMS["increases"]), s(iri, v.STATEMENT, f"{n} acts on {other}.", "en")]
    return lines + i(iri, v.REPORTED_BY, *(f"{B}finding/author{rng.randrange(size.papers)}-{k:02}" for k in range(2)))


def decision(n: int) -> list[str]:
    iri, who = f"{B}decision/reader/{n}", f"{B}reviewer/reader"
    lines = [*i(iri, v.RDF_TYPE, v.REVIEW_DECISION), *i(iri, v.PREFIXES["prov"] + "used", f"{B}finding/author{n}-00")]
    lines += [*i(iri, v.PREFIXES["prov"] + "wasAssociatedWith", who), *i(iri, v.VERDICT, v.ACCEPT), s(who, v.RDFS_LABEL, "Reader")]
    return [*lines, number(iri, v.PREFIXES["prov"] + "endedAtTime", f"2024-06-{n % 28 + 1:02}T10:00:00Z", v.PREFIXES["xsd"] + "dateTime")]


def problem(n: int) -> list[str]:
    iri = f"{B}problem/{n}"
    lines = [
        *i(iri, v.RDF_TYPE, v.PROBLEM),
        s(iri, v.STAGE, "findings"),
        s(iri, v.FILE, f"bib/findings/author{n}.csv"),
        number(iri, v.LINE, n),
    ]
    return [*lines, s(iri, v.MESSAGE, "no such factor"), s(iri, v.SEVERITY, "error")]


def values(size: Size, run: int) -> dict[str, str]:
    """Parameters of the run-th question: other things each time, popular ones among them."""
    rng = random.Random(run)
    paper, cited = rng.randrange(size.papers), int(size.works * rng.random() ** 2.5)
    return {
        "factor_iri": f(int(size.factors * rng.random() ** 1.5)), "paper_iri": w(paper), "work_iri": w(cited), "study_iri": study_of(cited),
        "finding_iri": f"{B}finding/author{paper}-{run % 18:02}", "min_passages": "1", "min_papers": "1", "text": f"factor {run}", "level": "meso",
    }  # fmt: skip


def named(only: str) -> dict[str, NamedQuery]:
    chosen = only.split(",") if only else []
    queries = read_queries(ROOT / "ontology" / "queries")
    return {name: q for name, q in queries.items() if (name in chosen if chosen else "site" not in q.tags)}


def ask_all(ask: Any, queries: dict[str, NamedQuery], size: Size, runs: int, seconds: float) -> dict[str, dict[str, float]]:
    """Milliseconds (p50, p95) and rows of each query; a query that takes ``seconds`` is asked once."""
    out = {}
    for name, query in queries.items():
        times: list[float] = []
        busy: list[float] = []
        rows = 0
        while len(times) < runs and sum(times) < seconds * 1000:
            chosen = values(size, len(times))
            text = fill(query, {p.name: chosen.get(p.name, p.default or "") for p in query.parameters if p.default != ""})
            began, worked = time.perf_counter(), time.process_time()
            rows = ask(text)
            times.append((time.perf_counter() - began) * 1000)
            busy.append((time.process_time() - worked) * 1000)
        figures = {"p50": round(statistics.median(times), 2), "p95": p95(times), "cpu95": p95(busy)}
        out[name] = figures | {"rows": rows, "runs": len(times)}
        said = " ".join(f"{figure:>10,.1f}" for figure in figures.values())
        print(f"  {name:32} {said} {rows:>9,}", file=sys.stderr, flush=True)
    return out


def p95(times: list[float]) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2)


def rss() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000


def measure(store: str, path: Path, count: int, size: Size, options: argparse.Namespace) -> dict[str, Any]:
    """All that is said of one store. Runs in a process of its own."""
    queries = named(options.only)
    began, worked = time.perf_counter(), time.process_time()
    report: dict[str, Any] = {"store": store, "triples": count}

    def loaded() -> None:
        seconds, busy = time.perf_counter() - began, time.process_time() - worked
        report.update(load_seconds=round(seconds, 1), load_rate=int(count / seconds), load_rate_cpu=int(count / busy), rss_mb=rss())
        rates = f"{report['load_rate']:,} a second, {report['load_rate_cpu']:,} a second of processor"
        print(f"{store}: {count:,} triples, {rates}, {report['rss_mb']} MB", file=sys.stderr, flush=True)

    def ours(text: str) -> int:
        return len(rows_of(opened.query(text)).rows)

    if store in ("disk", "plain"):
        folder = path.with_suffix(f".{store}")
        if not folder.exists():
            Store.create_from_file(folder, path)
            loaded()
            if store == "disk":
                began = time.perf_counter()
                materialise(folder)
                report["cube_seconds"] = round(time.perf_counter() - began, 1)
        began = time.perf_counter()
        opened: Any = Store.open(folder)
        if store == "disk":
            opened = Counted(opened)
        report["open_ms"] = round((time.perf_counter() - began) * 1000, 1)
        report["queries"] = ask_all(ours, queries, size, options.runs, options.seconds)
        del opened
        if store == "disk":
            report.update(reingest(folder, size))
    elif store == "ceiling":
        with tempfile.TemporaryDirectory(dir=path.parent) as temporary:
            ox.Store(temporary).bulk_load(path=str(path), lenient=True)
            loaded()
    elif store == "memory":
        opened = Store.from_file(path)
        loaded()
        report["queries"] = ask_all(ours, queries, size, options.runs, options.seconds)
    elif store == "rdflib":
        import rdflib

        graph = rdflib.Graph()
        for quad in ox.parse(path=str(path)):
            graph.add(tuple(_rdflib(term) for term in quad.triple))  # type: ignore[arg-type]
        loaded()
        report["queries"] = ask_all(lambda text: len(list(graph.query(text))), queries, size, options.runs, options.seconds)
    else:
        import virtuoso

        with tempfile.TemporaryDirectory() as work, virtuoso.running(Path(work), buffers=300_000) as endpoint:
            began = time.perf_counter()
            endpoint.load(ox.parse(path=str(path)))
            loaded()
            opened = endpoint
            report["queries"] = ask_all(ours, queries, size, options.runs, options.seconds)
    return report


def _rdflib(term: object) -> Any:
    import rdflib

    if isinstance(term, ox.Literal):
        kind = None if term.language or term.datatype.value.endswith("#string") else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, lang=term.language, datatype=kind)
    return rdflib.URIRef(plain(term))


def materialise(folder: Path) -> None:
    store = Store.open(folder, writable=True)
    refresh_cube(store, B)
    store.settle()


def reingest(folder: Path, size: Size) -> dict[str, Any]:
    """What it takes to put other findings, references and citations in the place of one paper's, all of them coded anew, and to keep every
    count true; and the same for its findings when one of them changed. Milliseconds of the clock and of the processor, triples changed."""
    store = Store.open(folder, writable=True)
    names = {f"{B}graph/bib/{kind}/author1.csv" for kind in ("findings", "lists", "citations")}
    coded = {f"{B}graph/{name}": lines for name, lines in paper_graphs(size, 1, random.Random(time.time_ns()))}
    report: dict[str, Any] = {"reingest_paper": replacing(store, {name: triples_of(coded[name]) for name in names})}
    edited = set(store.in_graph(f"{B}graph/bib/findings/author1.csv"))
    wrong = next(t for t in edited if t.predicate.value == v.EFFECT)
    other = next(iri for iri in v.EFFECT_TERMS.values() if iri != plain(wrong.object))
    edited = edited - {wrong} | {ox.Triple(wrong.subject, wrong.predicate, ox.NamedNode(other))}
    return report | {"edit_finding": replacing(store, {f"{B}graph/bib/findings/author1.csv": edited})}


def triples_of(lines: list[str]) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse("".join(f"{line} .\n" for line in lines), format=ox.RdfFormat.N_TRIPLES)}


def replacing(store: Store, graphs: dict[str, set[ox.Triple]]) -> dict[str, float]:
    began, worked = time.perf_counter(), time.process_time()
    changed = {triple for name, triples in graphs.items() for triple in triples ^ set(store.in_graph(name))}
    put(store, B, graphs, changed)
    clock, busy = time.perf_counter() - began, time.process_time() - worked
    return {"triples": len(changed), "ms": round(clock * 1000, 1), "cpu_ms": round(busy * 1000, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=float, default=1e5)
    parser.add_argument("--stores", default="disk,memory,rdflib")
    parser.add_argument("--only", default="", help="names of queries, by comma; all when left out")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10, help="stop asking a query again after so long")
    parser.add_argument("--folder", type=Path, help="where graphs and stores are kept for the next time")
    parser.add_argument("--output", type=Path, help="where the figures go, as JSON")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = Size.of(int(options.triples))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{int(options.triples)}.nq"
        if not path.exists():
            generate(size, path)
        with path.open("rb") as lines:
            count = sum(1 for _ in lines)
        if options.one:
            print(json.dumps(measure(options.one, path, count, size, options)))
            return
        reports = [apart(store, folder) for store in options.stores.split(",")]
    (options.output or Path("/dev/stdout")).write_text(json.dumps(reports, indent=1) + "\n")


def apart(store: str, folder: Path) -> Any:
    """The report on one store, from a process of its own."""
    command = [sys.executable, __file__, *sys.argv[1:], "--folder", str(folder), "--one", store]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
