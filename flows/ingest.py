"""The Prefect flow: plan, read and extract in batches, record, reconcile, report.

A task is a batch of hundreds of documents, because a task run costs what forty short articles do; within it the work
may go to several processes. One batch is written at a time, and the next one is read while that happens.
"""

from collections.abc import Iterator
from typing import Any, TypeVar, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.logging import get_run_logger
from prefect.utilities.annotations import quote

from extractors.problems import Problem
from flows import reporting, stages
from store.model import Receipt

_T = TypeVar("_T")


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def plan(sources: list[str], sources_file: str) -> tuple[list[str], list[Problem]]:
    """Returns the places to read and what was not found."""
    return stages.plan(sources, sources_file)


@task(retries=2, retry_delay_seconds=[2, 10], retry_jitter_factor=0.5, cache_policy=NO_CACHE)
def read(places: list[str], processes: int) -> list[stages.Reading]:
    """Returns what stands at each place of a batch."""
    return list(stages.read_many(places, processes=processes))


@task(retries=3, retry_delay_seconds=[1, 5, 20], retry_jitter_factor=0.5, cache_policy=NO_CACHE)
def record(db: str, readings: list[stages.Reading], reason: str) -> Receipt:
    """Writes a batch to the ledger as one version."""
    return stages.record(db, readings, reason=reason)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def reconcile(db: str) -> reporting.Summary:
    """Returns what agrees and what is disputed in the whole ledger."""
    return stages.reconcile(db)


@task(cache_policy=NO_CACHE)
def report(summary: reporting.Summary) -> None:
    """Leaves the summary as artifacts of the run."""
    create_markdown_artifact(reporting.markdown(summary), key="ingest-summary", description="What the run did")
    rows = [{"metric": metric, "claims": claims} for metric, claims in summary["by_metric"].items()]
    create_table_artifact(rows, key="ingest-claims-by-metric", description="Claims in what was read")


@flow(description="Reads articles into a claim ledger.")
def ingest(
    sources: list[str], db: str, sources_file: str = "", batch_size: int = stages.BATCH, processes: int = 0
) -> dict[str, Any]:
    """Reads the sources into the ledger and returns the summary of the run.

    Args:
        sources: Files, folders, globs, URLs, or names from the sources file.
        db: SQLAlchemy URL of the ledger.
        sources_file: Path of the sources file; "" for the one of the package.
        batch_size: Documents in one task.
        processes: Worker processes in one task; 0 decides by the amount.
    """
    places, problems = plan(sources, sources_file)
    summary = reporting.empty_summary(problems)
    for readings in _read_ahead(list(stages.batches(places, batch_size)), processes):
        receipt = record(db, _whole(readings), stages.reason_for(sources))
        summary = reporting.add_batch(summary, readings, receipt)
    summary |= reconcile(db)
    report(_whole(summary))
    get_run_logger().info("%s", reporting.one_line(summary))
    return summary


def _read_ahead(batches: list[list[str]], processes: int) -> Iterator[list[stages.Reading]]:
    """Yields what the batches hold, in order; the next one is being read while the caller works on the last."""
    under_way: PrefectFuture[list[stages.Reading]] | None = None
    for batch in batches:
        done, under_way = under_way, read.submit(_whole(batch), processes)
        if done is not None:
            yield done.result()
    if under_way is not None:
        yield under_way.result()


def _whole(value: _T) -> _T:
    """Returns a value marked so that Prefect does not search it for futures, which costs more than reading it."""
    return cast(_T, quote(value))
