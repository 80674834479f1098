"""What is reviewed: the corpus, the papers at hand, suggestions from the program and from elsewhere; and its passages as the page
shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from evidence.agreement import Coder
from evidence.decisions import Coding, Decision
from evidence.documents import paragraphs, sentences
from evidence.graph import short_cite
from evidence.inbox import Inbox, read_inbox
from evidence.model import Citation, Document, Problem, Suggestion, passage_digest
from evidence.papers import find_papers
from evidence.pipeline import Corpus, read_corpus
from evidence.review.items import Item, received_items, suggested_items, votes_of
from evidence.workspace import Workspace

Json = dict[str, Any]
Suggest = Callable[[str, Document, Sequence[Citation]], Iterable[Suggestion]]
"""Paper key, document and citations to suggestions."""


class ReviewError(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Material:
    """What is reviewed: the corpus, the papers at hand by key, the suggestions, what was met while reading, how to find what may be
    suggested once something was learned, and whether anything is to be learned."""

    corpus: Corpus
    documents: Mapping[str, Document]
    suggestions: tuple[Item, ...]
    votes: tuple[Decision, ...]
    problems: tuple[Problem, ...]
    consider: Callable[[], Sequence[Item]] = tuple
    learns: bool = False

    @cached_property
    def paragraphs(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """Key of a paper at hand to the places of its paragraphs."""
        return {key: paragraphs(document) for key, document in self.documents.items()}


def gather(
    workspace: Workspace, folders: Sequence[Path], suggest: Suggest | None, consider: Suggest | None, inbox: Path | None,
    codings: Sequence[Coder], *, learns: bool,
) -> Material:  # fmt: skip
    """All that a session is about; what the arguments are says ``open_session``. Raises ``ReviewError``."""
    corpus = read_corpus(workspace)
    copies, problems = find_papers((*workspace.paper_folders, *folders), workspace.policies)
    documents = {key: copy.document for key, copy in copies.items()}
    received = read_inbox(inbox, documents, corpus.codebook) if inbox and inbox.exists() else Inbox((), 0, ())
    suggestions = received_items(received, documents, corpus.citations) + _suggested(suggest, documents, corpus.citations)
    try:
        votes = votes_of(codings, corpus.codebook, documents) if codings else ()
    except ValueError as error:
        raise ReviewError(f"the codings cannot be compared: {error}") from error
    problems = (*corpus.problems, *problems, *received.problems)
    considered = partial(_suggested, consider, documents, corpus.citations)
    return Material(corpus, documents, tuple(suggestions), votes, problems, considered, learns)


def _suggested(suggest: Suggest | None, documents: Mapping[str, Document], citations: Mapping[str, Sequence[Citation]]) -> list[Item]:
    """What is suggested for all papers at hand, as items."""
    items: list[Item] = []
    for key, document in documents.items() if suggest else ():
        within = citations.get(key, ())
        items += suggested_items(key, document, within, suggest(key, document, within) if suggest else ())
    return items


def around(material: Material, coding: Coding) -> Json:
    """The paragraphs of a passage with the one before and the one after, or why they cannot be shown."""
    document = material.documents.get(coding.paper)
    if document is None:
        return {
            "paragraphs": [],
            "trouble": f"No copy of {coding.paper} is at hand: start the review with --papers FOLDER to read the passage.",
        }
    if coding.end > len(document.text) or passage_digest(document.text[coding.start : coding.end]) != coding.passage_sha256:
        return {"paragraphs": [], "trouble": "The paper's text is not what was coded: the passage does not stand at its place."}
    spans = material.paragraphs[coding.paper]
    inside = [n for n, (start, end) in enumerate(spans) if start < coding.end and coding.start < end]
    first, last = (max(0, inside[0] - 1), inside[-1] + 2) if inside else (0, 0)
    return {"paragraphs": [paragraph(material, coding.paper, span) for span in spans[first:last]], "trouble": ""}


def paragraph(material: Material, key: str, span: tuple[int, int]) -> Json:
    """A paragraph: its place, its text, its citations and its sentences, all with offsets in the paper's text."""
    start, end = span
    document, works = material.documents[key], material.corpus.works
    inside = [c for c in material.corpus.citations.get(key, ()) if start <= c.start and c.end <= end]
    cites = [{"start": c.start, "end": c.end, **cited(c.work or "", works[c.work].csl if c.work in works else {})} for c in inside]
    heading = any(s.start == start and end - start <= len(s.title) + 12 for s in document.sections)
    return {
        "start": start, "end": end, "text": document.text[start:end], "heading": heading, "citations": cites,
        "sentences": [] if heading else sentences(document.text, start, end, document.furniture),
    }  # fmt: skip


def cited(key: str, csl: Mapping[str, Any]) -> Json:
    """A cited work as the page shows it; an unresolved one has no key."""
    return {"key": key, "label": short_cite(dict(csl), key.removeprefix("?")), "title": str(csl.get("title", ""))}
