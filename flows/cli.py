"""The `claims` command: one more way to start the stages. What a command needs is imported when it runs."""

import os
import sys

import typer

from flows.commands import (
    accounts,
    asking,
    auditing,
    deciding,
    ingesting,
    keeping,
    naming,
    reading,
    reporting_runs,
    serving,
    sourcing,
    weighing,
)
from flows.commands.failing import explain_failure

app = typer.Typer(
    name="claims",
    help="Reads articles, extracts the claims they make, keeps a provable ledger of them, shows where they disagree.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    ingesting,
    reading,
    asking,
    auditing,
    deciding,
    naming,
    keeping,
    sourcing,
    weighing,
    reporting_runs,
    serving,
    accounts,
):
    group.register(app)


def main() -> None:
    """Runs the command line; ends with 0 (done), 1 (something failed, said on stderr) or 2 (wrong usage)."""
    try:
        app()
    except BrokenPipeError:
        # The reader of our output has gone (`claims log | head`): nothing is wrong, and nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except KeyboardInterrupt:
        print("claims: stopped", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        sys.exit(explain_failure(error))


if __name__ == "__main__":
    main()
