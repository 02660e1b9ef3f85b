"""What differs between two versions, and why."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from store.errors import StoreError
from store.judgements import Decisions
from store.model import Cause, Change, Decision, Deed, DeedKind, Statement
from store.queries import BEGUN, ENDED, Reader, last_causes, last_event
from store.tables import claims

CLAIMS_ASKED = 500

DEEDS = {
    DeedKind.MERGE: ("merged", Cause.MERGED),
    DeedKind.SPLIT: ("split", Cause.SPLIT),
    DeedKind.DISTINCT: ("declared distinct", Cause.DISTINCT),
}


def find_changes(connection: Connection, reader: Reader, before: int, after: int) -> list[Change]:
    """Returns the changes after one version and up to another, by entity, metric and version.

    A claim that came and went in between is no change; of one that changed several times the last cause is told.
    """
    if before > after:
        raise StoreError(f"version {before} is later than version {after}: give the earlier one first")
    causes = _causes_by_id(connection, last_causes(connection, before, after))
    ended = reader.statements(connection, ENDED, before, by=after)
    begun = reader.statements(connection, BEGUN, after, after=last_event(connection, before))
    was, now = _by_id(reader, before, ended), _by_id(reader, after, begun)
    changes = [
        change
        for claim_id in {**was, **now}
        if (change := _change(was.get(claim_id), now.get(claim_id), causes[claim_id])) is not None
    ]
    changes += _judged(reader, before, after)
    changes += _renamed(reader, before, after)
    return sorted(
        changes, key=lambda change: (change.entity_name.casefold(), change.metric, change.version, _id(change))
    )


def _id(change: Change) -> str:
    shown = change.after or change.before
    said = change.decision or change.deed
    return shown.claim.id if shown else said.id if said else ""


def _by_id(reader: Reader, version: int, found: Iterable[Statement]) -> dict[str, Statement]:
    ranked = Decisions(reader.decisions(version)).ranked(found)
    return {statement.claim.id: statement for statement in ranked}


def _causes_by_id(connection: Connection, causes: dict[int, tuple[Cause, int]]) -> dict[str, tuple[Cause, int]]:
    found: dict[str, tuple[Cause, int]] = {}
    touched = sorted(causes)
    for first in range(0, len(touched), CLAIMS_ASKED):
        rows = select(claims.c.seq, claims.c.id).where(claims.c.seq.in_(touched[first : first + CLAIMS_ASKED]))
        for seq, claim_id in connection.execute(rows):
            found[claim_id] = causes[seq]
    return found


def _change(was: Statement | None, now: Statement | None, why: tuple[Cause, int]) -> Change | None:
    shown = now or was
    if shown is None or was == now:
        return None
    what = "asserted" if was is None else "retracted" if now is None else "moved"
    subject = shown.claim.subject
    return Change(subject.id, subject.name, shown.claim.metric, what, why[0], why[1], was, now)


def _judged(reader: Reader, before: int, after: int) -> list[Change]:
    changes = []
    for decision in reader.decisions(after, undone=True):
        if decision.version > before and decision.undone_in is None:
            changes.append(_decided(reader, decision, (Cause.JUDGED, decision.version)))
        if decision.version <= before and decision.undone_in is not None and decision.undone_in > before:
            changes.append(_decided(reader, decision, (Cause.UNDONE, decision.undone_in)))
    return changes


def _decided(reader: Reader, decision: Decision, why: tuple[Cause, int]) -> Change:
    key = reader.names.keys.get(decision.subject)
    name = reader.names.entity(key, why[1]).name if key else ""
    return Change(decision.subject, name, decision.metric, "judged", *why, decision=decision)


def _renamed(reader: Reader, before: int, after: int) -> list[Change]:
    changes = []
    for deed in reader.deeds(after, undone=True):
        undone = deed.undone_in if deed.undone_in is not None and deed.undone_in <= after else None
        if deed.version > before and undone is None:
            changes.append(_said(reader, deed, DEEDS[deed.kind], deed.version))
        if deed.version <= before and undone is not None and undone > before:
            what, cause = DEEDS[deed.kind]
            changes.append(_said(reader, deed, (f"{what} undone", cause), undone))
    return changes


def _said(reader: Reader, deed: Deed, why: tuple[str, Cause], version: int) -> Change:
    name = reader.names.entity(reader.names.keys[deed.entity], version).name
    return Change(deed.entity, name, "", why[0], why[1], version, deed=deed)
