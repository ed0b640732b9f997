"""Read single lines back: from characters to the best path, and from the path to words with their evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models import Span
from normalizers.decoder import beam, language, lattice, partial
from normalizers.decoder import channel as channels
from normalizers.decoder.alphabet import SPACE, Alphabet, alphabet

Hints = tuple[tuple[int, int, float], ...]
TABLES = Path(__file__).parent / "tables"
NUMBER = re.compile(r"(?<![^\s(\[\"№])\d[\d.,:/]*(?=[)\].,;:-]|\s|$)")
NO_NUMBER = re.compile(r"0\d+")
MARKS = '.,;:()%№/"'
KEEP = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+")
# lm, channel, word listed, not listed, copy, invented mark, number, width, junk, mixed scripts, foreign letter, levels
WEIGHTS = np.array([0.6, 0.7, 1.0, -1.0, -6.0, -1.5, -5.0, 7.5, -9.0, -8.0, -2.0, 3.0], np.float32)
BEAM = 30
SMALL, CAPITAL_LINE, CAPITAL_LETTERS = 0.9, 0.93, 8
AGAINST_CAPITALS, FOR_CAPITALS = -2.0, -3.0
CARRIED, FRESH, MIDDLE = -0.5, -1.0, -1.5


@dataclass(frozen=True, slots=True)
class Word:
    """One word read back: its characters in the line read back, those it was read from, and the evidence for it.

    `margin` is how much worse (nats, at most 30) the best other reading is; `listed` says whether every run of
    letters in it is in the word list (None: it has none); `score` is the search's score per read character.
    """

    span: Span
    raw: Span
    margin: float
    listed: bool | None
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One line read back: text, words, the search's score, and the language model's states after and before it."""

    text: str
    words: tuple[Word, ...]
    score: float
    state: int | None
    begin: int | None = None


@cache
def load_language(name: str) -> language.Language:
    """Return a language's tables, loaded once."""
    with np.load(TABLES / f"{name}.npz") as packed:
        return language.load(dict(packed))


@cache
def load_channel(name: str) -> channels.Channel:
    """Return a channel's tables, loaded once."""
    with np.load(TABLES / f"channel-{name}.npz") as packed:
        return channels.load(dict(packed))


@cache
def small_letters() -> NDArray[np.uint8]:
    """Return the number of each character in lower case."""
    table = alphabet()
    return np.array([table.swap[i] if k == 2 else i for i, k in enumerate(table.kind)], dtype=np.uint8)


def guards(line: str) -> NDArray[np.uint8]:
    """Return 2 for the digits of numbers, 1 for other digits, 3 for marks that are never dropped, 0 for the rest.

    A run of digits after a space is a number, but none begins with 0 unless a mark follows (06.2015).
    """
    out = np.zeros(len(line) + channels.LONGEST + 1, np.uint8)
    for i, char in enumerate(line):
        out[i] = 3 if char in MARKS else char.isdigit()
    for match in NUMBER.finditer(line):
        if not NO_NUMBER.fullmatch(match.group()):
            for i in range(*match.span()):
                out[i] = 2 if line[i].isdigit() else 3
    return out


def capitals(line: str) -> NDArray[np.float32]:
    """Return for each place what (nats) speaks against capitals: a word with small letters is not in capitals."""
    out = np.zeros(len(line) + 1, np.float32)
    for match in re.finditer(r"\S+", line):
        letters = [char for char in match.group() if char.isalpha()]
        if len(letters) >= 3 and upper_share(letters) < SMALL:
            out[match.start() : match.end()] = AGAINST_CAPITALS / len(match.group())
    return out


def upper_share(letters: Sequence[str]) -> float:
    """Return how many of the letters are capitals (0..1)."""
    return sum(map(str.isupper, letters)) / max(len(letters), 1)


class Reader:
    """Reads lines of one language through one channel."""

    def __init__(self, name: str, channel: str, width: int = BEAM, weights: NDArray[np.float32] = WEIGHTS) -> None:
        """Load the tables; `width` is the number of partial readings kept."""
        self.alphabet: Alphabet = alphabet()
        lm, through = load_language(name), load_channel(channel)
        table = self.alphabet
        self.read = through.read
        tables = (through.keys, through.values, through.strings, through.starts, through.printed)
        marks = (table.symbol, table.share, table.kind, small_letters())
        self.model = partial.Model(*lm[:8], *tables, *marks, weights, width)
        upper, lower = table.kind == 2, table.kind == 1
        symbol = np.where(upper, table.symbol[table.swap], table.symbol).astype(np.uint8)
        share = np.where(lower, np.float32(-15), table.share).astype(np.float32)
        self.heading = self.model._replace(symbol=symbol, share=share)
        self.pool, self.choices = partial.new_pool(), partial.new_choices()
        self.nodes = partial.new_nodes(0)

    def step(self, state: int, symbol: int) -> int:
        """Return the language model's state after one more symbol."""
        return int(language.step(*self.model[:7], state, symbol)[1])

    def starts(self, state: int | None) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return where a line may begin: a new paragraph, or the line before going on (None: nothing stands before)."""
        if state is None:
            options = {1: -0.3, self.step(language.ROOT, SPACE): MIDDLE}
        else:
            options = {1: FRESH, self.step(state, SPACE): CARRIED}
        return np.array(list(options), np.int32), np.array(list(options.values()), np.float32)

    def healthy(self, line: str, state: int | None) -> tuple[float, int]:
        """Return the score of a line taken as it stands, and the state after it."""
        score, after = lattice.plain(self.model, self.alphabet.encode(line), *self.starts(state))
        return float(score), int(after)

    def line(self, line: str, state: int | None, hints: Hints = ()) -> Reading:
        """Return one line (no blanks at its ends) read back, the state of the line before given.

        A line read in capitals may be a heading in capitals or, as this OCR drifts, not: the better of both readings
        is taken. Headings are judged by the statistics of small letters, being rare. Each hint (start, stop, nats) says
        how much speaks for a capital at some read characters.
        """
        best = self.search(line, state, self.model, hints)
        letters = [char for char in line if char.isalpha()]
        if len(letters) >= CAPITAL_LETTERS and upper_share(letters) >= CAPITAL_LINE:
            heading = self.search(line, state, self.heading, ())
            if heading.score + FOR_CAPITALS > best.score:
                return heading
        return best

    def search(self, line: str, state: int | None, model: partial.Model, hints: Hints) -> Reading:
        """Return a line read back under a model."""
        room = (len(line) + 2) * (partial.LOST + 1) * (model.beam + 8)
        if len(self.nodes.score) < room:
            self.nodes = partial.new_nodes(room)
        coded = channels.numbers(line, self.read, self.alphabet.same)
        caps = capitals(line)
        for start, stop, odds in hints:
            caps[start:stop] += odds
        evidence = coded, self.alphabet.encode(line), guards(line), channels.drifts(line), caps
        best = beam.search(model, self.pool, self.nodes, self.choices, *evidence, *self.starts(state))
        if best < 0:
            return Reading(line, (), -1e9, None)
        steps = lattice.path(self.nodes, best)
        rivals = lattice.margins(self.nodes, steps, lattice.through(self.nodes, best), model.kind)
        text, starts = self.printed(line, steps)
        words = self.words(text, starts, steps, rivals)
        return Reading(text, words, float(self.nodes.score[best]), int(self.nodes.state[best]), state)

    def printed(self, line: str, steps: NDArray[np.int32]) -> tuple[str, list[int]]:
        """Return the text of a path, and where in it each step begins."""
        text: list[str] = []
        starts: list[int] = []
        for node in steps:
            starts.append(len(text))
            if self.nodes.length[node] == partial.SKIPPED:
                continue
            char = self.alphabet.characters[self.nodes.char[node]]
            source = line[self.nodes.place[node] - 1] if self.nodes.length[node] == 1 else ""
            text.append(source if source and self.alphabet.encode(source)[0] == self.nodes.char[node] else char)
        return "".join(text), starts

    def words(
        self, text: str, starts: list[int], steps: NDArray[np.int32], rivals: NDArray[np.float32]
    ) -> tuple[Word, ...]:
        """Return the words of a path with the characters they were read from and the evidence for them."""
        found, begin = [], 0
        kind, nodes = self.model.kind, self.nodes
        for at in range(len(steps) + 1):
            end = at == len(steps)
            if not end and not (
                kind[nodes.char[steps[at]]] == partial.BLANK and nodes.length[steps[at]] != partial.SKIPPED
            ):
                continue
            span = Span(starts[begin] if begin < at else 0, len(text) if end else starts[at])
            if begin < at and span.stop > span.start:
                first = nodes.parent[steps[begin]]
                raw = Span(int(nodes.place[first]), int(nodes.place[steps[at - 1]]))
                gained = float(nodes.score[steps[at - 1]] - nodes.score[first]) / max(raw.stop - raw.start, 1)
                margin = float(min(rivals[at - 1], rivals[at]) if not end else rivals[at - 1])
                found.append(Word(span, raw, margin, self.listed(text[span.start : span.stop]), gained))
            begin = at + 1
        return tuple(found)

    def listed(self, word: str) -> bool | None:
        """Say whether every run of letters in a word is in the word list, None where it has no letters."""
        runs = re.findall(r"[^\W\d_]+", word)
        if not runs:
            return None
        return all(partial.listed(self.model.words, self.hashed(run)) for run in runs)

    def hashed(self, word: str) -> np.uint64:
        """Return the word list's running hash of a word."""
        key = int(partial.SEED)
        for number in self.alphabet.encode(word):
            key = ((key ^ int(self.model.small[number])) * int(partial.PRIME)) & 0xFFFFFFFFFFFFFFFF
        return np.uint64(key)


@cache
def reader(name: str, channel: str, width: int = BEAM) -> Reader:
    """Return the reader of a language through a channel, made once."""
    return Reader(name, channel, width)
