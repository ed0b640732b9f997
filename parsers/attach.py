"""Attachments: their stamps and headings, forms, tables that lost their rulings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.marks import HEADED, Mark, first, mark_of
from parsers.node import Node
from parsers.stamps import Stamp
from parsers.unit import Unit

if TYPE_CHECKING:
    from parsers.tree import Builder

_CELL = 1500  # no cell has more characters
_FULL = 1200  # characters of a table that is more than the head of a form
_RUN_ON = re.compile(r"(?<=[^\W\d_])\s1\.\s(?=[^\W\d_a-z])")
_BLANK = re.compile(r"_{3,}|\.{6,}|\u2026{3,}")


class Attachments:
    """The rules of attachments, on the builder's units."""

    def __init__(self, builder: Builder) -> None:
        self.b = builder
        self.borrowed: set[int] = set()  # attachments of a document that is not in this text

    # ---- stamps and headings

    def stamp(self) -> bool:
        """Open the attachment that the stamps at hand announce; stamps in a row are one attachment's."""
        b = self.b
        stamp = b.stamps.get(b.at)
        if stamp is not None and self.is_quoted(stamp):
            return True
        if stamp is None:
            if b.unit.role == "stamp" and not b.signatures.signs(b.at):
                return b.drop("stamp")
            return False
        node: Node | None = None
        while b.at in b.stamps:
            found = b.stamps[b.at]
            if node is not None and _of_one_document(stamp, found):
                break
            node = node or self.add(found)
            node.sure.append(b.unit.confidence)
            node.form = node.form or found.form
            for unit in b.units[found.start : found.stop]:
                b.dropped.append((unit, "stamp"))
            b.at = found.stop
            self.marks(node)
        assert node is not None
        self.headings(node)
        return True

    def is_quoted(self, stamp: Stamp) -> bool:
        """Take a stamp that a command announces as the new text of a stamp."""
        b = self.b
        if b.closed or b.last is None or not b.last.text.endswith(":") or b.commands.context() is None:
            return False
        if any(child.kind == "quoted" and child.own for child in b.last.children):
            return False  # its new text stands behind the colon
        quoted = b.commands.quoted(b.last)
        for unit in b.units[stamp.start : stamp.stop]:
            quoted.own.append(unit.own)
            quoted.sure.append(unit.confidence)
        quoted.page = b.unit.page
        b.at = stamp.stop
        return True

    def add(self, stamp: Stamp) -> Node:
        """Add the attachment under the act or under the attached document that the stamp names."""
        b = self.b
        top = b.here.inside("attachment")
        while top is not None and top.parent is not None and top.parent.inside("attachment"):
            top = top.parent.inside("attachment")
        nested = stamp.nested and top is not None and id(top) not in self.borrowed
        node = self.attached(top if nested and top else b.root, stamp.number, stamp.num, b.units[stamp.start])
        if stamp.nested and not nested:
            self.borrowed.add(id(node))
        return node

    def attached(self, parent: Node, number: str, num: str | None, unit: Unit) -> Node:
        """Add an attachment, by its number or the next free one, and go on inside it."""
        b = self.b
        taken = {n.number for n in parent.children if n.kind == "attachment"}
        free = next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)
        node = parent.add(Node("attachment", "att", number or free, num, page=unit.page))
        b.register(node)
        b.here, b.last, b.closed = node, None, False
        return node

    def marks(self, node: Node) -> None:
        """Take the word "form" where it stands between a stamp and a heading."""
        b = self.b
        while b.at < len(b.units) and first(b.grammar.patterns["form_mark"], b.unit.text):
            node.form = True
            b.drop("form mark")

    def headings(self, node: Node) -> None:
        """Give an attachment its heading: the first display unit, with those that go on with it."""
        b = self.b
        candidates = self.candidates()
        chosen = self.choose(candidates, node)
        for index in candidates:
            if chosen and index < chosen[0]:
                b.drop("form")
        for _ in chosen:
            found = _RUN_ON.search(b.unit.text)
            if found and b.resumes(2):
                self.split(node, found.start(), found.end())
                return
            b.give(node, b.unit, heading=True)
            b.at += 1
        self.marks(node)
        said = " ".join(p.text for p in node.heading)
        node.amending = bool(first(b.grammar.patterns["amending_title"], said))
        if self.is_form(node):
            node.form = True

    def late_heading(self) -> bool:
        """Give an attachment its heading where notes stand between the stamp and it."""
        b = self.b
        scope = b.here
        if scope.kind != "attachment" or scope.heading or scope.own or not scope.children or b.unit.table is not None:
            return False
        if any(child.kind != "note" for child in scope.children) or not self.candidates():
            return False
        before = b.at
        self.marks(scope)
        self.headings(scope)
        return b.at > before

    def split(self, node: Node, start: int, stop: int) -> None:
        """Read a heading and the first point in one unit."""
        b = self.b
        unit = b.unit
        b.give(node, unit.rest(0, start), heading=True)
        mark = mark_of(unit.text[start:].strip(), b.grammar)
        following = b.marks[b.at + 1] if b.at + 1 < len(b.marks) else None
        if mark is not None and following is not None and following.kind == "paragraph" and following.number == "1":
            b.give(b.open(Mark("chapter", "chp", mark.number, mark.num, mark.end)), unit.rest(stop), heading=True)
        elif mark is not None:
            b.give(b.open(mark), unit.rest(stop))
        b.at += 1

    def candidates(self) -> list[int]:
        """Return the units that may be headings: those before the first paragraph, mark, note, table or stamp."""
        b = self.b
        found: list[int] = []
        for index in range(b.at, min(b.at + 14, len(b.units))):
            unit = b.units[index]
            if (
                b.marks[index]
                or index in b.stamps
                or unit.table is not None
                or unit.role == "note"
                or unit.display is False
            ):
                break
            if first(b.grammar.patterns["note"], unit.text) or (
                unit.display is None and (unit.finished or len(unit.text) > 600) and not _RUN_ON.search(unit.text)
            ):
                break
            found.append(index)
        return found

    def choose(self, candidates: list[int], node: Node) -> list[int]:
        """Return the units of the heading among the candidates: in a form the last lines before its text."""
        b = self.b
        groups: list[list[int]] = []
        for index in candidates:
            if not groups or b.units[index].gap:
                groups.append([])
            groups[-1].append(index)
        named = [group for group in groups if any(self.may_name(i) for i in group)]
        if not named:
            return []
        blank = next((n for n, group in enumerate(groups) if any(_BLANK.search(b.units[i].text) for i in group)), None)
        addressed = blank is not None and groups[blank] is not named[-1] and groups.index(named[-1]) > blank
        group = named[-1] if addressed else named[0]
        start = next(n for n, i in enumerate(group) if self.may_name(i))
        chosen = group[start : start + 1]
        while chosen[-1] + 1 in candidates and self.joins(chosen[-1]):
            chosen.append(chosen[-1] + 1)
        return chosen

    def may_name(self, index: int) -> bool:
        """Say whether a unit has words of a heading: no line to fill in, no explanation in brackets."""
        text = self.b.units[index].text
        return not text.startswith("(") and len(_BLANK.sub("", text).split()) > 4 * bool(_BLANK.search(text))

    def joins(self, index: int) -> bool:
        """Say whether the heading goes on in the next unit."""
        before, unit = self.b.units[index], self.b.units[index + 1]
        if not self.may_name(index + 1):
            return False
        if len(before.text.split()) <= 2 and (unit.text[:1].islower() or before.text.isupper()):
            return True
        kinds = self.b.grammar.patterns["document_kind"]
        if len(unit.text.split()) < 4 and first(kinds, unit.text) and not first(kinds, before.text):
            return True
        if unit.gap or unit.role != before.role or before.finished:
            return False
        if before.text.endswith(",") and unit.text[:1].islower():
            return True
        return bool(unit.display) or (unit.display is None and len(unit.text.split()) < 7)

    def is_form(self, node: Node) -> bool:
        """Say whether most of what follows are lines to fill in."""
        b = self.b
        stop = next((i for i in range(b.at, len(b.units)) if i in b.stamps), len(b.units))
        run = b.units[b.at : stop]
        if any(mark and mark.kind in HEADED for mark in b.marks[b.at : stop]):
            return False
        blank = sum(bool(_BLANK.search(u.text)) for u in run)
        return blank >= 2 and blank * (7 if blank > 2 else 3) >= len(run)

    def form(self) -> bool:
        """Leave out what a form prints below its heading."""
        if not self.b.scope().form or self.is_full_table():
            return False
        return self.b.drop("form")

    def is_full_table(self) -> bool:
        """Say whether a form's table is filled with text: a standard or a list that only bears the word "form"."""
        b = self.b
        stop = b.at
        while stop < len(b.units) and b.units[stop].table is not None and stop not in b.stamps:
            stop += 1
        run = b.units[b.at : stop]
        text = " ".join(u.text for u in run)
        columns = max((u.columns for u in run), default=1)
        filled = sum(u.cells for u in run) / max(columns * len(run), 1)
        return len(text) > _FULL and filled > 0.7 and not _BLANK.search(text)

    def implied(self) -> bool:
        """Open an attachment that has a heading and no stamp: the name of a document between two finished texts."""
        b = self.b
        unit = b.unit
        if (
            unit.finished
            or unit.table is not None
            or len(unit.text) < 12
            or unit.display is False
            or not next((c for c in unit.text if c.isalpha()), "a").isupper()
        ):
            return False
        if not first(b.grammar.patterns["document_kind"], unit.text):
            return False
        scope = b.scope()
        if (scope is b.root and not b.closed) or (scope.parent is not None and scope.parent is not b.root):
            return False
        if b.last is not None and b.last.text[-1:] in ":;," and not b.closed:
            return False
        if not b.closed and not unit.gap and b.spaced:
            return False
        parent, number = self.place()
        node = self.attached(parent, number, None, unit)
        b.give(node, unit, heading=True)
        b.at += 1
        return True

    def place(self) -> tuple[Node, str]:
        """Return where an attachment without a stamp belongs: it fills a gap between numbered ones, or is nested."""
        b = self.b
        top = [n for n in b.root.children if n.kind == "attachment"]
        last = int(top[-1].number) if top and top[-1].number.isdigit() else 0
        later = [s.number for at, s in b.stamps.items() if at > b.at and not s.nested and s.number.isdigit()]
        if top and (not later or int(later[0]) <= last + 1):
            return top[-1], ""
        return b.root, str(last + 1)

    # ---- tables that lost their rulings

    def columns(self) -> bool:
        """Read a run of cells that stand in lines of their own, outside the column of paragraphs, as a table."""
        b = self.b
        headed = b.unit.display is None and first(b.grammar.patterns["table_head"], b.unit.text) is not None
        if b.scope() is b.root or b.closed or b.unit.role or not (b.unit.display or headed):
            return False
        stop = b.at
        while stop < len(b.units) and self.is_cell(stop, headed):
            stop += 1
        if stop - b.at < 4:
            return False
        node = b.counted(b.here.inside("paragraph", "chapter", "subchapter", "attachment") or b.root, "table")
        for unit in b.units[b.at : stop]:
            node.rows += unit.lines
            b.give(node, unit)
        b.at = stop
        return True

    def is_cell(self, index: int, headed: bool) -> bool:
        """Say whether a unit may be a cell in a line of its own; under a table's head also where layout is silent."""
        b = self.b
        unit, mark = b.units[index], b.marks[index]
        if index in b.stamps or unit.role or unit.table is not None or (mark and mark.kind in HEADED):
            return False
        if not (unit.display or (headed and unit.display is None and len(unit.text) < _CELL)):
            return False
        return not first(b.grammar.patterns["note"], unit.text)


def _of_one_document(first_: Stamp, second: Stamp) -> bool:
    """Say whether two stamps bear different numbers to the same document: two attachments, the first without text."""
    if not (first_.number and second.number) or first_.number == second.number:
        return False
    named = [stamp.text.replace(stamp.num or "", "", 1).lower().split() for stamp in (first_, second)]
    return named[0] == named[1]
