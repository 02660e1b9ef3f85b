"""Tables and rows about entities and their names."""

from collections.abc import Sequence
from typing import Any

from flows.commands.output import show, table
from store.model import EntityEntry, SimilarPair


def entity_row(entry: EntityEntry) -> dict[str, Any]:
    """Returns an entity for a program."""
    entity = entry.entity
    return {
        "id": entity.id,
        "name": entity.name,
        "type": entity.type,
        "aliases": list(entity.aliases),
        "parent": entity.parent or None,
        "maker": entity.maker or None,
        "known": entity.known,
        "claims": entry.statements,
    }


def print_entities(found: Sequence[EntityEntry]) -> None:
    """Prints entities by name."""
    out = table("entity", "id", "type", "also", "claims", right=("claims",))
    for entry in found:
        entity = entry.entity
        kind = entity.type if entity.known else f"{entity.type}, new"
        out.add_row(entity.name, entity.id, kind, ", ".join(entity.aliases), str(entry.statements))
    show(out if found else "The ledger holds no entity.")


def pair_row(pair: SimilarPair) -> dict[str, Any]:
    """Returns a pair of near names for a program."""
    return {"score": pair.score, "first": entity_row(pair.first), "second": entity_row(pair.second)}


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
