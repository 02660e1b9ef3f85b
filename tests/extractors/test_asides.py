"""Every aside keeps its example from being a claim, and leaves its counterexample one."""

from typing import Any

import pytest

from extractors.asides import load_asides
from extractors.claims import find_claims
from extractors.documents import read_document
from extractors.model import Kind
from extractors.rules import load_rules

ASIDES: list[dict[str, Any]] = load_rules("asides.toml")["aside"]


def figures_of(text: str) -> list[str]:
    """Returns the metrics of the catalogue that a text gives figures of."""
    claims = find_claims(read_document(text.encode(), uri="file:///case.md"))
    return [c.metric for c in claims if c.kind is Kind.QUANTITY and not c.metric.startswith("other:")]


@pytest.mark.parametrize("aside", ASIDES, ids=lambda aside: aside["id"])
def test_example_makes_no_claim_and_counterexample_one(aside: dict[str, Any]) -> None:
    assert figures_of(aside["example"]) == []
    assert len(figures_of(aside["counterexample"])) == 1


def test_every_aside_is_reached_by_a_unit() -> None:
    assert sum(len(asides) for asides in load_asides().values()) == sum(len(aside["units"]) for aside in ASIDES)
