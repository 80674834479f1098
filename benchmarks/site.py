"""How long the site of a large field takes to build, in how much memory, and how soon a reader sees its pages.

    python benchmarks/site.py [--sizes 3000/30000 10000/100000] [--seed 1] [--keep FOLDER]
    python benchmarks/site.py --paint FOLDER

The field is made up, on the shipped codebook: every paper has a list of references and citations in its text, every finding a place, a
role and the studies it rests on. Each size is built in a process of its own; printed are the size of the graph, seconds and peak memory
of the site (of this process, and of the largest of its workers), and the largest pages. ``--paint`` opens the pages of a site that is
there from their files, in the browser of the tests, with a new profile each time: first contentful paint, the time until the page is
loaded, and for the map until a factor answers a click. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Event, Thread

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
    yield line(entries, TYPE, f"<{BIRO}ReferenceList>", f"list/{paper}")
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


class Workers(Thread):
    """Watches the processes that this one starts; ``peak`` is the memory of the largest in MB, 0 where the system does not tell. What
    the system says of a child after its end would count the memory of this process, from which it was made."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.over = Event()

    def run(self) -> None:
        while not self.over.wait(0.2):
            for listed in Path("/proc/self/task").glob("*/children"):
                with suppress(OSError):
                    for child in listed.read_text(encoding="ascii").split():
                        told = Path(f"/proc/{child}/status").read_text(encoding="utf-8").partition("VmHWM:")[2].split()
                        self.peak = max(self.peak, float(told[0]) / 1024 if told else 0)


def make_store(folder: Path, papers: int, findings: int, seed: int) -> None:
    known, _ = read_identified(shipped("ontology", "codebooks", "peer-support.ttl"))
    names = graph.Names(BASE, {}, known.iris, {})
    codebook = graph.quads(names, [graph.codebook_graph("codebook.ttl", "", known)])
    factors = [known.iris[f.code] for f in known.codebook.factors]
    with (folder / "field.nq").open("w", encoding="utf-8") as file:
        file.writelines(quads(Random(seed), papers, findings, factors))
    Store.create_from_file(folder / "store", folder / "field.nq")
    store = Store.open(folder / "store", writable=True)
    store.load(codebook)
    store.load(Store.from_file(shipped("ontology", "evidence.ttl")).dump())
    store.settle()


def make_site(folder: Path, out: Path) -> None:
    store = Store.open(folder / "store")
    begun, worked, workers = time.perf_counter(), time.process_time(), Workers()
    workers.start()
    render_site(store, out, title="A made-up field", base=BASE)
    workers.over.set()
    seconds, used = time.perf_counter() - begun, time.process_time() - worked
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{len(store):,} triples: {seconds:.0f} s; {used:.0f} s of a core here, {others.ru_utime + others.ru_stime:.0f} s in workers; ",
        end="",
    )
    print(f"peak memory {memory():.0f} MB here, {workers.peak:.0f} MB in the largest worker")
    files = sorted((p for p in out.rglob("*") if p.is_file()), key=lambda p: -p.stat().st_size)
    print(f"{len(files):,} files, {sum(p.stat().st_size for p in files) / 1e6:,.0f} MB; the largest pages:")
    for path in [p for p in files if p.suffix == ".html"][:8]:
        print(f"  {path.stat().st_size / 1e3:8.0f} kB  {path.relative_to(out)}")


STEPS = {
    "store": lambda given, folder: make_store(folder, *size_of(given.sizes[0]), given.seed),
    "site": lambda given, folder: make_site(folder, given.keep),
}


def size_of(text: str) -> tuple[int, int]:
    papers, _, findings = text.partition("/")
    return int(papers), int(findings)


def measure(size: str, seed: int, keep: Path | None) -> None:
    """Builds one size, store and site each in a process of its own, so that the peak of one does not hide that of the other."""
    print("{:,} papers, {:,} findings".format(*size_of(size)), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        out = (keep / size.replace("/", "-")) if keep else Path(temporary) / "site"
        for step in STEPS:
            command = [
                sys.executable,
                __file__,
                "--step",
                step,
                "--folder",
                temporary,
                "--sizes",
                size,
                "--seed",
                str(seed),
                "--keep",
                str(out),
            ]
            subprocess.run(command, check=True)


PAINTED = ("index.html", "graph.html", "gapmap.html", "contexts.html", "influences.html", "citations.html", "works.html", "factor/*.html")
_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  const [first] = list.getEntriesByName("first-contentful-paint");
  if (first) done([first.startTime, performance.getEntriesByType("navigation")[0].loadEventEnd]);
}).observe({ type: "paint", buffered: true }))"""
_CLICKED = """() => new Promise((done) => {
  const panel = document.getElementById("panel");
  new MutationObserver(() => panel.querySelector("h2") && done(performance.now())).observe(panel, { childList: true });
  const row = document.querySelector("#twin tbody tr");
  if (row) evidenceMap.choose(row.dataset.factor);
})"""


def paint(site: Path) -> None:
    """Prints how soon pages show, each the best of three times."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from browser import address, chromium

    with chromium() as browser:
        for pattern in PAINTED:
            path = max(site.glob(pattern), key=lambda p: p.stat().st_size)
            taken = []
            for _ in range(3):
                page = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True).new_page()
                page.goto(address(path))
                first, loaded = page.evaluate(_PAINT)
                answered = page.evaluate(_CLICKED) if pattern == "graph.html" else 0.0
                taken.append((first, loaded, answered))
                page.context.close()
            first, loaded, answered = min(taken)
            said = f", a choice on the map answered at {answered:.0f} ms" if answered else ""
            print(
                f"{path.stat().st_size / 1e3:7.0f} kB  {path.relative_to(site)}: first paint {first:.0f} ms, loaded {loaded:.0f} ms{said}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["3000/30000", "10000/100000"], help="papers/findings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where to leave the sites")
    parser.add_argument("--paint", type=Path, help="a site that is there, to be opened in a browser")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        STEPS[given.step](given, given.folder)
    elif given.paint:
        paint(given.paint)
    else:
        for size in given.sizes:
            measure(size, given.seed, given.keep)


if __name__ == "__main__":
    main()
