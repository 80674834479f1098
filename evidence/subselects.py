"""What can be known of the sub-selects of a named query from its text: what they select, on which triples they hang, and how they are asked
of a few things only.

The texts are ours or close to it (``ontology/queries/README.md``); of one with anything else in it ``group_of`` knows nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Final

import pyoxigraph as ox

from evidence.vocabulary import PREFIXES, RDF_TYPE

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_AGGREGATE: Final = re.compile(r"\b(?:COUNT|SUM|MIN|MAX|AVG)\s*\(\s*(DISTINCT\b)?", re.IGNORECASE)
_LIMIT: Final = re.compile(r"\bLIMIT\s+(\d+|\?_\w+)\s*$", re.IGNORECASE)
_OPENING: Final = re.compile(r"\{\s*(?=SELECT\b)", re.IGNORECASE)
_WHERE: Final = re.compile(r"\bSELECT\b(?:(?!(?<!\?)\bWHERE\b).)*(?<!\?)\bWHERE\s*\{", re.IGNORECASE | re.DOTALL)
_DISTINCT: Final = re.compile(r"\{\s*SELECT DISTINCT((?:\s+\?\w+)+)\s+WHERE\s*\{([^{}]*)\}\s*\}", re.IGNORECASE)
_NAMED: Final = re.compile(r"(.*)\bAS\s+\?(\w+)\s*", re.IGNORECASE | re.DOTALL)
_COUNT: Final = re.compile(r"COUNT\s*\(\s*DISTINCT\s+\?(\w+)\s*\)", re.IGNORECASE)
_ROWS: Final = re.compile(r"COUNT\s*\(\s*\*\s*\)", re.IGNORECASE)
_SUM: Final = re.compile(r"(?:SUM|COUNT)\s*\((?!\s*DISTINCT\b).*\)", re.IGNORECASE | re.DOTALL)
_UNION: Final = re.compile(r"\s*([^{}()]*[^{}().\s])[\s.]*\{([^{}]*)\}\s*UNION\s*\{([^{}]*)\}\s*", re.IGNORECASE)
_GROUP_BY: Final = re.compile(r"(?:GROUP BY(?:\s+\?\w+)+)?", re.IGNORECASE)
_ORDER_BY: Final = re.compile(r"ORDER BY((?:\s+(?:DESC\(\s*\?\w+\s*\)|\?\w+))+)", re.IGNORECASE)
_VARIABLE: Final = re.compile(r"\?(\w+)")
_PROLOGUE: Final = re.compile(r"(?m)^\s*(?:#|PREFIX\b).*$")
_TOKEN: Final = re.compile(r'<[^<>\s]*>|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^\S+)?|\?\w+|\w*:[\w-]+(?:\.[\w-]+)*|[\w.]*\w|\S')
_WRITTEN: Final = re.compile(r'<.*>|".*|\?\w+|\w*:\S+|a|\d+')


@dataclass(frozen=True)
class Part:
    """A costly sub-select: ``text`` from ``SELECT`` to its end without a ``LIMIT``, which is in ``limit`` (a number, ``?_limit``, or
    empty), and where the braces around it stand (offsets into the query)."""

    text: str
    limit: str
    start: int
    end: int

    @cached_property
    def digest(self) -> str:
        """What the sub-select is known by: its text, however it is laid out."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:16]

    @cached_property
    def variables(self) -> tuple[tuple[str, bool], ...]:
        """The variables that it selects, in order, each with whether it is a count (``(... AS ?n)``) or a thing counted by."""
        return tuple((name, bool(expression)) for name, expression in _selected(self.text))


def parts(sparql: str) -> Iterator[Part]:
    """The sub-selects that count or that take the first of an ordered list, an outer one before those inside it.

    The text is one of ours or close to it: a brace in a string or an IRI ends the search.
    """
    for opening in _OPENING.finditer(sparql):
        end = _closing(sparql, opening.start())
        text = sparql[opening.end() : end - 1].strip()
        limit = _LIMIT.search(text)
        if end and (limit or _AGGREGATE.search(text.partition("{")[0])):
            yield Part(text[: limit.start()].rstrip() if limit else text, limit[1] if limit else "", opening.start(), end)


@dataclass(frozen=True)
class TriplePattern:
    """A triple pattern: its terms as they are written, a variable as ``?name``."""

    subject: str
    predicate: str
    object: str

    @cached_property
    def iri(self) -> str:
        """The IRI of its predicate; empty where that is a variable."""
        return "" if self.predicate[0] == "?" else _iri(self.predicate)

    def fits(self, triple: ox.Triple) -> bool:
        """Whether a triple with its predicate fits it; a literal is taken to fit."""
        pairs = ((self.subject, triple.subject), (self.object, triple.object))
        return all(word[0] in '?"0123456789' or _iri(word) == getattr(term, "value", None) for word, term in pairs)

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object} ."


@dataclass(frozen=True)
class Group:
    """What stands between two braces: its own triple patterns, the groups inside it, of a sub-select the variables it ``shows``, and
    whether there may be rows around it without it (``OPTIONAL``, one side of a ``UNION``)."""

    triples: tuple[TriplePattern, ...]
    groups: tuple[Group, ...]
    shows: frozenset[str] | None = None
    optional: bool = False

    @cached_property
    def variables(self) -> frozenset[str]:
        """The variables of its own triple patterns."""
        return frozenset(w[1:] for t in self.triples for w in (t.subject, t.predicate, t.object) if w[0] == "?")

    @cached_property
    def certain(self) -> frozenset[str]:
        """Variables that every row of it has."""
        inside = (g.certain if g.shows is None else g.certain & g.shows for g in self.groups if not g.optional)
        return self.variables.union(*inside)

    def chains(self, around: tuple[Group, ...] = ()) -> Iterator[tuple[Group, ...]]:
        """Itself and all groups in it, each followed by those around it up to its sub-select, from the inside out."""
        chain = (self, *(() if self.shows is not None else around))
        yield chain
        for group in self.groups:
            yield from group.chains(chain)

    def has(self, variable: str) -> bool:
        """Whether the variable is in its triple patterns, in those of a group inside, or shown by a sub-select inside."""
        return variable in self.variables or any(variable in g.shows if g.shows is not None else g.has(variable) for g in self.groups)

    def hides(self, variable: str) -> bool:
        """Whether a sub-select in it has another variable of this name, one that it does not show."""
        return any(g.hides(variable) or (g.shows is not None and variable not in g.shows and g.has(variable)) for g in self.groups)


@cache
def group_of(text: str) -> Group | None:
    """What the ``WHERE`` of a query or of a sub-select holds; ``None`` where the text is no SELECT or has what our queries do not have."""
    words = ["{", *_TOKEN.findall(_PROLOGUE.sub("", text)), "}"]
    try:
        whole, end = _group(words, 1)
    except (IndexError, StopIteration, ValueError):
        return None
    return whole.groups[0] if end == len(words) and len(whole.groups) == 1 and whole.groups[0].shows is not None else None


@dataclass(frozen=True)
class Tally:
    """A sub-select that counts, so that what a few things add to it can be told: the variables that it counts by, what it counts (of each
    count the variables whose different values are counted), the sums over rows, and the ``body`` whose rows are counted."""

    keys: tuple[str, ...]
    distinct: Mapping[str, tuple[str, ...]]
    sums: tuple[str, ...]
    body: str
    group: Group

    @property
    def vital(self) -> tuple[str, ...]:
        """Counts of what every row has: a group in which one of them is 0 has no rows."""
        return tuple(name for name, counted in self.distinct.items() if set(counted) <= self.group.variables)

    def counts_itself(self, variable: str, counted: tuple[str, ...]) -> bool:
        """Whether different values of a variable are never counted together: it is itself counted (under another name, maybe) or counted
        by."""
        renamed = counted and re.search(rf"\(\s*\?{variable}\s+AS\s+\?{counted[0]}\s*\)", self.body)
        return bool(renamed) or variable in counted or variable in self.keys


def tally_of(part: Part) -> Tally | None:
    """The counts of a sub-select; ``None`` where it is a list or has more than counts and sums by what it selects."""
    _, body, rest = _apart(part.text)
    once = _DISTINCT.fullmatch(body)
    keys = tuple(name for name, expression in _selected(part.text) if not expression)
    distinct: dict[str, tuple[str, ...]] = {}
    sums = []
    for name, expression in _selected(part.text):
        if counted := _COUNT.fullmatch(expression):
            distinct[name] = (counted[1],)
        elif once and _ROWS.fullmatch(expression):
            distinct[name] = tuple(_VARIABLE.findall(once[1]))
        elif not once and _SUM.fullmatch(expression):
            sums.append(name)
        elif "?" in expression or "(" in expression:
            return None
    rows = once[2].strip() if once else body
    group = group_of(f"SELECT * WHERE {{ {rows} }}")
    by = _GROUP_BY.fullmatch(rest)
    if part.limit or not group or not by or set(_VARIABLE.findall(rest)) != set(keys):
        return None
    return Tally(keys, distinct, tuple(sums), rows, group)


def order_of(part: Part) -> tuple[tuple[str, bool], ...]:
    """The variables that a list is ordered by, each with whether the largest comes first; empty where the order is by anything else."""
    found = _ORDER_BY.fullmatch(_apart(part.text)[2])
    return tuple((m[2], bool(m[1])) for m in re.finditer(r"(DESC\(\s*)?\?(\w+)", found[1], re.IGNORECASE)) if found else ()


def restricted(text: str, variable: str, term: Term) -> str:
    """The sub-select asked of one value of a variable only; every sub-select inside that has the variable is told so too.

    The value is put in the place of the variable as well, and what hangs on it first, because that is where an engine begins.
    """

    def told(match: re.Match[str]) -> str:
        if not match[1]:
            return match[0] if match[2] else str(term)
        within = group_of(text[match.start() : _closing(text, match.end() - 1)])
        if not within or not within.has(variable):
            return match[0]
        first = " ".join(str(triples) for triples in within.triples if f"?{variable}" in (triples.subject, triples.object))
        return f"{match[0]} VALUES ?{variable} {{ {term} }} {with_terms(first, {variable: term})} "

    return re.sub(rf"({_WHERE.pattern})|(\b(?:GROUP|ORDER) BY\b[^}}]*)|\?{variable}\b", told, text, flags=_WHERE.flags)


def spread(text: str) -> str:
    """A sub-select that counts different things only, with the sub-selects inside that are there for speed put as plain patterns: a few
    things are counted faster so."""
    if all(m[1] for m in _AGGREGATE.finditer(text)):
        return _DISTINCT.sub(lambda m: f" {m[2].strip().removesuffix('.')} . ", text)
    return text


def unfolded(body: str) -> str:
    """The text of a group in which triples stand before a ``UNION`` of two, with these triples on both its sides: an engine then starts
    from them, and does not look through all that one side has."""
    found = _UNION.fullmatch(body)
    return f"{{ {found[1]} . {found[2]} }} UNION {{ {found[1]} . {found[3]} }}" if found else body


def with_terms(body: str, terms: Mapping[str, Term]) -> str:
    """The text of a group with terms in the place of variables; what is computed (``BIND``) is compared instead."""
    computed = {name for name in terms if re.search(rf"\bAS\s+\?{name}\b", body, re.IGNORECASE)}
    put = _VARIABLE.sub(lambda m: str(terms[m[1]]) if m[1] in terms and m[1] not in computed else m[0], body)
    return " ".join([put, *(f"FILTER(sameTerm(?{name}, {terms[name]}))" for name in sorted(computed))])


def _apart(text: str) -> tuple[str, str, str]:
    """A SELECT as what it selects, what is between the braces of its ``WHERE``, and what follows."""
    opening = _WHERE.match(text)
    if not opening:
        return text, "", ""
    end = _closing(text, opening.end() - 1)
    return text[: opening.end()].rpartition("WHERE")[0], text[opening.end() : end - 1].strip(), text[end:].strip()


def _selected(text: str) -> Iterator[tuple[str, str]]:
    """The names that a SELECT shows, in order, each with the expression that it stands for; empty for a variable."""
    clause, depth, begun = _apart(text)[0], 0, 0
    for mark in re.finditer(r"[()]|\?(\w+)", clause):
        if mark[0] == "(":
            begun = begun if depth else mark.end()
            depth += 1
        elif mark[0] == ")":
            depth -= 1
            if not depth and (named := _NAMED.fullmatch(clause[begun : mark.start()])):
                yield named[2], named[1].strip()
        elif not depth:
            yield mark[1], ""


def _closing(text: str, opening: int) -> int:
    """The offset after the brace that closes the one at ``opening``; 0 when none does."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(text, opening):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.end()
    return 0


def _group(words: Sequence[str], at: int, shows: frozenset[str] | None = None) -> tuple[Group, int]:
    """The group whose inside begins at a word, and where it is over. Raises ``ValueError``, ``IndexError``, ``StopIteration``."""
    triples: list[TriplePattern] = []
    groups: list[Group] = []
    while words[at] != "}":
        word = words[at].upper()
        if word == "SELECT":
            where = words.index("{", at)
            shown = frozenset(name for name, _ in _selected(" ".join(words[at : where + 1])))
            group, at = _group(words, where + 1, shown)
            groups.append(group)
            at = words.index("}", at)
        elif word in ("OPTIONAL", "UNION", "{"):
            if word == "UNION":
                groups[-1] = replace(groups[-1], optional=True)
            group, at = _group(words, at + (1 if word == "{" else 2))
            groups.append(replace(group, optional=word != "{"))
        elif word in ("FILTER", "BIND"):
            at = _past(words, at + 1, "(", ")")
        elif word == "VALUES":
            at = _past(words, words.index("{", at), "{", "}")
        elif word == ".":
            at += 1
        else:
            found, at = _triples(words, at)
            triples += found
    return Group(tuple(triples), tuple(groups), shows), at + 1


def _past(words: Sequence[str], at: int, opening: str, closing: str) -> int:
    """Where the bracket that a word opens is closed and passed. Raises ``ValueError`` when the word opens none, ``IndexError``."""
    if words[at] != opening:
        raise ValueError(words[at])
    depth = 0
    while True:
        depth += (words[at] == opening) - (words[at] == closing)
        at += 1
        if not depth:
            return at


def _triples(words: Sequence[str], at: int) -> tuple[list[TriplePattern], int]:
    """The triple patterns of one subject that begin at a word, and where they end. Raises ``ValueError``, ``IndexError``."""
    found = []
    subject, predicate, at = words[at], words[at + 1], at + 2
    while True:
        terms = (subject, predicate, words[at])
        if not all(map(_WRITTEN.fullmatch, terms)):
            raise ValueError(" ".join(terms))
        found.append(TriplePattern(*terms))
        if words[at + 1] == ",":
            at += 2
        elif words[at + 1] == ";":
            predicate, at = words[at + 2], at + 3
        else:
            return found, at + 1


@cache
def _iri(word: str) -> str:
    """The IRI that is written ``<...>``, ``prefix:name`` or ``a``."""
    if word == "a":
        return RDF_TYPE
    prefix, _, name = word.partition(":")
    return word[1:-1] if word.startswith("<") else PREFIXES.get(prefix, prefix) + name
