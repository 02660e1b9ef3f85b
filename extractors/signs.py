"""Finds, once in a document, the rare words that expressions wait for: those of openness and of saying.

`str.find` passes over a text about ten times as fast as one expression with all the words, and most passages hold none.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

STEM = 5


@dataclass(frozen=True, slots=True)
class Signs:
    """Where signs stand in a document.

    Attributes:
        openness: Starts and ends of the words of openness, in order.
        said: For each expression that names a speaker, where words stand that it cannot do without, in order.
    """

    openness: tuple[tuple[int, int], ...] = ()
    said: tuple[tuple[int, ...], ...] = ()

    def open_within(self, start: int, end: int) -> list[tuple[int, int]]:
        """Returns the words of openness inside a stretch."""
        first = bisect_left(self.openness, (start, 0))
        return [span for span in self.openness[first : bisect_left(self.openness, (end, 0))] if span[1] <= end]

    def said_within(self, start: int, end: int) -> list[int]:
        """Returns the indexes of the expressions that can match inside a stretch."""
        found: list[int] = []
        for index, places in enumerate(self.said):
            first = bisect_left(places, start)
            if first < len(places) and places[first] < end:
                found.append(index)
        return found


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
