"""Finds in which mood something is said (planned, alleged, denied, a limit) and who the document says reports it."""

import re
from dataclasses import dataclass
from functools import cache

from extractors.linking import words_before
from extractors.memory import Scene
from extractors.model import Span, Status
from extractors.rules import check_entries, load_rules
from extractors.syntax import link

BEFORE = {Status.DENIED: 70, Status.ALLEGED: 140, Status.PLANNED: 90}
AFTER = {Status.DENIED: 20, Status.ALLEGED: 60, Status.PLANNED: 16}
NAMED_AFTER = 16
BUDGET_REACH = 70
SOURCED = re.compile(r"(?:people|sources?|familiar|insiders|according|reports|media|press|a? ?person)\b")
PLANNED_BEHIND = re.compile(r"(?:is |are )?(?:planned|expected|projected|forecast|targeted)\b")
NEAR = 110
LASTING = frozenset({"license", "openness", "headquarters", "founder", "developer"})
SIGNS = frozenset("+><≥≤")
MOODS = (
    ("denied", Status.DENIED),
    ("alleged", Status.ALLEGED),
    ("planned", Status.PLANNED),
    ("modal", Status.PLANNED),
)
SPEAKER = r"(?P<name>@\w{2,30}|[A-Z][\w&.’'-]*(?: [A-Z][\w&.’'-]*){0,3})"
LIMIT_LIST = re.compile(r"\b(?:above|over|more than|exceeding)\b[^.;()]{0,40}\bor\s+$")
FIGURE = re.compile(r"[\d$€£¥]")
POSSESSIVE = re.compile(r"['’]s$")


@dataclass(frozen=True, slots=True)
class SpeakerRule:
    """An expression that names a speaker.

    Attributes:
        pattern: The expression.
        words: Words in lower case, one of which each match holds.
        after: Whether it may stand behind the figure too.
    """

    pattern: re.Pattern[str]
    words: tuple[str, ...]
    after: bool


@cache
def load_speakers() -> tuple[SpeakerRule, ...]:
    """Returns the rules that name a speaker.

    Raises:
        RuleError: An entry has an unknown key, lacks one, or stands twice.
    """
    entries = load_rules("moods.toml")["speaker"]
    required = ("id", "pattern", "words", "after", "source", "example", "counterexample")
    check_entries(entries, file="rules/moods.toml", required=required, optional=())
    return tuple(
        SpeakerRule(re.compile(entry["pattern"].format(speaker=SPEAKER)), tuple(entry["words"]), entry["after"])
        for entry in entries
    )


@cache
def load_breaks() -> re.Pattern[str]:
    """Returns the expression that finds where a verb of its own begins."""
    entries = load_rules("moods.toml")["break"]
    required = ("id", "pattern", "source", "example", "counterexample")
    check_entries(entries, file="rules/moods.toml", required=required, optional=())
    return re.compile("|".join(entry["pattern"] for entry in entries), re.I)


@cache
def load_metrics(kind: str) -> frozenset[str]:
    """Returns the metrics that a licence or a law can set a `limitable` limit of, or that are `foreseeable`."""
    return frozenset(load_rules("moods.toml")[kind][0]["metrics"])


def find_status(scene: Scene, value: Span, metric: str) -> Status:
    """Returns the mood in which a value is said."""
    if metric in load_metrics("limitable") and _limited(scene, value):
        return Status.THRESHOLD
    status = _mood(scene, value, metric)
    if status is not Status.ASSERTED and not scene.follows("former-value", value.start, 24):
        return status
    planned = _in_outlook(scene, metric) or (metric == "investment" and _budgeted(scene, value))
    return Status.PLANNED if planned else Status.ASSERTED


def _in_outlook(scene: Scene, metric: str) -> bool:
    """Returns whether the list or section that a company's figure stands in tells what is expected."""
    if metric not in load_metrics("foreseeable"):
        return False
    segment = scene.segment
    if (
        segment.parent
        and scene.text[segment.parent.end - 1] == ":"
        and "outlook" in scene.reading.label_cues(segment.parent)
    ):
        return True
    return bool(segment.headings) and "outlook" in scene.reading.label_cues(segment.headings[-1])


def _reaches_back(scene: Scene, status: Status, first: int, distance: int) -> bool:
    """Returns whether a word of mood behind a value speaks of it."""
    if status is Status.PLANNED:
        return PLANNED_BEHIND.match(scene.lower, first) is not None
    return distance <= NAMED_AFTER or SOURCED.match(scene.lower, first) is not None


def _mood(scene: Scene, value: Span, metric: str) -> Status:
    cues = scene.passage.cues
    for group, status in MOODS:
        if group not in cues or (status is Status.PLANNED and metric in LASTING):
            continue
        if group == "modal" and metric not in load_metrics("foreseeable"):
            continue
        for first, last in cues[group]:
            if status is Status.PLANNED and scene.follows("surpassing", first):
                continue
            before = last <= value.start
            distance = value.start - last if before else first - value.end
            if not 0 <= distance <= (BEFORE if before else AFTER)[status]:
                continue
            if not before and not _reaches_back(scene, status, first, distance):
                continue
            if _one_clause(scene, *((last, value.start) if before else (value.end, first))):
                return status
    return Status.ASSERTED


def _budgeted(scene: Scene, value: Span) -> bool:
    """Returns whether the clause of an investment speaks of a plan, not of money spent."""
    if any("budget" in hits for hits in scene.label_cues()):
        return True
    for first, last in scene.passage.cues.get("budget", ()):
        start, end = (last, value.start) if last <= value.start else (value.end, first)
        if end - start <= BUDGET_REACH and _one_clause(scene, start, end):
            return True
    return False


def _one_clause(scene: Scene, start: int, end: int) -> bool:
    """Returns whether neither a clause nor a verb of its own begins in a stretch."""
    return not scene.breaks(start, end) and load_breaks().search(scene.text, start, end) is None


def _limited(scene: Scene, value: Span) -> bool:
    """Returns whether a licence or a law sets the figure as a limit."""
    if not _is_limit(scene, value):
        return False
    reading, passage = scene.reading, scene.passage
    labels = [*scene.labels, *scene.segment.headings[-1:]]
    if any(reading.label_cues(label).keys() & {"license", "law"} for label in labels):
        return True
    terms = [(m.start, m.end) for m in passage.mentions if m.entity.type == "licence"]
    terms += [hit for group in ("license", "law") for hit in passage.cues.get(group, ())]
    spots = (*terms, *passage.cues.get("limit", ()))
    return bool(terms) and any(hit[0] - value.end < NEAR and value.start - hit[1] < NEAR for hit in spots)


def _is_limit(scene: Scene, value: Span) -> bool:
    """Returns whether the figure bounds something: "above 700M", "700M+", "a 700M threshold", "above 1 or 2"."""
    words = value.of(scene.lower)
    lead = words_before(scene.lower, scene.passage, value.start, 20) + FIGURE.split(words, maxsplit=1)[0]
    if link("limited").search(lead) or SIGNS & set(words):
        return True
    named = any(0 <= first - value.end <= NAMED_AFTER for first, _ in scene.passage.cues.get("limit", ()))
    return named or bool(LIMIT_LIST.search(words_before(scene.text, scene.passage, value.start, 60)))


def find_speaker(scene: Scene, value: Span) -> str | None:
    """Returns who the document says reports the value, or None."""
    passage = scene.passage
    if scene.speakers is None:
        words = scene.lower[passage.start : passage.end]
        scene.speakers = [rule for rule in load_speakers() if any(map(words.__contains__, rule.words))]
    for rule in scene.speakers:
        match = rule.pattern.search(scene.text, passage.start, passage.end if rule.after else value.start)
        if match is not None:
            return POSSESSIVE.sub("", match["name"].strip(" .,"))
    return None
