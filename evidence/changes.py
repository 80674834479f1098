"""What changed between two builds: papers, findings, factors and influences that came, went, or are said differently.

Things are the same when their IRIs are. A factor changes with the evidence behind it: how many findings, papers and independent studies
there are, and which kind of gap is left (``gap-map``). Both graphs are seen only through the named queries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from evidence.query import Asks, NamedQuery, records

Queries = Mapping[str, NamedQuery]


@dataclass(frozen=True)
class Thing:
    """What is compared of a paper, a finding, a factor or an influence; the first field is the one that says most about it."""

    name: str
    fields: Mapping[str, str]


Things = Mapping[str, Thing]
"""Things by IRI."""


@dataclass(frozen=True)
class Change:
    """One difference: ``change`` is ``added``, ``removed`` or ``changed``. What was added or removed is shown by its first field."""

    what: str
    change: str
    name: str
    field: str
    before: str
    after: str
    iri: str


COLUMNS: Final = ("what", "change", "name", "field", "before", "after", "iri")


def papers(store: Asks, queries: Queries) -> Things:
    """The coded papers."""
    fields = ("title", "year", "findings", "factors", "references")
    return {r["paper"]: Thing(r["label"], _fields(r, fields)) for r in records(store, queries["papers"])}


def findings(store: Asks, queries: Queries) -> Things:
    """The findings, with the works that they cite."""
    works = {r["work"]: r["label"] for r in records(store, queries["page-works"])}
    factors = {r["factor"]: r["code"] for r in records(store, queries["codebook-tree"])}
    cited: dict[str, list[str]] = {}
    for r in records(store, queries["page-finding-sources"]):
        cited.setdefault(r["finding"], []).append(works.get(r["work"], r["work"]))
    fields = ("statement", "effect", "state", "role", "section", "start", "end", "phase", "informant", "strength", "note")
    found = {}
    for r in records(store, queries["page-findings"]):
        said = _fields(r, fields) | {
            "factor": factors.get(r["factor"], r["factor"]),
            "cites": "; ".join(sorted(cited.get(r["finding"], ()))),
        }
        found[r["finding"]] = Thing(f"{works.get(r['paper'], r['paper'])}: {said['factor']}, {said['effect']}", said)
    return found


def factors(store: Asks, queries: Queries) -> Things:
    """The factors, with what stands behind each."""
    papers_of = {r["factor"]: r["papers"] for r in records(store, queries["papers-and-studies"])}
    fields = ("gap", "studies", "ownData", "findings", "better", "worse", "mixed")
    return {
        r["factor"]: Thing(r["label"], _fields(r, fields) | {"papers": papers_of.get(r["factor"], "0")})
        for r in records(store, queries["gap-map"])
    }


def influences(store: Asks, queries: Queries) -> Things:
    """The influences of factors on each other."""
    fields = ("statement", "sign", "findings", "papers")
    return {
        r["influence"]: Thing(f"{r['fromLabel']} {r['sign']} {r['toLabel']}", _fields(r, fields))
        for r in records(store, queries["influences"])
    }


KINDS: Final[dict[str, Callable[[Asks, Queries], Things]]] = {
    "paper": papers,
    "finding": findings,
    "factor": factors,
    "influence": influences,
}


def changes(old: Asks, new: Asks, queries: Queries) -> list[Change]:
    """All that differs, by kind; what came before what went, both before what is said differently."""
    return list(chain.from_iterable(compare(what, things(old, queries), things(new, queries)) for what, things in KINDS.items()))


def compare(what: str, old: Things, new: Things) -> Iterator[Change]:
    """The differences between two sets of things, ordered by name."""
    for change, some, others in (("added", new, old), ("removed", old, new)):
        for iri, thing in sorted(some.items(), key=_by_name):
            if iri not in others:
                field, value = next(iter(thing.fields.items()))
                yield Change(what, change, thing.name, field, *(("", value) if change == "added" else (value, "")), iri)
    for iri, thing in sorted(new.items(), key=_by_name):
        before = old[iri].fields if iri in old else thing.fields
        for field, value in thing.fields.items():
            if before[field] != value:
                yield Change(what, "changed", thing.name, field, before[field], value, iri)


def summary(found: list[Change]) -> str:
    """How many things of each kind were added, removed and changed, in a line."""
    counts = Counter((c.what, c.change) for c in {(c.what, c.change, c.iri): c for c in found}.values())
    said = (
        f"{what}s: " + ", ".join(f"{counts[what, change]} {change}" for change in ("added", "removed", "changed") if counts[what, change])
        for what in KINDS
        if any(kind == what for kind, _ in counts)
    )
    return "; ".join(said) or "nothing changed"


def _fields(record: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: record[name] for name in names}


def _by_name(item: tuple[str, Thing]) -> tuple[str, str]:
    return item[1].name, item[0]
