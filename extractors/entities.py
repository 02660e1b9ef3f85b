"""Finds what a text names: known entities and members of known families, longest match, in the order of the text.

One expression finds where a name can start; a dictionary of first words gives the spellings to try there. Ambiguous names
("X", "Scout", "Apple") count only in the context that their entry asks for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.catalogue import Catalogue, Context, Record, load_catalogue, squash
from extractors.model import Entity
from extractors.names import Family, Part, find_listed, find_parts, name_sizes

__all__ = ["Mention", "find_mentions", "load_catalogue", "name_sizes"]

REACH = 28
GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
SHORTEST_GLUED = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names an entity.

    Attributes:
        start: First code point of the name; a possessive mark is not part of it.
        end: One past the last.
        entity: What it names.
        kind: How it was found: `known` (the catalogue), `grammar` (a member of a known family), `listed` (a further
            version: the "3.6" of "Qwen 3.5 / 3.6"), `glued` (a name run together with its neighbour), `adjective`
            ("Chinese" for China), `short` (an ambiguous alias in its context), `introduced` (made known by the text).
    """

    start: int
    end: int
    entity: Entity
    kind: str = "known"


@dataclass(frozen=True, slots=True)
class _Pending:
    mention: Mention
    near: frozenset[str]


def find_mentions(text: str, start: int = 0, end: int | None = None) -> list[Mention]:
    """Returns the entities that `text[start:end]` names, in order and without overlap.

    >>> [(m.entity.id, m.kind) for m in find_mentions("Alibaba released Qwen 9.1-Max.")]
    [('alibaba', 'known'), ('qwen-9.1-max', 'grammar')]
    >>> find_mentions("It rained in the morning.")
    []
    """
    catalogue = load_catalogue()
    end = len(text) if end is None else min(end, len(text))
    found: list[Mention | _Pending] = []
    heads, families = catalogue.heads, catalogue.families
    position = max(start, 0)
    for token in catalogue.scanner.finditer(text, position, end):
        at = token.start()
        if at < position:
            continue
        word = token[0]
        head = word.casefold()
        if head in heads or head in families:
            hit = _at(catalogue, text, at, end, head)
        elif word[0].isdigit() or not word[0].isalpha():
            hit = _at(catalogue, text, at, end, word[0])
        elif len(word) > SHORTEST_GLUED and not word[1:].islower() and not word.isupper():
            position = _find_glued(catalogue, text, token, end, found)
            continue
        else:
            continue
        if hit is not None:
            found.append(hit)
            mention = hit.mention if isinstance(hit, _Pending) else hit
            position = mention.end
            if mention.kind == "grammar" or mention.entity.type == "model":
                position = _find_listed(catalogue, text, mention, end, found)
    return _settle(catalogue, found)


def _at(catalogue: Catalogue, text: str, at: int, end: int, head: str) -> Mention | _Pending | None:
    """Returns the longest name that starts at a place, from the catalogue or by the grammar."""
    best: Mention | _Pending | None = None
    reach = at
    if head in catalogue.heads and (match := catalogue.pattern(head).match(text, at, end)) is not None:
        best = _known(catalogue, text, match)
        reach = match.end() if best is not None else at
    for spelling, family in catalogue.families.get(head, ()):
        stop = _spelled_end(text, at, spelling)
        if stop is None:
            continue
        finish, parts = find_parts(text, stop, family)
        if parts and reach < finish <= end:
            return Mention(at, finish, catalogue.member(family, parts), "grammar")
        break
    return best


def _spelled_end(text: str, at: int, spelling: str) -> int | None:
    stop = at + len(spelling)
    return stop if text[at:stop].casefold() == spelling.casefold() else None


def _known(catalogue: Catalogue, text: str, match: re.Match[str]) -> Mention | _Pending | None:
    key = squash(match[0])
    waiting: _Pending | None = None
    for record in catalogue.names.get(key, ()):
        if any(squash(name) == key and name != match[0] for name in record.cased):
            continue
        context = record.context.get(key)
        mention = Mention(match.start(), match.end(), record.entity, _kind(record, key, context))
        if context is None:
            return mention
        held = _holds(context, text, match)
        if held:
            return mention
        if held is None and waiting is None:
            waiting = _Pending(mention, context.near)
    return waiting


def _kind(record: Record, key: str, context: Context | None) -> str:
    if any(squash(word) == key for word in record.adjectives):
        return "adjective"
    return "known" if context is None else "short"


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


def _find_listed(
    catalogue: Catalogue, text: str, mention: Mention, end: int, found: list[Mention | _Pending]
) -> int:
    """Adds the further versions that follow a name in a list and returns where the list ends."""
    member = _family_version(catalogue, mention)
    if member is None:
        return mention.end
    family, version = member
    position = mention.end
    for span, other in find_listed(text, mention.end, version):
        if span.end > end:
            break
        entity = catalogue.member(family, (Part("version", other),))
        found.append(Mention(span.start, span.end, entity, "listed"))
        position = span.end
    return position


def _family_version(catalogue: Catalogue, mention: Mention) -> tuple[Family, str] | None:
    entity = mention.entity
    record = catalogue.records.get(entity.parent)
    if record is None or record.family is None:
        return None
    version = entity.id.removeprefix(f"{record.family.prefix or record.entity.id}-")
    return (record.family, version) if version.replace(".", "").isdigit() else None


def _find_glued(
    catalogue: Catalogue, text: str, token: re.Match[str], end: int, found: list[Mention | _Pending]
) -> int:
    """Adds the names inside words that ran together ("xAIGrok", "QwenMeta") and returns where the last one ends."""
    position = token.start()
    cuts = [token.start() + cut.start() for cut in GLUED.finditer(token[0])]
    for cut in cuts:
        word = re.compile(r"[^\W\d_]+").match(text, cut)
        if cut < position or word is None:
            continue
        head = word[0].casefold()
        names = catalogue.heads.get(head) or catalogue.families.get(head)
        if names and len(head) > SHORTEST_GLUED and (hit := _at(catalogue, text, cut, end, head)):
            found.append(hit)
            position = (hit.mention if isinstance(hit, _Pending) else hit).end
    return position


def _settle(catalogue: Catalogue, found: list[Mention | _Pending]) -> list[Mention]:
    if not any(isinstance(hit, _Pending) for hit in found):
        return [hit for hit in found if isinstance(hit, Mention)]
    named = frozenset(_named(catalogue, {hit.entity for hit in found if isinstance(hit, Mention)}))
    return [
        hit if isinstance(hit, Mention) else hit.mention
        for hit in found
        if isinstance(hit, Mention) or hit.near & named
    ]


def _named(catalogue: Catalogue, entities: set[Entity]) -> Iterator[str]:
    for entity in entities:
        yield f"type:{entity.type}"
        for other in (entity, *catalogue.ancestors(entity)):
            yield other.id
            if other.maker:
                yield other.maker
