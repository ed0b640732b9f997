"""Amending acts: commands, lead-ins between them, and the quoted new text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.marks import HEADED, first
from parsers.node import Node
from parsers.passage import cut
from parsers.tables import reading_order
from parsers.unit import Unit

if TYPE_CHECKING:
    from parsers.tree import Builder

OPENING = '"\u201c\u201d\u00ab\u201e'
_LONE = re.compile(r"[\"\u201c\u201d\u00ab\u00bb\u201e]\W*")
_CLOSED = re.compile(r"[\"\u201d\u201c\u00bb]\s*[.;,:]?\W*$")
_MARKS = frozenset('"\u201c\u201d\u00ab\u00bb\u201e')
_BEFORE = frozenset(' ("\u201c\u00ab\u201e[-\u2013\u2014/')


class Commands:
    """The rules of amending acts, on the builder's units."""

    def __init__(self, builder: Builder) -> None:
        self.b = builder

    def enter(self, node: Node, unit: Unit) -> None:
        """Mark a provision that announces changes, and part a command from the quotation in the same unit."""
        patterns = self.b.grammar.patterns
        text = node.text
        node.amending = bool(first(patterns["amending"], text)) or bool(node.parent and node.parent.amending)
        self.part(node)

    def part(self, node: Node) -> None:
        """Part a command from the quotation that follows it in the same unit."""
        found = first(self.b.grammar.patterns["command_inline"], node.text)
        if not found or len(node.own) != 1:
            return
        whole = node.own[0]
        node.own = [cut(whole, 0, found.start("quote"))]
        quoted = self.quoted(node)
        quoted.own = [cut(whole, found.start("quote"))]
        quoted.page, quoted.sure = node.page, list(node.sure)
        text = quoted.own[0].text
        if not self.closes(text) and not (_CLOSED.search(text) and self.outside(self.b.at)):
            self.collect(quoted)

    def awaits(self, unit: Unit) -> bool:
        """Say whether the unit begins the quoted text that the last provision announced."""
        last = self.b.last
        if last is None or last.kind == "note" or not last.text.rstrip().endswith(":"):
            return False
        if unit.table is None and unit.text[:1] not in OPENING:
            return False
        if last.kind != "mod" and not self.context() and not first(self.b.grammar.patterns["command"], last.text):
            return False
        return self.is_block(unit) if unit.table is None else last.kind == "mod"

    def is_block(self, unit: Unit) -> bool:
        """Say whether the unit is quoted as a whole, not a sentence that begins with a quoted name."""
        text = unit.text
        if _LONE.fullmatch(text) or _CLOSED.search(text):
            return not first(self.b.grammar.patterns["command"], text)
        depth = 0
        for at, char in enumerate(text):
            depth += _turn(text, at, char)
            if depth <= 0 and at:
                return False
        return True

    def context(self) -> Node | None:
        """Return the provision whose changes are being listed."""
        return next((n for n in self.b.here.up() if n.amending), None)

    def quotation(self) -> bool:
        """Read the quoted new text of the last command."""
        if self.b.closed or not self.awaits(self.b.unit):
            return False
        last = self.b.last
        assert last is not None
        if last.kind == "alinea":
            last.kind, last.part = "mod", "mod"
            if last.parent is not None:
                last.parent.counts["alinea"] -= 1
                last.parent.counts["mod"] += 1
                last.number = str(last.parent.counts["mod"])
        quoted = self.quoted(last)
        quoted.page = quoted.page if quoted.own else self.b.unit.page
        quoted.sure.append(self.b.unit.confidence)
        self.collect(quoted)
        return True

    def quoted(self, node: Node) -> Node:
        """Add the leaf of quoted text under a command, or under a provision that is itself the command."""
        if node.children and node.children[-1].kind == "quoted":
            return node.children[-1]
        count = sum(c.kind in {"mod", "quoted"} for c in node.children) + 1
        return node.add(Node("quoted", "qstr", str(count)))

    def collect(self, quoted: Node) -> None:
        """Take the units of the quotation up to its closing mark."""
        b = self.b
        stop = self.stop(b.at, [p.text for p in quoted.own])
        lines: list[int] = []
        tabled = any(u.table is not None for u in b.units[b.at : stop])
        for unit in b.units[b.at : stop]:
            lone = _LONE.fullmatch(unit.text)
            if not lone:
                quoted.sure.append(unit.confidence)
                lines += unit.lines
                if not tabled:
                    quoted.own.append(unit.own)
        if tabled and lines:
            quoted.rows = [i for u in b.units[b.at : stop] if u.table is not None for i in u.lines]
            quoted.own.append(reading_order(b.text, range(lines[0], lines[-1] + 1)))
        b.at = stop
        b.last = quoted.parent
        while b.at < len(b.units) and not any(c.isalnum() for c in b.unit.text) and not b.unit.table:
            if self.awaits(b.unit):
                break
            b.drop("punctuation")

    def stop(self, start: int, begun: list[str]) -> int:
        """Return the index after the unit that closes the quotation."""
        b = self.b
        depth = sum(_depth(text, 0) for text in begun)
        spare = None
        for index in range(start, len(b.units)):
            if index in b.stamps and index > start:
                break
            text = b.units[index].text
            depth += _depth(text, depth)
            if not _CLOSED.search(text) or (index == start and not begun and _LONE.fullmatch(text)):
                continue
            outside = self.outside(index + 1)
            if outside and (depth <= 0 or _LONE.fullmatch(text)):
                return index + 1
            if depth <= 0 and (self.lead(index + 1) or self.resumed(index + 1, text)):
                return index + 1
            if outside and spare is None:
                spare = index + 1
        return spare or min(start + 1, len(b.units))

    def closes(self, text: str) -> bool:
        """Say whether the quotation marks of a text are balanced."""
        return _depth(text, 0) <= 0 and bool(_CLOSED.search(text))

    def outside(self, index: int) -> bool:
        """Say whether the unit at `index` cannot be quoted: a command, the next number, a stamp, the end."""
        b = self.b
        if index >= len(b.units) or index in b.stamps:
            return True
        unit, mark = b.units[index], b.marks[index]
        if first(b.grammar.patterns["command"], unit.text) and mark is None:
            return True
        if not any(c.isalnum() for c in unit.text):
            return True
        if mark is None:
            return bool(b.signatures.signs(index)) or (unit.text[:1] in OPENING and self.is_block(unit))
        if mark.kind == "subparagraph" and not mark.value:
            return self.next_letter(mark.number)
        if mark.kind in {"paragraph", "subparagraph"}:
            before = b.before(mark.kind)
            return before is not None and mark.value[:1] == (before + 1,)
        outer = b.numbers.get((id(b.root), mark.kind))
        return mark.kind in HEADED and outer is not None and mark.value[:1] == (outer + 1,)

    def next_letter(self, letter: str) -> bool:
        """Say whether the list of lettered commands that the unit at hand stands in has not had the letter yet."""
        command = self.b.here.inside("subparagraph")
        if command is None or command.parent is None or command.number[:1].isdigit():
            return False
        return letter not in {child.number for child in command.parent.children}

    def lead(self, index: int) -> bool:
        """Say whether the unit at `index` introduces further commands, its sentence cut by the end of a line or not."""
        b = self.b
        unit, following = b.units[index], b.units[index + 1 : index + 2]
        if b.marks[index] is None and not unit.finished and following and following[0].text[:1].islower():
            return b.marks[index + 1] is None and following[0].text.rstrip().endswith(":")
        return b.marks[index] is None and unit.text.rstrip().endswith(":")

    def resumed(self, index: int, closed: str) -> bool:
        """Say whether the unit at `index` goes on with the list of commands after a quotation that a semicolon ends."""
        unit = self.b.units[index]
        return closed.rstrip().endswith(";") and self.b.marks[index] is None and unit.text[:1].islower()

    def command(self) -> bool:
        """Read an unnumbered command of an amending provision as a `mod`."""
        b = self.b
        holder = self.context()
        if holder is None or b.closed or b.unit.table is not None:
            return False
        patterns = b.grammar.patterns
        if not first((*patterns["command"], *patterns["command_inline"]), b.unit.text):
            return False
        holder = (
            b.here
            if b.here.kind == "subparagraph" and b.here.amending
            else b.here.inside("paragraph", "article") or holder
        )
        node = b.counted(holder, "mod")
        b.give(node, b.unit)
        b.at += 1
        self.part(node)
        return True


def _depth(text: str, depth: int) -> int:
    """Return how many more quotation marks open than close; a mark alone opens where none is open."""
    if _LONE.fullmatch(text):
        return -1 if depth > 0 else 1
    return sum(_turn(text, at, char) for at, char in enumerate(text) if char in _MARKS)


def _turn(text: str, at: int, char: str) -> int:
    """Return 1 for a quotation mark that opens, -1 for one that closes, 0 for other characters."""
    if char in "\u00ab\u201e":
        return 1
    if char == "\u00bb":
        return -1
    if char not in '"\u201c\u201d':
        return 0
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    return 1 if before in _BEFORE and not after.isspace() and after not in ".;,:)" else -1
