"""Tells how a name stands in its sentence: what it does there, what governs it, which list holds it."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extractors.clauses import goes_on, load_verbs, noun_acts, verb_follows
from extractors.entities import Mention
from extractors.passages import Passage
from extractors.syntax import LIST_JOIN, link, may_govern

if TYPE_CHECKING:  # scenes keep the standings, so they cannot be imported at run time
    from extractors.memory import Scene

TOPICAL = frozenset({"organization", "model", "family", "product", "cluster"})
LISTED_TOGETHER = TOPICAL | {"platform", "segment"}
STANDING = LISTED_TOGETHER | {"place", "hardware"}
REPORTED = re.compile(r"-(?:reported|measured|claimed|disclosed|confirmed)\b")
SPEAKERS = frozenset({"organization", "person", "platform"})
BEFORE = 40
GOVERNING = {"oblique": "oblique", "compared": "compared", "according": "quoted", "platform": "platform"}
AFTER_NAME = frozenset("(—–-:")
NEXT = re.compile(r" ([a-z]+)")
OPENING = re.compile(r"\W*(?:(?:the|a|an|both|its|while|although|as|today|meanwhile|but|and|now)\s+)*")
OPENING_REACH = 30
WORDS_BEFORE = 4
LONGEST_JOIN = 8
LISTED_BEFORE = re.compile(r"(?<=[a-z] )(?:[A-Z][\w.&'’-]*(?: (?:[A-Z&][\w.&'’-]*))*,? (?:and )?)+$")
LIST_REACH = 120
OWNING = ("'", "’")
HEAD = re.compile(r"(?:\s*\([^()\n]{0,60}\))?\s*(?:[—–:]|\s-\s)")


class Standing(NamedTuple):
    """How a name stands in its sentence.

    Attributes:
        marks: What is true of it, by the names of rules/subjects.toml.
        place: Its place in the list of names that holds it ("A, B and C"), from 0.
        length: How many names that list has; 1 outside lists.
    """

    marks: tuple[str, ...] = ()
    place: int = 0
    length: int = 1

    @property
    def oblique(self) -> bool:
        """Whether a preposition, a bracket or a comparison governs the name or the list that it stands in."""
        return "oblique" in self.marks or "compared" in self.marks

    @property
    def quoted(self) -> bool:
        """Whether the words around the name make it a source: "according to X", "told X", "@X", "X-reported"."""
        return "quoted" in self.marks

    @property
    def source(self) -> bool:
        """Whether the name stands for who reports a figure or pays it, not for what it is about."""
        return "quoted" in self.marks or "reports" in self.marks or "gives" in self.marks


FREE = Standing()


def standing(scene: "Scene", mention: Mention) -> Standing:
    """Returns how a name stands in the passage; found once for all the names that the passage holds."""
    if scene.standings is None:
        scene.standings = _find_standings(scene)
    return scene.standings.get(mention.start, FREE)


def _find_standings(scene: "Scene") -> dict[int, Standing]:
    text, found = scene.text, dict[int, Standing]()
    names = [m for m in scene.passage.mentions if m.entity.type in STANDING and m.kind != "adjective"]
    for group in find_lists(text, names):
        first = group[0]
        before, behind = _governed(scene, first.start), _behind(scene, group[-1])
        marks = before + behind + _own(scene, first)
        found[first.start] = _alone(marks) if len(group) == 1 else Standing(marks, 0, len(group))
        for place, mention in enumerate(group[1:], 1):
            own = tuple(mark for mark in _governed(scene, mention.start) if mark not in before)
            found[mention.start] = Standing(before + own + behind + _own(scene, mention), place, len(group))
    return found


@lru_cache(maxsize=1024)
def _alone(marks: tuple[str, ...]) -> Standing:
    return Standing(marks)


def find_lists(text: str, names: Sequence[Mention]) -> Iterator[Sequence[Mention]]:
    """Yields the lists that names form ("A, B and C"), a name that stands alone as a list of one."""
    first = 0
    for at in range(1, len(names) + 1):
        if at == len(names) or not _are_listed(text, names[at - 1], names[at]):
            yield names[first:at]
            first = at


def _are_listed(text: str, one: Mention, other: Mention) -> bool:
    """Returns whether two names stand side by side in a list: "On MMLU, Qwen leads" names a benchmark and a model."""
    if other.start - one.end > LONGEST_JOIN:
        return False
    if text[other.end : other.end + 1] in OWNING and text[one.end : other.start].strip() == ",":
        return False  # "Claude, Anthropic's assistant"
    alike = one.entity.type == other.entity.type or {one.entity.type, other.entity.type} <= LISTED_TOGETHER
    return alike and LIST_JOIN.fullmatch(text, one.end, other.start) is not None


def _governed(scene: "Scene", start: int) -> tuple[str, ...]:
    """Returns which words govern what stands behind them: a preposition or bracket, a comparison, a quotation."""
    first = max(scene.passage.start, start - BEFORE)
    before = scene.text[start - 1] if first < start else ""
    if scene.text[start - 2 : start] == ", " or scene.text[start - 5 : start] == " and ":
        unknown = LISTED_BEFORE.search(scene.text, max(scene.passage.start, start - LIST_REACH), start)
        start = unknown.start() if unknown else start
        first = max(scene.passage.start, start - BEFORE)
    if before != " ":
        return ("oblique",) if before == "(" else ("quoted",) if before == "@" else _opening(scene, start)
    words = scene.lower
    if not may_govern(words[max(words.rfind(" ", first, start - 1) + 1, first) : start - 1]):
        return _opening(scene, start)
    return _governing(" ".join(words[first:start].split(" ")[-WORDS_BEFORE:])) or _opening(scene, start)


@lru_cache(maxsize=8192)
def _governing(words: str) -> tuple[str, ...]:
    """Returns which of the governing links the last of some words are; the same ones stand before many names."""
    return tuple(mark for id_, mark in GOVERNING.items() if link(id_).search(words))


def _opening(scene: "Scene", start: int) -> tuple[str, ...]:
    """Returns whether a name opens its passage, or what stands behind a semicolon there."""
    first = max(scene.passage.start, scene.text.rfind(";", scene.passage.start, start) + 1)
    return ("opens",) if start - first < OPENING_REACH and OPENING.fullmatch(scene.lower, first, start) else ()


def _behind(scene: "Scene", last: Mention) -> tuple[str, ...]:
    """Returns what the words behind a name or list of names say of it."""
    text, end, stop = scene.text, last.end, scene.passage.end
    following, after = text[end : end + 1], end
    head: tuple[str, ...] = ()
    if following == " " and text[end + 1 : end + 2].islower():
        pass  # the words go on
    elif not following or following not in " ,:—–":
        return ()
    else:
        head = ("head",) if HEAD.match(text, end, stop) else ()
        after = goes_on(text, end, stop)
    if not verb_follows(text, after, stop):
        if (word := NEXT.match(text, end, stop)) and word[1] in load_verbs()["people"]:
            return (*head, "somebody of")
        return (*head, "noun acts") if noun_acts(text, end, stop) else head
    if last.entity.type in SPEAKERS and link("reports").match(text, after, stop):
        return (*head, "reports")
    if link("led-round").match(text, after, stop):
        return (*head, "gives")
    return (*head, "speaks" if link("speaks").match(text, after, stop) else "acts")


def _own(scene: "Scene", mention: Mention) -> tuple[str, ...]:
    """Returns what the words right behind a name say of it alone."""
    text, stop = scene.text, scene.passage.end
    following = text[mention.end : mention.end + 1]
    if following in OWNING:
        return ("owner", "noun acts") if noun_acts(text, mention.end, stop) else ("owner",)
    return ("quoted",) if following == "-" and REPORTED.match(text, mention.end, stop) else ()


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
