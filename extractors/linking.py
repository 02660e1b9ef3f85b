"""Tells how a name stands in its sentence: as its topic, under a preposition, as a source, in a list."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from extractors.entities import Mention
from extractors.passages import Passage
from extractors.syntax import LIST_JOIN, link, may_govern

if TYPE_CHECKING:  # scenes keep the standings, so they cannot be imported at run time
    from extractors.memory import Scene

TOPICAL = frozenset({"organization", "model", "family", "product", "cluster"})
REPORTED = re.compile(r"-(?:reported|measured|claimed|disclosed|confirmed)\b")
SPEAKERS = frozenset({"organization", "person", "platform"})
BEFORE = 40
BEFORE_SOURCE = 24


class Standing(NamedTuple):
    """How a name stands in its sentence.

    Attributes:
        oblique: A preposition, a bracket or a comparison governs the name or the list that it stands in.
        linked: Any linking word stands right before the name itself.
        compared: The name itself is what something is compared with.
        quoted: The words around the name make it a source: "according to X", "told X", "@X", "X-reported".
        source: The name stands for who reports a figure, not for what it is about: it is quoted, or reports.
    """

    oblique: bool = False
    linked: bool = False
    compared: bool = False
    quoted: bool = False
    source: bool = False


FREE = Standing()


def standing(scene: "Scene", mention: Mention) -> Standing:
    """Returns how a name stands in the passage; found once for each name that the passage holds."""
    if mention.kind == "anaphor":  # made anew for each question, and never part of a list
        return _stand(scene, mention, None)
    found = scene.standings.get(mention.start)
    if found is None:
        found = scene.standings[mention.start] = _stand(scene, mention, _joined(scene, mention))
    return found


def _stand(scene: "Scene", mention: Mention, joined: Mention | None) -> Standing:
    """Returns how a name stands by the words around it; in a list what governs the name before governs it too."""
    oblique, linked, compared, quoted = _governed(scene, mention.start)
    if joined is not None:
        oblique = standing(scene, joined).oblique
    text, end = scene.text, scene.passage.end
    behind = text[mention.end : mention.end + 1]
    quoted = quoted or (behind == "-" and REPORTED.match(text, mention.end, end) is not None)
    reports = (behind == " " or behind == ",") and mention.entity.type in SPEAKERS and _reports(text, mention.end, end)
    if not (oblique or linked or quoted or reports):
        return FREE
    return Standing(oblique, linked, compared, quoted, quoted or reports)


def _governed(scene: "Scene", start: int) -> tuple[bool, bool, bool, bool]:
    """Returns whether a preposition (or bracket), any link, a comparison, words of quoting stand before a place."""
    first = max(scene.passage.start, start - BEFORE)
    before = scene.text[start - 1] if first < start else ""
    if before != " ":
        return before == "(", False, False, before == "@"
    words = scene.lower
    if not may_govern(words[max(words.rfind(" ", first, start - 1) + 1, first) : start - 1]):
        return False, False, False, False
    compared = link("compared").search(words, first, start) is not None
    quoted = link("according").search(words, max(first, start - BEFORE_SOURCE), start) is not None
    return compared or link("oblique").search(words, first, start) is not None, True, compared, quoted


def _reports(text: str, start: int, end: int) -> bool:
    return link("reports").match(text, start, end) is not None or link("led-round").match(text, start, end) is not None


def _joined(scene: "Scene", mention: Mention) -> Mention | None:
    """Returns the name before a mention in its list ("A, B and C"), or None where it opens one or stands alone."""
    before: Mention | None = None
    for other in scene.passage.mentions:
        if other.start >= mention.start:
            break
        before = other
    return before if before is not None and LIST_JOIN.fullmatch(scene.text, before.end, mention.start) else None


def is_topic(mention: Mention) -> bool:
    """Returns whether a sentence can be about the mention."""
    return mention.entity.type in TOPICAL and mention.kind != "adjective"


def words_before(text: str, passage: Passage, start: int, reach: int = BEFORE) -> str:
    """Returns the words of the passage before a place, at most `reach` code points of them."""
    return text[max(passage.start, start - reach) : start]


def reports_it(text: str, mention: Mention, pronoun: int) -> bool:
    """Returns whether the pronoun at a place is the object of a name's report: "QuestMobile puts it at"."""
    verb = link("reports").match(text, mention.end, pronoun)
    return verb is not None and not text[verb.end() : pronoun].strip()


def chain(text: str, mentions: Sequence[Mention], mention: Mention, join: re.Pattern[str] = LIST_JOIN) -> list[Mention]:
    """Returns the list of names that a mention stands in ("A, B and C"), itself alone where there is none."""
    index = next((i for i, other in enumerate(mentions) if other.start == mention.start), None)
    if index is None:
        return [mention]
    first = last = index
    while first > 0 and join.fullmatch(text, mentions[first - 1].end, mentions[first].start):
        first -= 1
    while last + 1 < len(mentions) and join.fullmatch(text, mentions[last].end, mentions[last + 1].start):
        last += 1
    return list(mentions[first : last + 1])


def pick(mentions: Sequence[Mention], types: Sequence[str]) -> Mention | None:
    """Returns the mention of the best accepted type, the first of them, or None."""
    if mentions:
        for kind in types:
            for mention in mentions:
                if mention.entity.type == kind and mention.kind != "adjective":
                    return mention
    return None
