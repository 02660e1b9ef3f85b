"""Rebuilds tables whose cells ran together without any separator, as saved pages have them.

`DimensionAlpha OneBeta` over `Parameters70B total13B` is a table of three columns. The head tells how many columns
there are; each row is then cut at the cheapest of its possible boundaries. A row that cannot be cut is reported.
"""

import re
from collections.abc import Sequence
from functools import cache

from extractors.lines import Line, LineKind
from extractors.model import Span
from extractors.splits import Boundary, cheapest_split
from extractors.tables import Row, Table
from extractors.wording import load_wording

_HEAD_LENGTH = 240
_ROW_LENGTH = 800
_SEAM = re.compile(r"[a-z)\]\d%+](?=[A-Z~])")
_COSTS = {
    "word": 0.0,
    "bracket": 0.0,
    "sign": 0.1,
    "absent": 0.0,
    "figures": 0.2,
    "scale": 0.5,
    "version": 0.5,
    "acronym": 0.5,
    "count": 0.5,
    "group": 0.6,
    "code": 1.0,
    "words": 1.2,
    "change": 1.0,
    "tenth": 1.0,
    "hundredth": 1.2,
    "range": 1.5,
    "year": 1.5,
}
_PLACES = re.compile(
    r"""
      (?P<absent>(?<=\w)(?=N/A)|(?<=N/A)(?=\w)|(?<=[✓✗✅❌])(?=\S)|(?<=\S)(?=[✓✗✅❌]))
    | (?P<bracket>(?<=[)\]])(?=[\w~≈$€£¥+]))
    | (?P<sign>(?<=[\w)%+])(?=[~≈€£¥])|(?<=[a-z\d)%+])(?=US\$|\$))
    | (?P<figures>(?<=\d[KMBTkx%+])(?=\d)|(?<=[%+])(?=\w))
    | (?P<scale>(?<=\d[KMBT])(?=[A-Z][A-Za-z]{2}))
    | (?P<version>(?<=\d)(?=[A-Z][a-z]))
    | (?P<acronym>(?<=[A-Z]{2})(?=[A-Z][a-z]{2}))
    | (?P<word>(?<=[a-z])(?=[A-Z]))
    | (?P<count>(?<=[a-z]{2})(?=\d))
    | (?P<group>(?<=,\d{3})(?=\d))
    | (?P<code>(?<=[A-Z]{2})(?=\d)|(?<=\d)(?=[A-Z]{2}))
    | (?P<change>(?<=[a-z)%])(?=[+−-]\d))
    | (?P<words>(?<=\d)(?=[a-z]{3}))
    | (?P<tenth>(?<=\.\d)(?=(?:0|[1-9]\d{0,2})\.\d|[1-9]\d{0,3}(?:[KMBT](?![A-Z])|%)))
    | (?P<hundredth>(?<=\.\d\d)(?=(?:0|[1-9]\d{0,2})\.\d))
    | (?P<range>(?<=\d)(?=-\d)|(?<=\d-)(?=\d))
    | (?P<year>(?<=[^\d](?:19|20)\d\d)(?=\d))
    """,
    re.VERBOSE,
)
_PAIR = re.compile(  # the character before each place that `_PLACES` can match, at the speed of one class
    r"[a-z](?=[^a-z\s,.;:'’()])|[A-Z](?=[\dA-Z✓✗✅❌~≈€£¥])|[\d)\]%+✓✗✅❌-](?=[\w~≈$€£¥✓✗✅❌+−-])"
)
_HEAD_PLACES = frozenset({"bracket", "scale", "version", "acronym", "word", "code"})
_TWO_NUMBERS = re.compile(r"\d\.\d{2,}\.\d")
_RIGHT_WORD = re.compile(r"[A-Za-z]+")
_IMPOSSIBLE = 4.0
_ADDRESS = re.compile(r"\.(?:com|org|net|io|ai|cn|dev)/\S*")
_BESIDE_NAME = 0.3
_UNUSED = 0.5  # what a boundary that is not used costs, against what it would cost to use it
_DEAREST_MEAN = 1.7  # cost of a boundary, on average, above which a row counts as unreadable
_ENOUGH = 0.6  # share of the rows that must be readable
Split = tuple[float, Row]


@cache
def _names() -> dict[str, tuple[tuple[str, int], ...]]:
    """Returns names with a capital inside by the two letters around it, each with the offset of the capital."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for name in load_wording().one_word_names:
        for at in range(1, len(name)):
            if name[at].isupper():
                pair = name[at - 1 : at + 1]
                found[pair] = (*found.get(pair, ()), (name, at))
    return found


def _name_around(text: str, at: int) -> tuple[int, int] | None:
    for name, offset in _names().get(text[at - 1 : at + 1], ()):
        if text.startswith(name, at - offset):
            return at - offset, at - offset + len(name)
    return None


def find_boundaries(text: str, start: int, end: int, *, head: bool = False) -> list[Boundary]:
    """Returns the places of a line where two cells may have run together.

    >>> [place.left for place in find_boundaries("Layers80~90", 0, 11)]
    [6, 8]
    >>> find_boundaries("three plain words", 0, 17)
    []
    """
    places: dict[int, float] = {}
    beside: set[int] = set()
    for pair in _PAIR.finditer(text, start, end - 1):
        at = pair.end()
        match = _PLACES.match(text, at)
        name = _name_around(text, at)
        if name:
            beside.update(name)
        elif match and (not head or match.lastgroup in _HEAD_PLACES):
            cost = _cost(text, start, at, match.lastgroup or "")
            if cost < _IMPOSSIBLE:
                places[at] = cost
    for at in beside:
        if start < at < end and text[at - 1].isalnum() and text[at].isalpha():
            places[at] = min(places.get(at, _BESIDE_NAME), _BESIDE_NAME)
    for address in _ADDRESS.finditer(text, start, end):
        for at in range(*address.span()):
            places.pop(at, None)
    return [Boundary(at, at, places[at]) for at in sorted(places)]


def _cost(text: str, start: int, at: int, kind: str) -> float:
    cost = _COSTS[kind]
    left = at
    while left > start and text[left - 1].isalpha():
        left -= 1
    if kind == "word":
        right = _RIGHT_WORD.match(text, at)
        if right and len(right[0]) == 1 and text[right.end() : right.end() + 1] != ".":
            cost += 4  # CoP, MoE
        if at - left < 3 and text[left].isupper():
            cost += 2  # McLaren
    if kind == "count" and text[left].isupper() and left > start:
        cost += 1  # Model7, a name rather than a count
    return cost


def read_glued_table(text: str, lines: Sequence[Line], at: int) -> Table | None:
    """Returns the table whose head is the line at an index, its cells run together, or None."""
    head = lines[at]
    if head.end - head.start > _HEAD_LENGTH or not _SEAM.search(text, head.start, head.end):
        return None
    if text[head.end - 1] in ".:;,!" or ". " in text[head.start : head.end]:
        return None
    places = find_boundaries(text, head.start, head.end, head=True)
    best: tuple[float, Table] | None = None
    known: dict[int, list[Boundary]] = {}
    for dearest in sorted({place.cost for place in places if place.cost <= 1.0}):
        sure = [place for place in places if place.cost <= dearest]
        spare = sum(max(0.0, 1.4 - place.cost) for place in places if place.cost > dearest)
        found = _read_rows(text, lines, at, sure, spare, known)
        if found and (best is None or found[0] < best[0]):
            best = found
    return best[1] if best else None


def _read_rows(
    text: str, lines: Sequence[Line], at: int, heads: list[Boundary], spare: float, known: dict[int, list[Boundary]]
) -> tuple[float, Table] | None:
    head = lines[at]
    columns = len(heads) + 1
    found = cheapest_split(heads, head.start, head.end, columns, lambda *_: 0.0)
    if found is None or not all(_reads_as_head(text, start, end) for start, end in found[1]):
        return None
    rows: list[tuple[Line, Split | None]] = []
    fewer: list[Split | None] = []
    below = at + 1
    while below < len(lines) and lines[below].kind is LineKind.TEXT:
        line = lines[below]
        if line.end - line.start > _ROW_LENGTH or (
            len(rows) > 1 and not any(row for _, row in rows[-2:]) and not any(fewer[-2:])
        ):
            break
        rows.append((line, _split_row(text, line, columns, known)))
        fewer.append(_split_row(text, line, columns - 1, known) if columns > 3 and rows[-1][1] is None else None)
        below += 1
    short = columns > 3 and sum(map(bool, fewer)) > len(rows) / 2
    if short:
        rows = [(line, row or less) for (line, row), less in zip(rows, fewer, strict=True)]
    while rows and rows[-1][1] is None:
        rows.pop()
    read = [row for _, row in rows if row]
    if len(read) < (3 if columns == 2 else 2) or len(read) < _ENOUGH * len(rows):
        return None
    doubts = (("uncertain-table", f"cells of the last of {columns} columns are missing"),) if short else ()
    unread = tuple(Span(line.start, line.end) for line, row in rows if row is None)
    top: Row = tuple(Span(start, end) for start, end in found[1])
    cost = sum(paid for paid, _ in read) / len(read) + len(unread) / len(rows) + spare
    cells = (top, *(row for _, row in read))
    return cost, Table(cells, True, at + 1 + len(rows), doubts=doubts, unread=unread)


def _reads_as_head(text: str, start: int, end: int) -> bool:
    words = text[start:end]
    return end - start <= 40 and not words[0].islower() and not words[0].isspace() and words.count(" ") < 6


def _split_row(text: str, line: Line, columns: int, known: dict[int, list[Boundary]]) -> Split | None:
    places = known.get(line.start)
    if places is None:
        places = known[line.start] = find_boundaries(text, line.start, line.end)
    weights = [max(0.0, 1.4 - place.cost) * _UNUSED for place in places]

    def cell_cost(start: int, end: int, column: int) -> float:
        unbalanced = text.count("(", start, end) != text.count(")", start, end)
        unused = sum(weights[at] for at, place in enumerate(places) if start < place.left < end)
        broken = 2.0 if _TWO_NUMBERS.search(text, start, end) else 0.0
        broken += 1.0 if column and end - start == 1 and text[start].isdigit() else 0.0
        return broken + (3.0 if unbalanced else 0.0) + (1.0 if column == 0 and end - start > 60 else 0.0) + unused

    found = cheapest_split(places, line.start, line.end, columns, cell_cost)
    if found is None or found[0] > _DEAREST_MEAN * (columns - 1):
        return None
    return found[0], tuple(Span(start, end) for start, end in found[1])
