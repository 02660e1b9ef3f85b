"""Cases are data in tests/cases/entities.toml; properties of the reader and of the catalogue are below."""

import tomllib
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.catalogue import load_catalogue
from extractors.entities import (
    candidate_entity,
    find_anaphora,
    find_mentions,
    introduced_names,
    name_sizes,
)
from extractors.records import squash

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "entities.toml").read_text(encoding="utf-8"))
RULES = Path(__file__).parents[2] / "extractors" / "rules"
GRAMMAR = tomllib.loads((RULES / "entities.toml").read_text(encoding="utf-8"))
CUES = tomllib.loads((RULES / "entities_introductions.toml").read_text(encoding="utf-8"))
ANAPHORA = tomllib.loads((RULES / "entities_anaphora.toml").read_text(encoding="utf-8"))
STOP_LISTS = {"not_models", "common"}
RECORDS = tuple(load_catalogue().records.values())
PIECES = [
    "Qwen",
    "Qwen 3.5",
    "3.6",
    "/",
    "-",
    "Max",
    "235B",
    "A22B",
    "Alibaba",
    "Foobar",
    "CEO",
    "X",
    "xAI",
    "GPT-",
    "阿里",
]
PIECES += [
    "Claude ",
    "Opus 4.8",
    ", ",
    " and ",
    "(TL)",
    "\n",
    "é",
    "🙂",
    "o3",
    " said",
    "Labs",
    "the model",
    "'s",
    "2.1",
    "Llama",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=24).map("".join)


def cases(kind: str) -> list[Any]:
    marks = {case["id"]: [pytest.mark.xfail(reason=case["todo"])] if "todo" in case else [] for case in CASES[kind]}
    return [pytest.param(case, id=case["id"], marks=marks[case["id"]]) for case in CASES[kind]]


@pytest.mark.parametrize("case", cases("mentions"))
def test_mentions(case: dict[str, Any]) -> None:
    text, found = case["text"], find_mentions(case["text"])
    assert [f"{text[m.start : m.end]} -> {m.entity.id}" for m in found] == case["expect"]
    assert "kinds" not in case or [m.kind for m in found] == case["kinds"]
    assert "types" not in case or [m.entity.type for m in found] == case["types"]


@pytest.mark.parametrize("case", cases("introduced"))
def test_introduced_names(case: dict[str, Any]) -> None:
    text = case["text"]
    found = introduced_names(text, find_mentions(text))
    assert [f"{text[m.start : m.end]} -> {m.entity.type}" for m in found] == case["expect"]


@pytest.mark.parametrize("case", cases("anaphora"))
def test_anaphora(case: dict[str, Any]) -> None:
    text = case["text"]
    assert [f"{text[a.start : a.end]} -> {a.id}" for a in find_anaphora(text)] == case["expect"]


@pytest.mark.parametrize("rule", [rule for rules in GRAMMAR.values() for rule in rules], ids=lambda rule: rule["id"])
def test_examples_of_the_grammar(rule: dict[str, Any]) -> None:
    def names(text: str) -> list[str]:
        return [text[m.start : m.end] for m in find_mentions(text)]

    assert names(rule["example"]) == [rule.get("finds", rule["example"])]
    assert names(rule["counterexample"]) != [rule.get("finds", rule["counterexample"])]


@pytest.mark.parametrize("section", CUES)
def test_examples_of_introductions(section: str) -> None:
    kept, dropped = CUES[section]["example"], CUES[section]["counterexample"]
    if section in STOP_LISTS:
        kept, dropped = dropped, kept
    assert introduced_names(kept, find_mentions(kept))
    assert not introduced_names(dropped, find_mentions(dropped))


@pytest.mark.parametrize("rule", [*ANAPHORA["anaphors"], *ANAPHORA["pronouns"]], ids=lambda rule: rule["id"])
def test_examples_of_anaphora(rule: dict[str, Any]) -> None:
    assert rule["id"] in [found.id for found in find_anaphora(rule["example"])]
    assert rule["id"] not in [found.id for found in find_anaphora(rule["counterexample"])]


def test_every_alias_is_found_and_resolves_to_its_entity() -> None:
    catalogue, wrong = load_catalogue(), []
    for record in RECORDS:
        for name in record.names if record.bare else ():
            readings = catalogue.readings(name)
            if record.entity.id not in [reading.entity.id for reading in readings]:
                wrong.append((record.entity.id, name, "not in the index"))
            elif len(readings) == 1 and not readings[0].context:
                found = find_mentions(f"We looked at {name} there.")
                if [m.entity.id for m in found] != [record.entity.id] or found[0].start != 13:
                    wrong.append((record.entity.id, name, [m.entity.id for m in found]))
    assert wrong == []


def test_no_alias_names_two_entities_without_a_context() -> None:
    holders = defaultdict(set)
    for record in RECORDS:
        for name in record.names if record.bare else ():
            holders[squash(name)].add((record.entity.id, squash(name) in record.context))
    shared = {name: group for name, group in holders.items() if len({id_ for id_, _ in group}) > 1}
    assert [name for name, group in shared.items() if sum(not declared for _, declared in group) > 1] == []


def test_parents_and_makers_stand_in_the_catalogue() -> None:
    known = {record.entity.id for record in RECORDS}
    links = [(r.entity.id, link) for r in RECORDS for link in (r.entity.parent, r.entity.maker) if link]
    assert [pair for pair in links if pair[1] not in known] == []


def test_catalogue_models_have_the_ids_that_the_grammar_gives() -> None:
    catalogue = load_catalogue()
    built = ((r.entity, catalogue.parse_member(r.entity.name)) for r in RECORDS if r.entity.type == "model")
    assert [(entity.id, other.id) for entity, other in built if other is not None and other.id != entity.id] == []


@pytest.mark.parametrize("name", ["Qwen3.5", "Qwen 3.5", "Qwen-3.5", "qwen3.5", "QWEN 3.5"])
def test_find_ignores_case_space_and_hyphen(name: str) -> None:
    entity = load_catalogue().find(name)
    assert entity is not None and entity.id == "qwen-3.5"


def test_navigation() -> None:
    catalogue = load_catalogue()
    entity = catalogue.get("qwen-8.1-max")
    assert entity is not None
    assert [up.id for up in catalogue.ancestors(entity)] == ["qwen-8.1", "qwen"]
    family, maker = catalogue.family(entity), catalogue.maker(entity)
    assert family is not None and maker is not None
    assert (family.id, maker.id) == ("qwen", "alibaba")
    assert {"alibaba", "qwen"} <= {other.id for other in catalogue.relatives(entity)}
    assert catalogue.get("no-such-thing") is None
    assert catalogue.find("Nosuchthing 3") is None


def test_near_offers_known_names_for_a_misspelt_one() -> None:
    assert load_catalogue().near("Antropic")[0][0].id == "anthropic"
    assert load_catalogue().near("Zzyzx Quuxel") == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Qwen3-235B-A22B", [("235B", "235000000000", "total"), ("A22B", "22000000000", "active")]),
        ("Gemma 3n E4B", [("E4B", "4000000000", "effective")]),
        ("Qwen2.5-0.5B", [("0.5B", "500000000", "")]),
        ("Ling-1T", [("1T", "1000000000000", "")]),
        ("Mixtral 8x22B", []),
        ("GPT-4o", []),
    ],
)
def test_name_sizes(name: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(s.of(name), value, part) for s, value, part in name_sizes(name)] == [
        (words, Decimal(value), part) for words, value, part in expected
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("**Quuxel 2.1**", ("quuxel-2.1", "model", False)),
        ("Foobar Labs", ("foobar-labs", "organization", False)),
        ("Meta", ("meta", "organization", True)),
        ("Quuxel", ("quuxel", "unknown", False)),
        ("Total", None),
        ("Alibaba Qwen", None),
    ],
)
def test_candidate_entity(name: str, expected: tuple[str, str, bool] | None) -> None:
    entity = candidate_entity(name)
    assert (entity and (entity.id, entity.type, entity.known)) == expected


@pytest.mark.parametrize("gap", [" ", "\u00a0", "\u202f"])
def test_narrow_and_hard_spaces_stand_inside_names(gap: str) -> None:
    text = f"Claude{gap}Opus{gap}4.8 by Alibaba{gap}Cloud"
    assert [m.entity.id for m in find_mentions(text)] == ["claude-opus-4.8", "alibaba-cloud"]


@given(TEXTS)
def test_mentions_are_ordered_apart_and_repeatable(text: str) -> None:
    found = find_mentions(text)
    spans = [(m.start, m.end) for m in found]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert found == find_mentions(text)
    both = sorted([*spans, *((m.start, m.end) for m in introduced_names(text, found))])
    assert all(before[1] <= after[0] for before, after in pairwise(both))
    assert all(text[a.start : a.end].strip() for a in find_anaphora(text))


@given(TEXTS, st.integers(0, 40), st.integers(0, 80))
def test_mentions_of_a_part_stay_inside_it(text: str, start: int, end: int) -> None:
    assert all(start <= m.start < m.end <= min(end, len(text)) for m in find_mentions(text, start, end))


@pytest.mark.parametrize(
    "piece", ["Foobar-7B said Jane Roe. ", "Qwen3-", "A", "Foobar Quuxel ", "1/2/", "xA", "Aa", "A.B-"]
)
def test_time_grows_with_the_text_only(piece: str, is_linear: Callable[..., bool]) -> None:
    assert is_linear(lambda text: introduced_names(text, find_mentions(text)), piece, count=300)
