"""Word documents: automatic numbers, merged cells, links, footnotes, tracked changes; bombs and damage are refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingest import docx
from models import CELL_BREAK, Document, LimitError, Limits, Page, SourceError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def build(body: str, **parts: str) -> bytes:
    """Return a docx with this body and these other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", f"<w:document {W} {R} {MC}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml" if name != "rels" else "word/_rels/document.xml.rels", text)
    return out.getvalue()


def pages(data: bytes, limits: Limits = Limits()) -> tuple[Page, ...]:
    return docx.read(Document("a.docx", data, "docx"), limits)


def texts(body: str, **parts: str) -> list[str]:
    return [k.text for page in pages(build(body, **parts)) for k in page.lines]


def run(text: str, marks: str = "") -> str:
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def listed(text: str, list_id: int, level: int = 0) -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return para(run(text), properties=properties)


LISTS = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2)"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="russianLower"/><w:lvlText w:val="%1.%2.%3)"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1 бөлім."/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
</w:numbering>"""


def test_the_numbers_that_word_prints_stand_in_the_text() -> None:
    body = "".join(
        [
            listed("Бірінші", 1),
            listed("тармақша", 1, 1),
            listed("тармақша", 1, 1),
            listed("үшінші", 1, 2),
            listed("Екінші", 1),
            listed("тармақша", 1, 1),
            listed("Бөлім", 2),
            listed("белгі", 2, 1),
            listed("Жетінші", 3),
            listed("Жоқ", 0),
        ]
    )
    assert texts(body, numbering=LISTS) == [
        "1. Бірінші",
        "1) тармақша",
        "2) тармақша",
        "1.2.а) үшінші",
        "2. Екінші",
        "1) тармақша",
        "IV бөлім. Бөлім",
        "• белгі",
        "7. Жетінші",
        "Жоқ",
    ]


STYLES = f"""<w:styles {W}>
<w:style w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/><w:jc w:val="center"/></w:pPr>
<w:rPr><w:b/></w:rPr></w:style>
<w:style w:styleId="L"><w:name w:val="List"/><w:basedOn w:val="M"/></w:style>
<w:style w:styleId="M"><w:name w:val="M"/><w:basedOn w:val="L"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>
</w:style></w:styles>"""


def test_styles_give_role_weight_alignment_and_numbers() -> None:
    body = para(run("Тарау"), properties='<w:pStyle w:val="H"/>') + para(
        run("Тармақ"), properties='<w:pStyle w:val="L"/>'
    )
    body += para(run("Шегініс"), properties='<w:jc w:val="right"/><w:ind w:firstLine="720"/>')
    found = pages(build(body, styles=STYLES, numbering=LISTS))[0].lines
    assert [(k.text, k.role, k.bold, k.align, k.whole) for k in found] == [
        ("Тарау", "heading", True, "center", True),
        ("1. Тармақ", "", False, "", True),
        ("Шегініс", "", False, "right", True),
    ]
    assert found[2].indent == 6


def test_runs_are_joined_and_hidden_or_deleted_text_is_not_read() -> None:
    body = para(
        run("бұй"),
        run("рық", "<w:b/>"),
        run("жасырын", "<w:vanish/>"),
        f"<w:del>{run('жоқ')}</w:del><w:ins>{run(' бар')}</w:ins>",
        "<w:r><w:instrText>TOC</w:instrText></w:r><w:r><w:noBreakHyphen/><w:t>1</w:t></w:r>",
        run(" 26"),
        run("2", '<w:vertAlign w:val="superscript"/>'),
        run("-бап"),
    )
    assert texts(body) == ["бұйрық бар-1 26-2-бап"]


def test_links_and_footnotes_stand_in_place() -> None:
    body = para(
        run("Осы "),
        f'<w:hyperlink r:id="r1">{run("Заңның")}</w:hyperlink>',
        run(" 5-бабы"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{RELATION}/hyperlink" Target="https://x.kz/1" TargetMode="External"/></Relationships>'
    )
    notes = f'<w:footnotes {W}><w:footnote w:id="2">{para(run("Түсіндірме"))}</w:footnote></w:footnotes>'
    page = pages(build(body, rels=rels, footnotes=notes))[0]
    assert [(k.role, k.text) for k in page.lines] == [("", "Осы Заңның 5-бабы¹"), ("note", "¹ Түсіндірме")]
    link = page.links[0]
    assert (page.lines[link.line].text[link.start : link.stop], link.target) == ("Заңның", "https://x.kz/1")


def cell(text: str, properties: str = "") -> str:
    inner = "".join(para(run(part)) for part in text.split("/"))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


DOWN, UP = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_merged_cells_span_rows_and_columns() -> None:
    body = table(
        "<w:trPr><w:tblHeader/></w:trPr>" + cell("Буын") + cell("Атауы", '<w:gridSpan w:val="2"/>'),
        cell("А1", DOWN) + cell("1") + cell("Басшы/орынбасар"),
        cell("", UP) + cell("2") + cell("Маман"),
        cell("", UP) + cell("3") + cell("Инженер"),
    )
    found = pages(build(body))[0].lines
    assert [k.text for k in found] == ["Буын\tАтауы", f"А1\t1\tБасшы{CELL_BREAK}орынбасар", "2\tМаман", "3\tИнженер"]
    assert [[(c.column, c.row_span, c.column_span, c.header) for c in k.cells] for k in found] == [
        [(0, 1, 1, True), (1, 1, 2, True)],
        [(0, 3, 1, False), (1, 1, 1, False), (2, 1, 1, False)],
        [(1, 1, 1, False), (2, 1, 1, False)],
        [(1, 1, 1, False), (2, 1, 1, False)],
    ]
    assert {k.table for k in found} == {1}


def test_stamps_signatures_and_frames_are_no_tables() -> None:
    body = table(cell("") + cell("Министрдің/№ 5 бұйрығына")) + table(cell("Министр") + cell("А. Сейітов"))
    body += table(cell("Бірінші/Екінші")) + para(run("Төраға"), "<w:r><w:tab/><w:tab/></w:r>", run("Б. Омар"))
    body += para(run("Бекітілген"), "<w:r><w:br/></w:r>", run("№ 7 бұйрықпен"), properties='<w:jc w:val="right"/>')
    found = [k for k in pages(build(body))[0].lines if k.text]
    assert [(k.role, k.text, k.table) for k in found] == [
        ("stamp", "Министрдің", None),
        ("stamp", "№ 5 бұйрығына", None),
        ("signature", "Министр\tА. Сейітов", None),
        ("", "Бірінші", None),
        ("", "Екінші", None),
        ("signature", "Төраға\tБ. Омар", None),
        ("stamp", "Бекітілген", None),
        ("stamp", "№ 7 бұйрықпен", None),
    ]


def test_page_breaks_text_boxes_and_content_controls() -> None:
    box = f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>{para(run('қорап'))}</w:txbxContent>"
    box += f"</w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>{para(run('қорап'))}</w:txbxContent></w:pict>"
    box += "</mc:Fallback></mc:AlternateContent></w:r>"
    body = para(run("бір"), '<w:r><w:br w:type="page"/></w:r>') + para(run("екі"), box)
    body += f"<w:sdt><w:sdtContent>{para(run('үш'), '<w:r><w:drawing/></w:r>')}</w:sdtContent></w:sdt>"
    found = pages(build(body))
    assert [(p.number, [k.text for k in p.lines]) for p in found] == [(1, ["бір"]), (2, ["екі", "қорап", "үш\ufffc"])]


def test_bombs_are_refused() -> None:
    huge = build(para(run(" " * 40_000_000)))
    assert len(huge) < 100_000
    with pytest.raises(LimitError, match="grows"):
        pages(huge)
    with pytest.raises(LimitError, match="unpacks"):
        pages(build("", media="x" * 2_000_000), Limits(unpacked_bytes=1_000_000))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i in range(10_001):
            archive.writestr(f"word/{i}", "")
    with pytest.raises(LimitError, match="parts"):
        pages(out.getvalue())


def lying(data: bytes) -> bytes:
    """Return the package with a directory that claims each part has one byte."""
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data = data[: at + 24] + (1).to_bytes(4, "little") + data[at + 28 :]
        at = data.find(b"PK\x01\x02", at + 4)
    return data


def test_damaged_locked_and_hostile_packages_are_refused() -> None:
    good = build(para(run("мәтін")))
    hostile = io.BytesIO()
    with zipfile.ZipFile(hostile, "w") as archive:
        archive.writestr("word/document.xml", f'<!DOCTYPE x [<!ENTITY a "ha">]><w:document {W}>&a;</w:document>')
    deep = build("<w:sdt><w:sdtContent>" * 400 + "</w:sdtContent></w:sdt>" * 400)
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("word/other.xml", "<x/>")
    for data in (good[:-30], good[: len(good) // 2], lying(good), hostile.getvalue(), deep, empty.getvalue()):
        with pytest.raises(SourceError) as caught:
            pages(data)
        assert caught.value.remedy


def numbered(*runs: str, mark: str = "", level: str = '<w:ilvl w:val="0"/>') -> str:
    listing = f'<w:numPr>{level}<w:numId w:val="1"/></w:numPr>'
    return f"<w:p><w:pPr>{listing}<w:rPr>{mark}</w:rPr></w:pPr>{''.join(runs)}</w:p>"


GONE = '<w:del w:id="9"><w:r><w:delText>ескі</w:delText></w:r></w:del>'


@pytest.mark.parametrize("mark", ['<w:del w:id="2"/>', "<w:vanish/>", '<w:moveFrom w:id="2"/>'])
def test_a_paragraph_without_an_end_goes_on_in_the_next_and_counts_once(mark: str) -> None:
    rest = run("бұйрықтың ") if "del" in mark else ""
    body = (
        numbered(run("Бірінші")) + numbered(rest, GONE, mark=mark) + numbered(run("екінші")) + numbered(run("Үшінші"))
    )
    assert texts(body, numbering=LISTS) == [
        "1. Бірінші",
        f"2. {'бұйрықтың ' if rest else ''}екінші",
        "3. Үшінші",
    ]


def test_a_paragraph_without_an_end_is_kept_where_none_follows() -> None:
    cut = '<w:pPr><w:rPr><w:del w:id="2"/></w:rPr></w:pPr>'
    table = f"<w:tbl><w:tr><w:tc><w:p>{cut}{run('а')}</w:p></w:tc><w:tc>{para(run('б'))}</w:tc></w:tr></w:tbl>"
    assert texts(f"<w:p>{cut}{run('алды')}</w:p>{table}<w:p>{cut}{run('соңы')}</w:p>") == ["алды", "а\tб", "соңы"]


def test_the_numbers_of_empty_cells_are_printed() -> None:
    rows = [f"<w:tr><w:tc>{numbered()}</w:tc><w:tc>{para(run(t))}</w:tc></w:tr>" for t in ("Маман", "Есепші")]
    assert texts(f"<w:tbl>{''.join(rows)}</w:tbl>", numbering=LISTS) == ["1.\tМаман", "2.\tЕсепші"]


def test_a_list_takes_its_levels_from_another_and_its_level_from_the_style() -> None:
    level = '<w:lvl w:ilvl="{}"><w:numFmt w:val="decimal"/>{}<w:lvlText w:val="{}"/></w:lvl>'
    levels = level.format(0, "", "%1.") + level.format(1, '<w:pStyle w:val="P2"/>', "%2)")
    lists = f"""<w:numbering {W}>
    <w:abstractNum w:abstractNumId="0"><w:styleLink w:val="L"/>{levels}</w:abstractNum>
    <w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""
    style = (
        '<w:style w:type="paragraph" w:styleId="P2"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    styled = '<w:p><w:pPr><w:pStyle w:val="P2"/></w:pPr>' + run("тармақша") + "</w:p>"
    found = texts(
        numbered(run("Тармақ")) + styled + styled, numbering=lists, styles=f"<w:styles {W}>{style}</w:styles>"
    )
    assert found == ["1. Тармақ", "1) тармақша", "2) тармақша"]


def test_symbols_are_characters_or_pictures_and_never_lost() -> None:
    body = para('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>5</w:t><w:sym w:font="Webdings" w:char="F041"/></w:r>')
    assert texts(body) == ["\u22655\ufffc"]


def test_a_page_break_parts_words_and_a_break_before_a_text_keeps_its_number() -> None:
    assert texts(para(run("бет"), '<w:r><w:br w:type="page"/></w:r>', run("келесі"))) == ["", "бет", "келесі", ""]
    assert texts(numbered("<w:r><w:br/></w:r>", run("Мәтін")), numbering=LISTS) == ["1. Мәтін"]


def test_a_footnote_with_a_mark_of_its_own_has_no_number() -> None:
    notes = f'<w:footnotes {W}><w:footnote w:id="2">{para(run("* Түсінік."))}</w:footnote></w:footnotes>'
    call = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>*</w:t></w:r>'
    assert texts(para(run("сөз"), call), footnotes=notes) == ["сөз*", "* Түсінік."]


def test_a_small_table_in_a_cell_leaves_the_large_one_whole() -> None:
    def row(*inner: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{c}</w:tc>" for c in inner) + "</w:tr>"

    small = f"<w:tbl>{row(para(run('i')), para(run('j')))}</w:tbl>"
    rows = row(para(run("Лауазым атауы")), para(run("Талаптар"))) + row(para(run("Маман")), small)
    assert texts(f"<w:tbl>{rows}</w:tbl>") == ["Лауазым атауы\tТалаптар", "Маман\ti j"]


def test_the_strict_form_of_docx_is_read() -> None:
    names = {
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
    }
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(build(numbered(run("Мәтін")), numbering=LISTS))) as usual,
        zipfile.ZipFile(out, "w") as strict,
    ):
        for name in usual.namelist():
            data = usual.read(name)
            for old, new in names.items():
                data = data.replace(old, new)
            strict.writestr(name, data)
    assert [k.text for k in pages(out.getvalue())[0].lines] == ["1. Мәтін"]


def test_a_document_inside_is_named_and_not_lost() -> None:
    with pytest.raises(SourceError, match="another document inside"):
        texts(para(run("мәтін")) + '<w:altChunk r:id="r1"/>')


def test_a_deleted_cell_is_not_read() -> None:
    gone = f'<w:tc><w:tcPr><w:cellDel w:id="1"/></w:tcPr>{para(run("ескі"))}</w:tc>'
    row = f"<w:tr><w:tc>{para(run('а'))}</w:tc>{gone}<w:tc>{para(run('б'))}</w:tc></w:tr>"
    assert texts(f"<w:tbl>{row}</w:tbl>") == ["а\tб"]
