"""Taking what changed since the last build into its store, in place: the named graphs that come out otherwise are replaced, and no other.

What one file says stands in one named graph, so a paper that was coded anew costs its own triples, however large the store is, and the
counts follow by what these triples add and take away (``evidence.cube.Following``). Only after many changes is everything counted anew.
Whole answers and the site wait for the next whole build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from evidence.cube import Counted, Following, cube_graph, keep_answers, outdated, recount
from evidence.increments import MANY
from evidence.pipeline import CONFORMING, BuildError, Built, Progress, prepare, write_graph
from evidence.query import plain, rows_of
from evidence.sparql import n_triples
from evidence.store import Store, StoreError
from evidence.vocabulary import RDF_TYPE
from evidence.workspace import Workspace

_CONTENT: Final = "cube/content"
"""Name, below the base, of the property that has the digest of a graph."""


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


def replace_changed(folder: Path, base: str, quads: Iterable[ox.Quad]) -> list[str]:
    """Makes a store on disk hold these quads, in one transaction; returns the graphs that it held otherwise, by IRI.

    Counts that the store keeps are kept true. Beside them stands a digest of what each graph was when it was last compared, so that only
    graphs with another digest are read. Raises ``StoreError``, ``OSError``.
    """
    store = Store.open(folder, writable=True)
    wanted: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            wanted.setdefault(quad.graph_name.value, []).append(quad.triple)
    digests = {graph: _digest(triples) for graph, triples in wanted.items()}
    known = _compared(store, base)
    changed: dict[str, set[ox.Triple]] = {}
    triples: set[ox.Triple] = set()
    for graph in sorted({*store.graphs(), *wanted} - {cube_graph(base)}):
        if graph not in digests or digests[graph] != known.get(graph):
            before, after = set(store.in_graph(graph)), _as_stored(wanted.get(graph, ()))
            if before != after:
                changed[graph] = after
                triples |= before ^ after
    remembering = _remembering(base, known, digests)
    if changed:
        put(store, base, changed, triples, remembering)
        (folder / "IDENTITY").touch()  # by which a running server sees that there is something new
    elif remembering and Counted(store).slices:
        store.update(remembering)
    return list(changed)


def put(store: Store, base: str, graphs: Mapping[str, Iterable[ox.Triple]], changed: Collection[ox.Triple], besides: str = "") -> None:
    """Replaces named graphs, which changes these triples, and keeps the counts true that the store has; where it has, an update ``besides``
    is carried out as well. Raises ``StoreError``."""
    if not Counted(store).slices:
        store.replace_graphs(graphs)
    elif len(changed) < MANY:
        following = Following(store, base, list(changed))
        store.replace_graphs(graphs, " ;\n".join(filter(None, (following.drops, besides))))
        following.renew()
    else:
        drops = outdated(base, {term for triple in changed for term in _terms(triple)})
        store.replace_graphs(graphs, " ;\n".join(filter(None, (drops, besides))))
        recount(store, base)
        keep_answers(store, base)


def _as_stored(triples: Sequence[ox.Triple]) -> set[ox.Triple]:
    """Triples as a store gives them back, which writes numbers in one way: 1.0 is 1."""
    name = ox.NamedNode("urn:graph")
    return set(Store.in_memory(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples).in_graph(name.value))


def _digest(triples: Sequence[ox.Triple]) -> str:
    return hashlib.sha256(n_triples(triples)).hexdigest()


def _compared(store: Store, base: str) -> dict[str, str]:
    """The digests of the graphs that were compared, by IRI. They stand among the counts, because whoever writes drops these."""
    rows = rows_of(store.query(f"SELECT ?graph ?digest {{ ?graph <{base}{_CONTENT}> ?digest }}")).rows
    return {plain(graph): plain(digest) for graph, digest in rows}


def _remembering(base: str, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """An update that notes the digests of now; empty where they are those from before."""
    if before == now:
        return ""
    cube, content = f"<{cube_graph(base)}>", f"<{base}{_CONTENT}>"
    names = " ".join(f"<{graph}>" for graph, digest in before.items() if digest != now.get(graph))
    noted = " ".join(f'<{graph}> {content} "{digest}" .' for graph, digest in now.items() if digest != before.get(graph))
    old = f"GRAPH {cube} {{ ?graph {content} ?digest }}"
    return f"DELETE {{ {old} }} WHERE {{ VALUES ?graph {{ {names} }} {old} }} ; INSERT DATA {{ GRAPH {cube} {{ {noted} }} }}"


def _terms(triple: ox.Triple) -> Iterator[str]:
    """What a query must name to see a triple: its predicate, and of a type the class."""
    yield triple.predicate.value
    if triple.predicate.value == RDF_TYPE and isinstance(triple.object, ox.NamedNode):
        yield triple.object.value
