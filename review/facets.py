"""The queue: which conflicts a filter leaves, counted by facet, and which one comes next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from urllib.parse import parse_qsl, urlencode

from review.wording import short_name
from store.model import ConflictSet, Severity

TO_DO = "to do"
LONGEST_NUMBER = 19
FACETS = ("status", "severity", "relation", "metric", "entity", "source")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of the queue; it lives in the address. "" leaves a facet open.

    Attributes:
        status: "" shows what is to do (open or reopened); `open`, `decided`, `reopened`, or `all`.
        severity: `high`, `medium` or `low`.
        relation: How the statements stand to each other.
        metric: Id of the metric.
        entity: Id of an entity that a statement is about.
        source: URI of a document that a statement is from.
        since: Number of a version; leaves conflicts with a statement that came after it.
    """

    status: str = ""
    severity: str = ""
    relation: str = ""
    metric: str = ""
    entity: str = ""
    source: str = ""
    since: str = ""

    @classmethod
    def read(cls, query: str) -> "Filter":
        """Returns the filter of a query string; unknown names are left out.

        >>> Filter.read("severity=high&x=1").query()
        'severity=high'
        """
        return cls(**{name: value for name, value in parse_qsl(query) if name in (*FACETS, "since")})

    def query(self) -> str:
        """Returns the filter as a query string."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def using(self, facet: str, value: str) -> "Filter":
        """Returns the filter with another value in one facet."""
        return replace(self, **{facet: value})

    def wants(self, conflict: ConflictSet) -> bool:
        """Returns whether the filter leaves a conflict."""
        if (self.status or TO_DO) not in values_of(conflict, "status"):
            return False
        since = self.since if self.since.isdecimal() and len(self.since) < LONGEST_NUMBER else "0"
        if max(held.asserted_in for held in conflict.claims) <= int(since):
            return False
        asked = ((facet, getattr(self, facet)) for facet in FACETS[1:])
        return all(not value or value in values_of(conflict, facet) for facet, value in asked)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet with the number of conflicts that choosing it leaves."""

    label: str
    count: int
    query: str
    chosen: bool


def values_of(conflict: ConflictSet, facet: str) -> Sequence[str]:
    """Returns the values under which a conflict is found in a facet."""
    match facet:
        case "status":
            return ("all", conflict.status) if conflict.status == "decided" else ("all", conflict.status, TO_DO)
        case "severity":
            return (conflict.severity.value,)
        case "relation":
            return (conflict.relation.value,)
        case "metric":
            return (conflict.metric,)
        case "entity":
            return tuple({conflict.subject, *(held.claim.subject.id for held in conflict.claims)})
        case _:
            return tuple({held.claim.document for held in conflict.claims})


def choices(conflicts: Sequence[ConflictSet], asked: Filter, facet: str) -> list[Choice]:
    """Returns the values of a facet, counted among the conflicts that the other facets leave; the most common first."""
    others = asked.using(facet, "all" if facet == "status" else "")
    counts = Counter(value for held in conflicts if others.wants(held) for value in values_of(held, facet))
    now = getattr(asked, facet) or (TO_DO if facet == "status" else "")
    names = _names(conflicts) if facet == "entity" else {}
    return [
        Choice(_label(facet, value, names), counts[value], _toggled(asked, facet, value, now), value == now)
        for value in _in_order(facet, counts)
    ]


def _in_order(facet: str, counts: Counter[str]) -> Iterable[str]:
    if facet == "severity":
        return [severity.value for severity in Severity if counts[severity.value]]
    if facet == "status":
        return [status for status in (TO_DO, "reopened", "decided", "all") if counts[status]]
    return [value for value, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _toggled(asked: Filter, facet: str, value: str, now: str) -> str:
    return asked.using(facet, "" if value in (now, TO_DO) else value).query()


def _label(facet: str, value: str, names: dict[str, str]) -> str:
    if facet == "source":
        return short_name(value)
    return names.get(value) or value.replace("_", " ")


def _names(conflicts: Iterable[ConflictSet]) -> dict[str, str]:
    return {held.claim.subject.id: held.claim.subject.name for conflict in conflicts for held in conflict.claims}


def after(conflicts: Sequence[ConflictSet], conflict_id: str, asked: Filter) -> ConflictSet | None:
    """Returns the conflict that a filter leaves after one, from the top again at the end, or None."""
    return _next(conflicts, conflict_id, asked)


def before(conflicts: Sequence[ConflictSet], conflict_id: str, asked: Filter) -> ConflictSet | None:
    """Returns the conflict that a filter leaves before one, from the bottom again at the top, or None."""
    return _next(conflicts[::-1], conflict_id, asked)


def _next(conflicts: Sequence[ConflictSet], conflict_id: str, asked: Filter) -> ConflictSet | None:
    place = next((number for number, held in enumerate(conflicts) if held.id == conflict_id), -1)
    around = [*conflicts[place + 1 :], *conflicts[: max(place, 0)]]
    return next((held for held in around if asked.wants(held)), None)
