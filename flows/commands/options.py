"""Options that many commands share."""

import os
import tomllib
from pathlib import Path
from typing import Annotated

import typer

Db = Annotated[str, typer.Option("--db", envvar="CLAIMS_DB", metavar="URL", help="The ledger, a SQLAlchemy URL.")]
DEFAULT_DB = "sqlite:///claims.db"
Format = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="table for people; json, jsonl, csv for programs.")
]
AsOfVersion = Annotated[int | None, typer.Option("--version", metavar="N", help="As the ledger stood at version N.")]
AsOfTime = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="As it stood then: 2026-03-01 or 2026-03-01T12:00.")
]
Sources = Annotated[
    str,
    typer.Option(
        "--sources", envvar="CLAIMS_SOURCES", metavar="FILE", help="The sources file; the demonstration by default."
    ),
]


def prefect_api_url() -> str:
    """Returns the URL of the Prefect server that this user has set up, or ""; asks the profile without Prefect."""
    if url := os.environ.get("PREFECT_API_URL"):
        return url
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    try:
        profiles = tomllib.loads((home / "profiles.toml").read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return ""
    name = os.environ.get("PREFECT_PROFILE") or profiles.get("active", "")
    return str(profiles.get("profiles", {}).get(name, {}).get("PREFECT_API_URL", ""))
