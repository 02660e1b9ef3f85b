"""The gold gate: the claims of seeds/articles are as right as they were when the floors were pinned."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.claims import (
    SLACK,
    Figures,
    PinError,
    corpus_hash,
    find_falls,
    find_figures,
    load_baseline,
    measure,
    pin,
)
from benchmarks.gold import GROUPS, Ignored, Level, Said, grade, load_gold, plain_name, score

ROOT = Path(__file__).resolve().parents[1]
GOLD = Said(
    "a", 10, 14, "600M", ("Grok", "the Grok app"), "monthly_active_users", "quantity", 6e8, 6e8, "user", "approx"
)


def test_articles_and_annotations_are_those_that_were_pinned() -> None:
    baseline = load_baseline()
    assert baseline is not None
    assert baseline.corpus == corpus_hash(), "articles or gold changed: python -m benchmarks.claims --pin"


def test_no_figure_fell() -> None:
    baseline = load_baseline()
    assert baseline is not None
    now = find_figures(measure(), baseline.corpus)
    assert not find_falls(baseline, now, SLACK)


def test_every_group_has_a_floor() -> None:
    baseline = load_baseline()
    assert baseline is not None
    assert baseline.scores.keys() == {f"{group}.{level}" for group in GROUPS for level in ("strict", "value")}


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({}, Level.STRICT),
        ({"names": ("grok app",)}, Level.STRICT),
        ({"qualifiers": {"period": "month", "region": "US"}}, Level.STRICT),
        ({"low": 6.02e8, "high": 6.02e8}, Level.STRICT),
        ({"unit": "users"}, Level.STRICT),
        ({"bound": "exact"}, Level.SUBJECT),
        ({"status": "alleged"}, Level.SUBJECT),
        ({"qualifiers": {"part": "active"}}, Level.SUBJECT),
        ({"names": ("xAI",)}, Level.METRIC),
        ({"metric": "users"}, Level.VALUE),
        ({"low": 6.1e8, "high": 6.1e8}, Level.NONE),
        ({"unit": "download"}, Level.NONE),
        ({"low": None, "high": None}, Level.NONE),
        ({"kind": "date", "date": "2026"}, Level.NONE),
    ],
)
def test_grades_build_on_each_other(change: dict[str, object], level: Level) -> None:
    assert grade(GOLD, replace(GOLD, **change)) is level  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gold", "claim", "same"),
    [
        ("2026-02-16", "2026-02", True),
        ("2026-02", "2026-02-16", True),
        ("2026", "2026-02", False),
        ("2026-Q1", "2026-Q1", True),
        ("2026-02", "2026-03", False),
        ("2026-02", "", False),
    ],
)
def test_dates_agree_down_to_the_month(gold: str, claim: str, same: bool) -> None:
    one = replace(GOLD, metric="release_date", kind="date", date=gold, bound="exact")
    assert (grade(one, replace(one, date=claim)) is Level.STRICT) is same


@pytest.mark.parametrize(
    ("want", "got", "same"),
    [
        ({"period": "month"}, {"period": "month"}, True),
        ({"period": "month"}, {}, False),
        ({"period": "month"}, {"period": "year"}, False),
        ({"period": "cumulative"}, {}, True),
        ({"part": "total"}, {}, True),
        ({"part": "total"}, {"part": "active"}, False),
        ({"benchmark": "SWE-bench"}, {"benchmark": "SWE-bench Verified"}, True),
        ({"benchmark": "MMLU"}, {"benchmark": "GPQA"}, False),
        ({"via": "the app"}, {}, True),
    ],
)
def test_what_the_gold_states_must_be_there(want: dict[str, str], got: dict[str, str], same: bool) -> None:
    one = replace(GOLD, metric="downloads", qualifiers=want)
    assert (grade(one, replace(one, qualifiers=got)) is Level.STRICT) is same


def test_each_claim_stands_for_one_gold_claim() -> None:
    """One reading of "397B" cannot be found twice, and the better grade wins over the nearer span."""
    twice = [GOLD, replace(GOLD, names=("Qwen",))]
    found = score(twice, [replace(GOLD, start=8)])
    assert [found.level(0), found.level(1)] == [Level.STRICT, Level.NONE]
    tally = found.tally("numeric", Level.STRICT)
    assert (tally.gold, tally.claims, tally.recall, tally.precision) == (2, 1, 0.5, 1.0)


def test_soft_gold_is_neither_missed_nor_false() -> None:
    soft = replace(GOLD, start=40, end=44, note="vague: among them", names=("Gemini",))
    found = score([GOLD, soft], [GOLD, replace(soft, names=("Claude",))])
    assert [found.tally("all", Level.STRICT).gold, found.tally("all", Level.STRICT).claims] == [1, 1]


def test_false_alarms_count_unless_they_stand_on_ignored_words() -> None:
    false = replace(GOLD, start=100, end=104)
    assert score([GOLD], [GOLD, false]).tally("all", Level.VALUE).precision == 0.5
    assert score([GOLD], [GOLD, false], [Ignored("a", 98, 101)]).tally("all", Level.VALUE).precision == 1.0
    assert score([GOLD], [GOLD, replace(false, doc="b")]).tally("all", Level.VALUE).precision == 1.0


def test_limits_that_are_called_measured_are_counted() -> None:
    limit = replace(GOLD, status="threshold")
    assert score([limit], [GOLD]).measured_thresholds == [limit]
    assert score([limit], [limit]).measured_thresholds == []
    assert score([limit], [GOLD]).tally("all", Level.VALUE).gold == 0


def test_names_are_compared_without_weak_words() -> None:
    assert plain_name("The Qwen 3.5 model family") == plain_name("qwen3.5") != plain_name("Qwen 3.6")


def test_our_own_gold_scores_full_against_itself() -> None:
    gold, ignored = load_gold(ROOT / "tests" / "gold")
    found = score(gold, gold, ignored)
    assert all(found.tally(group, Level.STRICT).f1 == 1.0 for group in GROUPS)
    assert found.thresholds and not found.measured_thresholds


def test_a_floor_falls_only_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    high, low = (Figures("hash", "1", {"all.strict": f1}, 0) for f1 in (0.9, 0.8))
    pin(high, path=path)
    with pytest.raises(PinError, match=r"all\.strict"):
        pin(low, path=path)
    assert load_baseline(path) == high
    pin(low, "a stricter annotation", path)
    assert load_baseline(path) == replace(low, reason="a stricter annotation")
    assert json.loads(path.read_text(encoding="utf-8"))["f1"] == {"all.strict": 0.8}


def test_one_more_limit_called_measured_is_a_fall() -> None:
    before = Figures("hash", "1", {"all.strict": 0.9}, 0)
    assert find_falls(before, replace(before, thresholds=1))
    assert not find_falls(before, replace(before, scores={"all.strict": 0.9 - SLACK / 2}), SLACK)
    assert find_falls(before, replace(before, scores={"all.strict": 0.9 - SLACK * 2}), SLACK)
