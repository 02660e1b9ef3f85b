"""Scores `find_dates(…, times=True)` on annotated sentences and prints spans, values and speed.

    python -m benchmarks.dates FILE… [--errors N] [--grep daterange] [--peers]

Lines of another set that hold `text` and `expr` (`datetime (2013, 2, 15, 0, 0, 0) Day`, the whole text being the
expression, read against 12 February 2013, 4:30) are counted by whether the first moment is right.

A line of a file is one object: `text`, `ref` (the moment that relative words are read against) and `gold`, a list of
`start`, `end`, `type` and `resolution.values`. The ends of gold stretches are exclusive in most forms and inclusive in
"from A to B", so an end fits when it is the gold one, the day before it, or the first day of the unit that the text
names as the end ("2014 to 2018" ends on 1 January 2018 in the gold, and is `2014/2018` here).
"""

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.inputs import read_lines, run
from benchmarks.peers import DateReader, date_readers
from extractors.dates import date_record, find_dates
from extractors.periods import parse_partial

VALUED = {"date": "dates", "datetime": "dates", "daterange": "ranges", "datetimerange": "ranges"}


@dataclass(slots=True)
class Score:
    """Counts over one or more files."""

    gold: int = 0
    found: int = 0
    matched: int = 0
    exact: int = 0
    valued: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    spans: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


def rows(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """Yields the annotated sentences of the files that have spans."""
    for path in paths:
        yield from (row for row in read_lines(path, "text") if "gold" in row)


EXPRESSION_NOW = datetime(2013, 2, 12, 4, 30)
_TUPLE = re.compile(r"\((-?\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\)")


def score_expressions(paths: list[Path]) -> tuple[int, int, int, list[str]]:
    """Returns how many whole-text expressions there are, are found, and begin at the right moment, with the misses."""
    whole = found = right = 0
    errors: list[str] = []
    for path in paths:
        for row in read_lines(path):
            wanted = _TUPLE.search(row.get("expr", ""))
            if not wanted or not row["set"].endswith("Time"):
                continue
            whole += 1
            records = read_dates(row["text"], EXPRESSION_NOW)
            found += bool(records)
            fits_ = bool(records) and begins(records[0]) == tuple(map(int, wanted.groups()))
            right += fits_
            if not fits_:
                errors.append(f"EXPRESSION {row['text']!r} {[r['date'] for r in records]} wanted {row['expr']}")
    return whole, found, right, errors


def begins(record: dict[str, Any]) -> tuple[int, ...]:
    """Returns year, month, day, hour, minute and second at which a record begins."""
    text = record["date"].partition("/")[0]
    if text.startswith("T"):
        text = f"{EXPRESSION_NOW.date()}{text}"
    if "T" not in text or text.startswith(("P", "R")):
        text = record["first"] or "0001-01-01"
    return datetime.fromisoformat(text).timetuple()[:6]


def read_dates(text: str, reference: datetime | None) -> list[dict[str, Any]]:
    """Returns the records of our own reader."""
    return [date_record(m) for m in find_dates(text, reference=reference, times=True)]


def score_row(row: dict[str, Any], total: Score, read: DateReader = read_dates) -> None:
    """Adds one sentence to the counts."""
    reference = datetime.fromisoformat(row["ref"]) if row.get("ref") else None
    found = read(row["text"], reference)
    free = list(found)
    total.found += len(found)
    for gold in row["gold"]:
        kind = (gold["type"] or "").rpartition(".")[2]
        total.gold += 1
        total.spans[kind] += 1
        best = max(free, key=lambda f: overlap(f, gold), default=None)
        if best is None or overlap(best, gold) <= 0:
            _count_value(total, kind, gold, None, row)
            continue
        free.remove(best)
        total.matched += 1
        total.hits[kind] += 1
        total.exact += (best["start"], best["end"]) == (gold["start"], gold["end"])
        _count_value(total, kind, gold, best, row)
    for extra in free:
        words = row["text"][extra["start"] : extra["end"]]
        total.errors.append(f"EXTRA {words!r} {extra['date']} | {row['text'][:120]}")


def overlap(found: dict[str, Any], gold: dict[str, Any]) -> int:
    """Returns how many code points two spans share."""
    return int(min(found["end"], gold["end"]) - max(found["start"], gold["start"]))


def _count_value(
    total: Score, kind: str, gold: dict[str, Any], found: dict[str, Any] | None, row: dict[str, Any]
) -> None:
    group = VALUED.get(kind)
    values = [v for v in (gold["resolution"] or {}).get("values", []) if v.get("value") != "not resolved"]
    words = repr(gold["surface"])
    if found is None:
        total.errors.append(f"MISSED {kind} {words} | {row['ref']} {row['text'][:120]}")
    if group is None or not values:
        return
    total.valued[group] += 1
    total.valued[kind] += 1
    if found is not None and any(fits(one, value) for one in (found, *found.get("others", ())) for value in values):
        total.right[group] += 1
        total.right[kind] += 1
    elif found is not None:
        wanted = [v.get("value") or f"{v.get('start')}/{v.get('end')}" for v in values]
        total.errors.append(f"VALUE {kind} {words} {found['date']} wanted {wanted} | {row['ref']} {row['text'][:100]}")


def fits(found: dict[str, Any], value: dict[str, Any]) -> bool:
    """Says whether a record holds one of the gold values."""
    if "value" in value:
        return bool(moment(found["date"]) == value["value"].replace(" 00:00:00", ""))
    low, high = ends(found)
    return _same(low, value.get("start")) and _same_end(found, high, value.get("end"))


def moment(text: str) -> str:
    """Returns a day or a moment in the spelling of the gold; midnight is the day."""
    return text.replace("T", " ").replace(" 00:00:00", "")


def ends(found: dict[str, Any]) -> tuple[str | None, str | None]:
    """Returns first and last moment of a record, None for an open end."""
    text = found["date"]
    if "T" in text and "/" in text:
        low, high = (None if side == ".." else moment(side) for side in text.split("/"))
        return low, high
    return found["first"], found["last"]


def _same(found: str | None, gold: str | None) -> bool:
    return (found or "") == (gold or "").replace(" 00:00:00", "")


def _same_end(found: dict[str, Any], high: str | None, gold: str | None) -> bool:
    if high is None or gold is None:
        return high is gold
    gold = gold.replace(" 00:00:00", "")
    if high == gold:
        return True
    if len(high) > 10 or len(gold) > 10:
        return False
    if (date.fromisoformat(high) + timedelta(days=1)).isoformat() == gold:
        return True
    last = parse_partial(found["date"].rpartition("/")[2]) if "/" in found["date"] else None
    return last is not None and last.first.isoformat() == gold


def speed(paths: list[Path]) -> tuple[float, float]:
    """Returns words per CPU-second for dates alone and with times."""
    texts = [(row["text"], datetime.fromisoformat(row["ref"]) if row.get("ref") else None) for row in rows(paths)]
    words = sum(len(text.split()) for text, _ in texts)
    find_dates("warm", times=True)
    find_dates("warm")
    rates = []
    for times in (False, True):
        begin = time.process_time()
        for text, reference in texts:
            find_dates(text, reference=reference, times=times)
        rates.append(words / max(time.process_time() - begin, 1e-9))
    return rates[0], rates[1]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.1f} % of {whole}" if whole else "  –"


def report(total: Score) -> None:
    """Prints the table."""
    precision, recall = total.matched / max(total.found, 1), total.matched / max(total.gold, 1)
    f1 = 200 * precision * recall / max(precision + recall, 1e-9)
    print(f"spans: overlap F1 {f1:.1f} (precision {100 * precision:.1f}, recall {100 * recall:.1f})")
    print(f"spans to the letter: {_percent(total.exact, total.gold)}")
    print(f"date values  right: {_percent(total.right['dates'], total.valued['dates'])}")
    print(f"range values right: {_percent(total.right['ranges'], total.valued['ranges'])}")
    for kind, count in total.spans.most_common():
        value = _percent(total.right[kind], total.valued[kind])
        print(f"  {kind or '-':14} spans {_percent(total.hits[kind], count)}  values {value}")


def main() -> int:
    """Scores the files named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--errors", type=int, default=0, help="print the first N errors")
    parser.add_argument("--grep", default="", help="print only errors that hold this text")
    parser.add_argument("--peers", action="store_true", help="score other readers too, where they are installed")
    options = parser.parse_args()
    total = Score()
    for row in rows(options.files):
        score_row(row, total)
    if total.gold:
        report(total)
    whole, found, right, errors = score_expressions(options.files)
    if whole:
        print(f"expressions: found {_percent(found, whole)}, first moment right {_percent(right, whole)}")
        total.errors += errors
    plain, timed = speed(options.files)
    print(f"words per CPU-second: {plain:,.0f} dates, {timed:,.0f} with times")
    for error in [e for e in total.errors if options.grep in e][: options.errors]:
        print(error)
    for name, read in date_readers().items() if options.peers else ():
        theirs = Score()
        for row in rows(options.files):
            score_row(row, theirs, read)
        print(f"\n{name}")
        report(theirs)
    return 0


if __name__ == "__main__":
    run(main)
