"""Signatures under an act's last provision, and what stands between them and the attachments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.marks import HEADED, first
from parsers.node import Node
from parsers.passage import bounds, cut

if TYPE_CHECKING:
    from parsers.tree import Builder

_NARROW = 60  # a line of a signature that names no office is no longer
_TEXT = 150  # a line under a signature that is longer is text


class Signatures:
    """The rules of signatures, on the builder's units."""

    def __init__(self, builder: Builder) -> None:
        self.b = builder
        self.loose: list[Node] = []  # attachments without a stamp

    def read(self) -> bool:
        """Take the post and the name under the act's last provision; what follows up to a stamp is no clause."""
        b = self.b
        if b.closed or b.scope() is not b.root or b.marks[b.at] or not b.root.children:
            return False
        agreed = first(b.grammar.patterns["agreement"], b.unit.text)
        if agreed and agreed.start() == 0 and agreed[0].isupper():
            b.closed = True  # the signature ran into the last sentence: see `tail`
            return b.drop("agreement")
        count = self.signs(b.at)
        if not count:
            return False
        own = not b.signature  # a draft under the act bears the signature that it is to have
        for unit in b.units[b.at : b.at + count]:
            b.signature += [unit] * own
            b.dropped.append((unit, "signature"))
        b.at += count
        b.closed = True
        return True

    def signs(self, index: int) -> int:
        """Return how many units from `index` on are a signature; 0 where they are none."""
        if index < len(self.b.units) and self.agreed(index):
            return 0
        return self.signed_table(index) or self.signed_lines(index) or self.last_lines(index)

    def agreed(self, index: int) -> bool:
        """Say whether a unit begins an agreement stamp, which others than the issuer sign."""
        text = self.b.units[index].text
        found = first(self.b.grammar.patterns["agreement"], text)
        return found is not None and not any(c.isalpha() for c in text[: found.start()])

    def signed_lines(self, index: int) -> int:
        """Return how many lines of posts end with a name, or with a post that needs none; or 0."""
        b = self.b
        for ahead in range(5):
            if index + ahead >= len(b.units):
                return 0
            unit = b.units[index + ahead]
            ended = unit.finished and unit.role != "signature"  # initials behind a surname have a full stop
            if b.marks[index + ahead] or ended or len(unit.text) > 250 or (index + ahead) in b.stamps:
                return 0
            if self.agreed(index + ahead) or (ahead == 0 and unit.text[:1].islower() and not self.is_name(index)):
                return 0
            if self.is_name(index + ahead):
                lines = [u.text for u in b.units[index : index + ahead + 1]]
                wide = ahead and max(map(len, lines)) > _NARROW
                if wide and not first(b.grammar.patterns["post"], " ".join(lines)):
                    return 0
                return ahead + 1 + self.spare(index + ahead + 1)
            if unit.role == "signature" or first(b.grammar.patterns["signature"], unit.text):
                following = [n for n in (1, 2, 3) if self.is_name(index + ahead + n)]
                return ahead + 1 + (following[0] if following else self.goes_on(index + ahead))
            if unit.table is not None or unit.text.count(" ") > 14:
                return 0
        return 0

    def goes_on(self, index: int) -> int:
        """Return 1 where a post without a name goes on in the next line."""
        two = self.b.units[index : index + 2]
        return int(
            len(two) == 2 and first(self.b.grammar.patterns["signature"], f"{two[0].text} {two[1].text}") is not None
        )

    def last_lines(self, index: int) -> int:
        """Return how many short lines without a full stop end the act, a post whose name is not in the text; or 0."""
        b = self.b
        stop = index
        while stop < len(b.units) and stop not in b.stamps and not self.agreed(stop):
            unit = b.units[stop]
            if unit.finished or unit.table is not None or b.marks[stop] or len(unit.text) > 80 or stop - index > 2:
                return 0
            stop += 1
        text = " ".join(u.text for u in b.units[index:stop])
        return stop - index if first(b.grammar.patterns["post"], text) else 0

    def signed_table(self, index: int) -> int:
        """Return how many rows of a small table of posts and names stand here; 0 where there is no such table."""
        b = self.b
        stop = index
        while stop < len(b.units) and b.units[stop].table is not None and stop not in b.stamps:
            stop += 1
        text = " ".join(u.text for u in b.units[index:stop])
        post_alone = any(
            "name" not in p.regex.groupindex and p.regex.search(text) for p in b.grammar.patterns["signature"]
        )
        surname = first(b.grammar.patterns["post"], text) and first(b.grammar.patterns["surname_first"], text)
        signed = len(text) < 300 and (first(b.grammar.patterns["person"], text) or post_alone or surname)
        return stop - index if signed and stop - index < 6 else 0

    def tail(self) -> None:
        """Part post and name from the last own provision, where they ran into its sentence."""
        b = self.b
        own = [
            n for n in b.root.walk() if n.own and n.inside("attachment") is None and n.kind not in {"note", "quoted"}
        ]
        if b.signature or not own:
            return
        node = own[-1]
        found = first(b.grammar.patterns["signature_tail"], node.own[-1].text)
        stop = bounds(node.own[-1:]).stop
        unit = next((u for u in b.units if u.own.segments and bounds([u.own]).stop == stop), None)
        if found and unit is not None and first(b.grammar.patterns["post"], found["post"]):
            whole = node.own[-1]
            node.own[-1] = cut(whole, 0, found.start())
            b.signature.append(replace(unit, own=cut(whole, found.start("post"))))
            b.dropped.append((b.signature[-1], "signature"))

    def is_name(self, index: int) -> bool:
        """Say whether a unit is a name, or a post with a name after or (in two columns) before it."""
        b = self.b
        if index >= len(b.units) or index in b.stamps or b.marks[index] or len(b.units[index].text) > 250:
            return False
        text = b.units[index].text
        found = next((m for p in b.grammar.patterns["signature"] if (m := p.regex.search(text))), None)
        if found is None or "name" not in found.groupdict():
            found = first(b.grammar.patterns["signature_name"], text)
        return found is not None

    def spare(self, index: int) -> int:
        """Return 1 where the post goes on in the unit after the name, as two columns are read: its genitive waits."""
        b = self.b
        if index >= len(b.units) or index in b.stamps or b.marks[index]:
            return 0
        name = first((*b.grammar.patterns["signature"], *b.grammar.patterns["signature_name"]), b.units[index - 1].text)
        post = b.units[index - 1].text[: name.start("name")].strip() if name and "name" in name.groupdict() else ""
        unit = b.units[index]
        open_post = bool(post) and any(p.regex.search(post) for p in b.grammar.patterns["nominative"])
        return int(open_post and not unit.finished and len(unit.text) < 90 and unit.table is None)

    def after(self) -> bool:
        """Leave out agreement stamps and the like, unless a new part of the text opens."""
        b = self.b
        if not b.closed:
            return False
        mark = b.marks[b.at]
        if mark and (mark.kind in HEADED or mark.value[:1] == (1,)):
            return False
        if first(b.grammar.patterns["document_kind"], b.unit.text) and not b.unit.finished:
            return False
        if first(b.grammar.patterns["agreement"], b.unit.text):
            return b.drop("agreement")
        if self.signed_table(b.at):
            return b.drop("signature")
        enacts = first(b.grammar.patterns["enacting"], b.unit.text)
        if b.unit.table is not None or enacts or (b.unit.finished and len(b.unit.text) > _TEXT):
            return self.unstamped()
        return b.drop("after the signature")

    def unstamped(self) -> bool:
        """Open an attachment for text after the signature that has no stamp; the line above it is its heading."""
        b = self.b
        above = b.dropped[-1] if b.dropped else None
        node = b.attach.attached(b.root, "", None, b.unit)
        if (
            above
            and above[1] == "after the signature"
            and not above[0].finished
            and above[0].lines[-1] + 4 > b.unit.lines[0]
        ):
            b.dropped.pop()
            b.give(node, above[0], heading=True)
        self.loose.append(node)
        return False
