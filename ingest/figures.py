"""Numbers as lists print them: letters and Roman figures."""

from __future__ import annotations

# fmt: off
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)
# fmt: on


def letters(count: int, alphabet: str) -> str:
    """Return the letter of a number; after the last one Word doubles them (aa, bb)."""
    if not 0 < count < 20 * len(alphabet):
        return str(count)
    return alphabet[(count - 1) % len(alphabet)] * ((count - 1) // len(alphabet) + 1)


def roman(count: int) -> str:
    """Return a number in small Roman figures."""
    if not 0 < count < 4000:
        return str(count)
    text = ""
    for worth, sign in ROMAN:
        times, count = divmod(count, worth)
        text += sign * times
    return text
