"""What a written figure covers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.model import Bound, Claim, Entity, Evidence, Kind
from store.intervals import Fit, Interval, fit_of, gap, interval_of

ENTITY = Entity("v", "Vega", "model")


def figure(quote: str, low: str | None, high: str | None = None, bound: Bound = Bound.EXACT) -> Interval:
    first = Decimal(low) if low else None
    last = Decimal(high) if high else first if bound is not Bound.AT_LEAST else None
    evidence = Evidence(0, len(quote), quote)
    return interval_of(
        Claim("c", "d", "r", ENTITY, "", "users", Kind.QUANTITY, evidence, low=first, high=last, bound=bound)
    )


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    [
        (figure("201 languages", "201"), "201", "201"),
        (figure("397B", "397E9"), "396.5E9", "397.5E9"),
        (figure("1.02 trillion", "1.02E12"), "1.015E12", "1.025E12"),
        (figure("~700M", "7E8", bound=Bound.APPROX), "6.5E8", "7.5E8"),
        (figure("~30%", "30", bound=Bound.APPROX), "27", "33"),
        (figure("1 billion", "1E9"), "0.98E9", "1.02E9"),
        (figure("$20–40B", "2E10", "4E10", Bound.RANGE), "2E10", "4E10"),
        (figure("nothing", "0"), "0", "0"),
    ],
)
def test_what_a_figure_covers(interval: Interval, low: str, high: str) -> None:
    assert (interval.low, interval.high) == (Decimal(low), Decimal(high))


def test_a_claim_without_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no figure"):
        figure("many", None)


values = st.integers(-(10**9), 10**9).map(Decimal)
intervals = st.builds(
    lambda low, width, open_end: Interval(
        None if open_end == 1 else low, None if open_end == 2 else low + width, low + width if open_end == 1 else low
    ),
    values,
    st.integers(0, 10**6).map(Decimal),
    st.integers(0, 2),
)


@given(intervals, intervals, st.sampled_from(["0", "0.01", "0.3"]))
def test_fitting_is_mutual_and_wider_tolerance_never_parts(a: Interval, b: Interval, tolerance: str) -> None:
    share = Decimal(tolerance)
    assert fit_of(a, b, share) is fit_of(b, a, share)
    assert gap(a, b) == gap(b, a) >= 0
    if fit_of(a, b, share) is not Fit.APART:
        assert fit_of(a, b, share * 2) is not Fit.APART
