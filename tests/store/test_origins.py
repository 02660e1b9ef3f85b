"""Copied sentences have one origin."""

from dataclasses import replace
from datetime import UTC, datetime

from extractors.model import Claim, Entity, Evidence, Kind
from store.model import Statement
from store.origins import is_copy, origins_of

PARAGRAPH = (
    "By April the family had been downloaded more than 1 billion times in all, the company said, while its app was "
    "used by 166 million people in the last month of the quarter."
)
CLAIM = Claim("c_a", "a", "r", Entity("v", "Vega", "family"), "", "downloads", Kind.QUANTITY, Evidence(0, 1, "1"))


def stands_in(document: str, sentence: str) -> Statement:
    claim = replace(CLAIM, id=f"c_{document}", document=document)
    return Statement(claim, "", None, "", datetime(2026, 1, 1, tzinfo=UTC), 1, sentence=sentence)


def test_a_paragraph_printed_twice() -> None:
    edited = PARAGRAPH.replace("the company said", "it told investors")
    a, b, c = stands_in("a", PARAGRAPH), stands_in("b", edited), stands_in("c", "Vega had 1 billion downloads in all.")
    assert is_copy(a, b)
    assert not is_copy(a, c)
    assert origins_of([c, b, a]) == {"c_a": "a", "c_b": "a", "c_c": "c"}


def test_short_sentences_and_one_document_are_no_copies() -> None:
    short = "Vega supports 201 languages."
    assert not is_copy(stands_in("a", short), stands_in("b", short))
    assert not is_copy(stands_in("a", PARAGRAPH), stands_in("a", PARAGRAPH))
