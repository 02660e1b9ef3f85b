"""The scorer of dates counts what it says it counts."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.dates import Score, fits, rows, score_expressions, score_row


def record(date: str, first: str | None, last: str | None) -> dict[str, Any]:
    return {"start": 0, "end": 1, "date": date, "precision": "", "first": first, "last": last}


@pytest.mark.parametrize(
    ("found", "value", "right"),
    [
        (record("2016-11-08", "2016-11-08", "2016-11-08"), {"value": "2016-11-08"}, True),
        (record("2016-11-08T08:00:00", "2016-11-08", "2016-11-08"), {"value": "2016-11-08 08:00:00"}, True),
        (record("2016-11-08", "2016-11-08", "2016-11-08"), {"value": "2016-11-09"}, False),
        (record("2016-09", "2016-09-01", "2016-09-30"), {"start": "2016-09-01", "end": "2016-10-01"}, True),
        (record("2016-09", "2016-09-01", "2016-09-30"), {"start": "2016-09-01", "end": "2016-10-02"}, False),
        (record("2014/2018", "2014-01-01", "2018-12-31"), {"start": "2014-01-01", "end": "2018-01-01"}, True),
        (record("2018-05-01/..", "2018-05-01", None), {"start": "2018-05-01"}, True),
        (record("2018-05-01/..", "2018-05-01", None), {"start": "2018-05-01", "end": "2019-01-01"}, False),
        (
            record("2016-11-07T17:00:00/2016-11-07T19:00:00", "2016-11-07", "2016-11-07"),
            {"start": "2016-11-07 17:00:00", "end": "2016-11-07 19:00:00"},
            True,
        ),
    ],
)
def test_fits(found: dict[str, Any], value: dict[str, Any], right: bool) -> None:
    assert fits(found, value) is right


def test_a_missed_a_wrong_and_an_extra_date_count_against(tmp_path: Path) -> None:
    wrong = {"values": [{"value": "1999-01-01"}]}
    may = {"values": [{"start": "2020-05-01", "end": "2020-06-01"}]}
    gold = [
        {"surface": "May 2020", "start": 3, "end": 11, "type": "datetimeV2.daterange", "resolution": may},
        {"surface": "tomorrow", "start": 13, "end": 21, "type": "datetimeV2.date", "resolution": wrong},
        {"surface": "whenever", "start": 23, "end": 31, "type": "datetimeV2.date", "resolution": wrong},
    ]
    row = {"text": "in May 2020, tomorrow, whenever, 3 June 2021", "ref": "2026-05-25T00:00:00", "gold": gold}
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    total = Score()
    for one in rows([path]):
        score_row(one, total)
    assert (total.gold, total.found, total.matched) == (3, 3, 2)
    assert (total.right["ranges"], total.valued["ranges"], total.right["dates"], total.valued["dates"]) == (1, 1, 0, 2)


def test_expressions(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    lines = [
        {"set": "some-Time", "text": "feb 15", "expr": "datetime (2013, 2, 15, 0, 0, 0) Day"},
        {"set": "some-Time", "text": "nothing here", "expr": "datetime (2013, 2, 15, 0, 0, 0) Day"},
        {"set": "other", "text": "feb 15", "expr": "simple 5"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert score_expressions([path])[:3] == (2, 1, 1)
