"""Prefect flows and the command line: order, retries, logging; no types and no logic of their own."""
