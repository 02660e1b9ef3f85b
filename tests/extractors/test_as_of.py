"""When a value holds, and where that was taken from."""

import pytest

from extractors.as_of import load_temporality
from extractors.claims import find_claims
from extractors.documents import read_document
from extractors.model import Basis, Claim
from extractors.rules import load_rules

DATED = "---\ntitle: Notes\ndate: 2026-01-09\n---\n\n"


def claims_of(text: str) -> list[Claim]:
    return list(find_claims(read_document(text.encode(), uri="file:///case.md")))


def when(claim: Claim) -> tuple[str, Basis]:
    return (claim.as_of.text if claim.as_of else "", claim.as_of_basis)


@pytest.mark.parametrize(
    ("text", "date", "basis"),
    [
        ("Grok had 64 million monthly active users in May 2025.", "2025-05", Basis.STATED),
        ("In May 2025, Grok had 64 million monthly active users.", "2025-05", Basis.STATED),
        ("As of 3 May 2025 Grok had 64 million monthly active users.", "2025-05-03", Basis.STATED),
        ("Grok had 64 million monthly active users in Q3 2025.", "2025-Q3", Basis.STATED),
        ("## Users in May 2025\n\nGrok had 64 million monthly active users.\n", "2025-05", Basis.CONTEXT),
        (f"{DATED}Grok had 64 million monthly active users.", "2026-01-09", Basis.PUBLISHED),
        (f"{DATED}Grok had 64 million monthly active users in May 2025.", "2025-05", Basis.STATED),
        ("Grok had 64 million monthly active users.", "", Basis.NONE),
        (f"{DATED}Grok 4 has 2T parameters.", "", Basis.NONE),
        ("Grok 4 was released in July 2025.", "", Basis.NONE),
    ],
)
def test_one_claim(text: str, date: str, basis: Basis) -> None:
    (claim,) = claims_of(text)
    assert when(claim) == (date, basis)


@pytest.mark.parametrize(
    "text",
    [
        "| Metric (May 2025) | Grok |\n| --- | --- |\n| Monthly active users | 64M |\n",
        "| Metric | Grok (May 2025) |\n| --- | --- |\n| Monthly active users | 64M |\n",
        "| Metric | Grok |\n| --- | --- |\n| Monthly active users, May 2025 | 64M |\n",
        "Figures for May 2025:\n\n| Metric | Grok |\n| --- | --- |\n| Monthly active users | 64M |\n",
        "### May 2025\n\n| Metric | Grok |\n| --- | --- |\n| Monthly active users | 64M |\n",
    ],
)
def test_tables_give_the_time_by_their_heads(text: str) -> None:
    (claim,) = claims_of(text)
    assert when(claim) == ("2025-05", Basis.CONTEXT)


def test_a_cell_s_own_date_wins() -> None:
    (claim,) = claims_of("| Metric (2024) | Grok |\n| --- | --- |\n| Monthly active users | 64M (May 2025) |\n")
    assert when(claim) == ("2025-05", Basis.STATED)


def test_each_figure_has_its_own_time() -> None:
    found = claims_of("Grok had 30 million monthly active users in May 2025 and 64 million in May 2026.")
    assert [when(claim)[0] for claim in found] == ["2025-05", "2026-05"]


def test_the_date_of_a_release_is_not_the_time_of_a_figure() -> None:
    found = claims_of("Grok, launched in November 2023, has 64 million monthly active users.")
    (users,) = (claim for claim in found if claim.metric == "monthly_active_users")
    assert when(users) == ("", Basis.NONE)


def test_every_metric_has_a_temporality() -> None:
    known = {entry["id"] for entry in load_rules("metrics.toml", package="seeds")["metric"]}
    assert load_temporality().keys() == known
    assert set(load_temporality().values()) <= {"constant", "state", "cumulative", "flow"}
