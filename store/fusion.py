"""What to believe when sources differ: `fuse` weighs every candidate of every key and learns whom to trust.

Each claim is told by a source that is right, near, or wrong about the truth of its key. Truths and reliabilities are
estimated in turn until both stand still (expectation maximization):

- A right source says the truth, or says it more coarsely. A near one misses a number by little (Laplace).
- A wrong one says anything, and rather what others say too: false values are popular (POPACCU of Dong et al. 2013), so
  that a second voice for a value that many repeat proves little.
- Copies have one vote (`store.copies`).
- A source has a reliability in each family of keys. It is drawn to what its other families and the difficulty of this
  one let expect, the more the less the family's sources agree; without that, a camp of sources that share a definition
  confirms itself. First rounds judge a family by the other families alone.

Tried and left, with the accuracy on the conflicting keys of the flight and the weather set of `benchmarks.fusion`:
majority .802/.526; reliability of sources alone (ACCU) .913/.583; of each source and family from the start .760/.53;
copies judged by shared false values .719 to .965 by where the truths start; copies judged by agreement in all families
together .780; without the popularity of false values .789/.550; without the pull of other families .960/.542. What is
here: .965/.615. Pooling near numbers was never better than weighing their distance. Chosen on flight and invented sets
(`benchmarks.fusion_sets`); the pull was added when weather, held out until then, stayed at .550.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from store.ballots import Ballots, Booleans, Floats, Integers, sums
from store.copies import Copies, find_copies

ROUNDS = 40
# Rounds in which a family is judged by what its sources do in others.
OUTER_ROUNDS = 10
STILL = 1e-3
KEEP = 0.3
# Chance of being wrong before anything is known, the claims that it is worth, and what one judgement is worth.
WRONG = 0.2
WRONG_PRIOR = 0.3
PRIOR_CLAIMS = 4.0
FAMILY_CLAIMS = 30.0
JUDGEMENT_CLAIMS = 5.0
# How many times the weight of a family's own claims the expectation from other families has where no two sources of the
# family agree; it falls with the square of the agreement, for a family whose sources agree can judge them itself.
PULL = 3.0
LEAST, MOST = 0.02, 0.98
# Share of wrong claims that follow others, claims that popularity is held back by, other false values there may be.
FOLLOWING = 0.2
POPULARITY_CLAIMS = 1.0
FALSE_VALUES = 10.0
MOST_FALSE_VALUES = 100.0
# Shares of right claims that are told more coarsely, and of those for a number that miss it by little, before anything
# is known, and what that is worth.
COARSE = 0.1
NEAR = 0.3
USUAL_CLAIMS = 20.0
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Judged:
    """What people found of a source's claims in a family."""

    right: float = 0.0
    wrong: float = 0.0


@dataclass(frozen=True, slots=True)
class Fusion:
    """What to believe and whom.

    Attributes:
        ballots: The claims.
        copies: Pairs of sources that copy.
        score: Logarithm of each candidate's likelihood.
        posterior: Chance of each candidate among those of its key.
        winner: Candidate of each key.
        chance: Chance that a source is right, by source and family.
        rounds: Rounds that it took.
    """

    ballots: Ballots
    copies: Copies
    score: Floats
    posterior: Floats
    winner: Integers
    chance: Floats
    rounds: int

    @property
    def confidence(self) -> Floats:
        """Chance of each key's winner."""
        return self.posterior[self.winner]


class Grid:
    """Every ballot against every candidate of its key.

    Attributes:
        ballots: The claims.
        own: Share of each ballot's weight that is the source's own.
        ballot: Ballot of each cell.
        candidate: Candidate of each cell.
    """

    def __init__(self, ballots: Ballots, own: Floats) -> None:
        self.ballots, self.own = ballots, own * ballots.weight
        order = np.argsort(ballots.candidate_key, kind="stable")
        size = np.bincount(ballots.candidate_key, minlength=len(ballots.keys))
        start = np.cumsum(size) - size
        width = size[ballots.key]
        self.ballot = np.repeat(np.arange(len(ballots.key)), width)
        within = np.arange(len(self.ballot)) - np.repeat(np.cumsum(width) - width, width)
        self.candidate = order[start[ballots.key[self.ballot]] + within]
        self.family = ballots.key_family[ballots.candidate_key[self.candidate]]
        self.track = ballots.track[self.ballot]
        self.weight = self.own[self.ballot]

    @cached_property
    def same(self) -> Booleans:
        """Whether the ballot is for the candidate."""
        same: Booleans = self.ballots.candidate[self.ballot] == self.candidate
        return same

    @cached_property
    def rough(self) -> Integers:
        """Cells in which the ballot is for the candidate told more coarsely."""
        many = len(self.ballots.labels)
        pairs = self.ballots.coarser[:, 0] * many + self.ballots.coarser[:, 1]
        return np.flatnonzero(np.isin(self.ballots.candidate[self.ballot] * many + self.candidate, pairs))

    @cached_property
    def apart(self) -> Integers:
        """Cells in which one number stands against another."""
        number = self.ballots.number
        told = ~np.isnan(number[self.ballots.candidate[self.ballot]] + number[self.candidate])
        return np.flatnonzero(told & self.ballots.numeric[self.family] & ~self.same)

    @cached_property
    def distance(self) -> Floats:
        """How far the numbers lie from each other in the cells of `apart`."""
        cells, number = self.apart, self.ballots.number
        gap: Floats = np.abs(number[self.ballots.candidate[self.ballot[cells]]] - number[self.candidate[cells]])
        return gap

    def quantile(self, share: float, default: float) -> Floats:
        """Returns a quantile of the distances, by family."""
        out = np.full(len(self.ballots.families), default)
        family = self.family[self.apart]
        for each in np.unique(family):
            out[each] = np.quantile(self.distance[family == each], share)
        return out

    def agreement(self) -> Floats:
        """Returns how often two sources that speak of one key agree, by family."""
        ballots, own = self.ballots, self.own
        square = sums(ballots.candidate, own, len(ballots.labels)) ** 2 - sums(
            ballots.candidate, own**2, len(ballots.labels)
        )
        both = sums(ballots.key, own, len(ballots.keys)) ** 2 - sums(ballots.key, own**2, len(ballots.keys))
        count = len(ballots.families)
        agreed = sums(ballots.key_family[ballots.candidate_key], np.maximum(square, 0), count)
        return np.clip(agreed / (sums(ballots.key_family, np.maximum(both, 0), count) + TINY), 0, 1)

    def popularity(self, spread: Floats) -> Floats:
        """Returns the chance that a wrong source says what the ballot says, if the candidate is the truth.

        Args:
            spread: How many false values there may be, by family.
        """
        votes = sums(self.ballots.candidate, self.own, len(self.ballots.labels))
        total = sums(self.ballots.key, self.own, len(self.ballots.keys))
        others = total[self.ballots.candidate_key[self.candidate]] - votes[self.candidate] + POPULARITY_CLAIMS
        share = votes[self.ballots.candidate[self.ballot]] / np.maximum(others, TINY)
        chance: Floats = FOLLOWING * np.minimum(share, 1.0) + (1 - FOLLOWING) / spread[self.family]
        return np.where(self.same, 0.0, chance)


class Estimate:
    """Truths and reliabilities, estimated in turn."""

    def __init__(self, grid: Grid, prior: Floats, judged: tuple[Floats, Floats]) -> None:
        self.grid, self.prior, self.judged = grid, prior, judged
        ballots = grid.ballots
        self.families, self.tracks = len(ballots.families), ballots.tracks
        self.track_family = np.tile(np.arange(self.families), len(ballots.sources))
        self.unit = np.maximum(grid.quantile(0.02, 1.0), 1e-9)
        self.usual_miss = grid.quantile(0.25, 1.0)
        numeric = ballots.numeric
        spread = np.clip(grid.quantile(0.9, FALSE_VALUES) / self.unit, 2.0, MOST_FALSE_VALUES)
        self.base = grid.popularity(np.where(numeric, spread, FALSE_VALUES))
        self.numeric = numeric[self.track_family]
        self.miss = self.usual_miss[self.track_family]
        self.near = np.where(self.numeric, NEAR, 0.0)
        self.loose = sums(grid.family[grid.rough], np.ones(len(grid.rough)), self.families)[self.track_family] > 0
        self.coarse = np.where(self.loose, COARSE, 0.0)
        self.wrong = np.full(self.tracks, WRONG)
        self.mass = sums(ballots.track, grid.own, self.tracks) + JUDGEMENT_CLAIMS * sum(judged)
        self.pull = PULL * (1 - grid.agreement())[self.track_family] ** 2
        self.score = np.zeros(len(ballots.labels))
        self.posterior: Floats | None = None
        self.rounds = 0

    def run(self) -> None:
        """Estimates until nothing moves."""
        turns = range(1, ROUNDS + 1) if self.tracks else ()
        for turn in turns:
            self.rounds = turn
            right, near, wrong = self.likelihoods()
            total = right + near + wrong + TINY
            moved = self.weigh(total)
            if self.rounds > OUTER_ROUNDS and moved < STILL:
                break
            self.learn(right / total, near / total, wrong / total)

    def likelihoods(self) -> tuple[Floats, Floats, Floats]:
        """Returns for each cell the chance of the ballot from a right, a near and a wrong source."""
        grid, cells = self.grid, self.grid.apart
        wrong = self.wrong[grid.track]
        exact = (1 - self.near) * (1 - self.coarse)
        right = np.where(grid.same, ((1 - self.wrong) * exact)[grid.track], 0.0)
        rough, track = grid.rough, grid.track[grid.rough]
        right[rough] = ((1 - self.wrong) * (1 - self.near) * self.coarse)[track]
        near, track = np.zeros(len(right)), grid.track[cells]
        level = (1 - self.wrong) * self.near * self.unit[self.track_family] / (2 * self.miss)
        near[cells] = level[track] * np.exp(-grid.distance / self.miss[track])
        return right, near, wrong * self.base

    def weigh(self, likelihood: Floats) -> float:
        """Sets the chances of all candidates; returns the largest change."""
        grid = self.grid
        key = grid.ballots.candidate_key
        self.score = sums(grid.candidate, grid.weight * np.log(likelihood), len(grid.ballots.labels))
        best = np.full(len(grid.ballots.keys), -np.inf)
        np.maximum.at(best, key, self.score)
        chance = np.exp(self.score - best[key])
        chance = chance / sums(key, chance, len(best))[key]
        if self.posterior is None:
            self.posterior = chance
            return 1.0
        moved = float(np.abs(chance - self.posterior).max(initial=0.0))
        self.posterior = KEEP * self.posterior + (1 - KEEP) * chance
        return moved

    def learn(self, right: Floats, near: Floats, wrong: Floats) -> None:
        """Sets the sources' reliabilities and their usual miss from the chances of the candidates."""
        assert self.posterior is not None
        grid, count = self.grid, self.families
        share = self.posterior[grid.candidate] * grid.weight
        missed = sums(grid.track, share * wrong, self.tracks)
        close = sums(grid.track, share * near, self.tracks)
        exact = sums(grid.track, share * right, self.tracks)
        rough = sums(grid.track[grid.rough], (share * right)[grid.rough], self.tracks)
        far = sums(grid.track[grid.apart], (share * near)[grid.apart] * grid.distance, self.tracks)
        self.near = np.where(self.numeric, self.drawn(close, close + exact, NEAR), 0.0)
        self.coarse = np.where(self.loose, self.drawn(rough, exact, COARSE), 0.0)
        usual = (self.by_family(far) + USUAL_CLAIMS * self.usual_miss) / (self.by_family(close) + USUAL_CLAIMS)
        usual = np.maximum(usual, self.unit / 2)[self.track_family]
        self.miss = np.maximum((far + USUAL_CLAIMS * usual) / (close + USUAL_CLAIMS), self.unit[self.track_family] / 2)
        missed += JUDGEMENT_CLAIMS * self.judged[1]
        expected = self.expected(missed)
        if self.rounds > OUTER_ROUNDS or count == 1:
            pull = FAMILY_CLAIMS + self.pull * self.mass * (count > 1)
            expected = self.as_hard(expected, missed) if count > 1 else expected
            expected = (missed + pull * expected) / (self.mass + pull)
        self.wrong = np.clip(expected, LEAST, MOST)

    def drawn(self, part: Floats, whole: Floats, usual: float) -> Floats:
        """Returns the share of a whole by track, drawn to the family's share, and that to what is usual."""
        family = (self.by_family(part) + usual * USUAL_CLAIMS) / (self.by_family(whole) + USUAL_CLAIMS)
        own = (part + USUAL_CLAIMS * family[self.track_family]) / (whole + USUAL_CLAIMS)
        kept: Floats = np.clip(own, 0.05, 0.95)
        return kept

    def by_family(self, values: Floats) -> Floats:
        """Returns the sums over the sources."""
        total: Floats = values.reshape(-1, self.families).sum(axis=0)
        return total

    def expected(self, missed: Floats) -> Floats:
        """Returns the share of wrong claims that a source's other families let expect, all where there is but one."""
        total, claims = missed.reshape(-1, self.families), self.mass.reshape(-1, self.families)
        own = 0.0 if self.families == 1 else 1.0
        others = total.sum(axis=1, keepdims=True) - own * total
        held = claims.sum(axis=1, keepdims=True) - own * claims
        rate: Floats = (others + PRIOR_CLAIMS * self.prior[:, None]) / (held + PRIOR_CLAIMS)
        return rate.ravel()

    def as_hard(self, expected: Floats, missed: Floats) -> Floats:
        """Returns expectations moved in log-odds so that each family is as hard as its claims show."""
        log_odds = np.log(expected / (1 - expected))
        claims = self.by_family(self.mass) + 2
        seen = (self.by_family(missed) + 1) / claims
        shift = np.zeros(self.families)
        for _ in range(8):
            moved = 1 / (1 + np.exp(-(log_odds + shift[self.track_family])))
            held = (self.by_family(moved * self.mass) + 1) / claims
            shift += np.log(seen / (1 - seen)) - np.log(held / (1 - held))
        hard: Floats = 1 / (1 + np.exp(-(log_odds + shift[self.track_family])))
        return hard


def fuse(
    ballots: Ballots,
    prior: Mapping[str, float] | None = None,
    judged: Mapping[tuple[str, str], Judged] | None = None,
) -> Fusion:
    """Returns what to believe of each key, and how far each source can be trusted in each family.

    Args:
        ballots: The claims.
        prior: Chance that a source is right before anything is known of it, by source.
        judged: What people found, by source and family.
    """
    copies = find_copies(ballots)
    wrong = [1 - (prior or {}).get(source, 1 - WRONG_PRIOR) for source in ballots.sources]
    found = [
        (judged or {}).get((source, family), Judged()) for source in ballots.sources for family in ballots.families
    ]
    seen = np.array([each.right for each in found], np.float64), np.array([each.wrong for each in found], np.float64)
    estimate = Estimate(Grid(ballots, copies.own), np.clip(np.array(wrong, np.float64), LEAST, MOST), seen)
    estimate.run()
    posterior = estimate.posterior if estimate.posterior is not None else np.zeros(0)
    return Fusion(
        ballots,
        copies,
        estimate.score,
        posterior,
        winners(ballots, estimate.score, estimate.grid.own),
        (1 - estimate.wrong).reshape(len(ballots.sources), len(ballots.families)),
        estimate.rounds,
    )


def winners(ballots: Ballots, score: Floats, own: Floats) -> Integers:
    """Returns the best candidate of each key; of equal ones that with most votes, then the first in the alphabet."""
    votes = sums(ballots.candidate, own, len(score))
    spelling = np.empty(len(score), np.int64)
    spelling[sorted(range(len(score)), key=ballots.labels.__getitem__)] = np.arange(len(score))
    order = np.lexsort((spelling, -votes.round(9), -score.round(9), ballots.candidate_key))
    _, first = np.unique(ballots.candidate_key[order], return_index=True)
    return order[first]
