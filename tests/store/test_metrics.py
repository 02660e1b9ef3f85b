"""The catalogue of metrics: complete, consistent, and strict about what it reads."""

import pytest

from extractors.model import Kind
from store.metrics import CatalogueError, Temporality, load_metrics, parse_metrics

CONTRACT = """
monthly_active_users weekly_active_users daily_active_users users paying_subscribers customers downloads
derivative_models released_models market_share usage_share parameters experts context_window max_output_tokens
training_tokens supported_languages license openness release_date announced_date benchmark_score
benchmark_rank price price_change throughput training_compute training_cost model_size modality architecture
revenue revenue_growth profit profit_growth market_cap valuation funding investment contract_value employees
gpu_count founded_date listing_date headquarters ceo chairman founder leads developer event_date cost_ratio
growth streak
"""
ENTRY = """
[[metric]]
id = "heads"
name = "heads"
kind = "quantity"
units = ["head"]
family = "model"
temporality = "constant"
weight = 0.5
phrase = "{value} heads"
description = "Heads of attention."
source = "test"
example = "It has 32 heads."
counterexample = "Heads of state."
"""


def test_the_catalogue_holds_the_contract() -> None:
    assert set(CONTRACT.split()) == set(load_metrics().metrics)


@pytest.mark.parametrize("metric", sorted(load_metrics().metrics))
def test_an_entry_is_complete(metric: str) -> None:
    entry = load_metrics().get(metric)
    assert entry.family in {"usage", "model", "company"}
    assert entry.example
    assert entry.counterexample
    assert entry.example != entry.counterexample
    assert not entry.single or entry.kind is not Kind.QUANTITY or entry.tolerance_source
    if entry.plausible:
        assert entry.plausible[0] < entry.plausible[1]
    if entry.kind is Kind.QUANTITY and entry.single:
        changing = entry.temporality in (Temporality.STATE, Temporality.CUMULATIVE)
        assert not changing or "share" in metric or entry.growth or metric.endswith("rank")


def test_a_metric_outside_the_catalogue_conflicts_with_nothing() -> None:
    entry = load_metrics().get("other:sub-agent")
    assert (entry.name, entry.single, entry.known) == ("sub-agent", False, False)


def test_a_good_entry() -> None:
    assert parse_metrics(ENTRY, "test.toml").get("heads").single


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY + 'colour = "red"', "test.toml: metric 'heads': unknown key 'colour'"),
        (ENTRY.replace('name = "heads"\n', ""), "'name' is missing"),
        (ENTRY.replace("constant", "eternal"), "'eternal' is not a valid Temporality"),
        (ENTRY.replace("{value}", "many"), "the phrase lacks"),
        (ENTRY.replace("0.5", "2"), "weight"),
        (ENTRY.replace('units = ["head"]\n', ""), "names its units"),
        (ENTRY + 'needs = ["benchmark"]', "'benchmark' is not among the splits"),
        (ENTRY + ENTRY, "'heads' stands twice"),
        (ENTRY + "[[unit]]\nid = 1", "unknown table 'unit'"),
        ("[[metric", "test.toml"),
        (
            ENTRY + '[[implication]]\nid = "x"\nless = "heads"\nmore = "tails"\nreason = "r"\nsource = "s"\n'
            'example = "e"\ncounterexample = "c"',
            "unknown metric 'tails'",
        ),
    ],
)
def test_a_bad_entry_is_named(text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message.replace("{", r"\{")):
        parse_metrics(text, "test.toml")
