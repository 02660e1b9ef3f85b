"""The web application where a person decides: `create_app` makes it, `claims review` serves it on loopback.

Everything in the pages comes from articles by strangers. Every text is escaped by the templates, and a strict policy
allows one script, our own; what changes the ledger is a form with a secret that no page elsewhere can know. The pages
work without the script, which adds the keys.
"""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from review.accounts import AccountError, Accounts
from review.conflict_pages import conflict_routes
from review.desk import HERE, Desk
from review.document_pages import document_routes
from review.entity_pages import entity_routes
from review.sign_in import gate, sign_in_routes
from review.version_pages import version_routes
from store.errors import JudgementError, StoreError, UnknownError
from store.ledger import Ledger

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_app(
    db: str, *, author: str = "reviewer", hosts: Sequence[str] = LOOPBACK, accounts: Accounts | None = None
) -> FastAPI:
    """Returns the application for one ledger.

    Args:
        db: SQLAlchemy URL of the ledger.
        author: Who decides when nobody has to sign in; every decision carries the name.
        hosts: Names under which it answers; a page elsewhere cannot reach it under a name of its own.
        accounts: Those who may sign in; nobody has to without them.

    Raises:
        StoreError: There is no ledger at the URL.
    """
    desk = Desk(Ledger.open(db, create=False), "" if accounts else author)
    app = FastAPI(title="claimledger", docs_url=None, redoc_url=None)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    if accounts is not None:
        app.include_router(sign_in_routes(desk, accounts))
        app.middleware("http")(gate(accounts, lambda request, status, why: refused(desk, request, status, why)))
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    for routes in (conflict_routes, entity_routes, document_routes, version_routes):
        app.include_router(routes(desk))

    @app.middleware("http")
    async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(HEADERS)
        if request.url.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-cache"
        return response

    @app.exception_handler(StoreError)
    async def store_failed(request: Request, error: StoreError) -> Response:
        return refused(desk, request, _status(error), str(error))

    @app.exception_handler(AccountError)
    async def accounts_failed(request: Request, error: AccountError) -> Response:
        return refused(desk, request, 503, str(error))

    @app.exception_handler(StarletteHTTPException)
    async def http_failed(request: Request, error: HTTPException) -> Response:
        return refused(desk, request, error.status_code, str(error.detail))

    return app


def refused(desk: Desk, request: Request, status: int, message: str) -> Response:
    """Returns a refusal in the form in which the question was asked."""
    if request.url.path.endswith(".json"):
        return JSONResponse({"error": message}, status_code=status)
    return desk.page(request, "error.html", {"message": message}, status)


def _status(error: StoreError) -> int:
    if isinstance(error, UnknownError):
        return 404
    return 409 if isinstance(error, JudgementError) else 503
