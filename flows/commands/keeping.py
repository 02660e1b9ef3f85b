"""Commands that look after the ledger as a whole: backup, restore, erase, db upgrade, db rebuild."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.deciding import By
from flows.commands.options import DEFAULT_DB, Db

_BACKUP = """Writes the whole ledger as JSON Lines.

With all versions, events, texts and digests, of one moment, while others may go on writing. A name that ends in .gz is
compressed; - is the standard output.

\b
Example: claims backup ledger.jsonl.gz
"""

_RESTORE = """Makes a ledger from a backup.

The database must be empty; it may be another one, of the other engine too. Everything is verified before it is kept,
and all digests are those of the ledger that was backed up.

\b
Example: claims restore ledger.jsonl.gz --db sqlite:///other.db
"""

_ERASE = """Empties the text and the quotes of a document for good.

For requests that the law gives a right to. What was claimed stays, without its words, and `claims verify` still
holds. The same text is not read again.

\b
Example: claims erase articles/one.md --reason "request 2026-17" --yes
"""

_UPGRADE = """Brings the tables of a ledger to this version.

\b
Example: claims db upgrade
"""

_REBUILD = """Builds the tables that follow from the events anew.

\b
Example: claims db rebuild
"""


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command(help=_BACKUP)(backup)
    app.command(help=_RESTORE)(restore)
    app.command("import", help=_RESTORE.replace("claims restore", "claims import"), hidden=True)(restore)
    app.command(help=_ERASE)(erase)
    database = typer.Typer(help="Looks after the database.", no_args_is_help=True, rich_markup_mode=None)
    database.command("upgrade", help=_UPGRADE)(upgrade)
    database.command("rebuild", help=_REBUILD)(rebuild)
    app.add_typer(database, name="db")


def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write.")], db: Db = DEFAULT_DB
) -> None:
    """Writes the whole ledger."""
    from flows.commands import lines
    from flows.commands.ledgers import open_ledger

    with open_ledger(db) as ledger:
        count = lines.write(target, ledger.backup())
    if str(target) != "-":
        print(f"{count:,} lines written to {target}")


def restore(source: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")], db: Db = DEFAULT_DB) -> None:
    """Makes a ledger from a backup."""
    from flows.commands import lines
    from flows.commands.versions import print_report
    from store.ledger import Ledger

    with lines.reading(source) as found:
        print_report(Ledger.restore(db, found))


def erase(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its URI, or the end of it.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, such as the number of the request.")],
    revision: Annotated[str, typer.Option(metavar="DIGEST", help="Only this revision, sha256:…")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Empties the text and the quotes of a document."""
    from flows.commands.ledgers import open_ledger
    from flows.stages import who

    with open_ledger(db) as ledger:
        uri = _whole_uri([entry.uri for entry in ledger.documents()], document)
        if not yes:
            typer.confirm(f"Erase the text and all quotes of {uri}, for good?", abort=True)
        done = ledger.erase(uri, author=by or who(), reason=reason, revision=revision or None)
    if done.version is None:
        print(f"{uri}: nothing left to erase")
    else:
        print(f"{uri}: text and {done.quotes} quotes erased in version {done.version}")


def _whole_uri(uris: list[str], wanted: str) -> str:
    """Returns the only URI that ends with what was given, as a whole part of the path; else what was given."""
    found = [uri for uri in uris if uri == wanted or uri.endswith(f"/{wanted.lstrip('./')}")]
    return found[0] if len(found) == 1 else wanted


def upgrade(db: Db = DEFAULT_DB) -> None:
    """Brings the tables to this version."""
    from store.ledger import Ledger

    Ledger.upgrade_database(db)


def rebuild(db: Db = DEFAULT_DB) -> None:
    """Builds the caches anew."""
    from flows.commands.ledgers import open_ledger

    with open_ledger(db) as ledger:
        ledger.rebuild()
    print("rebuilt from the events")
