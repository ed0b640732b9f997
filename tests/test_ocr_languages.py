"""OCR and languages: the look at a page, lines in another language, models that are missing, the fallback engine."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein

import ingest
import normalizers
import parsers
from ingest import ocr_engine, ocr_language
from ingest.image_prepare import prepare
from ingest.ocr_letters import weigh
from ingest.ocr_words import read_words
from models import Document, Limits, Page

sys.path.insert(0, str(Path(__file__).parent))
from scan_writer import SANS, SERIF, Sheet, font, office_scan

pytestmark = pytest.mark.skipif(not ocr_engine.available(), reason="Tesseract is not installed")

PARAGRAPHS = {
    "kk": "Осы қағидалар мемлекеттік қызметшілерді аттестаттаудан өткізу тәртібін айқындайды және оларға қатысты "
    "шешімдер қабылдау мәселелерін реттейді. Аттестаттау үш жылда бір рет өткізіледі, бұл ретте өтілі ескеріледі.",
    "ru": "Настоящие правила определяют порядок проведения аттестации государственных служащих и регулируют вопросы "
    "принятия решений в отношении них. Аттестация проводится один раз в три года с учетом стажа работы служащего.",
    "uz-Cyrl": "Ушбу низом давлат хизматчиларини аттестациядан ўтказиш тартибини белгилайди ва улар тўғрисида қарор "
    "қабул қилиш масалаларини тартибга солади. Аттестация уч йилда бир марта ўтказилади, бунда стаж ҳисобга олинади.",
    "uz-Latn": "Ushbu nizom davlat xizmatchilarini attestatsiyadan oʻtkazish tartibini belgilaydi va ular toʻgʻrisida "
    "qaror qabul qilish masalalarini tartibga soladi. Attestatsiya uch yilda bir marta oʻtkaziladi, hisobga olinadi.",
}
SHORT = {
    "kk": ("Министрлік бұйрығының қосымшасы", "Департамент басшысы", "Келісілді: заң қызметі"),
    "ru": ("Приложение к приказу министра", "Руководитель департамента", "Согласовано: юридическая служба"),
    "uz-Cyrl": ("Вазирлик буйруғига илова", "Департамент бошлиғи", "Келишилди: юридик хизмат"),
    "uz-Latn": ("Vazirlik buyrugʻiga ilova", "Departament boshligʻi", "Kelishildi: yuridik xizmat"),
}
CODES = tuple(PARAGRAPHS)


def full(code: str) -> Sheet:
    sheet = Sheet()
    for _ in range(4):
        sheet.paragraph(PARAGRAPHS[code])
    return sheet


def short(code: str) -> Sheet:
    sheet = Sheet(face=SANS)
    sheet.gap(6)
    for line in SHORT[code]:
        sheet.line(line, "center", bold=True)
    return sheet


def capitals(code: str) -> Sheet:
    sheet = Sheet(face=SERIF)
    sheet.paragraph(PARAGRAPHS[code].upper())
    return sheet


def mostly(code: str) -> Sheet:
    """Return a page of which a third is in another language."""
    sheet = Sheet()
    sheet.paragraph(PARAGRAPHS["ru" if code != "ru" else "kk"])
    for _ in range(3):
        sheet.paragraph(PARAGRAPHS[code])
    return sheet


def foreign_names(code: str) -> Sheet:
    sheet = Sheet()
    words = PARAGRAPHS[code].split()
    names = ["Асқар Нұрғалиұлы", "Ўктам Ғуломов", "Ivan Shcherbakov", "Asian Development Bank"]
    for place in range(0, len(words), 6):
        words[place] += " " + names[place // 6 % len(names)]
    sheet.paragraph(" ".join(words))
    return sheet


def numbers() -> Sheet:
    sheet = Sheet()
    for n in range(1, 25):
        sheet.line(f"{n}  {137 * n % 991}  {17 * n % 97},{n % 10}  {1009 * n}  12.03.20{n + 9}")
    return sheet


def file_of(*images: Image.Image, dpi: int = 300) -> bytes:
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:], dpi=(dpi, dpi))
    return buffer.getvalue()


def read(*images: Image.Image, language: str | None = None) -> tuple[Page, ...]:
    document = Document("made", file_of(*images), "image/tiff", language=language)
    return ingest.read_pages(document, Limits(seconds_per_page=120.0))


def text_of(pages: tuple[Page, ...]) -> str:
    return "\n".join(line.text for page in pages for line in page.lines)


def errors(truth: list[str], text: str) -> float:
    a, b = " ".join(" ".join(truth).split()), " ".join(text.split())
    return Levenshtein.distance(a, b) / len(a)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("page", [full, short, capitals, mostly, foreign_names], ids=lambda page: page.__name__)
def test_the_look_finds_the_language(page: Callable[[str], Sheet], code: str):
    for picture, dpi in ((page(code).image, 300.0), (office_scan(page(code).image), 150.0)):
        ready = prepare(np.asarray(picture), dpi)
        choice = ocr_language.look(ready.picture, ready.bands, ready.dpi)
        assert choice.tongue.code == code
        assert choice.settled or page in (mostly, foreign_names)


def test_sequences_of_letters_know_a_language_also_where_letters_were_lost():
    lost = str.maketrans("әғқңөұүһіўҳ", "эгкнеууxiyx")
    for code in CODES[:3]:
        for folding, text in (("near", PARAGRAPHS[code]), ("far", PARAGRAPHS[code].translate(lost))):
            weights = weigh(text, folding)
            assert max(weights, key=weights.__getitem__) == code
    assert set(weigh("2020-01-01 ABC", "near").values()) == {0}


def test_places_are_spread_over_a_page():
    assert ocr_language.spread(9)[:3] == [4, 2, 6]
    for count in (0, 1, 2, 3, 10, 57):
        assert sorted(ocr_language.spread(count)) == list(range(count))


@pytest.mark.parametrize(("main", "other"), [("kk", "ru"), ("ru", "kk"), ("uz-Cyrl", "ru"), ("uz-Latn", "ru")])
def test_lines_in_another_language_are_read_with_its_model(main: str, other: str):
    sheet = full(main)
    sheet.gap(2)
    for line in SHORT[other]:
        sheet.line(line, "right")
    pages = read(sheet.image)
    assert errors(sheet.truth, text_of(pages)) <= 0.005
    assert pages[0].language == main.partition("-")[0]


def test_two_languages_side_by_side_are_each_read_in_theirs():
    sheet = Sheet()
    words = {code: PARAGRAPHS[code].split() for code in ("kk", "ru")}
    face = font(sheet.face, sheet.points, sheet.dpi)
    for n in range(6):
        for code, x in (("kk", 62.0), ("ru", 330.0)):
            sheet.put(x, words[code][3 * n : 3 * n + 3], face, face.getlength(" "))
        sheet.top += sheet.leading
    text = text_of(read(sheet.image))
    found = [code for code in words for word in words[code][:18] if word in text]
    assert len(found) >= 35


def test_a_page_that_shows_no_language_takes_that_of_the_others():
    assert [page.language for page in read(numbers().image, full("ru").image)] == ["ru", "ru"]
    assert [page.language for page in read(full("uz-Latn").image, numbers().image)] == ["uz", "uz"]


@pytest.mark.parametrize(("code", "told"), [("kk", "ru"), ("ru", "kk"), ("uz-Cyrl", "kk"), ("kk", "kk")])
def test_a_wrongly_told_language_harms_no_word(code: str, told: str):
    sheet = full(code)
    pages = read(sheet.image, language=told)
    assert errors(sheet.truth, text_of(pages)) <= 0.005
    assert pages[0].language == told


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Give a way to pretend that only some models are installed."""

    def only(*names: str) -> None:
        monkeypatch.setattr(ocr_language, "known_models", lambda: frozenset(names))
        monkeypatch.setattr(ocr_language, "missing_models", lambda models: tuple(m for m in models if m not in names))
        ocr_language.tongues.cache_clear()

    yield only
    monkeypatch.undo()
    ocr_language.tongues.cache_clear()


@pytest.mark.parametrize(
    ("code", "models", "language"),
    [("kk", ("rus", "eng"), None), ("kk", ("rus", "eng"), "ru"), ("uz-Cyrl", ("rus", "eng"), None),
     ("uz-Cyrl", ("rus", "eng", "kaz"), None)],
)  # fmt: skip
def test_letters_that_no_installed_model_writes_are_restored(
    code: str, models: tuple[str, ...], language: str | None, installed: Callable[..., None]
):
    sheet = full(code)
    sheet.paragraph("2021-05-17 12 345 67,8")
    wanted = "".join(re.findall("[әғқңөұүһіўҳ]", "".join(sheet.truth)))
    installed(*models)
    pages = read(sheet.image, language=language)
    assert pages[0].lacking == {"kk": "kaz", "uz-Cyrl": "uzb_cyrl"}[code]
    text = normalizers.repair(pages, parsers.load_all(), language)
    found = "".join(re.findall("[әғқңөұүһіўҳ]", text.string))
    assert Levenshtein.distance(wanted, found) <= 0.08 * len(wanted)
    assert text.grammar == code
    decoded = [edit for edit in text.edits if "read_soup" in edit.method]
    assert decoded
    assert min(edit.confidence for edit in decoded) < 1.0
    assert "2021-05-17 12 345 67,8" in text.string
    _, issues = parsers.parse(text, parsers.load_all()[text.grammar], Document("made", b"", "image/tiff"))
    notes = [issue.note for issue in issues if issue.code == "model-missing"]
    assert len(notes) == 1
    assert {"kk": "tesseract-ocr-kaz", "uz-Cyrl": "tesseract-ocr-uzb-cyrl"}[code] in notes[0]


def test_a_sound_page_stays_as_it_is_where_models_are_missing(installed: Callable[..., None]):
    installed("rus", "eng")
    pages = read(full("ru").image)
    text = normalizers.repair(pages, parsers.load_all())
    assert (text.string, text.edits, pages[0].lacking) == (text.raw, (), None)


def test_the_program_reads_as_the_binding_does(monkeypatch: pytest.MonkeyPatch):
    if ocr_engine.tesserocr is None or not ocr_engine._program():
        pytest.skip("both engines are needed")
    ready = prepare(np.asarray(short("kk").image), 300.0)
    found = []
    for engine in (ocr_engine.tesserocr, None):
        monkeypatch.setattr(ocr_engine, "tesserocr", engine)
        choice = ocr_language.look(ready.picture, ready.bands, ready.dpi)
        found.append(read_words(ready, [], choice.tongue, 60.0))
    with_binding, with_program = (words.tokens for words in found)
    assert found[0].tongue == found[1].tongue
    assert [token.text for token in with_binding] == [token.text for token in with_program]
    for a, b in zip(with_binding, with_program, strict=True):
        assert (a.x0, a.y0, a.x1, a.y1, a.line) == (b.x0, b.y0, b.x1, b.y1, b.line)
        assert abs(a.confidence - b.confidence) < 0.2
        assert abs(a.base - b.base) < 0.3 * a.size


def test_without_any_engine_scans_are_set_aside_with_what_to_install_and_texts_are_taken(tmp_path: Path):
    acts, stubs = tmp_path / "acts", tmp_path / "stubs"
    acts.mkdir()
    stubs.mkdir()
    (stubs / "tesserocr.py").write_text("raise ImportError\n")
    (acts / "scan.tiff").write_bytes(file_of(short("ru").image))
    head = "ПРИКАЗ\n\nот 5 марта 2021 года № 7\n\nОб утверждении правил\n\n"
    (acts / "act.txt").write_text(head + "1. Утвердить правила.\n2. Приказ вводится в действие с 1 июля 2021 года.\n")
    root = Path(__file__).parents[1]
    env = {**os.environ, "PATH": str(stubs), "PYTHONPATH": f"{stubs}{os.pathsep}{root}"}
    call = [sys.executable, "-m", "buyruq", "ingest", str(acts), "--kb", str(tmp_path / "kb.duckdb"), "--jobs", "1"]
    done = subprocess.run(call, check=False, env=env, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    said = done.stdout + done.stderr
    assert "apt-get install tesseract-ocr" in said
    assert "scan.tiff" in said
    assert re.search(r"added\s+changed.*\s2\s+1\s+0", said, re.DOTALL), said
