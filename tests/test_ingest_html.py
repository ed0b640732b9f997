"""Pages: adilet, lex.uz, Word's HTML and any other; roles, links, tables; scripts and bombs do nothing."""

from __future__ import annotations

from datetime import date

import pytest

from ingest import html
from ingest.sidecar import page_requisites
from models import CELL_BREAK, Document, LimitError, Limits, Page, Requisites, SourceError

Lines = list[tuple[str, str]]


def page(source: str | bytes) -> Page:
    data = source.encode() if isinstance(source, str) else source
    return html.read(Document("a.html", data, "text/html"))[0]


def lines(source: str | bytes) -> Lines:
    return [(k.role, k.text) for k in page(source).lines if k.text]


ADILET = """<!DOCTYPE html><html><head><title>Тәртіп - "Әділет" АҚЖ</title><script>alert("x")</script></head><body>
<div class="container_alpha slogan"><h1>Тәртіп туралы</h1><span class="status status_upd">Жаңартылған</span>
<p>Министрдің 2020 жылғы 2 наурыздағы № 5 бұйрығы.</p></div>
<div class="container_gamma tabs"><ul><li><a>Мәтін</a></li></ul></div>
<div class="container_gamma text"><div class="gs_12"><article><p>
<font color="#FF0000">&nbsp;&nbsp; ЗҚАИ-ның ескертпесі!</font><br>
<font color="#FF0000">&nbsp;&nbsp; Қолданысқа енгізілу тәртібін <a href="/kaz/docs/V1#z9">2-т</a>. қараңыз.</font><br>
<font color="#FF0000">&nbsp;&nbsp; Қолданушылар назарына!</font><br>
<font color="#FF0000">&nbsp;&nbsp; Қолданушыларға ыңғайлы болуы үшін мазмұнды жасады.</font></p>
<p><a href="/kaz/docs/V1/v1.htm">МАЗМҰНЫ</a></p>
<p id="z1">
&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; <a href="/kaz/docs/Z1">Заңның</a> 5-бабына сәйкес <b>БҰЙЫРАМЫН:</b></p>
<span class="note">&nbsp;&nbsp; Ескерту. Кіріспе жаңа редакцияда – ҚР 18.01.2021</span><a
 href="/kaz/docs/V2">№ 495</a><span class="note">(алғаш <a href="/kaz/docs/V2#z3">енгізіледі</a> ) бұйрығымен.</span>
<h3 id="z2"> I тарау.<br>Жалпы ережелер</h3><p><b><a name="z3"></a>1-бап. Ұғымдар</b></p>
<p>Белгілер:<br>n – саны;<br>i – нөмірі.</p>
<p>
<table border="0" width="600"><tr><td align="left"><i>&nbsp; Қазақстан Республикасының<br>Министрі</i></td>
<td align="left"><i>Т. Сейіт</i></td></tr></table></p>
<p>"КЕЛІСІЛДІ"<br>Қаржы министрі<br>_____ А. Ом</p>
<p align="right"><table border="0"><tr><td align="center">&nbsp;</td>
<td align="center"><a name="z4"></a>Министрдің<br>№ 5 бұйрығына<br>қосымша</td></tr></table></p>
<table><tr><td rowspan="2"><p>1</p></td><td colspan="2"><p>Басшы;<br>
орынбасар</p></td></tr><tr><td>a</td><td><img src="/files/1.jpg"></td></tr></table>
</article></div></div><div class="container_omega">Көшіру</div></body></html>"""


def test_an_adilet_page_gives_header_act_notes_stamps_and_tables() -> None:
    assert lines(ADILET) == [
        ("title", "Тәртіп туралы"),
        ("status", "Жаңартылған"),
        ("requisites", "Министрдің 2020 жылғы 2 наурыздағы № 5 бұйрығы."),
        ("notice", "ЗҚАИ-ның ескертпесі!"),
        ("notice", "Қолданысқа енгізілу тәртібін 2-т. қараңыз."),
        ("", "Заңның 5-бабына сәйкес БҰЙЫРАМЫН:"),
        ("note", "Ескерту. Кіріспе жаңа редакцияда – ҚР 18.01.2021 № 495 (алғаш енгізіледі) бұйрығымен."),
        ("heading", "I тарау. Жалпы ережелер"),
        ("", "1-бап. Ұғымдар"),
        ("", "Белгілер:"),
        ("", "n – саны;"),
        ("", "i – нөмірі."),
        ("signature", "Қазақстан Республикасының Министрі\tТ. Сейіт"),
        ("", '"КЕЛІСІЛДІ"'),
        ("", "Қаржы министрі"),
        ("", "_____ А. Ом"),
        ("stamp", "Министрдің"),
        ("stamp", "№ 5 бұйрығына"),
        ("stamp", "қосымша"),
        ("", f"1\tБасшы;{CELL_BREAK}орынбасар"),
        ("", "a\t\ufffc"),
    ]


def test_lines_know_links_whole_paragraphs_and_columns() -> None:
    read = page(ADILET)
    linked = {(read.lines[k.line].text[k.start : k.stop], k.target) for k in read.links}
    assert ("№ 495", "/kaz/docs/V2") in linked
    assert ("\ufffc", "/files/1.jpg") in linked
    by_text = {k.text: k for k in read.lines}
    assert by_text["n – саны;"].whole
    assert not by_text["Қаржы министрі"].whole
    assert by_text["1-бап. Ұғымдар"].bold
    assert by_text["Заңның 5-бабына сәйкес БҰЙЫРАМЫН:"].indent == 5
    table = [k for k in read.lines if k.table]
    assert [[(c.column, c.row_span, c.column_span) for c in k.cells] for k in table] == [
        [(0, 2, 1), (1, 1, 2)],
        [(1, 1, 1), (2, 1, 1)],
    ]


LEX = """<html><head><title>[OʻRQ-5] 28.10.2022. Kodeks</title></head><body><div id="divCont">
<div class="ACT_FORM lx_elem"><a id="-1"></a></div><div class="ACT_TITLE lx_elem"><a id="-2">Mehnat kodeksi</a></div>
<div class="COMMENT lx_elem">Oldingi tahrirga qarang.</div>
<div class="TEXT_HEADER_DEFAULT">1-bob. Umumiy</div>
<div class="CLAUSE_DEFAULT lx_elem"><div class="lx_elem2"><div class="lx_elem3">Hujjatga taklif yuborish</div></div>
<span class="clausePrfx">26<sup>2</sup>-modda.</span><span class="clauseSuff">Ish vaqti</span></div>
<div class="ACT_TEXT"><a id="-5">8<sup>1</sup>. Ish vaqti <a href="/docs/-6">Qonuni</a> bilan.</a></div>
<div class="CHANGES_ORIGINS">(26-modda Qonun tahririda)</div><div class="SIGNATURE">Prezident Sh. M.</div>
<div class="TABLE_STD"><table><tr><td>T/r</td><td>Nomi</td></tr><tr><td>1</td><td>Bir</td></tr></table></div>
<div class="PUBLICATION_ORIGIN"><label>x</label>(Qonunchilik bazasi, 29.10.2022-y.)</div></div></body></html>"""


def test_a_lex_page_gives_roles_by_class_and_hides_the_portal() -> None:
    assert lines(LEX) == [
        ("title", "Mehnat kodeksi"),
        ("heading", "1-bob. Umumiy"),
        ("heading", "26-2-modda. Ish vaqti"),
        ("", "8-1. Ish vaqti Qonuni bilan."),
        ("note", "(26-modda Qonun tahririda)"),
        ("signature", "Prezident Sh. M."),
        ("", "T/r\tNomi"),
        ("", "1\tBir"),
        ("requisites", "(Qonunchilik bazasi, 29.10.2022-y.)"),
    ]


def test_the_title_of_a_lex_page_gives_number_and_date() -> None:
    found = page_requisites(LEX.encode())
    assert found == Requisites(number="OʻRQ-5", adopted_on=date(2022, 10, 28))
    assert page_requisites(LEX.replace("[OʻRQ-5] ", "").encode()) == Requisites(adopted_on=date(2022, 10, 28))
    assert page_requisites(b"<title>28.10.2022</title><p>x") is None


TEXT = "".join(
    f"<p>{i}. Осы тармақтың орындалуын бақылау құрылымдық бөлімшеге {i} рет жүктелсін.</p>" for i in range(1, 9)
)


def test_any_other_page_keeps_its_main_text_with_structure() -> None:
    source = (
        "<html><body><header><nav><a>Басты бет</a></nav></header><div class=side><p>Ауа райы</p></div>"
        f"<div><div class=main><h1>Ереже</h1>{TEXT}<table><tr><td>1</td><td>бір</td></tr></table></div></div>"
        "<footer>© 2024</footer></body></html>"
    )
    found = lines(source)
    assert ("", "1\tбір") in found
    assert sum(text.endswith("рет жүктелсін.") for _, text in found) == 8
    assert not any(word in text for _, text in found for word in ("Басты", "Ауа", "©"))


def test_a_headline_above_the_main_text_is_kept() -> None:
    source = (
        f"<html><body><nav><a>Мәзір</a></nav><div><h1>Ереже туралы</h1><div class=text>{TEXT}</div></div></body></html>"
    )
    assert lines(source)[0] in (("title", "Ереже туралы"), ("heading", "Ереже туралы"))
    assert len(lines(source)) == 9


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    assert len(lines(f"<body><form id=aspnetForm><nav>Мәзір</nav><div>{TEXT}</div></form></body>")) == 8


def test_word_pages_say_the_indent_in_their_styles() -> None:
    source = "<p style='margin-left:12pt;text-indent:1cm'>бір</p><p style='text-indent:-9pt'>екі</p><p>үш</p>"
    assert [round(k.indent) for k in page(f"<html><body>{source}").lines] == [7, 0, 0]


def test_words_html_is_read_whole_with_list_numbers() -> None:
    source = (
        f"<html><body><div class=Section1><ol start=3><li>бірінші<li>екінші</ol><p style='display:none'>x</p>{TEXT}"
    )
    assert lines(source)[:3] == [("", "3. бірінші"), ("", "4. екінші"), lines(f"<body>{TEXT}")[0]]


def test_preformatted_text_keeps_its_lines() -> None:
    found = page("<html><body><pre>  1. Бірінші\nжалғасы\n</pre></body></html>").lines
    assert [(k.text, k.indent, k.whole) for k in found] == [("1. Бірінші", 2, False), ("жалғасы", 0, False)]


def test_a_declared_encoding_is_believed_when_its_letters_agree() -> None:
    text = "<html><head><meta charset='windows-1251'></head><body><p>Настоящий приказ вводится в действие</p></body>"
    assert lines(text.encode("cp1251")) == [("", "Настоящий приказ вводится в действие")]
    with pytest.raises(SourceError):
        page(text.encode("koi8_r"))
    with pytest.raises(SourceError):
        page(text.replace("windows-1251", "utf-8").encode("cp1251"))


def test_scripts_entities_and_comments_do_nothing() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    body = (
        "<script>document.write('зиян')</script><!-- зиян --><p onclick='зиян()'>Мәтін &b; &x;</p><style>зиян</style>"
    )
    text = " ".join(t for _, t in lines(f"{bomb}<html><body>{body}</body></html>"))
    assert "Мәтін" in text
    assert "зиян" not in text
    assert "root:" not in text
    assert "haha" not in text


def test_a_page_that_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(LimitError, match="deep"):
        page("<html><body>" + "<div>" * 5000 + "мәтін")


def test_a_page_with_too_many_lines_is_refused() -> None:
    document = Document("a.html", f"<html><body>{TEXT}".encode(), "text/html")
    with pytest.raises(LimitError):
        html.read(document, Limits(lines=3))


def test_hostile_spans_cost_nothing() -> None:
    source = "<table><tr><td rowspan=99999999 colspan=99999999>a<td>b<tr><td>c<td>d</table>"
    assert lines(f"<html><body>{source}") == [("", "a\tb"), ("", "c\td")]


def test_blank_lines_made_of_breaks_part_paragraphs() -> None:
    found = [
        k.text
        for k in page("<body><div>БҰЙРЫҚ<br><br>1. Қағидалар<br>бекітілсін.<br><br><br>2. Соңы.</div></body>").lines
    ]
    assert found == ["БҰЙРЫҚ", "", "1. Қағидалар", "бекітілсін.", "", "2. Соңы."]


def test_ordered_lists_print_their_numbers_as_browsers_do() -> None:
    source = """<body><ol type="I" start="4"><li>бөлім</li></ol>
    <ol style="list-style-type: lower-alpha"><li>бір</li></ol>
    <ol style="list-style: none"><li>бос</li></ol><ol><li>1. өз нөмірі бар</li><li>екінші</li></ol></body>"""
    assert [text for _, text in lines(source)] == ["IV. бөлім", "a. бір", "бос", "1. өз нөмірі бар", "2. екінші"]


def test_a_small_table_in_a_cell_leaves_the_large_one_whole() -> None:
    source = """<body><table><tr><td>Лауазым атауы</td><td>Талаптар</td></tr>
    <tr><td>Маман</td><td><table><tr><td>i</td><td>j</td></tr></table></td></tr></table></body>"""
    assert [text for _, text in lines(source)] == ["Лауазым атауы\tТалаптар", "Маман\ti j"]


def test_deleted_and_hidden_text_of_word_is_not_read() -> None:
    assert lines('<p>10 <del>жыл</del><ins>ай</ins><span style="mso-hide:all">жоқ</span></p>') == [("", "10 ай")]


def test_control_characters_of_references_are_no_marks_of_ours() -> None:
    assert lines("<p>а&#31;б&#xE000;в&#57345;г&#1;д &#39;е&#x1F4;</p>") == [("", "а б в г д 'е\u01f4")]


def test_the_xml_declaration_names_the_encoding() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?><html><body><p>Приказываю утвердить Правила.</p></body></html>'
    assert lines(text.encode("cp1251")) == [("", "Приказываю утвердить Правила.")]


def test_a_page_of_frames_is_refused() -> None:
    with pytest.raises(SourceError, match="frames other pages"):
        page('<html><frameset cols="1,2"><frame src="a.htm"></frameset></html>')


def test_cells_that_claim_to_span_everything_cost_little() -> None:
    source = "<table>" + "<tr><td rowspan=60000 colspan=1000>а</td><td>б</td></tr>" * 300 + "</table>"
    found = page(source).lines
    assert len(found) == 300
    assert [c.column for c in found[0].cells] == [0, 1000]


def test_a_raised_figure_behind_the_name_of_a_level_is_its_number() -> None:
    source = "<p>Статья 26<sup>1</sup>. О проверке</p><p>Глава 5<sup>2</sup>. Сроки</p><p>объем 10<sup>3</sup> м</p>"
    assert [text for _, text in lines(source)] == ["Статья 26-1. О проверке", "Глава 5-2. Сроки", "объем 10³ м"]
