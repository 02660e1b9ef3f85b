"""Text to claims: pure functions from bytes to values, with no database, network, Prefect or clock."""
