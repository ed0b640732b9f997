"""Count what each printed character was read as in its context, smooth (Witten-Bell), prune and pack: one channel."""

from __future__ import annotations

import unicodedata
from collections import Counter

import numpy as np
from numba import njit
from numpy.typing import NDArray

from normalizers.decoder.alphabet import alphabet
from normalizers.decoder.channel import LEVELS, STEP, UNSEEN, WEIGHT, drifts, mixed, numbers
from normalizers.decoder.train.align import aligned, flat

Pairs = list[tuple[str, str]]
FLOOR = -14.0


def readable(pairs: Pairs) -> str:
    """Return the characters that OCR gave at least three times, as many as the numbers have room for."""
    same = alphabet().same
    seen = Counter(same.get(c, c) for _, garbled in pairs for c in unicodedata.normalize("NFC", garbled))
    kept = [c for c, times in sorted(seen.items(), key=lambda item: (-item[1], item[0])) if times >= 3]
    return "".join(sorted(kept[: UNSEEN - 1]))


@njit(cache=True)
def events(clean, clean_at, read, read_at, drift, drift_at, lengths):  # type: ignore[no-untyped-def]
    """Return one row per aligned character: drift, printed, printed before, string before, string."""
    rows = np.zeros((len(clean), 5), np.uint64)
    used = 0
    for line in range(len(clean_at) - 1):
        j = read_at[line]
        before, string_before = np.uint64(0), np.uint64(0)
        for i in range(clean_at[line], clean_at[line + 1]):
            if lengths[i] == 255:
                break
            string = np.uint64(0)
            for k in range(lengths[i]):
                string = (string << np.uint64(8)) | np.uint64(read[j + k])
            rows[used, 0] = drift[drift_at[line] + (j - read_at[line])]
            rows[used, 1] = clean[i]
            rows[used, 2] = before
            rows[used, 3] = string_before
            rows[used, 4] = string
            used += 1
            j += lengths[i]
            before, string_before = np.uint64(clean[i]), string
    return rows[:used]


def context_columns(level: int) -> list[int]:
    """Return the columns of an event that a level's context is made of."""
    return [[1], [1, 0], [1, 0, 2], [1, 0, 2, 3]][level]


def smooth(
    rows: NDArray[np.uint64], threshold: float
) -> list[tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.uint64], NDArray[np.float64]]]:
    """Return per level: emissions kept (event rows) and log probabilities, contexts and log backoff weights."""
    out = []
    kinds, group = np.unique(rows[:, [1, 0, 2, 3, 4]], axis=0, return_inverse=True)
    group = group.ravel()
    lower = np.full(len(kinds), np.exp(FLOOR))
    times = np.bincount(group).astype(np.float64)
    for level in range(LEVELS):
        width = len(context_columns(level))
        columns = [*range(width), 4]
        here, at = np.unique(kinds[:, columns], axis=0, return_inverse=True)
        at = at.ravel()
        counts = np.bincount(at, times)
        below = np.zeros(len(here))
        below[at] = lower
        contexts, of = np.unique(here[:, :-1], axis=0, return_inverse=True)
        of = of.ravel()
        total, types = np.bincount(of, counts), np.bincount(of).astype(np.float64)
        if level == 0:
            types *= 0.05
        weight = types / (total + types)
        prob = counts / (total + types)[of] + weight[of] * below
        gain = counts * np.log(prob / (weight[of] * below))
        keep = gain > (threshold if level else 0.0)
        if level == 0:
            keep &= counts >= 2
        mass = np.bincount(of, np.where(keep, prob, 0.0), len(contexts))
        base = np.bincount(of, np.where(keep, below, 0.0), len(contexts))
        left = np.maximum(1 - mass, 1e-4) / np.maximum(1 - base, 1e-4) if level else weight
        some = np.bincount(of, keep, len(contexts)) > 0
        out.append((here[keep], np.log(prob[keep]), contexts[some], np.log(np.minimum(left[some], 1.0))))
        final = np.where(keep, prob, left[of] * below)
        lower = final[at]
    return out


def keyed(level: int, row: NDArray[np.uint64], string: int) -> int:
    """Return the table key of an emission or context of a level."""
    full = [int(v) for v in row] + [0] * 4
    printed, drift, before, string_before = full[:4]
    return int(mixed(level, drift, printed, before, string_before, string))


def pack(
    levels: list[tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.uint64], NDArray[np.float64]]], read: str
) -> dict[str, NDArray[np.generic]]:
    """Return the channel's tables: key differences, quantised values, and which printed characters a string may be."""
    table: dict[int, float] = {}
    for level, (here, logs, contexts, weights) in enumerate(levels):
        for row, value in zip(here, logs, strict=True):
            table.setdefault(keyed(level, row[:-1], int(row[-1])), float(value))
        for row, value in zip(contexts, weights, strict=True):
            table.setdefault(keyed(level, row, int(WEIGHT)), float(value))
    keys = np.array(sorted(table), dtype=np.uint64)
    values = np.array([table[int(key)] for key in keys])
    choices: dict[int, list[int]] = {}
    for row in levels[0][0]:
        choices.setdefault(int(row[1]), []).append(int(row[0]))
    strings = np.array(sorted(choices), dtype=np.uint64)
    return {
        "keys": np.diff(keys, prepend=np.uint64(0)).astype(np.uint32),
        "values": np.clip(np.rint(-values / STEP), 0, 255).astype(np.uint8),
        "read": np.frombuffer(read.encode(), dtype=np.uint8),
        "strings": np.diff(strings, prepend=np.uint64(0)),
        "choices": np.array([len(choices[int(s)]) for s in strings], dtype=np.uint8),
        "printed": np.array([c for s in strings for c in sorted(choices[int(s)])], dtype=np.uint8),
    }


def build(pairs: Pairs, threshold: float) -> dict[str, NDArray[np.generic]]:
    """Return the tables of one channel from (clean, garbled) lines."""
    table = alphabet()
    read = readable(pairs)
    clean = [table.encode(unicodedata.normalize("NFC", c)) for c, _ in pairs]
    garbled = [unicodedata.normalize("NFC", g) for _, g in pairs]
    coded = [numbers(g, read, table.same) for g in garbled]
    places = {char: i + 1 for i, char in enumerate(read)}
    same = np.array([places.get(c, 0) for c in table.characters], dtype=np.uint8)
    lengths = aligned(clean, coded, same)
    drift = [drifts(g) for g in garbled]
    rows = events(*flat(clean), *flat(coded), *flat(drift), lengths)
    return pack(smooth(rows, threshold), read)
