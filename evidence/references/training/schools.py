"""Whole references in the manner of a field: German social science, Forum papers, English social science, humanities, computing.

``templates.toml`` mixes heads, titles and bodies freely, which teaches the model to expect anything; here the parts go
together as they do in print (``schools.toml``).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING, Any

from evidence.references.training.render import OTHERS, NameStyle, Style, compose, fill_slots, random_style

if TYPE_CHECKING:
    from random import Random

    from evidence.model import CslItem
    from evidence.references.training.marked import Marked


@dataclass(frozen=True)
class School:
    """Who writes so: ``langs`` of the works, how ``names`` and ``editors`` are written, ``forms`` by CSL type."""

    langs: tuple[str, ...]
    names: tuple[NameStyle, ...]
    editors: tuple[NameStyle | None, ...]
    forms: dict[str, tuple[str, ...]]


def _name_style(line: str) -> NameStyle | None:
    if not line:
        return None
    order, short, comma, between, last, *capitals = line.split("|")
    return NameStyle(order, short, comma, between, last, capitals=bool(capitals))


def _school(table: dict[str, Any]) -> School:
    forms = {key: tuple(block.split("\n")) for key, block in table.items() if key not in ("lang", "names", "editors")}
    names = tuple(style for style in map(_name_style, table["names"].split("\n")) if style)
    return School(tuple(table["lang"].split()), names, tuple(map(_name_style, table["editors"].split("\n"))), forms)


def _load() -> tuple[School, ...]:
    text = resources.files(__package__).joinpath("schools.toml").read_text(encoding="utf-8")
    return tuple(_school(table) for table in tomllib.loads(text).values())


SCHOOLS = _load()


def _in_school(rng: Random, school: School) -> Style:
    """A style of the school; title case and short journal names as they fall."""
    style, names = random_style(rng), rng.choice(school.names)
    if rng.random() < 0.08:
        names = replace(names, shown=rng.choice((1, 1, 2, 3)), others=rng.choice(OTHERS))
    return Style(names, rng.choice(school.editors) or names, style.headline, rng.random() < 0.12, style.suffix, style.dash)


def render_school(rng: Random, item: CslItem) -> Marked | None:
    """The record as one of the schools of its language prints it; ``None`` when none prints such works."""
    fitting = [school for school in SCHOOLS for lang in school.langs if lang == item["lang"] and item["type"] in school.forms]
    if not fitting:
        return None
    school = rng.choice(fitting)
    return compose(rng, school.forms[item["type"]], fill_slots(rng, item, _in_school(rng, school)), "AVIPHLE")
