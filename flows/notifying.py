"""Sends grave news to where the user wants it: any service that Apprise speaks to, by CLAIMS_NOTIFY."""

import os
import sys
from typing import Any

from flows.concluding import grave_news

MOST_LINES = 10


def notify(summary: dict[str, Any]) -> bool:
    """Sends the grave news of a run to the URLs of CLAIMS_NOTIFY; returns whether something was sent.

    A service that cannot be reached is said on standard error and never fails a run.
    """
    urls = os.environ.get("CLAIMS_NOTIFY", "").split()
    lines = grave_news(summary) if urls else []
    if not lines:
        return False
    import apprise  # takes half a second

    sender = apprise.Apprise()
    refused = [url for url in urls if not sender.add(url)]
    more = [f"and {len(lines) - MOST_LINES} more: claims report {summary['run']}"] if len(lines) > MOST_LINES else []
    title = f"claims: run {summary['run']}"
    sent = bool(sender) and bool(sender.notify(title=title, body="\n".join([*lines[:MOST_LINES], *more])))
    if refused or not sent:
        print("claims: CLAIMS_NOTIFY: not everything could be sent", file=sys.stderr)
    return sent
