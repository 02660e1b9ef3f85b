"""The web page where a person looks at conflicts: `create_app` makes it, `claims review` serves it on loopback.

Everything in the pages comes from articles by strangers, so the pages run no script at all: a strict policy forbids it,
and every text is escaped by the templates.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.middleware.trustedhost import TrustedHostMiddleware

from review.wording import qualifier_words, quote_in_sentence, relation_words, short_name, value_words
from store.errors import StoreError
from store.ledger import Ledger
from store.model import ConflictSet, Severity, Statement

HERE = Path(__file__).parent
PAGE_SIZE = 25
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(db: str, *, hosts: Sequence[str] = LOOPBACK) -> FastAPI:
    """Returns the application for one ledger.

    Args:
        db: SQLAlchemy URL of the ledger.
        hosts: Names under which it answers; a page elsewhere cannot reach it under a name of its own.

    Raises:
        StoreError: There is no ledger at the URL.
    """
    ledger = Ledger.open(db, create=False)
    app = FastAPI(title="claimledger", docs_url=None, redoc_url=None, openapi_url=None)
    templates = Jinja2Templates(HERE / "templates")
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))

    @app.middleware("http")
    async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(HEADERS)
        return response

    @app.exception_handler(StoreError)
    async def store_failed(request: Request, error: StoreError) -> Response:
        return templates.TemplateResponse(request, "error.html", {"message": str(error)}, status_code=503)

    @lru_cache(maxsize=1)
    def conflicts_of(version: int) -> list[ConflictSet]:
        return ledger.conflicts(status="open", version=version)

    def open_conflicts() -> list[ConflictSet]:
        """Returns the open conflicts of the last version; a version is reconciled once."""
        versions = ledger.log()
        return conflicts_of(versions[-1].number) if versions else []

    @app.get("/", response_class=HTMLResponse)
    def page(request: Request, severity: str = "", metric: str = "", page: int = Query(1, ge=1)) -> Response:
        shown = conflict_list(open_conflicts(), severity, metric, page)
        return templates.TemplateResponse(request, "conflicts.html", shown)

    @app.get("/conflicts.json")
    def listing(severity: str = "", metric: str = "") -> JSONResponse:
        return JSONResponse([c.record() for c in open_conflicts() if _wanted(c, severity, metric)])

    @app.get("/conflicts/{conflict_id}", response_class=HTMLResponse)
    def single(request: Request, conflict_id: str) -> Response:
        found = [conflict for conflict in open_conflicts() if conflict.id == conflict_id]
        if not found:
            gone = {"message": "No open conflict has this id; it may have been decided, or its sources changed."}
            return templates.TemplateResponse(request, "error.html", gone, status_code=404)
        return templates.TemplateResponse(request, "conflict.html", {"conflict": conflict_view(found[0])})

    return app


def conflict_list(conflicts: Sequence[ConflictSet], severity: str, metric: str, page: int) -> dict[str, Any]:
    """Returns what the list shows: one page of conflicts, the gravest first, and the counts to filter by."""
    wanted = [conflict for conflict in conflicts if _wanted(conflict, severity, metric)]
    first = (page - 1) * PAGE_SIZE
    return {
        "conflicts": [conflict_view(conflict) for conflict in wanted[first : first + PAGE_SIZE]],
        "total": len(conflicts),
        "found": len(wanted),
        "severities": _severities(conflict.severity for conflict in conflicts if _wanted(conflict, "", metric)),
        "metrics": _counts(conflict.metric for conflict in conflicts if _wanted(conflict, severity, "")),
        "severity": severity,
        "metric": metric,
        "page": page,
        "pages": max(1, -(-len(wanted) // PAGE_SIZE)),
    }


def conflict_view(conflict: ConflictSet) -> dict[str, Any]:
    """Returns a conflict as the templates show it."""
    several = len({statement.claim.subject.id for statement in conflict.claims}) > 1
    return {
        "id": conflict.id,
        "relation": relation_words(conflict.relation),
        "severity": conflict.severity.value,
        "subject": conflict.subject_name,
        "metric": conflict.metric.replace("_", " "),
        "reason": conflict.reason,
        "status": conflict.status,
        "sides": [side_view(statement) for statement in conflict.claims],
        "several": several,
    }


def side_view(statement: Statement) -> dict[str, Any]:
    """Returns one statement as the templates show it."""
    claim = statement.claim
    before, quote, after = quote_in_sentence(statement)
    return {
        "id": claim.id,
        "subject": claim.subject.name,
        "value": value_words(claim),
        "qualifiers": [qualifier_words([pair]) for pair in claim.qualifiers if pair[0] != "per"],
        "before": before,
        "quote": quote,
        "after": after,
        "row": claim.evidence.row,
        "column": claim.evidence.column,
        "source": short_name(claim.document),
        "link": claim.document if claim.document.startswith(("https://", "http://")) else "",
        "uri": claim.document,
        "title": statement.document_title,
        "published": statement.published.text if statement.published else "",
        "as_of": claim.as_of.text if claim.as_of else "",
        "as_of_basis": claim.as_of_basis.value,
        "status": claim.status.value,
        "attributed_to": claim.attributed_to or "",
    }


def _wanted(conflict: ConflictSet, severity: str, metric: str) -> bool:
    return severity in ("", conflict.severity.value) and metric in ("", conflict.metric)


def _severities(values: Iterable[Severity]) -> list[tuple[str, int]]:
    counts = Counter(values)
    return [(severity.value, counts[severity]) for severity in Severity if counts[severity]]


def _counts(values: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(values).most_common()
