"""REFI-QDA codebooks (``.qdc``, version 1.0) and what projects share with them: codes, their identifiers, their descriptions.

Levels and categories are codes that cannot be coded with, factors are codes below them. Identifiers are made from content (UUID version
5), so the same codebook is the same file. What the format has no place for (our code, synonyms, indicators) stands in named lines at the
end of a code's description, where people can read it and we find it again, also after a tool that gave out new identifiers.

Standard: https://www.qdasoftware.org (Codebook.xsd, Project.xsd; namespaces ``urn:QDA-XML:codebook:1.0``, ``urn:QDA-XML:project:1.0``).
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from evidence.documents.xml import Element, local, parse_xml
from evidence.model import EFFECTS, ROLES, STATES, Category, Codebook, Factor, Finding, Level, Problem

STAGE = "exchange"
ORIGIN = "Evidence Atlas"
CODEBOOK_NS = "urn:QDA-XML:codebook:1.0"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://w3id.org/evidence-atlas/exchange")
AXES = {"effect": EFFECTS, "state": tuple(s for s in STATES if s), "role": tuple(r for r in ROLES if r)}
AXES_LABEL = "About the finding"
WHOLE = "all"
"""Level and category of codes that stand in no group."""

DEEPEST = 60
"""Levels of nested codes that are read."""

_NOTES = {"Code": "code", "Also": "synonyms", "Indicators": "indicators", "Opposite": "opposite", "Mappings": "mappings"}
_NOTE = re.compile(rf"^({'|'.join(_NOTES)}): (.*)$")
_PATH = re.compile(r"[\w-]+(?:\.[\w-]+)+")
"""The name of a code that stands in no group and is a path (Taguette's way): ``meso.hr.pay``."""
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Project:
    """What a project holds: its codebook, its texts by source (``None``: without text), its codings, and what could not be used.

    ``passage_sha256`` of a coding is empty where the project has no text; ``effect`` is empty where the tool that wrote it knew none."""

    codebook: Codebook
    texts: Mapping[str, str | None]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Code:
    """A code as read: its identifier, name, description, whether it can be coded with, and the names above it."""

    guid: str
    name: str
    description: str
    codable: bool
    above: tuple[str, ...]
    has_below: bool


def prefix(namespace: str) -> Any:
    """A namespace map that makes a namespace the one without prefix (``None``, which lxml takes and its types do not know)."""
    return {None: namespace}


def guid(*parts: str) -> str:
    """The identifier of a thing, from what it is."""
    return str(uuid.uuid5(NAMESPACE, "|".join(parts)))


def write_qdc(codebook: Codebook) -> bytes:
    """A codebook as a REFI-QDA codebook file."""
    root = etree.Element(f"{{{CODEBOOK_NS}}}CodeBook", {"origin": ORIGIN}, nsmap=prefix(CODEBOOK_NS))
    codes = etree.SubElement(root, f"{{{CODEBOOK_NS}}}Codes")
    codes.extend(code_elements(codebook, CODEBOOK_NS))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def read_qdc(data: bytes, name: str = "codebook") -> tuple[Codebook, tuple[Problem, ...]]:
    """A codebook from a REFI-QDA codebook file; ``name`` is what the codebook is called. Never raises on content."""
    root, wrong = parse_xml(data)
    if root is None or local(root) != "CodeBook":
        message = f"is no REFI-QDA codebook ({wrong or 'its first element is not CodeBook'})"
        return Codebook(name, name, (), (), ()), (Problem(STAGE, name, None, "", message),)
    problems = [Problem(STAGE, name, None, "", f"is damaged ({wrong}); what stands before was read")] if wrong else []
    codebook, _, met = codebook_of(list(codes_in(root)), name)
    return codebook, (*problems, *met)


# ---- writing


def code_elements(codebook: Codebook, namespace: str) -> list[Element]:
    """The codes of a codebook as nested elements."""
    names = _unique_names(codebook)
    out = []
    for level in codebook.levels:
        above = _code(namespace, names[level.code], guid("level", level.code), level.definition, {"code": level.code}, codable=False)
        for category in (c for c in codebook.categories if c.level == level.code):
            holder = above
            if category.code != level.code:
                notes = {"code": category.code}
                holder = _code(namespace, names[category.code], guid("category", category.code), category.definition, notes, codable=False)
                above.append(holder)
            holder.extend(_factor(namespace, f, names[f.code]) for f in codebook.factors if f.category == category.code)
        out.append(above)
    return out


def axis_elements(namespace: str) -> Element:
    """Codes for effect, state and role: a coding of a passage carries them beside its factor."""
    top = _code(namespace, AXES_LABEL, guid("axes"), "What a coding says of the factor beside it.", {}, codable=False)
    top.extend(_code(namespace, axis_name(axis, v), guid("axis", axis, v), "", {}, codable=True) for axis in AXES for v in AXES[axis])
    return top


def axis_name(axis: str, value: str) -> str:
    """How a value of an axis is called as a code."""
    return f"{axis.capitalize()}: {value}"


def clean(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub(" ", text)


def _factor(namespace: str, factor: Factor, name: str) -> Element:
    listed = {"synonyms": "; ".join(factor.synonyms), "indicators": "; ".join(factor.indicators)}
    mappings = "; ".join(f"{property_} {iri}" for property_, iri in factor.mappings)
    notes = {"code": factor.code, **listed, "opposite": factor.opposite, "mappings": mappings}
    return _code(namespace, name, guid("factor", factor.code), factor.definition, notes, codable=True)


def _code(namespace: str, name: str, identifier: str, definition: str, notes: Mapping[str, str], *, codable: bool) -> Element:
    element = etree.Element(f"{{{namespace}}}Code", {"guid": identifier, "name": clean(name), "isCodable": str(codable).lower()})
    lines = [f"{label}: {' '.join(notes[key].split())}" for label, key in _NOTES.items() if notes.get(key)]
    description = "\n".join([*filter(None, [definition]), *lines])
    if description:
        etree.SubElement(element, f"{{{namespace}}}Description").text = clean(description)
    return element


def _unique_names(codebook: Codebook) -> dict[str, str]:
    """Names by code: the label, with the code behind it where two have the same label (some tools keep one code a name)."""
    things: list[Level | Category | Factor] = [*codebook.levels, *codebook.categories, *codebook.factors]
    labels = {thing.code: thing.label or thing.code for thing in things}
    used = Counter(label.casefold() for label in labels.values())
    return {code: label if used[label.casefold()] == 1 else f"{label} ({code})" for code, label in labels.items()}


# ---- reading


def codes_in(element: Element, above: tuple[str, ...] = ()) -> Iterator[Code]:
    """All codes below an element, each before those below it."""
    for child in element:
        if local(child) != "Code":
            if local(child) in ("Codes", "CodeBook"):
                yield from codes_in(child, above)
            continue
        name = (child.get("name") or "").strip()
        below = [c for c in child if local(c) == "Code"]
        description = next(("".join(map(str, c.itertext())) for c in child if local(c) == "Description"), "")
        codable = (child.get("isCodable") or "true").strip().lower() not in ("false", "0")
        yield Code(bare(child.get("guid")), name, description.strip(), codable, above, bool(below))
        if len(above) < DEEPEST:
            yield from codes_in(child, (*above, name))


def bare(identifier: str | None) -> str:
    """An identifier without braces, in small letters."""
    return (identifier or "").strip("{} ").lower()


def codebook_of(codes: Iterable[Code], name: str) -> tuple[Codebook, dict[str, str], tuple[Problem, ...]]:
    """The codebook that codes make, the code of each identifier, and what was odd.

    A code that can be coded with is a factor. The group furthest out is its level, the next its category. Our own code is read from the
    description, else made of the names. Codes of the axes are no factors; their identifiers map to ``axis:value``.
    """
    levels: dict[str, Level] = {}
    categories: dict[str, Category] = {}
    factors: dict[str, Factor] = {}
    groups: dict[tuple[str, ...], tuple[str, str, str]] = {}
    by_guid: dict[str, str] = {}
    problems: list[Problem] = []
    for code in codes:
        axis = _axis_of(code)
        if axis or code.name == AXES_LABEL:
            by_guid[code.guid] = axis
            continue
        definition, notes = _split(code.description)
        if not code.codable or (code.has_below and not notes.get("code") and len(code.above) < 2):
            groups[(*code.above, code.name)] = (notes.get("code") or _slug(code.name), code.name, definition)
        if not code.codable:
            continue
        path = code.name.split(".") if not code.above and _PATH.fullmatch(code.name) else []
        level, category = _place(code.above or tuple(path[:-1]), groups)
        above = [] if category.code == WHOLE else [category.code]
        own = notes.get("code") or ".".join(path or dict.fromkeys([*above, _slug(code.name)]))
        if own in factors:
            message = f"code `{code.name}` is there twice (as `{own}`); the codings of both count for the first"
            problems.append(Problem(STAGE, name, None, code.name, message))
        else:
            levels.setdefault(level.code, Level(level.code, level.label, level.definition, len(levels)))
            categories.setdefault(category.code, category)
            factors[own] = _read_factor(own, path[-1] if path else code.name, (level.code, category.code), definition, notes)
        by_guid[code.guid] = own
    if not factors:
        problems.append(Problem(STAGE, name, None, "", "has no code that can be coded with"))
    return Codebook(name, name, tuple(levels.values()), tuple(categories.values()), tuple(factors.values())), by_guid, tuple(problems)


def _read_factor(own: str, name: str, place: tuple[str, str], definition: str, notes: Mapping[str, str]) -> Factor:
    also, indicators, mapped = (
        [t.strip() for t in notes.get(k, "").split(";") if t.strip()] for k in ("synonyms", "indicators", "mappings")
    )
    mappings = tuple((p, iri) for p, _, iri in (m.partition(" ") for m in mapped) if iri)
    label = name.removesuffix(f" ({own})")
    return Factor(own, label, *place, definition, tuple(also), tuple(indicators), notes.get("opposite", ""), mappings)


def _axis_of(code: Code) -> str:
    return next((f"{axis}:{v}" for axis in AXES for v in AXES[axis] if code.name == axis_name(axis, v)), "")


def _split(description: str) -> tuple[str, dict[str, str]]:
    """A description as definition and the named lines at its end."""
    lines = description.splitlines()
    notes: dict[str, str] = {}
    while lines and (match := _NOTE.match(lines[-1].strip())):
        notes[_NOTES[match[1]]] = match[2].strip()
        lines.pop()
    return "\n".join(lines).strip(), notes


def _place(above: tuple[str, ...], groups: Mapping[tuple[str, ...], tuple[str, str, str]]) -> tuple[Level, Category]:
    """Level and category of a code from the names above it."""
    if not above:
        return Level(WHOLE, "All"), Category(WHOLE, "All", WHOLE)
    code, label, definition = groups.get(above[:1], (_slug(above[0]), above[0], ""))
    level = Level(code, label.removesuffix(f" ({code})"), definition)
    if len(above) == 1:
        return level, Category(level.code, level.label, level.code)
    code, label, definition = groups.get(above[:2], (_slug(above[1]), above[1], ""))
    code = code if code.startswith(f"{level.code}.") else f"{level.code}.{code}"
    return level, Category(code, label.removesuffix(f" ({code})"), level.code, definition)


def _slug(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^\w]+", "_", "".join(c for c in letters if not unicodedata.combining(c))).strip("_") or "unnamed"
