"""What reading a bibliography gives: the works, what could not be used, and the raw text of it."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.model import Problem, Work

STAGE = "bibliography"
"""The stage named in every Problem of this package."""


Rows = tuple[tuple[str, tuple[str, ...]], ...]
"""A table from CSL variables to the field names of a format; the first name is the one that is written."""


@dataclass(frozen=True)
class Bibliography:
    """A bibliography that was read.

    ``works`` are in the order of the file, with unique keys. ``problems`` say what was met, with file and line. ``unread``
    is the raw text of blocks that are no work (malformed or repeated entries, comments, preambles): it is kept so that
    writing the bibliography again loses nothing.
    """

    works: tuple[Work, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: tuple[str, ...] = ()


def problem(source: str, line: int | None, text: str, message: str, *, note: bool = False) -> Problem:
    """A Problem of this stage; ``text`` is cut to its first 200 characters."""
    return Problem(STAGE, source, line, text[:200], message, "note" if note else "error")
