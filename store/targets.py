"""What a run is to read, what it knows of it from earlier runs, and what came of it: values without a database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from extractors.model import Extraction
from extractors.problems import Problem
from store.sources import Source

AD_HOC = Source("", "file", "")
"""Settings of what was named on the command line and stands in no sources file."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """What is known of one place from the last time it was looked at; the memory between runs.

    Attributes:
        place: URL, `file://` or `mid:` URI: the identity of the document there, or of a list such as a feed.
        source: Id of the source that lists it, or what was named on the command line.
        file: URI of the archive that holds it, "" when it stands by itself.
        digest: SHA-256 of the bytes as fetched, "" before the first time.
        etag: As the server gave it.
        last_modified: As the server gave it.
        size: Of the file, or of the part of an archive.
        modified_ns: Modification time of the file.
        stamp: When a feed or sitemap says that the article was last changed, in its own words.
        canonical: Where the article says that it stands, or where redirects led.
        copy_of: Place under which the same article was read before, "" when this is it.
        media_type: As the server gave it.
        published: Date that the feed, mail or archive gives.
        publisher: As the feed gives it.
        modified: When the article was last changed, as it says itself.
        modified_basis: Where that was taken from.
        misses: Runs in a row that did not find it.
        gone: True after its tombstone.
        checked_at: When it was last asked for.
        fetched_at: When its bytes last came.
        failing_since: When it first could not be read, None when all is well.
        problem: Code and message of the last failure.
        body: Text worth keeping whole, such as robots rules.
    """

    place: str
    source: str = ""
    file: str = ""
    digest: str = ""
    etag: str = ""
    last_modified: str = ""
    size: int = 0
    modified_ns: int = 0
    stamp: str = ""
    canonical: str = ""
    copy_of: str = ""
    media_type: str = ""
    published: str = ""
    publisher: str = ""
    modified: str = ""
    modified_basis: str = ""
    misses: int = 0
    gone: bool = False
    checked_at: datetime | None = None
    fetched_at: datetime | None = None
    failing_since: datetime | None = None
    problem: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A place that a run is to read.

    Attributes:
        fetch: What is known of it; the digest, validators and sizes are those of the last time.
        source: Its settings.
        data: Its bytes, where the run has them already.
        start: Where it begins in its archive.
        length: How long it is in its archive.
        kind: Kind of archive that holds it: `mail`, `jsonl`, `warc`, or "".
    """

    fetch: Fetch
    source: Source = AD_HOC
    data: bytes | None = None
    start: int = 0
    length: int = 0
    kind: str = ""

    @property
    def place(self) -> str:
        """Identity of the document."""
        return self.fetch.place


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one target.

    Attributes:
        fetch: What is known of the place now.
        extraction: The document and its claims; None when it is unchanged or could not be read.
        data: Its bytes.
        problem: Why it could not be read.
        before: Digest of its bytes the last time, "" when it is new.
    """

    fetch: Fetch
    extraction: Extraction | None = None
    data: bytes = b""
    problem: Problem | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do.

    Attributes:
        targets: What to read.
        seen: What was learned of places while planning: lists, archives, misses.
        gone: Places whose documents are to get a tombstone.
        unchanged: Number of places that need no look.
        problems: Sources that could not be listed.
    """

    targets: tuple[Target, ...] = ()
    seen: tuple[Fetch, ...] = ()
    gone: tuple[str, ...] = ()
    unchanged: int = 0
    problems: tuple[Problem, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Run:
    """What one run reported.

    Attributes:
        number: Counted from 1.
        started_at: When it began.
        finished_at: When it ended.
        report: As `claims report --format json` prints it.
    """

    number: int
    started_at: datetime
    finished_at: datetime
    report: dict[str, Any]
