"""Values to rows and back: the canonical JSON of a claim's content, dates, entities, compressed texts."""

import json
import re
import zlib
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any

from extractors.model import Bound, Claim, Entity, Kind, PartialDate, Status, plain
from store.model import Counts, Version

LEVEL = 1
"""zlib level: texts shrink to about 45 %, level 6 gets 40 % in three times the time."""

ENTITIES_KEPT = 65_536
CALENDAR = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_said = json.encoder.encode_basestring
decode = json.JSONDecoder().decode


def frame_text(claim: Claim) -> str:
    """Returns the canonical JSON of what many claims share: kind, unit, bound, qualifiers, status."""
    return _frame_text(claim.kind, claim.unit, claim.bound, claim.qualifiers, claim.status)


@lru_cache(maxsize=65_536)
def _frame_text(*parts: Any) -> str:
    return encode(parts)


@lru_cache(maxsize=65_536)
def read_frame(text: str) -> tuple[Kind, str, Bound, tuple[tuple[str, str], ...], Status]:
    """Returns what `frame_text` wrote."""
    kind, unit, bound, qualifiers, status = decode(text)
    return Kind(kind), unit, Bound(bound), tuple((name, said) for name, said in qualifiers), Status(status)


def claim_body(claim: Claim) -> str:
    """Returns the canonical JSON of what a claim says beyond document, subject, metric, extractor and frame.

    Low, high, as_of, speaker, date, value; `true` for a high that is the low, and what is not said is left out at the
    end. Written out by hand because the generic encoder takes three times as long.
    """
    low = _number(claim.low)
    high = "true" if claim.high == claim.low else _number(claim.high)
    as_of = "null" if claim.as_of is None else _date_text(claim.as_of)
    if claim.date is None and not claim.value:
        if claim.attributed_to is None:
            return f"[{low},{high}]" if claim.as_of is None else f"[{low},{high},{as_of}]"
        return f"[{low},{high},{as_of},{_quoted(claim.attributed_to)}]"
    day = "null" if claim.date is None else _date_text(claim.date)
    value = f",{_quoted(claim.value)}" if claim.value else ""
    return f"[{low},{high},{as_of},{_quoted(claim.attributed_to)},{day}{value}]"


UNSAID = (None, True, None, None, None, "")
"""What stands for each part of a body that is left out."""


def read_body(text: str) -> tuple[str | None, str | None, PartialDate | None, str | None, PartialDate | None, str]:
    """Returns what `claim_body` wrote: low, high, as_of, speaker, date, value."""
    said: list[Any] = decode(text)
    said += UNSAID[len(said) :]
    low, high, as_of, speaker, day, value = said
    return low, low if high is True else high, to_date(as_of), speaker, to_date(day), value


def _number(value: Decimal | None) -> str:
    return "null" if value is None else f'"{plain(value)}"'


@lru_cache(maxsize=65_536)
def _quoted(words: str | None) -> str:
    return encode(words)


@lru_cache(maxsize=4096)
def _date_text(value: PartialDate) -> str:
    if value == _calendar(value.text):
        return encode(value.text)
    return encode([value.text, value.first.isoformat(), value.last.isoformat()])


@lru_cache(maxsize=4096)
def _calendar(text: str) -> PartialDate | None:
    """Returns the day, month or year that a text of this form always stands for; None for any other form."""
    found = CALENDAR.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
        last = first if day else date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return PartialDate(text, first, last)


def to_date(value: Any) -> PartialDate | None:
    """Returns the date that a row holds."""
    if value is None:
        return None
    if isinstance(value, str):
        return _calendar(value)
    text, first, last = value
    return PartialDate(text, date.fromisoformat(first), date.fromisoformat(last))


def date_column(value: PartialDate | None) -> str:
    """Returns a date as JSON text, "" for None."""
    return "" if value is None else _date_text(value)


def read_date_column(text: str) -> PartialDate | None:
    """Returns the date that `date_column` wrote."""
    return to_date(decode(text)) if text else None


@lru_cache(maxsize=ENTITIES_KEPT)
def entity_body(entity: Entity) -> str:
    """Returns the canonical JSON of an entity's description, without its id."""
    return encode([entity.name, entity.type, entity.aliases, entity.parent, entity.maker, entity.known])


_ENTITY_LINES: dict[int, tuple[Entity, str]] = {}


def entity_line(entity: Entity) -> str:
    """Returns id and description of an entity as one line; told by the object, of which documents share most."""
    held = _ENTITY_LINES.get(id(entity))
    if held is None or held[0] is not entity:
        if len(_ENTITY_LINES) > ENTITIES_KEPT:
            _ENTITY_LINES.clear()
        held = _ENTITY_LINES[id(entity)] = entity, encode(entity.id) + entity_body(entity)
    return held[1]


def read_entity(entity_id: str, body: str) -> Entity:
    """Returns the entity that `entity_body` wrote."""
    name, kind, aliases, parent, maker, known = decode(body)
    return Entity(entity_id, name, kind, tuple(aliases), parent, maker, known)


def place_text(claim: Claim) -> str:
    """Returns the canonical JSON of where a claim stands and how sure that is.

    Start, end, start and end of the context, block, basis of the time, confidence.
    """
    evidence = claim.evidence
    context = evidence.context
    return (
        f"[{evidence.start},{evidence.end},{context.start},{context.end},{_quoted(evidence.block)},"
        f"{_quoted(claim.as_of_basis)},{_decimal(claim.confidence)}]"
    )


@lru_cache(maxsize=4096)
def _decimal(value: float) -> str:
    return repr(float(value))


def words_text(claim: Claim) -> str:
    """Returns the canonical JSON of a claim's words: quote, row head, column head, mention."""
    evidence = claim.evidence
    return f"[{_said(evidence.quote)},{_said(evidence.row)},{_said(evidence.column)},{_said(claim.mention)}]"


def pack(content: bytes) -> bytes:
    """Returns bytes compressed for `blobs`."""
    return zlib.compress(content, LEVEL)


def unpack(content: bytes) -> bytes:
    """Returns what `pack` compressed."""
    return zlib.decompress(content)


def unpack_text(content: bytes | None) -> str:
    """Returns a text kept in `blobs`, "" when it was erased."""
    return unpack(content).decode("utf-8", "surrogatepass") if content else ""


def digest_of(text: str) -> str:
    """Returns the SHA-256 of a text's UTF-8 bytes in hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def microseconds(moment: datetime) -> int:
    """Returns an aware moment as microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(stamp: int) -> datetime:
    """Returns the UTC moment of microseconds since 1970."""
    return EPOCH + stamp * MICROSECOND


def counts_text(counts: Counts) -> str:
    """Returns counts as canonical JSON."""
    return encode(asdict(counts))


def read_version(row: Sequence[Any], first: int) -> Version:
    """Returns the version of a row of `versions`.

    Args:
        row: All columns in the order of the table.
        first: Number of its first event.
    """
    number, stamp, author, reason, extractor, ruleset, counts, last, top, previous, digest = row
    return Version(
        number=number,
        recorded_at=moment_of(stamp),
        author=author,
        reason=reason,
        extractor=extractor,
        ruleset=ruleset,
        counts=Counts(**decode(counts)),
        events=last - first + 1,
        root=top,
        previous=previous,
        digest=digest,
    )


def decimal(text: str | None) -> Decimal | None:
    """Returns the number that `plain` wrote."""
    return None if text is None else Decimal(text)
