"""The records of the search: the model, partial readings kept and considered, and the choices at one place."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normalizers.decoder.channel import LONGEST
from normalizers.decoder.compiled import inlined
from normalizers.decoder.language import BLOOM_BITS

CAPACITY = 2048
SLOTS = 4096
CANDIDATES = 256
RING = LONGEST + 1
LOST = 2  # letters in a row that may have left no trace
HISTORIES = 128
SEED = np.uint64(1469598103934665603)
PRIME = np.uint64(1099511628211)
NONE = np.float32(-1e30)
SMALL, CAPITAL, DIGIT, BLANK, LATIN = 1, 2, 3, 4, 5


class Model(NamedTuple):
    """Everything that does not depend on the line: language model, channel, alphabet and weights."""

    first: NDArray[np.int32]
    low: NDArray[np.uint64]
    high: NDArray[np.uint64]
    suffix: NDArray[np.int32]
    backoff: NDArray[np.float32]
    prob: NDArray[np.float32]
    context: NDArray[np.int32]
    words: NDArray[np.uint8]
    keys: NDArray[np.uint32]
    values: NDArray[np.float32]
    strings: NDArray[np.uint64]
    starts: NDArray[np.int32]
    printed: NDArray[np.uint8]
    symbol: NDArray[np.uint8]
    share: NDArray[np.float32]
    kind: NDArray[np.uint8]
    small: NDArray[np.uint8]
    weights: NDArray[np.float32]
    beam: int


LM, CHANNEL, LISTED, UNLISTED, COPY, INVENTED, NUMBER, WIDTH, JUNK, SCRIPTS, FOREIGN, LEVEL = range(12)
SKIPPED = 7  # the length that marks a read character that stands for nothing


class Nodes(NamedTuple):
    """Partial readings kept for good, parents before children."""

    score: NDArray[np.float32]
    parent: NDArray[np.int32]
    char: NDArray[np.uint8]
    length: NDArray[np.uint8]
    place: NDArray[np.int32]
    state: NDArray[np.int32]
    word: NDArray[np.uint64]
    token: NDArray[np.uint64]
    alt_parent: NDArray[np.int32]
    alt_score: NDArray[np.float32]
    size: NDArray[np.int64]


class Pool(NamedTuple):
    """Partial readings that end at one of the next places (first index: place modulo RING), not yet chosen from."""

    table: NDArray[np.int32]
    key: NDArray[np.uint64]
    score: NDArray[np.float32]
    state: NDArray[np.int32]
    char: NDArray[np.uint8]
    length: NDArray[np.uint8]
    parent: NDArray[np.int32]
    word: NDArray[np.uint64]
    token: NDArray[np.uint64]
    alt_parent: NDArray[np.int32]
    alt_score: NDArray[np.float32]
    node: NDArray[np.int32]
    size: NDArray[np.int64]
    best: NDArray[np.float32]


class Choices(NamedTuple):
    """What the next read characters may stand for, and what has been worked out about it at this place.

    `heard[h, i]` is the channel's score of choice i after history h (the character before and what it was read as;
    `history` numbers them), above 0 where it is not worked out yet. `gain` and `target` are a node's language model
    scores and next states by character, valid where `stamp` is the node's.
    """

    char: NDArray[np.uint8]
    length: NDArray[np.uint8]
    string: NDArray[np.uint64]
    heard: NDArray[np.float32]
    history: NDArray[np.int32]
    gain: NDArray[np.float32]
    target: NDArray[np.int32]
    stamp: NDArray[np.int64]
    histories: NDArray[np.int64]


def new_pool() -> Pool:
    """Return an empty pool."""
    ints, floats, wide, small = np.int32, np.float32, np.uint64, np.uint8
    shape = (RING, CAPACITY)
    kinds: tuple[type, ...] = (wide, floats, ints, small, small, ints, wide, wide, ints, floats, ints)
    arrays: list[Any] = [np.zeros(shape, kind) for kind in kinds]
    table = np.full((RING, SLOTS), -1, np.int32)
    arrays += [np.zeros(RING, np.int64), np.full(RING, NONE, np.float32)]
    return Pool._make([table, *arrays])


def new_nodes(count: int) -> Nodes:
    """Return room for `count` nodes."""
    ints, floats, wide, small = np.int32, np.float32, np.uint64, np.uint8
    kinds: tuple[type, ...] = (floats, ints, small, small, ints, ints, wide, wide, ints, floats)
    arrays: list[Any] = [np.zeros(count, kind) for kind in kinds]
    return Nodes._make([*arrays, np.zeros(1, np.int64)])


def new_choices() -> Choices:
    """Return room for the choices at one place."""
    small, wide, floats, ints = np.uint8, np.uint64, np.float32, np.int32
    arrays = (np.zeros(CANDIDATES, small), np.zeros(CANDIDATES, small), np.zeros(CANDIDATES, wide))
    heard, history = np.ones((HISTORIES, CANDIDATES), floats), np.full(256 * 8, -1, ints)
    gains = (np.zeros(256, floats), np.zeros(256, ints), np.full(256, -1, np.int64))
    return Choices(*arrays, heard, history, *gains, np.zeros(1, np.int64))


@inlined
def listed(words, key):  # type: ignore[no-untyped-def]
    """Say whether a word (its running hash) is in the word list."""
    key ^= key >> np.uint64(29)
    mask = np.uint64((1 << BLOOM_BITS) - 1)
    first, second = key & mask, (key >> np.uint64(BLOOM_BITS)) & mask
    one = (np.int64(words[np.int64(first >> np.uint64(3))]) >> np.int64(first & np.uint64(7))) & 1
    two = (np.int64(words[np.int64(second >> np.uint64(3))]) >> np.int64(second & np.uint64(7))) & 1
    return one == 1 and two == 1


@inlined
def word_end(model, char, word):  # type: ignore[no-untyped-def]
    """Return the reward or the cost of ending a word here."""
    if word == SEED:
        return np.float32(0.0)
    return model.weights[LISTED] if listed(model.words, word) else model.weights[UNLISTED]
