"""What the finished search tells: the best path, how near its rivals are, and the score of a line as it stands."""

from __future__ import annotations

import numpy as np

from normalizers.decoder.compiled import compiled
from normalizers.decoder.language import step
from normalizers.decoder.partial import BLANK, CAPITAL, LM, NONE, PRIME, SEED, SKIPPED, SMALL, word_end


@compiled
def plain(model, numbers, states, costs):  # type: ignore[no-untyped-def]
    """Return the score of a line taken as it stands, in the search's units, and the state after it."""
    top, last = NONE, np.int64(0)
    for i in range(len(states)):
        total, state, word = costs[i], np.int64(states[i]), SEED
        for char in numbers:
            gain, state = step(
                model.first, model.low, model.high, model.suffix, model.backoff, model.prob, model.context,
                state, np.int64(model.symbol[char]),
            )  # fmt: skip
            total += model.weights[LM] * (gain + model.share[char])
            kind = model.kind[char]
            if kind == SMALL or kind == CAPITAL:  # noqa: PLR1714, SIM109
                word = (word ^ np.uint64(model.small[char])) * PRIME
            else:
                total += word_end(model, char, word)
                word = SEED
        total += word_end(model, 0, word)
        if total > top:
            top, last = total, state
    return top, last


@compiled
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


@compiled
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


@compiled
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
