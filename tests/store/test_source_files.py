"""Sources files: what loading gives and refuses, and that a change of one entry leaves the rest as it was."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.problems import RuleError
from store.source_files import add_source, load_sources, pause_source, remove_source
from store.sources import KINDS, WEB_KINDS, parse_interval

GOOD = '[[source]]\nid = "news"\nkind = "folder"\nlocation = "news"\nsource = "test"\n'
FEED = GOOD.replace("folder", "feed").replace('"news"\nsource', '"https://news.example/feed"\nsource')


def written(folder: Path, text: str) -> Path:
    file = folder / "sources.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_packaged_file_loads_and_its_folder_exists() -> None:
    assert Path(load_sources()["demo"].location).is_dir()


def test_the_packaged_file_explains_every_key_and_kind() -> None:
    from store.source_files import default_file
    from store.sources import KEYS

    text = default_file().read_text("utf-8")
    assert [key for key in (*KEYS, *KINDS) if key not in text] == []


def test_relative_locations_start_at_the_file_and_urls_stay(tmp_path: Path) -> None:
    assert load_sources(written(tmp_path, GOOD))["news"].location == str(tmp_path / "news")
    assert load_sources(written(tmp_path, FEED))["news"].location == "https://news.example/feed"


def test_settings_are_read(tmp_path: Path) -> None:
    more = 'tier = 2\nreliability = 1\nlanguage = "en"\nmain_text = "//main"\ndelay_seconds = 2\nrobots = false\n'
    source = load_sources(written(tmp_path, FEED + 'schedule = "every 6h"\n' + more))["news"]
    assert (source.tier, source.reliability, source.delay_seconds, source.robots) == (2, 1.0, 2.0, False)
    assert source.interval == timedelta(hours=6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "colour = 'red'\n", "unknown key 'colour'"),
        ("paused = true\n" + GOOD, "unknown key 'paused'"),
        (GOOD.replace('kind = "folder"\n', ""), "'kind' is missing"),
        (GOOD.replace("folder", "telegram"), "'telegram' is none of"),
        (GOOD + GOOD, "stands there twice"),
        (GOOD.replace('"news"\nkind', "7\nkind"), "must be a text"),
        (GOOD.replace('"news"\nkind', '"two words"\nkind'), "'two words' must be letters"),
        ("[[source]\n", "sources.toml"),
        ("source = 5\n", "a table of its own"),
        (GOOD + 'schedule = "now and then"\n', "neither five cron fields nor an interval"),
        (GOOD + 'schedule = "every 0h"\n', "neither five cron fields nor an interval"),
        (GOOD + "tier = 9\n", "must be between 1 and 5"),
        (GOOD + "tier = 1.5\n", "must be a whole number"),
        (GOOD + "reliability = 70\n", "must be between 0.0 and 1.0"),
        (GOOD + "paused = 1\n", "must be true or false"),
        (GOOD + "misses = true\n", "must be a whole number"),
        (GOOD + 'main_text = "//div["\n', "is no XPath"),
        (GOOD + 'include = "("\n', "is no expression"),
        (GOOD + 'language = "English"\n', "no language tag"),
        (FEED.replace("https", "ftp"), "must be an http:// or https:// URL"),
        (GOOD.replace('"news"\nsource', '"https://a.example"\nsource'), "must be a path"),
    ],
)
def test_mistakes_are_named_with_file_and_entry(tmp_path: Path, text: str, message: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(RuleError) as caught:
        load_sources(file)
    assert message in str(caught.value) and str(file) in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"none\.toml"):
        load_sources(tmp_path / "none.toml")


@pytest.mark.parametrize("schedule", ["15 * * * *", "*/5 0-6,12 1 JAN mon-fri", "0 3 * * 1#2", "every 90m", "every 1d"])
def test_schedules_that_are_taken(tmp_path: Path, schedule: str) -> None:
    assert load_sources(written(tmp_path, GOOD + f'schedule = "{schedule}"\n'))["news"].schedule == schedule


def test_intervals() -> None:
    assert parse_interval("every 90 minutes") == timedelta(minutes=90)
    assert parse_interval("6h") is None


def test_adding_pausing_and_removing_leave_the_rest_as_it_was(tmp_path: Path) -> None:
    text = f"# Mine\n\n# the news\n{GOOD}# why: \u00fc\n"
    file = written(tmp_path, text)
    add_source(file, {"id": "two", "kind": "url", "location": "https://a.example/x", "source": "me", "tier": 3})
    assert file.read_text("utf-8").startswith(text) and load_sources(file)["two"].tier == 3
    both = file.read_text("utf-8")
    pause_source(file, "news")
    assert load_sources(file)["news"].paused and not load_sources(file)["two"].paused
    pause_source(file, "news", paused=False)
    assert file.read_text("utf-8") == both
    remove_source(file, "two")
    assert file.read_text("utf-8") == text


def test_the_first_source_makes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    add_source(file, {"id": "one", "kind": "glob", "location": "*.md", "source": "me"})
    assert load_sources(file)["one"].location == str(tmp_path / "*.md")


@pytest.mark.parametrize("entry", [{"id": "news"}, {"id": "x", "kind": "folder", "location": "x"}])
def test_an_entry_that_cannot_be_leaves_the_file_alone(tmp_path: Path, entry: dict[str, str]) -> None:
    file = written(tmp_path, GOOD)
    with pytest.raises(RuleError):
        add_source(file, {"kind": "folder", "location": "y", **entry})
    assert file.read_text("utf-8") == GOOD and [path.name for path in tmp_path.iterdir()] == ["sources.toml"]


def test_unknown_names_are_told(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    with pytest.raises(RuleError, match="no source is called 'x'; it holds news"):
        remove_source(file, "x")


names = st.from_regex(r"[a-z][a-z0-9.-]{0,8}", fullmatch=True)
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@given(entries=st.lists(st.tuples(names, st.sampled_from(KINDS), words), unique_by=lambda e: e[0], max_size=5))
def test_what_is_added_is_what_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, str, str]]
) -> None:
    file = tmp_path_factory.mktemp("sources") / "s.toml"
    for name, kind, about in entries:
        location = "https://a.example/" if kind in WEB_KINDS else "a"
        add_source(file, {"id": name, "kind": kind, "location": location, "source": "me", "about": about})
    held = load_sources(file) if file.exists() else {}
    assert [(s.id, s.kind, s.about) for s in held.values()] == entries
    for name, *_ in entries:
        remove_source(file, name)
    assert not entries or load_sources(file) == {}
