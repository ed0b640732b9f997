"""The shape of the tree: who may import whom, no language in engine code, no module too long to read."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "models": {"models"},
    "ingest": {"ingest", "models"},
    "normalizers": {"normalizers", "models"},
    "parsers": {"parsers", "models"},
    "corpus": {"corpus", "models"},
    "buyruq": {"buyruq", "corpus", "parsers", "normalizers", "ingest", "models"},
}
CYRILLIC = re.compile(r"[\u0400-\u052f]")
LANGUAGES = {"kk", "ru", "uz", "uz-Cyrl", "uz-Latn", "Cyrl", "Latn", "kaz", "rus", "uzb", "KZ", "UZ"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40

MODULES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))
EVERYWHERE = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            names.add((node.module or "").split(".")[0])
    return names


def docstrings(tree: ast.AST) -> set[int]:
    """Return the ids of the string constants that stand alone as a statement."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


@EVERYWHERE
def test_imports_go_one_way(path: Path) -> None:
    ours = imported(tree_of(path)) & set(MAY_IMPORT)
    assert ours <= MAY_IMPORT[path.relative_to(ROOT).parts[0]]


@EVERYWHERE
def test_code_speaks_no_language(path: Path) -> None:
    """Words and letters of a language belong into a TOML file. Specimens are data."""
    if "specimens" in path.parts:
        pytest.skip("specimens are texts")
    tree = tree_of(path)
    told = docstrings(tree)
    found = [
        f"{node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in told
        and CYRILLIC.search(node.value)
    ]
    assert not found


@EVERYWHERE
def test_code_asks_for_no_language(path: Path) -> None:
    """A comparison with a language, script or country is knowledge that a TOML file should hold."""
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            texts = {
                part.value
                for side in sides
                for part in ([side] if isinstance(side, ast.Constant) else getattr(side, "elts", []))
                if isinstance(part, ast.Constant)
            }
            if texts & LANGUAGES:
                found.append(f"{node.lineno}: {ast.unparse(node)}")
    assert not found


@EVERYWHERE
def test_modules_and_functions_can_be_read(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_MODULE
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno >= LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_other_package_of_that_name_is_found(package: str) -> None:
    """The folder names are common words: an installed package of the same name must not get in the way."""
    spec = find_spec(package)
    assert spec
    assert spec.origin
    assert Path(spec.origin).is_relative_to(ROOT)


def test_no_attic() -> None:
    assert not [path for path in MODULES if path.stem in {"utils", "util", "helpers", "common", "base", "misc"}]
