"""Holds what a document has been speaking of, while it is read from top to bottom."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from extractors.axes import Table
from extractors.clauses import find_asides
from extractors.entities import Mention
from extractors.lexicon import Hits
from extractors.linking import BEFORE, Standing, is_topic, standing
from extractors.model import Entity, Quantity, Segment, SegmentKind, Span
from extractors.passages import Passage, Reading
from extractors.syntax import CLAUSE, link
from extractors.values import filled_directly

if TYPE_CHECKING:  # they read scenes, so they cannot be imported at run time
    from extractors.antecedents import Known, Reference, Sense
    from extractors.distances import Sight
    from extractors.figure_rules import FigureRule, RuleSet
    from extractors.metrics import Fit, Place
    from extractors.moods import SpeakerRule
    from extractors.subjects import Subject

CELLS = frozenset({SegmentKind.CELL, SegmentKind.LABEL, SegmentKind.FIELD})
TOPICS_KEPT = 8
SENTENCES_BACK = 2
OWN_LINE = "was a line"
LINE_SLACK = 3
LARGE_SHARE = 0.4
SMALL_SHARE = 0.15
ANOTHER_CLAUSE = 25
NAMES_IN_VIEW = 24


@filled_directly
@dataclass(frozen=True, slots=True)
class Told:
    """What a figure tells.

    Attributes:
        figure: The figure in base units.
        fit: Rule of its metric, None where the catalogue has none.
        subject: Whom it is about.
        qualifiers: What the text, or the figure it leans on, says of its scope.
    """

    figure: Quantity
    fit: "Fit | None"
    subject: "Subject"
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Topic:
    """What a reader remembers of something that the text has named.

    Attributes:
        mention: Where it was named last.
        segment: The block that did so.
        named: Number of the sentence that did so.
        part: How it stood there.
        led: Number of the last sentence that was about it, far back where none was.
        leads: How many sentences were about it.
        size: Whether the document names it much or little.
    """

    mention: Mention
    segment: Segment
    named: int = 0
    part: str = "was plain"
    led: int = -99
    leads: int = 0
    size: tuple[str, ...] = ()


@dataclass(slots=True)
class Memory:
    """What the document has been speaking of so far.

    Attributes:
        topics: What it has named, by id of the entity, the latest last.
        topic: What the document as a whole is about: the entities of its title.
        opening: What a document whose title names nothing seems to be about.
        tables: By number.
        segment: The block that was read last.
        sentence: Number of the sentence that is being read.
        period: Period that the amounts of this section are for; `usual_period` those of the whole document.
        sized: Models whose names' sizes were already told.
        told: The last figure of this stretch, where it fits a metric, or None.
        recent: The figures of the last passages that fit a metric, in order.
        ages: How many figures each of those passages told.
        passage: The passage before.
        openness: Where words of openness stand in the document, in order.
        main: What the document names most, and whether by far; None where it names nothing often.
        backdrop: What the headings and the like name, with what tells whether it still holds.
        shares: Which part of the document's names of its type each entity has.
    """

    topics: dict[str, Topic] = field(default_factory=dict)
    topic: tuple[Mention, ...] = ()
    opening: tuple[Mention, ...] = ()
    tables: dict[int, Table] = field(default_factory=dict)
    segment: Segment | None = None
    sentence: int = 0
    period: str = ""
    usual_period: str = ""
    sized: set[str] = field(default_factory=set)
    told: Told | None = None
    recent: list[Told] = field(default_factory=list)
    ages: list[int] = field(default_factory=list)
    passage: Passage | None = None
    openness: Sequence[tuple[int, int]] = ()
    shares: dict[str, float] = field(default_factory=dict)
    main: tuple[Mention, bool] | None = None
    backdrop: tuple[Any, dict[str, tuple[Mention, tuple[str, ...]]]] | None = None

    def enter(self, segment: Segment) -> None:
        """Forgets the figure told last where another section or another kind of block begins."""
        last = self.segment
        self.segment = segment
        self.sentence += 1
        if last is None or segment.headings != last.headings:
            self.period = ""
            self.told = None
            self.recent.clear()
            self.ages.clear()
        elif segment.kind is not last.kind:
            self.told = None

    def tell(self, told: Told) -> None:
        """Remembers a figure."""
        self.told = told if told.fit else None
        if told.fit:
            self.recent.append(told)

    def leave(self, passage: Passage) -> None:
        """Remembers the passage that was read."""
        self.passage = passage
        self.ages.append(len(self.recent) - sum(self.ages))
        if len(self.ages) > SENTENCES_BACK:
            del self.recent[: self.ages.pop(0)]

    def note(self, scene: "Scene") -> None:
        """Remembers what the passage named and what it was about."""
        if scene.segment.kind in CELLS or not (scene.passage.mentions or scene.subjects):
            return
        led = {entity.id for entity in scene.subjects}
        for mention in scene.passage.mentions:
            if is_topic(mention):
                part = OWN_LINE if _is_line(scene, mention) else _part(standing(scene, mention))
                if part == "was subject":
                    led.add(mention.entity.id)
                self._name(scene.segment, mention, part)
        for entity in scene.subjects:
            if entity.id not in self.topics:
                start = scene.passage.start
                self._name(scene.segment, Mention(start, start, entity, "anaphor"), "was plain")
        for id_ in led & self.topics.keys():
            self.topics[id_].led = self.sentence
            self.topics[id_].leads += 1
        self._forget()

    def _forget(self) -> None:
        """Drops what was named so long ago that a reader no longer holds on to it."""
        while len(self.topics) > TOPICS_KEPT:
            del self.topics[next(iter(self.topics))]

    def _name(self, segment: Segment, mention: Mention, part: str) -> None:
        id_ = mention.entity.id
        topic = self.topics.pop(id_, None)
        if topic is None:
            topic = Topic(mention, segment, size=size_of(self.shares.get(id_, 0.0)))
        if topic.named != self.sentence:
            topic.mention, topic.segment, topic.named, topic.part = mention, segment, self.sentence, part
        self.topics[id_] = topic


def size_of(share: float) -> tuple[str, ...]:
    """Returns whether a part of a document's names is large or small, as a feature of rules/subjects.toml."""
    return ("much named",) if share > LARGE_SHARE else ("little named",) if share < SMALL_SHARE else ()


def _is_line(scene: "Scene", mention: Mention) -> bool:
    """Returns whether a name is a whole line of its own, which heads what follows as a heading does."""
    segment = scene.segment
    return segment.end - segment.start - (mention.end - mention.start) <= LINE_SLACK


def _part(stands: Standing) -> str:
    """Returns what part a name played in its sentence."""
    if stands.source or "speaks" in stands.marks:
        return "was source"
    if stands.oblique:
        return "was oblique"
    return "was subject" if "acts" in stands.marks else "was plain"


@dataclass(slots=True)
class Scene:
    """What a reader has in view at a passage: the document, the passage, and what was spoken of before.

    What many questions ask of one passage is found once and kept here.

    Attributes:
        text: The text that every offset points into.
        segment: The block that holds the passage.
        labels: Heads of the cell's row and column, or the label of the label row.
        above: The line or item that the block belongs to and its nearest heading.
        lower: The text in lower case, letter for letter.
        kinds: Types of the entities that the passage names.
        contests: The rules that figures of one unit may fit here, and the cues that compete for them.
        around: Where labels and headings hold words of a group, as far as that was asked for.
        speakers: The rules whose words of saying stand in the passage; None until asked for.
        figures: The figures of the passage as their surroundings mean them.
        sights: What the figures of the passage see, by their start.
        standings: How the names of the passage stand in it, by their start; None until asked for.
        subjects: What its claims are about.
        known: What a reader has in mind when the passage begins; None until asked for.
        references: Its anaphors; None until asked for.
        readings: What they may stand for, by their start and the types that were asked for.
    """

    reading: Reading
    passage: Passage
    memory: Memory
    text: str = field(init=False)
    segment: Segment = field(init=False)
    labels: Sequence[Span] = field(init=False)
    above: Sequence[Span] = field(init=False)
    lower: str = field(init=False)
    kinds: set[str] = field(init=False)
    figures: Sequence[Quantity] = ()
    sights: "dict[int, Sight]" = field(default_factory=dict)
    contests: "dict[RuleSet, tuple[Sequence[FigureRule], Sequence[tuple[str, tuple[int, int]]]]]" = field(
        default_factory=dict
    )
    around: "dict[str, tuple[Sequence[Place], Sequence[Place]]]" = field(default_factory=dict)
    speakers: "list[SpeakerRule] | None" = None
    _context: Span | None = None
    standings: dict[int, Standing] | None = None
    subjects: list[Entity] = field(default_factory=list)
    known: "list[Known] | None" = None
    references: "list[Reference] | None" = None
    readings: "dict[tuple[int, tuple[str, ...]], tuple[Sense, ...]]" = field(default_factory=dict)
    _breaks: tuple[list[int], list[int]] | None = None
    _asides: list[tuple[int, int]] | None = None
    _label_cues: list[Hits] | None = None
    _above_cues: list[Hits] | None = None
    _groups: frozenset[str] | None = None

    def __post_init__(self) -> None:
        self.text = self.reading.text
        self.lower = self.reading.lower
        self.segment = segment = self.passage.segment
        if segment.row is None and segment.column is None and segment.table is None:
            self.labels = ()
        else:
            self.labels = self.reading.labels_of(segment)
        self.above = segment.above
        self.kinds = {mention.entity.type for mention in self.passage.mentions}

    def follows(self, id: str, start: int, reach: int = BEFORE) -> bool:
        """Returns whether the words of a link stand right before a place of the passage."""
        return link(id).search(self.lower, max(self.passage.start, start - reach), start) is not None

    def breaks(self, start: int, end: int) -> int:
        """Returns how many breaks between clauses stand in a stretch of the passage."""
        if self._breaks is None:
            found = [m.span() for m in CLAUSE.finditer(self.text, self.passage.start, self.passage.end)]
            self._breaks = [first for first, _ in found], [last for _, last in found]
        starts, ends = self._breaks
        return max(bisect_right(ends, end) - bisect_left(starts, start), 0) if starts else 0

    def gap(self, start: int, end: int, spot: tuple[int, int]) -> int:
        """Returns how far a spot stands from `text[start:end]`; crossing into another clause counts 25 more."""
        first, last = (spot[1], start) if spot[1] <= start else (end, spot[0])
        if last <= first:
            return 0
        spaced = first > 0 and self.text[first - 1] == " "
        return last - first + (ANOTHER_CLAUSE if self.breaks(first - spaced, last) else 0)

    def apart(self, place: int, value: int) -> bool:
        """Returns whether a place stands in an aside that a value is no part of."""
        if self._asides is None:
            self._asides = find_asides(self.text, self.passage.start, self.passage.end)
        at = bisect_right(self._asides, place, key=_first) - 1 if self._asides else -1
        if at < 0:
            return False
        start, end = self._asides[at]
        return place < end and not start <= value < end

    def near(self, place: int) -> Sequence[Mention]:
        """Returns the names of the passage around a place: all but in long lists and texts without a full stop."""
        mentions = self.passage.mentions
        if len(mentions) <= 2 * NAMES_IN_VIEW:
            return mentions
        at = bisect_left(mentions, place, key=_start)
        return mentions[max(at - NAMES_IN_VIEW, 0) : at + NAMES_IN_VIEW]

    def context(self) -> Span:
        """Returns the passage's stretch of the stored text."""
        if self._context is None:
            self._context = self.reading.spacing.stored_span(Span(self.passage.start, self.passage.end))
        return self._context

    def label_cues(self) -> list[Hits]:
        """Returns the cue words of each label."""
        if self._label_cues is None:
            self._label_cues = [self.reading.label_cues(label) for label in self.labels]
        return self._label_cues

    def above_cues(self) -> list[Hits]:
        """Returns the cue words of what stands above."""
        if self._above_cues is None:
            self._above_cues = [self.reading.label_cues(label) for label in self.above]
        return self._above_cues

    def groups(self) -> frozenset[str]:
        """Returns the cue groups of the passage and of everything around it that labels it."""
        if self._groups is None:
            self._groups = frozenset(self.passage.cues).union(*self.label_cues(), *self.above_cues())
        return self._groups


def _first(stretch: tuple[int, int]) -> int:
    return stretch[0]


def _start(mention: Mention) -> int:
    return mention.start
