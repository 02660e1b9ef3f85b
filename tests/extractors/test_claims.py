"""The claims of whole texts: cases as data, and what holds for any text."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.claims import VERSION, RuleExtractor, extract, find_claims
from extractors.documents import read_document
from extractors.model import Claim, Document, Kind, Status

CASES = Path(__file__).parents[1] / "cases"
FIGURE = re.compile(r"(?P<bound>~|>=|<=)?(?P<low>-?[\d.]+(?:e\d+)?)(?:\.\.(?P<high>[\d.]+(?:e\d+)?))? (?P<unit>\S+)")
BOUNDS = {"~": "approx", ">=": "at_least", "<=": "at_most", None: "exact"}
STATUSES = {status.value for status in Status}


@dataclass(frozen=True, slots=True)
class Expected:
    """One line of a case, taken apart; `at` is None where the case does not care."""

    subject: str
    metric: str
    value: str
    qualifiers: tuple[tuple[str, str], ...]
    status: str
    speaker: str
    at: str | None


def document(text: str, media_type: str = "text/markdown") -> Document:
    return read_document(text.lstrip("\n").encode(), uri="file:///case", media_type=media_type)


def parse_line(line: str) -> Expected:
    """Returns the expectation of one line of a case."""
    subject, metric, value, *rest = (part.strip() for part in line.split(" | "))
    status, extra = "asserted", dict[str, str]()
    for word in (word.strip() for part in rest for word in part.split(",")):
        if word in STATUSES:
            status = word
        else:
            name, _, said = word.partition("=")
            extra[name] = said
    speaker, at = extra.pop("by", ""), extra.pop("at", None)
    return Expected(subject, metric, plain(value), tuple(sorted(extra.items())), status, speaker, at)


def plain(value: str) -> str:
    """Returns an expected figure in the form in which claims are told; dates and names as they are."""
    match = FIGURE.fullmatch(value)
    if match is None:
        return value
    low, high, bound = Decimal(match["low"]), Decimal(match["high"] or match["low"]), BOUNDS[match["bound"]]
    if match["high"]:
        bound = "range"
    down, up = ("at_least", "at_most") if low < 0 else ("at_most", "at_least")
    ends = (None if bound == down else low, None if bound == up else high)
    return figure(*ends, match["unit"], bound)


def figure(low: Decimal | None, high: Decimal | None, unit: str, bound: str) -> str:
    ends = "..".join("" if end is None else f"{end.normalize():f}" for end in (low, high))
    return f"{bound} {ends} {unit}"


def told(claim: Claim, expected: Mapping[str, Any]) -> Expected:
    """Returns what a claim says in the form of a case; its time only where the case gives one."""
    if claim.kind is Kind.QUANTITY:
        value = figure(claim.low, claim.high, claim.unit, claim.bound)
    else:
        value = claim.date.text if claim.date else claim.value
    at = (claim.as_of.text if claim.as_of else "") if claim.metric in expected else None
    said = (claim.qualifiers, claim.status.value, claim.attributed_to or "", at)
    return Expected(claim.subject.name, claim.metric, value, *said)


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("claims*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            marks = [pytest.mark.xfail(reason=case["todo"], strict=True)] if "todo" in case else []
            yield pytest.param(case, id=f"{path.stem}-{case['id']}", marks=marks)


@pytest.mark.parametrize("case", list(cases()))
def test_texts_make_exactly_these_claims(case: dict[str, Any]) -> None:
    wanted = sorted((parse_line(line) for line in case["expect"]), key=repr)
    timed = {one.metric for one in wanted if one.at is not None}
    source = document(case["text"], case.get("media", "text/markdown"))
    got = [told(claim, timed) for claim in find_claims(source) if not claim.metric.startswith("other:")]
    assert sorted(got, key=repr) == wanted


def test_case_ids_are_told_apart() -> None:
    names = [case.id for case in cases()]
    assert len(names) == len(set(names)) >= 80


def test_plugin_says_the_same_as_the_main_path() -> None:
    source = document("Grok has 64 million monthly active users.")
    assert list(RuleExtractor()(source)) == list(find_claims(source)) == list(extract(source).claims)
    assert RuleExtractor().version == VERSION


def test_new_names_become_candidates_with_one_problem_each() -> None:
    source = document("Quuxel 2.1 has 30B parameters. Quuxel 2.1 has a 64K context window.")
    found = extract(source)
    assert [entity.name for entity in found.candidates] == ["Quuxel 2.1"]
    assert [problem.code for problem in found.problems].count("new-entity") == 1


def test_claims_say_how_they_were_made() -> None:
    (claim,) = find_claims(document("Grok has 64 million monthly active users."))
    assert claim.trail[0].startswith("rule monthly-active-users") and claim.trail[-1].startswith("subject grok")


FRAGMENTS = [
    "Qwen 3.5",
    "Grok",
    "Llama 4 Scout",
    "Qwen3-235B-A22B",
    "GPT-5",
    " mini",
    "Claude Sonnet 4.5",
    "Sonnet",
    "Alibaba",
    "Anthropic",
    "ChatGPT",
    "the company",
    "it",
    "has",
    "raised",
    "was released in",
    "costs",
    "up from",
    "reportedly",
    "according to",
    "via",
    "600M",
    "~1.5 billion",
    "$3 / $15",
    "¥0.8",
    "€600 million",
    "38%",
    "256K",
    "10^25 FLOP",
    "２０",
    "二十亿",
    "3 crore",
    "#3",
    "May 2026",
    "Q1 2026",
    "monthly active users",
    "downloads",
    "parameters",
    "tokens",
    "per million input tokens",
    "context window",
    "revenue",
    "Apache 2.0 license",
    "open-weight",
    "Jack Ma",
    "headquartered in Paris",
    "CEO",
    "SWE-bench Verified",
    ".",
    ",",
    ";",
    ":",
    "(",
    ")",
    "**",
    "`",
    "|",
    "—",
    "\n",
    "\n\n",
    "\n\n## ",
    "\n- ",
    "\n  - ",
    "\n| a | Qwen 3.5 |\n| --- | --- |\n| Parameters | ",
    " |\n",
    "[Qwen](https://news.example/600M)",
    "<b>",
    "&nbsp;",
    "\u202f",
    "\u200b",
    "é",
    "𝔘𝟛",
    "🚀",
    "\r\n",
    "\t",
]
TEXTS = st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["", " ", " ", " "])), max_size=30).map(
    lambda pieces: "".join(piece + space for piece, space in pieces)
)


@given(TEXTS, st.sampled_from(["text/markdown", "text/plain"]))
@example("", "text/plain")
@example("Grok has 600M\u202fmonthly\u200b active users via X.", "text/plain")
@example("| a | Qwen 3.5 |\n| --- | --- |\n| Parameters | 𝔘 397B total / 170B active |\n", "text/markdown")
def test_quotes_stand_at_their_spans(text: str, media_type: str) -> None:
    source = read_document(text.encode(), uri="file:///case", media_type=media_type)
    for claim in find_claims(source):
        evidence = claim.evidence
        assert evidence.quote and source.text[evidence.start : evidence.end] == evidence.quote
        assert evidence.context.start <= evidence.start and evidence.end <= evidence.context.end
        assert not claim.mention or claim.mention in source.text


@given(TEXTS)
def test_values_are_in_order_and_of_their_kind(text: str) -> None:
    for claim in find_claims(document(text)):
        ends = [end for end in (claim.low, claim.high) if end is not None]
        assert bool(ends) == (claim.kind is Kind.QUANTITY) and ends == sorted(ends)
        assert (claim.date is not None) == (claim.kind is Kind.DATE)
        assert bool(claim.value) == (claim.kind in (Kind.ENTITY, Kind.TEXT))
        assert 0 <= claim.confidence <= 1 and claim.subject.id and claim.metric


@given(TEXTS)
def test_the_same_text_gives_the_same_claims(text: str) -> None:
    first, second = (list(find_claims(document(text))) for _ in range(2))
    assert first == second
    assert len({claim.id for claim in first}) == len(first)


@given(TEXTS)
def test_a_paragraph_above_changes_no_id(text: str) -> None:
    """An edit above the words of a claim leaves it the same claim; title and opening, which tell the topic, stay."""
    head, rain = "# On models\n\nThis is a note.\n\n", "It rained on every street of the old town.\n\n"
    below = f"## Body\n\n{text}"
    before, after = (list(find_claims(document(top + below))) for top in (head, head + rain))
    assert [claim.id for claim in before] == [claim.id for claim in after]
    assert [claim.evidence.start + len(rain) for claim in before] == [claim.evidence.start for claim in after]
