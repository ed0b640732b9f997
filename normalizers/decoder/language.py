"""The language model at run time: a trie of character n-grams with backoff, and the word list."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from normalizers.decoder.alphabet import alphabet
from normalizers.decoder.compiled import compiled, inlined

STEP = 1 / 12  # nats per quantisation step
BLOOM_BITS = 24
ROOT = 0


class Language(NamedTuple):
    """A loaded model. States are contexts: `first`, `low`, `high` find a child; `suffix`, `backoff` the shorter one."""

    first: NDArray[np.int32]
    low: NDArray[np.uint64]
    high: NDArray[np.uint64]
    suffix: NDArray[np.int32]
    backoff: NDArray[np.float32]
    prob: NDArray[np.float32]
    context: NDArray[np.int32]
    words: NDArray[np.uint8]
    start: int


@inlined
def ones(bits):  # type: ignore[no-untyped-def]
    """Return the number of set bits."""
    x = bits
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@inlined
def child(first, low, high, state, symbol):  # type: ignore[no-untyped-def]
    """Return the node that `symbol` leads to from a context, -1 where there is none."""
    if symbol < 64:
        bit = np.uint64(1) << np.uint64(symbol)
        if low[state] & bit == np.uint64(0):
            return -1
        return first[state] + ones(low[state] & (bit - np.uint64(1)))
    bit = np.uint64(1) << np.uint64(symbol - 64)
    if high[state] & bit == np.uint64(0):
        return -1
    return first[state] + ones(low[state]) + ones(high[state] & (bit - np.uint64(1)))


@compiled
def step(first, low, high, suffix, backoff, prob, context, state, symbol):  # type: ignore[no-untyped-def]
    """Return the log probability of a symbol after a context, and the next context."""
    total = np.float32(0.0)
    node = child(first, low, high, state, symbol)
    while node < 0 and state != ROOT:
        total += backoff[state]
        state = suffix[state]
        node = child(first, low, high, state, symbol)
    if node < 0:
        return np.float32(-16.0), ROOT
    total += prob[node]
    while context[node] < 0:
        if state == ROOT:
            return total, ROOT
        state = suffix[state]
        node = child(first, low, high, state, symbol)
        while node < 0 and state != ROOT:
            state = suffix[state]
            node = child(first, low, high, state, symbol)
        if node < 0:
            return total, ROOT
    return total, np.int64(context[node])


@compiled
def link(symbol, children, singles, first, low, high, suffix, context):  # type: ignore[no-untyped-def]
    """Fill in the trie's links from symbols and numbers of children, breadth first; return the number of contexts.

    Nodes are the n-grams, the `singles` first of one symbol; `children` counts those of the boundary and then of each
    node. Context 0 is the empty one, context 1 the boundary.
    """
    nodes, contexts = 0, 0
    for place in range(-1, len(children)):
        count = singles if place < 0 else children[place]
        if place > 0:
            if count == 0:
                continue
            context[place - 1] = contexts
        first[contexts] = nodes
        for node in range(nodes, nodes + count):
            if symbol[node] < 64:
                low[contexts] |= np.uint64(1) << np.uint64(symbol[node])
            else:
                high[contexts] |= np.uint64(1) << np.uint64(symbol[node] - 64)
        nodes += count
        contexts += 1
    for state in range(1, contexts):
        stop = first[state + 1] if state + 1 < contexts else nodes
        for node in range(first[state], stop):
            target = context[node]
            shorter = state
            while target >= 0 and shorter != ROOT:
                shorter = suffix[shorter]
                other = child(first, low, high, shorter, symbol[node])
                if other >= 0 and context[other] >= 0:
                    suffix[target] = context[other]
                    break
    return contexts


@compiled
def bloom_places(word):  # type: ignore[no-untyped-def]
    """Return the two bits that stand for a word (as character numbers) in the word list."""
    key = np.uint64(1469598103934665603)
    for number in word:
        key = (key ^ np.uint64(number)) * np.uint64(1099511628211)
    key ^= key >> np.uint64(29)
    mask = np.uint64((1 << BLOOM_BITS) - 1)
    return np.int64(key & mask), np.int64((key >> np.uint64(BLOOM_BITS)) & mask)


def load(packed: dict[str, NDArray[np.uint8]]) -> Language:
    """Return a model from its packed tables."""
    symbol, children = packed["symbol"], packed["children"]
    singles = int(alphabet().symbol.max())
    contexts = int(np.count_nonzero(children[1:])) + 2
    first, suffix = np.zeros(contexts, np.int32), np.zeros(contexts, np.int32)
    low, high = np.zeros(contexts, np.uint64), np.zeros(contexts, np.uint64)
    context = np.full(len(symbol), -1, np.int32)
    link(symbol, children, singles, first, low, high, suffix, context)
    backoff = np.zeros(contexts, np.float32)
    values = 2.0 - packed["backoff"].astype(np.float32) * STEP
    backoff[contexts - len(values) :] = values
    prob = packed["prob"].astype(np.float32) * -STEP
    return Language(first, low, high, suffix, backoff, prob, context, packed["words"], 1)
