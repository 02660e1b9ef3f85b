"""Loads and checks rules/quantities*.toml: number words, signs of bounds, vetoes, words that end a noun phrase."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from extractors.problems import RuleError

LIST_KEYS = {"id", "source", "example", "counterexample", "words", "phrases", "pattern"}


@cache
def load_entries(name: str, kind: str) -> Mapping[str, Mapping[str, Any]]:
    """Returns the entries `[[kind]]` of rules/`name`.toml by id."""
    raw = tomllib.loads((files("extractors") / "rules" / f"{name}.toml").read_text(encoding="utf-8"))
    entries: dict[str, Mapping[str, Any]] = {}
    for entry in raw.get(kind, ()):
        if not entry.keys() <= LIST_KEYS or not {"id", "source", "example"} <= entry.keys():
            raise RuleError(f"rules/{name}.toml: {entry.get('id', entry)}: keys {sorted(entry)}")
        if entry["id"] in entries:
            raise RuleError(f"rules/{name}.toml: {entry['id']}: id stands twice")
        entries[entry["id"]] = entry
    return entries


def load_words(name: str, identifier: str) -> Any:
    """Returns the `words` of the list with an id: a table of values or an array."""
    try:
        return load_entries(name, "list")[identifier]["words"]
    except KeyError:
        raise RuleError(f"rules/{name}.toml: no list {identifier!r}") from None
