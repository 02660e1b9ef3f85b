"""Measures reconciling one new article into a large ledger: `python -m benchmarks.reconcile --rows 10000 100000`.

Made-up articles of twenty claims each about models of many makers, the same ones at every run. For each size: the
ledger is filled and its conflicts are found once from all statements; then articles of the same making are recorded
one by one, and after each the conflicts kept are brought up to date. Printed are the milliseconds of that, p50 and p95
over `--articles` articles, those of recording the article, and of showing the
conflicts of one model; beside them the seconds of
finding everything anew. An article tells of models of any makers, which is the hardest case, or of those of a few
(`--makers 3`), as articles do. In brackets: the same by CPU time of this process, which a busy machine disturbs less.
`--check` compares the conflicts kept at the end with those of all statements.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from benchmarks.ledger import CLAIMS_A_DOCUMENT, article
from extractors.model import Entity, Extraction
from store.ledger import Ledger

MODELS_A_MAKER = 8
CLAIMS_A_MODEL = 40
WARM_UP = 3
T = TypeVar("T")


def main() -> None:
    """Parses the arguments and prints a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000], help="statements in the ledger")
    parser.add_argument("--articles", type=int, default=40, help="new articles recorded one by one")
    parser.add_argument("--makers", type=int, default=0, help="makers that an article tells of; any by default")
    parser.add_argument("--check", action="store_true", help="compare with the conflicts of all statements at the end")
    asked = parser.parse_args()
    print(
        "statements  reconcile one article: p50 ms       p95 ms  record: p50 ms    one model: p50 ms  all anew: seconds"
    )
    for rows in asked.rows:
        with tempfile.TemporaryDirectory() as folder:
            print(measured(Path(folder), rows, asked.articles, asked.makers, check=asked.check), flush=True)


def makers(rows: int) -> list[Entity]:
    """Returns the models that a ledger of some size tells of."""
    return [
        Entity(f"model-{n}", f"Model {n}", "model", (f"M{n}",), maker=f"maker-{n // MODELS_A_MAKER}")
        for n in range(max(50, rows // CLAIMS_A_MODEL))
    ]


def articles(rows: int, few: int) -> Iterator[Extraction]:
    """Yields articles about the models of a ledger of some size, without end; each about a few makers, or any for 0."""
    chance, entities, number = random.Random(7), makers(rows), 0
    while True:
        told_of = entities
        if few:
            starts = [chance.randrange(0, len(entities), MODELS_A_MAKER) for _ in range(few)]
            told_of = [each for start in starts for each in entities[start : start + MODELS_A_MAKER]]
        yield article(number, 0, told_of, chance)
        number += 1


@dataclass(slots=True)
class Times:
    """Seconds of one thing done again and again, on the clock and of this process."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, work: Callable[[], T]) -> T:
        """Does something and notes how long it took."""
        clock, cpu = time.perf_counter(), time.process_time()
        done = work()
        self.wall.append(time.perf_counter() - clock)
        self.cpu.append(time.process_time() - cpu)
        return done

    def told(self, part: float, factor: float = 1000) -> str:
        """Returns the time below which a part of all lie."""
        return f"{at(self.wall, part) * factor:.1f} ({at(self.cpu, part) * factor:.1f})"


def at(values: Sequence[float], part: float) -> float:
    """Returns the value below which a part of all lie."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def measured(folder: Path, rows: int, count: int, few: int, *, check: bool) -> str:
    """Returns the line for one size."""
    made = articles(rows, few)
    with Ledger.open(f"sqlite:///{folder / 'claims.db'}") as ledger:
        first = (next(made) for _ in range(rows // CLAIMS_A_DOCUMENT))
        ledger.record(first, author="benchmark", reason="fill")
        anew, record, renew, show = Times(), Times(), Times(), Times()
        anew.take(ledger.reconcile)
        for number in range(count + WARM_UP):
            if number == WARM_UP:
                record, renew, show = Times(), Times(), Times()
            new = next(made)
            record.take(lambda new=new: ledger.record([new], author="benchmark", reason="news"))  # type: ignore[misc]
            if not renew.take(ledger.reconcile):
                raise SystemExit("the conflicts kept were not brought up to date")
            show.take(lambda new=new: ledger.conflicts(entity=new.claims[0].subject.id))  # type: ignore[misc]
        if check and ledger.conflicts() != ledger.computed_conflicts():
            raise SystemExit("the conflicts kept are not those of all statements")
        row = renew.told(0.5), renew.told(0.95), record.told(0.5), show.told(0.5), anew.told(0.5, 1)
    return f"{rows:>10,}  {row[0]:>29}  {row[1]:>14}  {row[2]:>14}  {row[3]:>16}  {row[4]:>17}"


if __name__ == "__main__":
    main()
