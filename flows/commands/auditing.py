"""Commands that look at the ledger itself: log, diff, verify, documents, problems, export."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import DEFAULT_DB, AsOfTime, AsOfVersion, Db, Format

_LOG = """Prints the versions: who recorded what, when and why.

\b
Example: claims log --last 5
"""

_DIFF = """Prints what changed between two versions, and why.

\b
Example: claims diff 1 2
"""

_VERIFY = """Checks that nothing was changed, lost or reordered.

Also that every quote still stands in its document. Ends with 1 when anything is wrong. With --head it also finds
versions that were cut off the end.

\b
Example: claims verify
"""

_DOCUMENTS = """Prints the documents with their revisions.

\b
Example: claims documents
"""

_PROBLEMS = """Prints what could not be read, and where.

\b
Example: claims problems
"""

_EXPORT = """Writes the statements, one a line.

\b
Example: claims export --format jsonl > claims.jsonl
Example: claims export --format csv --version 1
Example: claims export --format parquet --output claims.parquet
"""


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command(help=_LOG)(log)
    app.command(help=_DIFF)(diff)
    app.command(help=_VERIFY)(verify)
    app.command(help=_DOCUMENTS)(documents)
    app.command(help=_PROBLEMS)(problems)
    app.command(help=_EXPORT)(export)


def log(
    last: Annotated[int, typer.Option(metavar="N", help="Only the last N; 0 for all.")] = 0,
    format_: Format = "table",
    db: Db = DEFAULT_DB,
) -> None:
    """Prints the versions of the ledger."""
    from flows.commands import output, versions
    from flows.commands.ledgers import open_ledger
    from review import records

    output.check_format(format_, output.FORMATS)
    with open_ledger(db) as ledger:
        found = ledger.log()[-last:]
    if format_ == "table":
        versions.print_log(found)
    else:
        output.print_rows(map(records.version_record, found), format_)


def diff(
    before: Annotated[int, typer.Argument(metavar="A", help="Number of the older version.")],
    after: Annotated[int, typer.Argument(metavar="B", help="Number of the newer version.")],
    format_: Format = "table",
    db: Db = DEFAULT_DB,
) -> None:
    """Prints what changed between two versions."""
    from flows.commands import output, versions
    from flows.commands.ledgers import open_ledger
    from review import records

    output.check_format(format_, ("table", "json", "jsonl"))
    with open_ledger(db) as ledger:
        found = ledger.diff(before, after)
    if format_ == "table":
        versions.print_diff(before, after, found)
    else:
        output.print_rows(map(records.change_record, found), format_)


def verify(
    head: Annotated[str, typer.Option(metavar="DIGEST", help="Digest of a version that you noted down.")] = "",
    format_: Format = "table",
    db: Db = DEFAULT_DB,
) -> None:
    """Checks the whole ledger."""
    from flows.commands import output, versions
    from flows.commands.ledgers import open_ledger

    output.check_format(format_, ("table", "json"))
    with open_ledger(db) as ledger:
        report = ledger.verify(head=head)
    if format_ == "json":
        output.print_json(versions.report_row(report))
    else:
        versions.print_report(report)
    raise typer.Exit(0 if report.ok else 1)


def documents(version: AsOfVersion = None, at: AsOfTime = None, format_: Format = "table", db: Db = DEFAULT_DB) -> None:
    """Prints the documents of the ledger."""
    from flows.commands import output, versions
    from flows.commands.ledgers import open_ledger
    from review import records

    output.check_format(format_, output.FORMATS)
    with open_ledger(db) as ledger:
        found = ledger.documents(version=version, at=output.moment(at))
    if format_ == "table":
        versions.print_documents(found)
    else:
        output.print_rows(map(records.document_record, found), format_)


def problems(format_: Format = "table", db: Db = DEFAULT_DB) -> None:
    """Prints what could not be read."""
    from flows.commands import output, versions
    from flows.commands.ledgers import open_ledger
    from review import records

    output.check_format(format_, output.FORMATS)
    with open_ledger(db) as ledger:
        found = ledger.problems()
    if format_ == "table":
        versions.print_problems(found)
    else:
        output.print_rows(map(records.problem_record, found), format_)


def export(
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help="jsonl, csv or parquet.")] = "jsonl",
    target: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Where to write.")] = None,
    retracted: Annotated[bool, typer.Option("--retracted", help="With what was retracted.")] = False,
    version: AsOfVersion = None,
    at: AsOfTime = None,
    db: Db = DEFAULT_DB,
) -> None:
    """Writes the statements of the ledger."""
    from flows.commands import exporting, output
    from flows.commands.ledgers import open_ledger

    output.check_format(format_, ("jsonl", "csv", "parquet"))
    with open_ledger(db) as ledger:
        rows = ledger.export(version=version, at=output.moment(at), retracted=retracted)
        exporting.write(rows, format_, target)
