"""What all commands share: options, errors told in one line with their exit codes, and help that keeps its examples."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from buyruq.exits import Exit
from models import BusyError, BuyruqError, SourceError, UsageError

FILE = click.Path(path_type=Path)
lang_option = click.option("--lang", type=click.Choice(["kk", "ru", "uz"]), help="Language of the text, if known.")


class Commands(click.Group):
    """The commands, with every foreseen error told in one line and turned into its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            return _fail(error, Exit.USAGE)
        except SourceError as error:
            return _fail(error, Exit.QUARANTINED)
        except BusyError as error:
            return _fail(error, Exit.BUSY)
        except BuyruqError as error:
            return _fail(error, Exit.FAILED)
        except KeyboardInterrupt:
            return _fail("stopped; nothing was changed", Exit.INTERRUPTED)


def _fail(error: object, code: Exit) -> None:
    click.echo(f"buyruq: {error}", err=True)
    sys.exit(code)


def keep_examples(command: click.Command) -> None:
    r"""Turn the `\b` of a raw docstring into the mark that tells click to keep a paragraph's lines."""
    if command.help:
        command.help = command.help.replace("\\b\n", "\b\n")
    for part in command.commands.values() if isinstance(command, click.Group) else ():
        keep_examples(part)
