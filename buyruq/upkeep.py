"""The commands that keep a knowledge base up to date: `sync`, `status`, `quarantine`, `rollback`, `diff`."""

from __future__ import annotations

import logging
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.text import Text

import corpus
from buyruq import render
from buyruq.exits import Exit
from buyruq.kb import KnowledgeBase
from buyruq.marks import marked
from buyruq.naming import one_act
from buyruq.progress import progress
from buyruq.status import standing
from buyruq.sync import KEPT, Synced, Syncing, plan
from buyruq.sync import retry as read_again
from buyruq.sync import sync as run_sync
from models import UsageError

FILE = click.Path(path_type=Path)
kb_option = click.option("--kb", type=FILE, required=True, help="The knowledge base (a DuckDB file).")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on stdout.")
jobs_option = click.option("--jobs", type=click.IntRange(1), help="Processes that read (default: one a core).")
keep_option = click.option(
    "--keep", type=click.IntRange(0), default=KEPT, show_default=True, help="Earlier files to keep for rollback."
)


@click.command()
@click.option("--sources", type=FILE, required=True, help="The file that declares the sources (TOML).")
@kb_option
@click.option("--dry-run", is_flag=True, help="Only say what would be looked at; fetch no document, write nothing.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Pass over what a source dates before this day.")
@jobs_option
@keep_option
@json_option
def sync(
    sources: Path, kb: Path, dry_run: bool, since: datetime | None, jobs: int | None, keep: int, as_json: bool
) -> None:
    r"""Bring a knowledge base up to date with its sources: fetch what is new, read it, publish.

    Made to be run on a schedule (deploy/): it may be killed at any moment and goes on next time where it stopped.

    \b
    Exit codes: 0 all well, 1 failed and nothing was changed, 2 wrong usage, 3 done, but something could not be fetched
    or read, 4 another run is under way.

    \b
    Example:
      buyruq sync --sources sources.toml --kb kb.duckdb
    """
    order = Syncing(sources, kb, since.date() if since else None, jobs, keep)
    if dry_run:
        _print_plan(plan(order), as_json)
        return
    logging.getLogger("stamina").setLevel(logging.ERROR)  # it would tell each passing fault by its name alone
    with progress() as step:
        done = run_sync(order, _tell, step)
    if as_json:
        render.print_json(done.summary())
    else:
        _print_synced(done, kb)
    sys.exit(done.exit)


@click.command()
@kb_option
@click.option("--within", type=click.FloatRange(min=0), default=48, show_default=True, help="Hours; older is late.")
@json_option
def status(kb: Path, within: float, as_json: bool) -> None:
    r"""Say whether a knowledge base is up to date, what failed, and when it last ran.

    \b
    Exit codes: 0 up to date, 3 not.

    \b
    Example:
      buyruq status --kb kb.duckdb --json
    """
    found = standing(kb, timedelta(hours=within))
    if as_json:
        render.print_json(found)
    else:
        click.echo("up to date" if found.up_to_date else "not up to date")
        rows = [(name, value) for name, value in asdict(found).items() if name in ("documents", "acts", "published_at")]
        rows += list((found.last_run or {}).items())
        rows += [("running now", found.running), ("earlier files kept", len(found.kept))]
        render.print_table(["", str(kb)], rows)
        for line in found.why:
            click.echo(f"- {line}")
    sys.exit(Exit.OK if found.up_to_date else Exit.QUARANTINED)


@click.group()
def quarantine() -> None:
    r"""What could not be read, with reason and remedy.

    \b
    Examples:
      buyruq quarantine list --kb kb.duckdb
      buyruq quarantine show order.pdf --kb kb.duckdb
      buyruq quarantine retry --kb kb.duckdb
    """


@quarantine.command("list")
@kb_option
@json_option
def quarantine_list(kb: Path, as_json: bool) -> None:
    """List the documents that could not be read."""
    _print_quarantined(kb, None, as_json)


@quarantine.command("show")
@click.argument("name")
@kb_option
@json_option
def quarantine_show(name: str, kb: Path, as_json: bool) -> None:
    """Show one document that could not be read, by its name, a part of it, or the beginning of its document_id."""
    _print_quarantined(kb, name, as_json)


@quarantine.command("retry")
@kb_option
@jobs_option
@keep_option
@json_option
def quarantine_retry(kb: Path, jobs: int | None, keep: int, as_json: bool) -> None:
    """Read again what could not be read."""
    with progress() as step:
        tally = read_again(Syncing(Path(), kb, None, jobs, keep), step)
    read = tally.seen - len(tally.refusals)
    if as_json:
        render.print_json({"tried": tally.seen, "read": read, "quarantined": tally.refusals})
    else:
        click.echo(f"{read} of {tally.seen} read")
    sys.exit(Exit.QUARANTINED if tally.refusals else Exit.OK)


@click.command()
@kb_option
@click.option("--list", "only_list", is_flag=True, help="Only list the files that are kept.")
def rollback(kb: Path, only_list: bool) -> None:
    r"""Put the file that was published before in place of the present one, which is set aside.

    What was fetched stays: the next sync reads it again. Stop the schedule first if that is not wanted.

    \b
    Example:
      buyruq rollback --kb kb.duckdb
    """
    if only_list:
        for path in corpus.kept(kb):
            click.echo(path)
        return
    click.echo(f"{kb} is again what it was until {corpus.roll_back(kb).stem}")


@click.command()
@click.argument("act")
@kb_option
@click.option("--from", "start", type=click.IntRange(1), help="Version to compare (default: the one before --to).")
@click.option("--to", "end", type=click.IntRange(1), help="Version to compare it with (default: the current one).")
@click.option("--lang", type=click.Choice(["kk", "ru", "uz"]), help="Language of the act.")
@json_option
def diff(act: str, kb: Path, start: int | None, end: int | None, lang: str | None, as_json: bool) -> None:
    r"""Show provision by provision what changed between two versions of an act, and which act amended it.

    \b
    Examples:
      buyruq diff "21 2015-01-15" --lang kk --kb kb.duckdb
      buyruq diff 21 --lang kk --from 1 --to 3 --kb kb.duckdb --json
    """
    with KnowledgeBase(kb) as base:
        act_id = one_act(base, act, lang)
    with corpus.connect(kb) as connection:
        versions = connection.execute(
            "SELECT version, document_id, valid_from, current FROM versions WHERE act_id = ? ORDER BY version", [act_id]
        ).fetchall()
        old, new = _two(versions, start, end)
        changes = [
            {"act_id": act_id, "eid": change.eid, "kind": change.kind, "before": change.before, "after": change.after,
             "amended_by": cause.name, "from_version": old[0], "to_version": new[0], "old_eid": change.old_eid,
             "amending_act_id": cause.act_id, "evidence": cause.evidence}
            for change, cause in corpus.changes_between(connection, old[1], new[1])
        ]  # fmt: skip
    if as_json:
        render.print_json(changes)
        return
    click.echo(f"{act_id}: version {old[0]} ({old[2]}) to version {new[0]} ({new[2]}): {len(changes)} changes")
    for change in changes:
        click.echo()
        render.show(_change_text(change))


def _two(versions: list[tuple[Any, ...]], start: int | None, end: int | None) -> tuple[Any, Any]:
    """Return the rows of the two versions to compare."""
    numbers = [row[0] for row in versions]
    end = end or next((row[0] for row in versions if row[3]), numbers[-1])
    start = start or max((number for number in numbers if number < end), default=None)
    if start not in numbers or end not in numbers:
        raise UsageError(f"this act has the versions {', '.join(map(str, numbers))}. Compare two of them")
    return versions[numbers.index(start)], versions[numbers.index(end)]


def _change_text(change: dict[str, Any]) -> Text:
    by = f"  by {change['amended_by']}" if change["amended_by"] else ""
    was = f" (was {change['old_eid']})" if change["old_eid"] else ""
    head = Text(f"{change['eid']}{was}  {change['kind']}{by}\n", style="bold")
    return head.append(marked(change["before"], change["after"]))


def _print_quarantined(kb: Path, name: str | None, as_json: bool) -> None:
    with KnowledgeBase(kb) as base:
        names, rows = base.rows(
            "SELECT source, error, document_id, bytes, ingested_at FROM documents WHERE status = 'quarantined' AND "
            "coalesce(contains(source, $name) OR starts_with(document_id, $name), true) ORDER BY source",
            {"name": name},
        )
    if name and not rows:
        raise UsageError(f"nothing named {name!r} is quarantined. List it with: buyruq quarantine list --kb {kb}")
    if as_json:
        render.print_json(render.objects(names, rows))
    elif name:
        for row in rows:
            render.print_table(["", ""], list(zip(names, row, strict=True)))
    elif rows:
        render.print_table(["source", "reason and remedy"], [row[:2] for row in rows])
    else:
        click.echo("nothing is quarantined")


def _print_plan(planned: list[tuple[Any, str]], as_json: bool) -> None:
    rows = [(candidate.source, candidate.url, does) for candidate, does in planned]
    if as_json:
        render.print_json(render.objects(["source", "url", "does"], rows))
    else:
        render.print_table(["source", "address", "would"], rows)


def _print_synced(done: Synced, kb: Path) -> None:
    rows = [
        (haul.source, haul.offered, haul.passed_over, haul.fetched, haul.new, haul.unchanged, len(haul.faults))
        for haul in done.hauls
    ]
    render.print_table(["source", "offered", "passed over", "fetched", "new", "unchanged", "failed"], rows)
    counts = {name: getattr(done.tally, name) for name in ("seen", "added", "changed", "unchanged")}
    render.print_table([f"{kb}: documents", *counts, "quarantined"], [["", *counts.values(), len(done.tally.refusals)]])


def _tell(source: str, url: str, fault: str | None) -> None:
    if fault:
        click.echo(f"buyruq: {source}: {url}: {fault}", err=True)
