"""Conflict sets: each case of tests/cases/conflict_sets.toml, its statements in both orders."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.model import Basis, Bound, Claim, Entity, Evidence, Kind, Span, Status, qualifier_pairs, with_ids
from extractors.periods import parse_partial
from store.metrics import load_metrics
from store.model import ConflictSet, Severity, Statement
from store.reconcile import find_conflicts

DATA = tomllib.loads((Path(__file__).parent.parent / "cases" / "conflict_sets.toml").read_text(encoding="utf-8"))
ENTITIES = {row["id"]: Entity(**row) for row in DATA["entity"]}


def number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def statement(row: dict[str, Any], place: int) -> Statement:
    """Returns the statement of a row; each stands in a sentence of its own unless `at` says where."""
    entry = load_metrics().get(row["metric"])
    bound = Bound(row.get("bound", "exact"))
    low, high = number(row.get("low", row.get("value"))), number(row.get("high", row.get("value")))
    quantity = low is not None or high is not None
    words = row.get("words", "")
    kind = Kind.QUANTITY if quantity else Kind.TEXT if entry.kind is Kind.QUANTITY else entry.kind
    start = row.get("at", 1000 * (place + 1))
    sentence = row.get("sentence", "")
    quote = row.get("quote", words or str(row.get("value", "")))
    inside = start + max(sentence.find(quote), 0)
    unit = entry.units[0] if entry.units and entry.units[0] != "currency" else "USD"
    claim = Claim(
        id="",
        document=row["doc"],
        revision="",
        subject=ENTITIES[row["of"]],
        mention=ENTITIES[row["of"]].name,
        metric=row["metric"],
        kind=kind,
        evidence=Evidence(
            inside,
            inside + max(len(quote), 1),
            quote,
            row=row.get("row", ""),
            column=row.get("column", ""),
            context=Span(start, start + max(len(sentence), len(quote), 1)),
        ),
        low=None if bound is Bound.AT_MOST else low,
        high=None if bound is Bound.AT_LEAST else high,
        unit=row.get("unit", unit) if quantity else "",
        bound=bound,
        date=parse_partial(words) if kind is Kind.DATE else None,
        value=words if kind in (Kind.TEXT, Kind.ENTITY) else "",
        qualifiers=qualifier_pairs(row.get("scope", {})),
        as_of=parse_partial(row["when"]) if "when" in row else None,
        as_of_basis=Basis(row.get("basis", "stated" if "when" in row else "none")),
        status=Status(row.get("status", "asserted")),
    )
    (named,) = with_ids([claim])
    published = parse_partial(row["published"]) if "published" in row else None
    return Statement(
        named, "", published, row.get("by", row["doc"]), datetime(2026, 1, 1, tzinfo=UTC), 1, sentence=sentence
    )


def cases() -> Iterator[Any]:
    for case in DATA["case"]:
        marks = [pytest.mark.xfail(reason=case["todo"], strict=True)] if "todo" in case else []
        yield pytest.param(case, id=case["id"], marks=marks)


@pytest.mark.parametrize("case", list(cases()))
def test_conflict_sets(case: dict[str, Any]) -> None:
    statements = [statement(row, place) for place, row in enumerate(case["statements"])]
    origins = case.get("prints", {})
    found = find_conflicts(statements, origins=origins)
    assert find_conflicts(statements[::-1], origins=origins) == found
    expected = case.get("expect", [])
    told = [f"{each.relation} {each.severity} {each.metric}: {each.reason}" for each in found]
    assert len(found) == len(expected), told
    for row in expected:
        assert any(fits(each, row) for each in found), (row, told)


def fits(conflict: ConflictSet, row: dict[str, Any]) -> bool:
    """Returns whether a set is the expected one."""
    return (
        conflict.relation == row["relation"]
        and conflict.metric == row.get("metric", conflict.metric)
        and conflict.severity is Severity(row.get("severity", conflict.severity))
        and len(conflict.claims) == row.get("claims", len(conflict.claims))
        and all(words in conflict.reason for words in row.get("says", ()))
    )
