"""Fusion: the winner, whom to trust, who copies; the same for every order of the claims."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.ballots import Said, count_ballots, read_ballots
from store.copies import find_copies
from store.fusion import Fusion, Judged, fuse

SAID = st.builds(
    Said,
    key=st.sampled_from([("a",), ("b",), ("c",), ("d",)]),
    family=st.sampled_from(["size", "maker"]),
    source=st.sampled_from(["s1", "s2", "s3", "s4"]),
    value=st.sampled_from(["7", "7.0", "7.4", "9", "Ohio", "Hanover, Ohio"]),
)


def beliefs(fusion: Fusion) -> dict[tuple[tuple[str, ...], str], tuple[str, float]]:
    """Returns the winner and its chance by key and family."""
    ballots = fusion.ballots
    return {
        (key, ballots.families[ballots.key_family[place]]): (ballots.labels[at], float(fusion.posterior[at]))
        for place, (key, at) in enumerate(zip(ballots.keys, fusion.winner.tolist(), strict=True))
    }


def claims_of(chances: dict[str, float], keys: int, seed: int = 1, family: str = "f") -> list[Said]:
    """Returns claims of independent sources on keys whose truth is "t"; each errs in its own way."""
    random = Random(seed)
    return [
        Said((f"{family}{key}",), family, source, "t" if random.random() < chance else f"wrong {random.randrange(5)}")
        for key in range(keys)
        for source, chance in chances.items()
    ]


@given(claims=st.lists(SAID, max_size=30), seed=st.integers(0, 99))
def test_the_order_of_claims_does_not_matter(claims: list[Said], seed: int) -> None:
    shuffled = list(claims)
    Random(seed).shuffle(shuffled)
    a, b = fuse(read_ballots(claims)), fuse(read_ballots(shuffled))
    assert beliefs(a) == beliefs(b)
    assert np.array_equal(a.chance, b.chance)


@given(claims=st.lists(SAID, min_size=1, max_size=30))
def test_chances_of_a_key_add_up_and_the_winner_was_said(claims: list[Said]) -> None:
    fusion = fuse(read_ballots(claims))
    totals = np.bincount(fusion.ballots.candidate_key, fusion.posterior)
    assert np.allclose(totals, 1)
    said = {(each.key, each.family, each.value) for each in claims}
    assert all((*key, value) in said for key, (value, _) in beliefs(fusion).items())


def test_nothing_said_is_nothing_believed() -> None:
    assert beliefs(fuse(read_ballots([]))) == {}


@settings(deadline=None)
@given(counts=st.lists(st.integers(1, 4), min_size=2, max_size=3, unique=True))
def test_among_sources_that_nothing_is_known_of_the_majority_wins(counts: list[int]) -> None:
    said = [
        Said(("k",), "f", f"s{value}-{voter}", f"v{value}")
        for value, count in enumerate(counts)
        for voter in range(count)
    ]
    assert beliefs(fuse(read_ballots(said)))[("k",), "f"][0] == f"v{counts.index(max(counts))}"


def test_a_good_source_beats_two_bad_ones() -> None:
    good, bad = {"a": 0.95, "b": 0.95, "c": 0.95}, {"x": 0.3, "y": 0.3}
    said = claims_of(good | bad, 120)
    said += [Said(("new",), "f", "a", "this"), *(Said(("new",), "f", source, "that") for source in bad)]
    fusion = fuse(read_ballots(said))
    assert beliefs(fusion)[("new",), "f"][0] == "this"
    chance = dict(zip(fusion.ballots.sources, fusion.chance[:, 0].tolist(), strict=True))
    assert min(chance[source] for source in good) > 0.85
    assert max(chance[source] for source in bad) < 0.5


def test_copies_of_a_bad_source_have_one_vote() -> None:
    said = claims_of({"a": 0.85, "b": 0.8, "c": 0.8, "bad": 0.4}, 150)
    said += [Said(each.key, "f", f"copy{n}", each.value) for each in said if each.source == "bad" for n in range(4)]
    fusion = fuse(read_ballots(said))
    right = [value == "t" for value, _ in beliefs(fusion).values()]
    assert sum(right) > 0.85 * len(right)
    names = fusion.ballots.sources
    copied = {
        frozenset((names[a], names[b]))
        for a, b, share in zip(fusion.copies.first, fusion.copies.second, fusion.copies.share, strict=True)
        if share > 0.5
    }
    group = ["bad", *(f"copy{n}" for n in range(4))]
    assert copied == {frozenset((a, b)) for a in group for b in group if a < b}


def test_sources_that_are_both_right_do_not_copy() -> None:
    assert not (find_copies(read_ballots(claims_of(dict.fromkeys("abcdef", 0.97), 200))).share > 0.3).any()


def test_a_shared_definition_in_one_family_is_no_copying() -> None:
    said = claims_of(dict.fromkeys("abcdef", 0.8), 300)
    said += [
        Said((f"g{key}",), "g", source, "push-back" if source in "ab" else f"take-off {source in 'cd'}")
        for key in range(150)
        for source in "abcdef"
    ]
    assert not (find_copies(read_ballots(said)).share > 0.3).any()


def test_judgements_teach_it() -> None:
    said = [Said((f"k{key}",), "f", source, source) for key in range(6) for source in ("a", "b")]
    found = {("b", "f"): Judged(right=5), ("a", "f"): Judged(wrong=5)}
    assert {value for value, _ in beliefs(fuse(read_ballots(said), judged=found)).values()} == {"b"}


def test_what_is_known_of_a_source_beforehand_counts() -> None:
    said = [Said((f"k{key}",), "f", source, source) for key in range(6) for source in ("a", "b")]
    assert {value for value, _ in beliefs(fuse(read_ballots(said), prior={"a": 0.4, "b": 0.9})).values()} == {"b"}


def test_coarser_claims_support_the_finer_one() -> None:
    values = ["Hanover, Ohio", "Ohio", "Ohio", "Lima, Peru", "Lima, Peru"]
    said = [Said(("k",), "born", f"s{place}", value) for place, value in enumerate(values)]
    said += [
        Said((f"k{key}",), "born", f"s{place}", "Town, State" if place % 2 else "State")
        for key in range(20)
        for place in range(5)
    ]
    assert beliefs(fuse(read_ballots(said)))[("k",), "born"][0] == "Hanover, Ohio"


def test_figures_near_each_other_support_each_other() -> None:
    random = Random(3)
    said = [
        Said((f"k{key}",), "n", f"s{source}", str(500 + key * 7 + random.choice((-1, 0, 1))))
        for key in range(60)
        for source in range(5)
    ]
    said += [Said(("k",), "n", f"s{source}", value) for source, value in enumerate(["99", "100", "101", "400", "400"])]
    assert beliefs(fuse(read_ballots(said)))[("k",), "n"][0] in ("99", "100", "101")


@pytest.mark.parametrize("values", [["a", "b"], ["b", "a"]])
def test_a_source_that_says_two_things_splits_its_vote(values: Sequence[str]) -> None:
    ballots = read_ballots([Said(("k",), "f", "s", value) for value in values])
    assert ballots.weight.tolist() == [0.5, 0.5]


def test_votes_for_classes_need_no_values() -> None:
    ballots = count_ballots([(("k",), "f", "a", 0), (("k",), "f", "b", 0), (("k",), "f", "c", 1)], ["x", "y"])
    assert beliefs(fuse(ballots))[("k",), "f"][0] == "x"


def test_wider_places_are_learned_from_how_names_meet() -> None:
    towns = {"Hanover": "Ohio", "Lima": "Ohio", "Parma": "Ohio", "Toledo": "Ohio", "Cusco": "Peru", "Ica": "Peru"}
    said = [
        Said((f"{town}{key}",), "born", source, town if source == "a" else state)
        for town, state in towns.items()
        for key in range(5)
        for source in ("a", "b")
    ]
    ballots = read_ballots(said)
    pairs = {(ballots.labels[wide], ballots.labels[narrow]) for wide, narrow in ballots.coarser.tolist()}
    assert ("Ohio", "Lima") in pairs
    assert not {("Lima", "Ohio"), ("Hanover", "Ohio")} & pairs
