import tomllib
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from extractors.model import Segment
from extractors.segments import find_segments

CASES = Path(__file__).parents[1] / "cases" / "segments_tables.toml"


def cells_of(text: str) -> list[Segment]:
    return [segment for segment in find_segments(text)[0] if segment.table is not None]


@pytest.mark.parametrize("case", tomllib.loads(CASES.read_text("utf-8"))["case"], ids=lambda case: case["name"])
def test_tables(case: dict[str, Any]) -> None:
    text = case["text"]
    cells = cells_of(text)
    rows = [[cell.span.of(text) for cell in row] for _, row in groupby(cells, key=lambda cell: cell.line)]
    assert rows == case["rows"]
    heads = {cell.span.of(text): cell.row.of(text) for cell in cells if cell.row}
    assert case.get("labels", {}).items() <= heads.items()
    tops = {cell.span.of(text): cell.column.of(text) for cell in cells if cell.column}
    assert case.get("columns", {}).items() <= tops.items()
    above = {cell.span.of(text): cell.group.of(text) for cell in cells if cell.group}
    assert case.get("groups", {}).items() <= above.items()
    assert [problem.code for problem in find_segments(text)[1]] == case.get("problems", [])


def test_each_cell_has_its_heads() -> None:
    text = "Prices in May:\n\n| Model | In | Out |\n|---|---|---|\n| Alpha | $1 | $2 |\n| Beta | $3 | $4 |\n"
    cells = {cell.span.of(text): cell for cell in cells_of(text)}
    last = cells["$4"]
    assert (last.row, last.column) == (cells["Beta"].span, cells["Out"].span)
    assert (last.line, last.position, last.table) == (2, 2, 0)
    assert last.parent is not None
    assert last.parent.of(text) == "Prices in May:"
    assert cells["Beta"].row is None
    assert (cells["Out"].line, cells["Out"].column) == (0, None)


def test_a_row_with_one_cell_names_the_rows_below_it() -> None:
    text = "| Test | A | B |\n|---|---|---|\n| Coding | | |\n| HumanEval | 1 | 2 |\n"
    cells = {cell.span.of(text): cell for cell in cells_of(text)}
    assert cells["2"].parent == cells["Coding"].span
