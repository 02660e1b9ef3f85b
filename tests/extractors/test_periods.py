"""PartialDate: forms read back, relations hold for any two dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.model import PartialDate
from extractors.periods import (
    covering,
    covers,
    ended,
    fiscal,
    half,
    interval,
    overlap,
    parse_partial,
    part,
    partial,
    quarter,
    season,
    week,
)

YEARS = st.integers(1900, 2100)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
PARTS = st.sampled_from(["early", "mid", "late"])
DATES = st.one_of(
    YEARS.map(partial),
    st.builds(partial, YEARS, st.integers(1, 12)),
    DAYS.map(lambda d: partial(d.year, d.month, d.day)),
    st.builds(quarter, YEARS, st.integers(1, 4)),
    st.builds(half, YEARS, st.integers(1, 2)),
    st.builds(part, YEARS, PARTS),
    st.builds(part, YEARS, PARTS, st.integers(1, 12)),
    st.builds(season, YEARS, st.sampled_from(["spring", "summer", "autumn", "winter"])),
    st.builds(week, YEARS, st.integers(1, 52)),
    st.builds(fiscal, YEARS, number=st.none() | st.integers(1, 4)),
    st.builds(lambda a, b: covering(min(a, b), max(a, b)), DAYS, DAYS),
)


@given(DATES)
def test_text_reads_back(value: PartialDate) -> None:
    assert parse_partial(value.text) == value


@given(DATES, DATES)
def test_relations(a: PartialDate, b: PartialDate) -> None:
    assert overlap(a, b) == overlap(b, a)
    assert covers(a, a) and overlap(a, a)
    if covers(a, b):
        assert overlap(a, b)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-02-30", "2026-Q5", "FY2026-05", "soon", "2026/", "2026/2025"])
def test_no_such_form(text: str) -> None:
    assert parse_partial(text) is None


@pytest.mark.parametrize(
    ("last", "count", "text"),
    [
        (date(2026, 3, 31), 3, "2026-Q1"),
        (date(2026, 6, 30), 6, "2026-H1"),
        (date(2025, 12, 31), 12, "2025"),
        (date(2026, 3, 31), 12, "2025-04/2026-03"),
        (date(2026, 1, 25), 3, "2025-10-26/2026-01-25"),
    ],
)
def test_ended(last: date, count: int, text: str) -> None:
    assert ended(last, count).text == text


def test_open_ends() -> None:
    since = interval(partial(2025, 5), None)
    assert since.text == "2025-05/.." and covers(since, partial(2030))
    assert parse_partial("../2025") == interval(None, partial(2025))
