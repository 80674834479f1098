"""Bibliographies in and out: BibTeX, BibLaTeX, RIS, PubMed, EndNote XML, CSL-JSON.

``read_bibliography`` recognises the format by what stands in the file, then by its name. What cannot be used becomes a
Problem with its line, and its raw text is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evidence.bibliography import bibtex, csl, endnote, nbib, ris
from evidence.bibliography.encoding import decode
from evidence.bibliography.keys import citation_key
from evidence.bibliography.records import Bibliography, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from evidence.model import CslItem, Work

__all__ = ["FORMATS", "WRITABLE", "Bibliography", "citation_key", "parse_bibliography", "read_bibliography", "write_bibliography"]


@dataclass(frozen=True)
class BibliographyFormat:
    """A format: the endings of its files, a pattern that only stands in such files, its reader, its
    writer if any, and what stands between two records."""

    endings: tuple[str, ...]
    mark: re.Pattern[str]
    read: Callable[[str, str], Bibliography]
    write: Callable[[CslItem, str], str] | None = None
    gap: str = "\n"


FORMATS = {
    bibtex.NAME: BibliographyFormat(
        (".bib", ".bibtex"), re.compile(r"^[ \t]*@\s*\w+\s*[{(]", re.MULTILINE), bibtex.read_bibtex, bibtex.to_bibtex, "\n\n"
    ),
    ris.NAME: BibliographyFormat((".ris", ".enw"), re.compile(r"^\s{0,3}TY {1,2}- ", re.MULTILINE), ris.read_ris, ris.to_ris),
    nbib.NAME: BibliographyFormat((".nbib", ".medline"), re.compile(r"^PMID ?- ?\d", re.MULTILINE), nbib.read_nbib),
    endnote.NAME: BibliographyFormat((".xml",), re.compile(r"\A\s*<(?:\?xml|xml\b|records\b|record\b|!DOCTYPE)"), endnote.read_endnote),
    csl.NAME: BibliographyFormat((".json",), re.compile(r"\A\s*(?:\[\s*[\]{]|\{\s*[\"}])"), csl.read_csl_json, csl.to_csl_json),
}
"""Format name to format."""

WRITABLE = tuple(name for name, entry in FORMATS.items() if entry.write)
"""Names of the formats that can be written."""


def read_bibliography(path: Path) -> Bibliography:
    """The bibliography in a file, whatever its format. A file that cannot be opened or recognised is a Problem."""
    source = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"The file cannot be opened ({error.strerror or error}); check its name and your rights to it."
        return Bibliography(problems=(problem(source, None, "", message),))
    text, problems = decode(data, source)
    if text is None:
        return Bibliography(problems=problems)
    found = parse_bibliography(text, source)
    return replace(found, problems=(*problems, *found.problems))


def parse_bibliography(text: str, source: str = "") -> Bibliography:
    """The bibliography in a text; ``source`` is the name of its file, for the format and for Problems."""
    name = recognise(text, source)
    if name is None:
        if not text.strip():
            return Bibliography(problems=(problem(source, None, "", "The file is empty; there is nothing to read.", note=True),))
        message = f"This is no bibliography in a known format ({', '.join(FORMATS)}); check the file or export it again."
        return Bibliography(problems=(problem(source, 1, text, message),), unread=(text,))
    found = FORMATS[name].read(text, source)
    if not found.works and not found.problems and name != csl.NAME:
        message = f"No entry was found in this file, which was taken for {name}; check that it is the right file."
        return replace(found, problems=(problem(source, 1, text.strip(), message),))
    return found


def recognise(text: str, source: str = "") -> str | None:
    """The name of the format whose mark stands first in the text; without a mark the one its file ending names."""
    marks = {name: match.start() for name, entry in FORMATS.items() if (match := entry.mark.search(text))}
    if marks:
        return min(marks, key=lambda name: marks[name])
    return next((name for name, entry in FORMATS.items() if text.strip() and source.lower().endswith(entry.endings)), None)


def write_bibliography(works: Iterable[Work], format: str, unread: Iterable[str] = ()) -> str:
    """The works as one file in a format of ``WRITABLE``; ``unread`` (raw blocks that a reader of the same format kept) is put
    at the end of a BibTeX or RIS file as it stands.

    Raises ``ValueError`` for a format that cannot be written.
    """
    entry = FORMATS.get(format)
    if entry is None or entry.write is None:
        raise ValueError(f"The format {format!r} cannot be written; choose one of {', '.join(WRITABLE)}.")
    records = [entry.write(work.csl, work.key) for work in works]
    if format == csl.NAME:
        inner = ",\n".join(record.rstrip("\n") for record in records)
        return f"[\n{inner}\n]\n" if records else "[]\n"
    return entry.gap.join([*records, *(f"{block}\n" for block in unread)])
