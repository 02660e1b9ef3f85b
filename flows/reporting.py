"""Summary of a run: counted while it goes on, then said as Markdown, or as the lines that a person reads first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from extractors.problems import Problem
from review.wording import quote_in_sentence, short_name, value_words
from store.model import ConflictSet, Receipt, Relation, Severity, Statement
from store.reconcile import Agreements
from store.targets import Outcome, Plan

Summary = dict[str, Any]

DISPUTING = (Relation.CONTRADICTION, Relation.SCOPE_MISMATCH, Relation.SUSPECTED_SLIP, Relation.ANOMALY)
_GRAVITY = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
_COUNTED = ("documents", "new", "changed", "unchanged", "asserted", "retracted", "moved", "problems")
_LISTED = 200
_SHOWN = 12
"""Documents of each kind that a summary names."""


def empty_summary(found: Plan) -> Summary:
    """Returns the summary of a run that has read nothing yet."""
    known = {"documents": found.unchanged, "unchanged": found.unchanged}
    return {
        "counts": dict.fromkeys((*_COUNTED, "gone", "failed"), 0) | known,
        "done": 0,
        "left": 0,
        "documents": {"new": [], "changed": [], "gone": [], "failed": []},
        "claims": 0,
        "by_metric": {},
        "versions": [],
        "problems": [problem_row(problem, fatal=True, source=True) for problem in found.problems],
    }


def add_batch(summary: Summary, outcomes: Sequence[Outcome], receipt: Receipt) -> Summary:
    """Returns a summary with one more batch counted in."""
    read = [outcome.extraction for outcome in outcomes if outcome.extraction is not None]
    failed = [outcome.problem for outcome in outcomes if outcome.problem is not None]
    counts = {key: summary["counts"][key] + getattr(receipt.counts, key) for key in _COUNTED}
    counts["failed"] = summary["counts"]["failed"] + sum(_kind_of(outcome) == "failed" for outcome in outcomes)
    counts["gone"] = summary["counts"]["gone"] + sum(_kind_of(outcome) == "gone" for outcome in outcomes)
    by_metric: Counter[str] = Counter(summary["by_metric"])
    by_metric.update(claim.metric for extraction in read for claim in extraction.claims)
    found = [problem for extraction in read for problem in extraction.problems]
    return summary | {
        "counts": counts,
        "done": summary["done"] + len(outcomes),
        "documents": {
            kind: [*named, *(o.fetch.place for o in outcomes if _kind_of(o) == kind)][:_LISTED]
            for kind, named in summary["documents"].items()
        },
        "claims": summary["claims"] + sum(len(extraction.claims) for extraction in read),
        "by_metric": dict(by_metric.most_common()),
        "versions": [*summary["versions"], *([receipt.version] if receipt.version is not None else [])],
        "problems": [
            *summary["problems"],
            *(problem_row(problem, fatal=True) for problem in failed),
            *(problem_row(problem, fatal=False) for problem in found),
        ],
    }


def add_gone(summary: Summary, places: Sequence[str]) -> Summary:
    """Returns a summary with the documents that are gone from their folders counted in."""
    named = summary["documents"]
    return summary | {
        "counts": summary["counts"] | {"gone": summary["counts"]["gone"] + len(places)},
        "documents": named | {"gone": [*named["gone"], *places][:_LISTED]},
    }


def _kind_of(outcome: Outcome) -> str:
    if outcome.problem is not None:
        return "gone" if outcome.fetch.gone else "failed"
    if outcome.extraction is None or outcome.fetch.copy_of or outcome.before == outcome.fetch.digest:
        return ""
    return "changed" if outcome.before else "new"


def standing(conflicts: Sequence[ConflictSet], agreements: Agreements) -> Summary:
    """Returns the part of a summary that is about the whole ledger: agreed, disputed, the gravest three."""
    return {
        "agreed": agreements.agreed,
        "single": agreements.single,
        "disputed": agreements.disputed,
        "mismatched": agreements.mismatched,
        "relations": dict(Counter(conflict.relation.value for conflict in conflicts).most_common()),
        "gravest": [conflict_row(conflict) for conflict in gravest(conflicts, 3)],
    }


def gravest(conflicts: Iterable[ConflictSet], limit: int) -> list[ConflictSet]:
    """Returns the open disputes that matter most, contradictions first, and no two of one entity and metric."""
    disputes = in_order(c for c in conflicts if c.relation in DISPUTING and c.status != "decided")
    subjects: dict[tuple[str, str], ConflictSet] = {}
    for conflict in disputes:
        subjects.setdefault((conflict.subject, conflict.metric), conflict)
    return list(subjects.values())[:limit]


def in_order(disputes: Iterable[ConflictSet]) -> list[ConflictSet]:
    """Returns disputes with the gravest first, contradictions before anomalies."""
    return sorted(disputes, key=lambda c: (_GRAVITY[c.severity], DISPUTING.index(c.relation)))


def problem_row(problem: Problem, *, fatal: bool, source: bool = False) -> dict[str, Any]:
    """Returns a problem for the summary.

    Args:
        problem: What is wrong.
        fatal: It kept a document or a source from being read.
        source: It is of a whole source.
    """
    row = {"document": problem.document, "code": problem.code, "message": problem.message, "fatal": fatal}
    return row | ({"source": True} if source else {})


def conflict_row(conflict: ConflictSet) -> dict[str, Any]:
    """Returns a conflict for the summary, with two statements that differ and the sentences that they stand in."""
    return {
        "conflict_id": conflict.id,
        "relation": conflict.relation.value,
        "severity": conflict.severity.value,
        "subject": conflict.subject_name,
        "metric": conflict.metric,
        "reason": conflict.reason,
        "sides": [side_row(statement) for statement in two_sides(conflict)],
    }


def two_sides(conflict: ConflictSet) -> list[Statement]:
    """Returns the first statement of a conflict and the first whose value reads differently from it."""
    first, *rest = conflict.claims
    words = value_words(first.claim)
    other = next((s for s in rest if value_words(s.claim) != words), rest[0] if rest else None)
    return [first] if other is None else [first, other]


def side_row(statement: Statement) -> dict[str, Any]:
    """Returns one side of a conflict: value, words, source and times."""
    before, quote, after = quote_in_sentence(statement)
    claim = statement.claim
    return {
        "claim_id": claim.id,
        "value": value_words(claim),
        "before": before,
        "quote": quote,
        "after": after,
        "cell": " · ".join(" ".join(head.split()) for head in (claim.evidence.row, claim.evidence.column) if head),
        "source": short_name(claim.document),
        "as_of": claim.as_of.text if claim.as_of else None,
        "published": statement.published.text if statement.published else None,
    }


def one_line(summary: Summary) -> str:
    """Returns what the run did in one line."""
    counts = summary["counts"]
    parts = [
        f"{counts['documents']} documents ({counts['new']} new, {counts['changed']} changed, "
        f"{counts['unchanged']} unchanged)",
        f"{counts['asserted']} claims asserted, {counts['retracted']} retracted",
    ]
    if summary["problems"]:
        parts.append(f"{len(summary['problems'])} problems")
    return "; ".join(parts)


def standing_line(summary: Summary) -> str:
    """Returns how many statements agree and how many are disputed in the whole ledger."""
    return (
        f"{summary['agreed']} statements agree with another source, {summary['disputed']} are disputed, "
        f"{summary['mismatched']} measure another scope, {summary['single']} stand alone."
    )


def markdown(summary: Summary) -> str:
    """Returns the report of a run as Markdown."""
    counts = summary["counts"]
    title = f"## Run {summary['run']}" if summary.get("run") else "## Run"
    lines = [
        f"{title}: {counts['documents']} documents",
        "",
        f"{counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged, {counts['gone']} gone, "
        f"{counts['failed']} failed; {counts['asserted']} claims asserted, {counts['retracted']} retracted; "
        f"{len(summary['problems'])} problems.",
        "",
        standing_line(summary),
        *_documents(summary["documents"]),
        *_metrics(summary.get("changes", {})),
        *_conflicts("New contradictions", summary.get("new_conflicts", []), summary.get("new_conflict_count", 0)),
        *_closed(summary.get("closed_conflicts", [])),
        *_conflicts("The gravest that stand", summary.get("gravest", [])),
    ]
    if summary["problems"]:
        lines += ["", "### Problems", ""]
        lines += [f"- `{row['code']}` {_markdown_text(row['message'])}" for row in summary["problems"][:50]]
    return "\n".join(lines)


def digest_markdown(found: Summary) -> str:
    """Returns what has changed since a version as Markdown."""
    lines = [
        f"## Since version {found['since']} (now {found['head']})",
        *_documents(found["documents"]),
        *_metrics(found["changes"]),
        *_conflicts("New contradictions", found["new_conflicts"], found["new_conflict_count"]),
        *_closed(found["closed_conflicts"]),
    ]
    return "\n".join(lines if len(lines) > 1 else [*lines, "", "Nothing has changed."])


def _documents(documents: dict[str, list[str]]) -> list[str]:
    lines: list[str] = []
    for kind, places in documents.items():
        if places:
            more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
            names = ", ".join(_markdown_text(short_name(place)) for place in places[:_SHOWN])
            lines += ["", f"{kind.capitalize()}: {names}{more}"]
    return lines


def _metrics(changes: dict[str, dict[str, int]]) -> list[str]:
    if not changes:
        return []
    rows = [
        f"| {metric} | {counts.get('asserted', 0)} | {counts.get('retracted', 0)} |"
        for metric, counts in list(changes.items())[:_SHOWN]
    ]
    return ["", "| metric | new claims | retracted |", "| --- | ---: | ---: |", *rows]


def _conflicts(title: str, conflicts: list[dict[str, Any]], count: int = 0) -> list[str]:
    lines = ["", f"### {title}{f' ({count})' if count else ''}"] if conflicts else []
    for conflict in conflicts:
        name = f"{_markdown_text(conflict['subject'])} · {conflict['metric']} ({conflict['severity']})"
        lines += ["", f"#### {name}", "", _markdown_text(conflict["reason"]), ""]
        lines += [
            f"- {_markdown_text(side['before'])}**{_markdown_text(side['quote'])}**{_markdown_text(side['after'])} "
            f"({_markdown_text(side['source'])})"
            for side in conflict["sides"]
        ]
    return lines


def _closed(rows: list[list[str]]) -> list[str]:
    if not rows:
        return []
    return ["", "### Closed contradictions", "", *(f"- {_markdown_text(' · '.join(row[:3]))}" for row in rows)]


def _markdown_text(text: str) -> str:
    """Returns a text with the signs escaped that Markdown or HTML would take for its own."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|~" else sign for sign in text)
