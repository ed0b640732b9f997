"""The decoder of wrong-language OCR: concrete lines, and what must hold for any text."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Edit
from normalizers.decoder import decode, score_channels
from normalizers.decoder.alphabet import alphabet
from normalizers.decoder.language import step
from normalizers.decoder.reading import TABLES, guards, load_language, reader
from normalizers.decoder.train import align, channel, language, sources

SHARED = Path(__file__).parents[1].parent / "shared"
LINES = [
    (
        "1. Ocbl Kaynbl KOJI KOHbUIFaH KYHIHEH OacTan KOJIJaHbICKa CHTI3LIEIL.",
        "kk",
        "eng-standard",
        "күнінен бастап қолданысқа енгізіледі",
    ),
    ("Kazakcran Pecny6nmkaceiHbIH IIpesunenti", "kk", "eng-standard", "Қазақстан Республикасының Президенті"),
    ("Казакстан Республикасы Президентнщ Жарлыгы", "kk", "rus", "Қазақстан Республикасы Президентінің Жарлығы"),
    ("HacToallluii npuka3 BBOAMTCA B JeHCTBHe", "ru", "eng-standard", "приказ вводится в действие"),
    ("Вазирлар Махкамасининг кдрори", "uz-Cyrl", "kaz", "Вазирлар Маҳкамасининг"),
]


@pytest.mark.parametrize(("garbled", "spoken", "model", "expected"), LINES)
def test_reads_lines_back(garbled: str, spoken: str, model: str, expected: str) -> None:
    assert expected in decode([garbled], spoken, model).lines[0].text


@pytest.mark.parametrize(
    ("garbled", "number"),
    [
        ("2013 »KBLIFBI 28 TaMbI3HarbI No 624 JKapbIFbI", "624"),
        ("2023 oxputarer 31 mimpmenerd Ne 290", "290"),
        ("KP IIpesunmentinin 23.04.2025 Ne 853 KapubIFbIMeH", "23.04.2025"),
    ],
)
def test_numbers_survive(garbled: str, number: str) -> None:
    assert number in decode([garbled], "kk", "eng-standard").lines[0].text


def test_a_number_does_not_begin_with_zero_unless_a_mark_follows() -> None:
    assert list(guards("06 yTB 06.2015 12 1-t")[:22]) == [
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        2,
        2,
        3,
        2,
        2,
        2,
        2,
        0,
        2,
        2,
        0,
        2,
        0,
        0,
        0,
    ]


def test_addresses_are_kept() -> None:
    assert (
        "info@adilet.zan.kz"
        in decode(["DJIeKTPOHAbIK MeKeH)KaM: info@adilet.zan.kz"], "kk", "eng-standard").lines[0].text
    )


def test_channel_is_chosen_by_score() -> None:
    soup = [
        "Kazakcran Pecniybnukace! IIpe3unentiniy JKapiabiFsl",
        "apHayJIbl MEMJIEKETTIK OpraHIapbIHbIH IPE3HIEHTTIK Kaap",
    ]
    best = score_channels(soup)[0]
    assert (best.channel, best.language) == ("eng-standard", "kk")
    healthy = ["Қазақстан Республикасы Президентінің Жарлығы", "арнаулы мемлекеттік органдардың кадр резерві"]
    assert score_channels(healthy)[0].channel == "healthy"


def test_clean_text_comes_out_as_it_went_in() -> None:
    clean = [
        "1. Осы бұйрық алғашқы ресми жарияланған күнінен кейін күнтізбелік он күн өткен соң қолданысқа енгізіледі.",
        "",
        "№ 12",
    ]
    for model in ("eng-standard", "eng-fast", "rus", "rus+eng"):
        assert [line.text for line in decode(clean, "kk", model).lines] == clean


def replayed(line: str, edits: tuple[Edit, ...]) -> str:
    out, at = [], 0
    for edit in edits:
        assert line[edit.raw.start : edit.raw.stop] == edit.before
        out += [line[at : edit.raw.start], edit.after]
        at = edit.raw.stop
    return "".join([*out, line[at:]])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=3), st.sampled_from(["eng-standard", "rus"]))
def test_any_text_is_read_and_every_change_recorded(lines: list[str], model: str) -> None:
    first = decode(lines, "kk", model)
    assert len(first.lines) == len(lines)
    for line, read in zip(lines, first.lines, strict=True):
        assert replayed(line, read.edits) == read.text
        assert all(0.0 <= sure <= 1.0 for _, sure in read.words)
    assert decode(lines, "kk", model) == first


@pytest.mark.parametrize("name", ["kk", "ru", "uz-Cyrl"])
def test_probabilities_sum_to_one(name: str) -> None:
    model = load_language(name)
    rng = random.Random(1)
    for state in rng.sample(range(len(model.first)), 12):
        total = sum(np.exp(step(*model[:7], state, symbol)[0]) for symbol in range(1, int(alphabet().symbol.max()) + 1))
        assert total == pytest.approx(1.0, abs=0.08)


def test_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in TABLES.glob("*.npz")) <= 20_000_000


def test_alignment_finds_the_pieces() -> None:
    pairs = [("жаңа мал", ")KaHa MaJI"), ("қала жол", "KaJIa )KOJI"), ("алма ала", "aJIMa aJIa")] * 20
    table = alphabet()
    read = channel.readable(pairs)
    places = {char: i + 1 for i, char in enumerate(read)}
    same = np.array([places.get(c, 0) for c in table.characters], dtype=np.uint8)
    coded = [np.array([places[c] for c in garbled], dtype=np.uint8) for _, garbled in pairs]
    lengths = align.aligned([table.encode(clean) for clean, _ in pairs], coded, same)
    assert list(lengths[:8]) == [2, 1, 1, 1, 1, 1, 1, 2]


def test_tables_are_the_same_twice() -> None:
    lines = ["осы бұйрық енгізіледі", "осы қаулы енгізіледі", "бұйрық бекітілсін"] * 5
    first, second = (language.build(lines, language.words(lines, 1), 4, 0.5) for _ in range(2))
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_text_is_brought_to_one_alphabet() -> None:
    assert sources.normal("Негiзгi  «ереже» — ІІ бөлім") == 'Негізгі "ереже" – II бөлім'
    assert sources.transliterate("O'zbekiston qonuni") == "Ўзбекистон қонуни"


@pytest.mark.skipif(not (SHARED / "gold/002_head.txt").exists(), reason="the shared acts are not here")
def test_the_decree() -> None:
    from rapidfuzz.distance import Levenshtein

    gold = (SHARED / "gold/002_head.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    raw = next((SHARED / "acts/seeds").glob("002_*.txt")).read_text(encoding="utf-8").split("\n")
    read = [line.text for line in decode(raw, "kk", "eng-standard").lines]
    wrong = size = 0
    for pair in zip(read, gold, strict=False):
        got, want = (sources.normal(text).replace("–", "-") for text in pair)
        wrong, size = wrong + Levenshtein.distance(got, want), size + len(want)
    assert wrong / size <= 0.006
    again = [line.text for line in decode(read, "kk", "eng-standard").lines]
    assert again == read


def test_reader_is_made_once() -> None:
    assert reader("kk", "rus") is reader("kk", "rus")
