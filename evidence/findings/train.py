"""Trains the model that suggests findings: ``python -m evidence.findings.train [--workspace FOLDER] [--out FILE]``.

From a workspace it takes the accepted findings and the papers at hand; beside them the invented texts in ``training/`` are used,
always the same ones. Nothing is random: the same input gives the same file.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from evidence.citations import find_citations
from evidence.codebook import read_codebook
from evidence.documents import read_document
from evidence.findings.coded import CodedPaper, read_coded, read_sentences
from evidence.findings.learn import LONG, OF_LONG, OF_PAPERS, Material, Model, learn, material_of, material_of_sentences
from evidence.findings.lexicon import lexicon
from evidence.findings.modelfile import SHIPPED, write_model
from evidence.findings.tables import read_findings
from evidence.model import Codebook, Factor, passage_digest
from evidence.references import find_references
from evidence.resources import resource

TRAINING = Path(__file__).with_name("training")


def _texts(folder: str) -> list[Path]:
    return sorted((TRAINING / folder).glob("*.txt"))


def _lines(text: Path) -> list[str]:
    return text.read_text(encoding="utf-8").splitlines()


def invented(codebook: Codebook) -> list[Material]:
    """The invented texts about the factors of a codebook: sentences, and the papers if the codebook has all their factors."""
    materials = [material_of_sentences("sentences", read_sentences(_lines(TRAINING / "sentences.txt")), codebook)]
    for folder, weight, claims in (("peer-support", 1.0, 1.0), ("peer-support-long", OF_LONG, LONG)):
        for text in _texts(folder):
            try:
                paper = read_coded(text.stem, _lines(text), codebook)
            except KeyError:
                continue
            materials.append(material_of(paper, weight, claims))
    return materials


def other_fields() -> list[Material]:
    """The invented papers of other fields, each with its codebook beside it."""
    materials = []
    for text in _texts("other-fields"):
        codebook, _ = read_codebook(text.with_name(f"{text.stem}-codebook.csv"))
        materials.append(material_of(read_coded(text.stem, _lines(text), codebook)))
    return materials


def any_field() -> Material:
    """The invented sentences of many fields that help or hinder without naming a factor."""
    said = read_sentences(_lines(TRAINING / "any-field.txt"))
    nameless = Codebook("", "", (), (), (Factor("", "", "", ""),))
    return material_of_sentences("any field", said, nameless)


def coded_papers(papers: Sequence[Path], findings: Path, codebook: Codebook) -> list[CodedPaper]:
    """The papers at hand that have findings: a file belongs to the findings whose passages it holds (by their digests)."""
    documents = [read_document(path) for path in papers]
    coded = []
    for table in sorted(findings.glob("*.csv")):
        found, _ = read_findings(table, codebook, ())
        for document in documents:
            if found and all(passage_digest(document.text[f.start : f.end]) == f.passage_sha256 for f in found):
                references, _ = find_references(document)
                coded.append(CodedPaper(table.stem, document, tuple(find_citations(document, references)), found, codebook))
                break
    return coded


def train(papers: Sequence[CodedPaper], codebook: Codebook) -> Model:
    """A model from coded papers (all with this codebook, may be none) and the invented texts."""
    return learn([*(material_of(paper, OF_PAPERS) for paper in papers), *invented(codebook)], other_fields(), lexicon(), [any_field()])


def main() -> None:
    """Trains and writes the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=Path, action="append", help="folder with the papers (default: papers/ of the checkout)")
    parser.add_argument("--findings", type=Path, default=resource("bib", "findings"), help="folder with one CSV of findings a paper")
    parser.add_argument("--codebook", type=Path, default=resource("ontology", "codebooks", "peer-support.csv"))
    parser.add_argument("--out", type=Path, default=SHIPPED)
    options = parser.parse_args()
    started = time.perf_counter()
    codebook, _ = read_codebook(options.codebook)
    folders = options.papers or [resource("papers")]
    files = sorted(path for folder in folders for path in folder.iterdir() if path.is_file() and not path.name.startswith("README"))
    papers = coded_papers(files, options.findings, codebook)
    write_model(options.out, train(papers, codebook))
    print(f"{options.out}: {len(papers)} papers, {sum(len(p.findings) for p in papers)} findings, {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
