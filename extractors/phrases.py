"""Finds phrases in a whole text at once, for those that most passages do not hold.

`str.find` passes over a text about ten times as fast as one expression with all the words.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

STEM = 5


def find_places(lower: str, words: Iterable[str]) -> list[int]:
    """Returns where words stand in a text in lower case, inside of longer words too, in order.

    >>> find_places("she says that he said", ("says", "said"))
    [4, 17]
    """
    found: list[int] = []
    for word in words:
        at = lower.find(word)
        while at >= 0:
            found.append(at)
            at = lower.find(word, at + 1)
    found.sort()
    return found


def find_phrases(lower: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Returns where phrases stand as whole words in a text in lower case: the longest, and none inside another.

    >>> find_phrases("open-source, reopen sourced", ("open", "open-source", "open source"))
    [(0, 11)]
    """
    longest_first = sorted(phrases, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
    spans: list[tuple[int, int]] = []
    for at in find_places(lower, {phrase[:STEM] for phrase in longest_first}):
        if (not spans or spans[-1][1] <= at) and (match := pattern.match(lower, at)) is not None:
            spans.append(match.span())
    return spans


def within(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Returns the stretches, in order and apart from each other, that stand inside another.

    >>> within([(0, 3), (5, 8), (9, 12)], 4, 10)
    [(5, 8)]
    """
    first = bisect_left(spans, (start, 0))
    return [span for span in spans[first : bisect_left(spans, (end, 0))] if span[1] <= end]
