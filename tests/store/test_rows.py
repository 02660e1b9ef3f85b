"""What goes into rows comes back the same."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.model import Bound, Claim, Document, Entity, Evidence, Extraction, Kind, PartialDate, Status, plain
from store.ledger import Ledger
from store.rows import (
    claim_body,
    date_column,
    digest_of,
    entity_body,
    frame_text,
    microseconds,
    moment_of,
    pack,
    read_date_column,
    read_entity,
    read_frame,
    unpack,
)

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
DAYS = st.dates(date(1990, 1, 1), date(2050, 1, 1))
DATES = st.none() | st.builds(lambda day: PartialDate(day.isoformat(), day, day), DAYS)
PERIODS = DATES | st.builds(PartialDate, st.sampled_from(["2026-Q1", "2025-late"]), DAYS, DAYS)
NUMBERS = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3)
CLAIMS = st.builds(
    Claim,
    id=st.just("c_1"),
    document=st.just("a.md"),
    revision=st.just("sha256:00"),
    subject=st.just(Entity("qwen", "Qwen", "family")),
    mention=WORDS,
    metric=st.just("downloads"),
    kind=st.sampled_from(Kind),
    evidence=st.just(Evidence(0, 3, "7 M")),
    low=NUMBERS,
    high=NUMBERS,
    unit=WORDS,
    bound=st.sampled_from(Bound),
    date=PERIODS,
    value=WORDS,
    qualifiers=st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple),
    as_of=PERIODS,
    attributed_to=st.none() | WORDS,
    status=st.sampled_from(Status),
)


def as_json(value: PartialDate | None) -> Any:
    if value is None or value.text == value.first.isoformat() == value.last.isoformat():
        return value and value.text
    return [value.text, value.first.isoformat(), value.last.isoformat()]


@given(CLAIMS)
def test_frame_and_body_are_what_the_json_encoder_writes(claim: Claim) -> None:
    high = True if claim.high == claim.low else plain(claim.high)
    said = [plain(claim.low), high, as_json(claim.as_of), claim.attributed_to, as_json(claim.date), claim.value]
    while len(said) > 2 and said[-1] == (None, True, None, None, None, "")[len(said) - 1]:
        said.pop()
    assert claim_body(claim) == json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    frame = [claim.kind, claim.unit, claim.bound, claim.qualifiers, claim.status]
    assert frame_text(claim) == json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    assert read_frame(frame_text(claim)) == (claim.kind, claim.unit, claim.bound, claim.qualifiers, claim.status)


@pytest.mark.parametrize(
    ("text", "body"),
    [("2026", "2026"), ("2026-02", "2026-02"), ("2026-02-28", "2026-02-28")],
)
def test_whole_calendar_dates_are_kept_by_their_text(text: str, body: str) -> None:
    first = date.fromisoformat(f"{text}-01-01"[:10])
    last = {4: date(2026, 12, 31), 7: date(2026, 2, 28), 10: date(2026, 2, 28)}[len(text)]
    assert date_column(PartialDate(text, first, last)) == f'"{body}"'
    assert date_column(PartialDate(text, date(2025, 1, 1), last)) == f'["{body}","2025-01-01","{last}"]'


@given(CLAIMS)
def test_a_claim_comes_back_as_it_was_recorded(claim: Claim) -> None:
    document = Document("a.md", f"sha256:{digest_of('7 M')}", "7 M")
    recorded = replace(claim, revision=document.revision, extractor_version="1")
    with Ledger.open("sqlite://") as ledger:
        ledger.record([Extraction(document, (recorded,))], author="me", reason="test")
        (held,) = ledger.statements()
    assert held.claim == recorded
    assert held.record()["claim_id"] == "c_1"


@given(PERIODS)
def test_dates_of_columns_come_back(value: PartialDate | None) -> None:
    assert read_date_column(date_column(value)) == value


def test_entities_texts_and_moments_come_back() -> None:
    entity = Entity("qwen", "Qwen", "family", ("千问",), "alibaba-models", "alibaba", known=False)
    assert read_entity("qwen", entity_body(entity)) == entity
    assert unpack(pack("千问 ~1.02 trillion".encode())).decode() == "千问 ~1.02 trillion"
    moment = datetime(2026, 3, 1, 12, 30, 1, 999_999, tzinfo=UTC)
    assert moment_of(microseconds(moment)) == moment
    assert Decimal("1.50") == Decimal(plain(Decimal("1.50")) or "")
