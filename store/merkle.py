"""The proof: digests of leaves, a Merkle root for each version, versions chained to each other.

Leaves (`store.leaves`) and inner nodes are hashed with different first bytes, so neither can stand for the other; an
odd node is lifted unchanged (the tree of RFC 6962).
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from store.rows import encode

EMPTY = sha256().digest()
GENESIS = "0" * 64
"""What stands for the version before the first."""


def root(leaves: Sequence[bytes]) -> str:
    """Returns the Merkle root in hex.

    >>> root([]) == EMPTY.hex(), root([b"a" * 32]) == (b"a" * 32).hex()
    (True, True)
    >>> root([b"a" * 32, b"b" * 32]) == root([b"b" * 32, b"a" * 32])
    False
    """
    if not leaves:
        return EMPTY.hex()
    level = list(leaves)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [
            sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)
        ] + odd
    return level[0].hex()


def version_line(fields: Iterable[object]) -> str:
    """Returns the line of a version: number, time, author, reason, extractor, ruleset, counts, last event, root."""
    return encode(list(fields))


def chained(previous: str, line: str) -> str:
    """Returns the digest of a version in hex: of its own line and of the digest of the version before."""
    return sha256(b"\x02" + bytes.fromhex(previous) + line.encode("utf-8", "surrogatepass")).hexdigest()
