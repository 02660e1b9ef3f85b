"""The values that stages hand to each other: Document, Segment, Quantity, DateMention, Entity, Claim.

All are frozen. A span is half-open, `[start, end)`, in code points of `Document.text`. Numbers read from
text are `Decimal`. The field names of the export are in `Claim.record`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, Protocol

from extractors.problems import Problem
from extractors.values import filled_directly

_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Bound(StrEnum):
    """How a figure limits the value it is said of."""

    EXACT = "exact"
    APPROX = "approx"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"


class Status(StrEnum):
    """In which mood the document says it."""

    ASSERTED = "asserted"
    PLANNED = "planned"
    ALLEGED = "alleged"
    DENIED = "denied"
    THRESHOLD = "threshold"


class Basis(StrEnum):
    """Where the time at which a value holds was taken from."""

    STATED = "stated"
    CONTEXT = "context"
    PUBLISHED = "published"
    NONE = "none"


class Kind(StrEnum):
    """Which value fields of a claim are filled."""

    QUANTITY = "quantity"
    DATE = "date"
    ENTITY = "entity"
    TEXT = "text"


class SegmentKind(StrEnum):
    """What a stretch of text is in its document."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CELL = "cell"
    LABEL = "label"
    FIELD = "field"
    CAPTION = "caption"
    CODE = "code"


@filled_directly
@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of `Document.text` in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Returns the words that the span covers."""
        return text[self.start : self.end]


@filled_directly
@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that is read on its own: a paragraph, a list item, a table cell, a field's value.

    Attributes:
        kind: `label` is a label/value row outside a table (its value is the segment), `field` a front matter entry.
        start: First code point of the content, marks such as `- ` or `| ` left out.
        end: One past the last code point.
        headings: Enclosing headings, outermost first.
        parent: The list item or lead-in line above that this one belongs to; a table's caption or the line
            that introduces it.
        row: The head of the table row, or the label of a label/value row; None in the head column itself.
        column: The head of the table column.
        table: Number of the table in the document, from 0; None outside tables.
        line: Row number inside the table, the head row is 0.
        position: Column number inside the table, from 0.
        depth: Heading level or depth of the list item, from 1.
        group: The head that stands over the column's head and those beside it.
    """

    kind: SegmentKind
    start: int
    end: int
    headings: tuple[Span, ...] = ()
    parent: Span | None = None
    row: Span | None = None
    column: Span | None = None
    table: int | None = None
    line: int | None = None
    position: int | None = None
    depth: int = 0
    group: Span | None = None

    @property
    def span(self) -> Span:
        """The segment's own stretch."""
        return Span(self.start, self.end)

    @property
    def above(self) -> tuple[Span, ...]:
        """The line or item that it belongs to and its nearest heading, those that it has."""
        return (*((self.parent,) if self.parent else ()), *self.headings[-1:])


@filled_directly
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date at the precision that was written.

    Attributes:
        text: `2026-02-16`, `2026-02`, `2026`, `2026-Q1`, `2026-H1`, `2026-early`, `2026-mid`, `2025-late`, or two
            of them with a slash between for a stretch of time (`2025-09/2025-11`).
        first: First day that it covers.
        last: Last day that it covers.
    """

    text: str
    first: date
    last: date

    def __str__(self) -> str:
        return self.text


@filled_directly
@dataclass(frozen=True, slots=True)
class DateMention:
    """A date or period as it stands in a text.

    Attributes:
        start: First code point of the date's words.
        end: One past the last.
        date: What it says.
        precision: `day`, `month`, `quarter`, `half`, `part` (early, mid, late), `year`, `range`, ….
        relative: True when it was resolved against a reference date ("two years ago").
    """

    start: int
    end: int
    date: PartialDate
    precision: str
    relative: bool = False


@filled_directly
@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as it stands in a text.

    Attributes:
        low: Lower end in base units; None when only an upper bound is given.
        high: Upper end in base units; None when only a lower bound is given. Equal to `low` for a single figure.
        unit: Id from seeds/units.toml, an ISO 4217 code, a singular head noun, or "" for a bare number.
        bound: How the words around it limit it.
        start: First code point of the value expression with its approximation marks.
        end: One past its last code point, unit included.
        noun: The counted noun phrase, singular and in lower case ("derivative model"); "" where there is none.
        per: Denominator of a rate as written in lower case ("million input tokens", "quarter"); "" without one.
        number: Span of digits and scale alone, without sign words and unit ("203M" in "~203M users").
        scale: Decimal exponent that a scale word or letter stood for (6 for M), 0 without one.
        digits: Number of significant digits written; the written precision.
    """

    low: Decimal | None
    high: Decimal | None
    unit: str
    bound: Bound
    start: int
    end: int
    noun: str = ""
    per: str = ""
    number: Span = Span(0, 0)
    scale: int = 0
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One fetched revision of a source text.

    Attributes:
        uri: Identity of the document across its revisions (`file:///…`, `https://…`).
        revision: `sha256:` and the hex digest of the bytes as fetched.
        text: Stored text that every span points into.
        title: As the document gives it, "" when it gives none.
        published: Publication date, or None.
        published_basis: Where it was taken from: `front-matter`, `json-ld`, `meta`, `feed`,
            `markup`, `byline`, `url`, or "".
        publisher: Who publishes it, as the document says or the host name; "" when unknown.
        media_type: `text/markdown`, `text/plain` or `text/html`.
        segments: The structure, in the order of the text.
        problems: What the reader could not read.
        modified: Date of the last change that the document gives, or None.
        modified_basis: Where that was taken from.
        canonical: URL on its own host under which the page wants to be known, "" when it names none.
    """

    uri: str
    revision: str
    text: str
    title: str = ""
    published: PartialDate | None = None
    published_basis: str = ""
    publisher: str = ""
    media_type: str = "text/plain"
    segments: tuple[Segment, ...] = ()
    problems: tuple[Problem, ...] = ()
    modified: PartialDate | None = None
    modified_basis: str = ""
    canonical: str = ""


@filled_directly
@dataclass(frozen=True, slots=True)
class Entity:
    """Something that claims are about.

    Attributes:
        id: Slug, stable across documents (`qwen-3.5`).
        name: Canonical name.
        type: `model`, `family`, `organization`, `product`, `person`, `place`, `licence`, `benchmark`, `cluster` ….
        aliases: Other names, without the canonical one.
        parent: Id of the family, version or organization that it belongs to; "" at the top.
        maker: Id of the organization that makes it; "" when unknown.
        known: True when it stands in the catalogue; a name found by its form alone is a candidate.
    """

    id: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()
    parent: str = ""
    maker: str = ""
    known: bool = True


@filled_directly
@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that a claim rests on; `text[start:end] == quote` always holds.

    Attributes:
        start: First code point of the value expression in the document's stored text.
        end: One past its last code point.
        quote: The words themselves.
        block: Kind of the segment that holds them.
        row: Row head of a table cell or label of a label row, "" elsewhere.
        column: Column head of a table cell, "" elsewhere.
        context: Span of the sentence or cell around the quote, for a reader.
    """

    start: int
    end: int
    quote: str
    block: str = ""
    row: str = ""
    column: str = ""
    context: Span = Span(0, 0)


@filled_directly
@dataclass(frozen=True, slots=True)
class Claim:
    """One statement by a document: subject, metric, value, qualifiers, time, speaker, status, evidence.

    Attributes:
        id: `c_` and a hash of what is said, by which document, and the ordinal among equal sayings; the span is
            not part of it, so an edit above the words does not change it.
        document: URI of the document.
        revision: Revision that the evidence points into.
        subject: Entity that it is about.
        mention: Words by which the document names the subject, "" when it is inherited.
        metric: Id from seeds/metrics.toml or `other:<head noun>`.
        kind: Says which of low/high/unit, date and value are filled.
        qualifiers: Sorted pairs; what changes WHAT is measured.
        as_of: When the value holds.
        as_of_basis: Where that was taken from.
        attributed_to: Who the document says reports it, or None.
        status: In which mood it is said.
        extractor: Name of the extractor.
        extractor_version: Its version; it covers the rules too.
        confidence: 0 to 1.
        trail: Rule, cue and resolution steps that made the claim, for `claims extract --explain`.
    """

    id: str
    document: str
    revision: str
    subject: Entity
    mention: str
    metric: str
    kind: Kind
    evidence: Evidence
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    bound: Bound = Bound.EXACT
    date: PartialDate | None = None
    value: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()
    as_of: PartialDate | None = None
    as_of_basis: Basis = Basis.NONE
    attributed_to: str | None = None
    status: Status = Status.ASSERTED
    extractor: str = "rules"
    extractor_version: str = ""
    confidence: float = 1.0
    trail: tuple[str, ...] = field(default=(), compare=False)

    def fingerprint(self) -> str:
        """Returns the canonical JSON of what is said, without span, revision, version and confidence."""
        return _canonical(
            [
                self.document,
                self.subject.id,
                self.metric,
                self.kind,
                plain(self.low),
                plain(self.high),
                self.unit,
                self.bound,
                self.date and self.date.text,
                self.value,
                self.qualifiers,
                self.as_of and self.as_of.text,
                self.attributed_to,
                self.status,
                self.evidence.quote,
                self.extractor,
            ]
        )

    def record(self, document: Document | None = None) -> dict[str, Any]:
        """Returns the claim as one object of the export, in the order of the contract."""
        where: dict[str, Any] = {"uri": self.document, "revision": self.revision}
        if document is not None:
            where |= {"title": document.title, "published": document.published and document.published.text}
        evidence = self.evidence
        out: dict[str, Any] = {
            "claim_id": self.id,
            "document": where,
            "subject": {
                "id": self.subject.id,
                "name": self.subject.name,
                "type": self.subject.type,
                "aliases": list(self.subject.aliases),
                "mention": self.mention,
            },
            "metric": self.metric,
            "kind": self.kind.value,
        }
        if self.kind is Kind.QUANTITY:
            out |= {"low": number(self.low), "high": number(self.high), "unit": self.unit, "bound": self.bound.value}
        elif self.kind is Kind.DATE:
            out["date"] = self.date and self.date.text
        else:
            out["value"] = self.value
        return out | {
            "qualifiers": dict(self.qualifiers),
            "as_of": self.as_of and self.as_of.text,
            "as_of_basis": self.as_of_basis.value,
            "attributed_to": self.attributed_to,
            "status": self.status.value,
            "evidence": {
                "start": evidence.start,
                "end": evidence.end,
                "quote": evidence.quote,
                "block": evidence.block,
                "row": evidence.row or None,
                "column": evidence.column or None,
            },
            "extractor": {"name": self.extractor, "version": self.extractor_version},
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that one extractor found in one document.

    Attributes:
        document: The document with its segments.
        claims: In the order of the text.
        problems: The reader's and the extractor's.
        candidates: Entities that no catalogue holds.
    """

    document: Document
    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()
    candidates: tuple[Entity, ...] = ()


class Extractor(Protocol):
    """What a plugin of the entry-point group `claims.extractors` provides."""

    name: str
    version: str

    def __call__(self, document: Document) -> Iterable[Claim]:
        """Yields the claims of a document, each with evidence that stands in `document.text`."""
        ...


def plain(value: Decimal | None) -> str | None:
    """Returns a number as digits without exponent or trailing zeros, the form that hashes use.

    >>> plain(Decimal("6.0E+8")), plain(Decimal("0.80")), plain(None)
    ('600000000', '0.8', None)
    """
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: Decimal | None) -> int | float | None:
    """Returns a number for JSON: an int where it is whole.

    >>> number(Decimal("6E8")), number(Decimal("80.6"))
    (600000000, 80.6)
    """
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def with_ids(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Yields the claims of one document with their ids set; equal sayings are told apart by their ordinal."""
    seen: dict[str, int] = {}
    for claim in claims:
        said = claim.fingerprint()
        ordinal = seen[said] = seen.get(said, -1) + 1
        digest = hashlib.sha256(f"{said}#{ordinal}".encode()).hexdigest()
        yield Claim(f"c_{digest[:24]}", *_all_but_id(claim))


_all_but_id = attrgetter(*(one.name for one in fields(Claim) if one.name != "id"))  # replace() takes twice as long


def qualifier_pairs(qualifiers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Returns qualifiers in the sorted form that claims hold."""
    return tuple(sorted(qualifiers.items()))
