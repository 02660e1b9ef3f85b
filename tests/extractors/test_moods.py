"""In which mood a figure is said, and who is said to report it."""

import pytest

from extractors.claims import find_claims
from extractors.documents import read_document
from extractors.model import Claim, Status


def only(text: str) -> Claim:
    (claim,) = (
        claim
        for claim in find_claims(read_document(text.encode(), uri="file:///case.md"))
        if not claim.metric.startswith("other:") and claim.metric not in ("license", "developer")
    )
    return claim


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Meta spent $65 billion on infrastructure.", Status.ASSERTED),
        ("Meta will spend $65 billion on infrastructure.", Status.PLANNED),
        ("Meta expects to invest $65 billion.", Status.PLANNED),
        ("Meta is on track to spend $65 billion on infrastructure.", Status.PLANNED),
        ("Meta pledged $65 billion.", Status.PLANNED),
        ("Llama 5 is slated to be released in 2027.", Status.PLANNED),
        ("Grok 5 reportedly has 6T parameters.", Status.ALLEGED),
        ("Grok 5 is said to have 6T parameters.", Status.ALLEGED),
        ("Grok 5 allegedly has 6T parameters.", Status.ALLEGED),
        ("Leaked slides give Grok 5 6T parameters.", Status.ALLEGED),
        ("Grok 5 never confirmed its 6T parameters.", Status.ASSERTED),
        ("xAI denied that Grok 5 has 6T parameters.", Status.DENIED),
        ("The licence for Llama has restrictions above 700 million monthly active users.", Status.THRESHOLD),
        ("Llama's license limits use above 700 million monthly active users.", Status.THRESHOLD),
        ("Llama has above 700 million monthly active users.", Status.ASSERTED),
    ],
)
def test_status(text: str, status: Status) -> None:
    assert only(text).status is status


@pytest.mark.parametrize(
    "text",
    [
        "Meta will expand; it spent $65 billion on infrastructure.",
        "Grok 5 is reportedly near, but Grok 4 has 2T parameters.",
    ],
)
def test_a_mood_ends_with_its_clause(text: str) -> None:
    assert only(text).status is Status.ASSERTED


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Grok has 64 million monthly active users.", None),
        ("According to Similarweb, Grok has 64 million monthly active users.", "Similarweb"),
        ("Grok has 64 million monthly active users, according to Similarweb.", "Similarweb"),
        ("Grok has 64 million monthly active users, as reported by Reuters.", "Reuters"),
        ("Similarweb says Grok has 64 million monthly active users.", "Similarweb"),
        ("Artificial Analysis measured Grok 4 at 75 tokens per second.", "Artificial Analysis"),
        ("Artificial Analysis (an independent tester) measured Grok 4 at 75 tokens per second.", "Artificial Analysis"),
        ("@karpathy says Grok 4 runs at 75 tokens per second.", "@karpathy"),
        ("[@karpathy](https://social.example/k) says Grok 4 runs at 75 tokens per second.", "@karpathy"),
        ("Data from Epoch AI gives Grok 4 a 256K context window.", "Epoch AI"),
        ("Grok has 64 million monthly active users per Sensor Tower.", "Sensor Tower"),
    ],
)
def test_speaker(text: str, speaker: str | None) -> None:
    assert only(text).attributed_to == speaker


def test_a_speaker_is_not_the_subject() -> None:
    assert only("Similarweb says Grok has 64 million monthly active users.").subject.id == "grok"
