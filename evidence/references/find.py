"""Where the reference lists of a text stand: from a heading (in any of several languages) to whatever ends the list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence.references.lines import Line, read_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence.model import Document

_NAMES = (
    r"(?:cited |selected |main |key |additional |supplementary |supplemental |further |online |methods? |appendix |web "
    r")?references?(?: list| cited| and notes| and further reading| and resources)?"
    r"(?: \(?(?:for|to|in|of) [^.\d]{2,40})?|list of references|notes and references|reference section|bibliograph(?:y|ie|ia"
    r"|ía)|selected bibliography|literature(?: cited)?|cited literature|works? (?:cited|consulted)"
    r"|literatur(?:verzeichnis|angaben|nachweise?|liste)?|verwendete literatur|zitierte literatur|quellen(?:verzeichnis)?"
    r"|quellen- und literaturverzeichnis|literatur und quellen"
    r"|références?(?: bibliographiques)?|bibliographie|referencias(?: bibliográficas)?|bibliografía|riferimenti(?: "
    r"bibliografici)?|bibliografia|referências(?: bibliográficas)?|literatuur(?:lijst)?|referenser|referanser|litteratur"
    r"|citations|end ?notes|参考文献"
)
_FRAME = r"(?:#{1,6}\s*)?(?:[*_]{1,2})?(?:(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-Z])[.):]?\s+)?"
HEADING = re.compile(rf"{_FRAME}(?:\d{{1,4}}\s+)?(?:{_NAMES})\s*(?:\(\s*\d{{1,4}}\s*\))?\s*:?\s*(?:[*_]{{1,2}})?\s*:?\s*#*$", re.IGNORECASE)
"""A line that is nothing but the heading of a reference list: numbered, in Markdown, with a count, or bare."""

INLINE_HEADING = re.compile(rf"(?:{_NAMES})\s*:?\s+(?=(?:\[1\]|\(1\)|1[.)])\s)", re.IGNORECASE)
"""A heading and the first numbered entry on one line, as PDF text has it."""

_ENDS = (
    "acknowledge?ments?|funding|author information|authors?[’']? (?:information|contributions?|details|note)|authors and "
    "affiliations|(?:author )?affiliations?|about the authors?|about this article|additional information"
    "|copyright(?: information| and license| ©)?|rights and permissions|publisher[’']s note|conflicts? of interests?"
    "|competing interests?|declarations?|disclosures?|data availability|ethics|supplementary (?:information|materials?"
    "|data)|supporting information"
    "|appendix|appendices|anhang|annexe|figures?|figure legends|tables?|abbreviations|biograph(?:y|ies)|corresponding "
    "author|cite this article|download references|footnotes|notes|personali[sz]ed recommendations|open access|keywords"
    "|abstract"
    "|editor[’']s note|article information|further reading|contributors|provenance and peer review|danksagung|über die "
    "autor(?:en|innen)?|korrespondenzadresse|remerciements|agradecimientos|index|glossary|resources|received:|accepted:"
    "|peer review"
)
END = re.compile(
    rf"{_FRAME}(?:{_ENDS})(?:\s*\d{{0,3}}\s*[:.]?\s*[*_]*$|\s+(?:[A-Z]?\d{{1,2}}|[IVX]{{1,4}})\b.{{0,300}}$|[:.]\s)", re.IGNORECASE
)
"""A line that begins something else: acknowledgements, affiliations, tables, figures, an appendix."""

_NOTICE = re.compile(
    r"(?:publisher[’']s note|springer nature remains neutral|©|copyright (?:©|\(c\)|\d{4})|(?:figure|fig\.|table|tab\."
    r"|abbildung|tabelle)\s+(?:S|A)?\d+[.:\s]|this (?:is an open access )?article is (?:licensed|distributed)|all rights "
    r"reserved)",
    re.IGNORECASE,
)
_BARE = re.compile(r"[^\W\d_][^\d.,;:]{2,60}$")


def _is_bare_heading(lines: Sequence[Line], at: int) -> bool:
    """A short line without stop, comma or digit, with a blank line before it and no dated line after: a heading of something else."""
    line = lines[at]
    if not _BARE.match(line.text) or line.dated or len(line.text.split()) > 7 or (at and not lines[at - 1].blank):
        return False
    if line.text[0].islower() or _LINK_WORDS.search(line.text):
        return False
    following = [x for x in lines[at + 1 : at + 8] if not x.blank][:2]
    return not any(x.dated for x in following)


_LINK_WORDS = re.compile(r"PubMed|Google|Cross[Rr]ef|Scholar|Article|CAS|DOI|Medline|Scopus|Web of Science|View", re.IGNORECASE)


def _list_end(lines: Sequence[Line], first: int) -> int:
    """Index of the line that ends the list whose first line is ``lines[first]``."""
    for at in range(first, len(lines)):
        line = lines[at]
        if line.blank or len(line.text) > 400:
            continue
        if END.match(line.text) or _NOTICE.match(line.text) or (at > first and HEADING.match(line.text)):
            return at
        if at > first and _is_bare_heading(lines, at):
            return at
    return len(lines)


def _is_list(lines: Sequence[Line]) -> bool:
    """Whether the lines can be a reference list: one in three that hold anything but link words is dated or opens as one."""
    full = [x for x in lines if len(x.text) > 25]
    return bool(full) and any(x.dated for x in full) and sum(x.dated or x.opens for x in full) * 3 >= len(full)


def _headed(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Places of the lists that stand under a heading."""
    found = []
    at = 0
    while at < len(lines):
        line = lines[at]
        inline = INLINE_HEADING.match(line.text) if line.text[:1].isalpha() else None
        at += 1
        if inline or (len(line.text) < 90 and HEADING.match(line.text)):
            stop = _list_end(lines, at)
            start = line.start + inline.end() if inline else lines[at].start if at < len(lines) else line.end
            if inline or _is_list(lines[at:stop]):
                found.append((start, max(x.end for x in lines[at - 1 : stop])))
                at = stop
    return found


_NUMBERED = re.compile(r"(?:\[?\d{1,3}[\].)]|[-•*·])\s+")


def _unheaded(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """The longest run of at least four lines that each look like a whole reference; nothing when there is none."""
    best: tuple[int, int] = (0, 0)
    start = count = 0
    last = -1
    for at, line in enumerate(lines):
        if line.blank or _LINK_WORDS.match(line.text):
            continue
        body = _NUMBERED.match(line.text)
        opened = line.opens or (body is not None and bool(Line(line.text[body.end() : body.end() + 200], 0, 0).opens))
        if 40 <= len(line.text) <= 1500 and opened and line.dated and re.search(r"\d[)\].]?\W*$|[.>)/]$|\w$", line.text[-20:]):
            start, count, last = (at, 1, at) if count == 0 else (start, count + 1, at)
            if count >= 4 and count > best[1]:
                best = (start, count)
                end = last
        else:
            count = 0
    return [(lines[best[0]].start, lines[end].end)] if best[1] else []


def find_lists(document: Document) -> list[tuple[int, int]]:
    """Places (half-open) of the reference lists of ``document.text``, without their headings, in order; empty when there is none.

    Several lists (supplementary references) are several places. Without any heading a run of lines that each look like a
    reference counts as a list."""
    lines = read_lines(document.text, 0, len(document.text), document.furniture)
    return _headed(lines) or _unheaded(lines)
