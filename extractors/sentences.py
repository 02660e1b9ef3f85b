"""Finds the sentences of a stretch of text."""

import re
from functools import cache

from extractors.model import Span
from extractors.rules import load_rules

_BREAK = re.compile(
    r"""
    [.!?…。！？\n•|](?:
        (?<![.!?…][.!?…])(?<=[.!?…])[.!?…]*(?:["'”’)\]»*_]|\[\^?\d{1,3}\])*(?=\s)  # a stop with its closing marks
      | (?<=[。！？])
      | (?<=\n)[ \t]*\n
      | (?<=[ ][•|])[ ]                                            # entries on one line
      | (?<=[a-z)][a-z0-9)][.!?])(?=[A-Z][a-z]+[ ,])               # the blank after the stop was lost
    )
    """,
    re.VERBOSE,
)
_OPENING = re.compile(r"""[\s"'“‘(\[«*_>]*(?:[^\W\d_]+(?:['’][^\W\d_]+)?)?""")
_LAST_WORD = re.compile(r"[^\s(\[\"“‘'/]*$")
_WORD_REACH = 24  # code points; longer than any abbreviation with its brackets


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str], frozenset[str], int]:
    """Returns words that end no sentence, words that rarely do, openers, and a length that no abbreviation has."""
    rules = load_rules("segments_sentences.toml")
    kinds: dict[str, set[str]] = {"never": set(), "rarely": set()}
    for entry in rules["abbreviation"]:
        kinds[entry["kind"]].update(entry["words"])
    openers = {word for entry in rules["openers"] for word in entry["words"]}
    longer = max(map(len, kinds["never"] | kinds["rarely"])) + 1
    return frozenset(kinds["never"]), frozenset(kinds["rarely"]), frozenset(openers), longer


def find_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Returns the sentences of `text[start:end]` in order, without the blanks around them.

    >>> text = "Qwen 3.5 has 397B parameters. It beats the U.S. rivals."
    >>> [span.of(text) for span in find_sentences(text)]
    ['Qwen 3.5 has 397B parameters.', 'It beats the U.S. rivals.']
    >>> find_sentences("  ")
    []
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    for match in _BREAK.finditer(text, start, end):
        if match.end() >= end:
            break
        if _is_boundary(text, match, start, end):
            _add(spans, text, start, match.start() if text[match.start()] in "•|" else match.end())
            start = match.end()
    _add(spans, text, start, end)
    return spans


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append(Span(start, end))


def _is_boundary(text: str, match: re.Match[str], start: int, end: int) -> bool:
    mark = text[match.start()]
    if mark in "。！？\n•|":
        return True
    opening = _OPENING.match(text, match.end(), min(end, match.end() + 40))
    word = opening[0].lstrip("\"'“‘([«*_> \t\n\r\u00a0") if opening else ""
    if word and word[0].islower() and word.islower() and not text[match.end() : match.end() + 1].isalpha():
        return False
    return mark != "." or not _is_abbreviated(text, match, start, word)


def _is_abbreviated(text: str, match: re.Match[str], start: int, following: str) -> bool:
    before = text[max(start, match.start() - _WORD_REACH) : match.start()]
    never, rarely, openers, longer = _vocabulary()
    if len(before) >= longer and before[-longer:].isalpha():
        return False
    found = _LAST_WORD.search(before)
    word = found[0] if found else ""
    if not word or len(match[0].rstrip("\"'”’)]»*_")) > 1:
        return False
    if word.isdigit() and len(word) <= 2 and len(before) == len(word):
        return True  # a list number at the start
    if len(word) == 1 and word.isupper() and word.isalpha():
        return following.lower() not in openers  # an initial
    lowered = word.lower()
    return lowered in never or (lowered in rarely and following.lower() not in openers)
