"""Works out what has to be written so that the conflicts kept are those of the last version.

A renewal is worked out from one snapshot without holding up writers, and written only if the conflicts kept are still
those that it was worked out from; two that do the same work meet there, and the second one is left aside.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from sqlalchemy import Connection

from store import queries
from store.arithmetic import Conversion, rates_by_document
from store.exchange_rates import conversions_of, revalue
from store.houses import Houses, kin_as_of
from store.judgements import Decisions
from store.metrics import load_metrics
from store.model import ConflictSet, Rank, Statement
from store.neighbourhoods import DOCUMENT, Neighbourhood, kind_of
from store.queries import Reader
from store.reconcile import find_in
from store.surroundings import statements_around
from store.touches import Span, event_after, find_touched

FEW_EVENTS, MOST_EVENTS = 20_000, 0.25
"""Events that are always looked at one by one; beyond, everything is found anew if they are this part of all."""
RULES = ("store", "seeds", "extractors")
ENDINGS = (".py", ".toml", ".jsonl")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the conflicts kept answer for: the last version then, and the rules that they were found by."""

    version: int
    rules: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """What to write.

    Attributes:
        before: What was kept, None for nothing.
        after: What is kept then.
        whole: Everything that was kept goes.
        found: Conflict sets by neighbourhood; they replace those kept of it.
        kinds: By id the place of a claim in a neighbourhood of the kind `KIND`, "" for none.
        rates: Conversions by document; they replace those kept of it.
    """

    before: Kept | None
    after: Kept
    whole: bool
    found: Mapping[Neighbourhood, tuple[ConflictSet, ...]]
    kinds: Mapping[str, str]
    rates: Mapping[str, list[Conversion]] = field(default_factory=dict)


@cache
def rules_digest() -> str:
    """Returns a digest of the code and the data that conflicts follow from besides the statements."""
    digest = hashlib.sha256()
    for package in RULES:
        for name, content in sorted(_contents(files(package), package)):
            digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _contents(folder: Traversable, name: str) -> Iterable[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _contents(each, f"{name}/{each.name}")
        elif each.name.endswith(ENDINGS):
            yield f"{name}/{each.name}", each.read_bytes()


def renew(connection: Connection, reader: Reader, houses: Houses, kept: Kept | None, version: int) -> Renewal:
    """Returns what to write so that the conflicts kept are those of the last version.

    Args:
        connection: In a transaction that sees that version and what is kept.
        reader: Caught up with it.
        houses: Of the reader's names.
        kept: What is kept.
        version: The last version.
    """
    after = Kept(version, rules_digest())
    first = event_after(connection, kept.version) if kept else 0
    last = event_after(connection, version)
    many = last - first > max(FEW_EVENTS, MOST_EVENTS * last)
    if kept is None or kept.rules != after.rules or many:
        return _whole(connection, reader, kept, after)
    houses.catch_up()
    span = Span(connection, reader, houses, kept.version, version, first)
    return _part(span, kept, after)


def _whole(connection: Connection, reader: Reader, before: Kept | None, after: Kept) -> Renewal:
    catalogue, kin = load_metrics(), kin_as_of(reader.names, after.version)
    read = reader.statements(connection, queries.ALL, after.version, sentences=True)
    held = list(Decisions(reader.decisions(after.version)).ranked(read))
    found = find_in(held, None, kin=kin)
    rates = rates_by_document(_standing(held), catalogue)
    return Renewal(before, after, True, found, kinds_of(held), rates)


def _part(span: Span, before: Kept, after: Kept) -> Renewal:
    catalogue, kin = load_metrics(), kin_as_of(span.reader.names, span.until)
    touched = find_touched(span, catalogue)
    places = set(touched.places)
    kinds = dict.fromkeys((each.claim.id for each in touched.before), "") | kinds_of(touched.after)
    held = statements_around(span, places, catalogue, kinds)
    uris = {place.of for place in places if place.kind == DOCUMENT}
    of_touched = [each for each in held if each.claim.document in uris]
    kept, now = conversions_of(span.connection, uris), rates_by_document(_standing(of_touched), catalogue)
    revaluation = revalue(span.connection, kept, now)
    if more := {Neighbourhood(DOCUMENT, uri) for uri in revaluation.documents} - places:
        known = {each.claim.id for each in held}
        around = statements_around(span, more, catalogue, {})
        held += [each for each in around if each.claim.id not in known]
        places |= more
    found = find_in(held, places, kin=kin, rates=revaluation.rates)
    rates = {uri: now.get(uri, []) for uri in {*kept, *now}}
    return Renewal(before, after, False, found, kinds, rates)


def kinds_of(statements: Iterable[Statement]) -> dict[str, str]:
    """Returns by id the place of each claim in a neighbourhood of the kind `KIND`."""
    return {each.claim.id: kind.text for each in statements if (kind := kind_of(each)) is not None}


def _standing(statements: Iterable[Statement]) -> list[Statement]:
    return [each for each in statements if each.rank is not Rank.DEPRECATED]
