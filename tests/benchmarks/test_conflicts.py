"""The demonstration articles, read by people: what reconciling finds in their annotations, and what it must not."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GOLD = sorted((ROOT / "tests" / "gold").glob("[0-9]*.jsonl"))
LINE = re.compile(r"^([a-z ]+): (sets|found|right|alarms)\s+(\d+)$", re.MULTILINE)


def test_annotated_articles() -> None:
    command = [sys.executable, "-m", "benchmarks.conflicts", "--only-gold"]
    command += ["--sets", "tests/gold/conflicts.jsonl", "--articles", "seeds/articles"]
    command += [word for path in GOLD for word in ("--gold", str(path))]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    counts = {(verdict, what): int(number) for verdict, what, number in LINE.findall(result.stdout)}
    assert counts["agreement", "alarms"] == 0, result.stdout
    assert counts["compatible", "alarms"] == 0, result.stdout
    for verdict in ("contradiction", "scope mismatch"):
        sets = counts[verdict, "sets"]
        assert counts[verdict, "found"] >= 0.9 * sets, result.stdout
        assert counts[verdict, "right"] >= 0.75 * sets, result.stdout
    grave = re.search(r"^high severity without a verdict: (\d+)", result.stdout, re.MULTILINE)
    assert grave is not None
    assert int(grave[1]) <= 3, result.stdout
