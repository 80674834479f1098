"""The map of countries: outlines that the build of the package brings along, shaded by how many findings speak of each.

The table of countries says the same and more; where the outlines are not at hand there is no map. Units are CSS pixels; y grows down.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from evidence.resources import resource
from evidence.site.search import fold

CLASSES = 5
"""How many shades there are."""


@dataclass(frozen=True)
class Place:
    """A country on the map: its label, how many findings speak of it, its shade (from 1), and its outline as an SVG path, or, where it is
    too small for one, its middle."""

    label: str
    number: int
    shade: int
    outline: str
    middle: tuple[float, float] | None


@dataclass(frozen=True)
class WorldMap:
    """The map: countries that findings speak of, the outline of all others, those that have no place on it, and the least and greatest
    number of each shade in use."""

    width: float
    height: float
    places: Sequence[Place]
    others: str
    missing: Sequence[str]
    shades: Sequence[tuple[int, int, int]]


def world_map(numbers: Mapping[str, int]) -> WorldMap | None:
    """The map of countries, by label and number of findings; ``None`` where the outlines are not at hand or there is no country."""
    world = _world()
    told = {label: number for label, number in numbers.items() if number}
    if world is None or not told:
        return None
    known = {_folded(name): country for country in world["countries"] for name in country["names"]}
    found = {label: known[_folded(label)] for label in told if _folded(label) in known}
    shade = _shades(told.values())
    places = [
        Place(label, told[label], shade[told[label]], country.get("outline", ""), _pair(country.get("point")))
        for label, country in found.items()
    ]
    taken = {id(country) for country in found.values()}
    others = "".join(country.get("outline", "") for country in world["countries"] if id(country) not in taken)
    reached = [(n, [number for number in told.values() if shade[number] == n]) for n in range(1, CLASSES + 1)]
    shades = [(n, min(inside), max(inside)) for n, inside in reached if inside]
    missing = [label for label in told if label not in found]
    return WorldMap(world["width"], world["height"], places, others, missing, shades)


@cache
def _world() -> dict[str, Any] | None:
    path = resource("site", "vendor", "countries.json")
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _folded(name: str) -> str:
    return " ".join(fold(name))


def _pair(point: Sequence[float] | None) -> tuple[float, float] | None:
    return (point[0], point[1]) if point else None


def _shades(numbers: Iterable[int]) -> dict[int, int]:
    """The shade of each number, by its logarithm: fields are studied very unevenly."""
    known = set(numbers)
    least, span = math.log(min(known)), math.log(max(known)) - math.log(min(known))
    return {n: 1 + min(CLASSES - 1, int((math.log(n) - least) / span * CLASSES)) if span else CLASSES for n in known}
