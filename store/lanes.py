"""Processes that work beside the one that asked, for checks of a large ledger.

Threads do not do: two of them in one process wait for each other inside SQLite at every piece of memory. A helper is
this module run by a Python of its own, tasks and results go through its pipes: a caller needs no guarded main module.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from typing import Any, Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

COMMAND = "from store.lanes import serve; serve()"


class Helper:
    """A process that does tasks, one at a time.

    Args:
        make: Importable context manager; of `context` it makes what does the tasks, or None where it cannot.
        context: What `make` is given.
    """

    def __init__(self, make: Callable[[Any], AbstractContextManager[Any]], context: Any) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self._send((make, context))

    def _send(self, value: Any) -> None:
        with suppress(OSError):  # one that has died is found out by its silence
            pipe: Any = self._process.stdin
            pickle.dump(value, pipe)
            pipe.flush()

    def do(self, task: Any) -> Any:
        """Returns what a task led to; None when the helper cannot do it, or is gone."""
        self._send(task)
        pipe: Any = self._process.stdout
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            return pickle.load(pipe)
        return None

    def close(self) -> None:
        """Ends the process."""
        with suppress(OSError):
            self._process.communicate()


def serve() -> None:
    """Does the tasks that come in until there are no more: the life of a helper."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but results may go down the pipe
    make, context = pickle.load(source)
    with make(context) as do, suppress(EOFError):
        while True:
            task = pickle.load(source)
            pickle.dump(do(task) if do else None, target)
            target.flush()


class Lanes(Generic[Task, Result]):
    """Does tasks here and in helpers at once.

    Args:
        here: Does a task in this process.
        helpers: Those to do tasks besides.
    """

    def __init__(self, here: Callable[[Task], Result], helpers: Sequence[Helper]) -> None:
        self._here, self._helpers = here, helpers

    def run(self, tasks: Sequence[Task]) -> list[Result]:
        """Returns the results in the order of the tasks; what a helper could not do is done here."""
        waiting = deque(enumerate(tasks))
        results: dict[int, Result | None] = {}

        def work(do: Callable[[Task], Result | None]) -> None:
            while waiting:
                with suppress(IndexError):  # another lane took the last one
                    position, task = waiting.popleft()
                    results[position] = do(task)

        with ThreadPoolExecutor(max(1, len(self._helpers))) as pool:
            beside = [pool.submit(work, helper.do) for helper in self._helpers]
            work(self._here)
            for future in beside:
                future.result()
        for position, result in list(results.items()):
            if result is None:
                results[position] = self._here(tasks[position])
        return [found for _, found in sorted(results.items()) if found is not None]
