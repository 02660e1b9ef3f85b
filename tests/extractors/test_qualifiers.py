"""The conditions without which a figure is not comparable, metric by metric."""

import pytest

from extractors.claims import find_claims
from extractors.documents import read_document
from extractors.model import Claim
from extractors.qualifiers import FINDERS, load_qualifiers
from extractors.rules import load_rules


def claims_of(text: str) -> list[Claim]:
    return list(find_claims(read_document(text.encode(), uri="file:///case.md")))


def qualifiers_of(text: str, metric: str) -> list[dict[str, str]]:
    return [dict(claim.qualifiers) for claim in claims_of(text) if claim.metric == metric]


def test_metrics_and_qualifiers_exist() -> None:
    known = {entry["id"] for entry in load_rules("metrics.toml", package="seeds")["metric"]}
    assert load_qualifiers().keys() <= known
    assert {name for names in load_qualifiers().values() for name in names} <= FINDERS.keys()


@pytest.mark.parametrize(
    ("text", "metric", "expected"),
    [
        ("Gemma was downloaded 2 million times a month.", "downloads", {"period": "month"}),
        ("Gemma has 2 million weekly downloads.", "downloads", {"period": "week"}),
        ("Gemma has 2 million downloads a day.", "downloads", {"period": "day"}),
        ("Gemma has 2 million downloads to date.", "downloads", {"period": "cumulative"}),
        ("Gemma has 2 million downloads.", "downloads", {}),
        ("Gemma has 2 million downloads on Hugging Face.", "downloads", {"platform": "Hugging Face"}),
        ("GLM-4.5 has 355B total parameters.", "parameters", {"part": "total"}),
        ("GLM-4.5 has 32B active parameters.", "parameters", {"part": "active"}),
        ("GLM-4.5 activates 32B parameters.", "parameters", {"part": "active"}),
        ("GLM-4.5 has 355B parameters.", "parameters", {}),
        ("Grok 4 costs $3 per million input tokens.", "price", {"direction": "input", "per": "1M tokens"}),
        ("Grok 4 costs $15 per 1M output tokens.", "price", {"direction": "output", "per": "1M tokens"}),
        ("Grok 4 costs $0.75 per million cached tokens.", "price", {"direction": "cached", "per": "1M tokens"}),
        ("Grok 4 costs $0.003 per 1K input tokens.", "price", {"direction": "input", "per": "1K tokens"}),
        ("ChatGPT Plus costs $20 per month.", "price", {"period": "month"}),
        ("ChatGPT Plus costs $200 a year.", "price", {"period": "year"}),
        ("Baidu's annual revenue was $18 billion.", "revenue", {"period": "year"}),
        ("Baidu's revenue in the quarter was $4 billion.", "revenue", {"period": "quarter"}),
        ("Baidu's revenue rose 4% year on year.", "revenue_growth", {"basis": "yoy"}),
        ("Baidu's revenue rose 4% quarter on quarter.", "revenue_growth", {"basis": "qoq"}),
        ("Baidu's revenue rose 4%.", "revenue_growth", {}),
        ("Grok 4 scores 87.5% on GPQA Diamond.", "benchmark_score", {"benchmark": "GPQA Diamond"}),
        ("Grok has 64 million monthly active users via X.", "monthly_active_users", {"via": "X"}),
        ("Doubao has 64 million monthly active users in China.", "monthly_active_users", {"region": "China"}),
    ],
)
def test_qualifiers_of_a_sentence(text: str, metric: str, expected: dict[str, str]) -> None:
    assert qualifiers_of(text, metric) == [expected]


@pytest.mark.parametrize(
    ("text", "metric", "expected"),
    [
        ("GLM-4.5: 355B / 32B active parameters.", "parameters", [{"part": "total"}, {"part": "active"}]),
        (
            "Grok 4 is priced at $3 / $15 per million tokens.",
            "price",
            [{"direction": "input", "per": "1M tokens"}, {"direction": "output", "per": "1M tokens"}],
        ),
        (
            "| Prices per 1M tokens | Grok 4 |\n| --- | --- |\n| Input | $3 |\n| Output | $15 |\n",
            "price",
            [{"direction": "input", "per": "1M tokens"}, {"direction": "output", "per": "1M tokens"}],
        ),
    ],
)
def test_pairs_and_labels(text: str, metric: str, expected: list[dict[str, str]]) -> None:
    assert qualifiers_of(text, metric) == expected


def test_qualifiers_are_sorted() -> None:
    (claim,) = claims_of("Grok 4 costs $3 per million input tokens.")
    assert list(claim.qualifiers) == sorted(claim.qualifiers)


def test_a_metric_carries_only_its_own() -> None:
    (claim,) = claims_of("Grok 4 has a context window of 256K input tokens per month.")
    assert claim.metric == "context_window" and not claim.qualifiers
