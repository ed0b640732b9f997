"""Rebuild `sequences_*.bin.xz`: `python -m normalizers.train_sequences SHARED`.

SHARED is the folder with `acts` and `language`. Only the languages of portals whose PDFs lose the words of links are
learned. The inputs and their checksums go to `sequences_inputs.tsv`.
"""

from __future__ import annotations

import hashlib
import lzma
import math
import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from normalizers.language import choose_language, languages
from normalizers.sequences import STEP, TOKEN, classify
from normalizers.train_lexicon import text_of

_HERE = Path(__file__).parent
_CODES = ("kk", "ru")
_WORDS = 3000  # words that are classes of their own
_PAIRS = 90_000


def main(shared: Path) -> None:
    """Count pairs of word classes and write a table for each language."""
    inputs = [p for p in sorted((shared / "acts").rglob("*")) if p.suffix in {".txt", ".md", ".html", ".pdf"}]
    inputs = [p for p in inputs if p.parent.name != "seeds"]  # damaged texts teach no order
    archive = shared / "language" / "kk_acts.txt.xz"
    texts: dict[str, list[str]] = {code: [] for code in languages()}
    for path in inputs:
        text = text_of(path)
        texts[choose_language(text, tuple(languages()))].append(text)
    texts["kk"].append(lzma.decompress(archive.read_bytes()).decode())
    for code in _CODES:
        _write(code, texts[code])
    rows = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}\t{p.name}" for p in [*inputs, archive]]
    (_HERE / "sequences_inputs.tsv").write_text("\n".join(rows) + "\n", "utf-8")


def _write(code: str, texts: Iterable[str]) -> None:
    tokens = [token for text in texts for token in TOKEN.findall(text)]
    words = Counter(map(classify, tokens))
    known = frozenset(w for w, _ in sorted(words.items(), key=lambda i: (-i[1], i[0]))[:_WORDS])
    classes = {token: classify(token, known) for token in set(tokens)}
    line = [classes[token] for token in tokens]
    single, pairs = Counter(line), Counter(pairwise(line))
    kept = sorted(pairs.items(), key=lambda i: (-i[1], i[0]))[:_PAIRS]
    names = sorted(name for name, count in single.items() if count > 1)
    number, size, total = {name: n for n, name in enumerate(names)}, len(names), single.total()
    rows = [(number[name], -math.log(single[name] / total)) for name in names]
    for (left, right), count in kept:
        if count > 1 and left in number and right in number:
            likely = 0.8 * count / single[left] + 0.2 * single[right] / total
            rows.append(((number[left] + 1) * size + number[right], -math.log(likely)))
    rows.sort()
    keys = array("I", [key for key, _ in rows])
    values = array("B", [min(round(cost * STEP), 255) for _, cost in rows])
    body = "\n".join(names).encode() + b"\0" + keys.tobytes() + values.tobytes()
    (_HERE / f"sequences_{code}.bin.xz").write_bytes(lzma.compress(body, preset=9 | lzma.PRESET_EXTREME))
    sys.stdout.write(f"{code}: {size} classes, {len(rows) - size} pairs of {len(tokens)} tokens\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
