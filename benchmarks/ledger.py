"""Measures the ledger beside the raw driver in the same run: `python -m benchmarks.ledger --rows 100000`.

Made-up articles of twenty claims each, the same ones at every run, made one by one while they are recorded; the time
of making them is not counted. "Driver" inserts the rows that the ledger wrote, with the same tables and indexes, by
the driver's own bulk insert, 20,000 at a time. `--postgres postgresql://user@host/database` measures there, in two
schemas that are dropped again. Several sizes, `--rows 10000 100000 1000000`, show the growth: the exponents fitted to
the times. In brackets: the same by CPU time of this process, which a busy machine disturbs less.
"""

import argparse
import hashlib
import math
import random
import sqlite3
import tempfile
import time
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select, text

from extractors.model import (
    Basis,
    Claim,
    Document,
    Entity,
    Evidence,
    Extraction,
    Kind,
    PartialDate,
    Span,
    with_ids,
)
from store.engines import insert_rows, open_engine, reading, rows_of, writing
from store.ledger import Ledger
from store.model import Receipt
from store.schemas import upgrade
from store.tables import metadata

CLAIMS_A_DOCUMENT = 20
ROWS_AT_ONCE = 20_000
METRICS = ("downloads", "users", "parameters", "revenue", "employees", "context_window", "experts", "price")
MONTHS = tuple(
    PartialDate(f"2026-{month:02}", date(2026, month, 1), date(2026, month, monthrange(2026, month)[1]))
    for month in range(1, 13)
)


def extractions(rows: int, *, edition: int = 0, seed: int = 7) -> Iterator[Extraction]:
    """Yields articles with `rows` claims in all; another edition has a line more on top of each."""
    chance = random.Random(seed)
    entities = [
        Entity(f"model-{n}", f"Model {n}", "model", (f"M{n}",), maker="maker") for n in range(max(50, rows // 40))
    ]
    for number in range(max(1, rows // CLAIMS_A_DOCUMENT)):
        yield article(number, edition, entities, chance)


def article(number: int, edition: int, entities: list[Entity], chance: random.Random) -> Extraction:
    """Returns one article with its claims."""
    lines = [f"Edition {edition}, article {number}"] if edition else [f"Article {number}"]
    spans, offset = [], len(lines[0]) + 1
    for _ in range(CLAIMS_A_DOCUMENT):
        entity, metric, value = chance.choice(entities), chance.choice(METRICS), chance.randrange(1, 900)
        head = f"In the month under review {entity.name} reported "
        quote = f"about {value} million"
        line = f"{head}{quote} {metric} on the platform."
        spans.append((entity, metric, value, quote, offset + len(head), offset, len(line)))
        lines.append(line)
        offset += len(line) + 1
    body = "\n".join(lines) + "\n"
    revision = f"sha256:{hashlib.sha256(body.encode()).hexdigest()}"
    document = Document(f"https://example.org/{number}", revision, body, f"Article {number}", MONTHS[number % 12])
    claims = (
        Claim(
            id="",
            document=document.uri,
            revision=revision,
            subject=entity,
            mention=entity.name,
            metric=metric,
            kind=Kind.QUANTITY,
            evidence=Evidence(start, start + len(quote), quote, "paragraph", context=Span(line, line + size)),
            low=Decimal(value) * 1_000_000,
            high=Decimal(value) * 1_000_000,
            unit="download",
            qualifiers=(("period", "month"), ("platform", "Hugging Face")),
            as_of=MONTHS[value % 12],
            as_of_basis=Basis.STATED,
            extractor_version="1.0.0",
            confidence=0.95,
        )
        for entity, metric, value, quote, start, line, size in spans
    )
    return Extraction(document, tuple(with_ids(claims)))


class Took(NamedTuple):
    """Seconds on the clock and of this process."""

    wall: float
    cpu: float

    def rate(self, number: int) -> str:
        """Returns how many a second, on the clock and in brackets by CPU time."""
        return f"{number / self.wall:,.0f} ({number / max(self.cpu, 1e-9):,.0f})"

    def without(self, other: "Took") -> "Took":
        """Returns the time less another that was part of it."""
        return Took(self.wall - other.wall, self.cpu - other.cpu)


def timed(run: Callable[[], Any]) -> tuple[Took, Any]:
    """Returns the time that a call took, and its result."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    return Took(time.perf_counter() - wall, time.process_time() - cpu), result


class Making(Iterator[Extraction]):
    """Hands articles on, and adds up the time that making them took."""

    def __init__(self, articles: Iterator[Extraction]) -> None:
        self._articles = articles
        self.took = Took(0.0, 0.0)

    def __next__(self) -> Extraction:
        took, article = timed(lambda: next(self._articles, None))
        self.took = Took(self.took.wall + took.wall, self.took.cpu + took.cpu)
        if article is None:
            raise StopIteration
        return article


def recorded(ledger: Ledger, articles: Iterator[Extraction], reason: str) -> tuple[Took, Receipt]:
    """Returns the time that recording articles took, without that of making them, and the receipt."""
    making = Making(articles)
    took, receipt = timed(lambda: ledger.record(making, author="bench", reason=reason))
    return took.without(making.took), receipt


def driver_time(ledger: Ledger, url: str) -> tuple[Took, int]:
    """Returns time and number of rows of the driver's own bulk insert of all rows of a ledger elsewhere."""
    engine = open_engine(url)
    with writing(engine) as connection:
        upgrade(connection)
    total, count = Took(0.0, 0.0), 0
    with reading(ledger._engine) as source:
        wall, cpu = time.perf_counter(), time.process_time()
        reading_took = Took(0.0, 0.0)
        with writing(engine) as connection:
            for table in metadata.sorted_tables:
                rows = rows_of(source, select(table).order_by(*table.primary_key))
                while True:
                    took, chunk = timed(partial(_chunk, rows))
                    reading_took = Took(reading_took.wall + took.wall, reading_took.cpu + took.cpu)
                    if not chunk:
                        break
                    insert_rows(connection, table, chunk)
                    count += len(chunk)
        total = Took(time.perf_counter() - wall, time.process_time() - cpu).without(reading_took)
    engine.dispose()
    return total, count


def _chunk(rows: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list(islice(rows, ROWS_AT_ONCE))


def percentile(values: list[float], share: float) -> float:
    """Returns the value below which a share of the values lies."""
    return sorted(values)[int(len(values) * share)]


def question_times(ledger: Ledger, entities: int, version: int | None, times: int = 500) -> tuple[list[float], int]:
    """Returns the seconds of single history questions, and how many statements they returned."""
    chance = random.Random(11)
    seconds, found = [], 0
    for _ in range(times):
        name, metric = f"model {chance.randrange(entities)}", chance.choice(METRICS)
        took, result = timed(partial(ledger.history, name, metric, version=version))
        seconds.append(took.wall)
        found += len(result)
    return seconds, found


def text_bytes(ledger: Ledger) -> int:
    """Returns the size of the compressed texts."""
    with reading(ledger._engine) as connection:
        return connection.execute(text("SELECT coalesce(sum(length(bytes)), 0) FROM blobs")).scalar() or 0


def size_bytes(ledger: Ledger, path: Path | None) -> int:
    """Returns the size of the database."""
    if path is not None:
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.stat().st_size
    with reading(ledger._engine) as connection:
        names = [table.name for table in metadata.sorted_tables]
        return sum(connection.execute(text(f"SELECT pg_total_relation_size('{name}')")).scalar() or 0 for name in names)


def show(what: str, figure: str, goal: str = "") -> None:
    """Prints one line of the table."""
    print(f"{what:<50}{figure:>22}   {goal}", flush=True)


def measure(rows: int, url: str, path: Path | None, other: str) -> dict[str, float]:
    """Prints the figures of one engine, and returns the seconds that are to grow in a known way."""
    rows = max(1, rows // CLAIMS_A_DOCUMENT) * CLAIMS_A_DOCUMENT
    entities = max(50, rows // 40)
    with Ledger.open(url) as ledger:
        grown = {"record": measure_writing(ledger, rows, other)}
        size = size_bytes(ledger, path) - text_bytes(ledger)
        show("size without texts, bytes/statement", f"{size / rows:,.0f}", "<= 600")
        seconds, found = question_times(ledger, entities, None)
        grown["history"] = percentile(seconds, 0.5)
        show(f"history, p50 / p95 ms ({found / len(seconds):.1f} rows)", _ms(seconds), "p95 <= 1 ms")
        tenth = islice(extractions(rows, edition=1), max(1, rows // CLAIMS_A_DOCUMENT // 10))
        took, receipt = recorded(ledger, tenth, "edit")
        show("edit above a tenth, statements/s", took.rate(receipt.counts.moved))
        seconds, _ = question_times(ledger, entities, 1)
        grown["history as of"] = percentile(seconds, 0.5)
        show("history as of version 1, p50 / p95 ms", _ms(seconds), "<= 2x the current one")
        took, changes = timed(lambda: ledger.diff(1, 2))
        show("diff of the two versions, changes/s", took.rate(len(changes)))
        took, report = timed(ledger.verify)
        assert report.ok, report.findings[:3]
        grown["verify"] = took.wall
        show(f"verify, {report.events:,} events, events/s", took.rate(report.events), ">= 200,000")
        took, number = timed(lambda: sum(1 for _ in ledger.statements()))
        show("all statements as values, statements/s", took.rate(number))
    return grown


def measure_writing(ledger: Ledger, rows: int, other: str) -> float:
    """Prints how fast an empty ledger is filled, and how fast the same is told from news."""
    took, receipt = recorded(ledger, extractions(rows), "first")
    assert receipt.counts.asserted == rows
    raw, count = driver_time(ledger, other)
    show("record, statements/s", took.rate(rows))
    show(f"driver, same {count:,} rows, statements/s", raw.rate(rows))
    show("record beside the driver", f"{raw.wall / took.wall:.0%} ({raw.cpu / took.cpu:.0%})", ">= 50 %")
    again, receipt = recorded(ledger, extractions(rows), "again")
    assert receipt.version is None
    show("replay of known claims, rows/s", again.rate(rows), ">= 100,000")
    return took.wall


def _ms(seconds: list[float]) -> str:
    return f"{percentile(seconds, 0.5) * 1000:.2f} / {percentile(seconds, 0.95) * 1000:.2f}"


@contextmanager
def schemas(url: str) -> Iterator[tuple[str, str]]:
    """Yields addresses of two empty schemas of a PostgreSQL database, which are dropped afterwards."""
    engine = open_engine(url)
    names = ("claims_bench_ledger", "claims_bench_driver")
    with engine.begin() as connection:
        for name in names:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        first, second = (f"{url}?options=-csearch_path%3D{name}" for name in names)
        yield first, second
    finally:
        with engine.begin() as connection:
            for name in names:
                connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """Returns the power of the size with which time grows, fitted to the logarithms.

    >>> round(exponent([10, 100, 1000], [1.0, 10.0, 100.0]), 3)
    1.0
    """
    xs, ys = [math.log(size) for size in sizes], [math.log(max(took, 1e-9)) for took in seconds]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def run(rows: int, postgres: str) -> dict[str, float]:
    """Measures one size on SQLite in a temporary folder, or on a PostgreSQL database."""
    if postgres:
        with schemas(postgres) as (url, other):
            return measure(rows, url, None, other)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.db"
        return measure(rows, f"sqlite:///{path}", path, f"sqlite:///{Path(folder) / 'driver.db'}")


def main() -> None:
    """Runs the measurement for each size, and shows how the times grow."""
    parser = argparse.ArgumentParser(description="Measures the ledger beside the raw driver.")
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--postgres", default="", help="address of a PostgreSQL database; none: SQLite")
    options = parser.parse_args()
    grown: dict[str, list[float]] = defaultdict(list)
    for rows in options.rows:
        print(f"{rows:,} statements on {'PostgreSQL' if options.postgres else 'SQLite'}")
        for what, seconds in run(rows, options.postgres).items():
            grown[what].append(seconds)
    if len(options.rows) > 1:
        for what, found in grown.items():
            show(f"growth of {what}: time ~ size to the power", f"{exponent(options.rows, found):.2f}")


if __name__ == "__main__":
    main()
