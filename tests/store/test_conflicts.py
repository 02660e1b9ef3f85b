"""The conflicts kept are those that all statements give, after any sequence of changes, however seldom one asks."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, select, text, update

from extractors.model import (
    Basis,
    Claim,
    Document,
    Entity,
    Evidence,
    Extraction,
    Kind,
    Span,
    qualifier_pairs,
    with_ids,
)
from extractors.periods import parse_partial
from store import renewals
from store.engines import open_engine, reading, writing
from store.errors import UnknownError
from store.ledger import Ledger
from store.metrics import load_metrics
from store.model import ConflictSet, DeedKind, Judgement
from store.schemas import create
from store.tables import RECONCILED, conflicts

ENTITIES = (
    Entity("nordbank", "Nordbank", "organization"),
    Entity("nordbank-cloud", "Nordbank Cloud", "organization", parent="nordbank"),
    Entity("pulse", "Pulse", "product", maker="nordbank"),
    Entity("nimbus", "Nimbus", "family", maker="nordbank"),
    Entity("nimbus-2", "Nimbus 2", "model", parent="nimbus"),
    Entity("volta", "Volta", "organization"),
)
ANEW = (
    Entity("nordbank", "Nordbank", "organization", parent="volta"),
    Entity("nordbank-cloud", "Cloud of Nordbank", "organization"),
    Entity("pulse", "Pulse", "product", ("Pulse App",), maker="volta"),
    Entity("nimbus", "Nimbus", "family", maker="volta"),
    Entity("nimbus-2", "Nimbus 2", "model", parent="nimbus", maker="volta"),
    Entity("volta", "Volta", "organization", parent="nordbank", known=False),
)
VALUES = {
    "revenue": ("1000000000", "3000000000"),
    "monthly_active_users": ("1000000", "2000000", "90000000"),
    "weekly_active_users": ("1000000", "90000000"),
    "parameters": ("9000000000", "400000000000"),
    "license": ("Apache 2.0", "research-only"),
    "openness": ("open-weight", "API-only"),
    "other:first": ("app bank",),
}
UNITS = {"revenue": "USD", "monthly_active_users": "user", "weekly_active_users": "user", "parameters": "parameter"}
URIS = [f"{name}.md" for name in "abcde"]
EUROS = ("900000000", "910000000", "2000000000")
TIMES = ("", "2025", "2026-04")
SEEDS = st.integers(0, 1 << 32)


def lines(chance: Random) -> tuple[tuple[Claim, ...], ...]:
    """Returns what the lines of an article claim, without places."""
    found = []
    for _ in range(chance.randrange(8)):
        about = chance.choice(ENTITIES + ANEW if chance.random() < 0.05 else ENTITIES)
        time, form = chance.choice(TIMES), chance.random()
        if form < 0.6:
            metric = chance.choice(sorted(VALUES))
            found.append((said(about, metric, chance.choice(VALUES[metric]), time),))
        elif form < 0.8:
            euros = chance.choice(EUROS)
            found.append((said(about, "revenue", "1000000000", time), said(about, "revenue", euros, time, "EUR")))
        else:
            share = said(about, "revenue", chance.choice(["10", "90"]), time, "percent")
            part = said(about, "revenue", "300000000", time)
            cloud = replace(part, qualifiers=qualifier_pairs({"segment": "cloud"}))
            found.append((cloud, share, said(about, "revenue", "1000000000", time)))
    return tuple(found)


def said(about: Entity, metric: str, value: str, time: str, unit: str = "") -> Claim:
    """Returns a claim without a place."""
    unit = unit or UNITS.get(metric, "")
    number = Decimal(value) if unit else None
    kind = Kind.TEXT if metric == "other:first" else Kind.QUANTITY if unit else load_metrics().get(metric).kind
    return Claim(
        id="",
        document="",
        revision="",
        subject=about,
        mention=about.name,
        metric=metric,
        kind=kind,
        evidence=Evidence(0, 0, value),
        low=number,
        high=number,
        unit=unit,
        value="" if unit else value,
        as_of=parse_partial(time) if time else None,
        as_of_basis=Basis.STATED if time else Basis.NONE,
        qualifiers=qualifier_pairs({"of": "revenue"} if unit == "percent" else {}),
    )


def article(uri: str, told: Sequence[Sequence[Claim]], title: str) -> Extraction:
    """Returns an article that says so, one line for each group of claims."""
    body, placed = f"{title}\n", []
    for line in told:
        start = len(body)
        for claim in line:
            body += f"{claim.mention} {claim.metric} "
            placed.append((claim, len(body), start))
            body += claim.evidence.quote + " of revenue. "
        body += "\n"
    revision = f"sha256:{hashlib.sha256(body.encode()).hexdigest()}"
    document = Document(uri, revision, body, title, parse_partial("2026-05-01"), "front-matter", f"Paper {uri}")
    claims = [
        replace(
            claim,
            document=uri,
            revision=revision,
            evidence=Evidence(
                at, at + len(claim.evidence.quote), claim.evidence.quote, context=Span(start, body.index("\n", at))
            ),
            extractor_version="1",
        )
        for claim, at, start in placed
    ]
    each_once = {claim.id: claim for claim in with_ids(claims)}
    return Extraction(document, tuple(each_once.values()))


def check(ledger: Ledger) -> list[ConflictSet]:
    """Checks all questions about conflicts against the computation from all statements, and returns its result."""
    last = len(ledger.log())
    full = ledger.computed_conflicts()
    assert ledger.conflicts() == full
    with reading(ledger._engine) as connection:  # nothing was answered by computing all
        assert connection.execute(select(RECONCILED[0].c.version)).scalar() == last
    for conflict in full:
        assert ledger.conflict(conflict.id) == conflict
    for entry in ledger.entities():
        about = entry.entity.id
        expected = [each for each in full if about in {each.subject, *(s.claim.subject.id for s in each.claims)}]
        if ledger._reader.entities(about, last) == (ledger._reader.names.keys[about],):
            assert ledger.conflicts(entity=about) == expected
    return full


class Changes(RuleBasedStateMachine):
    """A ledger that is asked for its conflicts now and then."""

    def __init__(self, url: str = "sqlite://") -> None:
        super().__init__()
        self.ledger = Ledger.open(url)
        self.standing: set[str] = set()
        self.said: set[str] = set()
        self.shown: list[ConflictSet] = []

    def teardown(self) -> None:
        check(self.ledger)
        self.ledger.close()

    @rule()
    def ask(self) -> None:
        self.shown = check(self.ledger)

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        self.record(URIS, Random(seed))
        self.ask()

    @rule(uris=st.sets(st.sampled_from(URIS), min_size=1), seed=SEEDS)
    def ingest(self, uris: set[str], seed: int) -> None:
        self.record(sorted(uris), Random(seed))

    def record(self, uris: Sequence[str], chance: Random) -> None:
        """Records articles that say something by chance."""
        title = chance.choice(["News", "Report"])
        self.ledger.record([article(uri, lines(chance), title) for uri in uris], author="me", reason="ingest")
        self.standing |= set(uris)

    @precondition(lambda self: self.standing)
    @rule(data=st.data(), erase=st.booleans())
    def remove(self, data: st.DataObject, erase: bool) -> None:
        uri = data.draw(st.sampled_from(sorted(self.standing)))
        if erase:
            self.ledger.erase(uri, author="me", reason="request")
        else:
            self.ledger.tombstone(uri, author="me", reason="gone")

    @precondition(lambda self: self.shown)
    @rule(data=st.data(), judgement=st.sampled_from(Judgement))
    def judge(self, data: st.DataObject, judgement: Judgement) -> None:
        conflict = data.draw(st.sampled_from(self.shown))
        claim = data.draw(st.sampled_from(conflict.claims)).claim.id
        try:
            self.said.add(self.ledger.decide(conflict.id, judgement, author="me", claim=claim).id)
        except UnknownError:
            assert conflict.id not in {each.id for each in self.ledger.conflicts()}

    @rule(data=st.data(), kind=st.sampled_from(DeedKind))
    def say(self, data: st.DataObject, kind: DeedKind) -> None:
        known = sorted(entry.entity.id for entry in self.ledger.entities())
        if len(known) < 2:
            return
        first, second = data.draw(st.permutations(known))[:2]
        who = self.ledger._reader.identities(len(self.ledger.log()))
        keys = [self.ledger._reader.names.keys[each] for each in (first, second)]
        if who.whole(keys[0]) == who.whole(keys[1]) or (kind is DeedKind.MERGE and who.apart(*keys)):
            return
        if kind is DeedKind.SPLIT:
            mention = self.ledger._reader.names.entity(keys[0]).name
            deed = self.ledger.split(first, second, mentions=[mention], author="me")
        else:
            tell = self.ledger.merge if kind is DeedKind.MERGE else self.ledger.distinct
            deed = tell(first, second, author="me")
        self.said.add(deed.id)

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        said = data.draw(st.sampled_from(sorted(self.said)))
        self.ledger.undo(said, author="me")
        self.said.discard(said)


CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
# Shrinking a sequence of steps takes minutes; one as it was found tells enough.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def run(make: Callable[[], Changes], share: int = 1) -> None:
    """Runs sequences of changes."""
    run_state_machine_as_test(
        make,
        settings=settings(
            max_examples=max(1, settings.default.max_examples // share),
            deadline=None,
            stateful_step_count=15,
            suppress_health_check=CHECKS,
            phases=PHASES,
        ),
    )


def test_any_sequence() -> None:
    run(Changes)


@pytest.mark.slow
def test_any_sequence_on_a_server(postgres_url: str) -> None:
    def anew() -> Changes:
        with writing(open_engine(postgres_url)) as connection:
            schema = connection.scalar(text("SELECT current_schema()"))
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {schema}"))
            create(connection)
        return Changes(postgres_url)

    run(anew, 4)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger in a file with a few articles, of which nobody asked anything."""
    with Ledger.open(f"sqlite:///{tmp_path / 'claims.db'}") as ledger:
        for number in range(6):
            add(ledger, number)
        yield ledger


def add(ledger: Ledger, number: int) -> None:
    """Records one more article."""
    told = [line for seed in range(3) for line in lines(Random(f"{number} {seed}"))]
    ledger.record([article(f"{number}.md", told, "News")], author="me", reason="ingest")


def rows(ledger: Ledger) -> list[list[tuple[Any, ...]]]:
    """Returns all that is kept."""
    with reading(ledger._engine) as connection:
        tables = [connection.execute(select(table).order_by(*table.primary_key)).all() for table in RECONCILED]
    return [[tuple(row) for row in table] for table in tables]


def test_what_is_kept_does_not_depend_on_when_one_asks(filled: Ledger, tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'other.db'}") as other:
        for number in range(6):
            add(other, number)
            other.reconcile()
        filled.reconcile()
        assert rows(other) == rows(filled) and len(rows(other)[1]) > 3


def test_the_past_is_answered_as_it_was(filled: Ledger) -> None:
    before = filled.conflicts()
    last = len(filled.log())
    add(filled, 6)
    assert filled.conflicts() != before == filled.conflicts(version=last)


def test_other_rules_find_everything_anew(filled: Ledger) -> None:
    expected = filled.conflicts()
    with writing(filled._engine) as connection:
        connection.execute(update(conflicts).values(body='["","",[]]'))
        connection.execute(text("UPDATE reconciled SET rules = 'older'"))
    assert filled.conflicts() == expected


def test_a_rebuild_forgets_what_is_kept(filled: Ledger) -> None:
    expected = filled.conflicts()
    with writing(filled._engine) as connection:
        connection.execute(update(conflicts).values(body='["","",[]]'))
    assert filled.conflicts() != expected
    filled.rebuild()
    assert filled.conflicts() == expected


def test_what_was_erased_is_not_kept_in_reasons(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'claims.db'}") as ledger:
        for uri, about in (("a.md", ENTITIES[0]), ("b.md", ENTITIES[5])):
            claim = replace(
                said(about, "other:first", "app bank", ""), evidence=Evidence(0, 0, f"first app bank, {uri}")
            )
            ledger.record([article(uri, [(claim,)], "News")], author="me", reason="ingest")
        (conflict,) = ledger.conflicts()
        assert "first app bank, b.md" in conflict.reason
        ledger.erase("b.md", author="me", reason="request")
        for name in tmp_path.iterdir():
            assert b"first app bank, b.md" not in name.read_bytes()
        assert "first app bank, a.md" in check(ledger)[0].reason


def test_a_rate_of_one_article_makes_that_of_another_strange() -> None:
    with Ledger.open("sqlite://") as ledger:
        strange = []
        for uri, euros in (("a.md", "2000000000"), ("b.md", "900000000"), ("c.md", "910000000"), ("d.md", "900000000")):
            # Far from the others in place and entity: only the rate relates them.
            about = replace(ENTITIES[5], id=f"volta-{uri}", name=f"Volta {uri}")
            told = (said(about, "revenue", "1000000000", "2026-04"), said(about, "revenue", euros, "2026-04", "EUR"))
            ledger.record([article(uri, [told], "News")], author="me", reason="ingest")
            strange.append([each.claims[0].claim.document for each in check(ledger)])
        assert strange == [[], [], ["a.md"], ["a.md"]]
        for uri in ("b.md", "c.md"):
            ledger.tombstone(uri, author="me", reason="gone")
            strange.append([each.claims[0].claim.document for each in check(ledger)])
        assert strange[-2:] == [["a.md"], []]


def test_after_very_many_events_everything_is_found_anew(filled: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.reconcile()
    monkeypatch.setattr(renewals, "FEW_EVENTS", 0)
    monkeypatch.setattr(renewals, "find_touched", None)
    for number in range(6, 12):
        add(filled, number)
    check(filled)


def test_who_may_not_write_gets_the_same_answer(filled: Ledger) -> None:
    engine = open_engine(filled.url)
    event.listen(engine, "connect", lambda opened, _: opened.execute("PRAGMA query_only = ON"))
    with Ledger(engine) as reader:
        assert not reader.reconcile()
        found = reader.conflicts()
        assert [reader.conflict(each.id) for each in found] == found == filled.conflicts()


def test_many_who_ask_and_write_at_once(filled: Ledger) -> None:
    wrong: list[BaseException] = []

    def work(first: int) -> None:
        try:
            with Ledger.open(filled.url, create=False) as own:
                for number in range(first, first + 4):
                    add(own, number)
                    own.conflicts()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(100 * number,)) for number in range(1, 4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not wrong
    check(filled)


def test_no_question_reads_the_tables_from_end_to_end(filled: Ledger) -> None:
    filled.conflicts()
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, sql: str, given: Any, _context: Any, many: bool) -> None:
        if not many and sql.startswith("SELECT"):
            asked.append((sql, given))

    add(filled, 6)
    event.listen(filled._engine, "before_cursor_execute", note)
    (conflict, *_) = filled.conflicts(entity="nordbank")
    filled.conflict(conflict.id)
    event.remove(filled._engine, "before_cursor_execute", note)
    with filled._engine.connect() as connection:
        plans = [
            str(row[3])
            for sql, given in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)
        ]
    assert len(asked) > 10
    assert {plan.split()[1] for plan in plans if plan.startswith("SCAN") and "USING" not in plan} <= SMALL


SMALL = {"reconciled", "versions", "decisions", "identities", "CONSTANT", *"0123456789"}
"""Read as a whole: one row, or what people decided, which every reader holds anyway."""
