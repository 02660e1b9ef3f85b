"""Tables of statements: history and conflicts."""

from collections.abc import Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.commands.output import cut, print_indented, show, table
from review.wording import qualifier_words, quote_in_sentence, relation_words, short_name, value_words
from store.model import ConflictSet, Severity, Statement

SEVERITY_STYLE = {Severity.HIGH: "bold red", Severity.MEDIUM: "yellow", Severity.LOW: "dim"}
SENTENCE_WIDTH = 150


def print_history(entity: str, found: Sequence[Statement]) -> None:
    """Prints statements metric by metric, each with its source and sentence."""
    if not found:
        show(f"Nothing of this kind is claimed about {entity}.")
    several = len({statement.claim.subject.id for statement in found}) > 1
    for metric in dict.fromkeys(statement.claim.metric for statement in found):
        rows = [statement for statement in found if statement.claim.metric == metric]
        name = metric if several else f"{rows[0].claim.subject.name} · {metric}"
        show(statement_table(rows, title=name, subjects=several), "")


def statement_table(rows: Sequence[Statement], *, title: str = "", subjects: bool = False) -> Table:
    """Returns statements as a table of value, time, and source with the sentence that says it."""
    out = table(*(("subject",) if subjects else ()), "value", "as of", "source and words", title=title)
    out.columns[-1].ratio = 1
    for column in out.columns[:-1]:
        column.max_width = 26
    for statement in rows:
        name = (statement.claim.subject.name,) if subjects else ()
        out.add_row(*name, _value(statement), _when(statement), source_text(statement))
    return out


def source_text(statement: Statement) -> Text:
    """Returns a statement's source, who it cites, and below it the sentence with the quote highlighted."""
    claim = statement.claim
    who = f", citing {claim.attributed_to}" if claim.attributed_to else ""
    return Text.assemble((f"{short_name(claim.document)}{who}\n", "dim"), sentence_text(statement))


def sentence_text(statement: Statement, width: int = SENTENCE_WIDTH) -> Text:
    """Returns a statement's sentence with its quote highlighted, cut at both sides when it is long."""
    before, quote, after = quote_in_sentence(statement)
    words = cut(before, quote, after, room=max(24, (width - len(quote)) // 2))
    head = " · ".join(part for part in (statement.claim.evidence.row, statement.claim.evidence.column) if part)
    cell = (f"[{' '.join(head.split())}] ", "dim") if head else ""
    return Text.assemble(cell, words)


def _value(statement: Statement) -> Text:
    claim = statement.claim
    style = "strike" if statement.retracted_in else "bold"
    notes = [
        (qualifier_words(claim.qualifiers), "dim"),
        ("" if claim.status == "asserted" else claim.status.value, "magenta"),
        (
            "" if statement.rank == "normal" else statement.rank.value,
            "green" if statement.rank == "preferred" else "red",
        ),
        (f"retracted in version {statement.retracted_in}" if statement.retracted_in else "", "red"),
    ]
    lines = [(f"\n{words}", look) for words, look in notes if words]
    return Text.assemble((value_words(claim), style), *lines)


def _when(statement: Statement) -> Text:
    claim = statement.claim
    if claim.as_of is None:
        return Text("")
    basis = "" if claim.as_of_basis == "stated" else f"\n{claim.as_of_basis}"
    return Text.assemble(claim.as_of.text, (basis, "dim"))


def print_conflicts(found: Sequence[ConflictSet], status: str) -> None:
    """Prints conflicts, each with its reason and the statements that it is about."""
    if not found:
        show("No conflict." if status == "all" else f"No {status} conflict.")
    for conflict in found:
        print_conflict(conflict)
    if found:
        show(Text(f"{len(found)} conflicts. `claims decide ID OUTCOME` closes one.", style="dim"))


def print_conflict(conflict: ConflictSet) -> None:
    """Prints one conflict with its statements."""
    state = "" if conflict.status == "open" else f" ({conflict.status})"
    head = Text.assemble(
        (conflict.severity.value, SEVERITY_STYLE[conflict.severity]),
        f" {relation_words(conflict.relation)} · ",
        (conflict.subject_name, "bold"),
        f" · {conflict.metric}",
        (f"  {conflict.id}{state}", "dim"),
    )
    show(head)
    print_indented(Text(conflict.reason), 2)
    several = len({statement.claim.subject.id for statement in conflict.claims}) > 1
    out = statement_table(conflict.claims, subjects=several)
    out.show_header = False
    show(Padding(out, (0, 0, 1, 2)))
