"""The desk of one reviewer: the ledger, what stands open in it, and the secret that the forms carry."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import HTTPException, Request, Response
from fastapi.templating import Jinja2Templates

from store.ledger import Ledger
from store.model import ConflictSet, Decision
from store.track_records import TrackRecords

HERE = Path(__file__).parent
LONGEST_FORM = 256 * 1024
RECENT = 10
# A larger ledger is not read whole for one card: its sources count as equally reliable there.
MOST_LEARNED = 20_000


@dataclass(frozen=True, slots=True)
class Form:
    """What a form sent, after its secret was checked.

    Attributes:
        fields: Values by name.
        author: Who sent it.
    """

    fields: Mapping[str, list[str]]
    author: str

    def one(self, name: str) -> str:
        """Returns the last value of a field, "" where there is none."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """Returns the last value of a field with the blanks at its ends, "" where there is none."""
        return self.fields.get(name, [""])[-1]

    def all(self, name: str) -> list[str]:
        """Returns every value of a field."""
        return self.fields.get(name, [])


@dataclass(slots=True)
class Desk:
    """What the pages share. A version is reconciled once, and its sources are weighed once.

    Attributes:
        ledger: The ledger.
        author: Who decides here when nobody has to sign in.
        token: Secret from which the one is made that every form must send back; a page elsewhere cannot know it.
    """

    ledger: Ledger
    author: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    templates: Jinja2Templates = field(default_factory=lambda: Jinja2Templates(HERE / "templates"))
    _lock: Lock = field(default_factory=Lock)
    _conflicts: tuple[int, tuple[ConflictSet, ...]] = (0, ())
    _records: tuple[int, TrackRecords | None] = (0, None)

    def head(self) -> int:
        """Returns the number of the last version, 0 in an empty ledger."""
        versions = self.ledger.log()
        return versions[-1].number if versions else 0

    def conflicts(self) -> tuple[ConflictSet, ...]:
        """Returns all conflicts of the last version, the gravest first."""
        with self._lock:
            head = self.head()
            if head and self._conflicts[0] != head:
                self._conflicts = (head, tuple(self.ledger.conflicts(version=head)))
            return self._conflicts[1]

    def conflict(self, conflict_id: str) -> ConflictSet:
        """Returns a conflict of the last version.

        Raises:
            HTTPException: None has that id.
        """
        for conflict in self.conflicts():
            if conflict.id == conflict_id:
                return conflict
        raise HTTPException(
            404,
            "No conflict has this id: a decision settled it (undo it to see it), or its sources changed.",
        )

    def records(self) -> TrackRecords:
        """Returns how far the sources can be trusted as of the last version."""
        with self._lock:
            head = self.head()
            number, records = self._records
            if records is None or number != head:
                records = self.ledger.reliability(most=MOST_LEARNED)
                self._records = (head, records)
            return records

    def who(self, request: Request) -> str:
        """Returns the name of who asks."""
        account = getattr(request.state, "account", None)
        return account.name if account else self.author

    def secret(self, request: Request) -> str:
        """Returns the secret of the forms of a session."""
        session = getattr(request.state, "session", "")
        return hmac.new(self.token.encode(), session.encode(), sha256).hexdigest()

    def recent(self) -> list[Decision]:
        """Returns the last decisions that stand, the newest first."""
        return self.ledger.decisions()[: -RECENT - 1 : -1]

    def page(
        self, request: Request, template: str, context: dict[str, Any], status: int = 200, media_type: str = "text/html"
    ) -> Response:
        """Returns a page of a template."""
        account = getattr(request.state, "account", None)
        shared = {
            "token": self.secret(request),
            "author": self.who(request),
            "account": account,
            "twin": _twin(request),
        }
        return self.templates.TemplateResponse(request, template, shared | context, status, media_type=media_type)

    async def form(self, request: Request) -> Form:
        """Returns what a form of ours sent.

        Raises:
            HTTPException: It comes from elsewhere, from before the last start, or is too long.
        """
        origin = request.headers.get("origin")
        if origin and urlsplit(origin).netloc != request.headers.get("host"):
            raise HTTPException(403, "This form was sent from another site.")
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > LONGEST_FORM:
                raise HTTPException(413, "This form is too long.")
        try:
            fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=2000)
        except ValueError as error:
            raise HTTPException(400, "This form cannot be read.") from error
        form = Form(fields, self.who(request))
        if not hmac.compare_digest(form.one("token").encode(), self.secret(request).encode()):
            raise HTTPException(403, "This page is older than the server: go back, load it again and repeat.")
        return form


def _twin(request: Request) -> str:
    """Returns the address of a page for programs."""
    path = request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{'/conflicts' if path == '/' else path}.json{query}"
