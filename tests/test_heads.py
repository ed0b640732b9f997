"""What an act says of itself above and below its provisions, on cases of `cases/heads.toml`; names of local bodies."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import ingest
import normalizers
import parsers
from models import Act, Document
from parsers.identity import slug

GRAMMARS = parsers.load_all()
CASES = tomllib.loads((Path(__file__).parent / "cases" / "heads.toml").read_text("utf-8"))["case"]


def read(words: str) -> Act:
    document = Document("act.txt", words.encode(), "text/plain")
    text = normalizers.repair(ingest.read_pages(document), GRAMMARS)
    return parsers.parse(text, GRAMMARS[text.grammar], document)[0]


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_heads_and_ends(case: dict[str, Any]) -> None:
    act = read(case["text"].strip("\n"))
    for name, value in case["act"].items():
        assert (getattr(act, name) or "") == value, name


@pytest.mark.parametrize(
    ("kazakh", "russian"),
    [
        ("Жамбыл облысы Шу аудандық мәслихаты", "Шуский районный маслихат Жамбылской области"),
        ("Шу ауданының мәслихаты", "маслихат Шуского района"),
        (
            "Солтүстік Қазақстан облысы Есіл ауданының мәслихаты",
            "маслихат Есильского района Северо-Казахстанской области",
        ),
        ("Ақтау қаласы әкімдігі", "акимат города Актау"),
        ("Астана қаласының әкімдігі", "акимат города Астаны"),
        ("Бейімбет Майлин ауданының мәслихаты", "маслихат района Беимбета Майлина Костанайской области"),
        ("Абай облысының әкімі", "аким области Абай"),
        ("Шығыс Қазақстан облыстық мәслихаты", "Восточно-Казахстанский областной маслихат"),
        ("Тараз қалалық мәслихат", "Таразский городской маслихат"),
        ("Әйтеке би ауданы әкімінің м.а.", "исполняющий обязанности акима Айтекебийского района"),
        (
            "Қазақстан Республикасы Қаржы министрлігінің Мемлекеттік кірістер комитетінің төрағасы",
            "Председатель Комитета государственных доходов Министерства финансов Республики Казахстан",
        ),
        ("Қазақстан Республикасының Министрлер Кабинеті", "Кабинет Министров Республики Казахстан"),
    ],
)
def test_a_local_body_has_one_slug_in_both_languages(kazakh: str, russian: str) -> None:
    assert slug(kazakh) == slug(russian)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Жамбыл облысының мәслихаты", "Жамбыл облысы Жамбыл ауданының мәслихаты"),
        ("Алматы облысы Жамбыл ауданының мәслихаты", "Жамбыл облысы Жамбыл ауданының мәслихаты"),
        ("Алматы облысының әкімдігі", "Алматы қаласының әкімдігі"),
        ("Шу ауданының әкімі", "Шу ауданының әкімдігі"),
        ("Павлодар облысының білім басқармасы", "Қазақстан Республикасының Білім және ғылым министрі"),
        ("Шу ауданы Ақсу ауылдық округінің әкімі", "Шу ауданының әкімі"),
        # several districts bear the name: without the region nobody knows which
        ("Абай ауданының мәслихаты", "маслихат Абайского района"),
    ],
)
def test_two_local_bodies_never_merge(one: str, other: str) -> None:
    assert slug(one) != slug(other)
