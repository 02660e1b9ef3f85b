"""The proof: leaf digests of events, a Merkle root for each version, versions chained to each other.

Leaves and inner nodes are hashed with different first bytes, so neither can stand for the other; an odd node is
lifted unchanged (the tree of RFC 6962).
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256().digest()
GENESIS = "0" * 64
"""What stands for the version before the first."""


def leaf(line: str) -> bytes:
    """Returns the digest of one event with the rows that it introduced, written as one line."""
    return sha256(b"\x00" + line.encode("utf-8", "surrogatepass")).digest()


def root(leaves: Sequence[bytes]) -> str:
    """Returns the Merkle root in hex.

    >>> root([]) == EMPTY.hex(), root([leaf("a")]) == leaf("a").hex()
    (True, True)
    >>> root([leaf("a"), leaf("b")]) == root([leaf("b"), leaf("a")])
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


def chained(previous: str, line: str) -> str:
    """Returns the digest of a version in hex: of its own line and of the digest of the version before."""
    return sha256(b"\x02" + bytes.fromhex(previous) + line.encode("utf-8", "surrogatepass")).hexdigest()
