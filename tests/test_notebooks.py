"""Every notebook runs from top to bottom on a knowledge base of the specimens."""

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from buyruq.ingest import ingest_paths

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that looks to a notebook like its own: notebooks/ beside corpus/ and kb.duckdb."""
    place = tmp_path_factory.mktemp("notebooks")
    (place / "corpus").symlink_to(ROOT / "corpus")
    ingest_paths([ROOT / "corpus" / "specimens"], place / "kb.duckdb", jobs=2)
    shutil.copytree(ROOT / "notebooks", place / "notebooks")
    return place / "notebooks"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(notebook: Path, folder: Path) -> None:
    book = nbformat.read(notebook, as_version=4)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    NotebookClient(book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_imports_only_the_front_door(notebook: Path) -> None:
    source = "\n".join(cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code")
    for package in ("corpus", "ingest", "models", "normalizers", "parsers"):
        assert f"import {package}" not in source
        assert f"from {package}" not in source
