"""Every notebook runs from top to bottom and builds its own knowledge base from the specimens."""

import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that looks to a notebook like its own: notebooks/ beside corpus/."""
    place = tmp_path_factory.mktemp("notebooks")
    (place / "corpus").symlink_to(ROOT / "corpus")
    shutil.copytree(ROOT / "notebooks", place / "notebooks", ignore=shutil.ignore_patterns("*.duckdb"))
    return place / "notebooks"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(notebook: Path, folder: Path) -> None:
    book = nbformat.read(notebook, as_version=4)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    NotebookClient(book, timeout=280, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_imports_only_the_front_door(notebook: Path) -> None:
    source = "\n".join(cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code")
    for package in ("corpus", "ingest", "models", "normalizers", "parsers"):
        assert f"import {package}" not in source
        assert f"from {package}" not in source


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_without_answers_and_explains_itself(notebook: Path) -> None:
    cells = nbformat.read(notebook, as_version=4).cells
    assert not any(cell.outputs for cell in cells if cell.cell_type == "code")
    assert cells[0].cell_type == "markdown"
    assert sum(cell.cell_type == "markdown" for cell in cells) >= 5


def test_there_are_notebooks_and_no_function_is_defined_in_them() -> None:
    """What two notebooks need belongs into buyruq."""
    assert len(NOTEBOOKS) == 5
    for notebook in NOTEBOOKS:
        assert not re.search(r'"(?:async )?def |"class ', notebook.read_text("utf-8"))
