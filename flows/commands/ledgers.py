"""Opens a ledger that is there already, for the commands that ask."""

from store.ledger import Ledger


def open_ledger(db: str) -> Ledger:
    """Returns the ledger at a URL; asking makes none.

    Raises:
        StoreError: There is no ledger in the database, or it cannot be reached.
    """
    return Ledger.open(db, create=False)
