"""What licences, openness, places and names mean to each other."""

import pytest

from store.intervals import Fit
from store.metrics import CatalogueError
from store.value_classes import fit_names, fit_words, load_classes, parse_classes


@pytest.mark.parametrize("id", sorted(load_classes().by_id))
def test_the_example_belongs_and_the_counterexample_does_not(id: str) -> None:
    classes = load_classes()
    entry = classes.by_id[id]
    assert classes.find(entry.metric, entry.example) == id
    assert classes.find(entry.metric, entry.counterexample) != id


@pytest.mark.parametrize(
    ("metric", "a", "b", "fit", "opposed"),
    [
        ("license", "Apache 2.0", "Apache-2.0", Fit.SAME, False),
        ("license", "Apache 2.0 (partial)", "permissive license", Fit.ROUNDER, False),
        ("license", "MIT", "Apache 2.0", Fit.APART, True),
        ("license", "Modified MIT", "MIT", Fit.ROUNDER, False),
        ("license", "MRL, research-only", "Apache 2.0", Fit.APART, True),
        ("license", "Vega Community License", "Vega 3 Community License", Fit.ROUNDER, False),
        ("openness", "open-weight", "open-source including flagship", Fit.SAME, False),
        ("openness", "open weights", "closed-weight", Fit.APART, True),
        ("openness", "partly open", "API-only", Fit.LOOSE, False),
        ("headquarters", "Hangzhou", "Hangzhou, Zhejiang, China", Fit.ROUNDER, False),
        ("headquarters", "Hangzhou", "Beijing", Fit.APART, False),
        ("headquarters", "Hangzhou", "Zhejiang", Fit.ROUNDER, False),
        ("headquarters", "Shenzhen", "Guangzhou", Fit.APART, False),
        ("headquarters", "Seattle", "US", Fit.ROUNDER, False),
        ("openness", "open-weight", "API access", Fit.LOOSE, False),
        ("headquarters", "Paris", "France", Fit.ROUNDER, False),
        ("headquarters", "Paris", "United States", Fit.APART, True),
        ("ceo", "Ada Brandt", "Ada B. Brandt", Fit.ROUNDER, False),
    ],
)
def test_two_values(metric: str, a: str, b: str, fit: Fit, opposed: bool) -> None:
    classes = load_classes()
    assert fit_words(metric, a, b, classes) == fit_words(metric, b, a, classes)
    found = fit_words(metric, a, b, classes)
    assert found[1] is opposed
    assert found[0] in ((Fit.LOOSE, Fit.ROUNDER) if fit is Fit.LOOSE else (fit,))


def test_words_of_all_and_of_some() -> None:
    classes = load_classes()
    assert classes.is_universal("Across-the-board open source")
    assert classes.is_universal("Deepest (including flagship)")
    assert not classes.is_universal("many open models")
    assert classes.is_partial("Apache 2.0 (partial)")


def test_names() -> None:
    assert fit_names("Wu Yongming", "Eddie Wu (Wu Yongming)") is Fit.SAME
    assert fit_names("Eddie Wu", "Wu Zeming") is Fit.LOOSE
    assert fit_names("Eddie Wu", "Joseph Tsai") is Fit.APART


def test_a_class_that_is_not_there() -> None:
    text = (
        '[[class]]\nid = "a"\nmetric = "license"\nnames = ["a"]\nbroader = "b"\nsource = "s"\n'
        'example = "a"\ncounterexample = "c"'
    )
    with pytest.raises(CatalogueError, match="class 'a' names the unknown class 'b'"):
        parse_classes(text, "test.toml")
