"""Open picture files within limits: grey pages with their resolution, one after the other."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from ingest.ocr_engine import Picture
from models import Document, LimitError, Limits, SourceError

POINTS = 72.0  # an inch
A4_INCHES = 11.69
LIKELY_DPI = (100.0, 1210.0)  # what a file says outside of this is a default of some program
PAGE_INCHES = (3.0, 17.0)  # the longer side of what acts are printed on
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
PAGED = {"TIFF"}  # further pictures of other formats are previews and movements, no pages
DAMAGE = (  # what Pillow raises for broken files
    OSError, ValueError, TypeError, LookupError, ArithmeticError, SyntaxError, struct.error, MemoryError,
    Image.DecompressionBombError,
)  # fmt: skip
LEAST_SIDE = 16  # pixels
AGAIN = "Scan or fetch it again"
FEWER = "Save it with fewer dots per inch (300 are enough)"


@dataclass(frozen=True, slots=True)
class Shot:
    """One page image: its number from 1, its grey pixels, and its resolution."""

    number: int
    picture: Picture
    dpi: float


def shots(document: Document, limits: Limits) -> Iterator[Shot | SourceError]:
    """Give the pages of a picture file; a page that cannot be decoded is given as its error, and ends the file.

    Raises:
        SourceError: it is no picture.
        LimitError: it has too many pixels to be opened.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about sizes and odd tags: our own limits say what is too large
        with _opened(document, limits) as image:
            yield from _frames(document, image, limits)


def count(document: Document, limits: Limits) -> int:
    """Return how many pages a picture file says it has, without decoding any (1 where it does not say).

    Raises as `shots` does, and LimitError where there are more than the limits allow.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _opened(document, limits) as image:
            if image.format not in PAGED:
                return 1
            try:
                for number in range(limits.pages + 1):
                    image.seek(number)
            except (EOFError, *DAMAGE):
                return max(number, 1)
    reason = f"the picture has more than {limits.pages} pages"
    raise LimitError(document.source, reason, "Split it, or raise the limit of pages")


def _opened(document: Document, limits: Limits) -> Image.Image:
    try:
        return Image.open(io.BytesIO(document.data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        most = min(limits.pixels, 2 * (Image.MAX_IMAGE_PIXELS or limits.pixels))  # where Pillow itself refuses
        reason = f"it has more than {most / 1e6:.0f} million pixels"
        raise LimitError(document.source, reason, FEWER) from error
    except UnidentifiedImageError as error:
        raise SourceError(document.source, "the picture is damaged or cut off", AGAIN) from error
    except DAMAGE as error:
        raise SourceError(document.source, f"the picture cannot be opened ({_short(error)})", AGAIN) from error


def _frames(document: Document, image: Image.Image, limits: Limits) -> Iterator[Shot | SourceError]:
    frames = iter(ImageSequence.Iterator(image))
    number = 0
    while True:
        number += 1
        try:
            frame = None if number > 1 and image.format not in PAGED else next(frames, None)
            if frame is None:
                return
            check_size(document, number, frame.size, limits)
            yield Shot(number, _grey(frame), _resolution(frame))
        except SourceError as error:
            yield error
        except (EOFError, *DAMAGE) as error:
            yield SourceError(document.source, f"page {number} is damaged ({_short(error)})", AGAIN)
            return


def check_size(document: Document, number: int, size: tuple[int, int], limits: Limits) -> None:
    """Raise LimitError where a page has too many pixels, SourceError where it is too small to show a word."""
    if min(size) < LEAST_SIDE:
        reason = f"page {number} has only {size[0]} by {size[1]} pixels, too few to show a word"
        raise SourceError(document.source, reason, AGAIN)
    pixels = size[0] * size[1]
    if pixels > limits.pixels:
        reason = f"page {number} has {pixels / 1e6:.0f} million pixels, more than {limits.pixels / 1e6:.0f} million"
        raise LimitError(document.source, reason, FEWER)


def _grey(frame: Image.Image) -> Picture:
    """Decode a page to grey, turned as its EXIF tag says, on white where it is transparent."""
    shown = ImageOps.exif_transpose(frame)
    if shown.mode in {"RGBA", "LA", "PA"} or "transparency" in shown.info:
        shown = shown.convert("RGBA")
        paper = Image.new("RGBA", shown.size, "white")
        shown = Image.alpha_composite(paper, shown)
    if shown.mode.startswith("I") or shown.mode == "F":
        values = np.asarray(shown, dtype=np.float64)
        top = 65535.0 if values.max(initial=0.0) > 255 else 255.0
        return np.clip(values * (255.0 / top), 0, 255).astype(np.uint8)
    return np.asarray(shown.convert("L"))


def _resolution(frame: Image.Image) -> float:
    """Return the dots per inch that the file says, or where that is unlikely, those of an A4 page."""
    longer = max(frame.size)
    told = frame.info.get("dpi")
    try:
        dpi = float(told[1]) if told else 0.0
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        dpi = 0.0
    if LIKELY_DPI[0] <= dpi <= LIKELY_DPI[1] and PAGE_INCHES[0] <= longer / dpi <= PAGE_INCHES[1]:
        return dpi
    return longer / A4_INCHES


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
