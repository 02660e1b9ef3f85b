"""Ends a run: what stands in the ledger now, what is new since the last run, and the report that is kept of it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from flows import reporting
from flows.reporting import Summary
from store.model import Change, ConflictSet
from store.targets import Fetch

if TYPE_CHECKING:
    from store.fetches import Fetches
    from store.ledger import Ledger

OPEN_CONFLICTS = Fetch(":conflicts", ":state")
"""The row that holds the open conflicts of the last run."""

STANDING = ("agreed", "single", "disputed", "mismatched", "relations", "gravest")
MOST_CHANGES = 20_000
"""Claims that are compared one by one; a first run over a large folder has more, and all of them are new."""
TOLD = 20

Known = dict[str, list[str]]
"""Entity, metric, relation, severity and reason of the open conflicts by id."""


def conclude(db: str, summary: Summary, sources: Sequence[str], started: datetime, now: datetime) -> Summary:
    """Returns the summary with what stands and what is new since the last run; it is kept as the report of the run.

    A run that changed nothing takes what stands from the report before, which spares it a look at the whole ledger.
    """
    from store.fetches import Fetches
    from store.ledger import Ledger

    with Ledger.open(db) as ledger, Fetches.open(db) as memory:
        log = ledger.log()
        head = log[-1].number if log else 0
        last = memory.last_report()
        program = version("claimledger")
        if last.get("head") == head and last.get("program") == program and set(STANDING) <= set(last):
            found = {key: last[key] for key in STANDING} | {"new_conflicts": [], "closed_conflicts": []}
        else:
            found = _standing(ledger, memory)
        found |= {
            "head": head,
            "program": program,
            "sources": list(sources),
            "changes": _changes(ledger, summary, head),
        }
        whole = summary | found | {"started_at": started.isoformat(), "finished_at": now.isoformat()}
        run = memory.save_run(started, now, whole)
    return whole | {"run": run.number}


def _standing(ledger: "Ledger", memory: "Fetches") -> Summary:
    from store.reconcile import count_agreements

    conflicts = ledger.conflicts()
    found = reporting.standing(conflicts, count_agreements(ledger.statements(), conflicts))
    row = memory.of_places([OPEN_CONFLICTS.place]).get(OPEN_CONFLICTS.place)
    disputes = _disputes(conflicts)
    now = {conflict.id: _named(conflict) for conflict in disputes}
    new, closed = compare_conflicts(json.loads(row.body) if row else {}, now)
    memory.save([replace(OPEN_CONFLICTS, body=json.dumps(now, ensure_ascii=False))])
    told = reporting.in_order(conflict for conflict in disputes if conflict.id in new)
    return found | {
        "new_conflicts": [reporting.conflict_row(conflict) for conflict in told[:TOLD]],
        "new_conflict_count": len(new),
        "closed_conflicts": list(closed.values())[:TOLD],
    }


def _named(conflict: ConflictSet) -> list[str]:
    return [
        conflict.subject_name,
        conflict.metric,
        conflict.relation.value,
        conflict.severity.value,
        conflict.reason,
    ]


def compare_conflicts(before: Known, now: Known) -> tuple[set[str], Known]:
    """Returns the ids of the conflicts that are new, and the ones that are no more.

    A conflict that gains or loses a claim gets another id; it goes on where one of the same entity, metric and relation
    went away.

    >>> before = {"a": ["Q", "users", "x"], "b": ["K", "price", "x"]}
    >>> compare_conflicts(before, {"c": ["Q", "users", "x"]})
    (set(), {'b': ['K', 'price', 'x']})
    """
    vanished = {name: row for name, row in before.items() if name not in now}
    left = Counter(tuple(row[:3]) for row in vanished.values())
    new = set()
    for name, row in now.items():
        if name not in before:
            key = tuple(row[:3])
            if left[key]:
                left[key] -= 1
            else:
                new.add(name)
    closed: Known = {}
    for name, row in vanished.items():
        key = tuple(row[:3])
        if left[key]:
            left[key] -= 1
            closed[name] = row
    return new, closed


def _changes(ledger: "Ledger", summary: Summary, head: int) -> dict[str, dict[str, int]]:
    """Returns how many claims came and went by metric."""
    counts = summary["counts"]
    versions = summary["versions"]
    if not versions and not counts["gone"]:
        return {}
    if counts["asserted"] + counts["retracted"] > MOST_CHANGES:
        return {metric: {"asserted": count} for metric, count in summary["by_metric"].items()}
    first = min(versions) if versions else head
    return count_changes(ledger.diff(first - 1, head)) if first > 1 else _all_new(summary)


def _all_new(summary: Summary) -> dict[str, dict[str, int]]:
    return {metric: {"asserted": count} for metric, count in summary["by_metric"].items()}


def count_changes(changes: Iterable[Change]) -> dict[str, dict[str, int]]:
    """Returns how many claims came and went by metric, the most changed metrics first."""
    counted: dict[str, Counter[str]] = {}
    for change in changes:
        if change.metric and change.what in ("asserted", "retracted"):
            counted.setdefault(change.metric, Counter())[change.what] += 1
    rows = sorted(counted.items(), key=lambda row: (-row[1].total(), row[0]))
    return {metric: dict(counts) for metric, counts in rows}


def digest(ledger: "Ledger", since: int) -> Summary:
    """Returns what has changed in a ledger since a version: documents, claims by metric, contradictions."""
    log = ledger.log()
    head = log[-1].number if log else 0
    documents = ledger.documents()
    before, now = ledger.conflicts(version=since), ledger.conflicts()
    known, open_now = ({c.id: _named(c) for c in _disputes(found)} for found in (before, now))
    new, closed = compare_conflicts(known, open_now)
    told = reporting.in_order(conflict for conflict in _disputes(now) if conflict.id in new)
    return {
        "since": since,
        "head": head,
        "documents": {
            "new": [entry.uri for entry in documents if entry.first_version > since],
            "changed": [e.uri for e in documents if e.first_version <= since < e.version and e.removed_in is None],
            "gone": [entry.uri for entry in documents if (entry.removed_in or 0) > since],
        },
        "changes": count_changes(ledger.diff(since, head)),
        "new_conflicts": [reporting.conflict_row(conflict) for conflict in told[:TOLD]],
        "new_conflict_count": len(new),
        "closed_conflicts": list(closed.values())[:TOLD],
    }


def _disputes(conflicts: Iterable[ConflictSet]) -> list[ConflictSet]:
    return [c for c in conflicts if c.relation in reporting.DISPUTING and c.status != "decided"]


def grave_news(summary: Mapping[str, Any]) -> list[str]:
    """Returns one line for each thing in a report that should not wait: grave contradictions, broken sources."""
    lines = [
        f"{row['subject']} · {row['metric']}: {row['reason']}"
        for row in summary.get("new_conflicts", ())
        if row["severity"] == "high"
    ]
    return lines + [row["message"] for row in summary["problems"] if row["fatal"] and row.get("source")]
