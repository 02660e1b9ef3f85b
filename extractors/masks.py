"""Hides what is not prose — addresses, code, tags, note marks, emphasis marks — without moving any offset.

Everything hidden becomes blanks: an emphasis mark between a sign and its number (`~**600M**`) then reads as blanks
between them, and the sign keeps its own place, so that a quote still starts with it. Zero-width characters were
rejected: every expression of every extractor would have to know them.
"""

import re
from dataclasses import dataclass
from functools import cache

from extractors.model import Span
from extractors.problems import RuleError
from extractors.rules import check_entries, load_rules

_KEYS = ("id", "source", "triggers", "pattern", "example", "masked", "counterexample")
_VISIBLE = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Mask:
    """One kind of stretch that is no prose.

    Attributes:
        id: Name in the rules.
        triggers: A text that contains none of them cannot contain the stretch.
        pattern: What is hidden.
    """

    id: str
    triggers: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def load_masks() -> tuple[Mask, ...]:
    """Returns the masks in the order in which they are applied.

    Raises:
        RuleError: A pattern does not compile or a key is missing.
    """
    name = "segments_masks.toml"
    entries = load_rules(name)["mask"]
    check_entries(entries, file=name, required=_KEYS, optional=())
    try:
        return tuple(Mask(entry["id"], tuple(entry["triggers"]), re.compile(entry["pattern"])) for entry in entries)
    except re.error as error:
        raise RuleError(f"{name}: {error}") from error


def mask_markup(text: str) -> str:
    """Returns the text at the same length with everything that is no prose blanked out; line breaks stay.

    >>> mask_markup("**900 million** weekly, see [the card](https://x.example/7B).")
    '  900 million   weekly, see  the card                       .'
    >>> mask_markup("397B total")
    '397B total'
    """
    for mask in load_masks():
        if any(trigger in text for trigger in mask.triggers):
            text = mask.pattern.sub(_blank, text)
    return text


def find_masked(text: str) -> list[Span]:
    """Returns the stretches that `mask_markup` blanks out.

    >>> text = "See [the card](https://x.example/7B)."
    >>> [span.of(text) for span in find_masked(text)]
    ['[', '](https://x.example/7B)']
    >>> find_masked("397B total")
    []
    """
    masked = mask_markup(text)
    spans: list[Span] = []
    for at, (old, new) in enumerate(zip(text, masked, strict=True)):
        if old != new:
            if spans and spans[-1].end == at:
                spans[-1] = Span(spans[-1].start, at + 1)
            else:
                spans.append(Span(at, at + 1))
    return spans


def _blank(match: re.Match[str]) -> str:
    return _VISIBLE.sub(" ", match[0])
