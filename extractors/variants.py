"""Finds the short names of variants: the "Pro" and "Flash" of a sentence that has just named DeepSeek V4."""

import re
from collections.abc import Sequence
from functools import cache

from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.model import Segment
from extractors.rules import load_rules

REACH = 400


@cache
def _tier() -> re.Pattern[str]:
    """Returns the expression of a tier word that stands alone where a name can stand."""
    words = next(entry["words"] for entry in load_rules("entities.toml")["variants"] if entry["id"] == "tier")
    names = "|".join(re.escape(word) for word in words)
    return re.compile(
        rf"(?:(?<=[;,(*:] )|(?<=[.!?] )|(?<=\band )|(?<=\ba )|(?<=\bthe ))(?:{names})(?= (?:[a-z]|[$~\d])|:|,)"
    )


def find_variants(text: str, mentions: Sequence[Mention], segments: Sequence[Segment]) -> list[Mention]:
    """Returns variants that are named by their tier alone, behind the model that they are variants of.

    Args:
        text: The text.
        mentions: What it names, in order.
        segments: Its blocks, in order; a variant is looked for only in the block that names its model.
    """
    found: list[Mention] = []
    versioned = [m for m in mentions if m.entity.type == "model" and m.kind in ("known", "grammar")]
    for segment in segments:
        base = next((m for m in versioned if segment.start <= m.start and m.end <= segment.end), None)
        if base is None:
            continue
        for match in _tier().finditer(text, base.end, min(segment.end, base.end + REACH)):
            variant = _variant(match[0], [m for m in versioned if segment.start <= m.start and m.end <= match.start()])
            taken = any(m.start < match.end() and match.start() < m.end for m in mentions)
            if variant is not None and not taken:
                found.append(Mention(match.start(), match.end(), variant.entity, "short"))
    return found


def _variant(word: str, before: Sequence[Mention]) -> Mention | None:
    """Returns the variant of the last model named before, None where that is no version of a family by itself."""
    base = before[-1]
    if base.entity.name.casefold().endswith(word.casefold()):
        return None
    entity = load_catalogue().find(f"{base.entity.name} {word}")
    return Mention(base.start, base.end, entity, "short") if entity and entity.id != base.entity.id else None
