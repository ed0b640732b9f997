"""The site is built without a warning, names no path of the machine and loads nothing from the network."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from buyruq.cli import main
from buyruq.ingest import ingest_paths

ROOT = Path(__file__).parents[1]
SPECIMENS = ROOT / "corpus" / "specimens"
STARTS = pytest.mark.parametrize("page", ["start.md", "start.ru.md", "start.kk.md"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("docs")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going",
         "-d", place / "doctrees", ROOT / "docs", place / "site"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    return place / "site"


def test_every_page_is_there(site: Path) -> None:
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert pages <= {path.stem for path in site.glob("*.html")}


def test_no_page_names_a_path_of_this_machine(site: Path) -> None:
    places = [str(ROOT), str(site.parent), str(Path.home())]
    texts = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    assert not [(path.name, place) for path, text in texts.items() for place in places if place in text]


def test_nothing_is_loaded_from_the_network(site: Path) -> None:
    loaded = re.compile(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?//[^"]*"')
    assert not [hit for path in site.rglob("*.html") for hit in loaded.findall(path.read_text("utf-8"))]


def test_public_names_are_in_the_reference(site: Path) -> None:
    text = (site / "api.html").read_text("utf-8")
    for name in (
        "buyruq.open",
        "buyruq.build",
        "buyruq.KnowledgeBase.show",
        "models.Clause",
        "buyruq.KnowledgeBase.due",
    ):
        assert f'id="{name}"' in text, name


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with kb.duckdb, as `make kb` leaves it."""
    place = tmp_path_factory.mktemp("start")
    ingest_paths(
        [path for path in SPECIMENS.iterdir() if path.name[:2] in {"01", "06", "09", "10"}], place / "kb.duckdb"
    )
    return place


@STARTS
def test_python_of_the_starts_runs(page: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("MPLBACKEND", "agg")
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL)
    exec(compile(program, page, "exec"), {})


@STARTS
def test_starts_name_commands_that_exist(page: str) -> None:
    named = set(re.findall(r"^buyruq (\w+)", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE))
    assert {"ingest", "search", "report", "export", "sql"} <= named
    assert named <= set(main.commands)
