"""Sources files: loads one strictly, and changes one entry of it without touching the words around it.

A file is changed as text, block by block, so that comments and the order of keys stay; the result is loaded before it
replaces the file, so a change that would break the file is never written.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from extractors.problems import RuleError
from store.sources import FILE_KINDS, Source, check_entry

_HEAD = re.compile(r"\s*\[\[\s*source\s*\]\]\s*(?:#.*)?")
_PAUSED = re.compile(r"\s*paused\s*=")


def default_file() -> Path:
    """Returns the sources file that comes with the package, the demonstration."""
    return Path(str(resources.files("seeds"))) / "sources.toml"


def load_sources(path: Path | None = None) -> dict[str, Source]:
    """Returns the sources of a file by id; a relative location starts at the file's folder.

    Raises:
        RuleError: The file is no TOML, or an entry has an unknown key, misses one, repeats an id or cannot be; the
            message names file and entry.
    """
    file = path or default_file()
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise RuleError(f"{file}: {error.strerror}") from None
    return {source.id: source for source in _read(file, text)}


def _read(file: Path, text: str) -> list[Source]:
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{file}: {error}") from None
    if unknown := sorted(set(held) - {"source"}):
        raise RuleError(f"{file}: unknown key {unknown[0]!r}; a sources file holds [[source]] tables alone")
    entries = held.get("source", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RuleError(f"{file}: each source is a table of its own: [[source]]")
    found: dict[str, Source] = {}
    for number, entry in enumerate(entries, 1):
        source = check_entry(_absolute(file, entry), f"{file}: source {entry.get('id') or number!r}")
        if source.id in found:
            raise RuleError(f"{file}: source {source.id!r} stands there twice")
        found[source.id] = source
    return list(found.values())


def _absolute(file: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    location = entry.get("location")
    local = entry.get("kind") in FILE_KINDS and isinstance(location, str) and location and "://" not in location
    return dict(entry) | ({"location": str(file.absolute().parent / str(location))} if local else {})


def add_source(file: Path, entry: Mapping[str, Any]) -> Source:
    """Writes a new source at the end of a file, which is made where there is none, and returns it.

    Raises:
        RuleError: The entry cannot be, or its id is taken.
    """
    text = file.read_text("utf-8") if file.exists() else ""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
    parts = [text.rstrip("\n")] if text.strip() else []
    sources = _replace(file, "\n".join((*parts, *([""] if parts else []), "[[source]]", *lines, "")))
    return sources[str(entry["id"])]


def remove_source(file: Path, name: str) -> None:
    """Takes a source out of a file.

    Raises:
        RuleError: It holds no source of that name.
    """
    lines = file.read_text("utf-8").splitlines(keepends=True)
    start, end = _block(file, lines, name)
    _replace(file, "".join(lines[:start] + lines[end:]).rstrip("\n") + "\n")


def pause_source(file: Path, name: str, *, paused: bool = True) -> None:
    """Marks a source of a file as paused, or takes the mark away.

    Raises:
        RuleError: It holds no source of that name.
    """
    lines = file.read_text("utf-8").splitlines(keepends=True)
    start, end = _block(file, lines, name)
    kept = [line for line in lines[start:end] if not _PAUSED.match(line)]
    _replace(
        file, "".join([*lines[:start], kept[0], *(["paused = true\n"] if paused else []), *kept[1:], *lines[end:]])
    )


def _block(file: Path, lines: list[str], name: str) -> tuple[int, int]:
    """Returns the first line of a source and the one after its last; remarks above the next one are its own."""
    starts = [number for number, line in enumerate(lines) if _HEAD.fullmatch(line.rstrip("\n"))]
    names = [source.id for source in _read(file, "".join(lines))]
    if name not in names:
        raise RuleError(f"{file}: no source is called {name!r}; it holds {', '.join(names) or 'none'}")
    if len(starts) != len(names):
        raise RuleError(f"{file}: its sources are not written as [[source]] tables; change it by hand")
    number = names.index(name)
    end = starts[number + 1] if number + 1 < len(starts) else len(lines)
    while (
        end < len(lines) and end - 1 > starts[number] and (lines[end - 1].startswith("#") or not lines[end - 1].strip())
    ):
        end -= 1
    return starts[number], end


def _replace(file: Path, text: str) -> dict[str, Source]:
    sources = {source.id: source for source in _read(file, text)}
    new = file.with_name(f".{file.name}.new")
    new.write_text(text, "utf-8")
    new.replace(file)
    return sources
