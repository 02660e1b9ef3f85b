"""Holds what a document has been speaking of, while it is read from top to bottom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.anaphora import Anaphor, find_anaphora
from extractors.axes import Table
from extractors.entities import Mention
from extractors.lexicon import Hits
from extractors.linking import BEFORE, Standing, is_topic, standing
from extractors.model import Entity, Quantity, Segment, SegmentKind, Span
from extractors.passages import Passage, Reading
from extractors.signs import Signs
from extractors.syntax import CLAUSE, link
from extractors.values import filled_directly

if TYPE_CHECKING:  # what reads scenes cannot be imported at run time
    from extractors.distances import Sight
    from extractors.figure_rules import FigureRule, RuleSet
    from extractors.metrics import Fit, Place
    from extractors.moods import SpeakerRule
    from extractors.subjects import Subject

TOPICS_A_SENTENCE = 3
TOPICS_KEPT = 8
SENTENCES_BACK = 2
ANOTHER_CLAUSE = 25


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
class Memory:
    """What the document has been speaking of so far.

    Attributes:
        topics: Topics of the sentences before, latest first.
        topic: What the document as a whole is about: the entities of its title.
        opening: What a document whose title names nothing seems to be about.
        tables: By number.
        segment: The block that was read last.
        lead: Topics before the list that is being read; each item starts with them.
        period: Period that the amounts of this section are for; `usual_period` those of the whole document.
        sized: Models whose names' sizes were already told.
        told: The last figure of this stretch, where it fits a metric, or None.
        recent: The figures of the last passages that fit a metric, in order.
        ages: How many figures each of those passages told.
        passage: The passage before.
        counts: How often each entity was the topic of a sentence.
        signs: Where rare words stand that expressions wait for.
    """

    topics: list[Mention] = field(default_factory=list)
    topic: tuple[Mention, ...] = ()
    opening: tuple[Mention, ...] = ()
    tables: dict[int, Table] = field(default_factory=dict)
    segment: Segment | None = None
    lead: tuple[Mention, ...] = ()
    period: str = ""
    usual_period: str = ""
    sized: set[str] = field(default_factory=set)
    told: Told | None = None
    recent: list[Told] = field(default_factory=list)
    ages: list[int] = field(default_factory=list)
    passage: Passage | None = None
    counts: Counter[str] = field(default_factory=Counter)
    signs: Signs = field(default_factory=Signs)

    def enter(self, segment: Segment) -> None:
        """Forgets the sentences before when a heading or another item of a list begins."""
        last = self.segment
        self.segment = segment
        if last is None or segment.headings != last.headings:
            self.topics.clear()
            self.period = ""
            self.told = None
            self.recent.clear()
            self.ages.clear()
            return
        if segment.kind is SegmentKind.ITEM and segment.start != last.start:
            self.lead = self.lead if last.kind is SegmentKind.ITEM else tuple(self.topics)
            self.topics[:] = self.lead
        elif last.kind is SegmentKind.ITEM and segment.kind is not SegmentKind.ITEM:
            self.topics[:] = self.lead
        if segment.kind is not last.kind:
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
        """Remembers what the passage was about."""
        mentions = scene.passage.mentions
        if not mentions:
            return
        for mention in reversed([m for m in mentions if is_topic(m)][:TOPICS_A_SENTENCE]):
            stands = standing(scene, mention)
            if not stands.oblique and not stands.source:
                self.topics.insert(0, mention)
                self.counts[mention.entity.id] += 1
        del self.topics[TOPICS_KEPT:]


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
        leads: Whether a name heads its item, and what speaks for or against it as a subject, by its start.
        antecedents: What its anaphors stand for, by their start and the types that were asked for.
        figures: The figures of the passage as their surroundings mean them.
        sights: What the figures of the passage see, by their start.
        contests: The rules that figures of one unit may fit here, and the cues that compete for them.
        around: Where labels and headings hold words of a group, as far as that was asked for.
        speakers: The rules whose words of saying stand in the passage; None until asked for.
        standings: How the names of the passage stand in it, by their start, as far as that was asked for.
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
    standings: dict[int, Standing] = field(default_factory=dict)
    sights: "dict[int, Sight]" = field(default_factory=dict)
    leads: dict[int, tuple[bool, float]] = field(default_factory=dict)
    antecedents: "dict[tuple[int, tuple[str, ...]], Entity | None]" = field(default_factory=dict)
    contests: "dict[RuleSet, tuple[Sequence[FigureRule], Sequence[tuple[str, tuple[int, int]]]]]" = field(
        default_factory=dict
    )
    around: "dict[str, tuple[Sequence[Place], Sequence[Place]]]" = field(default_factory=dict)
    speakers: "list[SpeakerRule] | None" = None
    _context: Span | None = None
    _anaphors: list[Anaphor] | None = None
    _breaks: list[tuple[int, int]] | None = None
    _label_cues: list[Hits] | None = None
    _above_cues: list[Hits] | None = None
    _groups: frozenset[str] | None = None

    def __post_init__(self) -> None:
        self.text = self.reading.text
        self.lower = self.reading.lower
        self.segment = segment = self.passage.segment
        self.labels = self.reading.labels_of(segment)
        self.above = segment.above
        self.kinds = {mention.entity.type for mention in self.passage.mentions}

    def follows(self, id: str, start: int, reach: int = BEFORE) -> bool:
        """Returns whether the words of a link stand right before a place of the passage."""
        return link(id).search(self.lower, max(self.passage.start, start - reach), start) is not None

    def breaks(self, start: int, end: int) -> int:
        """Returns how many breaks between clauses stand in a stretch of the passage."""
        if self._breaks is None:
            self._breaks = [m.span() for m in CLAUSE.finditer(self.text, self.passage.start, self.passage.end)]
        count = 0
        for first, last in self._breaks:
            if start <= first and last <= end:
                count += 1
        return count

    def gap(self, start: int, end: int, spot: tuple[int, int]) -> int:
        """Returns how far a spot stands from `text[start:end]`; crossing into another clause counts 25 more."""
        first, last = (spot[1], start) if spot[1] <= start else (end, spot[0])
        if last <= first:
            return 0
        spaced = first > 0 and self.text[first - 1] == " "
        return last - first + (ANOTHER_CLAUSE if self.breaks(first - spaced, last) else 0)

    def anaphors(self, end: int) -> list[Anaphor]:
        """Returns the words of the passage before a place that stand for something named elsewhere."""
        if self._anaphors is None:
            self._anaphors = find_anaphora(self.text, self.passage.start, self.passage.end)
        found = [one for one in self._anaphors if one.end <= end]
        for one in self._anaphors[len(found) : len(found) + 1]:
            if one.start < end:  # the place cuts a phrase, of which a pronoun may be left
                found += find_anaphora(self.text, one.start, end)
        return found

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
