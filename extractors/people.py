"""Finds the people of a passage for the roles that they hold: those it names, names in a cell whose head asks for some,
and the first of two who share a surname ("Dario and Daniela Amodei")."""

import re
from collections.abc import Iterator, Sequence

from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.fact_rules import load_fact_rules
from extractors.memory import CELLS, Scene
from extractors.model import Entity
from extractors.names import slug

NAME = re.compile(r"[A-ZÀ-Þ][\w.'’-]+(?: (?:(?:de|van|von|al|bin|da) )?[A-ZÀ-Þ][\w.'’-]*){1,2}")
PARTED = re.compile(r"[^\w(]*(?:and |with )?|\s*\([^()]*\)[^\w(]*(?:and )?")
JOIN = re.compile(r",? and |, ")
LISTED = re.compile(r"\s*(?:$|[,;/&(\n•·|–—-]|and\b)")
FIRST_NAME = re.compile(
    r"(?P<kin>\b(?:siblings|brothers|sisters|twins|spouses) )?\b(?P<name>[A-ZÀ-Þ][a-zà-ÿ]+),? (?:and|&) $"
)
FIRST_NAME_REACH = 40


def find_people(scene: Scene) -> list[Mention]:
    """Returns the people that a passage names, in order; another name of the same person in brackets is left out."""
    named = [m for m in scene.passage.mentions if m.entity.type == "person"]
    people = [m for m in named if not _is_other_name(scene, m, named)]
    people += [first for m in people if (first := _namesake(scene, m)) is not None]
    if scene.segment.kind in CELLS and _asks_for_people(scene):
        people += _listed(scene)
    elif "founder" in scene.passage.cues:
        people += [other for person in named for other in _joined(scene, person)]
    return sorted(people, key=lambda m: m.start)


def _joined(scene: Scene, person: Mention) -> Iterator[Mention]:
    """Yields the unknown names that a list joins to a person ("founded by A, B and C")."""
    text, at, end = scene.text, person.end, scene.passage.end
    while (join := JOIN.match(text, at, end)) and (name := NAME.match(text, join.end(), end)):
        if any(m.start < name.end() and name.start() < m.end for m in scene.passage.mentions):
            return
        yield Mention(*name.span(), Entity(slug(name[0]), name[0], "person", known=False), "introduced")
        at = name.end()


def _is_other_name(scene: Scene, mention: Mention, people: Sequence[Mention]) -> bool:
    """Returns whether a name in brackets stands right behind another name of the same person."""
    if scene.text[mention.start - 1] != "(":
        return False
    return any(m.entity.id == mention.entity.id and 0 < mention.start - m.end <= 2 for m in people)


def _namesake(scene: Scene, person: Mention) -> Mention | None:
    """Returns the person whose surname stands only with the next one, where the text or the catalogue knows the two."""
    names = person.entity.name.split(" ")
    before = max(scene.passage.start, person.start - FIRST_NAME_REACH)
    found = FIRST_NAME.search(scene.text, before, person.start) if len(names) > 1 else None
    if found is None or any(m.start < found.end() and found.start("name") < m.end for m in scene.passage.mentions):
        return None
    whole = f"{found['name']} {' '.join(names[1:])}"
    entity = load_catalogue().find(whole)
    if entity is None and found["kin"]:
        entity = Entity(slug(whole), whole, "person", known=False)
    known = entity is not None and entity.type == "person"
    return Mention(*found.span("name"), entity, "short") if entity and known else None


def _asks_for_people(scene: Scene) -> bool:
    groups = [group for _, group in load_fact_rules().roles]
    labels = (scene.segment.row, scene.segment.column)
    return any(not scene.reading.label_cues(label).keys().isdisjoint(groups) for label in labels)


def _listed(scene: Scene) -> Iterator[Mention]:
    """Yields the unknown names that a cell lists, up to the first words that are no name."""
    text, at, end = scene.text, scene.passage.start, scene.passage.end
    while at < end:
        known = next((m for m in scene.passage.mentions if m.start == at), None)
        name = None if known else NAME.match(text, at, end)
        if known is None and (name is None or not LISTED.match(text, name.end(), end)):
            return
        if name is not None:
            yield Mention(*name.span(), Entity(slug(name[0]), name[0], "person", known=False), "introduced")
        at = known.end if known else name.end() if name else end
        gap = PARTED.match(text, at, end)
        at = gap.end() if gap and gap.end() > at else end
