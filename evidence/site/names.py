"""File names of pages and links between them. A name is safe on every file system and unique without regard to case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


class FileNames:
    """The names given to pages inside one folder of the site."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._taken: set[str] = set()

    def path(self, wanted: str) -> str:
        """A page's path inside the site, from the name it should have; an equal name is numbered."""
        name = safe = safe_name(wanted)
        number = 2
        while name.lower() in self._taken:
            name, number = f"{safe}~{number}", number + 1
        self._taken.add(name.lower())
        return f"{self.folder}/{name}.html"

    def paths(self, things: Mapping[str, str]) -> dict[str, str]:
        """A path for each thing, from the name it should have, in the order given."""
        return {thing: self.path(wanted) for thing, wanted in things.items()}


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


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(number: int) -> str:
    """A number, not below 0, as scripts read it with ``parseInt(text, 36)``."""
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits
