"""Tables about the ledger itself: versions, changes, checks, documents, problems."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.text import Text

from extractors.problems import Problem
from flows.commands.output import show, table
from review.wording import qualifier_words, short_name, value_words
from store.model import Change, DocumentEntry, Statement, VerifyReport, Version


def print_log(found: Sequence[Version]) -> None:
    """Prints versions, the newest last."""
    out = table("version", "recorded", "by", "why", "documents", "claims", "digest", right=("version",))
    for version in found:
        counts = version.counts
        documents = f"{counts.new} new, {counts.changed} changed" if counts.documents else ""
        claims = " ".join(
            f"{sign}{count}" for sign, count in (("+", counts.asserted), ("−", counts.retracted)) if count
        )
        moment = f"{version.recorded_at:%Y-%m-%d %H:%M}"
        out.add_row(str(version.number), moment, version.author, version.reason, documents, claims, version.digest[:8])
    show(out if found else "The ledger is empty.")


def print_diff(before: int, after: int, found: Sequence[Change]) -> None:
    """Prints what changed, with the cause of each change."""
    if not found:
        show(f"Nothing changed between versions {before} and {after}.")
        return
    counted = Counter(f"{change.what}, {change.cause}" for change in found)
    show("; ".join(f"{count} {what}" for what, count in counted.most_common()), style="bold")
    out = table("", "subject", "metric", "before", "after", "source", "why")
    signs = {"asserted": "+", "retracted": "−", "moved": "→", "judged": "✓"}
    for change in found:
        held = change.after or change.before
        source = short_name(held.claim.document) if held else ""
        sides = (_value(change.before), _value(change.after))
        if change.deed:
            sides = (Text(change.deed.entity), Text(change.deed.other))
        out.add_row(signs.get(change.what, ""), change.entity_name, change.metric, *sides, source, change.cause.value)
    show(out)


def _value(statement: Statement | None) -> Text:
    if statement is None:
        return Text("")
    words = qualifier_words(statement.claim.qualifiers)
    return Text.assemble(value_words(statement.claim), (f"\n{words}" if words else "", "dim"))


def report_row(report: VerifyReport) -> dict[str, Any]:
    """Returns the result of a check for a program."""
    return {
        "ok": report.ok,
        "versions": report.versions,
        "events": report.events,
        "quotes": report.quotes,
        "erased": report.erased,
        "head": report.head,
        "findings": [
            {"version": f.version, "table": f.table, "row": f.row, "message": f.message} for f in report.findings
        ],
    }


def print_report(report: VerifyReport) -> None:
    """Prints the result of a check."""
    counted = f"{report.versions} versions, {report.events} events, {report.quotes} quotes checked"
    erased = f", {report.erased} erased" if report.erased else ""
    if report.ok:
        show(Text.assemble(("intact", "bold green"), f": {counted}{erased}"))
        show(Text(f"head {report.head}", style="dim"), soft_wrap=True)
        return
    show(Text.assemble(("NOT intact", "bold red"), f": {counted}{erased}"))
    for finding in report.findings:
        where = f"version {finding.version}" if finding.version is not None else "no version"
        row = "" if finding.row is None else f", row {finding.row}"
        show(Text(f"  {where}, table {finding.table}{row}: {finding.message}"))


def print_documents(found: Sequence[DocumentEntry]) -> None:
    """Prints documents, in the order in which they were first read."""
    out = table("document", "title", "published", "claims", "version", right=("claims", "version"))
    for entry in found:
        published = entry.published.text if entry.published else ""
        style = "dim strike" if entry.removed_in else ""
        name = short_name(entry.uri)
        out.add_row(name, entry.title, published, str(entry.claims), str(entry.version), style=style)
    show(out if found else "The ledger holds no document.")


def print_problems(found: Sequence[Problem]) -> None:
    """Prints problems."""
    out = table("document", "problem", "what", "at", right=("at",))
    for problem in found:
        place = "" if problem.start is None else str(problem.start)
        out.add_row(short_name(problem.document), problem.code, problem.message, place)
    show(out if found else "No problem is recorded.")
