"""Tells how a name or an anaphor stands to a value: before or behind it, how far, in its clause, as its owner.

What is told are features (rules/subjects.toml): how names and values go together in a sentence, by the words between.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from extractors.catalogue import load_catalogue
from extractors.distances import sight
from extractors.entities import Mention
from extractors.linking import Standing, standing
from extractors.memory import Scene
from extractors.model import Span
from extractors.ranking import Features

LINKED = re.compile(
    r"(?:[\s-]+(?!and\b|or\b|while\b|by\b)[\w%+-]+){0,3}?"
    r"\s+(?P<by>for|of|in|from|at|on|using|to|into)\s+(?:the |its )?(?:[a-z]+ing )?"
    r"|\s+by\s+(?:the )?",
    re.I,
)
OWNER = re.compile(r"['’]s?\s+(?:[\w.-]+\s+){0,4}")
TOUCHING: dict[str, str] = dict.fromkeys(
    ("", "has", "had", "with", "at", "is at", "stood at", "to", ",", ", with"), "beside"
)
TOUCHING.update(dict.fromkeys(("(", "–", "—", ":"), "holds"))
OWN = re.compile(r"\s+(?:[\w.-]+\s+){0,2}")
BRACKETED = re.compile(r"[\w\s%+-]{0,30}\(")
WHO = ("which ", "who ", "that ", ", which ", ", who ")
LONGEST_WHO = 9
FRONTED = re.compile(r"[^,;:—]{0,80},\s+(?:the\s+)?")
WHAT_IT_DID = re.compile(r"\s+(?:[\w-]+\s+){0,7}")
BASED = re.compile(r"-(?:based|headquartered)\s+(?:[a-z]+\s+){0,2}")
APPOSED = re.compile(r",\s+(?:an?|the|now|once|formerly|itself|one)\s[^,;—]*(?:,[^,;—]{0,40}and\s[^,;—]*)?")
DASHED = re.compile(r"[—–-]\s*(?:an?|the|its|with|making|up|down|about|roughly|from|including|and|which|over|more)\b")
LIMITS = (3, 15, 40, 80)
BEFORE = ("before at once", "before near", "before within 40", "before within 80", "before far")
BEHIND = ("behind at once", "behind near", "behind within 40", "behind within 80", "behind far")
INWARD = frozenset({"to", "into"})
GIVEN = frozenset({"funding", "investment"})


class Carried(NamedTuple):
    """The figure before in the passage: where it ends, and whether the next one carries it on."""

    end: int
    elliptic: bool


class Question:
    """What is asked: whom a value is about.

    Attributes:
        scene: The passage with its document and what was spoken of before.
        value: Stretch of the value.
        ranks: The types that the metric accepts, each with the feature of its rank.
        noun: The counted phrase; a name inside it is the subject ("400 Qwen models").
        metric: Id of the metric, "" where none is known.
    """

    def __init__(self, scene: Scene, value: Span, ranks: dict[str, str], noun: str = "", metric: str = "") -> None:
        self.scene, self.value, self.ranks, self.noun, self.metric = scene, value, ranks, noun, metric
        self._rivals: list[tuple[Mention, bool]] | None = None

    @property
    def rivals(self) -> list[tuple[Mention, bool]]:
        """The names of the passage that could be meant and stand free, and whether each is the subject of a verb."""
        if self._rivals is None:
            self._rivals = self._find_rivals()
        return self._rivals

    def _find_rivals(self) -> list[tuple[Mention, bool]]:
        found: list[tuple[Mention, bool]] = []
        for mention in self.scene.near(self.value.start):
            if mention.entity.type in self.ranks and mention.kind != "adjective":
                stands = standing(self.scene, mention)
                if not stands.oblique and not stands.source:
                    found.append((mention, "acts" in stands.marks))
        return found

    @cached_property
    def series(self) -> tuple[int, int]:
        """The place of the value in a list of like figures, from 0, and how many there are."""
        figures = self.scene.passage.quantities
        figure = next((f for f in figures if f.start == self.value.start), None)
        if figure is None:
            return 0, 1
        seen = sight(self.scene, figure)
        members = [f.start for f in figures if seen.start <= f.start and f.end <= seen.end]
        return members.index(figure.start), len(members)

    def parallel(self, place: int, length: int) -> tuple[str, ...]:
        """Returns whether a name has the place in its list that the value has in its own: "A and B have 5 and 6"."""
        if length < 2 or len(self.scene.passage.quantities) < 2:
            return ()
        at, count = self.series
        return () if count != length else ("in parallel",) if place == at else ("not in parallel",)


def place(question: Question, mention: Mention, stands: Standing, *, own: bool = False) -> Features:
    """Returns how a name or an anaphor stands to the value; `own` for "its" and "their"."""
    ahead = mention.end <= question.value.start
    found = _before(question, mention, stands.marks, own=own) if ahead else _behind(question, mention, stands.marks)
    if stands.length > 1:
        found += question.parallel(stands.place, stands.length)
    return tuple(found)


def _before(question: Question, mention: Mention, marks: Features, *, own: bool) -> list[str]:
    """Returns how a name or anaphor stands to a value behind it."""
    scene, end, start = question.scene, mention.end, question.value.start
    between = scene.text[end:start]
    found = [BEFORE[bisect_left(LIMITS, start - end)]]
    breaks = scene.breaks(end, start)
    if breaks and DASHED.search(between):
        breaks -= 1
    if _heads(marks) and not _headed_between(question, end):
        found.append("head of the item")
        breaks = 0
    if breaks:
        found.append("clause ends" if breaks == 1 else "clauses end")
    if apart := scene.apart(mention.start, start):
        found.append("apart")
    others = _between(question, end, start)
    subjects = bool(others) and any(acts for _, acts in others)
    if others:
        found.append("subjects between" if subjects else "others between")
        if _has_member(mention, others):
            found.append("members between")
    if not (breaks or apart or subjects or "oblique" in marks or "compared" in marks):
        if "acts" in marks:
            found.append("subject of the clause")
        else:
            if "noun acts" in marks:
                found.append("owns the subject")
            if "opens" in marks and not others:
                found.append("opens the clause")
    if own:
        found.append("owns" if not others and OWN.fullmatch(between) else "owns something else")
    elif (between[:1] == "'" or between[:1] == "’") and not others and OWNER.fullmatch(between):
        found.append("owns")
    if touching := _touching(question, between):
        found.append(touching)
    return found


def _between(question: Question, first: int, last: int) -> list[tuple[Mention, bool]]:
    """Returns the names between two places that could be meant; what stands in an aside of theirs could not."""
    scene, start = question.scene, question.value.start
    found = [rival for rival in question.rivals if first <= rival[0].start and rival[0].end <= last]
    return [rival for rival in found if not scene.apart(rival[0].start, start)] if found else found


def _heads(marks: Features) -> bool:
    """Returns whether a name is the head of an item: "Qwen 3: 4B, 8B; Qwen 2: 7B" has two."""
    return "head" in marks and "opens" in marks


def _headed_between(question: Question, end: int) -> bool:
    """Returns whether another item of the passage has begun between a place and the value."""
    start = question.value.start
    return any(
        end <= rival.start and rival.end <= start and _heads(standing(question.scene, rival).marks)
        for rival, _ in question.rivals
    )


def _touching(question: Question, between: str) -> str:
    """Returns how a name goes together with a value by the words between alone, "" where these tell nothing."""
    bare = between.strip()
    if bare in TOUCHING:
        return TOUCHING[bare]
    if bare[:1] == "(" and ")" not in bare:
        return "holds"
    if bare[:1] == "," and APPOSED.fullmatch(between):
        return "apposed"
    if bare.startswith(WHO):
        start = question.value.start
        return "" if question.scene.breaks(start - len(between) + LONGEST_WHO, start) else "relative"
    return ""


def _behind(question: Question, mention: Mention, marks: Features) -> list[str]:
    """Returns how a name or anaphor stands to a value before it."""
    scene, end, start = question.scene, question.value.end, mention.start
    between = scene.text[end:start]
    found = ["behind", BEHIND[bisect_left(LIMITS, start - end)]]
    breaks = scene.breaks(end, start)
    if breaks:
        found.append("clause ends" if breaks == 1 else "clauses end")
    acts = "acts" in marks
    if BRACKETED.fullmatch(between):
        found.append("in brackets")
        if _is_member(mention, question.rivals):
            found.append("narrows in brackets")
    elif linked := LINKED.fullmatch(between):
        found.append("linked")
        found += _link_of(question, linked["by"])
    elif between == " " and scene.follows("former-value", question.value.start, 24):
        found.append("linked former")
    elif scene.apart(start, question.value.start):
        found.append("apart")
    elif BASED.fullmatch(between):
        found.append("based there")
    elif acts and WHAT_IT_DID.fullmatch(between):
        found.append("did it")
    if acts and "," in between and FRONTED.fullmatch(between) and _free_before(question, end):
        found.append("fronted")
    if any(end <= rival[0].start and rival[0].end <= start for rival in question.rivals):
        found.append("others between")
    return found


def _free_before(question: Question, end: int) -> bool:
    """Returns whether no subject stands before the value."""
    return not any(acts for rival, acts in question.rivals if rival.end <= end)


def _link_of(question: Question, word: str | None) -> Iterator[str]:
    """Yields what the word that links a value to a name behind it says besides."""
    if word in INWARD:
        yield "linked to"
    if question.metric in GIVEN and (word in INWARD or word == "in"):
        yield f"{question.metric} linked in"
    if question.scene.follows("former-value", question.value.start, 24):
        yield "linked former"


def _is_member(mention: Mention, others: list[tuple[Mention, bool]]) -> bool:
    """Returns whether a name is that of a member of the family or organization that one of some names is."""
    above = {up.id for up in load_catalogue().ancestors(mention.entity)}
    return any(other.entity.id in above for other, _ in others)


def _has_member(mention: Mention, others: list[tuple[Mention, bool]]) -> bool:
    """Returns whether one of some names is a member of the family or organization that a mention names."""
    catalogue, id_ = load_catalogue(), mention.entity.id
    return any(up.id == id_ for other, _ in others for up in catalogue.ancestors(other.entity))
