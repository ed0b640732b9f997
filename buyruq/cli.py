"""The command line: `buyruq COMMAND`. Answers go to stdout, everything else to stderr."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from buyruq import api, render
from buyruq.ask import due, search, sql
from buyruq.exits import Exit
from buyruq.explain import explained
from buyruq.hand_on import export, mcp
from buyruq.ingest import Tally, ingest_paths
from buyruq.kb import KnowledgeBase
from buyruq.mend import repair
from buyruq.naming import one_act
from buyruq.page_images import read_drawn
from buyruq.progress import page_progress, progress
from buyruq.shell import FILE, Commands, keep_examples, lang_option
from buyruq.upkeep import diff, quarantine, rollback, status, sync
from models import UsageError

kb_option = click.option("--kb", type=FILE, required=True, help="The knowledge base (a DuckDB file).")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on stdout.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="buyruq")
def main() -> None:
    r"""Legal acts of Kazakhstan and Uzbekistan, as they circulate, into one DuckDB knowledge base.

    \b
    Start:
      buyruq ingest acts/ --kb acts.duckdb
      buyruq acts --kb acts.duckdb
      buyruq show 367 --kb acts.duckdb
      buyruq search "резерв кадров" --kb acts.duckdb
      buyruq sql "SELECT title, category_code FROM positions" --kb acts.duckdb

    \b
    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some documents could not be read,
    4 another run is writing to the knowledge base.
    """


@main.command()
@click.argument("paths", nargs=-1, required=True, type=FILE)
@kb_option
@click.option("--jobs", type=click.IntRange(1), help="Processes that read (default: one a core).")
@lang_option
@click.option("--retry", is_flag=True, help="Read quarantined documents again although nothing changed.")
@json_option
def ingest(paths: tuple[Path, ...], kb: Path, jobs: int | None, lang: str | None, retry: bool, as_json: bool) -> None:
    r"""Read files or folders (pdf, png, jpg, tiff, webp, bmp, gif, txt, md, html, docx) into a knowledge base.

    What is stored already is passed over. A document that cannot be read is quarantined and named on stderr with the
    reason and what to do about it; the others are stored, and the exit code is 3.

    \b
    Examples:
      buyruq ingest corpus/specimens --kb kb.duckdb
      buyruq ingest order.pdf scans/ --kb kb.duckdb --jobs 4
    """
    with progress() as step:
        tally = ingest_paths(paths, kb, jobs=jobs, language=lang, retry=retry, step=step)
    _summary(tally, kb, as_json)
    sys.exit(Exit.QUARANTINED if tally.refusals else Exit.OK)


@main.command()
@kb_option
@json_option
def acts(kb: Path, as_json: bool) -> None:
    r"""List the acts of a knowledge base.

    \b
    Example:
      buyruq acts --kb kb.duckdb
    """
    with KnowledgeBase(kb) as base:
        names, rows = base.rows(
            "SELECT number, adopted_on, language, act_type, issuer, title, (SELECT count(*) FROM clauses c WHERE "
            "c.act_id = acts.act_id) AS clauses, act_id FROM acts ORDER BY adopted_on, number, language"
        )
    if as_json:
        render.print_json(render.objects(names, rows))
    else:
        render.print_table(names[:-1], [row[:-1] for row in rows])


@main.command()
@click.argument("act")
@kb_option
@click.option("--eid", help="Only this provision and what it holds.")
@lang_option
@json_option
def show(act: str, kb: Path, eid: str | None, lang: str | None, as_json: bool) -> None:
    r"""Show the clause tree of an act, named by its act_id, its number, or "number date".

    \b
    Examples:
      buyruq show 367 --kb kb.duckdb
      buyruq show "367 2021-07-30" --lang kk --kb kb.duckdb --eid att_2__chp_1
    """
    with KnowledgeBase(kb) as base:
        act_id = one_act(base, act, lang)
        title = base.rows("SELECT title FROM acts WHERE act_id = ?", [act_id])[1][0][0]
        names, rows = base.rows(
            "SELECT eid, parent_eid, kind, num, heading, text, status, page, confidence FROM clauses "
            "WHERE act_id = $act_id ORDER BY ord",
            {"act_id": act_id},
        )
    clauses = render.objects(names, rows)
    if eid:
        clauses = _below(clauses, eid)
        if not clauses:
            raise UsageError(f"{act_id}: no provision {eid}. List them with: buyruq show '{act}' --kb {kb}")
    if as_json:
        render.print_json(clauses)
    else:
        render.show(render.clause_tree(f"{act_id}  {title or ''}", clauses))


@main.command()
@click.argument("act")
@kb_option
@click.option("-o", "--output", type=FILE, required=True, help="The page to write, such as act.html.")
@lang_option
def report(act: str, kb: Path, output: Path, lang: str | None) -> None:
    r"""Write an act as one HTML page: clause tree, facts, repaired and doubtful words. It needs no network.

    \b
    Example:
      buyruq report 58 --kb kb.duckdb -o act.html
    """
    with KnowledgeBase(kb) as base:
        written = base.show(act, lang).save(output)
    click.echo(f"{written}: {written.stat().st_size / 1000:.0f} KB", err=True)


@main.command()
@click.argument("file", type=FILE)
@lang_option
@click.option("--page-images", type=FILE, metavar="DIR", help="Draw words, lines, tables and clauses on the pages.")
def read(file: Path, lang: str | None, page_images: Path | None) -> None:
    r"""Print the reading of one file as JSON, without any database.

    \b
    Examples:
      buyruq read order.pdf | jq .act.title
      buyruq read scan.png --page-images checked
    """
    with page_progress(file):
        reading = read_drawn(file, lang, page_images) if page_images else api.read(file, lang)
    document = {"source": reading.document.source, "document_id": reading.document.document_id}
    render.print_json(
        {"document": document | {"media_type": reading.document.media_type}}
        | {name: getattr(reading, name) for name in ("act", "facts", "issues", "text")}
    )


@main.command()
@click.argument("file", type=FILE)
@click.option("--eid", help="Only this provision and what it holds.")
@lang_option
@json_option
def explain(file: Path, eid: str | None, lang: str | None, as_json: bool) -> None:
    r"""Say which rule made which fact of a file, with the words it matched.

    \b
    Example:
      buyruq explain order.txt --eid att_1__para_12
    """
    found = list(explained(api.read(file, lang), eid))
    if as_json:
        render.print_json(found)
        return
    for fact in found:
        says = ", ".join(f"{name}={render.plain(value)}" for name, value in fact.says.items())
        click.echo(f"{fact.eid}  {fact.kind}  rule {fact.rule}  confidence {fact.confidence:.2f}  page {fact.page}")
        click.echo(f"    words: {fact.words}\n    says:  {says}")
    if not found:
        click.echo("no facts here", err=True)


for command in (repair, sql, search, due, export, mcp, sync, status, quarantine, rollback, diff):
    main.add_command(command)
keep_examples(main)


def _below(clauses: list[dict[str, Any]], eid: str) -> list[dict[str, Any]]:
    """Return a clause and its descendants by parent_eid."""
    kept = {eid}
    below = []
    for clause in clauses:
        if clause["eid"] == eid or clause["parent_eid"] in kept:
            kept.add(clause["eid"])
            below.append(clause)
    return below


def _summary(tally: Tally, kb: Path, as_json: bool) -> None:
    counts = {
        "seen": tally.seen,
        "added": tally.added,
        "changed": tally.changed,
        "unchanged": tally.unchanged,
        "quarantined": len(tally.refusals),
    }
    with KnowledgeBase(kb) as base:
        views = ("documents", "acts", "clauses", "positions", "deadlines", "amendments", "citations", "definitions")
        held = {view: base.rows(f"SELECT count(*) FROM {view}")[1][0][0] for view in views}
    if as_json:
        render.print_json({"kb": str(kb), "run": counts, "holds": held, "quarantined": tally.refusals})
    else:
        render.print_table(list(counts), [list(counts.values())])
        render.print_table([f"{kb} holds", "rows"], list(held.items()))
