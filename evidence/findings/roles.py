"""Whose claim a passage makes: the paper's own data, a cited work, a review's conclusion over several works, an opinion.

Rules only: a passage with a citation restates the cited work, unless it speaks of the paper's own findings; one that goes
on with the passage before keeps its source; quotations and results of an empirical paper are its own data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence.findings.passages import Passage

EMPIRICAL = re.compile(
    r"\b(we interviewed|were interviewed|interviews were|focus groups? (?:were|was|with)|interviewees?|participants (?:were|included)|"
    r"were (?:audio-?)?(?:recorded|audiotaped)|transcribed|informed consent|ethic(?:s|al) approval|respondents|"
    r"qualitative (?:study|research|data))\b",
    re.IGNORECASE,
)
REVIEW = re.compile(
    r"\b(review (?:of|the|is|was|aims)|(?:scoping|systematic|narrative|literature|integrative|umbrella) review|meta-?synthesis|"
    r"databases)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(our (?:findings|results|study|data|analysis|participants|interviews|review)|this study (?:found|shows|showed|suggests)|"
    r"(?:findings|results) (?:from|of|in) (?:this|our|the present) study|in (?:this|our|the present) study|"
    r"we (?:found|observed|identified)|"
    r"(?:participants|interviewees|respondents|leaders?|managers) (?:in (?:this|our) study )?(?:said|described|felt|reported|expressed))\b",
    re.IGNORECASE,
)
_IN_LINE = re.compile(
    r"\b(consistent with|in line with|in agreement|agrees? with|echo|mirror|confirm|corroborat|similar to|reinforced by|supported by|"
    r"as (?:in|with) (?:previous|other|earlier)|contrast to (?:previous|earlier))",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\b(we (?:argue|believe|suggest|recommend|propose|think|advise)|in our (?:view|opinion)|could|may include|might|one way)\b",
    re.IGNORECASE,
)
_TIGHT = re.compile(
    r"^(?:the authors?|they (?:also )?(?:found|showed|noted|argued|reported|suggested)|this study|the model|"
    r"it (?:entailed|consisted|included|showed))\b",
    re.IGNORECASE,
)


TELLING = 10
"""Passages of results from which their citations tell what a paper is."""
MANY, FEW = 0.25, 0.1
"""Shares of results with citations: a review's mostly have them, a paper's own data hardly ever."""


def kind_of(passages: Sequence[Passage]) -> str:
    """``review``, ``empirical`` or ``essay``: what a paper is, by the citations in its results; where there are none to tell, by its own
    words (a synthesis of interview studies speaks of interviews, too); a capture of a part may tell little."""
    results = [bool(p.citations) for p in passages if p.part == "results"]
    if len(results) >= TELLING and any(p.citations for p in passages):
        share = sum(results) / len(results)
        if share >= MANY or share <= FEW:
            return "review" if share >= MANY else "empirical"
    text = " ".join(p.text for p in passages)
    empirical, review = len(EMPIRICAL.findall(text)), len(REVIEW.findall(text))
    has_methods = any(p.part == "methods" for p in passages)
    if review >= 3 and review > empirical / 2 and any(REVIEW.search(p.text) for p in passages[: max(12, len(passages) // 4)]):
        return "review"
    if has_methods and empirical >= 2:
        return "empirical"
    return "review" if sum(bool(p.citations) for p in passages) > 0.35 * len(passages) else "empirical" if empirical >= 4 else "essay"


def assign_roles(passages: Sequence[Passage]) -> list[tuple[str, tuple[int, ...]]]:
    """For each passage its role and the citations that carry its claim (positions in the list of citations)."""
    kind = kind_of(passages)
    result: list[tuple[str, tuple[int, ...]]] = []
    for number, passage in enumerate(passages):
        before = passages[number - 1] if number and passages[number - 1].paragraph == passage.paragraph else None
        carried = _carried(passage, before, result[-1] if result else ("", ()))
        result.append(_role(passage, kind, carried))
    return result


def _role(passage: Passage, kind: str, carried: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    if passage.citations:
        own = (
            kind == "empirical"
            and _OWN.search(passage.text)
            and (passage.part in {"results", "discussion", "conclusion"} or _IN_LINE.search(passage.text))
        )
        own_data = kind == "empirical" and passage.part == "results"
        return ("primary", passage.citations) if own or own_data else ("cited", passage.citations)
    if carried:
        return "cited", carried
    if kind == "empirical":
        outside = passage.part == "introduction"
        return ("synthesis" if outside else "primary"), ()
    return (
        "opinion" if kind == "essay" or (_OPINION.search(passage.text) and passage.part in {"discussion", "conclusion"}) else "synthesis"
    ), ()


def _carried(passage: Passage, before: Passage | None, last: tuple[str, tuple[int, ...]]) -> tuple[int, ...]:
    """The citations of the passage before, when this one plainly goes on with the same source."""
    return last[1] if before is not None and last[0] == "cited" and _TIGHT.search(passage.text) else ()
