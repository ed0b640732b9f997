"""Names of acts: Akoma Ntoso FRBR identifiers with one issuer slug for all languages."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from models import Document, Grammar

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_NOT_NUMBER = re.compile(r"[^a-z0-9.]+")


def identify(
    document: Document,
    grammar: Grammar,
    *,
    jurisdiction: str,
    act_type: str,
    issuer: str | None,
    adopted_on: date | None,
    number: str | None,
) -> tuple[str, str]:
    """Return (act_id, work_id); a text that prints no number and date is named by its document's hash."""
    parts = ["/akn", jurisdiction.lower(), "act", act_type, slug(issuer or "unknown")]
    if adopted_on and number:
        parts += [adopted_on.isoformat(), _NOT_NUMBER.sub("-", _latin(number)).strip("-")]
    else:
        parts += [document.document_id]
    work = "/".join(parts)
    return f"{work}/{_table()['expressions'][grammar.code]}", work


def slug(issuer: str) -> str:
    """Return the ASCII name of an issuer: that of the issuer table, else its letters spelled in Latin."""
    lower = issuer.lower()
    found = [(len(name), key) for key, names in _table()["issuers"].items() for name in names if name in lower]
    if found:
        return str(max(found)[1])
    for key, names in _table()["countries"].items():
        if lower in names:
            return str(key)
    return _NOT_SLUG.sub("-", _latin(lower)).strip("-") or "unknown"


def _latin(words: str) -> str:
    """Return words in lower case, their letters spelled in Latin; the turned comma of Uzbek has no letter."""
    letters = _table()["letters"]
    return "".join(letters.get(c, c) for c in words.lower() if c not in "\u02bb\u02bc")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("parsers").joinpath("issuers.toml").read_text("utf-8"))
