"""Recording, asking, deciding: what was answered once is answered again."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from extractors.model import Entity, Extraction
from extractors.problems import Problem
from store.engines import open_engine, reading
from store.errors import EvidenceError, JudgementError, StoreError, UnknownError
from store.ledger import Ledger
from store.model import Cause, Rank
from store.tables import CACHES

Reader = Callable[..., Extraction]
FIRST = "Intro\nQwen has 700 downloads in 2026-02.\nGrok has 5 users.\n"
EDITED = "A longer intro\nQwen has 700 downloads in 2026-02.\nGrok has 6 users.\n"


def record(ledger: Ledger, *extractions: Extraction, **options: Any) -> int | None:
    return ledger.record(extractions, author="tester", reason="test", **options).version


def said(statements: Iterable[Any]) -> list[tuple[str, str, int]]:
    return [(s.claim.subject.name, s.claim.metric, int(s.claim.low)) for s in statements]


def test_recording_again_makes_no_version(ledger: Ledger, reader: Reader) -> None:
    receipt = ledger.record([reader("a.md", FIRST)], author="tester", reason="test")
    assert (receipt.version, receipt.counts.new, receipt.counts.asserted) == (1, 1, 2)
    receipt = ledger.record([reader("a.md", FIRST)], author="tester", reason="test")
    assert (receipt.version, receipt.counts.unchanged, receipt.counts.asserted) == (None, 1, 0)
    assert len(ledger.log()) == 1


def test_an_edit_keeps_what_only_moved(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST))
    (before,) = ledger.history("qwen")
    record(ledger, reader("a.md", EDITED))
    (after,) = ledger.history("qwen")
    assert after.claim.id == before.claim.id
    assert (after.asserted_in, after.claim.evidence.start) == (1, before.claim.evidence.start + 9)
    assert said(ledger.history("grok")) == [("Grok", "users", 6)]
    assert [(c.what, c.cause, c.metric) for c in ledger.diff(1, 2)] == [
        ("asserted", Cause.SOURCE_EDITED, "users"),
        ("retracted", Cause.SOURCE_EDITED, "users"),
        ("moved", Cause.SOURCE_EDITED, "downloads"),
    ]
    (gone,) = [s for s in ledger.history("grok", retracted=True) if s.retracted_in]
    assert (int(gone.claim.low or 0), gone.asserted_in, gone.retracted_in) == (5, 1, 2)
    assert ledger.history("grok", version=1)[0].retracted_in is None


def test_another_extractor_version_is_the_cause(ledger: Ledger, reader: Reader) -> None:
    found = reader("a.md", FIRST)
    record(ledger, found)
    newer = reader("a.md", FIRST, version="2")
    record(ledger, replace(newer, claims=newer.claims[:1]))
    assert [(c.what, c.cause) for c in ledger.diff(1, 2)] == [("retracted", Cause.EXTRACTOR_CHANGED)]
    assert ledger.log()[-1].extractor == "rules 2"


def test_causes_when_source_and_extractor_changed(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST + "Llama has 44 experts.\n"))
    newer = reader("a.md", EDITED + "Llama has 44 experts.\n", version="2")
    record(ledger, replace(newer, claims=newer.claims[:2]))
    causes = {(c.what, c.entity): c.cause for c in ledger.diff(1, 2)}
    assert causes["retracted", "llama"] is Cause.EXTRACTOR_CHANGED
    assert causes["retracted", "grok"] is Cause.SOURCE_EDITED


def test_extractors_stand_beside_each_other(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST), reader("a.md", FIRST, extractor="other"))
    assert len(ledger.history("qwen")) == 2
    record(ledger, reader("a.md", EDITED))
    assert {s.claim.extractor: s.claim.low for s in ledger.history("grok")} == {"rules": 6, "other": 5}
    assert ledger.verify().ok


def test_removal_and_return(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST))
    assert ledger.tombstone("a.md", author="tester", reason="gone").version == 2
    assert ledger.tombstone("a.md", author="tester", reason="gone").version is None
    assert list(ledger.statements()) == []
    assert ledger.documents()[0].removed_in == 2
    assert ledger.documents(version=1)[0].removed_in is None
    record(ledger, reader("a.md", FIRST))
    assert said(ledger.statements()) == [("Qwen", "downloads", 700), ("Grok", "users", 5)]
    assert [(c.what, c.cause) for c in ledger.diff(1, 2)] == [("retracted", Cause.SOURCE_REMOVED)] * 2
    assert ledger.verify().ok
    with pytest.raises(UnknownError, match=r"no document b\.md"):
        ledger.tombstone("b.md", author="tester", reason="gone")


def test_a_wrong_quote_stops_the_whole_batch(ledger: Ledger, reader: Reader) -> None:
    good, bad = reader("a.md", FIRST), reader("b.md", FIRST)
    wrong = replace(bad.claims[1], evidence=replace(bad.claims[1].evidence, start=3))
    with pytest.raises(EvidenceError, match=rf"claim {wrong.id} \(users\) of b\.md .* the text at 3:"):
        record(ledger, good, replace(bad, claims=(bad.claims[0], wrong)))
    assert (ledger.log(), list(ledger.statements()), ledger.documents()) == ([], [], [])
    assert record(ledger, good) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [({"id": ""}, "it has no id"), ({"revision": "sha256:00"}, "belongs to"), ({"document": "c.md"}, "belongs to")],
)
def test_claims_that_do_not_fit_are_refused(reader: Reader, change: dict[str, str], message: str) -> None:
    found = reader("a.md", FIRST)
    with Ledger.open("sqlite://") as ledger, pytest.raises(EvidenceError, match=message):
        record(ledger, replace(found, claims=(replace(found.claims[0], **change),)))  # type: ignore[arg-type]


def test_questions_by_moment(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST))
    record(ledger, reader("a.md", EDITED))
    first = ledger.log()[0].recorded_at
    assert said(ledger.history("grok", at=first)) == [("Grok", "users", 5)]
    assert list(ledger.statements(at=first - timedelta(seconds=1))) == []
    assert said(ledger.history("grok", at=datetime(2030, 1, 1, tzinfo=UTC))) == [("Grok", "users", 6)]
    with pytest.raises(StoreError, match="no time zone"):
        ledger.history("grok", at=datetime(2026, 1, 1))
    with pytest.raises(UnknownError, match="there is no version 9; the last is 2"):
        ledger.history("grok", version=9)


def test_entities_by_any_name_and_family(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", "Qwen has 700 downloads.\nQwen 3.5 has 9 downloads.\n"))
    for name in ("qwen", "QWEN", "tongyi qianwen", "Tongyi-Qianwen"):
        assert said(ledger.history(name)) == [("Qwen", "downloads", 700)]
    assert len(ledger.history("Qwen", family=True)) == 2
    assert len(ledger.history("qwen-3.5", metric="downloads")) == 1
    assert ledger.history("qwen", metric="users") == []
    assert [entity.id for entity in ledger.card("qwen").members] == ["qwen-3.5"]
    with pytest.raises(UnknownError, match="did you mean Qwen"):
        ledger.history("qwem")


def test_names_of_the_past_stay(ledger: Ledger, reader: Reader) -> None:
    found = reader("a.md", FIRST)
    record(ledger, found)
    renamed = tuple(
        replace(claim, subject=replace(claim.subject, name=f"New {claim.subject.name}")) for claim in found.claims
    )
    record(ledger, replace(found, claims=renamed))
    assert ledger.history("new qwen")[0].claim.subject.name == "New Qwen"
    assert ledger.history("qwen", version=1)[0].claim.subject.name == "Qwen"
    with pytest.raises(UnknownError):
        ledger.history("new qwen", version=1)


def test_document_text_raw_bytes_and_problems(ledger: Ledger, reader: Reader) -> None:
    found = reader("a.md", FIRST, date_text="2026-03-02")
    problem = Problem("a.md", "unreadable-table", "a table has no head", 0, 5)
    raw = {found.document.revision: FIRST.encode()}
    record(ledger, replace(found, problems=(problem,)), raw=raw)
    record(ledger, reader("a.md", EDITED))
    old = ledger.document("a.md", found.document.revision)
    assert (old.text, old.published) == (FIRST, found.document.published)
    assert ledger.raw("a.md", found.document.revision) == FIRST.encode()
    assert ledger.document("a.md").text == EDITED
    assert ledger.problems() == []
    record(ledger, replace(found, problems=(problem,)))
    assert ledger.problems() == [problem]
    assert ledger.document("a.md").problems == (problem,)


def test_sentences_and_export(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST, date_text="2026-03-02"))
    (statement,) = ledger.history("qwen", sentences=True)
    assert statement.sentence == "Qwen has 700 downloads in 2026-02."
    exported = next(ledger.export())
    assert exported["document"] | {"revision": ""} == {
        "uri": "a.md",
        "revision": "",
        "title": "Title of a.md",
        "published": "2026-03-02",
        "publisher": "Source",
    }
    assert (exported["low"], exported["asserted_in"], exported["retracted_in"]) == (700, 1, None)


def test_a_candidate_adds_aliases_and_the_catalogue_wins(ledger: Ledger, reader: Reader) -> None:
    found = reader("a.md", FIRST)
    seen = Entity("newcomer", "Newcomer", "model", ("NC",), known=False)
    record(ledger, replace(found, candidates=(seen,)))
    record(ledger, replace(reader("b.md", FIRST), candidates=(replace(seen, aliases=("Newcomer One",)),)))
    (entry,) = [entry for entry in ledger.entities() if entry.entity.id == "newcomer"]
    assert entry.entity.aliases == ("NC", "Newcomer One")
    catalogue = Entity("newcomer", "Newcomer", "family")
    record(ledger, replace(reader("c.md", FIRST), candidates=(catalogue,)))
    record(ledger, replace(reader("d.md", FIRST), candidates=(seen,)))
    (entry,) = [entry for entry in ledger.entities() if entry.entity.id == "newcomer"]
    assert entry.entity == catalogue


def disputed(ledger: Ledger, reader: Reader) -> str:
    record(ledger, reader("a.md", "Qwen has 700000000 downloads in 2026-02.\n", date_text="2026-03-01"))
    record(ledger, reader("b.md", "Qwen has 200000000 downloads in 2026-02.\n", date_text="2026-03-01"))
    (conflict,) = ledger.conflicts(entity="qwen")
    return conflict.id


def test_a_decision_closes_and_undo_opens(ledger: Ledger, reader: Reader) -> None:
    conflict_id = disputed(ledger, reader)
    claim = ledger.conflicts()[0].claims[0].claim.id
    decision = ledger.decide(conflict_id[:8], "prefer", note="newer", author="judge", claim=claim)
    (decided,) = ledger.conflicts(status="decided")
    assert decided.decision == decision
    assert {s.claim.id: s.rank for s in decided.claims}[claim] is Rank.PREFERRED
    assert ledger.conflicts(version=2)[0].status == "open"
    assert [(c.cause, c.entity, c.metric) for c in ledger.diff(2, 3)] == [(Cause.JUDGED, "qwen", "downloads")]
    ledger.undo(decision.id, author="judge")
    assert ledger.conflicts()[0].status == "open"
    assert ledger.conflicts(version=3)[0].status == "decided"
    assert ledger.decisions() == []
    with pytest.raises(JudgementError, match="was taken back in version 4"):
        ledger.undo(decision.id, author="judge")
    assert ledger.verify().ok


def test_a_decision_outlives_an_edit_and_reopens_on_change(ledger: Ledger, reader: Reader) -> None:
    ledger.decide(disputed(ledger, reader), "both", author="judge")
    edited = "A new lead.\nQwen has 200000000 downloads in 2026-02.\n"
    record(ledger, reader("b.md", edited, version="2", date_text="2026-03-01"))
    assert [conflict.status for conflict in ledger.conflicts()] == ["decided"]
    record(ledger, reader("b.md", "Qwen has 300000000 downloads in 2026-02.\n", date_text="2026-03-01"))
    assert [conflict.status for conflict in ledger.conflicts()] == ["open"]


def test_judgements_that_make_no_sense_are_refused(ledger: Ledger, reader: Reader) -> None:
    conflict_id = disputed(ledger, reader)
    with pytest.raises(JudgementError, match="'perhaps' is no judgement"):
        ledger.decide(conflict_id, "perhaps", author="judge")
    with pytest.raises(JudgementError, match="say which claim"):
        ledger.decide(conflict_id, "prefer", author="judge")
    with pytest.raises(UnknownError, match="no conflicts have the id 'zzz'"):
        ledger.decide("zzz", "both", author="judge")


LINES = ("Qwen has 1 downloads.", "Qwen has 2 downloads.", "Grok has 3 users.", "Just words.")
BODY = st.lists(st.sampled_from(LINES), max_size=5).map(lambda lines: "".join(f"{line}\n" for line in lines))
STEP = st.one_of(
    st.tuples(st.just("ingest"), st.sampled_from("abc"), BODY, st.sampled_from("12")),
    st.tuples(st.just("remove"), st.sampled_from("abc")),
)


def dump(ledger: Ledger) -> list[list[tuple[Any, ...]]]:
    with reading(ledger._engine) as connection:
        return [
            [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))] for table in CACHES
        ]


def run_steps(ledger: Ledger, reader: Reader, steps: list[Any]) -> None:
    standing: dict[str, Extraction] = {}
    answers: list[list[dict[str, Any]]] = [[]]
    for step in steps:
        if step[0] == "ingest":
            extraction = reader(step[1], step[2], version=step[3])
            version = record(ledger, extraction)
            standing[step[1]] = extraction
            assert record(ledger, extraction) is None
        elif step[1] in {entry.uri for entry in ledger.documents()}:
            version = ledger.tombstone(step[1], author="tester", reason="gone").version
            standing.pop(step[1], None)
        else:
            continue
        expected = Counter((c.id, c.revision, c.evidence.start) for e in standing.values() for c in e.claims)
        found = [s.claim for s in ledger.statements()]
        assert Counter((c.id, c.revision, c.evidence.start) for c in found) == expected
        if version is not None:
            answers.append(list(ledger.export(retracted=True)))
            assert version == len(answers) - 1
    for version, answer in enumerate(answers):
        assert list(ledger.export(version=version, retracted=True)) == answer
    before = dump(ledger)
    ledger.rebuild()
    assert dump(ledger) == before
    assert ledger.verify().findings == ()


@given(st.lists(STEP, max_size=8))
def test_any_sequence_keeps_the_past(reader: Reader, steps: list[Any]) -> None:
    with Ledger.open("sqlite://") as ledger:
        run_steps(ledger, reader, steps)


@pytest.mark.slow
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=3, max_size=6))
def test_any_sequence_keeps_the_past_on_postgresql(postgres_url: str, reader: Reader, steps: list[Any]) -> None:
    engine = open_engine(postgres_url)
    with engine.begin() as connection:
        schema = connection.execute(text("SELECT current_schema()")).scalar()
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    with Ledger.open(postgres_url) as ledger:
        run_steps(ledger, reader, steps)


def write_many(url: str, reader: Reader, name: str, failures: list[Exception]) -> None:
    try:
        with Ledger.open(url) as ledger:
            for number in range(5):
                record(ledger, reader(f"{name}-{number}", FIRST))
                record(ledger, reader("shared", FIRST))
    except Exception as error:
        failures.append(error)


def check_writers(url: str, reader: Reader, writers: int) -> None:
    with Ledger.open(url) as ledger:
        failures: list[Exception] = []
        threads = [threading.Thread(target=write_many, args=(url, reader, f"w{n}", failures)) for n in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert [version.number for version in ledger.log()] == list(range(1, 5 * writers + 2))
        assert len(list(ledger.statements())) == 2 * (5 * writers + 1)
        assert ledger.verify().findings == ()


def test_writers_at_once_on_sqlite(tmp_path: Path, reader: Reader) -> None:
    check_writers(f"sqlite:///{tmp_path / 'claims.db'}", reader, 3)


@pytest.mark.slow
def test_writers_at_once_on_postgresql(postgres_url: str, reader: Reader) -> None:
    check_writers(postgres_url, reader, 8)
