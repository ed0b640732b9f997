"""What holds of the facts of any text."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Act, Clause, Facts, Passage, Segment, Span, Text, TextPage
from parsers import find_facts, load_all
from parsers.facts.numbers import quantity
from parsers.facts.provisions import eid_of, find_runs, steps_of, under
from parsers.facts.view import fold

CODES = ("kk", "ru", "uz-Cyrl", "uz-Latn")
WORDS = {
    path.stem.removeprefix("facts_"): sorted(
        {word for row in tomllib.loads(path.read_text("utf-8"))["sentence"] for word in row["text"].split()}
    )
    for path in (Path(__file__).parent / "cases").glob("facts_*.toml")
}


def facts_of(code: str, texts: list[str]) -> tuple[Text, Facts]:
    grammar = load_all()[code]
    string, clauses = "", []
    for order, text in enumerate(texts, start=1):
        own = Passage(text, (Segment(0, len(string), len(text)),))
        span = Span(len(string), len(string) + len(text))
        clauses.append(Clause(eid=f"para_{order}", kind="paragraph", ord=order, own=own, span=span))
        string += text + "\n"
    act = Act("a", "w", "KZ", grammar.language, grammar.script, "order", tuple(clauses), None, "1")
    page = TextPage(1, Span(0, len(string)), "text")
    text = Text(string, string, (), (), (page,), grammar=code)
    return text, find_facts(act, text, grammar)[0]


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_words_in_any_order(code: str, data: st.DataObject) -> None:
    """Shuffled words of acts raise nothing, and every span lies in the text and prints its fact."""
    words = st.lists(st.sampled_from(WORDS[code]), min_size=1, max_size=40).map(" ".join)
    text, facts = facts_of(code, data.draw(st.lists(words, min_size=1, max_size=4)))
    for fact in (*facts.deadlines, *facts.amendments, *facts.citations, *facts.definitions):
        assert 0 <= fact.span.start <= fact.span.stop <= len(text.string)
        assert 0.0 <= fact.confidence <= 1.0
        assert fact.rule
    for fact in (*facts.deadlines, *facts.citations):
        assert " ".join(text.string[fact.span.start : fact.span.stop].split()) == " ".join(fact.text.split())


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200))
def test_folding_keeps_the_length(code: str, text: str) -> None:
    """Folded text has its characters where the text has them; any characters at all are read without an error."""
    assert len(fold(text, load_all()[code])) == len(text)
    facts_of(code, [text.replace("\n", " ") or "-"])


@given(number=st.integers(0, 9999))
def test_figures_are_their_value(number: int) -> None:
    """A figure is its value, with or without words in brackets."""
    for code in CODES:
        assert quantity(str(number), load_all()[code]) == number
        assert quantity(f"{number} (x)", load_all()[code]) == number


NUMBERS = [
    ("kk", "он бес", 15), ("kk", "жиырма төрт", 24), ("kk", "жүз жиырма", 120), ("ru", "двадцати пяти", 25),
    ("ru", "ста двадцати", 120),
    ("uz-Cyrl", "йигирма бир", 21), ("uz-Latn", "oʻn besh", 15),
    ("uz-Latn", "bir yuz ellik", 150),
]  # fmt: skip


@pytest.mark.parametrize(("code", "printed", "value"), NUMBERS)
def test_number_words(code: str, printed: str, value: int) -> None:
    """Number words add up."""
    assert quantity(printed, load_all()[code]) == value


REFERENCES = [
    ("kk", "33-бабының 1-1-тармағына, 84-бабының бесінші бөлігіне", ["art_33__para_1-1", "art_84__al_5"]),
    ("kk", "16, 17 және 18-тармақтарына", ["para_16", "para_17", "para_18"]),
    ("kk", "3-тармақтың бірінші бөлігі", ["para_3"]),
    ("kk", "5-9-баптар", ["art_5", "art_6", "art_7", "art_8", "art_9"]),
    ("ru", "подпунктами 1) и 2) пункта 3 статьи 5", ["art_5__para_3__subpara_1", "art_5__para_3__subpara_2"]),
    ("ru", "пунктом 2 статьи 5 и статьей 7", ["art_5__para_2", "art_7"]),
    ("ru", "абзац второй пункта 4", ["para_4__al_2"]),
    ("uz-Cyrl", "12-модданинг биринчи — учинчи қисмлари", ["art_12", "art_12__al_2", "art_12__al_3"]),
    ("uz-Latn", "161-moddasi ikkinchi qismining 1 va 2-bandlari", ["art_161__subpara_1", "art_161__subpara_2"]),
]


@pytest.mark.parametrize(("code", "printed", "eids"), REFERENCES)
def test_references(code: str, printed: str, eids: list[str]) -> None:
    """A printed reference names exactly these provisions."""
    grammar = load_all()[code]
    runs = find_runs(fold(printed, grammar), grammar)
    assert [eid_of(reference.path) for run in runs for reference in run.references] == eids


def test_an_inner_level_replaces_its_own_kind() -> None:
    """What a command names is inside what its lead-ins named, down to its own level."""
    base = steps_of("att_1__art_5__para_2")
    assert eid_of(under(base, (("para", "3"),))) == "att_1__art_5__para_3"
    assert eid_of(under(base, (("subpara", "4"),))) == "att_1__art_5__para_2__subpara_4"
    assert eid_of(under(base, (("art", "7"),))) == "att_1__art_7"
