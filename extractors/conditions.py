"""Decides what a rule for figures may need besides cue words: the "@" groups of rules/metrics.toml."""

import re

from extractors.distances import MONEY, sight
from extractors.exams import find_exam
from extractors.memory import Scene
from extractors.model import Quantity
from extractors.syntax import link

PER_TOKENS = re.compile(
    r"\btok(?:en)?s?\b|^(?:1|one)?\s*(?:m|mtok|million|1m)(?: (?:input|output|in|out|cached.*))?$", re.I
)
FOR_TOKENS = re.compile(
    r"\s+(?:for|per|an?|each|every)\s+(?:every |each |an? |one |1 )?(?:million|m|mtok|1m|1,000,000|thousand|1k)\b"
    r"(?: (?:input|output|cached|prompt|completion))*(?: tok(?:en)?s?\b)?",
    re.I,
)
BUSINESS = re.compile(r"\b(?:business|segment|division|unit|arm|cloud|group)\b", re.I)
SHARE = re.compile(r"\s+of\s")
WHOLE = re.compile(r"\s+of (?:(?:its|the|their|all|total|his|her) )*((?:[\w&'’-]+ ){0,3}[\w&'’-]+)")
ASIDE = re.compile(r"[\s(,:—–-]{0,3}(?:or |i\.e\. |that is |which is )?")
AFTER_MODEL = re.compile(r"\s*(?:\([^()]{0,35}\))?\s*(?:[:(,–—]|in|comes in|has|with|is an?|at)\s*(?:an?\s)?")
ORDINAL = re.compile(r"(?:st|nd|rd|th)$|^(?:first|second|third)$")
COMPANY = re.compile(
    r"[ -](?:[a-z]+ )?(?:company|start-?up|firm|lab|business|giant|unicorn|decacorn)\b(?! (?:customers?|users?))"
)
PERIOD = re.compile(r"(?:month|mo|year|yr|week|user|seat|image|minute|hour|request|developer|member)\b")
IN_OR_OUT = re.compile(
    r"\s*(?:/\s?1?M(?:tok)?|per (?:1M|million)(?: tokens)?)?\s*"
    r"\(?(in|out|input|output)\b\)?(?!\s(?!and\b|per\b)[A-Za-z])"
    r"|\s*\(?(input|output)\b",
    re.I,
)
ROUND_REACH = 80
LEADS_TO = re.compile(r"(?: year[- ]on[- ]year| year[- ]over[- ]year| YoY)?,? to ")


def _hardware(scene: Scene, figure: Quantity) -> bool:
    return any(
        m.entity.type == "hardware" and figure.start <= m.start <= figure.end + 30 for m in scene.passage.mentions
    )


def held_by_hardware(scene: Scene, figure: Quantity) -> bool:
    """Returns whether the figure is the memory of a card: "RTX 4090 (24 GB)", "a 24 GB RTX 4090"."""
    return any(
        m.entity.type == "hardware" and (0 <= figure.start - m.end <= 3 or 0 <= m.start - figure.end <= 2)
        for m in scene.passage.mentions
    )


def _after_model(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a size follows a model's name: "Llama 3.1 (2024): 8B, 70B and 405B", "Qwen 3.5 (9B to 397B)"."""
    start = sight(scene, figure).start
    lettered = scene.text[figure.number.end - 1] in "BT"
    return lettered and any(
        m.entity.type in ("model", "family")
        and 0 <= start - m.end <= 45
        and AFTER_MODEL.fullmatch(scene.text, m.end, start)
        for m in scene.passage.mentions
    )


def _per_tokens(scene: Scene, figure: Quantity) -> bool:
    if figure.per:
        return bool(PER_TOKENS.search(figure.per))
    return bool(FOR_TOKENS.match(scene.text, figure.end, scene.passage.end))


def _signed(scene: Scene, figure: Quantity) -> bool:
    return scene.text[figure.start] in "+-−–"


def _business(scene: Scene, figure: Quantity) -> bool:
    return bool(BUSINESS.search(scene.text, max(scene.passage.start, figure.start - 60), figure.start))


def _ordinal(scene: Scene, figure: Quantity) -> bool:
    return bool(ORDINAL.search(figure.number.of(scene.text).casefold()))


def _grows_to(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a rate leads to an amount: "grew 28% to $37.6 billion"."""
    return any(
        MONEY.match(other.unit) and LEADS_TO.fullmatch(scene.text, figure.end, other.start) for other in scene.figures
    )


def _grown_to(scene: Scene, figure: Quantity) -> bool:
    """Returns whether an amount follows a rate of growth."""
    return any(
        other.unit == "percent"
        and other.end < figure.start
        and _grows_to(scene, other)
        and figure.start - other.end < 25
        for other in scene.figures
    )


def is_part(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a percentage is a part of something that the text goes on to name: "30% of revenue"."""
    return figure.unit == "percent" and SHARE.match(scene.text, figure.end, scene.passage.end) is not None


def whole_of(scene: Scene, figure: Quantity, amount: Quantity) -> str:
    """Returns what an amount is a share of, where a percentage right behind it says so: "$3B (30% of revenue)"."""
    if figure.unit != "percent" or amount.unit in ("percent", "ratio") or figure.start < amount.end:
        return ""
    if not ASIDE.fullmatch(scene.text, amount.end, figure.start):
        return ""
    match = WHOLE.match(scene.text, figure.end, scene.passage.end)
    return match[1] if match else ""


def _of_usage(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a share is one of usage: "3.4% of chatbot traffic", "30% of global AI-model downloads"."""
    return bool(link("share-of-usage").match(scene.text, figure.end, scene.passage.end))


def _of_market(scene: Scene, figure: Quantity) -> bool:
    return bool(link("share-of-market").match(scene.text, figure.end, scene.passage.end))


def _exam(scene: Scene, figure: Quantity) -> bool:
    return find_exam(scene, figure) is not None


def _has(scene: Scene, figure: Quantity) -> bool:
    return scene.follows("has", figure.start)


def _valued_company(scene: Scene, figure: Quantity) -> bool:
    """Returns whether an amount says what a company is worth: "a $183B company"."""
    return bool(COMPANY.match(scene.text, figure.end, scene.passage.end))


def _priced_round(scene: Scene, figure: Quantity) -> bool:
    """Returns whether an amount is the price of a round told before it: "closed a $2 billion round at $32 billion"."""
    before = [q for q in scene.figures if MONEY.match(q.unit) and 0 < figure.start - q.end <= ROUND_REACH]
    return (
        bool(before)
        and scene.lower.endswith(" at ", scene.passage.start, figure.start)
        and any(hit[1] <= figure.start for hit in scene.passage.cues.get("funding", ()))
    )


def _per_period(_scene: Scene, figure: Quantity) -> bool:
    return bool(figure.per and PERIOD.match(figure.per))


def _in_or_out(scene: Scene, figure: Quantity) -> bool:
    return bool(IN_OR_OUT.match(scene.text, figure.end, scene.passage.end))


def is_level(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a percentage is where something stands, not by how much it moved: "rose to 32%"."""
    return scene.lower.endswith((" to ", " at "), scene.passage.start, figure.start)


# What a rule may need besides cue words: the "@" groups of rules/metrics.toml.
CONDITIONS = {
    "@of_usage": _of_usage,
    "@grows_to": _grows_to,
    "@grown_to": _grown_to,
    "@of_market": _of_market,
    "@hardware": _hardware,
    "@after_model": _after_model,
    "@per_tokens": _per_tokens,
    "@signed": _signed,
    "@business": _business,
    "@ordinal": _ordinal,
    "@exam": _exam,
    "@has": _has,
    "@valued_company": _valued_company,
    "@priced_round": _priced_round,
    "@per_period": _per_period,
    "@in_or_out": _in_or_out,
}
