"""Decides what a feed, a sitemap or a single URL asks a run to read.

An article of a list is asked for when the list says that it changed, when it could not be read the last time, or when
it has not been asked for in a while: the longer a page has not changed, the longer the while. Rejected: asking for each
article at each run, which costs a request for every article ever listed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from extractors.feeds import Entry, FeedError, Listing, entry_page
from extractors.problems import Problem
from flows.breakages import LIST, broken, well
from flows.listing import read_listing
from flows.web.asking import Answer, Web
from store.sources import Source
from store.targets import Fetch, Plan, Target

if TYPE_CHECKING:
    from store.fetches import Fetches

SLOWER_DAYS = 4.0
"""A page unchanged for ten times as long is asked for a tenth as often as a new one."""
DEEPEST = 2


def plan_web(source: Source, memory: "Fetches | None", web: Web, now: datetime, *, again: bool = False) -> Plan:
    """Returns what a source of the web asks a run to do."""
    known = memory.of_source(source.id) if memory and source.id else {}
    return _Lists(source, memory, web, now, known, again=again).plan()


@dataclass(slots=True)
class _Lists:
    """The lists of one source in one run."""

    source: Source
    memory: "Fetches | None"
    web: Web
    now: datetime
    known: dict[str, Fetch]
    again: bool = False
    seen: list[Fetch] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def plan(self) -> Plan:
        """Returns what to read."""
        url = self.source.location
        before = self._recall([url]).get(url)
        if self.source.kind == "url" and before is not None and before.digest and before.source != LIST:
            return Plan((Target(self._fetch(url), self.source),))
        answer = self._ask(url)
        if answer is None:
            if self.source.kind == "url":
                self.seen = [replace(fetch, source=LIST) for fetch in self.seen]
            return self._plan((), frozenset())
        listing = self._read(answer, url)
        if listing is None and self.source.kind == "url" and answer.status == 200:
            self.seen = [fetch for fetch in self.seen if fetch.place != url]
            return Plan((self._page(url, answer),), tuple(self.seen))
        entries = list(self._entries(listing, 0)) if listing is not None else []
        self.known |= self._recall(entry.url for entry in entries if entry.url not in self.known)
        return self._plan(self._targets(entries), frozenset(entry.url for entry in entries))

    def _plan(self, targets: Iterable[Target], listed: frozenset[str]) -> Plan:
        found = {target.place: target for target in targets}
        for place, fetch in self.known.items():
            if place not in listed and not fetch.gone and fetch.source == self.source.id and self._due(fetch):
                found[place] = Target(fetch, self.source)
        unchanged = sum(
            bool(fetch.digest) and not fetch.gone for place, fetch in self.known.items() if place not in found
        )
        return Plan(tuple(found.values()), tuple(self.seen), unchanged=unchanged, problems=tuple(self.problems))

    def _recall(self, places: Iterable[str]) -> dict[str, Fetch]:
        return self.memory.of_places(places) if self.memory else {}

    def _fetch(self, place: str) -> Fetch:
        before = self._recall([place]).get(place) or Fetch(place)
        if self.again:
            before = replace(before, etag="", last_modified="", digest="")
        return replace(before, source=self.source.id) if before.source in ("", LIST) else before

    def _ask(self, url: str) -> Answer | None:
        """Returns a list as it is now or a 304, None where it cannot be had; keeps what was learned of it."""
        before = self._recall([url]).get(url)
        asked = before if before is not None and not self.again else Fetch(url, LIST)
        got = self.web.get(url, self.source, etag=asked.etag, last_modified=asked.last_modified)
        if isinstance(got, Problem):
            self._break(got, before)
            return None
        row = well(replace(asked, source=LIST), self.now)
        if got.status == 200:
            row = replace(
                row,
                etag=got.etag,
                last_modified=got.last_modified,
                digest=sha256(got.data).hexdigest(),
                fetched_at=self.now,
            )
        self.seen.append(row)
        return got

    def _break(self, problem: Problem, before: Fetch | None) -> None:
        told, kept = broken(self.source, problem, before, self.now)
        self.problems.append(told)
        self.seen.append(kept)

    def _read(self, answer: Answer, url: str) -> Listing | None:
        """Returns what a list holds; an empty list for one that is as it was or is none, told as a problem."""
        if answer.status == 304:
            return Listing()
        try:
            return read_listing(answer.data, self.source, url, answer.media_type)
        except FeedError as error:
            self.seen = [fetch for fetch in self.seen if fetch.place != url]
            self._break(Problem(url, "no-list", str(error)), self._recall([url]).get(url))
            return Listing()

    def _entries(self, listing: Listing, depth: int) -> Iterator[Entry]:
        yield from (replace(entry, title=entry.title or listing.title) for entry in listing.entries)
        if depth < DEEPEST:
            for url in listing.further:
                answer = self._ask(url)
                further = self._read(answer, url) if answer is not None else None
                if further is not None:
                    yield from self._entries(further, depth + 1)

    def _page(self, url: str, answer: Answer) -> Target:
        fetch = replace(
            self._fetch(url),
            etag=answer.etag,
            last_modified=answer.last_modified,
            media_type=answer.media_type,
            canonical=answer.url if answer.url != url else "",
        )
        return Target(fetch, self.source, answer.data)

    def _targets(self, entries: Iterable[Entry]) -> Iterator[Target]:
        for entry in entries:
            before = self.known.get(entry.url) or Fetch(entry.url)
            fetch = replace(before, stamp=entry.changed, published=entry.published or before.published)
            if fetch.source in ("", LIST) or ":" in fetch.source:
                fetch = replace(fetch, source=self.source.id)
            if self.source.entries == "feed" and entry.html:
                data = entry_page(entry, self.source.publisher)
                if self.again or before.gone or sha256(data).hexdigest() != before.digest:
                    yield Target(replace(fetch, media_type="text/html"), self.source, data)
            elif self._due(before) or (entry.changed and entry.changed != before.stamp):
                yield Target(fetch, self.source)

    def _due(self, fetch: Fetch) -> bool:
        """Returns whether a page is to be asked for though its list says nothing new of it."""
        if self.again or not fetch.digest or (fetch.failing_since is not None and not fetch.gone):
            return True
        hours = self.source.recheck_hours
        if fetch.gone or not hours or fetch.checked_at is None or fetch.fetched_at is None:
            return False
        if self.source.entries == "feed":
            return False
        settled = (fetch.checked_at - fetch.fetched_at) / timedelta(days=SLOWER_DAYS)
        return self.now - fetch.checked_at >= timedelta(hours=hours) * max(1.0, settled)
