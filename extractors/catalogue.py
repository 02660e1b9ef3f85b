"""The catalogue of known entities: makers, families, models, products, people, places, licences, benchmarks.

It is seed data (seeds/entities/*.jsonl, one entry a line), because stored rows point at its ids. A name is looked up
without regard to case, spaces and hyphens ("Qwen-3.5" is "Qwen3.5"). A member of a known family that no entry holds is
built by the grammar of product names, so `get("qwen-4.2-max")` answers too.

Rejected: a PhraseMatcher over all names. It needs a tokenized text (3 µs a word); a dictionary of first words, each
with a lazily compiled alternation, costs a fraction of it.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import fuzz, process

from extractors.expressions import after_first
from extractors.model import Entity
from extractors.names import Family, Part, build_entity, find_parts, load_words
from extractors.problems import RuleError
from extractors.records import Context, Record, load_records, squash

WORD = re.compile(r"[^\W\d_]+")
GAPS = re.compile(r"[\s\-‐‑_]+")
RUN_ON = r"(?-i:(?<=\d)(?=[A-Z][a-z]{2}))"
NEAR_ENOUGH = 80.0
SHORTEST_GLUED = 3
LONGEST_GLUED = 60
MOST_KEPT = 50_000
SEEN_BY_FORM = re.compile(r"[a-z]+[A-Z\d]|[a-z]+-\d|[一-鿿]")


@dataclass(frozen=True, slots=True)
class Stem:
    """A spelling that members of a family start with.

    Attributes:
        spelling: The word or words.
        record: The family's entry.
        parts: What the spelling says beyond the family ("Opus").
    """

    spelling: str
    record: Record
    parts: tuple[Part, ...] = ()

    @property
    def family(self) -> Family:
        """How the members are written."""
        assert self.record.family is not None
        return self.record.family


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a spelling.

    Attributes:
        entity: What it names.
        kind: The kind of mention that it makes.
        context: What it needs around it.
    """

    entity: Entity
    kind: str
    context: Context | None = None


@dataclass(slots=True)
class Catalogue:
    """Every known entity, by id and by name. Made once by `load_catalogue`.

    Attributes:
        records: By id, in the order of the seeds.
        names: Entries by squashed name; more than one only where each has a context for it.
        heads: Spellings by their first word, in lower case.
        families: Spellings of families by their first word, longest first.
        small: First words that may be written without a capital.
        below: Entries by the id of their parent.
        made_by: Entries by the id of their maker.
        built: Members of families that were asked for by id.
        above: Parents of the entities that were asked for, by id and parent.
        compiled: Alternations of spellings, made when first needed.
        memo: Readings of spellings met so far.
        starts: What to do with a capitalised word met so far: its head, "" for nothing, "?" for words run together.
        scanner: Finds where a name may stand; a group is set where the word does not start with a capital.
    """

    records: dict[str, Record]
    names: dict[str, tuple[Record, ...]]
    heads: dict[str, tuple[str, ...]]
    families: dict[str, tuple[Stem, ...]]
    small: frozenset[str]
    below: dict[str, tuple[Entity, ...]]
    made_by: dict[str, tuple[Entity, ...]]
    built: dict[str, Entity | None] = field(default_factory=dict)
    above: dict[tuple[str, str], tuple[Entity, ...]] = field(default_factory=dict)
    compiled: dict[str, re.Pattern[str]] = field(default_factory=dict)
    memo: dict[str, tuple[Reading, ...]] = field(default_factory=dict)
    starts: dict[str, str] = field(default_factory=dict)
    scanner: re.Pattern[str] = field(default_factory=lambda: WORD)

    def get(self, id: str) -> Entity | None:
        """Returns the entity of an id, built by the grammar if its family is known, or None."""
        record = self.records.get(id)
        if record is not None:
            return record.entity
        if id not in self.built:
            if len(self.built) > MOST_KEPT:
                self.built.clear()
            member = self.parse_member(id)
            self.built[id] = member if member is not None and member.id == id else None
        return self.built[id]

    def find(self, name: str) -> Entity | None:
        """Returns the entity with this name or alias, or the member of a known family that it names, or None."""
        records = self.names.get(squash(name)) or self.names.get(squash(name.strip(" .,;:")))
        return records[0].entity if records else self.parse_member(name)

    def parse_member(self, name: str) -> Entity | None:
        """Returns the member of a known family that the whole of `name` names, or None."""
        word = WORD.match(name)
        for stem in self.families.get(word[0].casefold(), ()) if word else ():
            if squash(name).startswith(squash(stem.spelling)):
                whole = _capital_words(name)
                end, parts = find_parts(whole, _stem_end(name, stem.spelling), stem.family, stem.parts)
                if len(parts) > len(stem.parts) and end == len(whole):
                    return self.member(stem.family, parts)
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
        hits = process.extract(
            squash(name), self.names.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=NEAR_ENOUGH
        )
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
        key = (entity.id, entity.parent)
        found = self.above.get(key)
        if found is None:
            chain: list[Entity] = []
            while (up := self.parent(entity)) is not None and up not in chain and up.id != entity.id:
                chain.append(up)
                entity = up
            if len(self.above) > MOST_KEPT:
                self.above.clear()
            found = self.above[key] = tuple(chain)
        return found

    def family(self, entity: Entity) -> Entity | None:
        """Returns the family that a model belongs to (itself for a family), or None."""
        return next((up for up in (entity, *self.ancestors(entity)) if up.type == "family"), None)

    def maker(self, entity: Entity) -> Entity | None:
        """Returns the organization that makes an entity, its own or that of a parent, or None."""
        maker = next((up.maker for up in (entity, *self.ancestors(entity)) if up.maker), "")
        return self.get(maker) if maker else None

    def children(self, entity: Entity) -> tuple[Entity, ...]:
        """Returns the catalogue's entries right below an entity."""
        return self.below.get(entity.id, ())

    def made(self, entity: Entity) -> tuple[Entity, ...]:
        """Returns the catalogue's entries that an organization makes."""
        return self.made_by.get(entity.id, ())

    def relatives(self, entity: Entity) -> tuple[Entity, ...]:
        """Returns maker, parents and children of an entity: what a figure said of it may also be said of."""
        maker = self.maker(entity)
        found = (*((maker,) if maker else ()), *self.ancestors(entity), *self.children(entity), *self.made(entity))
        return tuple(dict.fromkeys(other for other in found if other.id != entity.id))

    def readings(self, spelling: str) -> tuple[Reading, ...]:
        """Returns the ways to read a name as it is written, those that need no context first."""
        found = self.memo.get(spelling)
        if found is None:
            key = squash(spelling)
            records = (record for record in self.names.get(key, ()) if record.allows(spelling, key))
            found = self.memo[spelling] = tuple(_reading(record, key) for record in records)
        return found

    def start(self, word: str) -> str:
        """Returns the head under which names with this first word are kept, "" for none, "?" for words to cut."""
        head = word.casefold()
        if head not in self.heads and head not in self.families:
            glued = SHORTEST_GLUED < len(word) < LONGEST_GLUED and not word[1:].islower() and not word.isupper()
            head = "?" if glued else ""
        if len(self.starts) > MOST_KEPT:
            self.starts.clear()
        self.starts[word] = head
        return head

    def pattern(self, head: str) -> re.Pattern[str]:
        """Returns the compiled alternation of the spellings that start with a word, longest first."""
        found = self.compiled.get(head)
        if found is None:
            body = "|".join(_spelled(name) for name in self.heads[head])
            found = self.compiled[head] = re.compile(rf"(?:{body})(?:(?!\w)|{RUN_ON})", re.IGNORECASE)
        return found


def _reading(record: Record, key: str) -> Reading:
    context = record.context.get(key)
    if any(squash(word) == key for word in record.adjectives):
        return Reading(record.entity, "adjective", context)
    asks = context is not None and (context.near or context.before or context.after)
    return Reading(record.entity, "short" if asks else "known", context)


def _stem_end(name: str, spelling: str) -> int:
    end, wanted = 0, len(squash(spelling))
    while len(squash(name[:end])) < wanted:
        end += 1
    return end


def _capital_words(rest: str) -> str:
    return re.sub(r"(?<=[\s])[a-z]", lambda found: found[0].upper(), rest)


def _spelled(name: str) -> str:
    words = GAPS.split(name)
    return r"[^\w\n]?".join(re.escape(word).replace("'", ".") for word in words)


@cache
def load_catalogue() -> Catalogue:
    """Returns the catalogue of seeds/entities, read and indexed once.

    Raises:
        RuleError: An entry is malformed, an id stands twice, or two entries claim a name without a context for it.
    """
    return _index(load_records())


def _index(records: dict[str, Record]) -> Catalogue:
    names: dict[str, tuple[Record, ...]] = {}
    heads: dict[str, set[str]] = {}
    families: dict[str, list[Stem]] = {}
    odd: set[str] = set()
    for record in records.values():
        for short in record.shorts:
            families.setdefault(find_head(short), []).append(Stem(short, record, (Part("variant", short),)))
        for name in record.names:
            head = find_head(name)
            if not name[0].isupper():
                odd.add(name)
            if record.family is not None:
                families.setdefault(head, []).append(Stem(name, record))
            if record.bare:
                heads.setdefault(head, set()).add(name)
                _claim(names, name, record)
    ordered = {head: tuple(sorted(group, key=lambda n: (-len(n), n))) for head, group in heads.items()}
    members = {head: tuple(sorted(group, key=lambda s: -len(s.spelling))) for head, group in families.items()}
    small = frozenset(find_head(name) for name in odd) | frozenset(load_words().lower_families)
    return Catalogue(records, names, ordered, members, small, *_links(records), scanner=_scanner(odd))


def _links(records: dict[str, Record]) -> tuple[dict[str, tuple[Entity, ...]], dict[str, tuple[Entity, ...]]]:
    below: dict[str, list[Entity]] = {}
    made_by: dict[str, list[Entity]] = {}
    for record in records.values():
        below.setdefault(record.entity.parent, []).append(record.entity)
        made_by.setdefault(record.entity.maker, []).append(record.entity)
    return {id_: tuple(group) for id_, group in below.items()}, {id_: tuple(group) for id_, group in made_by.items()}


def _claim(names: dict[str, tuple[Record, ...]], name: str, record: Record) -> None:
    key = squash(name)
    others = tuple(other for other in names.get(key, ()) if other is not record)
    clash = [other for other in others if key not in other.context and key not in record.context]
    if clash:
        raise RuleError(f"{name!r} names both {clash[0].entity.id!r} and {record.entity.id!r}; give one a context")
    names[key] = (record, *others) if key not in record.context else (*others, record)


def find_head(name: str) -> str:
    """Returns the first word of a name, by which its spellings are indexed.

    >>> find_head("GPT-5"), find_head("01.AI")
    ('gpt', '0')
    """
    word = WORD.match(name)
    return word[0].casefold() if word else name[:1]


def _scanner(names: set[str]) -> re.Pattern[str]:
    """Returns the expression that finds where a name may stand: capitals, Chinese, digits in words, odd words.

    It opens with one character class, so that the search runs at the speed of a character scan.
    """
    plain = [name for name in names if not SEEN_BY_FORM.match(name)]
    figures = [name for name in plain if name[0].isdigit()]
    letters = [name for name in plain if not name[0].isdigit()]
    firsts = "".join(sorted({name[0] for name in letters}))
    opening = rf"(?<!\w[{firsts}])" if firsts else ""
    capital = r"(?<=[A-ZÀ-Þ])(?:(?<!\w.)[^\W\d_]*|((?<=\w[A-Z])))"
    figure = rf"(?<=[a-z]\d)|(?<=[a-z]-\d)|(?<=\b\d){after_first(figures)}"
    return re.compile(
        rf"[A-ZÀ-Þ\d一-鿿{firsts}]{opening}"
        rf"(?:{capital}|((?<=\d)(?:{figure})|(?<=[一-鿿])|(?<=\b.){after_first(letters)}))"
    )
