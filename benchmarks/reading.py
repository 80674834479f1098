"""Reading, ours beside what people use today, in one run: accuracy, speed, and the ratio of both.

    python benchmarks/reading.py STRINGS [--articles FOLDER] [--many N] [--peer-python PYTHON]

STRINGS is a folder of gold reference strings (see ``reading_references.py``). The peer is refextract (GPL, run as a program of its own): it is
installed into an environment that is thrown away, or run by ``--peer-python``. Where the command ``anystyle`` is on the machine, it is
measured as well. FOLDER holds articles with their gold citations (see ``reading_citations.py``): how many papers a second are read on one
core, and on all; with ``--many``, the memory of one process that reads so many short papers made of their parts with new words in them.
Only the peer's installation asks the network.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

from reading_references import from_csl, read_gold, scored

from evidence.reading import read_paper
from evidence.references import parse_references

Fields = list[dict[str, Any]]

REFEXTRACT = """
import json, sys, time
from refextract import extract_references_from_string as read
lines = json.load(sys.stdin)
read("[1] A. Warm, Phys. Rev. D 1 (2000) 1.")
start, out = time.perf_counter(), []
for line in lines:
    try:
        found = read(line)
    except Exception:
        found = []
    out.append(found[0] if found else {})
json.dump({"seconds": time.perf_counter() - start, "read": out}, sys.stdout)
"""


def ours(lines: list[str]) -> tuple[Fields, float]:
    list(parse_references(["Warm, U. (2020). Up. Journal of Starts, 1(1), 1-2."]))
    start = time.perf_counter()
    read = list(parse_references(lines))
    return [from_csl(r.csl) for r in read], time.perf_counter() - start


def refextract(python: str) -> Callable[[list[str]], tuple[Fields, float]]:
    def read(lines: list[str]) -> tuple[Fields, float]:
        done = subprocess.run([python, "-c", REFEXTRACT], input=json.dumps(lines), capture_output=True, text=True, check=True)
        answer = json.loads(done.stdout)
        return [_from_refextract(one) for one in answer["read"]], answer["seconds"]

    return read


def _from_refextract(said: dict[str, list[str]]) -> dict[str, Any]:
    def first(name: str) -> str:
        return (said.get(name) or [""])[0]

    authors = [part.strip() for part in first("author").replace(" and ", ",").split(",") if len(part.strip().strip(".")) > 2]
    return {
        "author": [a.split()[-1] if a.split()[0].endswith(".") else a.split()[0] for a in authors],
        "year": first("year") or first("journal_year"),
        "title": first("title"),
        "container": first("journal_title"),
        "volume": first("journal_volume"),
        "issue": first("journal_issue"),
        "pages": first("journal_page"),
        "doi": first("doi").removeprefix("doi:"),
    }


def anystyle(lines: list[str]) -> tuple[Fields, float]:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "lines.txt"
        source.write_text("\n".join(" ".join(line.split()) for line in lines) + "\n", encoding="utf-8")
        start = time.perf_counter()
        done = subprocess.run(["anystyle", "-f", "csl", "--stdout", "parse", str(source)], capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - start
    return [from_csl(_dated(one)) for one in json.loads(done.stdout)], seconds


def _dated(csl: dict[str, Any]) -> dict[str, Any]:
    issued = csl.get("issued")
    return csl if not isinstance(issued, str) else csl | {"issued": {"date-parts": [[issued[:4]]]}}


def peer_python(given: str | None, folder: Path) -> str | None:
    if given:
        return given
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    done = subprocess.run([python, "-m", "pip", "install", "-q", "refextract"], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"refextract could not be installed, so it is not measured: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return python


def strings(folder: Path, readers: dict[str, Callable[[list[str]], tuple[Fields, float]]]) -> None:
    for path in sorted(folder.glob("*.jsonl")):
        gold = read_gold(path)
        lines = [item["raw"] for item in gold]
        base: tuple[float, float, float] | None = None
        for name, read in readers.items():
            fields, seconds = read(lines)
            whole, macro, _ = scored(gold, fields)
            speed = len(gold) / seconds
            ratio = (
                ""
                if base is None
                else f"  ours is {base[0] / whole if whole else float('inf'):.1f}x whole, {base[1] / macro if macro else float('inf'):.1f}x macro, {base[2] / speed:.1f}x speed"
            )
            base = base or (whole, macro, speed)
            print(
                f"{path.stem:20} n {len(gold):5}  {name:11} whole {whole:5.1f}  macro {macro:5.1f}  {speed:7.0f} references/s{ratio}",
                flush=True,
            )


def _length(path: Path) -> int:
    return len(read_paper(path).document.text)


def articles(folder: Path) -> None:
    paths = sorted(folder.glob("*.txt"))
    _length(paths[0])
    start = time.perf_counter()
    size = sum(map(_length, paths))
    one = time.perf_counter() - start
    with ProcessPoolExecutor() as pool:
        list(pool.map(_length, paths[:2]))
        start = time.perf_counter()
        list(pool.map(_length, paths * 4, chunksize=4))
        many = (time.perf_counter() - start) / 4
    print(
        f"papers of 60 kB a second: {size / 60_000 / one:.1f} on one core, {size / 60_000 / many:.1f} on {os.cpu_count()} cores ({len(paths)} articles)"
    )


def many(folder: Path, count: int) -> None:
    random = Random(1)
    parts = [p for path in sorted(folder.glob("*.txt")) for p in path.read_text(encoding="utf-8").split("\n\nReferences\n\n")[:1]]
    lists = [path.read_text(encoding="utf-8").partition("\n\nReferences\n\n")[2].split("\n\n") for path in sorted(folder.glob("*.txt"))]
    size, start = 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "paper.txt"
        for number in range(1, count + 1):
            body = random.choice(parts).split("\n\n")
            first = random.randrange(max(1, len(body) - 8))
            text = "\n\n".join([*body[first : first + 8], "References", *random.sample(random.choice(lists), 8)])
            path.write_text(re.sub(r"\b[A-Z][a-z]{4,}", lambda m: m[0] + random.choice(SYLLABLES), text), encoding="utf-8")
            size += _length(path)
            if number % (count // 10 or 1) == 0:
                print(
                    f"{number:7} papers, {size / 1e6:5.1f} MB of text  {_memory():6.1f} MB resident  {time.perf_counter() - start:6.0f} s",
                    flush=True,
                )


SYLLABLES = ["", "", *(a + b for a in "bdfglmnrstv" for b in ("a", "en", "er", "i", "o", "us"))]


def _memory() -> float:
    """Megabytes of this process that are in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("strings", type=Path)
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--many", type=int, default=0)
    parser.add_argument("--peer-python")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        readers: dict[str, Callable[[list[str]], tuple[Fields, float]]] = {"ours": ours}
        python = peer_python(options.peer_python, Path(folder) / "peer")
        if python:
            readers["refextract"] = refextract(python)
        if shutil.which("anystyle"):
            readers["anystyle"] = anystyle
        strings(options.strings, readers)
    if options.articles:
        articles(options.articles)
        many(options.articles, options.many)


if __name__ == "__main__":
    main()
