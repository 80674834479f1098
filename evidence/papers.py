"""The reader's own copies of the coded papers: found by content, and held against what was coded from them.

Papers are often not ours to pass on, so the workspace keeps places and digests only. Where the files are at hand, every passage is
checked: the text at its offsets must be the text that was coded.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.documents import read_document
from evidence.model import Citation, Document, Finding, Problem, Reference, passage_digest
from evidence.workspace import PaperPolicy

STAGE = "papers"


@dataclass(frozen=True)
class PaperCopy:
    """A coded paper's file at hand, as it was read."""

    key: str
    path: Path
    document: Document

    @property
    def text(self) -> str:
        """What all offsets refer to."""
        return self.document.text


@dataclass(frozen=True)
class Verification:
    """How many passages were held against the papers' text, and what did not hold."""

    checks: int
    problems: tuple[Problem, ...]


def find_papers(folders: Iterable[Path], policies: Mapping[str, PaperPolicy]) -> tuple[dict[str, PaperCopy], tuple[Problem, ...]]:
    """The coded papers among the files of some folders, by citation key.

    A file is a paper when its bytes have the digest that ``evidence.toml`` records, whatever it is called; a file that is called
    after a paper (``kent2019.txt``) but has another digest is reported, because its offsets cannot be trusted.
    """
    by_digest = {policy.sha256: key for key, policy in policies.items() if policy.sha256}
    found: dict[str, PaperCopy] = {}
    problems: list[Problem] = []
    for path in sorted(p for folder in folders if folder.is_dir() for p in folder.iterdir() if p.is_file()):
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            problems.append(Problem(STAGE, str(path), None, "", f"cannot be opened ({error.strerror}); check its permissions"))
            continue
        if digest in by_digest:
            document = read_document(path)
            problems.extend(p for p in document.problems if p.severity == "error")
            found[by_digest[digest]] = PaperCopy(by_digest[digest], path, document)
        elif path.stem in policies:
            message = f"is not the text that `{path.stem}` was coded from (its digest differs); its passages were not checked"
            problems.append(Problem(STAGE, path.name, None, "", message))
    return found, tuple(problems)


def verify(paper: PaperCopy, findings: Sequence[Finding], references: Sequence[Reference], citations: Sequence[Citation]) -> Verification:
    """The quote lock: every finding's passage has its recorded digest, every reference and citation stands where it is said to stand."""
    problems = [p for finding in findings if (p := _finding_problem(paper, finding))]
    problems += [p for reference in references if (p := _reference_problem(paper, reference))]
    problems += [p for citation in citations if (p := _citation_problem(paper, citation))]
    return Verification(len(findings) + len(references) + len(citations), tuple(problems))


def _finding_problem(paper: PaperCopy, finding: Finding) -> Problem | None:
    if finding.end > len(paper.text):
        message = f"finding `{finding.id}` ends at {finding.end}, but {paper.path.name} has only {len(paper.text)} characters"
    elif passage_digest(paper.text[finding.start : finding.end]) != finding.passage_sha256:
        near = _elsewhere(paper.text, finding)
        where = f"the passage with that digest begins at {near}; correct start and end" if near is not None else "code the passage anew"
        message = f"finding `{finding.id}`: the text at {finding.start}-{finding.end} of {paper.path.name} is not what was coded; {where}"
    else:
        return None
    return Problem(STAGE, finding.source, finding.line, finding.id, message)


def _elsewhere(text: str, finding: Finding) -> int | None:
    """Where a passage of the same length and digest begins, within 400 characters of the recorded start; ``None`` if nowhere."""
    length = finding.end - finding.start
    first, last = max(0, finding.start - 400), min(len(text) - length, finding.start + 400)
    nearest_first = sorted(range(first, last + 1), key=lambda s: abs(s - finding.start))
    return next((s for s in nearest_first if passage_digest(text[s : s + length]) == finding.passage_sha256), None)


def _reference_problem(paper: PaperCopy, reference: Reference) -> Problem | None:
    there = paper.text[reference.start : reference.end]
    if _folded(there) == _folded(reference.raw):
        return None
    message = f"entry {reference.index} of the list does not stand at {reference.start}-{reference.end} of {paper.path.name}"
    return Problem(STAGE, f"list of {paper.key}", None, reference.raw[:80], message)


def _citation_problem(paper: PaperCopy, citation: Citation) -> Problem | None:
    if _folded(paper.text[citation.start : citation.end]) == _folded(citation.text):
        return None
    message = f"citation `{citation.text}` does not stand at {citation.start}-{citation.end} of {paper.path.name}"
    return Problem(STAGE, f"citations of {paper.key}", None, citation.text, message)


def _folded(text: str) -> str:
    """Letters and digits only, so that line breaks and list marks inside an entry do not matter."""
    return "".join(_letters(text))


def _letters(text: str) -> Iterator[str]:
    for match in re.finditer(r"[^\W_]+", text):
        yield match[0]
