"""What the stages do with files named on the command line, good and bad, without a ledger."""

from pathlib import Path

import pytest

from flows import stages
from store.sources import Source
from store.targets import Fetch, Outcome, Plan, Target

ARTICLE = "# Qwen\n\nQwen has ~203M monthly active users as of March 2026.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(ARTICLE, "utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.txt").write_text("Kimi K2 has 1 trillion parameters.\n", "utf-8")
    (tmp_path / "deep" / "picture.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "c.md").write_text("no", "utf-8")
    return tmp_path


def names(found: Plan) -> list[str]:
    return [target.place.rsplit("/", 1)[-1] for target in found.targets]


def codes(found: Plan) -> list[str]:
    return [problem.code for problem in found.problems]


def test_folder_is_read_recursively_without_hidden_and_unreadable_files(folder: Path) -> None:
    found = stages.plan([str(folder)])
    assert (names(found), found.problems) == (["a.md", "b.txt"], ())
    assert all(target.place.startswith("file:///") for target in found.targets)


def test_a_place_named_twice_is_read_once(folder: Path) -> None:
    found = stages.plan([str(folder / "a.md"), str(folder / "*.md"), (folder / "a.md").as_uri()])
    assert names(found) == ["a.md"]


def test_globs_reach_into_folders(folder: Path) -> None:
    assert names(stages.plan([str(folder / "**" / "*.txt")])) == ["b.txt"]


@pytest.mark.parametrize("source", ["nothing-here.md", "no/*.md"])
def test_missing_sources_are_problems_that_name_them_and_say_what_to_try(source: str) -> None:
    found = stages.plan([source])
    assert not found.targets and codes(found) == ["not-found"]
    assert source in found.problems[0].message and "check the path" in found.problems[0].message


def test_empty_folder_is_a_problem(tmp_path: Path) -> None:
    assert codes(stages.plan([str(tmp_path)])) == ["empty-folder"]


def test_plan_takes_names_from_the_sources_file() -> None:
    found = stages.plan(["demo"])
    assert len(found.targets) >= 8 and not found.problems and found.targets[0].source.id == "demo"


def test_reading_gives_claims_whose_quotes_stand(folder: Path) -> None:
    outcomes = list(stages.read_many(stages.plan([str(folder)]).targets))
    assert len(outcomes) == 2
    for outcome in outcomes:
        assert outcome.extraction and outcome.data and outcome.extraction.claims
        text = outcome.extraction.document.text
        assert all(text[c.evidence.start : c.evidence.end] == c.evidence.quote for c in outcome.extraction.claims)


@pytest.mark.slow
def test_several_processes_read_the_same_as_one(folder: Path) -> None:
    for number in range(60):
        (folder / f"{number:02}.md").write_text(ARTICLE.replace("203", str(100 + number)), "utf-8")
    targets = stages.plan([str(folder)]).targets
    one, two = ([o.extraction for o in stages.read_many(targets, processes=count)] for count in (1, 2))
    assert one == two


def target(path: Path, **settings: object) -> Target:
    return Target(Fetch(path.as_uri()), Source("", "file", str(path), **settings))  # type: ignore[arg-type]


def test_unreadable_file_is_a_problem_and_the_others_are_read(folder: Path) -> None:
    gone, there = stages.read_many([target(folder / "gone.md"), target(folder / "a.md")])
    assert gone.problem and gone.problem.code == "unreadable" and gone.fetch.failing_since
    assert there.problem is None and there.extraction


def test_large_files_are_refused(folder: Path) -> None:
    (got,) = stages.read_many([target(folder / "a.md", max_bytes=10)])
    assert got.problem and got.problem.code == "too-large"


def test_bytes_that_are_no_text_are_a_problem_of_the_document() -> None:
    got = stages.interpret(Target(Fetch("file:///x.md"), data=b"\x00\x01\x02" * 500))
    assert got.extraction and got.extraction.problems and not got.extraction.claims


def test_what_breaks_the_extractor_is_a_problem_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("extractors.claims.extract", breaks)
    got = stages.interpret(Target(Fetch("file:///x.md", size=9), data=b"text"))
    assert got.problem and got.problem.code == "extractor-failed" and got.fetch.size == 0


def test_hints_and_publisher_of_a_source_are_used() -> None:
    source = Source("s", "url", "https://a.example/", main_text="//main", publisher="The Mill")
    page = b"<div>400M users</div><main><p>Qwen has 203M monthly users.</p></main>"
    got = stages.interpret(Target(Fetch("https://a.example/x", media_type="text/html"), source, page))
    assert got.extraction and got.extraction.document.text == "Qwen has 203M monthly users.\n"
    assert got.extraction.document.publisher == "The Mill"


def test_batches_leave_nothing_out() -> None:
    assert [len(batch) for batch in stages.batches(range(1001), 400)] == [400, 400, 201]


def test_copies_under_another_url_are_marked() -> None:
    def read(place: str, canonical: str = "") -> Outcome:
        got = stages.interpret(Target(Fetch(place, canonical=canonical), data=b"Qwen has 203M users.\n"))
        assert got.extraction
        return got

    outcomes = [
        read("https://a.example/1"),
        read("https://a.example/1?x", "https://a.example/1"),
        read("https://a.example/2"),
    ]
    marked = stages.mark_copies(outcomes, lambda _: {})
    assert [o.fetch.copy_of for o in marked] == ["", "https://a.example/1", ""]
    known = stages.mark_copies(outcomes[2:], lambda _: {"https://a.example/2": "https://a.example/0"})
    assert known[0].fetch.copy_of == "https://a.example/0"
