"""Any sequence of ingest, edit, removal, judgement, merge, split, erasure and undo, against a simple model.

After every step: the present is what the model says, the past is what it was, replay changes nothing, the caches are
what a rebuild makes, the ledger verifies; and it does not after any single character of any table was changed.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, Integer, LargeBinary, select, text, update

from extractors.model import Extraction
from store.engines import reading
from store.ledger import Ledger
from store.model import DeedKind
from store.proofs import verify_on
from store.tables import APPEND_ONLY, CACHES

NAMES = ["Qwen", "Grok", "Llama"]
URIS = ["a.md", "b.md"]
LINES = [f"{name} has {number} downloads in 2026-02." for name in NAMES for number in (7, 700_000_000, 200_000_000)]
BODIES = st.lists(st.sampled_from([*LINES, "Just words."]), max_size=4).map(lambda found: "\n".join(found) + "\n")


class Machine(RuleBasedStateMachine):
    """A ledger in memory beside a model of it."""

    def __init__(self, reader: Callable[..., Extraction]) -> None:
        super().__init__()
        self.read = reader
        self.ledger = Ledger.open("sqlite://")
        self.standing: dict[str, Extraction] = {}
        self.revisions: dict[str, list[str]] = {uri: [] for uri in URIS}
        self.erased: set[str] = set()
        self.deeds: dict[str, tuple[DeedKind, str, str]] = {}
        self.decisions: set[str] = set()
        self.answers: list[list[dict[str, Any]]] = [[]]

    def teardown(self) -> None:
        self.ledger.close()

    def whole(self, entity: str) -> str:
        """Returns what the model takes an entity for."""
        into = {first: second for kind, first, second in self.deeds.values() if kind is DeedKind.MERGE}
        while entity in into:
            entity = into[entity]
        return entity

    def about(self, entity: str) -> str:
        """Returns what the model takes claims recorded of an entity to be about: splits here take all of them."""
        for kind, first, second in self.deeds.values():
            if kind is DeedKind.SPLIT and first == entity:
                return self.whole(second)
        return self.whole(entity)

    @rule(uri=st.sampled_from(URIS), body=BODIES, version=st.sampled_from("12"))
    def ingest(self, uri: str, body: str, version: str) -> None:
        found = self.read(uri, body, version=version)
        known = uri in self.standing and self.standing[uri] == found
        receipt = self.ledger.record([found], author="me", reason="ingest")
        if receipt.counts.erased:
            assert found.document.revision in self.erased and receipt.version is None
            return
        assert not known or receipt.version is None
        self.standing[uri] = found
        self.revisions[uri].append(found.document.revision)
        assert self.ledger.record([found], author="me", reason="again").version is None

    @precondition(lambda self: self.standing)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        uri = data.draw(st.sampled_from(sorted(self.standing)))
        assert self.ledger.tombstone(uri, author="me", reason="gone").version
        del self.standing[uri]
        assert self.ledger.tombstone(uri, author="me", reason="gone").version is None

    @rule(data=st.data())
    def judge(self, data: st.DataObject) -> None:
        conflicts = self.ledger.conflicts()
        if conflicts:
            conflict = data.draw(st.sampled_from(conflicts))
            decision = self.ledger.decide(conflict.id, "both", author="me")
            assert [held.status for held in self.ledger.conflicts() if held.id == conflict.id] == ["decided"]
            self.decisions.add(decision.id)

    @rule(first=st.sampled_from(NAMES), second=st.sampled_from(NAMES), kind=st.sampled_from(DeedKind))
    def say(self, first: str, second: str, kind: DeedKind) -> None:
        known = {entry.entity.name: entry.entity.id for entry in self.ledger.entities()}
        if first not in known or second not in known or first == second:
            return
        a, b = known[first], known[second]
        apart = {frozenset(map(self.whole, pair)) for k, *pair in self.deeds.values() if k is DeedKind.DISTINCT}
        if kind is DeedKind.MERGE and frozenset((a, b)) not in apart:
            deed = self.ledger.merge(first, second, author="me")
        elif kind is DeedKind.DISTINCT:
            deed = self.ledger.distinct(first, second, author="me")
        elif kind is DeedKind.SPLIT and not any(k is kind for k, *_ in self.deeds.values()):
            deed = self.ledger.split(first, second, mentions=NAMES, author="me")
        else:
            return
        self.deeds[deed.id] = (kind, a, b)

    @precondition(lambda self: self.deeds or self.decisions)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        said = data.draw(st.sampled_from(sorted([*self.deeds, *self.decisions])))
        assert self.ledger.undo(said, author="me").undone_in
        self.deeds.pop(said, None)
        self.decisions.discard(said)

    @precondition(lambda self: self.standing)
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        uri = data.draw(st.sampled_from(sorted(self.standing)))
        held = self.revisions[uri]
        done = self.ledger.erase(uri, author="me", reason="request")
        texts = [self.ledger.document(uri, revision).text for revision in held]
        self.erased |= {revision for revision, kept in zip(held, texts, strict=True) if not kept}
        if done.version:
            self.answers = [[_without_words(row, uri) for row in answer] for answer in self.answers]

    @invariant()
    def the_present_is_what_the_model_says(self) -> None:
        claims = [claim for found in self.standing.values() for claim in found.claims]
        expected = Counter((self.about(claim.subject.id), claim.id, claim.evidence.start) for claim in claims)
        held = Counter((s.claim.subject.id, s.claim.id, s.claim.evidence.start) for s in self.ledger.statements())
        assert held == expected
        for entity in {self.about(claim.subject.id) for claim in claims}:
            found = Counter(statement.claim.id for statement in self.ledger.history(entity))
            assert found == Counter(claim.id for claim in claims if self.about(claim.subject.id) == entity)
        assert {deed.id for deed in self.ledger.deeds()} == set(self.deeds)
        assert {decision.id for decision in self.ledger.decisions()} == self.decisions

    @invariant()
    def the_past_is_what_it_was(self) -> None:
        for version in range(len(self.answers), len(self.ledger.log()) + 1):
            self.answers.append(list(self.ledger.export(version=version)))
        for version, answer in enumerate(self.answers):
            assert list(self.ledger.export(version=version)) == answer

    @invariant()
    def a_rebuild_makes_the_same(self) -> None:
        before = self._caches()
        self.ledger.rebuild()
        assert self._caches() == before

    def _caches(self) -> list[list[tuple[Any, ...]]]:
        with reading(self.ledger._engine) as connection:
            return [
                [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in CACHES
            ]

    @rule(data=st.data())
    def any_change_is_found(self, data: st.DataObject) -> None:
        table = data.draw(st.sampled_from([*APPEND_ONLY, *CACHES]))
        with self.ledger._engine.connect() as connection:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
            rows = connection.execute(select(table)).mappings().all()
            if rows:
                row, column = data.draw(st.sampled_from(rows)), data.draw(st.sampled_from(list(table.columns)))
                changed = _changed(data, column.type, row[column.name])
                where = [key == row[key.name] for key in table.primary_key]
                self._tamper(connection, update(table).where(*where).values({column: changed}))
            connection.rollback()

    def _tamper(self, connection: Connection, change: Any) -> None:
        assert verify_on(connection).ok
        try:
            connection.execute(change)
        except Exception as error:  # a key or a digest that another row holds
            assert "UNIQUE" in str(error) or "NOT NULL" in str(error)
            return
        assert not verify_on(connection).ok

    @invariant()
    def it_verifies(self) -> None:
        assert self.ledger.verify().findings == ()


def _changed(data: st.DataObject, kind: Any, value: Any) -> Any:
    if isinstance(kind, Integer):
        return (value or 0) + data.draw(st.sampled_from([-1, 1, 1_000]))
    if isinstance(kind, LargeBinary):
        if not value:
            return b"x"
        at = data.draw(st.integers(0, len(value) - 1))
        return value[:at] + bytes([value[at] ^ data.draw(st.integers(1, 255))]) + value[at + 1 :]
    if not value:
        return "x"
    at = data.draw(st.integers(0, len(value) - 1))
    return value[:at] + data.draw(st.sampled_from("".join({"a", "0", " ", "é"} - {value[at]}))) + value[at + 1 :]


def _without_words(row: dict[str, Any], uri: str) -> dict[str, Any]:
    if row["document"]["uri"] != uri:
        return row
    gone = {"quote": "", "row": None, "column": None}
    return row | {"evidence": row["evidence"] | gone, "subject": row["subject"] | {"mention": ""}}


# Shrinking a sequence of steps takes minutes; one as it was found tells enough.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def test_any_sequence(reader: Callable[..., Extraction]) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        lambda: Machine(reader),
        settings=settings(
            max_examples=settings.default.max_examples // 4,
            deadline=None,
            stateful_step_count=10,
            suppress_health_check=checks,
            phases=PHASES,
        ),
    )
