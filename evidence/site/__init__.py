"""The site: a folder of static pages made from the graph through the named queries only.

It works from a double-clicked file without a network: no page asks for anything outside the folder, and a strict content security policy
says so to the browser. Everything that comes from papers and bibliographies is escaped. Same graph, same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence.query import NamedQuery, read_queries
from evidence.resources import resource
from evidence.site.atlas import Atlas
from evidence.site.figures import Figure, draw_figures
from evidence.site.frame import Frame
from evidence.site.gather import read_atlas
from evidence.site.names import safe_name
from evidence.site.pages import facet_weights, pages, query_page
from evidence.site.rendering import in_many, write_page
from evidence.site.search import entries, write_index
from evidence.site.shelves import Shelves
from evidence.site.shipped import Shipped, pack
from evidence.site.tables import Download, Table, described, tables
from evidence.site.weight import weigh_all
from evidence.store import Store

_VENDOR = ("sparql.js", "sparql.css", "store.js", "licences.txt")
"""The bundle of the query page, made by ``hatch_build.py`` when the package is built."""


def render_site(
    store: Store,
    folder: Path,
    *,
    title: str,
    base: str,
    quotes: Mapping[str, str] | None = None,
    agreement: Sequence[Mapping[str, str]] = (),
    downloads: Mapping[str, bytes] | None = None,
) -> None:
    """Writes the whole site of a store's graph into ``folder``, which need not exist.

    ``title`` is shown on every page, ``base`` is the workspace's base IRI. ``quotes`` are the verbatim passages by finding IRI, given only
    where the paper's licence lets them be shown. ``agreement`` are rows of one table, all with the same columns and one of them
    ``scope``, as ``evidence.agreement.row_records`` gives them. ``downloads`` are further files to offer, by name; one called like a table
    of the site takes its place. Raises ``QueryError`` when a query of the site is missing, ``OSError`` when the folder cannot be written.
    """
    queries = read_queries(resource("ontology", "queries"))
    with TemporaryDirectory() as temporary:
        shelves = Shelves(Path(temporary) / "shelves.sqlite")
        try:
            atlas = read_atlas(store, queries, quotes or {}, shelves)
            _render(store, atlas, queries, Frame(atlas, title, base), folder, agreement, downloads or {})
        finally:
            shelves.close()


def _render(
    store: Store,
    atlas: Atlas,
    queries: Mapping[str, NamedQuery],
    frame: Frame,
    folder: Path,
    agreement: Sequence[Mapping[str, str]],
    downloads: Mapping[str, bytes],
) -> None:
    for sub in ("assets", "assets/search", "downloads", "paper", "work", *{path.partition("/")[0] for path in atlas.files.values()}):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    with in_many(atlas, frame, folder):
        weights, facets = weigh_all(atlas), facet_weights(atlas)
        drawn = draw_figures(atlas, weights, facets)
        offered = _downloads(tables(atlas, weights.factors), folder / "downloads", downloads, drawn)
        for page in pages(atlas, queries, offered, agreement, drawn, weights, facets):
            write_page(frame, folder, page)
        shipped = pack(store, atlas) if _bundled() else None
        write_page(frame, folder, query_page(queries, shipped, bundled=_bundled()))
        write_index(entries(atlas), folder / "assets" / "search")
        _copy_assets(folder / "assets", shipped)


def _downloads(own: Iterable[Table], folder: Path, given: Mapping[str, bytes], drawn: Sequence[Figure]) -> list[Download]:
    """Writes what can be taken along, and says what that is."""
    offered = []
    for name, content in sorted((safe_name(name), content) for name, content in given.items()):
        (folder / name).write_bytes(content)
        offered.append(described(name, content))
    for table in own:
        name = f"{table.name}.csv"
        if name not in given:
            rows = table.write(folder / name)
            offered.append(Download(name, f"{table.about}; {rows:,} rows", "tables", (folder / name).stat().st_size))
    for figure in drawn:
        size = (folder / figure.name).write_bytes(figure.svg.encode("utf-8"))
        offered.append(Download(figure.name, f"{figure.title}, SVG", "figures", size))
    return offered


def _bundled() -> bool:
    """Whether the editor and the store of the query page are at hand; a bare checkout has them not."""
    return all(resource("site", "vendor", name).is_file() for name in _VENDOR)


def _copy_assets(folder: Path, shipped: Shipped | None) -> None:
    """Our own styles and scripts, the vis-network that the installed pyvis carries, and what only the query page loads."""
    for source in sorted(resource("site", "assets").iterdir()):
        shutil.copyfile(source, folder / source.name)
    vis = distribution("pyvis").locate_file("pyvis/templates/lib/vis-9.1.2/vis-network.min.js")
    shutil.copyfile(str(vis), folder / "vis-network.min.js")
    if shipped:
        (folder / "graph-data.js").write_bytes(shipped.script.encode("ascii"))
        for name in _VENDOR:
            shutil.copyfile(resource("site", "vendor", name), folder / name)
