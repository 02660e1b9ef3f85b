"""Runs the commands of the README again and puts their real output in; `make readme` calls it.

A block that begins with ```console holds command lines (`$ …`) and what they print. Blocks run in the order of the
page in one new folder, so that what an earlier one ingested is there for a later one.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands(block: str) -> list[str]:
    """Returns the command lines of a block."""
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def run(command: str, folder: Path) -> str:
    """Returns what a command prints in a folder, without the place of this checkout; stops when it fails."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COLUMNS": "100",
        "CLAIMS_USER": "me",
    }
    environment.pop("PREFECT_API_URL", None)
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"README: `{command}` ended with {done.returncode}: {done.stderr}")
    return done.stdout.replace(ROOT.as_uri(), "file:///…")


def refreshed(page: str) -> str:
    """Returns the page with the output of every command as it is now."""
    with tempfile.TemporaryDirectory() as folder:

        def block(match: re.Match[str]) -> str:
            parts = [f"$ {command}\n{run(command, Path(folder))}" for command in commands(match[1])]
            return "```console\n" + "\n".join(part.rstrip() + "\n" for part in parts) + "```"

        return BLOCK.sub(block, page)


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text("utf-8")), "utf-8")
