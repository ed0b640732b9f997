"""Typeset pages in the style of acts as pictures whose every letter is known, and age them like real scans."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SERIF = "liberation2/LiberationSerif"
SANS = "liberation2/LiberationSans"
DEJAVU = "dejavu/DejaVuSerif"
FOLDER = Path("/usr/share/fonts/truetype")
A4 = (595.0, 842.0)


def font(name: str, points: float, dpi: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return a system font at a size for a resolution."""
    style = "-Bold" if bold else "" if name.startswith("dejavu") else "-Regular"
    return ImageFont.truetype(FOLDER / f"{name}{style}.ttf", round(points * dpi / 72))


@dataclass
class Sheet:
    """A page that is being typeset; `truth` is its text line by line, table rows with cells joined by a tab."""

    dpi: float = 300.0
    face: str = SERIF
    points: float = 12.0
    margin: float = 62.0
    paper: tuple[float, float] = A4
    truth: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with white paper."""
        self.image = Image.new("L", (self._px(self.paper[0]), self._px(self.paper[1])), 255)
        self.draw = ImageDraw.Draw(self.image)
        self.top = self.margin

    def _px(self, points: float) -> int:
        return round(points * self.dpi / 72)

    @property
    def room(self) -> float:
        """Return how many points are left above the bottom margin."""
        return self.paper[1] - self.margin - self.top

    @property
    def leading(self) -> float:
        """Return the step between lines in points."""
        return 1.2 * self.points

    def put(self, x: float, words: list[str], face: ImageFont.FreeTypeFont, gap: float) -> None:
        """Draw words in a row from x (points), `gap` pixels apart."""
        at = float(self._px(x))
        base = self._px(self.top + self.points)
        for word in words:
            self.draw.text((at, base), word, fill=0, font=face, anchor="ls")
            at += face.getlength(word) + gap

    def line(self, text: str, align: str = "left", bold: bool = False) -> None:
        """Draw one line that needs no wrapping."""
        face = font(self.face, self.points, self.dpi, bold)
        spare = self.paper[0] - 2 * self.margin - face.getlength(text) * 72 / self.dpi
        shift = {"left": 0.0, "center": spare / 2, "right": spare}[align]
        self.put(self.margin + shift, text.split(), face, face.getlength(" "))
        self.truth.append(" ".join(text.split()))
        self.top += self.leading

    def paragraph(self, text: str, indent: float = 28.0, bold: bool = False) -> str:
        """Draw a justified paragraph; return the rest that found no room."""
        face = font(self.face, self.points, self.dpi, bold)
        words = text.split()
        space = face.getlength(" ")
        while words and self.room > self.leading:
            width = (self.paper[0] - 2 * self.margin - indent) * self.dpi / 72
            count, used = 0, 0.0
            while count < len(words) and (used + face.getlength(words[count]) <= width or count == 0):
                used += face.getlength(words[count]) + space
                count += 1
            last = count == len(words)
            ink = sum(face.getlength(w) for w in words[:count])
            gap = space if last or count < 2 else (width - ink) / (count - 1)
            self.put(self.margin + indent, words[:count], face, gap)
            self.truth.append(" ".join(words[:count]))
            self.top += self.leading
            words, indent = words[count:], 0.0
        return " ".join(words)

    def text(self, x: float, base: float, line: str, face: ImageFont.FreeTypeFont) -> None:
        """Draw a text from x on a base line (points)."""
        self.draw.text((self._px(x), self._px(base)), line, fill=0, font=face, anchor="ls")

    def rule(self, ends: tuple[float, float, float, float], pen: float, shade: int = 0) -> None:
        """Draw a rule from (x0, y0) to (x1, y1), in points."""
        x0, y0, x1, y1 = (self._px(v) for v in ends)
        self.draw.line((x0, y0, x1, y1), shade, max(round(pen * self.dpi / 72), 1))

    def gap(self, lines: float = 1.0) -> None:
        """Leave vertical space."""
        self.top += lines * self.leading

    def table(self, widths: list[float], rows: list[list[str | None]], points: float = 10.0) -> int:
        """Draw a ruled table; None goes on with the cell above. Returns how many rows found room."""
        face = font(self.face, points, self.dpi)
        lefts = [self.margin + sum(widths[:k]) for k in range(len(widths) + 1)]
        wrapped = [[self._wrap(cell or "", w - 8, face) for cell, w in zip(row, widths, strict=True)] for row in rows]
        tops, done = [self.top], 0
        for k, row in enumerate(wrapped):
            alone = [c for c, cell in zip(row, rows[k], strict=True) if cell is not None]
            height = (max(map(len, alone)) if alone else 1) * 1.2 * points + 6
            if tops[-1] + height > A4[1] - self.margin:
                break
            tops.append(tops[-1] + height)
            done += 1
        pen = max(round(0.6 * self.dpi / 72), 1)
        for k in range(done):
            for column, cell in enumerate(rows[k]):
                below = k + 1 < done and rows[k + 1][column] is None
                x0, x1 = self._px(lefts[column]), self._px(lefts[column + 1])
                y0, y1 = self._px(tops[k]), self._px(tops[k + 1])
                self.draw.line((x0, y0, x0, y1), 0, pen)
                self.draw.line((x1, y0, x1, y1), 0, pen)
                if cell is not None:
                    self.draw.line((x0, y0, x1, y0), 0, pen)
                    for n, part in enumerate(wrapped[k][column]):
                        at = (x0 + self._px(4), y0 + self._px(2 + 1.2 * points * n + points))
                        self.draw.text(at, part, fill=0, font=face, anchor="ls")
                if not below:
                    self.draw.line((x0, y1, x1, y1), 0, pen)
            self.truth.append("\t".join(cell for cell in rows[k] if cell is not None))
        self.top = tops[-1] + 4
        return done

    def _wrap(self, text: str, width: float, face: ImageFont.FreeTypeFont) -> list[str]:
        lines: list[str] = []
        for word in text.split():
            if lines and face.getlength(f"{lines[-1]} {word}") <= width * self.dpi / 72:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        return lines or [""]


def noisy(image: Image.Image, seed: int, strength: float) -> Image.Image:
    """Add the grain of a sensor."""
    grain = np.random.default_rng(seed).normal(0.0, strength, (image.height, image.width))
    return Image.fromarray(np.clip(np.asarray(image, dtype=np.float64) + grain, 0, 255).astype(np.uint8))


def office_scan(image: Image.Image, seed: int = 1, dpi: float = 150.0, skew: float = 1.0) -> Image.Image:
    """Return a page as a cheap scanner gives it: low resolution, skew, blur, grain (save it as JPEG)."""
    turned = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
    scale = dpi / 300.0
    small = turned.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    return noisy(small.filter(ImageFilter.GaussianBlur(0.6)), seed, 10.0)


def phone_photograph(image: Image.Image, seed: int = 1, width: int = 1900) -> Image.Image:
    """Return a page as a telephone sees it on a desk: perspective, a soft shadow, dim light, grain."""
    rng = np.random.default_rng(seed)
    height = round(width * 1.36)
    if image.width > image.height:
        width, height = height, width
    corners = np.array([(0.05, 0.03), (0.95, 0.05), (0.98, 0.97), (0.02, 0.96)]) + rng.uniform(-0.015, 0.015, (4, 2))
    target = corners * (width, height)
    source = np.array([(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)], dtype=np.float64)
    page = image.transform((width, height), Image.Transform.PERSPECTIVE, _mapping(target, source),
                           Image.Resampling.BICUBIC, fillcolor=70)  # fmt: skip
    y, x = np.mgrid[0:height, 0:width] / np.array([height, width])[:, None, None]
    light = 0.92 - 0.35 * (x * 0.6 + y * 0.4)
    edge = 1 / (1 + np.exp(-(x + 0.35 * y - 0.85) * 18))
    shaded = np.asarray(page, dtype=np.float64) * (light - 0.22 * edge)
    soft = Image.fromarray(np.clip(shaded, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    return noisy(soft, seed, 7.0)


def _mapping(target: np.ndarray, source: np.ndarray) -> list[float]:
    """Return the eight numbers with which PIL maps points of the new picture to the old one."""
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(n) for n in np.linalg.solve(np.array(rows), np.array(values))]
