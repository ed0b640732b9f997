"""The search: the best reading of one line, found left to right in a beam with free word boundaries.

Everything here is compiled. A node is a partial reading that explains the first `place` read characters; nodes with
the same language model state, last character and last emission have the same future and are merged.
"""

from __future__ import annotations

import numpy as np

from normalizers.decoder.channel import LONGEST, emission
from normalizers.decoder.compiled import compiled, inlined
from normalizers.decoder.language import step
from normalizers.decoder.partial import (
    BLANK,
    CANDIDATES,
    CAPACITY,
    CAPITAL,
    CHANNEL,
    COPY,
    DIGIT,
    FOREIGN,
    HISTORIES,
    INVENTED,
    JUNK,
    LATIN,
    LEVEL,
    LISTED,
    LM,
    LOST,
    NONE,
    NUMBER,
    PRIME,
    RING,
    SCRIPTS,
    SEED,
    SKIPPED,
    SLOTS,
    SMALL,
    WIDTH,
    word_end,
)


@inlined
def packed_string(read, start, length):  # type: ignore[no-untyped-def]
    """Return up to five read characters as one number."""
    key = np.uint64(0)
    for i in range(start, start + length):
        key = (key << np.uint64(8)) | np.uint64(read[i])
    return key


@compiled
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


@inlined
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
    pool.best[ring] = max(pool.best[ring], score)


@compiled
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
        at = used  # best first, so that what comes after is pruned early
        while at > 0 and nodes.score[active[at - 1]] < nodes.score[node]:
            active[at] = active[at - 1]
            at -= 1
        active[at] = node
        used += 1
    return used


@compiled
def clear(pool, ring):  # type: ignore[no-untyped-def]
    """Empty one place's pool."""
    pool.table[ring, :] = -1
    pool.size[ring] = 0
    pool.best[ring] = NONE


@inlined
def heard(model, char, length, string, copy, guarded, drift, before, string_before, place):  # type: ignore[no-untyped-def]
    """Return the channel's log probability of one emission, with the rules on numbers and inventions.

    `guarded` is 1 for a digit (only a letter or itself may stand for it), 2 for a digit of a number, 3 for a mark
    that no blank may stand for.
    """
    kind = model.kind[char]
    if length == 1 and char == copy and (kind == LATIN or (kind == 0 and char == len(model.kind) - 1)):
        return model.weights[FOREIGN]
    floor = model.weights[COPY] if length == 1 and char == copy else np.float32(-14.0)
    value = emission(
        model.keys, model.values, np.int64(model.weights[LEVEL]), drift, char, before, string_before, string, floor
    )
    letter = kind == SMALL or kind == CAPITAL  # noqa: PLR1714
    if length == 0 and not letter:
        value += model.weights[INVENTED] * (1 if kind != DIGIT else 6)
    if length == 1 and char == copy:
        return value
    for i in range(place, place + length):
        if guarded[i] == 2:
            value += model.weights[NUMBER]
        if (guarded[i] in (1, 2) and not letter) or (guarded[i] == 3 and kind == BLANK):
            value += 2 * model.weights[NUMBER]
    return value


@compiled
def forget(choices, count):  # type: ignore[no-untyped-def]
    """Start a new place: nothing is worked out yet."""
    choices.history[:] = -1
    choices.histories[0] = 0
    choices.heard[HISTORIES - 1, :count] = 1.0


@inlined
def history_of(choices, before, length, count):  # type: ignore[no-untyped-def]
    """Return the number of a history at this place (the last number is shared by all that find no room)."""
    at = np.int64(before) * 8 + np.int64(length)
    if choices.history[at] < 0:
        choices.history[at] = min(choices.histories[0], HISTORIES - 1)
        choices.histories[0] += 1
        choices.heard[choices.history[at], :count] = 1.0
    return choices.history[at]


@inlined
def foresee(model, choices, nodes, node, char):  # type: ignore[no-untyped-def]
    """Ask the language model once for each node and character."""
    gain, state = step(
        model.first, model.low, model.high, model.suffix, model.backoff, model.prob, model.context,
        np.int64(nodes.state[node]), np.int64(model.symbol[char]),
    )  # fmt: skip
    choices.stamp[char] = node
    choices.gain[char] = model.weights[LM] * (gain + model.share[char])
    choices.target[char] = state


@inlined
def expand(model, pool, nodes, node, choices, start, stop, count, read, copies, guarded, drift, caps, place):  # type: ignore[no-untyped-def]
    """Extend one node by the choices from `start` to `stop` of `count`."""
    before, length_before = nodes.char[node], nodes.length[node]
    history = history_of(choices, before, length_before, count)
    base, word, token = nodes.score[node], nodes.word[node], nodes.token[node]
    copy = copies[place] if place < len(read) else 0
    for i in range(start, stop):
        char, length = choices.char[i], np.int64(choices.length[i])
        ring = (place + length) % RING
        limit = pool.best[ring] - model.weights[WIDTH]
        seen = choices.heard[history, i]
        if seen > 0.0:
            span = 1 if length_before == SKIPPED else np.int64(length_before)
            string_before = packed_string(read, place - span, span)
            seen = heard(
                model, char, length, choices.string[i], copy, guarded, drift[place], before, string_before, place
            )
            choices.heard[history, i] = seen
        score = base + model.weights[CHANNEL] * seen
        kind = model.kind[char]
        letter = kind == SMALL or kind == CAPITAL  # noqa: PLR1714
        if kind == CAPITAL:
            score += caps[place]
        if score + (0.0 if letter else model.weights[LISTED]) < limit:  # what comes now is at most that
            continue
        if choices.stamp[char] != node:
            foresee(model, choices, nodes, node, char)
        score += choices.gain[char]
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


@inlined
def skip(model, pool, nodes, node, place):  # type: ignore[no-untyped-def]
    """Extend one node over a read character that stands for nothing printed (a speck, a stretched blank)."""
    ring = (place + 1) % RING
    score = nodes.score[node] + model.weights[JUNK]
    if score >= pool.best[ring] - model.weights[WIDTH]:
        state, char = nodes.state[node], nodes.char[node]
        key = (np.uint64(state) << np.uint64(16)) | (np.uint64(char) << np.uint64(8)) | np.uint64(SKIPPED)
        put(pool, ring, key, score, state, char, SKIPPED, node, nodes.word[node], nodes.token[node])


@inlined
def begin(model, pool, nodes, choices, states, costs):  # type: ignore[no-untyped-def]
    """Empty the pool and put the states that the line may begin in."""
    nodes.size[0] = 0
    for ring in range(RING):
        clear(pool, ring)
    choices.stamp[:] = -1
    for i in range(len(states)):
        key = np.uint64(states[i]) << np.uint64(16)
        put(pool, 0, key, costs[i], states[i], 0, 0, -1, SEED, SEED)


@inlined
def lose(model, pool, nodes, active, used, choices, count, read, copies, guarded, drift, caps, place):  # type: ignore[no-untyped-def]
    """Extend the nodes of a place by letters that left no trace; return how many nodes there are and such choices."""
    lost = 0
    while lost < count and choices.length[lost] == 0:
        lost += 1
    for turn in range(LOST):
        for i in range(used):
            node = active[i]
            if turn == 0 or nodes.length[node] == 0:
                expand(model, pool, nodes, node, choices, 0, lost, count, read, copies, guarded, drift, caps, place)
        used = settle(pool, place % RING, nodes, active, place, model)
    return used, lost


@inlined
def best_of(model, nodes, active, used):  # type: ignore[no-untyped-def]
    """Return the best node, its last word weighed too."""
    best, top = -1, NONE
    for i in range(used):
        node = active[i]
        score = nodes.score[node] + word_end(model, 0, nodes.word[node])
        nodes.score[node] = score
        if score > top:
            best, top = node, score
    return best


@compiled
def search(  # type: ignore[no-untyped-def]
    model, pool, nodes, choices, read, copies, guarded, drift, caps, states, costs
):
    """Return the last node of the best reading; all nodes stay in `nodes`.

    `caps` is, per read character, how much speaks for a capital there.
    """
    begin(model, pool, nodes, choices, states, costs)
    active = np.zeros(2 * model.beam + 8, np.int32)
    places = len(read)
    for place in range(places + 1):
        count = find_choices(model, choices, read, copies, place)
        forget(choices, count)
        used = settle(pool, place % RING, nodes, active, place, model)
        if used == 0:
            continue
        used, lost = lose(model, pool, nodes, active, used, choices, count, read, copies, guarded, drift, caps, place)
        if place == places:
            break
        free = guarded[place] == 0
        if guarded[place] == 1 and place > 0:
            free = model.kind[copies[place - 1]] != BLANK
        for i in range(used):
            node = active[i]
            expand(model, pool, nodes, node, choices, lost, count, count, read, copies, guarded, drift, caps, place)
            if free:
                skip(model, pool, nodes, node, place)
        clear(pool, place % RING)
    return best_of(model, nodes, active, used)
