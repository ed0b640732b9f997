"""JSON-LD with the vocabularies that search engines and legal portals share: schema.org Legislation and ELI."""

from __future__ import annotations

import json
from pathlib import Path

from buyruq.export.acts import Exported, Row, exported_acts
from buyruq.kb import KnowledgeBase

CONTEXT = {"@vocab": "https://schema.org/", "eli": "http://data.europa.eu/eli/ontology#"}
FORCE = {"in_force": "InForce", "repealed": "NotInForce"}


def write_jsonld(kb: KnowledgeBase, folder: Path, acts: list[str] | None = None) -> list[Path]:
    """Write one JSON-LD file an act into a folder and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for act in exported_acts(kb, acts):
        path = folder / f"{act.file_name}.jsonld"
        path.write_text(json.dumps(jsonld_of(act), ensure_ascii=False, indent=1) + "\n", "utf-8")
        written.append(path)
    return written


def jsonld_of(exported: Exported) -> Row:
    """Return an act as one Legislation object with its provisions as parts; what is not known is left out."""
    act = exported.act
    whole = {
        "@context": CONTEXT,
        "@type": ["Legislation", "eli:LegalExpression"],
        "@id": act["act_id"],
        "name": act["title"],
        "legislationIdentifier": act["number"],
        "legislationType": act["act_type"],
        "legislationDate": _day(act["adopted_on"]),
        "legislationDateVersion": _day(act["valid_from"]),
        "legislationPassedBy": {"@type": "Organization", "name": act["issuer"]} if act["issuer"] else None,
        "legislationJurisdiction": act["jurisdiction"],
        "inLanguage": f"{act['language']}-{act['script']}",
        "exampleOfWork": {"@id": act["work_id"], "@type": "Legislation"},
        "eli:realizes": {"@id": act["work_id"]},
        "legislationChanges": _others(exported, "target_number", "target_date", "command"),
        "eli:changed_by": _others(exported, "amending_number", "amending_date", "note"),
        "citation": sorted({row["resolved_act_id"] for row in exported.citations
                            if row["scope"] == "external" and row["resolved_act_id"]}),
        "hasPart": _parts(exported),
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value not in (None, [])}


def _parts(exported: Exported) -> list[Row]:
    children: dict[str | None, list[Row]] = {}
    for clause in exported.clauses:
        children.setdefault(clause["parent_eid"], []).append(clause)
    return [_part(clause, children) for clause in children.get(None, [])]


def _part(clause: Row, children: dict[str | None, list[Row]]) -> Row:
    eid = str(clause["clause_id"]).rpartition("#")[2]
    held = [] if "~" in eid else [_part(child, children) for child in children.get(clause["eid"], [])]
    part = {
        "@type": ["Legislation", "eli:LegalResourceSubdivision"],
        "@id": clause["clause_id"],
        "legislationIdentifier": eid,
        "legislationType": clause["kind"],
        "position": clause["num"],
        "name": clause["heading"],
        "text": clause["text"] or None,
        "legislationLegalForce": FORCE.get(clause["status"]),
        "hasPart": held,
    }
    return {name: value for name, value in part.items() if value not in (None, [])}


def _others(exported: Exported, number: str, day: str, source: str) -> list[Row]:
    named = {(row[number], _day(row[day])) for row in exported.amendments if row["source"] == source and row[number]}
    return [
        {"@type": "Legislation", "legislationIdentifier": told, **({"legislationDate": on} if on else {})}
        for told, on in sorted(named, key=str)
    ]


def _day(day: object) -> str | None:
    return str(day) if day else None
