"""Shows how far a run is, and lets a person end it after the batch under way."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

LINE_SECONDS = 10.0
"""Time between two lines where nobody watches a bar."""

Step = Callable[[dict[str, Any], int], None]


@contextmanager
def showing_progress() -> Iterator[Step]:
    """Yields what to call after each batch with the summary so far and the number of all documents.

    Shows a bar with documents a second and the time left on a terminal, a line now and then in a pipe.
    """
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[told]}"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, told="")
        start = time.monotonic()

        def step(summary: dict[str, Any], total: int) -> None:
            told = _told(summary, time.monotonic() - start)
            bar.update(task, completed=_done(summary, total), total=total, told=told)

        yield step


def _lines() -> Step:
    start = last = time.monotonic()

    def step(summary: dict[str, Any], total: int) -> None:
        nonlocal last
        now = time.monotonic()
        done = _done(summary, total)
        if now - last < LINE_SECONDS or done >= total:
            return
        last = now
        left = (now - start) / max(summary["done"], 1) * (total - done)
        told = _told(summary, now - start)
        print(f"claims: {done} of {total} documents, {told}, about {left:.0f} s to go", file=sys.stderr, flush=True)

    return step


def _done(summary: dict[str, Any], total: int) -> int:
    counts: dict[str, int] = summary["counts"]
    return min(counts["documents"] + counts["failed"] + counts["gone"], total)


def _told(summary: dict[str, Any], seconds: float) -> str:
    rate = summary["done"] / max(seconds, 0.001)
    return f"{rate:.0f} a second, {summary['claims']} claims, {len(summary['problems'])} problems"


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Yields what tells whether Ctrl-C was pressed: the first one ends a run after its batch, the second at once."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def ask(_number: int, _frame: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        print("claims: stopping after this batch (Ctrl-C again stops at once)", file=sys.stderr, flush=True)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
