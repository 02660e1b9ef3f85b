"""Commands of this subject; none yet."""

import typer


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    del app
