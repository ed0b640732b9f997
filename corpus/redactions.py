"""Find what changed from each version of an act to the next, and which amending act did it.

Only pairs of texts that were not compared yet, or whose documents or amending acts are new, are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from corpus.compare import Difference, Provision, differences, fold

# Consecutive whole texts of an act, and whether they are to be compared: they were not since they were stored, or a
# command to amend the act came afterwards.
_PAIRS = """
WITH chain AS (
    SELECT v.act_id, v.document_id AS after_id, lag(v.document_id) OVER (
        PARTITION BY v.act_id ORDER BY v.version) AS before_id
    FROM t_version v JOIN t_act a USING (document_id)
    WHERE v.chosen AND a.clauses * 2 >= (SELECT max(b.clauses) FROM t_act b WHERE b.act_id = v.act_id)
),
commanded AS (
    SELECT m.target_number AS number, m.target_date AS adopted_on, max(d.ingested_at) AS ingested_at
    FROM t_amendment m JOIN t_document d USING (document_id) WHERE m.source = 'command' GROUP BY ALL
)
SELECT c.act_id, c.before_id, c.after_id, p.compared_at IS NULL
    OR coalesce(p.compared_at < k.ingested_at, false) AS stale
FROM chain c JOIN t_act a ON a.document_id = c.after_id
LEFT JOIN commanded k ON k.number = a.number AND k.adopted_on = a.adopted_on
LEFT JOIN t_compared p USING (before_id, after_id)
WHERE c.before_id IS NOT NULL
"""
# The text of a table of posts is left to its positions: they are compared in its place.
_PROVISIONS = """
SELECT eid, kind, parent_eid, num, heading, coalesce(nullif(text, ''), (
    SELECT string_agg(concat_ws(' ', p.row_num, p.category_code, p.title, array_to_string(p.organisations, ', '),
        p.education, array_to_string(p.specialities, ', '), p.experience), ' ' ORDER BY p.start_char, p.position_id)
    FROM t_position p WHERE p.document_id = $id AND p.eid = t_clause.eid AND t_clause.kind = 'table')) AS text,
    status, kind = 'note' AND eid IN (
    SELECT m.eid FROM t_amendment m WHERE m.document_id = $id AND m.source = 'note') AS noted
FROM t_clause WHERE document_id = $id ORDER BY ord
"""
_NOTES = """
SELECT eid, target_eid, operation, amending_number, amending_date FROM t_amendment
WHERE document_id = ? AND source = 'note' AND amending_number IS NOT NULL
ORDER BY amending_date NULLS FIRST, start_char, amendment_id
"""
_COMMANDS = """
SELECT m.target_eid, coalesce(a.number, m.amending_number), coalesce(a.adopted_on, m.amending_date), a.act_id
FROM t_amendment m JOIN t_act a USING (document_id) JOIN t_version v USING (document_id)
WHERE v.current AND m.source = 'command' AND m.target_number = $number AND m.target_date = $adopted_on
    AND coalesce(a.adopted_on <= coalesce($until, a.adopted_on), true)
    AND coalesce(a.adopted_on > $since, true)
ORDER BY a.adopted_on NULLS FIRST, a.act_id
"""
_ACT = """
SELECT a.act_id FROM t_act a JOIN t_version v USING (document_id)
WHERE v.current AND a.number = $number AND a.adopted_on = $day AND a.jurisdiction = $jurisdiction
QUALIFY count(DISTINCT a.work_id) OVER () = 1 ORDER BY a.language = $language DESC, a.act_id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Cause:
    """The amending act behind a change: its name in words, its act_id where it is known, and what says so."""

    name: str | None = None
    act_id: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class _Note:
    at: str
    operation: str
    number: str
    day: date | None

    @property
    def name(self) -> str:
        return _named(self.number, self.day)


def derive_changes(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring `t_change` up to date with the versions."""
    pairs = connection.execute(_PAIRS).fetchall()
    current = {(before, after) for _, before, after, _ in pairs}
    known = connection.execute("SELECT before_id, after_id FROM t_compared").fetchall()
    stale = [pair for pair in pairs if pair[3]]
    for before, after in {*(pair for pair in known if pair not in current), *((p[1], p[2]) for p in stale)}:
        for table in ("t_compared", "t_change"):
            connection.execute(f"DELETE FROM {table} WHERE before_id = ? AND after_id = ?", [before, after])
    for act_id, before, after, _ in stale:
        _compare(connection, act_id, before, after)


def changes_between(
    connection: duckdb.DuckDBPyConnection, before_id: str, after_id: str
) -> Iterator[tuple[Difference, Cause]]:
    """Yield what changed between two stored texts of one act, each change with its cause."""
    before, after = _provisions(connection, before_id), _provisions(connection, after_id)
    causes = _Causes(connection, before_id, after_id, {p.eid: p.parent_eid for p in (*before, *after)})
    for change in (*_title(connection, before_id, after_id), *differences(before, after)):
        yield change, causes.of(change)


def _compare(connection: duckdb.DuckDBPyConnection, act_id: str, before_id: str, after_id: str) -> None:
    rows = [
        [before_id, after_id, act_id, change.eid, change.old_eid, change.kind, change.before, change.after,
         cause.name, cause.act_id, cause.evidence, place]
        for place, (change, cause) in enumerate(changes_between(connection, before_id, after_id))
    ]  # fmt: skip
    if rows:
        connection.executemany(f"INSERT INTO t_change VALUES ({', '.join('?' * 12)})", rows)
    connection.execute("INSERT INTO t_compared SELECT ?, ?, max(ingested_at) FROM t_document", [before_id, after_id])


def _provisions(connection: duckdb.DuckDBPyConnection, document_id: str) -> list[Provision]:
    return [Provision(*row) for row in connection.execute(_PROVISIONS, {"id": document_id}).fetchall()]


def _title(connection: duckdb.DuckDBPyConnection, before_id: str, after_id: str) -> Iterator[Difference]:
    """Yield a change of the title where a new note speaks of it; a title alone may come from beside the file."""
    noted = connection.execute(
        "SELECT count(*) FROM t_amendment WHERE document_id = ? AND source = 'note' AND "
        "(eid = 'title__note' OR starts_with(target_eid, 'title'))",
        [after_id],
    ).fetchall()[0][0]
    titles = [
        connection.execute("SELECT title FROM t_act WHERE document_id = ?", [which]).fetchall()[0][0]
        for which in (before_id, after_id)
    ]
    if noted and all(titles) and fold(titles[0]) != fold(titles[1]):
        yield Difference("title", "changed", *titles)


class _Causes:
    """Knows which amending acts stand behind the changes from one text of an act to the next."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, before_id: str, after_id: str, parents: Mapping[str, str | None]
    ) -> None:
        self._connection, self._parents = connection, parents
        (self._act,) = connection.execute(
            "SELECT number, adopted_on, jurisdiction, language, valid_from, caused_by FROM t_act WHERE document_id = ?",
            [after_id],
        ).fetchall()
        (since,) = connection.execute("SELECT valid_from FROM t_act WHERE document_id = ?", [before_id]).fetchall()
        told = set(_notes(connection, before_id))
        self._notes = [note for note in _notes(connection, after_id) if note not in told]
        self._at: dict[str, list[_Note]] = defaultdict(list)
        for note in self._notes:
            self._at[note.at].append(note)
        number, adopted_on, _, _, until, _ = self._act
        self._commands = connection.execute(
            _COMMANDS, {"number": number, "adopted_on": adopted_on, "until": until, "since": since[0]}
        ).fetchall()

    def of(self, change: Difference) -> Cause:
        """Return the cause of a change: the nearest new note, a command, the only act noted, what is told beside."""
        chain = list(self._chain(change.eid))
        for eid in chain:
            if self._at.get(eid):
                return self._noted(self._at[eid], "note")
        for target, number, day, act_id in self._commands:
            if target and any(eid == target or eid.endswith(f"__{target}") for eid in chain):
                return Cause(_named(number, day) if number else act_id, act_id, "command")
        if len({note.name for note in self._notes}) == 1:
            return self._noted(self._notes, "the only amending act that new notes name")
        return Cause(self._act[5], None, "beside the file") if self._act[5] else Cause()

    def _chain(self, eid: str) -> Iterator[str]:
        at: str | None = eid
        seen: set[str] = set()
        while at is not None and at not in seen:
            yield at
            seen.add(at)
            at = self._parents.get(at)

    def _noted(self, notes: Sequence[_Note], evidence: str) -> Cause:
        """Return the acts that notes name; of several, the last that restated the whole and those after it."""
        whole = [place for place, note in enumerate(notes) if note.operation in ("new_redaction", "repeal")]
        names = list(dict.fromkeys(note.name for note in notes[whole[-1] if whole else 0 :]))
        last = notes[-1]
        return Cause("; ".join(names), self._act_id(last) if len(names) == 1 else None, evidence)

    def _act_id(self, note: _Note) -> str | None:
        values: dict[str, Any] = {"number": note.number, "day": note.day}
        values |= {"jurisdiction": self._act[2], "language": self._act[3]}
        found = self._connection.execute(_ACT, values).fetchone()
        return str(found[0]) if found else None


def _notes(connection: duckdb.DuckDBPyConnection, document_id: str) -> list[_Note]:
    """Return what the notes of a text say, at the provision that they name, or else where they stand."""
    rows = connection.execute(_NOTES, [document_id]).fetchall()
    return [_Note(target or eid.partition("__note")[0], does, number, day) for eid, target, does, number, day in rows]


def _named(number: str, day: date | None) -> str:
    return f"№ {number}, {day.isoformat()}" if day else f"№ {number}"
