"""Which sources copy: pairs that agree more than their reliabilities explain, wherever they could have differed.

If two sources err independently, they agree as often as both are right: the agreements of all pairs follow from one
figure a source. A pair that agrees more often shares its errors. That needs no truth, so a lie told many times cannot
hide its copies by winning the vote, which happens to the method of Dong et al. (2009) when copies outnumber the others.

Copying is a trait of a source and must show in every family in which the two could have differed. Agreement on one
family alone is a shared definition (take-off or push-back as "departure") and stays a vote for it.
"""

from dataclasses import dataclass

import numpy as np

from store.ballots import Ballots, Booleans, Floats, Integers, sums

ROUNDS = 15
# Rounds in which pairs are compared with the usual agreement, before reliabilities are known.
FIRST_ROUNDS = 4
# Expected before anything is known, and how many keys that is worth.
USUAL = 0.8
USUAL_KEYS = 3.0
LEAST, MOST = 0.05, 0.98
# Keys that an agreement is taken back by, deviations that it must exceed chance by, and deviations that a family may
# fall short by; a family tells something when this many differences were to be expected.
DOUBT_KEYS = 5.0
DEVIATIONS = 3.0
SLACK = 2.0
EXPECTED_DIFFERENCES = 10.0
# Of keys with more ballots the first are compared.
MOST_BALLOTS = 100


@dataclass(frozen=True, slots=True)
class Copies:
    """Pairs of sources with the share of one that is taken from the other.

    Attributes:
        first: Sources, the lower number of the pair.
        second: Sources, the higher number.
        share: 0 to 1.
        keys: How many keys both speak about.
        own: Share of each ballot that is the source's own word; the source with most claims is the original.
    """

    first: Integers
    second: Integers
    share: Floats
    keys: Integers
    own: Floats


def find_copies(ballots: Ballots) -> Copies:
    """Returns how much each pair of sources copies, and what that leaves of each ballot."""
    a, b = meetings_of(ballots)
    n = len(ballots.sources)
    low, high = np.minimum(ballots.source[a], ballots.source[b]), np.maximum(ballots.source[a], ballots.source[b])
    pairs, pair = np.unique(low * n + high, return_inverse=True)
    count = len(ballots.families)
    cells, cell = np.unique(pair * count + ballots.key_family[ballots.key[a]], return_inverse=True)
    same = ballots.candidate[a] == ballots.candidate[b]
    met = Meetings(
        pairs // max(n, 1),
        pairs % max(n, 1),
        cells // max(count, 1),
        cells % max(count, 1),
        np.bincount(cell, minlength=len(cells)).astype(np.float64),
        np.bincount(cell[same], minlength=len(cells)).astype(np.float64),
        n,
        count,
    )
    share = met.shares()
    own = np.ones(len(ballots.key))
    claims = np.bincount(ballots.source, minlength=n)
    rank = np.empty(n, np.int64)
    rank[np.lexsort((np.arange(n), -claims))] = np.arange(n)
    later = np.where(rank[ballots.source[a]] > rank[ballots.source[b]], a, b)[same]
    taken = np.zeros(len(ballots.key))
    np.maximum.at(taken, later, share[pair[same]])
    return Copies(met.first, met.second, share, np.bincount(pair, minlength=len(pairs)), own - taken)


def meetings_of(ballots: Ballots) -> tuple[Integers, Integers]:
    """Returns pairs of ballots of different sources on one key."""
    order = np.lexsort((ballots.candidate, ballots.source, ballots.key))
    key = ballots.key[order]
    start = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, np.int64)
    size = np.diff(np.r_[start, len(key)])
    rank = np.arange(len(key)) - np.repeat(start, size)
    rank = np.where(rank < MOST_BALLOTS, rank, 0)
    left = np.repeat(np.arange(len(key)), rank)
    back = np.arange(len(left)) - np.repeat(np.cumsum(rank) - rank, rank)
    right = np.repeat(np.repeat(start, size), rank) + back
    a, b = order[left], order[right]
    apart = ballots.source[a] != ballots.source[b]
    return a[apart], b[apart]


@dataclass(frozen=True, slots=True)
class Meetings:
    """How often pairs of sources met and agreed, by family.

    Attributes:
        first: First source of each pair.
        second: Second source of each pair.
        pair: Pair of each cell.
        family: Family of each cell.
        met: Keys of the cell.
        agreed: Keys on which the two agreed.
        sources: Number of sources.
        families: Number of families.
    """

    first: Integers
    second: Integers
    pair: Integers
    family: Integers
    met: Floats
    agreed: Floats
    sources: int
    families: int

    def shares(self) -> Floats:
        """Returns the share of each pair that is copied."""
        count = self.families
        a, b = self.first[self.pair] * count + self.family, self.second[self.pair] * count + self.family
        rate = self.agreed / self.met
        both, other = np.r_[a, b], np.r_[b, a]
        right = np.full(self.sources * count, USUAL)
        usual = np.clip(self.usual_agreement(rate), 0.5, 0.95)
        for turn in range(ROUNDS):
            expected = usual if turn < FIRST_ROUNDS else right[a] * right[b]
            share = self.excess(rate, expected)
            crowd = sums(self.first, share**2, self.sources) + sums(self.second, share**2, self.sources)
            taken = share[self.pair] if turn >= FIRST_ROUNDS else np.zeros(len(rate))
            honest = np.tile((1 - taken) * rate + taken * expected, 2)
            weight = np.tile(self.met, 2) * right[other] ** 2 / (1 + crowd[other // count])
            implied = np.minimum(honest / right[other], 1.0)
            new = (sums(both, weight * implied, len(right)) + USUAL_KEYS * USUAL) / (
                sums(both, weight, len(right)) + USUAL_KEYS
            )
            right = np.sqrt(right * np.clip(new, LEAST, MOST))
        return self.excess(rate, right[a] * right[b])

    def usual_agreement(self, rate: Floats) -> Floats:
        """Returns how often pairs agree on average, by the family of each cell."""
        weight = np.minimum(self.met, 50.0)
        total = sums(self.family, weight, self.families)
        usual: Floats = sums(self.family, weight * rate, self.families) / np.maximum(total, 1e-9)
        return usual[self.family]

    def excess(self, rate: Floats, expected: Floats) -> Floats:
        """Returns the agreement above what is expected as a share of the possible, the least over telling families."""
        count = len(self.first)
        above = sums(self.pair, self.met * (rate - expected), count)
        room = self.met * (1 - expected)
        chance = sums(self.pair, self.met * expected * (1 - expected), count)
        share = np.clip(above / (sums(self.pair, room, count) + DOUBT_KEYS), 0, 1)
        share[above < DEVIATIONS * np.sqrt(chance)] = 0
        deviation = np.sqrt(rate * (1 - rate) / self.met + 1e-9)
        limit = np.clip((rate - expected + SLACK * deviation) / (1 - expected), 0, 1)
        telling: Booleans = room >= EXPECTED_DIFFERENCES
        least = np.ones(count)
        np.minimum.at(least, self.pair[telling], limit[telling])
        kept: Floats = np.minimum(share, least)
        return kept
