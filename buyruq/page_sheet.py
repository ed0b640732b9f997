"""A page as a picture that a person checks: what was read drawn on it, labels and doubts in the margins around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from models import Box, Line, Page

POINTS = 72.0
SURE, UNSURE, DOUBTFUL = (0, 140, 60), (225, 125, 0), (220, 30, 30)
LINE_COLOUR, TABLE_COLOUR, CLAUSE_COLOUR = (110, 170, 230), (140, 60, 190), (30, 70, 160)
INK, PAPER = (60, 60, 60), (255, 255, 255)
HIGH, LOW = 0.9, 0.7  # confidences where the colour changes
LEFT, RIGHT, TOP = 115.0, 125.0, 30.0  # margins that are added, in points
GAP = 3.0  # points between a clause's bar and its text
SIZE = 7.0  # points of the labels
LEADING = 8.4
FACES = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf")

Clauses = Sequence[tuple[str, Box]]
Pixels = tuple[float, float, float, float]


def draw_page(picture: Image.Image, page: Page, scale: float, clauses: Clauses, name: str) -> Image.Image:
    """Return the picture of a page (`scale` pixels a point) with words, lines, tables and clauses drawn on it.

    The clauses' labels stand to its left, the readings of doubtful words to its right, what the colours mean above.
    """
    size = (picture.width + round((LEFT + RIGHT) * scale), picture.height + round(TOP * scale))
    canvas = Image.new("RGB", size, PAPER)
    canvas.paste(picture, (round(LEFT * scale), round(TOP * scale)))
    sheet = _Sheet(canvas, scale)
    tables: dict[int, list[Box]] = defaultdict(list)
    for line in page.lines:
        sheet.line(line)
        if line.box is not None and line.table is not None:
            tables[line.table].append(line.box)
    for boxes in tables.values():
        sheet.frame(around(boxes), TABLE_COLOUR, 2.0, 3)
    sheet.clauses(clauses)
    sheet.doubts(page)
    sheet.legend(page, name)
    return canvas


def around(boxes: Sequence[Box]) -> Box:
    """Return the box around some boxes."""
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def colour_of(confidence: float) -> tuple[int, int, int]:
    """Return the colour that says how sure a word is."""
    return SURE if confidence >= HIGH else UNSURE if confidence >= LOW else DOUBTFUL


class _Sheet:
    """A canvas measured in the points of the page, whose margins have negative places or lie beyond the page."""

    def __init__(self, canvas: Image.Image, scale: float) -> None:
        self._pen = ImageDraw.Draw(canvas)
        self._scale = scale
        self._right = canvas.width / scale - LEFT - RIGHT
        self._face = _face(max(round(SIZE * scale), 8))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (x + LEFT) * self._scale, (y + TOP) * self._scale

    def frame(self, box: Box, colour: tuple[int, int, int], margin: float = 0.0, width: int = 1) -> None:
        x0, y0 = self._at(box.x0 - margin, box.y0 - margin)
        x1, y1 = self._at(box.x1 + margin, box.y1 + margin)
        self._pen.rectangle((x0, y0, max(x0, x1), max(y0, y1)), outline=colour, width=width)

    def text(self, x: float, y: float, words: str, colour: tuple[int, int, int], anchor: str = "la") -> None:
        self._pen.text(self._at(x, y), words, fill=colour, font=self._face, anchor=anchor)

    def line(self, line: Line) -> None:
        """Underline a line from word to word, which shows its order and slope; frame its words and its cells."""
        if line.words and line.table is None:
            feet = [self._at(x, word.box.y1 + 1) for word in line.words for x in (word.box.x0, word.box.x1)]
            self._pen.line(feet, fill=LINE_COLOUR, width=2)
        elif line.box is not None and line.table is None:
            self.frame(line.box, LINE_COLOUR)
        for cell in line.cells:
            held = [word.box for word in line.words if cell.start <= word.start < cell.stop]
            if held:
                self.frame(around(held), TABLE_COLOUR, 1.0)
        for word in line.words:
            colour = colour_of(word.confidence)
            self.frame(word.box, colour, 0.0, 1 if colour == SURE else 2)

    def clauses(self, clauses: Clauses) -> None:
        """Draw a bar beside each clause; its label stands in the margin, at the bar's height or the next free one."""
        free = -TOP
        for eid, box in sorted(clauses, key=lambda clause: clause[1].y0):
            x = box.x0 - GAP
            top, foot = self._at(x, box.y0), self._at(x, box.y1)
            self._pen.line((*top, *foot), fill=CLAUSE_COLOUR, width=2)
            y = max(box.y0, free)
            free = y + LEADING
            self._pen.line((*self._at(-6, y + SIZE / 2), *self._at(-3, y + SIZE / 2), *top), fill=CLAUSE_COLOUR)
            self.text(-8, y, self._cut(eid, LEFT - 12), CLAUSE_COLOUR, "ra")

    def doubts(self, page: Page) -> None:
        """Write how doubtful words were read, and how sure, beside the page at their height."""
        free = 0.0
        found = [(w, line) for line in page.lines for w in line.words if w.confidence < HIGH]
        for word, line in sorted(found, key=lambda pair: pair[0].box.y0):
            y = max(word.box.y0, free)
            if y - word.box.y0 > 4 * LEADING:  # more doubts than room: the frames show the others
                continue
            free = y + LEADING
            colour = colour_of(word.confidence)
            said = f"{int(word.confidence * 100) / 100:.2f}  {line.text[word.start : word.stop]}"
            self.text(self._right + 6, y, self._cut(said, RIGHT - 10), colour)

    def legend(self, page: Page, name: str) -> None:
        """Say above the page what it is, how it was read, and what the colours mean."""
        known = [name, f"page {page.number}", page.origin, page.language or "", f"confidence {page.confidence:.2f}"]
        skew = page.skew or 0.0
        known += [f"{page.dpi:.0f} dpi" if page.dpi else "", f"skew {skew:.1f}°" if abs(skew) >= 0.05 else ""]
        self.text(-LEFT + 6, -TOP + 4, ", ".join(part for part in known if part), INK)
        x = -LEFT + 6
        meanings = (
            (f"word, sure ({HIGH:.2f} and more)", SURE),
            (f"doubtful ({LOW:.2f} and more)", UNSURE),
            (f"poor (below {LOW:.2f})", DOUBTFUL),
            ("line", LINE_COLOUR),
            ("table, cell", TABLE_COLOUR),
            ("clause", CLAUSE_COLOUR),
        )
        for words, colour in meanings:
            self._pen.rectangle((*self._at(x, -TOP + 17), *self._at(x + 8, -TOP + 24)), outline=colour, width=2)
            self.text(x + 11, -TOP + 17, words, colour)
            x += 22 + self._face.getlength(words) / self._scale

    def _cut(self, words: str, room: float) -> str:
        """Shorten words in the middle to a room in points."""
        kept = len(words)
        shown = words
        while kept > 4 and self._face.getlength(shown) > room * self._scale:
            kept -= 1
            shown = f"{words[: kept // 2]}…{words[len(words) - kept + kept // 2 + 1 :]}"
        return shown


def _face(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a font that has Kazakh and Uzbek letters, where the system has one."""
    for name in FACES:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size=size)
