"""Takes `sources.toml`, gives what the sources offer and the bytes of it."""

from ingest.sources.config import load_sources
from ingest.sources.discover import discover
from ingest.sources.fetch import Fetcher
from ingest.sources.folder import fetch as fetch_file
from ingest.sources.folder import local_path

__all__ = ["Fetcher", "discover", "fetch_file", "load_sources", "local_path"]
