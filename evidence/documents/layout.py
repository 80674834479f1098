"""From placed lines to running text: columns, reading order, running heads, footnotes, paragraphs, hyphens at line ends.

Knows nothing of PDF: it takes lines with their boxes, page by page. Lengths are in points, y grows upwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from evidence.documents import headings

HYPHEN = "\ufffe"
"""What stands for a hyphen at a line's end."""


@dataclass(frozen=True)
class Line:
    """A piece of a printed line: its text, its box, the height of its letters, whether it is bold, and the places (in its
    text) of raised characters."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    bold: bool = False
    raised: tuple[tuple[int, int], ...] = ()

    @property
    def middle(self) -> float:
        """Height of the line's middle."""
        return (self.bottom + self.top) / 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph in reading order: its text and the places of raised characters in it; ``size`` and ``bold`` of its letters."""

    text: str
    size: float
    bold: bool
    raised: tuple[tuple[int, int], ...] = ()


def paragraphs_from(pages: Sequence[Sequence[Line]]) -> list[Paragraph]:
    """The paragraphs of a document in reading order. Running heads and page numbers are left out; a footnote comes after the
    paragraph that it interrupts; a paragraph cut by a column or page goes on."""
    body = _body_size(pages)
    pages = [[line for line in page if id(line) not in running] for running in [_running(pages)] for page in pages]
    columns = [column for page in pages for column in _columns(page)]
    blocks = [block for column in columns for block in _blocks(column, body)]
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(line.text for page in pages for line in page).casefold()))
    hung = {id(column[0]) for column in columns if _starts_inset(column, body)}
    return [_joined(block, words) for block in _continued(blocks, body, hung)]


def _body_size(pages: Iterable[Sequence[Line]]) -> float:
    """The height of most letters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


# --- running heads -------------------------------------------------------------------------------------------------------

_PAGE_NUMBER = re.compile(r"(?:page |p\. ?)?[-–—| ]*\d{1,5}[-–—| ]*(?:(?:of|/) ?\d{1,4})?", re.I)
EDGE = 3
"""Lines from the top or the bottom of a page among which running heads stand."""


def _running(pages: Sequence[Sequence[Line]]) -> set[int]:
    """Ids of the lines at the edges of pages that come again (other digits allowed) or are page numbers."""
    edges: list[tuple[int, Line]] = []
    for number, page in enumerate(pages):
        heights = sorted({round(line.middle) for line in page})
        limits = {*heights[:EDGE], *heights[-EDGE:]}
        edges.extend((number, line) for line in page if round(line.middle) in limits)
    seen: dict[tuple[str, int], set[int]] = {}
    for number, line in edges:
        seen.setdefault(_pattern(line), set()).add(number)
    least = 2 if len(pages) < 5 else 3
    return {
        id(line)
        for number, line in edges
        if len(seen[_pattern(line)]) >= least or (_PAGE_NUMBER.fullmatch(line.text.strip()) and _outermost(line, pages[number]))
    }


def _pattern(line: Line) -> tuple[str, int]:
    """A line's words without digits, and its height on the page in steps of a line."""
    return re.sub(r"\d+", "0", line.text).casefold().strip(), round(line.middle / 12)


def _outermost(line: Line, page: Sequence[Line]) -> bool:
    return line.top >= max(other.top for other in page) - 2 or line.bottom <= min(other.bottom for other in page) + 2


# --- columns -------------------------------------------------------------------------------------------------------------


def _columns(page: Sequence[Line]) -> list[list[Line]]:
    """The page's lines in reading order, one list for every stretch of a column. With a gutter the page falls into bands
    between lines that cross it; in each the left column comes before the right. Without one the source's order stands."""
    if not page:
        return []
    gutter = _gutter(page)
    if gutter is None:
        return [_rows(page, keep_order=True)]
    crossing = _crossing(page, gutter)
    found: list[list[Line]] = []
    top = float("inf")
    for run in _runs(crossing, page):
        low, high = min(line.bottom for line in run), max(line.top for line in run)
        found += [*_band(page, gutter, high - 1, top, crossing), _rows(run)]
        top = low + 1
    return [column for column in found + _band(page, gutter, float("-inf"), top, crossing) if column]


def _crossing(page: Sequence[Line], gutter: float) -> list[Line]:
    """The lines that cross the gutter, from the top, each with the shorter last line of its paragraph: alike, right below, alone at
    its height."""
    crossing: list[Line] = []
    for line in sorted(page, key=lambda line: -line.middle):
        last = bool(crossing) and _ends_crossing(crossing[-1], line) and not any(_level(line, other) for other in page)
        if last or (line.left < gutter - 3 and line.right > gutter + 3 and not _runs_over(line, gutter, page)):
            crossing.append(line)
    return crossing


def _runs_over(line: Line, gutter: float, page: Sequence[Line]) -> bool:
    """Whether a line of the left column only is too long for it: a line of the right column stands beside it, or lines of the
    left column right above and right below."""
    if any(other.left > gutter - 3 and other.right - other.left > 5 * line.size and _level(line, other) for other in page):
        return True
    alike = [o for o in page if o.right < gutter and abs(o.left - line.left) < 2 and abs(o.size - line.size) < 0.05 * line.size]
    drops = [o.bottom - line.bottom for o in alike]
    return any(0 < drop < 1.6 * line.size for drop in drops) and any(0 < -drop < 1.6 * line.size for drop in drops)


def _ends_crossing(above: Line, line: Line) -> bool:
    near = 0 < above.bottom - line.bottom < 1.6 * line.size
    return (
        near
        and abs(above.size - line.size) < 0.05 * line.size
        and above.bold == line.bold
        and above.left - 2 < line.left < line.right < above.right
    )


def _level(line: Line, other: Line) -> bool:
    """Whether another line stands beside a line."""
    return other is not line and min(line.top, other.top) - max(line.bottom, other.bottom) > 0.3 * (line.top - line.bottom)


def _runs(crossing: Sequence[Line], page: Sequence[Line]) -> list[list[Line]]:
    """Crossing lines that follow each other with no column text between them."""
    runs: list[list[Line]] = []
    for line in crossing:
        if runs:
            above = runs[-1][-1]
            between = any(line.top <= other.middle <= above.bottom for other in page if other not in crossing)
            if not between:
                runs[-1].append(line)
                continue
        runs.append([line])
    return runs


def _band(page: Sequence[Line], gutter: float, bottom: float, top: float, crossing: Sequence[Line]) -> list[list[Line]]:
    inside = [line for line in page if bottom < line.middle < top and line not in crossing]
    left = [line for line in inside if (line.left + line.right) / 2 < gutter]
    right = [line for line in inside if (line.left + line.right) / 2 >= gutter]
    return [_rows(left), _rows(right)]


def _gutter(page: Sequence[Line]) -> float | None:
    """Where the space between two columns lies; ``None`` for a page of one column."""
    left, right = min(line.left for line in page), max(line.right for line in page)
    width = right - left
    long = [line for line in page if line.right - line.left > 0.15 * width]
    if len(long) < 8:
        return None
    best: tuple[int, float] | None = None
    for step in range(30, 71):
        x = left + width * step / 100
        crossing = sum(line.left < x - 2 and line.right > x + 2 for line in long)
        sides = (sum(line.right <= x + 2 for line in long), sum(line.left >= x - 2 for line in long))
        if min(sides) >= max(3, 0.15 * len(long)) and crossing < 0.3 * len(long) and (best is None or crossing < best[0]):
            best = (crossing, x)
    return _centred(best[1], long) if best else None


def _centred(x: float, lines: Sequence[Line]) -> float:
    """The middle of the free space around ``x``."""
    left = max((line.right for line in lines if line.right <= x + 2), default=x)
    right = min((line.left for line in lines if line.left >= x - 2), default=x)
    return (left + right) / 2


def _rows(lines: Sequence[Line], keep_order: bool = False) -> list[Line]:
    """Pieces that stand on one line joined to it; top to bottom, unless the source's order is kept."""
    ordered = list(lines) if keep_order else sorted(lines, key=lambda line: (-line.middle, line.left))
    rows: list[Line] = []
    for line in ordered:
        if rows and abs(rows[-1].middle - line.middle) < 0.5 * min(rows[-1].top - rows[-1].bottom, line.top - line.bottom):
            rows[-1] = _beside(rows[-1], line)
        else:
            rows.append(line)
    return rows


def _beside(one: Line, other: Line) -> Line:
    first, second = (one, other) if one.left <= other.left else (other, one)
    space = "" if second.left - first.right < 0.15 * first.size or first.text.endswith(" ") else " "
    shift = len(first.text) + len(space)
    return replace(
        first,
        text=first.text + space + second.text,
        left=first.left,
        right=max(first.right, second.right),
        bottom=min(first.bottom, second.bottom),
        top=max(first.top, second.top),
        size=max(first.size, second.size),
        bold=first.bold and second.bold,
        raised=(*_raised_beside(first, second), *((a + shift, b + shift) for a, b in _raised_beside(second, first))),
    )


def _raised_beside(piece: Line, other: Line) -> tuple[tuple[int, int], ...]:
    """The raised places of a piece: all of it where it is smaller than the piece beside it and stands higher."""
    if piece.size < 0.85 * other.size and piece.bottom > other.bottom + 0.15 * other.size:
        start = len(piece.text) - len(piece.text.lstrip())
        return ((start, len(piece.text.rstrip())),)
    return piece.raised


# --- paragraphs ----------------------------------------------------------------------------------------------------------

_NUMBERED = re.compile(r"(?:\[\d{1,3}\]|\(?\d{1,3}[.)])\s")
_ITEM = re.compile(r"[•●▪◦–-]\s")
_ADDRESS = re.compile(r"(?:https?://|doi: ?10\.|10\.\d{4,9}/)\S", re.I)
_ENDS = re.compile(r"[.!?:;][\"'”’)\]]*\s*$")
_STARTS_NOTE = re.compile(r"[*†‡§¶✉✩⁎#©]|\d{1,2} ?[A-Z]|(?:e-?mail|correspond|address|received|published|©|copyright|doi|https?)", re.I)


def _blocks(column: Sequence[Line], body: float) -> list[list[Line]]:
    """The paragraphs of one column as lists of lines."""
    if not column:
        return []
    left = _margin(column)
    right = max(line.right for line in column)
    gaps = [a.bottom - b.bottom for a, b in pairwise(column) if 0 < a.bottom - b.bottom < 3 * body]
    leading = median(gaps) if gaps else 1.2 * body
    hanging = _hanging(column, left, body)
    blocks = [[column[0]]]
    for above, line in pairwise(column):
        if _opens(above, line, left, right, leading, hanging, body):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _margin(column: Sequence[Line]) -> float:
    """Where most lines that stand farthest left begin."""
    lefts = sorted(line.left for line in column)
    return lefts[len(lefts) // 10]


def _hanging(column: Sequence[Line], left: float, body: float) -> bool:
    """Whether the first lines of paragraphs stand out instead of in: many lines of running text indented alike, also one after
    the other."""
    usual = Counter(round(line.size, 1) for line in column).most_common(1)[0][0]
    insets = [line.left - left if line.left - left > 0.5 * body else 0.0 for line in column if abs(line.size - usual) < 0.08 * body]
    common = Counter(round(inset) for inset in insets if inset).most_common(1)
    alike = [bool(common) and abs(inset - common[0][0]) < 2 for inset in insets]
    pairs = sum(a and b for a, b in pairwise(alike))
    return len(insets) > 5 and sum(alike) > 0.4 * len(insets) and pairs > 0.1 * len(insets)


def _starts_inset(column: Sequence[Line], body: float) -> bool:
    """Whether a column of hanging entries begins with the rest of one."""
    left = _margin(column)
    return column[0].left - left > 0.5 * body and _hanging(column, left, body)


def _opens(above: Line, line: Line, left: float, right: float, leading: float, hanging: bool, body: float) -> bool:
    """Whether ``line`` begins a paragraph."""
    drop = above.bottom - line.bottom
    if min(above.size, line.size) > 1.2 * body and abs(above.size - line.size) < 0.05 * body and 0 < drop < 1.6 * line.size:
        return False  # the lines of a title, however they are set
    if drop > 1.4 * leading or drop < -2 or abs(above.size - line.size) > 0.08 * body or (above.bold != line.bold and drop > 0.5 * leading):
        return True
    if _NUMBERED.match(line.text) or _ITEM.match(line.text):
        return (bool(_ENDS.search(above.text)) and not above.text.rstrip().endswith(":")) or above.right < right - 2 * body
    inset, above_inset = line.left - left > 0.5 * body, above.left - left > 0.5 * body
    ends, short = bool(_ENDS.search(above.text)), above.right < right - 0.15 * (right - left)
    if hanging:
        return not inset and (ends or (above_inset and short))
    if inset and not above_inset:
        return (ends or short) and not _NUMBERED.match(above.text)
    return short and ends


def _continued(blocks: list[list[Line]], body: float, hung: set[int]) -> list[list[Line]]:
    """Blocks joined that a column or a page cuts in two; notes between the halves follow the whole. ``hung``: ids of lines that are
    the rest of an entry, as is a line with an address alone."""
    joined: list[list[Line]] = []
    notes: list[list[Line]] = []
    for block in blocks:
        rest = id(block[0]) in hung or bool(_ADDRESS.match(block[0].text))
        if joined and rest and abs(block[0].size - joined[-1][-1].size) < 0.08 * body:
            joined[-1] = [*joined[-1], *block]
            continue
        cut = bool(joined) and _is_cut(joined[-1], body)
        if cut and _is_note(block, body):
            notes.append(block)
        elif cut and _goes_on(joined[-1], block, body):
            joined[-1] = [*joined[-1], *block]
        else:
            joined += [*notes, block]
            notes = []
    return joined + notes


def _is_cut(block: Sequence[Line], body: float) -> bool:
    return abs(block[-1].size - body) < 0.15 * body and not _ENDS.search(block[-1].text) and sum(len(line.text) for line in block) > 60


def _is_note(block: Sequence[Line], body: float) -> bool:
    return block[0].size < 0.93 * body or bool(_STARTS_NOTE.match(block[0].text)) or bool(headings.CAPTION.match(block[0].text))


def _goes_on(cut: Sequence[Line], block: Sequence[Line], body: float) -> bool:
    """Whether ``block`` is the other half of ``cut``: of its size, and beginning as the middle of a sentence does."""
    first = block[0].text.lstrip()
    if abs(block[0].size - cut[-1].size) > 0.08 * body or not first:
        return False
    if cut[-1].text.rstrip().endswith((HYPHEN, "-", ",", "–")) or first[0].islower() or first[0] in "([0123456789&":
        return True
    return (
        bool(re.search(r"\b(?:and|or|of|the|a|an|in|on|to|for|with|by|from|at|as|et al\.|that|which)$", cut[-1].text.rstrip()))
        and not block[0].bold
    )


def _joined(lines: Sequence[Line], words: Counter[str]) -> Paragraph:
    """A paragraph's lines as running text, hyphens at line ends resolved."""
    text, raised = "", []
    for line in lines:
        stripped = line.text.strip()
        offset = len(line.text) - len(line.text.lstrip())
        if text and text[-1] in (HYPHEN, "-", "‐"):
            text = text[:-1] + _hyphen(text[:-1], stripped, words, text[-1] != HYPHEN)
        elif text:
            text += " "
        raised += [(a - offset + len(text), b - offset + len(text)) for a, b in line.raised]
        text += stripped
    return Paragraph(text.replace(HYPHEN, "-"), max(line.size for line in lines), all(line.bold for line in lines), tuple(raised))


def _hyphen(before: str, after: str, words: Counter[str], printed: bool) -> str:
    """What joins two parts of a word: nothing, or the hyphen where the document spells the word with it elsewhere, or where
    the next part is no lower-case continuation."""
    first, second = re.search(r"[^\W\d_]+$", before), re.match(r"[^\W\d_]+", after)
    if not first or not second or not second[0][0].islower():
        return "-"
    whole, parted = (first[0] + second[0]).casefold(), f"{first[0]}-{second[0]}".casefold()
    if words[parted] > words[whole]:
        return "-"
    return "-" if printed and not words[whole] and words[first[0].casefold()] > 2 and words[second[0].casefold()] > 2 else ""
