"""Which statements go back to one text: copied, syndicated or lightly edited sentences count as one vote.

Whole documents that are prints of one text are found by `store.reprints`.

Sentences are compared by their runs of words (shingles); two that share most of them have one origin. A sentence of few
words says nothing: many authors write "Qwen 3.5 supports 201 languages" by themselves.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from store.model import Statement

WORD = re.compile(r"[^\W_]+")
RUN = 3
# Chosen so that one changed name or figure in a paragraph of ordinary length leaves the origin visible.
FEWEST_WORDS = 14
SHARED = 0.6
SIGNATURE = 32
BANDS = 16


def shingles(text: str) -> frozenset[str]:
    """Returns the runs of words of a text; none for a short one.

    >>> len(shingles("too short to tell"))
    0
    """
    words = WORD.findall(text.casefold())
    if len(words) < FEWEST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[place : place + RUN]) for place in range(len(words) - RUN + 1))


def is_copy(a: Statement, b: Statement) -> bool:
    """Returns whether two statements of different documents stand in copies of one sentence."""
    if a.claim.document == b.claim.document or not a.sentence or not b.sentence:
        return False
    first, second = shingles(a.sentence), shingles(b.sentence)
    if not first or not second:
        return False
    return len(first & second) >= SHARED * len(first | second)


def origins_of(statements: Iterable[Statement], documents: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """Returns for each claim the name of its origin: its document, or the first document of the copied sentence.

    Sentences meet by the bands of a MinHash signature, so the work grows with their number and not with its square.

    Args:
        statements: The statements.
        documents: By document the one that it is a print of, from `reprints.origins_of_documents`.
    """
    known = documents or {}
    ordered = sorted(statements, key=lambda each: (each.claim.document, each.claim.id))
    origin = {each.claim.id: known.get(each.claim.document, each.claim.document) for each in ordered}
    bands: dict[tuple[int, tuple[int, ...]], list[Statement]] = defaultdict(list)
    for statement in ordered:
        for band in bands_of(shingles(statement.sentence)):
            for earlier in bands[band][:1]:
                if is_copy(earlier, statement):
                    origin[statement.claim.id] = origin[earlier.claim.id]
            bands[band].append(statement)
    return origin


def bands_of(runs: frozenset[str]) -> list[tuple[int, tuple[int, ...]]]:
    """Returns the bands of the MinHash signature of some runs of words, none for none."""
    if not runs:
        return []
    digests = [hashlib.blake2b(run.encode(), digest_size=16).digest() for run in runs]
    halves = [(int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:], "big") | 1) for digest in digests]
    signature = [min((a + seed * b) & 0xFFFFFFFFFFFFFFFF for a, b in halves) for seed in range(SIGNATURE)]
    width = SIGNATURE // BANDS
    return [(band, tuple(signature[band * width : (band + 1) * width])) for band in range(BANDS)]
