"""Whom to trust: learned from agreement and judgements, whatever the order, and told in words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import Basis, Claim, Entity, Evidence, Extraction, Kind, with_ids
from extractors.periods import parse_partial
from store.best_value import best_values
from store.judgements import claim_key
from store.ledger import Ledger
from store.model import Decision, Judgement, Rank, Statement
from store.reliability import learn_records
from store.sources import Source
from store.track_records import USUAL_RELIABILITY, TrackRecords, prior_of, source_key

RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
USAGE = "usage"


def say(
    source: str, entity: str, users: int, *, metric: str = "monthly_active_users", rank: Rank = Rank.NORMAL
) -> Statement:
    value = Decimal(users) * 10**6
    claim = Claim(
        id="",
        document=f"https://{source.casefold()}.example/{entity}",
        revision="",
        subject=Entity(entity, entity.title(), "model"),
        mention=entity,
        metric=metric,
        kind=Kind.QUANTITY,
        evidence=Evidence(0, 1, f"{users} million"),
        low=value,
        high=value,
        unit="user",
        as_of=parse_partial("2026-02"),
        as_of_basis=Basis.STATED,
    )
    (named,) = with_ids([claim])
    return Statement(named, "", None, source, RECORDED, 1, rank=rank)


def press(count: int = 12) -> list[Statement]:
    """Returns what three careful sources and one careless say of many things."""
    random = Random(5)
    out = []
    for key in range(count):
        right = random.randrange(100, 900)
        out += [
            say(source, f"e{key}", right if random.random() < 0.95 else right // 2) for source in ("Ada", "Bee", "Cal")
        ]
        out.append(say("Zed", f"e{key}", right if random.random() < 0.3 else right * 3))
    return out


def decide(judgement: Judgement, named: Statement, *others: Statement) -> Decision:
    keys = tuple(sorted({claim_key(each) for each in (named, *others)}))
    about = named.claim.subject.id, named.claim.metric
    return Decision("d_1", keys, judgement, claim_key(named), "", "me", RECORDED, 2, "c_1", *about)


def chance(records: TrackRecords, source: str) -> float:
    return records.by_track[source_key(source, ""), USAGE].chance


def test_careful_sources_are_told_from_a_careless_one() -> None:
    records = learn_records(press())
    assert min(chance(records, source) for source in ("Ada", "Bee", "Cal")) > USUAL_RELIABILITY > chance(records, "Zed")
    zed = records.by_track["zed", USAGE]
    assert zed.compared == 12 and zed.upheld <= 5 and zed.agreed == zed.upheld


def test_who_stands_alone_is_as_reliable_as_is_usual() -> None:
    records = learn_records([say("Ada", "e1", 5), say("Bee", "e2", 7)])
    assert chance(records, "Ada") == chance(records, "Bee") == USUAL_RELIABILITY
    assert records.chance(say("Nobody", "e3", 1)) == USUAL_RELIABILITY
    assert learn_records([]) == TrackRecords()


def test_what_the_sources_file_says_is_the_start() -> None:
    listed = [
        Source("a", "url", "https://ada.example/x", tier=1),
        Source("b", "url", "https://bee.example/x", publisher="Bee", reliability=0.4),
        Source("c", "url", "https://cal.example/x"),
    ]
    prior = prior_of(listed)
    assert prior == {"ada.example": 0.9, "bee": 0.4}
    records = learn_records([say("Ada", "e1", 5), say("Bee", "e2", 7)], prior=prior)
    assert chance(records, "Bee") == 0.4
    assert records.chance(replace(say("", "e9", 3), publisher="Bee")) == 0.4


def test_judgements_teach_and_errors_of_extraction_do_not() -> None:
    a, b = say("Ada", "e1", 100), say("Bee", "e1", 300)
    before = learn_records([a, b])
    assert chance(before, "Ada") == pytest.approx(chance(before, "Bee"))

    preferred = learn_records([replace(a, rank=Rank.PREFERRED), b], [decide(Judgement.PREFER, a, b)])
    assert chance(preferred, "Ada") > USUAL_RELIABILITY > chance(preferred, "Bee")
    assert preferred.by_track["bee", USAGE].judged_wrong == 1

    wrong = learn_records([a, replace(b, rank=Rank.DEPRECATED)], [decide(Judgement.SOURCE_ERROR, b, a)])
    assert chance(wrong, "Bee") < USUAL_RELIABILITY == chance(wrong, "Ada")

    misread = learn_records([a, replace(b, rank=Rank.DEPRECATED)], [decide(Judgement.EXTRACTION_ERROR, b, a)])
    assert ("bee", USAGE) not in misread.by_track
    assert misread.chance(b) == USUAL_RELIABILITY

    undone = replace(decide(Judgement.SOURCE_ERROR, b, a), undone_in=3)
    assert learn_records([a, b], [undone]) == before


def test_copies_have_one_vote_and_the_reason_says_so() -> None:
    known = press(40)
    for each in press(40):
        if each.publisher == "Zed":
            assert each.claim.low is not None
            known += [say(copy, each.claim.subject.id, int(each.claim.low) // 10**6) for copy in ("Yak", "Xen")]
    records = learn_records(known)
    assert set(records.by_track["zed", USAGE].copies) == {"yak", "xen"}
    new = [say(source, "new", 70) for source in ("Zed", "Yak", "Xen")] + [say("Ada", "new", 20)]
    (found,) = best_values(new, records=records)
    assert found.statement.publisher == "Ada"
    assert "Ada was right in" in found.reason and "of 40 comparisons" in found.reason
    (other,) = best_values(new[:3], records=records)
    assert "1 independent of 3 sources, 2 copied" in other.reason


some = st.lists(
    st.builds(
        say, st.sampled_from(["Ada", "Bee", "Cal", "Zed"]), st.sampled_from(["e1", "e2", "e3"]), st.integers(1, 4)
    ),
    max_size=14,
    unique_by=lambda each: each.claim.id,
)


@given(statements=some, random=st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(statements: list[Statement], random: Random) -> None:
    mixed = list(statements)
    random.shuffle(mixed)
    records = learn_records(statements)
    assert learn_records(mixed) == records
    assert best_values(mixed, records=records) == best_values(statements, records=records)


@settings(deadline=None)
@given(statements=some.filter(bool), right=st.floats(0.55, 0.95))
def test_an_agreeing_source_never_lowers_the_confidence(statements: list[Statement], right: float) -> None:
    records = learn_records(statements, prior={"new": right})
    for before in best_values(statements, records=records):
        speaker = before.statement
        claim = replace(speaker.claim, id="c_new", document="https://new.example/1")
        added = replace(speaker, claim=claim, publisher="New")
        after = next(each for each in best_values([*statements, added], records=records) if each.key == before.key)
        assert after.confidence >= before.confidence
        assert after.statement.claim.low == speaker.claim.low


@given(statements=some.filter(bool), place=st.integers(0, 13))
def test_a_person_has_the_last_word(statements: list[Statement], place: int) -> None:
    chosen = statements[place % len(statements)]
    ranked = [replace(each, rank=Rank.PREFERRED) if each is chosen else each for each in statements]
    records = learn_records(ranked, [decide(Judgement.PREFER, chosen, *statements)])
    values = {each.key: each.statement.claim.low for each in best_values(ranked, records=records)}
    assert chosen.claim.low in values.values()


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger.open("sqlite://") as opened:
        yield opened


def test_a_ledger_learns_from_what_it_holds_and_from_judgements(ledger: Ledger) -> None:
    from extractors.claims import find_claims
    from extractors.documents import read_document

    extractions = []
    for name, size in (("ada", 397), ("bee", 397), ("zed", 512)):
        text = f"# Numbers\n\nPublished: 2026-03-02\n\nQwen 3.5 has {size}B total parameters.\n"
        document = read_document(text.encode(), uri=f"https://{name}.example/a.md")
        extractions.append(Extraction(document, tuple(find_claims(document))))
    ledger.record(extractions, author="me", reason="test")
    records = ledger.reliability()
    tracks = {source: each for (source, _), each in records.by_track.items()}
    assert {source.partition(".")[0] for source in tracks} == {"ada", "bee", "zed"}
    assert all(each.compared == 1 for each in tracks.values())
    zed = next(each for source, each in tracks.items() if source.startswith("zed"))
    (conflict,) = [each for each in ledger.conflicts() if each.metric == "parameters"]
    named = next(each for each in conflict.claims if "zed" in each.claim.document)
    ledger.decide(conflict.id, "source_error", claim=named.claim.id, author="me")
    after = next(each for each in ledger.reliability().by_track.values() if each.source == zed.source)
    assert after.judged_wrong == 1 and after.chance < zed.chance
    assert ledger.reliability(version=1) == records
    assert ledger.reliability(most=1) == TrackRecords()
