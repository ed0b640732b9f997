"""Names of acts: Akoma Ntoso FRBR identifiers with one issuer slug for all languages."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from models import Document, Grammar
from parsers.places import names_place, place_slug

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
    name = slug(issuer or "unknown")
    parts = ["/akn", jurisdiction.lower(), "act", act_type, name]
    if adopted_on and number and name != "unknown" and not is_generic(issuer or ""):
        parts += [adopted_on.isoformat(), _NOT_NUMBER.sub("-", _latin(number)).strip("-")]
    else:
        parts += [document.document_id]
    work = "/".join(parts)
    return f"{work}/{_table()['expressions'][grammar.code]}", work


def slug(issuer: str) -> str:
    """Return the ASCII name of an issuer: that of the issuer table, else its letters spelled in Latin.

    An office named by the table decides before the heads of state and government, whom it may name as its own: a deputy
    of the prime minister who is a minister acts as that minister. A committee inside a ministry is not the ministry,
    and what bears the name of a place is a local body, whatever its field.
    """
    lower = " ".join(issuer.lower().split())
    table = _table()
    local = place_slug(lower)
    if local or names_place(lower):
        return local or _spelled(lower)
    found = [(len(name), key) for key, names in table["issuers"].items() for name in names if name in lower]
    if found:
        key = max(found)[1]
        part = "" if any(w in n for n in table["issuers"][key] for w in table["parts"]["words"]) else _part(lower)
        return f"{key}-{_spelled(part)}" if part else str(key)
    for key, names in table["heads"].items():
        if any(name in lower for name in names) and len(_proper(lower).split()) <= 1:
            return str(key)
    for key, names in table["countries"].items():
        if lower in names:
            return str(key)
    return _spelled(lower) or "unknown"


def _part(lower: str) -> str:
    """Return the name of the committee that an issuer is, inside a body of the table; empty where it is none."""
    known = [str(key) for key, names in _table()["committees"].items() if any(name in lower for name in names)]
    if known:
        return known[0]
    words = lower.split()
    at = next((i for i, w in enumerate(words) if w.startswith(tuple(_table()["parts"]["words"]))), None)
    return _proper(" ".join(words)) if at is not None else ""


def _proper(lower: str) -> str:
    """Return an issuer without the name of its country."""
    for name in sorted((n for names in _table()["countries"].values() for n in names), key=len, reverse=True):
        lower = re.sub(rf"{re.escape(name)}\w*", " ", lower)
    return " ".join(lower.split())


def is_generic(issuer: str) -> bool:
    """Say whether an issuer has no name of its own ("the mayor of the district"): it would be that of many acts."""
    words = re.findall(r"[^\W\d_]+", issuer.lower())
    words = [word for word in words if len(word) > 1]  # initials of "acting" are no name
    return bool(words) and all(word.startswith(tuple(_table()["generic"]["words"])) for word in words)


def _spelled(words: str) -> str:
    return _NOT_SLUG.sub("-", _latin(words)).strip("-")


def _latin(words: str) -> str:
    """Return words in lower case, their letters spelled in Latin; the turned comma of Uzbek has no letter."""
    letters = _table()["letters"]
    return "".join(letters.get(c, c) for c in words.lower() if c not in "\u02bb\u02bc")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("parsers").joinpath("issuers.toml").read_text("utf-8"))
