"""Persons of a reference: labelled runs of text into CSL names.

The sequence model says which tokens are family names, given names and joints; here they become persons, with particles,
suffixes and organisations told apart, and names that the model left in one piece cut.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence.references.features import LISTS
from evidence.references.tokens import DASHES

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTICLES = frozenset(
    "van von der den de del della di da dos das do du la le ten ter zu zur vom af av bin ibn el al dalla degli 't".split()
)
SUFFIXES = re.compile(r"(?:^|[\s,]+)((?:[JS]r)\.?|I{2,3}|IV)(?=$|[\s,.])")


def _person(family: str, given: str) -> dict[str, str]:
    """A CSL name; lower-case particles before the family name and suffixes after either part stand on their own."""
    name: dict[str, str] = {}
    if match := SUFFIXES.search(given):
        name["suffix"], given = match[1], (given[: match.start()] + given[match.end() :]).strip(" ,")
    if (match := SUFFIXES.search(family)) and match.start() > 0:
        name["suffix"], family = match[1], family[: match.start()].strip(" ,")
    words = family.split()
    count = 0
    while count < len(words) - 1 and words[count].lower() in PARTICLES and words[count].islower():
        count += 1
    if count:
        name["non-dropping-particle"], family = " ".join(words[:count]), " ".join(words[count:])
    trailing = given.split()
    cut = len(trailing)
    while cut > 0 and trailing[cut - 1] in PARTICLES:
        cut -= 1
    if cut < len(trailing) and cut > 0:
        name["dropping-particle"], given = " ".join(trailing[cut:]), " ".join(trailing[:cut])
    if family:
        name["family"] = family
    if given:
        name["given"] = given
    return name


_TRAILING_INITIALS = re.compile(r"(.*[^\W\d_]{2}.*?),?\s+((?:[A-Z]\.?[\s-]?){1,5}|[A-Z]{1,3})$")
_LEADING_INITIALS = re.compile(r"((?:[A-Z]\.?-?\s?){1,5})(?<=[.\s])([^\W\d_]{2}.*)$")


_INITIALS = re.compile(r"[A-Z]{1,3}\.?|(?:[A-Z]\.\s?){1,4}")
_A_NAME = re.compile(r"[^\W\d_][^\W\d_]+[a-zß-ÿ].*")


def _whole_person(family: str, given: str) -> dict[str, str]:
    """A CSL name from its printed parts. A name that the model left in one piece is cut: initials off its end or its
    beginning, else before the last word; parts taken for each other ("LE" as family name) change places."""
    family, given = name_part(family), name_part(given)
    if _INITIALS.fullmatch(family) and _A_NAME.fullmatch(given):
        return _person(given, family)
    if family and given:
        return _person(family, given)
    name = family or given
    if match := re.fullmatch(r"(\S+\s.*\S)\s(Jr|Sr|II|III)\.?", name):
        return {**_whole_person("", match[1]), "suffix": match[2]}
    if match := _TRAILING_INITIALS.match(name):
        return _person(match[1], match[2].strip())
    if match := _LEADING_INITIALS.match(name):
        return _person(match[2], match[1].strip())
    words = name.split()
    if len(words) > 1 and words[0].lower() not in PARTICLES and not (family and words[0].isupper()):
        cut = next((i for i in range(1, len(words) - 1) if words[i] in PARTICLES), len(words) - 1)
        return _person(" ".join(words[cut:]), " ".join(words[:cut]))
    return _person(name, "")


def name_part(text: str) -> str:
    """``text`` without separators and footnote marks around it; the stop of an initial or a suffix stays."""
    text = " ".join(text.split()).strip(_AROUND_NAMES)
    return text if not text.endswith(".") or _ENDS_SHORT.search(text) else text.rstrip(".").rstrip()


_AROUND_NAMES = ' ,;:/&*†‡§()[]"“”' + DASHES
_ENDS_SHORT = re.compile(r"(?:\b[A-Z]|[JS]r)\.$")


def persons(runs: Sequence[tuple[str, str]], family: str, given: str, joint: str) -> list[dict[str, str]]:
    """Persons and organisations from labelled runs; ``family``, ``given``, ``joint`` are the labels of their parts."""
    people: list[dict[str, str]] = []
    parts: list[tuple[str, str]] = []
    for label, text in [*runs, (joint, "")]:
        if label in (family, given):
            parts.append(("family" if label == family else "given", text))
            continue
        if parts:
            people += _resolve(parts)
            parts = []
        if label == "A" and joint == "w":
            people.append(_organisation(text))
    return _without_the_last_stop(_with_stray_initials([p for p in people if _LETTER.search(p.get("family") or p.get("literal") or "")]))


def _without_the_last_stop(people: list[dict[str, str]]) -> list[dict[str, str]]:
    """The persons; where initials are printed without stops, the one behind the last initial ended the list and is no part of it."""
    others, last = [person.get("given", "") for person in people[:-1]], people[-1].get("given", "") if people else ""
    if last.endswith(".") and last.count(".") == 1 and any(map(_BARE.fullmatch, others)) and not any("." in given for given in others):
        return [*people[:-1], people[-1] | {"given": last.rstrip(".")}]
    return people


_BARE = re.compile(r"[A-Z]{1,3}")


_LETTER = re.compile(r"[^\W\d_]")


_STRAY = re.compile(r"(?:[A-Z]\.[\s-]?){1,3}")


def _with_stray_initials(people: list[dict[str, str]]) -> list[dict[str, str]]:
    """The persons, with initials that stand for a person of their own given back to the one before."""
    whole: list[dict[str, str]] = []
    for person in people:
        if list(person) == ["family"] and _STRAY.fullmatch(person["family"]):
            if whole and "given" in whole[-1]:
                whole[-1] = {**whole[-1], "given": f"{whole[-1]['given']} {person['family']}"}
            continue
        whole.append(person)
    return whole


def _organisation(text: str) -> dict[str, str]:
    """An organisation's name; a person when it is two or three words of which the first is a common given name."""
    words = name_part(text).split()
    if 1 < len(words) < 4 and "given" in LISTS.get(words[0].lower(), ()):
        return _whole_person("", text)
    return {"literal": name_part(text)}


_BETWEEN = re.compile(r"\s*[,;]\s+|;")


def _resolve(parts: list[tuple[str, str]]) -> list[dict[str, str]]:
    """The persons in a row of name parts that no joint divides: mostly one; two where a part comes twice."""
    named = [(kind, text) for kind, text in parts if name_part(text)]
    kinds, texts = [kind for kind, _ in named], [text for _, text in named]
    if kinds == ["family", "given", "family"]:
        inverted = texts[0].rstrip().endswith(",")
        if inverted and not texts[1].rstrip().endswith((",", ";")):  # "Daniel, Glyn | Edmund": a second given name
            return [_whole_person(texts[0], " ".join(texts[1:]))]
        if not inverted:  # "Ted | J. | Kaptchuk"
            return [_whole_person(texts[2], " ".join(texts[:2]))]
    people: list[dict[str, str]] = []
    current: dict[str, str] = {}
    for kind, text in zip(kinds, texts, strict=True):
        pieces = [p for p in _BETWEEN.split(text.strip(" ,;")) if p] if kind == "family" else [text]
        for n, piece in enumerate(pieces):
            if kind in current or n:
                people.append(_whole_person(current.get("family", ""), current.get("given", "")))
                current = {}
            current[kind] = piece
    return [*people, _whole_person(current.get("family", ""), current.get("given", ""))] if current else people
