"""Reads fact boxes whose labels ran into their values: "Founded2016; 8 years ago", "HeadquartersSan Francisco".

A run of lines is such a box when enough of them begin with known labels glued to a value. A label alone on its line has
its values below; a line without a label is one more value of the label above.
"""

import re
from collections.abc import Sequence
from functools import cache

from extractors.lines import Line, LineKind
from extractors.model import Span
from extractors.tables import Row, Table
from extractors.wording import load_wording

_LONGEST_LINE = 160
_LEAST_LABELS = 3
_LEAST_GLUED = 2
_MOST_VALUES = 12  # lines below one label
_OPENING = 3
_BEHIND = re.compile(r"((?:\(s\))?)(?:(?=[A-Z\d~$€£¥+(])|(?<=ebsite)(?=[a-z0-9-]+\.[a-z])|:?$)")
_STOP = re.compile(r"[a-z]{2}[.!?](?:\[\d{1,3}\])*$")


@cache
def _labels() -> dict[str, tuple[str, ...]]:
    """Returns the known labels by their first three letters, the longest first."""
    found: dict[str, list[str]] = {}
    for label in sorted(load_wording().fact_labels, key=len, reverse=True):
        found.setdefault(label[:_OPENING], []).append(label)
    return {letters: tuple(labels) for letters, labels in found.items()}


def read_infobox(text: str, lines: Sequence[Line], at: int) -> Table | None:
    """Returns the fact box that begins in a line, or None."""
    if _read_label(text, lines[at]) is None:
        return None
    rows: list[Row] = []
    labels = glued = loose = 0
    stop = at
    while stop < len(lines) and lines[stop].kind is LineKind.TEXT:
        line = lines[stop]
        found = _read_label(text, line)
        if found:
            labels, glued, loose = labels + 1, glued + (found[1] is not None), 0
            rows.append(found)
        elif loose == _MOST_VALUES or _is_prose(text, line):
            break
        else:
            loose += 1
            rows.append((None, Span(line.start, line.end)))
        stop += 1
    if labels < _LEAST_LABELS or glued < _LEAST_GLUED or glued * 2 < labels:
        return None
    return Table(tuple(rows), False, stop, facts=True)


def _read_label(text: str, line: Line) -> Row | None:
    """Returns the label that a line begins with and its value, None where it stands alone; None without a label."""
    start, end = line.start, line.end
    labels = _labels().get(text[start : start + _OPENING].lower())
    if labels is None or not text[start].isupper() or end - start > _LONGEST_LINE:
        return None
    words = text[start:end].lower()
    for label in labels:
        if words.startswith(label):
            behind = _BEHIND.match(text, start + len(label), end)
            if behind:
                value = Span(behind.end(), end) if behind.end() < end else None
                return Span(start, start + len(label) + len(behind[1])), value
    return None


def _is_prose(text: str, line: Line) -> bool:
    return (
        line.end - line.start > _LONGEST_LINE
        or _STOP.search(text, max(line.start, line.end - 20), line.end) is not None
    )
