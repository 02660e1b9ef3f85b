"""How far sources can be trusted: a record for each source and family of metrics, and the chance it gives a statement.

A source is who publishes: the publisher that a document names, else its host, else the document itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from store.metrics import load_metrics
from store.model import Statement
from store.sources import Source

# Chance that an article's figure is right, before anything is known of its source. Chosen: of the conflicting keys in
# public fusion sets the majority is right five to eight times in ten.
USUAL_RELIABILITY = 0.75
# The same by tier of the source: the party itself first, nobody in particular last. Chosen around the usual.
TIERS = {1: 0.9, 2: 0.85, 3: 0.75, 4: 0.65, 5: 0.55}


def source_of(statement: Statement) -> str:
    """Returns the key of a statement's source."""
    return source_key(statement.publisher, statement.claim.document)


def source_key(publisher: str, location: str) -> str:
    """Returns the key of a source: its publisher in lower case, else its host, else where it stands."""
    if publisher:
        return " ".join(publisher.casefold().split())
    return (urlsplit(location).hostname or location).removeprefix("www.")


def prior_of(sources: Iterable[Source]) -> dict[str, float]:
    """Returns the chance that a source is right before anything is known, by its key: as said, else by its tier."""
    return {
        source_key(source.publisher, source.location): TIERS[source.tier]
        if source.reliability is None
        else source.reliability
        for source in sources
        if source.reliability is not None or source.tier in TIERS
    }


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What is known of a source in one family of metrics.

    Attributes:
        source: Key of the source.
        name: As a reader calls it.
        family: Family of metrics.
        chance: Chance that a statement of the source is right.
        statements: Statements that could be believed.
        compared: Those that another source speaks about too, by series and time.
        agreed: Compared ones that another source agrees with.
        upheld: Compared ones that give the value to believe.
        judged_right: Statements that people preferred.
        judged_wrong: Statements that people called the source's error, or that stood against a preferred one.
        copies: Sources that say the same so often that they have one vote with it.
    """

    source: str
    name: str
    family: str
    chance: float
    statements: int
    compared: int = 0
    agreed: int = 0
    upheld: int = 0
    judged_right: int = 0
    judged_wrong: int = 0
    copies: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """Returns it for a program."""
        return {
            "source": self.source,
            "name": self.name,
            "family": self.family,
            "reliability": round(self.chance, 4),
            "statements": self.statements,
            "compared": self.compared,
            "agreed": self.agreed,
            "disagreed": self.compared - self.agreed,
            "upheld": self.upheld,
            "judged_right": self.judged_right,
            "judged_wrong": self.judged_wrong,
            "copies": list(self.copies),
        }


@dataclass(frozen=True, slots=True)
class TrackRecords:
    """All records, by source and family.

    Attributes:
        by_track: Record of each pair of source and family.
        prior: Chance by source where somebody has said it.
    """

    by_track: Mapping[tuple[str, str], TrackRecord] = field(default_factory=dict)
    prior: Mapping[str, float] = field(default_factory=dict)

    def of(self, statement: Statement) -> TrackRecord | None:
        """Returns the record of a statement's source in the family of its metric, None without one."""
        return self.by_track.get((source_of(statement), load_metrics().get(statement.claim.metric).family))

    def chance(self, statement: Statement) -> float:
        """Returns the chance that a statement is right, by its source."""
        found = self.of(statement)
        return found.chance if found else self.prior.get(source_of(statement), USUAL_RELIABILITY)

    def voice(self, statement: Statement) -> str:
        """Returns the name under which sources that copy each other vote together, "" for one that votes by itself."""
        found = self.of(statement)
        return min((found.source, *found.copies)) if found and found.copies else ""

    def ordered(self) -> tuple[TrackRecord, ...]:
        """Returns the records, the most reliable first in each family."""
        return tuple(sorted(self.by_track.values(), key=lambda each: (each.family, -each.chance, each.source)))
