"""Prints how right the claims of annotated articles are: `python -m benchmarks.claims`.

--gold DIR --articles DIR   other annotations and articles than tests/gold and seeds/articles
--by metric|doc|kind        the same figures in parts
--errors N                  the first N misses and the first N false alarms
--pin [--lower REASON]      writes tests/gold/baseline.json anew; a floor falls only with a reason, which is kept
"""

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.gold import GROUPS, LEVELS, Level, Said, Scoring, from_claim, load_gold, score
from benchmarks.inputs import list_folder, run
from extractors.claims import VERSION, extract
from extractors.documents import read_document

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "tests" / "gold"
ARTICLES = ROOT / "seeds" / "articles"
BASELINE = GOLD / "baseline.json"
ENDINGS = (".txt", ".md", ".html")
SLACK = 0.002


class PinError(Exception):
    """A floor would fall without a reason; the message names the figures."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the gate holds on to.

    Attributes:
        corpus: Hash over articles and gold.
        version: Of the extractor that was measured.
        scores: Strict and value F1 by group, to four digits.
        thresholds: Limits that were reported as measured.
        reason: Why a floor was lowered last; "" when none was.
    """

    corpus: str
    version: str
    scores: Mapping[str, float]
    thresholds: int
    reason: str = ""

    def record(self) -> dict[str, Any]:
        """Returns the figures as the object that baseline.json holds."""
        return {
            "corpus": self.corpus,
            "extractor": self.version,
            "f1": dict(self.scores),
            "thresholds_reported_as_measured": self.thresholds,
            "lowered_because": self.reason,
        }


def find_articles(folder: Path) -> list[Path]:
    """Returns the articles of a folder in the order of their names."""
    return [path for path in list_folder(folder) if path.suffix in ENDINGS]


def find_said(articles: Path, docs: set[str]) -> Iterator[Said]:
    """Yields the claims of the articles that the gold knows; it may name an article by the start of its file's name."""
    for path in find_articles(articles):
        doc = next((name for name in sorted(docs, key=len, reverse=True) if path.stem.startswith(name)), None)
        if doc is not None:
            document = read_document(path.read_bytes(), uri=path.resolve().as_uri())
            yield from (from_claim(claim, doc) for claim in extract(document).claims)


def measure(gold: Path = GOLD, articles: Path = ARTICLES) -> Scoring:
    """Returns the scoring of the articles of one folder by the annotations of another."""
    rows, ignored = load_gold(gold)
    docs = {row.doc for row in rows} | {one.doc for one in ignored}
    return score(rows, find_said(articles, docs), ignored)


def corpus_hash(gold: Path = GOLD, articles: Path = ARTICLES) -> str:
    """Returns a hash that changes with any article and any annotation."""
    digest = hashlib.sha256()
    for path in (*find_articles(articles), *sorted(gold.glob("*.jsonl"))):
        digest.update(f"{path.name}:{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def find_figures(scoring: Scoring, corpus: str) -> Figures:
    """Returns what the gate compares."""
    scores = {
        f"{group}.{level.name.lower()}": round(scoring.tally(group, level).f1, 4)
        for group in GROUPS
        for level in (Level.STRICT, Level.VALUE)
    }
    return Figures(corpus, VERSION, scores, len(scoring.measured_thresholds))


def load_baseline(path: Path = BASELINE) -> Figures | None:
    """Returns the pinned figures, None before the first pin."""
    if not path.exists():
        return None
    held = json.loads(path.read_text(encoding="utf-8"))
    thresholds = held["thresholds_reported_as_measured"]
    return Figures(held["corpus"], held["extractor"], held["f1"], thresholds, held["lowered_because"])


def find_falls(before: Figures, now: Figures, slack: float = 0.0) -> list[str]:
    """Returns which figures are worse than pinned by more than the slack."""
    falls = [
        f"{name}: {now.scores.get(name, 0.0):.4f} < {floor:.4f}"
        for name, floor in before.scores.items()
        if now.scores.get(name, 0.0) < floor - slack
    ]
    if now.thresholds > before.thresholds:
        falls.append(f"thresholds reported as measured: {now.thresholds} > {before.thresholds}")
    return falls


def pin(now: Figures, reason: str = "", path: Path = BASELINE) -> None:
    """Writes the figures as the new floors.

    Raises:
        PinError: A floor would fall and no reason is given.
    """
    before = load_baseline(path)
    falls = find_falls(before, now) if before else []
    if falls and not reason:
        raise PinError("a floor would fall; say why with --lower: " + "; ".join(falls))
    record = now.record() | {"lowered_because": reason if falls else before.reason if before else ""}
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def table(scoring: Scoring) -> Iterator[str]:
    """Yields the lines of the table by group and level."""
    yield f"{'':8}{'gold':>6}{'claims':>8}  " + "".join(f"{level.name.lower():<24}" for level in LEVELS)
    for group in GROUPS:
        tallies = [scoring.tally(group, level) for level in LEVELS]
        cells = "".join(f"P {t.precision:.3f} R {t.recall:.3f} F {t.f1:.3f}  "[:24].ljust(24) for t in tallies)
        yield f"{group:8}{tallies[0].gold:>6}{tallies[0].claims:>8}  {cells}"
    yield f"thresholds: {len(scoring.thresholds)}, reported as measured: {len(scoring.measured_thresholds)}"


def parts(scoring: Scoring, by: str) -> Iterator[str]:
    """Yields per metric, article or kind how much of the gold was found at each level, and the false alarms."""
    wanted: dict[str, list[int]] = defaultdict(list)
    false: dict[str, int] = defaultdict(int)
    for i in scoring.wanted("all"):
        wanted[getattr(scoring.gold[i], by)].append(i)
    for j in scoring.offered("all"):
        if j not in scoring.by_claim:
            false[getattr(scoring.claims[j], by)] += 1
    yield f"{by:32}{'gold':>6}" + "".join(f"{level.name.lower():>9}" for level in LEVELS) + f"{'false':>7}"
    for name in sorted(wanted.keys() | false.keys(), key=lambda name: (-len(wanted[name]), name)):
        found = "".join(f"{sum(scoring.level(i) >= level for i in wanted[name]):>9}" for level in LEVELS)
        yield f"{name:32}{len(wanted[name]):>6}{found}{false[name]:>7}"


def errors(scoring: Scoring, most: int) -> Iterator[str]:
    """Yields the first misses, wrong readings and false alarms."""
    missed = [i for i in scoring.wanted("all") if scoring.level(i) < Level.STRICT]
    for i in missed[:most]:
        row, pair = scoring.gold[i], scoring.by_gold.get(i)
        got = brief(scoring.claims[pair.claim]) if pair else "nothing"
        right = scoring.level(i).name.lower()
        yield f"{'miss' if pair is None else 'right to ' + right}: {row.doc}:{row.start} {brief(row)} | got: {got}"
    false = [j for j in scoring.offered("all") if j not in scoring.by_claim]
    for j in false[:most]:
        claim = scoring.claims[j]
        yield f"false: {claim.doc}:{claim.start} {brief(claim)}"


def brief(row: Said) -> str:
    """Returns one side of a comparison on a line."""
    ends = row.date or row.value or f"{row.low}..{row.high} {row.unit} {row.bound}"
    return f"“{row.surface}” {row.names[0]} · {row.metric} · {ends} · {dict(row.qualifiers)} · {row.status}"


def report(scoring: Scoring, corpus: str) -> dict[str, Any]:
    """Returns the figures of a run as one JSON object."""
    groups = {
        group: {
            level.name.lower(): {"precision": t.precision, "recall": t.recall, "f1": t.f1}
            for level in LEVELS
            for t in (scoring.tally(group, level),)
        }
        | {"gold": len(scoring.wanted(group)), "claims": len(scoring.offered(group))}
        for group in GROUPS
    }
    limits = {"gold": len(scoring.thresholds), "reported_as_measured": len(scoring.measured_thresholds)}
    return {"corpus": corpus, "extractor": VERSION, "groups": groups, "thresholds": limits}


def parse_arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Returns the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--articles", type=Path, default=ARTICLES)
    parser.add_argument("--by", choices=("metric", "doc", "kind"))
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--lower", default="", metavar="REASON")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Prints the table, and what else was asked for."""
    args = parse_arguments(words)
    if args.pin and (args.gold, args.articles) != (GOLD, ARTICLES):
        raise SystemExit("only the figures of seeds/articles are pinned")
    scoring, corpus = measure(args.gold, args.articles), corpus_hash(args.gold, args.articles)
    lines = [*table(scoring)]
    lines += parts(scoring, args.by) if args.by else ()
    lines += errors(scoring, args.errors)
    print("\n".join(lines))
    if args.json:
        args.json.write_text(json.dumps(report(scoring, corpus), indent=2) + "\n", encoding="utf-8")
    if args.pin:
        try:
            pin(find_figures(scoring, corpus), args.lower)
        except PinError as error:
            raise SystemExit(str(error)) from error
        print(f"pinned in {BASELINE.relative_to(ROOT)}")


if __name__ == "__main__":
    run(main)
