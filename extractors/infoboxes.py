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
_STOP = re.compile(r"[a-z]{2}[.!?](?:\[\d{1,3}\])*$")


@cache
def _label() -> re.Pattern[str]:
    """Returns the expression of a label at the start of a line, glued to its value or alone."""
    words = sorted(load_wording().fact_labels, key=len, reverse=True)
    known = "|".join(re.escape(word) for word in words)
    site = r"(?<=ebsite)[a-z0-9-]+\.[a-z]|(?<=URL)[a-z0-9-]+\.[a-z]"
    return re.compile(rf"(?=[A-Z])(?P<label>(?i:{known})(?:\(s\))?)(?:(?P<glued>(?=[A-Z\d~$€£¥+(])|{site})|:?\s*$)")


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
    if line.end - line.start > _LONGEST_LINE:
        return None
    found = _label().match(text[line.start : line.end])
    if found is None:
        return None
    end = line.start + found.end("label")
    return Span(line.start, end), Span(end, line.end) if found["glued"] is not None else None


def _is_prose(text: str, line: Line) -> bool:
    return (
        line.end - line.start > _LONGEST_LINE
        or _STOP.search(text, max(line.start, line.end - 20), line.end) is not None
    )
