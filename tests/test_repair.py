"""Repair: each fault mended by its own fix, sound text left alone, every change replayable, a fixed point."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import parsers
from models import Cell, Line, Page
from normalizers import FIXES, repair, repair_text
from normalizers.draft import Change, Draft, Places, replay

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared"
CASES = tomllib.loads((HERE / "cases" / "repair.toml").read_text("utf-8"))
GRAMMARS = parsers.load_all()


def methods(text: str) -> set[str]:
    return {name for edit in repair_text(text).edits for name in edit.method.split("+")}


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_damage_is_mended_by_its_fix(case):
    found = repair_text(case["damaged"])
    strip = lambda text: [line.rstrip() for line in text.split("\n")]  # noqa: E731
    assert strip(found.string) == strip(case["repaired"])
    assert case["method"] in methods(case["damaged"])


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_every_change_can_be_replayed_and_nothing_is_left_to_do(case):
    found = repair_text(case["damaged"])
    assert found.raw == case["damaged"]
    assert replay(found.raw, found.edits) == found.string
    for edit in found.edits:
        assert found.raw[edit.raw.start : edit.raw.stop] == edit.before
        assert found.string[edit.span.start : edit.span.stop] == edit.after
        assert 0 < edit.confidence <= 1
    assert repair_text(found.string).string == found.string


@pytest.mark.parametrize("text", CASES["sound"]["texts"])
def test_sound_text_is_left_alone(text):
    assert repair_text(text).string == text


def test_every_fix_is_named_and_says_what_it_does():
    names = [fix.__name__ for fix in FIXES]
    assert len(set(names)) == len(names)
    assert all(fix.__doc__ for fix in FIXES)


ALPHABET = "абвгдеәғқңөұүһіўҳxXiIoOaAcCsSVTKЌѓєÐÑ0123456789 \t\n-–№\"'‘ʻ.,;:()«»*\u00a0\u00ad\u0306\u200b"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=200) | st.text(max_size=100))
def test_any_text_is_repaired_to_a_fixed_point(text):
    found = repair_text(text)
    assert replay(found.raw, found.edits) == found.string
    assert found.string.count("\n") == text.count("\n")
    assert repair_text(found.string).string == found.string
    assert "".join(found.line(n) for n in range(len(found.lines))) == found.string.replace("\n", "")


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="abc\n ", max_size=12),
    st.lists(
        st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.text(alphabet="xy", max_size=2)), max_size=4),
        max_size=4,
    ),
)
def test_changes_on_changes_stay_replayable(raw, rounds):
    draft = Draft(raw)
    for number, changes in enumerate(rounds):
        size = len(draft.string)
        draft.apply([Change(min(a, size), min(a + n, size), after) for a, n, after in changes], f"m{number}")
    edits = draft.edits()
    assert replay(raw, edits) == draft.string
    places = Places(edits)
    spots = [places.repaired(n) for n in range(len(raw) + 1)]
    assert all(0 <= spot <= len(draft.string) for spot in spots)


def test_a_word_left_as_it_is_can_be_unsure():
    draft = Draft("one  two three")
    draft.apply([Change(3, 5, " ")], "close")
    draft.apply([Change(4, 7, "two", 0.5), Change(8, 13, "four", 0.9)], "read")
    assert draft.string == "one two four"
    assert [(draft.raw[s.start : s.stop], c) for s, c in draft.unsure] == [("two", 0.5)]


@pytest.mark.parametrize(
    "text", ["а" * 200_000, "aа" * 100_000, "а " * 100_000, "(" * 100_000, "а\n" * 50_000, "i" * 200_000]
)
def test_repair_is_linear_in_odd_texts(text):
    assert repair_text(text).string.count("\n") == text.count("\n")


def blocks(text: str, code: str = "kk") -> list[str]:
    found = repair_text(text, {code: GRAMMARS[code]})
    return [
        " ".join(found.line(n).strip() for n in range(b.first, b.last + 1) if found.line(n).strip())
        for b in found.blocks
    ]


WRAPPED = """
Мемлекеттік қызметшілерді бағалау қағидаларын бекіту туралы ережелерді енгізу
және кейбір бұйрықтардың күші жойылды деп тану туралы

      1. Мемлекеттік қызметшілерді бағалау қағидалары осы бұйрыққа қосымшаға сәйкес
бекітілсін және барлық мемлекеттік органдарда қолданылсын.
      2. Департамент заңнамада белгіленген тәртіппен осы бұйрықтың мемлекеттік



тіркелуін қамтамасыз етсін.
      Министр                  А. Аманов

2-тарау. Бағалау тәртібі
"""


def test_wrapped_lines_become_paragraphs_over_the_end_of_the_page_too():
    found = blocks(WRAPPED)
    assert [text[:24] for text in found] == [
        "Мемлекеттік қызметшілерд",
        "1. Мемлекеттік қызметшіл",
        "2. Департамент заңнамада",
        "Министр                 ",
        "2-тарау. Бағалау тәртібі",
    ]
    assert found[2].endswith("мемлекеттік тіркелуін қамтамасыз етсін.")


def test_lines_that_are_paragraphs_stay_apart():
    text = "1-тарау. Жалпы ережелер\n1. Осы Қағидалар тәртіпті айқындайды.\n1) бірінші;\n2) екінші.\n2. Қағидалар."
    assert len(blocks(text)) == 5


def test_whole_lines_and_table_rows_are_blocks_of_their_own():
    cells = (Cell(0, 2, 0), Cell(3, 8, 1))
    rows = [
        Line("бірінші абзац", whole=True),
        Line("екінші абзац", whole=True),
        Line("1.\tБас i", table=1, cells=cells),
    ]
    found = repair([Page(1, tuple(rows), "html")], GRAMMARS, "kk")
    assert [(b.first, b.last, b.table) for b in found.blocks] == [(0, 0, None), (1, 1, None), (2, 2, 1)]
    spans = [cell.span for cell in found.lines[2].cells]
    assert [found.string[s.start : s.stop] for s in spans] == ["1.", "Бас i"]


def test_portal_tabs_are_marked_as_furniture():
    found = repair_text("Тақырып\nМәтін\nРесми жарияланым\nАқпарат\nӨзгерістер тарихы\nБҰЙЫРАМЫН:")
    assert [line.role for line in found.lines] == ["", *["furniture"] * 4, ""]


SAMPLES = {
    "kk": "Осы бұйрық алғашқы ресми жарияланған күнінен кейін қолданысқа енгізіледі.",
    "ru": "Настоящий приказ вводится в действие со дня его официального опубликования.",
    "uz-Cyrl": "Мазкур буйруқ расмий эълон қилинган кундан эътиборан кучга киради ва ижро этилади.",
    "uz-Latn": "Mazkur buyruq rasmiy eʼlon qilingan kundan eʼtiboran kuchga kiradi va ijro etiladi.",
}


@pytest.mark.parametrize("code", SAMPLES)
def test_language_is_found_from_the_text(code):
    found = repair_text(SAMPLES[code])
    assert found.grammar == code
    assert found.health > 0.9
    assert [v.kind for v in found.verdicts] == ["healthy"]


def test_wrong_language_ocr_is_recognised():
    soup = (
        "3kOHOMHKAJIbIK calicaTTbIH HeTi3ri 6aFbITTapbIH aHbIKTay\nMeMJIEKETTIK OpraHJapbIHBIH KbI3METI TypaJIbI epexe"
    )
    kinds = {v.kind for v in repair_text(soup).verdicts}
    assert kinds == {"soup"}
    assert repair_text(soup).health < 0.3


def test_english_text_is_no_soup():
    text = "The Government of the Republic and the Bank have agreed on the terms of the loan and on its repayment."
    assert repair_text(text).string == text
    assert "soup" not in {v.kind for v in repair_text(text).verdicts}


@pytest.mark.skipif(not SHARED.exists(), reason="the real acts are not beside this checkout")
def test_healthy_acts_keep_their_figures_and_their_letters():
    """Figures are never changed; letters only those of look-alikes, which is what these acts are known for."""
    for path in sorted((SHARED / "acts").glob("[56]*.txt")):
        found = repair_text(path.read_text("utf-8"))
        count = lambda text: Counter(c for c in text if c.isalnum())  # noqa: E731
        assert count(found.string) == count(found.raw), path.name
        assert replay(found.raw, found.edits) == found.string


SPECIMENS = Path(__file__).parents[1] / "corpus" / "specimens"


def test_a_stretch_of_soup_inside_a_sound_text_is_read_back_and_the_rest_left_alone():
    sound = (SPECIMENS / "01_kk_order_rules_consolidated.txt").read_text("utf-8")
    soup = (SPECIMENS / "11_kk_decree_soup.txt").read_text("utf-8")
    alone = repair_text(sound).string
    mixed = repair_text(f"{sound}\n{soup}")
    assert mixed.string.startswith(alone)
    assert "Кадр резерв" in mixed.string.removeprefix(alone)
    verdict = next(v for v in mixed.verdicts if v.kind == "soup")
    assert (verdict.channel, verdict.language) == ("eng-standard", "kk")
    assert mixed.raw.index("Kemipnepi") >= verdict.span.start


@pytest.mark.parametrize(
    "block",
    [
        "CERTIFICATE\nThis is to certify that\nthe holder has passed\nthe exam of iPhone\nand McDonald in OpenVPN\n",
        "eGov mGov\nOutLook PowerPoint\nWhatsApp iOS\nLaTeX YouTube\nGitHub OpenAPI\n",
    ],
)
def test_foreign_words_and_names_inside_a_sound_text_are_no_soup(block):
    sound = (SPECIMENS / "01_kk_order_rules_consolidated.txt").read_text("utf-8")
    assert block.strip() in repair_text(f"{sound}\n{block}").string
