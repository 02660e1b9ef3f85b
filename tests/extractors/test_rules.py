"""Rule files are read as they should be, refused where they are wrong, and say where their knowledge comes from."""

import re
from pathlib import Path

import pytest

from extractors.problems import RuleError
from extractors.rules import check_entries, load_rules

RULES = Path(__file__).parents[2] / "extractors" / "rules"
HELD = ["cues.toml", "facts.toml", "metrics.toml"]


def test_a_missing_file_is_named() -> None:
    with pytest.raises(RuleError, match=re.escape("extractors/nothing.toml")):
        load_rules("nothing.toml")


def test_seeds_are_read_by_the_same_way() -> None:
    assert load_rules("metrics.toml", package="seeds")["metric"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{"id": "a", "word": "x", "colour": "red"}], "a: unknown keys ['colour']"),
        ([{"id": "a"}], "a: unknown keys [], missing keys ['word']"),
        ([{"word": "x"}], "an entry without id"),
        ([{"id": "a", "word": "x"}, {"id": "a", "word": "y"}], "a: stands there twice"),
    ],
)
def test_wrong_entries_are_refused(entries: list[dict[str, str]], message: str) -> None:
    with pytest.raises(RuleError, match=re.escape(message)):
        check_entries(entries, file="rules/some.toml", required=("id", "word"), optional=("note",))


def test_right_entries_pass() -> None:
    check_entries([{"id": "a", "word": "x", "note": "n"}], file="f", required=("id", "word"), optional=("note",))


@pytest.mark.parametrize("name", HELD)
def test_entries_say_where_they_were_seen_and_what_they_do_not_match(name: str) -> None:
    for rows in load_rules(name).values():
        for entry in rows:
            assert entry["source"] and entry["example"] and entry["counterexample"], entry["id"]
            assert entry["example"] != entry["counterexample"], entry["id"]


@pytest.mark.parametrize("path", sorted(RULES.glob("*.toml")), ids=lambda path: path.name)
def test_no_id_stands_twice_in_a_list(path: Path) -> None:
    for name, rows in load_rules(path.name).items():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            ids = [row["id"] for row in rows if "id" in row]
            assert len(ids) == len(set(ids)), name
