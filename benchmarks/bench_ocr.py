"""Measure OCR: errors, language, letters and time of typeset scans, beside the bare engine that is told the language.

    python benchmarks/bench_ocr.py [--pages N] [--processes]

The pages are typeset from the shared acts and aged three ways (tests/scan_writer.py). Times are seconds of one core
(process time). The bare engine is Tesseract through tesserocr with the best single choice of models for the language,
on the picture as it is. `--processes` compares one process with two, and one document's pages read one at a time with
two at a time. bench_ocrmypdf.py has the comparison with ocrmypdf.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein

import ingest
from ingest import ocr_engine
from models import Document, Limits

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from scan_writer import DEJAVU, SANS, SERIF, Sheet, office_scan, phone_photograph  # noqa: E402

ACTS = ROOT.parent / "shared" / "acts"
TEXTS = {
    "kk": ("02_", "30_", "22_"),
    "ru": ("38_", "42_", "39_"),
    "uz-Cyrl": ("56_", "57_"),
    "uz-Latn": ("66_", "67_", "64_"),
}
BARE = {"kk": ("kaz", "rus"), "ru": ("rus",), "uz-Cyrl": ("uzb_cyrl",), "uz-Latn": ("uzb",)}
LETTERS = set("әғқңөұүһіўҳ")
SIGNS = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "−": "-"})
AGES = ("clean", "office", "phone")
TRIALS = 3  # other work on the machine only makes slower


def normal(text: str) -> str:
    """Return the form in which texts are compared (contract, section 5)."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).translate(SIGNS)).strip()


def errors(truth: str, text: str) -> float:
    """Return the character error rate."""
    return Levenshtein.distance(normal(truth), normal(text)) / len(normal(truth))


def recall(truth: str, text: str) -> tuple[int, int]:
    """Return how many of the letters that only Kazakh and Uzbek have came out, and how many there were."""
    a, b = normal(truth).lower(), normal(text).lower()
    right = sum(
        sum(c in LETTERS for c in a[i : i + n]) for i, _, n in SequenceMatcher(None, a, b, False).get_matching_blocks()
    )
    return right, sum(c in LETTERS for c in a)


def typeset(code: str, number: int) -> Sheet | None:
    """Return one page of an act, each number in another act, place, face and size."""
    found = sorted(ACTS.glob(TEXTS[code][number % len(TEXTS[code])] + "*"))
    if not found:
        return None
    lines = [line.text for page in ingest.read_pages(ingest.open_document(found[0])) for line in page.lines]
    paragraphs = [" ".join(p.split()) for p in lines if p.strip() and not re.search("[\x00-\x1f\ufffc]|__", p)]
    sheet = Sheet(face=(SERIF, DEJAVU, SANS)[number % 3], points=(12, 10.5, 11)[number % 3])
    for paragraph in paragraphs[len(paragraphs) * number // 7 :]:
        if sheet.room < sheet.leading:
            break
        if len(paragraph) < 60 and paragraph[-1] not in ".;:,":
            sheet.line(paragraph, "center", bold=True)
        else:
            sheet.paragraph(paragraph)
    return sheet


def scans(pages: int) -> Iterator[tuple[str, str, str, bytes]]:
    """Give (language, age, text, file) of each scan."""
    for code in TEXTS:
        for number in range(pages):
            sheet = typeset(code, number)
            if sheet is None:
                continue
            aged = (sheet.image, office_scan(sheet.image, number), phone_photograph(sheet.image, number))
            for age, image in zip(AGES, aged, strict=True):
                buffer = io.BytesIO()
                kind = "PNG" if age == "clean" else "JPEG"
                image.save(buffer, kind, dpi=(300, 300) if age == "clean" else (150, 150), quality=65)
                yield code, age, "\n".join(sheet.truth), buffer.getvalue()


def ours(data: bytes) -> tuple[str, str | None]:
    """Return text and language of a scan as this program reads it."""
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    pages = ingest.read_pages(Document("bench", data, kind), Limits(seconds_per_page=600.0))
    return "\n".join(line.text for page in pages for line in page.lines), pages[0].language


def bare(data: bytes, code: str) -> str:
    """Return the text of a scan as the engine alone reads it."""
    picture = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    engine = ocr_engine.tesserocr
    reader = _BARE.get(code)
    if reader is None:
        reader = _BARE[code] = engine.PyTessBaseAPI(path=f"{ocr_engine.model_folder()}/", lang="+".join(BARE[code]))
    reader.SetImage(Image.fromarray(picture))
    return str(reader.GetUTF8Text())


_BARE: dict[str, object] = {}


def processes(files: list[bytes]) -> float:
    """Return how many times as fast two processes are as one, each with its own documents (best of TRIALS)."""
    seconds = []
    for count in (1, 2):
        with ProcessPoolExecutor(count) as pool:
            list(pool.map(ours, files[:count]))  # engines are loaded
            seconds.append(min(wall(lambda: list(pool.map(ours, files))) for _ in range(TRIALS)))
    return seconds[0] / seconds[1]


def side_by_side(files: list[bytes]) -> float:
    """Return how many times as fast one document is read with two pages at a time as with one (best of TRIALS)."""
    first, *rest = (Image.open(io.BytesIO(data)) for data in files)
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=rest, dpi=(300, 300))
    document = Document("bench", buffer.getvalue(), "image/tiff")
    seconds = []
    for count in (1, 2):
        limits = Limits(threads=count, seconds_per_page=600.0)
        ingest.read_pages(document, limits)  # engines are loaded
        seconds.append(min(wall(partial(ingest.read_pages, document, limits)) for _ in range(TRIALS)))
    return seconds[0] / seconds[1]


def wall(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes by the clock."""
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


def main() -> None:
    """Print one row for each language and age."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=3)
    options.add_argument("--processes", action="store_true")
    asked = options.parse_args()
    rows: dict[tuple[str, str], list[tuple[float, ...]]] = defaultdict(list)
    files = []
    for code, age, truth, data in scans(asked.pages):
        for warm in range(2):  # the first call loads models
            begun = time.process_time()
            text, language = ours(data)
            middle = time.process_time()
            plain = bare(data, code)
            if warm or rows[code, age]:
                break
        stop = time.process_time()
        right, of = recall(truth, text)
        named = float(language == code.partition("-")[0])
        rows[code, age].append(
            (errors(truth, text), errors(truth, plain), right, of, named, middle - begun, stop - middle)
        )
        if age == "clean" and asked.processes:
            files.append(data)
    print("| scan | pages | CER | CER bare, told | letters | language | s/page | s/page bare | times bare |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (code, age), found in sorted(rows.items(), key=lambda r: (AGES.index(r[0][1]), r[0][0])):
        cer, plain_cer, right, of, named, mine, its = (sum(column) for column in zip(*found, strict=True))
        n = len(found)
        letters = f"{right / of:.3f}" if of else ""
        print(f"| {code} {age} | {n} | {cer / n:.4f} | {plain_cer / n:.4f} | {letters} | {named / n:.2f} "
              f"| {mine / n:.2f} | {its / n:.2f} | {mine / its:.2f} |")  # fmt: skip
    if asked.processes:
        print(f"two processes, many documents: {processes(files):.2f} times one")
        print(f"two pages at a time of one document: {side_by_side(files):.2f} times one")


if __name__ == "__main__":
    main()
