"""Reading the head and the clause tree of an act, on cases of `cases/parse*.toml` and on any text."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest
import normalizers
import parsers
from models import Act, Clause, Document, Issue, Requisites, Text
from parsers.header import nominative
from parsers.identity import slug

GRAMMARS = parsers.load_all()
CASES = [
    case
    for path in sorted((Path(__file__).parent / "cases").glob("parse*.toml"))
    for case in tomllib.loads(path.read_text("utf-8"))["case"]
]
KINDS = {
    *("preamble", "section", "chapter", "subchapter", "article", "paragraph", "subparagraph", "alinea", "attachment"),
    *("table", "note", "mod", "quoted"),
}


def read(words: str, requisites: Requisites | None = None) -> tuple[Text, Act, tuple[Issue, ...]]:
    document = Document("act.txt", words.encode(), "text/plain", requisites)
    text = normalizers.repair(ingest.read_pages(document), GRAMMARS)
    act, issues = parsers.parse(text, GRAMMARS[text.grammar], document)
    return text, act, issues


def line(clause: Clause) -> str:
    parts = [clause.heading.text if clause.heading else "", clause.text]
    said = " / ".join(p for p in parts if p)
    return " ".join(p for p in (clause.eid, clause.num or "", said) if p)


def fits(expected: str, found: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, expected.split("…"))), found) is not None


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_cases(case: dict[str, Any]) -> None:
    _, act, issues = read(case["text"].strip("\n"))
    found = [line(c) for c in act.clauses]
    assert len(found) == len(case["outline"]), found
    for expected, got in zip(case["outline"], found, strict=True):
        assert fits(expected, got), (expected, got)
    assert [c.eid for c in act.clauses if c.status == "repealed"] == case.get("repealed", [])
    assert {i.code for i in issues} == set(case.get("issues", []))
    for name, value in case["act"].items():
        assert getattr(act, name) == value, name


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_clauses_print_what_their_spans_say(case: dict[str, Any]) -> None:
    text, act, _ = read(case["text"].strip("\n"))
    check_tree(text, act)
    for clause in act.clauses:
        for word in re.finditer(r"\S+", clause.text):
            span = clause.own.locate(word.start(), word.end())
            assert text.string[span.start : span.stop] == word[0]


def check_tree(text: Text, act: Act) -> None:
    """Eids are unique, parents come before their children, spans lie in the text, passages are one line."""
    eids = [c.eid for c in act.clauses]
    assert len(set(eids)) == len(eids)
    assert [c.ord for c in act.clauses] == list(range(1, len(eids) + 1))
    seen: set[str | None] = {None}
    for clause in act.clauses:
        assert clause.kind in KINDS
        assert clause.parent_eid in seen
        seen.add(clause.eid)
        assert 0 <= clause.span.start <= clause.span.stop <= len(text.string)
        assert 0.0 <= clause.confidence <= 1.0
        assert not re.search(r"\s{2,}|[\n\t]|^\s|\s$", clause.text)
        assert len(clause.text) == sum(s.length for s in clause.own.segments) + _joints(clause)
        assert all(0 <= row < len(text.lines) for row in clause.rows)


def _joints(clause: Clause) -> int:
    """Return how many characters of a clause's text are spaces between segments."""
    covered = sum(s.length for s in clause.own.segments)
    return len(clause.text) - covered if clause.text else 0


PIECES = [
    *("1. ", "2) ", "26-1. ", "Ескерту. ", "Сноска. ", "1-тарау. ", "Глава 1. ", "5-бап. ", "Статья 3. ", "1-модда. "),
    *("БҰЙЫРАМЫН:", "ПРИКАЗЫВАЮ:", "1-қосымша", "Приложение 2 к приказу", "Утверждены приказом", "Нысан", "Форма"),
    *('"', "«", "».", '";', "\t", "\n", "\n\n", "      ", "№ 41", "2022 жылғы 5 сәуірдегі", "А. Сейітов", "____"),
    *("мынадай өзгерістер енгізілсін:", "толықтырылсын:", "изложить в следующей редакции:", "алып тасталсын;"),
    *("мәтін", "Мәтін мәтін.", "текст", "Қағидалары", "1", "a)", "(", ")", ":", ";", "\f", "**", "| "),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))
def test_any_mixture_of_marks_parses(words: str) -> None:
    if not any(c.isalnum() for c in words):
        return
    text, act, _ = read(words)
    check_tree(text, act)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=300))
def test_any_text_parses(words: str) -> None:
    document = Document("act.txt", b"", "text/plain")
    pages = ingest.read_pages(Document("act.txt", ("мәтін " + words).encode(), "text/plain"))
    text = normalizers.repair(pages, GRAMMARS)
    act, _ = parsers.parse(text, GRAMMARS[text.grammar], document)
    check_tree(text, act)


def test_the_kazakh_and_the_russian_text_share_the_work() -> None:
    sentence = (
        "Приказ Министра транспорта Республики Казахстан от 5 апреля 2022 года № 41. Зарегистрирован в Министерстве"
    )
    sentence += " юстиции Республики Казахстан 9 апреля 2022 года № 27500"
    requisites = Requisites(sentence=sentence, titles={"kk": "Қағидалар туралы", "ru": "О правилах"})
    kazakh = read(
        "БҰЙЫРАМЫН:\n\n1. Қоса беріліп отырған қағидалар бекітілсін.\n\n2. Осы бұйрық енгізіледі.", requisites
    )[1]
    russian = read("ПРИКАЗЫВАЮ:\n\n1. Утвердить прилагаемые правила.\n\n2. Контроль оставляю за собой.", requisites)[1]
    assert kazakh.work_id == russian.work_id == "/akn/kz/act/order/transport/2022-04-05/41"
    assert (kazakh.act_id, russian.act_id) == (f"{kazakh.work_id}/kaz", f"{kazakh.work_id}/rus")
    assert (kazakh.title, russian.title) == ("Қағидалар туралы", "О правилах")
    assert kazakh.registered_number == "27500"


def test_a_text_without_number_and_date_is_named_by_its_document() -> None:
    words = "БҰЙЫРАМЫН:\n\n1. Қағидалар бекітілсін."
    act = read(words)[1]
    assert Document("", words.encode(), "").document_id in act.act_id


@pytest.mark.parametrize(
    ("code", "genitive", "wanted"),
    [
        (
            "kk",
            "Қазақстан Республикасы Төтенше жағдайлар министрінің",
            "Қазақстан Республикасы Төтенше жағдайлар министрі",
        ),
        ("kk", "Қазақстан Республикасы Үкіметінің", "Қазақстан Республикасы Үкіметі"),
        ("kk", "Көлік министрінің міндетін атқарушының", "Көлік министрінің міндетін атқарушы"),
        ("ru", "Министра обороны Республики Казахстан", "Министр обороны Республики Казахстан"),
        ("ru", "исполняющего обязанности Министра финансов", "исполняющий обязанности Министра финансов"),
        ("ru", "Председателя Агентства", "Председатель Агентства"),
        ("ru", "Правительства Республики Казахстан", "Правительство Республики Казахстан"),
        ("ru", "Аксуского районного маслихата", "Аксуский районный маслихат"),
        ("uz-Cyrl", "Соғлиқни сақлаш вазирининг", "Соғлиқни сақлаш вазири"),
        ("uz-Latn", "Transport vazirining", "Transport vaziri"),
    ],
)
def test_issuers_are_put_into_the_nominative(code: str, genitive: str, wanted: str) -> None:
    assert nominative(genitive, GRAMMARS[code]) == wanted


@pytest.mark.parametrize(
    "names",
    [
        ("Қазақстан Республикасының Ішкі істер министрі", "Министр внутренних дел Республики Казахстан"),
        ("Қазақстан Республикасы Президенті", "Президент Республики Казахстан"),
        ("Соғлиқни сақлаш вазири", "Sogʻliqni saqlash vaziri"),
        ("Қазақстан Республикасы", "Республика Казахстан"),
        (
            "Қазақстан Республикасы Премьер-Министрінің орынбасары – Қаржы министрі",
            "Заместитель Премьер-Министра – Министр финансов Республики Казахстан",
        ),
    ],
)
def test_one_issuer_has_one_slug_in_all_languages(names: tuple[str, ...]) -> None:
    assert len({slug(name) for name in names}) == 1


def test_an_unknown_issuer_gets_a_latin_slug() -> None:
    assert slug("Аксуский районный маслихат") == "aksuskii-raionnyi-maslikhat"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Қазақстан Республикасының Президенті", "Қазақстан Республикасы Президентінің Архиві"),
        (
            "Қазақстан Республикасы Денсаулық сақтау министрі",
            "Қазақстан Республикасы Денсаулық сақтау министрлігі Медициналық бақылау комитетінің төрағасы",
        ),
        ("Министр культуры Республики Казахстан", "Министр культуры и спорта Республики Казахстан"),
        ("Батыс Қазақстан облысының әкімдігі", "Солтүстік Қазақстан облысының әкімдігі"),
    ],
)
def test_two_issuers_have_two_slugs(one: str, other: str) -> None:
    assert slug(one) != slug(other)


def test_an_issuer_without_a_name_of_its_own_does_not_join_the_acts_of_many() -> None:
    words = "ҚАУЛЫ ЕТЕМІН:\n\n1. Қағидалар бекітілсін.\n\nАудан әкімі\t|\tБ. Сарин\n\nАудан әкімінің"
    words += " 2023 жылғы 12 қаңтардағы № 6 қаулысына қосымша\n\nҚағидалар\n\n1. Көпір күн сайын тексеріледі."
    act = read(words)[1]
    assert (act.number, act.issuer) == ("6", "Аудан әкімі")
    assert Document("", words.encode(), "").document_id in act.act_id
