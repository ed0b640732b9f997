"""The page about an act: what it shows, that it is whole by itself, that a browser and a keyboard can use it."""

import json
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html
from PIL import Image

import buyruq
from buyruq.cli import main
from buyruq.ingest import ingest_paths
from buyruq.report import ActPage
from buyruq.report.runs import place

SPECIMENS = Path(__file__).parents[1] / "corpus" / "specimens"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
LONG = 60 * 2500  # characters of sixty pages


@pytest.fixture(scope="module")
def kb_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "kb.duckdb"
    names = ("01_kk_order_rules_consolidated.txt", "10_ru_order_posts.docx", "11_kk_decree_soup.txt")
    ingest_paths([SPECIMENS / name for name in names], path, jobs=1)
    return path


@pytest.fixture(scope="module")
def kb(kb_path: Path) -> buyruq.KnowledgeBase:
    return buyruq.open(kb_path)


def page_of(page: ActPage) -> html.HtmlElement:
    return html.document_fromstring(page.html)


def test_every_provision_and_every_fact_stands_on_the_page(kb: buyruq.KnowledgeBase) -> None:
    page = page_of(kb.show("58"))
    ids = set(page.xpath("//@id"))
    assert set(kb.clauses(kb.find_act("58")[0])["eid"]) <= ids
    for name in ("deadlines", "amendments", "citations", "definitions"):
        assert len(page.xpath(f"//section[@id='{name}']//tbody/tr")) == len(
            kb.sql(f"FROM {name} WHERE act_id LIKE '%/58/%'")
        )


def test_the_words_of_every_clause_are_printed_whole(kb: buyruq.KnowledgeBase) -> None:
    """Marks must neither lose nor double a character."""
    for number in ("58", "205", "731"):
        page = page_of(kb.show(number))
        for clause in kb.clauses(kb.find_act(number)[0]).itertuples():
            if clause.text and clause.kind != "table":
                box = page.get_element_by_id(clause.eid)
                printed = "".join(box.xpath("./p[not(@class='about')][1]")[0].text_content().split())
                assert printed.endswith("".join(clause.text.split()))


def test_all_links_lead_somewhere(kb: buyruq.KnowledgeBase) -> None:
    for number in ("58", "205", "731"):
        page = page_of(kb.show(number))
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert {link[1:] for link in page.xpath("//a/@href")} <= set(ids)


def test_citations_are_linked_inside_the_act(kb: buyruq.KnowledgeBase) -> None:
    page = page_of(kb.show("58"))
    links = page.get_element_by_id("att_2__para_9").xpath("./p[1]/a/@href")
    assert links == ["#att_2__para_3", "#att_2__para_4"]


def test_repaired_words_say_what_was_read(kb: buyruq.KnowledgeBase) -> None:
    page = page_of(kb.show("731"))
    (word,) = [mark for mark in page.xpath("//ins[@tabindex]") if mark.text == "Мемлекеттік"] or page.xpath(
        "//mark[@tabindex][ins='Мемлекеттік']"
    )
    assert "read: MewmeketTik (read_soup" in word.get("aria-description")
    assert all(mark.get("tabindex") == "0" for mark in page.xpath("//article//mark[not(ancestor::a)]"))


def test_doubtful_words_are_marked(kb: buyruq.KnowledgeBase) -> None:
    page = page_of(kb.show("731"))
    assert page.xpath("//article//mark")
    assert all("doubtful: 0." in mark.get("aria-description") for mark in page.xpath("//article//mark[@tabindex]"))


def test_a_row_with_fewer_cells_is_not_put_under_wrong_headings(kb: buyruq.KnowledgeBase) -> None:
    """A row below a merged cell has fewer cells; the knowledge base does not say which column they are in."""
    rows = page_of(kb.show("205")).xpath("//table[@class='printed']//tr")
    assert [len(row) for row in rows] == [3, 3, 1, 1, 3]


def test_the_page_is_whole_by_itself(kb: buyruq.KnowledgeBase) -> None:
    text = kb.show("58").html
    assert not re.search(r"<script|\bsrc=|@import|url\(|https?:", text)
    assert "default-src 'none'" in text


def test_the_page_can_be_read_without_seeing_it(kb: buyruq.KnowledgeBase) -> None:
    page = page_of(kb.show("58"))
    assert page.get("lang") == "en"
    assert page.xpath("//article/@lang") == ["kk"]
    assert page.xpath("count(//h1)") == 1
    assert page.xpath("//body/*[1]/@class") == ["skip"]
    assert {element.tag for element in page.xpath("//header|//nav|//main|//footer")} == {
        "header",
        "nav",
        "main",
        "footer",
    }
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(table.xpath(".//th[@scope]") for table in page.xpath("//section//table[not(@class)]"))


def test_marks_are_escaped(tmp_path: Path) -> None:
    file = tmp_path / "act.txt"
    text = (SPECIMENS / "08_uzl_order_plain.txt").read_text("utf-8")
    file.write_text(text.replace("1. ", "1. <script>alert(1)</script> ", 1), "utf-8")
    assert "<script>" not in buyruq.show(file).html


def test_a_reading_gives_the_same_page_as_the_knowledge_base(kb: buyruq.KnowledgeBase) -> None:
    stored = page_of(kb.show("58"))
    read = page_of(buyruq.show(SPECIMENS / "01_kk_order_rules_consolidated.txt"))
    assert read.xpath("string(//article)") == stored.xpath("string(//article)")


def test_sixty_pages_weigh_less_than_two_megabytes(tmp_path: Path) -> None:
    """The rules of the specimen again and again, as one act of sixty pages."""
    text = (SPECIMENS / "01_kk_order_rules_consolidated.txt").read_text("utf-8")
    head, rules = text.split("1-тарау. Жалпы ережелер")
    rules = rules.split("Көпірлерді қарап-тексеру\nқағидаларына")[0]
    chapters = "".join(f"{number}-тарау. Жалпы ережелер{rules}" for number in range(1, LONG // len(rules) + 9))
    file = tmp_path / "long.txt"
    file.write_text(head + chapters, "utf-8")
    page = buyruq.show(file)
    assert len(page.sheet.text) > LONG
    assert len(page.html.encode()) < 2_000_000


def test_an_act_and_a_knowledge_base_show_themselves(kb: buyruq.KnowledgeBase) -> None:
    act = kb.act(number="58")
    assert "<iframe" in act._repr_html_()
    assert "srcdoc" in kb.show("58")._repr_html_()
    assert len(act.clauses()) == len(kb.clauses(act.loc[0, "act_id"]))
    assert "12" not in type(act.head(1)).__name__
    assert "3 acts" in kb._repr_html_()


def test_report_is_written_from_the_command_line(kb_path: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["report", "58", "--kb", str(kb_path), "-o", str(tmp_path / "act.html")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "act.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    result = CliRunner().invoke(main, ["report", "999", "--kb", str(kb_path), "-o", str(tmp_path / "no.html")])
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("words", "text", "places"),
    [
        ("ab c", "x ab\n c", [2, 3, 4, 6]),
        ("ab", "a\N{SOFT HYPHEN}b", [0, 2]),
        ("ab", "a c", None),
        ("", "abc", None),
    ],
)
def test_words_are_found_whatever_white_space_stands_between(words: str, text: str, places: list[int] | None) -> None:
    assert place(words, text, 0, len(text)) == places


def browse(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1200,1500",
             f"--user-data-dir={page.parent / 'profile'}", "--enable-logging=stderr"]  # fmt: skip
    return subprocess.run(
        [CHROMIUM, *flags, *options, page.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )


@needs_chromium
def test_chromium_shows_tree_facts_and_marks(kb: buyruq.KnowledgeBase, tmp_path: Path) -> None:
    page = kb.show("731").save(tmp_path / "act.html")
    shot = tmp_path / "act.png"
    said = browse(page, f"--screenshot={shot}").stderr
    assert "CONSOLE" not in said
    seen = Image.open(shot).convert("RGB")
    colours = {colour for _, colour in seen.getcolors(1 << 24) or []}
    assert seen.size == (1200, 1500)
    assert (0x0A, 0x6B, 0x3D) in colours, "no line beneath a repaired word"
    assert (0xFF, 0xE9, 0xA8) in colours, "no doubtful word"


@needs_chromium
def test_links_and_notes_work_in_the_frame_of_a_notebook(kb: buyruq.KnowledgeBase, tmp_path: Path) -> None:
    """Inside a frame a link goes to its place in the page, and a marked word says what was read when it has focus."""
    script = """<script>addEventListener('load', () => {
        const page = document.querySelector('iframe').contentDocument;
        const word = page.querySelector('article [tabindex="0"]');
        word.focus();
        const note = getComputedStyle(word, '::after').content;
        page.querySelector('nav a[href="#deadlines"]').click();
        setTimeout(() => { document.title = JSON.stringify([page.URL, note, page.defaultView.scrollY > 0,
            page.documentElement.scrollWidth <= page.documentElement.clientWidth]); }, 200);
    })</script>"""
    outer = tmp_path / "notebook.html"
    outer.write_text(f"<!DOCTYPE html><meta charset='utf-8'>{kb.show('731')._repr_html_()}{script}", "utf-8")
    dom = browse(outer, "--virtual-time-budget=4000", "--dump-dom").stdout
    url, note, scrolled, fits = json.loads(html.document_fromstring(dom).findtext(".//title") or "[]")
    assert url == "about:srcdoc#deadlines"
    assert scrolled
    assert fits, "the page is wider than its window"
    assert "doubtful" in note or "read:" in note
