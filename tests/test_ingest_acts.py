"""On the real acts: every file is read, and no letter of an act is lost or invented."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from lxml import html as lxml_html

from ingest import open_document, read_pages
from ingest.markup import knowledge
from models import Page

ACTS = Path(__file__).parents[1].parent / "shared" / "acts"
TEXTS = sorted(ACTS.glob("*.txt")) + sorted((ACTS / "seeds").glob("*.txt"))
PAGES = sorted(ACTS.glob("*.html"))
MARKED = sorted(ACTS.rglob("*.md"))

needs_acts = pytest.mark.skipif(not ACTS.is_dir(), reason="the shared acts are not beside this repository")


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def printed(pages: tuple[Page, ...]) -> str:
    return letters("".join(k.text for page in pages for k in page.lines))


@needs_acts
@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.name[:12])
def test_a_text_keeps_every_letter(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for mark in ("<p>", "</p>", "<br>"):
        source = source.replace(mark, "")
    assert printed(read_pages(open_document(path))) == letters(source)


@needs_acts
@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name[:12])
def test_a_page_keeps_every_letter_of_the_act(path: Path) -> None:
    document = open_document(path)
    tree = lxml_html.fromstring(document.data, parser=lxml_html.HTMLParser(encoding="utf-8"))
    root = next(iter(tree.xpath("//article") or tree.xpath("//*[@id='divCont']")))
    wanted = Counter(letters(root.text_content()))
    lines = [k for k in read_pages(document)[0].lines if k.role != "status"]
    head = sum(k.role in ("title", "requisites") for k in lines[:3]) if tree.xpath("//article") else 0
    found = Counter(letters("".join(k.text for k in lines[head:])))
    assert not found - wanted
    missing = sum((wanted - found).values())
    navigation = max(len(letters("".join(knowledge()["adilet"]["navigation"]))), 100)
    assert missing < navigation


@needs_acts
@pytest.mark.parametrize("path", MARKED, ids=lambda p: "-".join(p.parts[-3:]))
def test_markdown_is_read_with_tables_and_without_marks(path: Path) -> None:
    document = open_document(path)
    text = "\n".join(k.text for page in read_pages(document) for k in page.lines)
    assert "<" not in text
    assert "**" not in text
    assert not any(line.startswith(("#", ">", "|")) for line in text.splitlines())
