"""Pairs of entities whose names are so near that they may be one: for a person to merge, or to keep apart.

Only names with the same digits and the same first letter are compared: "Qwen 3" and "Qwen 3.5" are never one, and a
ledger of many thousand names stays quick.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from rapidfuzz import fuzz

from extractors.model import Entity
from store.names import SQUEEZE

NEAR = 88.0
"""Least likeness in percent; of names of eight letters one may differ."""
SHORTEST = 4
"""Shorter names are near to too many."""
LARGEST_BLOCK = 2_000

DIGITS = re.compile(r"\d+")


def similar(entities: Iterable[tuple[int, Entity]]) -> Iterator[tuple[int, int, float]]:
    """Yields pairs of keys with how near their nearest names are, from 0 to 100; each pair once, the nearest first.

    >>> known = [(1, Entity("a", "Moonshot AI", "company")), (2, Entity("b", "Moonshoot AI", "company"))]
    >>> [(first, second) for first, second, _ in similar(known)]
    [(1, 2)]
    >>> list(similar([(1, Entity("a", "Hermes", "model")), (2, Entity("b", "Hermes 2", "model", ("Hermes II",)))]))
    []
    """
    digits: dict[int, list[str]] = {}
    blocks: dict[tuple[tuple[str, ...], str], list[tuple[str, int]]] = defaultdict(list)
    for key, entity in entities:
        digits[key] = DIGITS.findall(entity.name)
        for name in dict.fromkeys(said.casefold().translate(SQUEEZE) for said in (entity.name, *entity.aliases)):
            if len(name) >= SHORTEST:
                blocks[tuple(DIGITS.findall(name)), name[0]].append((name, key))
    best: dict[tuple[int, int], float] = {}
    for block in blocks.values():
        for (name, key), (other, second) in combinations(block[:LARGEST_BLOCK], 2):
            if key == second or digits[key] != digits[second]:
                continue
            score = fuzz.ratio(name, other, score_cutoff=NEAR)
            pair = (min(key, second), max(key, second))
            if score > best.get(pair, 0.0):
                best[pair] = score
    yield from ((*pair, score) for pair, score in sorted(best.items(), key=lambda item: (-item[1], item[0])))
