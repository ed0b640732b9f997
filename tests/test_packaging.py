"""What the project declares is what it is: packages, dependencies, lock files without addresses."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OURS = {"buyruq", "corpus", "ingest", "models", "normalizers", "parsers"}
LOCKS = ("requirements.txt", "requirements-dev.txt")
TRAINING = {  # run by developers, with the libraries of the dev extra
    "corpus/specimens",
    "normalizers/decoder/evaluate",
    "normalizers/decoder/train",
}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {canonical(re.split(r"[<>=!~\[; ]", line)[0]) for line in requirements}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    return found - OURS - set(sys.stdlib_module_names)


def test_every_package_is_listed() -> None:
    tree = {
        str(path.parent.relative_to(ROOT)).replace("/", ".") for p in OURS for path in (ROOT / p).rglob("__init__.py")
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == tree


def test_data_files_are_listed() -> None:
    """A wheel has every file that the packages read at run time."""
    patterns = {p.lstrip("*") for p in PROJECT["tool"]["setuptools"]["package-data"]["*"]}
    tracked = subprocess.run(["git", "ls-files", *OURS], cwd=ROOT, capture_output=True, text=True, check=False)
    kinds = {
        Path(name).suffix
        for name in tracked.stdout.splitlines()
        if not any(name.startswith(folder) for folder in TRAINING)
    }
    assert kinds - patterns - {".py", ".md", ""} == set()


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    declared = names(PROJECT["project"]["dependencies"]) | names(extras["mcp"]) | names(extras["notebook"])
    distributions = packages_distributions()
    used: set[str] = set()
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            if not any(str(path.relative_to(ROOT)).startswith(folder) for folder in TRAINING):
                used |= imported(path)
    used_names = {canonical(distributions[name][0]) for name in used if name in distributions}
    assert used - set(distributions) == set(), "imported but not installed"
    assert used_names - declared - names(extras["lemmas"]) == set(), "imported but not declared"
    assert declared - used_names == set(), "declared but not imported"


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    requirements = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert requirements
    assert all("==" in line for line in requirements)
    assert text.count("==") <= text.count("--hash=sha256:")
    assert not re.search(r"\w:/|@|index-url|find-links|trusted-host", text)
    assert not re.search(r"^torch\b", text, re.MULTILINE)


def test_locks_agree() -> None:
    def pins(lock: str) -> dict[str, str]:
        found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
        return {canonical(name): version for name, version in found}

    run, dev = (pins(lock) for lock in LOCKS)
    assert {name: dev.get(name) for name in run} == run
    assert names(PROJECT["project"]["dependencies"]) <= set(run)


def test_duckdb_is_pinned() -> None:
    """Files must open in clients of 1.5 and of 2.0, and the search extension exists for exactly this version."""
    assert "duckdb==1.5.5" in PROJECT["project"]["dependencies"]
