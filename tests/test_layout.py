"""The rules of the house that a machine can check: layers, folders, sizes, and what must not stand in tracked files."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("extractors", "store", "review", "flows")
BELOW = {package: set(PACKAGES[:position]) for position, package in enumerate(PACKAGES)}
ONLY_IN = {
    "prefect": "flows",
    "typer": "flows",
    "sqlalchemy": "store",
    "alembic": "store",
    "fastapi": "review",
    "starlette": "review",
    "spacy": "extractors",
    "dateparser": "extractors",
}
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
FLOWS = sorted(path for path in (ROOT / "flows").rglob("*.py") if path.parent.name != "web")
LONGEST_FILE = 500
LONGEST_WORD_LIST = 10
CLOSED_LISTS = {
    "extractors/html.py": "names of HTML elements, fixed by the standard",
    "extractors/mastheads.py": "months",
    "extractors/spaced_tables.py": "words that join two others in a cell; the language has no more",
}
JUNK_NAMES = {"utils", "helpers", "util", "helper", "misc", "manager", "common"}
# Written in pieces, so that this file does not hold what it forbids.
MACHINE_PATHS = re.compile("/(?:" + "|".join(("work", "tmp", "root", "home/[a-z]+", "opt", "Users")) + r")/[\w.-]+")
REGISTRY_HOSTS = re.compile(
    r"\b(?:" + "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs")) + ")"
)
EXAMPLE_PATHS = {"/home/me/articles"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    """Yields the top-level names that a file imports, wherever the import stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}:{node.lineno}: relative import"
            yield (node.module or "").split(".")[0]


def tracked() -> list[Path]:
    """Returns the files that git tracks, or what a source archive holds."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        return [
            path for package in (*PACKAGES, "seeds", "tests") for path in (ROOT / package).rglob("*") if path.is_file()
        ]
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_point_downward(path: Path) -> None:
    package = relative(path).split("/")[0]
    for name in imports(path):
        if name in PACKAGES and name != package:
            assert name in BELOW[package], f"{package} imports {name}"
        if name in ONLY_IN:
            assert ONLY_IN[name] == package, f"only {ONLY_IN[name]} may import {name}"


@pytest.mark.parametrize("path", FLOWS, ids=relative)
def test_flows_define_no_class(path: Path) -> None:
    """Prefect loads a flow file twice under two names; a class in it would exist twice. It never loads flows/web."""
    classes = [node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    assert classes == []


def test_only_the_flow_files_import_prefect() -> None:
    importing = {relative(path) for path in FLOWS if "prefect" in set(imports(path))}
    light = {"flows/cli.py", "flows/stages.py", "flows/fetching.py", "flows/reporting.py"}
    assert importing and not importing & light


@pytest.mark.parametrize("path", sorted((ROOT / "flows").glob("*.py")), ids=relative)
def test_no_flow_file_hides_an_importable_module(path: Path) -> None:
    if path.stem != "__init__":
        assert path.stem not in sys.stdlib_module_names
        assert importlib.util.find_spec(path.stem) is None, f"{path.stem} is importable without flows/"


def test_packages_are_marked_as_typed_and_say_only_what_they_are() -> None:
    for package in PACKAGES:
        assert (ROOT / package / "py.typed").exists()
        body = tree(ROOT / package / "__init__.py").body
        assert len(body) == 1 and ast.get_docstring(tree(ROOT / package / "__init__.py"))


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_files_are_short_and_named_after_their_subject(path: Path) -> None:
    assert path.stem not in JUNK_NAMES
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_word_lists_are_data(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            words = [
                e.value
                for e in node.elts
                if isinstance(e, ast.Constant) and isinstance(e.value, str) and e.value.isalpha()
            ]
            long = len(words) > LONGEST_WORD_LIST and all(word.islower() for word in words)
            assert not long or relative(path) in CLOSED_LISTS, (
                f"{relative(path)}:{node.lineno}: {len(words)} words: {words[:3]}…"
            )


def test_every_public_function_has_a_docstring() -> None:
    for path in FILES:
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{relative(path)}: {node.name} has no docstring"


def test_demonstration_articles_are_there_in_several_shapes() -> None:
    articles = [path for path in (ROOT / "seeds" / "articles").iterdir() if path.suffix in (".md", ".txt", ".html")]
    assert len(articles) >= 8
    assert {path.suffix for path in articles} == {".md", ".txt", ".html"}


def test_tests_mirror_the_folders() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= {*PACKAGES, "cases", "gold", "benchmarks", "seeds"}


def test_no_machine_paths_and_no_registry_hosts_in_tracked_files() -> None:
    found = []
    for path in tracked():
        if path.suffix in (".png", ".ico", ".gz") or "articles" in path.parts:
            continue
        text = path.read_text("utf-8", errors="replace")
        hits = {hit.group() for pattern in (MACHINE_PATHS, REGISTRY_HOSTS) for hit in pattern.finditer(text)}
        found += [f"{relative(path)}: {hit}" for hit in sorted(hits - EXAMPLE_PATHS)]
    assert found == []


def test_lock_names_hashes_and_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    packages = re.findall(r"^[a-z0-9-]+==", lock, re.MULTILINE)
    assert len(packages) > 100
    assert lock.count("--hash=sha256:") >= len(packages)
    assert "://" not in lock and "--index" not in lock and "--find-links" not in lock
    fastapi = re.search(r"^fastapi==0\.(\d+)\.", lock, re.MULTILINE)
    assert fastapi and int(fastapi[1]) < 155, "Prefect 3.8's server fails with fastapi 0.155 and later"


def test_lock_holds_every_dependency_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    names = {re.split(r"[^a-z0-9-]", requirement.lower().replace("_", "-"))[0] for requirement in wanted}
    assert names <= locked
