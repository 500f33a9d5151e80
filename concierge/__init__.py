"""The concierge of a Japanese town: one question in, the right answer out, with its source."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("machi-concierge")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+source"

__all__ = ["__version__"]
