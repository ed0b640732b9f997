"""The commands that hand a knowledge base on to other programs: `export` and `mcp`."""

from __future__ import annotations

from pathlib import Path

import click

from buyruq.export import WRITERS
from buyruq.kb import KnowledgeBase
from models import UsageError

FILE = click.Path(path_type=Path)
FORMATS = {"akn": "one Akoma Ntoso file an act", "jsonld": "one JSON-LD file an act", "parquet": "one file a view",
           "csv": "one file a view", "xlsx": "one workbook", "sqlite": "one database"}  # fmt: skip
kb_option = click.option("--kb", type=FILE, required=True, help="The knowledge base (a DuckDB file).")


@click.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(list(WRITERS)))
@kb_option
@click.option("-o", "--output", type=FILE, required=True, help="Folder (akn, jsonld, parquet, csv) or file.")
@click.option("--act", "acts", multiple=True, help="Only this act (act_id, number or 'number date'); may be repeated.")
def export(form: str, kb: Path, output: Path, acts: tuple[str, ...]) -> None:
    r"""Write a knowledge base as akn, jsonld, parquet, csv, xlsx or sqlite.

    \b
    Examples:
      buyruq export akn -o xml/ --kb kb.duckdb
      buyruq export xlsx -o acts.xlsx --kb kb.duckdb
      buyruq export jsonld -o json/ --act 367 --kb kb.duckdb
    """
    with KnowledgeBase(kb) as base:
        named: list[str] = []
        for act in acts:
            found = base.find_act(act)
            if not found:
                raise UsageError(f"{kb}: no act {act!r}. List them with: buyruq acts --kb {kb}")
            named += found
        written = WRITERS[form](base, output, named or None)
    click.echo(f"{len(written)} {'file' if len(written) == 1 else 'files'} in {output} ({FORMATS[form]})", err=True)


@click.command()
@kb_option
@click.option("--seconds", type=click.FloatRange(min=0), default=10.0, show_default=True, help="Stop a query after.")
@click.option("--rows", type=click.IntRange(1, 10_000), default=200, show_default=True, help="Rows an answer holds.")
def mcp(kb: Path, seconds: float, rows: int) -> None:
    r"""Serve a knowledge base to assistant programs over the Model Context Protocol (stdio), read-only.

    Needs the extra: pip install 'buyruq[mcp]'

    \b
    Example, and the configuration of an assistant:
      buyruq mcp --kb kb.duckdb
      {"mcpServers": {"buyruq": {"command": "buyruq", "args": ["mcp", "--kb", "kb.duckdb"]}}}
    """
    try:
        from buyruq.assistant import serve
    except ImportError as error:
        raise UsageError("the mcp package is not installed. Install it with: pip install 'buyruq[mcp]'") from error
    serve(kb, seconds, rows)
