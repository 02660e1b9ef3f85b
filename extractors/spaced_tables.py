"""Rebuilds tables whose columns are parted by single blanks, as text saved from a browser has them.

The head is cut by what is known of column heads and by its capitals, each row by brackets, commas, figures, words that
recur in other rows, and by the length of its cells. The number of columns is the one that fits head and rows best.
"""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from extractors.lines import Line, LineKind
from extractors.model import Span
from extractors.splits import Boundary, cheapest_split
from extractors.tables import Row, Table
from extractors.wording import load_wording

_HEAD_LENGTH = 200
_ROW_LENGTH = 300
_MOST_COLUMNS = 12
_MOST_TRIALS = 4
_LEAST_ROWS = 2
_TRIAL_ROWS = (12, 300)
_TOKEN = re.compile(r"\S+")
_FIGURE = re.compile(
    r"(?:[~≈<>±]|US\$|RMB|[$€£¥])*[+−-]?\d[\d,.]*(?:[KMBTkmbx%+]|bn|tn|GB|MB|B/[\dA-Z.]+)*[+*%]?(?:/[\w.]+)?$|N/A$|n/a$|[—–-]$|\?$|TBD$|[✓✗✅❌]$"
)
_SIZE = re.compile(
    r"(?:million|billion|trillion|thousand|tokens?|params?|users?|GB|TB|MB|languages?|per|/)$", re.IGNORECASE
)
_NAME_NUMBER = re.compile(r"v?\d{1,3}(?:\.[\dx]+)*[a-z]?$")
_JOINER = frozenset(
    {"&", "and", "or", "of", "the", "/", "+", "-", "–", "—", "for", "with", "to", "in", "on", "by", "per"}
)
_MONTH = re.compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|q[1-4]|early|late|mid)\.?$",
    re.IGNORECASE,
)
_DEAREST_MEAN = 1.3
_CLOSE = 0.25  # a second split that costs so little more makes the first one uncertain


class Token(NamedTuple):
    """A word of a row with its place."""

    start: int
    end: int
    word: str
    figure: bool


class Habits(NamedTuple):
    """What the rows of one table have in common.

    Attributes:
        shared: Words and pairs of words that stand in several rows.
        ranked: The rows are counted in their first column.
        second: The second word of every row is a figure.
    """

    shared: frozenset[str]
    ranked: bool
    second: bool


def read_spaced_table(text: str, lines: Sequence[Line], at: int, stop: int) -> Table | None:
    """Returns the table whose head is the line at an index, columns parted by single blanks, or None."""
    if not _may_begin(text, lines, at, stop):
        return None
    head = _tokens(text, lines[at])
    table = None
    for most in _TRIAL_ROWS:  # few rows decide, so that a run of lines that is no table costs no more than they do
        rows = _rows(text, lines, at + 1, min(stop, at + 1 + most))
        figures = sum(any(token.figure for token in row[1:]) for row in rows)
        if len(rows) < _LEAST_ROWS or figures * 2 < len(rows) or not _agree(rows):
            return table
        table = _best_table(text, head, rows, at + 1 + len(rows)) or table
        if table is None or len(rows) < most:
            return table
    return table


def _may_begin(text: str, lines: Sequence[Line], at: int, stop: int) -> bool:
    line = lines[at]
    if at + _LEAST_ROWS >= stop or line.end - line.start > _HEAD_LENGTH or text[line.end - 1] in ".:;,!?":
        return False
    if not all(_is_row(text, lines[below]) for below in range(at + 1, at + 1 + _LEAST_ROWS)):
        return False
    words = text[line.start : line.end].split()
    return 2 <= len(words) <= 24 and _reads_as_heads(words)


def _reads_as_heads(words: list[str]) -> bool:
    """Returns whether a line holds little but capitalised words, some of them known as heads of columns."""
    capital = sum(not word.lstrip("(#%").islower() for word in words)
    heads = load_wording().column_heads
    known = sum(word.lower().strip("()") in heads for word in words)
    known += sum(f"{left} {right}".lower() in heads for left, right in itertools.pairwise(words))
    return capital >= 0.7 * len(words) and known >= 1 and words[0][0].isupper()


def _is_row(text: str, line: Line) -> bool:
    if line.kind is not LineKind.TEXT or line.end - line.start > _ROW_LENGTH or text[line.end - 1] in ":;!?":
        return False
    row = text[line.start : line.end]
    return row.count(" ") > 0 and not (row[-1] == "." and row[-4:-1].islower()) and ". " not in row


def _rows(text: str, lines: Sequence[Line], at: int, stop: int) -> list[list[Token]]:
    rows: list[list[Token]] = []
    while at < stop and _is_row(text, lines[at]):
        rows.append(_tokens(text, lines[at]))
        at += 1
    return rows


def _tokens(text: str, line: Line) -> list[Token]:
    found = _TOKEN.finditer(text, line.start, line.end)
    return [Token(*match.span(), match[0], _FIGURE.match(match[0]) is not None) for match in found]


def _agree(rows: list[list[Token]]) -> bool:
    """Returns whether the rows hold figures at the same end: after the first words of most rows."""
    firsts = [next((at for at, token in enumerate(row) if token.figure and at), len(row)) for row in rows]
    return sum(first < len(row) for first, row in zip(firsts, rows, strict=True)) * 2 >= len(rows)


def _best_table(text: str, head: list[Token], rows: list[list[Token]], stop: int) -> Table | None:
    shared = _recurring(rows)
    second = all(len(row) > 1 and row[1].figure and row[0].word not in load_wording().versioned_names for row in rows)
    ranked = all(row[0].word.rstrip(".") == str(at) for at, row in enumerate(rows, start=1))
    habits = Habits(shared, ranked, second)
    gaps = [_row_gaps(row, habits) for row in rows]
    best: tuple[float, int, Row, list[Row], bool] | None = None
    tops = [_split_head(text, head, columns) for columns in range(2, min(len(head), _MOST_COLUMNS) + 1)]
    for top in sorted((top for top in tops if top), key=lambda top: top[0])[:_MOST_TRIALS]:
        columns = len(top[1])
        parts = _split_rows(text, rows, gaps, columns, habits)
        if parts is None:
            continue
        cost = top[0] + sum(part[0] for part in parts) / len(parts)
        cost += _mixture([part[1] for part in parts], text)
        if best is None or cost < best[0]:
            best = (cost, columns, top[1], [part[1] for part in parts], any(part[2] for part in parts))
    if best is None or best[0] > _DEAREST_MEAN * best[1]:
        return None
    _, columns, heads, cells, unsure = best
    message = f"columns parted by single blanks were cut into {columns} by their words"
    return Table((heads, *cells), True, stop, doubts=(("uncertain-table", message),) if unsure else ())


def _split_head(text: str, head: list[Token], columns: int) -> tuple[float, Row] | None:
    known = load_wording().column_heads
    gaps = [Boundary(left.end, right.start, _head_gap(right)) for left, right in itertools.pairwise(head)]

    def cell_cost(start: int, end: int, _column: int) -> float:
        words = text[start:end].lower()
        if words in known:
            return 0.0
        plain = re.sub(r"\s*\([^()]*\)$", "", words)
        return 0.2 if plain in known else 0.7 + 0.5 * words.count(" ")

    found = cheapest_split(gaps, head[0].start, head[-1].end, columns, cell_cost)
    return (found[0], tuple(Span(*cell) for cell in found[1])) if found else None


def _head_gap(right: Token) -> float:
    if right.word[0] in "(/&-–" or right.word.lower() in _JOINER:
        return 4.0
    return 2.0 if right.word.islower() else 0.0


def _recurring(rows: list[list[Token]]) -> frozenset[str]:
    """Returns words that stand in several rows and hold letters: a column's repeated vocabulary."""
    seen: dict[str, int] = {}
    for row in rows:
        words = {token.word for token in row[1:] if not token.figure and len(token.word) > 2}
        pairs = {f"{left.word} {right.word}" for left, right in itertools.pairwise(row)}
        for word in words | pairs:
            seen[word] = seen.get(word, 0) + 1
    return frozenset(word for word, count in seen.items() if count > 1)


def _split_rows(
    text: str, rows: list[list[Token]], gaps: list[list[Boundary]], columns: int, habits: Habits
) -> list[tuple[float, Row, bool]] | None:
    """Returns the rows cut into a number of columns, or None as soon as one of them cannot be."""
    parts: list[tuple[float, Row, bool]] = []
    for row, places in zip(rows, gaps, strict=True):
        part = _split_row(text, row, places, columns, habits)
        if part is None:
            return None
        parts.append(part)
    return parts


def _split_row(
    text: str, row: list[Token], gaps: list[Boundary], columns: int, habits: Habits
) -> tuple[float, Row, bool] | None:
    mean = len(row) / columns

    pairs = [left.end for left, right in itertools.pairwise(row) if left.figure and right.figure]
    pairs += [row[0].end] if habits.second else []

    first = row[0].word
    odd = 1.0 if _FIGURE.match(first) and not _NAME_NUMBER.match(first) else 0.0
    weight = 0.03 / max(mean, 1.0)

    def cell_cost(start: int, end: int, column: int) -> float:
        words = text.count(" ", start, end) + 1
        crowded = sum(start < pair < end for pair in pairs) if pairs else 0
        return (odd if column == 0 else 0.0) + 1.5 * crowded + weight * (words - mean) ** 2

    found = cheapest_split(gaps, row[0].start, row[-1].end, columns, cell_cost)
    if found is None or found[0] > _DEAREST_MEAN * columns:
        return None
    cuts = {start for start, _ in found[1][1:]}
    taken = [gap.cost for gap in gaps if gap.right in cuts]
    free = [gap.cost for gap in gaps if gap.right not in cuts]
    unsure = bool(free and taken) and min(free) <= max(taken) + _CLOSE
    return found[0], tuple(Span(*cell) for cell in found[1]), unsure


def _row_gaps(row: list[Token], habits: Habits) -> list[Boundary]:
    gaps: list[Boundary] = []
    depth = 0
    for at, (left, right) in enumerate(itertools.pairwise(row)):
        depth += left.word.count("(") - left.word.count(")")
        cost = 9.0 if depth > 0 else 0.0 if habits.ranked and not at else _row_gap(left, right, at, habits)
        gaps.append(Boundary(left.end, right.start, cost))
    return gaps


def _row_gap(left: Token, right: Token, at: int, habits: Habits) -> float:
    """Returns how unlikely it is that a cell ends between two words of a row."""
    if left.word[-1] in ",;/&+–—" and len(left.word) > 1 and not left.figure:
        return 5.0
    if left.word[-1] == ")" and right.figure:
        return 0.0
    if right.word[0] in "(/&" or _joins(left) or _joins(right):
        return 3.5 if right.word[0] == "(" else 5.0
    if left.word[-1] == ")":
        return 0.0
    if _MONTH.match(left.word) and right.word[:1].isdigit():
        return 3.0
    if left.figure and (_SIZE.match(right.word) or (right.word.islower() and not right.figure)):
        return 3.0
    if (
        right.figure
        and _NAME_NUMBER.match(right.word)
        and (left.word in load_wording().versioned_names or f"{left.word} {right.word}" in habits.shared)
    ):
        return 4.0
    if right.figure:
        version = at == 0 and not habits.second and not left.figure and _NAME_NUMBER.match(right.word)
        return 1.0 if version else 0.2
    if left.figure:
        return 0.3 if at else 1.5
    if right.word.islower():
        return 3.0
    recurring = (left.word in habits.shared) + (right.word in habits.shared)
    return (1.0, 0.4, 1.5)[recurring]


def _joins(token: Token) -> bool:
    return token.word.lower() in _JOINER and not token.figure


def _mixture(rows: list[Row], text: str) -> float:
    """Returns what it costs that columns hold figures in some rows and words in others."""
    cost = 0.0
    for column in zip(*rows, strict=True):
        figures = sum(cell is not None and _starts_as_figure(cell.of(text)) for cell in column)
        share = figures / len(column)
        cost += 2.0 * min(share, 1 - share)
    return cost


def _starts_as_figure(cell: str) -> bool:
    return _FIGURE.match(cell.split(" ", 1)[0]) is not None
