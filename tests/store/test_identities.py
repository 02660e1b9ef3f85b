"""Who is who: merges, splits and "not the same" change every answer from their version on, and none before."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from extractors.model import Entity, Extraction
from store.errors import JudgementError, UnknownError
from store.ledger import Ledger
from store.model import Cause

Reader = Callable[..., Extraction]
BODY = "Qwen has 700000000 downloads in 2026-02.\nLlama has 200000000 downloads in 2026-02.\nGrok has 3 users.\n"


@pytest.fixture
def held(ledger: Ledger, reader: Reader) -> Ledger:
    ledger.record([reader("a.md", BODY, date_text="2026-03-01")], author="me", reason="one")
    return ledger


def told(ledger: Ledger, name: str, **asked: Any) -> list[tuple[str, int]]:
    return [(s.claim.subject.id, int(s.claim.low or 0)) for s in ledger.history(name, **asked)]


def test_a_merge_joins_and_its_undo_parts(held: Ledger) -> None:
    deed = held.merge("Llama", "Qwen", author="me", note="one and the same")
    assert told(held, "qwen") == told(held, "Llama") == [("qwen", 700_000_000), ("qwen", 200_000_000)]
    assert told(held, "qwen", version=1) == [("qwen", 700_000_000)]
    assert told(held, "Llama", version=1) == [("llama", 200_000_000)]
    assert "Llama" in held.history("qwen")[0].claim.subject.aliases
    assert [entry.entity.id for entry in held.entities()] == ["grok", "qwen"]
    assert [entry.statements for entry in held.entities()] == [1, 2]
    assert held.conflicts()[0].subject == "qwen"
    assert [(c.cause, c.what, c.deed) for c in held.diff(1, 2)] == [(Cause.MERGED, "merged", deed)]
    undone = held.undo(deed.id[:8], author="me")
    assert undone.undone_in == 3
    assert told(held, "Llama") == [("llama", 200_000_000)]
    assert told(held, "qwen", version=2) == [("qwen", 700_000_000), ("qwen", 200_000_000)]
    assert held.conflicts() == []
    assert [(c.cause, c.what) for c in held.diff(2, 3)] == [(Cause.MERGED, "merged undone")]
    assert held.diff(1, 3) == []
    assert held.deeds() == []
    assert held.deeds(version=2) == [deed]
    assert held.verify().ok


def test_merges_follow_each_other(held: Ledger) -> None:
    first = held.merge("Llama", "Grok", author="me")
    held.merge("Grok", "Qwen", author="me")
    assert {subject for subject, _ in told(held, "llama")} == {"qwen"}
    assert len(told(held, "qwen")) == 3
    held.undo(first.id, author="me")
    assert told(held, "llama") == [("llama", 200_000_000)]
    assert len(told(held, "grok")) == 2


def test_later_articles_follow_a_merge(held: Ledger, reader: Reader) -> None:
    held.merge("Llama", "Qwen", author="me")
    held.record([reader("b.md", "Llama has 9 users.\n")], author="me", reason="two")
    assert ("qwen", 9) in told(held, "qwen")


def test_a_split_takes_a_part_and_gives_it_back(held: Ledger) -> None:
    held.merge("Llama", "Qwen", author="me")
    deed = held.split("Qwen", "Llama Chat", claims=[held.history("qwen", "downloads")[0].claim.id], author="me")
    assert told(held, "Llama Chat") == [("llama-chat", 700_000_000)]
    assert told(held, "qwen") == [("qwen", 200_000_000)]
    held.undo(deed.id, author="me")
    assert told(held, "Llama Chat") == []
    assert len(told(held, "qwen")) == 2


def test_a_split_by_mention_holds_for_later_articles(held: Ledger, reader: Reader) -> None:
    held.split("grok", "Grok App", mentions=["Grok"], author="me")
    held.record([reader("b.md", "Grok has 9 users.\n")], author="me", reason="two")
    assert sorted(told(held, "Grok App")) == [("grok-app", 3), ("grok-app", 9)]
    assert told(held, "grok") == []
    assert {e.entity.id: e.statements for e in held.entities()} == {"grok": 0, "grok-app": 2, "llama": 1, "qwen": 1}
    assert held.verify().ok


def test_a_judgement_outlives_a_merge(held: Ledger, reader: Reader) -> None:
    held.record([reader("b.md", "Qwen has 900000 downloads in 2026-02.\n")], author="me", reason="two")
    (conflict,) = held.conflicts(entity="qwen")
    held.decide(conflict.id, "both", author="me")
    held.merge("Qwen", "Grok", author="me")
    assert [conflict.status for conflict in held.conflicts(entity="grok")] == ["decided"]


def test_near_names_are_offered_until_someone_has_said(held: Ledger, reader: Reader) -> None:
    found = reader("b.md", "Just words.\n")
    new = Entity("quen-model", "Llamma", "model", known=False)
    held.record([replace(found, candidates=(new,))], author="me", reason="two")
    assert [(pair.first.entity.name, pair.second.entity.name) for pair in held.similar_entities()] == [
        ("Llama", "Llamma")
    ]
    assert held.similar_entities(version=1) == []
    deed = held.distinct("Llama", "Llamma", author="me")
    assert held.similar_entities() == []
    held.undo(deed.id, author="me")
    held.merge("Llamma", "Llama", author="me")
    assert held.similar_entities() == []


def test_what_makes_no_sense_is_refused(held: Ledger) -> None:
    apart = held.distinct("Qwen", "Llama", author="me")
    with pytest.raises(JudgementError, match=f"declared distinct: `claims undo {apart.id}` first"):
        held.merge("Llama", "Qwen", author="me")
    held.undo(apart.id, author="me")
    held.merge("Llama", "Qwen", author="me")
    with pytest.raises(JudgementError, match="are one entity already: qwen"):
        held.merge("Llama", "Qwen", author="me")
    with pytest.raises(JudgementError, match="are one entity: qwen"):
        held.distinct("Llama", "Qwen", author="me")
    with pytest.raises(JudgementError, match="say which part of Qwen is X"):
        held.split("Qwen", "X", author="me")
    with pytest.raises(UnknownError, match="Qwen has no claim c_0"):
        held.split("Qwen", "X", claims=["c_0"], author="me")
    with pytest.raises(UnknownError, match="no entity is called 'Quen'; did you mean Qwen"):
        held.merge("Quen", "Grok", author="me")
    with pytest.raises(JudgementError, match="are one entity: qwen"):
        held.split("Qwen", "Llama", mentions=["x"], author="me")
    assert held.deeds()[-1].kind == "merge"
    assert len(held.log()) == 4
