"""The sources file: what it gives, and what it refuses."""

from pathlib import Path

import pytest

from extractors.problems import RuleError
from flows.sources import load_sources

GOOD = '[[source]]\nid = "news"\nkind = "folder"\nlocation = "news"\nsource = "test"\n'


def test_the_packaged_file_loads_and_its_folder_exists() -> None:
    assert Path(load_sources()["demo"]["location"]).is_dir()


def test_relative_locations_start_at_the_file(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(GOOD)
    assert load_sources(file)["news"]["location"] == str(tmp_path / "news")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "colour = 'red'\n", "unknown key 'colour'"),
        (GOOD.replace('kind = "folder"\n', ""), "'kind' is missing"),
        (GOOD.replace("folder", "telegram"), "kind 'telegram' is none of"),
        (GOOD + GOOD, "stands there twice"),
        (GOOD.replace('"news"\nkind', "7\nkind"), "must be a text"),
        ("[[source]\n", "sources.toml"),
    ],
)
def test_mistakes_are_named_with_file_and_entry(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(text)
    with pytest.raises(RuleError) as caught:
        load_sources(file)
    assert message in str(caught.value) and str(file) in str(caught.value)
