"""Tells how a name stands in its sentence: as its topic, under a preposition, as a source, in a list."""

import re
from collections.abc import Sequence

from extractors.entities import Mention
from extractors.passages import Passage
from extractors.syntax import LIST_JOIN, link

TOPICAL = frozenset({"organization", "model", "family", "product", "cluster"})
REPORTED = re.compile(r"-(?:reported|measured|claimed|disclosed|confirmed)\b")
SPEAKERS = frozenset({"organization", "person", "platform"})
BEFORE = 40


def is_topic(mention: Mention) -> bool:
    """Returns whether a sentence can be about the mention."""
    return mention.entity.type in TOPICAL and mention.kind != "adjective"


def words_before(text: str, passage: Passage, start: int, reach: int = BEFORE) -> str:
    """Returns the words of the passage before a place, at most `reach` code points of them."""
    return text[max(passage.start, start - reach) : start]


def is_oblique(text: str, passage: Passage, mention: Mention) -> bool:
    """Returns whether a preposition, a bracket or a comparison governs the mention or the list that it stands in."""
    before = words_before(text, passage, chain(text, passage.mentions, mention)[0].start)
    return before.endswith("(") or bool(link("oblique").search(before) or link("compared").search(before))


def is_source(text: str, passage: Passage, mention: Mention) -> bool:
    """Returns whether a name stands for who reports a figure, not for what it is about."""
    if mention.entity.type in SPEAKERS and any(
        link(words).match(text, mention.end, passage.end) for words in ("reports", "led-round")
    ):
        return True
    return is_named_as_source(text, passage, mention)


def is_named_as_source(text: str, passage: Passage, mention: Mention) -> bool:
    """Returns whether the words before a name make it a source: "according to X", "told X", "@X"."""
    before = words_before(text, passage, mention.start, 24)
    if REPORTED.match(text, mention.end, passage.end):
        return True
    return before.endswith("@") or bool(link("according").search(before))


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
    fitting = [m for m in mentions if m.entity.type in types and m.kind != "adjective"]
    return min(fitting, key=lambda m: types.index(m.entity.type), default=None)
