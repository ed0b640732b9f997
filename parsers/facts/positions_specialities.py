"""Split a cell of specialities into names: the known names first, then capital letters, semicolons and commas."""

from __future__ import annotations

import re
from functools import lru_cache

from models import Grammar
from parsers.facts.positions_titles import tidy

_WORD = re.compile(r"\S+")
_CODE = re.compile(r"^(?:\d?[^\W\d_]\d{3,8}|\d{5,8})\s*[-–—]?\s*")
_LIST = re.compile(r"\s*;\s*|\s*\d{1,2}\)\s+")
_LONGEST = 14  # words of the longest name that is looked up


def split_names(text: str, grammar: Grammar) -> tuple[str, ...]:
    """Return the names of specialities that a cell prints, each once, in order; labels of the lists are left out."""
    text = _unlabelled(text, grammar)
    pieces = _LIST.split(text) if _LIST.search(text) else [text]
    names = [_CODE.sub("", tidy(name)) for piece in pieces for name in _names(piece, grammar)]
    return tuple(dict.fromkeys(name for name in names if name))


def _unlabelled(text: str, grammar: Grammar) -> str:
    """Cut the labels out: from the capital letter that begins them to their colon."""
    for pattern in grammar.patterns["position_label"]:
        while match := pattern.regex.search(text):
            capitals = [m.start() for m in _WORD.finditer(text, 0, match.end()) if m[0][0].isupper()]
            start = _label_start(text, capitals, match.start())
            text = f"{text[:start]} ; {text[match.end() :]}"
    return text.strip(" ;")


def _label_start(text: str, capitals: list[int], inside: int) -> int:
    return max((at for at in capitals if at <= inside), default=min(inside, len(text)))


def _names(text: str, grammar: Grammar) -> list[str]:
    """Return the names in a stretch without list marks."""
    words = list(_WORD.finditer(text))
    known = _known_names(tuple(grammar.maps["specialities"]))
    if len(words) > 1 and "," in text and not any(w[0][0].isupper() for w in words[1:]):
        return _by_commas(text, known)
    found: list[str] = []
    at = 0
    while at < len(words):
        stop = _known(words, at, known) or _until_capital(words, at, grammar)
        printed = text[words[at].start() : words[stop - 1].end()]
        found.append(_spelling(printed, known))
        at = stop
    return found


@lru_cache(maxsize=8)
def _known_names(names: tuple[str, ...]) -> dict[str, str]:
    return {_squeezed(name): name for name in names}


def _known(words: list[re.Match[str]], at: int, known: dict[str, str]) -> int:
    """Return the end of the longest known name that begins here and after which another name can begin; 0: none."""
    for stop in range(min(at + _LONGEST, len(words)), at, -1):
        follows = stop == len(words) or words[stop][0][0].isupper()
        if follows and _squeezed("".join(w[0] for w in words[at:stop])) in known:
            return stop
    return 0


def _until_capital(words: list[re.Match[str]], at: int, grammar: Grammar) -> int:
    """Return the end of a name that is not known: before the next capital letter that can begin a name."""
    depth = 0
    for stop in range(at + 1, len(words)):
        before = words[stop - 1][0]
        depth += before.count("(") - before.count(")")
        goes_on = before.endswith((",", "-")) or any(p.regex.search(before) for p in grammar.patterns["position_and"])
        if words[stop][0][0].isupper() and depth <= 0 and not goes_on:
            return stop
    return len(words)


def _by_commas(text: str, known: dict[str, str]) -> list[str]:
    """Return the names of a list in small letters; a whole that is a known name stays whole."""
    if _squeezed(text) in known:
        return [_spelling(text, known)]
    pieces = [tidy(piece) for piece in text.split(",")]
    found: list[str] = []
    at = 0
    while at < len(pieces):
        joined = (stop for stop in range(len(pieces), at, -1) if _squeezed(", ".join(pieces[at:stop])) in known)
        stop = next(joined, at + 1)
        found.append(_spelling(", ".join(pieces[at:stop]), known))
        at = stop
    return found


def _spelling(printed: str, known: dict[str, str]) -> str:
    """Return the printed name, with the spaces of the known name where a broken line put spaces into words."""
    phrase = tidy(printed)
    name = known.get(_squeezed(phrase))
    if name and re.sub(r"\s", "", name) == re.sub(r"\s", "", phrase):
        return name
    return phrase


def _squeezed(name: str) -> str:
    return re.sub(r"\s+", "", name).strip(";,.").casefold()
