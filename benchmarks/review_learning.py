"""What learning from decisions brings while somebody reviews, on papers that the suggester has not seen.

    python benchmarks/review_learning.py [--papers FOLDER] [--findings FOLDER] [--codebook FILE]

For each long coded paper the suggester is trained on the others. Its suggestions are decided on in the order of the review page (most
instructive first), as the coded findings say: accepted where the passage is coded with the factor, else rejected. After 20, 60 and 150
decisions the suggestions still open are ranked by the suggester's scores and by the learned ones. Figures: average precision, and the share
of (right, wrong) pairs in the right order (AUC). Twice: with the codebook known to the suggester, and with it unknown.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evidence.codebook import read_codebook
from evidence.decisions import Coding
from evidence.findings.coded import CodedPaper
from evidence.findings.suggest import suggest_findings
from evidence.findings.train import coded_papers, train
from evidence.model import Codebook
from evidence.review.items import Item, teach_order
from evidence.review.learning import Example, learned_scores

ROOT = Path(__file__).resolve().parents[1]
DECISIONS = (20, 60, 150)
LONG = 50
"""Findings of a paper that is long enough to measure on."""


def unknown(codebook: Codebook) -> Codebook:
    """The codebook under other codes, with labels and definitions only: one that the suggester has never seen."""
    factors = tuple(replace(f, code=f"x.{f.code}", synonyms=(), indicators=()) for f in codebook.factors)
    return replace(codebook, factors=factors)


def suggested(paper: CodedPaper, codebook: Codebook, others: Sequence[CodedPaper], known: Codebook) -> list[Item]:
    """What a suggester that was trained on other papers suggests."""
    found = suggest_findings(paper.document, paper.citations, codebook, train(others, known))
    return [
        Item(f"{n}", Coding(paper.name, s.start, s.end, s.factor.removeprefix("x."), s.effect), "suggestion", s.score)
        for n, s in enumerate(found)
    ]


def holds(item: Item, paper: CodedPaper) -> bool:
    """Whether the passage is coded with the factor: most of the shorter of the two is in the other."""
    c = item.coding
    return any(
        f.factor == c.factor and min(f.end, c.end) - max(f.start, c.start) > 0.4 * min(f.end - f.start, c.end - c.start)
        for f in paper.findings
    )


def average_precision(ranked: Sequence[bool]) -> float:
    """Mean over the right ones of the share of right ones down to each."""
    right, total = 0, 0.0
    for n, one in enumerate(ranked, 1):
        right += one
        total += one * right / n
    return total / max(1, right)


def auc(ranked: Sequence[bool]) -> float:
    """Share of (right, wrong) pairs with the right one first."""
    wrong_before, missed = 0, 0
    for one in ranked:
        missed += wrong_before * one
        wrong_before += not one
    return 1 - missed / max(1, wrong_before * sum(ranked))


def measure(paper: CodedPaper, items: Sequence[Item], how: str) -> None:
    """Prints a line for each number of decisions."""
    by_id, truth = {i.id: i for i in items}, {i.id: holds(i, paper) for i in items}
    order = teach_order(items, ())
    for number in (n for n in DECISIONS if n <= len(order) - 20):
        left = [by_id[id_] for id_ in order[number:]]
        scores = learned_scores(left, [Example(by_id[id_], truth[id_]) for id_ in order[:number]], {paper.name: paper.document})
        ranked = [
            [truth[i.id] for i in sorted(left, key=lambda i: -known[i.id])] for known in ({i.id: i.score or 0.0 for i in left}, scores)
        ]
        figures = "  ".join(f"{average_precision(r):.3f} / {auc(r):.3f}" for r in ranked)
        print(f"{paper.name:18} {how:8} {number:4} {len(left):5} {sum(ranked[0]):5}   {figures}", flush=True)


def main() -> None:
    """Reads the papers, trains on all but one, decides, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, default=ROOT / "papers")
    parser.add_argument("--findings", type=Path, default=ROOT / "bib" / "findings")
    parser.add_argument("--codebook", type=Path, default=ROOT / "ontology" / "codebooks" / "peer-support.csv")
    options = parser.parse_args()
    codebook, _ = read_codebook(options.codebook)
    papers = coded_papers(sorted(p for p in options.papers.iterdir() if p.is_file()), options.findings, codebook)
    print(f"{'paper':18} {'codebook':8} {'done':>4} {'left':>5} {'right':>5}   as suggested   as learned (average precision / AUC)")
    for paper in papers:
        if len(paper.findings) >= LONG:
            others = [p for p in papers if p is not paper]
            measure(paper, suggested(paper, codebook, others, codebook), "known")
            measure(paper, suggested(paper, unknown(codebook), others, codebook), "unknown")


if __name__ == "__main__":
    main()
