"""What pages and documents mark by classes, colours, set phrases and numbering: the data of `markup.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def knowledge() -> Mapping[str, Any]:
    """Return the table of `markup.toml`."""
    return tomllib.loads(Path(__file__).with_name("markup.toml").read_text(encoding="utf-8"))
