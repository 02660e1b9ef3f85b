"""The value to believe: `best_values` weighs what is said of one entity, metric and scope, and says why.

Statements that people preferred go first, then the newest time, then the class of agreeing statements with the most
weight. A document has one vote, copies of a text share one, and so do sources that copy each other. A vote weighs the
log-odds of its source being right, as `store.reliability` learned it; without that it is the same for all, so that the
majority wins, and readings of low confidence count less. Nothing is averaged: the value is one that somebody wrote.

Rejected: a posterior from the votes alone. Measured on public sets such figures are too sure of themselves, so the
confidence is held below `CEILING` and falls with every vote for another value.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from extractors.model import Kind, Status
from store.intervals import Fit, interval_of
from store.metrics import Catalogue, Members, Metric, Temporality, load_metrics
from store.model import Rank, Statement
from store.origins import origins_of
from store.pairs import fit_claims, is_implausible, reading_order
from store.reasons import shortened, source_name, value_words
from store.sayings import find_lists
from store.scopes import GATHERED
from store.series import SeriesKey, claim_key, span_of_flow
from store.times import Knowledge, When, when_of
from store.track_records import USUAL_RELIABILITY, TrackRecord, TrackRecords, source_of

CEILING = 0.95
# What an opposing class of equal weight leaves of the confidence.
OPEN_QUESTION = 0.5
# A source's record is told from this many comparisons on.
TELLING = 3

Reliability = Callable[[Statement], float]
Voice = Callable[[Statement], str]


@dataclass(frozen=True, slots=True)
class BestValue:
    """The value to believe for one entity, metric, scope and time.

    Attributes:
        key: Series: entity, metric, unit, qualifiers.
        statement: The statement whose value it is.
        confidence: 0 to 0.95; how sure it is, given what was read.
        agreeing: Statements that say so, the speaker included.
        dissenting: Statements of the same time that say otherwise.
        older: Statements of earlier times.
        spread: The lowest and the highest value said for the time, in words; equal where nobody dissents.
        reason: Why this value, in words.
    """

    key: SeriesKey
    statement: Statement
    confidence: float
    agreeing: tuple[Statement, ...]
    dissenting: tuple[Statement, ...]
    older: tuple[Statement, ...]
    spread: tuple[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class Camp:
    """Statements that agree, with the weight of their votes."""

    statements: tuple[Statement, ...]
    weight: float

    @property
    def speaker(self) -> Statement:
        """The statement whose value stands for the camp: the most precise one that was read best."""
        return min(self.statements, key=speaks_first)


def usual_reliability(_statement: Statement) -> float:
    """Returns the chance that a statement of an unjudged source is right."""
    return USUAL_RELIABILITY


def no_voice(_statement: Statement) -> str:
    """Returns "": nobody is known to copy."""
    return ""


@dataclass(frozen=True, slots=True)
class Trust:
    """How much the votes weigh.

    Attributes:
        reliability: Chance that a statement is right, by its source.
        voice: Name under which statements of copying sources vote together, "" for one that votes by itself.
        record: What is known of a statement's source, None where nothing is.
    """

    reliability: Reliability = usual_reliability
    voice: Voice = no_voice
    record: Callable[[Statement], TrackRecord | None] = lambda _statement: None


def trust_of(records: TrackRecords | None, reliability: Reliability = usual_reliability) -> Trust:
    """Returns how much the votes weigh by learned records, by another measure where there are none."""
    if records is None:
        return Trust(reliability)
    return Trust(records.chance, records.voice, records.of)


def best_values(
    statements: Iterable[Statement],
    catalogue: Catalogue | None = None,
    reliability: Reliability = usual_reliability,
    records: TrackRecords | None = None,
) -> tuple[BestValue, ...]:
    """Returns the value to believe for each series, in the order of the series.

    Args:
        statements: Of any entities; retracted and deprecated ones, plans, allegations and limits are left out.
        catalogue: The metrics; the shipped ones by default.
        reliability: Chance from 0 to 1 that a statement is right, by its source; without effect beside records.
        records: How far sources can be trusted, and which copy each other, from `store.reliability`.
    """
    catalogue, trust = catalogue or load_metrics(), trust_of(records, reliability)
    series: dict[SeriesKey, list[Statement]] = defaultdict(list)
    for statement in statements:
        if counts(statement, catalogue):
            series[claim_key(statement)].append(statement)
    series = {key: kept for key, group in series.items() if (kept := without_lists(group, catalogue.get(key[1])))}
    return tuple(
        best_of(key, sorted(series[key], key=reading_order), catalogue.get(key[1]), trust) for key in sorted(series)
    )


def counts(statement: Statement, catalogue: Catalogue) -> bool:
    """Returns whether a statement can give a value: it stands, is meant as a fact and can be believed."""
    claim, metric = statement.claim, catalogue.get(statement.claim.metric)
    gathered = metric.members in (Members.EACH, Members.RANGE) and claim.subject.type in GATHERED
    return (
        statement.retracted_in is None
        and statement.rank is not Rank.DEPRECATED
        and claim.status is Status.ASSERTED
        and metric.single
        and not gathered
        and not is_implausible(statement, metric)
    )


def without_lists(statements: Sequence[Statement], metric: Metric) -> list[Statement]:
    """Returns the statements that are no item of a list: "122B, 35B and 9B" are sizes of three models."""
    lists = find_lists(statements, metric)
    return [each for each in statements if each.claim.id not in lists or each.rank is Rank.PREFERRED]


def best_of(key: SeriesKey, group: Sequence[Statement], metric: Metric, trust: Trust) -> BestValue:
    """Returns the value to believe of one series."""
    preferred = [each for each in group if each.rank is Rank.PREFERRED]
    current = newest(preferred or group, metric)
    camps = camps_of(current, metric, trust)
    winner, rivals = camps[0], camps[1:]
    against = [each for camp in rivals for each in camp.statements]
    older = tuple(each for each in group if each not in current)
    return BestValue(
        key,
        winner.speaker,
        confidence_of(winner, rivals, preferred=bool(preferred)),
        winner.statements,
        tuple(against),
        older,
        spread_of(current),
        reason_of(winner, rivals, trust, preferred=bool(preferred), older=len(older)),
    )


def newest(statements: Sequence[Statement], metric: Metric) -> list[Statement]:
    """Returns the statements of the newest time; all of them where time makes no difference.

    A statement without any date belongs to the newest time only if no statement has a date.
    """
    if metric.temporality is Temporality.CONSTANT:
        return list(statements)
    whens = [
        span_of_flow(each, metric) if metric.temporality is Temporality.FLOW else when_of(each) for each in statements
    ]
    dated = [when for when in whens if when.first and when.last]
    if not dated:
        return list(statements)
    last = max(dated, key=moment)
    return [each for each, when in zip(statements, whens, strict=True) if is_as_new(when, last)]


def moment(when: When) -> tuple[int, bool, int]:
    """Returns the key that sorts times: the first day that is possible, a stated one before a publication's."""
    first, last = (day.toordinal() if day else 0 for day in (when.first, when.last))
    return first, when.knowledge is Knowledge.STATED, last


def is_as_new(when: When, newest_time: When) -> bool:
    """Returns whether a time overlaps the newest one."""
    if not (when.first and when.last and newest_time.first and newest_time.last):
        return False
    return when.last >= newest_time.first and when.first <= newest_time.last


def camps_of(statements: Sequence[Statement], metric: Metric, trust: Trust) -> list[Camp]:
    """Returns groups of agreeing statements, the heaviest first.

    Equal values stay together. A value joins the heaviest camp whose first value it agrees with; precise ones come
    first, so that a round figure joins the exact one that it stands for.
    """
    gathered: list[list[Statement]] = []
    for same in equal_values(statements):
        fitting = [camp for camp in gathered if agrees(same[0], camp[0], metric)]
        if fitting:
            max(fitting, key=lambda camp: (weight_of(camp, trust), -gathered.index(camp))).extend(same)
        else:
            gathered.append(list(same))
    camps = [Camp(tuple(sorted(camp, key=reading_order)), weight_of(camp, trust)) for camp in gathered]
    return sorted(camps, key=lambda camp: (-camp.weight, precision(camp.speaker)))


def equal_values(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Returns statements by value, the most precise value first."""
    groups: dict[object, list[Statement]] = defaultdict(list)
    for statement in statements:
        claim = statement.claim
        groups[(claim.low, claim.high, claim.bound, claim.date and claim.date.text, claim.value)].append(statement)
    ordered = [sorted(group, key=reading_order) for group in groups.values()]
    return sorted(ordered, key=lambda group: min(map(precision, group)))


def agrees(a: Statement, b: Statement, metric: Metric) -> bool:
    """Returns whether two values fit; a loose bound does not vote for a figure far from it."""
    return fit_claims(a, b, metric)[0] in (Fit.SAME, Fit.ROUNDER)


def speaks_first(statement: Statement) -> tuple[object, ...]:
    """Returns the key that puts the statement first that speaks for its camp: precise, read with confidence."""
    return (*precision(statement), -statement.claim.confidence, reading_order(statement))


def precision(statement: Statement) -> tuple[bool, float, float, str]:
    """Returns the key that puts precise values first: closed, narrow, written out."""
    claim = statement.claim
    if claim.kind is Kind.QUANTITY:
        size = interval_of(claim)
        share = float(size.width / abs(size.core)) if size.core else 0.0
        return not size.closed, share, float(size.core), claim.bound
    days = float((claim.date.last - claim.date.first).days) if claim.date else 0.0
    return False, days, -float(len(claim.value)), claim.value or str(claim.date)


def weight_of(statements: Sequence[Statement], trust: Trust) -> float:
    """Returns the sum of votes: each origin votes once, by the log-odds of its source and its best reading.

    Origins whose sources copy each other have one vote together, the heaviest.
    """
    votes: dict[str, float] = {}
    origins = origins_of(statements)
    for statement in statements:
        voter = trust.voice(statement) or origins[statement.claim.id]
        votes[voter] = max(votes.get(voter, 0.0), vote(statement, trust.reliability))
    return math.fsum(sorted(votes.values()))


def vote(statement: Statement, reliability: Reliability) -> float:
    """Returns the weight of one statement."""
    chance = min(max(reliability(statement), 0.05), 0.99)
    return max(math.log(chance / (1 - chance)), 0.05) * statement.claim.confidence


def confidence_of(winner: Camp, rivals: Sequence[Camp], *, preferred: bool) -> float:
    """Returns how sure the winner is: more votes raise it, votes for others lower it; never above the ceiling."""
    if preferred:
        return CEILING
    alone = CEILING * (1 - math.exp(-winner.weight))
    against = math.fsum(camp.weight for camp in rivals)
    share = winner.weight / (winner.weight + against) if winner.weight else 0.0
    return round(alone * (OPEN_QUESTION * share + (1 - OPEN_QUESTION)) if against else alone, 4)


def spread_of(statements: Sequence[Statement]) -> tuple[str, str]:
    """Returns the lowest and the highest value in words."""
    order = sorted(statements, key=lambda each: (size_key(each), value_words(each.claim)))
    return value_words(order[0].claim), value_words(order[-1].claim)


def size_key(statement: Statement) -> float:
    """Returns the size of a value for sorting: its figure, its day, 0 for words."""
    claim = statement.claim
    if claim.kind is Kind.QUANTITY:
        return float(interval_of(claim).core)
    return float(claim.date.first.toordinal()) if claim.date else 0.0


def reason_of(winner: Camp, rivals: Sequence[Camp], trust: Trust, *, preferred: bool, older: int) -> str:
    """Returns why this value: who says so, who does not, how far they can be trusted, what is older."""
    told = f"{'preferred by a person; ' if preferred else ''}{voices_words(winner, trust)}"
    if rivals:
        others = "; ".join(f"{value_words(camp.speaker.claim)} by {names_of(camp)}" for camp in rivals[:3])
        told += f", against {others}"
    records = [record_words(camp.statements, trust) for camp in (winner, *rivals[:1])]
    told += "".join(f"; {words}" for words in dict.fromkeys(filter(None, records)))
    return told + (f"; {older} of earlier times" if older else "") + "."


def voices_words(camp: Camp, trust: Trust) -> str:
    """Returns who says it: "said by A and B", "said by 4 documents, A among them", and who copies."""
    documents = {statement.claim.document for statement in camp.statements}
    if len(documents) > 2:
        told = f"said by {len(documents)} documents, {shortened(source_name(camp.speaker))} among them"
    else:
        told = f"said by {names_of(camp)}"
    sources = {source_of(statement): trust.voice(statement) for statement in camp.statements}
    voices = [voice for voice in sources.values() if voice]
    copied = len(voices) - len(set(voices))
    if not copied:
        return told
    return f"{told} ({len(sources) - copied} independent of {len(sources)} sources, {copied} copied)"


def record_words(statements: Sequence[Statement], trust: Trust) -> str:
    """Returns the record of the best known source: "A was right in 12 of 14 comparisons"; "" where little is known."""
    known = {source_name(each): found for each in statements if (found := trust.record(each))}
    told = [(found.compared, name, found) for name, found in known.items() if found.compared >= TELLING]
    judged = [(found.judged_right + found.judged_wrong, name, found) for name, found in known.items()]
    seen, name, found = max(judged, default=(0, "", None), key=lambda each: each[:2])
    words = f"people judged {name} right in {found.judged_right} of {seen} cases" if found and seen else ""
    if not told:
        return words
    compared, name, found = max(told, key=lambda each: each[:2])
    return "; ".join(filter(None, [f"{name} was right in {found.upheld} of {compared} comparisons", words]))


def names_of(camp: Camp) -> str:
    """Returns the names of a camp's sources, the first three."""
    names = list(dict.fromkeys(source_name(statement) for statement in camp.statements))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return " and ".join(names[:3]) + more
