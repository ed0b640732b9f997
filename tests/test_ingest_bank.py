"""The reference bank's typed blocks become lines with roles, and broken answers are refused."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bank import read
from models import Document, LimitError, Limits, SourceError


def document(data: object) -> Document:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Document("bank.json", raw, "application/json")


def test_blocks_keep_their_roles_and_tables_their_cells():
    page = read(
        document(
            {
                "metadata": {},
                "content": [
                    {"type": "title", "text": "О мостах"},
                    {"type": "toc", "text": "ОГЛАВЛЕНИЕ"},
                    {
                        "type": "chapter",
                        "text": "Глава 1. Общее",
                        "content": [{"type": "point", "text": "1. <b>Мост</b><br/>стоит."}],
                    },
                    {"type": "note", "text": "Сноска. Пункт 1 в редакции."},
                    {
                        "type": "table",
                        "content": [
                            {
                                "type": "tableHeaderRow",
                                "content": [{"type": "tableCell", "text": "А", "colspan": 2}, {"text": "Б"}],
                            },
                            {
                                "type": "tableRow",
                                "content": [{"text": "1"}, {"content": [{"text": "x"}, {"text": "y"}]}],
                            },
                        ],
                    },
                ],
            }
        )
    )[0]
    assert [(line.text, line.role, line.table) for line in page.lines] == [
        ("О мостах", "title", None),
        ("Глава 1. Общее", "heading", None),
        ("1. Мост", "", None),
        ("стоит.", "", None),
        ("Сноска. Пункт 1 в редакции.", "note", None),
        ("А\tБ", "", 0),
        ("1\tx y", "", 0),
    ]
    header, row = page.lines[5], page.lines[6]
    assert [(c.column_span, c.header) for c in header.cells] == [(2, True), (1, True)]
    assert [row.text[c.start : c.stop] for c in row.cells] == ["1", "x y"]


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        {"content": 3},
        {"content": []},
        {"content": [{"type": []}]},
        {"content": [{"type": "point", "text": " "}]},
    ],
)
def test_what_is_no_act_is_refused(data):
    with pytest.raises(SourceError):
        read(document(data))


def test_a_bomb_of_nested_blocks_is_refused():
    block: dict[str, object] = {"text": "x"}
    for _ in range(200):
        block = {"content": [block]}
    with pytest.raises(LimitError):
        read(document({"content": [block]}))
    with pytest.raises(LimitError):
        read(document({"content": [{"text": "x\n" * 50}]}), Limits(lines=10))


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda c: st.lists(c) | st.dictionaries(st.sampled_from(["type", "text", "content"]), c),
    )
)
def test_any_json_is_read_or_refused(data):
    with contextlib.suppress(SourceError):
        read(document(data))
