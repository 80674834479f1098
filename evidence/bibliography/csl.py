"""CSL-JSON: a list of items, one item, or an object with an ``items`` list. Items are taken as they are."""

from __future__ import annotations

import json
import re
from typing import Any

from evidence.bibliography.keys import citation_key, is_safe
from evidence.bibliography.records import Bibliography, problem
from evidence.model import CslItem, Problem, Work

NAME = "csl-json"
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def read_csl_json(text: str, source: str = "") -> Bibliography:
    """The works of a CSL-JSON file; from a broken file, the items before the break."""
    works: dict[str, Work] = {}
    problems: list[Problem] = []
    unread: list[str] = []
    for line, raw, item in _items(text):
        if isinstance(item, str):
            problems.append(problem(source, line, raw, item))
            unread.append(raw)
            continue
        csl = _clean(item)
        key = _key(csl, works)
        if str(csl.get("id", key)) in works:
            problems.append(
                problem(source, line, raw, f"The id “{csl['id']}” is used twice; this item was given the key “{key}”.", note=True)
            )
        works[key] = Work(key, {**csl, "id": key}, source, line)
    return Bibliography(tuple(works.values()), tuple(problems), tuple(unread))


def to_csl_json(csl: CslItem, key: str) -> str:
    """One item as JSON, indented, ending in a line break."""
    return json.dumps({"id": key, **{var: value for var, value in csl.items() if var != "id"}}, ensure_ascii=False, indent=2) + "\n"


def _key(csl: CslItem, taken: dict[str, Work]) -> str:
    """The item's own key where a person could type it, else one from its author and year."""
    given = (str(csl.get(var) or "") for var in ("citation-key", "id"))
    return next((key for key in given if is_safe(key) and key not in taken), "") or citation_key(csl, taken)


def _items(text: str) -> list[tuple[int, str, CslItem | str]]:
    """Line, raw text and item; a message instead of an item that is none."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return _salvaged(text)
    listed = data.get("items") if isinstance(data, dict) and isinstance(data.get("items"), list) else data
    items = listed if isinstance(listed, list) else [listed]
    lines = _lines(text) if len(items) > 1 or isinstance(data, list) else [1]
    places = lines if len(lines) == len(items) else [1] * len(items)
    return [(line, _short(item), item if isinstance(item, dict) else _no_item(item)) for line, item in zip(places, items, strict=True)]


def _lines(text: str) -> list[int]:
    """The 1-based line of each element of the outermost list."""
    return [text.count("\n", 0, start) + 1 for start, _ in _elements(text)[0]] if len(text) < 5_000_000 else []


def _short(item: object) -> str:
    return json.dumps(item, ensure_ascii=False)[:200] if not isinstance(item, dict) else str(item.get("id", item.get("title", "")))[:200]


def _no_item(item: object) -> str:
    return f"Expected an item (an object with fields), but found {type(item).__name__}; it was left out."


def _elements(text: str) -> tuple[list[tuple[int, Any]], int]:
    """The elements of the outermost list that can be read, with their places, and the place where reading stopped."""
    decoder = json.JSONDecoder()
    opening = re.compile(r"\s*(?:\{\s*\"items\"\s*:\s*)?\[\s*").match(text)
    position = opening.end() if opening else len(text) - len(text.lstrip())
    found: list[tuple[int, Any]] = []
    while position < len(text):
        try:
            item, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        found.append((position, item))
        separator = re.compile(r"\s*,?\s*").match(text, end)
        position = separator.end() if separator else end
    return found, position


def _salvaged(text: str) -> list[tuple[int, str, CslItem | str]]:
    """What can be read of a broken file: the items before the break, and the rest as one piece."""
    found, stop = _elements(text)
    items: list[tuple[int, str, CslItem | str]] = []
    line, counted = 1, 0
    for start, item in [
        *found,
        (stop, "The JSON is broken here (cut off, or a comma, quote or bracket is missing); the rest was left out."),
    ]:
        line, counted = line + text.count("\n", counted, start), start
        raw = text[start:] if start == stop else _short(item)
        items.append((line, raw, item if isinstance(item, (dict, str)) else _no_item(item)))
    return items


def _clean(item: Any) -> Any:
    """The item without half characters, which no file could hold."""
    if isinstance(item, dict):
        return {_clean(name): _clean(value) for name, value in item.items()}
    if isinstance(item, list):
        return [_clean(value) for value in item]
    return _LONE_SURROGATE.sub("\ufffd", item) if isinstance(item, str) else item
