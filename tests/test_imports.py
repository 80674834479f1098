"""Imports go one way: a module may import what stands below it, never beside or above."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "evidence"

LAYERS: tuple[set[str], ...] = (
    {"model", "vocabulary", "resources", "coefficients"},
    {"tables", "workspace", "sparql", "subselects"},
    {"documents", "bibliography", "references", "citations", "codebook", "lists", "decisions", "anchors", "ontology_page"},
    {"findings", "inbox", "agreement"},
    {"reading", "papers", "exchange"},
    {"graph", "reanchoring"},
    {"validation", "store"},
    {"query", "output", "endpoint"},
    {"trace", "network", "answers", "changes", "increments"},
    {"firsts"},
    {"cube"},
    {"chains", "site", "server", "starting"},
    {"pipeline"},
    {"importing", "exporting", "renewing", "library", "review"},
    {"__init__", "cli"},
    {"__main__"},
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def arrows() -> list[tuple[str, str, str]]:
    """Every import of one part of the package by another: (importing file, its part, imported part)."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "evidence":
                below = node.module.split(".")[1:]
                names = (
                    [below[0]]
                    if below
                    else [alias.name for alias in node.names if (PACKAGE / f"{alias.name}.py").exists() or (PACKAGE / alias.name).is_dir()]
                )
            elif isinstance(node, ast.Import):
                names = [a.name.split(".")[1] for a in node.names if a.name.startswith("evidence.")]
            found += [("/".join(parts), parts[0], name) for name in names if name != parts[0]]
    return found


def test_every_module_has_its_layer() -> None:
    parts = {p.stem for p in PACKAGE.glob("*.py")} | {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").exists()}
    assert parts == set(RANK) & parts
    assert not parts - set(RANK)


@pytest.mark.parametrize("arrow", arrows(), ids=lambda a: f"{a[0]} imports {a[2]}")
def test_a_module_imports_only_what_is_below_it(arrow: tuple[str, str, str]) -> None:
    _, part, imported = arrow
    assert RANK[imported] < RANK[part]
