"""Builds expressions that search at the speed of a character scan."""

import re
from collections.abc import Iterable


def class_first(words: Iterable[str], before: str = "") -> str:
    """Returns an expression for any of the words that opens with the class of their first letters.

    Args:
        words: What is looked for, as written.
        before: Tested once that letter has been read, so that a look at what stands before it has one character more.

    >>> class_first(["yuan", "Yen", "yen"], r"(?<!\\w.)")
    '[Yy](?<!\\\\w.)(?:(?<=Y)(?:en)|(?<=y)(?:uan|en))'
    """
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (word[0], -len(word), word)):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    branches = (f"(?<={re.escape(first)})(?:{'|'.join(rest)})" for first, rest in rests.items())
    return f"[{''.join(map(re.escape, rests))}]{before}(?:{'|'.join(branches)})"
