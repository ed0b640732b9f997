"""What the tests of sync have in common: declaring sources, reading in this process, asking the knowledge base."""

from __future__ import annotations

from pathlib import Path

import duckdb
from portal import Portal

from buyruq.worker import read_rows

HTML = {"Content-Type": "text/html; charset=utf-8"}
VIEWS = ("documents", "acts", "clauses", "deadlines", "amendments", "versions", "changes")


def read_here(wanted, jobs, limits, language, reader, course):
    for found in wanted:
        yield found, read_rows(found.source, limits, language, reader, found.path)


def declare(folder: Path, portal: Portal | None, paths: list[str] | None = None, inbox: Path | None = None) -> Path:
    """Write a file of sources: a list of addresses and a folder."""
    text = '[agent]\ncontact = "ops@example.org"\n'
    if portal and paths:
        urls = ", ".join(f'"{portal.base}{path}"' for path in paths)
        text += f'[[source]]\nname = "web"\nkind = "urls"\nurls = [{urls}]\nallow_private = true\n'
        text += "seconds_between_requests = 0.0\n"
    if inbox:
        text += f'[[source]]\nname = "inbox"\nkind = "folder"\nbase = "{inbox}"\n'
    (folder / "sources.toml").write_text(text, "utf-8")
    return folder / "sources.toml"


def rows(kb: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(kb), read_only=True) as connection:
        return connection.execute(query).fetchall()


def content(kb: Path) -> dict[str, list[tuple]]:
    """Return the rows of the views without what tells when they were made."""
    but = {"documents": "EXCLUDE (ingested_at)", "versions": "EXCLUDE (seen_on)"}
    return {view: sorted(rows(kb, f"SELECT * {but.get(view, '')} FROM {view}"), key=repr) for view in VIEWS}
