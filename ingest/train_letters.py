"""Rebuild `ocr_letters.txt.xz`: `python -m ingest.train_letters SHARED`.

SHARED is the folder with `acts` and `language`. Acts that benchmarks/bench_languages.py typesets are left out (HELD):
what it measures was never learned. Uzbek in Latin letters is turned into Cyrillic ones, for there is little of it.
"""

from __future__ import annotations

import csv
import lzma
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from ingest.ocr_letters import STEP, ZERO, sequences
from ingest.ocr_tables import tables
from ingest.open import open_document
from ingest.read import read_pages

_HERE = Path(__file__).parent
_KEPT = 3000  # sequences of each language
_ROWS = 60_000  # lines of the archive of acts; one in twenty is held back
HELD = ("02_", "22_", "30_", "35_", "38_", "42_", "57_", "70_", "74_", "seeds/", "72_")


def main(shared: Path) -> None:
    """Count the sequences of each language and write their probabilities."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for code, text in _texts(shared):
        for folding in tables()["letters"]:
            counts[code, folding].update(sequences(text, folding))
    rows = []
    for (code, folding), found in sorted(counts.items()):
        kept = sorted(found.most_common(_KEPT))
        costs = ((part, round(-STEP * math.log(n / found.total()))) for part, n in kept)
        rows.append(f"{code}\t{folding}\t" + "".join(part + chr(ZERO + cost) for part, cost in costs))
        sys.stdout.write(f"{code} {folding}: {len(kept)} of {len(found)} sequences, {found.total()} seen\n")
    (_HERE / "ocr_letters.txt.xz").write_bytes(lzma.compress("\n".join(rows).encode(), preset=9 | lzma.PRESET_EXTREME))


def _texts(shared: Path) -> Iterator[tuple[str, str]]:
    with (shared / "acts" / "MANIFEST.tsv").open(encoding="utf-8") as rows:
        listed = [(row["language"], row["file"]) for row in csv.DictReader(rows, delimiter="\t")]
    for code, name in listed:
        if not name.startswith(HELD):
            text = _read(shared / "acts" / name)
            yield (code, text) if code in _cyrillic() else (_cyrillic()[-1], _turned(text))
    for path in sorted((shared / "acts").rglob("rus.md")):
        yield _cyrillic()[1], _read(path)
    with lzma.open(shared / "language" / "kk_acts.txt.xz", "rt", encoding="utf-8") as acts:
        rows_kept = (line.rpartition("\t")[2] for n, line in zip(range(_ROWS), acts, strict=False) if n % 20)
        yield _cyrillic()[0], "\n".join(rows_kept)


def _cyrillic() -> list[str]:
    """Return the codes of the languages in Cyrillic letters, in the order of ocr.toml."""
    script = tables()["language"][0]["script"]
    return [row["code"] for row in tables()["language"] if row["script"] == script]


def _read(path: Path) -> str:
    return "\n".join(line.text for page in read_pages(open_document(path)) for line in page.lines)


def _turned(text: str) -> str:
    """Return Uzbek in Latin letters in Cyrillic ones."""
    pairs: dict[str, str] = tables()["turned"]
    plain = re.sub(r"(?<=[og])[\u2018\u2019\u02bb'`]", "\u02bb", text.lower())
    return re.sub("|".join(sorted(pairs, key=len, reverse=True)), lambda found: pairs[found[0]], plain)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
