"""Whatever the bytes are: pages come out, or a `SourceError` with a remedy. Nothing else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import docx, html, markdown, text
from ingest.open import open_document
from ingest.read import read_pages
from models import Document, Page, SourceError

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TAGS = [
    "p",
    "div",
    "table",
    "tr",
    "td",
    "th",
    "b",
    "sup",
    "br",
    "a",
    "ol",
    "li",
    "pre",
    "h1",
    "font",
    "span",
    "article",
    "nav",
    "footer",
    "img",
    "center",
    "ul",
    "style",
    "script",
]
WORDS = [
    "1. ",
    "Басшы",
    "<",
    ">",
    "&nbsp;",
    "|",
    "\t",
    "\n",
    "26",
    "№ 5",
    "**",
    "_",
    "#",
    "> ",
    "---",
    "\x1f",
    "\ue000",
]
ELEMENTS = [
    "p",
    "r",
    "t",
    "tbl",
    "tr",
    "tc",
    "br",
    "tab",
    "hyperlink",
    "sdt",
    "sdtContent",
    "ins",
    "del",
    "drawing",
    "txbxContent",
    "pPr",
    "rPr",
    "numPr",
    "tcPr",
    "vMerge",
]
KINDS = {"text/plain": text.read, "text/markdown": markdown.read, "text/html": html.read, "docx": docx.read}


def tags(names: list[str], prefix: str = "") -> st.SearchStrategy[str]:
    """Return a strategy for opening and closing tags, not always paired."""
    name = st.sampled_from(names)
    return st.one_of(
        name.map(lambda n: f"<{prefix}{n}>"),
        name.map(lambda n: f"</{prefix}{n}>"),
        name.map(
            lambda n: f'<{prefix}{n} class="note ACT_TEXT slogan" href="x" rowspan="3" colspan="-2" {prefix}val="7">'
        ),
    )


def check(pages: tuple[Page, ...]) -> None:
    """Assert what every page keeps: one-line texts, cells and links inside them."""
    for page in pages:
        for line in page.lines:
            assert "\n" not in line.text
            assert all(0 <= c.start <= c.stop <= len(line.text) for c in line.cells)
        for link in page.links:
            assert 0 <= link.start < link.stop <= len(page.lines[link.line].text)


def explained(error: SourceError) -> None:
    """Assert that a refusal says what is wrong and what to do."""
    assert error.reason
    assert error.remedy


def read(kind: str, data: bytes) -> None:
    """Read bytes with one reader; only a `SourceError` may come."""
    try:
        check(KINDS[kind](Document("fuzz", data, kind)))
    except SourceError as error:
        explained(error)


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=80, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes(kind: str, data: bytes) -> None:
    read(kind, data)


@pytest.mark.parametrize("kind", ["text/html", "text/markdown", "text/plain"])
@settings(max_examples=150, deadline=None)
@given(parts=st.lists(st.one_of(tags(TAGS), st.sampled_from(WORDS), st.text(max_size=8)), max_size=60))
def test_any_markup(kind: str, parts: list[str]) -> None:
    read(kind, "".join(parts).encode("utf-8", "replace"))


def package(document: bytes) -> bytes:
    """Return a docx with this text part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", document)
    return out.getvalue()


def tree(names: list[str]) -> st.SearchStrategy[str]:
    """Return a strategy for well-formed elements of Word in any order and depth."""
    leaf = st.sampled_from([*WORDS[:2], "26", *(f"<w:{n}/>" for n in names)])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.tuples(st.sampled_from(names), st.lists(inner, max_size=5)).map(
            lambda pair: f'<w:{pair[0]} w:val="{len(pair[1])}">{"".join(pair[1])}</w:{pair[0]}>'
        )

    return st.recursive(leaf, grow, max_leaves=30)


@settings(max_examples=150, deadline=None)
@given(body=st.lists(tree(ELEMENTS), max_size=6))
def test_any_word_text(body: list[str]) -> None:
    read("docx", package(f'<w:document xmlns:w="{W}"><w:body>{"".join(body)}</w:body></w:document>'.encode()))


PAGE = b"<html><body><article><p>1. \xd0\x91\xd1\x96\xd1\x80 <a href='x'>y</a><table><tr><td>a<td>b</table>" * 3
SAMPLES = [PAGE, b"# A\n\n> B\n\n| a | b |\n|---|---|\n", "бір\t|\tекі\n".encode() * 4, package(b"<x/>")]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sample=st.sampled_from(SAMPLES), cut=st.integers(0, 400), at=st.integers(0, 400), byte=st.binary(max_size=3))
def test_files_that_are_cut_or_damaged(tmp_path: Path, sample: bytes, cut: int, at: int, byte: bytes) -> None:
    data = sample[: max(len(sample) - cut, 0)]
    path = tmp_path / "act"
    path.write_bytes(data[:at] + byte + data[at + len(byte) :])
    try:
        check(read_pages(open_document(path)))
    except SourceError as error:
        explained(error)
