"""Where a passage stands in a text: by its digest when the text was changed, by its words when somebody quotes it.

Two texts are the same words here when they differ only in white space, hyphens and dashes (line breaks take and leave both), the form of
quotation marks and of the ellipsis, accents, ligatures and other compatibility forms (Unicode NFKD), and invisible characters.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from evidence.model import Finding, Problem, passage_digest

STAGE = "papers"
Span = tuple[int, int]

GAP = 600
"""Characters that an ellipsis may stand for at most."""
SHORTEST = 8
"""Letters of a quotation, or of a part of it between ellipses, that can be found at all."""

_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛′`´ʼ", "'") | dict.fromkeys("“”„‟″«»‹›", '"'))
_NOTHING = frozenset({"Pd", "Zs", "Zl", "Zp", "Cf", "Cc", "Cs", "Mn"})
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.\.\.|…)\s*\]|\(\s*(?:\.\.\.|…)\s*\)|\.\s?\.\s?\.|…)\s*")
_WORD_START = re.compile(r"(?<!\w)\w|[^\w\s]")


@dataclass(frozen=True)
class Folded:
    """A text as words only: ``words`` is what is left, ``places`` where each of its characters stands in the text."""

    text: str
    words: str
    places: tuple[int, ...]

    @cached_property
    def size(self) -> int:
        """Characters of the text."""
        return len(self.text)


def fold(text: str) -> Folded:
    """A text without what the module says does not count."""
    words, places = [], []
    for place, character in enumerate(text):
        for kept in _kept(character):
            words.append(kept)
            places.append(place)
    return Folded(text, "".join(words), tuple(places))


def find_quote(folded: Folded, quote: str) -> tuple[Span, ...]:
    """Every place where a quotation stands verbatim (in the sense of the module), in order.

    Quotation marks around it and an ellipsis at its ends do not count; an ellipsis inside stands for up to ``GAP`` characters.
    """
    whole = _occurrences(folded, _words(quote))
    if whole:
        return tuple(whole)
    parts = [_words(part) for part in _ELLIPSIS.split(quote.strip().strip("\"'“”„‘’«» "))]
    parts = [part for part in parts if part]
    if not parts or min(map(len, parts)) < SHORTEST:
        return ()
    return tuple(_chained(folded, parts))


@dataclass(frozen=True)
class Reanchored:
    """Findings after their paper's text changed: those that stand where they stood or were found again, those that were not, and what to
    tell the reader."""

    kept: tuple[Finding, ...]
    moved: tuple[Finding, ...]
    lost: tuple[Finding, ...]
    problems: tuple[Problem, ...]


def reanchor(findings: Iterable[Finding], text: str, coded_text: str = "") -> Reanchored:
    """Finds the passages of findings in a text that may have changed since they were coded.

    A passage is looked for by its digest: as far from its place as the one before it moved, at its place, and everywhere; where
    ``coded_text`` (the text it was coded from) is at hand, also by its words. Of several places the one is taken that is nearest to where
    the passage before it leads one to expect it. What is not found is in ``lost``, with a Problem.
    """
    kept, moved, lost, problems = [], [], [], []
    folded = fold(text) if coded_text else None
    shift, found_at = 0, list[tuple[int, Span]]()
    for finding in sorted(findings, key=lambda f: (f.start, f.end)):
        places = _places_of_digest(text, finding, shift)
        if not places and folded and passage_digest(coded_text[finding.start : finding.end]) == finding.passage_sha256:
            places = find_quote(folded, coded_text[finding.start : finding.end])
        if not places:
            lost.append(finding)
            continue
        expected = finding.start + shift
        start, end = min(places, key=lambda p: abs(p[0] - expected))
        shift = start - finding.start
        found_at.append((finding.start, (start, end)))
        found = replace(finding, start=start, end=end, passage_sha256=passage_digest(text[start:end]))
        if found == finding:
            kept.append(finding)
            continue
        moved.append(found)
        several = f" (it stands in {len(places)} places; the most likely was taken)" if len(places) > 1 else ""
        message = f"finding `{finding.id}`: its passage stands at {start}-{end} now, not at {finding.start}-{finding.end}{several}"
        problems.append(Problem(STAGE, finding.source, finding.line, finding.id, message, "note"))
    problems += [Problem(STAGE, f.source, f.line, f.id, _gone(f, found_at)) for f in lost]
    return Reanchored(tuple(kept), tuple(moved), tuple(lost), tuple(problems))


def _gone(finding: Finding, found_at: Sequence[tuple[int, Span]]) -> str:
    """What to say of a passage that was not found; ``found_at`` are the others: where they began and where they stand now."""
    before = max((now[1] for was, now in found_at if was <= finding.start), default=None)
    after = min((now[0] for was, now in found_at if was > finding.start), default=None)
    sides = [f"behind {before}" if before is not None else "", f"before {after}" if after is not None else ""]
    hint = f" (going by its neighbours it stood {' and '.join(filter(None, sides))})" if any(sides) else ""
    place = f"{finding.start}-{finding.end}"
    return f"finding `{finding.id}`: its passage ({place}) is nowhere in the changed text{hint}; code it anew or delete it"


def overlapping(findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """Findings of one factor whose passages overlap without being the same: one claim coded twice, or an offset that slipped."""
    by_factor: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_factor[finding.paper, finding.factor].append(finding)
    problems = []
    for group in by_factor.values():
        ordered = sorted(group, key=lambda f: (f.start, f.end))
        for one, other in pairwise(ordered):
            if other.start < one.end and (one.start, one.end) != (other.start, other.end):
                message = f"finding `{other.id}` ({other.start}-{other.end}) overlaps `{one.id}` ({one.start}-{one.end}) on the same factor"
                problems.append(Problem("findings", other.source, other.line, other.id, f"{message}; is it one claim?", "note"))
    return tuple(problems)


def _places_of_digest(text: str, finding: Finding, shift: int) -> Sequence[Span]:
    """Where text of the finding's length has its digest: as far from its place as the last one moved, at its place, else everywhere a word
    or sign begins."""
    length = finding.end - finding.start
    if length <= 0 or not finding.passage_sha256:
        return ()
    likely = (finding.start + shift, finding.start)
    starts = (m.start() for m in _WORD_START.finditer(text, 0, max(0, len(text) - length + 1)))

    def has_it(start: int) -> bool:
        return start >= 0 and passage_digest(text[start : start + length]) == finding.passage_sha256

    near = next((start for start in likely if has_it(start)), None)
    return [(s, s + length) for s in ([near] if near is not None else filter(has_it, starts))]


def _kept(character: str) -> str:
    """What of a character counts: nothing of spaces, hyphens, dashes and invisible ones."""
    if character.isascii():
        return character if character.isalnum() or (character.isprintable() and character not in " -") else ""
    folded = unicodedata.normalize("NFKD", character.translate(_QUOTES)).translate(_QUOTES)
    return "".join(c for c in folded if c not in "-−" and unicodedata.category(c) not in _NOTHING)


def _words(text: str) -> str:
    return "".join(map(_kept, text))


def _occurrences(folded: Folded, words: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Places in the text of every occurrence of some words between two positions of ``folded.words``, cut at no word."""
    found: list[Span] = []
    at = folded.words.find(words, start, end) if len(words) >= SHORTEST else -1
    while at >= 0:
        first, last = folded.places[at], folded.places[at + len(words) - 1] + 1
        if not (_letter(folded, first - 1) and _letter(folded, first)) and not (_letter(folded, last - 1) and _letter(folded, last)):
            found.append((first, last))
        at = folded.words.find(words, at + 1, end)
    return found


def _letter(folded: Folded, place: int) -> bool:
    return 0 <= place < folded.size and folded.text[place].isalnum()


def _chained(folded: Folded, parts: Sequence[str]) -> list[Span]:
    """Places from the first part to the last, each part at most ``GAP`` characters behind the one before."""
    found = []
    for start, end in _occurrences(folded, parts[0]):
        reached = end
        for part in parts[1:]:
            low, high = bisect_left(folded.places, reached), bisect_left(folded.places, reached + GAP) + len(part)
            after = _occurrences(folded, part, low, high)
            if not after:
                break
            reached = after[0][1]
        else:
            found.append((start, reached))
    return found
