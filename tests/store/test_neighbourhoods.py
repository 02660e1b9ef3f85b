"""Finding anew only what a change can have touched gives what finding everything gives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.model import Basis, Bound, Claim, Entity, Evidence, Kind, Span, qualifier_pairs, with_ids
from extractors.periods import parse_partial
from store.arithmetic import implied_rates
from store.disputes import CLASHES
from store.metrics import Catalogue, load_metrics
from store.model import Rank, Relation, Statement
from store.neighbourhoods import Kin, kin_of, neighbourhoods_of
from store.reconcile import find_conflicts, find_in, in_order

BANK = Entity("nordbank", "Nordbank", "organization")
CLOUD = Entity("nordbank-cloud", "Nordbank Cloud", "organization", parent="nordbank")
APP = Entity("pulse", "Pulse", "product", maker="nordbank")
NIMBUS = Entity("nimbus", "Nimbus", "family", maker="nordbank")
NIMBUS_2 = Entity("nimbus-2", "Nimbus 2", "model", parent="nimbus")
NIMBUS_3 = Entity("nimbus-3", "Nimbus 3", "model", parent="nimbus", maker="nordbank")
OTHER = Entity("volta", "Volta", "organization")
EVERYBODY = (BANK, CLOUD, APP, NIMBUS, NIMBUS_2, NIMBUS_3, OTHER)
KIN = kin_of({each.id: each for each in EVERYBODY})

FIGURES = {
    "revenue": ("USD", (1e9, 3e9, 1e10)),
    "revenue_growth": ("percent", (12, 30, 38)),
    "monthly_active_users": ("user", (1e6, 2e6, 9e7)),
    "weekly_active_users": ("user", (1e6, 9e7)),
    "parameters": ("parameter", (9e9, 7e10, 4e11)),
    "context_window": ("token", (128e3, 1e6)),
    "downloads": ("download", (7e8, 7.2e8, 1e9)),
}
WORDS = {
    "license": ("Apache 2.0", "MIT", "research-only"),
    "openness": ("open-weight", "API-only"),
    "ceo": ("Ada Brandt", "Lin Moreau"),
    "other:first": ("app bank", "closed model"),
    "founded_date": ("1999", "2014-03"),
    "listing_date": ("2004", "2015"),
}


@st.composite
def any_statement(draw: st.DrawFn) -> Statement:
    """Returns a statement of one of a few entities, metrics and documents."""
    metric = draw(st.sampled_from(sorted([*FIGURES, *WORDS])))
    entry = load_metrics().get(metric)
    place = draw(st.integers(0, 9)) * 10
    value = Decimal(str(draw(st.sampled_from(FIGURES[metric][1])))) if metric in FIGURES else None
    words = "" if value is not None else draw(st.sampled_from(WORDS[metric]))
    unit = FIGURES[metric][0] if value is not None else ""
    kind = Kind.TEXT if metric == "other:first" else entry.kind
    as_of = draw(st.sampled_from(["", "2025", "2026-Q1", "2025-Q1", "2026-04"]))
    scope = draw(st.sampled_from([{}, {"period": "quarter"}, {"period": "cumulative"}, {"segment": "cloud"}]))
    claim = Claim(
        id="",
        document=draw(st.sampled_from("abcd")),
        revision="",
        subject=draw(st.sampled_from(EVERYBODY)),
        mention="",
        metric=metric,
        kind=kind,
        evidence=Evidence(
            place,
            place + 1,
            words or str(value),
            row=draw(st.sampled_from(["", "Sales", "Users"])),
            column=draw(st.sampled_from(["", "Nordbank"])),
            context=Span(place - place % 20, place + 10),
        ),
        low=value,
        high=value,
        unit=draw(st.sampled_from(["USD", "EUR"])) if unit == "USD" else unit,
        bound=Bound.EXACT,
        date=parse_partial(words) if kind is Kind.DATE else None,
        value=words if kind in (Kind.TEXT, Kind.ENTITY) else "",
        qualifiers=qualifier_pairs({"basis": "yoy"} | scope if metric == "revenue_growth" else scope),
        as_of=parse_partial(as_of) if as_of else None,
        as_of_basis=Basis.STATED if as_of else Basis.NONE,
        confidence=draw(st.sampled_from([0.6, 1.0])),
    )
    (named,) = with_ids([claim])
    return Statement(named, "", None, "", datetime(2026, 1, 1, tzinfo=UTC), 1, sentence="It was 30% of revenue.")


ledgers = st.lists(any_statement(), max_size=20, unique_by=lambda statement: statement.claim.id)
quick = settings(suppress_health_check=[HealthCheck.too_slow])


def anew(before: Sequence[Statement], after: Sequence[Statement], kin: Kin) -> None:
    """Checks that finding anew around what differs between two states of a ledger gives the later state's sets."""
    catalogue = load_metrics()
    rates = implied_rates(before, catalogue)
    changed = [each for each in (*before, *after) if (each in before) != (each in after)]
    touched = {place for each in changed for place in neighbourhoods_of(each, kin, catalogue)}
    needed = [each for each in after if neighbourhoods_of(each, kin, catalogue) & touched]
    kept = find_in(before, None, kin=kin, rates=rates) | find_in(needed, touched, kin=kin, rates=rates)
    everything = find_in(after, None, kin=kin, rates=rates)
    assert {place: sets for place, sets in kept.items() if sets} == everything
    shown = in_order(each for sets in kept.values() for each in sets)
    assert shown == in_order(each for sets in everything.values() for each in sets)


@quick
@given(ledgers, st.sampled_from("abcd"))
def test_a_document_that_comes_or_goes(statements: list[Statement], document: str) -> None:
    without = [each for each in statements if each.claim.document != document]
    anew(without, statements, KIN)
    anew(statements, without, KIN)


@quick
@given(ledgers, st.integers(0, 19), st.sampled_from([Rank.DEPRECATED, Rank.PREFERRED]))
def test_a_statement_that_is_ranked_or_retracted(statements: list[Statement], place: int, rank: Rank) -> None:
    changed = [replace(each, rank=rank) if number == place else each for number, each in enumerate(statements)]
    anew(statements, changed, KIN)
    retracted = [replace(each, retracted_in=2) if number == place else each for number, each in enumerate(statements)]
    anew(statements, retracted, KIN)


@quick
@given(ledgers)
def test_all_neighbourhoods_together_are_the_whole(statements: list[Statement]) -> None:
    rates = implied_rates(statements, load_metrics())
    found = find_in(statements, None, kin=KIN, rates=rates)
    assert in_order(each for sets in found.values() for each in sets) == find_conflicts(statements, kin=KIN)


@quick
@given(ledgers, st.sampled_from(["0.02", "0.2", "0.6"]))
def test_a_wider_tolerance_adds_no_contradiction_between_figures(statements: list[Statement], more: str) -> None:
    catalogue = load_metrics()
    wide = {id: replace(each, tolerance=each.tolerance + Decimal(more)) for id, each in catalogue.metrics.items()}
    strict, loose = (
        {frozenset((a.claim.id, b.claim.id)) for a, b in clashing_pairs(statements, each)}
        for each in (catalogue, Catalogue(wide, catalogue.implications))
    )
    assert loose <= strict


def clashing_pairs(statements: Sequence[Statement], catalogue: Catalogue) -> list[tuple[Statement, Statement]]:
    """Returns the pairs of one series that contradict each other, apart from slips and anomalies."""
    from store.relations import compare

    return [
        (a, b)
        for number, a in enumerate(statements)
        for b in statements[number + 1 :]
        if compare(a, b, catalogue).relation in CLASHES - {Relation.SUSPECTED_SLIP}
    ]


def test_who_belongs_to_whom() -> None:
    houses = {each.id: KIN.house_of(each) for each in EVERYBODY}
    assert {houses[id] for id in ("nordbank", "nordbank-cloud", "pulse", "nimbus", "nimbus-2", "nimbus-3")} == {
        "nordbank"
    }
    assert houses["volta"] == "volta"


def test_a_circle_of_families_ends() -> None:
    parents = {"a": "b", "b": "c", "c": "a"}
    kin = Kin(lambda entity: parents.get(entity, ""), lambda _: "")
    assert kin.house_of(Entity("a", "A", "family")) in parents
