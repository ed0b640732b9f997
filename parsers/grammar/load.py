"""Load a grammar file and prove it by its own examples and near misses."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from models import Grammar, GrammarError, Level, Pattern

# A `{name}` in a regex stands for [fragment].name, the alternatives of [words].name, the forms of [map.name], the case
# forms of the level of that kind (`{article}`), or of every level (`{level}`).
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_WORD = re.compile(r"[^\W\d_]+")
_TOP = {"code", "language", "script", "alphabet", "level", "fragment", "words", "map", "pattern"}
_PATTERN = {"name", "regex", "example", "reject", "sets", "source"}
_LEVEL = {"kind", "part", "opens", "forms"}


@cache
def load_all() -> Mapping[str, Grammar]:
    """Return every grammar of this folder by its code (`kk`, `ru`, `uz-Cyrl`, `uz-Latn`).

    Raises GrammarError where a file contradicts itself.
    """
    files = [f for f in resources.files(__package__).iterdir() if f.name.endswith(".toml")]
    grammars = [load(f.read_text("utf-8"), f.name) for f in sorted(files, key=lambda f: f.name)]
    return MappingProxyType({g.code: g for g in grammars})


def load(toml: str, name: str = "grammar") -> Grammar:
    """Return the grammar that a TOML text describes, proved by its examples.

    Raises GrammarError: unknown or missing keys, a bad regex, an example that does not match, a near miss that does.
    """
    data = tomllib.loads(toml)
    if set(data) != _TOP:
        raise GrammarError(f"{name}: wrong or missing keys {sorted(set(data) ^ _TOP)}")
    loader = _Loader(name, data)
    return Grammar(
        code=data["code"],
        language=data["language"],
        script=data["script"],
        alphabet=data["alphabet"],
        levels=tuple(loader.level(row) for row in data["level"]),
        patterns=MappingProxyType(
            {key: tuple(loader.pattern(r) for r in rows) for key, rows in data["pattern"].items()}
        ),
        words=MappingProxyType(loader.words),
        maps=MappingProxyType({key: MappingProxyType(row) for key, row in loader.maps.items()}),
    )


class _Loader:
    """Expands placeholders and builds patterns of one file."""

    def __init__(self, name: str, data: Mapping[str, Any]) -> None:
        self.name = name
        self.words = {key: tuple(values) for key, values in data["words"].items()}
        self.maps = {key: self.flat(key, rows) for key, rows in data["map"].items()}
        forms = {row["kind"]: tuple(row["forms"]) for row in data["level"]}
        forms["level"] = tuple(form for kind in forms for form in forms[kind])
        self.fragments: dict[str, str] = dict(data["fragment"])
        for key, values in (*self.words.items(), *self.maps.items(), *forms.items()):
            if key in self.fragments:
                raise GrammarError(f"{name}: {key!r} is named twice")
            self.demand_alphabet(key, values, data["alphabet"])
            self.fragments[key] = _alternatives(values)

    def flat(self, key: str, rows: Mapping[str, Any]) -> dict[str, str]:
        """Return form -> value; a file writes either that or, shorter, value = [its forms]."""
        flat: dict[str, str] = {}
        for left, right in rows.items():
            for form, value in [(left, right)] if isinstance(right, str) else [(form, left) for form in right]:
                if form in flat:
                    raise GrammarError(f"{self.name}: map {key!r} has {form!r} twice")
                flat[form] = value
        return flat

    def demand_alphabet(self, key: str, values: Iterable[str], alphabet: str) -> None:
        """Demand that no word has letters of another alphabet: catches Latin i in Cyrillic words of our own tables.

        Words wholly in foreign letters (a roman numeral, "OutLook") pass.
        """
        for value in values:
            for word in _WORD.findall(value):
                strange = {letter for letter in word.lower() if letter not in alphabet}
                if strange and len(strange) < len(set(word.lower())):
                    raise GrammarError(f"{self.name}: {key!r}: {value!r} has foreign letters {sorted(strange)}")

    def level(self, row: Mapping[str, Any]) -> Level:
        if set(row) != _LEVEL:
            raise GrammarError(f"{self.name}: level keys {sorted(set(row) ^ _LEVEL)}")
        return Level(row["kind"], row["part"], tuple(self.pattern(p) for p in row["opens"]), tuple(row["forms"]))

    def pattern(self, row: Mapping[str, Any]) -> Pattern:
        if not {"name", "regex", "example"} <= set(row) <= _PATTERN:
            raise GrammarError(f"{self.name}: pattern {row.get('name')!r} has wrong keys {sorted(row)}")
        try:
            regex = re.compile(self.expand(row["regex"]))
        except re.error as error:
            raise GrammarError(f"{self.name}: pattern {row['name']!r}: {error}") from error
        pattern = Pattern(
            row["name"],
            regex,
            MappingProxyType(dict(row.get("sets", {}))),
            tuple(row["example"]),
            tuple(row.get("reject", ())),
            row.get("source", ""),
        )
        for text in pattern.examples:
            if not regex.search(text):
                raise GrammarError(f"{self.name}: pattern {pattern.name!r} does not match its example {text!r}")
        for text in pattern.rejects:
            if regex.search(text):
                raise GrammarError(f"{self.name}: pattern {pattern.name!r} matches its near miss {text!r}")
        return pattern

    def expand(self, regex: str, depth: int = 0) -> str:
        def substitute(match: re.Match[str]) -> str:
            if match[1] not in self.fragments or depth > 8:
                raise GrammarError(f"{self.name}: placeholder {match[0]} names nothing, or itself")
            return f"(?:{self.expand(self.fragments[match[1]], depth + 1)})"

        return _PLACEHOLDER.sub(substitute, regex)


def _alternatives(values: Iterable[str]) -> str:
    """Return a regex for any of the words, longest first so that no word hides a longer one."""
    return "|".join(re.escape(v) for v in sorted(values, key=lambda v: (-len(v), v)))


def demand_same_names(grammars: list[Grammar]) -> None:
    """Demand the same named groups of every language, so that engine code never asks which language it has.

    Raises GrammarError naming what differs; a test calls it on `load_all()`.
    """
    for grammar in grammars:
        for field in ("patterns", "words", "maps"):
            first, own = set(getattr(grammars[0], field)), set(getattr(grammar, field))
            if first != own:
                raise GrammarError(f"{grammar.code} and {grammars[0].code} differ in {field}: {sorted(first ^ own)}")
