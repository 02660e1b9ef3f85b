"""Resolves "it", "the model", "the company" to what they stand for."""

from collections.abc import Mapping, Sequence

from extractors.anaphora import Anaphor
from extractors.axes import topics_in
from extractors.entities import Mention
from extractors.linking import pick, reports_it, standing
from extractors.memory import Scene
from extractors.model import Entity
from extractors.syntax import CLAUSE

PRONOUNS = frozenset({"it", "they"})
RANK_WEIGHT = 1.2
COUNTED_UP_TO = 4


def resolve_anaphora(scene: Scene, end: int, types: tuple[str, ...]) -> list[Mention]:
    """Returns the anaphors before a place as mentions of what they stand for."""
    found: list[Mention] = []
    for anaphor in scene.anaphors(end):
        key = (anaphor.start, types)
        if key not in scene.antecedents:
            scene.antecedents[key] = _resolve(scene, anaphor, types)
        if (entity := scene.antecedents[key]) is not None:
            found.append(Mention(anaphor.start, anaphor.end, entity, "anaphor"))
    return found


def _resolve(scene: Scene, anaphor: Anaphor, types: tuple[str, ...]) -> Entity | None:
    pronoun = anaphor.id in PRONOUNS
    allowed = [kind for kind in types if kind in anaphor.types] or (types if pronoun else ())
    often = None if pronoun and not scene.passage.first else scene.memory.counts
    return _antecedent(scene, anaphor.start, allowed, often) if allowed else None


def _antecedent(scene: Scene, start: int, types: Sequence[str], often: Mapping[str, int] | None) -> Entity | None:
    """Returns what an anaphor stands for: the topic of its sentence, of the one before, of section or whole."""
    here = _named_before(scene, start, types)
    if topical := [m for m in here if not standing(scene, m).oblique]:
        return _of_last_clause(scene, start, topical).entity
    if (hit := latest(scene.memory.topics, types, often)) is not None:
        return hit.entity
    if here:
        return here[-1].entity
    for heading in reversed(scene.segment.headings):
        if (hit := pick(topics_in(scene.reading, heading), types)) is not None:
            return hit.entity
    topic = pick(scene.memory.topic, types)
    return topic.entity if topic else None


def _named_before(scene: Scene, start: int, types: Sequence[str]) -> list[Mention]:
    return [
        m
        for m in scene.passage.mentions
        if m.end <= start
        and m.entity.type in types
        and m.kind != "adjective"
        and not standing(scene, m).quoted
        and not reports_it(scene.text, m, start)
    ]


def _of_last_clause(scene: Scene, start: int, topical: Sequence[Mention]) -> Mention:
    """Returns the first topic of the last clause before a place that has one."""
    begin = scene.passage.start
    breaks = [found.end() for found in CLAUSE.finditer(scene.text, begin, max(start - 1, begin))]
    before = [m for m in topical if m.end <= max(breaks, default=0)] or list(topical)
    return next((m for m in before if m.start >= max(breaks[:-1], default=0)), before[0])


def latest(topics: Sequence[Mention], types: Sequence[str], counts: Mapping[str, int] | None = None) -> Mention | None:
    """Returns the latest topic of an accepted type; a better type, or a name often told of, makes up for distance."""
    best: Mention | None = None
    least = 0.0
    for index, mention in enumerate(topics):
        entity = mention.entity
        if entity.type in types:
            weight = index + RANK_WEIGHT * types.index(entity.type)
            if counts:
                weight -= min(counts[entity.id], COUNTED_UP_TO)
            if best is None or weight < least:
                best, least = mention, weight
    return best
