"""A finding is a disagreement before it is written down: its sides, why they clash, how much it matters."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from store.metrics import Metric
from store.model import ConflictSet, Relation, Severity, Statement
from store.pairs import reading_order, severity_of
from store.reasons import sides_said

MOST_SIDES_TOLD = 3
GRAVITY = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
RELATION_ORDER = tuple(Relation)


@dataclass(frozen=True, slots=True)
class Finding:
    """Statements that stand against each other.

    Attributes:
        relation: How.
        metric: Entry of the catalogue that the set is filed under.
        sides: Groups of agreeing statements; the first of each speaks for its group.
        why: The reason, without a full stop.
        score: 0 to 1; see `relations.scored`.
        reason: The whole sentence, where it is not made from the sides.
    """

    relation: Relation
    metric: Metric
    sides: tuple[tuple[Statement, ...], ...]
    why: str
    score: float
    reason: str = ""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements of all sides, each once, in a fixed order."""
        every = {statement.claim.id: statement for side in self.sides for statement in side}
        return tuple(sorted(every.values(), key=reading_order))


def conflict_set(finding: Finding, subject: Statement | None = None) -> ConflictSet:
    """Returns a finding as the set that is shown and stored.

    Args:
        finding: The finding.
        subject: A statement about the entity that the set is filed under; the first side's by default.
    """
    statements = finding.statements
    entity = (subject or finding.sides[0][0]).claim.subject
    reason = finding.reason or sides_said(finding.sides[:MOST_SIDES_TOLD], finding.metric, finding.why)
    return ConflictSet(
        set_id(finding.relation, statements),
        finding.relation,
        severity_of(finding.score),
        entity.id,
        entity.name,
        finding.metric.id,
        reason,
        statements,
    )


def set_id(relation: Relation, statements: Sequence[Statement]) -> str:
    """Returns `x_` and a hash of the relation and of what the statements say."""
    said = "\n".join(sorted(statement.claim.fingerprint() for statement in statements))
    return "x_" + hashlib.sha256(f"{relation}\n{said}".encode()).hexdigest()[:16]


def gravest_first(conflict: ConflictSet) -> tuple[int, int, str, str, str]:
    """Returns the key that sorts sets by severity, then relation, then entity and metric."""
    rank = RELATION_ORDER.index(conflict.relation)
    return GRAVITY[conflict.severity], -rank, conflict.subject, conflict.metric, conflict.id
