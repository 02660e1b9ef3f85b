"""Finds labels: before a value on one line, and glued to the start of a paragraph."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from extractors.model import Segment, SegmentKind, Span
from extractors.tables import trim_marks
from extractors.wording import load_wording

_LABEL = re.compile(
    r"""
    (?P<open>\*{2,3}|__|\*|_)?
    (?P<label>[^\W_](?:[^\s:：*|–—]|[ ](?![–—-][ ])){0,48}?[^\s:：*|–—(]|[^\W_])
    (?:
        (?P<inside>[:：])(?(open)(?:\*{2,3}|__|\*|_))(?:[ \t]+|(?<=：))
      | (?(open)(?:\*{2,3}|__|\*|_)|(?!))[ ]?(?P<outside>[:：])[ \t]+
      | (?(open)(?:\*{2,3}|__|\*|_))[ ](?P<dash>[–—])[ ](?=[~≈<>$€£¥+]?[ ]?\d)
    )(?=\S)
    """,
    re.VERBOSE,
)
_BRACKETED_FIGURE = re.compile(r"\([^()]*\d[^()]*\)")
_SENTENCE_END = re.compile(r"[a-z0-9)%][.!?](?:\s|$)")
_LABEL_WORDS = 5
_MARKED_LABEL_WORDS = 4
_VALUE_LENGTH = 160  # code points after a label in bold
_ITEM_VALUE_LENGTH = 60  # longer ones are clauses that need their label to be read
_LINE_VALUE_LENGTH = 80
_FIGURE = re.compile(r"[~≈<>$€£¥+]?\s?\d")
_CLAUSE_WORDS = frozenset({"is", "are", "was", "has", "have", "said", "says", "that", "will", "can"})


def find_label(text: str, start: int, end: int, *, item: bool = False) -> tuple[Span, Span] | None:
    """Returns the spans of a label and its value when a line is a label row, or None.

    Args:
        text: The document's text.
        start: First code point of the line's content.
        end: One past its last.
        item: True for list items, where a value may be longer.

    >>> label, value = find_label("**Context:** 256K", 0, 17)
    >>> label, value
    (Span(start=2, end=9), Span(start=13, end=17))
    >>> find_label("There is one reason: it costs less than the others do.", 0, 54)
    """
    match = _LABEL.match(text, start, min(end, start + 80))
    if not match:
        return None
    label = match["label"]
    words = label.split()
    if len(words) > _LABEL_WORDS or _BRACKETED_FIGURE.search(label) or not _CLAUSE_WORDS.isdisjoint(words):
        return None
    value = trim_marks(text, match.end(), end)
    if value is None or not _is_value(text, value, label, item=item, marked=bool(match["open"])):
        return None
    return Span(*match.span("label")), value


def _is_value(text: str, value: Span, label: str, *, item: bool, marked: bool) -> bool:
    if label.strip().lower() in load_wording().fact_labels:
        return True
    if not (label[0].isupper() or label[0].isdigit() or label[0] > "\u007f") or "." in label:
        return False
    if marked and len(label.split()) <= _MARKED_LABEL_WORDS:
        return value.end - value.start <= _VALUE_LENGTH and not _SENTENCE_END.search(text, value.start, value.end)
    short = value.end - value.start <= (_ITEM_VALUE_LENGTH if item else _LINE_VALUE_LENGTH)
    figure = _FIGURE.match(text, value.start, value.end) is not None
    return short and (item or figure) and not _SENTENCE_END.search(text, value.start, value.end)


_GLUE = re.compile(r"[^\n]{1,60}?(?:[a-z](?=[A-Z])|\)(?=[A-Za-z])|[A-Z](?=[A-Z][a-z]|[a-z][A-Z]))")
_LONG = 60


def glued_labels(text: str, segments: list[Segment]) -> Iterator[Segment]:
    """Yields the segments; a paragraph that begins with a label glued to it becomes a caption and its paragraph."""
    for segment in segments:
        yield segment
