"""The ladder of relations: each case of tests/cases/relations.toml, in both orders."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.model import Basis, Bound, Claim, Entity, Evidence, Kind, Status, qualifier_pairs, with_ids
from extractors.periods import parse_partial
from store.metrics import load_metrics
from store.model import Relation, Severity, Statement
from store.relations import compare

CASES = Path(__file__).parent.parent / "cases" / "relations.toml"
KINDS = {"value": Kind.TEXT, "date": Kind.DATE}


def statement(metric: str, row: dict[str, Any], side: str) -> Statement:
    """Returns the statement of one side of a case."""
    name = row.get("subject", "Vega")
    entity = Entity(name.casefold().replace(" ", "-"), name, row.get("type", "model"), parent=row.get("parent", ""))
    low, high = (Decimal(str(row[key])) if key in row else None for key in ("low", "high"))
    bound = Bound(row.get("bound", "exact"))
    if row.get("open"):
        bound = Bound.AT_LEAST
    elif low is None and high is not None:
        bound = Bound.AT_MOST
    elif high is None:
        high = low
    units = load_metrics().get(metric).units
    claim = Claim(
        id="",
        document=row.get("document", side),
        revision="",
        subject=entity,
        mention=row.get("mention", name),
        metric=metric,
        kind=next((kind for key, kind in KINDS.items() if key in row), Kind.QUANTITY),
        evidence=Evidence(
            0, len(row.get("quote", "")), row.get("quote", ""), row=row.get("row", ""), column=row.get("column", "")
        ),
        low=low,
        high=high,
        unit=row.get("unit", units[0] if units else ""),
        bound=bound,
        date=parse_partial(row["date"]) if "date" in row else None,
        value=row.get("value", ""),
        qualifiers=qualifier_pairs(row.get("qualifiers", {})),
        as_of=parse_partial(row["as_of"]) if "as_of" in row else None,
        as_of_basis=Basis.STATED if "as_of" in row else Basis.NONE,
        status=Status(row.get("status", "asserted")),
    )
    published = parse_partial(row["published"]) if "published" in row else None
    (named,) = with_ids([claim])
    return Statement(named, "", published, row.get("publisher", side.upper()), datetime(2026, 1, 1, tzinfo=UTC), 1)


def cases() -> Iterator[Any]:
    with CASES.open("rb") as file:
        for case in tomllib.load(file)["case"]:
            assert case.keys() <= {"id", "relation", "severity", "says", "metric", "a", "b", "todo"}, case["id"]
            marks = [pytest.mark.xfail(reason=case["todo"])] if "todo" in case else []
            yield pytest.param(case, id=case["id"], marks=marks)


@pytest.mark.parametrize("case", list(cases()))
def test_relation(case: dict[str, Any]) -> None:
    a, b = (statement(case["metric"], case[side], side) for side in ("a", "b"))
    result = compare(a, b)
    assert result.relation is Relation(case["relation"]), result.reason
    assert compare(b, a) == result
    assert result.reason.endswith(".")
    if "severity" in case:
        assert result.severity is Severity(case["severity"]), result.score
    for words in case.get("says", ()):
        assert words in result.reason


def test_corrected_value_of_a_slip() -> None:
    row = {"quote": "36 trillion", "low": 36e12}
    right, wrong = statement("training_tokens", row, "a"), statement("training_tokens", row | {"low": 36e18}, "b")
    assert compare(right, wrong).corrected == Decimal("36E12")
    assert compare(right, wrong).lead == wrong.claim.id


def test_the_finer_one_leads() -> None:
    month, day = (statement("release_date", {"date": text}, text) for text in ("2026-02", "2026-02-16"))
    assert compare(month, day).lead == compare(day, month).lead == day.claim.id
