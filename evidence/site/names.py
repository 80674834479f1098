"""File names of pages and links between them. A name is safe on every file system and unique without regard to case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


def file_names(things: Mapping[str, str]) -> dict[str, str]:
    """A file name without suffix for each thing, from the name it has; equal names are numbered in the order given."""
    taken: set[str] = set()
    names = {}
    for thing, wanted in things.items():
        name = safe = safe_name(wanted)
        number = 2
        while name.lower() in taken:
            name, number = f"{safe}~{number}", number + 1
        taken.add(name.lower())
        names[thing] = name
    return names


def safe_name(text: str) -> str:
    """Text as a file name: letters, digits, ``.``, ``-`` and ``_``, at most 80 of them; a name that Windows keeps for devices is marked."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._")[:80] or "unnamed"
    return f"{name}_" if _RESERVED.match(name) else name


def anchor(text: str) -> str:
    """Text as a fragment identifier."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-") or "x"


def link(root: str, path: str) -> str:
    """A link to a page of the site from a page whose way up to the site's folder is ``root`` (``""`` or ``"../"``)."""
    return root + quote(path, safe="/~._-#")
