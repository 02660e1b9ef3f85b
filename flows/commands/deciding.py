"""Commands by which a person decides: decide, undo."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import DEFAULT_DB, Db

if TYPE_CHECKING:
    from store.ledger import Ledger

_DECIDE = """Closes a conflict with your judgement.

OUTCOME is prefer (name the statement that holds by --claim), both (another qualifier or date), extraction_error or
source_error (name the wrong one by --claim), same_entity, different_entity, or unsure. Ids may be shortened.

\b
Example: claims decide x_1f2e prefer --claim c_9ab3 --note "the filing says so"
"""

_UNDO = """Takes back a decision.

\b
Example: claims undo d_52c1 --note "the filing was corrected"
"""

By = Annotated[str, typer.Option("--by", metavar="NAME", envvar="CLAIMS_USER", help="Who decides; you by default.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command(help=_DECIDE)(decide)
    app.command(help=_UNDO)(undo)


def decide(
    conflict: Annotated[str, typer.Argument(metavar="ID", help="Id of the conflict.")],
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="Your judgement.")],
    claim: Annotated[str, typer.Option(metavar="CLAIM", help="The statement that the outcome names.")] = "",
    note: Note = "",
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Records a judgement."""
    from flows.commands import output
    from flows.commands.ledgers import open_ledger
    from flows.stages import who
    from store.model import Judgement

    output.check_choice("OUTCOME", outcome, tuple(judgement.value for judgement in Judgement))
    with open_ledger(db) as ledger:
        named = whole_id(ledger, conflict, claim) if claim else None
        decision = ledger.decide(conflict, outcome, claim=named, note=note, author=by or who())
    print(f"{decision.id}: {decision.judgement} recorded as version {decision.version}")
    print(f"`claims undo {decision.id[:8]}` takes it back")


def whole_id(ledger: "Ledger", conflict: str, claim: str) -> str:
    """Returns the id of the only claim of a conflict that begins with what was given, else what was given."""
    found = [
        statement.claim.id
        for held in ledger.conflicts()
        if held.id.startswith(conflict)
        for statement in held.claims
        if statement.claim.id.startswith(claim)
    ]
    return found[0] if len(found) == 1 else claim


def undo(
    decision: Annotated[str, typer.Argument(metavar="ID", help="Id of the decision.")],
    note: Note = "",
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Takes back a decision."""
    from flows.commands.ledgers import open_ledger
    from flows.stages import who
    from store.model import Decision

    with open_ledger(db) as ledger:
        undone = ledger.undo(decision, note=note, author=by or who())
    what = undone.judgement if isinstance(undone, Decision) else undone.kind
    print(f"{undone.id}: {what} taken back in version {undone.undone_in}")
