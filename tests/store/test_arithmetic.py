"""Sums that the documents themselves allow."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from extractors.model import Basis, Bound, Claim, Entity, Evidence, Kind, Span, qualifier_pairs, with_ids
from extractors.periods import parse_partial
from store.arithmetic import find_wrong_growth, find_wrong_sums, implied_rates
from store.findings import Finding
from store.metrics import load_metrics
from store.model import Relation, Statement
from store.reconcile import find_conflicts, group_statements

ACME = Entity("acme", "Acme", "organization")


def figure(
    quote: str,
    value: float,
    sentence: str,
    metric: str = "revenue",
    unit: str = "CNY",
    *,
    document: str = "a",
    as_of: str = "2026-Q1",
    **scope: str,
) -> Statement:
    """Returns a statement that stands in a sentence; sentences of unlike length stand at unlike places."""
    start = 1000 * len(sentence)
    place = start + sentence.index(quote)
    claim = Claim(
        id="",
        document=document,
        revision="",
        subject=ACME,
        mention="Acme",
        metric=metric,
        kind=Kind.QUANTITY,
        evidence=Evidence(place, place + len(quote), quote, context=Span(start, start + len(sentence))),
        low=Decimal(str(value)),
        high=Decimal(str(value)),
        unit=unit,
        bound=Bound.APPROX if quote.startswith("~") else Bound.EXACT,
        qualifiers=qualifier_pairs({"period": "quarter", **scope} if metric.startswith("revenue") else scope),
        as_of=parse_partial(as_of),
        as_of_basis=Basis.STATED,
    )
    (named,) = with_ids([claim])
    return Statement(named, "Filing", None, "", datetime(2026, 1, 1, tzinfo=UTC), 1, sentence=sentence)


def found(*statements: Statement) -> list[Finding]:
    catalogue = load_metrics()
    rates = implied_rates(statements, catalogue)
    documents = sorted({each.claim.document for each in statements})
    sums = [
        finding
        for document in documents
        for finding in find_wrong_sums([s for s in statements if s.claim.document == document], rates, catalogue)
    ]
    return [*sums, *find_wrong_growth(group_statements(statements), catalogue)]


def shares(percent: str, whole: float) -> list[Statement]:
    sentence = f"AI revenue was RMB 8,971M ({percent} of cloud revenue)"
    return [
        figure("RMB 8,971M", 8.971e9, sentence, segment="AI"),
        figure(percent, float(percent.strip("~%")), sentence, "other:percent", "percent"),
        figure("RMB 41,626M", whole, "Cloud brought in RMB 41,626M", segment="cloud"),
    ]


def test_a_share_that_does_not_follow() -> None:
    (finding,) = found(*shares("~30%", 41.626e9))
    assert finding.relation is Relation.CONTRADICTION
    assert "that is 21.6%" in finding.reason
    assert len(finding.statements) == 3
    assert [each.metric for each in find_conflicts(shares("~30%", 41.626e9))] == ["revenue"]


def test_a_share_that_follows() -> None:
    assert found(*shares("~22%", 41.626e9)) == []


def test_a_share_of_another_whole_is_left_alone() -> None:
    statements = shares("~30%", 41.626e9)
    other = replace(statements[2].claim, qualifiers=(("period", "year"), ("segment", "cloud")))
    assert found(*statements[:2], replace(statements[2], claim=other)) == []


def conversion(document: str, cny: float, usd: float) -> list[Statement]:
    sentence = f"Revenue was RMB {cny} billion (${usd} billion) in the quarter."
    return [
        figure(f"RMB {cny} billion", cny * 1e9, sentence, document=document),
        figure(f"${usd} billion", usd * 1e9, sentence, unit="USD", document=document),
    ]


def test_a_conversion_far_from_the_others() -> None:
    usual = [*conversion("a", 41.63, 6.03), *conversion("b", 103.5, 15.0), *conversion("c", 6.9, 1.0)]
    assert found(*usual) == []
    (finding,) = found(*usual, *conversion("d", 41.63, 8.03))
    assert "elsewhere it is 6.9" in finding.reason


def growth(percent: float) -> list[Statement]:
    return [
        figure("RMB 41.6 billion", 41.6e9, "It was RMB 41.6 billion."),
        figure("RMB 30.1 billion", 30.1e9, "A year before it was RMB 30.1 billion.", as_of="2025-Q1"),
        figure(
            f"{percent}%", percent, f"Revenue rose {percent}% year on year.", "revenue_growth", "percent", basis="yoy"
        ),
    ]


def test_growth_against_two_levels() -> None:
    assert found(*growth(38)) == []
    (finding,) = found(*growth(57))
    assert finding.relation is Relation.CONTRADICTION
    assert "from RMB 30.1 billion to RMB 41.6 billion it is 38%" in finding.reason
