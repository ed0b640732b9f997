"""Tesseract, kept warm: a picture in, words with boxes and confidences out.

tesserocr leads: one loaded engine for each model serves all pages of a process. pytesseract, which starts the
`tesseract` program for each picture, is the fallback where the binding cannot be had.
"""

from __future__ import annotations

import os

# Tesseract's own threads make a page five times slower (measured); it reads this when it is loaded.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import math
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

try:
    import tesserocr
except ImportError:  # no wheel for this platform
    tesserocr = None

try:
    import pytesseract
except ImportError:
    pytesseract = None

Picture = npt.NDArray[np.uint8]
Models = tuple[str, ...]

PAGE, BLOCK, LINE = 3, 6, 7  # page segmentation modes
WORD_LEVEL, LINE_LEVEL = 3, 2
FOLDERS = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
ASCENT, DESCENT = 0.98, 0.36  # of the font size, above and below the base line: what a line takes up
HEIGHT_OF_SIZE = 0.86  # from the top of the capitals to the foot of the descenders, of the font size
VARIABLES = {"invert_threshold": "0"}  # acts are not printed white on black: looking for that costs time


@dataclass(frozen=True, slots=True)
class Token:
    """One recognised word: its box in pixels, how sure it is (0..1), and the line (counted on the page) it is in.

    `base` is the height of the base line under the word, `size` the font size, both in pixels.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    line: int = 0
    base: float = 0.0
    size: float = 0.0


class TimeoutExceededError(Exception):
    """The engine did not finish a picture in its time."""


class NoEngineError(Exception):
    """Neither the binding nor the program is there."""


def available() -> bool:
    """Tell whether there is a Tesseract and at least one of its models."""
    return (tesserocr is not None or _program()) and bool(known_models())


def missing_models(models: Models) -> Models:
    """Return those of the models that are not installed."""
    return tuple(model for model in models if model not in known_models())


@lru_cache(maxsize=1)
def model_folder() -> Path | None:
    """Return the folder of the models: TESSDATA_PREFIX, else the first place with any model."""
    prefix = os.environ.get("TESSDATA_PREFIX")
    places = [Path(prefix), Path(prefix) / "tessdata"] if prefix else []
    for pattern in FOLDERS:
        root, _, rest = pattern.partition("*")
        places += sorted(Path(root).glob("*" + rest), reverse=True) if rest else [Path(root)]
    return next((place for place in places if place.is_dir() and any(place.glob("*.traineddata"))), None)


@lru_cache(maxsize=1)
def known_models() -> frozenset[str]:
    """Return the names of the installed models."""
    folder = model_folder()
    return frozenset(path.stem for path in folder.glob("*.traineddata")) if folder else frozenset()


def recognise(picture: Picture, models: Models, dpi: float, mode: int = PAGE, seconds: float = 60.0) -> list[Token]:
    """Return the words of a grey picture in Tesseract's order.

    Raises:
        TimeoutExceededError: it takes longer than `seconds`.
        NoEngineError: there is no Tesseract.
    """
    if tesserocr is not None:
        return _with_binding(picture, models, dpi, mode, seconds)
    if _program():
        return _with_program(picture, models, dpi, mode, seconds)
    raise NoEngineError


def _program() -> bool:
    return pytesseract is not None and shutil.which("tesseract") is not None


@lru_cache(maxsize=16)
def _engine(models: Models, thread: int) -> Any:
    """Return a loaded engine that no other `thread` (its identifier) uses: one engine reads one picture at a time."""
    folder = model_folder()
    tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)  # else it tells stderr of specks it cannot cut out
    engine = tesserocr.PyTessBaseAPI(path=f"{folder}/", lang="+".join(models))
    for name, value in VARIABLES.items():
        engine.SetVariable(name, value)
    return engine


def _with_binding(picture: Picture, models: Models, dpi: float, mode: int, seconds: float) -> list[Token]:
    engine = _engine(models, threading.get_ident())
    engine.SetPageSegMode(mode)
    height, width = picture.shape
    data = np.ascontiguousarray(picture).tobytes()
    engine.SetImageBytes(data, width, height, 1, width)
    engine.SetSourceResolution(round(dpi))
    try:
        if not engine.Recognize(timeout=max(round(seconds * 1000), 1)):
            raise TimeoutExceededError
        found = engine.GetIterator()
        return list(_tokens(found)) if found is not None else []
    finally:
        engine.Clear()


def _tokens(found: Any) -> Iterator[Token]:
    """Walk the words of a recognised page."""
    line = -1
    base = (0.0, 0.0, 0.0)
    size = 0.0
    for word in tesserocr.iterate_level(found, WORD_LEVEL):
        box = word.BoundingBox(WORD_LEVEL)
        if box is None or word.Empty(WORD_LEVEL):  # nothing was found; measuring it would crash the library
            continue
        if word.IsAtBeginningOf(LINE_LEVEL) or line < 0:
            line += 1
            base = _baseline(word)
            size = word.RowAttributes()["row_height"] / HEIGHT_OF_SIZE
        text = word.GetUTF8Text(WORD_LEVEL)
        if not text.strip():
            continue
        x0, y0, x1, y1 = box
        foot = base[1] + base[2] * ((x0 + x1) / 2 - base[0])
        yield Token(text, x0, y0, x1, y1, word.Confidence(WORD_LEVEL) / 100, line, foot, size)


def _baseline(word: Any) -> tuple[float, float, float]:
    """Return a point of the base line and its slope."""
    points = word.Baseline(LINE_LEVEL)
    if not points:
        box = word.BoundingBox(LINE_LEVEL) or (0, 0, 0, 0)
        return float(box[0]), float(box[3]), 0.0
    (xa, ya), (xb, yb) = points
    return float(xa), float(ya), (yb - ya) / (xb - xa) if xb > xa else 0.0


def _with_program(picture: Picture, models: Models, dpi: float, mode: int, seconds: float) -> list[Token]:
    options = f"--psm {mode} --dpi {round(dpi)}"
    folder = model_folder()
    options += f' --tessdata-dir "{folder}"' if folder else ""
    try:
        rows = pytesseract.image_to_data(
            Image.fromarray(picture),
            "+".join(models),
            options,
            timeout=max(math.ceil(seconds), 1),
            output_type=pytesseract.Output.DICT,
        )
    except RuntimeError as error:
        raise TimeoutExceededError from error
    lines: dict[tuple[int, int, int], int] = {}
    tokens = []
    for k, text in enumerate(rows["text"]):
        if rows["level"][k] != 5 or not text.strip():
            continue
        place = (rows["block_num"][k], rows["par_num"][k], rows["line_num"][k])
        line = lines.setdefault(place, len(lines))
        x0, y0, wide, high = (float(rows[name][k]) for name in ("left", "top", "width", "height"))
        tokens.append(Token(text, x0, y0, x0 + wide, y0 + high, float(rows["conf"][k]) / 100, line))
    return _measured(tokens)


def _measured(tokens: list[Token]) -> list[Token]:
    """Give words without known base lines those that their boxes show."""
    by_line: dict[int, list[Token]] = {}
    for token in tokens:
        by_line.setdefault(token.line, []).append(token)
    measured = []
    for words in by_line.values():
        base = float(np.median([w.y1 for w in words]))
        size = (max(w.y1 for w in words) - min(w.y0 for w in words)) / HEIGHT_OF_SIZE
        for w in words:
            measured.append(Token(w.text, w.x0, w.y0, w.x1, w.y1, w.confidence, w.line, base, size))
    return measured
