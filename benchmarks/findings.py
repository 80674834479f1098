"""How well findings are suggested, on papers that nothing was learned from, beside two simple baselines.

    python benchmarks/findings.py [--papers FOLDER] [--findings FOLDER] [--codebook FILE] [--gold FOLDER] [--curve] [--invented]

Leave one paper out: for each coded paper the model is trained on the others and on the invented texts. Five ways are measured:

    suggest     the program, taught with the codebook
    unseen      the program, the codebook unknown: labels and definitions only, nothing learned of its factors
    sentences   the program taught with the invented texts alone
    keywords    words of the codebook's labels in a sentence that has a word of a barrier/facilitator list
    tf-idf      nearest centroid of the other papers' findings, threshold chosen on them

Figures are those of the gold's score: precision against what either coder has, recall of what both have. ``--gold`` reads the codings
from a folder in the shape of the shared gold (``findings/KEY.jsonl``, ``sentences/KEY.tsv``, ``findings/scope.json``) instead of the
workspace's tables. ``--curve`` prints accuracy against the number of accepted findings, ``--invented`` scores the texts in
``tests/data/findings`` (eight with codebooks of other fields; the long ones speak less plainly than papers do).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt
from pathlib import Path

from evidence.codebook import read_codebook
from evidence.findings.coded import CodedPaper, read_coded
from evidence.findings.learn import Model
from evidence.findings.passages import Passage, find_passages
from evidence.findings.suggest import suggest_findings
from evidence.findings.train import coded_papers, train
from evidence.findings.words import STOP, stems
from evidence.model import Codebook, Finding, Suggestion

ROOT = Path(__file__).resolve().parents[1]
BARRIER_WORDS = frozenset(
    stems("barrier challenge obstacle hinder impede lack difficult problem limit concern risk poor inadequate stigma resistance")
)
FACILITATOR_WORDS = frozenset(
    stems("facilitate enable support help improve promote important essential benefit success need enhance increase effective")
)
GRAINS: dict[str, Callable[[int, str, str], tuple[object, ...]]] = {
    "sentence": lambda n, _f, _e: (n,),
    "category": lambda n, f, _e: (n, *f.split(".")[:2]),
    "factor": lambda n, f, _e: (n, f),
    "with effect": lambda n, f, e: (n, f, e),
}


@dataclass(frozen=True)
class Gold:
    """A coded paper with the places of its sentences; ``agreed`` are ids of findings that both coders have."""

    paper: CodedPaper
    sentences: tuple[tuple[int, int], ...]
    agreed: frozenset[str]

    def sentence(self, start: int, end: int) -> int | None:
        shared = [min(end, b) - max(start, a) for a, b in self.sentences]
        best = max(range(len(shared)), key=shared.__getitem__)
        return best if shared[best] > 0 else None


def workspace_gold(papers: Sequence[CodedPaper]) -> list[Gold]:
    result = []
    for paper in papers:
        sentences = tuple((p.start, p.end) for p in find_passages(paper.document))
        agreed = frozenset(f.id for f in paper.findings if not f.coder or {"coder 1", "coder 2"} <= set(f.coder.split("; ")))
        result.append(Gold(paper, sentences, agreed))
    return result


def folder_gold(papers: Sequence[CodedPaper], folder: Path) -> list[Gold]:
    limits = json.loads((folder / "findings" / "scope.json").read_text(encoding="utf-8"))
    result = []
    for paper in papers:
        file = folder / "findings" / f"{paper.name}.jsonl"
        if not file.exists():
            continue
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        findings = tuple(
            Finding(
                str(i), paper.name, r["factor"], r["effect"], "", "cited" if r["role"] == "cited" else "", "", "", r["start"], r["end"], ""
            )
            for i, r in enumerate(rows)
        )
        lines = (folder / "sentences" / f"{paper.name}.tsv").read_text(encoding="utf-8").splitlines()
        start, end = limits.get(paper.name) or (0, len(paper.document.text))
        places = [(int(a), int(b)) for _, a, b in (line.split("\t")[:3] for line in lines)]
        sentences = tuple((a, b) for a, b in places if a >= start and b <= end)
        result.append(Gold(replace(paper, findings=findings), sentences, frozenset(str(i) for i, r in enumerate(rows) if r["coders"] == 2)))
    return result


# --- scores -------------------------------------------------------------------------------------------------------------


def score(gold: Gold, suggestions: Sequence[Suggestion]) -> dict[str, float]:
    """F1 at each grain; share of right effects and roles (cited or not) among right factors; number of suggestions."""
    said = [(n, s) for s in suggestions if (n := gold.sentence(s.start, s.end)) is not None]
    coded = [(n, f) for f in gold.paper.findings if (n := gold.sentence(f.start, f.end)) is not None]
    result: dict[str, float] = {}
    for name, key in GRAINS.items():
        ours = {key(n, s.factor, s.effect) for n, s in said}
        either = {key(n, f.factor, f.effect) for n, f in coded}
        both = {key(n, f.factor, f.effect) for n, f in coded if f.id in gold.agreed}
        precision, recall = len(ours & either) / max(1, len(ours)), len(ours & both) / max(1, len(both))
        result[name] = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    effects: dict[tuple[int, str], set[str]] = {}
    for n, f in coded:
        effects.setdefault((n, f.factor), set()).add(f.effect)
    roles = {(n, f.factor): f.role == "cited" for n, f in coded}
    shared = [(n, s) for n, s in said if (n, s.factor) in effects]
    result["effect"] = sum(s.effect in effects[n, s.factor] for n, s in shared) / max(1, len(shared))
    result["role"] = sum((s.role == "cited") == roles[n, s.factor] for n, s in shared) / max(1, len(shared))
    result["said"] = len(said)
    return result


def show(paper: str, way: str, figures: dict[str, float]) -> None:
    columns = " ".join(f"{name} {value:.3f}" if name != "said" else f"({value:.0f} suggestions)" for name, value in figures.items())
    print(f"{paper:18} {way:10} {columns}", flush=True)


# --- the ways -----------------------------------------------------------------------------------------------------------


def forgetful(model: Model) -> Model:
    """The model as it meets a codebook that it has never seen."""
    return replace(model, codebook=replace(model.codebook, factors=()))


def bare(codebook: Codebook) -> Codebook:
    return replace(codebook, factors=tuple(replace(f, synonyms=(), indicators=()) for f in codebook.factors))


def by_program(gold: Gold, codebook: Codebook, model: Model) -> tuple[Suggestion, ...]:
    return suggest_findings(gold.paper.document, gold.paper.citations, codebook, model)


def by_keywords(gold: Gold, codebook: Codebook) -> tuple[Suggestion, ...]:
    labels = {f.code: {w for w in stems(f.label) if w not in STOP} for f in codebook.factors}
    found = []
    for passage in find_passages(gold.paper.document, gold.paper.citations):
        present = set(passage.stems)
        bad, good = len(present & BARRIER_WORDS), len(present & FACILITATOR_WORDS)
        hits = [code for code, words in labels.items() if words and words <= present] if bad or good else []
        found += [_plain(passage, code, "barrier" if bad > good else "facilitator") for code in hits[:4]]
    return tuple(found)


def _plain(passage: Passage, code: str, effect: str) -> Suggestion:
    return Suggestion(passage.start, passage.end, code, effect, "", "cited" if passage.citations else "", passage.citations, 1.0)


Vector = dict[str, float]


def _vector(words: Sequence[str], rarity: Vector) -> Vector:
    weights = {w: (1 + log(c)) * rarity.get(w, 0.0) for w, c in Counter(words).items() if w not in STOP}
    norm = sqrt(sum(v * v for v in weights.values())) or 1.0
    return {w: v / norm for w, v in weights.items()}


def _cosine(a: Vector, b: Vector) -> float:
    return sum(v * b.get(w, 0.0) for w, v in a.items())


def by_tfidf(gold: Gold, others: Sequence[CodedPaper]) -> tuple[Suggestion, ...]:
    """Centroids of the passages that were coded with each factor and effect; a passage gets those it is nearest to."""
    passages = [
        (p, [f for f in paper.findings if min(f.end, p.end) - max(f.start, p.start) > 3])
        for paper in others
        for p in find_passages(paper.document)
    ]
    count = Counter(w for p, _ in passages for w in set(p.stems))
    rarity = {w: log((1 + len(passages)) / c) for w, c in count.items()}
    vectors = [(_vector(p.stems, rarity), found) for p, found in passages]
    centroids: dict[tuple[str, str], Vector] = {}
    for vector, found in vectors:
        for f in found:
            centroid = centroids.setdefault((f.factor, f.effect), {})
            for w, v in vector.items():
                centroid[w] = centroid.get(w, 0.0) + v
    centroids = {key: {w: v / norm for w, v in c.items()} for key, c in centroids.items() if (norm := sqrt(sum(v * v for v in c.values())))}
    nearest = [max((_cosine(v, c) for c in centroids.values()), default=0.0) for v, _ in vectors]
    least = max((t / 50 for t in range(5, 40)), key=lambda t: _f1([x >= t for x in nearest], [bool(f) for _, f in vectors]))
    suggestions = []
    for passage in find_passages(gold.paper.document, gold.paper.citations):
        vector = _vector(passage.stems, rarity)
        ranked = sorted(((_cosine(vector, c), key) for key, c in centroids.items()), reverse=True)[:4]
        near = [key for s, key in ranked if s >= max(least, 0.8 * ranked[0][0])]
        suggestions += [_plain(passage, factor, effect) for factor, effect in near]
    return tuple(suggestions)


def _f1(said: Sequence[bool], true: Sequence[bool]) -> float:
    return 2 * sum(a and b for a, b in zip(said, true, strict=True)) / max(1, sum(said) + sum(true))


# --- runs ---------------------------------------------------------------------------------------------------------------


def leave_one_out(golds: Sequence[Gold], papers: Sequence[CodedPaper], codebook: Codebook) -> None:
    plain = train((), codebook)
    for gold in golds:
        others = [p for p in papers if p.name != gold.paper.name]
        model = train(others, codebook)
        show(gold.paper.name, "suggest", score(gold, by_program(gold, codebook, model)))
        show(gold.paper.name, "unseen", score(gold, by_program(gold, bare(codebook), forgetful(model))))
        show(gold.paper.name, "sentences", score(gold, by_program(gold, codebook, plain)))
        show(gold.paper.name, "keywords", score(gold, by_keywords(gold, codebook)))
        show(gold.paper.name, "tf-idf", score(gold, by_tfidf(gold, others)))


def learning_curve(golds: Sequence[Gold], papers: Sequence[CodedPaper], codebook: Codebook) -> None:
    """Accuracy against the number of accepted findings: the first so many sentences' findings of the other papers, in turns."""
    for gold in golds:
        if len(gold.paper.findings) < 20:
            continue
        others = [p for p in papers if p.name != gold.paper.name]
        for share in (0.0, 0.1, 0.25, 0.5, 1.0):
            part = [_beginning(p, share) for p in others] if share else []
            model = train(part, codebook)
            show(gold.paper.name, f"{sum(len(p.findings) for p in part)} taught", score(gold, by_program(gold, codebook, model)))


def _beginning(paper: CodedPaper, share: float) -> CodedPaper:
    """A paper coded up to some share of its findings, the rest of the text taken away."""
    findings = sorted(paper.findings, key=lambda f: f.end)[: max(1, round(share * len(paper.findings)))]
    end = len(paper.document.text) if share == 1.0 else findings[-1].end
    sections = tuple(replace(s, end=min(s.end, end)) for s in paper.document.sections if s.start < end)
    document = replace(
        paper.document,
        text=paper.document.text[:end],
        sections=sections,
        furniture=tuple(f for f in paper.document.furniture if f[1] <= end),
    )
    return replace(paper, document=document, findings=tuple(findings), citations=tuple(c for c in paper.citations if c.end <= end))


def invented(codebook: Codebook, model: Model) -> None:
    folder = ROOT / "tests" / "data" / "findings"
    for file in sorted(folder.glob("*.txt")):
        own = folder / f"{file.stem}-codebook.csv"
        used = read_codebook(own)[0] if own.exists() else codebook
        paper = read_coded(file.stem, file.read_text(encoding="utf-8").splitlines(), used)
        gold = Gold(paper, tuple((p.start, p.end) for p in find_passages(paper.document)), frozenset(f.id for f in paper.findings))
        show(file.stem, "suggest", score(gold, by_program(gold, used, model)))
        show(file.stem, "keywords", score(gold, by_keywords(gold, used)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, default=ROOT / "papers")
    parser.add_argument("--findings", type=Path, default=ROOT / "bib" / "findings")
    parser.add_argument("--codebook", type=Path, default=ROOT / "ontology" / "codebooks" / "peer-support.csv")
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("--invented", action="store_true")
    options = parser.parse_args()
    codebook, _ = read_codebook(options.codebook)
    files = sorted(p for p in options.papers.iterdir() if p.is_file() and not p.name.startswith("README"))
    papers = coded_papers(files, options.findings, codebook)
    golds = folder_gold(papers, options.gold) if options.gold else workspace_gold(papers)
    if options.invented:
        invented(codebook, train(papers, codebook))
    elif options.curve:
        learning_curve(golds, papers, codebook)
    else:
        leave_one_out(golds, papers, codebook)


if __name__ == "__main__":
    main()
