"""The command that tells what runs did: report."""

from typing import Annotated, Any

import typer

from flows.commands.options import DEFAULT_DB, Db

_REPORT = """Prints what a run did, or what changed since a version.

The last run without RUN. Markdown for people, json for programs; --since N is a digest of everything since version N of
the ledger, whatever runs made it; --list prints all runs.

\b
Example: claims report
Example: claims report 3 --format json
Example: claims report --since 2
"""


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command(help=_REPORT)(report)


def report(
    run: Annotated[
        int | None, typer.Argument(metavar="[RUN]", help="Number of the run; the last one by default.")
    ] = None,
    since: Annotated[int | None, typer.Option(metavar="N", help="Everything since version N instead.")] = None,
    all_: Annotated[bool, typer.Option("--list", help="One line for each run.")] = False,
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help="markdown or json.")] = "markdown",
    db: Db = DEFAULT_DB,
) -> None:
    """Prints what a run did."""
    from flows import concluding, reporting
    from flows.commands import output
    from flows.commands.ledgers import open_ledger
    from store.fetches import Fetches

    output.check_format(format_, ("markdown", "json"))
    with open_ledger(db) as ledger:
        if since is not None:
            digest = concluding.digest(ledger, since)
            output.print_json(digest) if format_ == "json" else print(reporting.digest_markdown(digest))
            return
    with Fetches.open(db) as memory:
        found = list(memory.runs()) if all_ else [memory.run(run)]
    rows: list[dict[str, Any]] = [{**held.report, "run": held.number} for held in found]
    if format_ == "json":
        output.print_json(rows if all_ else rows[0])
    elif all_:
        for row in rows:
            print(f"{row['run']}  {row['started_at'][:16]}  {' '.join(row['sources'])}: {reporting.one_line(row)}")
    else:
        print(reporting.markdown(rows[0]))
