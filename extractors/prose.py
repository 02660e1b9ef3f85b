"""Decides what plain lines are by their wording and their neighbours: headings, lead-ins, wrapped lines, fact pairs."""

import re
from collections.abc import Sequence

from extractors.labels import FIGURE, find_label
from extractors.lines import Line, LineKind
from extractors.model import Span
from extractors.sentences import find_sentences
from extractors.wording import load_wording

BLANK, TEXT = LineKind.BLANK, LineKind.TEXT

_HEADING_LENGTH = 100
_HEADING_WORDS = 15
_APART_WORDS = 5
_CLOSERS = "\"'”’)]*_»"
_STOPS = ".!?…:;。！？"
_BYLINE = re.compile(
    r"(?:by|published|updated|posted|last updated|written by|reviewed by|source|photo|image|credit)\b|"
    r"(?:\w{3,9}\.? \d{1,2},? \d{4}|\d{1,2} \w{3,9} \d{4}|\d{4}-\d\d-\d\d|[\d.,:%$€£¥~+ /-]+)$",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"\S+")
_LEAD_LENGTH = 300
_WRAP_WIDTH = (45, 140)
_WRAP_SLACK = 4


def is_heading(text: str, lines: Sequence[Line], at: int, *, depth: int = 0) -> bool:
    """Returns whether a line without marks heads what follows: short, without end, before something longer."""
    line = lines[at]
    if not reads_as_heading(text, line) or depth > 2:
        return False
    after = at + 1
    while after < len(lines) and lines[after].kind is BLANK:
        after += 1
    if after >= len(lines):
        return False
    below = lines[after]
    if below.kind is not TEXT:
        return (
            below.kind in (LineKind.PIPE, LineKind.TAGS, LineKind.ITEM, LineKind.QUOTE, LineKind.HEADING) or depth > 0
        )
    length = below.end - below.start
    if length > _HEADING_LENGTH or (length > 30 and text[below.end - 1] in _STOPS):
        return length > line.end - line.start
    if _names(text, line, below) or _stands_apart(text, lines, at, after):
        return True
    return is_heading(text, lines, after, depth=depth + 1)


def _stands_apart(text: str, lines: Sequence[Line], at: int, after: int) -> bool:
    """Returns whether a few capitalised words stand between blank lines, above a block of several lines."""
    apart = after > at + 1 and (at == 0 or lines[at - 1].kind is BLANK)
    if not apart or after + 1 >= len(lines) or lines[after + 1].kind is not TEXT:
        return False
    words = text[lines[at].start : lines[at].end].split()
    return len(words) <= _APART_WORDS and all(word[0].isupper() or len(word) <= 3 for word in words)


def _names(text: str, line: Line, below: Line) -> bool:
    """Returns whether the line below is a page's own repetition of the heading."""
    return text.find(text[line.start : line.end], below.start, below.end) >= 0


def reads_as_heading(text: str, line: Line) -> bool:
    """Returns whether a line is short and worded as a heading, whatever stands below it."""
    length = line.end - line.start
    if length > _HEADING_LENGTH:
        return False
    words = text[line.start : line.end]
    first = words.lstrip("*_\"“‘'([")[:1]
    last = words.rstrip("*_\"”’')]")[-1:]
    if not (first.isupper() or first.isdigit() or first > "\u007f" or words[:1] in "*_"):
        return words.count(" ") < 5 and any(char.isupper() for char in words[:3]) and last not in ".,;:!"
    if last in ".,;:!…" or not any(char.isalpha() for char in words):
        return False
    if words.count(" ") >= _HEADING_WORDS or _BYLINE.match(words) or find_label(text, line.start, line.end):
        return False
    return ". " not in words or len(find_sentences(text, line.start, line.end)) == 1


def lead_of(text: str, start: int, end: int) -> Span | None:
    """Returns the sentence that introduces what follows when a paragraph ends in a colon, or None.

    >>> lead_of("It has grown. The figures:", 0, 26)
    Span(start=14, end=26)
    >>> lead_of("It has grown.", 0, 13)
    """
    tail = text[max(start, end - 4) : end].rstrip("*_ ")
    if not tail.endswith((":", "：")):
        return None
    begin = max(text.rfind(stop, start, end - 1) + 2 for stop in (". ", "! ", "? "))
    begin = begin if begin >= start + 2 else start
    return Span(begin if end - begin <= _LEAD_LENGTH else end - _LEAD_LENGTH, end)


def joins(text: str, line: Line, below: Line, width: int) -> bool:
    """Returns whether the line below goes on with the same paragraph: text was wrapped, or a sentence is open."""
    length = line.end - line.start
    if not width and text[line.end - 1] in _STOPS + _CLOSERS:
        return False
    if text[below.start].islower() and text[line.end - 1] not in _STOPS + _CLOSERS and length > 30:
        return True
    if _opens_fact(text, below):
        return False
    first = _FIRST_WORD.match(text, below.start, below.end)
    width = max(width, length, below.end - below.start)
    low, high = _WRAP_WIDTH
    return first is not None and low <= length and width <= high and length + 1 + len(first[0]) > width - _WRAP_SLACK


def _opens_fact(text: str, line: Line) -> bool:
    colon = text.find(":", line.start, min(line.end, line.start + 40))
    return colon >= 0 and text[line.start : colon].strip("*_ ").lower() in load_wording().fact_labels


def is_pair_run(text: str, lines: Sequence[Line], at: int, *, going: bool = False) -> bool:
    """Returns whether a line is the label of the line below: both short, the label a known one, the value none.

    A single pair needs a figure for its value; words are believed where another pair stands beside it (`going`).
    """
    if not _is_pair(text, lines, at):
        return False
    if going or FIGURE.match(text, lines[at + 1].start, lines[at + 1].end):
        return True
    after = at + 2
    while after < len(lines) and lines[after].kind is BLANK and after < at + 4:
        after += 1
    return _is_pair(text, lines, after)


def _is_pair(text: str, lines: Sequence[Line], at: int) -> bool:
    if at + 1 >= len(lines) or lines[at].kind is not TEXT or lines[at + 1].kind is not TEXT:
        return False
    label, value = lines[at], lines[at + 1]
    if label.end - label.start > 40 or value.end - value.start > 120:
        return False
    facts = load_wording().fact_labels
    if text[label.start : label.end].strip("*_:").lower() not in facts:
        return False
    words = text[value.start : value.end]
    return words.strip("*_:").lower() not in facts and words[-1] not in ":?!."
