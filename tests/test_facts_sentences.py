"""Facts of single sentences and of small acts, annotated by hand in tests/cases/facts_*.toml."""

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import ingest
import normalizers
from models import (
    Act,
    Amendment,
    Citation,
    Clause,
    Deadline,
    Document,
    Facts,
    Issue,
    Passage,
    Segment,
    Span,
    Text,
    TextPage,
)
from parsers import find_facts, load_all, parse

CASES = {
    path.stem.removeprefix("facts_"): path for path in sorted((Path(__file__).parent / "cases").glob("facts_*.toml"))
}


def build(rows: list[list[str]], code: str, kind: str = "law") -> tuple[Act, Text]:
    """Return an act of the clauses (eid, kind, text), each on a line of its own."""
    grammar = load_all()[code]
    string, clauses = "", []
    for order, (eid, clause_kind, text) in enumerate(rows, start=1):
        span = Span(len(string), len(string) + len(text))
        own = Passage(text, (Segment(0, len(string), len(text)),)) if text else Passage("")
        parent = eid.rpartition("__")[0] or None
        clauses.append(Clause(eid=eid, kind=clause_kind, ord=order, own=own, parent_eid=parent, span=span))
        string += text + "\n"
    act = Act("a", "w", "KZ", grammar.language, grammar.script, kind, tuple(clauses), None, "1", date(2010, 1, 1))
    page = TextPage(1, Span(0, len(string)), "text")
    return act, Text(string, string, (), (), (page,), grammar=code)


def read(rows: list[list[str]], code: str, kind: str = "law") -> tuple[Facts, tuple[Issue, ...]]:
    act, text = build(rows, code, kind)
    return find_facts(act, text, load_all()[code])


def show(*values: object) -> str:
    return " ".join("-" if value is None else str(value) for value in values)


def deadline(row: Deadline) -> str:
    return show(row.kind, row.quantity, row.unit, row.relation, row.recurrence)


def citation(row: Citation) -> str:
    return f"{row.scope} {row.target_number or '-'} {row.target_date or '-'} {row.target_provision or '-'}"


def amendment(row: Amendment) -> str:
    return show(row.operation, row.target_eid)


def sentences() -> list[tuple[str, dict]]:
    return [(code, row) for code, path in CASES.items() for row in tomllib.loads(path.read_text("utf-8"))["sentence"]]


def acts() -> list[tuple[str, dict]]:
    return [(code, row) for code, path in CASES.items() for row in tomllib.loads(path.read_text("utf-8"))["act"]]


@pytest.mark.parametrize(("code", "case"), sentences(), ids=lambda v: v if isinstance(v, str) else v["text"][:40])
def test_sentence(code: str, case: dict) -> None:
    """Every deadline of a sentence is found and none invented; so are its citations, definitions and amendments."""
    place = ["art_5__al_9", "alinea"] if code.startswith("uz") else ["art_5__para_2", "paragraph"]
    rows = [["art_5", "article", ""], [*place, case["text"]]]
    act_kind = "order" if not {"citations", "amendments"} & set(case) else "law"
    facts, _ = read(rows, code, act_kind)
    assert Counter(map(deadline, facts.deadlines)) == Counter(case.get("deadlines", []))
    if "citations" in case:
        assert Counter(map(citation, facts.citations)) == Counter(case["citations"])
    if "amendments" in case:
        assert Counter(map(amendment, facts.amendments)) == Counter(case["amendments"])
    assert [d.term for d in facts.definitions] == case.get("definitions", [])


@pytest.mark.parametrize(("code", "case"), acts(), ids=lambda v: v if isinstance(v, str) else v["clauses"][0][2][:40])
def test_amendments_of_an_act(code: str, case: dict) -> None:
    """Commands under lead-ins and editorial notes give one row per provision; what no formula fits is an issue."""
    facts, issues = read(case["clauses"], code)
    number = "target_number" if any(kind == "mod" for _, kind, _ in case["clauses"]) else "amending_number"
    found = [show(a.eid, a.operation, a.target_eid, getattr(a, number)) for a in facts.amendments]
    assert sorted(found) == sorted(case["amendments"])
    assert [issue.eid for issue in issues] == case.get("issues", [])


@pytest.mark.parametrize("code", CASES)
def test_spans_print_the_facts(code: str) -> None:
    """A span cut from the text prints the fact."""
    data = tomllib.loads(CASES[code].read_text("utf-8"))
    rows = [[f"para_{n}", "paragraph", row["text"]] for n, row in enumerate(data["sentence"], start=1)]
    act, text = build(rows, code)
    facts, _ = find_facts(act, text, load_all()[code])
    for fact in (*facts.deadlines, *facts.citations):
        printed = text.string[fact.span.start : fact.span.stop]
        assert " ".join(printed.split()) == " ".join(fact.text.split())
    for definition in facts.definitions:
        assert definition.term in text.string[definition.span.start : definition.span.stop]


ANNEXES = """\
О помощи садоводам

Решение Аксуского районного маслихата от 21 декабря 2023 года № 12/4

      Аксуский районный маслихат РЕШИЛ:
      1. Утвердить прилагаемые Правила помощи садоводам.
      2. Признать утратившими силу решения согласно приложению к настоящему решению.

      Председатель маслихата      Ю. Сериков

Утверждены
решением Аксуского районного маслихата
от 21 декабря 2023 года № 12/4

Правила помощи садоводам

      1. Помощь оказывается ежемесячно по правилам (далее – Инструкция), ее форма дана согласно приложению к Инструкции.

Приложение к решению
Аксуского районного маслихата
от 21 декабря 2023 года № 12/4

Перечень решений

      1. Решение маслихата от 27 ноября 2020 года № 61/6.
"""


def test_the_annex_without_a_number_is_the_one_whose_stamp_says_annex() -> None:
    grammars = load_all()
    document = Document("act.txt", ANNEXES.encode(), "text/plain")
    text = normalizers.repair(ingest.read_pages(document), grammars)
    act, _ = parse(text, grammars["ru"], document)
    cited = {(c.eid, c.target_provision) for c in find_facts(act, text, grammars["ru"])[0].citations}
    assert ("para_2", "att_2") in cited
