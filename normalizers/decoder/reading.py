"""Read single lines back: from characters to the best path, and from the path to words with their evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models import Span
from normalizers.decoder import beam, language
from normalizers.decoder import channel as channels
from normalizers.decoder.alphabet import BOUNDARY, SPACE, Alphabet, alphabet

TABLES = Path(__file__).parent / "tables"
NUMBER = re.compile(r"(?<![^\s(\[\"№])\d[\d.,:/]*(?=[)\].,;:-]|\s|$)")
NO_NUMBER = re.compile(r"0\d+")
MARKS = ".,;:()%№/\""
KEEP = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+")
# lm, channel, word listed, not listed, copy, invented mark, number, width, junk, mixed scripts, foreign letter
WEIGHTS = np.array([0.6, 0.7, 1.0, -1.0, -6.0, -1.5, -5.0, 9.0, -9.0, -8.0, -2.0], np.float32)
BEAM = 30
CARRIED, FRESH, MIDDLE = -0.5, -1.0, -1.5


@dataclass(frozen=True, slots=True)
class Word:
    """One word read back: its characters in the line read back, those it was read from, and the evidence for it.

    `margin` is how much worse (nats, at most 30) the best other reading is; `listed` says whether every run of letters in it is in the
    word list (None: it has none); `score` is the search's score per read character.
    """

    span: Span
    raw: Span
    margin: float
    listed: bool | None
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One line read back: text, words, the search's score and the language model's state after it."""

    text: str
    words: tuple[Word, ...]
    score: float
    state: int | None


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
        self.model = beam.Model(*lm[:8], *tables, *marks, weights, width)
        self.pool, self.choices = beam.new_pool(), beam.new_choices()
        self.nodes = beam.new_nodes(0)

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
        score, after = beam.plain(self.model, self.alphabet.encode(line), *self.starts(state))
        return float(score), int(after)

    def line(self, line: str, state: int | None) -> Reading:
        """Return one line (no blanks at its ends) read back, the state of the line before given."""
        room = (len(line) + 2) * (2 * self.model.beam + 8)
        if len(self.nodes.score) < room:
            self.nodes = beam.new_nodes(room)
        coded = channels.numbers(line, self.read, self.alphabet.same)
        copies, drift = self.alphabet.encode(line), channels.drifts(line)
        states, costs = self.starts(state)
        best = beam.search(self.model, self.pool, self.nodes, self.choices, coded, copies, guards(line), drift, states, costs)
        if best < 0:
            return Reading(line, (), -1e9, None)
        steps = beam.path(self.nodes, best)
        rivals = beam.margins(self.nodes, steps, beam.through(self.nodes, best), self.model.kind)
        text, starts = self.printed(line, steps)
        words = self.words(text, starts, steps, rivals)
        return Reading(text, words, float(self.nodes.score[best]), int(self.nodes.state[best]))

    def printed(self, line: str, steps: NDArray[np.int32]) -> tuple[str, list[int]]:
        """Return the text of a path, and where in it each step begins."""
        text, starts = [], []
        for node in steps:
            starts.append(len(text))
            if self.nodes.length[node] == beam.SKIPPED:
                continue
            char = self.alphabet.characters[self.nodes.char[node]]
            source = line[self.nodes.place[node] - 1] if self.nodes.length[node] == 1 else ""
            text.append(source if source and self.alphabet.encode(source)[0] == self.nodes.char[node] else char)
        return "".join(text), starts

    def words(self, text: str, starts: list[int], steps: NDArray[np.int32], rivals: NDArray[np.float32]) -> tuple[Word, ...]:
        """Return the words of a path with the characters they were read from and the evidence for them."""
        found, begin = [], 0
        kind, nodes = self.model.kind, self.nodes
        for at in range(len(steps) + 1):
            end = at == len(steps)
            if not end and not (kind[nodes.char[steps[at]]] == beam.BLANK and nodes.length[steps[at]] != beam.SKIPPED):
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
        return all(beam.listed(self.model.words, self.hashed(run)) for run in runs)

    def hashed(self, word: str) -> np.uint64:
        """Return the word list's running hash of a word."""
        key = int(beam.SEED)
        for number in self.alphabet.encode(word):
            key = ((key ^ int(self.model.small[number])) * int(beam.PRIME)) & 0xFFFFFFFFFFFFFFFF
        return np.uint64(key)


@cache
def reader(name: str, channel: str, width: int = BEAM) -> Reader:
    """Return the reader of a language through a channel, made once."""
    return Reader(name, channel, width)
