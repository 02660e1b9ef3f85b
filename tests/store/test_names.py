"""Entities are found by the closest kind of name, as of a version."""

import pytest

from extractors.model import Entity
from store.names import Names

ENTITIES = (
    Entity("qwen", "Qwen", "family", ("Tongyi Qianwen",)),
    Entity("qwen-3.5", "Qwen 3.5", "model", ("Qwen3.5",), "qwen"),
    Entity("qwen-3.5-9b", "Qwen 3.5-9B", "model", (), "qwen-3.5"),
    Entity("grok", "Grok", "product", ("Qwen killer",)),
    Entity("qwen-killer", "Killer", "product"),
)


@pytest.fixture
def names() -> Names:
    found = Names()
    for number, entity in enumerate(ENTITIES, 1):
        found.add_entity(number, number, entity, 1)
    found.add_entity(9, 4, Entity("grok", "Grok AI", "product"), 3)
    return found


@pytest.mark.parametrize(
    ("name", "version", "ids"),
    [
        ("qwen", 1, ["qwen"]),
        ("  QWEN 3.5 ", 1, ["qwen-3.5"]),
        ("qwen3.5-9b", 1, ["qwen-3.5-9b"]),
        ("tongyi-qianwen", 1, ["qwen"]),
        ("qwen-killer", 1, ["qwen-killer"]),
        ("qwen killer", 1, ["grok"]),
        ("qwen killer", 3, ["qwen-killer"]),
        ("grok ai", 2, []),
        ("grok ai", 3, ["grok"]),
        ("qwen", 0, []),
        ("nobody", 1, []),
    ],
)
def test_find(names: Names, name: str, version: int, ids: list[str]) -> None:
    assert [names.entity(key, version).id for key in names.find(name, version)] == ids


def test_family_reaches_down_all_levels(names: Names) -> None:
    assert names.family([1], 1) == (1, 2, 3)
    assert names.family([2], 1) == (2, 3)


def test_close_names_are_offered(names: Names) -> None:
    assert names.close_to("Quen", 1) == ["Qwen"]
