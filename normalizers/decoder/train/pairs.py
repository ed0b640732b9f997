"""Make line pairs (clean, garbled): typeset clean text, add a scanner's noise, read it with the wrong OCR model.

The plan is `pairs.toml`. The same plan, fonts and OCR models give the same pairs. Only this module needs tesserocr.
"""

from __future__ import annotations

import csv
import io
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from tesserocr import PSM, RIL, PyTessBaseAPI

from normalizers.decoder.train import sources

LINES = 40
COLUMNS = ["channel", "language", "split", "page", "font", "dpi", "noise", "clean", "garbled"]


@dataclass(frozen=True, slots=True)
class Job:
    """One page to make: the channel that reads it, the language printed, its number, and `train` or `dev`."""

    channel: str
    language: str
    page: int
    split: str


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is printed and scanned: sizes in points, noise 0 (clean) to 3."""

    font: str
    size: float
    dpi: int
    justify: bool
    noise: int


def plan(path: Path) -> tuple[dict[str, object], list[Job]]:
    """Return the plan's settings and its pages, the channels interleaved so that a stopped run is balanced."""
    settings = tomllib.loads(path.read_text(encoding="utf-8"))
    jobs = [
        Job(row["channel"], row["language"], page, split)
        for row in settings["batch"]
        for split in ("train", "dev")
        for page in range(row[split])
    ]
    share = {
        (row["channel"], row["language"], s): max(row[s], 1) for row in settings["batch"] for s in ("train", "dev")
    }
    return settings, sorted(
        jobs, key=lambda j: ((j.page + 0.5) / share[j.channel, j.language, j.split], j.channel, j.language)
    )


def look(rng: random.Random, settings: dict[str, object]) -> Look:
    """Draw a page's font, size, resolution and noise."""
    fonts = settings["fonts"]
    assert isinstance(fonts, dict)
    font = rng.choices(list(fonts), [f["weight"] for f in fonts.values()])[0]
    dpi = rng.choices([300, 200, 400], [6, 2, 1])[0]
    return Look(
        font, rng.choice([11, 12, 12, 12, 13, 14]), dpi, rng.random() < 0.5, rng.choices([0, 1, 2, 3], [5, 3, 2, 1])[0]
    )


def wrapped(
    paragraphs: list[str], font: ImageFont.FreeTypeFont, width: int, rng: random.Random
) -> Iterator[tuple[str, bool]]:
    """Yield printed lines no wider than `width` pixels and whether each ends its paragraph."""
    for paragraph in paragraphs:
        heading = rng.random() < 0.03 and len(paragraph) < 90
        line = ""
        for word in (paragraph.upper() if heading else paragraph).split():
            longer = f"{line} {word}" if line else word
            if line and font.getlength(longer) > width:
                yield line, False
                line = word
            else:
                line = longer
        if line and font.getlength(line) <= width * 1.02:
            yield line, True


def typeset(
    lines: list[tuple[str, bool]], font: ImageFont.FreeTypeFont, shape: tuple[int, int, int], style: Look
) -> tuple[Image.Image, list[float]]:
    """Return a page image (width, margin and leading in `shape`) and the height of each line's middle."""
    width, margin, leading = shape
    image = Image.new("L", (width + 2 * margin, margin * 2 + leading * len(lines)), 255)
    draw = ImageDraw.Draw(image)
    middles = []
    for at, (line, last) in enumerate(lines):
        y = margin + at * leading
        middles.append(y + leading * 0.42)
        words = line.split()
        gap = font.getlength(" ")
        if style.justify and not last and len(words) > 1:
            gap = (width - sum(map(font.getlength, words))) / (len(words) - 1)
        x = float(margin)
        for word in words:
            draw.text((x, y), word, font=font, fill=0)
            x += font.getlength(word) + gap
    return image, middles


def scanned(image: Image.Image, style: Look, rng: random.Random) -> Image.Image:
    """Return the image after a scanner of the given noise: skew, blur, grain, JPEG."""
    if style.noise == 0:
        return image
    if style.noise >= 2:
        image = image.rotate(rng.uniform(-0.3, 0.3), Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.5 + 0.25 * style.noise)))
    grain = np.random.default_rng(rng.randrange(2**31)).normal(0, 6 * style.noise, (image.height, image.width))
    pixels: NDArray[np.uint8] = np.clip(np.asarray(image, dtype=np.float32) + grain, 0, 255).astype(np.uint8)
    image = Image.fromarray(pixels)
    if style.noise == 3:
        return image.point(lambda value: 255 if value > 150 else 0)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=rng.choice([60, 75, 90]))
    return Image.open(stream).convert("L")


def read(api: PyTessBaseAPI, image: Image.Image, dpi: int, middles: list[float], leading: int) -> list[str | None]:
    """Return the line that OCR read at each printed line's height, None where it read none or several."""
    api.SetImage(image)
    api.SetVariable("user_defined_dpi", str(dpi))
    api.Recognize()
    found: list[list[str]] = [[] for _ in middles]
    cursor = api.GetIterator()
    if cursor is None:
        return [None] * len(middles)
    while True:
        text, box = cursor.GetUTF8Text(RIL.TEXTLINE), cursor.BoundingBox(RIL.TEXTLINE)
        if text and box:
            middle = (box[1] + box[3]) / 2
            near = min(range(len(middles)), key=lambda i: abs(middles[i] - middle))
            if box[3] - box[1] < 1.9 * leading:
                found[near].append(" ".join(text.split()))
        if not cursor.Next(RIL.TEXTLINE):
            break
    return [line[0] if len(line) == 1 and line[0] else None for line in found]


def paragraphs(job: Job, shared: Path, rng: random.Random, cache: dict[tuple[str, str], list[str]]) -> list[str]:
    """Return consecutive paragraphs of the job's language from a place drawn at random."""
    key = (job.language, job.split)
    if key not in cache:
        files = sources.inputs(job.language, shared) if job.split == "train" else sources.held_out(job.language, shared)
        cache[key] = [line for path in files for act in sources.acts(path, job.language) for line in act]
    lines = cache[key]
    picked: list[str] = []
    while sum(map(len, picked)) < LINES * 75:
        start = rng.randrange(len(lines))
        picked += lines[start : start + 6]
    return picked


def make(
    job: Job, settings: dict[str, object], shared: Path, api: PyTessBaseAPI, cache: dict[tuple[str, str], list[str]]
) -> Iterator[list[str]]:
    """Yield the rows (as `COLUMNS`) of one page."""
    rng = random.Random(f"{job.channel}/{job.language}/{job.split}/{job.page}")
    style = look(rng, settings)
    scale = style.dpi / 72
    fonts = settings["fonts"]
    assert isinstance(fonts, dict)
    font = ImageFont.truetype(fonts[style.font]["file"], round(style.size * scale))
    width, leading = round(480 * scale), round(style.size * 1.25 * scale)
    lines = list(wrapped(paragraphs(job, shared, rng, cache), font, width, rng))[:LINES]
    image, middles = typeset(lines, font, (width, round(50 * scale), leading), style)
    got = read(api, scanned(image, style, rng), style.dpi, middles, leading)
    for (clean, _), garbled in zip(lines, got, strict=True):
        if garbled and 0.4 < len(garbled) / len(clean) < 2.5:
            yield [
                job.channel,
                job.language,
                job.split,
                str(job.page),
                style.font,
                str(style.dpi),
                str(style.noise),
                clean,
                garbled,
            ]


def main(shared: Path, standard: Path, out: Path, plan_file: Path) -> None:
    """Write all pairs of the plan to `out`; `standard` is the folder of the standard English model."""
    settings, jobs = plan(plan_file)
    models = settings["models"]
    assert isinstance(models, dict)
    engines: dict[str, PyTessBaseAPI] = {}
    cache: dict[tuple[str, str], list[str]] = {}
    with out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
        writer.writerow(COLUMNS)
        for job in jobs:
            if job.channel not in engines:
                model = models[job.channel]
                folder = str(standard) + "/" if model.get("standard") else model["folder"]
                engines[job.channel] = PyTessBaseAPI(path=folder, lang=model["name"], psm=PSM.AUTO)
            writer.writerows(make(job, settings, shared, engines[job.channel], cache))
            stream.flush()
