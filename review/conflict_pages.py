"""The queue and the decision screen, with what a person can do there: decide one or many, and take it back."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from review.desk import Desk, Form
from review.evidence import conflict_view, decision_view, statement_view
from review.facets import FACETS, Filter, after, before, choices
from review.timelines import timeline
from store.errors import StoreError, UnknownError
from store.model import ConflictSet, Judgement, Statement

PAGE_SIZE = 25
MOST_AT_ONCE = 200
BULK = (
    Judgement.BOTH,
    Judgement.UNSURE,
    Judgement.EXTRACTION_ERROR,
    Judgement.SOURCE_ERROR,
    Judgement.SAME_ENTITY,
    Judgement.DIFFERENT_ENTITY,
)
Asked = Annotated[Filter, Depends()]


def conflict_routes(desk: Desk) -> APIRouter:
    """Returns the routes of the queue and of the decision screen."""
    routes = APIRouter()
    sent = Depends(desk.form)

    @routes.get("/", response_class=HTMLResponse, include_in_schema=False)
    @routes.get("/conflicts", response_class=HTMLResponse, include_in_schema=False)
    def queue(request: Request, asked: Asked, page: Annotated[int, Query(ge=1)] = 1, undo: str = "") -> Response:
        shown = queue_view(desk.conflicts(), asked, page)
        back = [decision for decision in undo.split(",") if decision][:MOST_AT_ONCE]
        return desk.page(request, "conflicts.html", shown | {"recent": _recent(desk, request), "back": back})

    @routes.get("/conflicts.json")
    def listing(asked: Asked) -> JSONResponse:
        """Returns the conflicts that a filter leaves, the gravest first."""
        return JSONResponse([conflict.record() for conflict in desk.conflicts() if asked.wants(conflict)])

    @routes.get("/conflicts/{conflict_id}.json")
    def twin(conflict_id: str, asked: Asked) -> JSONResponse:
        """Returns one conflict with its sides and its neighbours in the queue."""
        conflict = desk.conflict(conflict_id)
        return JSONResponse(conflict.record() | {"view": conflict_view(conflict)} | _neighbours(desk, conflict, asked))

    @routes.get("/conflicts/{conflict_id}", response_class=HTMLResponse, include_in_schema=False)
    def single(request: Request, conflict_id: str, asked: Asked, changed: str = "") -> Response:
        conflict = desk.conflict(conflict_id)
        known = _series(desk, conflict)
        ids = {held.claim.id for held in conflict.claims}
        title = f"{conflict.subject_name}: {conflict.metric.replace('_', ' ')} over time"
        shown: dict[str, Any] = {
            "conflict": conflict_view(conflict),
            "filter": asked.query(),
            "left": sum(1 for held in desk.conflicts() if asked.wants(held)),
            "chart": timeline(known, ids, title),
            "others": [statement_view(held) for held in known if held.claim.id not in ids],
            "recent": _recent(desk, request),
            "changed": bool(changed),
        }
        return desk.page(request, "conflict.html", shown | _neighbours(desk, conflict, asked))

    @routes.post("/conflicts/{conflict_id}/decide", include_in_schema=False)
    def decide(conflict_id: str, form: Annotated[Form, sent]) -> Response:
        asked = Filter.read(form.one("filter"))
        conflict = desk.conflict(conflict_id)
        if form.one("seen") != _decided_by(conflict):
            return _go(f"/conflicts/{conflict_id}", asked, changed="1")
        judgement, _, claim = form.one("say").partition(":")
        order = desk.conflicts()
        desk.ledger.decide(conflict_id, judgement, claim=claim or None, note=form.one("note"), author=form.author)
        left = {held.id for held in desk.conflicts() if asked.wants(held)}
        following = after([held for held in order if held.id in left | {conflict_id}], conflict_id, asked)
        return _go(f"/conflicts/{following.id}" if following else "/", asked)

    @routes.post("/bulk", include_in_schema=False)
    def decide_many(form: Annotated[Form, sent]) -> Response:
        wanted = dict.fromkeys(form.all("conflict")[:MOST_AT_ONCE])
        done: list[str] = []
        for conflict_id in wanted:
            try:
                said = desk.ledger.decide(conflict_id, form.one("say"), note=form.one("note"), author=form.author)
            except UnknownError:  # an earlier one of the selection settled it, or its sources changed
                continue
            done.append(said.id)
        return _go("/", Filter.read(form.one("filter")), undo=",".join(done))

    @routes.post("/undo", include_in_schema=False)
    def undo(form: Annotated[Form, sent]) -> Response:
        asked = Filter.read(form.one("filter"))
        wanted = form.all("decision")[:MOST_AT_ONCE]
        undone = [desk.ledger.undo(said, author=form.author, note=form.one("note")) for said in wanted]
        shown = form.one("conflict")
        known = len(undone) == 1 and any(held.id == shown for held in desk.conflicts())
        return _go(f"/conflicts/{shown}" if known else "/", asked)

    return routes


def queue_view(conflicts: Sequence[ConflictSet], asked: Filter, page: int) -> dict[str, Any]:
    """Returns what the queue shows: one page of conflicts, the gravest first, and the facets with their counts."""
    wanted = [conflict for conflict in conflicts if asked.wants(conflict)]
    first = (page - 1) * PAGE_SIZE
    return {
        "conflicts": [conflict_view(conflict) for conflict in wanted[first : first + PAGE_SIZE]],
        "total": len(conflicts),
        "found": len(wanted),
        "facets": [(facet, choices(conflicts, asked, facet)) for facet in FACETS],
        "filter": asked.query(),
        "since": asked.since,
        "newest": max((held.asserted_in for conflict in conflicts for held in conflict.claims), default=0),
        "bulk": [judgement.value for judgement in BULK],
        "page": page,
        "pages": max(1, -(-len(wanted) // PAGE_SIZE)),
    }


def _neighbours(desk: Desk, conflict: ConflictSet, asked: Filter) -> dict[str, str | None]:
    conflicts = desk.conflicts()
    later, earlier = after(conflicts, conflict.id, asked), before(conflicts, conflict.id, asked)
    return {"next": later.id if later else None, "previous": earlier.id if earlier else None}


def _series(desk: Desk, conflict: ConflictSet) -> list[Statement]:
    """Returns what the ledger holds on the subject and metric of a conflict, and the conflict's own statements."""
    try:
        held = desk.ledger.history(conflict.subject, conflict.metric, sentences=True)
    except StoreError:  # a conflict between metrics has none of its own
        held = []
    known = {statement.claim.id for statement in held}
    return [*held, *(statement for statement in conflict.claims if statement.claim.id not in known)]


def _recent(desk: Desk, request: Request) -> list[dict[str, Any]]:
    me = desk.who(request)
    return [decision_view(decision) | {"mine": decision.author == me} for decision in desk.recent()]


def _decided_by(conflict: ConflictSet) -> str:
    return conflict.decision.id if conflict.decision else ""


def _go(path: str, asked: Filter, **more: str) -> RedirectResponse:
    query = "&".join(filter(None, (asked.query(), urlencode({name: value for name, value in more.items() if value}))))
    return RedirectResponse(f"{path}?{query}" if query else path, status_code=303)
