"""The memory between runs gives back what was put in, on SQLite."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import UnknownError
from store.fetches import Fetches
from store.targets import Fetch

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def memory() -> Iterator[Fetches]:
    with Fetches.open("sqlite://") as held:
        yield held


words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
moments = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
known = st.builds(
    Fetch,
    place=words,
    source=st.sampled_from(["a", "b"]),
    digest=words,
    etag=words,
    size=st.integers(0, 2**62),
    modified_ns=st.integers(0, 2**62),
    misses=st.integers(0, 9),
    gone=st.booleans(),
    checked_at=moments,
    failing_since=moments,
    problem=words,
)


@given(seen=st.lists(known, max_size=8))
def test_what_is_saved_is_what_is_known_and_the_last_saying_counts(seen: list[Fetch]) -> None:
    with Fetches.open("sqlite://") as memory:
        memory.save(seen)
        memory.save(seen[:3])
        latest = {fetch.place: fetch for fetch in (*seen, *seen[:3])}
        assert memory.of_places(fetch.place for fetch in seen) == latest
        assert memory.of_source("a") == {place: fetch for place, fetch in latest.items() if fetch.source == "a"}


def test_more_places_than_one_question_takes(memory: Fetches) -> None:
    memory.save(Fetch(f"file:///{number}", "a") for number in range(1200))
    assert len(memory.of_places(f"file:///{number}" for number in range(1500))) == 1200


def test_what_fails_is_told_the_oldest_first(memory: Fetches) -> None:
    memory.save([Fetch("x", failing_since=NOW, problem="p"), Fetch("y", failing_since=NOW - timedelta(1)), Fetch("z")])
    assert [fetch.place for fetch in memory.failing()] == ["y", "x"]


def test_runs_are_numbered(memory: Fetches) -> None:
    with pytest.raises(UnknownError, match="no run has been recorded"):
        memory.run()
    for number in (1, 2):
        assert memory.save_run(NOW, NOW + timedelta(seconds=number), {"n": number}).number == number
    assert memory.run().report == {"n": 2} and memory.run(1).finished_at == NOW + timedelta(seconds=1)
    assert [run.number for run in memory.runs()] == [1, 2]
    with pytest.raises(UnknownError, match="no run 7"):
        memory.run(7)
