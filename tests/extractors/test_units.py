"""Every entry of seeds/units.toml proves its own example and counterexample."""

from decimal import Decimal

import pytest

from extractors.problems import RuleError
from extractors.quantities import find_quantities
from extractors.units import Unit, build_units, load_units, plural, unit_at

UNITS = list(load_units().by_id.values())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
def test_example_has_the_unit(unit):
    assert unit.id in [q.unit for q in find_quantities(unit.example)], find_quantities(unit.example)


@pytest.mark.parametrize("unit", [u for u in UNITS if u.counterexample], ids=lambda unit: unit.id)
def test_counterexample_has_not(unit):
    assert unit.id not in [q.unit for q in find_quantities(unit.counterexample)]


@pytest.mark.parametrize("unit", [u for u in UNITS if u.of], ids=lambda unit: unit.id)
def test_minor_units_belong_to_a_currency(unit):
    assert load_units().by_id[unit.of].money


def test_factors_are_positive():
    assert all(unit.factor > 0 for unit in UNITS)


def test_get_knows_ids_symbols_and_words():
    units = load_units()
    assert [units.get(name).id for name in ("USD", "$", "kilometres", "km/h", "people")] == [
        "USD",
        "USD",
        "kilometer",
        "kilometer/hour",
        "person",
    ]
    assert units.get("sturgeon") is None


@pytest.mark.parametrize(
    ("text", "unit", "end"),
    [
        ("sq. ft. of", "square foot", 7),
        ("km/h.", "kilometer/hour", 4),
        ("miles per hour", "mile/hour", 14),
        ("mile-long", "mile", 4),
    ],
)
def test_longest_spelling_wins(text, unit, end):
    found = unit_at(text, 0, len(text))
    assert found is not None and (found[0].id, found[1]) == (unit, end)


@pytest.mark.parametrize(
    ("word", "many"), [("inch", "inches"), ("century", "centuries"), ("hertz", "hertz"), ("day", "days")]
)
def test_plural(word, many):
    assert plural(word) == many


def test_a_spelling_that_stands_twice_is_refused():
    def unit(name):
        return Unit(name, ("q",), (), "length", Decimal(1), "test", "5 q")

    with pytest.raises(RuleError, match="'q' belongs to a"):
        build_units([unit("a"), unit("b")])
    with pytest.raises(RuleError, match="id stands twice"):
        build_units([unit("a"), unit("a")])
