"""Reads the lines of a text: what each one is by its own form, before any neighbour is looked at."""

import re
from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple


class LineKind(IntEnum):
    """What a line is by its first characters."""

    BLANK = 0
    TEXT = 1
    HEADING = 2
    ITEM = 3
    PIPE = 4
    QUOTE = 5
    RULE = 6
    FENCE = 7
    TAGS = 8


class Line(NamedTuple):
    """One line without its margins and marks; a tuple, because it is made for every line of every text.

    Attributes:
        kind: What it is by its first characters.
        start: First code point of the content, marks such as `## ` or `- ` left out.
        end: One past the last code point of the content.
        indent: Width of the margin in front of the mark; a tab counts as four.
        level: Heading level, number of `>` marks, or 0.
    """

    kind: LineKind
    start: int
    end: int
    indent: int
    level: int


BLANK, TEXT, HEADING, ITEM = LineKind.BLANK, LineKind.TEXT, LineKind.HEADING, LineKind.ITEM
PIPE, QUOTE, RULE, FENCE, TAGS = LineKind.PIPE, LineKind.QUOTE, LineKind.RULE, LineKind.FENCE, LineKind.TAGS

_ATX = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_WIKI_HEADING = re.compile(r"(={1,6})[ \t]*([^=\s](?:[^=]{0,118}[^=\s])?)[ \t]*\1$")
_EDIT = re.compile(r"\[[ ]?edit(?:[ ]source)?(?:[ ]?\|[ ]?edit source)?[ ]?\]", re.IGNORECASE)
_EDITED_LENGTH = 120
_EDITED_LEVEL = 2
_CLOSING_MARKS = re.compile(r"[ \t]+#+$")
_BULLET = re.compile(r"(?:[-*+•◦▪‣∙●○■·–—]|\d{1,3}[.)]|[a-z]\))[ \t\u00a0]+(?=\S)")
_TASK = re.compile(r"\[[ xX]\][ \t]+(?=\S)")
_RULE = re.compile(r"(?:[-*_=~][ \t]*){3,}$")
_FENCE = re.compile(r"(?:`{3,}[^`]*|~{3,}\s*[\w+-]*)$")
_QUOTE = re.compile(r"(?:>[ \t]?)+[ \t]*")
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_TAGS = re.compile(r"(?:</?[a-zA-Z][^<>]*>\s*|<!--[^<>]*-->\s*)+$")


def find_lines(text: str) -> list[Line]:
    r"""Returns every line of a text with its kind and the span of its content.

    >>> [(line.kind.name, line.start, line.end) for line in find_lines("# A\n\n- b")]
    [('HEADING', 2, 3), ('BLANK', 4, 4), ('ITEM', 7, 8)]
    >>> [line.kind.name for line in find_lines("")]
    ['BLANK']
    """
    lines: list[Line] = []
    append, position = lines.append, 0
    for raw in text.split("\r" if "\r" in text and "\n" not in text else "\n"):
        body = raw.strip()
        if not body:
            append(Line(BLANK, position, position, 0, 0))
        else:
            margin = 0 if raw[0] == body[0] else len(raw) - len(raw.lstrip())
            start = position + margin
            reader = _READERS.get(body[0])
            line = reader(body, start, _width(raw, margin)) if reader else None
            if line is None and body[-1] == "]":
                line = _edited(body, start, _width(raw, margin))
            append(line or Line(TEXT, start, start + len(body), _width(raw, margin), 0))
        position += len(raw) + 1
    return lines


def _width(raw: str, margin: int) -> int:
    return margin + 3 * raw.count("\t", 0, margin) if margin else 0


def _heading(body: str, start: int, indent: int) -> Line | None:
    mark = _ATX.match(body)
    if not mark:
        return None
    tail = _CLOSING_MARKS.search(body, max(mark.end(), len(body) - 80))
    end = start + (tail.start() if tail else len(body))
    return Line(HEADING, start + mark.end(), end, indent, len(mark[1]))


def _edited(body: str, start: int, indent: int) -> Line | None:
    """Returns a wiki page's heading without the link that edits its section, before or after it."""
    if len(body) > _EDITED_LENGTH:
        return None
    mark = _EDIT.match(body) or next(_EDIT.finditer(body, max(0, len(body) - 24)), None)
    if mark is None:
        return None
    left, right = (mark.end(), len(body)) if mark.start() == 0 else (0, mark.start())
    words = body[left:right].strip()
    if (mark.start() and mark.end() < len(body)) or not words or words[-1] in ".;,":
        return None
    start += body.index(words, left)
    return Line(HEADING, start, start + len(words), indent, _EDITED_LEVEL)


def _item(body: str, start: int, indent: int) -> Line | None:
    mark = _BULLET.match(body)
    if not mark:
        return None
    task = _TASK.match(body, mark.end())
    return Line(ITEM, start + (task or mark).end(), start + len(body), indent, 0)


def _item_or_rule(body: str, start: int, indent: int) -> Line | None:
    wiki = _WIKI_HEADING.match(body) if body[0] == "=" else None
    if wiki:
        return Line(HEADING, start + wiki.start(2), start + wiki.end(2), indent, len(wiki[1]))
    if len(body) < 200 and _RULE.match(body):
        return Line(RULE, start, start + len(body), indent, 1 if body[0] == "=" else 2)
    return _item(body, start, indent)


def _fence(body: str, start: int, indent: int) -> Line | None:
    if len(body) < 200 and _FENCE.match(body):
        return Line(FENCE, start, start + len(body), indent, 0)
    return None


def _pipe(body: str, start: int, indent: int) -> Line | None:
    return Line(PIPE, start, start + len(body), indent, 0)


def _quote(body: str, start: int, indent: int) -> Line | None:
    mark = _QUOTE.match(body)
    end = mark.end() if mark else 1
    if body[1:2].isdigit():  # ">600M users" compares, it does not quote
        return None
    return Line(QUOTE if end < len(body) else BLANK, start + end, start + len(body), indent, body.count(">", 0, end))


def _tags(body: str, start: int, indent: int) -> Line | None:
    """Returns a line that opens a table of elements, or one of nothing but tags, which says nothing."""
    table = _TABLE.search(body)
    if table:
        return Line(TAGS, start + table.start(), start + len(body), indent, 0)
    return Line(BLANK, start, start, 0, 0) if _TAGS.match(body) else None


_Reader = Callable[[str, int, int], Line | None]
_READERS: dict[str, _Reader] = {
    **dict.fromkeys("•◦▪‣∙●○■·–—+0123456789abcdefghij", _item),
    **dict.fromkeys("-*_=", _item_or_rule),
    "#": _heading,
    "[": _edited,
    "|": _pipe,
    ">": _quote,
    "`": _fence,
    "~": _fence,
    "<": _tags,
}
