"""Networks of the evidence, as networkx graphs: factors of one passage, factors and studies, who cites whom, which factor acts on which.

Nodes are IRIs with a ``label`` and a ``kind``; all further attributes are text or numbers, so that GraphML and GEXF (Gephi, Cytoscape) can
hold them. The same store gives the same graph, in the same order.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from io import BytesIO
from itertools import combinations, pairwise
from typing import Any, Final

import networkx as nx

from evidence.query import Asks, NamedQuery, records

Queries = Mapping[str, NamedQuery]

SEED: Final = 20
"""Louvain's method takes nodes in a random order; with a fixed seed it is always the same."""

SAMPLE: Final = 1_000
"""Nodes from which betweenness is measured at most: all ways of 60,000 works take hours."""

EVERY: Final = 1_000_000_000
"""A limit that limits nothing."""


def network(store: Asks, queries: Queries, kind: str) -> nx.Graph[str]:
    """The network of a kind of ``KINDS``. Raises ``KeyError`` for another."""
    return KINDS[kind](store, queries)


def factor_network(store: Asks, queries: Queries) -> nx.Graph[str]:
    """Factors that the same passage speaks of: undirected, ``weight`` is the number of passages, ``papers`` of papers."""
    graph: nx.Graph[str] = nx.Graph()
    _add_factors(graph, store, queries)
    passages: dict[tuple[str, str], set[str]] = {}
    for row in records(store, queries["network-passages"]):
        passages.setdefault((row["paper"], row["passage"]), set()).add(row["factor"])
    weights: Counter[tuple[str, str]] = Counter()
    papers: dict[tuple[str, str], set[str]] = {}
    for (paper, _), factors in passages.items():
        for pair in combinations(sorted(factors), 2):
            weights[pair] += 1
            papers.setdefault(pair, set()).add(paper)
    for (one, other), weight in sorted(weights.items()):
        graph.add_edge(one, other, weight=weight, papers=len(papers[one, other]))
    return graph


def study_network(store: Asks, queries: Queries) -> nx.Graph[str]:
    """Factors and the studies their findings rest on: bipartite, ``weight`` is the number of findings."""
    graph: nx.Graph[str] = nx.Graph()
    _add_factors(graph, store, queries)
    for row in records(store, queries["network-studies"]):
        graph.add_node(row["study"], label=row["studyLabel"], kind="study")
        weight = graph.edges[row["factor"], row["study"]]["weight"] if graph.has_edge(row["factor"], row["study"]) else 0
        graph.add_edge(row["factor"], row["study"], weight=weight + 1)
    return graph


def citation_network(store: Asks, queries: Queries) -> nx.DiGraph[str]:
    """Who cites whom: from the citing paper to the cited work, ``weight`` is the number of citations in the text (at least 1)."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for row in records(store, queries["who-cites-whom"], {"limit": str(EVERY)}):
        graph.add_node(row["paper"], label=row["paperLabel"], kind="paper")
        if row["work"] not in graph or row["coded"] == "1":
            graph.add_node(row["work"], label=row["workLabel"], kind="paper" if row["coded"] == "1" else "work")
        graph.add_edge(row["paper"], row["work"], weight=max(int(row["citations"]), 1))
    return graph


def influence_network(store: Asks, queries: Queries) -> nx.MultiDiGraph[str]:
    """Which factor acts on which: an edge for each influence, with ``sign``, ``statement`` and ``weight``, the number of papers."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    _add_factors(graph, store, queries)
    for row in records(store, queries["influences"]):
        attributes = {"sign": row["sign"], "statement": row["statement"], "weight": int(row["papers"])}
        graph.add_edge(row["fromFactor"], row["toFactor"], key=row["influence"], **attributes)
    graph.remove_nodes_from([n for n, degree in list(graph.degree) if not degree])
    return graph


KINDS: Final[dict[str, Callable[[Asks, Queries], nx.Graph[str]]]] = {
    "factors": factor_network,
    "studies": study_network,
    "citations": citation_network,
    "influences": influence_network,
}


def with_measures(graph: nx.Graph[str]) -> nx.Graph[str]:
    """A copy whose nodes also carry ``degree``, ``strength`` (sum of weights), ``betweenness`` and ``community`` (0 is the largest).

    Betweenness after Freeman 1977 in Brandes' algorithm (2001), a heavy edge being a short way (1 / weight); in a network of more than
    ``SAMPLE`` nodes it is estimated from so many of them (Brandes & Pich 2007).
    """
    measured = graph.copy()
    near: nx.Graph[str] = (nx.DiGraph if graph.is_directed() else nx.Graph)()
    near.add_nodes_from(graph)
    for one, other, data in graph.edges(data=True):
        before = near.edges[one, other]["weight"] if near.has_edge(one, other) else 0
        near.add_edge(one, other, weight=before + data.get("weight", 1))
    for _, _, data in near.edges(data=True):
        data["distance"] = 1 / data["weight"]
    sample = SAMPLE if len(near) > SAMPLE else None
    between = nx.betweenness_centrality(near, k=sample, weight="distance", seed=SEED)
    groups = {node: number for number, group in enumerate(communities(graph)) for node in group}
    for node, data in measured.nodes(data=True):
        data.update(
            degree=graph.degree[node], strength=graph.degree(node, weight="weight"), betweenness=between[node], community=groups[node]
        )
    return measured


def communities(graph: nx.Graph[str]) -> list[list[str]]:
    """Groups of nodes that hang together, by Louvain's method (Blondel et al. 2008) with a fixed seed; the largest first."""
    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from(sorted(graph))
    for one, other, data in sorted(graph.edges(data=True), key=lambda edge: edge[:2]):
        before = plain.edges[one, other]["weight"] if plain.has_edge(one, other) else 0
        plain.add_edge(one, other, weight=before + data.get("weight", 1))
    found = nx.community.louvain_communities(plain, weight="weight", seed=SEED)
    return sorted((sorted(group) for group in found), key=lambda group: (-len(group), group))


def path_counts(graph: nx.DiGraph[str]) -> dict[tuple[str, str], int]:
    """How many ways from any source to any sink lead over each citation, by (cited, citing).

    The search path count of Batagelj ("Efficient algorithms for citation network analysis", 2003), after Hummon & Doreian ("Connectivity
    in a citation network", Social Networks 11, 1989): the product of the ways that lead to the cited work and those that lead on from the
    citing one. ``graph`` runs from citing to cited; works that cite each other in a circle are left without the citations among them.
    """
    flow = _flow(graph)
    order = list(nx.topological_sort(flow))
    before = dict.fromkeys(order, 0)
    after = dict.fromkeys(order, 0)
    for node in order:
        before[node] = sum(before[p] for p in flow.predecessors(node)) or 1
    for node in reversed(order):
        after[node] = sum(after[s] for s in flow.successors(node)) or 1
    return {(one, other): before[one] * after[other] for one, other in flow.edges}


def main_path(graph: nx.DiGraph[str]) -> list[str]:
    """The works along which a field's citations run strongest, oldest first; empty without citations.

    The way from a source to a sink with the largest sum of search path counts: the global main path of Liu & Lu ("An integrated approach
    for main path analysis", JASIST 63, 2012).
    """
    counts = path_counts(graph)
    best: dict[str, tuple[int, str]] = {}
    flow = _flow(graph)
    for node in nx.topological_sort(flow):
        ways = [(best[p][0] + counts[p, node], p) for p in flow.predecessors(node)]
        best[node] = max(ways, key=lambda way: (way[0], way[1])) if ways else (0, "")
    if not counts:
        return []
    node = max(best, key=lambda n: (best[n][0], n))
    path = [node]
    while best[path[-1]][1]:
        path.append(best[path[-1]][1])
    return path[::-1]


def on_main_path(graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """A copy whose citations carry ``spc`` and whose nodes and citations carry ``main`` (1 on the main path, else 0)."""
    marked = graph.copy()
    counts, path = path_counts(graph), main_path(graph)
    steps = set(pairwise(path))
    for node, data in marked.nodes(data=True):
        data["main"] = int(node in path)
    for citing, cited, data in marked.edges(data=True):
        data.update(spc=counts.get((cited, citing), 0), main=int((cited, citing) in steps))
    return marked


def as_graphml(graph: nx.Graph[str]) -> bytes:
    """The network in GraphML (UTF-8)."""
    out = BytesIO()
    nx.write_graphml_xml(graph, out, encoding="utf-8", prettyprint=True)
    return out.getvalue()


def as_gexf(graph: nx.Graph[str]) -> bytes:
    """The network in GEXF 1.2 (UTF-8), without the date of writing, so that the same network gives the same bytes."""
    out = BytesIO()
    nx.write_gexf(graph, out, encoding="utf-8", prettyprint=True)
    return re.sub(rb' lastmodifieddate="[^"]*"', b"", out.getvalue())


def as_json(graph: nx.Graph[str]) -> bytes:
    """The network as node-link JSON, which networkx and D3 read: ``nodes`` with ``id``, ``edges`` with ``source`` and ``target``."""
    data = nx.node_link_data(graph, edges="edges")
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


FORMATS: Final[dict[str, Callable[[nx.Graph[str]], bytes]]] = {"graphml": as_graphml, "gexf": as_gexf, "json": as_json}


def measured(store: Asks, queries: Queries, kind: str) -> nx.Graph[str]:
    """The network of a kind of ``KINDS`` with all measures that apply to it. Raises ``KeyError`` for another kind."""
    graph = KINDS[kind](store, queries)
    return with_measures(on_main_path(graph) if kind == "citations" and isinstance(graph, nx.DiGraph) else graph)


def describe(graph: nx.Graph[str], top: int = 10) -> str:
    """A measured network in words: its size, its most central nodes, its groups, and the main path where there is one."""
    nodes: dict[str, dict[str, Any]] = {node: dict(data) for node, data in graph.nodes(data=True)}
    central = sorted(nodes, key=lambda n: (-nodes[n]["betweenness"], -nodes[n]["strength"], n))[:top]
    groups: dict[int, list[str]] = {}
    for node, data in nodes.items():
        groups.setdefault(data["community"], []).append(node)
    lines = [f"{len(nodes)} nodes, {graph.number_of_edges()} edges", "", "Most central (betweenness, degree, strength)"]
    lines += [f"  {nodes[n]['betweenness']:.4f} {nodes[n]['degree']:5} {nodes[n]['strength']:5}  {nodes[n]['label']}" for n in central]
    joined = [g for _, g in sorted(groups.items()) if len(g) > 1]
    lines += ["", f"{len(joined)} groups, {len(groups) - len(joined)} nodes on their own"]
    for group in joined[:top]:
        first = sorted(group, key=lambda n: (-nodes[n]["strength"], n))[:5]
        lines.append(f"  {len(group):4}  {'; '.join(nodes[n]['label'] for n in first)}{'; …' if len(group) > len(first) else ''}")
    path = main_path(graph) if isinstance(graph, nx.DiGraph) and any("main" in data for data in nodes.values()) else []
    if path:
        lines += ["", "Main path, oldest first", *(f"  {nodes[n]['label']}" for n in path)]
    return "\n".join([*lines, ""])


def _add_factors(graph: nx.Graph[str], store: Asks, queries: Queries) -> None:
    for row in records(store, queries["codebook-tree"]):
        attributes: dict[str, Any] = {"label": row["label"], "code": row["code"], "level": row["level"], "category": row["categoryLabel"]}
        graph.add_node(row["factor"], kind="factor", **attributes)


def _flow(graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """The way knowledge runs, from cited to citing, in a fixed order and without circles."""
    part: dict[Hashable, int] = {n: i for i, group in enumerate(nx.strongly_connected_components(graph)) for n in group}
    flow: nx.DiGraph[str] = nx.DiGraph()
    flow.add_nodes_from(sorted(graph))
    flow.add_edges_from(sorted((cited, citing) for citing, cited in graph.edges if part[cited] != part[citing]))
    return flow
