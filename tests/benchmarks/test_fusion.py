"""The benchmark of fusion: how it reads files, scores values and calibrates; invented sets as the counter-check."""

import gzip
import json
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from benchmarks.fusion import (
    Outcome,
    Scorer,
    calibration_error,
    held_out,
    judge,
    key_fields,
    main,
    mean_of,
    said_by,
    tolerance_for,
)
from benchmarks.fusion_sets import SETS, make_set
from store.ballots import Said

# Nothing tells the camp with the other definition from the rest but what its sources do elsewhere, and little of that.
HOPELESS = {"a camp with another definition": 0.03}
# What two seeds may differ by from the mean of many.
NOISE = 0.01


def rows(*values: tuple[str, str, str], **more: str) -> list[dict[str, Any]]:
    return [
        {"object": object, "property": "p", "source": source, "value": value} | more for object, source, value in values
    ]


@pytest.mark.parametrize("name", SETS)
def test_never_below_majority_vote(name: str) -> None:
    found = [[each for each in judge(*make_set(name, seed), 0.0)[0] if each.conflicting] for seed in range(2)]
    gain = fmean(mean_of(held, "right") - mean_of(held, "majority") for held in found)
    assert gain >= -HOPELESS.get(name, NOISE)


@pytest.mark.parametrize(
    ("name", "gain"),
    [("copies of bad sources", 0.1), ("many copies of the worst", 0.1), ("places as paths", 0.2), ("figures", 0.1)],
)
def test_what_a_majority_gets_wrong(name: str, gain: float) -> None:
    outcomes = [each for each in judge(*make_set(name, 7), 0.0)[0] if each.conflicting]
    assert mean_of(outcomes, "right") >= mean_of(outcomes, "majority") + gain


def test_a_day_that_both_files_have_belongs_to_the_key() -> None:
    claims, truth = rows(("o", "s", "1"), day="1", time="x"), rows(("o", "s", "1"), day="1", raw="one")
    assert key_fields(claims, truth) == ("object", "property", "day")


def test_a_claim_without_the_day_is_of_no_day() -> None:
    claims = [*rows(("o", "s", "1"), ("o", "t", "1"), day="1"), *rows(("o", "u", "2"))]
    fields = key_fields(claims, rows(("o", "s", "1"), day="1"))
    assert {each.key for each in said_by(claims, fields)} == {("o", "p", "1"), ("o", "p", "")}


def test_the_last_claim_of_a_source_counts() -> None:
    early, late = (
        rows(("o", "s", "1"), time="fri jan 29 08:45:00 2010"),
        rows(("o", "s", "2"), time="fri jan 29 09:00:00 2010"),
    )
    for held in ([*early, *late], [*late, *early]):
        assert said_by(held, ("object", "property")) == [Said(("o", "p"), "p", "s", "2")]


def test_a_list_is_read_as_its_parts() -> None:
    held = [{"object": "o", "property": "authors", "source": "s", "value": ["Ann Berman", "Boris Calton"]}]
    assert [each.value for each in said_by(held, ("object", "property"))] == ["Ann Berman; Boris Calton"]


def test_what_says_nothing_is_no_claim() -> None:
    assert said_by(rows(("o", "s", "N/A"), ("o", "t", " ")), ("object", "property")) == []


def test_times_of_flights_are_right_within_ten_minutes() -> None:
    flights = {"scheduled_departure", "actual_departure", "scheduled_arrival", "actual_arrival", "arrival_gate"}
    assert tolerance_for(flights) == 10
    assert tolerance_for({"population"}) == 0
    scorer = Scorer([Said(("k",), "actual_arrival", "s", "895")], 10)
    assert scorer.is_right("actual_arrival", "895", "904")
    assert not scorer.is_right("actual_arrival", "895", "906")


def test_a_figure_within_one_per_cent_is_near() -> None:
    scorer = Scorer([Said(("k",), "population", "s", "1250")], 0)
    assert scorer.is_near("population", "1262", "1250") and not scorer.is_right("population", "1262", "1250")
    assert not scorer.is_near("population", "1263", "1250")


def outcome(key: int, right: bool, confidence: float) -> Outcome:
    return Outcome(f"o{key}", "p", True, right, right, 0.0, 0.0, confidence)


def test_calibration_is_tested_on_other_keys() -> None:
    outcomes = [outcome(key, key % 2 == 0, 0.95) for key in range(2000)]
    right = [each.right for each in outcomes]
    assert calibration_error([each.confidence for each in outcomes], right) == pytest.approx(0.45)
    assert calibration_error(held_out(outcomes), right) < 0.05


def test_files_may_be_gzipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claims, truth = make_set("few keys", 1)
    for name, held in (("claims", claims), ("truth", truth)):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, held)).encode()))
    assert main(["--claims", str(tmp_path / "claims.gz"), "--truth", str(tmp_path / "truth.gz")]) == 0
    assert "held-out keys" in capsys.readouterr().out
