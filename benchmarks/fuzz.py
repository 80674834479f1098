"""Fuzzes the readers: mutated files must end in a document, with Problems where something is wrong, never in an exception, a crash or a hang.

    python benchmarks/fuzz.py [--minutes 10] [--readers text,markdown,html,jats,docx,pdf,bibtex,ris,nbib,endnote,csl-json,codebook,references]
                              [--seed 1] [--keep FOLDER]

Each reader gets the given minutes (default 0.2). Seeds are small files made here; a mutation flips, cuts, doubles and swaps pieces of them
and splices two. Cases run in a child process: an exception is printed with the seed of its case; a case that takes more than 20 s of
the processor's time (two minutes by the clock, if it waits) and a child that dies are findings too. ``--keep`` writes the bytes of each finding. Exit status 1 if anything was found.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing as mp
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

LIMIT = 20.0
"""Seconds of the processor's time that a case may take; the clock may show six times as many, since a busy machine is no finding."""

TEXT = """\
What feeds a school kitchen

Abstract

Kitchens need cooks who stay (Baker & Cook, 2011; Miller, 2015a, b). Dishes [1, 3-5] depend on the season.2,3 "Nobody" (n.d.) said so, e.g. Ámos et al. (2012).

References

1. Baker, A., & Cook, B. (2011). Kitchens at school. Journal of Meals, 4(2), 11–19. https://doi.org/10.1000/xyz123
2. Miller C, Ámos D, et al. Seasons and dishes. Food Place 2015;7(1):1-12. doi:10.1000/abc
3. World Kitchen Organization. (n.d.). Report on soup (2nd ed.). Geneva: WKO. CrossRefGoogle Scholar
"""
MARKDOWN = (
    "# Title\n\nSome *text* (Baker 2011).\n\n## References\n\n- Baker, A. (2011). *Kitchens*. <https://doi.org/10.1000/x>.\n- \n- Cook B.\n"
)
HTML = (
    "<!doctype html><html><head><title>T</title><meta name='citation_title' content='Kitchens'></head><body><nav>menu</nav><article>"
    "<h1>Kitchens</h1><h2>Introduction</h2><p>Cooks stay <sup><a href='#r1'>1</a></sup> (<a href='#r2'>Cook, 2011</a>).</p>"
    "<table><tr><td>1</td></tr></table><h2>References</h2><ol><li id='r1'>Baker A. Soup. J Meals. 2011;4:1.</li><li id='r2'>Cook B. 2011.</li>"
    "</ol></article><script>x()</script></body></html>"
)
JATS = (
    "<?xml version='1.0'?><article xmlns:xlink='http://www.w3.org/1999/xlink'><front><article-meta><title-group><article-title>Kitchens"
    "</article-title></title-group></article-meta></front><body><sec><title>Intro</title><p>Cooks <xref ref-type='bibr' rid='b1'>1</xref>"
    "&#8211;<xref ref-type='bibr' rid='b2'>2</xref> stay.</p></sec></body><back><ref-list><title>References</title><ref id='b1'><label>1</label>"
    "<element-citation publication-type='journal'><person-group><name><surname>Baker</surname><given-names>A</given-names></name></person-group>"
    "<year>2011</year><article-title>Soup</article-title><source>J Meals</source><volume>4</volume><fpage>1</fpage><lpage>9</lpage>"
    "<pub-id pub-id-type='doi'>10.1/x</pub-id></element-citation></ref><ref id='b2'><mixed-citation>Cook B (2012) Salt.</mixed-citation></ref>"
    "</ref-list></back></article>"
)
BIBTEX = '@string{jm = "Journal of Meals"}\n@article{baker2011,\n author = {Baker, A. and de la Cook, B{\\"o}b},\n title = {Kitchens {AT} school \\& more},\n journal = jm,\n year = 2011,\n pages = {11--19}\n}\n@comment{x}\n@book{b, title="T" # " U"}\n'
RIS = "TY  - JOUR\nAU  - Baker, A.\nTI  - Kitchens\nPY  - 2011/05//\nSP  - 11\nEP  - 19\nER  - \n"
NBIB = (
    "PMID- 1234\nFAU - Baker, Anna\nAU  - Baker A\nTI  - Kitchens at\n      school.\nDP  - 2011 May\nTA  - J Meals\nAID - 10.1000/x [doi]\n"
)
ENDNOTE = "<xml><records><record><ref-type name='Journal Article'>17</ref-type><contributors><authors><author>Baker, A.</author></authors></contributors><titles><title><style>Kitchens</style></title></titles><dates><year>2011</year></dates></record></records></xml>"
CSL = '[{"id": "b", "type": "article-journal", "title": "Kitchens", "author": [{"family": "Baker", "given": "A."}], "issued": {"date-parts": [[2011, 5]]}}]'
CODEBOOK = "code,level,category,category_label,factor,definition\nmeso.staff.cooks,meso,staff,Staff,cooks,cooks who stay\nmacro.money.price,macro,money,Money,price,the price of food\n"


def docx() -> bytes:
    import docx as writer

    document = writer.Document()
    document.add_heading("Kitchens", 0)
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    document.add_table(2, 2).cell(0, 0).text = "cell"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf() -> bytes:
    from documents_files import Piece
    from documents_files import pdf as write

    lines = [line for line in TEXT.splitlines() if line]
    return write([[Piece(50, 800 - 14 * i, line[:90].encode("cp1252", "replace").decode("cp1252")) for i, line in enumerate(lines)]] * 2)


SEEDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "text": (".txt", TEXT.encode),
    "markdown": (".md", MARKDOWN.encode),
    "html": (".html", HTML.encode),
    "jats": (".xml", JATS.encode),
    "docx": (".docx", docx),
    "pdf": (".pdf", pdf),
    "bibtex": (".bib", BIBTEX.encode),
    "ris": (".ris", RIS.encode),
    "nbib": (".nbib", NBIB.encode),
    "endnote": (".xml", ENDNOTE.encode),
    "csl-json": (".json", CSL.encode),
    "codebook": (".csv", CODEBOOK.encode),
    "references": (".txt", TEXT.encode),
}
TOKENS = [
    b"(",
    b")",
    b"[",
    b"<",
    b">",
    b"&",
    b"{",
    b"}",
    b'"',
    b"\\",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\n\n",
    b"\r",
    b"1",
    b"2011",
    b"et al.",
    b"\xe2\x80\x93",
    b"]]>",
]


def mutated(seed: bytes, rng: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(rng.choice((1, 2, 4, 16, 64))):
        if not data:
            break
        at, size = rng.randrange(len(data)), rng.choice((1, 2, 8, 64, 512))
        kind = rng.randrange(7)
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at : at + size]
        elif kind == 2:
            data[at:at] = data[at : at + size] * rng.choice((1, 2, 50))
        elif kind == 3:
            data[at:at] = rng.choice(TOKENS) * rng.choice((1, 3, 200))
        elif kind == 4:
            other = rng.randrange(len(data))
            data[at : at + size], data[other : other + size] = data[other : other + size], data[at : at + size]
        elif kind == 5:
            data = data[: at + 1]
        else:
            data[at:at] = rng.randbytes(size)
        del data[200_000:]
    return bytes(data)


def read(reader: str, path: Path) -> None:
    """Reads a file and checks what must hold for any file."""
    if reader in ("bibtex", "ris", "nbib", "endnote", "csl-json"):
        from evidence.bibliography import read_bibliography

        read_bibliography(path)
    elif reader == "codebook":
        from evidence.codebook import read_codebook

        read_codebook(path)
    elif reader == "references":
        from evidence.references import parse_reference

        for line in path.read_bytes().decode("utf-8", "replace").splitlines():
            parse_reference(line)
    else:
        from evidence.reading import read_paper

        reading = read_paper(path)
        text = reading.document.text
        for citation in reading.citations:
            assert text[citation.start : citation.end] == citation.text, "a citation does not slice back"
        for reference in reading.references:
            assert 0 <= reference.start < reference.end <= len(text), "a reference lies outside the text"


class TooLong(BaseException):
    """A case took longer than ``LIMIT``; no reader may catch it."""


def too_long(*_: object) -> None:
    raise TooLong(f"took more than {LIMIT:.0f} s of processor time")


def work(reader: str, seeds: list[int], current: object, out: mp.Queue[tuple[int, str]]) -> None:
    import tempfile

    suffix, make = SEEDS[reader]
    base = make()
    signal.signal(signal.SIGPROF, too_long)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"case{suffix}"
        for seed in seeds:
            current.value = seed  # type: ignore[attr-defined]
            path.write_bytes(mutated(base, random.Random(seed)))
            signal.setitimer(signal.ITIMER_PROF, LIMIT)
            try:
                read(reader, path)
            except (Exception, TooLong):  # noqa: BLE001 - any exception is what this looks for
                out.put((seed, traceback.format_exc(limit=-4)))
            signal.setitimer(signal.ITIMER_PROF, 0)


def fuzz(reader: str, minutes: float, first: int) -> tuple[int, list[tuple[int, str]]]:
    found: list[tuple[int, str]] = []
    context = mp.get_context("fork")
    done, seed, end = 0, first, time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        seeds = list(range(seed, seed + 40))
        current, out = context.Value("q", seed), context.Queue()
        child = context.Process(target=work, args=(reader, seeds, current, out))
        child.start()
        last, since = current.value, time.monotonic()
        while child.is_alive():
            child.join(0.05)
            if current.value != last:
                last, since = current.value, time.monotonic()
            elif time.monotonic() - since > 6 * LIMIT:
                child.kill()
                child.join()
                found.append((last, f"stood still for {6 * LIMIT:.0f} s"))
        if child.exitcode not in (0, -9):
            found.append((current.value, f"the process died (exit code {child.exitcode})"))
        while not out.empty():
            found.append(out.get())
        done += (current.value - seed) + 1
        seed = current.value + 1
    return done, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0.2)
    parser.add_argument("--readers", default=",".join(SEEDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    any_found = 0
    for reader in options.readers.split(","):
        done, found = fuzz(reader, options.minutes, options.seed)
        print(f"{reader:12} {done:7} cases  {len(found)} findings", flush=True)
        shown: set[str] = set()
        for seed, what in found:
            if what.splitlines()[-1] not in shown:
                shown.add(what.splitlines()[-1])
                print(f"  case {seed}: {what.strip()}")
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{reader}-{seed}{SEEDS[reader][0]}").write_bytes(mutated(SEEDS[reader][1](), random.Random(seed)))
        any_found += len(found)
    return 1 if any_found else 0


if __name__ == "__main__":
    sys.exit(main())
