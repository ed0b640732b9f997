"""Load what OCR knows of languages and models."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def tables() -> dict[str, Any]:
    """Return what ocr.toml says."""
    return tomllib.loads(Path(__file__).with_name("ocr.toml").read_text(encoding="utf-8"))
