"""Writes pages: those of a small site one after the other, those of a large one in several processes that share the shelves.

A worker is this module run as a program. It opens the shelves' file, makes every so-many-th of the pages and lets each go.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from evidence.site.atlas import Atlas, open_atlas
from evidence.site.frame import Frame
from evidence.site.pages import Page, tasks
from evidence.site.shelves import Shelves

ALONE = 3_000
"""Up to how many works one process makes all pages; starting another costs half a second."""


class RenderingError(OSError):
    """A worker ended before its pages were written; the message is what it said."""


def write_page(frame: Frame, folder: Path, page: Page) -> None:
    """Writes a page where it belongs; its folder is there."""
    (folder / page.path).write_bytes((page.text or frame.render(page)).encode("utf-8"))


@contextmanager
def in_many(atlas: Atlas, frame: Frame, folder: Path) -> Iterator[None]:
    """Makes the pages of which there are many: for a large site in workers, meanwhile what stands in the block is done here. Raises
    ``RenderingError`` when a worker fails."""
    workers = os.cpu_count() or 1 if len(atlas.works) > ALONE else 0
    said = json.dumps({"shelves": str(atlas.shelves.path), "folder": str(folder), "title": frame.title, "base": frame.base, "of": workers})
    command = [sys.executable, "-m", __name__, said]
    started = [subprocess.Popen([*command, str(n)], stderr=subprocess.PIPE, text=True) for n in range(workers)]
    try:
        yield
        if not started:
            _write_share(atlas, frame, folder, 0, 1)
        failed = [error for worker in started if (error := worker.communicate()[1]) and worker.returncode]
    finally:
        for worker in started:
            worker.kill()
    if failed:
        raise RenderingError(f"a part of the site could not be written: {failed[0].strip().splitlines()[-1]}")


def _write_share(atlas: Atlas, frame: Frame, folder: Path, first: int, of: int) -> None:
    for task in islice(tasks(atlas), first, None, of):
        _write_all(frame, folder, task())


def _write_all(frame: Frame, folder: Path, pages: Iterable[Page]) -> None:
    for page in pages:
        write_page(frame, folder, page)


def main() -> None:
    """A worker: what to do is its first argument, which share of it the second."""
    said = json.loads(sys.argv[1])
    atlas = open_atlas(Shelves(Path(said["shelves"])))
    _write_share(atlas, Frame(atlas, said["title"], said["base"]), Path(said["folder"]), int(sys.argv[2]), said["of"])


if __name__ == "__main__":
    main()
