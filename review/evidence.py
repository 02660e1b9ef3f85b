"""What a person sees of a conflict: its sides, each with the words that it rests on."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any
from urllib.parse import urlencode

from review.wording import qualifier_words, quote_in_sentence, relation_words, short_name, value_words
from store.judgements import claim_key
from store.model import ConflictSet, Decision, Statement

KEYS = "123456789"
LETTERS = "abc"
SHOWN_PER_SIDE = 2
# From coarse to fine: the first that tells the statements apart makes the sides.
_APART: tuple[Callable[[Statement], Hashable], ...] = (
    lambda held: _figure(held),
    lambda held: (held.claim.subject.id, _figure(held)),
    lambda held: held.claim.qualifiers,
    lambda held: (held.claim.as_of and held.claim.as_of.text, held.claim.status),
    lambda held: held.claim.id,
)


def _figure(statement: Statement) -> Hashable:
    """Returns what a statement says without its bound: "over 720M" and "about 720M" stand on one side."""
    claim = statement.claim
    if claim.date is not None:
        return claim.date.text
    return (claim.low or claim.high, claim.high or claim.low, claim.unit, claim.value)


def sides_of(claims: Sequence[Statement]) -> list[list[Statement]]:
    """Returns the statements of a conflict by side, those that say the same together."""
    for apart in _APART:
        sides: dict[Hashable, list[Statement]] = {}
        for statement in claims:
            sides.setdefault(apart(statement), []).append(statement)
        if len(sides) > 1:
            return list(sides.values())
    return [list(claims)]


def conflict_view(conflict: ConflictSet) -> dict[str, Any]:
    """Returns a conflict as the templates show it."""
    sides = sides_of(conflict.claims)
    return {
        "id": conflict.id,
        "relation": relation_words(conflict.relation),
        "severity": conflict.severity.value,
        "subject_id": conflict.subject,
        "subject": conflict.subject_name,
        "metric": conflict.metric.replace("_", " "),
        "reason": conflict.reason,
        "status": conflict.status,
        "decision": conflict.decision and decision_view(conflict.decision),
        "sides": [_side_view(number, side, conflict) for number, side in enumerate(sides)],
        "alike": len({value_words(side[0].claim) for side in sides}) < len(sides),
        "several": len({statement.claim.subject.id for statement in conflict.claims}) > 1,
        "sources": len({statement.claim.document for statement in conflict.claims}),
    }


def _side_view(number: int, side: Sequence[Statement], conflict: ConflictSet) -> dict[str, Any]:
    judged = set(conflict.decision.key) if conflict.decision and conflict.status == "reopened" else None
    cards = [statement_view(held) | {"new": judged is not None and claim_key(held) not in judged} for held in side]
    return {
        "key": KEYS[number : number + 1],
        "shortcuts": " ".join(filter(None, (KEYS[number : number + 1], LETTERS[number : number + 1]))),
        "name": chr(ord("A") + number) if number < len(KEYS) else str(number + 1),
        "claim": side[0].claim.id,
        "subject": side[0].claim.subject.name,
        "value": value_words(side[0].claim),
        "scope": qualifier_words(side[0].claim.qualifiers),
        "cards": cards[:SHOWN_PER_SIDE],
        "folded": cards[SHOWN_PER_SIDE:],
    }


def statement_view(statement: Statement) -> dict[str, Any]:
    """Returns one statement as the templates show it."""
    claim = statement.claim
    before, quote, after = quote_in_sentence(statement)
    return {
        "id": claim.id,
        "subject_id": claim.subject.id,
        "subject": claim.subject.name,
        "mention": claim.mention,
        "metric": claim.metric,
        "value": value_words(claim),
        "qualifiers": [qualifier_words([pair]) for pair in claim.qualifiers if pair[0] != "per"],
        "before": before,
        "quote": quote,
        "after": after,
        "row": claim.evidence.row,
        "column": claim.evidence.column,
        "source": short_name(claim.document),
        "link": claim.document if claim.document.startswith(("https://", "http://")) else "",
        "spot": spot(statement),
        "uri": claim.document,
        "title": statement.document_title,
        "publisher": statement.publisher,
        "published": statement.published.text if statement.published else "",
        "recorded": statement.recorded_at.date().isoformat(),
        "as_of": claim.as_of.text if claim.as_of else "",
        "as_of_basis": claim.as_of_basis.value,
        "status": claim.status.value,
        "attributed_to": claim.attributed_to or "",
        "rank": statement.rank.value,
    }


def spot(statement: Statement) -> str:
    """Returns the address of a statement's words in the full text."""
    claim = statement.claim
    return f"/documents?{urlencode({'uri': claim.document, 'revision': claim.revision})}#{claim.id}"


def decision_view(decision: Decision) -> dict[str, Any]:
    """Returns a decision as the templates show it."""
    return {
        "id": decision.id,
        "conflict": decision.conflict_id,
        "judgement": decision.judgement.value.replace("_", " "),
        "subject": decision.subject,
        "metric": decision.metric.replace("_", " "),
        "note": decision.note,
        "author": decision.author,
        "when": decision.recorded_at.strftime("%Y-%m-%d %H:%M"),
        "version": decision.version,
    }
