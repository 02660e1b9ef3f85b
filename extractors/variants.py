"""Finds the short names of variants: the "Pro" and "Flash" of a sentence that has just named DeepSeek V4."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache

from extractors.catalogue import load_catalogue
from extractors.expressions import class_first
from extractors.mentions import Mention
from extractors.model import Entity, Segment
from extractors.rules import load_rules

REACH = 400


@cache
def _tier() -> re.Pattern[str]:
    """Returns the expression of a tier word that stands alone where a name can stand; `next` is what follows it."""
    words = next(entry["words"] for entry in load_rules("entities.toml")["variants"] if entry["id"] == "tier")
    before = r"(?:(?<=[;,(*:] .)|(?<=[.!?] .)|(?<=\band .)|(?<=\ba .)|(?<=\bthe .))"
    return re.compile(rf"{class_first(words, before)}(?=(?P<next> (?:[a-z]|[$~\d])|:|,))")


def find_variants(text: str, mentions: Sequence[Mention], segments: Sequence[Segment]) -> list[Mention]:
    """Returns variants that are named by their tier alone, behind the model that they are variants of.

    Args:
        text: The text.
        mentions: What it names, in order.
        segments: Its blocks, in order; a variant is looked for only in the block that names its model.
    """
    found: list[Mention] = []
    versioned = [m for m in mentions if m.entity.type == "model" and m.kind in ("known", "grammar")]
    if not versioned:
        return found
    blocks, starts, taken = ([item.start for item in items] for items in (segments, versioned, mentions))
    for match in _tier().finditer(text):
        block = bisect_right(blocks, match.start()) - 1
        if block < 0 or match.end("next") > segments[block].end:
            continue
        first = bisect_left(starts, blocks[block])
        last = _last_before(versioned, starts, match.start())
        if last < first or match.end("next") > versioned[first].end + REACH:
            continue
        variant = _variant(match[0], versioned[last])
        near = bisect_left(taken, match.end()) - 1
        if variant is not None and mentions[near].end <= match.start():
            found.append(Mention(match.start(), match.end(), variant, "short"))
    return found


def _last_before(mentions: Sequence[Mention], starts: list[int], position: int) -> int:
    """Returns the index of the last mention that ends before a place, -1 without one."""
    last = bisect_left(starts, position) - 1
    return last - 1 if last >= 0 and mentions[last].end > position else last


def _variant(word: str, base: Mention) -> Entity | None:
    """Returns the variant of a model, None where there is none or the model's name ends in the word itself."""
    if base.entity.name.casefold().endswith(word.casefold()):
        return None
    entity = load_catalogue().find(f"{base.entity.name} {word}")
    return entity if entity and entity.id != base.entity.id else None
