"""How many examples Hypothesis draws, and how the growth of time is measured."""

import os
import time
from collections.abc import Callable

import pytest
from hypothesis import settings

TIMES = 16
"""How much longer the longer text is; work that grows with the square takes 256 times as long."""

settings.register_profile("fast", max_examples=40, deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=300, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@pytest.fixture(scope="session")
def is_linear() -> Callable[..., bool]:
    """Tells whether sixteen times the text takes less than forty times the processor time, the best of a few tries."""

    def seconds(read: Callable[[str], object], text: str) -> float:
        start = time.process_time()
        read(text)
        return time.process_time() - start

    def compare(read: Callable[[str], object], piece: str, *, count: int) -> bool:
        seconds(read, piece * count)
        limit = 2.5 * TIMES * max(0.001, min(seconds(read, piece * count) for _ in range(3)))
        return any(seconds(read, piece * count * TIMES) < limit for _ in range(3))

    return compare
