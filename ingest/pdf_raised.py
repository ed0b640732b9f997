"""Take printed lines, write the raised figure of an inserted provision as its number is written: 26² is 26-2.

The same rule as in web pages (`ingest.stray`): only where the surroundings say that a provision is numbered
("26²-modda", "8¹." at the beginning), since 10³ must not become 10-3.
"""

from __future__ import annotations

import re

from ingest.pdf_lines import RAISED, Strip

FIGURE = f"[{RAISED}]{{1,2}}"
REST = rf"(?:\s?(?:,|[-–]|\s\w{{1,4}}\s)\s?\d+(?:{FIGURE})?)*-[^\W\d_]"
INSERTED = re.compile(
    rf"(?<=[0-9])({FIGURE})(?={REST})|(?:(?<=^[0-9])|(?<=^[0-9]{{2}})|(?<=^[0-9]{{3}}))({FIGURE})(?=\s?[.)])"
)
PLAIN = str.maketrans(RAISED, "0123456789")


def number_raised(strip: Strip) -> Strip:
    """Put a hyphen before the raised figures that belong to a provision's number."""
    if not any(c in RAISED for c in strip.text):
        return strip
    for match in reversed(list(INSERTED.finditer(strip.text))):
        at, stop = match.span()
        strip.text = f"{strip.text[:at]}-{strip.text[at:stop].translate(PLAIN)}{strip.text[stop:]}"
        strip.words = [(a + (a > at), b + (b > at), *box) for a, b, *box in strip.words]  # type: ignore[misc]
        if strip.starts:
            strip.starts = [*strip.starts[:at], 0.0, *strip.starts[at:]]
            strip.stops = [*strip.stops[:at], 0.0, *strip.stops[at:]]
    return strip
