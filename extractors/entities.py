"""Finds what a text names: known entities and members of known families, longest match, in the order of the text.

One expression finds where a name can start; a dictionary of first words gives the spellings to try there. Ambiguous names
("X", "Scout", "Apple") count only in the context that their entry asks for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractors.catalogue import SHORTEST_GLUED, Catalogue, Context, Stem, find_head, load_catalogue, squash
from extractors.model import Entity, Span
from extractors.names import LISTED, MORE, Family, Part, find_listed, find_parts, is_figure, name_sizes

__all__ = ["Mention", "find_mentions", "load_catalogue", "name_sizes"]

REACH = 28
GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
LOWER_RUN = re.compile(r"(?<![\w.])[a-z][\w.-]*$")
NUMBERED = re.compile(r" (?:v\d+|v?\d+(?:\.\d+)+)(?![\w%])")


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
    starts = catalogue.starts
    position = max(start, 0)
    for token in catalogue.scanner.finditer(text, position, end):
        if token.lastindex:
            if token.start() < position:
                continue
            hit = _at_odd_word(catalogue, text, Span(position, token.start()), end)
        else:
            word = token[0]
            head = starts.get(word)
            if head is None:
                head = catalogue.start(word)
            if not head or token.start() < position:
                continue
            if head == "?":
                position = _find_glued(catalogue, text, token, end, found)
                continue
            hit = _at(catalogue, text, token.start(), end, head)
        if hit is not None:
            found.append(hit)
            mention = _mention_of(hit)
            position = mention.end
            if mention.entity.type == "model":
                position = _find_listed(catalogue, text, mention, end, found)
    return _settle(catalogue, found)


def _at_odd_word(catalogue: Catalogue, text: str, gap: Span, end: int) -> Mention | _Pending | None:
    """Returns the name in a word that starts without a capital ("xAI", "o3-mini", "gpt-5-mini", "01.AI")."""
    run = LOWER_RUN.search(text, max(gap.start, gap.end - REACH), gap.end + 1)
    at = run.start() if run is not None else gap.end
    head = find_head(text[at : at + REACH])
    if head not in catalogue.small:
        return None
    return _at(catalogue, text, at, end, head)


def _mention_of(hit: Mention | _Pending) -> Mention:
    return hit.mention if isinstance(hit, _Pending) else hit


def _at(catalogue: Catalogue, text: str, at: int, end: int, head: str) -> Mention | _Pending | None:
    """Returns the longest name that starts at a place, from the catalogue or by the grammar."""
    best = match = None
    pattern = catalogue.compiled.get(head) or (catalogue.pattern(head) if head in catalogue.heads else None)
    if pattern is not None and (match := pattern.match(text, at, end)) is not None:
        readings = catalogue.memo.get(match[0])
        if readings and readings[0].settled and not MORE.match(text, match.end(), end):
            return Mention(at, match.end(), readings[0].entity, readings[0].kind)
        best = _known(catalogue, text, match)
    stems = catalogue.families.get(head)
    if stems is None:
        return best if best is None else _with_version(text, best, end)
    return _longest(catalogue, text, best, match, stems, Span(at, end))


def _longest(
    catalogue: Catalogue,
    text: str,
    best: Mention | _Pending | None,
    match: re.Match[str] | None,
    stems: tuple[Stem, ...],
    limits: Span,
) -> Mention | _Pending | None:
    """Returns the longer of what the catalogue holds and what the grammar reads."""
    at, end = limits.start, limits.end
    if match is not None:
        if match[0][-1].isdigit() and is_figure(text, match.end()):
            best = _before_figure(catalogue, text, match)
    reach = _mention_of(best).end if best is not None else at
    for stem in stems:
        stop = at + len(stem.spelling)
        if text[at:stop].casefold() == stem.spelling.casefold():
            return _member(catalogue, text, Span(at, stop), stem, Span(reach, end)) or _with_version(text, best, end)
    return _with_version(text, best, end)


def _before_figure(catalogue: Catalogue, text: str, match: re.Match[str]) -> Mention | _Pending | None:
    """Returns the family alone where the number behind it is a figure ("Gemini 3 million users")."""
    shorter = catalogue.pattern(match[0].split()[0].casefold()) if " " in match[0] else None
    found = shorter.match(text, match.start(), match.end() - 1) if shorter else None
    return _known(catalogue, text, found) if found is not None else None


def _member(catalogue: Catalogue, text: str, word: Span, stem: Stem, limits: Span) -> Mention | _Pending | None:
    """Returns the member of a family that a word and what follows it name, when longer than what is known."""
    finish, parts = find_parts(text, word.end, stem.family, stem.parts)
    if len(parts) <= len(stem.parts) or not limits.start < finish <= limits.end:
        return None
    mention = Mention(word.start, finish, catalogue.member(stem.family, parts), "grammar")
    context = stem.record.context.get(squash(stem.spelling))
    if context is None and not stem.parts:
        return mention
    numbered = any(part.kind in ("version", "size") for part in parts)
    own = parts[0].text.lower() in stem.family.own and not stem.parts
    if (context and context.never_after and context.never_after.match(text, word.end)) or not (numbered or own):
        return None
    if own or any(part.kind == "size" for part in parts):
        return mention
    return _Pending(mention, context.near if context else frozenset((stem.record.entity.id,)))


def _with_version(text: str, hit: Mention | _Pending | None, end: int) -> Mention | _Pending | None:
    """Returns a product's mention with the version number that follows it ("Claude Code 2.1.116")."""
    if isinstance(hit, Mention) and hit.entity.type == "product" and (found := NUMBERED.match(text, hit.end, end)):
        return replace(hit, end=found.end())
    return hit


def _known(catalogue: Catalogue, text: str, match: re.Match[str]) -> Mention | _Pending | None:
    waiting: _Pending | None = None
    spelling = match[0]
    for reading in catalogue.memo.get(spelling) or catalogue.readings(spelling):
        mention = Mention(match.start(), match.end(), reading.entity, reading.kind)
        context = reading.context
        if context is None:
            return mention
        held = _holds(context, text, match)
        if held:
            return mention
        if held is None and waiting is None:
            waiting = _Pending(mention, context.near)
    return waiting


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
    member = _family_version(catalogue, mention) if LISTED.match(text, mention.end) else None
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
    """Adds the names inside words that ran together ("xAIGrok", "QwenMeta") and returns where the last one ends.

    A name counts only with a second one beside it or at the end of the word, and never as three letters or fewer:
    "BloombergGPT" is no GPT.
    """
    cuts = [token.start(), *(token.start() + cut.start() for cut in GLUED.finditer(token[0])), token.end()]
    last = next((cut for cut in cuts[1:-1] if _starts_name(catalogue, text[cut : token.end()])), None)
    for first in (cut for cut in cuts[1:-1] if last is None or cut <= last):
        _add_whole(catalogue, text, token.start(), first, found)
    if last is None:
        return token.start()
    hit = _at(catalogue, text, last, end, text[last : token.end()].casefold())
    if hit is None:
        return token.start()
    found.append(hit)
    return _mention_of(hit).end


def _starts_name(catalogue: Catalogue, word: str) -> bool:
    head = word.casefold()
    return len(head) > SHORTEST_GLUED and (head in catalogue.heads or head in catalogue.families)


def _add_whole(catalogue: Catalogue, text: str, start: int, end: int, found: list[Mention | _Pending]) -> None:
    records = catalogue.names.get(text[start:end].casefold(), ())
    if end - start >= SHORTEST_GLUED and len(records) == 1 and not records[0].context:
        found.append(Mention(start, end, records[0].entity, "glued"))


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
