"""The weights of subjects: what is learned, and that every feature that the extractor tells has one."""

from pathlib import Path

import pytest

from benchmarks.claims import ARTICLES, GOLD
from benchmarks.subjects import Asked, ask_articles, choose, learn, load_priors, write
from extractors.ranking import load_weights


def asked(right: int, *features: str) -> Asked:
    names = tuple(f"name-{at}" for at in range(len(features)))
    return Asked(
        "a", tuple((one,) for one in features), names, tuple(at == right for at in range(len(features))), 1.0, "", ""
    )


def test_what_is_right_again_and_again_comes_to_weigh_more() -> None:
    questions = [asked(0, "near", "far")] * 8
    weights = learn(questions, {"near": 0.0, "far": 1.0, "unseen": 2.0})
    assert weights["near"] > weights["far"]
    assert weights["unseen"] == 2.0
    assert choose(questions[0], weights) == 0


def test_every_feature_of_an_annotated_article_has_a_weight(tmp_path: Path) -> None:
    article = next(ARTICLES.glob("101-*"))
    (tmp_path / article.name).write_bytes(article.read_bytes())
    questions = list(ask_articles(GOLD, tmp_path))
    seen = {name for one in questions for features in one.features for name in features}
    assert len(questions) >= 40
    assert seen <= load_weights().keys()


def test_writing_the_weights_in_use_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from benchmarks import subjects

    before = subjects.RULES.read_text(encoding="utf-8")
    (tmp_path / "subjects.toml").write_text(before, encoding="utf-8")
    learned_on = before.split('learned_on = "')[1].split('"')[0]
    monkeypatch.setattr(subjects, "RULES", tmp_path / "subjects.toml")
    write(load_weights(), learned_on)
    assert subjects.RULES.read_text(encoding="utf-8") == before
    assert load_priors().keys() == load_weights().keys()
