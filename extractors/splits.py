"""Chooses where a line is cut into cells: the cheapest set of boundaries for a known number of columns."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

_REACH = 2.0  # a way to a place that costs so much more than the best one there is dropped
_MOST_BOUNDARIES = 60  # more than that in one line is no row of a table


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
Split = tuple[float, tuple[tuple[int, int], ...]]


def cheapest_split(
    boundaries: Sequence[Boundary], start: int, end: int, columns: int, cell_cost: CellCost
) -> Split | None:
    """Returns the cost and the cells of the best split into a number of columns, or None where there is none.

    >>> cheapest_split([Boundary(2, 2, 0), Boundary(4, 4, 2)], 0, 6, 2, lambda *cell: 0)
    (0.0, ((0, 2), (2, 6)))
    >>> cheapest_split([], 0, 6, 2, lambda *cell: 0)
    """
    return next(iter(cheapest_splits(boundaries, start, end, columns, cell_cost, 1)), None)


def cheapest_splits(
    boundaries: Sequence[Boundary], start: int, end: int, columns: int, cell_cost: CellCost, most: int
) -> list[Split]:
    """Returns the best splits into a number of columns with their costs, the cheapest first.

    Args:
        boundaries: In the order of the line.
        start: First code point of the row.
        end: One past its last.
        columns: How many cells are wanted.
        cell_cost: What a cell costs by start, end and column number.
        most: How many splits are wanted.
    """
    count = len(boundaries)
    if count < columns - 1 or count > _MOST_BOUNDARIES:
        return []
    if count == columns - 1:
        return [_only_split(boundaries, start, end, cell_cost)]
    starts = [start, *(boundary.right for boundary in boundaries)]
    ends = [*(boundary.left for boundary in boundaries), end]
    costs = [0.0, *(boundary.cost for boundary in boundaries)]
    paths: dict[int, list[tuple[float, tuple[int, ...]]]] = {0: [(0.0, ())]}
    for column in range(columns):
        here: dict[int, list[tuple[float, tuple[int, ...]]]] = {}
        stops = [count] if column == columns - 1 else range(column, count - columns + column + 2)
        for stop in stops:
            options: list[tuple[float, tuple[int, ...]]] = []
            for first, known in paths.items():
                if first > stop:
                    break  # they were filled in the order of the line
                price = costs[first] + cell_cost(starts[first], ends[stop], column)
                options += [(paid + price, (*path, first)) for paid, path in known]
            if options and most == 1:
                here[stop + 1] = [min(options)]
            elif options:
                dearest = min(options)[0] + _REACH
                here[stop + 1] = sorted(option for option in options if option[0] <= dearest)[:most]
        paths = here
    return [
        (paid, tuple((starts[first], ends[after - 1]) for first, after in pairwise((*path, count + 1))))
        for paid, path in paths.get(count + 1, [])
    ]


def _only_split(boundaries: Sequence[Boundary], start: int, end: int, cell_cost: CellCost) -> Split:
    """Returns the split that uses every boundary."""
    cells: list[tuple[int, int]] = []
    total = 0.0
    for column, boundary in enumerate(boundaries):
        cells.append((start, boundary.left))
        total += boundary.cost + cell_cost(start, boundary.left, column)
        start = boundary.right
    cells.append((start, end))
    return total + cell_cost(start, end, len(boundaries)), tuple(cells)
