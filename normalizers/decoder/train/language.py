"""Count character n-grams, smooth, prune and pack them: the decoder's language model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from normalizers.decoder.alphabet import BITS, alphabet
from normalizers.decoder.language import BLOOM_BITS, STEP, bloom_places

Keys = NDArray[np.uint64]
Reals = NDArray[np.float64]
WORD = re.compile(r"[^\W\d_]+")


@dataclass
class Order:
    """The n-grams of one length: packed symbols (sorted), counts, probability, and which are kept."""

    keys: Keys
    counts: Reals
    prob: Reals
    keep: NDArray[np.bool_]

    def find(self, keys: Keys) -> NDArray[np.int64]:
        """Return the places of keys that are known to be there."""
        return np.searchsorted(self.keys, keys)


def symbols(lines: Iterable[str]) -> NDArray[np.uint8]:
    """Return the language model's symbols of all lines, a boundary before each."""
    table = alphabet()
    numbers = table.encode("\n" + "\n".join(lines))
    return table.symbol[numbers]


def count(text: NDArray[np.uint8], order: int) -> list[Order]:
    """Return the n-grams of lengths 1 to `order`; a boundary only ever stands first."""
    places = np.arange(len(text))
    since = places - np.maximum.accumulate(np.where(text == 0, places, 0))
    wide = text.astype(np.uint64)
    packed = np.zeros(len(text), np.uint64)
    found = []
    for length in range(1, order + 1):
        if length <= len(text):
            packed[length - 1 :] |= wide[: len(text) - length + 1] << np.uint64(BITS * (length - 1))
        valid = since >= max(length - 1, 1)
        keys, counts = np.unique(packed[valid], return_counts=True)
        found.append(Order(keys, counts.astype(np.float64), np.zeros(len(keys)), np.zeros(len(keys), np.bool_)))
    return found


def suffix(keys: Keys, length: int) -> Keys:
    """Return the keys without their first symbol."""
    return keys & np.uint64((1 << BITS * (length - 1)) - 1)


def every_symbol(first: Order) -> Order:
    """Return the single symbols, those never seen with a count of one."""
    size = int(alphabet().symbol.max())
    counts = np.ones(size)
    counts[first.keys.astype(np.int64) - 1] += first.counts
    return Order(np.arange(1, size + 1, dtype=np.uint64), counts, counts / counts.sum(), np.ones(size, np.bool_))


def discounts(counts: Reals) -> Reals:
    """Return how much is taken from counts of 1, 2 and more (Chen and Goodman 1998)."""
    n = [max(float((counts == c).sum()), 1.0) for c in (1, 2, 3, 4)]
    y = n[0] / (n[0] + 2 * n[1])
    return np.clip([1 - 2 * y * n[1] / n[0], 2 - 3 * y * n[2] / n[1], 3 - 4 * y * n[3] / n[2]], 0.2, [0.9, 1.7, 2.4])


def smooth(orders: list[Order], threshold: float) -> None:
    """Fill in interpolated probabilities; mark as kept the n-grams that tell more than `threshold` nats in all."""
    gains: list[Reals] = [np.zeros(len(orders[0].keys))]
    for length in range(2, len(orders) + 1):
        here, below = orders[length - 1], orders[length - 2]
        d = discounts(here.counts)
        taken = d[np.minimum(here.counts, 3).astype(np.int64) - 1]
        _, group = np.unique(here.keys >> np.uint64(BITS), return_inverse=True)
        total = np.bincount(group, here.counts)
        lost = np.bincount(group, taken) / total
        lower = below.prob[below.find(suffix(here.keys, length))]
        here.prob = (here.counts - taken) / total[group] + lost[group] * lower
        gains.append(here.counts * np.log(here.prob / (lost[group] * lower)))
    for length in range(len(orders), 1, -1):
        here, below = orders[length - 1], orders[length - 2]
        here.keep |= gains[length - 1] > threshold
        kept = here.keys[here.keep]
        if length > 2:
            below.keep[below.find(suffix(kept, length))] = True
            below.keep[below.find(kept >> np.uint64(BITS))] = True


def quantised(logs: Reals, offset: float = 0.0) -> NDArray[np.uint8]:
    """Return -log values in steps."""
    return np.clip(np.rint((offset - logs) / STEP), 0, 255).astype(np.uint8)


def pack(orders: list[Order]) -> dict[str, NDArray[np.uint8]]:
    """Return the kept n-grams, shortest first: symbol, probability, number of children; backoff where there are any."""
    out: dict[str, list[NDArray[np.uint8]]] = {"symbol": [], "prob": [], "children": [], "backoff": []}
    heads = np.zeros(1, np.uint64)  # contexts of length 1 include the boundary, which is no n-gram of its own
    for length in range(1, len(orders) + 1):
        here = orders[length - 1]
        keys, prob = here.keys[here.keep], here.prob[here.keep]
        if length == 1:
            heads = np.concatenate([np.zeros(1, np.uint64), keys])
            out["symbol"].append(keys.astype(np.uint8))
            out["prob"].append(quantised(np.log(prob)))
            continue
        below = orders[length - 2]
        place = np.searchsorted(heads, keys >> np.uint64(BITS))
        children = np.bincount(place, minlength=len(heads))
        lower = np.bincount(place, below.prob[below.find(suffix(keys, length))], len(heads))
        mass = np.bincount(place, prob, len(heads))
        backoff = np.log(np.maximum(1 - mass, 1e-4) / np.maximum(1 - lower, 1e-4))
        out["children"].append(children.astype(np.uint8))
        out["backoff"].append(quantised(backoff[children > 0], 2.0))
        out["symbol"].append((keys & np.uint64((1 << BITS) - 1)).astype(np.uint8))
        out["prob"].append(quantised(np.log(prob)))
        heads = keys
    return {name: np.concatenate(parts) for name, parts in out.items()}


def bloom(words: Iterable[str]) -> NDArray[np.uint8]:
    """Return the word list as bits."""
    bits = np.zeros(1 << BLOOM_BITS, np.uint8)
    table = alphabet()
    for word in words:
        first, second = bloom_places(table.encode(word.lower()))
        bits[first] = bits[second] = 1
    return np.packbits(bits, bitorder="little")


def words(lines: Iterable[str], least: int) -> set[str]:
    """Return the lower-case words met at least `least` times."""
    seen = Counter(word for line in lines for word in WORD.findall(line.lower()))
    return {word for word, times in seen.items() if times >= least and len(word) > 1}


def build(lines: list[str], listed: set[str], order: int, threshold: float) -> dict[str, NDArray[np.uint8]]:
    """Return a language's tables: packed n-grams and word list."""
    orders = count(symbols(lines), order)
    orders[0] = every_symbol(orders[0])
    smooth(orders, threshold)
    return {**pack(orders), "words": bloom(sorted(listed))}
