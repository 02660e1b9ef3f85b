"""The Prefect flow: plan, read and extract in batches, record, reconcile, report.

A task is a batch of hundreds of documents, because a task run costs what forty short articles do; within it the work
may go to several processes. One batch is written at a time, and the next one is read while that happens.
"""

import random
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.logging import get_run_logger
from prefect.utilities.annotations import quote

from flows import reporting, stages
from flows.concluding import conclude
from flows.notifying import notify
from store.model import Receipt
from store.targets import Outcome, Plan, Target

_T = TypeVar("_T")


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def plan(sources: list[str], sources_file: str, db: str, again: bool) -> Plan:
    """Returns what the sources ask the run to do."""
    return stages.plan(sources, sources_file, db=db, again=again)


@task(retries=2, retry_delay_seconds=[2, 10], retry_jitter_factor=0.5, cache_policy=NO_CACHE)
def read(targets: list[Target], processes: int, db: str) -> list[Outcome]:
    """Returns what came of each target of a batch."""
    return list(stages.read_many(targets, processes=processes, db=db))


@task(retries=3, retry_delay_seconds=[1, 5, 20], retry_jitter_factor=0.5, cache_policy=NO_CACHE)
def record(db: str, outcomes: list[Outcome], reason: str) -> Receipt:
    """Writes a batch to the ledger as one version."""
    return stages.record(db, outcomes, reason=reason)


@task(retries=3, retry_delay_seconds=[1, 5, 20], retry_jitter_factor=0.5, cache_policy=NO_CACHE)
def finish(db: str, found: Plan) -> list[str]:
    """Records what is gone and keeps what was learned of lists."""
    return stages.finish(db, found)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def reconcile(db: str, summary: reporting.Summary, sources: list[str], started: datetime) -> reporting.Summary:
    """Returns the summary with what agrees and what is disputed in the whole ledger, and keeps it as a report."""
    return conclude(db, summary, sources, started, stages.clock())


@task(cache_policy=NO_CACHE)
def report(summary: reporting.Summary) -> None:
    """Leaves the summary as artifacts of the run."""
    create_markdown_artifact(reporting.markdown(summary), key="ingest-summary", description="What the run did")
    rows = [{"metric": metric, "claims": claims} for metric, claims in summary["by_metric"].items()]
    create_table_artifact(rows, key="ingest-claims-by-metric", description="Claims in what was read")
    if summary["problems"]:
        create_table_artifact(summary["problems"][:500], key="ingest-problems", description="What could not be read")


@flow(description="Reads articles into a claim ledger.")
def ingest(
    sources: list[str],
    db: str,
    sources_file: str = "",
    batch_size: int = stages.BATCH,
    processes: int = 0,
    again: bool = False,
    jitter_seconds: float = 0.0,
) -> dict[str, Any]:
    """Reads the sources into the ledger and returns the summary of the run.

    Args:
        sources: Files, folders, globs, URLs, or names from the sources file.
        db: SQLAlchemy URL of the ledger.
        sources_file: Path of the sources file; "" for the one of the package.
        batch_size: Documents in one task.
        processes: Worker processes in one task; 0 decides by the amount.
        again: Reads everything, known or not.
        jitter_seconds: The longest that the run waits before it begins, so that not all start at the same second.
    """
    time.sleep(random.uniform(0.0, jitter_seconds))
    started = stages.clock()
    found = plan(sources, sources_file, db, again)
    summary = reporting.empty_summary(found)
    for outcomes in _read_ahead(list(stages.batches(found.targets, batch_size)), processes, db):
        receipt = record(db, _whole(outcomes), stages.reason_for(sources))
        summary = reporting.add_batch(summary, outcomes, receipt)
    summary = reporting.add_gone(summary, finish(db, _whole(found)))
    summary = reconcile(db, _whole(summary), sources, started)
    report(_whole(summary))
    notify(summary)
    get_run_logger().info("%s", reporting.one_line(summary))
    return summary


def _read_ahead(batches: list[list[Target]], processes: int, db: str) -> Iterator[list[Outcome]]:
    """Yields what the batches hold, in order; the next one is being read while the caller works on the last."""
    under_way: PrefectFuture[list[Outcome]] | None = None
    for batch in batches:
        done, under_way = under_way, read.submit(_whole(batch), processes, db)
        if done is not None:
            yield done.result()
    if under_way is not None:
        yield under_way.result()


def _whole(value: _T) -> _T:
    """Returns a value marked so that Prefect does not search it for futures, which costs more than reading it."""
    return cast(_T, quote(value))
