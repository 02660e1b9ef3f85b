"""The catalogue of known entities: makers, families, models, products, people, places, licences, benchmarks.

It is seed data (seeds/entities/*.jsonl, one entry a line), because stored rows point at its ids. A name is looked up without
regard to case, spaces and hyphens ("Qwen-3.5" is "Qwen3.5"). A member of a known family that no entry holds is built by
the grammar of product names, so `get("qwen-4.2-max")` answers too.

Rejected: a PhraseMatcher over all names. It needs a tokenized text (3 µs a word); one dictionary of first words, each with a
lazily compiled alternation, costs a tenth of it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz, process

from extractors.model import Entity
from extractors.names import Family, Part, build_entity, find_parts, load_words
from extractors.problems import RuleError

WORD = re.compile(r"[^\W\d_]+")
SQUASHED = re.compile(r"[\s\-‐‑–_'’\"“”*]+")
GAPS = re.compile(r"[\s\-‐‑_]+")
REQUIRED = ("id", "name", "type", "source")
OPTIONAL = ("aliases", "parent", "maker", "context", "case_sensitive", "adjectives", "style", "grammar_only")
NEAR_ENOUGH = 80.0


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
        bare: False when the family's word alone names another entity ("DeepSeek" is the company).
    """

    entity: Entity
    source: str
    context: Mapping[str, Context] = field(default_factory=dict)
    cased: frozenset[str] = frozenset()
    adjectives: tuple[str, ...] = ()
    family: Family | None = None
    bare: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical name, the aliases and the adjectives."""
        return (self.entity.name, *self.entity.aliases, *self.adjectives)


def squash(name: str) -> str:
    """Returns a name without case, spaces, hyphens and quotation marks; equal for spellings of one name.

    >>> squash("Qwen-3.5") == squash("qwen 3.5") == squash("Qwen3.5")
    True
    """
    return SQUASHED.sub("", name.casefold())


@dataclass(slots=True)
class Catalogue:
    """Every known entity, by id and by name. Made once by `load_catalogue`.

    Attributes:
        records: By id, in the order of the seeds.
        names: Entries by squashed name; more than one only where each has a context for it.
        heads: Spellings by their first word, in lower case.
        families: Spellings of families by their first word, longest first.
    """

    records: dict[str, Record]
    names: dict[str, tuple[Record, ...]]
    heads: dict[str, tuple[str, ...]]
    families: dict[str, tuple[tuple[str, Family], ...]]
    compiled: dict[str, re.Pattern[str]] = field(default_factory=dict)
    scanner: re.Pattern[str] = field(default_factory=lambda: WORD)

    def get(self, id: str) -> Entity | None:
        """Returns the entity of an id, built by the grammar if its family is known, or None."""
        record = self.records.get(id)
        if record is not None:
            return record.entity
        built = self.parse_member(id)
        return built if built is not None and built.id == id else None

    def find(self, name: str) -> Entity | None:
        """Returns the entity with this name or alias, or the member of a known family that it names, or None."""
        records = self.names.get(squash(name))
        return records[0].entity if records else self.parse_member(name)

    def parse_member(self, name: str) -> Entity | None:
        """Returns the member of a known family that the whole of `name` names, or None."""
        word = WORD.match(name)
        for spelling, family in self.families.get(word[0].casefold(), ()) if word else ():
            if squash(name).startswith(squash(spelling)):
                rest = _after(name, spelling)
                end, parts = find_parts(_capital_words(rest), 0, family)
                if parts and end == len(rest):
                    return self.member(family, parts)
        return None

    def member(self, family: Family, parts: tuple[Part, ...]) -> Entity:
        """Returns the member of a family, from the catalogue where an entry has its id or one of its names."""
        built = build_entity(family, parts)
        if (record := self.records.get(built.id)) is not None:
            return record.entity
        records = self.names.get(squash(built.name))
        return records[0].entity if records else built

    def near(self, name: str, limit: int = 5) -> list[tuple[Entity, float]]:
        """Returns known entities whose names look like an unknown one, best first, with a likeness of 0 to 100."""
        hits = process.extract(squash(name), self.names.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=NEAR_ENOUGH)
        best: dict[str, tuple[Entity, float]] = {}
        for key, score, _ in hits:
            entity = self.names[key][0].entity
            best.setdefault(entity.id, (entity, round(score, 1)))
        return list(best.values())

    def parent(self, entity: Entity) -> Entity | None:
        """Returns the family, version or organization that an entity belongs to, or None at the top."""
        return self.get(entity.parent) if entity.parent else None

    def ancestors(self, entity: Entity) -> tuple[Entity, ...]:
        """Returns the parents of an entity, nearest first."""
        chain: list[Entity] = []
        while (up := self.parent(entity)) is not None and up not in chain and up.id != entity.id:
            chain.append(up)
            entity = up
        return tuple(chain)

    def family(self, entity: Entity) -> Entity | None:
        """Returns the family that a model belongs to (itself for a family), or None."""
        return next((up for up in (entity, *self.ancestors(entity)) if up.type == "family"), None)

    def maker(self, entity: Entity) -> Entity | None:
        """Returns the organization that makes an entity, its own or that of a parent, or None."""
        maker = next((up.maker for up in (entity, *self.ancestors(entity)) if up.maker), "")
        return self.get(maker) if maker else None

    def children(self, entity: Entity) -> tuple[Entity, ...]:
        """Returns the catalogue's entries right below an entity."""
        return tuple(r.entity for r in self.records.values() if r.entity.parent == entity.id)

    def relatives(self, entity: Entity) -> tuple[Entity, ...]:
        """Returns maker, parents and children of an entity: what a figure said of it may also be said of."""
        maker = self.maker(entity)
        made = tuple(r.entity for r in self.records.values() if r.entity.maker == entity.id)
        found = (*((maker,) if maker else ()), *self.ancestors(entity), *self.children(entity), *made)
        return tuple(dict.fromkeys(other for other in found if other.id != entity.id))

    def pattern(self, head: str) -> re.Pattern[str]:
        """Returns the compiled alternation of the spellings that start with a word, longest first."""
        found = self.compiled.get(head)
        if found is None:
            body = "|".join(_spelled(name) for name in self.heads[head])
            found = self.compiled[head] = re.compile(rf"(?:{body})(?!\w)", re.IGNORECASE)
        return found


def _after(name: str, spelling: str) -> str:
    end, wanted = 0, len(squash(spelling))
    while len(squash(name[:end])) < wanted:
        end += 1
    return name[end:]


def _capital_words(rest: str) -> str:
    return re.sub(r"(?<=[\s])[a-z]", lambda found: found[0].upper(), rest)


def _spelled(name: str) -> str:
    words = GAPS.split(name)
    return r"[ \u00a0\u202f\-‐‑]?".join(re.escape(word).replace("'", "['’]") for word in words)


@cache
def load_catalogue() -> Catalogue:
    """Returns the catalogue of seeds/entities, read and indexed once.

    Raises:
        RuleError: An entry is malformed, an id stands twice, or two entries claim a name without a context for it.
    """
    records: dict[str, Record] = {}
    for place, line in _seed_lines():
        record = _record(json.loads(line), place)
        if record.entity.id in records:
            raise RuleError(f"{place}: id {record.entity.id!r} stands twice")
        records[record.entity.id] = record
    return _index(records)


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
        cased=frozenset(row.get("case_sensitive", ())) | frozenset(n for n in (entity.name, *entity.aliases) if _short(n)),
        adjectives=tuple(row.get("adjectives", ())),
        family=None if style is None else _family(entity, style),
        bare=not row.get("grammar_only", False),
    )


def _short(name: str) -> bool:
    return len(name) <= 4 and name.isupper()


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


def _index(records: dict[str, Record]) -> Catalogue:
    names: dict[str, tuple[Record, ...]] = {}
    heads: dict[str, set[str]] = {}
    families: dict[str, list[tuple[str, Family]]] = {}
    odd: set[str] = set()
    for record in records.values():
        for name in record.names:
            head = _head(name)
            if not name[0].isupper():
                odd.add(head if name[0].isalpha() else name)
            if record.family is not None:
                families.setdefault(head, []).append((name, record.family))
            if record.bare:
                heads.setdefault(head, set()).add(name)
                _claim(names, name, record)
    ordered = {head: tuple(sorted(group, key=lambda n: (-len(n), n))) for head, group in heads.items()}
    members = {head: tuple(sorted(group, key=lambda g: -len(g[0]))) for head, group in families.items()}
    return Catalogue(records, names, ordered, members, scanner=_scanner(odd, families))


def _claim(names: dict[str, tuple[Record, ...]], name: str, record: Record) -> None:
    key = squash(name)
    others = tuple(other for other in names.get(key, ()) if other is not record)
    clash = [other for other in others if key not in other.context and key not in record.context]
    if clash:
        raise RuleError(f"{name!r} names both {clash[0].entity.id!r} and {record.entity.id!r}; give one a context")
    names[key] = (record, *others) if key not in record.context else (*others, record)


def _head(name: str) -> str:
    word = WORD.match(name)
    return word[0].casefold() if word else name[:1]


def _scanner(odd: set[str], families: Mapping[str, object]) -> re.Pattern[str]:
    """Returns the expression that finds where a name can start: capitals, and the few names that start otherwise."""
    literal = "|".join(re.escape(word) for word in sorted(odd, key=lambda word: (-len(word), word)))
    lower = "|".join(re.escape(head) for head in sorted(families, key=lambda word: (-len(word), word)))
    return re.compile(rf"\b(?:[A-ZÀ-Þ][^\W\d_]*|(?:{literal})(?![a-z])|(?:{lower})(?=-?[a-z]{{0,8}}-?\d))")
