"""The fields a token of a reference can belong to.

Punctuation between two fields belongs to the field before it, words such as ``pp.`` or ``In:`` to the field they
announce; so the sequence of labels goes from field to field, and the cleaners take the announcing words off.
"""

from __future__ import annotations

FIELDS = {
    "a": "family", "g": "given", "A": "organisation", "w": "between persons", "z": "et al.", "f": "role",
    "e": "editor family", "h": "editor given", "W": "between editors",
    "t": "title", "c": "container", "s": "series", "v": "volume", "i": "issue", "p": "pages", "N": "number of pages",
    "b": "publisher", "l": "place", "y": "year", "m": "month or day", "n": "edition", "r": "genre or note", "k": "number",
    "d": "DOI", "u": "address", "q": "date of access", "o": "other",
}  # fmt: skip
