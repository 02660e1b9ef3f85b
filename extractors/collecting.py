"""Pauses the collector of cyclic garbage where thousands of values are built and none of them refers to itself."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pauses the collector and lets it go on afterwards, where it was on.

    It would go through all values of a document again and again while they grow in number: a seventh of the time on
    65,000 words, and more the longer the text. What is dropped on the way is freed by its count of references.

    >>> with collector_paused():
    ...     gc.isenabled()
    False
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
