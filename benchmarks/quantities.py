"""Measures `find_quantities` on JSON Lines files and on folders of articles.

    python -m benchmarks.quantities FILE… [--errors N]     accuracy, per set
    python -m benchmarks.quantities FILE… --peers          the same of other readers too, where they are installed
    python -m benchmarks.quantities FOLDER [--repeat 20]   words per CPU-second over its *.txt

A line holds `id`, `text` and either `quantities` or `gold` with {low, high, unit, start, end}, `gold` in the shapes of
Recognizers and quantulum3, or `expr` (duckling's).
"""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.inputs import InputError, read_lines, read_toml, run
from benchmarks.peers import Reader, quantity_readers
from benchmarks.scoring import Gold, Score, pair, touching
from extractors.model import Quantity
from extractors.quantities import find_quantities
from extractors.units import load_units

PHYSICAL_OUT = {"money", "count", "temperature", "time", "ratio"}
DUCKLING_NAMES = {"Quantity", "AmountOfMoney", "Numeral", "Duration", "Distance", "Volume", "Temperature"}
Row = tuple[str, str, list[Gold]]


def dimension(quantity: Quantity) -> str:
    """Returns the dimension of a figure's unit, "" for a bare number or a noun."""
    unit = load_units().by_id.get(quantity.unit)
    return unit.dimension if unit else ""


def is_glued(quantity: Quantity, text: str) -> bool:
    """Returns True for a number that its unit's letters are stuck to: no number in Recognizers' sense ("180ml")."""
    stop = quantity.number.end
    return dimension(quantity) not in ("", "ratio") and stop < quantity.end and text[stop].isalpha()


CLASSES: dict[str, Callable[[Quantity, str], bool]] = {
    "NumberModel": lambda q, text: not is_glued(q, text),
    "CurrencyModel": lambda q, _: dimension(q) == "money",
    "DimensionModel": lambda q, _: dimension(q) not in PHYSICAL_OUT and dimension(q) != "",
    "TemperatureModel": lambda q, _: dimension(q) == "temperature" or q.unit == "degree",
    "AgeModel": lambda q, _: dimension(q) == "time",
    "NumberRangeModel": lambda q, _: q.bound not in ("exact", "approx"),
    "PercentModel": lambda q, _: q.unit == "percent",
}


def read_rows(path: Path) -> Iterator[Row]:
    """Yields set name, text and gold of each line that holds figures this benchmark knows."""
    if path.suffix == ".toml":
        for text, figures in read_toml(path)["cases"]:
            yield path.stem, text, [parse_figure(figure) for figure in figures]
        return
    for record in read_lines(path, "text"):
        name = record.get("set", path.stem)
        gold = _gold(record, name)
        if gold is not None:
            yield name, record["text"], gold


def parse_figure(figure: str) -> Gold:
    """Returns the gold of a case's `VALUE|UNIT`: `5`, `~5`, `>=5`, `<=5` or `3..5`."""
    value, _, unit = figure.partition("|")
    low, _, high = value.lstrip("~<>=").partition("..")
    if value.startswith(">="):
        return Gold(float(low), None, unit)
    return Gold(None if value.startswith("<=") else float(low), float(high or low), unit)


def _gold(record: dict[str, Any], name: str) -> list[Gold] | None:
    if "expr" in record:
        return _duckling(record) if name.removeprefix("duckling-") in DUCKLING_NAMES else None
    if name in ("OrdinalModel", "DateTimeModel"):
        return None
    figures = record["quantities"] if "quantities" in record else record["gold"]
    if figures and "low" in figures[0]:
        return [Gold(q["low"], q["high"], q.get("unit"), q.get("start"), q.get("end")) for q in figures]
    return [g for one in figures if (g := _recognizers(one, record["text"])) is not None]


def _recognizers(one: dict[str, Any], text: str) -> Gold | None:
    values = one.get("resolution") or one
    start = text.lower().find(one["surface"].lower()) if "start" not in one else one["start"]
    span = (None, None) if start < 0 else (start, start + len(one["surface"]))
    unit = values.get("unit") if "unit" in values else None
    value = values.get("value")
    if one.get("type") == "percentage":
        unit = "percent"
    if value is None or value == "null":
        return None
    if isinstance(value, list):
        return Gold(value[0], value[1], unit, *span)
    if isinstance(value, str) and value[0] in "[(":
        low, _, high = value.strip("[]()").partition(",")
        return Gold(float(low) if low else None, float(high) if high else None, unit, *span)
    number = float(str(value).rstrip("%"))
    return Gold(number, number, unit, *span)


NUMBER = r"\(?(-?[\d.]+(?:e-?\d+)?)\)?"


def _duckling(record: dict[str, Any]) -> list[Gold] | None:
    expr = record["expr"]
    if found := re.match(rf"NumeralValue {NUMBER}", expr):
        return [Gold(float(found[1]), float(found[1]), None)]
    if found := re.match(rf"DurationData {NUMBER} (\w+)", expr):
        return [Gold(float(found[1]), float(found[1]), found[2])]
    if found := re.match(rf"(?:simple|above|under) (\w+) {NUMBER}", expr):
        return [Gold(float(found[2]), float(found[2]), found[1])]
    if found := re.match(rf"between (\w+) \({NUMBER}, ?{NUMBER}\)", expr):
        return [Gold(float(found[2]), float(found[3]), found[1])]
    return None


def measure(path: Path, errors: int, read: Reader, reader: str) -> None:
    """Prints precision, recall and F1 of each set of a file as one reader finds it, and its first misses."""
    value: defaultdict[str, Score] = defaultdict(Score)
    unit: defaultdict[str, Score] = defaultdict(Score)
    overlap: defaultdict[str, Score] = defaultdict(Score)
    shown: defaultdict[str, int] = defaultdict(int)
    words, began = 0, time.process_time()
    for name, text, gold in read_rows(path):
        words += len(text.split())
        found = read(text, name)
        if name in CLASSES:
            found = [q for q in found if CLASSES[name](q, text)]
        right = pair(gold, found, unit=True)
        value[name] += Score(len(pair(gold, found, unit=False)), len(found), len(gold))
        overlap[name] += Score(touching(gold, found), len(found), len(gold))
        unit[name] += Score(len(right), len(found), len(gold))
        if (len(right), len(right)) != (len(gold), len(found)) and shown[name] < errors:
            shown[name] += 1
            _show(
                name,
                text,
                [g for g in gold if all(g is not p[0] for p in right)],
                [q for q in found if all(q is not p[1] for p in right)],
            )
    seconds = time.process_time() - began
    for name in value:
        near = f"overlap F1 {overlap[name].f1:6.1%}"
        print(f"{name:24} {value[name].expected:5} {near}  value {value[name]}  value+unit {unit[name]}")
    rate = f"{words / max(seconds, 1e-9):,.0f} words per CPU-second, one call a line, scoring included"
    print(f"{path.name}, {reader}: {rate}")


def _show(name: str, text: str, missed: list[Gold], wrong: list[Quantity]) -> None:
    print(f"- {name}: {text[:300]!r}")
    for gold in missed:
        print(f"    missed {gold.low} {gold.high} {gold.unit}")
    for q in wrong:
        print(f"    found  {q.low} {q.high} {q.unit!r} {q.bound.value} {text[q.start : q.end]!r} per={q.per!r}")


def speed(folder: Path, repeat: int) -> None:
    """Prints words per CPU-second over the articles of a folder, each repeated, one call a document."""
    texts = [path.read_text(encoding="utf-8") * repeat for path in sorted(folder.glob("*.txt"))]
    if not texts:
        raise InputError(f"{folder}: no *.txt")
    words = sum(len(text.split()) for text in texts)
    began = time.process_time()
    found = sum(len(find_quantities(text)) for text in texts)
    seconds = time.process_time() - began
    rate = f"{words / seconds:,.0f} words per CPU-second, {seconds / words * 1e6:.2f} µs a word"
    print(f"{folder.name}: {words:,} words, {found:,} quantities, {rate}")


def main() -> None:
    """Runs the benchmark on the files and folders that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--peers", action="store_true")
    args = parser.parse_args()
    readers: dict[str, Reader] = {"ours": lambda text, _: find_quantities(text)}
    if args.peers:
        readers |= quantity_readers()
    for path in args.paths:
        if path.is_dir():
            speed(path, args.repeat)
            continue
        for reader, read in readers.items():
            measure(path, args.errors, read, reader)


if __name__ == "__main__":
    run(main)
