"""Learns what speaks for the subject of a value, and prints how often it is found: `python -m benchmarks.subjects`.

--gold DIR --articles DIR   more annotations and articles than tests/gold and seeds/articles; may be given again
--errors N                  the first N values whose subject is wrong where it was not learned, with what decided
--write WORDS               writes the weights into rules/subjects.toml; the words say what they were learned on

Each value that an annotation knows asks whom it is about; all that it may be about are described by features, and the
weights make the right ones the likeliest (a softmax over the contenders, where several may be right). A weight stays
near what was thought before looking (`prior`), the more so the fewer values speak on it. The texts of tests/cases count
too. The figures printed are for articles that were left out of the learning, an eighth of them at a time.

While an article is read for learning, each question is answered by the annotation, so that a later sentence leans on
what the earlier one really said.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.claims import ARTICLES, GOLD, ROOT, find_articles
from benchmarks.gold import Ignored, Said, core_metrics, load_gold, plain_name
from benchmarks.inputs import run
from extractors import subjects
from extractors.claims import find_claims
from extractors.documents import read_document
from extractors.memory import Scene
from extractors.model import Claim, Document, Kind, Span
from extractors.placing import Carried, Question
from extractors.ranking import load_weights, weigh
from extractors.rules import load_rules
from extractors.subjects import Contender, Subject, contenders, ranks_of

RULES = ROOT / "extractors" / "rules" / "subjects.toml"
CASES = ROOT / "tests" / "cases"
FOLDS = 8
STEPS = 400
RATE = 0.15
PULL = 3.0
CASE_WEIGHT = 3.0
NOTHING_WEIGHT = 2.0
SHOWN = 160


@dataclass(frozen=True, slots=True)
class Asked:
    """A value, all that it may be about, and which of these are right.

    Attributes:
        doc: The article, "" for a case.
        features: Of each contender.
        names: Id of each contender, "" for nothing.
        right: Whether each is right.
        weight: How much the value counts.
        words: The value in its sentence.
        wanted: The subject that the annotation gives first, and the metric.
    """

    doc: str
    features: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    right: tuple[bool, ...]
    weight: float
    words: str
    wanted: str


@dataclass(slots=True)
class Watcher:
    """Stands in for `find_subject` while a document is read: notes each question and answers it by the annotation."""

    doc: str
    gold: Sequence[Said]
    ignored: Sequence[Ignored]
    core: frozenset[str]
    weight: float = 1.0
    asked: list[Asked] = field(default_factory=list)

    def __call__(
        self,
        scene: Scene,
        value: Span,
        types: Sequence[str],
        *,
        noun: str = "",
        metric: str | None = None,
        before: tuple[Subject, Carried] | None = None,
    ) -> Subject | None:
        """Returns the right subject where the annotation tells it, else the one that is found."""
        question = Question(scene, value, ranks_of(tuple(types)), noun, metric or "")
        found = list(contenders(question, before))
        scores = [sum(map(weigh, one[3])) for one in found]
        right, wanted = self.judge(scene, value, metric, found)
        best = max(range(len(found)), key=lambda at: (bool(right) and right[at], scores[at]))
        if right:
            weight = self.weight * (1.0 if wanted else NOTHING_WEIGHT)
            features = tuple(tuple(name for group in one[3] for name in group) for one in found)
            names = tuple(one[0].id if one[0] else "" for one in found)
            words = around(scene, value)
            self.asked.append(Asked(self.doc, features, names, tuple(right), weight, words, wanted or "nothing"))
        entity, mention, step, _ = found[best]
        return Subject(entity, mention, step, scores[best]) if entity else None

    def judge(
        self, scene: Scene, value: Span, metric: str | None, found: Sequence[Contender]
    ) -> tuple[list[bool], str]:
        """Returns which contenders are right and what was wanted; nothing where the annotation does not say."""
        spot = scene.reading.spacing.stored_span(value)
        figure = metric is not None
        over = [g for g in self.gold if g.overlaps(spot.start, spot.end) and (g.kind == Kind.QUANTITY) is figure]
        if not over:
            ignored = any(one.start < spot.end and spot.start < one.end for one in self.ignored)
            told = figure and metric in self.core and not ignored
            return ([one[0] is None for one in found] if told else []), ""
        rows = [g for g in over if not figure or g.metric == metric or (not metric and g.metric.startswith("other:"))]
        right = [any(is_named(one, g, scene.text) for g in rows) for one in found]
        return (right if any(right) else []), f"{rows[0].names[0]} · {rows[0].metric}" if rows else ""


def is_named(contender: Contender, gold: Said, text: str) -> bool:
    """Returns whether a contender is a subject that the annotation accepts."""
    entity, mention = contender[0], contender[1]
    if entity is None:
        return False
    names = {entity.name, entity.id, *entity.aliases, text[mention.start : mention.end] if mention else ""}
    return not {plain_name(name) for name in gold.names}.isdisjoint(plain_name(name) for name in names if name)


def around(scene: Scene, value: Span) -> str:
    """Returns a value in double brackets with the words of its passage around it."""
    text, start, end = scene.text, scene.passage.start, scene.passage.end
    before, behind = text[max(start, value.start - SHOWN) : value.start], text[value.end : min(end, value.end + SHOWN)]
    return f"{before}[[{text[value.start : value.end]}]]{behind}"


def watch(document: Document, watcher: Watcher) -> list[Asked]:
    """Returns the questions that reading a document asks."""
    asking = [
        module
        for name, module in sys.modules.items()
        if name.startswith("extractors.") and getattr(module, "find_subject", None) is subjects.find_subject
    ]
    with ExitStack() as stack:
        for module in asking:
            stack.enter_context(patch.object(module, "find_subject", watcher))
        list(find_claims(document))
    return watcher.asked


def ask_articles(gold: Path, articles: Path) -> Iterator[Asked]:
    """Yields the questions of the annotated articles of a folder."""
    rows, ignored = load_gold(gold)
    for path in find_articles(articles):
        mine = [row for row in rows if path.stem.startswith(row.doc)]
        if mine:
            left_out = [one for one in ignored if path.stem.startswith(str(one.doc))]
            document = read_document(path.read_bytes(), uri=path.resolve().as_uri())
            yield from watch(document, Watcher(path.stem, mine, left_out, core_metrics(mine)))


def ask_cases() -> Iterator[Asked]:
    """Yields the questions of the texts of tests/cases that make exactly the claims that they are said to make."""
    metrics = frozenset(entry["id"] for entry in load_rules("metrics.toml", package="seeds")["metric"])
    for path in sorted(CASES.glob("claims*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            media_type = case.get("media", "text/markdown")
            document = read_document(case["text"].lstrip("\n").encode(), uri="file:///case", media_type=media_type)
            claims = list(find_claims(document))
            rows = [row for line in case["expect"] if (row := _expected(line, claims)) is not None]
            if "todo" not in case and len(rows) == len(case["expect"]):
                yield from watch(document, Watcher("", rows, (), metrics, CASE_WEIGHT))


def _expected(line: str, claims: Sequence[Claim]) -> Said | None:
    """Returns an expected claim with its place in the text, None where nothing of its value is claimed."""
    subject, metric, value = line.split(" | ")[:3]
    number = re.match(r"[~<>=]*(-?[\d.]+(?:e\d+)?)", value)
    for claim in claims:
        ends = [float(end) for end in (claim.low, claim.high) if end is not None]
        same = bool(number and ends and float(number[1]) == ends[0]) or value in (claim.value, str(claim.date))
        if claim.metric == metric and same:
            spot = claim.evidence
            return Said("", spot.start, spot.end, spot.quote, (subject,), metric, claim.kind.value)
    return None


def load_priors() -> dict[str, float]:
    """Returns what each feature was thought to weigh before anything was learned."""
    return {entry["id"]: entry["prior"] for entry in tomllib.loads(RULES.read_text(encoding="utf-8"))["weight"]}


def learn(asked: Sequence[Asked], priors: Mapping[str, float]) -> dict[str, float]:
    """Returns the weights that make the right contenders likeliest, pulled towards what was thought before."""
    index = {name: at for at, name in enumerate(priors)}
    rows, columns, owners, right = [], [], [], []
    for number, one in enumerate(asked):
        for features, good in zip(one.features, one.right, strict=True):
            known = [index[name] for name in features if name in index]
            rows += [len(owners)] * len(known)
            columns += known
            owners.append(number)
            right.append(good)
    table = (np.array(rows), np.array(columns), np.array(owners), np.array(right))
    start = np.array(list(priors.values()))
    return dict(zip(priors, _descend(start, table, np.array([one.weight for one in asked])), strict=True))


def _descend(start: Any, table: tuple[Any, Any, Any, Any], weights: Any) -> list[float]:
    """Returns the weights after a fixed number of steps down the gradient, each scaled by how it varied (Adam)."""
    rows, columns, owners, right = table
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    now, mean, spread = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        scores = np.bincount(rows, weights=now[columns], minlength=len(owners))
        odds = np.exp(scores - np.maximum.reduceat(scores, first)[owners])
        likely = odds / np.add.reduceat(odds, first)[owners]
        good = odds * right / np.add.reduceat(odds * right, first)[owners]
        slope = np.bincount(columns, weights=((likely - good) * weights[owners])[rows], minlength=len(now))
        slope += PULL * (now - start)
        mean, spread = 0.9 * mean + 0.1 * slope, 0.99 * spread + 0.01 * slope * slope
        size = RATE if step < 0.6 * STEPS else 0.3 * RATE
        now -= size * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return [float(weight) for weight in now]


def choose(one: Asked, weights: Mapping[str, float]) -> int:
    """Returns the position of the contender that weighs most."""
    return max(range(len(one.features)), key=lambda at: sum(weights.get(name, 0.0) for name in one.features[at]))


def cross_validate(asked: Sequence[Asked], priors: Mapping[str, float]) -> Iterator[tuple[Asked, int]]:
    """Yields each value of an article with the contender chosen by weights that were learned without that article."""
    docs = sorted({one.doc for one in asked if one.doc})
    for fold in range(FOLDS):
        out = set(docs[fold::FOLDS])
        weights = learn([one for one in asked if one.doc not in out], priors)
        yield from ((one, choose(one, weights)) for one in asked if one.doc in out)


def write(weights: Mapping[str, float], words: str) -> None:
    """Writes the weights into the rules, and what they were learned on."""
    text = RULES.read_text(encoding="utf-8")
    text = re.sub(r'(?m)^learned_on = ".*"$', f'learned_on = "{words}"', text)
    for name, weight in weights.items():
        entry = rf'(id = "{re.escape(name)}"\n(?:\w+ = .*\n)*?value = ).*'
        text = re.sub(entry, rf"\g<1>{weight:.2f}", text)
    RULES.write_text(text, encoding="utf-8")


def report(asked: Sequence[Asked], priors: Mapping[str, float], most: int) -> Iterator[str]:
    """Yields how many values get their right subject: by the priors, by the weights in use, by learning elsewhere."""
    articles = [one for one in asked if one.doc]
    tried = list(cross_validate(asked, priors))
    for name, weights in (("priors", priors), ("weights in use", load_weights())):
        right = sum(one.right[choose(one, weights)] for one in articles)
        yield f"{name:32}{right:>6} of {len(articles)}  {right / len(articles):.3f}"
    right = sum(one.right[at] for one, at in tried)
    yield f"{'learned on the other articles':32}{right:>6} of {len(tried)}  {right / len(tried):.3f}"
    for one, at in [pair for pair in tried if not pair[0].right[pair[1]]][:most]:
        best = next(place for place, good in enumerate(one.right) if good)
        yield f"{one.doc}: {one.words}\n  wanted {one.wanted}\n  got {one.names[at]}: {', '.join(one.features[at])}"
        yield f"  right {one.names[best]}: {', '.join(one.features[best])}"


def main(words: Sequence[str] | None = None) -> None:
    """Prints the figures, and writes the weights where that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, action="append", default=[])
    parser.add_argument("--articles", type=Path, action="append", default=[])
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--write", default="", metavar="WORDS")
    args = parser.parse_args(words)
    folders = [(GOLD, ARTICLES), *zip(args.gold, args.articles, strict=True)]
    asked = [*ask_cases(), *(one for gold, articles in folders for one in ask_articles(gold, articles))]
    priors = load_priors()
    print("\n".join(report(asked, priors, args.errors)))
    if args.write:
        write(learn(asked, priors), args.write)


if __name__ == "__main__":
    run(main)
