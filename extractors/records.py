"""The entries of the entity catalogue as they stand in seeds/entities/*.jsonl, one a line."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from extractors.model import Entity
from extractors.names import Family, load_words
from extractors.problems import RuleError

SQUASHED = re.compile(r"[\s\-‐‑–_'’\"“”*]+")
REQUIRED = ("id", "name", "type", "source")
OPTIONAL = (
    "aliases",
    "parent",
    "maker",
    "context",
    "case_sensitive",
    "adjectives",
    "style",
    "grammar_only",
    "shorts",
)
SHORTEST_CASELESS = 5


@dataclass(frozen=True, slots=True)
class Context:
    """When an ambiguous alias names the entity.

    Attributes:
        near: Ids, or `type:…`, of which one must be named in the same text.
        before: Matches the words in front.
        after: Matches the words behind.
        never_before: Must not match the words in front.
        never_after: Must not match the words behind.
    """

    near: frozenset[str] = frozenset()
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    never_before: re.Pattern[str] | None = None
    never_after: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """An entry of the catalogue: the entity and how its aliases may be read.

    Attributes:
        entity: What the entry is.
        source: `observed` or the address that says so.
        context: Condition for each ambiguous alias.
        cased: Aliases that count only as they are written.
        adjectives: Words derived from the name ("Chinese").
        family: How members are written, for a family.
        shorts: Variant words that stand for the family too ("Opus 4.8").
        bare: False when the family's word alone names another entity ("DeepSeek" is the company).
    """

    entity: Entity
    source: str
    context: Mapping[str, Context] = field(default_factory=dict)
    cased: frozenset[str] = frozenset()
    adjectives: tuple[str, ...] = ()
    family: Family | None = None
    shorts: tuple[str, ...] = ()
    bare: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical name, the aliases and the adjectives."""
        return (self.entity.name, *self.entity.aliases, *self.adjectives)

    def allows(self, spelling: str, key: str) -> bool:
        """Returns whether the entry's name with this squashed form may be written so."""
        forms = [name for name in self.cased if squash(name) == key]
        return not forms or spelling in forms or spelling in self.names


def squash(name: str) -> str:
    """Returns a name without case, spaces, hyphens and quotation marks; equal for spellings of one name.

    >>> squash("Qwen-3.5") == squash("qwen 3.5") == squash("Qwen3.5")
    True
    """
    return SQUASHED.sub("", name.casefold())


def load_records() -> dict[str, Record]:
    """Returns every entry by its id, in the order of the seeds.

    Raises:
        RuleError: An entry lacks a field, has an unknown one, or repeats an id; the message names file and line.
    """
    records: dict[str, Record] = {}
    for place, line in _seed_lines():
        record = _record(json.loads(line), place)
        if record.entity.id in records:
            raise RuleError(f"{place}: id {record.entity.id!r} stands twice")
        records[record.entity.id] = record
    return records


def _seed_lines() -> Iterator[tuple[str, str]]:
    folder = files("seeds").joinpath("entities")
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if path.name.endswith(".jsonl"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if line.strip():
                    yield f"{path.name}:{number}", line


def _record(row: dict[str, Any], place: str) -> Record:
    unknown = set(row) - {*REQUIRED, *OPTIONAL}
    if unknown or not all(row.get(key) for key in REQUIRED):
        raise RuleError(f"{place}: {row.get('id')!r} lacks one of {REQUIRED} or has unknown keys {sorted(unknown)}")
    entity = Entity(
        row["id"], row["name"], row["type"], tuple(row.get("aliases", ())), row.get("parent", ""), row.get("maker", "")
    )
    context = {squash(alias): _context(rule) for alias, rule in row.get("context", {}).items()}
    style = row.get("style") or ({} if row["type"] == "family" else None)
    return Record(
        entity=entity,
        source=row["source"],
        context=context,
        cased=frozenset(row.get("case_sensitive", ()))
        | frozenset(n for n in (entity.name, *entity.aliases) if _as_written(n)),
        adjectives=tuple(row.get("adjectives", ())),
        family=None if style is None else _family(entity, style),
        shorts=tuple(row.get("shorts", ())),
        bare=not row.get("grammar_only", False),
    )


def _as_written(name: str) -> bool:
    return (len(name) < SHORTEST_CASELESS and name.isupper()) or name.startswith("The ")


def _family(entity: Entity, style: dict[str, Any]) -> Family:
    own = load_words().own.get(entity.id, frozenset())
    return Family(entity.id, entity.name, entity.maker, own=own, **style)


def _context(rule: dict[str, Any]) -> Context:
    patterns = {
        key: re.compile(f"(?:{rule[key]})$" if key.endswith("before") else rule[key])
        for key in ("before", "after", "never_before", "never_after")
        if key in rule
    }
    return Context(frozenset(rule.get("near", ())), **patterns)
