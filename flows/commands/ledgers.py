"""Opens a ledger that is there already, for the commands that ask."""

from pathlib import Path

from store.ledger import Ledger


def open_ledger(db: str) -> Ledger:
    """Returns the ledger at a URL.

    Raises:
        FileNotFoundError: The URL names a file of SQLite that is not there; asking makes none.
        StoreError: There is no ledger in the database, or it cannot be reached.
    """
    scheme, _, path = db.partition(":///")
    if scheme.partition("+")[0] == "sqlite" and path and not path.startswith((":", "file:")):
        file = Path(path.partition("?")[0])
        if not file.exists():
            raise FileNotFoundError(f"no ledger at {file}: `claims ingest` makes one, --db or CLAIMS_DB names another")
    return Ledger.open(db, create=False)
