"""Codebooks: factor schemes as CSV or as SKOS Turtle -> ``Codebook``, and a ``Codebook`` -> SKOS Turtle.

Owns the columns of a codebook CSV, the kinds of its labels file, the way a foreign SKOS scheme is read as levels, categories and
factors, and the IRIs of concepts. Run as a program it writes the Turtle of a CSV codebook beside it::

    python -m evidence.codebook ontology/codebooks/peer-support.csv
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pyoxigraph as ox

from evidence import vocabulary as v
from evidence.model import Category, Codebook, Factor, Level, Problem
from evidence.tables import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

COLUMNS = ("code", "level", "category", "category_label", "factor", "definition")
"""Columns of a codebook CSV. Three more may follow: ``label``, ``synonyms`` and ``indicators`` (``;`` between several)."""

LABEL_COLUMNS = ("code", "kind", "label")
"""Columns of a labels file, ``<name>-labels.csv`` beside ``<name>.csv``: one label a row."""

MAPPING_KINDS = {
    "exactMatch": v.SKOS_EXACT_MATCH,
    "closeMatch": v.SKOS_CLOSE_MATCH,
    "broadMatch": v.SKOS_BROAD_MATCH,
    "narrowMatch": v.SKOS_NARROW_MATCH,
    "relatedMatch": v.SKOS_RELATED_MATCH,
}
"""Kinds of a labels file that map a factor to another framework -> SKOS property; the label is an IRI or ``cfir:<construct>``."""

LABEL_KINDS = ("title", "label", "definition", "synonym", "indicator", "opposite", *MAPPING_KINDS)
"""Kinds of a labels file. ``title`` is the codebook's (its ``code`` the codebook's name), ``opposite`` names a factor's code."""

FRAMEWORK_PREFIXES = {"cfir": v.FRAMEWORKS + "cfir#"}
"""Prefix in a labels file -> namespace of the framework."""

WHOLE = "all"
"""Code of the level and category that stand in for a scheme without any."""

MOST_ERRORS = 50
"""Syntax errors after which the rest of a Turtle file is not read."""

Extras = dict[str, dict[str, list[str]]]
"""Code -> kind of label -> labels, in the order of the file."""
Graph = dict[str, dict[str, list["ox.NamedNode | ox.Literal"]]]
"""Subject IRI -> predicate IRI -> objects, in the order of the file; blank nodes are left out."""


@dataclass(frozen=True)
class SkosCodebook:
    """A codebook and the IRIs of its parts. ``scheme`` is the concept scheme; ``iris`` maps every code to its concept: as the
    Turtle file has it, or minted by ``concept_iri`` for a CSV."""

    codebook: Codebook
    scheme: str
    iris: Mapping[str, str]


def concept_iri(name: str, code: str, base: str = v.CODEBOOKS) -> str:
    """IRI of the concept ``code`` in the codebook ``name``; characters that an IRI must not hold are percent-encoded."""
    return f"{base}{quote(name)}#{quote(code)}"


def read_codebook(path: Path) -> tuple[Codebook, tuple[Problem, ...]]:
    """Read a codebook, CSV or SKOS Turtle (``.ttl``), and what was wrong with it. Never raises: what cannot be read is left
    out with a Problem, down to an empty codebook. See ``read_skos`` for how a foreign scheme is understood."""
    known, problems = read_identified(path)
    return known.codebook, problems


def read_identified(path: Path) -> tuple[SkosCodebook, tuple[Problem, ...]]:
    """As ``read_codebook``, with the IRIs of the concepts."""
    return read_skos(path) if path.suffix.lower() in {".ttl", ".turtle", ".nt"} else _read_csv(path)


# Files to text


def _problem(path: Path, line: int | None, text: str, message: str) -> Problem:
    return Problem("codebook", str(path), line, text, message)


def _decode(path: Path) -> tuple[str, list[Problem]]:
    text, problems = read_text(path, "codebook")
    return text or "", problems


def _table(path: Path, text: str, columns: tuple[str, ...]) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Rows of a CSV as (line, column -> stripped value), columns that are missing named in a Problem and empty in the rows.

    The separator (comma, semicolon or tab) is the one that the header uses most."""
    header_line = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=header_line.count))
    rows, problems, header, line = [], [], None, 1
    for cells in reader:
        values = [cell.strip() for cell in cells]
        if header is None:
            header = [name.lower() for name in values]
        elif len(values) > len(header):
            message = f"the row has {len(values)} cells, the header {len(header)}: put text with a comma in it between quotes"
            problems.append(_problem(path, line, ",".join(cells), message))
        elif any(values):
            rows.append((line, dict.fromkeys(columns, "") | dict(zip(header, values, strict=False))))
        line = reader.line_num + 1
    missing = [name for name in columns if name not in (header or [])]
    problems += [_problem(path, 1, header_line.strip(), f"the column {name} is missing: add it to the header") for name in missing]
    return rows, problems


# CSV


def _read_csv(path: Path) -> tuple[SkosCodebook, tuple[Problem, ...]]:
    text, problems = _decode(path)
    rows, faults = (
        _table(path, text, COLUMNS) if text.strip() else ([], [] if problems else [_problem(path, None, "", "the file is empty")])
    )
    rows, doubtful = _sound_rows(path, rows)
    extras, odd = _read_labels(path, rows)
    codebook = _build(path.stem, rows, extras)
    return _identified(codebook), (*problems, *faults, *doubtful, *odd)


def _all_codes(codebook: Codebook) -> list[str]:
    levels, categories = [level.code for level in codebook.levels], [category.code for category in codebook.categories]
    return [*levels, *categories, *(factor.code for factor in codebook.factors)]


def _identified(codebook: Codebook) -> SkosCodebook:
    codes = _all_codes(codebook)
    return SkosCodebook(codebook, v.CODEBOOKS + quote(codebook.name), {code: concept_iri(codebook.name, code) for code in codes})


def _sound_rows(path: Path, rows: list[tuple[int, dict[str, str]]]) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """The rows that can be used, completed from their codes, and a Problem for each of the others."""
    sound, problems, seen = [], [], dict[str, int]()
    for line, cells in rows:
        row = _completed(cells)
        code = row["code"]
        fault = _row_fault(row, seen)
        if fault:
            problems.append(_problem(path, line, code or row["factor"], fault))
        else:
            seen[code] = line
            sound.append((line, row))
    return sound, problems


def _completed(row: dict[str, str]) -> dict[str, str]:
    """Level, category and factor that are empty, taken from a code of the form ``level.category.factor``."""
    level, category, factor = (*row["code"].split(".", 2), "", "", "")[:3] if row["code"].count(".") >= 2 else ("", "", row["code"])
    return row | {"level": row["level"] or level, "category": row["category"] or category, "factor": row["factor"] or factor}


def _row_fault(row: dict[str, str], seen: Mapping[str, int]) -> str | None:
    """What keeps a row from being used, as a sentence; ``None`` when nothing does."""
    if not row["code"]:
        return "the row has no code: give the factor one"
    if row["code"] in seen:
        return f"the code {row['code']} is already in line {seen[row['code']]}: codes must be unique, this row is left out"
    if not row["level"]:
        return f"the factor {row['code']} has no level: fill the column level"
    if row["code"] in {row["level"], _category_code(row)}:
        return f"the code {row['code']} is also that of its level or category: give the factor a code of its own"
    return None


def _read_labels(path: Path, rows: list[tuple[int, dict[str, str]]]) -> tuple[Extras, list[Problem]]:
    """Labels from the columns of the rows and from ``<stem>-labels.csv`` beside the codebook, if there is one."""
    extras: Extras = defaultdict(lambda: defaultdict(list))
    for _, row in rows:
        for column, kind in (("label", "label"), ("synonyms", "synonym"), ("indicators", "indicator")):
            extras[row["code"]][kind] += [part.strip() for part in row.get(column, "").split(";") if part.strip()]
    file = path.with_name(f"{path.stem}-labels.csv")
    if not file.is_file():
        return extras, []
    text, problems = _decode(file)
    labels, faults = _table(file, text, LABEL_COLUMNS)
    codes = {path.stem} | {code for _, row in rows for code in (row["code"], row["level"], _category_code(row))}
    for line, label in labels:
        fault = _label_fault(label, codes)
        if fault:
            faults.append(_problem(file, line, label["code"], fault))
        else:
            extras[label["code"]][label["kind"]].append(label["label"])
    return extras, problems + faults


def _label_fault(label: dict[str, str], codes: set[str]) -> str | None:
    if label["code"] not in codes:
        return f"the code {label['code'] or '(empty)'} is not in the codebook: correct it, or add the factor"
    if label["kind"] not in LABEL_KINDS:
        return f"the kind {label['kind'] or '(empty)'} is not known: use one of {', '.join(LABEL_KINDS)}"
    if label["kind"] == "opposite" and label["label"] not in codes:
        return f"the opposite {label['label']} is not in the codebook: give the code of a factor"
    return None


def _category_code(row: dict[str, str]) -> str:
    """``level.category``; the level alone where the row names no category."""
    level, category = row["level"], row["category"]
    return category if category.startswith(f"{level}.") else f"{level}.{category}" if category else level


def _build(name: str, rows: list[tuple[int, dict[str, str]]], extras: Extras) -> Codebook:
    levels = dict.fromkeys(row["level"] for _, row in rows)
    categories = {_category_code(row): row for _, row in reversed(rows)}
    order = dict.fromkeys(_category_code(row) for _, row in rows)
    return Codebook(
        name=name,
        title=_first(extras, name, "title") or _readable(name),
        levels=tuple(
            Level(code, _first(extras, code, "label") or _readable(code), _first(extras, code, "definition"), rank)
            for rank, code in enumerate(levels)
        ),
        categories=tuple(_category(code, categories[code], extras) for code in order),
        factors=tuple(_factor(row, extras) for _, row in rows),
    )


def _category(code: str, row: dict[str, str], extras: Extras) -> Category:
    label = _first(extras, code, "label") or row["category_label"] or _readable(row["category"] or code)
    return Category(code, label, row["level"], _first(extras, code, "definition"))


def _factor(row: dict[str, str], extras: Extras) -> Factor:
    code = row["code"]
    labels = extras.get(code, {})
    return Factor(
        code=code,
        label=_first(extras, code, "label") or _readable(row["factor"]),
        level=row["level"],
        category=_category_code(row),
        definition=row["definition"] or _first(extras, code, "definition"),
        synonyms=tuple(dict.fromkeys(labels.get("synonym", ()))),
        indicators=tuple(dict.fromkeys(labels.get("indicator", ()))),
        opposite=_first(extras, code, "opposite"),
        mappings=tuple((iri, _expand(label)) for kind, iri in MAPPING_KINDS.items() for label in labels.get(kind, ())),
    )


def _first(extras: Extras, code: str, kind: str) -> str:
    return next(iter(extras.get(code, {}).get(kind, ())), "")


def _readable(code: str) -> str:
    """``recovery_culture`` -> ``Recovery culture``."""
    words = re.sub(r"[_\-.\s]+", " ", code).strip()
    return words[:1].upper() + words[1:]


def _expand(name: str) -> str:
    prefix, _, local = name.partition(":")
    return FRAMEWORK_PREFIXES[prefix] + local if prefix in FRAMEWORK_PREFIXES else name


# SKOS Turtle


def read_skos(path: Path) -> tuple[SkosCodebook, tuple[Problem, ...]]:
    """Read any reasonable SKOS scheme in Turtle.

    A concept's code is its ``skos:notation``, else the last part of its IRI. Where the file uses our own terms, ``ea:level`` gives the
    level, ``ea:Category`` the categories and the rest are factors. Where it does not, depth along ``skos:broader`` decides: in a scheme
    of three layers or more top concepts are levels, concepts below them that have narrower ones are categories and all others are
    factors (a childless top concept or a childless one below it is a factor too); in two layers top concepts are categories of one
    level; in a flat scheme all concepts are factors of one category. A factor without a category gets one named after its level. A
    concept with several broader ones stands under the first. Of several schemes in the file the largest is read.

    A statement that is not Turtle is left out with a Problem at its line and the rest is read; of a circle of ``skos:broader``
    the link that closes it is ignored."""
    text, problems = _decode(path)
    graph, broken = _statements(path, text)
    scheme, concepts = _concepts(graph)
    if not concepts and not problems and not broken:
        problems.append(_problem(path, None, "", "no concept is in this file: a codebook holds instances of skos:Concept"))
    codes, doubled = _codes(path, text, graph, concepts)
    parents, circles = _parents(path, text, graph, codes)
    parts = _Parts(graph, codes, parents)
    name = unquote(re.split(r"[#/]", scheme.rstrip("#/"))[-1]) if scheme else path.stem
    title = _literal(graph, scheme, v.DCTERMS_TITLE, v.SKOS_PREF_LABEL, v.RDFS_LABEL) or _readable(name)
    codebook = Codebook(name, title, *parts.sorted())
    known = set(_all_codes(codebook))
    iris = {code: iri for iri, code in codes.items() if code in known}
    minted = {code: concept_iri(name, code) for code in sorted(known - iris.keys())}
    return SkosCodebook(codebook, scheme or v.CODEBOOKS + quote(name), iris | minted), (*problems, *broken, *doubled, *circles)


def _statements(path: Path, text: str) -> tuple[Graph, list[Problem]]:
    """All statements that parse. After a syntax error the statement around it is blanked, by lines, and the text parsed anew; after
    ``MOST_ERRORS`` the rest of the file is given up."""
    problems: list[Problem] = []
    lines = text.split("\n")
    while True:
        try:
            return _index(ox.parse("\n".join(lines).encode(), ox.RdfFormat.TURTLE, base_iri="file:///codebook")), problems
        except SyntaxError as error:
            line = min(error.lineno or 1, len(lines))
            start, end = _statement_around(lines, line - 1)
            problems.append(_problem(path, line, lines[line - 1].strip(), f"this is not Turtle, the statement is left out: {error.msg}"))
            if len(problems) == MOST_ERRORS:
                end = len(lines)
            lines[start:end] = [""] * (end - start)


def _statement_around(lines: list[str], at: int) -> tuple[int, int]:
    """Half-open range of the lines of the statement that line ``at`` (0-based) belongs to: from after the last line before it
    that ends in a full stop, to the next that does."""
    closes = [index for index, line in enumerate(lines) if line.rstrip().endswith(".")]
    while at > 0 and not lines[at].strip():
        at -= 1
    start = max((index + 1 for index in closes if index < at), default=0)
    end = min((index + 1 for index in closes if index >= at), default=len(lines))
    return start, end


def _index(quads: Iterable[ox.Quad]) -> Graph:
    graph: Graph = {}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, (ox.NamedNode, ox.Literal)):
            graph.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object)
    return graph


def _objects(graph: Graph, subject: str, predicate: str) -> list[str]:
    return [node.value for node in graph.get(subject, {}).get(predicate, ()) if isinstance(node, ox.NamedNode)]


def _literals(graph: Graph, subject: str, predicate: str) -> tuple[str, ...]:
    """Literals in English or without a language; those in other languages only where there is none of these."""
    literals = [node for node in graph.get(subject, {}).get(predicate, ()) if isinstance(node, ox.Literal)]
    ours = [node for node in literals if not node.language or node.language.lower().startswith("en")]
    return tuple(dict.fromkeys(node.value.strip() for node in ours or literals))


def _literal(graph: Graph, subject: str, *predicates: str) -> str:
    return next((value for predicate in predicates for value in _literals(graph, subject, predicate)), "")


def _concepts(graph: Graph) -> tuple[str, list[str]]:
    """The scheme (empty without one) and its concepts in the order of the file, with the levels that they point to."""
    concepts = [iri for iri in graph if v.SKOS_CONCEPT in _objects(graph, iri, v.RDF_TYPE) or v.SKOS_PREF_LABEL in graph[iri]]
    concepts = [iri for iri in concepts if v.SKOS_CONCEPT_SCHEME not in _objects(graph, iri, v.RDF_TYPE)]
    schemes = {iri: [*_objects(graph, iri, v.SKOS_IN_SCHEME), *_objects(graph, iri, v.SKOS_TOP_CONCEPT_OF)] for iri in concepts}
    sizes = Counter(scheme for of in schemes.values() for scheme in dict.fromkeys(of))
    scheme = min(sizes, key=lambda iri: (-sizes[iri], iri), default="")
    levels = {level for iri in concepts for level in _objects(graph, iri, v.HAS_LEVEL)}
    return scheme, [iri for iri in concepts if scheme in schemes[iri] or not schemes[iri] or iri in levels]


def _codes(path: Path, text: str, graph: Graph, concepts: list[str]) -> tuple[dict[str, str], list[Problem]]:
    """Concept -> code, for the concepts whose code is new and not empty."""
    codes: dict[str, str] = {}
    owners: dict[str, str] = {}
    problems = []
    for iri in concepts:
        code = _literal(graph, iri, v.SKOS_NOTATION) or unquote(re.split(r"[#/]", iri)[-1])
        if not code:
            message = "the concept has no code: give it a skos:notation"
            problems.append(_problem(path, _line_of(text, iri), iri, message))
        elif code in owners:
            message = f"the code {code} already belongs to <{owners[code]}>: codes must be unique, this concept is left out"
            problems.append(_problem(path, _line_of(text, iri), iri, message))
        else:
            codes[iri] = owners[code] = code
            owners[code] = iri
    return codes, problems


def _line_of(text: str, iri: str) -> int | None:
    """Line at which a statement about ``iri`` begins, 1-based; ``None`` where the text writes it in some other way."""
    local = re.escape(re.split(r"[#/]", iri)[-1])
    found = re.search(rf"^[ \t]*(?:<{re.escape(iri)}>|<#?{local}>|[\w.\-]*:{local})(?=\s)", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _parents(path: Path, text: str, graph: Graph, codes: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """Concept -> its broader one (``skos:broader``, or ``skos:narrower`` read backwards), free of circles."""
    upward = {iri: [up for up in _objects(graph, iri, v.SKOS_BROADER) if up in codes] for iri in codes}
    for iri in codes:
        for narrower in _objects(graph, iri, v.SKOS_NARROWER):
            upward.get(narrower, []).append(iri)
    parents: dict[str, str] = {}
    problems = []
    for iri, candidates in upward.items():
        if not candidates:
            continue
        if iri in _chain(parents, candidates[0]):
            message = f"{codes[iri]} is broader than itself by way of {codes[candidates[0]]}: this skos:broader is ignored, remove it"
            problems.append(_problem(path, _line_of(text, iri), codes[iri], message))
        else:
            parents[iri] = candidates[0]
    return parents, problems


def _chain(parents: Mapping[str, str], iri: str) -> Iterator[str]:
    """``iri`` and all that is broader, nearest first."""
    step: str | None = iri
    while step is not None:
        yield step
        step = parents.get(step)


class _Parts:
    """Sorts the concepts of a scheme into levels, categories and factors (the rules are in ``read_skos``)."""

    def __init__(self, graph: Graph, codes: Mapping[str, str], parents: Mapping[str, str]) -> None:
        self.graph, self.codes, self.parents = graph, codes, parents
        self.inner = set(parents.values())
        self.depths = {iri: sum(1 for _ in _chain(parents, iri)) for iri in codes}
        self.layers = max(self.depths.values(), default=0)
        self.named_levels = {level for iri in codes for level in _objects(graph, iri, v.HAS_LEVEL)} | self._typed(v.LEVEL)
        self.factors = self._typed(v.FACTOR)
        self.ours = bool(self.named_levels)

    def _typed(self, type_iri: str) -> set[str]:
        return {iri for iri in self.codes if type_iri in _objects(self.graph, iri, v.RDF_TYPE)}

    def is_level(self, iri: str) -> bool:
        return iri in self.named_levels if self.ours else self.layers > 2 and self.depths[iri] == 1 and iri in self.inner

    def is_category(self, iri: str) -> bool:
        if self.is_level(iri):
            return False
        if self.ours:
            above = self.parents.get(iri)
            stated = v.CATEGORY in _objects(self.graph, iri, v.RDF_TYPE)
            return stated or (iri in self.inner and iri not in self.factors and (above is None or self.is_level(above)))
        return iri in self.inner and self.depths[iri] == (2 if self.layers > 2 else 1)

    def _ancestor(self, iri: str, test: Callable[[str], bool]) -> str | None:
        above = self.parents.get(iri)
        return next((up for up in _chain(self.parents, above) if test(up)), None) if above else None

    def level_of(self, iri: str) -> str:
        """Code of the level: stated for the concept or for what is broader, or a broader concept that is a level."""
        for up in _chain(self.parents, iri):
            stated = [level for level in _objects(self.graph, up, v.HAS_LEVEL) if level in self.codes]
            if stated or self.is_level(up):
                return self.codes[stated[0] if stated else up]
        return WHOLE

    def category_of(self, iri: str) -> str:
        category = self._ancestor(iri, self.is_category)
        return self.codes[category] if category else self.level_of(iri)

    def label(self, iri: str) -> str:
        return _literal(self.graph, iri, v.SKOS_PREF_LABEL, v.RDFS_LABEL) or _readable(self.codes[iri])

    def definition(self, iri: str) -> str:
        return _literal(self.graph, iri, v.SKOS_DEFINITION, v.SKOS_SCOPE_NOTE)

    def sorted(self) -> tuple[tuple[Level, ...], tuple[Category, ...], tuple[Factor, ...]]:
        levels = [iri for iri in self.codes if self.is_level(iri)]
        categories = [iri for iri in self.codes if self.is_category(iri)]
        factors = tuple(self.factor(iri) for iri in self.codes if not self.is_level(iri) and not self.is_category(iri))
        return self._levels(levels, factors), self._categories(categories, factors), factors

    def _levels(self, iris: list[str], factors: tuple[Factor, ...]) -> tuple[Level, ...]:
        ranks = {iri: _literal(self.graph, iri, v.RANK) for iri in iris}
        iris = sorted(iris, key=lambda iri: int(ranks[iri]) if ranks[iri].isdecimal() else len(iris))
        levels = [Level(self.codes[iri], self.label(iri), self.definition(iri), rank) for rank, iri in enumerate(iris)]
        if any(factor.level == WHOLE for factor in factors) and WHOLE not in self.codes.values():
            levels.append(Level(WHOLE, "All factors", "", len(levels)))
        return tuple(levels)

    def _categories(self, iris: list[str], factors: tuple[Factor, ...]) -> tuple[Category, ...]:
        stated = [Category(self.codes[iri], self.label(iri), self.level_of(iri), self.definition(iri)) for iri in iris]
        known = {category.code for category in stated}
        implied = dict.fromkeys(factor.category for factor in factors if factor.category not in known)
        labels = {code: self.label(iri) for iri, code in self.codes.items()}
        return (*stated, *(Category(code, labels.get(code, "All factors"), code) for code in implied))

    def factor(self, iri: str) -> Factor:
        opposite = next((self.codes[other] for other in _objects(self.graph, iri, v.OPPOSITE_OF) if other in self.codes), "")
        return Factor(
            code=self.codes[iri],
            label=self.label(iri),
            level=self.level_of(iri),
            category=self.category_of(iri),
            definition=self.definition(iri),
            synonyms=_literals(self.graph, iri, v.SKOS_ALT_LABEL),
            indicators=_literals(self.graph, iri, v.SKOS_HIDDEN_LABEL),
            opposite=opposite,
            mappings=tuple((kind, other) for kind in MAPPING_KINDS.values() for other in _objects(self.graph, iri, kind)),
        )


# Writing

_TURTLE_PREFIXES = ("ea", "dcterms", "rdfs", "skos", "xsd")


def write_codebook_ttl(codebook: Codebook, base: str = v.CODEBOOKS) -> str:
    """The codebook as SKOS Turtle: same codebook, same bytes. The scheme is ``<base><name>``, a concept ``<base><name>#<code>``,
    the levels stand in a scheme of their own, ``<base><name>/levels``."""
    scheme = base + quote(codebook.name)
    prefixes = {"": scheme + "#", **{name: v.PREFIXES[name] for name in _TURTLE_PREFIXES}, **FRAMEWORK_PREFIXES}
    write = _TurtleWriter(prefixes, scheme)
    blocks = [
        "\n".join(f"@prefix {name}: <{iri}> ." for name, iri in prefixes.items()),
        *write.schemes(codebook),
        *(write.level(level) for level in codebook.levels),
        *(write.category(category) for category in codebook.categories),
        *(write.factor(factor) for factor in codebook.factors),
    ]
    return "\n\n".join(blocks) + "\n"


class _TurtleWriter:
    """Writes the parts of one codebook, each as one block."""

    def __init__(self, prefixes: Mapping[str, str], scheme: str) -> None:
        self.prefixes, self.scheme, self.level_scheme = prefixes, f"<{scheme}>", f"<{scheme}/levels>"

    def schemes(self, codebook: Codebook) -> Iterator[str]:
        title = [_text(codebook.title)]
        tops = [self.concept(category.code) for category in codebook.categories]
        yield _block(self.scheme, "skos:ConceptScheme", [("dcterms:title", title), ("skos:hasTopConcept", tops)])
        levels = [self.concept(level.code) for level in codebook.levels]
        level_title = [_text(f"{codebook.title}: levels")]
        yield _block(self.level_scheme, "skos:ConceptScheme", [("dcterms:title", level_title), ("skos:hasTopConcept", levels)])

    def level(self, level: Level) -> str:
        statements = [*self._named(level.code, level.label, level.definition), ("skos:inScheme", [self.level_scheme])]
        statements += [("skos:topConceptOf", [self.level_scheme]), ("ea:rank", [str(level.rank)])]
        return _block(self.concept(level.code), "ea:Level, skos:Concept", statements)

    def category(self, category: Category) -> str:
        statements = [*self._named(category.code, category.label, category.definition), ("skos:inScheme", [self.scheme])]
        statements += [("skos:topConceptOf", [self.scheme]), ("ea:level", [self.concept(category.level)])]
        return _block(self.concept(category.code), "ea:Category, skos:Concept", statements)

    def factor(self, factor: Factor) -> str:
        statements = [
            *self._named(factor.code, factor.label, factor.definition),
            ("skos:altLabel", [_text(label) for label in factor.synonyms]),
            ("skos:hiddenLabel", [_text(label) for label in factor.indicators]),
            ("skos:inScheme", [self.scheme]),
            ("skos:broader", [self.concept(factor.category)]),
            ("ea:level", [self.concept(factor.level)]),
            ("ea:oppositeOf", [self.concept(factor.opposite)] if factor.opposite else []),
            *((self.iri(kind), [self.iri(iri) for k, iri in factor.mappings if k == kind]) for kind in MAPPING_KINDS.values()),
        ]
        return _block(self.concept(factor.code), "ea:Factor, skos:Concept", statements)

    def _named(self, code: str, label: str, definition: str) -> list[tuple[str, list[str]]]:
        return [
            ("skos:notation", [_quoted(code)]),
            ("skos:prefLabel", [_text(label)]),
            ("skos:definition", [_text(definition)] if definition else []),
        ]

    def concept(self, code: str) -> str:
        return self.iri(self.prefixes[""] + quote(code))

    def iri(self, iri: str) -> str:
        for name, namespace in self.prefixes.items():
            local = iri.removeprefix(namespace)
            if local != iri and re.fullmatch(r"[A-Za-z_][\w-]*(\.[\w-]+)*", local, re.ASCII):
                return f"{name}:{local}"
        return f"<{iri}>"


def _block(subject: str, types: str, statements: list[tuple[str, list[str]]]) -> str:
    lines = [f"{subject} a {types}", *(f"    {predicate} {_objects_text(values)}" for predicate, values in statements if values)]
    return " ;\n".join(lines) + " ."


def _objects_text(values: list[str]) -> str:
    return ", ".join(values) if len(values) < 3 else ",\n        ".join(values)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'


def _text(text: str) -> str:
    return _quoted(text) + "@en"


def main(arguments: list[str]) -> int:
    """Write ``<name>.ttl`` beside each CSV codebook named; the problems met go to standard error, exit status 1 if any."""
    met = False
    for path in map(Path, arguments):
        codebook, problems = read_codebook(path)
        path.with_suffix(".ttl").write_text(write_codebook_ttl(codebook), encoding="utf-8")
        for problem in problems:
            print(problem, file=sys.stderr)
        met = met or bool(problems)
    return 1 if met else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
