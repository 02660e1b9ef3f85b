"""Who reports a figure is looked for only where the words stand that each expression cannot do without."""

import re

from extractors.moods import SPEAKER, load_speakers
from extractors.phrases import find_places
from extractors.rules import load_rules


def test_each_expression_matches_its_example_only_and_by_one_of_its_words() -> None:
    entries = load_rules("moods.toml")["speaker"]
    assert len(entries) == len(load_speakers())
    for entry, rule in zip(entries, load_speakers(), strict=True):
        assert rule.pattern == re.compile(entry["pattern"].format(speaker=SPEAKER))
        match = rule.pattern.search(entry["example"])
        assert match and find_places(match[0].lower(), rule.words), entry["id"]
        assert rule.pattern.search(entry["counterexample"]) is None, entry["id"]
