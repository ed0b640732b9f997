"""The command `repair`: only the text repair, without a database and without what the other commands load."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import ingest
from buyruq.explain_repair import explained_repair
from buyruq.pipeline import ALONE, repair_document
from buyruq.shell import FILE, lang_option


@click.command()
@click.argument("file", type=FILE)
@click.option("-o", "--output", type=FILE, help="Write here instead of stdout.")
@lang_option
@click.option("--explain", "show_changes", is_flag=True, help="Print changed and doubtful lines before and after.")
def repair(file: Path, output: Path | None, lang: str | None, show_changes: bool) -> None:
    r"""Repair the text of a file and do nothing else; line breaks are kept.

    \b
    Examples:
      buyruq repair soup.txt --lang kk -o repaired.txt
      buyruq repair soup.txt --explain
    """
    repaired = repair_document(ingest.open_document(file, ALONE, lang), ALONE)
    text = "\n".join(explained_repair(repaired)) if show_changes else repaired.string
    data = (text if text.endswith("\n") else text + "\n").encode("utf-8")
    if output:
        output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
