"""Prints how fast text becomes claims, beside the limits: `python -m benchmarks.extraction [FOLDER]`.

Words per CPU-second, from the text of a document (its structure not yet known) to its claims. In the same run, turn by
turn, stand a bare regular expression over the same text, which is about as fast as Python can look at every word, and
`spacy.blank("en")` with a sentencizer, which only cuts words and sentences. Quote the ratios, not the times: the
machine is shared, and medians of turns in alternation are what survives that.

    --runs N      turns of each engine; the median is told with the lowest and highest
    --repeat N    how often a turn reads all articles
    --peers       quantulum3 and dateparser.search_dates too, where they can be imported, on the first words alone
    --profile     where the time goes, stage by stage
    --json FILE   the figures with machine, versions, commit and corpus hash
"""

import argparse
import cProfile
import gc
import hashlib
import importlib
import json
import math
import platform
import pstats
import re
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import spacy

from benchmarks.claims import ARTICLES, ROOT, find_articles
from benchmarks.inputs import run
from extractors.claims import VERSION, extract
from extractors.dates import find_dates
from extractors.documents import read_document
from extractors.entities import find_mentions
from extractors.lexicon import find_cues
from extractors.masks import mask_markup
from extractors.model import Document
from extractors.passages import find_passages, read
from extractors.quantities import find_quantities
from extractors.segments import find_segments

WORD = re.compile(r"[A-Z][\w.’'-]*|\d[\d.,]*\w*|\w+|[^\w\s]")
DOUBLINGS = (1, 2, 4, 8)
PASSES_FOR_MEMORY = 20
WORDS_FOR_PEERS = 2_000
OURS = "claimledger"
PACKAGES = ("spacy", "quantulum3", "dateparser")

Work = Callable[[Document], object]


@dataclass(frozen=True, slots=True)
class Speed:
    """Words per CPU-second of one engine: the median of its turns, the lowest and the highest."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:>12,.0f}   ({self.low:,.0f} to {self.high:,.0f})"


def load_documents(folder: Path) -> list[Document]:
    """Returns the articles of a folder with their stored text."""
    return [read_document(path.read_bytes(), uri=path.resolve().as_uri()) for path in find_articles(folder)]


def count_words(documents: Sequence[Document]) -> int:
    """Returns the number of words between spaces."""
    return sum(len(document.text.split()) for document in documents)


def find_structure(document: Document) -> Document:
    """Returns the document with its segments found again from its text."""
    kind = "text/plain" if document.media_type == "text/plain" else "text/markdown"
    segments, _ = find_segments(document.text, media_type=kind, uri=document.uri)
    return replace(document, segments=segments)


def claims_of(document: Document) -> object:
    """Returns what the extractor finds, from the text on."""
    return extract(find_structure(document)).claims


def engines() -> dict[str, Work]:
    """Returns what is measured at full length."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.max_length = 50_000_000
    return {
        "regex floor": lambda document: WORD.findall(document.text),
        "spacy.blank": lambda document: nlp(document.text),
        OURS: claims_of,
    }


def peers() -> dict[str, Work]:
    """Returns the peers that can be imported."""
    found: dict[str, Work] = {}
    for module, function in (("quantulum3.parser", "parse"), ("dateparser.search", "search_dates")):
        try:
            work = getattr(importlib.import_module(module), function)
        except ImportError:
            continue
        found[f"{module.split('.')[0]}.{function}"] = _over_text(work)
    return found


def _over_text(work: Callable[[str], object]) -> Work:
    return lambda document: work(document.text)


def first_words(documents: Sequence[Document], most: int) -> list[Document]:
    """Returns the opening of the articles in all, for engines that would take minutes."""
    share = max(1, most // max(len(documents), 1))
    return [replace(one, text=" ".join(one.text.split()[:share]), segments=()) for one in documents]


def turn(work: Work, documents: Sequence[Document], repeat: int) -> float:
    """Returns the words per CPU-second of one turn."""
    gc.collect()
    start = time.process_time()
    for _ in range(repeat):
        for document in documents:
            work(document)
    return count_words(documents) * repeat / max(time.process_time() - start, 1e-9)


def compare(works: dict[str, Work], documents: Sequence[Document], runs: int, repeat: int) -> dict[str, Speed]:
    """Returns the speeds of engines that take turns, after one turn each that is not counted."""
    turns: dict[str, list[float]] = {name: [] for name in works}
    for number in range(runs + 1):
        for name, work in works.items():
            speed = turn(work, documents, repeat if number else 1)
            if number:
                turns[name].append(speed)
    return {name: Speed(statistics.median(all_), min(all_), max(all_)) for name, all_ in turns.items()}


def growth(documents: Sequence[Document], runs: int) -> tuple[list[tuple[int, float]], float]:
    """Returns words and CPU-seconds of one document at doubling lengths, and the exponent: 1 is linear."""
    joined = "\n\n".join(document.text for document in documents)
    points = []
    for times in DOUBLINGS:
        document = Document("file:///long", "", "\n\n".join([joined] * times), media_type="text/markdown")
        words = count_words([document])
        points.append((words, min(words / turn(claims_of, [document], 1) for _ in range(min(runs, 3)))))
    return points, slope([(math.log(words), math.log(seconds)) for words, seconds in points])


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Returns the slope of the line that fits the points best.

    >>> slope([(0, 1), (1, 3), (2, 5)])
    2.0
    """
    x = statistics.fmean(point[0] for point in points)
    y = statistics.fmean(point[1] for point in points)
    above = sum((point[0] - x) * (point[1] - y) for point in points)
    return above / sum((point[0] - x) ** 2 for point in points)


def peak_megabytes() -> float:
    """Returns the most memory that the process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def memory(documents: Sequence[Document]) -> tuple[float, float]:
    """Returns the peak after one pass and after twenty more; a cache without a bound would show."""
    for document in documents:
        claims_of(document)
    before = peak_megabytes()
    for _ in range(PASSES_FOR_MEMORY):
        for document in documents:
            claims_of(document)
    return before, peak_megabytes()


def profile(documents: Sequence[Document], runs: int) -> dict[str, float]:
    """Returns the CPU-seconds of a pass by stage: each stage alone over what it gets, the rest by subtraction."""
    readings = [read(document) for document in documents]
    texts = [reading.text for reading in readings]
    passages = [
        (reading, passage)
        for reading in readings
        for passage in find_passages(reading)
        if passage.quantities or passage.dates or passage.mentions
    ]
    stages: dict[str, Callable[[], object]] = {
        "segments": lambda: [find_structure(document) for document in documents],
        "mask": lambda: [mask_markup(document.text) for document in documents],
        "quantities": lambda: [list(find_quantities(text)) for text in texts],
        "dates": lambda: [list(find_dates(text)) for text in texts],
        "mentions": lambda: [find_mentions(text) for text in texts],
        "cues": lambda: [find_cues(reading.text, passage.start, passage.end) for reading, passage in passages],
        "all": lambda: [claims_of(document) for document in documents],
    }
    seconds = {name: min(_seconds(stage) for _ in range(max(runs, 2))) for name, stage in stages.items()}
    total = seconds.pop("all")
    return seconds | {"the rest": total - sum(seconds.values()), "all": total}


def shares(documents: Sequence[Document]) -> dict[str, float]:
    """Returns each module's share of a pass as the profiler sees it, library calls counted to who made them."""
    profiler = cProfile.Profile()
    profiler.runcall(lambda: [claims_of(document) for document in documents])
    spent: Counter[str] = Counter()
    statistics_of: dict[Any, Any] = vars(pstats.Stats(profiler))["stats"]
    for (file, _, _), (_, _, own, _, callers) in statistics_of.items():
        if Path(file).parent.name == "extractors":
            spent[Path(file).stem] += own
            continue
        for (caller, _, _), (_, _, part, _) in callers.items():
            spent[Path(caller).stem if Path(caller).parent.name == "extractors" else "libraries"] += part
    total = sum(spent.values())
    return {name: seconds / total for name, seconds in spent.most_common(12)}


def _seconds(stage: Callable[[], object]) -> float:
    start = time.process_time()
    stage()
    return time.process_time() - start


def about(documents: Sequence[Document]) -> dict[str, Any]:
    """Returns on what and with what the figures were measured."""
    corpus = hashlib.sha256("\0".join(document.revision for document in documents).encode()).hexdigest()
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return {
        "machine": f"{platform.system()} {platform.machine()}, {platform.processor() or 'unnamed processor'}",
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "extractor": VERSION,
        "commit": commit.stdout.strip(),
        "corpus": f"sha256:{corpus}",
        "documents": len(documents),
        "words": count_words(documents),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def lines(speeds: dict[str, Speed]) -> Iterator[str]:
    """Yields a line for each engine, with its ratio to ours."""
    ours = speeds[OURS].median if OURS in speeds else 0.0
    yield f"{'words per CPU-second':28}{'median':>12}   (lowest to highest)"
    for name, speed in speeds.items():
        ratio = f"   ours is {ours / speed.median:.2f} times as fast" if ours and name != OURS else ""
        yield f"{name:28}{speed}{ratio}"


def parse_arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Returns the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ARTICLES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", type=Path)
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Measures and prints; memory first, before other engines fill it."""
    args = parse_arguments(words)
    documents = load_documents(args.folder)
    if not documents:
        raise SystemExit(f"no articles in {args.folder}")
    result = about(documents)
    print(f"{result['documents']} articles, {result['words']:,} words, {result['machine']}, Python {result['python']}")
    before, after = memory(documents)
    speeds = compare(engines(), documents, args.runs, args.repeat)
    if args.peers:
        opening = first_words(documents, WORDS_FOR_PEERS)
        speeds |= compare(peers(), opening, min(args.runs, 3), 1)
    points, exponent = growth(documents, args.runs)
    print("\n".join(lines(speeds)))
    for length, seconds in points:
        print(f"one document of {length:>9,} words: {seconds:7.3f} s, {length / seconds:>9,.0f} words per CPU-second")
    print(f"time grows with length to the power of {exponent:.2f}")
    print(f"peak memory {before:.0f} MB after one pass, {after:.0f} MB after {PASSES_FOR_MEMORY} more")
    result |= {
        "words_per_cpu_second": {
            name: {"median": s.median, "low": s.low, "high": s.high} for name, s in speeds.items()
        },
        "growth": {"points": points, "exponent": exponent},
        "peak_megabytes": {"one_pass": before, f"{PASSES_FOR_MEMORY}_more": after},
    }
    if args.profile:
        stages = result["stages_cpu_seconds"] = profile(documents, args.runs)
        for name, seconds in stages.items():
            print(f"{name:12}{seconds:8.3f} s {seconds / stages['all']:6.0%}")
        by_module = result["module_shares"] = shares(documents)
        print("by module: " + ", ".join(f"{name} {share:.0%}" for name, share in by_module.items()))
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main)
