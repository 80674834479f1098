"""How long the site of a large field takes to build, and in how much memory: a made-up graph on the shipped codebook.

    python benchmarks/site.py [--papers 10000] [--findings 100000] [--seed 1] [--keep FOLDER]

Every paper has a list of references and citations in its text, every finding a place, a role and the studies it rests on. Prints the
size of the graph, seconds for the store and for the site, peak memory, and the largest pages. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from evidence import graph
from evidence.codebook import read_identified
from evidence.resources import resource as shipped
from evidence.site import render_site
from evidence.store import Store

BASE = "https://example.org/field/"
EA = "https://w3id.org/evidence-atlas/ns#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DCTERMS, SKOS, PROV = "http://purl.org/dc/terms/", "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/ns/prov#"
RDFS, OA, FRBR = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/ns/oa#", "http://purl.org/vocab/frbr/core#"
BIRO, C4O, FABIO = "http://purl.org/spar/biro/", "http://purl.org/spar/c4o/", "http://purl.org/spar/fabio/"
COUNTRIES = [f"Country {n}" for n in range(60)]
DESIGNS = ["randomised trial", "survey", "qualitative", "case study", "systematic review", "cohort study", "report"]
EFFECTS = ["Barrier", "Facilitator", "Facilitator", "Mixed", "NoEffect"]
ROLES = ["PrimaryResult", "CitedResult", "CitedResult", "Synthesis", "Opinion"]
WORDS = "staff wards leaders training money time trust teams records rules meetings plans supervision goals roles workload".split()


def line(subject: str, predicate: str, value: str, where: str) -> str:
    return f"<{subject}> <{predicate}> {value} <{BASE}graph/{where}> .\n"


def quads(random: Random, papers: int, findings: int, factors: list[str]) -> Iterator[str]:
    """The made-up field: as many cited works as papers times four, so that works are shared."""
    works = papers * 4
    for n in range(papers + works):
        yield from work(random, n, coded=n < papers)
    for label, kind in [*((c, "country") for c in COUNTRIES), *((d, "design") for d in DESIGNS)]:
        yield line(concept(kind, label), SKOS + "prefLabel", f'"{label}"', "concepts")
    number = 0
    for paper in range(papers):
        cited = [papers + min(works - 1, int(random.paretovariate(0.6)) - 1) for _ in range(30)]
        yield from references(paper, cited)
        share = findings * (paper + 1) // papers - findings * paper // papers
        for _ in range(share):
            yield from finding(random, number, paper, cited, random.choice(factors))
            number += 1


def concept(kind: str, label: str) -> str:
    return f"{BASE}{kind}/{label.replace(' ', '-').lower()}"


def work(random: Random, n: int, coded: bool) -> Iterator[str]:
    iri, study = f"{BASE}work/w{n}", f"{BASE}study/w{n}"
    name = f"Author{n % 997} {1990 + n % 35}"
    for kind in ("Expression", "JournalArticle"):
        yield line(iri, TYPE, f"<{FABIO}{kind}>", "works")
    if coded:
        yield line(iri, TYPE, f"<{EA}Paper>", "works")
    title = " ".join(random.choices(WORDS, k=9))
    for predicate, value in (
        (RDFS + "label", f'"{name}"'),
        (DCTERMS + "title", f'"{title.capitalize()} {n}"'),
        (EA + "authorList", f'"Author{n % 997}, A.; Other{n % 313}, B."'),
        (EA + "year", f'"{1990 + n % 35}"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (EA + "citationKey", f'"w{n}"'),
    ):
        yield line(iri, predicate, value, "works")
    yield line(study, TYPE, f"<{EA}Study>", "studies")
    yield line(study, RDFS + "label", f'"{name}"', "studies")
    yield line(study, EA + "reportedIn", f"<{iri}>", "studies")
    yield line(study, EA + "design", f"<{concept('design', random.choice(DESIGNS))}>", "studies")
    yield line(study, DCTERMS + "spatial", f"<{concept('country', random.choice(COUNTRIES))}>", "studies")


def references(paper: int, cited: list[int]) -> Iterator[str]:
    iri, entries = f"{BASE}work/w{paper}", f"{BASE}list/w{paper}"
    yield line(entries, FRBR + "partOf", f"<{iri}>", f"list/{paper}")
    for position, number in enumerate(dict.fromkeys(cited), 1):
        entry, pointer = f"{BASE}reference/w{paper}-{position}", f"{BASE}citation/w{paper}-{position}"
        for predicate, value in (
            (TYPE, f"<{BIRO}BibliographicReference>"),
            (FRBR + "partOf", f"<{entries}>"),
            (EA + "position", f'"{position}"^^<http://www.w3.org/2001/XMLSchema#integer>'),
            (DCTERMS + "bibliographicCitation", f'"Author, A. (2001). A title of some length, {number}. A Journal, 1(2), 3-4."'),
            (BIRO + "references", f"<{BASE}work/w{number}>"),
        ):
            yield line(entry, predicate, value, f"list/{paper}")
        for predicate, value in (
            (TYPE, f"<{C4O}InTextReferencePointer>"),
            (FRBR + "partOf", f"<{iri}>"),
            (C4O + "hasContent", f'"(Author, {number})"'),
            (EA + "status", f"<{EA}Resolved>"),
            (EA + "resolvesTo", f"<{BASE}work/w{number}>"),
        ):
            yield line(pointer, predicate, value, f"citations/{paper}")


def finding(random: Random, number: int, paper: int, cited: list[int], factor: str) -> Iterator[str]:
    iri, where, role = f"{BASE}finding/f{number}", f"findings/{paper}", random.choice(ROLES)
    place, selector = f"{BASE}place/f{number}", f"{BASE}selector/f{number}"
    sources = random.sample(cited, 2) if role == "CitedResult" else []
    start = random.randrange(100_000)
    said = [
        (TYPE, f"<{EA}Finding>"),
        (EA + "aboutFactor", f"<{factor}>"),
        (EA + "effect", f"<{EA}{random.choice(EFFECTS)}>"),
        (EA + "evidenceRole", f"<{EA}{role}>"),
        (EA + "state", f"<{EA}{random.choice(('Present', 'Lacking'))}>"),
        (EA + "statement", f'"{" ".join(random.choices(WORDS, k=8)).capitalize()}."'),
        (PROV + "wasQuotedFrom", f"<{BASE}work/w{paper}>"),
        (EA + "place", f"<{place}>"),
        *((PROV + "hadPrimarySource", f"<{BASE}work/w{w}>") for w in sources),
        *((EA + "restsOn", f"<{BASE}study/w{w}>") for w in sources or ([paper] if role == "PrimaryResult" else [])),
    ]
    if random.random() < 0.4:
        said.append((DCTERMS + "spatial", f"<{concept('country', random.choice(COUNTRIES))}>"))
    for predicate, value in said:
        yield line(iri, predicate, value, where)
    yield line(place, OA + "hasSelector", f"<{selector}>", where)
    yield line(place, EA + "section", '"Results"', where)
    yield line(selector, OA + "start", f'"{start}"^^<http://www.w3.org/2001/XMLSchema#integer>', where)
    yield line(selector, OA + "end", f'"{start + 80}"^^<http://www.w3.org/2001/XMLSchema#integer>', where)


def memory() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where to leave the site")
    given = parser.parse_args()
    known, _ = read_identified(shipped("ontology", "codebooks", "peer-support.ttl"))
    names = graph.Names(BASE, {}, known.iris, {})
    codebook = graph.quads(names, [graph.codebook_graph("codebook.ttl", "", known)])
    factors = [known.iris[f.code] for f in known.codebook.factors]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        begun = time.perf_counter()
        with (folder / "field.nq").open("w", encoding="utf-8") as file:
            file.writelines(quads(Random(given.seed), given.papers, given.findings, factors))
        Store.create_from_file(folder / "store", folder / "field.nq")
        store = Store.open(folder / "store", writable=True)
        store.load(codebook)
        store.load(Store.from_file(shipped("ontology", "evidence.ttl")).dump())
        print(f"{given.papers:,} papers, {given.findings:,} findings, {len(store):,} triples")
        print(f"store     {time.perf_counter() - begun:8.1f} s   peak memory {memory():7.0f} MB")
        begun, worked = time.perf_counter(), time.process_time()
        out = given.keep or folder / "site"
        render_site(store, out, title="A made-up field", base=BASE)
        seconds, used = time.perf_counter() - begun, time.process_time() - worked
        print(f"site      {seconds:8.1f} s   ({used:.1f} s of one core)   peak memory {memory():7.0f} MB")
        files = sorted((p for p in out.rglob("*") if p.is_file()), key=lambda p: -p.stat().st_size)
        print(f"{len(files):,} files, {sum(p.stat().st_size for p in files) / 1e6:,.0f} MB; the largest:")
        for path in files[:12]:
            print(f"  {path.stat().st_size / 1e6:8.2f} MB  {path.relative_to(out)}")


if __name__ == "__main__":
    main()
