"""Where the command line starts: `repair` the short way, since people wait for it; else with everything loaded."""

from __future__ import annotations

import importlib
import sys

import click

from buyruq.mend import repair
from buyruq.shell import Commands, keep_examples


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def short() -> None:
    """Hold the commands that need no database."""


short.add_command(repair)


def main() -> None:
    """Run the command that the arguments name."""
    if sys.argv[1:2] == ["repair"]:
        keep_examples(short)
        short(prog_name="buyruq")
    else:
        importlib.import_module("buyruq.cli").main(prog_name="buyruq")
