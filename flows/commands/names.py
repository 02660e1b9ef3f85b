"""Tables about entities and their names."""

from collections.abc import Sequence

from flows.commands.output import show, table
from store.model import EntityEntry, SimilarPair


def print_entities(found: Sequence[EntityEntry]) -> None:
    """Prints entities by name."""
    out = table("entity", "id", "type", "also", "claims", right=("claims",))
    for entry in found:
        entity = entry.entity
        kind = entity.type if entity.known else f"{entity.type}, new"
        out.add_row(entity.name, entity.id, kind, ", ".join(entity.aliases), str(entry.statements))
    show(out if found else "The ledger holds no entity.")


def print_pairs(found: Sequence[SimilarPair]) -> None:
    """Prints pairs of near names, the nearest first."""
    out = table("near", "entity", "claims", "entity", "claims", right=("near", "claims"))
    for pair in found:
        first, second = pair.first, pair.second
        names = [f"{entry.entity.name} ({entry.entity.id})" for entry in (first, second)]
        out.add_row(f"{pair.score:.0f}", names[0], str(first.statements), names[1], str(second.statements))
    show(out if found else "No two names are near each other.")
    if found:
        show("`claims merge A B` joins a pair, `claims distinct A B` keeps it apart.", style="dim")
