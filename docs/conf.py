"""The site: `make docs`. Pages are the Markdown files of this folder, the reference comes from docstrings."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "buyruq"
author = "the buyruq contributors"
release = metadata.version("buyruq")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "reference"]
root_doc = "index"
exclude_patterns = ["build"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # sessions with "…" in them are no programs
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_preserve_defaults = True
default_role = "code"  # `single` quotes in docstrings
html_theme = "furo"
html_title = "buyruq"
html_show_sourcelink = False
html_copy_source = False
