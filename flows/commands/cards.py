"""The card of an entity: for each metric and scope the value to believe, what else is said, and the disputes."""

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from flows.commands.output import show, table
from flows.commands.statements import print_conflict
from review.records import best_record, entity_record
from review.wording import qualifier_words, short_name, value_words
from store.best_value import BestValue, best_values
from store.model import Card, ConflictSet, Statement
from store.track_records import TrackRecords

DISPUTES_SHOWN = 5
VALUES_SHOWN = 6
# A larger ledger is not read whole for one card: its sources count as equally reliable there.
MOST_LEARNED = 20_000

Best = Sequence[BestValue]


def best_of(card: Card, records: TrackRecords) -> Best:
    """Returns the values to believe of a card, by what is known of the sources."""
    return best_values((statement for _, held in card.metrics for statement in held), records=records)


def print_card(card: Card, disputes: Sequence[ConflictSet], best: Best) -> None:
    """Prints what the ledger holds on one entity."""
    show(_head(card))
    if card.entity.aliases:
        show(Text(f"also {', '.join(card.entity.aliases)}", style="dim"))
    disputed = {statement.claim.id for conflict in disputes for statement in conflict.claims}
    out = table("metric", "best value", "as of", "sure", "others say", "sources", right=("sure",))
    for column in out.columns[:4]:
        column.no_wrap = True
    # A column that may not wrap would take the width from the ones that may: long names are cut, not figures.
    out.columns[-1].no_wrap, out.columns[-1].overflow, out.columns[-1].max_width = True, "ellipsis", 26
    for value in best:
        out.add_row(*_best_row(value, disputed))
    show(out if best else "No single value can be given.", "")
    _print_others(card, best)
    for conflict in disputes[:DISPUTES_SHOWN]:
        print_conflict(conflict)
    if len(disputes) > DISPUTES_SHOWN:
        show(f"{len(disputes) - DISPUTES_SHOWN} more: claims conflicts --entity {card.entity.id}")


def _head(card: Card) -> Text:
    entity = card.entity
    notes = [entity.type, f"made by {entity.maker}" if entity.maker else "", "" if entity.known else "not catalogued"]
    return Text.assemble((entity.name, "bold"), (f"  {', '.join(filter(None, notes))}", "dim"))


def _best_row(best: BestValue, disputed: set[str]) -> tuple[Text | str, ...]:
    claim = best.statement.claim
    held = (*best.agreeing, *best.dissenting)
    mark = ("\ndisputed", "red") if any(statement.claim.id in disputed for statement in held) else ""
    words = qualifier_words(claim.qualifiers)
    others = [value for value in _values(best.dissenting) if value != value_words(claim)]
    return (
        Text.assemble(claim.metric, (f"\n{words}" if words else "", "dim"), mark),
        Text(value_words(claim), style="bold"),
        claim.as_of.text if claim.as_of else "",
        f"{best.confidence:.0%}",
        ", ".join(others),
        _sources(best.agreeing),
    )


def _print_others(card: Card, best: Best) -> None:
    """Prints the metrics that have many values, or none to believe."""
    shown = {value.statement.claim.metric for value in best}
    rest = [(metric, held) for metric, held in card.metrics if metric not in shown]
    out = table("metric", "also claimed", "sources")
    for metric, held in rest:
        values = _values(held)
        more = f" and {len(values) - VALUES_SHOWN} more" if len(values) > VALUES_SHOWN else ""
        out.add_row(metric, ", ".join(values[:VALUES_SHOWN]) + more, _sources(held))
    if rest:
        show(out, "")


def _values(statements: Sequence[Statement]) -> list[str]:
    return list(dict.fromkeys(_said(statement) for statement in statements))


def _said(statement: Statement) -> str:
    status = statement.claim.status.value
    return value_words(statement.claim) + ("" if status == "asserted" else f" ({status})")


def _sources(statements: Sequence[Statement]) -> str:
    """Returns how many documents say so, or the one that does."""
    names = list(dict.fromkeys(short_name(statement.claim.document) for statement in statements))
    return names[0] if len(names) == 1 else f"{len(names)} sources"


def card_record(card: Card, disputes: Sequence[ConflictSet], best: Best) -> dict[str, Any]:
    """Returns the card for a program."""
    return {
        "subject": entity_record(card.entity),
        "members": [member.id for member in card.members],
        "best": [best_record(value) for value in best],
        "metrics": {metric: [statement.record() for statement in held] for metric, held in card.metrics},
        "conflicts": [conflict.record() for conflict in disputes],
    }
