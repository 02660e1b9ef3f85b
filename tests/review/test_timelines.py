"""Timelines: points within the frame, ticks within the scale, one line of steps."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from extractors.model import Bound, Claim, Entity, Evidence, Kind, PartialDate
from review.timelines import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH, timeline
from store.model import Rank, Statement

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
QWEN = Entity("qwen", "Qwen", "model", ())


def day(text: str) -> PartialDate:
    when = date.fromisoformat(text)
    return PartialDate(text, when, when)


def statement(number: int, value: Decimal, when: str, bound: Bound = Bound.EXACT) -> Statement:
    claim = Claim(
        f"c_{number}",
        f"file:///{number % 3}.md",
        "sha256:0",
        QWEN,
        "Qwen",
        "downloads",
        Kind.QUANTITY,
        Evidence(0, 1, "1"),
        low=value,
        high=None if bound is Bound.AT_LEAST else value,
        unit="download",
        bound=bound,
        as_of=day(when),
    )
    return Statement(claim, "", None, "", WHEN, 1)


FIGURES = st.decimals(min_value=-(10**15), max_value=10**15, places=2)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat)


@given(st.lists(st.tuples(FIGURES, DAYS, st.sampled_from([Bound.EXACT, Bound.AT_LEAST])), min_size=2, max_size=9))
def test_everything_stands_within_the_frame(said: list[tuple[Decimal, str, Bound]]) -> None:
    chart = timeline(statement(number, *one) for number, one in enumerate(said))
    assert chart and len(chart.points) == len(said)
    for point in chart.points:
        assert LEFT <= point.x <= WIDTH - RIGHT and 0 <= point.y <= HEIGHT - BOTTOM
    assert all(LEFT - 1 <= tick.at <= WIDTH - RIGHT + 1 for tick in chart.xs)
    assert all(0 <= tick.at <= HEIGHT - BOTTOM + 1 for tick in chart.ys)
    assert len(chart.xs) <= 9 and len(chart.ys) <= 9


def test_later_is_to_the_right_and_more_is_higher() -> None:
    chart = timeline([statement(1, Decimal(100), "2026-03-01"), statement(2, Decimal(200), "2026-06-01")])
    assert chart
    first, second = chart.points
    assert first.x < second.x and first.y > second.y
    assert chart.line == f"M{first.x} {first.y}H{second.x}V{second.y}"
    assert [tick.label for tick in chart.xs] == ["Mar 2026", "Apr 2026", "May 2026", "Jun 2026"]


def test_an_open_bound_has_a_whisker_and_a_dispute_a_ring() -> None:
    chart = timeline(
        [statement(1, Decimal(100), "2026-03-01", Bound.AT_LEAST), statement(2, Decimal(90), "2026-03-01")], {"c_2"}
    )
    assert chart
    over, disputed = chart.points
    assert over.high < over.low and disputed.high == disputed.low
    assert disputed.disputed and not over.disputed and over.shape != disputed.shape


def test_figures_far_apart_share_a_scale_of_powers() -> None:
    chart = timeline([statement(n, Decimal(10) ** (n * 2), f"2026-0{n}-01") for n in (1, 2, 3)])
    assert chart and [tick.label for tick in chart.ys] == ["100", "1,000", "10K", "100K", "1M"]


def test_one_point_and_what_nobody_dates_are_no_timeline() -> None:
    one = statement(1, Decimal(1), "2026-03-01")
    undated = replace(one, claim=replace(one.claim, as_of=None))
    assert timeline([]) is None and timeline([one]) is None and timeline([one, undated]) is None
    assert timeline([one, replace(one, rank=Rank.DEPRECATED)]) is None
