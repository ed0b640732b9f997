"""The tree while it is being built, and the eids that contract section 2 gives its nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from models import Passage

# eid parts of the kinds that no printed level names.
PARTS = {"alinea": "al", "mod": "mod", "table": "table", "attachment": "att", "note": "note", "quoted": "qstr"}
RESTARTING = {"chapter": ("section",), "paragraph": ("chapter", "section"), "article": ()}


@dataclass(eq=False, slots=True)
class Node:
    """One provision; `own` and `heading` are the passages that print it, in order.

    `number` is the number in the form of eids, given or counted; `holder` is False for what only carries a number of
    eids and is no clause itself.
    """

    kind: str
    part: str = ""
    number: str = ""
    num: str | None = None
    parent: Node | None = None
    own: list[Passage] = field(default_factory=list)
    heading: list[Passage] = field(default_factory=list)
    mark: list[Passage] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    status: str = "in_force"
    page: int = 1
    sure: list[float] = field(default_factory=list)
    amending: bool = False
    form: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    eid: str = ""

    def add(self, child: Node) -> Node:
        """Append a child and return it."""
        child.parent = self
        self.children.append(child)
        return child

    def up(self) -> Iterator[Node]:
        """Yield the node and its ancestors, innermost first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def inside(self, *kinds: str) -> Node | None:
        """Return the nearest of the node and its ancestors that is of one of the kinds."""
        return next((n for n in self.up() if n.kind in kinds), None)

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def text(self) -> str:
        """Return the node's own text."""
        return " ".join(p.text for p in self.own if p.text)


def name(root: Node) -> list[tuple[Node, str]]:
    """Give every node below `root` its eid; return the nodes whose number was already taken, with the eid wanted."""
    restarts = _restarts(root)
    taken: set[str] = set()
    again: Counter[str] = Counter()
    repeated: list[tuple[Node, str]] = []
    for node in root.walk():
        if node is root:
            continue
        wanted = _wanted(node, root, restarts)
        node.eid = wanted
        while node.eid in taken:
            again[wanted] += 1
            node.eid = f"{wanted}_{again[wanted] + 1}"
        if node.eid != wanted and node.kind != "note":
            repeated.append((node, wanted))
        taken.add(node.eid)
    return repeated


def _wanted(node: Node, root: Node, restarts: set[tuple[int, str]]) -> str:
    """Return the eid that the node's kind, number and container ask for."""
    parent = node.parent or root
    if node.kind == "preamble":
        return f"{parent.eid}__preamble" if parent.eid else "preamble"
    if node.kind == "note":
        return f"{parent.eid}__note" if parent is not root else "title__note"
    if node.kind == "quoted":
        return f"{parent.eid}__qstr" if parent.kind == "mod" else f"{parent.eid}__mod_{node.number}__qstr"
    prefix = _container(node, parent, root, restarts).eid
    own = f"{node.part}_{node.number}"
    return f"{prefix}__{own}" if prefix else own


def _container(node: Node, parent: Node, root: Node, restarts: set[tuple[int, str]]) -> Node:
    """Return the node inside which the numbering of this kind restarts."""
    if node.kind not in RESTARTING:
        return parent
    if node.kind == "paragraph" and parent.kind not in {
        "chapter",
        "subchapter",
        "section",
        "attachment",
        "act",
        "part",
    }:
        return parent
    scope = parent.inside("attachment") or root
    for kind in RESTARTING[node.kind]:
        holder = parent.inside(kind)
        if holder is not None and (id(scope), f"{node.kind} in {kind}") in restarts:
            return holder
    return scope


def _restarts(root: Node) -> set[tuple[int, str]]:
    """Return the (scope, kind in container) pairs whose numbering begins anew in each container."""
    found: set[tuple[int, str]] = set()
    scopes = [root, *(n for n in root.walk() if n.kind == "attachment")]
    for kind, containers in RESTARTING.items():
        for container in containers:
            for scope in scopes:
                if _begins_anew(scope, root, kind, container):
                    found.add((id(scope), f"{kind} in {container}"))
    return found


def _begins_anew(scope: Node, root: Node, kind: str, container: str) -> bool:
    """Say whether most containers of the scope begin with number 1 and share numbers with each other."""
    runs: dict[int, list[str]] = {}
    for node in scope.walk():
        parent = node.parent
        if node.kind != kind or parent is None or (parent.inside("attachment") or root) is not scope:
            continue
        if kind == "paragraph" and parent.kind not in {"chapter", "subchapter", "section"}:
            continue
        holder = parent.inside(container)
        if holder is not None:
            runs.setdefault(id(holder), []).append(node.number)
    shared = [n for n, count in Counter(n for run in runs.values() for n in set(run)).items() if count > 1]
    firsts = sum(run[0] in {"1", "i"} for run in runs.values())
    return len(runs) > 1 and bool(shared) and firsts * 2 > len(runs)
