"""Weighs the features by which a name is taken for the subject of a value (rules/subjects.toml)."""

from functools import cache, lru_cache

from extractors.rules import check_entries, load_rules

Features = tuple[str, ...]

WORTH_TELLING = 0.3


class _Weights(dict[str, float]):
    def __missing__(self, feature: str) -> float:
        return 0.0


@cache
def load_weights() -> dict[str, float]:
    """Returns the weight of each feature; what has none weighs nothing.

    Raises:
        RuleError: rules/subjects.toml has an unknown key, lacks one, or holds a feature twice.
    """
    entries = load_rules("subjects.toml")["weight"]
    required = ("id", "says", "prior", "value")
    check_entries(entries, file="rules/subjects.toml", required=required, optional=())
    return _Weights((entry["id"], float(entry["value"])) for entry in entries)


@lru_cache(maxsize=65536)
def weigh(features: Features) -> float:
    """Returns the sum of the weights of some features; the same sets of them come again and again."""
    return sum(map(load_weights().__getitem__, features))


@lru_cache(maxsize=65536)
def describe(features: Features) -> str:
    """Returns the features among some that weigh enough to be told, with their weights.

    >>> describe(("counted", "no such feature"))
    'counted +6.0'
    """
    weights = load_weights()
    told = (f"{feature} {weights[feature]:+.1f}" for feature in features if abs(weights[feature]) >= WORTH_TELLING)
    return ", ".join(told)
