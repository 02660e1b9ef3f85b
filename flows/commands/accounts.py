"""The command for accounts: account."""

from pathlib import Path
from typing import Annotated

import typer

_ACCOUNT = """Makes an account for the review pages, or changes its password.

Asks for the password. The file is read by its owner only and holds hashes; give it to `claims review --accounts`.

\b
Example: claims account mara --role reviewer
"""

DEFAULT_ACCOUNTS = Path("claims-accounts.json")
AccountsFile = Annotated[
    Path, typer.Option("--accounts", envvar="CLAIMS_ACCOUNTS", metavar="FILE", help="The file of accounts.")
]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command(help=_ACCOUNT)(account)


def account(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Decisions carry it.")],
    role: Annotated[str, typer.Option(help="reviewer decides, reader only looks.")] = "reviewer",
    accounts: AccountsFile = DEFAULT_ACCOUNTS,
) -> None:
    """Makes an account, or changes one."""
    from flows.commands import output
    from review.accounts import AccountError, Accounts, Role

    output.check_choice("--role", role, tuple(one.value for one in Role))
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    try:
        made = Accounts(accounts).put(name, password, Role(role))
    except AccountError as error:
        raise typer.BadParameter(str(error)) from error
    print(f"{made.name} may sign in as {made.role} ({accounts})")
