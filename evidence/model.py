"""The records that travel between stages. Plain frozen data; imports nothing of ours.

Conventions, everywhere in the package:

* Offsets are half-open ``[start, end)``, 0-based, in Unicode code points of ``Document.text``.
* Lines and list positions are 1-based, as a person counts them. Years are ``int`` or ``None``.
* Absence is ``None`` for a value that could be there, an empty string or tuple for text and collections.
* Bibliographic fields are CSL-JSON items (https://docs.citationstyles.org/en/stable/specification.html):
  ``{"type", "title", "author": [{"family", "given"} | {"literal"}], "issued": {"date-parts": [[2019]]}, ...}``.
* Names follow the field: *reference* = entry of a reference list (BiRO), *citation* = one pointer in the text (C4O),
  *finding* = coded claim, *work* = publication (FaBiO), *factor* = concept of a codebook (SKOS).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

CslItem = dict[str, Any]
"""One bibliographic record in CSL-JSON."""

Format = Literal["text", "markdown", "html", "jats", "pdf", "docx"]
CitationKind = Literal["parenthetical", "narrative", "numeric"]

EFFECTS = ("barrier", "facilitator", "mixed", "none")
"""What a passage says a factor does to implementation."""
STATES = ("present", "lacking", "")
"""Whether it is the factor's presence or its lack that does so; empty: neither can be said."""
ROLES = ("primary", "cited", "synthesis", "opinion", "")
"""Whose claim it is: own data, a cited work's, a review's own conclusion, an opinion; empty: not assessed."""


@dataclass(frozen=True)
class Problem:
    """Something that was met and could not be used; failures are data, they never stop the rest.

    ``stage`` is the stage that met it (``bibliography``, ``findings``, ...), ``source`` the file it stands in (empty when
    there is none), ``line`` its 1-based line or ``None``, ``text`` what stood there, ``message`` what is wrong and what to do.
    ``severity`` is ``"error"`` when something was left out or is invalid (the exit status becomes 1), ``"note"`` when the
    reader only should know (a citation that resolves to nothing, a year that is one off).
    """

    stage: str
    source: str
    line: int | None
    text: str
    message: str
    severity: Literal["error", "note"] = "error"

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.source and self.line else self.source
        return f"{place}: {self.message}" if place else self.message


@dataclass(frozen=True)
class Section:
    """A headed part of a document. ``level`` is 1 for a top heading. The span runs from the heading's first character to
    the start of the next section of the same or a higher level, so sections nest."""

    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True)
class Link:
    """A cross-reference that the source format itself marks up (JATS ``xref``, HTML ``href="#ref-3"``).

    ``start``/``end`` are the place of the pointer's text, ``targets`` the ids it points to (``EntryMark.id``)."""

    start: int
    end: int
    targets: tuple[str, ...]


@dataclass(frozen=True)
class EntryMark:
    """A reference-list entry that the source format itself marks up, with the fields it marks (may be empty)."""

    id: str
    start: int
    end: int
    csl: CslItem = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """A paper as text. For ``.txt`` and ``.md`` the text is exactly the decoded file, so offsets hold in the file itself.

    ``sha256`` is the digest of the file's bytes (hexadecimal). ``superscripts`` are the places whose characters the source
    set as superscript (numeric citations after punctuation). ``furniture`` are places that belong to the page and not to
    the text: running heads, page numbers, footnotes between two halves of a paragraph. ``metadata`` is what the file says
    of the paper itself, as CSL-JSON."""

    text: str
    format: Format
    sha256: str
    title: str | None = None
    sections: tuple[Section, ...] = ()
    links: tuple[Link, ...] = ()
    entries: tuple[EntryMark, ...] = ()
    superscripts: tuple[tuple[int, int], ...] = ()
    furniture: tuple[tuple[int, int], ...] = ()
    metadata: CslItem = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Reference:
    """An entry of a reference list. ``index`` is its 1-based position over all lists of the document; ``raw`` is
    ``text[start:end]`` with line breaks and page furniture inside it folded to single spaces; ``score`` (0 to 1) is how
    sure the parser is of the fields; ``label`` is the printed number or key (``"12"``), empty without one; ``id`` the
    source's own id. ``work`` and ``work_score``/``work_reason`` are a separate claim: the work it matches."""

    index: int
    start: int
    end: int
    raw: str
    csl: CslItem
    score: float
    year_suffix: str | None = None
    label: str = ""
    id: str = ""
    work: str | None = None
    work_score: float = 0.0
    work_reason: str = ""


@dataclass(frozen=True)
class Citation:
    """One in-text pointer to one reference. ``text`` is ``Document.text[start:end]``. ``reference`` is the 1-based index of
    the reference it points to; ``work`` the key of the work. Unresolved: both ``None``; ambiguous: both ``None`` with
    two or more ``candidates`` (reference indices or work keys, as strings). ``note`` says what was bent to resolve it ("misspelt
    name", "year is one off")."""

    start: int
    end: int
    text: str
    kind: CitationKind
    reference: int | None = None
    work: str | None = None
    candidates: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A finding that the program proposes; counted only when a person accepted it. ``citations`` are 0-based positions in
    the list of citations; ``evidence`` are the words and headings that led to it."""

    start: int
    end: int
    factor: str
    effect: str
    state: str
    role: str
    citations: tuple[int, ...]
    score: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """All that was read out of one paper."""

    document: Document
    references: tuple[Reference, ...] = ()
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Work:
    """A publication: its citation key and its record. ``source``/``line`` say where it was declared."""

    key: str
    csl: CslItem
    source: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Study:
    """What is known of a study, and the works that report it. ``read_in`` says where each fact was read."""

    key: str
    works: tuple[str, ...]
    design: str = ""
    country: str = ""
    setting: str = ""
    participants: str = ""
    read_in: str = ""
    source: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Level:
    """A level of a codebook's level scheme (``macro``). ``rank`` orders levels, 0 first."""

    code: str
    label: str
    definition: str = ""
    rank: int = 0


@dataclass(frozen=True)
class Category:
    """A category of factors inside a level; ``code`` is ``level.category``."""

    code: str
    label: str
    level: str
    definition: str = ""


@dataclass(frozen=True)
class Factor:
    """A factor of a codebook; ``code`` is unique, the rest as SKOS has it. ``mappings`` are (SKOS property, IRI) pairs to
    concepts of other frameworks."""

    code: str
    label: str
    level: str
    category: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    opposite: str = ""
    mappings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Codebook:
    """A factor scheme: levels, categories and factors in the order of the file."""

    name: str
    title: str
    levels: tuple[Level, ...]
    categories: tuple[Category, ...]
    factors: tuple[Factor, ...]

    def factor(self, code: str) -> Factor | None:
        """The factor with this code, or ``None``."""
        return next((f for f in self.factors if f.code == code), None)


@dataclass(frozen=True)
class Context:
    """Where and with whom a finding holds, as far as the passage says so."""

    country: str = ""
    setting: str = ""
    phase: str = ""
    informant: str = ""


@dataclass(frozen=True)
class Finding:
    """One coded claim of one passage of one paper about one factor. ``cites`` are citation keys of the works the passage
    gives the claim to, or ``?Author Year`` for a cited work that no bibliography at hand lists."""

    id: str
    paper: str
    factor: str
    effect: str
    state: str
    role: str
    statement: str
    section: str
    start: int
    end: int
    passage_sha256: str
    cites: tuple[str, ...] = ()
    context: Context = Context()
    coder: str = ""
    date: str = ""
    note: str = ""
    strength: int | None = None
    source: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Influence:
    """Factor to factor, as findings report it. ``sign`` is ``increases``, ``decreases`` or ``conditional``."""

    id: str
    cause: str
    effect: str
    sign: str
    statement: str
    findings: tuple[str, ...]
    source: str = ""
    line: int | None = None


def passage_digest(text: str) -> str:
    """SHA-256 (hexadecimal) of a passage's UTF-8 bytes: the quote lock of findings, references and citations."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
