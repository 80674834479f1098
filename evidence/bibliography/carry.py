"""What a format has no field for: carried along in fields of our own, so that a record comes back as it was.

A variable that the format cannot hold, or would give back in another spelling, is written a second time as
``csl-<variable>``. Read again, it counts only where writing it would give just the fields that stand in the file: whoever
edited those has the last word.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evidence.model import CslItem

PREFIX = "csl-"


def leftovers(csl: CslItem, back: CslItem) -> dict[str, str]:
    """``csl-<variable>`` to its value as text, for each variable of ``csl`` that ``back`` (the record as the format gives it
    back) has not or has otherwise."""
    return {PREFIX + quote(var, safe=""): _dump(value) for var, value in csl.items() if back.get(var) != value or var not in back}


def restore(csl: CslItem, carried: Mapping[str, str], there_and_back: Callable[[CslItem], CslItem]) -> CslItem:
    """``csl`` with the variables that ``carried`` (what ``leftovers`` gave) brings back; ``there_and_back`` writes a record
    in the format and reads it again."""
    for name, text in carried.items():
        var, value = unquote(name.removeprefix(PREFIX)), _load(text)
        seen = there_and_back({**csl, var: value})
        if seen.get(var) == csl.get(var):
            csl = {**csl, var: value}
    return csl


def without_own(csl: CslItem, format_name: str) -> tuple[CslItem, dict[str, Any]]:
    """The record without ``id`` and without what ``custom`` keeps for this format, and that part of ``custom``."""
    core = {var: value for var, value in csl.items() if var not in ("id", "custom")}
    custom = csl.get("custom")
    if not isinstance(custom, dict):
        return (core if custom is None else {**core, "custom": custom}), {}
    own = custom.get(format_name)
    others = {name: value for name, value in custom.items() if name != format_name or not isinstance(own, dict)}
    return ({**core, "custom": others} if others or not custom else core), own if isinstance(own, dict) else {}


def with_own(csl: CslItem, format_name: str, own: Mapping[str, Any]) -> CslItem:
    """``csl`` with ``own`` kept for this format in ``custom``."""
    custom = csl.get("custom")
    return {**csl, "custom": {**(custom if isinstance(custom, dict) else {}), format_name: dict(own)}} if own else csl


def _dump(value: object) -> str:
    """A plain string as it is; everything else, and a string that would be taken for something else, as JSON."""
    if isinstance(value, str) and value == " ".join(value.split()) and _load(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
