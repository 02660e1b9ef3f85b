"""Says how well-formed a cell of a table is, and how alike the cells of one row or column are."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from extractors.wording import load_wording

_FIGURE = re.compile(
    r"(?P<before>(?:[~≈<>+−-]|up to |over |under |about |around |more than )?)[ ]?"
    r"(?P<money>(?:US\$|RMB[ ]?|[$€£¥])?)[~≈]?(?P<whole>\d[\d,]*)(?P<part>(?:\.\d+)?)"
    r"[ ]?(?P<unit>(?:million|billion|trillion|tokens?|bn|mn|tn|GB|TB|MB|nm|[KMBTkmbx%](?![a-z]))?)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:(?:19|20)\d\d(?:-\d\d){0,2}|(?:\d{1,2} )?[A-Z][a-z]{2,8}\.? (?:\d{1,2}, )?(?:19|20)\d\d"
    r"|[QH][1-4] (?:19|20)\d\d)$"
)
_MALFORMED = (
    (re.compile(r"\d\.\d{2,}\.\d|\d\.\d+\.\d{2,}"), 2.0),  # two numbers in one
    (re.compile(r"(?<![\d.,:/-])0\d+(?![\d:/-])"), 2.0),  # 0128K
    (re.compile(r",\d{4}|\d,\d{1,2}(?!\d)"), 1.0),
    (re.compile(r"\d{7}"), 1.0),
    (re.compile(r"\d{5}\."), 0.5),
)
_BAD_STARTS = (
    (re.compile(r"[KMBTkmbx](?![\w.])"), 2.0),  # a unit that lost its number
    (re.compile(r"[a-z]"), 0.4),
    (re.compile(r"[)\],;/%.]|\+(?!\d)"), 2.0),
    (re.compile(r"[-−–]\d[\d.]*(?![\d.%])"), 1.2),
    (re.compile(r"[-−–]0\d"), 1.0),
)
_NAME = re.compile(r"[^\W\d]|[-–](?![$€£¥~]?\d)")  # behind a figure: 3.6-Plus, 1Mnew
_GLUED_HEAD = re.compile(r"\d{2}\.\d+$")
_ODD_FIGURE = re.compile(r"\d\.\d|0\d|,\d|\d{5}")  # what any of the malformed figures holds
_ODD_START = re.compile(r"[a-zKMBT)\],;/%.+−–-]")  # and any of the bad starts
_ENDS = "-–—,/(~$€£¥&"
_DIGITS = 0.12
_MOST_DIGITS = 0.4


class Shape(NamedTuple):
    """What a cell looks like.

    Attributes:
        kind: `figure`, `date`, `words`, or `absent`.
        money: Currency mark.
        unit: Scale or unit behind the figure.
        places: Digits after the point.
        digits: Digits before it.
        first: First word, of words.
    """

    kind: str
    money: str = ""
    unit: str = ""
    places: int = 0
    digits: int = 0
    first: str = ""


@lru_cache(maxsize=4096)
def shape_of(cell: str) -> Shape:
    """Returns what a cell looks like.

    >>> shape_of("~$4.5B"), shape_of("May 2026").kind, shape_of("n/a").kind
    (Shape(kind='figure', money='$', unit='b', places=1, digits=1, first=''), 'date', 'absent')
    """
    if cell.lower() in load_wording().absent_values:
        return Shape("absent")
    if _DATE.match(cell):
        return Shape("date", places=cell.count("-"), first=str(cell[0].isdigit()))
    found = _FIGURE.match(cell)
    if found and not _NAME.match(cell, found.end()):
        whole = found["whole"].replace(",", "")
        return Shape(
            "figure", found["money"].strip(), found["unit"].lower(), max(0, len(found["part"]) - 1), len(whole)
        )
    return Shape("words", first=cell.split(" ", 1)[0])


def unlikeness(left: Shape, right: Shape) -> float:
    """Returns how different two cells are, from 0 to about 1.

    >>> unlikeness(shape_of("$4"), shape_of("$5")), unlikeness(shape_of("$4"), shape_of("Delft"))
    (0.0, 1.0)
    """
    if "absent" in (left.kind, right.kind):
        return 0.1
    if left.kind != right.kind:
        return 1.0
    if left.kind == "words":
        return 0.0 if left.first == right.first else 0.15
    if left.kind == "date":
        return 0.0 if left == right else 0.3
    apart = 0.3 * (left.money != right.money) + (0.5 if left.money else 0.3) * (left.places != right.places)
    apart += 0.0 if left.unit == right.unit else 0.15 if left.unit and right.unit else 0.3
    return apart + min(_MOST_DIGITS, _DIGITS * abs(left.digits - right.digits))


def malformation(cell: str, *, head: bool = False) -> float:
    """Returns what speaks against a stretch of text being one whole cell; 0 when nothing does.

    >>> malformation("40+"), malformation("0128K"), malformation("K")
    (0.0, 2.0, 2.0)
    """
    cost = 3.0 if cell.count("(") != cell.count(")") else 0.0
    cost += 2.0 if cell[-1] in _ENDS and len(cell) > 1 else 0.0
    if _ODD_FIGURE.search(cell):
        cost += sum(price for pattern, price in _MALFORMED if pattern.search(cell))
    if _ODD_START.match(cell):
        cost += sum(price for pattern, price in _BAD_STARTS if pattern.match(cell))
    if head:
        cost += 0.5 if _GLUED_HEAD.search(cell) else 0.0
        return cost + (0.8 if cell[0].isdigit() or cell[0] in "$~€£¥" else 0.0) + (1.0 if len(cell) > 60 else 0.0)
    cost += 0.4 if len(cell) == 1 and cell.isdigit() else 0.0
    return cost - (0.4 if cell[0].islower() and shape_of(cell).kind == "absent" else 0.0)


def disagreement(shape: Shape, others: Sequence[Shape]) -> float:
    """Returns how far a cell is from the others, between the mean and the nearest; 0 where there are none."""
    apart = [unlikeness(shape, other) for other in others]
    return (sum(apart) / len(apart) + min(apart)) / 2 if apart else 0.0
