"""What the program knows of one language in one script: a TOML file of `parsers/grammar`, loaded and proved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression with its evidence.

    `examples` are texts that it must match (search), `rejects` near misses that it must not. `sets` are
    constant values that a match stands for
    (`{"relation": "within"}`); named groups give the rest. `source` names the law or drafting guide, where
    there is one.
    """

    name: str
    regex: re.Pattern[str]
    sets: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the hierarchy; the order in a grammar is the nesting.

    `opens` matches the beginning of a block that opens a provision of this kind and has a group `number` (and
    may have `heading`).
    `forms` are the case forms of its name, as running text cites it.
    """

    kind: str
    part: str
    opens: tuple[Pattern, ...]
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language in one script.

    `code` is `kk`, `ru`, `uz-Cyrl`, `uz-Latn`; `language` and `script` are its halves. `patterns`, `words` and
    `maps` hold the named groups of
    `[[pattern.NAME]]`, `[words]` and `[map.NAME]`; a missing name is a `KeyError`, since the loader demands the
    same names of every language.
    """

    code: str
    language: str
    script: str
    alphabet: str
    levels: tuple[Level, ...]
    patterns: Mapping[str, tuple[Pattern, ...]]
    words: Mapping[str, tuple[str, ...]]
    maps: Mapping[str, Mapping[str, str]]
