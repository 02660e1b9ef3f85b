"""Tells what "it", "the model" or a sentence without a subject may stand for: what a reader has in mind there.

That is what the headings, the list's head and the title name, and what the sentences before were about. Each is
described by features (rules/subjects.toml); extractors/subjects.py weighs them against the names of the sentence.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from extractors.anaphora import Anaphor, find_anaphora
from extractors.axes import topics_in
from extractors.catalogue import load_catalogue
from extractors.clauses import goes_on_with, verb_follows
from extractors.entities import Mention
from extractors.linking import Standing, reports_it, standing
from extractors.memory import CELLS, Scene, Topic, size_of
from extractors.model import Entity, SegmentKind
from extractors.ranking import Features, weigh

PRONOUNS = frozenset({"it", "they", "we"})
OWNERS = frozenset({"its", "their", "our", "them"})
OTHER_SECTION = "other section"
NEAR_SENTENCES = 3
MANY_SENTENCES = 4
REFERENCES_IN_VIEW = 8
LASTING = frozenset({"heading above", "title", "main by far"})
HEADINGS = (("heading", "in heading"), ("heading above", "in heading above"))
FRESH = frozenset({"label", "list head", "in list head", "heading", "in heading"})


class Known(NamedTuple):
    """Something that a reader has in mind.

    Attributes:
        entity: What it is.
        features: What speaks for it and against it, in groups.
        score: What the features weigh together.
        label: The words of the label that name it, None where it comes from elsewhere.
        left: Only another section spoke of it.
    """

    entity: Entity
    features: tuple[Features, ...]
    score: float
    label: Mention | None = None
    left: bool = False


def in_mind(scene: Scene) -> list[Known]:
    """Returns what a reader has in mind when a passage begins; found once a passage."""
    if scene.known is None:
        scene.known = list(_find_known(scene))
    return scene.known


def _find_known(scene: Scene) -> Iterator[Known]:
    around, memory, cell = _backdrop(scene), scene.memory, scene.segment.kind in CELLS
    first, last = scene.passage.start, scene.passage.end
    for id_, (mention, features) in around.items():
        if first <= mention.start < last:
            continue  # the passage is the title itself
        groups: tuple[Features, ...] = (features,)
        if (topic := memory.topics.get(id_)) is not None:
            fresh = cell or not FRESH.isdisjoint(features)
            groups = (features, _told(scene, topic)) if fresh else (features, *_remembered(scene, topic))
        label = mention if features[0] == "label" else None
        left = len(groups) > 2 and groups[1][1] == OTHER_SECTION and LASTING.isdisjoint(features)
        yield Known(mention.entity, groups, sum(map(weigh, groups)), label, left)
    if cell:
        return
    for id_, topic in memory.topics.items():
        if id_ not in around:
            groups = (*_remembered(scene, topic), topic.size)
            left = groups[0][1] == OTHER_SECTION
            yield Known(topic.mention.entity, groups, sum(map(weigh, groups)), None, left)


def _backdrop(scene: Scene) -> dict[str, tuple[Mention, Features]]:
    """Returns what headings, list head, label and title name and what the document names most; kept while they stay."""
    segment, memory = scene.segment, scene.memory
    key = (segment.headings, segment.parent, segment.row)
    if memory.backdrop is None or memory.backdrop[0] != key:
        found: dict[str, tuple[Mention, list[str]]] = {}
        for mention, feature in _named_around(scene):
            found.setdefault(mention.entity.id, (mention, []))[1].append(feature)
        shares = memory.shares
        memory.backdrop = (
            key,
            {i: (m, (*dict.fromkeys(fs), *size_of(shares.get(i, 0.0)))) for i, (m, fs) in found.items()},
        )
    return memory.backdrop[1]


def _named_around(scene: Scene) -> Iterator[tuple[Mention, str]]:
    segment, memory, reading = scene.segment, scene.memory, scene.reading
    for mention in topics_in(reading, segment.row):
        yield mention, "label"
    for place, mention in enumerate(topics_in(reading, segment.parent)):
        yield mention, "in list head" if place else "list head"
    for level, heading in enumerate(reversed(segment.headings)):
        named = topics_in(reading, heading)
        kinds: set[str] = set()
        for mention in named:
            yield mention, HEADINGS[level > 0][mention.entity.type in kinds]
            kinds.add(mention.entity.type)
        if len(named) == 1 and level == 0:
            yield named[0], "heading alone"
    for place, mention in enumerate(memory.topic):
        yield mention, "in title" if place else "title"
    for mention in memory.opening:
        yield mention, "opening"
    if memory.main is not None:
        yield memory.main[0], "main"
        if memory.main[1]:
            yield memory.main[0], "main by far"


def _remembered(scene: Scene, topic: Topic) -> tuple[Features, Features]:
    """Returns how long ago, where and in what part something was named last, and whether sentences were about it."""
    since, last, segment = scene.memory.sentence - topic.named, topic.segment, scene.segment
    if last is segment:
        place = "same block"
    elif last.headings != segment.headings:
        place = OTHER_SECTION
    else:
        items = segment.kind is SegmentKind.ITEM and last.kind is SegmentKind.ITEM
        place = "other item" if items else "other block"
    return _named(min(since, NEAR_SENTENCES + 1), place, topic.part), _told(scene, topic)


@cache
def _named(since: int, place: str, part: str) -> Features:
    when = "named last" if since <= 1 else "named before" if since <= NEAR_SENTENCES else "named long ago"
    return when, place, part


def _told(scene: Scene, topic: Topic) -> Features:
    """Returns how often sentences were about something, and whether the last one was."""
    return _led(min(topic.leads, MANY_SENTENCES), min(scene.memory.sentence - topic.led, NEAR_SENTENCES + 1))


@cache
def _led(times: int, since: int) -> Features:
    if not times:
        return ("never led",)
    often = "led once" if times == 1 else "led 2-3" if times < MANY_SENTENCES else "led often"
    return often, "led last" if since <= 1 else "led before" if since <= NEAR_SENTENCES else "led long ago"


class Reference(NamedTuple):
    """Words that stand for something, and what speaks for and against each name of the sentence before them.

    Attributes:
        anaphor: The words.
        standing: How they stand in the sentence.
        here: The names of the sentence that they may stand for, with features, by id of the entity.
    """

    anaphor: Anaphor
    standing: Standing
    here: dict[str, tuple[Entity, Features]]

    def fits(self, entity: Entity) -> bool:
        """Returns whether the words can stand for an entity by its type; a product of somebody is no company."""
        if entity.type not in self.anaphor.types:
            return False
        if self.anaphor.id != "company" or entity.type == "organization":
            return True
        return load_catalogue().maker(entity) is None

    def agreement(self, entity: Entity, rank: str) -> Features:
        """Returns how well the words suit an entity whose type has a rank for the metric."""
        if self.anaphor.id in PRONOUNS:
            return _agreement("pronoun", rank)
        return _agreement("agrees" if self.anaphor.types[0] == entity.type else "agrees less", rank)


@cache
def _agreement(agrees: str, rank: str) -> Features:
    return agrees, rank


Sense = tuple[float, Entity, tuple[Features, ...], tuple[int, int]]
"""One thing that an anaphor may stand for: what its features weigh together, what it is, the features in groups, its
place among the names before that the words may stand for together, and how many these are."""


def read(scene: Scene, reference: Reference, ranks: Mapping[str, str]) -> Iterator[Sense]:
    """Yields what an anaphor may stand for, among the types that a metric accepts."""
    here, known = reference.here, {}
    passed = any("here subject" in features for _, features in here.values())
    for one in in_mind(scene):
        entity = one.entity
        if entity.type not in ranks or not reference.fits(entity):
            continue
        if entity.id in here:
            known[entity.id] = one
            continue
        agreement = reference.agreement(entity, ranks[entity.type])
        if one.left and agreement[0] == "pronoun":
            agreement += ("pronoun other section",)  # it hardly reaches over a heading
        if "heading" in one.features[0] and agreement[0] == "pronoun":
            agreement += ("pronoun heading",)
        if passed:
            agreement += ("past the subject here",)
        yield weigh(agreement) + one.score, entity, (agreement, *one.features), (0, 0)
    for place, (id_, (entity, features)) in enumerate(here.items()):
        if entity.type in ranks and reference.fits(entity):
            agreement = reference.agreement(entity, ranks[entity.type])
            more, score = (known[id_].features, known[id_].score) if id_ in known else ((), 0.0)
            score += weigh(agreement) + weigh(features)
            yield score, entity, (agreement, features, *more), (place, len(here))


def find_references(scene: Scene) -> list[Reference]:
    """Returns the anaphors of a passage; found once a passage."""
    if scene.references is None:
        passage = scene.passage
        scene.references = [
            Reference(one, _standing(scene, one), _here(scene, one))
            for one in find_anaphora(scene.text, passage.start, passage.end)
        ]
    return scene.references


def references_near(scene: Scene, place: int) -> list[Reference]:
    """Returns the anaphors of a passage around a place: all but in texts without a full stop."""
    found = find_references(scene)
    if len(found) <= 2 * REFERENCES_IN_VIEW:
        return found
    at = bisect_left(found, place, key=_start)
    return found[max(at - REFERENCES_IN_VIEW, 0) : at + REFERENCES_IN_VIEW]


def _start(reference: Reference) -> int:
    return reference.anaphor.start


def _standing(scene: Scene, anaphor: Anaphor) -> Standing:
    acts = (
        goes_on_with
        if anaphor.id in PRONOUNS and scene.lower[anaphor.start : anaphor.end] not in OWNERS
        else verb_follows
    )
    return ACTING if acts(scene.text, anaphor.end, scene.passage.end) else Standing()


ACTING = Standing(("acts",))


def _here(scene: Scene, anaphor: Anaphor) -> dict[str, tuple[Entity, Features]]:
    names = [
        m
        for m in scene.near(anaphor.start)
        if m.end <= anaphor.start and m.entity.type in anaphor.types and m.kind != "adjective"
    ]
    return {
        m.entity.id: (m.entity, tuple(_stands(scene, anaphor, m, names)))
        for m in names
        if not reports_it(scene.text, m, anaphor.start)
    }


def _stands(scene: Scene, anaphor: Anaphor, mention: Mention, names: list[Mention]) -> Iterator[str]:
    """Yields how a name of the sentence stands to an anaphor behind it."""
    yield "pronoun here" if anaphor.id in PRONOUNS else "noun here"
    stands = standing(scene, mention)
    marks = stands.marks
    if stands.source or "speaks" in marks:
        yield "here source" if stands.source else "here speaks"
    elif stands.oblique:
        yield "here oblique"
    elif "acts" in marks:
        yield "here subject"
    if "owner" in marks:
        yield "here owner"
    if scene.apart(mention.start, anaphor.start):
        yield "here apart"
    if scene.breaks(mention.end, anaphor.start):
        yield "here clause before"
    if mention is not names[-1]:
        yield "here not nearest"
    if mention is names[0]:
        yield "here first"
