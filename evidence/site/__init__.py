"""The site: a folder of static pages made from the graph through the named queries only.

It works from a double-clicked file without a network: no page asks for anything outside the folder, and a strict content security policy
says so to the browser. Everything that comes from papers and bibliographies is escaped. Same graph, same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

from evidence.query import NamedQuery, read_query
from evidence.resources import resource
from evidence.site.atlas import read_atlas
from evidence.site.frame import Frame
from evidence.site.pages import pages
from evidence.site.search import entries, script
from evidence.site.tables import tables
from evidence.store import Store

_SUMMARY = "corpus-summary"


def render_site(store: Store, folder: Path, *, title: str, base: str, quotes: Mapping[str, str] | None = None) -> None:
    """Writes the whole site of a store's graph into ``folder``, which need not exist.

    ``title`` is shown on every page, ``base`` is the workspace's base IRI. ``quotes`` are the verbatim passages by finding IRI, given only
    where the paper's licence lets them be shown. Raises ``QueryError`` when a query of the site is missing, ``OSError`` when the folder
    cannot be written.
    """
    queries = _queries()
    atlas = read_atlas(store, queries, quotes or {})
    frame = Frame(atlas, title, base)
    to_download = tables(atlas)
    for sub in ("assets", "downloads", *{path.partition("/")[0] for path in atlas.files.values()}):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    for page in pages(atlas, queries, [(f"downloads/{t.name}.csv", t.about, len(t.rows)) for t in to_download]):
        _write(folder / page.path, frame.render(page))
    for table in to_download:
        _write(folder / "downloads" / f"{table.name}.csv", table.csv())
    _write(folder / "assets" / "search-data.js", script(entries(atlas)))
    _copy_assets(folder / "assets")


def _queries() -> dict[str, NamedQuery]:
    """The queries of the pages, and the one whose numbers the overview shows."""
    folder = resource("ontology", "queries")
    files = [folder / f"{_SUMMARY}.rq", *sorted((folder / "pages").glob("page-*.rq"))]
    return {path.stem: read_query(path) for path in files}


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _copy_assets(folder: Path) -> None:
    """Our own styles and scripts, and the vis-network that the installed pyvis carries."""
    for source in sorted(resource("site", "assets").iterdir()):
        shutil.copyfile(source, folder / source.name)
    vis = distribution("pyvis").locate_file("pyvis/templates/lib/vis-9.1.2/vis-network.min.js")
    shutil.copyfile(str(vis), folder / "vis-network.min.js")
