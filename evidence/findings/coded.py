"""Coded texts of our own making: invented papers and sentences with their codings, one sentence a line.

``codings | sentence``: a coding is the last name of a factor's code and a sign, ``+`` helps, ``-`` hinders, ``~`` mixed; ``0`` behind it:
by the factor's lack. A lone dot is no coding. Lines with ``#`` alone are comments, ``##`` and more are headings, an empty line ends a
paragraph. What is read is a ``Document`` with findings, like a paper that somebody coded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence.model import Citation, Codebook, Document, Finding, Section, passage_digest

_HEADING = re.compile(r"(#{2,6})\s+(.+)")
_CITED = re.compile(r"\((?:[^()]*?\b\d{4}[a-z]?\b[^()]*)\)")
SIGNS = {"+": "facilitator", "-": "barrier", "~": "mixed"}


@dataclass(frozen=True)
class CodedPaper:
    """A paper with its citations, what people found in it, and the codebook they used."""

    name: str
    document: Document
    citations: tuple[Citation, ...]
    findings: tuple[Finding, ...]
    codebook: Codebook


def read_coded(name: str, lines: Iterable[str], codebook: Codebook) -> CodedPaper:
    """An invented paper. Raises ``KeyError`` for a coding that the codebook does not have."""
    codes = {factor.code.rsplit(".", 1)[-1]: factor.code for factor in codebook.factors}
    text, sections, findings = "", list[Section](), list[Finding]()
    fresh = True
    for line in lines:
        heading = _HEADING.match(line)
        codings, bar, sentence = line.partition("|")
        if heading:
            text += ("\n\n" if text else "") + heading[2]
            sections.append(Section(heading[2].strip(), len(heading[1]) - 1, len(text) - len(heading[2]), 0))
            fresh = True
        elif not line.strip():
            fresh = True
        elif bar and not line.startswith("#"):
            text += ("\n\n" if fresh else " ") + sentence.strip()
            place = (len(text) - len(sentence.strip()), len(text))
            findings += [_finding(name, coding, codes, text, place) for coding in codings.split() if coding != "."]
            fresh = False
    document = Document(text, "text", passage_digest(text), sections=_nested(sections, len(text)))
    return CodedPaper(name, document, _citations(text), tuple(findings), codebook)


def read_sentences(lines: Iterable[str]) -> list[tuple[str, tuple[tuple[str, str, bool], ...]]]:
    """Invented sentences by themselves: (sentence, ((last name of a factor, effect, by its lack), ...))."""
    found = []
    for line in lines:
        codings, bar, sentence = line.partition("|")
        if bar and not line.startswith("#"):
            found.append((sentence.strip(), tuple(_coding(coding) for coding in codings.split() if coding != ".")))
    return found


def _coding(coding: str) -> tuple[str, str, bool]:
    name = coding.rstrip("0")
    return name[:-1], SIGNS[name[-1]], coding.endswith("0")


def _finding(paper: str, coding: str, codes: dict[str, str], text: str, place: tuple[int, int]) -> Finding:
    name, effect, lacking = _coding(coding)
    start, end = place
    state, passage = "lacking" if lacking else "present", text[start:end]
    role = "cited" if _CITED.search(passage) else ""
    return Finding(f"{paper}-{start}-{name}", paper, codes[name], effect, state, role, "", "", start, end, passage_digest(passage))


def _citations(text: str) -> tuple[Citation, ...]:
    return tuple(Citation(m.start(), m.end(), m[0], "parenthetical") for m in _CITED.finditer(text))


def _nested(sections: Sequence[Section], end: int) -> tuple[Section, ...]:
    closed = []
    for i, section in enumerate(sections):
        following = next((s.start for s in sections[i + 1 :] if s.level <= section.level), end)
        closed.append(Section(section.title, section.level, section.start, following))
    return tuple(closed)
