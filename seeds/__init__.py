"""Reference data the ledger points at by id, and the demo articles: data only."""
