"""The value that says which entity a stretch of text names."""

from dataclasses import dataclass

from extractors.model import Entity
from extractors.values import filled_directly


@filled_directly
@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names an entity.

    Attributes:
        start: First code point of the name; a possessive mark is not part of it.
        end: One past the last.
        entity: What it names.
        kind: How it was found: `known` (the catalogue), `grammar` (a member of a known family), `listed` (a further
            version: the "3.6" of "Qwen 3.5 / 3.6"), `glued` (a name run together with its neighbour), `adjective`
            ("Chinese" for China), `short` (an ambiguous alias in its context), `introduced` (made known by the text).
    """

    start: int
    end: int
    entity: Entity
    kind: str = "known"
