"""Letters that look alike, Uzbek letters of one script written in the other, and other tables of characters."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any


@cache
def tables() -> Mapping[str, Any]:
    """Return the tables of `characters.toml`."""
    return MappingProxyType(tomllib.loads(resources.files(__package__).joinpath("characters.toml").read_text("utf-8")))


def is_cyrillic(char: str) -> bool:
    """Say whether a character is of the Cyrillic block."""
    return 0x400 <= ord(char) < 0x500


def plain(word: str) -> str:
    """Return the form of a word under which lists know it: small letters, one sign for each Uzbek comma."""
    small = word.lower()
    return small if small.isalpha() else _marks().sub(_mark, small)


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(tables()['uzbek']['typed'])}]")


def _mark(match: re.Match[str]) -> str:
    uzbek = tables()["uzbek"]
    before = match.string[match.start() - 1 : match.start()]
    return str(uzbek["turned"] if before in ("o", "g") else uzbek["apostrophe"])


def to_cyrillic(word: str) -> str:
    """Return an Uzbek word in Latin letters in Cyrillic ones; characters that are no such letters stay.

    The initial `e` and the `e` after a vowel is written with a letter of its own.
    """
    return _latin().sub(_letter, word)


@cache
def _latin() -> re.Pattern[str]:
    uzbek = tables()["uzbek"]
    typed = re.escape(uzbek["typed"])
    pairs = [p if p[-1].isascii() else f"{p[0]}[{typed}]" for p in uzbek["pairs"]]
    return re.compile("|".join([*pairs, "[a-z]", f"(?<=[^\\W\\d_])[{typed}](?=[^\\W\\d_])"]), re.IGNORECASE)


def _letter(match: re.Match[str]) -> str:
    uzbek = tables()["uzbek"]
    found, small = match[0], match[0].lower()
    if small[-1:] in uzbek["typed"] and len(small) > 1:
        small = small[0] + uzbek["turned"]
    elif small in uzbek["typed"]:
        small = uzbek["apostrophe"]
    before = match.string[match.start() - 1 : match.start()].lower()
    if small == "e" and (not before.isalpha() or before in uzbek["vowels"]):
        small = "e-"
    letter: str = uzbek["pairs"].get(small) or uzbek["single"].get(small) or found
    return letter.upper() if found[0].isupper() else letter
