"""Styles and automatic numbers of Word: what Word prints before a paragraph although it is not in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.figures import letters, roman
from ingest.markup import knowledge
from ingest.wordml import Node, W, number, switched, value

PLACE = re.compile(r"%([1-9])")
HEADING = re.compile(r"(?:heading|title)", re.IGNORECASE)
DEEPEST = 30  # styles that build on each other
BULLET = "\u2022"


class Styles:
    """The paragraph and character styles of a document."""

    def __init__(self, root: Node | None) -> None:
        self._styles: dict[str, Node] = {}
        self._usual: str | None = None  # of paragraphs that name none
        for style in root.iterchildren(f"{W}style") if root is not None else ():
            self._styles[style.get(f"{W}styleId", "")] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                self._usual = style.get(f"{W}styleId")

    def chain(self, name: str | None) -> Iterator[Node]:
        """Yield a style and the styles that it builds on, nearest first."""
        seen = 0
        while name and name in self._styles and seen < DEEPEST:
            style = self._styles[name]
            yield style
            name, seen = value(style, "basedOn"), seen + 1

    def layers(self, properties: Node | None) -> list[Node]:
        """Return the places where properties of a paragraph stand: its own, then those of its styles."""
        own = [] if properties is None else [properties]
        styles = self.chain(value(properties, "pStyle") or self._usual)
        return own + [p for style in styles if (p := style.find(f"{W}pPr")) is not None]

    def name(self, style: str | None) -> str:
        """Return the name of a style."""
        return next((value(s, "name") or "" for s in self.chain(style)), "")

    def bold(self, style: str | None) -> bool:
        """Tell whether a style prints bold."""
        said = (switched(s.find(f"{W}rPr"), "b") for s in self.chain(style))
        return next((s for s in said if s is not None), False)


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a list: how its number is formed and printed."""

    start: int
    form: str
    text: str
    legal: bool
    restart: int | None


@dataclass(slots=True)
class Count:
    """The numbers reached in one list."""

    steps: Mapping[int, Step]
    reached: dict[int, int] = field(default_factory=dict)

    def next(self, level: int) -> str:
        """Count one up on a level and return the label that Word prints."""
        step = self.steps.get(level)
        if step is None:
            return ""
        self.reached[level] = self.reached.get(level, step.start - 1) + 1
        for lower in [k for k in self.reached if k > level]:
            below = self.steps.get(lower)
            if below is None or below.restart is None or (below.restart and level < below.restart):
                del self.reached[lower]
        if step.form == "bullet":
            return step.text if step.text.isprintable() and len(step.text) == 1 and step.text < "\ue000" else BULLET
        return PLACE.sub(lambda m: self._figure(int(m[1]) - 1, step.legal), step.text).strip()

    def _figure(self, level: int, legal: bool) -> str:
        step = self.steps.get(level)
        if step is None:
            return ""
        return figure(self.reached.get(level, step.start), "decimal" if legal else step.form)


class Numbering:
    """The lists of a document, counting as its paragraphs come."""

    def __init__(self, root: Node | None) -> None:
        self._steps: dict[str, dict[int, Step]] = {}
        self._styled: dict[str, dict[str, int]] = {}  # list -> style of a paragraph -> its level
        self._lists: dict[str, tuple[str, Node]] = {}
        self._counts: dict[str, Count] = {}
        self._own: dict[str, Mapping[int, Step]] = {}
        abstract = (
            {n.get(f"{W}abstractNumId", ""): n for n in root.iterchildren(f"{W}abstractNum")}
            if root is not None
            else {}
        )
        named = {name: n for n in abstract.values() if (name := value(n, "styleLink"))}
        for name, own in abstract.items():
            node = named.get(value(own, "numStyleLink") or "", own)
            self._steps[name], self._styled[name] = dict(steps(node)), dict(styled(node))
        for node in root.iterchildren(f"{W}num") if root is not None else ():
            self._lists[node.get(f"{W}numId", "")] = (value(node, "abstractNumId") or "", node)

    def label(self, list_id: str, level: int) -> str:
        """Return the label of the next paragraph of a list on a level; "" where the list prints none."""
        if list_id not in self._lists:
            return ""
        abstract, node = self._lists[list_id]
        count = self._counts.setdefault(abstract, Count(self._steps.get(abstract, {})))
        if list_id not in self._own:
            self._own[list_id] = self._steps.get(abstract, {})
            for override in node.iterchildren(f"{W}lvlOverride"):
                at = number(override.get(f"{W}ilvl"))
                fresh = override.find(f"{W}lvl")
                if fresh is not None:
                    self._own[list_id] = {**self._own[list_id], at: step_of(fresh)}
                start = value(override, "startOverride")
                if start is not None:
                    count.reached[at] = number(start, 1) - 1
        count.steps = self._own[list_id]
        return count.next(level)

    def level_of(self, list_id: str, style: str | None) -> int:
        """Return the level of a list that is bound to a paragraph style; 0 where none is."""
        return self._styled.get(self._lists[list_id][0], {}).get(style or "", 0) if list_id in self._lists else 0


def steps(node: Node) -> Iterator[tuple[int, Step]]:
    """Yield the levels of an abstract list."""
    for row in node.iterchildren(f"{W}lvl"):
        yield number(row.get(f"{W}ilvl")), step_of(row)


def styled(node: Node) -> Iterator[tuple[str, int]]:
    """Yield the paragraph styles that the levels of an abstract list are bound to, with their levels."""
    for row in node.iterchildren(f"{W}lvl"):
        style = value(row, "pStyle")
        if style:
            yield style, number(row.get(f"{W}ilvl"))


def step_of(node: Node) -> Step:
    """Return a level of a list from its XML."""
    restart = value(node, "lvlRestart")
    return Step(
        start=number(value(node, "start"), 1),
        form=value(node, "numFmt") or "decimal",
        text=value(node, "lvlText") or "",
        legal=bool(switched(node, "isLgl")),
        restart=None if restart is None else number(restart),
    )


def figure(count: int, form: str) -> str:
    """Return a number in one of Word's forms; a form that is not known is printed in figures."""
    if form == "none":
        return ""
    if form in ("lowerLetter", "upperLetter"):
        text = letters(count, "abcdefghijklmnopqrstuvwxyz")
    elif form in ("russianLower", "russianUpper"):
        text = letters(count, knowledge()["word"]["russian"])
    elif form in ("lowerRoman", "upperRoman"):
        text = roman(count)
    else:
        return f"{count:02d}" if form == "decimalZero" else str(count)
    return text.upper() if form.startswith("upper") or form.endswith("Upper") else text
