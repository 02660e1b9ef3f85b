"""Peers' answers come into the scorers' shapes with ends exclusive, and without two readings of one place."""

import sys
from datetime import datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from benchmarks.peers import date_readers, quantity_readers


def answer(start: int, end: int, kind: str, **resolution: Any) -> SimpleNamespace:
    return SimpleNamespace(start=start, end=end, type_name=kind, resolution=resolution)


def install(monkeypatch: pytest.MonkeyPatch, name: str, **functions: Any) -> None:
    module = ModuleType(name)
    for function, found in functions.items():
        setattr(module, function, lambda *_, found=found, **__: found)
    monkeypatch.setitem(sys.modules, name, module)


def test_the_longest_of_overlapping_readings_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    install(
        monkeypatch, "recognizers_number", recognize_number=[answer(0, 0, "number", value="5")], recognize_percentage=[]
    )
    kilometers = [answer(0, 3, "dimension", value="5", unit="Kilometer")]
    others = {f"recognize_{kind}": [] for kind in ("currency", "temperature", "age")}
    install(monkeypatch, "recognizers_number_with_unit", recognize_dimension=kilometers, **others)
    read = quantity_readers()["recognizers-text"]
    assert [(q.low, q.unit, q.start, q.end) for q in read("5 km", "any")] == [(5, "kilometer", 0, 4)]
    assert [q.unit for q in read("5 km", "NumberModel")] == [""]


def test_all_alternative_dates_of_a_peer_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [{"value": "2016-05-05"}, {"start": "2017-05-05", "end": "2017-05-06"}]
    install(monkeypatch, "recognizers_date_time", recognize_datetime=[answer(0, 4, "date", values=values)])
    record = date_readers()["recognizers-text"]("5 May", datetime(2016, 11, 7))[0]
    assert (record["start"], record["end"], record["date"]) == (0, 5, "2016-05-05")
    assert record["others"] == [{"date": "2017-05-05/2017-05-06", "first": "2017-05-05", "last": "2017-05-06"}]


def test_a_peer_that_is_not_installed_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "number_parser", None)
    assert "number-parser" not in quantity_readers()
    assert "number-parser is left out" in capsys.readouterr().out
