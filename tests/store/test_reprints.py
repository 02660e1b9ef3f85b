"""Copies of a text are found whatever frames them, and texts on one topic are kept apart."""

import random

from hypothesis import given
from hypothesis import strategies as st

from store.reprints import Signature, is_reprint, origins_of_documents, shared, signature_of

WORDS = [f"word{number}" for number in range(400)]


def article(seed: int, length: int = 300) -> list[str]:
    chance = random.Random(seed)
    return [chance.choice(WORDS) for _ in range(length)]


def signature(words: list[str]) -> Signature:
    found = signature_of(" ".join(words))
    assert found is not None
    return found


def edited(words: list[str], every: int) -> list[str]:
    return [f"new{place}" if place % every == 0 else word for place, word in enumerate(words)]


def test_a_reprint_with_some_words_changed() -> None:
    text = article(1)
    assert is_reprint(signature(text), signature(edited(text, 40)))
    assert not is_reprint(signature(text), signature(edited(text, 4)))


def test_a_reprint_within_a_longer_page() -> None:
    text = article(2, 300)
    assert is_reprint(signature(text), signature([*article(3, 150), *text, *article(4, 150)]))


def test_other_texts_in_the_same_words() -> None:
    assert all(not is_reprint(signature(article(5)), signature(article(seed))) for seed in range(6, 30))


def test_case_marks_and_spaces_do_not_matter() -> None:
    text = article(7)
    assert signature_of(" ".join(text)) == signature_of(",\n  ".join(text).upper())


def test_short_texts_have_no_signature() -> None:
    assert signature_of("Our bank is closed on Monday.") is None
    assert origins_of_documents({"a": None, "b": None}) == {"a": "a", "b": "b"}


def test_copies_of_copies_have_one_origin() -> None:
    text = article(8, 400)
    named = {
        "wire": signature(text),
        "paper": signature(edited(text, 50)),
        "blog": signature([*text, *article(9, 60)]),
        "other": signature(article(10)),
    }
    assert origins_of_documents(named) == {"wire": "blog", "paper": "blog", "blog": "blog", "other": "other"}


@given(st.integers(0, 10_000), st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_documents_does_not_matter(seed: int, names: list[str]) -> None:
    texts = {"a": article(seed), "b": edited(article(seed), 30), "c": article(seed + 1), "d": edited(article(seed), 60)}
    expected = origins_of_documents({name: signature(texts[name]) for name in sorted(texts)})
    assert origins_of_documents({name: signature(texts[name]) for name in names}) == expected


@given(st.integers(0, 10_000), st.integers(2, 60))
def test_the_estimate_is_near_the_truth(seed: int, every: int) -> None:
    one, other = article(seed, 600), edited(article(seed, 600), every)
    runs = [{tuple(text[place : place + 4]) for place in range(len(text) - 3)} for text in (one, other)]
    truth = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
    assert abs(shared(signature(one), signature(other)) - truth) < 0.2
