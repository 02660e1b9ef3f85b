"""Conflict sets: what is put together, what is left alone, and what never depends on chance."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.model import Basis, Bound, Claim, Entity, Evidence, Kind, Span, Status, qualifier_pairs, with_ids
from extractors.periods import parse_partial
from store.disputes import CLASHES
from store.metrics import Catalogue, load_metrics
from store.model import ConflictSet, Rank, Relation, Severity, Statement
from store.neighbourhoods import Kin
from store.reconcile import count_agreements, find_conflicts
from store.relations import compare

VEGA = Entity("vega", "Vega", "family", maker="acme")
VEGA_3 = Entity("vega-3", "Vega 3", "model", parent="vega", maker="acme")
VEGA_3_MAX = Entity("vega-3-max", "Vega 3 Max", "model", parent="vega-3", maker="acme")
RIGEL = Entity("rigel", "Rigel", "model")


def say(
    document: str,
    metric: str,
    value: float | str,
    subject: Entity = VEGA_3,
    *,
    high: float | None = None,
    bound: str = "exact",
    as_of: str = "",
    quote: str = "",
    sentence: str = "",
    row: str = "",
    place: int = 0,
    confidence: float = 1.0,
    **qualifiers: str,
) -> Statement:
    """Returns a statement; a number is a quantity, a date if the metric's kind is one, else words."""
    entry = load_metrics().get(metric)
    units = entry.units
    number = Decimal(str(value)) if isinstance(value, int | float) else None
    upper = Decimal(str(high)) if high is not None else number
    unit = "USD" if units == ("currency",) else units[0] if units else ""
    claim = Claim(
        id="",
        document=document,
        revision="",
        subject=subject,
        mention=subject.name,
        metric=metric,
        kind=entry.kind,
        evidence=Evidence(place, place + 1, quote or str(value), row=row, context=Span(place, place + 20)),
        low=number,
        high=None if bound == "at_least" else upper,
        unit=unit if number is not None else "",
        bound=Bound(bound),
        date=parse_partial(str(value)) if entry.kind is Kind.DATE else None,
        value=str(value) if entry.kind in (Kind.TEXT, Kind.ENTITY) else "",
        qualifiers=qualifier_pairs(qualifiers),
        as_of=parse_partial(as_of) if as_of else None,
        as_of_basis=Basis.STATED if as_of else Basis.NONE,
        confidence=confidence,
    )
    (named,) = with_ids([claim])
    recorded = datetime(2026, 1, 1, tzinfo=UTC)
    return Statement(named, f"Article {document}", None, "", recorded, 1, sentence=sentence)


def parent_of(entity: str) -> str:
    return {"vega-3-max": "vega-3", "vega-3": "vega"}.get(entity, "")


def brief(conflict: ConflictSet) -> tuple[Relation, str, int]:
    return conflict.relation, conflict.metric, len(conflict.claims)


def test_one_set_for_one_disagreement() -> None:
    statements = [say(document, "supported_languages", 201) for document in "abc"]
    statements += [say(document, "supported_languages", 119) for document in "de"]
    (conflict,) = find_conflicts(statements)
    assert brief(conflict) == (Relation.CONTRADICTION, "supported_languages", 5)
    assert conflict.severity is Severity.HIGH
    assert conflict.subject == "vega-3"
    assert "201 languages" in conflict.reason
    assert "give 119:" in conflict.reason


def test_nothing_to_report() -> None:
    agreeing = [
        say("a", "release_date", "2026-02"),
        say("b", "release_date", "2026-02-16"),
        say("a", "license", "Apache 2.0"),
        say("b", "license", "permissive"),
        say("a", "supported_languages", 201),
        say("b", "supported_languages", 82, RIGEL),
        say("a", "downloads", 7e8, VEGA, as_of="2026-01", period="cumulative"),
        say("b", "downloads", 1e9, VEGA, bound="at_least", as_of="2026-04", period="cumulative"),
        say("b", "downloads", 5e7, VEGA, as_of="2026-04", period="month"),
    ]
    assert find_conflicts(agreeing) == ()


def test_what_was_retracted_or_set_aside_is_left_out() -> None:
    a, b = say("a", "supported_languages", 201), say("b", "supported_languages", 119)
    assert find_conflicts([a, replace(b, retracted_in=2)]) == ()
    assert find_conflicts([a, replace(b, rank=Rank.DEPRECATED)]) == ()


def test_a_contradiction_within_one_document_counts() -> None:
    statements = [say("a", "supported_languages", 201), say("a", "supported_languages", 119, place=500)]
    (conflict,) = find_conflicts(statements)
    assert conflict.relation is Relation.CONTRADICTION
    assert conflict.severity is Severity.HIGH
    assert "elsewhere" in conflict.reason


def test_figures_of_one_sentence_are_a_list() -> None:
    sizes = [say("a", "parameters", size * 1e9, place=place) for place, size in enumerate((122, 35, 9))]
    one_sentence = [
        replace(each, claim=replace(each.claim, evidence=replace(each.claim.evidence, context=Span(0, 60))))
        for each in sizes
    ]
    assert find_conflicts(one_sentence) == ()
    assert len(find_conflicts([say("b", "parameters", 235e9, VEGA_3_MAX), *one_sentence])) > 0


def test_a_member_outside_the_family_range() -> None:
    span = say("a", "parameters", 6e8, VEGA, high=235e9, bound="range", quote="0.6B to 235B", item="size range")
    inside, outside = say("b", "parameters", 9e9), say("b", "parameters", 397e9, VEGA_3_MAX)
    assert find_conflicts([span, inside]) == ()
    (conflict,) = find_conflicts([span, inside, outside], kin=Kin(parent_of))
    assert conflict.relation is Relation.CONTRADICTION
    assert {each.claim.subject.id for each in conflict.claims} == {"vega", "vega-3-max"}


def test_a_closed_member_outside_the_range_of_the_open_ones() -> None:
    said = "0.6B to 235B"
    span = say(
        "a", "parameters", 6e8, VEGA, high=235e9, bound="range", quote=said, item="size range of the open models"
    )
    outside, closed = say("b", "parameters", 1e12, VEGA_3_MAX), say("b", "openness", "API-only", VEGA_3_MAX)
    assert find_conflicts([span, outside, closed], kin=Kin(parent_of)) == ()
    assert find_conflicts([span, outside], kin=Kin(parent_of)) == ()


def test_all_of_a_family_open_but_one() -> None:
    every = say("a", "openness", "open-source", VEGA, sentence="Across-the-board open source.")
    closed = say("b", "openness", "proprietary", VEGA_3_MAX)
    (conflict,) = find_conflicts([every, closed], kin=Kin(parent_of))
    assert (conflict.relation, conflict.severity) == (Relation.CONTRADICTION, Severity.HIGH)
    some = say("a", "openness", "open-source", VEGA, sentence="Its models are open source.")
    (conflict,) = find_conflicts([some, closed], kin=Kin(parent_of))
    assert (conflict.relation, conflict.severity) == (Relation.SCOPE_MISMATCH, Severity.LOW)
    aware = say("a", "openness", "closed", VEGA_3_MAX, place=90)
    assert find_conflicts([some, aware], kin=Kin(parent_of)) == ()


def test_licence_against_openness_of_one_model() -> None:
    (conflict,) = find_conflicts([say("a", "license", "Apache 2.0"), say("b", "openness", "API-only")])
    assert conflict.relation is Relation.CONTRADICTION
    assert "excludes" in conflict.reason


def test_active_parameters_above_all_parameters() -> None:
    statements = [say("a", "parameters", 4e11, part="active"), say("b", "parameters", 2e11, part="total")]
    (conflict,) = find_conflicts(statements)
    assert conflict.relation is Relation.CONTRADICTION
    assert "part of all parameters" in conflict.reason


def test_announced_after_release() -> None:
    late = [say("a", "announced_date", "2026-05"), say("b", "release_date", "2026-03")]
    assert [each.relation for each in find_conflicts(late)] == [Relation.CONTRADICTION]
    soon = [say("a", "announced_date", "2026-03"), say("b", "release_date", "2026-03-20")]
    assert find_conflicts(soon) == ()


def test_week_here_month_there() -> None:
    statements = [
        say("a", "weekly_active_users", 9e8, RIGEL, as_of="2026-02"),
        say("b", "monthly_active_users", 9e8, RIGEL, as_of="2026-02"),
    ]
    (conflict,) = find_conflicts(statements)
    assert conflict.relation is Relation.SCOPE_MISMATCH
    assert "another period" in conflict.reason


def test_a_month_of_most_downloads_ever() -> None:
    statements = [
        say("a", "downloads", 7.2e8, VEGA, as_of="2026-03", period="month"),
        say("b", "downloads", 1e9, VEGA, as_of="2026-04", period="cumulative"),
    ]
    (conflict,) = find_conflicts(statements)
    assert conflict.relation is Relation.SCOPE_MISMATCH
    assert "72%" in conflict.reason


def test_unlike_tests_in_one_row() -> None:
    statements = [
        say("a", "benchmark_score", 93, RIGEL, row="Results", benchmark="AIME"),
        say("a", "benchmark_score", 80.6, VEGA_3, row="Results", benchmark="AIME 2025", place=50),
    ]
    (conflict,) = find_conflicts(statements)
    assert conflict.relation is Relation.SCOPE_MISMATCH
    assert "not the same test" in conflict.reason


def test_agreements_are_counted() -> None:
    statements = [
        say("a", "supported_languages", 201),
        say("b", "supported_languages", 201),
        say("c", "supported_languages", 119),
        say("a", "experts", 8, RIGEL),
        say("a", "release_date", "2026-02", RIGEL),
        say("b", "release_date", "2026-02", RIGEL),
    ]
    counted = count_agreements(statements, find_conflicts(statements))
    assert (counted.agreed, counted.single, counted.disputed, counted.mismatched) == (2, 1, 3, 0)


def test_a_large_group_takes_bounded_work() -> None:
    statements = [say(f"d{number}", "supported_languages", 10 + number % 997) for number in range(3000)]
    conflicts = find_conflicts(statements)
    assert len(conflicts) == 1
    assert conflicts[0].relation is Relation.CONTRADICTION


documents = st.sampled_from("abcd")
times = st.sampled_from(["", "2025", "2026", "2026-01", "2026-04", "2026-Q1"])
numbers = st.one_of(
    st.builds(
        say,
        documents,
        st.sampled_from(["downloads", "derivative_models"]),
        st.sampled_from([2e5, 2.3e5, 7e8, 7.2e8, 1e9]),
        st.sampled_from([VEGA, RIGEL]),
        as_of=times,
        bound=st.sampled_from(["exact", "approx", "at_least"]),
        period=st.sampled_from(["month", "cumulative"]),
    ),
    st.builds(
        say,
        documents,
        st.just("parameters"),
        st.sampled_from([9e9, 3.5e10, 2.35e11, 3.97e11, 3.97e8]),
        st.sampled_from([VEGA, VEGA_3, VEGA_3_MAX]),
        part=st.sampled_from(["total", "active"]),
    ),
    st.builds(
        say,
        documents,
        st.sampled_from(["monthly_active_users", "weekly_active_users"]),
        st.sampled_from([1e8, 2.03e8, 9e8]),
        st.just(RIGEL),
        as_of=times,
        bound=st.sampled_from(["exact", "approx"]),
    ),
)
words = st.one_of(
    st.builds(
        say,
        documents,
        st.sampled_from(["license", "openness"]),
        st.sampled_from(["Apache 2.0", "MIT", "permissive", "research-only", "open-weight", "API-only", "odd"]),
        st.sampled_from([VEGA, VEGA_3, VEGA_3_MAX]),
    ),
    st.builds(
        say,
        documents,
        st.sampled_from(["release_date", "announced_date"]),
        st.sampled_from(["2026", "2026-02", "2026-02-16", "2026-02-17", "2026-05"]),
        st.sampled_from([VEGA_3, RIGEL]),
    ),
    st.builds(say, documents, st.just("ceo"), st.sampled_from(["Ada Brandt", "A. Brandt", "Lin Moreau"]), as_of=times),
)
any_statement = st.builds(
    lambda statement, place, confidence, status: replace(
        statement,
        claim=replace(
            next(
                with_ids(
                    [
                        replace(
                            statement.claim,
                            evidence=replace(
                                statement.claim.evidence, start=place, end=place + 1, context=Span(place, place + 5)
                            ),
                            confidence=confidence,
                            status=status,
                        )
                    ]
                )
            ),
        ),
    ),
    st.one_of(numbers, words),
    st.integers(0, 20).map(lambda number: number * 10),
    st.sampled_from([0.6, 0.9, 1.0]),
    st.sampled_from([Status.ASSERTED, Status.ASSERTED, Status.ASSERTED, Status.PLANNED, Status.DENIED]),
)
ledgers = st.lists(any_statement, max_size=14, unique_by=lambda statement: statement.claim.id)
quick = settings(suppress_health_check=[HealthCheck.too_slow])


@quick
@given(ledgers, st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(statements: list[Statement], random: Any) -> None:
    mixed = list(statements)
    random.shuffle(mixed)
    assert find_conflicts(mixed) == find_conflicts(statements)


@quick
@given(any_statement, any_statement)
def test_a_relation_is_the_same_from_both_sides(a: Statement, b: Statement) -> None:
    result = compare(a, b)
    assert compare(b, a) == result
    assert compare(b, a).reason == result.reason
    assert result.reason.strip(" .")
    assert result.why


@quick
@given(ledgers)
def test_every_set_says_why(statements: list[Statement]) -> None:
    conflicts = find_conflicts(statements)
    assert len({each.id for each in conflicts}) == len(conflicts)
    for conflict in conflicts:
        assert conflict.reason.endswith(".")
        assert len(conflict.claims) >= 2
        assert conflict.relation not in (Relation.EQUIVALENT, Relation.REFINES, Relation.SUCCESSION)


@quick
@given(any_statement, any_statement, st.sampled_from(["0.01", "0.1", "0.5"]))
def test_a_wider_tolerance_never_adds_a_contradiction(a: Statement, b: Statement, more: str) -> None:
    catalogue = load_metrics()
    wider = {id: replace(each, tolerance=each.tolerance + Decimal(more)) for id, each in catalogue.metrics.items()}
    if compare(a, b, catalogue).relation not in CLASHES:
        loose = compare(a, b, Catalogue(wider, catalogue.implications))
        assert loose.relation is not Relation.CONTRADICTION


@pytest.mark.parametrize("count", [2, 3])
def test_a_set_keeps_its_id_while_its_statements_stay(count: int) -> None:
    statements = [say(document, "supported_languages", 100 + place) for place, document in enumerate("abc"[:count])]
    first, again = find_conflicts(statements), find_conflicts(reversed(statements))
    assert [each.id for each in first] == [each.id for each in again]
