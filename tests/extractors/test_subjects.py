"""Who a figure is about: by which step the subject was found, and when there is none."""

import pytest

from extractors.claims import find_claims
from extractors.documents import read_document
from extractors.model import Claim


def claims_of(text: str) -> list[Claim]:
    return list(find_claims(read_document(text.encode(), uri="file:///case.md")))


ANOTHER_SECTION = "# Notes\n\n## Grok\n\nGrok is loud.\n\n## Claude\n\nClaude is calm.\n\n## Weather\n\n"
TABLE_BY_COLUMN = "| Feature | Grok | Claude |\n| --- | --- | --- |\n| Monthly active users | 64M | 19M |\n"
TABLE_BY_ROW = "| App | Monthly active users |\n| --- | --- |\n| Grok | 64M |\n| Claude | 19M |\n"


@pytest.mark.parametrize(
    ("text", "subject", "step"),
    [
        ("Grok has 64 million monthly active users.", "grok", "subject of the clause"),
        ("Grok's 64 million monthly active users are loyal.", "grok", "owns"),
        ("Grok (64 million monthly active users) is loud.", "grok", "holds"),
        ("The record is 64 million monthly active users (Grok).", "grok", "in brackets"),
        ("- Grok: 64 million monthly active users\n", "grok", "label"),
        ("Grok is loud. It has 64 million monthly active users.", "grok", "it (anaphor"),
        ("## Grok\n\nNow 64 million monthly active users.\n", "grok", "heading"),
        ("Grok is loud. Now 64 million monthly active users.", "grok", "named last"),
        ("- Grok\n  - now 64 million monthly active users\n", "grok", "list head"),
        ("Some 400 Qwen models are open.", "qwen", "counted"),
    ],
)
def test_the_step_is_told(text: str, subject: str, step: str) -> None:
    (claim,) = claims_of(text)
    assert claim.subject.id == subject
    assert step in claim.trail[-1]


@pytest.mark.parametrize(("text", "step"), [(TABLE_BY_COLUMN, "head of the column"), (TABLE_BY_ROW, "head of the row")])
def test_tables_name_their_subjects_in_heads(text: str, step: str) -> None:
    found = claims_of(text)
    assert [(claim.subject.id, int(claim.low or 0)) for claim in found] == [
        ("grok", 64_000_000),
        ("claude", 19_000_000),
    ]
    assert all(step in claim.trail[-1] for claim in found)


@pytest.mark.parametrize(
    "text",
    [
        "Some 64 million monthly active users were counted.",
        "The company has 64 million monthly active users.",
        "It has 64 million monthly active users.",
        "A 7B model has 7B parameters.",
        f"{ANOTHER_SECTION}It has 64 million monthly active users.\n",
    ],
)
def test_a_figure_without_a_subject_is_no_claim(text: str) -> None:
    assert not [claim for claim in claims_of(text) if claim.metric in ("monthly_active_users", "parameters")]


@pytest.mark.parametrize(
    "text",
    [
        "Larger than Claude, Grok has 64 million monthly active users.",
        "Ahead of Claude, Grok has 64 million monthly active users.",
        "According to Anthropic, Grok has 64 million monthly active users.",
        "Grok, unlike Claude, has 64 million monthly active users.",
        "Grok has 64 million monthly active users, more than Claude.",
    ],
)
def test_compared_and_citing_names_are_no_subjects(text: str) -> None:
    assert {claim.subject.id for claim in claims_of(text)} == {"grok"}


def test_a_sentence_of_two_names_keeps_them_apart() -> None:
    found = claims_of("Grok has 64 million monthly active users, while Claude has 19 million monthly active users.")
    assert [(claim.subject.id, int(claim.low or 0)) for claim in found] == [
        ("grok", 64_000_000),
        ("claude", 19_000_000),
    ]


def test_the_mention_is_the_words_of_the_text() -> None:
    (claim,) = claims_of("Qwen3.5 has 397B parameters.")
    assert (claim.mention, claim.subject.name) == ("Qwen3.5", "Qwen 3.5")


FRESH = ("GPT-5 mini costs $2 a month.", "Claude Sonnet 4.5 mini costs $2 a month.")


@pytest.mark.parametrize("text", FRESH)
def test_what_was_read_before_does_not_matter(text: str) -> None:
    from extractors.catalogue import load_catalogue

    claims_of("GPT-5 and Claude Sonnet 4.5 cost $2 a month.")
    after = claims_of(text)
    load_catalogue.cache_clear()
    assert [claim.subject for claim in claims_of(text)] == [claim.subject for claim in after]


def test_a_sentence_without_end_tells_each_figure_of_its_own_name() -> None:
    names = ("Qwen", "Llama", "Mistral", "DeepSeek")
    text = ", ".join(f"{names[n % 4]} has {n + 3} million downloads" for n in range(80)) + "."
    assert [claim.subject.name.split()[0] for claim in claims_of(text)] == [names[n % 4] for n in range(80)]
