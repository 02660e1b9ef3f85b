"""Finds who founded, heads and chairs an organization."""

import re
from collections.abc import Iterator, Sequence

from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.fact_rules import Fact, load_fact_rules
from extractors.memory import Scene
from extractors.model import Span
from extractors.people import find_people
from extractors.subjects import Subject, find_subject

EMPLOYERS = ("organization", "product", "family")
EMPLOYING = ("organization", "platform")
SEATED = ("organization",)
ROLE_REACH = 45
SERVING_REACH = 150
PAST_REACH = 40
APPOSED = re.compile(r"(?:,|\s\(|\s[–—-])?\s?(?:(?:the|its|an?|who is|then|now)\s)*(?:[\w’']+\s)?")
MANY = frozenset({"founder", "leads"})
# "A (chief executive), B, and his brother C"
PEOPLE_JOIN = re.compile(r"(?:\s*\([^()]{0,40}\))?\s*(?:,|,?\s+and|&)\s*(?:\w+\s+){0,2}")

OWNS = re.compile(r"(?:['’]s?)?\s(?:(?:other|former|then|new)\s)?")

Hit = tuple[int, int]


def find_roles(scene: Scene) -> Iterator[Fact]:
    """Yields founders, chief executives, chairs and other heads that a passage names."""
    people = [person for person in find_people(scene) if not scene.follows("succeeded", person.start)]
    told: set[tuple[int, str, str]] = set()
    for person in people:
        for metric, group in load_fact_rules().roles:
            for cue in _role_cues(scene, person, people, group):
                subject = _employer(scene, person, cue)
                said = (person.start, metric, subject.entity.id) if subject else None
                if subject is not None and said is not None and said not in told:
                    told.add(said)
                    qualifiers = (("role", cue.of(scene.text)),) if metric == "leads" else ()
                    span = Span(person.start, person.end)
                    yield Fact(metric, span, subject, f"role-{group}", person.entity.name, qualifiers=qualifiers)


def _role_cues(scene: Scene, person: Mention, people: Sequence[Mention], group: str) -> list[Span]:
    """Returns the role words that belong to a person: the label, or those of the clause with nobody in between.

    One can have founded several companies, but heads one; so only the nearest word counts for that.
    """
    for label in (scene.segment.row, scene.segment.column):
        if label is not None and group in scene.reading.label_cues(label):
            return [label] if group == "founder" or person is people[0] else []
    hits = _widest(scene.passage.cues.get(group, ()))
    holder = _first_of_list(scene, person, people, hits) if group == "founder" else person
    free = [(distance, hit) for hit in hits if (distance := _distance(scene, holder, people, hit, group)) is not None]
    held = [Span(*hit) for _, hit in sorted(free) if not scene.follows("past", hit[0], PAST_REACH)]
    return held if group in MANY else held[:1] if free and held and held[0].start == min(free)[1][0] else []


def _widest(hits: Sequence[Hit]) -> list[Hit]:
    """Returns the role words that are part of no longer ones ("founder" of "founder and CEO")."""
    return [hit for hit in hits if not any(o[0] <= hit[0] and hit[1] <= o[1] and o != hit for o in hits)]


def _distance(scene: Scene, person: Mention, people: Sequence[Mention], hit: Hit, group: str) -> int | None:
    """Returns how far a role word stands from a person, None where it is out of reach or somebody else's."""
    distance = scene.gap(person.start, person.end, hit)
    reach = SERVING_REACH if hit[0] > person.end and scene.follows("serving", hit[0]) else ROLE_REACH
    others = [other for other in people if other is not person]
    if distance > reach or _verb_of_another(scene, person, hit, group):
        return None
    first, last = (hit[1], person.start) if hit[1] <= person.start else (person.end, hit[0])
    if any(first <= other.start < last for other in others):
        return None
    follows = (
        hit[0] < person.start
        and person.start - hit[1] > 1
        and any(APPOSED.fullmatch(scene.text, o.end, hit[0]) for o in others)
    )
    leads = hit[0] > person.start and any(other.start - hit[1] == 1 for other in others)
    return None if follows or leads else distance  # "A, chief executive, B" and "A, co-founder B"


def _first_of_list(scene: Scene, person: Mention, people: Sequence[Mention], hits: Sequence[Hit]) -> Mention:
    """Returns the first of the people whom a list joins to one, where no role word stands in between."""
    at = people.index(person)
    while at and PEOPLE_JOIN.fullmatch(scene.text, people[at - 1].end, people[at].start):
        if any(people[at - 1].end <= first < people[at].start for first, _ in hits):
            break
        at -= 1
    return people[at]


def _verb_of_another(scene: Scene, person: Mention, hit: Hit, group: str) -> bool:
    """Returns whether "leads" or "head of" stands before a person and so belongs to somebody else."""
    word = scene.text[hit[0] : hit[1]].casefold()
    return group == "leads" and hit[0] < person.start and word.endswith(("s", "of"))


def _employer(scene: Scene, person: Mention, cue: Span) -> Subject | None:
    """Returns the organization beside person and role, else what the sentence or the document is about."""
    inside = scene.passage.start <= cue.start < scene.passage.end
    start, end = (min(person.start, cue.start), max(person.end, cue.end)) if inside else (person.start, person.end)
    beside = [
        m
        for m in scene.passage.mentions
        if m.entity.type in EMPLOYING
        and m.kind != "introduced"
        and (start <= m.start <= end + 8 or OWNS.fullmatch(scene.text, m.end, start))
    ]
    if beside:
        return Subject(beside[-1].entity, beside[-1], "organization beside the role", 10.0)
    found = find_subject(scene, Span(start, end), EMPLOYERS)
    if found is None or found.mention is None:
        return _known_employer(scene, person) or found or _topic(scene)
    return found


def _known_employer(scene: Scene, person: Mention) -> Subject | None:
    """Returns the organization that the catalogue gives for a person, where the document has been speaking of it."""
    employer = load_catalogue().get(person.entity.maker) if person.entity.maker else None
    told = employer is not None and employer.id in scene.memory.topics
    return Subject(employer, None, "employer spoken of", 5.0) if employer and told else None


def _topic(scene: Scene) -> Subject | None:
    topic = next((m for m in scene.memory.topic if m.entity.type in SEATED), None)
    return Subject(topic.entity, None, "topic of the document", 4.0) if topic else None
