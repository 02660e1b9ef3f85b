"""Tells a person what a run did."""

import shlex
import sys
from pathlib import Path
from typing import Any

from rich.text import Text

from flows.commands.output import QUOTE, print_indented, show, table
from flows.reporting import one_line, standing_line


def print_summary(summary: dict[str, Any]) -> None:
    """Prints what was read, what it claims, and what is disputed."""
    show(Text(one_line(summary), style="bold"))
    if not summary["versions"]:
        show("Nothing new: the same bytes and the same extractor add nothing to the ledger.")
    _print_metrics(summary, limit=12)
    show(standing_line(summary))
    _print_gravest(summary)


def print_demo(summary: dict[str, Any], file: Path) -> None:
    """Prints the summary of the demonstration and what to try next."""
    print_summary(summary)
    claims = shlex.quote(_command())
    show()
    show(f"The ledger is {file} (version {summary['head']}). Next:", style="bold")
    show(f"  export CLAIMS_DB=sqlite:///{shlex.quote(str(file.absolute()))}", soft_wrap=True)
    for line in (
        "history Qwen --metric downloads",
        'show "Qwen 3.5"',
        "conflicts",
        "log",
        "verify",
        "review",
    ):
        show(f"  {claims} {line}", soft_wrap=True)


def _command() -> str:
    """Returns how this command was called, shortened to a path from here where that works."""
    path = Path(sys.argv[0])
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return path.name


def _print_metrics(summary: dict[str, Any], *, limit: int) -> None:
    rows = list(summary["by_metric"].items())
    out = table("metric", "claims", right=("claims",))
    for metric, count in rows[:limit]:
        out.add_row(metric, str(count))
    if len(rows) > limit:
        out.add_row(f"{len(rows) - limit} more metrics", str(sum(count for _, count in rows[limit:])), style="dim")
    if rows:
        show(f"\n{summary['claims']} claims in {summary['counts']['documents']} documents:")
        show(out, "")


def _print_gravest(summary: dict[str, Any]) -> None:
    if summary["gravest"]:
        show("\nThe gravest contradictions:", style="bold")
    for number, conflict in enumerate(summary["gravest"], 1):
        kind = f" ({conflict['relation'].replace('_', ' ')}, {conflict['severity']})"
        name = f"{conflict['subject']} · {conflict['metric'].replace('_', ' ')}"
        show(Text.assemble(f"\n{number}. ", (name, "bold"), kind))
        print_indented(Text(conflict["reason"]), 3)
        for side in conflict["sides"]:
            when = f", as of {side['as_of']}" if side["as_of"] else ""
            print_indented(Text.assemble((side["value"], "bold"), f"  {side['source']}{when}"), 3)
            cell = (f"[{side['cell']}] " if side["cell"] else "", "dim")
            words = (cell, "“", side["before"].lstrip(), (side["quote"], QUOTE), side["after"].rstrip(), "”")
            print_indented(Text.assemble(*words), 6)
