"""Finds scores that stand right behind the name of what they are of, where a number looks like a version or a year.

"SWE-bench 65" and "an Elo of 1501" hold no unit, and a reader of plain text takes them for "Windows 65" and a year.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from extractors.mentions import Mention
from extractors.model import Bound, Quantity, Span

LEAST = 5
BEHIND_NAME = re.compile(r"(?:\s+score)?(?::|=|\s+of|\s+at)?\s+(?P<score>\d{1,4}(?:\.\d+)?)(?![\w%-]|[.,:]\d|\s?[x×/])")
ELO = re.compile(
    r"\b(?:Elo|ELO)(?:\s+(?:score|rating|points))?(?:\s+(?:of|at|is|was)|:)?\s+(?P<score>\d{3,4})(?![\w%-]|[.,]\d)"
)


def find_scores(text: str, mentions: Sequence[Mention], known: Sequence[Quantity]) -> list[Quantity]:
    """Returns the scores among the numbers of a text that no quantity holds yet.

    >>> [str(found.low) for found in find_scores("It has an Elo of 1501.", (), ())]
    ['1501']
    >>> find_scores("It ran in 1501.", (), ())
    []
    """
    hits = [m for one in mentions if one.entity.type == "benchmark" and (m := BEHIND_NAME.match(text, one.end))]
    if "lo" in text:
        hits += ELO.finditer(text)
    spans = sorted({match.span("score") for match in hits})
    held = {q.number.start for q in known}
    return [_score(text, *span) for span in spans if span[0] not in held and float(text[slice(*span)]) >= LEAST]


def _score(text: str, start: int, end: int) -> Quantity:
    value = Decimal(text[start:end])
    return Quantity(value, value, "", Bound.EXACT, start, end, number=Span(start, end), digits=end - start)
