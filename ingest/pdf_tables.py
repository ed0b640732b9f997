"""Take the ruled lines of a page, give its tables: grids of cells with the rows and columns that they span."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ingest.pdf_glyphs import Bools, Floats, Glyphs, Ints

NEAR = 3.0  # points: rules this close meet
COVER = 0.6  # share of an edge that a rule must cover
MAX_RULES = 4000
SHORTEST = 6.0
SLIT = 8.0
THINNEST = 6.0  # points: a row or column less wide holds no text; it is the slit of a double rule


@dataclass(slots=True)
class Square:
    """One cell of a grid: its first row and column, how many it spans, its box, and its region number."""

    row: int
    column: int
    row_span: int
    column_span: int
    x0: float
    y0: float
    x1: float
    y1: float
    region: int = 0


@dataclass(slots=True)
class Grid:
    """A ruled table: the places of its columns and rows, its cells, and which cell covers each elementary square."""

    xs: Floats
    ys: Floats
    cells: list[Square]
    cover: Ints
    rows: int = 0
    columns: int = 0
    edges: list[float] = field(default_factory=list)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return the outline (x0, y0, x1, y1)."""
        return float(self.xs[0]), float(self.ys[0]), float(self.xs[-1]), float(self.ys[-1])


def find_grids(across: Floats, down: Floats) -> list[Grid]:
    """Return the ruled tables of a page, top down; a frame of one cell is none."""
    if len(across) < 2 or len(down) < 1:
        return []
    level = merge_rules(across[:, [1, 3]].mean(axis=1), across[:, 0], across[:, 2])
    upright = merge_rules(down[:, [0, 2]].mean(axis=1), down[:, 1], down[:, 3])
    if len(level) < 2 or not len(upright) or len(level) + len(upright) > MAX_RULES:
        return []
    grids = [g for part in _groups(level, upright) if (g := _grid(*part)) is not None]
    whole: list[Grid] = []
    for grid in sorted(grids, key=lambda g: (g.box[1], g.box[0])):
        if whole and _adjoins(whole[-1], grid):
            whole[-1] = _stack(whole[-1], grid)
        else:
            whole.append(grid)
    return whole


def _adjoins(upper: Grid, lower: Grid) -> bool:
    """Tell whether two grids are one table drawn with a slit: the same columns, a few points apart."""
    same = len(upper.xs) == len(lower.xs) and bool((np.abs(upper.xs - lower.xs) <= NEAR).all())
    return same and 0 <= lower.box[1] - upper.box[3] <= SLIT


def _stack(upper: Grid, lower: Grid) -> Grid:
    for cell in lower.cells:
        cell.row += upper.rows
    slit = np.full((1, upper.cover.shape[1]), -1, dtype=np.int64)
    below = np.where(lower.cover >= 0, lower.cover + len(upper.cells), -1)
    cover = np.vstack((upper.cover, slit, below))
    ys = np.concatenate((upper.ys, lower.ys))
    cells = [*upper.cells, *lower.cells]
    return Grid(upper.xs, ys, cells, cover, upper.rows + lower.rows, upper.columns, upper.edges)


def assign_regions(glyphs: Glyphs, grids: list[Grid]) -> Ints:
    """Number the cells of all grids from 1 and return the cell of each glyph (0 outside).

    The innermost of nested tables has a glyph.
    """
    region = np.zeros(len(glyphs.code), dtype=np.int64)
    middle = (glyphs.x0 + glyphs.x1) / 2
    height = np.where(glyphs.turn == 0, glyphs.base - 0.3 * glyphs.size, (glyphs.top + glyphs.bottom) / 2)
    number = 0
    for grid in sorted(grids, key=_area, reverse=True):
        for cell in grid.cells:
            number += 1
            cell.region = number
        numbers = np.array([c.region for c in grid.cells])
        column = np.searchsorted(grid.xs, middle) - 1
        row = np.searchsorted(grid.ys, height) - 1
        high, wide = grid.cover.shape
        inside = (column >= 0) & (column < wide) & (row >= 0) & (row < high)
        owner = grid.cover[row[inside], column[inside]]
        at = np.flatnonzero(inside)[owner >= 0]
        region[at] = numbers[owner[owner >= 0]]
    return region


def _area(grid: Grid) -> float:
    x0, y0, x1, y1 = grid.box
    return (x1 - x0) * (y1 - y0)


def merge_rules(place: Floats, start: Floats, stop: Floats) -> Floats:
    """Join collinear rules that touch into rows of (place, start, stop)."""
    if not len(place):
        return np.zeros((0, 3))
    order = np.argsort(place, kind="stable")
    group = np.concatenate(([0], np.cumsum(np.diff(place[order]) > NEAR / 2)))
    merged: list[tuple[float, float, float]] = []
    for number in range(int(group[-1]) + 1):
        mine = order[group == number]
        merged.extend(_join(float(np.median(place[mine])), sorted(zip(start[mine], stop[mine], strict=True))))
    return np.array([m for m in merged if m[2] - m[1] >= SHORTEST]).reshape(-1, 3)


def _join(place: float, parts: list[tuple[float, float]]) -> list[tuple[float, float, float]]:
    joined = [list(parts[0])]
    for start, stop in parts[1:]:
        if start <= joined[-1][1] + NEAR:
            joined[-1][1] = max(joined[-1][1], stop)
        else:
            joined.append([start, stop])
    return [(place, float(a), float(b)) for a, b in joined]


def _groups(level: Floats, upright: Floats) -> list[tuple[Floats, Floats]]:
    """Part the rules into sets that hang together by crossings."""
    y, left, right = (level[:, i][:, None] for i in range(3))
    x, top, bottom = (upright[:, i][None, :] for i in range(3))
    crossing = (left - NEAR <= x) & (x <= right + NEAR) & (top - NEAR <= y) & (y <= bottom + NEAR)
    label_level = np.full(len(level), -1)
    label_upright = np.full(len(upright), -1)
    groups: list[tuple[Floats, Floats]] = []
    for seed in range(len(upright)):
        if label_upright[seed] >= 0:
            continue
        rows: Bools = np.zeros(len(level), dtype=np.bool_)
        columns: Bools = np.zeros(len(upright), dtype=np.bool_)
        columns[seed] = True
        while True:
            reached: Bools = np.asarray(crossing[:, columns].any(axis=1))
            wider: Bools = columns | np.asarray(crossing[reached].any(axis=0))
            if bool((reached == rows).all()) and bool((wider == columns).all()):
                break
            rows, columns = reached, wider
        label_upright[columns], label_level[rows] = len(groups), len(groups)
        groups.append((level[rows], upright[columns]))
    return groups


def _cluster(values: npt.NDArray[np.float64]) -> Floats:
    ordered = np.sort(values)
    group = np.concatenate(([0], np.cumsum(np.diff(ordered) > THINNEST)))
    return np.bincount(group, ordered) / np.bincount(group)


def _grid(level: Floats, upright: Floats) -> Grid | None:
    """Build the grid of one set of crossing rules, or None where they bound fewer than two cells."""
    if len(level) < 2:
        return None
    ys, xs = _cluster(level[:, 0]), _cluster(upright[:, 0])
    left, right = float(level[:, 1].min()), float(level[:, 2].max())
    ys, level = _with_open_ends(ys, level, upright, left, right)
    top, bottom = float(ys[0]), float(ys[-1])
    if left < xs[0] - 3 * NEAR:  # a table whose outer rules are not drawn
        xs, upright = np.concatenate(([left], xs)), np.vstack((upright, [left, top, bottom]))
    if right > xs[-1] + 3 * NEAR:
        xs, upright = np.concatenate((xs, [right])), np.vstack((upright, [right, top, bottom]))
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > 200_000:
        return None
    walls = _edges(xs, ys, upright)
    floors = _edges(ys, xs, level)
    cells, cover = _cells(xs, ys, walls, floors.T)
    if len(cells) < 2:
        return None
    return _compact(Grid(xs, ys, cells, cover))


def _with_open_ends(ys: Floats, level: Floats, upright: Floats, left: float, right: float) -> tuple[Floats, Floats]:
    """Close a table above and below where it is not drawn but several upright rules reach out."""
    first, last = float(upright[:, 1].min()), float(upright[:, 2].max())
    if first < ys[0] - 3 * NEAR and (upright[:, 1] <= first + NEAR).sum() > 1:
        ys, level = np.concatenate(([first], ys)), np.vstack((level, [first, left, right]))
    if last > ys[-1] + 3 * NEAR and (upright[:, 2] >= last - NEAR).sum() > 1:
        ys, level = np.concatenate((ys, [last])), np.vstack((level, [last, left, right]))
    return ys, level


def _edges(places: Floats, across: Floats, rules: Floats) -> Bools:
    """Return [step, place]: whether a rule at `place` covers the step between two neighbours of `across`."""
    low, high = across[:-1], across[1:]
    covered = np.zeros((len(low), len(places)))
    nearest = np.abs(rules[:, 0][:, None] - places[None, :]).argmin(axis=1)
    for (_, start, stop), place in zip(rules, nearest.tolist(), strict=True):
        covered[:, place] += np.clip(np.minimum(high, stop) - np.maximum(low, start), 0, None)
    return covered >= COVER * (high - low)[:, None]


def _cells(xs: Floats, ys: Floats, walls: Bools, floors: Bools) -> tuple[list[Square], Ints]:
    """Join elementary squares that no rule parts; what is no rectangle or open to the outside is no cell.

    `walls[row, x]` and `floors[y, column]` tell which edges are ruled.
    """
    rows, columns = len(ys) - 1, len(xs) - 1
    cover = np.full((rows, columns), -1, dtype=np.int64)
    cells: list[Square] = []
    seen = np.zeros((rows, columns), dtype=np.bool_)
    for row in range(rows):
        for column in range(columns):
            if seen[row, column]:
                continue
            last_column = column
            while last_column + 1 < columns and not walls[row, last_column + 1] and not seen[row, last_column + 1]:
                last_column += 1
            last_row = row
            span = slice(column, last_column + 1)
            while last_row + 1 < rows and _open(floors, walls, last_row + 1, column, last_column, seen):
                last_row += 1
            block = (slice(row, last_row + 1), span)
            seen[block] = True
            if not _closed(walls, floors, row, last_row, column, last_column):
                continue
            cover[block] = len(cells)
            corner = (float(xs[column]), float(ys[row]), float(xs[last_column + 1]), float(ys[last_row + 1]))
            cells.append(Square(row, column, last_row - row + 1, last_column - column + 1, *corner))
    return cells, cover


def _open(floors: Bools, walls: Bools, row: int, first: int, last: int, seen: Bools) -> bool:
    """Tell whether the row continues the cell above: no floor between, no wall within."""
    span = slice(first, last + 1)
    inner = walls[row, first + 1 : last + 1]
    return not floors[row, span].any() and not inner.any() and not seen[row, span].any()


def _closed(walls: Bools, floors: Bools, row: int, last_row: int, column: int, last: int) -> bool:
    """Tell whether a block has rules on at least three of its sides (most of each)."""
    sides = (
        walls[row : last_row + 1, column].mean(),
        walls[row : last_row + 1, last + 1].mean(),
        floors[row, column : last + 1].mean(),
        floors[last_row + 1, column : last + 1].mean(),
    )
    return sum(bool(s > 0.5) for s in sides) >= 3


def _compact(grid: Grid) -> Grid:
    """Number rows and columns by those in which a cell begins; rules that bound no cell fall out."""
    rows = sorted({c.row for c in grid.cells})
    columns = sorted({c.column for c in grid.cells})
    for cell in grid.cells:
        last_row, last_column = cell.row + cell.row_span, cell.column + cell.column_span
        cell.row_span = sum(cell.row <= r < last_row for r in rows)
        cell.column_span = sum(cell.column <= c < last_column for c in columns)
        cell.row, cell.column = rows.index(cell.row), columns.index(cell.column)
    grid.rows, grid.columns = len(rows), len(columns)
    grid.edges = [float(grid.xs[c]) for c in columns] + [float(grid.xs[-1])]
    return grid
