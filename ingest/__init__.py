"""Takes bytes, gives pages of lines with geometry or spans, tables and links."""

from ingest.open import open_document
from ingest.read import read_again, read_pages

__all__ = ["open_document", "read_again", "read_pages"]
