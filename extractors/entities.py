"""Finds what a text names: known entities and members of known families, longest match, in the order of the text.

One expression finds where a name can start; a dictionary of first words gives the spellings to try there. Ambiguous
names ("X", "Scout", "Apple") count only in the context that their entry asks for.

Rejected: to return at once what a spelling named the last time. It saves a tenth of the time, and it must know
everything by which a name can go on ("GPT-5 mini"), or a text reads differently the second time.
"""

import re
from dataclasses import dataclass, field, replace

from extractors.anaphora import Anaphor, find_anaphora
from extractors.candidates import parse_candidate
from extractors.catalogue import Catalogue, Stem, find_head, load_catalogue
from extractors.introductions import introduced_names
from extractors.mentions import Mention
from extractors.model import Entity
from extractors.names import LISTED, Family, Part, find_listed, find_parts, is_figure, load_words, name_sizes
from extractors.records import Context, squash

__all__ = [
    "Anaphor",
    "Mention",
    "candidate_entity",
    "find_anaphora",
    "find_mentions",
    "introduced_names",
    "load_catalogue",
    "name_sizes",
]

REACH = 28
GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
LOWER_RUN = re.compile(r"[a-z](?<![\w.].)[\w.-]*$")
MINOR = re.compile(r"\.\d{1,2}(?![\w%]|\.\d)")
VARIANT = re.compile(r"[ -][A-Z][a-z]+(?![\w-])")
NUMBERED = re.compile(r" (?:v\d+(?:\.\d+)*|\d+(?:\.\d+)+)(?![\w%]|\.\d)")
SHORTEST_GLUED = 3
LONGEST_NAME = 40
ROUNDS = 2
MODEL_TYPES = frozenset(("type:model", "type:family", "type:benchmark"))


def find_mentions(text: str, start: int = 0, end: int | None = None) -> list[Mention]:
    """Returns the entities that `text[start:end]` names, in order and without overlap.

    >>> [(m.entity.id, m.kind) for m in find_mentions("Alibaba released Qwen 9.1-Max.")]
    [('alibaba', 'known'), ('qwen-9.1-max', 'grammar')]
    >>> find_mentions("It rained in the morning.")
    []
    """
    end = len(text) if end is None else min(end, len(text))
    reader = _Reader(load_catalogue(), text, end)
    return reader.settle(reader.read(max(start, 0)))


def candidate_entity(name: str) -> Entity | None:
    """Returns what a name that stands alone (a table head, a label) is: known, or a candidate; None for other words.

    The type of a candidate is `unknown` where its form does not tell.

    >>> candidate_entity("Quuxel 2.1").type, candidate_entity("Foobar Labs").type, candidate_entity("Alibaba").known
    ('model', 'organization', True)
    >>> candidate_entity("Latest release") is None
    True
    """
    name = name.strip(" *_`|:")
    known = load_catalogue().find(name)
    if known is not None or len(name) > LONGEST_NAME or find_mentions(name):
        return known
    return parse_candidate(name)


@dataclass(slots=True)
class _Reader:
    """Reads one text.

    Attributes:
        waiting: Start of each mention that counts only when one of these ids is named too.
    """

    catalogue: Catalogue
    text: str
    end: int
    waiting: dict[int, frozenset[str]] = field(default_factory=dict)

    def read(self, position: int) -> list[Mention]:
        """Returns the mentions from a place on, those included that still wait for another name."""
        found: list[Mention] = []
        catalogue, starts = self.catalogue, self.catalogue.starts
        for token in catalogue.scanner.finditer(self.text, position, self.end):
            if token.lastindex:
                if token.start() < position:
                    continue
                hit = self.at_odd_word(position, token.start())
            else:
                word = token[0]
                head = starts.get(word)
                if head is None:
                    head = catalogue.start(word)
                if not head or token.start() < position:
                    continue
                if head == "?":
                    found += self.glued(token)
                    position = found[-1].end if found else position
                    continue
                hit = self.at(token.start(), head)
            if hit is not None:
                if hit.kind == "short":
                    hit = self.with_minor(hit)
                found.append(hit)
                position = hit.end
                if hit.entity.type == "model":
                    found += self.listed(hit)
                    position = found[-1].end
        return found

    def at(self, at: int, head: str) -> Mention | None:
        """Returns the longest name that starts at a place, from the catalogue or by the grammar."""
        catalogue = self.catalogue
        best = match = None
        pattern = catalogue.compiled.get(head) or (catalogue.pattern(head) if head in catalogue.heads else None)
        if pattern is not None and (match := pattern.match(self.text, at, self.end)) is not None:
            best = self.known(match)
        stems = catalogue.families.get(head)
        if stems is None:
            return self.with_version(best)
        return self.longest(at, best, match, stems)

    def at_odd_word(self, position: int, at: int) -> Mention | None:
        """Returns the name in a word that starts without a capital ("xAI", "o3-mini", "gpt-5-mini", "01.AI")."""
        catalogue, text = self.catalogue, self.text
        if at == position and text[at].isupper():
            head = find_head(text[at : at + REACH])
            return self.at(at, head) if head in catalogue.heads or head in catalogue.families else None
        run = LOWER_RUN.search(text, max(position, at - REACH), at + 1)
        at = run.start() if run is not None else at
        word = text[at : at + REACH]
        head = find_head(word)
        if head in catalogue.small:
            return self.at(at, head)
        pieces = (self.whole(at, at + cut.start()) for cut in GLUED.finditer(word) if run is not None)
        return next((piece for piece in pieces if piece is not None), None)

    def longest(
        self, at: int, best: Mention | None, match: re.Match[str] | None, stems: tuple[Stem, ...]
    ) -> Mention | None:
        """Returns the longer of what the catalogue holds and what the grammar reads."""
        if match is not None and match[0][-1].isdigit() and is_figure(self.text, match.end()):
            best = self.before_figure(match)
        if best is not None and best.entity.type == "product":
            return self.with_version(best)
        reach = best.end if best is not None else at
        for stem in stems:
            stop = at + len(stem.spelling)
            if self.text[at:stop].casefold() == stem.spelling.casefold():
                return self.member(at, stop, stem, reach) or self.with_version(best)
        return self.with_version(best)

    def before_figure(self, match: re.Match[str]) -> Mention | None:
        """Returns the family alone where the number behind it is a figure ("Gemini 3 million users")."""
        if " " not in match[0]:
            return None
        shorter = self.catalogue.pattern(find_head(match[0])).match(self.text, match.start(), match.end() - 1)
        return self.known(shorter) if shorter is not None else None

    def member(self, at: int, stop: int, stem: Stem, reach: int) -> Mention | None:
        """Returns the member of a family that a word and what follows it name, when it ends past `reach`."""
        finish, parts = find_parts(self.text, stop, stem.family, stem.parts)
        if len(parts) <= len(stem.parts) or not reach < finish <= self.end:
            return None
        mention = Mention(at, finish, self.catalogue.member(stem.family, parts), "grammar")
        context = stem.record.context.get(squash(stem.spelling))
        if context is None and not stem.parts:
            return mention
        return mention if self.is_member(mention, parts, stem, context) else None

    def is_member(self, mention: Mention, parts: tuple[Part, ...], stem: Stem, context: Context | None) -> bool:
        """Returns whether an ambiguous family word ("Command", "Step", "Opus") and its parts name a model here."""
        waited = self.waiting.pop(mention.start, None)
        if context and context.never_after and context.never_after.match(self.text, mention.start + len(stem.spelling)):
            return False
        if parts[0].text.lower() in stem.family.own and not stem.parts:
            return True
        sized = any(part.kind == "size" for part in parts)
        if not sized and not any(part.kind == "version" for part in parts):
            if context and not (context.near or context.before or context.after or stem.parts):
                return True
            if waited:
                self.waiting[mention.start] = waited
            return False
        near = context.near if context else frozenset((stem.record.entity.id,))
        if near and not stem.parts and (len(parts) > 1 or any("." in part.text for part in parts)):
            near |= MODEL_TYPES
        if near and not sized:
            self.waiting[mention.start] = near
        return True

    def with_minor(self, hit: Mention) -> Mention:
        """Returns a short name with the minor version or variant behind it: the "K2" of "K2.6" is Kimi K2.6."""
        if hit.entity.type != "model":
            return hit
        found = MINOR.match(self.text, hit.end, self.end) or VARIANT.match(self.text, hit.end, self.end)
        entity = self.catalogue.find(f"{hit.entity.name}{found[0]}") if found else None
        return replace(hit, end=found.end(), entity=entity) if found and entity else hit

    def with_version(self, hit: Mention | None) -> Mention | None:
        """Returns a product's mention with the version number that follows it ("Claude Code 2.1.116")."""
        if hit is not None and hit.entity.type == "product" and (found := NUMBERED.match(self.text, hit.end, self.end)):
            return replace(hit, end=found.end())
        return hit

    def known(self, match: re.Match[str]) -> Mention | None:
        """Returns what a spelling of the catalogue names where it stands."""
        waiting: Mention | None = None
        for reading in self.catalogue.readings(match[0]):
            mention = Mention(match.start(), match.end(), reading.entity, reading.kind)
            held = reading.context is None or _holds(reading.context, self.text, match)
            if held:
                self.waiting.pop(match.start(), None)
                return mention
            if held is None and waiting is None and reading.context is not None:
                waiting = mention
                self.waiting[match.start()] = reading.context.near
        return waiting

    def listed(self, mention: Mention) -> list[Mention]:
        """Returns the further versions that follow a name in a list ("Qwen 3.5 / 3.6")."""
        if not LISTED.match(self.text, mention.end, self.end):
            return []
        family = _versioned_family(self.catalogue, mention)
        if family is None:
            return []
        listed = [pair for pair in find_listed(self.text, mention.end) if pair[0].end <= self.end]
        entities = (self.catalogue.member(family, (Part("version", other),)) for _, other in listed)
        return [Mention(s.start, s.end, e, "listed") for (s, _), e in zip(listed, entities, strict=True)]

    def glued(self, token: re.Match[str]) -> list[Mention]:
        """Returns the names inside words that ran together ("xAIGrok", "QwenMeta").

        A name at the end counts only behind another name or a table's label: "AutoGPT" is no GPT, "MedGemma" no Gemma.
        """
        start, end = token.span()
        cuts = [start + cut.start() for cut in GLUED.finditer(token[0])]
        last = next((cut for cut in cuts if self.starts_name(cut, end)), None)
        pieces = [self.whole(start, cut) for cut in cuts if last is None or cut <= last]
        found = [piece for piece in pieces if piece is not None][-1:]
        if last is None or not (found or self.text[start:last] in load_words().labels):
            return found if last is None else []
        hit = self.at(last, self.text[last:end].casefold())
        return [*found, hit] if hit is not None else found

    def starts_name(self, start: int, end: int) -> bool:
        """Returns whether a piece of a word is the first word of a name."""
        head = self.text[start:end].casefold()
        return len(head) > SHORTEST_GLUED and (head in self.catalogue.heads or head in self.catalogue.families)

    def whole(self, start: int, end: int) -> Mention | None:
        """Returns the unambiguous name that a piece of a word is."""
        readings = self.catalogue.readings(self.text[start:end]) if end - start >= SHORTEST_GLUED else ()
        if len(readings) != 1 or readings[0].kind != "known":
            return None
        return Mention(start, end, readings[0].entity, "glued")

    def settle(self, found: list[Mention]) -> list[Mention]:
        """Returns the mentions that count, now that all names of the text are known."""
        waiting = self.waiting
        if not waiting:
            return found
        sure = [hit for hit in found if hit.start not in waiting]
        for _ in range(ROUNDS):
            named = _named(self.catalogue, {hit.entity.id: hit.entity for hit in sure})
            sure = [hit for hit in found if hit.start not in waiting or waiting[hit.start] & named]
        return sure


def _holds(context: Context, text: str, match: re.Match[str]) -> bool | None:
    """Returns whether an alias stands in its context, None when that depends on what else the text names."""
    before, after = text[max(match.start() - REACH, 0) : match.start()], text[match.end() : match.end() + REACH]
    if context.never_before and context.never_before.search(before):
        return False
    if context.never_after and context.never_after.match(after):
        return False
    if context.before and context.before.search(before):
        return True
    if context.after and context.after.match(after):
        return True
    if context.near:
        return None
    return not (context.before or context.after)


def _versioned_family(catalogue: Catalogue, mention: Mention) -> Family | None:
    """Returns the family of a mention that is a family and a plain version ("Qwen 3.5")."""
    entity = mention.entity
    record = catalogue.records.get(entity.parent)
    if record is None or record.family is None:
        return None
    version = entity.id.removeprefix(f"{record.family.prefix or record.entity.id}-")
    return record.family if version.replace(".", "").isdigit() else None


def _named(catalogue: Catalogue, entities: dict[str, Entity]) -> frozenset[str]:
    """Returns the ids that a text names, with those of parents and makers, and `type:…` for each type."""
    named: set[str] = set()
    for entity in entities.values():
        for other in (entity, *catalogue.ancestors(entity)):
            named.update((other.id, other.maker, f"type:{other.type}"))
    return frozenset(named)
