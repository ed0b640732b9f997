"""What the site says of the commands and of the views, taken from the program itself."""

import re
from pathlib import Path

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from buyruq.cli import main

VIEWS = Path(__file__).parents[1] / "corpus" / "views"
COMMENT = re.compile(r"COMMENT ON (VIEW|COLUMN) ([\w.]+) IS\s+'((?:[^']|'')*)'")


class Commands(SphinxDirective):
    """The help of every command."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each command."""
        context = click.Context(main, info_name="buyruq")
        return [
            section(f"buyruq {name}", nodes.literal_block(text=help_of(main.commands[name], context)))
            for name in sorted(main.commands)
        ]


class Views(SphinxDirective):
    """The views of a knowledge base with their columns, from the comments that stand in the file as well."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each view."""
        said: dict[str, list[tuple[str, str]]] = {}
        about: dict[str, str] = {}
        for path in sorted(VIEWS.glob("*.sql")):
            for kind, name, words in COMMENT.findall(path.read_text("utf-8")):
                view, _, column = name.partition(".")
                if kind == "VIEW":
                    about[view] = words.replace("''", "'")
                else:
                    said.setdefault(view, []).append((column, words.replace("''", "'")))
        return [section(view, nodes.paragraph(text=about[view] + "."), listed(said.get(view, []))) for view in about]


def help_of(command: click.Command, context: click.Context) -> str:
    """Return what `--help` prints."""
    return command.get_help(click.Context(command, info_name=command.name, parent=context, max_content_width=100))


def section(title: str, *content: nodes.Node) -> nodes.section:
    """Return a section with an address of its own."""
    return nodes.section("", nodes.title(text=title), *content, ids=[nodes.make_id(title)], names=[title])


def listed(columns: list[tuple[str, str]]) -> nodes.Node:
    """Return columns and what they mean as a list of definitions."""
    return nodes.definition_list(
        "",
        *(
            nodes.definition_list_item(
                "", nodes.term("", "", nodes.literal(text=name)), nodes.definition("", nodes.paragraph(text=words))
            )
            for name, words in columns
        ),
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directives."""
    app.add_directive("buyruq-commands", Commands)
    app.add_directive("buyruq-views", Views)
    return {"parallel_read_safe": True}
