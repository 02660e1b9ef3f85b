"""The door: who is not signed in sees the sign-in page only, and a reader changes nothing."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from review.accounts import SESSION_SECONDS, AccountError, Accounts, Role, TooManyTriesError
from review.desk import Desk, Form

COOKIE = "claimledger_session"
OPEN = ("/sign-in",)

Next = Callable[[Request], Awaitable[Response]]
Refuse = Callable[[Request, int, str], Response]


def gate(accounts: Accounts, refuse: Refuse) -> Callable[[Request, Next], Awaitable[Response]]:
    """Returns the middleware that lets those with an account pass."""

    async def pass_through(request: Request, call_next: Next) -> Response:
        path = request.url.path
        if path in OPEN or path.startswith("/static/"):
            return await call_next(request)
        cookie = request.cookies.get(COOKIE, "")
        try:
            account = accounts.of(cookie)
        except AccountError as error:
            return refuse(request, 503, str(error))
        if account is None:
            if path.endswith(".json") or request.method not in ("GET", "HEAD"):
                return refuse(request, 401, "Sign in first.")
            then = f"{path}?{request.url.query}" if request.url.query else path
            return RedirectResponse(f"/sign-in?{urlencode({'then': then})}", status_code=303)
        request.state.account, request.state.session = account, cookie
        if request.method not in ("GET", "HEAD") and account.role is Role.READER and path != "/sign-out":
            return refuse(request, 403, "Your account reads; it does not decide.")
        return await call_next(request)

    return pass_through


def sign_in_routes(desk: Desk, accounts: Accounts) -> APIRouter:
    """Returns the routes by which people come and go."""
    routes = APIRouter(include_in_schema=False)
    sent = Depends(desk.form)

    @routes.get("/sign-in", response_class=HTMLResponse)
    def ask(request: Request, then: str = "/") -> Response:
        return desk.page(request, "sign_in.html", {"then": then})

    @routes.post("/sign-in", response_class=HTMLResponse)
    def sign_in(request: Request, form: Annotated[Form, sent]) -> Response:
        address = request.client.host if request.client else ""
        try:
            cookie = accounts.sign_in(form.one("name"), form.raw("password"), address)
        except TooManyTriesError as error:
            raise HTTPException(429, str(error)) from error
        if cookie is None:
            shown = {"then": form.one("then"), "name": form.one("name"), "wrong": True}
            return desk.page(request, "sign_in.html", shown, 401)
        answer = RedirectResponse(_own(form.one("then")), status_code=303)
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, cookie, SESSION_SECONDS, httponly=True, samesite="strict", secure=secure)
        return answer

    @routes.post("/sign-out", dependencies=[sent])
    def sign_out() -> Response:
        answer = RedirectResponse("/sign-in", status_code=303)
        answer.delete_cookie(COOKIE)
        return answer

    return routes


def _own(path: str) -> str:
    """Returns a path of these pages as it is; an address elsewhere becomes the queue.

    >>> _own("/entities?q=a"), _own("//evil.example"), _own("https://evil.example"), _own("/\\\\evil.example")
    ('/entities?q=a', '/', '/', '/')
    """
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() else "/"
