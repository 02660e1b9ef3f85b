"""Learns whom to trust from the statements of a ledger and from what people judged.

Statements of one series and time are one question; those that agree are one answer (`store.best_value` says what
agrees). `store.fusion` weighs the answers, a source's reliability is learned for each family of metrics. A statement
that people preferred speaks for its source, one that they called the source's error against it; an error of extraction
is left out, it is none of the source's fault.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from store.ballots import Ballots, Key, count_ballots
from store.best_value import Trust, agrees, camps_of, counts, newest, without_lists
from store.fusion import JUDGEMENT_CLAIMS, PRIOR_CLAIMS, Fusion, Judged, fuse
from store.judgements import claim_key as judged_key
from store.metrics import Catalogue, Metric, load_metrics
from store.model import Decision, Judgement, Statement
from store.pairs import reading_order
from store.reasons import source_name
from store.series import claim_key
from store.track_records import USUAL_RELIABILITY, TrackRecord, TrackRecords, source_of

# A pair of sources has one vote when more than this share is copied, seen on so many series and times.
COPIED = 0.5
FEWEST_SHARED = 10

Track = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A series at a time, with the answers: groups of statements that agree."""

    key: Key
    family: str
    answers: tuple[tuple[Statement, ...], ...]


def learn_records(
    statements: Iterable[Statement],
    decisions: Iterable[Decision] = (),
    prior: Mapping[str, float] | None = None,
    catalogue: Catalogue | None = None,
) -> TrackRecords:
    """Returns how far each source can be trusted in each family of metrics, whatever the order of the statements.

    Args:
        statements: Of any entities.
        decisions: Those that stand.
        prior: Chance that a source is right, by its key, where somebody has said it.
        catalogue: The metrics; the shipped ones by default.
    """
    catalogue, prior = catalogue or load_metrics(), prior or {}
    held = sorted((each for each in statements if each.retracted_in is None), key=reading_order)
    judged = judged_tracks(held, decisions, catalogue)
    believable = [each for each in held if counts(each, catalogue)]
    if not believable:
        return TrackRecords({}, prior)
    questions = [question for question in questions_of(believable, catalogue) if asked_twice(question)]
    chances = {source_of(each): prior.get(source_of(each), USUAL_RELIABILITY) for each in held}
    tally = Tally(held, believable, questions, catalogue)
    fusion = fuse(ballots_of(questions), chances, judged) if questions else None
    return TrackRecords(tally.records(fusion, judged, chances), prior)


def questions_of(statements: Sequence[Statement], catalogue: Catalogue) -> Iterable[Question]:
    """Yields the questions that statements answer, newest time first within a series."""
    series: dict[object, list[Statement]] = defaultdict(list)
    for statement in statements:
        series[claim_key(statement)].append(statement)
    for group in series.values():
        metric = catalogue.get(group[0].claim.metric)
        left = without_lists(group, metric)
        while left:
            current = newest(left, metric)
            first = min(current, key=reading_order).claim
            camps = camps_of(current, metric, Trust())
            yield Question(
                (first.subject.id, first.metric, first.id), metric.family, tuple(c.statements for c in camps)
            )
            taken = {each.claim.id for each in current}
            left = [each for each in left if each.claim.id not in taken]


def asked_twice(question: Question) -> bool:
    """Returns whether more than one source answers."""
    return len({source_of(each) for answer in question.answers for each in answer}) > 1


def ballots_of(questions: Sequence[Question]) -> Ballots:
    """Returns the answers as ballots, each answer a candidate."""
    votes: list[tuple[Key, str, str, int]] = []
    labels: list[str] = []
    for question in questions:
        for answer in question.answers:
            votes += [(question.key, question.family, source_of(each), len(labels)) for each in answer]
            labels.append(min(each.claim.id for each in answer))
    return count_ballots(votes, labels)


def judged_tracks(
    statements: Sequence[Statement], decisions: Iterable[Decision], catalogue: Catalogue
) -> dict[Track, Judged]:
    """Returns what people found of each source's statements, by source and family."""
    standing = [each for each in decisions if each.undone_in is None and each.claim_key]
    about = {(each.subject, each.metric) for each in standing}
    known = {
        judged_key(each): each
        for each in statements
        if (each.recorded_subject or each.claim.subject.id, each.claim.metric) in about
    }
    right: dict[str, Statement] = {}
    wrong: dict[str, Statement] = {}
    for decision in standing:
        named = known.get(decision.claim_key)
        if named is None:
            continue
        if decision.judgement is Judgement.SOURCE_ERROR:
            wrong[named.claim.id] = named
        elif decision.judgement is Judgement.PREFER:
            right[named.claim.id] = named
            others = [known[key] for key in decision.key if key in known and key != decision.claim_key]
            metric = catalogue.get(named.claim.metric)
            wrong |= {each.claim.id: each for each in others if contradicts(each, named, metric)}
    tally: dict[Track, list[int]] = defaultdict(lambda: [0, 0])
    for place, found in enumerate((right, wrong)):
        for each in found.values():
            tally[source_of(each), catalogue.get(each.claim.metric).family][place] += 1
    return {track: Judged(*found) for track, found in tally.items()}


def contradicts(statement: Statement, preferred: Statement, metric: Metric) -> bool:
    """Returns whether a statement is wrong if another is right: one series, other values."""
    return claim_key(statement) == claim_key(preferred) and not agrees(statement, preferred, metric)


class Tally:
    """Counts what each source did, by family."""

    def __init__(
        self,
        held: Sequence[Statement],
        believable: Sequence[Statement],
        questions: Sequence[Question],
        catalogue: Catalogue,
    ) -> None:
        self.questions = questions
        self.names = {source_of(each): source_name(each) for each in reversed(held)}
        self.said = Counter((source_of(each), catalogue.get(each.claim.metric).family) for each in believable)

    def records(
        self, fusion: Fusion | None, judged: Mapping[Track, Judged], chances: Mapping[str, float]
    ) -> dict[Track, TrackRecord]:
        """Returns the record of each source and family."""
        compared, agreed, upheld = self.counted(fusion)
        learned = learned_chances(fusion)
        groups = copying(fusion)
        out = {}
        for track in sorted(self.said.keys() | judged.keys()):
            source, family = track
            found = judged.get(track, Judged())
            claims = PRIOR_CLAIMS + JUDGEMENT_CLAIMS * (found.right + found.wrong)
            alone = (PRIOR_CLAIMS * chances[source] + JUDGEMENT_CLAIMS * found.right) / claims
            out[track] = TrackRecord(
                source,
                self.names[source],
                family,
                round(learned[track] if compared[track] else alone, 6),
                self.said[track],
                compared[track],
                agreed[track],
                upheld[track],
                int(found.right),
                int(found.wrong),
                tuple(sorted(groups.get(source, {source}) - {source})),
            )
        return out

    def counted(self, fusion: Fusion | None) -> tuple[Counter[Track], Counter[Track], Counter[Track]]:
        """Returns how many questions each source answered, agreed on, and answered as is believed."""
        compared: Counter[Track] = Counter()
        agreed: Counter[Track] = Counter()
        upheld: Counter[Track] = Counter()
        if fusion is None:
            return compared, agreed, upheld
        won = {fusion.ballots.labels[candidate] for candidate in fusion.winner.tolist()}
        for question in self.questions:
            for answer in question.answers:
                voices = {source_of(each) for each in answer}
                tracks = [(source, question.family) for source in voices]
                compared.update(tracks)
                agreed.update(tracks if len(voices) > 1 else ())
                upheld.update(tracks if min(each.claim.id for each in answer) in won else ())
        return compared, agreed, upheld


def learned_chances(fusion: Fusion | None) -> dict[Track, float]:
    """Returns the reliability by source and family."""
    if fusion is None:
        return {}
    return {
        (source, family): float(fusion.chance[at, place])
        for at, source in enumerate(fusion.ballots.sources)
        for place, family in enumerate(fusion.ballots.families)
    }


def copying(fusion: Fusion | None) -> dict[str, set[str]]:
    """Returns for each source that copies or is copied the sources of its group, itself among them."""
    groups: dict[str, set[str]] = {}
    if fusion is None:
        return groups
    names, copies = fusion.ballots.sources, fusion.copies
    for pair in np.flatnonzero((copies.share > COPIED) & (copies.keys >= FEWEST_SHARED)).tolist():
        a, b = names[copies.first[pair]], names[copies.second[pair]]
        joined = groups.get(a, {a}) | groups.get(b, {b})
        groups |= dict.fromkeys(joined, joined)
    return groups
