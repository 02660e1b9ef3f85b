"""What the store refuses: one root, `StoreError`; every message says what and where, with URLs masked."""


class StoreError(Exception):
    """Root of every exception that this package raises."""


class ConnectionFailedError(StoreError):
    """The database cannot be opened or reached."""


class SchemaError(StoreError):
    """The database holds no ledger, or one of another schema version; the message says what to run."""


class EvidenceError(StoreError):
    """A claim does not stand in its document: quote and span differ, or ids and documents do not fit."""


class UnknownError(StoreError):
    """Something that was asked for by name is not in the ledger: an entity, document, version or conflict."""


class JudgementError(StoreError):
    """A decision cannot be made or undone."""


class TransferError(StoreError):
    """A backup cannot be read, or the database that it should go into is not empty."""
