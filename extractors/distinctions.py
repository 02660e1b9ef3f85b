"""Finds what sets one thing apart from all others: "the first online bank", "the world's largest battery plant".

The value is the same for all ways to say it: the words of the kind in alphabetical order, without names, endings and
words that narrow nothing. What is only somebody's own first carries `of = "own"`. The claim stands under a metric of no
catalogue; it is there to be set against others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.fact_rules import Fact
from extractors.memory import Scene
from extractors.model import Span
from extractors.rules import check_entries, load_rules
from extractors.subjects import find_subject

DISTINGUISHED = ("model", "product", "family", "cluster", "organization")
SURE = 2.0
FEWEST_WORDS = 2
CONFIDENCE = 0.4
WORD = re.compile(r"[^\W_]+")
ONE_OF = re.compile(r"\b(?:one|some|two|three|many|several|among|not) (?:of )?(?:only )?$")
EVERYBODY = re.compile(r"the ")
POSSESSIVE = re.compile(r"['’]s\b")


@dataclass(frozen=True, slots=True)
class Distinction:
    """Words that set something apart, and the metric that they are kept under."""

    id: str
    metric: str
    gate: str
    pattern: re.Pattern[str]


@cache
def load_distinctions() -> tuple[tuple[Distinction, ...], frozenset[str]]:
    """Returns the distinctions and the words that narrow nothing.

    Raises:
        RuleError: An entry has an unknown key, lacks one, or stands twice.
    """
    rules = load_rules("distinctions.toml")
    common = ("id", "source", "example", "counterexample")
    check_entries(
        rules["distinction"],
        file="rules/distinctions.toml",
        required=(*common, "metric", "gate", "pattern"),
        optional=(),
    )
    check_entries(rules["filler"], file="rules/distinctions.toml", required=(*common, "words"), optional=())
    found = tuple(
        Distinction(entry["id"], entry["metric"], entry["gate"], re.compile(entry["pattern"]))
        for entry in rules["distinction"]
    )
    return found, frozenset(word for entry in rules["filler"] for word in entry["words"])


def find_distinctions(scene: Scene) -> Iterator[Fact]:
    """Yields what a passage sets apart, each stretch once."""
    start, end = scene.passage.start, scene.passage.end
    taken = start
    for rule in load_distinctions()[0]:
        if scene.lower.find(rule.gate, start, end) < 0:
            continue
        for match in rule.pattern.finditer(scene.lower, start, end):
            span = Span(match.start("value"), match.start("value") + len(match["value"].rstrip(".'’-")))
            if span.start < taken or ONE_OF.search(scene.lower, start, match.start()):
                continue
            kind = kind_of_thing(scene, span)
            subject = find_subject(scene, Span(span.start, span.start + len(rule.gate)), DISTINGUISHED)
            if len(kind) >= FEWEST_WORDS and subject is not None and subject.score >= SURE:
                taken = span.end
                own = () if EVERYBODY.match(match[0]) else (("of", "own"),)
                yield Fact(rule.metric, span, subject, rule.id, " ".join(kind), qualifiers=own, confidence=CONFIDENCE)


def kind_of_thing(scene: Scene, span: Span) -> list[str]:
    """Returns the words that say of what kind something is the first, in alphabetical order."""
    text = scene.lower[span.start : span.end]
    for mention in reversed(scene.passage.mentions):
        if span.start <= mention.start < span.end:
            text = f"{text[: mention.start - span.start]} {text[mention.end - span.start :]}"
    words = {singular(word) for word in WORD.findall(POSSESSIVE.sub(" ", text))}
    return sorted(words - load_distinctions()[1])


def singular(word: str) -> str:
    """Returns a word without the ending of the plural, as far as a rule of thumb tells it.

    >>> singular("weights"), singular("companies"), singular("access")
    ('weight', 'company', 'access')
    """
    if word.endswith("ies") and len(word) > len("series"):
        return word[:-3] + "y"
    return (
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > len("gas") else word
    )
