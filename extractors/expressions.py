"""Builds expressions that search at the speed of a character scan."""

import re
from collections.abc import Collection, Iterable


def class_first(words: Collection[str], before: str = "") -> str:
    """Returns an expression for any of the words that opens with the class of their first letters.

    Args:
        words: What is looked for, as written.
        before: Tested once that letter has been read, so that a look at what stands before it has one character more.

    >>> class_first(["yuan", "Yen", "yen"], r"(?<!\\w.)")
    '[Yy](?<!\\\\w.)(?:(?<=Y)(?:en)|(?<=y)(?:uan|en))'
    """
    rests = _rests(words)
    return f"[{''.join(map(re.escape, rests))}]{before}{after_first(words)}"


def after_first(words: Iterable[str]) -> str:
    """Returns an expression for the rest of any of the words whose first letter has just been read; for none of none.

    >>> after_first(["yuan", "Yen", "yen"])
    '(?:(?<=Y)(?:en)|(?<=y)(?:uan|en))'
    """
    branches = [f"(?<={re.escape(first)})(?:{'|'.join(rest)})" for first, rest in _rests(words).items()]
    return f"(?:{'|'.join(branches)})" if branches else "(?!)"


def _rests(words: Iterable[str]) -> dict[str, list[str]]:
    """Returns what follows each first letter, the longest first."""
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (word[0], -len(word), word)):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    return rests
