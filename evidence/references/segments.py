"""The segments that the sequence model finds in a reference, and what every rule over them needs.

:class:`Segments` goes through the rules of ``repairs`` and ``normalise``, each of which reads it and adds its own fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence.references.tokens import DASHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence.model import CslItem
    from evidence.references.tokens import Token

OPEN = "([{“„«‹‘\"'`´"
CLOSE = ")]}”»›’\"'´"


@dataclass
class Segments:
    """What the sequence model found: the text of every field, in order of appearance.

    ``runs`` are (label, text) of adjacent tokens with one label; ``emphasised`` what the source set in italics; ``fields``
    the texts by label; ``csl`` what the cleaners made of it so far; ``year_suffix`` the letter of ``2018a``."""

    raw: str
    runs: list[tuple[str, str]]
    emphasised: tuple[str, ...] = ()
    fields: dict[str, list[str]] = field(default_factory=dict)
    csl: CslItem = field(default_factory=dict)
    year_suffix: str | None = None

    def relabel(self) -> None:
        """``fields`` made anew from ``runs``, after these were changed."""
        self.fields.clear()
        for label, text in self.runs:
            self.fields.setdefault(label, []).append(text)

    def take(self, label: str) -> str:
        """The first text with this label, or empty."""
        return self.fields.get(label, [""])[0]

    def longest(self, label: str) -> str:
        """The longest text with this label, or empty."""
        return max(self.fields.get(label, [""]), key=len)


def segments(raw: str, tokens: Sequence[Token], labels: Sequence[str], emphasised: tuple[str, ...] = ()) -> Segments:
    """Adjacent tokens with one label joined to the text that they span in ``raw``."""
    runs: list[tuple[str, str]] = []
    start = 0
    for i in range(1, len(tokens) + 1):
        if i == len(tokens) or labels[i] != labels[start]:
            runs.append((labels[start], raw[tokens[start].start : tokens[i - 1].end]))
            start = i
    return segments_of(raw, runs, emphasised)


def segments_of(raw: str, runs: Sequence[tuple[str, str]], emphasised: tuple[str, ...] = ()) -> Segments:
    """Segments from labelled runs of ``raw``."""
    found = Segments(raw, list(runs), emphasised)
    found.relabel()
    return found


def unwrap(text: str) -> str:
    """``text`` without separators at both ends, and without quotation marks or brackets that are not paired inside."""
    text = text.strip()
    while text:
        first, last = text[0], text[-1]
        if last in ".,;:/|*†" + DASHES and not text.endswith("..."):
            text = text[:-1].rstrip()
        elif first in ".,;:/|*" + DASHES or (first in CLOSE and first not in "\"'’"):
            text = text[1:].lstrip()
        elif first in OPEN and _closes(text):
            text = text[1:-1].strip()
        elif first in OPEN and not _has_partner(text[1:], first):
            text = text[1:].lstrip()
        elif last in CLOSE and not _has_partner(text[:-1], last):
            text = text[:-1].rstrip()
        else:
            break
    return text


_PARTNER = {"(": ")", "[": "]", "{": "}", "“": "”", "„": "“”", "«": "»", "‹": "›", "‘": "’", '"': '"', "'": "'", "`": "'", "´": "'"}
_OPENER = {")": "(", "]": "[", "}": "{", "”": "“„", "»": "«", "›": "‹", "’": "‘", '"': '"', "'": "'`", "´": "`"}


def _has_partner(rest: str, mark: str) -> bool:
    partners = _PARTNER.get(mark, "") + _OPENER.get(mark, "")
    if mark in "([{)]}":
        return rest.count(mark) < sum(rest.count(p) for p in partners)
    return any(p in rest for p in partners)


def _closes(text: str) -> bool:
    """Whether the first mark of ``text`` is closed by its last one."""
    first, last = text[0], text[-1]
    return len(text) > 1 and last in _PARTNER[first] and first not in text[1:-1] and last not in text[1:-1]


YEAR = re.compile(r"(?<!\d)((?:1[4-9]|20)\d\d)\s?([a-k](?![a-zA-Z]))?")
STATUS = re.compile(
    r"\b(in press|forthcoming|im erscheinen|im druck|submitted|accepted|to appear|sous presse|à paraître|in preparation|unpublished)\b",
    re.IGNORECASE,
)
LEADING_IN = re.compile(
    r"^(?:(?:in|dans|en)\s*[:;]?\s+(?=\S)|(?:aus|from)\s?:\s+|in\s?:\s*)?(?:(?:ders|dies|id|idem)\.?\s*(?:\((?:hrsg|hg|eds?)\.?\)\s*)?[:,]\s*)?",
    re.IGNORECASE,
)
LEADING = {
    "volume": re.compile(r"^\W*(?:(?:volumes?|vols?|bde?|band|jgg?|jahrgang|tome|tomo|t|v)\b\.?\s*)+", re.IGNORECASE),
    "issue": re.compile(
        r"^\W*(?:(?:numbers?|nos?|nr|n|série|ser|issue|iss|heft|h|numéro|número|num|št|č)\b\.?\s*[°ºo]?\s*|n[°º]\s*|№\s*)+", re.IGNORECASE
    ),
    "page": re.compile(
        r"^\W*(?:(?:pages?|pp?|seiten?|s|pgs?|pág(?:s|inas?)?|artikel|article|artn|art|no|id|paper)\b(?!-)\.?\s*[:]?\s*)+", re.IGNORECASE
    ),
}


def first_container(runs: Sequence[tuple[str, str]]) -> str:
    """The longest text labelled as container up to where the first one's numbers and date are over: what comes after them is
    another place where the work was printed."""
    texts: list[str] = [""]
    seen: set[str] = set()
    for label, text in runs:
        if label == "c":
            if len(seen) > 1:
                break
            texts.append(text)
        elif texts[1:] and label in "vipy":
            seen.add(label)
    return max(texts, key=len)
