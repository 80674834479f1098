"""Codings from another tool to the reader's own texts: the paper they belong to, the place there, and files that other commands read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from evidence.anchors import Folded, find_quote, fold
from evidence.decisions import decisions_file
from evidence.exchange.refi import STAGE, Project
from evidence.findings.tables import finding_id, write_findings
from evidence.model import Finding, Problem, passage_digest


def place_codings(project: Project, texts: Mapping[str, str], name: str = "project") -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """The codings of a project at their places in the reader's own texts (by key).

    A source is the paper that it is named after, else the one with the same words. Where the texts differ, each passage is looked for by
    its words; what is not found is left out with a Problem. Of a source without text the places are taken as they are, and that is said.
    """
    folded = {key: fold(text) for key, text in texts.items()}
    by_source: dict[str, list[Finding]] = defaultdict(list)
    for finding in project.findings:
        by_source[finding.paper].append(finding)
    placed: list[Finding] = []
    problems: list[Problem] = []
    for source, findings in by_source.items():
        theirs = project.texts.get(source)
        key = source if source in texts else _same_words(theirs, folded)
        if key is None:
            message = f"{len(findings)} codings of `{source}` were left out: no paper at hand has its name or its text"
            problems.append(Problem(STAGE, name, None, source, message))
            continue
        if theirs is None:
            message = f"the project has no text of `{source}`; the places of its {len(findings)} codings could not be checked"
            problems.append(Problem(STAGE, name, None, source, message, "note"))
        for finding in findings:
            place = _place(finding, theirs, folded[key])
            if place is None:
                message = f"the passage at {finding.start}-{finding.end} of `{source}` does not stand in `{key}`; its coding was left out"
                problems.append(Problem(STAGE, name, None, finding.id, message))
            else:
                placed.append(_at(finding, key, texts[key], place))
    return tuple(placed), tuple(problems)


def write_codings(folder: Path, findings: Iterable[Finding]) -> tuple[Path, ...]:
    """Writes codings as ``<coder>/<paper>.csv`` below a folder, for ``evidence agree``; the files written. Raises ``OSError``."""
    files: dict[Path, list[Finding]] = defaultdict(list)
    for finding in findings:
        coder = decisions_file(folder, f"{finding.coder or 'unnamed'}")
        files[coder.with_suffix("") / f"{finding.paper}.csv"].append(finding)
    for path, own in files.items():
        write_findings(path, sorted(own, key=lambda f: (f.start, f.end, f.factor)))
    return tuple(sorted(files))


def _same_words(text: str | None, folded: Mapping[str, Folded]) -> str | None:
    """The paper whose text has the same words; ``None`` without one."""
    if not text:
        return None
    words = fold(text).words
    return next((key for key, own in folded.items() if own.words == words), None)


def _place(finding: Finding, theirs: str | None, own: Folded) -> tuple[int, int] | None:
    """Where a coding stands in one's own text; ``None`` where it does not."""
    if theirs is None:
        return (finding.start, finding.end) if finding.end <= len(own.text) else None
    if own.text.replace("\r\n", "\n") == theirs:
        return _unshifted((finding.start, finding.end), own.text)
    places = find_quote(own, theirs[finding.start : finding.end])
    return min(places, key=lambda p: abs(p[0] - finding.start)) if places else None


def _unshifted(place: tuple[int, int], text: str) -> tuple[int, int]:
    """A place in a text with single line breaks, in the text as it is."""
    if "\r\n" not in text:
        return place
    kept = [n for n, c in enumerate(text) if c != "\r" or not text.startswith("\n", n + 1)]
    return kept[place[0]], kept[place[1] - 1] + 1


def _at(finding: Finding, paper: str, text: str, place: tuple[int, int]) -> Finding:
    start, end = place
    moved = replace(finding, paper=paper, start=start, end=end, passage_sha256=passage_digest(text[start:end]))
    if (paper, start, end) == (finding.paper, finding.start, finding.end):
        return moved
    return replace(moved, id=finding_id(paper, start, end, finding.factor, finding.effect))
