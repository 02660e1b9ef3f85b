"""The catalogue of metrics: how the figures of each may be compared, read from seeds/metrics.toml."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from extractors.model import Kind
from store.errors import StoreError


class CatalogueError(StoreError):
    """A seed file of the store is wrong; the message names file and entry."""


class Temporality(StrEnum):
    """How a value of the metric behaves over time."""

    CONSTANT = "constant"
    STATE = "state"
    CUMULATIVE = "cumulative"
    FLOW = "flow"


class Members(StrEnum):
    """How a family's value bears on the members of the family."""

    NONE = "none"
    RANGE = "range"
    SAME = "same"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of the catalogue; the head of seeds/metrics.toml explains each field."""

    id: str
    name: str
    kind: Kind
    family: str
    temporality: Temporality
    weight: Decimal
    phrase: str
    description: str
    source: str
    example: str
    counterexample: str
    units: tuple[str, ...] = ()
    single: bool = True
    tolerance: Decimal = Decimal(0)
    tolerance_source: str = ""
    splits: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    members: Members = Members.NONE
    plausible: tuple[Decimal, ...] = ()
    growth: Decimal | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Implication:
    """A rule between two series of one entity: the value of `less` is never above the value of `more`.

    One that is equal is suspicious, and so is one that takes more than the share `most` of the other. Dates further
    apart than `room_days` are more often of two things than wrong.
    """

    id: str
    less: str
    more: str
    reason: str
    source: str
    example: str
    counterexample: str
    less_when: Mapping[str, str] = field(default_factory=dict)
    more_when: Mapping[str, str] = field(default_factory=dict)
    most: Decimal | None = None
    room_days: int | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All metrics by id, and the implications between them.

    Attributes:
        metrics: By id.
        implications: Between two of them.
        clusters: For each metric the name of the cluster of those that bear on each other: implied, growing, opposed.
        passed_on: The clusters that hold a metric in which a whole bears on what belongs to it.
    """

    metrics: Mapping[str, Metric]
    implications: tuple[Implication, ...] = ()
    clusters: Mapping[str, str] = field(init=False, repr=False, compare=False)
    passed_on: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        clusters = clusters_of(self.metrics, self.implications)
        passed_on = {clusters[id] for id, each in self.metrics.items() if bears_on_members(each)}
        object.__setattr__(self, "clusters", clusters)
        object.__setattr__(self, "passed_on", frozenset(passed_on))

    def get(self, metric: str) -> Metric:
        """Returns the entry of a metric, or a cautious one for an id that the catalogue does not hold."""
        return self.metrics.get(metric) or unknown_metric(metric)


# The growth of a metric is named after it; licence and openness are set against each other; a range of sizes may be
# said of the open models alone.
GROWTH = "_growth"
OPPOSED = (("license", "openness"), ("openness", "parameters"))
# A product's users are set against those of its maker.
USAGE = "usage"


def bears_on_members(metric: Metric) -> bool:
    """Returns whether what is said of a family or a maker bears on what belongs to it."""
    return metric.members is not Members.NONE or metric.family == USAGE


def clusters_of(metrics: Iterable[str], implications: Iterable[Implication]) -> dict[str, str]:
    """Returns for each metric the first, in the alphabet, of those that bear on each other."""
    home = {id: id for id in metrics}
    pairs = [(rule.less, rule.more) for rule in implications]
    pairs += [(id, id.removesuffix(GROWTH)) for id in home if id.endswith(GROWTH)]
    for a, b in (*pairs, *OPPOSED):
        if a in home and b in home and home[a] != home[b]:
            first, other = sorted((home[a], home[b]))
            home = {id: first if each == other else each for id, each in home.items()}
    return home


@cache
def unknown_metric(metric: str) -> Metric:
    """Returns the entry for `other:…`: many values at once, so that nothing is called a contradiction."""
    name = metric.removeprefix("other:") or metric
    return Metric(
        id=metric,
        name=name,
        kind=Kind.QUANTITY,
        family="other",
        temporality=Temporality.STATE,
        weight=Decimal("0.2"),
        phrase="{value} (" + name.replace("{", "").replace("}", "") + ")",
        description="",
        source="",
        example="",
        counterexample="",
        single=False,
        known=False,
    )


@cache
def load_metrics() -> Catalogue:
    """Returns the catalogue of seeds/metrics.toml, checked."""
    return parse_metrics(files("seeds").joinpath("metrics.toml").read_text(encoding="utf-8"), "seeds/metrics.toml")


def parse_metrics(text: str, name: str) -> Catalogue:
    """Returns a catalogue from TOML.

    Args:
        text: The file's content.
        name: The file's name for messages.

    Raises:
        CatalogueError: An unknown or missing key, a wrong value, an id given twice.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{name}: {error}") from error
    if unknown := data.keys() - {"metric", "implication"}:
        raise CatalogueError(f"{name}: unknown table {min(unknown)!r}")
    metrics = unique((metric_of(entry, name) for entry in data.get("metric", ())), name)
    implications = unique((implication_of(entry, name) for entry in data.get("implication", ())), name)
    for rule in implications.values():
        for metric in (rule.less, rule.more):
            if metric not in metrics:
                raise CatalogueError(f"{name}: implication {rule.id!r} names the unknown metric {metric!r}")
    return Catalogue(metrics, tuple(implications.values()))


def unique(entries: Iterable[Any], name: str) -> dict[str, Any]:
    """Returns entries by id; an id that stands twice is an error."""
    out: dict[str, Any] = {}
    for entry in entries:
        if entry.id in out:
            raise CatalogueError(f"{name}: {entry.id!r} stands twice")
        out[entry.id] = entry
    return out


def metric_of(entry: Mapping[str, Any], name: str) -> Metric:
    """Returns a metric from its table."""
    made: Metric = build(Metric, entry, name, leave_out=("known",))
    where = f"{name}: metric {made.id!r}"
    if "{value}" not in made.phrase:
        raise CatalogueError(f"{where}: the phrase lacks {{value}}")
    if not 0 <= made.weight <= 1 or made.tolerance < 0:
        raise CatalogueError(f"{where}: weight lies between 0 and 1, tolerance is not negative")
    if made.kind is Kind.QUANTITY and not made.units:
        raise CatalogueError(f"{where}: a quantity names its units")
    if missing := {*made.needs, *made.scopes, *made.defaults} - {*made.splits}:
        raise CatalogueError(f"{where}: {min(missing)!r} is not among the splits")
    return made


def implication_of(entry: Mapping[str, Any], name: str) -> Implication:
    """Returns an implication from its table."""
    made: Implication = build(Implication, entry, name)
    return made


def build(kind: type[Any], entry: Mapping[str, Any], name: str, leave_out: tuple[str, ...] = ()) -> Any:
    """Returns a value of a dataclass from a table whose keys are its fields."""
    known = {each.name: each for each in fields(kind) if each.name not in leave_out}
    where = f"{name}: {kind.__name__.lower()} {entry.get('id', '?')!r}"
    if unknown := entry.keys() - known.keys():
        raise CatalogueError(f"{where}: unknown key {min(unknown)!r}")
    for key, each in known.items():
        if key not in entry and each.default is MISSING and each.default_factory is MISSING:
            raise CatalogueError(f"{where}: {key!r} is missing")
    try:
        return kind(**{key: converted(key, value) for key, value in entry.items()})
    except (ValueError, TypeError, ArithmeticError) as error:
        raise CatalogueError(f"{where}: {error}") from error


CONVERTED: Mapping[str, Any] = {
    "kind": Kind,
    "temporality": Temporality,
    "members": Members,
    "weight": Decimal,
    "tolerance": Decimal,
    "growth": Decimal,
    "most": Decimal,
    "plausible": lambda pair: tuple(Decimal(end) for end in pair),
}


def converted(key: str, value: Any) -> Any:
    """Returns a value of the table as its field holds it."""
    if key in CONVERTED:
        return CONVERTED[key](value)
    return tuple(value) if isinstance(value, list) else value
