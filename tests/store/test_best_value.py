"""The value to believe: who wins, how sure it is, and what never lowers the confidence."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from extractors.model import Basis, Bound, Claim, Entity, Evidence, Kind, Status, with_ids
from extractors.periods import parse_partial
from store.best_value import CEILING, BestValue, best_values
from store.model import Rank, Statement

VEGA = Entity("vega", "Vega", "model")


def say(
    document: str,
    users: float,
    *,
    as_of: str = "2026-02",
    bound: str = "exact",
    confidence: float = 1.0,
    rank: Rank = Rank.NORMAL,
    status: Status = Status.ASSERTED,
) -> Statement:
    value = Decimal(str(users))
    claim = Claim(
        id="",
        document=document,
        revision="",
        subject=VEGA,
        mention="Vega",
        metric="monthly_active_users",
        kind=Kind.QUANTITY,
        evidence=Evidence(0, 1, f"{int(users / 1e6)} million"),
        low=value,
        high=None if bound == "at_least" else value,
        unit="user",
        bound=Bound(bound),
        as_of=parse_partial(as_of) if as_of else None,
        as_of_basis=Basis.STATED if as_of else Basis.NONE,
        status=status,
        confidence=confidence,
    )
    (named,) = with_ids([claim])
    return Statement(named, "", None, f"Source {document}", datetime(2026, 1, 1, tzinfo=UTC), 1, rank=rank)


def best(*statements: Statement) -> BestValue:
    (found,) = best_values(statements)
    return found


def millions(found: BestValue) -> int:
    assert found.statement.claim.low is not None
    return int(found.statement.claim.low / 10**6)


def test_the_majority_wins_and_is_surer_than_one() -> None:
    found = best(say("a", 203e6), say("b", 203e6), say("c", 100e6))
    assert millions(found) == 203
    assert (len(found.agreeing), len(found.dissenting)) == (2, 1)
    assert found.spread == ("100 million", "203 million")
    assert "against 100 million by Source c" in found.reason
    assert best(say("a", 203e6), say("b", 203e6)).confidence > best(say("a", 203e6)).confidence


def test_dissent_lowers_the_confidence() -> None:
    assert best(say("a", 203e6), say("c", 100e6)).confidence < best(say("a", 203e6)).confidence


def test_one_document_votes_once() -> None:
    often = [say("a", 100e6, confidence=each) for each in (0.9, 0.8, 0.7)]
    assert millions(best(*often, say("b", 203e6), say("c", 203e6))) == 203


def test_the_newest_time_wins() -> None:
    found = best(say("a", 100e6, as_of="2026-01"), say("b", 100e6, as_of="2026-01"), say("c", 203e6, as_of="2026-03"))
    assert millions(found) == 203
    assert len(found.older) == 2
    assert "2 of earlier times" in found.reason


def test_a_person_has_the_last_word() -> None:
    found = best(say("a", 203e6), say("b", 203e6), say("c", 100e6, rank=Rank.PREFERRED))
    assert millions(found) == 100
    assert found.confidence == CEILING
    assert found.reason.startswith("preferred by a person")


def test_a_round_figure_supports_the_exact_one() -> None:
    found = best(say("a", 200e6, bound="approx"), say("b", 203e6), say("c", 150e6))
    assert millions(found) == 203
    assert len(found.agreeing) == 2


def test_plans_limits_and_what_was_set_aside_do_not_count() -> None:
    statements = [
        say("a", 900e6, status=Status.PLANNED),
        say("b", 700e6, status=Status.THRESHOLD),
        say("c", 800e6, rank=Rank.DEPRECATED),
        replace(say("d", 500e6), retracted_in=3),
    ]
    assert best_values(statements) == ()


def test_a_reliable_source_outweighs_two_poor_ones() -> None:
    chances = {"a": 0.97, "b": 0.6, "c": 0.6}
    statements = [say("a", 203e6), say("b", 100e6), say("c", 100e6)]
    (found,) = best_values(statements, reliability=lambda each: chances[each.claim.document])
    assert millions(found) == 203


some = st.lists(
    st.builds(
        say,
        st.sampled_from("abcdef"),
        st.sampled_from([1e8, 1.02e8, 2e8, 2.03e8, 2.06e8]),
        as_of=st.sampled_from(["", "2026-01", "2026-03"]),
        bound=st.sampled_from(["exact", "approx", "at_least"]),
        confidence=st.sampled_from([0.5, 0.9, 1.0]),
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda statement: statement.claim.id,
)


@given(some)
def test_an_agreeing_source_never_lowers_the_confidence(statements: list[Statement]) -> None:
    before = best(*statements)
    speaker = before.statement
    copy = replace(speaker, claim=replace(speaker.claim, id="c_copy", document="another"), publisher="Another")
    after = best(*statements, copy)
    assert after.confidence >= before.confidence
    assert after.statement.claim.low == before.statement.claim.low


@given(some, st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(statements: list[Statement], random: object) -> None:
    mixed = list(statements)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert best_values(mixed) == best_values(statements)
    assert 0 < best(*mixed).confidence <= CEILING
