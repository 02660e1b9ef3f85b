"""The wheel, installed into a new environment outside the repository, does what the checkout does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def run(*command: str | Path, cwd: Path, timeout: float = 300) -> str:
    """Returns what a command prints; fails with its error output."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CLAIMS_", "PREFECT_"))
    }
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=timeout
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a folder with an environment that holds the wheel and the locked versions."""
    folder = tmp_path_factory.mktemp("outside")
    run(BIN / "hatchling", "build", "-t", "wheel", "-d", folder / "dist", cwd=ROOT)
    (wheel,) = (folder / "dist").glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    install = [BIN / "uv", "pip", "install", "--quiet", "--python", folder / "venv" / "bin" / "python"]
    run(*install, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=folder)
    run(*install, "--no-deps", wheel, cwd=folder)
    return folder


def test_the_wheel_reads_asks_and_verifies(home: Path) -> None:
    claims = home / "venv" / "bin" / "claims"
    (home / "one.md").write_text("Qwen 3.5 has 397B total parameters.\n", "utf-8")
    (home / "two.md").write_text("Qwen 3.5 has 512B total parameters.\n", "utf-8")
    assert '"metric": "parameters"' in run(claims, "extract", "one.md", cwd=home)
    assert "2 new" in run(claims, "ingest", "one.md", "two.md", cwd=home)
    assert "new" in run(claims, "ingest", "demo", cwd=home)
    assert "contradiction" in run(claims, "conflicts", "--entity", "Qwen 3.5", cwd=home)
    assert run(claims, "verify", cwd=home).startswith("intact")
    assert (home / "claims.db").exists()


def test_the_wheel_holds_the_page_and_the_types(home: Path) -> None:
    code = (
        "from review.web import create_app; from fastapi.testclient import TestClient;"
        "client = TestClient(create_app('sqlite:///claims.db'), base_url='http://127.0.0.1');"
        "assert client.get('/').status_code == 200 and client.get('/static/review.css').status_code == 200;"
        "import extractors, store, review, flows, pathlib;"
        "folders = [pathlib.Path(package.__file__).parent for package in (extractors, store, review, flows)];"
        "assert all((folder / 'py.typed').exists() for folder in folders);"
        "print(extractors.__file__)"
    )
    where = run(home / "venv" / "bin" / "python", "-c", code, cwd=home)
    assert str(home) in where
