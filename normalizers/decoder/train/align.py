"""Align clean characters to the 0 to 5 characters they were read as: expectation maximisation in a diagonal band."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from normalizers.decoder.channel import LONGEST

TABLE = 1 << 24
LENGTH_PRIOR = np.array([0.05, 0.6, 0.2, 0.1, 0.04, 0.01])
SAME = 20.0
TINY = 1e-9


@njit(cache=True, inline="always")
def slot(keys, key):  # type: ignore[no-untyped-def]
    """Return the place of a key in an open-addressing table, or the empty place where it belongs."""
    mask = len(keys) - 1
    at = np.int64((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)) & mask
    while keys[at] != 0 and keys[at] != key:
        at = (at + 1) & mask
    return at


@njit(cache=True, inline="always")
def packed(read, start, length):  # type: ignore[no-untyped-def]
    """Return up to five read characters as one number."""
    key = np.uint64(0)
    for i in range(start, start + length):
        key = (key << np.uint64(8)) | np.uint64(read[i])
    return key


@njit(cache=True)
def cells(clean, read, same, keys, probs, first_round, band):  # type: ignore[no-untyped-def]
    """Return the probability of each clean character giving 0..5 read ones from each place in the band."""
    n, m = len(clean), len(read)
    out = np.zeros((n, 2 * band + 1, LONGEST + 1))
    for i in range(n):
        middle = i * m // n
        for b in range(2 * band + 1):
            j = middle + b - band
            if j < 0 or j > m:
                continue
            for k in range(min(LONGEST, m - j) + 1):
                if first_round:
                    value = LENGTH_PRIOR[k]
                    if k == 1 and same[clean[i]] == read[j]:
                        value *= SAME
                else:
                    key = (np.uint64(clean[i] + 1) << np.uint64(40)) | packed(read, j, k)
                    at = slot(keys, key)
                    value = probs[at] if keys[at] == key else TINY * LENGTH_PRIOR[k]
                out[i, b, k] = value
    return out


@njit(cache=True)
def forward(prob, n, m, band):  # type: ignore[no-untyped-def]
    """Return scaled forward sums: row i, place j = the first i characters gave the first j read ones."""
    alpha = np.zeros((n + 1, m + 1))
    alpha[0, 0] = 1.0
    for i in range(n):
        middle = i * m // n
        for b in range(2 * band + 1):
            j = middle + b - band
            if j < 0 or j > m or alpha[i, j] == 0.0:
                continue
            for k in range(min(LONGEST, m - j) + 1):
                alpha[i + 1, j + k] += alpha[i, j] * prob[i, b, k]
        top = alpha[i + 1].max()
        if top <= 0.0:
            return alpha
        alpha[i + 1] /= top
    return alpha


@njit(cache=True)
def gather(clean, read, prob, alpha, band, keys, counts):  # type: ignore[no-untyped-def]
    """Add one line's expected counts to the table."""
    n, m = len(clean), len(read)
    if alpha[n, m] <= 0.0:
        return False
    beta = np.zeros((n + 1, m + 1))
    beta[n, m] = 1.0
    for i in range(n - 1, -1, -1):
        middle = i * m // n
        total = 0.0
        for b in range(2 * band + 1):
            j = middle + b - band
            if j < 0 or j > m or alpha[i, j] == 0.0:
                continue
            for k in range(min(LONGEST, m - j) + 1):
                value = prob[i, b, k] * beta[i + 1, j + k]
                beta[i, j] += value
                total += alpha[i, j] * value
        for b in range(2 * band + 1):
            j = middle + b - band
            if j < 0 or j > m or alpha[i, j] == 0.0:
                continue
            for k in range(min(LONGEST, m - j) + 1):
                share = alpha[i, j] * prob[i, b, k] * beta[i + 1, j + k] / total
                if share > 1e-4:
                    key = (np.uint64(clean[i] + 1) << np.uint64(40)) | packed(read, j, k)
                    at = slot(keys, key)
                    keys[at] = key
                    counts[at] += share
        top = beta[i].max()
        if top > 0.0:
            beta[i] /= top
    return True


@njit(cache=True)
def expect(clean, clean_at, read, read_at, same, keys, probs, new_keys, counts, first_round, band):  # type: ignore[no-untyped-def]
    """Add all lines' expected counts to a new table; return how many lines could be aligned."""
    done = 0
    for line in range(len(clean_at) - 1):
        a, b = clean[clean_at[line] : clean_at[line + 1]], read[read_at[line] : read_at[line + 1]]
        prob = cells(a, b, same, keys, probs, first_round, band)
        alpha = forward(prob, len(a), len(b), band)
        done += gather(a, b, prob, alpha, band, new_keys, counts)
    return done


@njit(cache=True)
def normalise(keys, counts, least):  # type: ignore[no-untyped-def]
    """Turn counts into probabilities per printed character; counts below `least` become next to nothing."""
    totals = np.zeros(1 << 8)
    for at in range(len(keys)):
        if keys[at] != 0:
            if counts[at] < least:
                counts[at] = 0.0
            totals[np.int64(keys[at] >> np.uint64(40)) - 1] += counts[at]
    for at in range(len(keys)):
        if keys[at] != 0:
            total = totals[np.int64(keys[at] >> np.uint64(40)) - 1]
            counts[at] = max(counts[at] / total if total > 0 else 0.0, TINY)


@njit(cache=True)
def best(clean, clean_at, read, read_at, same, keys, probs, band):  # type: ignore[no-untyped-def]
    """Return for each clean character how many characters it was read as on the best path (255: line not aligned)."""
    out = np.full(len(clean), 255, np.uint8)
    for line in range(len(clean_at) - 1):
        a, b = clean[clean_at[line] : clean_at[line + 1]], read[read_at[line] : read_at[line + 1]]
        n, m = len(a), len(b)
        prob = cells(a, b, same, keys, probs, False, band)
        score = np.full((n + 1, m + 1), -1e30)
        back = np.zeros((n + 1, m + 1), np.uint8)
        score[0, 0] = 0.0
        for i in range(n):
            middle = i * m // n
            for w in range(2 * band + 1):
                j = middle + w - band
                if j < 0 or j > m or score[i, j] < -1e29:
                    continue
                for k in range(min(LONGEST, m - j) + 1):
                    value = score[i, j] + np.log(prob[i, w, k])
                    if value > score[i + 1, j + k]:
                        score[i + 1, j + k] = value
                        back[i + 1, j + k] = k
        if score[n, m] < -12.0 * n:
            continue
        j = m
        for i in range(n, 0, -1):
            out[clean_at[line] + i - 1] = back[i, j]
            j -= back[i, j]
    return out


def aligned(
    clean: list[NDArray[np.uint8]], read: list[NDArray[np.uint8]], same: NDArray[np.uint8], rounds: int = 7
) -> NDArray[np.uint8]:
    """Return for each character of all clean lines the length of what it was read as (255 where a line does not align).

    `same[c]` is the channel's number of the character that looks like clean character c (0: none).
    """
    small = min(len(clean), 4000)
    keys, probs = np.zeros(1, np.uint64), np.zeros(1)
    for turn in range(rounds):
        use = small if turn < rounds - 2 else len(clean)
        new_keys, counts = np.zeros(TABLE, np.uint64), np.zeros(TABLE)
        expect(*flat(clean[:use]), *flat(read[:use]), same, keys, probs, new_keys, counts, turn == 0, 12)
        normalise(new_keys, counts, 0.0 if turn < 2 else 0.05)
        keys, probs = new_keys, counts
    lengths: NDArray[np.uint8] = best(*flat(clean), *flat(read), same, keys, probs, 12)
    return lengths


def flat(lines: list[NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return all lines end to end, and where each begins."""
    starts = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    return np.concatenate(lines), starts
