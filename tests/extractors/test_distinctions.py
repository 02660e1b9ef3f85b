"""What sets one thing apart: rules, values and what is left alone."""

import pytest

from extractors.claims import find_claims
from extractors.distinctions import load_distinctions
from extractors.documents import read_document
from extractors.rules import load_rules


@pytest.mark.parametrize("entry", load_rules("distinctions.toml")["distinction"], ids=lambda entry: entry["id"])
def test_examples(entry: dict[str, str]) -> None:
    rule = next(each for each in load_distinctions()[0] if each.id == entry["id"])
    for key, wanted in (("example", True), ("counterexample", False)):
        text = entry[key].casefold()
        assert (rule.gate in text and rule.pattern.search(text) is not None) is wanted, text


def distinctions(text: str) -> list[tuple[str, str, str, bool]]:
    claims = find_claims(read_document(text.encode(), uri="file:///a.md"))
    return [
        (claim.subject.name, claim.metric, claim.value, ("of", "own") in claim.qualifiers)
        for claim in claims
        if claim.metric in ("other:first", "other:largest")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BYD was the first carmaker to pass Tesla.", [("BYD", "other:first", "carmaker pass to", False)]),
        ("Stargate is the world's largest GPU cluster.", [("Stargate", "other:largest", "cluster gpu largest", False)]),
        ("Microsoft's first open models were small.", [("Microsoft", "other:first", "model open", True)]),
        ("Nvidia is one of the world's largest chip companies.", []),
        ("In the first quarter Nvidia grew, and it took the first step abroad.", []),
        ("Nvidia came first.", []),
    ],
)  # fmt: skip
def test_values(text: str, expected: list[tuple[str, str, str, bool]]) -> None:
    assert distinctions(text) == expected


def test_two_wordings_have_one_value() -> None:
    (a,) = distinctions("Grok 4 is closed — the first time xAI's flagship shipped closed weights only.")
    (b,) = distinctions("Grok 3 was xAI's first closed-weight flagship.")
    assert a[2] == b[2]
