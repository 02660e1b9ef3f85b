"""Which documents are one text: reprinted, syndicated, or taken over with a few words changed. They have one vote.

A text is known by the least hash of its runs of words in each of `PLACES` classes of hashes (MinHash with one
permutation, empty classes filled from others: Shrivastava 2017). Two signatures agree in about as many places as the
texts share of their runs. Texts meet by bands of their signatures, so the work grows with their number and not with its
square. The same text gives the same signature on every machine, so signatures can be kept beside the texts.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+")
RUN = 4
PLACES, BAND = 128, 2
# A shorter text is a notice that many write by themselves.
FEWEST_RUNS = 40
# Tried on pairs of articles with a tenth of the words changed, cut in half, and framed by other text.
SHARED, HELD = 0.5, 0.75
SPREAD = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a text to find its copies.

    Attributes:
        least: The least hash of each class.
        runs: Number of different runs of words.
    """

    least: tuple[int, ...]
    runs: int


def signature_of(text: str) -> Signature | None:
    """Returns the signature of a text, None for a short one.

    >>> signature_of("A notice of a few words.") is None
    True
    """
    words = WORD.findall(text.casefold())
    runs = {" ".join(words[place : place + RUN]) for place in range(len(words) - RUN + 1)}
    if len(runs) < FEWEST_RUNS:
        return None
    least: list[int | None] = [None] * PLACES
    for run in runs:
        number = int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big")
        place, rest = number % PLACES, number // PLACES
        held = least[place]
        if held is None or rest < held:
            least[place] = rest
    return Signature(filled(least), len(runs))


def filled(least: list[int | None]) -> tuple[int, ...]:
    """Returns the least hashes with empty places filled from others, the same ones for every text."""
    found = []
    for place, own in enumerate(least):
        turn, held = 0, own
        while held is None:
            turn += 1
            held = least[((place * PLACES + turn) * SPREAD & MASK) % PLACES]
        found.append(held + turn * SPREAD & MASK)
    return tuple(found)


def shared(a: Signature, b: Signature) -> float:
    """Returns about which part of the runs of two texts both hold, from 0 to 1."""
    return sum(x == y for x, y in zip(a.least, b.least, strict=True)) / PLACES


def is_reprint(a: Signature, b: Signature) -> bool:
    """Returns whether two texts are one, or one holds most of the other."""
    part = shared(a, b)
    both = part / (1 + part) * (a.runs + b.runs)
    return part >= SHARED or both >= HELD * min(a.runs, b.runs)


def origins_of_documents(signatures: Mapping[str, Signature | None]) -> dict[str, str]:
    """Returns for each document the first of those that are one text with it, by name; itself where it has none."""
    origin = {name: name for name in signatures}

    def root(name: str) -> str:
        while origin[name] != name:
            name = origin[name]
        return name

    for a, b in sorted(candidates(signatures)):
        first, second = signatures[a], signatures[b]
        if first and second and root(a) != root(b) and is_reprint(first, second):
            low, high = sorted((root(a), root(b)))
            origin[high] = low
    return {name: root(name) for name in signatures}


def candidates(signatures: Mapping[str, Signature | None]) -> Iterable[tuple[str, str]]:
    """Returns the pairs of documents whose signatures share a band; of many with one band each with the first."""
    bands: dict[tuple[int, tuple[int, ...]], list[str]] = defaultdict(list)
    for name, signature in sorted(signatures.items()):
        for place in range(0, PLACES if signature else 0, BAND):
            bands[(place, signature.least[place : place + BAND])].append(name)  # type: ignore[union-attr]
    return {(names[0], other) for names in bands.values() for other in names[1:]}
