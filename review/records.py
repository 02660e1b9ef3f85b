"""What the ledger holds as records for programs: those of the pages' twins and of the command line alike."""

from dataclasses import asdict
from typing import Any

from extractors.model import Entity
from extractors.problems import Problem
from review.wording import value_words
from store.best_value import BestValue
from store.model import Change, Deed, DocumentEntry, EntityEntry, SimilarPair, Version


def entity_record(entity: Entity) -> dict[str, Any]:
    """Returns an entity."""
    return {
        "id": entity.id,
        "name": entity.name,
        "type": entity.type,
        "aliases": list(entity.aliases),
        "parent": entity.parent or None,
        "maker": entity.maker or None,
        "known": entity.known,
    }


def entry_record(entry: EntityEntry) -> dict[str, Any]:
    """Returns an entity with the number of its claims."""
    return entity_record(entry.entity) | {"claims": entry.statements}


def pair_record(pair: SimilarPair) -> dict[str, Any]:
    """Returns a pair of near names."""
    return {"score": pair.score, "first": entry_record(pair.first), "second": entry_record(pair.second)}


def best_record(best: BestValue) -> dict[str, Any]:
    """Returns a value to believe, with those who say so and those who say otherwise."""
    claim = best.statement.claim
    return {
        "metric": claim.metric,
        "qualifiers": dict(claim.qualifiers),
        "words": value_words(claim),
        "as_of": claim.as_of.text if claim.as_of else None,
        "claim_id": claim.id,
        "confidence": round(best.confidence, 4),
        "reason": best.reason,
        "spread": list(best.spread),
        "agreeing": [statement.claim.id for statement in best.agreeing],
        "dissenting": [statement.claim.id for statement in best.dissenting],
        "older": [statement.claim.id for statement in best.older],
    }


def deed_record(deed: Deed) -> dict[str, Any]:
    """Returns what a person said of who is who."""
    return {
        "id": deed.id,
        "kind": deed.kind.value,
        "entity": deed.entity,
        "other": deed.other,
        "mentions": list(deed.mentions),
        "claims": list(deed.claims),
        "note": deed.note,
        "author": deed.author,
        "recorded_at": deed.recorded_at.isoformat(),
        "version": deed.version,
        "undone_in": deed.undone_in,
    }


def document_record(entry: DocumentEntry) -> dict[str, Any]:
    """Returns a document as the ledger lists it."""
    return {
        "uri": entry.uri,
        "revision": entry.revision,
        "title": entry.title,
        "published": entry.published.text if entry.published else None,
        "publisher": entry.publisher,
        "media_type": entry.media_type,
        "first_version": entry.first_version,
        "version": entry.version,
        "recorded_at": entry.recorded_at.isoformat(),
        "removed_in": entry.removed_in,
        "claims": entry.claims,
    }


def problem_record(problem: Problem) -> dict[str, Any]:
    """Returns something that could not be read or understood."""
    return {
        "document": problem.document,
        "code": problem.code,
        "message": problem.message,
        "start": problem.start,
        "end": problem.end,
    }


def version_record(version: Version) -> dict[str, Any]:
    """Returns a version."""
    return {
        "version": version.number,
        "recorded_at": version.recorded_at.isoformat(),
        "author": version.author,
        "reason": version.reason,
        "extractor": version.extractor,
        "ruleset": version.ruleset,
        "counts": asdict(version.counts),
        "events": version.events,
        "root": version.root,
        "previous": version.previous,
        "digest": version.digest,
    }


def change_record(change: Change) -> dict[str, Any]:
    """Returns one difference between two versions, with its cause."""
    return {
        "what": change.what,
        "cause": change.cause.value,
        "version": change.version,
        "subject": change.entity or None,
        "metric": change.metric or None,
        "before": change.before and change.before.record(),
        "after": change.after and change.after.record(),
        "decision": change.decision and change.decision.id,
        "deed": change.deed and deed_record(change.deed),
    }
