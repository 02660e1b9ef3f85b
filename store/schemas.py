"""Brings a database to the schema that this code works with, or says what to run."""

from sqlalchemy import Connection, inspect, text

from store.errors import SchemaError
from store.tables import REVISION


def held_revision(connection: Connection) -> str | None:
    """Returns the schema revision that a database holds; None when it holds no ledger."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection) -> None:
    """Runs the steps that are missing, in the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def no_ledger(where: str) -> str:
    """Returns the message for a database without a ledger, its URL masked."""
    return f"{where} holds no ledger: `claims ingest` makes one, --db or CLAIMS_DB names another"


def require_current(connection: Connection, where: str) -> None:
    """Raises SchemaError unless the database holds the schema of this code.

    Args:
        connection: An open connection.
        where: The database for the message, masked.
    """
    held = held_revision(connection)
    if held == REVISION:
        return
    if held is None:
        raise SchemaError(no_ledger(where))
    if held > REVISION:
        raise SchemaError(f"{where} has schema {held}, newer than {REVISION} of this program: update the program")
    raise SchemaError(f"{where} has schema {held}, this program needs {REVISION}: run `claims db upgrade`")
