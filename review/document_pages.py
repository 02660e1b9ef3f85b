"""Pages of documents: the list with what could not be read, and a text with its claims marked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from review.desk import Desk
from review.evidence import statement_view
from review.records import document_record, problem_record
from review.wording import qualifier_words, short_name, value_words
from store.model import DocumentEntry, Statement

MOST_LISTED = 500
COLOURS = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that the same claims cover from end to end.

    Attributes:
        text: The words.
        ids: Ids of the claims that begin here.
        title: What the claims say, "" where none covers the words.
        colour: Number of the colour of the metric.
    """

    text: str
    ids: tuple[str, ...] = ()
    title: str = ""
    colour: int = 0


def document_routes(desk: Desk) -> APIRouter:
    """Returns the routes of the list of documents and of the page of one."""
    routes = APIRouter()

    @routes.get("/documents", response_class=HTMLResponse, include_in_schema=False)
    def page(request: Request, uri: str = "", revision: str = "", q: str = "") -> Response:
        if uri:
            return desk.page(request, "document.html", _document_view(desk, uri, revision))
        found = _found(desk.ledger.documents(), q)
        problems = [
            problem_record(problem) | {"name": short_name(problem.document)} for problem in desk.ledger.problems()
        ]
        entries = [document_record(entry) | {"name": short_name(entry.uri)} for entry in found[:MOST_LISTED]]
        shown = {"entries": entries, "found": len(found), "q": q, "problems": problems[:MOST_LISTED]}
        return desk.page(request, "documents.html", shown)

    @routes.get("/documents.json")
    def twin(uri: str = "", revision: str = "", q: str = "") -> JSONResponse:
        """Returns the documents whose title or address holds some words; with `uri` one, its text and its claims."""
        if not uri:
            return JSONResponse([document_record(entry) for entry in _found(desk.ledger.documents(), q)])
        document = desk.ledger.document(uri, revision or None)
        record = {
            "uri": document.uri,
            "revision": document.revision,
            "title": document.title,
            "published": document.published.text if document.published else None,
            "publisher": document.publisher,
            "text": document.text,
            "claims": [held.record() for held in desk.ledger.statements(document=uri)],
            "problems": [problem_record(problem) for problem in document.problems],
        }
        return JSONResponse(record)

    return routes


def _found(entries: Sequence[DocumentEntry], words: str) -> list[DocumentEntry]:
    wanted = words.casefold().strip()
    return [
        entry
        for entry in reversed(entries)
        if any(wanted in said.casefold() for said in (entry.title, entry.uri, entry.publisher))
    ]


def _document_view(desk: Desk, uri: str, revision: str) -> dict[str, Any]:
    """Returns a document as the template shows it; claims that stand in another revision are listed, not marked."""
    document = desk.ledger.document(uri, revision or None)
    held = sorted(desk.ledger.statements(document=uri, sentences=True), key=lambda one: one.claim.evidence.start)
    marked = [statement for statement in held if statement.claim.revision == document.revision]
    colours = _colours(held)
    return {
        "document": document,
        "name": short_name(uri),
        "link": uri if uri.startswith(("https://", "http://")) else "",
        "pieces": pieces(document.text, marked, colours),
        "claims": [statement_view(statement) | {"colour": colours[statement.claim.metric]} for statement in held],
        "current": len(marked) == len(held),
    }


def _colours(held: Sequence[Statement]) -> dict[str, int]:
    metrics = dict.fromkeys(statement.claim.metric for statement in held)
    return {metric: number % COLOURS for number, metric in enumerate(metrics)}


def pieces(text: str, held: Sequence[Statement], colours: dict[str, int]) -> list[Piece]:
    """Returns a text cut where claims begin and end; the pieces joined are the text."""
    begins, ends = defaultdict(list), defaultdict(list)
    for statement in held:
        begins[statement.claim.evidence.start].append(statement)
        ends[statement.claim.evidence.end].append(statement)
    cuts = sorted({0, len(text), *begins, *ends})
    covering: list[Statement] = []
    out = []
    for start, end in pairwise(cuts):
        covering = [one for one in covering if one not in ends[start]] + begins[start]
        ids = tuple(one.claim.id for one in begins[start])
        title = "; ".join(_title(one) for one in covering)
        out.append(Piece(text[start:end], ids, title, colours[covering[0].claim.metric] if covering else 0))
    return out


def _title(statement: Statement) -> str:
    claim = statement.claim
    scope = qualifier_words(claim.qualifiers)
    said = f"{claim.subject.name}: {claim.metric.replace('_', ' ')} {value_words(claim)}"
    return f"{said}, {scope}" if scope else said
