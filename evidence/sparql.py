"""What can be known of a SPARQL text before it is asked (its form, and which keywords it truly uses), and the update that changes a graph.

The engine's own parser decides, never a search in the text: a keyword that is misspelt on purpose breaks a query only where it was a
keyword, not inside a string, a comment, a name or an IRI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from evidence.vocabulary import PREFIXES

_PROLOGUE: Final = re.compile(r"(?:\s+|#[^\n]*(?:\n|$)|PREFIX\s+[^\s:]*\s*:\s*<[^>]*>|BASE\s*<[^>]*>)*", re.IGNORECASE)


def form_of(sparql: str) -> str:
    """``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``; empty when the text begins with something else."""
    start = _PROLOGUE.match(sparql)
    word = re.match(r"(?i)SELECT|ASK|CONSTRUCT|DESCRIBE", sparql[start.end() if start else 0 :])
    return word[0].upper() if word else ""


def query_uses(sparql: str, keyword: str) -> bool:
    """Whether a query that is sound has the keyword (``SERVICE``, ``FROM``). No store and no server is asked anything.

    A query that is not sound counts as using every keyword whose letters its text holds.
    """
    changed = _misspelt(sparql, keyword)
    if changed is None:
        return False
    try:
        ox.Store().query(inward(changed), prefixes=PREFIXES)
    except SyntaxError:
        return True
    except (ValueError, OSError, RuntimeError):
        return False
    return False


def update_reaches_out(sparql: str) -> bool:
    """Whether a sound update has ``LOAD`` or ``SERVICE``. No store and no server is asked anything; its data are held for a moment."""
    without_load = _misspelt(sparql, "LOAD") or sparql
    changed = _misspelt(without_load, "SERVICE") or without_load
    if changed == sparql:
        return False
    try:
        ox.Store().update(changed, prefixes=PREFIXES)
    except SyntaxError:
        return True
    except (ValueError, OSError, RuntimeError):
        return False
    return False


def _misspelt(sparql: str, keyword: str) -> str | None:
    """The text with a letter changed wherever the keyword's letters stand; ``None`` where they stand nowhere."""
    changed, count = re.subn(re.escape(keyword), lambda m: m[0][:-1] + "x", sparql, flags=re.IGNORECASE)
    return changed if count else None


def inward(sparql: str) -> str:
    """The text with another keyword, as long, wherever ``SERVICE`` stands: as sound as before, and evaluating it asks nobody."""
    return re.sub(r"SERVICE(\s+SILENT\b)?", lambda m: "GRAPH".ljust(len(m[0])), sparql, flags=re.IGNORECASE)


def n_triples(triples: Iterable[ox.Triple]) -> bytes:
    """Triples as N-Triples, one a line, in UTF-8."""
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def exchange(graph: str, gone: Iterable[ox.Triple], come: Iterable[ox.Triple]) -> str:
    """An update that takes triples out of a named graph and puts others in."""
    steps = (("DELETE", gone), ("INSERT", come))
    return " ;\n".join(f"{word} DATA {{ GRAPH {ox.NamedNode(graph)} {{ {n_triples(triples).decode()} }} }}" for word, triples in steps)
