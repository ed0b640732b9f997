"""Akoma Ntoso 3.0 (OASIS LegalDocML): one XML document an act, and the way back to its provisions.

What the standard has an element for is that element; notes, amending commands, quoted texts and tables are
`hcontainer` with their kind as name. Attachments are documents of their own inside `attachments`. eIds are those of
the knowledge base; where an act repeats one, the second has `~2` added, as `clause_id` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lxml import etree

from buyruq.export.acts import Exported, Row, exported_acts
from buyruq.export.akn_meta import NAMESPACE, Element, element, meta
from buyruq.kb import KnowledgeBase

HIERARCHY = {"section", "chapter", "subchapter", "article", "paragraph", "subparagraph", "alinea"}
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32)], " ")  # not allowed in XML 1.0

Children = dict[str | None, list[Row]]


def write_akn(kb: KnowledgeBase, folder: Path, acts: list[str] | None = None) -> list[Path]:
    """Write one XML file an act into a folder and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for act in exported_acts(kb, acts):
        path = folder / f"{act.file_name}.xml"
        root = akn_of(act)
        _indent(root, "\n")
        etree.ElementTree(root).write(str(path), encoding="utf-8", xml_declaration=True)
        written.append(path)
    return written


def akn_of(exported: Exported) -> Element:
    """Return an act as an `akomaNtoso` element."""
    act = exported.act
    children: Children = {}
    for clause in exported.clauses:
        children.setdefault(clause["parent_eid"], []).append(clause)
    top = children.get(None, [])
    root = element("act", name=act["act_type"], contains="singleVersion")
    root.append(meta(exported))
    root.append(_preface(act, [c for c in top if c["kind"] == "note"]))
    root.extend(_preamble(clause, children) for clause in top if clause["kind"] == "preamble")
    body = [c for c in top if c["kind"] not in ("preamble", "note", "attachment")]
    root.append(
        element("body", *(_provision(clause, children) for clause in body)) if body else element("body", _nothing())
    )
    attachments = [c for c in top if c["kind"] == "attachment"]
    if attachments:
        root.append(element("attachments", *(_attachment(clause, children, exported) for clause in attachments)))
    return element("akomaNtoso", root)


def clauses_of(path: Path) -> list[Row]:
    """Return the provisions of an XML file of `write_akn`: eid, parent_eid, kind, num, heading, text, status."""
    root = etree.parse(str(path)).getroot()
    return list(_read(root, None))


def _indent(parent: Element, margin: str) -> None:
    """Put elements on lines of their own, but never change white space inside a paragraph."""
    if parent.tag in (f"{{{NAMESPACE}}}p", f"{{{NAMESPACE}}}heading", f"{{{NAMESPACE}}}num") or not len(parent):
        return
    parent.text = margin + " "
    for child in parent:
        _indent(child, margin + " ")
        child.tail = margin + " "
    parent[-1].tail = margin


def _preface(act: Row, notes: Iterable[Row]) -> Element:
    title = element("p", element("docTitle", _clean(act["title"]) or ""))
    return element("preface", title, *(_container(note) for note in notes))


def _preamble(clause: Row, children: Children) -> Element:
    made = element("preamble", element("p", _clean(clause["text"])), eId=_eid(clause))
    made.extend(_container(note) for note in children.get(clause["eid"], []))
    return made


def _container(note: Row) -> Element:
    return element("container", element("p", _clean(note["text"])), name=note["kind"], eId=_eid(note), **_status(note))


def _provision(clause: Row, children: Children) -> Element:
    """Return a provision: number, heading, then its text and what it holds."""
    kind = clause["kind"]
    made = element(kind) if kind in HIERARCHY else element("hcontainer", name=kind)
    made.set("eId", _eid(clause))
    for name, value in _status(clause).items():
        made.set(name, value)
    _label(made, clause)
    # a second provision with the same eid holds nothing: its children went to the first
    held = [] if "~" in _eid(clause) else children.get(clause["eid"], [])
    if held:
        if clause["text"]:
            made.append(element("intro", element("p", _clean(clause["text"]))))
        made.extend(_provision(child, children) for child in held)
    else:
        made.append(element("content", _paragraph(clause)))
    return made


def _paragraph(clause: Row) -> Element:
    if clause["kind"] != "quoted":
        return element("p", _clean(clause["text"]))
    return element("p", element("mod", element("quotedText", _clean(clause["text"])), eId=f"{_eid(clause)}__text"))


def _attachment(clause: Row, children: Children, exported: Exported) -> Element:
    """Return an attachment: a document with its own identification, body, and attachments."""
    held = children.get(clause["eid"], []) if "~" not in _eid(clause) else []
    inner = [child for child in held if child["kind"] == "attachment"]
    body = [child for child in held if child["kind"] != "attachment"]
    doc = element("doc", meta(exported, part=_eid(clause)), name="attachment", contains="singleVersion")
    if clause["text"]:
        doc.append(element("preface", element("p", _clean(clause["text"]))))
    doc.append(
        element("mainBody", *(_provision(child, children) for child in body))
        if body
        else element("mainBody", element("p"))
    )
    if inner:
        doc.append(element("attachments", *(_attachment(child, children, exported) for child in inner)))
    made = element("attachment", eId=_eid(clause), **_status(clause))
    _label(made, clause)
    made.append(doc)
    return made


def _label(made: Element, clause: Row) -> None:
    for name in ("num", "heading"):
        if clause[name]:
            made.append(element(name, _clean(clause[name])))


def _nothing() -> Element:
    return element("hcontainer", element("content", element("p")), name="empty")


def _eid(clause: Row) -> str:
    return str(clause["clause_id"]).rpartition("#")[2]


def _status(clause: Row) -> dict[str, str]:
    return {"status": "removed"} if clause["status"] == "repealed" else {}


def _clean(text: str | None) -> str:
    return (text or "").translate(CONTROL)


def _read(within: Element, parent: str | None) -> Iterator[Row]:
    for child in within:
        kind = etree.QName(child).localname
        eid = child.get("eId")
        if kind == "meta" or child.get("name") == "empty":
            continue
        if eid is None or kind == "mod":
            yield from _read(child, parent)
            continue
        yield {
            "eid": eid.partition("~")[0],
            "parent_eid": parent,
            "kind": child.get("name") if kind in ("hcontainer", "container") else kind,
            "num": _words(child.find(f"{{{NAMESPACE}}}num")),
            "heading": _words(child.find(f"{{{NAMESPACE}}}heading")),
            "text": _own_text(child),
            "status": "repealed" if child.get("status") == "removed" else "in_force",
        }
        yield from _read(child, eid)


def _own_text(provision: Element) -> str:
    for path in ("intro/p", "content/p", "p", "doc/preface/p"):
        found = provision.find("/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/")))
        if found is not None:
            return _words(found) or ""
    return ""


def _words(printed: Element | None) -> str | None:
    return None if printed is None else "".join(str(words) for words in printed.itertext())
