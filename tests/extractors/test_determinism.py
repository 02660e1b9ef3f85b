"""The same text gives the same mentions, whatever was read before: caches must never change an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.catalogue import load_catalogue
from extractors.entities import find_mentions
from extractors.names import build_entity, load_words

TEXTS = (
    "Qwen3. Qwen3.x-Max. Qwen3.5-Max and Qwen3.x-Max again.",
    "GPT-4o mini is small. GPT-4o is not. GPT-4o mini costs less.",
    "Claude 3.5 sonnet, Claude 3.5 and Claude 3.5 sonnet once more.",
    "Llama 4 and Llama 4 scout; Llama 4 scout and Llama 4.",
    "GPT-5 mini costs 2.",
    "Claude Sonnet 4.5 mini and Claude Sonnet 4.5 nano.",
)
NAMES = sorted({name for record in load_catalogue().records.values() for name in record.names})
MODELS = sorted(r.entity.name for r in load_catalogue().records.values() if r.entity.type in ("model", "family"))
WORDS = sorted(load_words().variants | load_words().lower | load_words().spaced_lower | {"3.5", "4", "7B", "A3B", "x"})
MARKS = (" ", "-", ", ", ". ", "/", " and ", "'s ", "\n", "(", ") ", ".", " 3 million ", " users ")
FOLLOWING = st.one_of(st.sampled_from(WORDS), st.sampled_from(sorted(load_words().spaced_lower)))
SAID = st.one_of(st.sampled_from(MODELS), st.sampled_from(NAMES), FOLLOWING.map(str.capitalize))
PIECE = st.tuples(SAID, st.sampled_from((" ", "-", "")), FOLLOWING, st.sampled_from(MARKS))
PIECES = st.lists(PIECE, min_size=1, max_size=8)


def forget() -> None:
    """Leaves the catalogue as it is before the first text."""
    catalogue = load_catalogue()
    for kept in (catalogue.built, catalogue.compiled, catalogue.memo, catalogue.starts):
        kept.clear()
    build_entity.cache_clear()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_names_the_same_when_read_again(text: str) -> None:
    assert find_mentions(text) == find_mentions(text)


@pytest.mark.parametrize("text", TEXTS)
def test_an_equal_name_is_read_alike_throughout(text: str) -> None:
    named: dict[str, set[str]] = {}
    for mention in find_mentions(text):
        named.setdefault(text[mention.start : mention.end], set()).add(mention.entity.id)
    assert all(len(ids) == 1 for ids in named.values())


@given(PIECES)
def test_what_was_read_before_changes_nothing(pieces: list[tuple[str, str, str, str]]) -> None:
    text = "".join("".join(piece) for piece in pieces)
    for name, *_ in pieces:
        find_mentions(name)
    warm = find_mentions(text)
    assert find_mentions(text) == warm
    forget()
    assert find_mentions(text) == warm
