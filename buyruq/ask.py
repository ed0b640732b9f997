"""The commands that ask a knowledge base: `sql`, `search`, `due`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

import corpus
from buyruq import render
from buyruq.kb import KnowledgeBase
from buyruq.questions import SECONDS, named_query, objects
from models import UsageError

kb_option = click.option(
    "--kb", type=click.Path(path_type=Path), required=True, help="The knowledge base (a DuckDB file)."
)
format_option = click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("query", required=False)
@click.option("--named", type=click.Choice(corpus.QUESTIONS), help="A question by its name, instead of a query.")
@kb_option
@format_option
@click.option("--seconds", type=click.FloatRange(min=0), default=SECONDS, show_default=True, help="Stop after.")
@click.pass_context
def sql(ctx: click.Context, query: str | None, named: str | None, kb: Path, form: str, seconds: float) -> None:
    r"""Answer one SELECT; nothing can be written, and no other file or address can be reached.

    With --named, a question of the knowledge base; its parameters are options. The same questions are macros for
    every SQL client: FROM positions(category := 'C-SVO-%').

    \b
    Examples:
      buyruq sql "SELECT number, title FROM acts ORDER BY adopted_on" --kb kb.duckdb
      buyruq sql "FROM deadlines WHERE unit = 'working_day'" --kb kb.duckdb --format json
      buyruq sql --named positions --category 'C-SVO-*' --kb kb.duckdb
      buyruq sql --named amendments --of 550 --kb kb.duckdb
      buyruq sql "SELECT function_name, comment FROM duckdb_functions() WHERE comment <> ''" --kb kb.duckdb
    """
    values: dict[str, object] = {}
    words = [*([query] if query else []), *ctx.args]  # a query may begin with a comment, which looks like an option
    if named:
        query, values = named_query(named, _options(words))
    elif len(words) != 1:
        raise UsageError("give one query in quotes, or --named and a question")
    with KnowledgeBase(kb) as base:
        names, rows = base.rows(query or words[0], values, seconds)
    _print(form, names, rows)


@click.command()
@click.argument("query")
@kb_option
@click.option("--lang", type=click.Choice(["kk", "ru", "uz"]), help="Only in texts of this language.")
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many clauses.")
@format_option
def search(query: str, kb: Path, lang: str | None, top: int, form: str) -> None:
    r"""Find the clauses that hold words, in any form, in either script, with or without look-alike letters.

    \b
    Examples:
      buyruq search "резерв кадров" --lang ru --kb kb.duckdb
      buyruq search "mehnat shartnomasi" --kb kb.duckdb --top 5
    """
    with KnowledgeBase(kb) as base:
        names, rows = base.rows(*named_query("search", {"query": query, "lang": lang, "top": top}))
    if form == "table":
        shown = ("score", "number", "adopted_on", "eid", "page", "line")
        places = [names.index(name) for name in shown]
        names, rows = list(shown), [tuple(row[place] for place in places) for row in rows]
    _print(form, names, rows)


@click.command()
@click.argument("eid")
@click.argument("event_date")
@click.option("--act", help="The act: its act_id, its number, or 'number date'.")
@click.option("--backward/--forward", default=None, help="Whether the term is counted back from the event.")
@kb_option
@format_option
def due(eid: str, event_date: str, act: str | None, backward: bool | None, kb: Path, form: str) -> None:
    r"""Say when the terms of a provision end, counted from a date, by the calendar of the act's country.

    With `commencement` in place of an eid: from when the act is in force, counted from its publication.

    \b
    Examples:
      buyruq due att_2__para_11 2026-03-02 --act 367 --kb kb.duckdb
      buyruq due commencement 2026-03-02 --act 367 --kb kb.duckdb
    """
    with KnowledgeBase(kb) as base:
        if eid == "commencement":
            if not act:
                raise UsageError("commencement of which act? Name it with --act")
            found = base.commencement(act, event_date)
        else:
            found = base.due(eid, event_date, act, backward)
    shown = ["due_on", "certain", "why", "law", "text", "number", "eid", "page"]
    _print(form, shown, [[_told(row[name]) for name in shown] for row in objects(found)])


def _told(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.date() if isinstance(value, datetime) else value


def _options(words: list[str]) -> dict[str, object]:
    """Return `--name value` and `--name=value` as a mapping. Raises UsageError for anything else."""
    told: dict[str, object] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if not name.startswith("--") or not (equals or rest):
            raise UsageError(f"{word!r}: parameters of a question are written as --name value")
        told[name[2:].replace("-", "_")] = value if equals else rest.pop(0)
    return told


def _print(form: str, names: list[str], rows: list[Any]) -> None:
    if form == "json":
        render.print_json(render.objects(names, rows))
    elif form == "csv":
        render.print_csv(names, rows)
    else:
        render.print_table(names, rows)
