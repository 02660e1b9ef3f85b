"""Loads the sources file: names for places, with schedules."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from extractors.problems import RuleError

KINDS = ("folder", "glob", "file", "url")
KEYS = {"id", "kind", "location", "schedule", "about", "source"}
NEEDED = ("id", "kind", "location", "source")

Source = dict[str, str]


def default_file() -> Path:
    """Returns the sources file that comes with the package."""
    return Path(str(resources.files("seeds"))) / "sources.toml"


def load_sources(path: Path | None = None) -> dict[str, Source]:
    """Returns the sources of a file by id; a relative location is made absolute.

    Raises:
        RuleError: The file is no TOML, or an entry has an unknown key, misses one or repeats an id.
    """
    file = path or default_file()
    try:
        entries = tomllib.loads(file.read_text("utf-8")).get("source", [])
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{file}: {error}") from None
    sources: dict[str, Source] = {}
    for number, entry in enumerate(entries, 1):
        source = _checked(file, number, entry)
        if source["id"] in sources:
            raise RuleError(f"{file}: source {source['id']!r} stands there twice")
        sources[source["id"]] = source
    return sources


def _checked(file: Path, number: int, entry: dict[str, Any]) -> Source:
    name = f"{file}: source {entry.get('id') or number!r}"
    if unknown := sorted(set(entry) - KEYS):
        raise RuleError(f"{name}: unknown key {unknown[0]!r}; known are {', '.join(sorted(KEYS))}")
    if missing := [key for key in NEEDED if not entry.get(key)]:
        raise RuleError(f"{name}: {missing[0]!r} is missing")
    if wrong := [key for key, value in entry.items() if not isinstance(value, str)]:
        raise RuleError(f"{name}: {wrong[0]!r} must be a text")
    if entry["kind"] not in KINDS:
        raise RuleError(f"{name}: kind {entry['kind']!r} is none of {', '.join(KINDS)}")
    local = entry["kind"] != "url"
    return entry | {"location": str(file.parent / entry["location"]) if local else entry["location"]}
