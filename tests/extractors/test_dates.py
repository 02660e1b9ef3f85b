"""Dates in articles and in plain text: cases as data, and what holds for any text."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.date_rules import load_date_rules
from extractors.dates import date_record, find_dates, parse_date
from extractors.periods import parse_partial

CASES = Path(__file__).parents[1] / "cases"
PUBLISHED = date(2026, 5, 25)
PIECES = st.sampled_from(
    [
        *("2026", "2025-12", "May", "may", "20", "Q1", "H1", "FY2026", "first quarter of", "ended 31 March", "early"),
        *("-", "–", "/", ",", ".", "(", ")", "to", "from", "and", "between", "last year", "two years ago", "3 pm"),
        *("5/6/2026", "every Tuesday", "next week", "𝔘", "é", "\n", "|", "2000 users", "tomorrow at", "7:30", "since"),
    ]
)


def cases(name: str) -> list[Any]:
    data = tomllib.loads((CASES / name).read_text(encoding="utf-8"))
    return [
        pytest.param(
            data["reference"],
            case,
            id=case["text"][:40],
            marks=[pytest.mark.xfail(reason=case["todo"], strict=True)] if "todo" in case else [],
        )
        for case in data["case"]
    ]


def read(text: str, reference: date, *, times: bool) -> list[list[str]]:
    found = find_dates(text, reference=reference, times=times)
    return [[text[m.start : m.end], m.date.text] for m in found]


@pytest.mark.parametrize(("reference", "case"), cases("dates.toml"))
def test_article(reference: date, case: dict[str, Any]) -> None:
    assert read(case["text"], reference, times=False) == case["dates"]


@pytest.mark.parametrize(("reference", "case"), cases("dates_times.toml"))
def test_plain_text(reference: datetime, case: dict[str, Any]) -> None:
    assert read(case["text"], reference, times=True) == case["dates"]


@pytest.mark.parametrize("pattern", load_date_rules().patterns.values(), ids=lambda p: p.id)
def test_rule_example(pattern: Any) -> None:
    assert [m.date.text for m in find_dates(pattern.example, reference=PUBLISHED)][-1:] == [pattern.date]
    assert find_dates(pattern.counterexample, reference=PUBLISHED) == []


def test_fiscal_year_takes_its_days_from_the_text() -> None:
    (mention,) = find_dates("For fiscal year 2026 (ended 31 March 2026) it")
    assert (mention.date.first, mention.date.last) == (date(2025, 4, 1), date(2026, 3, 31))


def test_without_a_reference_relative_words_are_no_dates() -> None:
    assert find_dates("two years ago, last month, on Sept. 3, in March") == []
    assert [m.date.text for m in find_dates("tomorrow; 3pm, in May 2024", times=True)] == ["T15:00:00", "2024-05"]


def test_day_first() -> None:
    assert [m.date.text for m in find_dates("5/6/2026", day_first=True)] == ["2026-06-05"]


def test_start_and_end_bound_the_search() -> None:
    text = "in 2024 and May 2025 and 2026-01-02"
    found = find_dates(text, 8, 20)
    assert [text[m.start : m.end] for m in found] == ["May 2025"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-16", "2026-02-16"),
        (" Feb 2026 ", "2026-02"),
        ("2026", "2026"),
        ("2026-03-02T10:15:00Z", "2026-03-02"),
        ("2026-03-02 10:15", "2026-03-02"),
        ("Mon, 02 Mar 2026 10:15:00 +0100", "2026-03-02"),
        ("Monday, March 2, 2026 at 10:15 AM", "2026-03-02"),
        ("yesterday", None),
        ("in 2026", None),
        ("AIME 2025", None),
        ("", None),
    ],
)
def test_parse_date(text: str, expected: str | None) -> None:
    value = parse_date(text)
    assert (value and value.text) == expected


def test_record_leaves_open_ends_empty() -> None:
    (mention,) = find_dates("since last May", reference=PUBLISHED, times=True)
    assert date_record(mention) == {
        "start": 0,
        "end": 14,
        "date": "2025-05-01/..",
        "precision": "range",
        "first": "2025-05-01",
        "last": None,
    }


def check(text: str, *, times: bool) -> None:
    """Spans lie in the text, in order and apart; forms of whole days read back as the same days."""
    end = 0
    for mention in find_dates(text, reference=PUBLISHED, times=times):
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].strip()
        assert mention.date.first <= mention.date.last
        again = parse_partial(mention.date.text)
        if again is not None and "FY" not in again.text:
            assert again == mention.date
        end = mention.end


@given(st.lists(PIECES, max_size=14), st.booleans())
def test_any_mixture_of_date_words(pieces: list[str], times: bool) -> None:
    check(" ".join(pieces), times=times)


@given(st.integers(0, 40), st.sampled_from("/.-"), st.integers(0, 40), st.sampled_from(["", "/2026", "/26", " pm"]))
@example(13, "/", 14, "")
@example(0, "/", 5, "")
def test_any_pair_of_numbers(first: int, mark: str, second: int, rest: str) -> None:
    check(f"on {first}{mark}{second}{rest}", times=True)
    check(f"{first}{mark}{second}{rest}", times=True)


@given(st.text(max_size=60), st.booleans())
def test_any_text(text: str, times: bool) -> None:
    check(text, times=times)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_written_days_read_back(day: date) -> None:
    for written in (f"{day:%d %B %Y}", f"{day:%b %d, %Y}", day.isoformat(), f"{day.month}/{day.day}/{day.year}"):
        value = parse_date(written)
        assert value is not None and value.first == value.last == day, written


@pytest.mark.parametrize("times", [False, True])
@pytest.mark.parametrize(
    "piece", ["2026 ", "May 20 ", "1 ", "last year ", "the ", "from 3 to ", "-", "2026-", "quarter "]
)
def test_time_is_linear(piece: str, times: bool, is_linear: Callable[..., bool]) -> None:
    assert is_linear(lambda text: find_dates(text, reference=PUBLISHED, times=times), piece, count=125)
