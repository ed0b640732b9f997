"""Measure how often the quick look at a page finds its language, over many typeset pages, and what the look costs.

    python benchmarks/bench_languages.py [--pages N] [--seed S] [--wrong]

N pages of each kind, language and age are typeset from the shared acts (tests/scan_writer.py), prepared and looked at;
nothing is read in full. Kinds: a full page; a title page; the last lines before a signature; a few lines of capitals; a
table of few words; a page with a third in the other language; names of the other language; English words. Seconds are
process time of one core. `--wrong` lists the pages that were taken for another language.
"""

from __future__ import annotations

import argparse
import csv
import io
import lzma
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

import ingest
from ingest.image_lines import lettered
from ingest.image_prepare import prepare
from ingest.ocr_language import look
from ingest.ocr_page import _take_out_tables
from ingest.train_letters import HELD

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from scan_writer import DEJAVU, SANS, SERIF, Sheet, office_scan, phone_photograph  # noqa: E402

SHARED = ROOT.parent / "shared"
CODES = ("kk", "ru", "uz-Cyrl", "uz-Latn")
BESIDE = {"kk": "ru", "ru": "kk", "uz-Cyrl": "ru", "uz-Latn": "ru"}  # the language that stands beside on mixed pages
AGES = ("clean", "office", "phone")
KINDS = ("full", "title", "end", "capitals", "table", "third", "names", "english")
NAMES = {
    "ru": (
        "Нұрлыбек Әбдіқалықұлы",
        "Қарағанды",
        "ўзбекистонлик",
        "Ғабит Мүсірепов",
        "Юнусободский",
        "Қызылорда",
        "Хўжаев",
    ),
    "kk": ("Александр Сергеевич Пушкин", "Рязанская", "Щербинка", "Ивановский", "общество с ограниченной"),
    "uz-Cyrl": ("Нукус", "Қарақалпақстан", "Әмиўдәрья", "Ёшлар", "Александр Щукин", "Мәжилис", "нызамы"),
    "uz-Latn": ("Qaraqalpaqstan", "Ámiwdárya", "Nókis", "Washington", "World Bank", "Alisher"),
}
ENGLISH = ("Asian Development Bank", "of the", "International Financial Reporting Standards", "e-mail", "Compliance",
           "Swift", "Risk Management and Control", "Grant Agreement", "OECD", "Best Practice")  # fmt: skip
SIGNED = {
    "kk": ("Қазақстан Республикасының Министрі", "Бас директор", "КЕЛІСІЛДІ", "Қолы", "Төраға"),
    "ru": ("Министр", "Председатель", "СОГЛАСОВАНО", "Подпись", "Исполняющий обязанности"),
    "uz-Cyrl": ("Вазир", "Раис", "КЕЛИШИЛДИ", "Имзо", "Ўзбекистон Республикаси Президенти"),
    "uz-Latn": ("Vazir", "Rais", "KELISHILDI", "Imzo", "Oʻzbekiston Respublikasi Prezidenti"),
}
PEOPLE = {"Cyrl": ("А. Омаров", "Б. Сагинтаев", "И. Петрова", "Ш. Мирзиёев"), "Latn": ("A. Umarov", "Sh. Karimov")}


@cache
def paragraphs(code: str) -> tuple[str, ...]:
    """Return the paragraphs of the shared acts in a language that no sequence of letters was learned from."""
    with (SHARED / "acts" / "MANIFEST.tsv").open(encoding="utf-8") as listed:
        names = [row["file"] for row in csv.DictReader(listed, delimiter="\t") if row["language"] == code]
    names = [name for name in names if name.startswith(HELD) or code.endswith("Latn")]
    found: list[str] = []
    for name in names:
        if name.startswith(("seeds/002", "72_")):
            continue  # wrong-language OCR; a page of links only
        for page in ingest.read_pages(ingest.open_document(SHARED / "acts" / name)):
            found += [" ".join(line.text.split()) for line in page.lines if line.text.strip() and not line.cells]
    if code == "kk":
        with lzma.open(SHARED / "language" / "kk_acts.txt.xz", "rt", encoding="utf-8") as acts:
            kept = (line for n, line in zip(range(60_000), acts, strict=False) if n % 20 == 0)
            rows = [line.partition("\t")[2] or line for line in kept]
            found += [" ".join(row.split()) for row in rows if "|" not in row]
    return tuple(p for p in found if len(p) > 50 and not re.search("[\x00-\x1f\ufffc]|__|://", p))


def fill(sheet: Sheet, code: str, rng: random.Random, points: float, capitals: bool = False) -> None:
    """Set paragraphs of a language until so many points of height are used."""
    known = paragraphs(code)
    stop, at = sheet.top + points, rng.randrange(len(known))
    while sheet.top < stop and sheet.room > sheet.leading:
        words = known[at % len(known)].split()[: max(int((stop - sheet.top) / sheet.leading) * 9, 9)]
        sheet.paragraph(" ".join(words).upper() if capitals else " ".join(words))
        at += 1


def sprinkled(sheet: Sheet, code: str, words: tuple[str, ...], rng: random.Random) -> None:
    """Set paragraphs with foreign words in every line or so."""
    for _ in range(rng.randrange(2, 7)):
        text = rng.choice(paragraphs(code)).split()[:60]
        for place in range(rng.randrange(5), len(text), 9):
            text[place] += " " + rng.choice(words)
        sheet.paragraph(" ".join(text))


def typeset(kind: str, code: str, rng: random.Random) -> Sheet:
    """Return a page of a kind in a language."""
    sheet = Sheet(face=rng.choice((SERIF, SERIF, SANS, DEJAVU)), points=rng.choice((10.5, 11, 12, 14)))
    short = min(paragraphs(code), key=lambda p: abs(hash_of(p, rng.random()) - 0.5))
    if kind == "full":
        fill(sheet, code, rng, 800)
    elif kind == "title":
        sheet.gap(rng.randrange(3, 15))
        for words in np.array_split(short.split()[:22], 3):
            sheet.line(" ".join(words).upper() if rng.random() < 0.4 else " ".join(words), "center", bold=True)
    elif kind == "end":
        fill(sheet, code, rng, rng.choice((30, 45, 60)))
        sheet.gap(2)
        people = PEOPLE["Latn" if code.endswith("Latn") else "Cyrl"]
        for title in rng.sample(SIGNED[code], 2):
            sheet.line(f"{title}     {rng.choice(people)}", bold=True)
    elif kind == "capitals":
        fill(sheet, code, rng, 70, capitals=True)
    elif kind == "table":
        cells = [rng.choice(paragraphs(code)).split() for _ in range(12)]
        rows: list[list[str | None]] = [
            [str(n + 1), " ".join(c[:3]), f"{rng.randrange(10**6)}", f"C-{rng.choice('OR')}-{n}"]
            for n, c in enumerate(cells)
        ]
        sheet.table([40, 200, 100, 100], rows)
    elif kind == "third":
        first, second = (code, BESIDE[code]) if rng.random() < 0.5 else (BESIDE[code], code)
        for part in (first, second):
            fill(sheet, part, rng, 440 if part == code else 200)
    elif kind == "names":
        sprinkled(sheet, code, NAMES[code], rng)
    else:
        sprinkled(sheet, code, ENGLISH, rng)
    return sheet


def hash_of(text: str, salt: float) -> float:
    """Return a number (0..1) that depends on a text."""
    return random.Random(f"{text}{salt}").random()


def aged(sheet: Sheet, age: str, seed: int) -> tuple[np.ndarray, float]:
    """Return a page as it comes out of a scanner or telephone, and its resolution."""
    if age == "clean":
        return np.asarray(sheet.image), 300.0
    image = office_scan(sheet.image, seed) if age == "office" else phone_photograph(sheet.image, seed)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=65)
    return np.asarray(Image.open(buffer).convert("L")), 150.0


def pages(count: int, seed: int) -> Iterator[tuple[str, str, str, int, np.ndarray, float]]:
    """Give (kind, language, age, number, picture, resolution) of each page."""
    for kind in KINDS:
        for code in CODES:
            for number in range(count):
                sheet = typeset(kind, code, random.Random(f"{seed}/{kind}/{code}/{number}"))
                for age in AGES:
                    yield kind, code, age, number, *aged(sheet, age, seed + number)


def main() -> None:
    """Print one row for each kind of page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=4)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--wrong", action="store_true")
    asked = options.parse_args()
    right: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    spent = 0.0
    for kind, code, age, number, picture, dpi in pages(asked.pages, asked.seed):
        page = prepare(picture, dpi)
        _take_out_tables(page)
        begun = time.process_time()
        choice = look(page.picture, lettered(page.bands), page.dpi)
        spent += time.process_time() - begun
        right[kind][age] += choice.tongue.code == code
        total[kind] += 1
        if asked.wrong and choice.tongue.code != code:
            print(f"{kind} {code} {age} {number}: {choice.tongue.code} {choice.confidence:.2f}")
    print("| page | pages | clean | office | phone | right |\n|---|---|---|---|---|---|")
    for kind, n in total.items():
        cells = " | ".join(f"{right[kind][age]} of {n // 3}" for age in AGES)
        print(f"| {kind} | {n} | {cells} | {right[kind].total() / n:.3f} |")
    good = sum(r.total() for r in right.values())
    print(f"| all | {total.total()} | | | | {good / total.total():.4f} |\n{spent / total.total():.3f} s a page")


if __name__ == "__main__":
    main()
