"""Print what the decoder is worth: `python -m normalizers.decoder.evaluate --shared DIR --made FILE [--fit]`.

Lines are those kept out of training: the development pairs, and the `dev` pages of the pairs made from pairs.toml.
`--fit` rewrites confidence.toml from every second word.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from normalizers.decoder import partial
from normalizers.decoder.alphabet import alphabet
from normalizers.decoder.api import decode
from normalizers.decoder.confidence import fitted
from normalizers.decoder.reading import BEAM, WEIGHTS, Reader, reader
from normalizers.decoder.train import calibrate, sources
from normalizers.decoder.train.__main__ import rows

HERE = Path(__file__).parent
Page = list[tuple[str, str]]
Sets = dict[tuple[str, str], list[Page]]
FOLDED = str.maketrans({v: k for k, v in sources.TABLES["look_alike"].items()})


def held_out(shared: Path, made: Path | None) -> Sets:
    """Return the pages of (clean, garbled) lines per channel and language."""
    ready = [(sources.normal(r["clean"]), r["garbled"]) for r in rows(shared / "pairs/eng_standard_dev.tsv")]
    found: Sets = {("eng-standard", "kk"): [[pair] for pair in ready]}
    pages: dict[tuple[str, str, str], Page] = {}
    for row in rows(made) if made else []:
        if row["split"] == "dev":
            key = (row["channel"], row["language"], row["page"])
            pages.setdefault(key, []).append((row["clean"], row["garbled"]))
    for (channel, language, _), page in pages.items():
        found.setdefault((channel, language + " (own pages)"), []).append(page)
    return found


def errors(read: str, clean: str) -> tuple[int, int, int]:
    """Return wrong characters, wrong characters without case, and the clean length."""
    got, want = calibrate.comparable(read), calibrate.comparable(clean)
    return Levenshtein.distance(got, want), Levenshtein.distance(got.lower(), want.lower()), len(want)


def rates(pages: list[Page], method: Callable[[list[str]], list[str]]) -> tuple[float, float, float]:
    """Return a method's character error rate, the same without case, and characters per second of processor time."""
    totals, size = np.zeros(3), 0
    begun = time.process_time()
    for page in pages:
        garbled = [g for _, g in page]
        size += sum(map(len, garbled))
        for read, (clean, _) in zip(method(garbled), page, strict=True):
            totals += errors(read, clean)
    spent = max(time.process_time() - begun, 1e-9)
    return totals[0] / totals[2], totals[1] / totals[2], size / spent


def fold(line: str) -> str:
    """Return a line with Latin letters as the Cyrillic ones that look like them."""
    return line.translate(sources.LOOK_ALIKE)


def whole(channel: str, language: str) -> Callable[[list[str]], list[str]]:
    """Return the method that the product uses."""
    return lambda lines: [line.text for line in decode(lines, language, channel).lines]


def single(engine: Reader) -> Callable[[list[str]], list[str]]:
    """Return the method that reads each line alone with a given reader."""
    return lambda lines: [engine.line(" ".join(line.split()), None).text for line in lines]


def without(**changes: float) -> NDArray[np.float32]:
    """Return the weights with some changed."""
    weights = WEIGHTS.copy()
    for name, value in changes.items():
        weights[getattr(partial, name)] = value
    return weights


def methods(language: str, channel: str) -> Iterator[tuple[str, Callable[[list[str]], list[str]]]]:
    """Yield the methods of the table: those of others, then ours with each part switched off."""
    yield "nothing", lambda lines: lines
    yield "look-alike letters folded", lambda lines: [fold(line) for line in lines]
    try:
        import ftfy  # type: ignore[import-not-found]

        yield "ftfy", lambda lines: [ftfy.fix_text(line) for line in lines]
    except ImportError:
        print("(ftfy is not installed: left out)", file=sys.stderr)
    yield "ours", whole(channel, language)
    yield "ours, beam of 8", single(Reader(language, channel, 8))
    yield "ours, no word list", single(Reader(language, channel, BEAM, without(LISTED=0.0, UNLISTED=0.0)))
    yield "ours, channel without context", single(Reader(language, channel, BEAM, without(LEVEL=0.0)))
    yield "ours, channel with case drift only", single(Reader(language, channel, BEAM, without(LEVEL=1.0)))
    yield "ours, channel without the last emission", single(Reader(language, channel, BEAM, without(LEVEL=2.0)))
    yield "ours, language model at half weight", single(Reader(language, channel, BEAM, without(LM=0.3)))
    yield "ours, no lost letters", single(no_lost(language, channel))
    yield "ours, nothing taken for specks", single(Reader(language, channel, BEAM, without(JUNK=-99.0)))
    yield "ours, scripts may mix", single(Reader(language, channel, BEAM, without(SCRIPTS=0.0, FOREIGN=-0.2)))


def no_lost(language: str, channel: str) -> Reader:
    """Return a reader that never adds a letter that left no trace."""
    engine = Reader(language, channel)
    model = engine.model
    first = int(model.starts[1]) if model.strings[0] == 0 else 0
    printed = np.concatenate([np.full(first, alphabet().other, np.uint8), model.printed[first:]])
    engine.model = model._replace(printed=printed)
    return engine


def judged(sets: Sets, channel: str) -> list[calibrate.Judged]:
    """Return the words of a channel's held-out lines, judged."""
    out = []
    for (name, language), pages in sorted(sets.items()):
        if name == channel:
            lines = [pair for page in pages for pair in page]
            out += calibrate.judged(reader(language.split(" ")[0], channel), lines)
    return out


def confidences(sets: Sets, fit: bool) -> None:
    """Print the reliability table of each channel (words of odd places); with `fit` first fit the map on the others."""
    text = "# Weights of a word's evidence per channel, written by `python -m normalizers.decoder.evaluate --fit`.\n"
    for channel in dict.fromkeys(name for name, _ in sorted(sets)):
        words = judged(sets, channel)
        weights = calibrate.fit(words[::2]) if fit else fitted()[channel]
        text += f'\n["{channel}"]\n' + "".join(f"{name} = {value}\n" for name, value in weights.items())
        print(f"\n{channel}: said to be sure | words | mean said | right")
        for band, count, said, right in calibrate.reliability(words[1::2], weights):
            print(f"| {band} | {count} | {said:.3f} | {right:.3f} |")
    if fit:
        (HERE / "confidence.toml").write_text(text, encoding="utf-8")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m normalizers.decoder.evaluate", description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--made", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument(
        "--part",
        choices=["channels", "methods", "confidence"],
        nargs="*",
        default=["channels", "methods", "confidence"],
    )
    parser.add_argument("--every", type=int, default=4, help="use every so many lines for the methods")
    given = parser.parse_args()
    sets = held_out(given.shared, given.made)
    if "channels" in given.part:
        print("| channel | printed | CER before | CER after | without case | characters/s |\n|---|---|---|---|---|---|")
        for (channel, language), pages in sorted(sets.items()):
            before = rates(pages, lambda lines: lines)[0]
            after, caseless, speed = rates(pages, whole(channel, language.split(" ")[0]))
            print(f"| {channel} | {language} | {before:.4f} | {after:.4f} | {caseless:.4f} | {speed:.0f} |", flush=True)
    if "methods" in given.part:
        print("\n| method | CER | without case |\n|---|---|---|")
        for name, method in methods("kk", "eng-standard"):
            rate, caseless, _ = rates(sets["eng-standard", "kk"][:: given.every], method)
            print(f"| {name} | {rate:.4f} | {caseless:.4f} |", flush=True)
    if "confidence" in given.part:
        confidences(sets, given.fit)


if __name__ == "__main__":
    main()
