"""Finds what the cells of a table name whose column or row is about it, names that nobody knows included."""

import re

from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.linking import is_topic
from extractors.model import Entity, Segment
from extractors.names import slug
from extractors.passages import Reading
from extractors.wording import load_wording

LEAD = 3  # code points before the name with which a cell begins
LONGEST_NAME = 48
REMARK = 40
REST = re.compile(r"(?:[ -][A-Z\d][\w.+-]*)+$")
NAME = re.compile(r"[A-Z][\w.+-]*(?:[ -][A-Z\d][\w.+-]*)*$")
NUMBER = re.compile(r"\d")
MADE = ("model", "family", "product")


def names_of(reading: Reading, cell: Segment) -> list[Mention]:
    """Returns the names with which a cell begins; where its head asks for names, the whole cell is one."""
    here = reading.mentions_in(cell.span)
    found = [m for m in here if is_topic(m) or (m.entity.type == "platform" and m.kind != "adjective")]
    found = [m for m in found if m.start - cell.start <= LEAD and cell.end - m.end < REMARK]
    words = cell.span.of(reading.text).strip(" *_`")
    if len(words) > LONGEST_NAME or (found and found[0].end - found[0].start >= len(words)):
        return found
    asked = cell.column is not None and cell.column.of(reading.text).strip(" *_").lower() in load_wording().model_heads
    if found:
        return [_whole(reading, cell, found[0], words, asked=asked) or found[0], *found[1:]]
    if asked and not here and NAME.match(words):
        return [Mention(cell.start, cell.end, _entity(words, None), "introduced")]
    return []


def new_name(reading: Reading, cell: Segment, kind: str) -> list[Mention]:
    """Returns a cell among names of one type as the name of one more, unless it sums the others up or names another."""
    words = cell.span.of(reading.text).strip(" *_`")
    other = reading.mentions_in(cell.span) or words.lower() in load_wording().sums
    if other or len(words) > LONGEST_NAME or not NAME.match(words):
        return []
    return [Mention(cell.start, cell.end, Entity(slug(words), words, kind, known=False), "introduced")]


def _whole(reading: Reading, cell: Segment, first: Mention, words: str, *, asked: bool) -> Mention | None:
    """Returns the name of which a cell's first name is only the beginning ("Mistral Large 2407"), or None."""
    rest = reading.text[first.end : cell.end].rstrip(" *_`")
    if first.entity.type not in (*MADE, "organization") or not REST.match(rest):
        return None
    if not (asked or (NUMBER.search(rest) and first.entity.type in MADE)):
        return None
    return Mention(first.start, cell.end, _entity(words, first.entity), "introduced")


def _entity(words: str, base: Entity | None) -> Entity:
    """Returns the entity of a whole name: a known one, or a new model of the family that it begins with."""
    catalogue = load_catalogue()
    known = catalogue.find(words)
    if known is not None:
        return known
    maker = (base if base and base.type == "organization" else catalogue.maker(base)) if base else None
    parent = base.id if base is not None and base.type in MADE else ""
    return Entity(slug(words), words, "model", parent=parent, maker=maker.id if maker else "", known=False)
