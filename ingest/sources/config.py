"""Read and check `sources.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from models import UsageError
from models.sync import Agent, Source

KINDS = {
    "folder": ("base",),
    "urls": ("urls",),
    "adilet": ("base", "acts"),
    "zan": ("base", "acts"),
    "lex": ("base", "acts"),
}
_TUPLES = {"hosts", "urls", "acts", "languages", "formats"}
_TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(_TUPLES, list),
    **dict.fromkeys(("redactions", "allow_private", "robots"), bool),
    "seconds_between_requests": (int, float),
}


def load_sources(path: Path) -> tuple[Agent, tuple[Source, ...]]:
    """Return who calls and the sources that `path` declares.

    Raises UsageError naming the file, the entry and what is wrong with it.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as TOML: {error}. See the example in the README.") from error
    if set(data) - {"agent", "source"}:
        raise UsageError(
            f"{path}: unknown tables {sorted(set(data) - {'agent', 'source'})}; use [agent] and [[source]]."
        )
    sources = tuple(_source(row, path) for row in data.get("source", []))
    if not sources:
        raise UsageError(f"{path}: no [[source]] entry.")
    names = [s.name for s in sources]
    if len(set(names)) < len(names):
        raise UsageError(f"{path}: two sources have the same name.")
    agent = data.get("agent", {})
    if any(s.kind != "folder" for s in sources) and not agent.get("contact"):
        raise UsageError(f'{path}: [agent] needs contact = "an e-mail or page": the portals must know who calls.')
    return Agent(str(agent.get("contact", "")), str(agent.get("name", "buyruq"))), sources


def _source(row: dict[str, Any], path: Path) -> Source:
    known = {f.name for f in fields(Source)}
    name = row.get("name", "?")
    if set(row) - known:
        raise UsageError(f"{path}: source {name!r}: unknown keys {sorted(set(row) - known)}.")
    if row.get("kind") not in KINDS:
        raise UsageError(f"{path}: source {name!r}: kind must be one of {', '.join(KINDS)}.")
    for key in ("name", *KINDS[row["kind"]]):
        if not row.get(key):
            raise UsageError(f"{path}: source {name!r}: {key} is missing.")
    for key, value in row.items():
        if not isinstance(value, _TYPES.get(key, str)):
            raise UsageError(f"{path}: source {name!r}: {key} = {value!r} is of the wrong type.")
    values: dict[str, Any] = {k: tuple(str(i) for i in v) if k in _TUPLES else v for k, v in row.items()}
    return Source(**{**values, "hosts": _hosts(values)})


def _hosts(values: dict[str, Any]) -> tuple[str, ...]:
    """Return the hosts that the entry itself names: nothing else is ever contacted."""
    urls = [str(values.get("base", "")), *values.get("urls", ())]
    named = {urlsplit(u).hostname for u in urls if urlsplit(u).scheme in ("http", "https")}
    return tuple(sorted({h.lower() for h in named if h} | {str(h).lower() for h in values.get("hosts", ())}))
