"""Takes `sources.toml`, gives what the sources offer and the bytes of it."""

from ingest.sources.config import load_sources
from ingest.sources.discover import discover
from ingest.sources.fetch import Fetcher

__all__ = ["Fetcher", "discover", "load_sources"]
