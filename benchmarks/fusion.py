"""Measures fusion on sets of conflicting claims with a known truth, beside majority vote, in the same run.

    python -m benchmarks.fusion --claims CLAIMS.jsonl.gz --truth TRUTH.jsonl.gz [--tolerance N]
    python -m benchmarks.fusion --invented [--seeds N]

Claims are JSON Lines with object, property, value and source; what else claims and truth have in common (a day, a year)
belongs to the key. A time that only claims have tells which claim of a source is its last. The truth is looked at after
everything is decided, and again to fit the calibration, which is tested on keys that it was not fitted on.
"""

import argparse
import json
import re
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks.fusion_sets import SETS, make_set
from benchmarks.inputs import InputError, read_lines, read_toml, run
from store.ballots import Key, Said, read_ballots
from store.fusion import Fusion, fuse
from store.value_forms import ValueKind, form_of, is_coarser, is_same, kind_of

NO_KEY = frozenset({"value", "raw", "source"})
MOMENTS = ("time", "timestamp", "retrieved", "published", "date")
NOTHING = frozenset({"", "-", "na", "n/a", "none", "null", "unknown", "not available"})
MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
ISO = re.compile(r"\d{4}-\d\d")
FOLDS = 5
FEWEST_LABELS = 100
BINS = 10
PER_CENT = 0.01
RULES = Path(__file__).with_name("fusion.toml")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was chosen for one key with a known truth.

    Attributes:
        key: The key in words.
        family: Its property.
        conflicting: Whether sources say different values.
        right: Whether fusion's value is the truth.
        loosely: Whether it is the truth, or that told more coarsely or more finely, or a figure within one per cent.
        majority: Share of the values with most votes that are right.
        written: The same with votes for values as written.
        confidence: Chance that fusion gives its value.
    """

    key: str
    family: str
    conflicting: bool
    right: bool
    loosely: bool
    majority: float
    written: float
    confidence: float


def key_fields(claims: Sequence[dict[str, Any]], truth: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Returns the fields that name a key: those that every truth and most claims have, without the value."""
    if not claims or not truth:
        raise InputError("no claims or no truth")
    common = set(truth[0])
    for row in truth:
        common &= row.keys()
    told = Counter(field for row in claims for field in row)
    common = {field for field in common if 2 * told[field] > len(claims)}
    return ("object", "property", *sorted(common - NO_KEY - {"object", "property"}))


def said_by(claims: Sequence[dict[str, Any]], fields: Sequence[str]) -> list[Said]:
    """Returns what sources say, the last claims of each on a key where claims have a time that can be read."""
    last: dict[tuple[Key, str], tuple[str, list[str]]] = {}
    clock = next((name for name in MOMENTS if name in claims[0] and name not in fields), "")
    for row in claims:
        value = text_of(row["value"])
        if value.casefold() in NOTHING:
            continue
        place = tuple([str(row.get(field, "")) for field in fields]), str(row["source"])
        moment = moment_of(row, clock) if clock else ""
        held = last.get(place)
        if held is None or moment > held[0]:
            last[place] = moment, [value]
        elif moment == held[0]:
            held[1].append(value)
    return [Said(key, key[1], source, value) for (key, source), (_, values) in last.items() for value in values]


def text_of(value: Any) -> str:
    """Returns a value as text, a list as its parts with semicolons, None as nothing."""
    if isinstance(value, list):
        return "; ".join(map(text_of, value))
    return "" if value is None else str(value).strip()


def moment_of(row: dict[str, Any], field: str) -> str:
    """Returns when a claim was made, in a form that sorts; "" when it does not say so in a form that is known.

    >>> moment_of({"time": "fri jan 29 08:45:01 2010"}, "time")
    '2010 01 29 08:45:01'
    """
    text = str(row.get(field, ""))
    if ISO.match(text):
        return text
    parts = text.split()
    month = MONTHS.find(parts[1].casefold()) if len(parts) == 5 else -1
    return f"{parts[4]} {month // 3 + 1:02} {parts[2]:0>2} {parts[3]}" if month >= 0 else ""


def tolerance_for(properties: set[str]) -> float:
    """Returns the tolerance of the rule that fits a set, 0 without one."""
    return next(
        (float(rule["tolerance"]) for rule in read_toml(RULES)["rule"] if set(rule["properties"]) <= properties), 0.0
    )


class Scorer:
    """Tells whether a value is the truth, by the kind of its property."""

    def __init__(self, said: Sequence[Said], tolerance: float) -> None:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for each in said:
            counts[each.family][each.value] += 1
        self.kinds = {family: kind_of(family, held) for family, held in counts.items()}
        self.tolerance = tolerance

    def is_right(self, family: str, value: str, truth: str) -> bool:
        """Returns whether a value is the truth in any spelling, for a number within the tolerance."""
        kind = self.kinds[family]
        a, b = form_of(value, kind), form_of(truth, kind)
        if a.number is not None and b.number is not None and kind is ValueKind.NUMBER:
            return abs(a.number - b.number) <= self.tolerance
        return is_same(a, b, kind)

    def is_near(self, family: str, value: str, truth: str) -> bool:
        """Returns whether a value is the truth, within one per cent of it, or one is the other told more coarsely."""
        kind = self.kinds[family]
        a, b = form_of(value, kind), form_of(truth, kind)
        if a.number is not None and b.number is not None and abs(a.number - b.number) <= PER_CENT * abs(b.number):
            return True
        return self.is_right(family, value, truth) or is_coarser(a, b, kind) or is_coarser(b, a, kind)


def outcomes_of(fusion: Fusion, said: Sequence[Said], truth: dict[Key, str], scorer: Scorer) -> list[Outcome]:
    """Returns what was chosen for each key with a truth, in the order of the keys."""
    ballots = fusion.ballots
    votes = np.bincount(ballots.candidate, ballots.weight, len(ballots.labels))
    members: dict[int, list[int]] = defaultdict(list)
    for candidate, key in enumerate(ballots.candidate_key.tolist()):
        members[key].append(candidate)
    written: dict[Any, Counter[str]] = defaultdict(Counter)
    for each in said:
        written[each.key][each.value.casefold()] += 1
    out = []
    for place, key in enumerate(ballots.keys):
        if key not in truth:
            continue
        family, right = ballots.families[ballots.key_family[place]], truth[key]
        most = max(votes[at] for at in members[place])
        top = [ballots.labels[at] for at in members[place] if votes[at] >= most - 1e-9]
        often = max(written[key].values())
        spelled = [value for value, count in written[key].items() if count == often]
        chosen = ballots.labels[fusion.winner[place]]
        out.append(
            Outcome(
                "|".join(key),
                family,
                len(members[place]) > 1,
                scorer.is_right(family, chosen, right),
                scorer.is_near(family, chosen, right),
                fmean(scorer.is_right(family, value, right) for value in top),
                fmean(scorer.is_right(family, value, right) for value in spelled),
                float(fusion.posterior[fusion.winner[place]]),
            )
        )
    return out


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Returns the expected calibration error over ten bins of equal width."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for chance, hit in zip(confidences, right, strict=True):
        bins[min(int(chance * BINS), BINS - 1)].append((chance, hit))
    gaps = (abs(sum(chance for chance, _ in held) - sum(hit for _, hit in held)) for held in bins.values())
    return sum(gaps) / max(len(right), 1)


def fold_of(outcome: Outcome) -> int:
    """Returns the fold of a key, by the hash of its object."""
    return sha256(outcome.key.partition("|")[0].encode()).digest()[0] % FOLDS


def held_out(outcomes: Sequence[Outcome]) -> list[float]:
    """Returns calibrated confidences, each fitted on keys of other objects."""
    out = [0.0] * len(outcomes)
    for fold in range(FOLDS):
        fitted = [each for each in outcomes if fold_of(each) != fold]
        general = monotone(fitted)
        own = {
            family: monotone(held)
            for family in {each.family for each in fitted}
            if len(held := [each for each in fitted if each.family == family]) >= FEWEST_LABELS
        }
        for place, each in enumerate(outcomes):
            if fold_of(each) == fold:
                out[place] = own.get(each.family, general)(each.confidence)
    return out


def monotone(outcomes: Sequence[Outcome]) -> Callable[[float], float]:
    """Returns the isotonic regression of being right on confidence (pool adjacent violators)."""
    together: dict[float, list[bool]] = defaultdict(list)
    for each in outcomes:
        together[each.confidence].append(each.right)
    blocks: list[list[float]] = []
    for confidence, held in sorted(together.items()):
        blocks.append([float(sum(held)), float(len(held)), confidence])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            hits, count, _ = blocks.pop()
            blocks[-1][0] += hits
            blocks[-1][1] += count
    starts, rates = [block[2] for block in blocks], [block[0] / block[1] for block in blocks]
    return lambda confidence: rates[max(bisect_right(starts, confidence) - 1, 0)] if rates else confidence


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of processor time.

    Attributes:
        simple: A pass over the claims that only decodes them.
        reading: Decoding and grouping the claims.
        fusing: Everything else.
    """

    simple: float
    reading: float
    fusing: float


def report(name: str, outcomes: Sequence[Outcome], fusion: Fusion, timing: Timing | None = None) -> None:
    """Prints the figures of a set."""
    disputed = [each for each in outcomes if each.conflicting]
    ballots = fusion.ballots
    print(f"\n{name}: {len(ballots.key)} claims of {len(ballots.sources)} sources, {len(ballots.keys)} keys, ", end="")
    print(f"{len(outcomes)} with a truth, {len(disputed)} of them in conflict")
    print(f"{'accuracy':34}{'all keys':>10}{'conflicting':>13}")
    for label, field in (
        ("majority, values as written", "written"),
        ("majority, equal values together", "majority"),
        ("fusion", "right"),
        ("coarser, finer, within 1 % allowed", "loosely"),
    ):
        print(f"{label:34}{mean_of(outcomes, field):10.4f}{mean_of(disputed, field):13.4f}")
    for family in sorted({each.family for each in disputed}):
        own = [each for each in disputed if each.family == family]
        print(f"  {family:24} {len(own):6}  {mean_of(own, 'majority'):.3f} -> {mean_of(own, 'right'):.3f}")
    right = [each.right for each in disputed]
    raw = calibration_error([each.confidence for each in disputed], right)
    fitted = calibration_error(held_out(disputed), right)
    print(
        f"calibration error {raw:.4f} as given, without labels; {fitted:.4f} on held-out keys, fitted on other objects"
    )
    copied = sum(share > 0.5 for share in fusion.copies.share)
    print(f"{copied} pairs of sources copy more than half; {fusion.rounds} rounds")
    if timing:
        total = timing.reading + timing.fusing
        print(f"{total:.2f} s on one core (reading {timing.reading:.2f}, fusing {timing.fusing:.2f}), ", end="")
        print(f"{len(ballots.key) / total:,.0f} claims/s, {total / timing.simple:.1f} times a pass that only decodes")


def mean_of(outcomes: Sequence[Outcome], field: str) -> float:
    """Returns the mean of a field, 0 for no outcome."""
    return fmean(float(getattr(each, field)) for each in outcomes) if outcomes else 0.0


def judge(
    claims: Sequence[dict[str, Any]], truth: Sequence[dict[str, Any]], tolerance: float | None
) -> tuple[list[Outcome], Fusion, float]:
    """Returns outcomes, the fusion, and the seconds from rows to decisions."""
    fields = key_fields(claims, truth)
    started = time.process_time()
    said = said_by(claims, fields)
    fusion = fuse(read_ballots(said))
    seconds = time.process_time() - started
    known = {tuple(str(row[field]) for field in fields): text_of(row["value"]) for row in truth}
    allowed = tolerance_for({each.family for each in said}) if tolerance is None else tolerance
    return outcomes_of(fusion, said, known, Scorer(said, allowed)), fusion, seconds


def run_files(claims: str, truth: str, tolerance: float | None) -> None:
    """Prints the figures of a set in two files."""
    lines = [json.dumps(row) for row in read_lines(Path(claims), "object", "property", "value", "source")]
    started = time.process_time()
    rows = [json.loads(line) for line in lines]
    simple = time.process_time() - started
    started = time.process_time()
    rows = list(read_lines(Path(claims), "object", "property", "value", "source"))
    reading = time.process_time() - started
    outcomes, fusion, seconds = judge(rows, list(read_lines(Path(truth), "object", "property", "value")), tolerance)
    report(Path(claims).name, outcomes, fusion, Timing(simple, reading, seconds))


def run_invented(seeds: int) -> bool:
    """Prints the figures of the invented sets; returns whether none is below majority vote."""
    print(f"{'set':34}{'majority':>10}{'fusion':>10}{'least gain':>12}{'ECE':>8}")
    fine = True
    for name in SETS:
        gains, means, errors = [], [], []
        for seed in range(seeds):
            outcomes, _, _ = judge(*make_set(name, seed), 0.0)
            disputed = [each for each in outcomes if each.conflicting]
            means.append((mean_of(disputed, "majority"), mean_of(disputed, "right")))
            gains.append(means[-1][1] - means[-1][0])
            errors.append(calibration_error([each.confidence for each in disputed], [each.right for each in disputed]))
        fine = fine and fmean(gains) >= 0
        before, after = fmean(pair[0] for pair in means), fmean(pair[1] for pair in means)
        print(f"{name:34}{before:10.4f}{after:10.4f}{min(gains):12.4f}{fmean(errors):8.3f}")
    return fine


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0, 1 when fusion falls below majority vote on an invented set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", action="append", default=[], help="claims, JSON Lines, may be gzipped; repeatable")
    parser.add_argument("--truth", action="append", default=[], help="truth for the claims of the same place")
    parser.add_argument("--tolerance", type=float, help="figures this near are right; by default from fusion.toml")
    parser.add_argument("--invented", action="store_true", help="run the invented sets")
    parser.add_argument("--seeds", type=int, default=4, help="how many sets of each kind to invent")
    options = parser.parse_args(arguments)
    if len(options.claims) != len(options.truth):
        parser.error("give a file of truth for each file of claims")
    for claims, truth in zip(options.claims, options.truth, strict=True):
        run_files(claims, truth, options.tolerance)
    if options.invented or not options.claims:
        return 0 if run_invented(options.seeds) else 1
    return 0


if __name__ == "__main__":
    run(main)
