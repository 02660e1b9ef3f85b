"""Commands that ask what the ledger holds of an entity and where it disagrees: history, show, conflicts."""

from typing import Annotated

import typer

from flows.commands.options import DEFAULT_DB, AsOfTime, AsOfVersion, Db, Format, Sources

_HISTORY = """Prints the claims ever made about an entity.

Ordered by metric and the time that each speaks of. --family adds the members of a family, --retracted what was
claimed once and is no more.

\b
Example: claims history Qwen --metric downloads
Example: claims history "Qwen 3.5" --version 1 --format csv
"""

_SHOW = """Prints an entity's card: best values and disputes.

\b
Example: claims show "Qwen 3.5"
"""

_CONFLICTS = """Prints where statements disagree, and why.

The gravest come first. --status is open, decided, reopened or all.

\b
Example: claims conflicts --severity high
Example: claims conflicts --format jsonl
"""

Family = Annotated[bool, typer.Option("--family", help="With the members of the family.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command(help=_HISTORY)(history)
    app.command(help=_SHOW)(show)
    app.command(help=_CONFLICTS)(conflicts)


def history(
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="Id, name or alias.")],
    metric: Annotated[str | None, typer.Option(metavar="M", help="Only this metric.")] = None,
    family: Family = False,
    retracted: Annotated[bool, typer.Option("--retracted", help="With what was retracted.")] = False,
    version: AsOfVersion = None,
    at: AsOfTime = None,
    format_: Format = "table",
    db: Db = DEFAULT_DB,
) -> None:
    """Prints the claims ever made about an entity."""
    from flows.commands import output, statements
    from flows.commands.ledgers import open_ledger

    output.check_format(format_, output.FORMATS)
    with open_ledger(db) as ledger:
        found = ledger.history(
            entity,
            metric=metric,
            version=version,
            at=output.moment(at),
            family=family,
            retracted=retracted,
            sentences=format_ == "table",
        )
    if format_ == "table":
        statements.print_history(entity, found)
    else:
        output.print_rows([statement.record() for statement in found], format_)


def show(
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="Id, name or alias.")],
    version: AsOfVersion = None,
    at: AsOfTime = None,
    format_: Format = "table",
    db: Db = DEFAULT_DB,
    sources_file: Sources = "",
) -> None:
    """Prints an entity's card."""
    from flows.commands import cards, output
    from flows.commands.ledgers import open_ledger
    from flows.commands.weighing import known_before

    output.check_format(format_, ("table", "json"))
    moment = output.moment(at)
    with open_ledger(db) as ledger:
        card = ledger.card(entity, version=version, at=moment)
        disputes = ledger.conflicts(version=version, at=moment, entity=card.entity.id)
        known = known_before(sources_file)
        records = ledger.reliability(version=version, at=moment, prior=known, most=cards.MOST_LEARNED)
    best = cards.best_of(card, records)
    if format_ == "json":
        output.print_json(cards.card_record(card, disputes, best))
    else:
        cards.print_card(card, disputes, best)


def conflicts(
    status: Annotated[str, typer.Option(metavar="S", help="open, decided, reopened or all.")] = "open",
    severity: Annotated[str, typer.Option(metavar="S", help="high, medium or low.")] = "",
    entity: Annotated[str, typer.Option(metavar="E", help="Only those about this entity.")] = "",
    metric: Annotated[str, typer.Option(metavar="M", help="Only those of this metric.")] = "",
    limit: Annotated[int, typer.Option(metavar="N", help="At most so many; 0 for all.")] = 0,
    version: AsOfVersion = None,
    at: AsOfTime = None,
    format_: Format = "table",
    db: Db = DEFAULT_DB,
) -> None:
    """Prints where statements disagree."""
    from flows.commands import output, statements
    from flows.commands.ledgers import open_ledger

    output.check_format(format_, output.FORMATS)
    output.check_choice("--status", status, ("open", "decided", "reopened", "all"))
    output.check_choice("--severity", severity, ("", "high", "medium", "low"))
    with open_ledger(db) as ledger:
        found = ledger.conflicts(
            status=None if status == "all" else status, version=version, at=output.moment(at), entity=entity or None
        )
    wanted = [
        conflict for conflict in found if severity in ("", conflict.severity.value) and metric in ("", conflict.metric)
    ]
    wanted = wanted[: limit or None]
    if format_ == "table":
        statements.print_conflicts(wanted, status)
    else:
        output.print_rows([conflict.record() for conflict in wanted], format_)
