"""Who says what of which thing, as arrays: `read_ballots` reads values of public sets, `count_ballots` takes classes.

A key is a thing asked about (entity, property, time), a candidate a class of equal values at a key, a ballot a source's
claim of a candidate. A source that says several things of one key splits its vote. Everything is sorted before it is
numbered, so that no figure depends on the order in which claims came.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from store.value_forms import Form, ValueKind, form_of, is_coarser, is_same, kind_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Key = tuple[str, ...]
Vote = tuple[Key, str, str, int]

# A place is taken for part of another when sources that name the one are this often met by others that name the other.
TOGETHER = 0.3
FEWEST_MEETINGS = 3
# Relations between more values of one key are not looked for.
MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class Said:
    """What a source says of a key.

    Attributes:
        key: The thing asked about.
        family: Property or metric; reliability is learned for each.
        source: Who says it.
        value: As written.
    """

    key: Key
    family: str
    source: str
    value: str


@dataclass(frozen=True, slots=True)
class Ballots:
    """Claims as arrays; a number is a place in `keys`, `families`, `sources` or `labels`.

    Attributes:
        keys: Things asked about.
        families: Properties.
        sources: Who claims.
        labels: Candidates as written most often, by key.
        key: Key of each ballot.
        source: Source of each ballot.
        candidate: Candidate of each ballot.
        weight: Share of the source's vote.
        key_family: Family of each key.
        candidate_key: Key of each candidate.
        number: Figure of each candidate, NaN for none.
        numeric: Whether a family's values are numbers.
        coarser: Pairs of candidates of a key, the coarser first.
    """

    keys: tuple[Key, ...]
    families: tuple[str, ...]
    sources: tuple[str, ...]
    labels: tuple[str, ...]
    key: Integers
    source: Integers
    candidate: Integers
    weight: Floats
    key_family: Integers
    candidate_key: Integers
    number: Floats
    numeric: Booleans
    coarser: Integers

    @property
    def track(self) -> Integers:
        """Number of each ballot's pair of source and family."""
        return self.source * len(self.families) + self.key_family[self.key]

    @property
    def tracks(self) -> int:
        """How many pairs of source and family there are."""
        return len(self.sources) * len(self.families)


@dataclass(slots=True)
class Classes:
    """The classes of equal values at one key: spellings of each with their number of claims."""

    kind: ValueKind
    forms: list[Form]
    spellings: list[dict[str, int]]

    def place(self, value: str, form: Form, count: int) -> int:
        """Returns the class of a value, a new one where it equals none."""
        found = next((at for at, other in enumerate(self.forms) if is_same(form, other, self.kind)), len(self.forms))
        if found == len(self.forms):
            self.forms.append(form)
            self.spellings.append({})
        self.spellings[found][value] = count
        return found


def sums(places: Integers, weights: Floats, size: int) -> Floats:
    """Returns the sums of the weights at each place from 0 to the size."""
    total: Floats = np.bincount(places, weights, size).astype(np.float64)
    return total


def read_ballots(claims: Iterable[Said]) -> Ballots:
    """Returns claims with values as written: spellings of one value are one candidate, coarser ones are known."""
    values: dict[str, Counter[str]] = defaultdict(Counter)
    by_key: dict[tuple[Key, str], set[tuple[str, str]]] = defaultdict(set)
    for said in claims:
        by_key[said.key, said.family].add((said.source, said.value))
    for (_, family), group in by_key.items():
        values[family].update(value for _, value in group)
    kinds = {family: kind_of(family, held) for family, held in values.items()}
    forms = {family: {value: form_of(value, kinds[family]) for value in held} for family, held in values.items()}
    votes: list[Vote] = []
    labels: list[str] = []
    heads: list[Form] = []
    spans: list[tuple[int, int, ValueKind]] = []
    for key, family in sorted(by_key):
        group = by_key[key, family]
        classes, home = classes_of((value for _, value in group), forms[family], kinds[family])
        first = len(labels)
        votes += [(key, family, source, first + home[value]) for source, value in sorted(group)]
        labels += map(label_of, classes.spellings)
        heads += classes.forms
        spans.append((first, len(labels), kinds[family]))
    numbers = [head.number if head.number is not None else np.nan for head in heads]
    numeric = {family for family, kind in kinds.items() if kind is ValueKind.NUMBER}
    pairs = [pair for span in spans for pair in coarser_pairs(heads, *span)]
    built = numbered(list(dict.fromkeys(votes)), labels, numbers, numeric, pairs)
    return with_learned_places(built, {family for family, kind in kinds.items() if kind is ValueKind.PATH})


def label_of(spellings: Mapping[str, int]) -> str:
    """Returns the spelling that stands for a class: the most frequent, of equal ones the longest."""
    return min(spellings, key=lambda text: (-spellings[text], -len(text), text))


def classes_of(values: Iterable[str], forms: Mapping[str, Form], kind: ValueKind) -> tuple[Classes, dict[str, int]]:
    """Returns the classes of the values at a key, and the class of each value; the fullest spelling founds a class."""
    counts = Counter(values)
    classes, home = Classes(kind, [], []), {}
    for value in sorted(counts, key=lambda value: (-len(forms[value].text), value)):
        home[value] = classes.place(value, forms[value], counts[value])
    return classes, home


def coarser_pairs(heads: Sequence[Form], first: int, end: int, kind: ValueKind) -> list[tuple[int, int]]:
    """Returns pairs of candidates of one key of which the first is the second told more coarsely."""
    places = range(first, min(end, first + MOST_VALUES))
    return [(a, b) for a in places for b in places if a != b and is_coarser(heads[a], heads[b], kind)]


def count_ballots(votes: Iterable[Vote], labels: Sequence[str]) -> Ballots:
    """Returns votes for classes of which nothing but the labels is known.

    Args:
        votes: Key, family, source and candidate of each; a candidate belongs to one key.
        labels: Value of each candidate.
    """
    return numbered(sorted(set(votes)), labels, [np.nan] * len(labels), set(), [])


def numbered(
    votes: Sequence[Vote],
    labels: Sequence[str],
    numbers: Sequence[float],
    numeric: set[str],
    coarser: Sequence[tuple[int, int]],
) -> Ballots:
    """Returns sorted votes as arrays.

    Args:
        votes: Each once.
        labels: Value of each candidate.
        numbers: Figure of each candidate, NaN for none.
        numeric: Families whose values are numbers.
        coarser: Pairs of candidates of one key, the coarser first.
    """
    keys = {pair: place for place, pair in enumerate(dict.fromkeys((key, family) for key, family, _, _ in votes))}
    families = {name: place for place, name in enumerate(sorted({vote[1] for vote in votes}))}
    sources = {name: place for place, name in enumerate(sorted({vote[2] for vote in votes}))}
    key = np.array([keys[vote[0], vote[1]] for vote in votes], np.int64)
    source = np.array([sources[vote[2]] for vote in votes], np.int64)
    candidate = np.array([vote[3] for vote in votes], np.int64)
    candidate_key = np.zeros(len(labels), np.int64)
    candidate_key[candidate] = key
    _, place, several = np.unique(key * max(len(sources), 1) + source, return_inverse=True, return_counts=True)
    return Ballots(
        tuple(pair[0] for pair in keys),
        tuple(families),
        tuple(sources),
        tuple(labels),
        key,
        source,
        candidate,
        1.0 / several[place],
        np.array([families[family] for _, family in keys], np.int64),
        candidate_key,
        np.array(numbers, np.float64),
        np.array([family in numeric for family in families], np.bool_),
        np.array(coarser, np.int64).reshape(-1, 2),
    )


def with_learned_places(ballots: Ballots, families: set[str]) -> Ballots:
    """Returns ballots that know which values are told more coarsely by others, learned from how values meet.

    Where many things are claimed to be in X by some and in Y by others, always the same Y, and Y meets many others
    besides, then Y is wider than X: nobody is often mistaken in the same way. Only families of names are looked at.
    """
    meetings: dict[tuple[str, str, str], int] = defaultdict(int)
    disputed: dict[tuple[str, str], int] = defaultdict(int)
    partners: dict[tuple[str, str], set[str]] = defaultdict(set)
    order = np.argsort(ballots.candidate_key, kind="stable")
    bounds = np.searchsorted(ballots.candidate_key[order], np.arange(len(ballots.keys) + 1))
    groups: list[tuple[str, list[int]]] = []
    for key, (start, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        family = ballots.families[ballots.key_family[key]]
        if family in families and 1 < end - start <= MOST_VALUES:
            worded = [place for place in order[start:end].tolist() if np.isnan(ballots.number[place])]
            groups.append((family, worded))
    for family, group in groups:
        for a in group:
            narrow = ballots.labels[a].casefold()
            disputed[family, narrow] += 1
            for b in group:
                if a != b:
                    wide = ballots.labels[b].casefold()
                    meetings[family, narrow, wide] += 1
                    partners[family, narrow].add(wide)
    known = {tuple(pair) for pair in ballots.coarser.tolist()}
    learned = {
        (family, narrow, wide)
        for (family, narrow, wide), count in meetings.items()
        if count >= FEWEST_MEETINGS
        and count >= TOGETHER * disputed[family, narrow]
        and count < TOGETHER * disputed[family, wide]
        and len(partners[family, wide]) > 2 * len(partners[family, narrow])
    }
    found = [
        (b, a)
        for family, group in groups
        for a in group
        for b in group
        if (family, ballots.labels[a].casefold(), ballots.labels[b].casefold()) in learned and (b, a) not in known
    ]
    return replace(ballots, coarser=np.array(sorted(known | set(found)), np.int64).reshape(-1, 2))
