"""Other projects' readers of quantities and dates behind our own shapes, for the same scorers on the same files.

Each is imported only when it is asked for; one that is not installed is left out. A reader gets the benefit of every
doubt: Recognizers-Text is asked for the model that a set was made for, all its alternative dates count, and
number-parser, which tells no places, is taken to have found its numbers wherever they are wanted.
"""

import importlib
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from benchmarks.scoring import canonical
from extractors.model import Bound, Quantity
from extractors.units import load_units

Reader = Callable[[str, str], list[Quantity]]
DateReader = Callable[[str, datetime | None], list[dict[str, Any]]]
ENGLISH = "en-us"
WITH_UNIT = ("currency", "dimension", "temperature", "age")
WHOLE = re.compile(r"\d+(?:\.\d+)?")


def quantity_readers() -> dict[str, Reader]:
    """Returns the readers of quantities that can be imported; each takes a text and the name of its set."""
    found: dict[str, Reader] = {}
    for name, load in (
        ("quantulum3", _quantulum),
        ("recognizers-text", _recognizers),
        ("number-parser", _number_parser),
    ):
        try:
            found[name] = load()
        except ImportError as error:
            print(f"{name} is left out: {error}")
    return found


def date_readers() -> dict[str, DateReader]:
    """Returns the readers of dates that can be imported; each takes a text and the moment it is read against."""
    found: dict[str, DateReader] = {}
    for name, load in (("recognizers-text", _recognizers_dates), ("dateparser.search_dates", _search_dates)):
        try:
            found[name] = load()
        except ImportError as error:
            print(f"{name} is left out: {error}")
    return found


def _unit(name: str) -> str:
    """Returns our id of a peer's unit, or its own name."""
    names = canonical(name)
    if "" in names:
        return ""
    return next((one for one in sorted(names) if one in load_units().by_id), name.lower())


def _quantity(low: float, high: float, unit: str, start: int, end: int) -> Quantity:
    bound = Bound.EXACT if low == high else Bound.RANGE
    return Quantity(Decimal(str(low)), Decimal(str(high)), _unit(unit), bound, start, end)


def _quantulum() -> Reader:
    warnings.simplefilter("ignore")
    parser = importlib.import_module("quantulum3.parser")

    def read(text: str, _: str) -> list[Quantity]:
        try:
            found = parser.parse(text)
        except Exception as error:  # a peer's crash is its miss and is told, not the end of the measurement
            print(f"quantulum3 fails on {text[:60]!r}: {error!r}")
            return []
        return [
            _quantity(q.value - (q.uncertainty or 0), q.value + (q.uncertainty or 0), q.unit.name, *q.span)
            for q in found
        ]

    return read


def _recognizers() -> Reader:
    numbers = importlib.import_module("recognizers_number")
    measures = importlib.import_module("recognizers_number_with_unit")
    asked = {
        "NumberModel": [numbers.recognize_number],
        "PercentModel": [numbers.recognize_percentage],
        **{f"{w.title()}Model": [getattr(measures, f"recognize_{w}")] for w in WITH_UNIT},
    }
    every = [model for models in asked.values() for model in models]

    def read(text: str, name: str) -> list[Quantity]:
        models = asked.get(name, every)
        found = [q for model in models for one in model(text, ENGLISH) for q in _resolved(one)]
        return list(_longest(found)) if len(models) > 1 else found

    return read


def _resolved(one: Any) -> Iterator[Quantity]:
    value = (one.resolution or {}).get("value")
    if value is None:
        return
    share = one.type_name == "percentage"
    number = float(str(value).rstrip("%"))
    unit = "percent" if share else one.resolution.get("isoCurrency") or one.resolution.get("unit") or ""
    yield _quantity(number, number, unit, one.start, one.end + 1)


def _longest(found: Sequence[Quantity]) -> Iterator[Quantity]:
    """Yields what no longer or earlier reading overlaps."""
    kept: list[Quantity] = []
    for one in sorted(found, key=lambda q: q.start - q.end):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
            yield one


def _number_parser() -> Reader:
    parse = importlib.import_module("number_parser").parse

    def read(text: str, _: str) -> list[Quantity]:
        numbers = (float(found) for found in WHOLE.findall(parse(text)))
        return [_quantity(n, n, "", 0, len(text)) for n in numbers]

    return read


def _recognizers_dates() -> DateReader:
    recognize = importlib.import_module("recognizers_date_time").recognize_datetime

    def read(text: str, reference: datetime | None) -> list[dict[str, Any]]:
        return [_record(one) for one in recognize(text, ENGLISH, reference=reference or datetime.now())]

    return read


def _record(one: Any) -> dict[str, Any]:
    values = (one.resolution or {}).get("values", [])
    spellings = [_dated(value) for value in values]
    first = spellings[0] if spellings else {"date": "", "first": None, "last": None}
    return {"start": one.start, "end": one.end + 1, **first, "others": spellings[1:]}


def _dated(value: dict[str, Any]) -> dict[str, Any]:
    if "value" in value:
        return {"date": value["value"], "first": value["value"][:10], "last": value["value"][:10]}
    low, high = value.get("start"), value.get("end")
    return {"date": f"{low or '..'}/{high or '..'}".replace(" ", "T"), "first": low, "last": high}


def _search_dates() -> DateReader:
    search = importlib.import_module("dateparser.search").search_dates

    def read(text: str, reference: datetime | None) -> list[dict[str, Any]]:
        settings = {"RELATIVE_BASE": reference} if reference else {}
        found, at = [], 0
        for words, moment in search(text, languages=["en"], settings=settings) or []:
            at = max(text.find(words, at), at)
            day = moment.date().isoformat()
            spelling = day if moment.time() == datetime.min.time() else moment.isoformat(" ", "seconds")
            others = [{"date": day, "first": day, "last": day}]
            found.append(
                {"start": at, "end": at + len(words), "date": spelling, "first": day, "last": day, "others": others}
            )
            at += len(words)
        return found

    return read
