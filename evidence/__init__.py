"""Evidence Atlas: reads papers and bibliographies, links factors to the studies behind them, and answers where a claim comes from.

``evidence.open(place)`` opens a workspace, a store, an RDF file or an endpoint; ``evidence.read_paper(path)`` reads a paper.
"""

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evidence.library import Atlas, open
    from evidence.reading import read_paper

__all__ = ["Atlas", "__version__", "open", "read_paper"]

try:
    __version__ = version("evidence-atlas")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0"

_WHERE = {"Atlas": "evidence.library", "open": "evidence.library", "read_paper": "evidence.reading"}


def __getattr__(name: str) -> Any:
    """Loads what is asked for when it is asked for, so that a short command does not wait for all of the package."""
    if name not in _WHERE:
        raise AttributeError(f"module `evidence` has no `{name}`")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)
