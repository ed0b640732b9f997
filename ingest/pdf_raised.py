"""Take printed lines, write the raised figure of an inserted provision as its number is written: 26² is 26-2.

The same rule as in web pages (`ingest.stray`): only where the surroundings say that a provision is numbered
("26²-modda", "8¹." at the beginning), since 10³ must not become 10-3.
"""

from __future__ import annotations

from ingest.pdf_lines import RAISED, Strip
from ingest.stray import inserted

INSERTED = inserted(f"[{RAISED}]{{1,2}}")
PLAIN = str.maketrans(RAISED, "0123456789")


def number_raised(strip: Strip) -> Strip:
    """Put a hyphen before the raised figures that belong to a provision's number."""
    if not any(c in RAISED for c in strip.text):
        return strip
    for match in reversed(list(INSERTED.finditer(strip.text))):
        at, stop = match.span("within" if match["within"] else "first")
        strip.text = f"{strip.text[:at]}-{strip.text[at:stop].translate(PLAIN)}{strip.text[stop:]}"
        strip.words = [(a + (a > at), b + (b > at), *box) for a, b, *box in strip.words]  # type: ignore[misc]
        if strip.starts:
            strip.starts = [*strip.starts[:at], 0.0, *strip.starts[at:]]
            strip.stops = [*strip.stops[:at], 0.0, *strip.stops[at:]]
    return strip
