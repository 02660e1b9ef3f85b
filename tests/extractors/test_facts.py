"""Every entry of rules/facts.toml makes the claim of its example and none of its counterexample."""

from collections.abc import Iterator
from typing import Any

import pytest

from extractors.claims import find_claims
from extractors.documents import read_document
from extractors.facts import load_fact_rules
from extractors.model import Claim, Kind
from extractors.rules import load_rules

FACTS: dict[str, list[dict[str, Any]]] = load_rules("facts.toml")
METRIC_OF = {"openness": "openness", "licence": "license"}


def claims_of(text: str) -> list[Claim]:
    return list(find_claims(read_document(text.encode(), uri="file:///case.md")))


def entries() -> Iterator[Any]:
    for kind, rows in FACTS.items():
        for row in rows:
            yield pytest.param(METRIC_OF.get(kind) or row["metric"], row, id=f"{kind}-{row['id']}")


@pytest.mark.parametrize(("metric", "entry"), list(entries()))
def test_example_makes_a_claim_of_the_metric(metric: str, entry: dict[str, Any]) -> None:
    found = [claim for claim in claims_of(entry["example"]) if claim.metric == metric]
    assert found
    assert all((claim.kind is Kind.DATE) == (claim.date is not None) == (not claim.value) for claim in found)


@pytest.mark.parametrize(("metric", "entry"), list(entries()))
def test_counterexample_makes_none_of_the_metric(metric: str, entry: dict[str, Any]) -> None:
    assert metric not in {claim.metric for claim in claims_of(entry["counterexample"])}


@pytest.mark.parametrize("entry", FACTS["openness"], ids=lambda entry: entry["id"])
def test_the_class_is_the_id(entry: dict[str, Any]) -> None:
    assert entry["id"] in {claim.value for claim in claims_of(entry["example"])}
    assert {load_fact_rules().classes[phrase.casefold()] for phrase in entry["phrases"]} == {entry["id"]}


@pytest.mark.parametrize("entry", FACTS["date"] + FACTS["role"], ids=lambda entry: entry["id"])
def test_cues_exist(entry: dict[str, Any]) -> None:
    assert entry["cue"] in {group["id"] for group in load_rules("cues.toml")["group"]}


@pytest.mark.parametrize(
    "text",
    [
        "Kimi K2 was popular since July 2025.",
        "Kimi K2 was used before July 2025.",
        "Kimi K2 led the charts in the quarter ended September 2025.",
    ],
)
def test_dates_of_something_else_are_no_releases(text: str) -> None:
    assert not [claim for claim in claims_of(text) if claim.kind is Kind.DATE]
