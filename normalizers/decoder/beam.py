"""The search: the best reading of one line, found left to right in a beam with free word boundaries.

Everything here is compiled. A node is a partial reading that explains the first `place` read characters; nodes with
the same language model state, last character and last emission have the same future and are merged.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from normalizers.decoder.channel import LEVELS, LONGEST, emission
from normalizers.decoder.language import BLOOM_BITS, step

CAPACITY = 2048
SLOTS = 4096
CANDIDATES = 256
RING = LONGEST + 1
HISTORIES = 128
SEED = np.uint64(1469598103934665603)
PRIME = np.uint64(1099511628211)
NONE = np.float32(-1e30)
DIGIT, BLANK, LATIN = 3, 4, 5


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


LM, CHANNEL, LISTED, UNLISTED, COPY, INVENTED, NUMBER, WIDTH, JUNK, SCRIPTS, FOREIGN = range(11)
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
    kinds = (wide, floats, ints, small, small, ints, wide, wide, ints, floats, ints)
    arrays = [np.zeros(shape, kind) for kind in kinds]
    table = np.full((RING, SLOTS), -1, np.int32)
    return Pool(table, *arrays, np.zeros(RING, np.int64), np.full(RING, NONE, np.float32))  # type: ignore[arg-type]


def new_nodes(count: int) -> Nodes:
    """Return room for `count` nodes."""
    ints, floats, wide, small = np.int32, np.float32, np.uint64, np.uint8
    kinds = (floats, ints, small, small, ints, ints, wide, wide, ints, floats)
    return Nodes(*[np.zeros(count, kind) for kind in kinds], np.zeros(1, np.int64))  # type: ignore[arg-type]


def new_choices() -> Choices:
    """Return room for the choices at one place."""
    small, wide, floats, ints = np.uint8, np.uint64, np.float32, np.int32
    arrays = (np.zeros(CANDIDATES, small), np.zeros(CANDIDATES, small), np.zeros(CANDIDATES, wide))
    heard, history = np.ones((HISTORIES, CANDIDATES), floats), np.full(256 * 8, -1, ints)
    gains = (np.zeros(256, floats), np.zeros(256, ints), np.full(256, -1, np.int64))
    return Choices(*arrays, heard, history, *gains, np.zeros(1, np.int64))


@njit(cache=True, inline="always")
def listed(words, key):  # type: ignore[no-untyped-def]
    """Say whether a word (its running hash) is in the word list."""
    key ^= key >> np.uint64(29)
    mask = np.uint64((1 << BLOOM_BITS) - 1)
    first, second = key & mask, (key >> np.uint64(BLOOM_BITS)) & mask
    one = (np.int64(words[np.int64(first >> np.uint64(3))]) >> np.int64(first & np.uint64(7))) & 1
    two = (np.int64(words[np.int64(second >> np.uint64(3))]) >> np.int64(second & np.uint64(7))) & 1
    return one == 1 and two == 1


@njit(cache=True, inline="always")
def packed_string(read, start, length):  # type: ignore[no-untyped-def]
    """Return up to five read characters as one number."""
    key = np.uint64(0)
    for i in range(start, start + length):
        key = (key << np.uint64(8)) | np.uint64(read[i])
    return key


@njit(cache=True)
def find_choices(model, choices, read, copies, place):  # type: ignore[no-untyped-def]
    """List what the next 1 to 5 read characters may stand for, and nothing read (a lost letter); return how many."""
    used = 0
    copied = False
    for length in range(min(LONGEST, len(read) - place) + 1):
        string = packed_string(read, place, length)
        at = np.searchsorted(model.strings, string)
        if at >= len(model.strings) or model.strings[at] != string:
            continue
        for choice in range(model.starts[at], model.starts[at + 1]):
            if used < CANDIDATES - 1:
                choices.char[used], choices.length[used] = model.printed[choice], length
                choices.string[used] = string
                copied |= length == 1 and model.printed[choice] == copies[place]
                used += 1
    if not copied and place < len(read):
        choices.char[used], choices.length[used] = copies[place], 1
        choices.string[used] = packed_string(read, place, 1)
        used += 1
    return used


@njit(cache=True)
def put(pool, ring, key, score, state, char, length, parent, word, token):  # type: ignore[no-untyped-def]
    """Insert a partial reading into a place's pool, or merge it with the one that has the same future."""
    at = np.int64((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(52))
    while pool.table[ring, at] >= 0 and pool.key[ring, pool.table[ring, at]] != key:
        at = (at + 1) & (SLOTS - 1)
    entry = pool.table[ring, at]
    if entry < 0:
        entry = pool.size[ring]
        if entry >= CAPACITY:
            return
        pool.size[ring] += 1
        pool.table[ring, at] = entry
        pool.key[ring, entry] = key
        pool.alt_parent[ring, entry], pool.alt_score[ring, entry] = -1, NONE
        pool.node[ring, entry] = -1
    elif score > pool.score[ring, entry]:
        pool.alt_parent[ring, entry], pool.alt_score[ring, entry] = pool.parent[ring, entry], pool.score[ring, entry]
    else:
        if score > pool.alt_score[ring, entry]:
            pool.alt_parent[ring, entry], pool.alt_score[ring, entry] = parent, score
        return
    pool.score[ring, entry], pool.state[ring, entry], pool.char[ring, entry] = score, state, char
    pool.length[ring, entry], pool.parent[ring, entry] = length, parent
    pool.word[ring, entry], pool.token[ring, entry] = word, token
    if score > pool.best[ring]:
        pool.best[ring] = score


@njit(cache=True)
def settle(pool, ring, nodes, active, place, model):  # type: ignore[no-untyped-def]
    """Turn the best entries of a pool into nodes (those not yet turned); return how many of them are active now."""
    size = pool.size[ring]
    if size == 0:
        return 0
    limit = pool.best[ring] - model.weights[WIDTH]
    if size > model.beam:
        kept = np.partition(pool.score[ring, :size].copy(), size - model.beam)[size - model.beam]
        limit = max(limit, kept)
    used = 0
    for entry in range(size):
        if pool.score[ring, entry] < limit or used >= len(active):
            continue
        node = pool.node[ring, entry]
        if node < 0:
            node = nodes.size[0]
            nodes.size[0] += 1
            nodes.score[node], nodes.parent[node] = pool.score[ring, entry], pool.parent[ring, entry]
            nodes.char[node], nodes.length[node] = pool.char[ring, entry], pool.length[ring, entry]
            nodes.place[node], nodes.state[node] = place, pool.state[ring, entry]
            nodes.word[node], nodes.token[node] = pool.word[ring, entry], pool.token[ring, entry]
            nodes.alt_parent[node], nodes.alt_score[node] = pool.alt_parent[ring, entry], pool.alt_score[ring, entry]
            pool.node[ring, entry] = node
        active[used] = node
        used += 1
    return used


@njit(cache=True)
def clear(pool, ring):  # type: ignore[no-untyped-def]
    """Empty one place's pool."""
    pool.table[ring, :] = -1
    pool.size[ring] = 0
    pool.best[ring] = NONE


@njit(cache=True, inline="always")
def word_end(model, char, word):  # type: ignore[no-untyped-def]
    """Return the reward or the cost of ending a word here."""
    if word == SEED:
        return np.float32(0.0)
    return model.weights[LISTED] if listed(model.words, word) else model.weights[UNLISTED]


@njit(cache=True, inline="always")
def heard(model, char, length, string, copy, guarded, drift, before, string_before, place):  # type: ignore[no-untyped-def]
    """Return the channel's log probability of one emission, with the rules on numbers and inventions.

    `guarded` is 1 for a digit (only a letter or itself may stand for it), 2 for a digit of a number, 3 for a mark
    that no blank may stand for.
    """
    kind = model.kind[char]
    if length == 1 and char == copy and (kind == LATIN or kind == 0 and char == len(model.kind) - 1):
        return model.weights[FOREIGN]
    floor = model.weights[COPY] if length == 1 and char == copy else np.float32(-14.0)
    value = emission(model.keys, model.values, LEVELS - 1, drift, char, before, string_before, string, floor)
    letter = kind == 1 or kind == 2
    if length == 0 and not letter:
        value += model.weights[INVENTED] * (1 if kind != DIGIT else 6)
    if length == 1 and char == copy:
        return value
    for i in range(place, place + length):
        if guarded[i] == 2:
            value += model.weights[NUMBER]
        if guarded[i] in (1, 2) and not letter or guarded[i] == 3 and kind == BLANK:
            value += 2 * model.weights[NUMBER]
    return value


@njit(cache=True)
def forget(choices, count):  # type: ignore[no-untyped-def]
    """Start a new place: nothing is worked out yet."""
    choices.history[:] = -1
    choices.histories[0] = 0
    choices.heard[:, :count] = 1.0


@njit(cache=True, inline="always")
def history_of(choices, before, length):  # type: ignore[no-untyped-def]
    """Return the number of a history at this place (the last number is shared by all that find no room)."""
    at = np.int64(before) * 8 + np.int64(length)
    if choices.history[at] < 0:
        choices.history[at] = min(choices.histories[0], HISTORIES - 1)
        choices.histories[0] += 1
    return choices.history[at]


@njit(cache=True)
def expand(model, pool, nodes, node, choices, count, lost, read, copies, guarded, drift, place):  # type: ignore[no-untyped-def]
    """Extend one node by every choice (`lost`: only by characters that left no trace; else only by the others)."""
    before, length_before = nodes.char[node], nodes.length[node]
    history = history_of(choices, before, length_before)
    base, word, token = nodes.score[node], nodes.word[node], nodes.token[node]
    copy = copies[place] if place < len(read) else 0
    for i in range(count):
        char, length = choices.char[i], np.int64(choices.length[i])
        if (length == 0) != lost:
            continue
        ring = (place + length) % RING
        limit = pool.best[ring] - model.weights[WIDTH]
        seen = choices.heard[history, i]
        if seen > 0.0:
            span = 1 if length_before == SKIPPED else np.int64(length_before)
            string_before = packed_string(read, place - span, span)
            seen = heard(model, char, length, choices.string[i], copy, guarded, drift[place], before, string_before, place)
            choices.heard[history, i] = seen
        score = base + model.weights[CHANNEL] * seen
        if score + 1.0 < limit:
            continue
        if choices.stamp[char] != node:
            gain, state = step(
                model.first, model.low, model.high, model.suffix, model.backoff, model.prob, model.context,
                np.int64(nodes.state[node]), np.int64(model.symbol[char]),
            )  # fmt: skip
            choices.stamp[char] = node
            choices.gain[char] = model.weights[LM] * (gain + model.share[char])
            choices.target[char] = state
        score += choices.gain[char]
        kind = model.kind[char]
        letter = kind == 1 or kind == 2
        if not letter:
            score += word_end(model, char, word)
            if kind == LATIN and word != SEED:
                score += model.weights[SCRIPTS]
        elif model.kind[before] == LATIN:
            score += model.weights[SCRIPTS]
        if score >= limit:
            state = choices.target[char]
            new_word = (word ^ np.uint64(model.small[char])) * PRIME if letter else SEED
            new_token = SEED if kind == BLANK else (token ^ np.uint64(char)) * PRIME
            key = (np.uint64(state) << np.uint64(16)) | (np.uint64(char) << np.uint64(8)) | np.uint64(length)
            put(pool, ring, key, score, state, char, length, node, new_word, new_token)


@njit(cache=True)
def skip(model, pool, nodes, node, place):  # type: ignore[no-untyped-def]
    """Extend one node over a read character that stands for nothing printed (a speck, a stretched blank)."""
    ring = (place + 1) % RING
    score = nodes.score[node] + model.weights[JUNK]
    if score >= pool.best[ring] - model.weights[WIDTH]:
        state, char = nodes.state[node], nodes.char[node]
        key = (np.uint64(state) << np.uint64(16)) | (np.uint64(char) << np.uint64(8)) | np.uint64(SKIPPED)
        put(pool, ring, key, score, state, char, SKIPPED, node, nodes.word[node], nodes.token[node])


@njit(cache=True)
def search(model, pool, nodes, choices, read, copies, guarded, drift, states, costs):  # type: ignore[no-untyped-def]
    """Return the last node of the best reading; all nodes stay in `nodes`."""
    nodes.size[0] = 0
    for ring in range(RING):
        clear(pool, ring)
    choices.stamp[:] = -1
    for i in range(len(states)):
        key = np.uint64(states[i]) << np.uint64(16)
        put(pool, 0, key, costs[i], states[i], 0, 0, -1, SEED, SEED)
    active = np.zeros(2 * model.beam + 8, np.int32)
    places = len(read)
    for place in range(places + 1):
        ring = place % RING
        count = find_choices(model, choices, read, copies, place)
        forget(choices, count)
        used = settle(pool, ring, nodes, active, place, model)
        if used == 0:
            continue
        for i in range(used):
            if nodes.length[active[i]] > 0 or place == 0:
                expand(model, pool, nodes, active[i], choices, count, True, read, copies, guarded, drift, place)
        used = settle(pool, ring, nodes, active, place, model)
        if place == places:
            break
        for i in range(used):
            expand(model, pool, nodes, active[i], choices, count, False, read, copies, guarded, drift, place)
            if guarded[place] == 0 or guarded[place] == 1 and place > 0 and model.kind[copies[place - 1]] != BLANK:
                skip(model, pool, nodes, active[i], place)
        clear(pool, ring)
    best, top = -1, NONE
    for i in range(used):
        node = active[i]
        score = nodes.score[node] + word_end(model, 0, nodes.word[node])
        nodes.score[node] = score
        if score > top:
            best, top = node, score
    return best


@njit(cache=True)
def plain(model, numbers, states, costs):  # type: ignore[no-untyped-def]
    """Return the score of a line taken as it stands, in the search's units, and the state after it."""
    top, last = NONE, 0
    for i in range(len(states)):
        total, state, word = costs[i], np.int64(states[i]), SEED
        for char in numbers:
            gain, state = step(
                model.first, model.low, model.high, model.suffix, model.backoff, model.prob, model.context,
                state, np.int64(model.symbol[char]),
            )  # fmt: skip
            total += model.weights[LM] * (gain + model.share[char])
            kind = model.kind[char]
            if kind == 1 or kind == 2:
                word = (word ^ np.uint64(model.small[char])) * PRIME
            else:
                total += word_end(model, char, word)
                word = SEED
        total += word_end(model, 0, word)
        if total > top:
            top, last = total, state
    return top, last


@njit(cache=True)
def through(nodes, best):  # type: ignore[no-untyped-def]
    """Return for each node the score of the best whole reading that passes it."""
    count = nodes.size[0]
    after = np.full(count, NONE, np.float32)
    last = nodes.place[best]
    for node in range(count - 1, -1, -1):
        if nodes.place[node] == last and after[node] < 0.0:
            after[node] = max(after[node], np.float32(0.0))
        if after[node] <= NONE:
            continue
        parent = nodes.parent[node]
        if parent >= 0:
            after[parent] = max(after[parent], after[node] + nodes.score[node] - nodes.score[parent])
        other = nodes.alt_parent[node]
        if other >= 0:
            after[other] = max(after[other], after[node] + nodes.alt_score[node] - nodes.score[other])
    return nodes.score[:count] + after


@njit(cache=True)
def path(nodes, best):  # type: ignore[no-untyped-def]
    """Return the nodes of the best reading in order, without the starting one."""
    count, node = 0, best
    while nodes.parent[node] >= 0:
        count += 1
        node = nodes.parent[node]
    out = np.zeros(count, np.int32)
    node = best
    for i in range(count - 1, -1, -1):
        out[i] = node
        node = nodes.parent[node]
    return out


@njit(cache=True)
def margins(nodes, line, scores, kind):  # type: ignore[no-untyped-def]
    """Return, for each node of the best reading that ends a token, how much worse the best other token there is."""
    out = np.full(len(line), 30.0, np.float32)
    if len(line) == 0:
        return out
    last = nodes.place[line[-1]]
    top = scores[line[-1]]
    rivals = np.zeros(nodes.size[0], np.uint64)
    for node in range(nodes.size[0]):
        parent = nodes.parent[node]
        if parent >= 0 and kind[nodes.char[node]] == BLANK and nodes.length[node] != SKIPPED:
            rivals[node] = nodes.token[parent]
        elif nodes.place[node] == last:
            rivals[node] = nodes.token[node]
    for i in range(len(line)):
        own = rivals[line[i]]
        if own == 0:
            continue
        place = nodes.place[line[i]]
        low = np.searchsorted(nodes.place[: nodes.size[0]], place - 1)
        high = np.searchsorted(nodes.place[: nodes.size[0]], place + 2)
        for node in range(low, high):
            if rivals[node] != 0 and rivals[node] != own and rivals[node] != SEED:
                out[i] = min(out[i], top - scores[node])
    return out
