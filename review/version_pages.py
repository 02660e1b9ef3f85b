"""Pages of versions: the log of the ledger, and what differs between any two."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from review.desk import Desk
from review.evidence import statement_view
from review.records import change_record, version_record

PAGE_SIZE = 100
MOST_SHOWN = 500
Number = Annotated[int, Query(ge=1)]


def version_routes(desk: Desk) -> APIRouter:
    """Returns the routes of the log and of the differences."""
    routes = APIRouter()

    @routes.get("/versions", response_class=HTMLResponse, include_in_schema=False)
    def log(request: Request, page: Number = 1) -> Response:
        versions = desk.ledger.log()[::-1]
        first = (page - 1) * PAGE_SIZE
        pages = max(1, -(-len(versions) // PAGE_SIZE))
        shown = {"versions": versions[first : first + PAGE_SIZE], "page": page, "pages": pages, "head": desk.head()}
        return desk.page(request, "versions.html", shown)

    @routes.get("/versions.json")
    def log_twin() -> JSONResponse:
        """Returns all versions, the first one first."""
        return JSONResponse([version_record(version) for version in desk.ledger.log()])

    @routes.get("/diff", response_class=HTMLResponse, include_in_schema=False)
    def diff(request: Request, before: Number, after: Number) -> Response:
        found = desk.ledger.diff(before, after)
        changes = [
            {
                "change": change,
                "before": change.before and statement_view(change.before),
                "after": change.after and statement_view(change.after),
            }
            for change in found[:MOST_SHOWN]
        ]
        counted = Counter(f"{change.what}, {change.cause}" for change in found).most_common()
        shown = {"number": before, "until": after, "changes": changes, "found": len(found), "counted": counted}
        return desk.page(request, "diff.html", shown)

    @routes.get("/diff.json")
    def diff_twin(before: Number, after: Number) -> JSONResponse:
        """Returns what differs between two versions, each difference with its cause."""
        return JSONResponse([change_record(change) for change in desk.ledger.diff(before, after)])

    return routes
