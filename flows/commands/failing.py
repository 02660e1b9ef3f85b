"""Turns what went wrong into one line for a person, without passwords."""

import os
import re
import sys
import traceback

_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@/\s]*@")
_FORESEEN = ("extractors", "store", "review", "sqlalchemy", "httpx", "httpcore", "prefect", "alembic")


def mask(text: str) -> str:
    """Returns a text with the passwords of its URLs hidden.

    >>> mask("cannot reach postgresql://me:secret@db/claims")
    'cannot reach postgresql://me:***@db/claims'
    """
    return _PASSWORD.sub(r"\1:***@", text)


def explain_failure(error: Exception) -> int:
    """Prints what failed to stderr and returns the exit status: 2 for wrong usage, else 1."""
    if os.environ.get("CLAIMS_DEBUG"):
        traceback.print_exception(error)
    foreseen = isinstance(error, (OSError, ValueError)) or type(error).__module__.split(".")[0] in _FORESEEN
    words = str(error).strip().splitlines()
    name = "" if foreseen and words else f"{type(error).__name__}: "
    print(f"claims: {name}{mask(words[0] if words else '')}".rstrip(": "), file=sys.stderr)
    if not foreseen:
        print("claims: this was not foreseen; CLAIMS_DEBUG=1 shows where it happened", file=sys.stderr)
    return 1
