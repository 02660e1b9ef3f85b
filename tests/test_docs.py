"""The documentation is complete and true: each command has an example, and the README's commands and code run."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from flows.cli import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def commands() -> dict[str, Any]:
    """Returns every command by the words that call it."""
    found: dict[str, Any] = {}
    top = get_command(app)
    assert isinstance(top, TyperGroup)
    for name, command in top.commands.items():
        if isinstance(command, TyperGroup):
            found |= {f"{name} {inner}": part for inner, part in command.commands.items()}
        else:
            found[name] = command
    return found


def example_lines(text: str) -> list[list[str]]:
    """Returns the words after `claims` of every command line in a text."""
    lines = re.findall(r"(?:^|[|&$] |Example: )claims ([a-z][^|&>\n`]*)", text, re.MULTILINE)
    return [re.findall(r'"[^"]*"|\S+', line) for line in lines]


def parses(words: list[str]) -> None:
    """Fails when a command line would be refused as wrong usage."""
    known = commands()
    name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
    command = known[name]
    arguments = [word.strip('"') for word in words[len(name.split()) :]]
    with command.make_context(name, arguments, resilient_parsing=False):
        pass


@pytest.mark.parametrize("name", sorted(commands()))
def test_each_command_has_help_with_an_example_that_parses(name: str) -> None:
    text = commands()[name].help or ""
    examples = example_lines(text)
    assert examples, f"claims {name}: no example in its help"
    assert any(" ".join(words).startswith(name) for words in examples)
    for words in examples:
        parses(words)
    first = text.splitlines()[0]
    assert first.endswith(".") and len(first) <= 66, "the first line must fit the list of commands"


@pytest.mark.parametrize("name", sorted(commands()))
def test_each_command_is_in_the_readme(name: str) -> None:
    assert f"`claims {name}" in README


def test_options_in_the_readme_exist() -> None:
    known = {option for command in commands().values() for param in command.params for option in param.opts}
    named = set(re.findall(r"`(?:claims [a-z-]+ )?(--[a-z-]+)", README))
    assert named <= known | {"--help", "--strict"}


def test_command_lines_of_the_readme_parse() -> None:
    lines = [words for block in CONSOLE for words in example_lines(block)]
    assert len(lines) >= 8
    for words in lines:
        parses(words)


@pytest.mark.parametrize("code", PYTHON)
def test_code_of_the_readme_runs(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {})
    assert "397000000000" in capsys.readouterr().out


def test_folders_named_in_the_readme_exist() -> None:
    for folder in re.findall(r"^\| `([a-z]+/)`", README, re.MULTILINE):
        assert (ROOT / folder).is_dir()


@pytest.mark.slow
def test_commands_of_the_readme_run() -> None:
    """Runs every command line of the page in one new folder; `refreshed` stops at the first that fails."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from refresh_readme import refreshed
    finally:
        sys.path.pop(0)
    page = refreshed(README)
    assert page.count("$ claims") == README.count("$ claims")
    assert re.search(r"\d+ claims in \d+ documents", page) and "intact" in page
