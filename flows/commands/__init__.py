"""The commands of `claims`, by what a person wants: ingest, read, ask, decide, serve."""
