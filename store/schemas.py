"""Makes the tables of a new ledger, brings an older one to the schema that this code works with, or says what to run.

A new database gets the tables as they are now and is stamped, without a walk through the history of the schema (and
without importing Alembic, a tenth of a second); a test compares that with what the migrations lead to.
"""

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, text

from store.errors import SchemaError
from store.tables import APPEND_ONLY, REVISION, blobs, evidence, metadata

stamp = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))

FIRST_REVISION = "0002"
"""The first schema that was given out."""

REFUSAL = "the ledger is append-only: %s on %s is refused"

ERASABLE = {evidence: "words = ''", blobs: "bytes IS NULL"}
"""What an update may leave in a row of these tables, all other columns being as before."""

REFUSE_ALL = """
CREATE FUNCTION claims_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME; END $$
"""


def held_revision(connection: Connection) -> str | None:
    """Returns the schema revision that a database holds; None when it holds no ledger."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection) -> None:
    """Makes the tables, or runs the steps that are missing, in the connection's transaction."""
    held = held_revision(connection)
    if held is None:
        create(connection)
    elif FIRST_REVISION <= held < REVISION:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", "store:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def create(connection: Connection) -> None:
    """Makes the tables of an empty ledger, with the triggers that refuse to change the past."""
    metadata.create_all(connection, checkfirst=False)
    for statement in triggers(connection.dialect.name):
        connection.exec_driver_sql(statement)
    stamp.create(connection)
    connection.execute(stamp.insert().values(version_num=REVISION))


def triggers(dialect: str) -> list[str]:
    """Returns the statements that guard the append-only tables: only erasure may empty what it is about."""
    return [] if dialect not in ("sqlite", "postgresql") else _sqlite() if dialect == "sqlite" else _postgresql()


def _sqlite() -> list[str]:
    made = []
    for table in APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            when = f" WHEN NOT ({_erasure(table)})" if action == "UPDATE" and table in ERASABLE else ""
            refusal = REFUSAL % (action, table.name)
            made.append(
                f"CREATE TRIGGER {table.name}_no_{action.lower()} BEFORE {action} ON {table.name}{when}"
                f" BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
    return made


def _postgresql() -> list[str]:
    made = [REFUSE_ALL.replace("%", "%%")]
    for table in APPEND_ONLY:
        whole = "DELETE OR TRUNCATE" if table in ERASABLE else "UPDATE OR DELETE OR TRUNCATE"
        made.append(
            f"CREATE TRIGGER {table.name}_append_only BEFORE {whole} ON {table.name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION claims_refuse()"
        )
        if table in ERASABLE:
            made.append(
                f"CREATE TRIGGER {table.name}_only_erased BEFORE UPDATE ON {table.name} FOR EACH ROW"
                f" WHEN (NOT ({_erasure(table)})) EXECUTE FUNCTION claims_refuse()"
            )
    return made


def _erasure(table: Table) -> str:
    emptied = ERASABLE[table]
    kept = [column.name for column in table.columns if column.name != emptied.split()[0]]
    return " AND ".join([f"NEW.{emptied}", *(f"NEW.{name} = OLD.{name}" for name in kept)])


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
    if held < FIRST_REVISION:
        raise SchemaError(f"{where} was made by a version that was never given out: make a new ledger and ingest anew")
    if held > REVISION:
        raise SchemaError(f"{where} has schema {held}, newer than {REVISION} of this program: update the program")
    raise SchemaError(f"{where} has schema {held}, this program needs {REVISION}: run `claims db upgrade`")
