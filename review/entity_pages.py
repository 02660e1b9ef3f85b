"""Pages of entities: what to believe of one, every claim behind it, and who is who."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from review.desk import Desk, Form
from review.evidence import conflict_view, statement_view
from review.records import best_record, deed_record, entity_record, entry_record
from review.timelines import timeline
from review.wording import qualifier_words, value_words
from store.best_value import BestValue, best_values
from store.model import Card, ConflictSet, Deed, EntityEntry, Statement

MOST_LISTED = 300
MOST_SHOWN = 200


def entity_routes(desk: Desk) -> APIRouter:
    """Returns the routes of the list of entities and of the page of one."""
    routes = APIRouter()
    sent = Depends(desk.form)

    @routes.get("/entities", response_class=HTMLResponse, include_in_schema=False)
    def listing(request: Request, q: str = "", near: bool = False) -> Response:
        found = _found(desk.ledger.entities(), q)
        pairs = desk.ledger.similar_entities()[:MOST_LISTED] if near else []
        shown = {"entries": found[:MOST_LISTED], "found": len(found), "q": q, "near": near, "pairs": pairs}
        return desk.page(request, "entities.html", shown)

    @routes.get("/entities.json")
    def listing_twin(q: str = "") -> JSONResponse:
        """Returns the entities whose name, alias or id holds some words, all without any."""
        return JSONResponse([entry_record(entry) for entry in _found(desk.ledger.entities(), q)])

    @routes.get("/entities/{entity:path}.json")
    def twin(entity: str, version: int | None = None, family: bool = False) -> JSONResponse:
        """Returns the card of an entity: values to believe, claims, conflicts, and who is who."""
        card = desk.ledger.card(entity, version=version, family=family)
        best = _best(desk, card)
        record = {
            "subject": entity_record(card.entity),
            "members": [member.id for member in card.members],
            "best": [best_record(value) for value in best],
            "metrics": {metric: [statement.record() for statement in held] for metric, held in card.metrics},
            "conflicts": [conflict.record() for conflict in _disputes(desk, card)],
            "deeds": [deed_record(deed) for deed in _deeds(desk, card.entity.id)],
        }
        return JSONResponse(record)

    @routes.get("/entities/{entity:path}/compare", response_class=HTMLResponse, include_in_schema=False)
    def compare(request: Request, entity: str, other: str) -> Response:
        first, second = desk.ledger.card(entity), desk.ledger.card(other)
        shown = {"first": first, "second": second, "metrics": _side_by_side(first, second)}
        return desk.page(request, "compare.html", shown)

    @routes.get("/entities/{entity:path}/{metric}.svg", include_in_schema=False)
    def drawing(request: Request, entity: str, metric: str) -> Response:
        card = desk.ledger.card(entity)
        disputed = {held.claim.id for conflict in _disputes(desk, card) for held in conflict.claims}
        chart = _metric_view(card, metric, dict(card.metrics).get(metric, ()), disputed)["chart"]
        if chart is None:
            raise HTTPException(404, f"{card.entity.name} has no two dated figures of {metric}")
        return desk.page(request, "drawing.html", {"chart": chart}, media_type="image/svg+xml")

    @routes.get("/entities/{entity:path}", response_class=HTMLResponse, include_in_schema=False)
    def page(request: Request, entity: str, version: int | None = None, family: bool = False) -> Response:
        card = desk.ledger.card(entity, version=version, family=family)
        disputes = _disputes(desk, card)
        disputed = {held.claim.id for conflict in disputes for held in conflict.claims}
        shown = {
            "entity": card.entity,
            "members": card.members,
            "family": family,
            "version": version,
            "best": [_best_view(value, disputed) for value in _best(desk, card)],
            "metrics": [_metric_view(card, metric, held, disputed) for metric, held in card.metrics],
            "disputes": [conflict_view(conflict) for conflict in disputes],
            "mentions": _mentions(card),
            "deeds": _deeds(desk, card.entity.id),
            "versions": _versions(desk.ledger.history(card.entity.id, retracted=True)),
        }
        return desk.page(request, "entity.html", shown)

    def say(entity: str, form: Form, what: Callable[..., object], **more: Any) -> Response:
        what(entity, form.one("other"), author=form.author, note=form.one("note"), **more)
        return RedirectResponse(f"/entities/{quote(form.one('then') or entity, safe='')}", status_code=303)

    @routes.post("/entities/{entity:path}/merge", include_in_schema=False)
    def merge(entity: str, form: Annotated[Form, sent]) -> Response:
        return say(entity, form, desk.ledger.merge)

    @routes.post("/entities/{entity:path}/distinct", include_in_schema=False)
    def distinct(entity: str, form: Annotated[Form, sent]) -> Response:
        return say(entity, form, desk.ledger.distinct)

    @routes.post("/entities/{entity:path}/split", include_in_schema=False)
    def split(entity: str, form: Annotated[Form, sent]) -> Response:
        return say(entity, form, desk.ledger.split, mentions=form.all("mention"), claims=form.all("claim"))

    @routes.post("/entities/{entity:path}/undo", include_in_schema=False)
    def undo(entity: str, form: Annotated[Form, sent]) -> Response:
        desk.ledger.undo(form.one("deed"), author=form.author, note=form.one("note"))
        return RedirectResponse(f"/entities/{quote(entity, safe='')}", status_code=303)

    return routes


def _found(entries: Sequence[EntityEntry], words: str) -> list[EntityEntry]:
    wanted = words.casefold().strip()
    named = [entry for entry in entries if any(wanted in name.casefold() for name in _names(entry))]
    return named if not wanted else sorted(named, key=lambda entry: -entry.statements)


def _names(entry: EntityEntry) -> tuple[str, ...]:
    return (entry.entity.id, entry.entity.name, *entry.entity.aliases)


def _best(desk: Desk, card: Card) -> tuple[BestValue, ...]:
    held = (statement for _, statements in card.metrics for statement in statements)
    return best_values(held, records=desk.records())


def _disputes(desk: Desk, card: Card) -> list[ConflictSet]:
    """Returns the conflicts to do in which the entity, or a member of its family that is shown, has a part."""
    about = {card.entity.id, *(held.claim.subject.id for _, statements in card.metrics for held in statements)}
    return [
        conflict
        for conflict in desk.conflicts()
        if conflict.status != "decided"
        and (conflict.subject in about or any(held.claim.subject.id in about for held in conflict.claims))
    ]


def _deeds(desk: Desk, entity: str) -> list[Deed]:
    return [deed for deed in desk.ledger.deeds() if entity in (deed.entity, deed.other)]


def _side_by_side(first: Card, second: Card) -> list[tuple[str, list[list[str]]]]:
    """Returns what is said of two entities by metric, the metrics that both have first."""
    held = [dict(card.metrics) for card in (first, second)]
    metrics = sorted({*held[0], *held[1]}, key=lambda metric: (not all(metric in one for one in held), metric))
    said = [
        [list(dict.fromkeys(value_words(one.claim) for one in side.get(metric, ()))) for side in held]
        for metric in metrics
    ]
    return list(zip(metrics, said, strict=True))


def _mentions(card: Card) -> list[tuple[str, int]]:
    """Returns the words by which documents name the entity, the most common first."""
    mentions = Counter(
        held.claim.mention for _, statements in card.metrics for held in statements if held.claim.mention
    )
    return mentions.most_common()


def _best_view(best: BestValue, disputed: set[str]) -> dict[str, Any]:
    claim = best.statement.claim
    others = dict.fromkeys(value_words(held.claim) for held in best.dissenting)
    return statement_view(best.statement) | {
        "metric": claim.metric.replace("_", " "),
        "scope": qualifier_words(claim.qualifiers),
        "confidence": f"{best.confidence:.0%}",
        "reason": best.reason,
        "spread": "" if best.spread[0] == best.spread[1] else f"{best.spread[0]} to {best.spread[1]}",
        "others": [words for words in others if words != value_words(claim)],
        "agreeing": len({held.claim.document for held in best.agreeing}),
        "disputed": any(held.claim.id in disputed for held in (*best.agreeing, *best.dissenting)),
    }


def _metric_view(card: Card, metric: str, held: Sequence[Statement], disputed: set[str]) -> dict[str, Any]:
    name = metric.replace("_", " ")
    return {
        "id": metric,
        "name": name,
        "chart": timeline(held, disputed, f"{card.entity.name}: {name} over time"),
        "statements": [statement_view(statement) for statement in held[:MOST_SHOWN]],
        "more": max(0, len(held) - MOST_SHOWN),
    }


def _versions(held: Sequence[Statement]) -> list[tuple[int, int, int]]:
    """Returns the versions that changed what is claimed, with how many claims came and went, the newest first."""
    came = Counter(statement.asserted_in for statement in held)
    went = Counter(statement.retracted_in for statement in held if statement.retracted_in is not None)
    return [(number, came[number], went[number]) for number in sorted({*came, *went}, reverse=True)]
