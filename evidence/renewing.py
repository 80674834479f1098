"""Taking what changed since the last build into its store, in place: the named graphs that come out otherwise are replaced, and no other.

What one file says stands in one named graph, so a paper that was coded anew costs its own triples, however large the store is; only the
counts that hang on them are counted anew. The site waits for the next whole build.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from evidence.cube import Counted, cube_graph, outdated, recount
from evidence.pipeline import CONFORMING, BuildError, Built, Progress, prepare, write_graph
from evidence.store import Store, StoreError
from evidence.vocabulary import RDF_TYPE
from evidence.workspace import Workspace


def build_changed(workspace: Workspace, paper_folders: Sequence[Path] = (), progress: Progress = lambda _: None) -> tuple[Built, list[str]]:
    """Brings the built graph up to date with the workspace. Returns, besides what a build tells, the names of the graphs it replaced.

    Raises ``BuildError`` when there is no build yet, or its store cannot be written to.
    """
    folder = workspace.build
    if not (folder / "store" / "CURRENT").is_file():
        raise BuildError(f"{folder} holds no graph yet; run `evidence build` first")
    made = prepare(workspace, paper_folders, folder / CONFORMING, folder / CONFORMING, progress)
    progress("store")
    try:
        replaced = replace_changed(folder / "store", workspace.base, made.quads)
        if replaced:
            write_graph(folder, made.quads)
    except (StoreError, OSError) as error:
        raise BuildError(f"{folder}: the store could not be changed ({error})") from error
    return made.built(folder), [graph.removeprefix(f"{workspace.base}graph/") for graph in replaced]


def replace_changed(folder: Path, base: str, quads: Sequence[ox.Quad]) -> list[str]:
    """Makes a store on disk hold these quads, in one transaction; returns the graphs that it held otherwise, by IRI.

    Counts that the store keeps are counted anew where they hang on what changed. Raises ``StoreError``, ``OSError``.
    """
    store = Store.open(folder, writable=True)
    has_counts = bool(Counted(store).slices)
    wanted = Store.in_memory(quads)  # which writes a number as the other store does: 1.0 is 1
    changed: dict[str, set[ox.Triple]] = {}
    terms: set[str] = set()
    for graph in sorted({*store.graphs(), *wanted.graphs()} - {cube_graph(base)}):
        before, after = set(store.in_graph(graph)), set(wanted.in_graph(graph))
        if before != after:
            changed[graph] = after
            terms.update(term for triple in before ^ after for term in _terms(triple))
    if changed:
        store.replace_graphs(changed, outdated(base, terms) if has_counts else "")
        if has_counts:
            recount(store, base)
        (folder / "IDENTITY").touch()  # by which a running server sees that there is something new
    return list(changed)


def _terms(triple: ox.Triple) -> Iterator[str]:
    """What a query must name to see a triple: its predicate, and of a type the class."""
    yield triple.predicate.value
    if triple.predicate.value == RDF_TYPE and isinstance(triple.object, ox.NamedNode):
        yield triple.object.value
