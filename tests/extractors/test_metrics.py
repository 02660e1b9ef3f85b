"""Every rule of rules/metrics.toml makes the claim of its example and none of its counterexample."""

from typing import Any

import pytest

from extractors.claims import find_claims
from extractors.documents import read_document
from extractors.figure_rules import load_figure_rules
from extractors.model import Claim
from extractors.rules import load_rules

RULES: list[dict[str, Any]] = load_rules("metrics.toml")["rule"]
METRICS = {entry["id"] for entry in load_rules("metrics.toml", package="seeds")["metric"]}
TYPES = {"model", "family", "product", "platform", "organization", "cluster", "hardware", "place", "segment"}
KNOWN_MISSES: dict[str, str] = {}


def claims_of(text: str) -> list[Claim]:
    return list(find_claims(read_document(text.encode(), uri="file:///case.md")))


def rules() -> list[Any]:
    return [
        pytest.param(
            rule,
            id=rule["id"],
            marks=[pytest.mark.xfail(reason=KNOWN_MISSES[rule["id"]], strict=True)]
            if rule["id"] in KNOWN_MISSES
            else [],
        )
        for rule in RULES
    ]


@pytest.mark.parametrize("rule", rules())
def test_example_makes_a_claim_of_the_metric(rule: dict[str, Any]) -> None:
    assert rule["metric"] in {claim.metric for claim in claims_of(rule["example"])}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["id"])
def test_counterexample_makes_none_of_the_metric(rule: dict[str, Any]) -> None:
    assert rule["metric"] not in {claim.metric for claim in claims_of(rule["counterexample"])}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["id"])
def test_rules_point_at_things_that_exist(rule: dict[str, Any]) -> None:
    groups = {group["id"] for group in load_rules("cues.toml")["group"]}
    asked = [name for need in rule["needs"] for name in need.split("|")] + rule.get("forbid", [])
    assert rule["metric"] in METRICS
    assert set(rule["types"]) <= TYPES
    assert {name for name in asked if not name.startswith("@")} <= groups


def test_every_rule_is_reached_by_a_unit() -> None:
    reached = {rule.id for rule_set in load_figure_rules().values() for rule in rule_set.rules}
    assert reached == {rule["id"] for rule in RULES}


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("Baidu's market cap rose to $40 billion on revenue of $18 billion.", ["market_cap", "revenue"]),
        ("Baidu raised $2 billion at a valuation of $30 billion.", ["funding", "valuation"]),
        ("Gemma 3 has 27B parameters and a 128K context window.", ["parameters", "context_window"]),
        ("Grok 4 costs $3 per million input tokens and runs at 75 tokens per second.", ["price", "throughput"]),
        (
            "Qwen 3 was trained on 36 trillion tokens and speaks 119 languages.",
            ["training_tokens", "supported_languages"],
        ),
    ],
)
def test_the_nearest_words_decide(text: str, metric: list[str]) -> None:
    assert [claim.metric for claim in claims_of(text)] == metric
