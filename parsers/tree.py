"""Build the clause tree out of units: each rule takes the units at hand or leaves them to the next rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from models import Grammar, Text
from parsers.amend import Commands
from parsers.attach import Attachments
from parsers.breaks import is_cut, is_finished
from parsers.marks import HEADED, NUMBERED, Mark, first, mark_of
from parsers.node import PARTS, Node
from parsers.notes import find, is_editorial, target_of
from parsers.passage import cut
from parsers.runon import number_first
from parsers.signature import Signatures
from parsers.stamps import find_stamps
from parsers.tables import joins_tables, reading_order
from parsers.unit import Unit

# No numbering in an act jumps further than this; a larger "number" is a year or an amount at the head of a sentence.
_JUMP = 25
_CUT = frozenset({*NUMBERED, "alinea", "preamble", "article"})
_LEVELS = ("act", "attachment", "part", "section", "chapter", "subchapter", "article", "paragraph", "subparagraph")


class Builder:
    """Walks the units of an act's body once; `root` is the tree, `dropped` what is no clause and why."""

    def __init__(self, text: Text, units: Sequence[Unit], grammar: Grammar) -> None:
        self.text = text
        self.units = units
        self.grammar = grammar
        self.marks = [mark_of(u.text, grammar) if u.table is None else None for u in units]
        self.stamps = find_stamps(units, grammar)
        self.spaced = sum(u.gap > 0 for u in units) * 10 > len(units)  # empty lines part paragraphs
        self.root = Node("act")
        self.here = self.root  # the provision that was opened last
        self.last: Node | None = None  # the node that got text last
        self.closed = False  # the signature was read: what follows is no text of this scope
        self.at = 0
        self.numbers: dict[tuple[int, str], int] = {}  # (holder, kind) -> last number
        self.latest: dict[tuple[int, str, str], Node] = {}  # (holder, kind, number) -> last such node
        self.following = self._following()
        self.pending: tuple[Node, str, str] | None = None  # a note on a provision that is still to come
        self.dropped: list[tuple[Unit, str]] = []
        self.signature: list[Unit] = []
        self.attach = Attachments(self)
        self.signatures = Signatures(self)
        self.commands = Commands(self)

    def build(self, start: int, preamble: Sequence[Unit]) -> Node:
        """Return the tree of the units from `start` on, under a root that has the preamble."""
        node = self.root.add(Node("preamble")) if preamble else self.root
        for unit in preamble:
            self.give(node, unit)
        self.at = start
        number_first(self.units, self.marks, start, self.grammar)
        rules: tuple[Callable[[], bool], ...] = (
            self.attach.stamp,
            self.furniture,
            self.note,
            self.attach.late_heading,
            self.attach.form,
            self.commands.quotation,
            self.signatures.read,
            self.signatures.after,
            self.table,
            self.level,
            self.commands.command,
            self.attach.implied,
            self.attach.columns,
            self.continuation,
            self.alinea,
        )
        while self.at < len(self.units):
            before = self.at
            if not any(rule() for rule in rules) or self.at == before:
                self.drop("unread")
        self.signatures.tail()
        return self.root

    # ---- bookkeeping

    @property
    def unit(self) -> Unit:
        """Return the unit at hand."""
        return self.units[self.at]

    def peek(self, ahead: int = 1) -> Unit | None:
        """Return a later unit, or None after the last one."""
        return self.units[self.at + ahead] if self.at + ahead < len(self.units) else None

    def drop(self, why: str) -> bool:
        """Leave out the unit at hand."""
        self.dropped.append((self.unit, why))
        self.at += 1
        return True

    def give(self, node: Node, unit: Unit, heading: bool = False) -> None:
        """Print a unit's text as a node's own text or heading."""
        (node.heading if heading else node.own).append(unit.own)
        if not node.sure:
            node.page = unit.page
        node.sure.append(unit.confidence)
        self.last = node

    def scope(self) -> Node:
        """Return the act or the attachment that the unit at hand is in."""
        return self.here.inside("attachment", "act") or self.root

    # ---- rules

    def furniture(self) -> bool:
        """Leave out navigation lines, copyright lines and lone punctuation."""
        if self.unit.role == "furniture" or first(self.grammar.patterns["furniture"], self.unit.text):
            return self.drop("furniture")
        if not any(c.isalnum() for c in self.unit.text) and not self.commands.awaits(self.unit):
            return self.drop("punctuation")
        return False

    def note(self) -> bool:
        """Read an editorial or drafter's note, and what it says after a colon."""
        patterns = self.grammar.patterns
        unit = self.unit
        known = first((*patterns["note"], *patterns["notice"]), unit.text)
        said = known or unit.role in {"note", "notice"}
        if unit.table is not None or not said or (self.scope().form and not is_editorial(self.notice())):
            return False
        mark = self.marks[self.at]
        gone = mark and first(patterns["repealed"], unit.text[mark.end :])
        if mark and gone and not (known and find(mark.kind, mark.number, self.here, self.root, self.latest)):
            return False
        here = self.here if not self.closed else self.scope()
        words = self.notice()
        holder, named = target_of(words, here, self.root, self.latest, self.grammar)
        node = holder.add(Node("note", "note"))
        self.pending = None if named is None else (node, *named)
        last = self.last
        self.give(node, unit)
        self.at += 1
        following = self.peek(0)
        colon = unit.text.endswith(":") and following and following.table is None and not self.marks[self.at]
        if following and (colon or words != unit.text):
            self.give(node, following)
            self.at += 1
        while (
            self.at < len(self.units) and self.unit.text[:1].islower() and node.text.count("(") > node.text.count(")")
        ):
            self.give(node, self.unit)
            self.at += 1
        self.last = last
        return True

    def notice(self) -> str:
        """Return the text of the note at hand, with the next unit where this one only announces a notice."""
        unit, following = self.unit, self.peek()
        if len(unit.text) > 40 or following is None or following.table is not None:
            return unit.text
        if not first(self.grammar.patterns["notice"], unit.text) or self.marks[self.at + 1]:
            return unit.text
        return f"{unit.text} {following.text}"

    def table(self) -> bool:
        """Read a run of table rows as one table."""
        if self.unit.table is None:
            return False
        holder = self.here.inside("paragraph", "article", "chapter", "subchapter", "section", "attachment", "act")
        begun = self.last if joins_tables(self.units[self.at - 1].text, self.grammar) else None
        node = begun if begun and begun.kind == "table" else self.counted(holder or self.root, "table")
        start = len(node.rows)
        while self.at < len(self.units) and self.unit.table is not None and self.at not in self.stamps:
            node.rows += self.unit.lines
            node.sure.append(self.unit.confidence)
            node.page = self.unit.page if len(node.sure) == 1 else node.page
            self.at += 1
        node.own.append(reading_order(self.text, node.rows[start:]))
        self.last = node
        return True

    def counted(self, parent: Node, kind: str) -> Node:
        """Add a node that is counted, not numbered in print."""
        parent.counts[kind] += 1
        number = parent.counts[kind] + (kind == "alinea" and bool(parent.own))
        return parent.add(Node(kind, PARTS[kind], str(number)))

    def level(self) -> bool:
        """Open a level where the unit begins with its mark and the number fits."""
        mark = self.inserted(self.marks[self.at])
        if mark is None or not self.fits(mark):
            return False
        if self.old_chapter(mark):
            mark = Mark("chapter", "chp", mark.number, mark.num, mark.end)
        elif self.bare_article(mark):
            mark = Mark("article", "art", mark.number, mark.num, mark.end)
        node = self.open(mark)
        rest = self.unit.rest(mark.end)
        node.mark.append(cut(self.unit.own, 0, mark.end))
        node.sure.append(self.unit.confidence)
        node.page = self.unit.page
        self.last = node
        unit = self.unit
        self.at += 1
        if mark.kind in HEADED:
            self.head(node, rest)
        elif rest.text:
            self.give(node, rest)
        if first(self.grammar.patterns["repealed"], rest.text):
            node.status = "repealed"
        self.commands.enter(node, unit)
        self.closed = False
        return True

    def inserted(self, mark: Mark | None) -> Mark | None:
        """Return the mark with its number parted where the conversion wrote a raised figure on the line: 8, 81, 9."""
        if mark is None or not mark.number.isdigit():
            return mark
        before = self.before(mark.kind) or 0
        for base in (before, before + 1):
            rest = mark.number.removeprefix(str(base))
            if not before or int(mark.number) == before + 1 or rest == mark.number or not 0 < len(rest) < 3:
                continue
            if rest[0] != "0" and self.resumes(base + 1, mark.kind):
                return replace(mark, number=f"{base}-{rest}")
        return mark

    def head(self, node: Node, rest: Unit) -> None:
        """Give a section, chapter or article its heading, also where it stands in the next unit, or its own text."""
        whole = rest.finished and (node.kind == "article" or len(rest.text) > 200)
        after = self.peek(0)
        if node.kind == "article" and after is not None and not after.text[:1].islower():
            whole = whole or is_cut(rest.text, node, after, self.grammar)
        if first(self.grammar.patterns["repealed"], rest.text) or (whole and rest.text):
            self.give(node, rest)
            return
        if rest.text:
            self.give(node, rest, heading=True)
        following = self.peek(0)
        if following is None or self.marks[self.at] or following.table is not None or following.finished:
            return
        if self.at in self.stamps or first(self.grammar.patterns["note"], following.text):
            return
        wrapped = rest.text and following.display and not following.gap and following.text[:1].islower()
        alone = (
            not rest.text and node.kind != "article" and following.display is not False and len(following.text) < 250
        )
        if wrapped or alone:
            self.give(node, following, heading=True)
            self.at += 1

    def open(self, mark: Mark) -> Node:
        """Add a node for a mark under the nearest open level above its own."""
        kinds = _LEVELS[: _LEVELS.index(mark.kind)]
        parent = self.here.inside(*kinds) or self.root
        sub = self.here.inside("subparagraph")
        if mark.kind == "subparagraph" and sub is not None and mark.number.isalpha() and not sub.number.isalpha():
            parent = sub
        elif mark.kind == "subparagraph":
            while parent.kind == "subparagraph" and parent.parent is not None:
                parent = parent.parent
        self.here = parent.add(Node(mark.kind, mark.part, mark.number, mark.num or None))
        self.register(self.here)
        if self.pending is not None and self.pending[1:] == (mark.kind, mark.number):
            note = self.pending[0]
            if note.parent is not None:
                note.parent.children.remove(note)
            self.here.add(note)
        self.pending = None
        return self.here

    def fits(self, mark: Mark) -> bool:
        """Say whether the number can stand here: years, amounts and lists inside a provision open nothing."""
        if mark.kind not in NUMBERED or not mark.value:
            return True
        before = self.before(mark.kind)
        value = mark.value[0]
        if before is None:
            return value <= _JUMP
        if value > before + _JUMP:
            return False
        if mark.kind == "paragraph" and value == 1 and before >= 1 and self.last and self.last.text.endswith(":"):
            return not self.resumes(before + 1)
        return True

    def before(self, kind: str) -> int | None:
        """Return the last number of this kind in the numbering that the unit at hand would go on with."""
        holders = {"paragraph": ("article",), "subparagraph": ("paragraph", "article")}
        holder = self.here.inside(*holders.get(kind, ()), "attachment", "act") or self.root
        return self.numbers.get((id(holder), kind))

    def register(self, node: Node) -> None:
        """Note a numbered provision under all that it is in, so that it is found again without a search."""
        digits = re.match(r"\d+", node.number)
        for holder in node.up():
            self.latest[id(holder), node.kind, node.number] = node
            if digits:
                self.numbers[id(holder), node.kind] = int(digits[0])

    def resumes(self, value: int, kind: str = "paragraph") -> bool:
        """Say whether a later provision of this kind and scope has the number, before one of a higher level."""
        higher = HEADED if kind in NUMBERED else ()
        for index in range(self.at + 1, len(self.units)):
            mark = self.marks[index]
            if index in self.stamps or (mark and mark.kind in higher):
                return False
            if mark and mark.kind == kind and mark.value[:1] == (value,):
                return True
            if mark and kind == "subparagraph" and mark.kind == "paragraph":
                return False
        return False

    def old_chapter(self, mark: Mark) -> bool:
        """Say whether "2. Heading" is a chapter of the older style: its points count on by themselves."""
        unit = self.unit
        if mark.kind != "paragraph" or unit.finished or len(unit.text) > 200 or unit.display is False:
            return False
        following = next((m for m in self.marks[self.at + 1 : self.at + 4] if m), None)
        if following is None or following.kind != "paragraph" or not mark.value or not following.value:
            return False
        before = self.before("paragraph") or 0
        own, next_ = mark.value[0], following.value[0]
        chapters = [n for n in self.scope().children if n.kind == "chapter"]
        return next_ == before + 1 and own == len(chapters) + 1 and (own != before + 1 or next_ == own)

    def bare_article(self, mark: Mark) -> bool:
        """Say whether "22-1. Heading" is an article that was put in after article 22, printed without its level."""
        article = self.here.inside("article")
        base, _, added = mark.number.partition("-")
        if mark.kind != "paragraph" or not added or article is None or self.unit.finished:
            return False
        return article.number.partition("-")[0] == base != str(self.before("paragraph"))

    def continuation(self) -> bool:
        """Go on with a sentence that a page break, a link or an empty line cut."""
        node, unit = self.last, self.unit
        if node is None or unit.display is False or not node.own or node.kind not in _CUT:
            return False
        before = node.own[-1].text
        small = unit.text[:1].islower() and before[-1:] not in ".;:!?"
        if small and self.text.lines[unit.lines[0]].whole:  # a paragraph of its own, if no sentence goes on
            small = is_finished(self.units, self.marks, self.at)
        if not small and not is_cut(before, node, unit, self.grammar):
            return False
        self.give(node, unit)
        node.amending = node.amending or bool(first(self.grammar.patterns["amending"], unit.text))
        self.at += 1
        return True

    def alinea(self) -> bool:
        """Read an unnumbered paragraph: a provision's first text, or a further part of one."""
        holder, unit = self.holder(), self.unit
        self.at += 1
        if self.is_bare(holder):
            self.give(holder, unit)
            self.commands.enter(holder, unit)
        else:
            self.give(self.counted(holder, "alinea"), unit)
            holder.amending = holder.amending or bool(first(self.grammar.patterns["amending"], unit.text))
        return True

    def is_bare(self, node: Node) -> bool:
        """Say whether a provision has no text yet: its first unnumbered paragraph is its own text."""
        if node.own or node.kind not in {"article", *NUMBERED}:
            return False
        return all(child.kind == "note" for child in node.children)

    def holder(self) -> Node:
        """Return the provision that an unnumbered paragraph is a part of (contract, section 4)."""
        sub = self.here if self.here.kind == "subparagraph" else None
        while sub is not None and sub.kind == "subparagraph":
            parent = sub.parent or self.root
            if self.goes_on(sub) or sub.amending:
                return sub
            self.here = sub = parent
        return self.here if self.here.kind != "preamble" else self.root

    def goes_on(self, sub: Node) -> bool:
        """Say whether a subparagraph's text is not over: it introduces a list, or its next sibling is still to come."""
        texts = [sub, *(c for c in sub.children if c.kind == "alinea")]
        if texts[-1].text.endswith(":") or (
            len(texts) > 1 and texts[-1].text.endswith(";") and texts[0].text.endswith(":")
        ):
            return True
        index = self.following[self.at]
        if index >= len(self.units) or index in self.stamps:
            return False
        mark, value = self.marks[index], Mark("", "", sub.number, "", 0).value
        return mark is not None and mark.kind == "subparagraph" and () < value < mark.value < (value[0] + 2,)

    def _following(self) -> list[int]:
        """Return for each unit the index of the first unit from it on that has a mark or a stamp."""
        found = [len(self.units)] * (len(self.units) + 1)
        for index in range(len(self.units) - 1, -1, -1):
            here = self.marks[index] is not None or index in self.stamps
            found[index] = index if here else found[index + 1]
        return found
