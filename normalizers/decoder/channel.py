"""The channel at run time: how likely a printed character was read as a string, given what stands before it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from normalizers.decoder.compiled import compiled, inlined

LONGEST = 5  # one printed character gives at most this many read ones
STEP = 1 / 16  # nats per quantisation step
UNSEEN = 255  # number of a read character that training never met
LEVELS = 4


class Channel(NamedTuple):
    """A loaded channel.

    `keys`/`values` is a hash table of log probabilities and backoff weights; `strings`/`starts`/`printed` give, for
    every read string that training met (sorted, packed), the printed characters it may stand for.
    """

    read: str
    keys: NDArray[np.uint32]
    values: NDArray[np.float32]
    strings: NDArray[np.uint64]
    starts: NDArray[np.int32]
    printed: NDArray[np.uint8]


@inlined
def mixed(level, drift, printed, before, string_before, string):  # type: ignore[no-untyped-def]
    """Return the 32-bit key of an emission in its context; `string` 0xFFFFFFFFFF is the context's own backoff weight.

    Level 0 knows the printed character, 1 also the case drift, 2 the printed one before, 3 what that was read as.
    """
    key = np.uint64(string) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(level * 131 + 7)
    key ^= np.uint64(printed) * np.uint64(0xC2B2AE3D27D4EB4F)
    if level >= 1:
        key = (key ^ (key >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(drift)
    if level >= 2:
        key = (key ^ (key >> np.uint64(29))) * np.uint64(0x94D049BB133111EB) + np.uint64(before)
    if level >= 3:
        key = (key ^ (key >> np.uint64(30))) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(string_before)
    key = (key ^ (key >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    key ^= key >> np.uint64(32)
    return np.uint32(key & np.uint64(0xFFFFFFFF)) | np.uint32(1)


WEIGHT = np.uint64(0xFFFFFFFFFF)


@compiled
def fill(keys, values, table_keys, table_values):  # type: ignore[no-untyped-def]
    """Put sorted keys into an open-addressing table whose size is a power of two."""
    mask = len(table_keys) - 1
    for i in range(len(keys)):
        at = np.int64(keys[i] >> np.uint32(1)) & mask
        while table_keys[at] != 0:
            at = (at + 1) & mask
        table_keys[at] = keys[i]
        table_values[at] = values[i]


@inlined
def look(table_keys, table_values, key):  # type: ignore[no-untyped-def]
    """Return the value of a key, 1.0 (no log probability or weight is positive) where it is absent."""
    mask = len(table_keys) - 1
    at = np.int64(key >> np.uint32(1)) & mask
    while table_keys[at] != 0:
        if table_keys[at] == key:
            return table_values[at]
        at = (at + 1) & mask
    return np.float32(1.0)


@compiled
def emission(table_keys, table_values, level, drift, printed, before, string_before, string, floor):  # type: ignore[no-untyped-def]
    """Return the log probability that `printed` was read as `string`, backing off from `level` to `floor`."""
    total = np.float32(0.0)
    while level >= 0:
        value = look(table_keys, table_values, mixed(level, drift, printed, before, string_before, string))
        if value <= 0.0:
            return total + value
        value = look(table_keys, table_values, mixed(level, drift, printed, before, string_before, WEIGHT))
        if value <= 0.0:
            total += value
        level -= 1
    return total + floor


def drifts(text: str) -> NDArray[np.uint8]:
    """Return for every place in a read line what stands just before it: case run, script, digit or nothing."""
    out = np.zeros(len(text) + 1, np.uint8)
    for i, char in enumerate(text):
        if char.isspace():
            sort = 0
        elif char.isalpha():
            latin = char.isascii()
            upper = char.isupper()
            follows = i > 0 and text[i - 1].isupper()
            sort = 1 + 2 * upper + follows + 4 * latin
        else:
            sort = 9 + char.isdigit()
        out[i + 1] = sort
    return out


def numbers(text: str, read: str, same: dict[str, str]) -> NDArray[np.uint8]:
    """Return the channel's numbers (from 1) of the characters read."""
    places = {char: i + 1 for i, char in enumerate(read)}
    return np.array([places.get(same.get(c, c), UNSEEN) for c in text], dtype=np.uint8)


def load(packed: dict[str, NDArray[np.generic]]) -> Channel:
    """Return a channel from its packed tables."""
    keys = np.cumsum(packed["keys"].astype(np.uint64)).astype(np.uint32)
    size = 1 << int(len(keys) * 2.2).bit_length()
    table_keys, table_values = np.zeros(size, np.uint32), np.zeros(size, np.float32)
    fill(keys, packed["values"].astype(np.float32) * np.float32(-STEP), table_keys, table_values)
    read = bytes(packed["read"].astype(np.uint8)).decode("utf-8")
    starts = np.concatenate([[0], np.cumsum(packed["choices"])]).astype(np.int32)
    strings = np.cumsum(packed["strings"].astype(np.uint64)).astype(np.uint64)
    return Channel(read, table_keys, table_values, strings, starts, packed["printed"].astype(np.uint8))
