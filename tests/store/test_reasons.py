"""Statements in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from extractors.model import Bound, Claim, Entity, Evidence, Kind
from extractors.periods import parse_partial
from store.reasons import date_words, figure_words, shortened

CLAIM = Claim("c", "d", "r", Entity("v", "Vega", "model"), "", "users", Kind.QUANTITY, Evidence(0, 1, ""))


@pytest.mark.parametrize(
    ("quote", "low", "high", "unit", "bound", "words"),
    [
        ("~700M", "7E8", "7E8", "download", "approx", "~700M"),
        ("roughly 600 million monthly users", "6E8", "6E8", "user", "approx", "~600 million"),
        ("Over 1 billion downloads", "1E9", None, "download", "at_least", "over 1 billion"),
        ("crossed 1 billion", "1E9", None, "download", "at_least", "over 1 billion"),
        ("700M+", "7E8", None, "download", "at_least", "700M+"),
        ("Up to 1M tokens", None, "1E6", "token", "at_most", "up to 1M"),
        ("RMB 41,626M", "41626000000", "41626000000", "CNY", "exact", "RMB 41,626M"),
        ("$20–40B", "2E10", "4E10", "USD", "range", "$20–40B"),
        ("hundreds of millions", "1E8", "1E9", "download", "range", "100M to 1B"),
        ("tenfold", "10", "10", "ratio", "approx", "~10"),
        ("0.6B to 235B", "6E8", "235E9", "parameter", "range", "0.6B to 235B"),
        ("80.6%", "80.6", "80.6", "percent", "exact", "80.6%"),
    ],
)
def test_figures(quote: str, low: str | None, high: str | None, unit: str, bound: str, words: str) -> None:
    claim = replace(
        CLAIM,
        evidence=Evidence(0, len(quote), quote),
        low=Decimal(low) if low else None,
        high=Decimal(high) if high else None,
        unit=unit,
        bound=Bound(bound),
    )
    assert figure_words(claim) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-02-16", "16 February 2026"),
        ("2026-03", "March 2026"),
        ("2026-Q1", "Q1 2026"),
        ("2025-late", "late 2025"),
        ("2025-04/2026-03", "April 2025 to March 2026"),
        ("FY2026", "FY2026"),
    ],
)
def test_dates(text: str, words: str) -> None:
    date = parse_partial(text)
    assert date is not None
    assert date_words(date) == words


def test_a_long_title_is_cut_at_a_word() -> None:
    assert (
        shortened("A gamble on open weights and what it costs to catch up")
        == "A gamble on open weights and what it costs to …"
    )
