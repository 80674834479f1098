"""Where the files that travel with the package are: ontology, the shipped corpus, the site's templates.

In a checkout they are the top-level folders; in an installed wheel they lie inside the package, under ``_data``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a shipped file or folder, such as ``resource("ontology", "shapes.ttl")``."""
    installed = _PACKAGE / "_data"
    root = installed if installed.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)
