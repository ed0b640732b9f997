"""The grammar files prove themselves; the loader refuses files that contradict themselves."""

import pytest

import parsers
from models import GrammarError
from parsers.grammar.load import demand_same_names, load
from parsers.marks import mark_of

GRAMMARS = parsers.load_all()
SMALL = """
code = "kk"
language = "kk"
script = "Cyrl"
alphabet = "абвгдежзийклмнопрстуіүқң"
[fragment]
number = '\\d+'
[words]
closing = ["енді", "бітті"]
[map.months]
"01" = ["қаңтар"]
[[level]]
kind = "article"
part = "art"
forms = ["бап"]
[[level.opens]]
name = "number before"
regex = '^(?P<printed>(?P<number>{number})-{article})'
example = ["5-бап"]
[pattern]
empty = []
[[pattern.note]]
name = "note"
regex = '^{closing}'
example = ["енді"]
reject = ["осы енді"]
"""


def test_the_four_languages_load_and_name_the_same_things() -> None:
    assert set(GRAMMARS) == {"kk", "ru", "uz-Cyrl", "uz-Latn"}
    demand_same_names(list(GRAMMARS.values()))
    assert len({tuple(level.kind for level in g.levels) for g in GRAMMARS.values()}) == 1


@pytest.mark.parametrize("code", sorted(GRAMMARS))
def test_all_months_have_their_case_forms(code: str) -> None:
    months = GRAMMARS[code].maps["months"]
    assert set(months.values()) == {f"{n:02d}" for n in range(1, 13)}
    assert all(list(months.values()).count(f"{n:02d}") >= 5 for n in range(1, 13))


@pytest.mark.parametrize("code", sorted(GRAMMARS))
def test_no_example_of_one_level_opens_another(code: str) -> None:
    grammar = GRAMMARS[code]
    for level in grammar.levels:
        for pattern in level.opens:
            for example in pattern.examples:
                mark = mark_of(example, grammar)
                assert mark is not None
                assert mark.kind == level.kind, example


def test_a_small_file_loads() -> None:
    grammar = load(SMALL)
    assert grammar.maps["months"] == {"қаңтар": "01"}
    assert grammar.patterns["empty"] == ()
    assert grammar.levels[0].opens[0].regex.search("12-бап")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "kk"', 'code = "kk"\nextra = 1', "keys"),
        ("regex = '^{closing}'", "regex = '^({closing}'", "note"),
        ("regex = '^{closing}'", "regex = '^{nothing}'", "placeholder"),
        ('example = ["енді"]', 'example = ["кеше"]', "does not match its example"),
        ('reject = ["осы енді"]', 'reject = ["енді осы"]', "near miss"),
        ('"бітті"', '"бiттi"', "foreign letters"),
        ('"01" = ["қаңтар"]', '"01" = ["қаңтар"]\n"02" = ["қаңтар"]', "twice"),
        ('part = "art"', 'part = "art"\nwhole = 1', "level keys"),
        ('closing = ["енді", "бітті"]', 'closing = ["енді", "бітті"]\nnumber = ["бір"]', "named twice"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(old: str, new: str, said: str) -> None:
    assert old in SMALL
    with pytest.raises(GrammarError, match=said):
        load(SMALL.replace(old, new, 1))


def test_roman_numerals_and_foreign_words_pass() -> None:
    load(SMALL.replace('"бітті"', '"бітті", "IV", "OutLook"'))


def test_languages_with_different_names_are_refused() -> None:
    with pytest.raises(GrammarError, match="differ in patterns"):
        demand_same_names([load(SMALL), load(SMALL.replace("pattern.note", "pattern.remark"))])
