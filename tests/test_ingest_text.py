"""Plain text and Markdown: no line is lost, tables become rows, marks become roles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import markdown, text
from models import CELL_BREAK, Document, Line


def lines(source: str) -> list[Line]:
    return [k for page in text.read(Document("a.txt", source.encode(), "text/plain")) for k in page.lines]


def marked(source: str) -> list[Line]:
    return [k for page in markdown.read(Document("a.md", source.encode(), "text/markdown")) for k in page.lines]


def rows(found: list[Line]) -> list[tuple[int | None, str]]:
    return [(k.table, k.text) for k in found]


def test_lines_keep_their_indent_and_empty_lines_stay() -> None:
    found = lines("Бірінші\n\n   1) екінші\n\xa0\xa0үшінші  \n\tтөртінші")
    assert [k.text for k in found] == ["Бірінші", "", "1) екінші", "үшінші", "төртінші"]
    assert [k.indent for k in found] == [0, 0, 3, 2, 4]


def test_a_form_feed_begins_a_page() -> None:
    pages = text.read(Document("a.txt", "бір\n\fекі\n".encode(), "text/plain"))
    assert [(page.number, page.lines[0].text) for page in pages] == [(1, "бір"), (2, "екі")]


def test_a_tabbed_table_goes_on_over_an_empty_line_and_its_ruler_is_dropped() -> None:
    found = lines('"\n1.\tБасшы\tC-1\n2.\tМаман\t\n\n\t\tC-2\n---\t----\t---\n\n"\n\n1.\tБасқа\tC-3')
    assert rows(found) == [
        (None, '"'),
        (1, "1.\tБасшы\tC-1"),
        (1, "2.\tМаман\t"),
        (None, ""),
        (1, "\t\tC-2"),
        (None, ""),
        (None, ""),
        (None, '"'),
        (None, ""),
        (2, "1.\tБасқа\tC-3"),
    ]
    assert [(c.start, c.stop, c.column) for c in found[1].cells] == [(0, 2, 0), (3, 8, 1), (9, 12, 2)]


def test_a_label_between_two_tabbed_rows_of_as_many_columns_is_of_the_table() -> None:
    found = lines("Звено\tСтупень\tДолжность\nБлок А\nА1\t1\tДиректор\nКонец текста\nа)\tстрока")
    assert [table for table, _ in rows(found)] == [1, 1, 1, None, None]


def test_barred_rows_are_a_table_also_with_a_full_line_between() -> None:
    found = lines("Буын\t|\tСаты\t|\tАтауы\nА блогы\nА1\t|\t1\t|\tБасшы\n\nМәтін")
    assert rows(found)[:3] == [(1, "Буын\tСаты\tАтауы"), (1, "А блогы"), (1, "А1\t1\tБасшы")]
    assert found[-1].table is None


def test_two_cell_layouts_are_stamps_and_signatures_not_tables() -> None:
    found = lines(
        'Министр\t|\tА. Цой\n\n\t|\tМинистрдің № 5 бұйрығына1-қосымша\n\n\t|\t";\n\nӨлшем\t|\tТалап\nБілімі\t|\tжоғары'
    )
    assert [(k.role, k.table) for k in found if k.text] == [
        ("signature", None),
        ("stamp", None),
        ("", None),
        ("", 1),
        ("", 1),
    ]
    assert found[0].text == "Министр\tА. Цой"
    assert found[4].text == '";'


def test_a_label_and_a_tab_are_no_table() -> None:
    found = lines("1.\tБірінші тармақ.\n2.\tЕкінші тармақ.\n1)\tтармақша;")
    assert rows(found) == [(None, "1. Бірінші тармақ."), (None, "2. Екінші тармақ."), (None, "1) тармақша;")]


def test_piped_tables_and_their_header() -> None:
    found = lines("| № | Атауы |\n|---|-------|\n| 1 | Бір |\nсоңы")
    assert rows(found) == [(1, "№\tАтауы"), (None, ""), (1, "1\tБір"), (None, "соңы")]
    assert found[0].cells[0].header


STRAY = [
    ("1\t<p>Өрт</p> <p>Су</p>\tC-1\n2\tx\ty", f"1\tӨрт{CELL_BREAK}Су\tC-1"),
    ("26<sup>2</sup>-modda. Ish", "26-2-modda. Ish"),
    ("8<sup>1</sup>. Matn", "8-1. Matn"),
    ("26<sup>1</sup>, 27<sup>2</sup>-moddalar", "26-1, 27-2-moddalar"),
    ("10<sup>3</sup> m<sup>2</sup>", "10³ m²"),
    ('мына <a id="p1"></a><b>мәтін</b>', "мына мәтін"),
    ("<күні> < 5 <*> a<b", "<күні> < 5 <*> a<b"),
    ("x\x1f\x07y\ufeff", "xy"),
]


@pytest.mark.parametrize(("source", "expected"), STRAY)
def test_stray_marks_go_and_what_is_printed_stays(source: str, expected: str) -> None:
    assert lines(source)[0].text == expected


@given(st.text(alphabet=st.sampled_from('аб1. \t|\n-<p>\f\u2028_=+№"')))
def test_any_text_gives_one_line_for_each_of_its_lines(source: str) -> None:
    found = text.read(Document("a.txt", source.encode(), "text/plain"))
    expected = [part.splitlines() for part in source.split("\f")]
    assert [len(page.lines) for page in found] == [len(part) for part in expected]
    for page in found:
        for line in page.lines:
            assert "\n" not in line.text
            assert all(0 <= c.start <= c.stop <= len(line.text) for c in line.cells)
            assert line.text == "\t".join(line.text[c.start : c.stop] for c in line.cells) or not line.cells


MARKDOWN = """# Тәртіп туралы

*Негізгі* мәтін **қалың** [бұйрық](https://x.kz/1) 5*3*2 a_b_c \\*жұлдыз\\*

<a id="p1"></a>

1. Бекітілсін &laquo;нысан&raquo;.

**Қазақстан Республикасының министрі**

**А. Сейітов**

> *Министрдің*  
> *№ 5 бұйрығына*  
> *1-ҚОСЫМША*

> *Ескерту. 1-тармақ жаңа редакцияда.*

## 1-тарау. Жалпы

| № | Атауы |
|---|---|
| 1 | **Бір** |

<table>
<tr><th>Буын</th><th>Атауы</th></tr>
<tr><td rowspan="2">А1</td><td>
Басшы:
- орман
- су
</td></tr>
<tr><td>Орынбасар</td></tr>
</table>

```
Комиссия ______________
         (қолы)
```
* бір
* екі
***
"""


def test_markdown_becomes_roles_links_and_rows() -> None:
    found = [k for k in marked(MARKDOWN) if k.text]
    assert [(k.role, k.text) for k in found] == [
        ("title", "Тәртіп туралы"),
        ("", "Негізгі мәтін қалың бұйрық 5*3*2 a_b_c *жұлдыз*"),
        ("", "1. Бекітілсін «нысан»."),
        ("signature", "Қазақстан Республикасының министрі"),
        ("signature", "А. Сейітов"),
        ("stamp", "Министрдің"),
        ("stamp", "№ 5 бұйрығына"),
        ("stamp", "1-ҚОСЫМША"),
        ("note", "Ескерту. 1-тармақ жаңа редакцияда."),
        ("heading", "1-тарау. Жалпы"),
        ("", "№\tАтауы"),
        ("", "1\tБір"),
        ("", "Буын\tАтауы"),
        ("", f"А1\tБасшы:{CELL_BREAK}- орман{CELL_BREAK}- су"),
        ("", "Орынбасар"),
        ("form", "Комиссия ______________"),
        ("form", "(қолы)"),
        ("", "- бір"),
        ("", "- екі"),
    ]
    assert [(c.column, c.row_span) for c in found[13].cells] == [(0, 2), (1, 1)]
    assert found[14].cells[0].column == 1
    page = markdown.read(Document("a.md", MARKDOWN.encode(), "text/markdown"))[0]
    link = page.links[0]
    assert (page.lines[link.line].text[link.start : link.stop], link.target) == ("бұйрық", "https://x.kz/1")


def test_only_single_lines_of_markdown_are_whole_paragraphs() -> None:
    assert [k.whole for k in marked("бір\nекі\n\nүш")] == [False, False, False, True]


def test_numbers_before_a_tab_are_no_table_however_they_are_indented() -> None:
    assert not any(k.table for k in lines("\t1.\tБекітілсін.\n\t2.\tКүші жойылсын.\n"))


@pytest.mark.parametrize("bar", ["|", "\u2502", "\u2551"])
def test_the_rulers_of_a_drawn_table_are_no_text(bar: str) -> None:
    rule = (
        "+----+-------+"
        if bar == "|"
        else "\u250c\u2500\u2500\u2500\u2500\u252c\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2510"
    )
    text = f"{rule}\n{bar} №  {bar} Атауы {bar}\n{rule}\n{bar} 1  {bar} Маман {bar}\n{rule}\n"
    assert [k.text for k in lines(text)] == ["", "№\tАтауы", "", "1\tМаман", ""]


def test_a_line_of_countless_cells_is_no_table() -> None:
    assert [k.table for k in lines("а\t" * 15_000)] == [None]
    assert [k.table for k in lines("а | " * 15_000)] == [None]


def test_an_escaped_bar_is_a_bar_of_the_cell() -> None:
    rows = markdown.read(Document("a.md", "| № | Атауы |\n|---|---|\n| 1 | а\\|б |\n".encode(), "text/markdown"))[
        0
    ].lines
    assert [(k.text, len(k.cells)) for k in rows if k.text] == [("№\tАтауы", 2), ("1\tа|б", 2)]
