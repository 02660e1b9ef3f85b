"""A benchmark that is given a file it cannot read says which file and line, and ends with status 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BROKEN = '{"text": "a"}\n\n{"text": \n'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["quantities", "missing.jsonl"], "missing.jsonl: No such file or directory"),
        (["quantities", "broken.toml"], "broken.toml: not TOML: "),
        (["quantities", "folder"], "folder: no *.txt"),
        (["dates", "missing.jsonl"], "missing.jsonl: No such file or directory"),
        (["dates", "broken.jsonl"], "broken.jsonl, line 3: not JSON: "),
        (["dates", "list.jsonl"], "list.jsonl, line 1: not a JSON object"),
        (["conflicts", "--articles", "missing", "--sets", os.devnull], "missing: No such file or directory"),
        (["conflicts", "--articles", "folder", "--sets", "broken.jsonl"], "broken.jsonl, line 1: lacks id, "),
        (["extraction", "missing"], "missing: No such file or directory"),
        (["claims", "--gold", "."], "broken.jsonl, line 3: not JSON: "),
    ],
)
def test_unreadable_input(tmp_path: Path, words: list[str], message: str) -> None:
    (tmp_path / "folder").mkdir()
    for name, text in {"broken.jsonl": BROKEN, "list.jsonl": "[]\n", "broken.toml": "cases = [\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", f"benchmarks.{words[0]}", *words[1:]]
    home = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, cwd=tmp_path, env=home, capture_output=True, text=True, check=False)
    assert result.returncode == 2, result.stderr
    assert f"error: {message}" in result.stderr
    assert "Traceback" not in result.stderr
