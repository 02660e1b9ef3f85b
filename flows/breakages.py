"""Says of a source that cannot be read which one it is, since when, and what to try."""

from dataclasses import replace
from datetime import datetime

from extractors.problems import Problem
from store.sources import Source
from store.targets import Fetch

LIST = ":list"
"""Source of the rows that speak of a list itself; no source of a file can have that name."""

_MOUNT = "check the path; a network drive may not be mounted"
_OWNER = "the site does not let programs in there; ask its owner, or take the source out"
_MOVED = "open the address in a browser; it may have moved (claims sources remove, then add)"
_ADVICE = {
    "not-found": _MOUNT,
    "empty-folder": _MOUNT,
    "http-401": _OWNER,
    "http-403": _OWNER,
    "robots": _OWNER,
    "http-404": _MOVED,
    "http-410": _MOVED,
    "no-list": _MOVED,
    "private-address": "set private = true for this source if the address is yours",
    "bad-url": "check the spelling of the address",
}
_LATER = "it is tried again at the next run"


def broken(source: Source, problem: Problem, before: Fetch | None, now: datetime) -> tuple[Problem, Fetch]:
    """Returns the problem in full, and what to keep of it until the next run.

    Args:
        source: The source.
        problem: What is wrong with it.
        before: What was known of it.
        now: Aware UTC time.
    """
    row = before or Fetch(source.location, LIST)
    since = row.failing_since or now
    kept = replace(row, source=LIST, checked_at=now, failing_since=since, problem=f"{problem.code}: {problem.message}")
    name = source.id or source.location
    message = problem.message if problem.message.startswith(name) else f"{name}: {problem.message}"
    if since < now:
        message += f"; since {since:%Y-%m-%d %H:%M} UTC"
    told = f"{message}; {_ADVICE.get(problem.code, _LATER)}"
    return Problem(name, problem.code, told), kept


def well(fetch: Fetch, now: datetime) -> Fetch:
    """Returns what is known of a place that was looked at and is there."""
    return replace(fetch, checked_at=now, misses=0, failing_since=None, problem="")
