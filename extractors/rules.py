"""Loads the data files that say what words mean, and refuses what they should not hold."""

import tomllib
from collections.abc import Collection, Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any

from extractors.problems import RuleError


@lru_cache(maxsize=64)
def load_rules(name: str, *, package: str = "extractors") -> dict[str, Any]:
    """Returns the parsed TOML file `rules/NAME` of this package, or `NAME` of the data package `seeds`.

    Raises:
        RuleError: The file is missing or no TOML; the message names it.
    """
    folder = files(package)
    path = folder / "rules" / name if package == "extractors" else folder / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RuleError(f"{package}/{name}: {error}") from error


def check_entries(
    entries: Iterable[dict[str, Any]], *, file: str, required: Collection[str], optional: Collection[str]
) -> None:
    """Refuses entries with unknown, missing or repeated parts.

    Raises:
        RuleError: Names the file, the entry and the key.
    """
    seen: set[str] = set()
    for entry in entries:
        name = entry.get("id", "an entry without id")
        unknown = entry.keys() - set(required) - set(optional)
        missing = set(required) - entry.keys()
        if unknown or missing:
            raise RuleError(f"{file}, {name}: unknown keys {sorted(unknown)}, missing keys {sorted(missing)}")
        if name in seen:
            raise RuleError(f"{file}, {name}: stands there twice")
        seen.add(name)
