"""Every group of rules/cues.toml is found in its example and not in its counterexample."""

from collections import Counter
from functools import cache
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.matcher import PhraseMatcher

from extractors.lexicon import Hits, find_cues
from extractors.rules import load_rules

GROUPS: list[dict[str, Any]] = load_rules("cues.toml")["group"]
KNOWN_MISSES: dict[str, str] = {"disk": "the counterexample holds “weights”, which is one of the group's phrases"}


def cues(text: str, *, label: bool = False) -> set[str]:
    return set(find_cues(text, 0, len(text), label=label))


def groups() -> list[Any]:
    return [
        pytest.param(
            group,
            id=group["id"],
            marks=[pytest.mark.xfail(reason=KNOWN_MISSES[group["id"]], strict=True)]
            if group["id"] in KNOWN_MISSES
            else [],
        )
        for group in GROUPS
    ]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["id"])
def test_example_holds_the_cue(group: dict[str, Any]) -> None:
    assert group["id"] in cues(group["example"])


@pytest.mark.parametrize("group", groups())
def test_counterexample_does_not_hold_the_cue(group: dict[str, Any]) -> None:
    assert group["id"] not in cues(group["counterexample"])


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["id"])
def test_every_phrase_is_found_whatever_its_case(group: dict[str, Any]) -> None:
    """A phrase that the tokenizer cuts in another way in running text would never be found."""
    lost = [
        phrase
        for phrase in group["phrases"]
        if group["id"] not in cues(f"So {phrase.upper()} it is.") or group["id"] not in cues(f"So {phrase}, it is.")
    ]
    assert not lost


def test_no_phrase_stands_twice() -> None:
    twice = {
        f"{group['id']}: {phrase}"
        for group in GROUPS
        for phrase, times in Counter(phrase.casefold() for phrase in group["phrases"]).items()
        if times > 1
    }
    assert not sorted(twice)


@pytest.mark.parametrize("group", [group for group in GROUPS if "labels" in group], ids=lambda group: group["id"])
def test_label_words_count_in_labels_alone(group: dict[str, Any]) -> None:
    words = [word for word in group["labels"] if word not in group["phrases"]]
    assert all(group["id"] in cues(word, label=True) for word in words)
    assert not [word for word in words if group["id"] in cues(word)]


def test_offsets_point_into_the_text() -> None:
    text = "ünïcode first — the app has ~203M MAU."
    assert [text[first:last] for first, last in find_cues(text, 10, len(text))["monthly_users"]] == ["MAU"]


@cache
def matcher() -> tuple[Any, PhraseMatcher]:
    nlp = spacy.blank("en")
    found = PhraseMatcher(nlp.vocab, attr="LOWER")
    for group in GROUPS:
        found.add(group["id"], [nlp.make_doc(phrase) for phrase in group["phrases"]])
    return nlp, found


def matched(text: str) -> Hits:
    """What spaCy's own PhraseMatcher finds over its own tokens."""
    nlp, match = matcher()
    doc = nlp.make_doc(text)
    hits: Hits = {}
    for key, first, last in match(doc):
        span = doc[first:last]
        hits.setdefault(nlp.vocab.strings[key], []).append((span.start_char, span.end_char))
    return hits


WORDS = sorted({word for group in GROUPS for phrase in group["phrases"] for word in phrase.split()})
PIECES = st.one_of(
    st.sampled_from(WORDS), st.sampled_from(list(" \n\t.,;:-–/()'’\"$%&+=~*_\u00a0")), st.just(" "), st.text(max_size=3)
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_phrases_are_found_as_over_tokens(text: str) -> None:
    assert find_cues(text, 0, len(text)) == matched(text)
