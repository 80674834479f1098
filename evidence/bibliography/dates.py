"""Dates of bibliographic records: the spellings of the formats to CSL dates and back.

A CSL date is ``{"date-parts": [[2019, 5, 3]]}`` (two lists for a range) or ``{"literal": "in press"}`` for what is no date.
"""

from __future__ import annotations

import re
from typing import Any

from evidence.model import CslItem

CslDate = dict[str, Any]
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")

_NUMBERS = re.compile(r"(-?\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?[/~?%]*")
_WORDS = re.compile(
    r"(?:(?P<d1>\d{1,2})\.? )?(?P<m1>[A-Za-z]{3,9})\.?(?: (?P<d2>\d{1,2}),?)? (?P<y1>\d{4})"
    r"|(?P<y2>\d{4}) (?P<m2>[A-Za-z]{3,9})\.?(?: (?P<d3>\d{1,2}))?"
)
_SUFFIXED = re.compile(r"(\d{4})[a-z]?")


def month_number(text: str) -> int | None:
    """1 to 12 for ``"5"``, ``"05"``, ``"may"``, ``"May."``, ``"Sept"``; ``None`` for anything else."""
    word = text.strip(" .").lower()
    if word.isascii() and word.isdigit() and len(word) < 3:
        return int(word) if 1 <= int(word) <= 12 else None
    if len(word) < 3:
        return None
    return next((i for i, name in enumerate(MONTHS, 1) if name.lower().startswith(word) or (word == "sept" and i == 9)), None)


def parse_date(text: str) -> CslDate:
    """The date that ``text`` spells (ISO, with slashes, with month names, two with a slash between); else a literal.

    A year with a letter (``2018a``) is that year: the letter belongs to the citation, not to the work.
    """
    text = " ".join(text.split())
    halves = text.split("/") if re.fullmatch(r"-?\d{4}(-\d\d?){0,2}/-?\d{4}(-\d\d?){0,2}", text) else [text]
    parts = [_parts(half) for half in halves]
    return {"date-parts": parts} if all(parts) else {"literal": text}


def from_parts(year: str, month: str = "", day: str = "") -> CslDate:
    """A date from separate fields; a month or day that cannot be read is left out."""
    date = parse_date(year)
    number = month_number(month)
    if number and len(date.get("date-parts", ())) == 1 and len(date["date-parts"][0]) == 1:
        date["date-parts"][0].append(number)
        if day.strip().isdecimal() and 1 <= int(day) <= 31:
            date["date-parts"][0].append(int(day))
    return date


def iso(date: CslDate) -> str:
    """``2019-05-03``, ``2019-05``, ``2010/2012`` for a range; the literal for what is no date; empty when there is nothing."""
    return "/".join(_iso_half(half) for half in date_parts(date)) or str(date.get("literal") or date.get("raw") or "")


def date_parts(date: object) -> list[list[int]]:
    """The ``date-parts`` of a CSL date as whole numbers; empty when there are none that can be read."""
    halves = date.get("date-parts") if isinstance(date, dict) else None
    if not isinstance(halves, list) or not all(isinstance(half, list) and half for half in halves):
        return []
    try:
        return [[int(part) for part in half if part not in (None, "")] for half in halves]
    except (TypeError, ValueError):
        return []


def year_of(csl: CslItem) -> int | None:
    """The year of publication, or ``None``."""
    parts = date_parts(csl.get("issued"))
    return parts[0][0] if parts and parts[0] else None


def _parts(text: str) -> list[int]:
    if match := _NUMBERS.fullmatch(text):
        year, month, day = (int(group) if group else 0 for group in match.groups())
        return _checked(year, month, day)
    if match := _WORDS.fullmatch(text):
        found = {name.rstrip("123"): value for name, value in match.groupdict().items() if value}
        return _checked(int(found["y"]), month_number(found["m"]) or 0, int(found.get("d") or 0))
    if match := _SUFFIXED.fullmatch(text):
        return [int(match[1])]
    return []


def _checked(year: int, month: int, day: int) -> list[int]:
    if not 1 <= month <= 12:
        return [year]
    return [year, month, day] if 1 <= day <= 31 else [year, month]


def _iso_half(half: list[int]) -> str:
    year, *rest = half
    return "-".join([f"{year:04d}", *(f"{part:02d}" for part in rest)])
