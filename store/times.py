"""When a statement holds, as far as anybody knows, and how two such times lie to each other."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from extractors.model import Basis, PartialDate
from store.model import Statement

# A publication date says only that the figure is no younger; articles quote figures of about the last half year.
LOOK_BACK = timedelta(days=183)

# Windows that reach over two months or more leave room for a change in between.
ROOM_DAYS = 62


class Knowledge(StrEnum):
    """How well the time is known."""

    STATED = "stated"
    PUBLISHED = "published"
    NONE = "none"


class Order(StrEnum):
    """How the time of one statement lies to that of another."""

    SAME = "same"
    OVERLAP = "overlap"
    BEFORE = "before"
    AFTER = "after"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class When:
    """The stretch of time in which a statement holds.

    Attributes:
        first: First day, None when unknown.
        last: Last day, None when unknown.
        knowledge: Where it was taken from.
    """

    first: date | None = None
    last: date | None = None
    knowledge: Knowledge = Knowledge.NONE

    @property
    def days(self) -> int:
        """Length in days, 0 when unknown."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0


def when_of(statement: Statement) -> When:
    """Returns when a statement holds: what the document says, else the half year before it was published."""
    claim = statement.claim
    if claim.as_of is not None and claim.as_of_basis in (Basis.STATED, Basis.CONTEXT):
        return When(claim.as_of.first, claim.as_of.last, Knowledge.STATED)
    published = claim.as_of or statement.published
    if published is None:
        return When()
    return When(back_from(published), published.last, Knowledge.PUBLISHED)


def back_from(published: PartialDate) -> date:
    """Returns the first day that a figure of an article may be from."""
    return published.first - LOOK_BACK if published.first.toordinal() > LOOK_BACK.days else published.first


def order_of(a: When, b: When) -> Order:
    """Returns how the first time lies to the second."""
    if not (a.first and a.last and b.first and b.last):
        return Order.UNKNOWN
    if a.last < b.first:
        return Order.BEFORE
    if b.last < a.first:
        return Order.AFTER
    return Order.SAME if (a.first, a.last) == (b.first, b.last) else Order.OVERLAP


def can_precede(a: When, b: When) -> bool:
    """Returns whether the first time may lie on an earlier day than the second, or is not known at all."""
    return a.first is None or b.last is None or a.first < b.last


def longest_gap(a: When, b: When) -> int:
    """Returns the largest number of days that can lie between the two times, 0 when unknown."""
    if not (a.first and a.last and b.first and b.last):
        return 0
    return max((b.last - a.first).days, (a.last - b.first).days, 0)


def certainty(a: Statement, b: Statement) -> float:
    """Returns how sure it is, from 0 to 1, that two statements speak of one moment, given that they may."""
    first, second = when_of(a), when_of(b)
    if a.claim.document == b.claim.document and first == second:
        return 1.0
    if Knowledge.NONE in (first.knowledge, second.knowledge):
        return 0.9 if a.claim.document == b.claim.document else 0.4
    if Knowledge.PUBLISHED in (first.knowledge, second.knowledge):
        return 0.5
    return 1.0 if order_of(first, second) is Order.SAME or longest_gap(first, second) <= ROOM_DAYS else 0.7
