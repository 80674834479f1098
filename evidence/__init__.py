"""Evidence Atlas: reads papers and bibliographies, links factors to the studies behind them, and answers where a claim comes from."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("evidence-atlas")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0"
