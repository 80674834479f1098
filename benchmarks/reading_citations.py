"""How well and how fast in-text citations are read.

    python benchmarks/reading_citations.py FOLDER... [--given-references] [--pair TEXT GOLD.jsonl]... [--show N]

FOLDER holds articles: NAME.txt with NAME.json, whose ``refs`` are the reference list ({"idx", "start", "end", "raw", "fields"})
and whose ``groups`` are the in-text citations ({"start", "end", "bracket"?, "refs": [1-based idx]}), half-open places in code points.
``--pair`` adds a text with one citation a line: {"start", "end", "ref": idx or null}. ``--given-references`` takes the list from the
gold, to measure citations alone.

found: a citation that overlaps a gold group (or its bracket) against citations and groups that meet nothing; linked: (group,
reference) pairs. References are paired by their places, so a list that was split otherwise does not shift the numbers. Prints a line
an article, one a style, and papers a second on one core, of the whole reading and of the citations alone.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evidence.citations import find_citations
from evidence.documents import read_document
from evidence.model import Citation, Document, Reference
from evidence.references import find_references


@dataclass
class Score:
    """Counts of what is right, what was said, what was wanted; seconds and characters read."""

    found: list[int] = field(default_factory=lambda: [0, 0, 0])
    linked: list[int] = field(default_factory=lambda: [0, 0, 0])
    seconds: float = 0.0
    citing: float = 0.0
    characters: int = 0
    papers: int = 0

    def add(self, other: Score) -> None:
        self.found = [a + b for a, b in zip(self.found, other.found, strict=True)]
        self.linked = [a + b for a, b in zip(self.linked, other.linked, strict=True)]
        self.seconds += other.seconds
        self.citing += other.citing
        self.characters += other.characters
        self.papers += other.papers

    def __str__(self) -> str:
        return f"found {ratios(*self.found)}  linked {ratios(*self.linked)}"


def ratios(right: int, said: int, wanted: int) -> str:
    precision, recall = right / said if said else 0.0, right / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f} ({right}/{said} said, {wanted} wanted)"


@dataclass(frozen=True)
class Group:
    """A gold pointer: its place, the bracket around it, the references it points to (none: not in the list)."""

    start: int
    end: int
    outer: tuple[int, int]
    refs: frozenset[int]

    def meets(self, citation: Citation) -> bool:
        return citation.start < self.outer[1] and citation.end > self.outer[0]


@dataclass(frozen=True)
class Gold:
    name: str
    path: Path
    style: str
    body_end: int
    groups: list[Group]
    references: list[Reference]


def articles(folder: Path) -> Iterator[Gold]:
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if "groups" in record and record.get("link_quality") != "low":
            groups = [group(g) for g in record["groups"]]
            references = [gold_reference(r) for r in record["refs"]]
            yield Gold(path.stem, path.with_suffix(".txt"), record["style"], record["refs_heading"], groups, references)


def group(record: dict[str, Any]) -> Group:
    start, end = record["start"], record["end"]
    bracket = record.get("bracket") or (start, end)
    return Group(start, end, (min(start, bracket[0]), max(end, bracket[1])), frozenset(record["refs"]))


def gold_reference(record: dict[str, Any]) -> Reference:
    fields = record["fields"]
    dated = re.match(r"(\d{4})([a-z]?)", fields.get("year") or "")
    csl: dict[str, Any] = {kind: [{"family": name} for name in fields.get(kind) or []] for kind in ("author", "editor")}
    csl["title"] = fields.get("title") or ""
    if dated:
        csl["issued"] = {"date-parts": [[int(dated[1])]]}
    suffix = (dated and dated[2]) or None
    place = (record["idx"], record["start"], record["end"], record["raw"])
    return Reference(*place, csl, 1.0, suffix, record.get("label") or "", record["id"])


def pair_gold(text: Path, gold: Path) -> Gold:
    records = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    groups = [Group(r["start"], r["end"], (r["start"], r["end"]), frozenset({r["ref"]} - {None})) for r in records]
    return Gold(gold.stem, text, "pair", 10**9, groups, [])


def by_place(references: list[Reference], gold: list[Reference]) -> dict[int, int]:
    """The gold index of each reference that was found, by the place that they share most of."""
    pairs = {}
    for reference in references:
        shared = [(min(reference.end, g.end) - max(reference.start, g.start), g.index) for g in gold]
        if gold and max(shared)[0] > 0:
            pairs[reference.index] = max(shared)[1]
        elif not gold:
            pairs[reference.index] = reference.index
    return pairs


def read(gold: Gold, given: bool) -> tuple[Document, list[Citation], float, float]:
    begun = time.perf_counter()
    document = read_document(gold.path)
    references = gold.references if given and gold.references else list(find_references(document)[0])
    read_at = time.perf_counter()
    citations = find_citations(document, references)
    done = time.perf_counter()
    index = by_place(references, gold.references)
    renumbered = [replace(c, reference=index.get(c.reference) if c.reference else None) for c in citations]
    return document, renumbered, done - begun, done - read_at


def score(gold: Gold, given: bool, show: int) -> Score:
    document, citations, seconds, citing = read(gold, given)
    citations = [c for c in citations if c.start < gold.body_end]
    result = Score(seconds=seconds, citing=citing, characters=len(document.text), papers=1)
    met: set[int] = set()
    errors = []
    for wanted in gold.groups:
        touching = [i for i, c in enumerate(citations) if wanted.meets(c)]
        own = [i for i in touching if citations[i].start < wanted.end and citations[i].end > wanted.start] or touching
        met.update(touching)
        said = {citations[i].reference for i in own} - {None}
        result.found = [a + b for a, b in zip(result.found, (bool(own), bool(own), 1), strict=True)]
        result.linked = [a + b for a, b in zip(result.linked, (len(said & wanted.refs), len(said), len(wanted.refs)), strict=True)]
        if said != wanted.refs:
            place = document.text[max(0, wanted.start - 30) : wanted.end + 10]
            errors.append(f"  {place!r}: said {sorted(map(str, said))}, gold {sorted(wanted.refs)}")
    extra = [c for i, c in enumerate(citations) if i not in met]
    result.found[1] += len(extra)
    result.linked[1] += sum(c.reference is not None for c in extra)
    errors += [f"  extra {document.text[max(0, c.start - 30) : c.end + 10]!r} -> {c.reference}" for c in extra]
    print(f"{gold.name[:32]:32} {gold.style:11} {result}", *errors[:show], sep="\n")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--pair", nargs=2, type=Path, action="append", default=[], metavar=("TEXT", "GOLD"))
    parser.add_argument("--given-references", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    gold = [g for folder in options.folders for g in articles(folder)] + [pair_gold(*pair) for pair in options.pair]
    totals: dict[str, Score] = defaultdict(Score)
    for paper in gold:
        result = score(paper, options.given_references, options.show)
        for key in (paper.style, "all"):
            totals[key].add(result)
    for key, total in totals.items():
        print(f"{key}: {total.papers} papers  {total}")
    if total := totals.get("all"):
        size = total.characters / total.papers / 1000
        whole, alone = total.papers / total.seconds, total.papers / total.citing
        print(f"{whole:.1f} papers/s whole reading, {alone:.0f} papers/s citations alone ({size:.0f} kB each)")


if __name__ == "__main__":
    main()
