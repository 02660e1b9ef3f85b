"""How many examples Hypothesis draws: few and the same each time (`fast`), or many and new ones (`thorough`, in CI)."""

import os

from hypothesis import settings

settings.register_profile("fast", max_examples=40, deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=300, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
