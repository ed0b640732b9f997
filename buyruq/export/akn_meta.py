"""The metadata of an act in Akoma Ntoso: FRBR identification, life cycle, textual modifications, references."""

from __future__ import annotations

from datetime import date
from typing import Any

from lxml import etree

from buyruq.export.acts import Exported, Row

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
NAMES: Any = {None: NAMESPACE}
SOURCE = "#buyruq"
MODIFICATIONS = {"new_redaction": "replacement", "amend": "substitution", "insert": "insertion", "repeal": "repeal"}

Element = etree._Element


def element(tag: str, *children: Element | str, **attributes: str) -> Element:
    """Return an element of Akoma Ntoso; a string among the children is its text."""
    made = etree.Element(f"{{{NAMESPACE}}}{tag}", attributes, nsmap=NAMES)
    for child in children:
        if isinstance(child, str):
            made.text = child
        else:
            made.append(child)
    return made


def meta(exported: Exported, part: str | None = None) -> Element:
    """Return the `meta` of an act, or of one attachment (`part`) of it."""
    act = exported.act
    made = element("meta", _identification(act, part))
    if part is None:
        events = sorted({row["amending_date"] for row in _noted(exported) if row["amending_date"]})
        made.append(_lifecycle(act, events))
        analysis = _analysis(exported)
        if analysis is not None:
            made.append(analysis)
        made.append(_references(act))
    return made


def _references(act: Row) -> Element:
    program = element("TLCOrganization", eId="buyruq", href="/ontology/organization/buyruq", showAs="buyruq")
    issuer = element(
        "TLCOrganization", eId="issuer", href="/ontology/organization/issuer", showAs=act["issuer"] or "unknown"
    )
    return element("references", program, issuer, source=SOURCE)


def _identification(act: Row, part: str | None) -> Element:
    component = f"/!{part}" if part else "/!main"
    work, expression = act["work_id"], act["act_id"]
    adopted, generated = _adopted(act), _generated(act)
    return element(
        "identification",
        element(
            "FRBRWork",
            element("FRBRthis", value=work + component),
            element("FRBRuri", value=work),
            adopted,
            element("FRBRauthor", href="#issuer"),
            element("FRBRcountry", value=act["jurisdiction"].lower()),
            *([element("FRBRnumber", value=act["number"])] if act["number"] else []),
        ),
        element(
            "FRBRExpression",
            element("FRBRthis", value=expression + component),
            element("FRBRuri", value=expression),
            _dated(act["valid_from"], "redaction") if act["valid_from"] else _generated(act),
            element("FRBRauthor", href="#issuer"),
            element("FRBRlanguage", language=expression.rsplit("/", 1)[-1].partition("@")[0][:3]),
        ),
        element(
            "FRBRManifestation",
            element("FRBRthis", value=f"{expression}{component}.xml"),
            element("FRBRuri", value=f"{expression}.xml"),
            generated,
            element("FRBRauthor", href=SOURCE),
        ),
        source=SOURCE,
    )


def _adopted(act: Row) -> Element:
    """Return the date of the work. An act that prints none has the date of nothing: year 1, and says so."""
    return _dated(act["adopted_on"], "adoption") if act["adopted_on"] else _dated(date(1, 1, 1), "unknown")


def _generated(act: Row) -> Element:
    return _dated(act["valid_from"] or act["adopted_on"] or date(1, 1, 1), "text")


def _dated(day: date, name: str) -> Element:
    return element("FRBRdate", date=day.isoformat(), name=name)


def _lifecycle(act: Row, events: list[date]) -> Element:
    first = act["adopted_on"] or date(1, 1, 1)
    made = element("lifecycle", source=SOURCE)
    made.append(element("eventRef", eId="e0", date=first.isoformat(), type="generation", source=SOURCE))
    for number, day in enumerate(events, 1):
        made.append(element("eventRef", eId=f"e{number}", date=day.isoformat(), type="amendment", source=SOURCE))
    return made


def _noted(exported: Exported) -> list[Row]:
    return [row for row in exported.amendments if row["source"] == "note"]


def _analysis(exported: Exported) -> Element | None:
    """Return textual modifications: passive ones from notes, active ones from commands."""
    active = [row for row in exported.amendments if row["source"] == "command"]
    passive = _noted(exported)
    if not active and not passive:
        return None
    made = element("analysis", source=SOURCE)
    if active:
        modifications = [_textual(row, f"am_{n}", _here(row["eid"]), _target(exported.act, row))
                         for n, row in enumerate(active, 1)]  # fmt: skip
        made.append(element("activeModifications", *modifications))
    if passive:
        modifications = [_textual(row, f"pm_{n}", _amending(exported.act, row), _here(row["target_eid"] or row["eid"]))
                         for n, row in enumerate(passive, 1)]  # fmt: skip
        made.append(element("passiveModifications", *modifications))
    return made


def _textual(row: Row, eid: str, source: str, destination: str) -> Element:
    return element(
        "textualMod",
        element("source", href=source),
        element("destination", href=destination),
        eId=eid,
        type=MODIFICATIONS[row["operation"]],
    )


def _here(eid: str) -> str:
    return f"#{eid}"


def _target(act: Row, row: Row) -> str:
    """Return where a command applies. The type and issuer of the amended act are not known: only date and number."""
    place = f"#{row['target_eid']}" if row["target_eid"] else ""
    return _elsewhere(act, row["target_date"], row["target_number"]) + place


def _amending(act: Row, row: Row) -> str:
    return _elsewhere(act, row["amending_date"], row["amending_number"])


def _elsewhere(act: Row, day: date | None, number: str | None) -> str:
    told = "_".join((number or "unknown").lower().split())
    return f"/akn/{act['jurisdiction'].lower()}/act/{day or 'unknown'}/{told}"
