"""Scores conflict finding against sets of statements with a careful reader's verdict.

    python -m benchmarks.conflicts --sets SETS.jsonl --articles FOLDER [--claims CLAIMS.jsonl] [--gold GOLD.jsonl …]

Claims come from the extractor, from an export (`--claims`), or from annotations (`--gold`; each replaces what the
extractor finds in the documents that it covers). A set counts as found when one conflict holds statements that overlap
two or more of its sides; the relation is right when it is the verdict's. `--show` prints every reported conflict.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.claims import find_articles
from benchmarks.inputs import read_lines, run
from extractors.model import (
    Basis,
    Bound,
    Claim,
    Document,
    Entity,
    Evidence,
    Kind,
    PartialDate,
    Span,
    Status,
    qualifier_pairs,
    with_ids,
)
from extractors.periods import parse_partial
from store.model import ConflictSet, Relation, Severity, Statement
from store.reconcile import count_agreements, find_conflicts

HARMLESS = frozenset({"compatible", "agreement"})
ALARMS = frozenset({Relation.CONTRADICTION, Relation.SUSPECTED_SLIP, Relation.ANOMALY})
VERDICTS = {"contradiction": ALARMS, "scope mismatch": frozenset({Relation.SCOPE_MISMATCH})}
MARKS = ("\n", ". ", " | ")
RECORDED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Side:
    """A place that a set names: first letters of the document's name and a span."""

    document: str
    start: int
    end: int

    def holds(self, statement: Statement) -> bool:
        """Returns whether a statement's quote overlaps the place."""
        evidence = statement.claim.evidence
        name = statement.claim.document.rsplit("/", 1)[-1]
        return name.startswith(self.document) and evidence.start < self.end and self.start < evidence.end


@dataclass(frozen=True, slots=True)
class Judged:
    """A set with the reader's verdict."""

    id: str
    title: str
    verdict: str
    severity: str
    sides: tuple[Side, ...]


def load_sets(path: Path) -> tuple[Judged, ...]:
    """Returns the sets of a file."""
    return tuple(
        Judged(
            row["id"],
            row["title"],
            row["verdict"],
            row["severity"],
            tuple(Side(side["doc"], *side["span"]) for side in row["sides"]),
        )
        for row in read_lines(path, "id", "title", "verdict", "severity", "sides")
    )


def parse_date(text: str | None) -> PartialDate | None:
    """Returns a partial date from its text, None for none or one that cannot be read."""
    return parse_partial(text) if text else None


def decimal(value: float | None) -> Decimal | None:
    """Returns a JSON number as it was written."""
    return None if value is None else Decimal(str(value))


def claim_of_gold(row: Mapping[str, Any], uri: str) -> Claim:
    """Returns an annotation as a claim; the first subject name that the catalogue knows is its entity."""
    start, end = row["span"]
    return Claim(
        id="",
        document=uri,
        revision="",
        subject=entity_named(row["subject"]),
        mention="",
        metric=row["metric"],
        kind=Kind(row["kind"]),
        evidence=Evidence(start, end, row["surface"], row=row.get("row") or ""),
        low=decimal(row.get("low")),
        high=decimal(row.get("high")),
        unit=row.get("unit") or "",
        bound=Bound(row.get("bound") or "exact"),
        date=parse_date(row.get("date")),
        value=str(row.get("value") or ""),
        qualifiers=qualifier_pairs(row.get("scope") or {}),
        as_of=parse_date(row.get("as_of")),
        as_of_basis=Basis(row.get("as_of_basis") or "none"),
        attributed_to=row.get("attributed_to"),
        status=Status(row.get("status") or "asserted"),
    )


def entity_named(names: Sequence[str]) -> Entity:
    """Returns the entity of the first name, known to the catalogue or not."""
    from extractors.catalogue import load_catalogue

    found = load_catalogue().find(names[0])
    return found or Entity(re.sub(r"[^\w.]+", "-", names[0].casefold()), names[0], "unknown", known=False)


def claim_of_record(row: Mapping[str, Any]) -> Claim:
    """Returns a claim from a line of the export."""
    evidence, subject = row["evidence"], row["subject"]
    return Claim(
        id=row["claim_id"],
        document=row["document"]["uri"],
        revision=row["document"].get("revision", ""),
        subject=known(subject["id"])
        or Entity(subject["id"], subject["name"], subject.get("type", ""), tuple(subject.get("aliases", ()))),
        mention=subject.get("mention", ""),
        metric=row["metric"],
        kind=Kind(row["kind"]),
        evidence=Evidence(
            evidence["start"],
            evidence["end"],
            evidence["quote"],
            evidence.get("block") or "",
            evidence.get("row") or "",
            evidence.get("column") or "",
        ),
        low=decimal(row.get("low")),
        high=decimal(row.get("high")),
        unit=row.get("unit") or "",
        bound=Bound(row.get("bound", "exact")),
        date=parse_date(row.get("date")),
        value=row.get("value", ""),
        qualifiers=qualifier_pairs(row.get("qualifiers", {})),
        as_of=parse_date(row.get("as_of")),
        as_of_basis=Basis(row.get("as_of_basis", "none")),
        attributed_to=row.get("attributed_to"),
        status=Status(row.get("status", "asserted")),
        confidence=row.get("confidence", 1.0),
    )


def known(entity: str) -> Entity | None:
    """Returns the catalogue's entity of an id."""
    from extractors.catalogue import load_catalogue

    return load_catalogue().get(entity)


def article_of(path: Path) -> Document:
    """Returns an article as the reader reads it."""
    from extractors.documents import read_document

    return read_document(path.read_bytes(), uri=path.resolve().as_uri())


def extracted(document: Document) -> list[Claim]:
    """Returns what the extractor finds in an article."""
    from extractors.claims import find_claims

    return list(find_claims(document))


def statement_of(claim: Claim, document: Document) -> Statement:
    """Returns a claim as a statement, with the line around it where the claim has no context of its own."""
    text, evidence = document.text, claim.evidence
    if evidence.context.end == 0:
        start = max(text.rfind(mark, 0, evidence.start) + len(mark) for mark in MARKS)
        stops = [at for mark in MARKS if (at := text.find(mark, evidence.end)) >= 0]
        evidence = replace(evidence, context=Span(start, min(stops, default=len(text))))
        claim = replace(claim, evidence=evidence)
    if not evidence.row and (head := row_head(text, evidence.start)):
        claim = replace(claim, evidence=replace(evidence, row=head))
    sentence = evidence.context.of(text)
    return Statement(claim, document.title, document.published, document.publisher, RECORDED, 1, sentence=sentence)


def row_head(text: str, place: int) -> str:
    """Returns the first cell of the table row that a place stands in, "" outside of rows with pipes."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    cells = [cell.strip() for cell in line.split("|")]
    return cells[1] if line.startswith("|") and len(cells) > 2 else ""


def statements_of(articles: Path, claims: str | None, gold: Sequence[str], *, only_gold: bool) -> tuple[Statement, ...]:
    """Returns the statements of all articles.

    Args:
        articles: Their folder.
        claims: File of claims in the format of the export, instead of the extractor.
        gold: Files of annotations; they replace what is known of the documents that they cover.
        only_gold: Leave out the documents that no annotation covers.
    """
    documents = {path.name: article_of(path) for path in find_articles(articles)}
    uris = {name: document.uri for name, document in documents.items()}
    known: dict[str, list[Claim]] = defaultdict(list)
    for row in (row for file in gold for row in read_lines(Path(file), "doc")):
        uri = next(uri for name, uri in uris.items() if name.startswith(row["doc"]))
        known[uri].append(claim_of_gold(row, uri))
    covered = set(known)
    for row in read_lines(Path(claims), "document") if claims else ():
        if row["document"]["uri"] not in covered:
            known[row["document"]["uri"]].append(claim_of_record(row))
    out = []
    for document in documents.values():
        found = list(with_ids(known[document.uri])) if document.uri in covered else known.get(document.uri, [])
        if not (found or claims or only_gold):
            found = extracted(document)
        out += [statement_of(claim, document) for claim in found]
    return tuple(out)


def matches(judged: Judged, conflict: ConflictSet) -> int:
    """Returns how many sides of a set a conflict touches."""
    return sum(any(side.holds(statement) for statement in conflict.claims) for side in judged.sides)


def needed(judged: Judged, statements: Sequence[Statement]) -> int:
    """Returns how many sides of a set any statement touches at all: what nobody extracted, nobody can reconcile."""
    return sum(any(side.holds(statement) for statement in statements) for side in judged.sides)


def best_match(judged: Judged, conflicts: Sequence[ConflictSet]) -> ConflictSet | None:
    """Returns the conflict that touches at least two sides, most sides first, of equal ones the right relation."""
    wanted = VERDICTS.get(judged.verdict, frozenset())
    found = [each for each in conflicts if matches(judged, each) >= min(2, len(judged.sides))]
    found.sort(
        key=lambda each: (
            each.relation not in wanted,
            each.relation is Relation.POSSIBLY_COMPARABLE,
            -matches(judged, each),
        )
    )
    return found[0] if found else None


def report(judged: Sequence[Judged], conflicts: Sequence[ConflictSet], statements: Sequence[Statement]) -> bool:
    """Prints the figures; returns whether no harmless set was called a contradiction."""
    tally: Counter[str] = Counter()
    clean = True
    for each in judged:
        tally[f"{each.verdict}: sets"] += 1
        reachable = needed(each, statements) >= 2
        tally[f"{each.verdict}: reachable"] += reachable
        found = best_match(each, conflicts)
        if each.verdict in HARMLESS:
            alarms = [c for c in conflicts if c.relation in ALARMS and matches(each, c) >= 2]
            tally[f"{each.verdict}: alarms"] += bool(alarms)
            clean = clean and not alarms
            for alarm in alarms:
                print(f"ALARM   {each.id} {each.title}: {alarm.relation} {alarm.severity}: {alarm.reason}")
            continue
        tally[f"{each.verdict}: found"] += found is not None
        tally[f"{each.verdict}: right"] += found is not None and found.relation in VERDICTS[each.verdict]
        told = f"{found.relation} {found.severity}: {found.reason}" if found else "not found"
        mark = "missed " if not found else "right  " if found.relation in VERDICTS[each.verdict] else "other  "
        print(f"{mark} {each.id} [{each.verdict} {each.severity}{'' if reachable else ', no claims'}] {each.title}")
        print(f"          {told}")
    print()
    for key, count in sorted(tally.items()):
        print(f"{key:32} {count}")
    return clean


def unexplained(conflicts: Sequence[ConflictSet], judged: Sequence[Judged]) -> list[ConflictSet]:
    """Returns the grave conflicts that touch no set with a verdict of contradiction or scope mismatch."""
    bad = [each for each in judged if each.verdict not in HARMLESS]
    return [c for c in conflicts if c.severity is Severity.HIGH and not any(matches(each, c) for each in bad)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0; prints recall by verdict, wrong relations and every alarm without a verdict."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", required=True, help="sets with a verdict, JSON Lines")
    parser.add_argument("--articles", required=True, help="folder of the articles")
    parser.add_argument("--claims", help="claims in the format of the export")
    parser.add_argument("--gold", action="append", default=[], help="annotated claims; may be given more than once")
    parser.add_argument("--only-gold", action="store_true", help="extract nothing from the other articles")
    parser.add_argument("--show", action="store_true", help="print every conflict")
    options = parser.parse_args(arguments)
    judged = load_sets(Path(options.sets))
    statements = statements_of(Path(options.articles), options.claims, options.gold, only_gold=options.only_gold)
    conflicts = find_conflicts(statements)
    report(judged, conflicts, statements)
    counts = count_agreements(statements, conflicts)
    print(f"\n{len(statements)} statements, {len(conflicts)} conflicts, {counts}")
    print("by relation and severity:", dict(Counter(f"{c.relation} {c.severity}" for c in conflicts)))
    grave = unexplained(conflicts, judged)
    print(f"high severity without a verdict: {len(grave)}, {100 * len(grave) / max(len(statements), 1):.2f} per 100")
    for conflict in conflicts if options.show else grave:
        print(f"- {conflict.relation} {conflict.severity} {conflict.subject} {conflict.metric}: {conflict.reason}")
    return 0


if __name__ == "__main__":
    run(main)
