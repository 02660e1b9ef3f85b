"""Commands that say who is who: merge, split, distinct, entities."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.deciding import By, Note
from flows.commands.options import DEFAULT_DB, AsOfTime, AsOfVersion, Db, Format

if TYPE_CHECKING:
    from store.model import Deed

_MERGE = """Says that an entity is another one.

From now on all that is claimed of it counts for that one. Nothing is rewritten: `claims undo` takes it back, and
answers as of earlier versions stay as they were.

\b
Example: claims merge "Qwen Chat" Qwen --note "one product under two names"
"""

_SPLIT = """Says that a part of an entity is another one.

The part is told by what documents call it (--mention, later articles follow) or by ids of claims (--claim); both may
be repeated. A name that nothing has becomes a new entity.

\b
Example: claims split Grok "Grok App" --mention "Grok app"
"""

_DISTINCT = """Says that two entities are not the same.

\b
Example: claims distinct Qwen "Qwen Chat"
"""

_ENTITIES = """Prints the entities with the number of their claims.

--similar prints pairs instead whose names are so near that they may be one, the nearest first; pairs that were declared
distinct are left out.

\b
Example: claims entities --similar
"""

First = Annotated[str, typer.Argument(metavar="ENTITY", help="Id, name or alias.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command(help=_ENTITIES)(entities)
    app.command(help=_MERGE)(merge)
    app.command(help=_SPLIT)(split)
    app.command(help=_DISTINCT)(distinct)


def merge(
    entity: First,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The one that stays.")],
    note: Note = "",
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Says that an entity is another one."""
    from flows.commands.ledgers import open_ledger
    from flows.stages import who

    with open_ledger(db) as ledger:
        _tell(ledger.merge(entity, into, note=note, author=by or who()))


def split(
    entity: First,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The one that the part is.")],
    mention: Annotated[list[str] | None, typer.Option("--mention", metavar="WORDS", help="What it is called.")] = None,
    claim: Annotated[list[str] | None, typer.Option("--claim", metavar="CLAIM", help="Id of a claim of it.")] = None,
    note: Note = "",
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Says that a part of an entity is another one."""
    from flows.commands.ledgers import open_ledger
    from flows.stages import who

    with open_ledger(db) as ledger:
        said = ledger.split(entity, other, mentions=mention or (), claims=claim or (), note=note, author=by or who())
        _tell(said)


def distinct(
    entity: First,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Id, name or alias.")],
    note: Note = "",
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Says that two entities are not the same."""
    from flows.commands.ledgers import open_ledger
    from flows.stages import who

    with open_ledger(db) as ledger:
        _tell(ledger.distinct(entity, other, note=note, author=by or who()))


def entities(
    similar: Annotated[bool, typer.Option("--similar", help="Pairs of near names instead.")] = False,
    version: AsOfVersion = None,
    at: AsOfTime = None,
    format_: Format = "table",
    db: Db = DEFAULT_DB,
) -> None:
    """Prints the entities."""
    from flows.commands import names, output
    from flows.commands.ledgers import open_ledger
    from review.records import entry_record, pair_record

    output.check_format(format_, output.FORMATS)
    moment = output.moment(at)
    with open_ledger(db) as ledger:
        pairs = ledger.similar_entities(version=version, at=moment) if similar else []
        found = [] if similar else ledger.entities(version=version, at=moment)
    if format_ != "table":
        output.print_rows(map(pair_record, pairs) if similar else map(entry_record, found), format_)
    elif similar:
        names.print_pairs(pairs)
    else:
        names.print_entities(found)


def _tell(deed: "Deed") -> None:
    print(f"{deed.id}: {deed.kind} of {deed.entity} and {deed.other} recorded as version {deed.version}")
    print(f"`claims undo {deed.id[:8]}` takes it back")
