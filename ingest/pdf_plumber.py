"""Read pages with pdfplumber into the same arrays: slower, but it opens some files that pdfium does not."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pdfplumber

from ingest.pdf_glyphs import Floats, Glyphs, Sheet, Target, is_bold_name, split_rules
from models import Document, LimitError, Limits, SourceError

LINE_DROP = 0.22  # of the font size: the base line above the bottom of pdfminer's glyph boxes


def read_sheets(document: Document, limits: Limits, first: int = 1) -> Iterator[Sheet]:
    """Give the pages of a PDF from number `first` on as pdfplumber sees them.

    Raises:
        SourceError: pdfplumber cannot read the file either, or it has no such page.
        LimitError: it has too many pages.
    """
    try:
        with pdfplumber.open(io.BytesIO(document.data)) as pdf:
            count = len(pdf.pages)
            if count < first:
                raise SourceError(document.source, "the PDF has no pages", "Get a whole copy of the file")
            if count > limits.pages:
                raise LimitError(document.source, f"the PDF has {count} pages", "Split it, or raise the limit of pages")
            for page in pdf.pages[first - 1 :]:
                yield _sheet(page, page.page_number)
                page.close()
    except SourceError:
        raise
    except Exception as error:  # pdfminer raises whatever a damaged file provokes
        reason = f"the PDF is damaged ({type(error).__name__})"
        raise SourceError(document.source, reason, "Download it again") from error


def _sheet(page: Any, number: int) -> Sheet:
    edges = np.array([(e["x0"], e["top"], e["x1"], e["bottom"]) for e in page.edges], dtype=np.float64)
    across, down = split_rules(edges.reshape(-1, 4))
    targets = tuple(
        Target(link["x0"], link["top"], link["x1"], link["bottom"], link["uri"])
        for link in page.hyperlinks
        if link.get("uri")
    )
    return Sheet(number, float(page.width), float(page.height), _glyphs(page), across, down, targets)


def _glyphs(page: Any) -> Glyphs:
    """Give every character of pdfplumber's glyphs (a ligature's share one box) in content order."""
    rows = [
        (ord(letter), c["x0"], c["x1"], c["top"], c["bottom"], c["size"], is_bold_name(c["fontname"]), _turn(c))
        for c in page.chars
        for letter in c["text"]
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 8)
    size = np.maximum(table[:, 5], 0.5)
    return Glyphs(
        code=table[:, 0].astype(np.int64),
        x0=table[:, 1],
        x1=table[:, 2],
        base=_base(table, size),
        top=table[:, 3],
        bottom=table[:, 4],
        size=size,
        bold=table[:, 6] > 0,
        turn=table[:, 7].astype(np.int64),
    )


def _base(table: Floats, size: Floats) -> Floats:
    """Return the base line of glyphs: above their lower side, which is to the right or left of turned ones."""
    drop, turn = LINE_DROP * size, table[:, 7]
    sides = {90: table[:, 2] - drop, 180: table[:, 3] + drop, 270: table[:, 1] + drop}
    base = table[:, 4] - drop
    for angle, side in sides.items():
        base = np.where(turn == angle, side, base)
    return base


def _turn(char: Any) -> int:
    a, b = char["matrix"][:2]
    return round(math.degrees(math.atan2(b, a)) / 90) * 90 % 360
