"""What a person corrected on the page, held against the codebook and the paper before it becomes a decision."""

from __future__ import annotations

from dataclasses import replace

from evidence.decisions import Coding
from evidence.model import EFFECTS, ROLES, STATES, passage_digest
from evidence.review.items import section_at
from evidence.review.material import Json, Material, ReviewError

LONGEST_TEXT = 2000
"""Characters of a reason or a statement."""

_EFFECT_WORDS = {"barrier": "a barrier", "facilitator": "a facilitator", "mixed": "helps and hinders", "none": "no effect"}


def corrected(material: Material, coding: Coding, said: Json) -> Coding:
    """A coding with what the page corrected. Raises ``ReviewError`` naming what is wrong."""
    words: Json = {name: text(said, name) for name in ("factor", "effect", "state", "role", "statement") if name in said}
    changed = replace(coding, **words)
    if material.corpus.codebook.factor(changed.factor) is None:
        raise ReviewError(f"factor `{changed.factor}` is not in the codebook; choose one" if changed.factor else "choose a factor")
    for name, allowed in (("effect", EFFECTS), ("state", STATES), ("role", ROLES)):
        if getattr(changed, name) not in allowed:
            raise ReviewError(f"{name} must be one of {', '.join(a for a in allowed if a)}")
    if "start" not in said and "end" not in said:
        return changed
    return _placed(material, changed, said.get("start"), said.get("end"))


def stated(material: Material, coding: Coding) -> Coding:
    """A coding with a statement: where nobody said it in words of their own, factor and effect say it."""
    factor = material.corpus.codebook.factor(coding.factor)
    if coding.statement or factor is None:
        return coding
    lacking = " (lacking)" if coding.state == "lacking" else ""
    return replace(coding, statement=f"{factor.label}{lacking}: {_EFFECT_WORDS[coding.effect]}.")


def _placed(material: Material, coding: Coding, start: object, end: object) -> Coding:
    document = material.documents.get(coding.paper)
    if document is None:
        raise ReviewError(f"no copy of `{coding.paper}` is at hand, so its passage cannot be changed")
    if not (type(start) is int and type(end) is int and 0 <= start < end <= len(document.text)):
        raise ReviewError(f"{start}-{end} is no passage of a text of {len(document.text)} characters")
    passage = document.text[start:end]
    start, end = start + len(passage) - len(passage.lstrip()), end - len(passage) + len(passage.rstrip())
    if start >= end:
        raise ReviewError("the selected passage is empty")
    inside = [c for c in material.corpus.citations.get(coding.paper, ()) if start <= c.start < end]
    cites = tuple(dict.fromkeys(c.work for c in inside if c.work))
    digest = passage_digest(document.text[start:end])
    return replace(coding, start=start, end=end, passage_sha256=digest, section=section_at(document, start), cites=cites)


def difference(before: Coding, after: Coding) -> str:
    """What a correction changed, in words; empty when nothing."""
    names = {"factor": "factor", "effect": "effect", "state": "state", "role": "role", "statement": "wording"}
    changed = [word for name, word in names.items() if getattr(before, name) != getattr(after, name)]
    changed += ["passage"] if (before.start, before.end) != (after.start, after.end) else []
    return f"corrected: {', '.join(changed)}" if changed else ""


def text(said: Json, name: str) -> str:
    """A text that the page sent. Raises ``ReviewError`` when it is none or too long."""
    value = said.get(name, "")
    if not isinstance(value, str):
        raise ReviewError(f"`{name}` must be text")
    if len(value) > LONGEST_TEXT:
        raise ReviewError(f"`{name}` has {len(value)} characters; {LONGEST_TEXT} are enough")
    return value.strip()
