"""What documents take currencies for, kept from one question to the next: a new rate may make an old one strange."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, and_, or_, select

from store.arithmetic import RATE_DAYS, Conversion, Rates, is_strange, rate_at
from store.tables import conversions
from store.touches import parts_of

PAIRS_AT_ONCE = 100
ByDocument = Mapping[str, Sequence[Conversion]]


@dataclass(frozen=True, slots=True)
class Revaluation:
    """What became of the rates.

    Attributes:
        rates: Those around all conversions of the documents looked at, as they are now.
        documents: Others, one of whose own conversions is strange now or was so before.
    """

    rates: Rates
    documents: frozenset[str]


def conversions_of(connection: Connection, documents: Collection[str]) -> dict[str, list[Conversion]]:
    """Returns the conversions kept of some documents."""
    found: dict[str, list[Conversion]] = defaultdict(list)
    for part in parts_of(documents):
        _take(found, connection.execute(select(conversions).where(conversions.c.document.in_(part))))
    return found


def revalue(connection: Connection, before: ByDocument, now: ByDocument) -> Revaluation:
    """Returns the rates once some documents convert otherwise than they did, and whom else that concerns.

    Args:
        connection: To the rates kept.
        before: What is kept of the documents looked at.
        now: What they say now.
    """
    changed = [each for uri in {*before, *now} for each in _difference(before.get(uri, ()), now.get(uri, ()))]
    looked_at = [each for told in (*before.values(), *now.values()) for each in told]
    concerned = _concerned(changed, _beside(connection, looked_at, before), before, now) if changed else frozenset()
    for told in conversions_of(connection, concerned).values():
        looked_at += told
    others = _beside(connection, looked_at, {**before, **now})
    return Revaluation(_rates({**others, **now}), concerned)


def _beside(connection: Connection, told: Iterable[Conversion], but: Collection[str]) -> ByDocument:
    return {uri: each for uri, each in _around(connection, told).items() if uri not in but}


def _concerned(
    changed: Sequence[Conversion], others: ByDocument, before: ByDocument, now: ByDocument
) -> frozenset[str]:
    """Returns the documents with a conversion that is strange by the rates of before or of now, near a change."""
    sides = _rates({**others, **before}), _rates({**others, **now})
    return frozenset(
        uri
        for uri, told in others.items()
        for each in told
        if any(one.pair == each.pair and abs(one.day - each.day) <= RATE_DAYS for one in changed)
        and any(is_strange(each.rate, rate_at(each.pair, each.day, rates)) for rates in sides)
    )


def conversion_rows(found: ByDocument) -> Iterator[tuple[str, int, str, str, int, str]]:
    """Yields the rows of conversions."""
    for uri, told in found.items():
        for position, each in enumerate(told):
            yield uri, position, *each.pair, each.day, str(each.rate)


def _difference(before: Sequence[Conversion], now: Sequence[Conversion]) -> Sequence[Conversion]:
    return () if sorted(before) == sorted(now) else (*before, *now)


def _around(connection: Connection, told: Iterable[Conversion]) -> dict[str, list[Conversion]]:
    """Returns the conversions kept whose rate counts where some others' do: twice as far as rates reach."""
    days: dict[tuple[str, str], list[int]] = defaultdict(list)
    for each in told:
        days[each.pair].append(each.day)
    found: dict[str, list[Conversion]] = defaultdict(list)
    stretches = [
        and_(
            conversions.c.first == first,
            conversions.c.second == second,
            conversions.c.day.between(min(on) - 2 * RATE_DAYS, max(on) + 2 * RATE_DAYS),
        )
        for (first, second), on in sorted(days.items())
    ]
    for start in range(0, len(stretches), PAIRS_AT_ONCE):
        question = select(conversions).where(or_(*stretches[start : start + PAIRS_AT_ONCE]))
        _take(found, connection.execute(question))
    return found


def _take(found: dict[str, list[Conversion]], rows: Iterable[Sequence[object]]) -> None:
    for uri, _, first, second, day, rate in rows:
        found[str(uri)].append(Conversion((str(first), str(second)), int(str(day)), Decimal(str(rate))))


def _rates(found: ByDocument) -> Rates:
    rates: dict[tuple[str, str], list[tuple[int, Decimal]]] = defaultdict(list)
    for told in found.values():
        for each in told:
            rates[each.pair].append((each.day, each.rate))
    return {pair: tuple(sorted(each)) for pair, each in rates.items()}
