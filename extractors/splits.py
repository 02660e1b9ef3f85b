"""Chooses where a line is cut into cells: the cheapest set of boundaries for a known number of columns."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

_MOST_BOUNDARIES = 48  # more than that in one line is no row of a table


class Boundary(NamedTuple):
    """A place where one cell may end and the next begin.

    Attributes:
        left: End of the cell before it.
        right: Start of the cell after it.
        cost: How unlikely it is; 0 for a sure one.
    """

    left: int
    right: int
    cost: float


CellCost = Callable[[int, int, int], float]


def cheapest_split(
    boundaries: Sequence[Boundary], start: int, end: int, columns: int, cell_cost: CellCost
) -> tuple[float, tuple[tuple[int, int], ...]] | None:
    """Returns the cost and the cells of the best split into a number of columns, or None where there is none.

    Args:
        boundaries: In the order of the line.
        start: First code point of the row.
        end: One past its last.
        columns: How many cells are wanted.
        cell_cost: What a cell costs by start, end and column number.

    >>> cheapest_split([Boundary(2, 2, 0), Boundary(4, 4, 2)], 0, 6, 2, lambda *cell: 0)
    (0.0, ((0, 2), (2, 6)))
    >>> cheapest_split([], 0, 6, 2, lambda *cell: 0)
    """
    count = len(boundaries)
    if count < columns - 1 or count > _MOST_BOUNDARIES:
        return None
    if count == columns - 1:
        return _only_split(boundaries, start, end, cell_cost)
    starts = [start, *(boundary.right for boundary in boundaries)]
    ends = [*(boundary.left for boundary in boundaries), end]
    costs = [0.0, *(boundary.cost for boundary in boundaries)]
    best: list[dict[int, tuple[float, int]]] = [{0: (0, -1)}]
    for column in range(columns):
        here: dict[int, tuple[float, int]] = {}
        stops = [count] if column == columns - 1 else range(column, count - columns + column + 2)
        for stop in stops:
            options = [
                (paid + costs[first] + cell_cost(starts[first], ends[stop], column), first)
                for first, (paid, _) in best[-1].items()
                if first <= stop
            ]
            if options:
                here[stop + 1] = min(options)
        best.append(here)
    if count + 1 not in best[-1]:
        return None
    total = best[-1][count + 1][0]
    cells: list[tuple[int, int]] = []
    at = count + 1
    for column in range(columns, 0, -1):
        first = best[column][at][1]
        cells.append((starts[first], ends[at - 1]))
        at = first
    return total, tuple(reversed(cells))


def _only_split(
    boundaries: Sequence[Boundary], start: int, end: int, cell_cost: CellCost
) -> tuple[float, tuple[tuple[int, int], ...]]:
    """Returns the split that uses every boundary."""
    cells: list[tuple[int, int]] = []
    total = 0.0
    for column, boundary in enumerate(boundaries):
        cells.append((start, boundary.left))
        total += boundary.cost + cell_cost(start, boundary.left, column)
        start = boundary.right
    cells.append((start, end))
    return total + cell_cost(start, end, len(boundaries)), tuple(cells)
