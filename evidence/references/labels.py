"""The fields a token of a reference can belong to.

Punctuation between two fields belongs to the field before it, words such as ``pp.`` or ``In:`` to the field they
announce; so the sequence of labels goes from field to field, and the cleaners take the announcing words off.
"""

from __future__ import annotations

FIELDS = {
    "a": "family",
    "g": "given",
    "A": "organisation",
    "w": "between persons",
    "z": "et al.",
    "f": "role",
    "e": "editor family",
    "h": "editor given",
    "W": "between editors",
    "t": "title",
    "c": "container",
    "s": "series",
    "v": "volume",
    "i": "issue",
    "p": "pages",
    "N": "number of pages",
    "b": "publisher",
    "l": "place",
    "y": "year",
    "m": "month or day",
    "n": "edition",
    "r": "genre or note",
    "k": "number",
    "T": "title begins",
    "C": "container begins",
    "B": "publisher begins",
    "L": "place begins",
    "d": "DOI",
    "u": "address",
    "q": "date of access",
    "o": "other",
}

BEGINS = {"t": "T", "c": "C", "b": "B", "l": "L"}
"""Fields whose first token has a label of its own, so that the model learns what a boundary looks like."""

FIELD_OF = {begin: code for code, begin in BEGINS.items()}


def with_beginnings(labels: list[str]) -> list[str]:
    """Labels with the first token of every stretch of a field in :data:`BEGINS` marked as such."""
    return [BEGINS.get(x, x) if i == 0 or labels[i - 1] != x else x for i, x in enumerate(labels)]


def without_beginnings(labels: list[str]) -> list[str]:
    """The opposite of :func:`with_beginnings`."""
    return [FIELD_OF.get(x, x) for x in labels]
