"""Make the case of look-alike capitals and of defined terms consistent over a document."""

from __future__ import annotations

from normalizers.decoder.reading import Reader, Reading

Parts = list[tuple[int, str, Reading | None]]


def settle_case(engine: Reader, lines: list[Parts]) -> list[Parts]:
    """Return the lines with the case of their words settled over the whole document."""
    return lines
