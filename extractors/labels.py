"""Finds labels: before a value on one line, and glued to the start of a paragraph."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

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
_MARK = re.compile(r"[:：—–]")
_BRACKETED_FIGURE = re.compile(r"\([^()]*\d[^()]*\)")
_SENTENCE_END = re.compile(r"[a-z0-9)%][.!?](?:\s|$)")
_LABEL_WORDS = 5
_MARKED_LABEL_WORDS = 4
_VALUE_LENGTH = 160  # code points after a label in bold
_ITEM_VALUE_LENGTH = 60  # longer ones are clauses that need their label to be read
_LINE_VALUE_LENGTH = 80
FIGURE = re.compile(r"[~≈<>$€£¥+]?\s?\d")
_NAMED_VERSION = re.compile(r"[^\W\d_] (?:[A-Za-z]?\d{1,2}[A-Za-z]?)$")  # a sentence about Alpha 3, not a label
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
    stop = min(end, start + 80)
    if not _MARK.search(text, start, stop):
        return None
    match = _LABEL.match(text, start, stop)
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
    if _NAMED_VERSION.search(label) or (not (item or marked) and _is_headline(value.of(text))):
        return False
    if marked and len(label.split()) <= _MARKED_LABEL_WORDS:
        return value.end - value.start <= _VALUE_LENGTH and not _SENTENCE_END.search(text, value.start, value.end)
    short = value.end - value.start <= (_ITEM_VALUE_LENGTH if item else _LINE_VALUE_LENGTH)
    figure = FIGURE.match(text, value.start, value.end) is not None
    return short and (item or figure) and not _SENTENCE_END.search(text, value.start, value.end)


def _is_headline(words: str) -> bool:
    """Returns whether nearly all the longer words have a capital, as the second half of a headline has.

    >>> _is_headline("40 Racks Under One Roof"), _is_headline("40 racks (Delft, Lagos)")
    (True, False)
    """
    long = [word for word in words.split() if len(word) > 3 and word[0].isalpha()]
    return words.count(" ") >= 3 and len(long) >= 3 and sum(word[0].isupper() for word in long) >= 0.8 * len(long)


def name_records(text: str, segments: Iterable[Segment]) -> list[Segment]:
    """Returns the segments; label rows in a run of which one holds the name of the thing get that name for a parent."""
    found: list[Segment] = []
    run: list[Segment] = []
    for segment in segments:
        if segment.row and segment.kind is SegmentKind.LABEL and segment.table is None:
            run.append(segment)
            continue
        if run:
            found += _named(text, run)
            run = []
        found.append(segment)
    return found + _named(text, run)


def _named(text: str, run: list[Segment]) -> list[Segment]:
    naming = load_wording().naming_labels
    held = (one.span for one in run if one.row and one.row.of(text).strip(" *_").lower() in naming)
    name = next(held, None) if len(run) > 1 else None
    return [replace(one, parent=name) if name and name != one.span else one for one in run]


_REACH = 60
_LONG = 60
_SEAM = re.compile(r"(?<=[a-z)])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z])|(?<=[A-Za-z)])(?=x[A-Z]|i[A-Z][a-z])")
_MAYBE = re.compile(r"[a-z)A-Z][A-Z](?:(?<=[a-z)][A-Z])|[A-Z]?[a-z])|[a-z)]x[A-Z]")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_TITLE_PARTS = re.compile(r"\s+(?:vs\.?|versus|or|and|against)\s+|[:?,]\s*|\s+[|–—-]\s+")


class _Glue:
    """Splits labels off the starts of paragraphs; what it knows of the text is gathered when it is first needed."""

    def __init__(self, text: str, segments: list[Segment]) -> None:
        self.text = text
        self.segments = segments
        self.wording = load_wording()

    @cached_property
    def labels(self) -> frozenset[str]:
        """Words that may be labels here: heads of columns, parts of the title, verdicts."""
        found = set(self.wording.verdicts)
        for segment in self.segments:
            if segment.line == 0 or (segment.position == 0 and segment.table is not None):
                found.add(segment.span.of(self.text))
            elif segment.kind is SegmentKind.TITLE:
                found.update(_TITLE_PARTS.split(segment.span.of(self.text)))
        return frozenset(label for label in found if 1 < len(label) <= _REACH - 10)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that stands on its own in the text."""
        return frozenset(_WORD.findall(self.text))

    def seam(self, start: int, end: int) -> int:
        """Returns where the label glued to the start of a paragraph ends, 0 where there is none."""
        if not _MAYBE.search(self.text, start, min(end, start + _REACH)):
            return 0
        for match in _SEAM.finditer(self.text, start + 1, min(end, start + _REACH)):
            at = match.start()
            label = self.text[start:at]
            if ". " in label or ", " in label or "; " in label:
                return 0
            if self._is_label(label, at):
                return at
        return 0

    def _is_label(self, label: str, at: int) -> bool:
        token = _WORD.match(self.text, at - len(label.rsplit(None, 1)[-1]))
        if token and token[0] in self.wording.one_word_names:
            return False
        following = _WORD.match(self.text, at)
        if following is None:
            return False
        rest = re.split(r"[-_]", following[0])[0]
        if label in self.labels:
            return True
        words = label.split()
        if len(words) > 4 or not words[0][0].isupper() or not (rest in self.words or following[0] in self.words):
            return False
        if label.endswith(")"):
            return label.count("(") == 1
        return len(words[-1]) > 2 and words[-1] in self.words and len(rest) > 1 and self.text[at - 1] != ")"


def glued_labels(text: str, segments: list[Segment]) -> list[Segment]:
    """Returns the segments; a paragraph that begins with a label glued to it becomes a caption and its paragraph."""
    glue = _Glue(text, segments)
    found: list[Segment] = []
    for segment in segments:
        long = segment.kind is SegmentKind.PARAGRAPH and segment.end - segment.start >= _LONG and segment.row is None
        at = glue.seam(segment.start, segment.end) if long else 0
        if at:
            label = Span(segment.start, at)
            found += (replace(segment, kind=SegmentKind.CAPTION, end=at), replace(segment, start=at, parent=label))
        else:
            found.append(segment)
    return found
