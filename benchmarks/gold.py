"""Scores claims against gold claims: pairs by overlapping words, then grades what each pair has right.

A claim and a gold claim can be a pair when they stand in the same document and their spans overlap; the best grade
wins, then the closest span, and each takes part in one pair. The grades build on each other:

    value      figure (within half a percent) and unit, the date, or the name
    metric     and the metric
    subject    and a subject that the gold accepts
    strict     and bound, status, and the qualifiers that the gold states

Thresholds (limits set by a licence or a law) are no measurements: they are counted apart, and one that a claim
reports as measured is a fault. What the gold calls soft is neither a miss nor a false alarm (benchmarks/gold.toml).
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.inputs import read_lines
from extractors.model import Claim, Kind, Status

GROUPS = ("numeric", "dated", "entity", "all")
GROUP_OF = {"quantity": "numeric", "date": "dated", "entity": "entity", "text": "entity"}


class Level(IntEnum):
    """How much of a gold claim a claim has right."""

    NONE = 0
    VALUE = 1
    METRIC = 2
    SUBJECT = 3
    STRICT = 4


LEVELS = (Level.VALUE, Level.METRIC, Level.SUBJECT, Level.STRICT)


@dataclass(frozen=True, slots=True)
class Said:
    """A claim reduced to what is compared, from either side.

    Attributes:
        doc: Name of the article, without folder and ending.
        names: How the subject may be called.
        value: Name or class; "" for figures and dates.
        note: The annotator's remark, "" on claims.
    """

    doc: str
    start: int
    end: int
    surface: str
    names: tuple[str, ...]
    metric: str
    kind: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    bound: str = "exact"
    date: str = ""
    value: str = ""
    qualifiers: Mapping[str, str] = field(default_factory=dict)
    status: str = "asserted"
    note: str = ""

    def overlaps(self, start: int, end: int) -> bool:
        """Returns whether its words share a character with a stretch of the document."""
        return self.start < end and start < self.end

    @property
    def is_threshold(self) -> bool:
        """Whether it is a limit that nobody measured."""
        return self.status == Status.THRESHOLD

    @property
    def is_soft(self) -> bool:
        """Whether it counts neither as found nor as missed."""
        rules = load_scoring()["scoring"]
        return (
            self.metric.startswith("other:")
            or self.metric in rules["soft_metrics"]
            or self.note.startswith(tuple(rules["soft_notes"]))
        )

    def belongs(self, group: str) -> bool:
        """Returns whether it is counted in a group."""
        return group in ("all", GROUP_OF[self.kind])


@dataclass(frozen=True, slots=True)
class Ignored:
    """A borderline stretch of a document: whatever is claimed there counts neither way."""

    doc: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one group at one level."""

    gold: int
    claims: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the claims that are right."""
        return self.right / self.claims if self.claims else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold claim and the claim that stands for it."""

    gold: int
    claim: int
    level: Level


@dataclass(frozen=True, slots=True)
class Scoring:
    """Gold and claims, and who stands for whom.

    Attributes:
        neutral: Positions of the claims without a pair that are no false alarms.
    """

    gold: tuple[Said, ...]
    claims: tuple[Said, ...]
    by_gold: Mapping[int, Pair]
    by_claim: Mapping[int, Pair]
    neutral: frozenset[int]

    def level(self, gold: int) -> Level:
        """Returns how much of a gold claim was found."""
        return self.by_gold[gold].level if gold in self.by_gold else Level.NONE

    def wanted(self, group: str) -> list[int]:
        """Returns the positions of the gold claims that count in a group."""
        return [i for i, g in enumerate(self.gold) if not g.is_soft and not g.is_threshold and g.belongs(group)]

    def offered(self, group: str) -> list[int]:
        """Returns the positions of the claims that count in a group."""
        return [j for j, c in enumerate(self.claims) if not c.is_threshold and c.belongs(group) and self._counts(j)]

    def _counts(self, claim: int) -> bool:
        pair = self.by_claim.get(claim)
        if self.claims[claim].metric not in self.core:
            return False
        return claim not in self.neutral if pair is None else not self.gold[pair.gold].is_soft

    @property
    def core(self) -> frozenset[str]:
        """The metrics that the gold holds to."""
        return core_metrics(self.gold)

    def tally(self, group: str, level: Level) -> Tally:
        """Returns the counts of one group at one level."""
        wanted, offered = self.wanted(group), self.offered(group)
        found = sum(self.level(i) >= level for i in wanted)
        right = sum(j in self.by_claim and self.by_claim[j].level >= level for j in offered)
        return Tally(len(wanted), len(offered), found, right)

    @property
    def thresholds(self) -> list[Said]:
        """The limits that the gold holds."""
        return [g for g in self.gold if g.is_threshold]

    @property
    def measured_thresholds(self) -> list[Said]:
        """The limits that a claim reports as somebody's figure."""
        return [g for g in self.thresholds if any(_mistakes(c, g) for c in self.claims)]


def _mistakes(claim: Said, limit: Said) -> bool:
    same = claim.doc == limit.doc and claim.metric == limit.metric and claim.overlaps(limit.start, limit.end)
    return same and not claim.is_threshold


@cache
def load_scoring() -> dict[str, Any]:
    """Returns what is forgiven and how words are compared, from benchmarks/gold.toml."""
    return tomllib.loads(Path(__file__).with_name("gold.toml").read_text(encoding="utf-8"))


def load_gold(folder: Path) -> tuple[list[Said], list[Ignored]]:
    """Returns the gold claims and the ignored stretches of a folder's JSON Lines, in the order of the file names."""
    gold: list[Said] = []
    ignored: list[Ignored] = []
    for path in sorted(folder.glob("*.jsonl")):
        for row in read_lines(path):
            if "kind" in row:
                gold.append(parse_gold(row))
            elif "span" in row:
                ignored.append(Ignored(row["doc"], *row["span"]))
    return gold, ignored


def parse_gold(row: Mapping[str, Any]) -> Said:
    """Returns one annotation in the form that is compared."""
    return Said(
        doc=row["doc"],
        start=row["span"][0],
        end=row["span"][1],
        surface=row["surface"],
        names=tuple(row["subject"]),
        metric=row["metric"],
        kind=row["kind"],
        low=row.get("low"),
        high=row.get("high"),
        unit=row.get("unit") or "",
        bound=row.get("bound") or "exact",
        date=str(row.get("date") or ""),
        value=str(row.get("value") or ""),
        qualifiers=row.get("scope") or {},
        status=row.get("status") or "asserted",
        note=row.get("note") or "",
    )


def from_claim(claim: Claim, doc: str) -> Said:
    """Returns an extracted claim in the form that is compared, under the name that the gold gives its article."""
    subject = claim.subject
    return Said(
        doc=doc,
        start=claim.evidence.start,
        end=claim.evidence.end,
        surface=claim.evidence.quote,
        names=tuple(name for name in (subject.name, subject.id, claim.mention, *subject.aliases) if name),
        metric=claim.metric,
        kind=claim.kind.value,
        low=None if claim.low is None else float(claim.low),
        high=None if claim.high is None else float(claim.high),
        unit=claim.unit if claim.kind is Kind.QUANTITY else "",
        bound=claim.bound.value if claim.kind is Kind.QUANTITY else "exact",
        date=claim.date.text if claim.date else "",
        value=claim.value,
        qualifiers=dict(claim.qualifiers),
        status=claim.status.value,
    )


def score(gold: Sequence[Said], claims: Iterable[Said], ignored: Iterable[Ignored] = ()) -> Scoring:
    """Returns who stands for whom; claims of articles that the gold does not know are left out."""
    stretches: dict[str, list[Ignored]] = defaultdict(list)
    for one in ignored:
        stretches[one.doc].append(one)
    by_doc: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(gold):
        by_doc[row.doc].append(index)
    known = by_doc.keys() | stretches.keys()
    kept = tuple(claim for claim in claims if claim.doc in known)
    pairs = list(_pairs(gold, kept, by_doc))
    by_claim = {pair.claim: pair for pair in pairs}
    core = core_metrics(gold)
    neutral = frozenset(
        j
        for j, claim in enumerate(kept)
        if j not in by_claim and _is_neutral(claim, gold, by_doc[claim.doc], stretches[claim.doc], core)
    )
    return Scoring(tuple(gold), kept, {pair.gold: pair for pair in pairs}, by_claim, neutral)


def core_metrics(gold: Iterable[Said]) -> frozenset[str]:
    """Returns the metrics that some gold claim insists on."""
    return frozenset(row.metric for row in gold if not row.is_soft)


def _pairs(gold: Sequence[Said], claims: Sequence[Said], by_doc: Mapping[str, list[int]]) -> Iterator[Pair]:
    """Yields the pairs, best first; every gold claim and every claim stands in one at most."""
    edges = [
        (grade(gold[i], claim), -abs(claim.start - gold[i].start) - abs(claim.end - gold[i].end), i, j)
        for j, claim in enumerate(claims)
        for i in by_doc.get(claim.doc, ())
        if claim.overlaps(gold[i].start, gold[i].end)
    ]
    golds, taken = set[int](), set[int]()
    for level, _, i, j in sorted(edges, reverse=True):
        if i not in golds and j not in taken:
            golds.add(i)
            taken.add(j)
            yield Pair(i, j, level)


def _is_neutral(
    claim: Said, gold: Sequence[Said], here: Sequence[int], ignored: Sequence[Ignored], core: frozenset[str]
) -> bool:
    if claim.metric not in core or any(claim.overlaps(one.start, one.end) for one in ignored):
        return True
    over = [gold[i] for i in here if claim.overlaps(gold[i].start, gold[i].end)]
    return bool(over) and all(row.is_soft for row in over)


def grade(gold: Said, claim: Said) -> Level:
    """Returns how much of a gold claim a claim has right."""
    if not same_value(gold, claim):
        return Level.NONE
    if gold.metric != claim.metric:
        return Level.VALUE
    if not same_subject(gold, claim):
        return Level.METRIC
    strict = gold.bound == claim.bound and gold.status == claim.status and same_qualifiers(gold, claim)
    return Level.STRICT if strict else Level.SUBJECT


def same_value(gold: Said, claim: Said) -> bool:
    """Returns whether figure and unit, date or name agree; a date may be more or less precise by days."""
    if gold.kind == Kind.QUANTITY:
        return claim.kind == Kind.QUANTITY and _same_figure(gold, claim)
    if gold.kind == Kind.DATE:
        one, other = gold.date, claim.date or "None"
        return one == other or (len(one) >= 7 and other.startswith(one)) or (len(other) >= 7 and one.startswith(other))
    return _alike(plain_name(gold.value), plain_name(claim.value))


def _same_figure(gold: Said, claim: Said) -> bool:
    ends = [value for value in (gold.low, gold.high) if value is not None]
    got = [value for value in (claim.low, claim.high) if value is not None]
    if not ends or not got or (gold.unit and plain_unit(gold.unit) != plain_unit(claim.unit)):
        return False
    return _close(min(ends), min(got)) and _close(max(ends), max(got))


def _close(one: float, other: float) -> bool:
    tolerance: float = load_scoring()["scoring"]["tolerance"]
    return abs(one - other) <= tolerance * max(abs(one), abs(other), 1e-12)


def _alike(one: str, other: str) -> bool:
    """Returns whether two names are one, or the longer holds the shorter where that is no mere syllable."""
    if not one or not other:
        return False
    return one == other or (min(len(one), len(other)) >= 4 and (one in other or other in one))


def same_subject(gold: Said, claim: Said) -> bool:
    """Returns whether one of the claim's names is one that the gold accepts."""
    return not {plain_name(name) for name in gold.names}.isdisjoint(plain_name(name) for name in claim.names)


def same_qualifiers(gold: Said, claim: Said) -> bool:
    """Returns whether what the gold states is there and right; what it leaves open may be filled."""
    wanted, got = _stated(gold), _stated(claim)
    implied = load_scoring()["implied_period"].get(gold.metric)
    for name in load_scoring()["scoring"]["qualifiers"]:
        want, have = wanted.get(name), got.get(name)
        if want is None or (want == "cumulative" and have is None) or want == implied:
            if name == "part" and have == "active":
                return False
        elif want != have and not (name == "benchmark" and have and (want in have or have in want)):
            return False
    return True


def _stated(row: Said) -> dict[str, str]:
    """Returns the qualifiers that tell figures apart; "total" is what a count is anyway."""
    values = {name: row.qualifiers.get(name) for name in load_scoring()["scoring"]["qualifiers"]}
    return {name: plain_name(value) for name, value in values.items() if value and (name, value) != ("part", "total")}


@cache
def plain_name(name: str) -> str:
    """Returns a name without case, signs and the words that do not tell two names apart.

    >>> plain_name("the Qwen 3.5 series"), plain_name("Mistral AI"), plain_name("通义")
    ('qwen3.5', 'mistral', '通义')
    """
    words = "|".join(load_scoring()["scoring"]["weak_words"])
    name = name.casefold().replace("llama community", "llama")
    return re.sub(r"[^a-z0-9.一-鿿]+", "", re.sub(rf"\b(?:{words})\b", " ", name))


def plain_unit(unit: str) -> str:
    """Returns the unit under its one name."""
    names: dict[str, str] = load_scoring()["units"]
    return names.get(unit.casefold(), unit.casefold())
