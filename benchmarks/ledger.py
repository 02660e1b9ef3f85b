"""Measures the ledger beside the raw driver in the same run: `python -m benchmarks.ledger --rows 100000`.

Made-up articles of twenty claims each, the same ones at every run. "Driver" inserts the rows that the ledger wrote,
with the same tables and indexes, by the driver's own bulk insert. `--postgres postgresql://user@host/database` measures
there, in two schemas that are dropped again. In brackets: the same by CPU time of this process, which a busy machine
disturbs less.
"""

import argparse
import hashlib
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Table, select, text

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
from store.engines import insert_rows, open_engine, reading, writing
from store.ledger import Ledger
from store.schemas import upgrade
from store.tables import metadata

CLAIMS_A_DOCUMENT = 20
METRICS = ("downloads", "users", "parameters", "revenue", "employees", "context_window", "experts", "price")
MONTHS = tuple(PartialDate(f"2026-{month:02}", date(2026, month, 1), date(2026, month, 28)) for month in range(1, 13))


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


def timed(run: Callable[[], Any]) -> tuple[Took, Any]:
    """Returns the time that a call took, and its result."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    return Took(time.perf_counter() - wall, time.process_time() - cpu), result


def driver_time(ledger: Ledger, url: str) -> tuple[Took, int]:
    """Returns time and number of rows of the driver's own bulk insert of all rows of a ledger elsewhere."""
    held: list[tuple[Table, list[tuple[Any, ...]]]] = []
    with reading(ledger._engine) as connection:
        for table in metadata.sorted_tables:
            held.append((table, [tuple(row) for row in connection.execute(select(table))]))
    engine = open_engine(url)
    with writing(engine) as connection:
        upgrade(connection)

    def insert() -> None:
        with writing(engine) as connection:
            for table, rows in held:
                for first in range(0, len(rows), 20_000):
                    insert_rows(connection, table, rows[first : first + 20_000])

    took, _ = timed(insert)
    engine.dispose()
    return took, sum(len(rows) for _, rows in held)


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


def measure(rows: int, url: str, path: Path | None, other: str) -> None:
    """Prints the figures of one engine."""
    articles = list(extractions(rows))
    rows = sum(len(extraction.claims) for extraction in articles)
    entities = max(50, rows // 40)
    with Ledger.open(url) as ledger:
        measure_writing(ledger, articles, rows, other)
        size = size_bytes(ledger, path) - text_bytes(ledger)
        show("size without texts, bytes/statement", f"{size / rows:,.0f}", "<= 600")
        seconds, found = question_times(ledger, entities, None)
        show(f"history, p50 / p95 ms ({found / len(seconds):.1f} rows)", _ms(seconds), "p95 <= 1 ms")
        edited = list(extractions(rows, edition=1))[: max(1, len(articles) // 10)]
        took, receipt = timed(lambda: ledger.record(edited, author="bench", reason="edit"))
        show("edit above a tenth, statements/s", took.rate(receipt.counts.moved))
        seconds, _ = question_times(ledger, entities, 1)
        show("history as of version 1, p50 / p95 ms", _ms(seconds), "<= 2x the current one")
        took, report = timed(ledger.verify)
        assert report.ok, report.findings[:3]
        show(f"verify, {report.events:,} events, events/s", took.rate(report.events), ">= 200,000")
        took, number = timed(lambda: sum(1 for _ in ledger.statements()))
        show("all statements as values, statements/s", took.rate(number))


def measure_writing(ledger: Ledger, articles: list[Extraction], rows: int, other: str) -> None:
    """Prints how fast an empty ledger is filled, and how fast the same is told from news."""
    took, receipt = timed(lambda: ledger.record(articles, author="bench", reason="first"))
    assert receipt.counts.asserted == rows
    raw, count = driver_time(ledger, other)
    show("record, statements/s", took.rate(rows))
    show(f"driver, same {count:,} rows, statements/s", raw.rate(rows))
    show("record beside the driver", f"{raw.wall / took.wall:.0%} ({raw.cpu / took.cpu:.0%})", ">= 50 %")
    took, receipt = timed(lambda: ledger.record(articles, author="bench", reason="again"))
    assert receipt.version is None
    show("replay of known claims, rows/s", took.rate(rows), ">= 100,000")


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


def main() -> None:
    """Runs the measurement for SQLite, or for PostgreSQL when its address is given."""
    parser = argparse.ArgumentParser(description="Measures the ledger beside the raw driver.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--postgres", help="address of a PostgreSQL database; none: SQLite in a temporary folder")
    options = parser.parse_args()
    if options.postgres:
        with schemas(options.postgres) as (url, other):
            measure(options.rows, url, None, other)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.db"
        measure(options.rows, f"sqlite:///{path}", path, f"sqlite:///{Path(folder) / 'driver.db'}")


if __name__ == "__main__":
    main()
