"""What the pages show, as plain records: what a reader is shown, keyed by IRI; nothing else of the graph is known to the site.

Offsets are those of the graph: half-open, in Unicode code points of the paper's text, ``None`` where a finding has none.
"""

from __future__ import annotations

from dataclasses import dataclass

FACETS = ("country", "setting", "design")
"""What is told of where and how a finding was made; each value has a page."""
EFFECT_ORDER = ("barrier", "facilitator", "mixed", "none")
ROLE_ORDER = ("primary", "cited", "synthesis", "opinion", "")


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the codebook, in the order of ``rank``."""

    code: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category of factors; ``level`` is the level's code."""

    code: str
    label: str
    definition: str
    level: str


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor; ``category`` and ``level`` are codes, ``opposites`` IRIs, ``mappings`` (relation, IRI) pairs."""

    iri: str
    code: str
    label: str
    definition: str
    category: str
    level: str
    synonyms: tuple[str, ...] = ()
    opposites: tuple[str, ...] = ()
    mappings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """A publication. ``path`` is its page; ``paper`` says that it was coded, ``unlisted`` that no bibliography lists it."""

    iri: str
    key: str
    label: str
    title: str
    authors: str
    year: int | None
    container: str
    volume: str
    issue: str
    pages: str
    doi: str
    publisher: str
    url: str
    note: str
    type: str
    paper: bool
    unlisted: bool
    path: str


@dataclass(frozen=True, slots=True)
class Study:
    """What is known of a study and the works that report it (IRIs)."""

    iri: str
    label: str
    works: tuple[str, ...]
    designs: tuple[str, ...]
    countries: tuple[str, ...]
    settings: tuple[str, ...]
    participants: str
    read_in: str

    def told(self, facet: str) -> tuple[str, ...]:
        """What is known of one of ``FACETS``."""
        return {"country": self.countries, "setting": self.settings, "design": self.designs}[facet]


@dataclass(frozen=True, slots=True)
class Finding:
    """A coded claim. ``factor``, ``paper``, ``sources`` (works it is cited from) and ``studies`` (what it rests on) are IRIs; ``path`` is
    the page of its factor that shows it."""

    iri: str
    id: str
    factor: str
    effect: str
    state: str
    role: str
    statement: str
    paper: str
    section: str
    start: int | None
    end: int | None
    sources: tuple[str, ...]
    studies: tuple[str, ...]
    countries: tuple[str, ...]
    settings: tuple[str, ...]
    phase: str
    informant: str
    strength: int | None
    coders: tuple[str, ...]
    date: str
    note: str
    path: str

    @property
    def place(self) -> str:
        """Where it stands on the site: page and fragment."""
        return f"{self.path}#{self.id}"


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a paper's reference list; ``work`` is the IRI of the work it matches, empty without one."""

    paper: str
    position: int
    raw: str
    work: str
    score: str
    reason: str


@dataclass(frozen=True, slots=True)
class Citation:
    """An in-text citation; ``status`` is ``resolved``, ``ambiguous`` or ``unresolved``, ``work`` what it stands for (empty: unknown)."""

    paper: str
    text: str
    kind: str
    status: str
    start: int | None
    end: int | None
    work: str
    reference: int | None
    note: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Influence:
    """One factor acting on another; ``cause`` and ``effect`` are factor IRIs, ``findings`` IRIs of those that report it."""

    iri: str
    cause: str
    effect: str
    sign: str
    statement: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be used."""

    stage: str
    file: str
    line: int | None
    message: str
    severity: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the ontology (``kind``: ``class``, ``property``) or a word of the files (``word``)."""

    iri: str
    label: str
    definition: str
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file that the graph was built from."""

    file: str
    sha256: str
    triples: int | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """The header of the graph."""

    description: str = ""
    licence: str = ""
    version: str = ""
    triples: int | None = None
