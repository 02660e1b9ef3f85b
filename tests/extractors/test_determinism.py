"""The same text gives the same mentions, whatever was read before: caches must never change an answer."""

import pytest

from extractors.entities import find_mentions

TEXTS = (
    "Qwen3. Qwen3.x-Max. Qwen3.5-Max and Qwen3.x-Max again.",
    "GPT-4o mini is small. GPT-4o is not. GPT-4o mini costs less.",
    "Claude 3.5 sonnet, Claude 3.5 and Claude 3.5 sonnet once more.",
    "Llama 4 and Llama 4 scout; Llama 4 scout and Llama 4.",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_names_the_same_when_read_again(text: str) -> None:
    assert find_mentions(text) == find_mentions(text)


@pytest.mark.parametrize("text", TEXTS)
def test_an_equal_name_is_read_alike_throughout(text: str) -> None:
    named: dict[str, set[str]] = {}
    for mention in find_mentions(text):
        named.setdefault(text[mention.start : mention.end], set()).add(mention.entity.id)
    assert all(len(ids) == 1 for ids in named.values())
