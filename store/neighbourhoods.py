"""What has to be looked at together, so that a new document costs what it touches and not the whole ledger.

Every conflict set comes of one neighbourhood, and which neighbourhoods a statement lies in depends on that statement
and on who belongs to whom, never on other statements. So the sets of a ledger are the sets of its neighbourhoods, and
after a change only those are found anew in which a statement came, went, or changed its rank:

    touched = {each for statement in changed for each in neighbourhoods_of(statement, kin, catalogue)}
    given = [each for each in ledger if neighbourhoods_of(each, kin, catalogue) & touched]
    cache |= reconcile.find_in(given, touched, kin=kin, rates=rates)
    shown = reconcile.in_order(each for sets in cache.values() for each in sets)

There are four kinds:

- `series`: one entity and metric (`series_of`). Needs all their statements.
- `house`: metrics that bear on each other (`Catalogue.clusters`) of everything that one maker makes and of the maker
  (`Kin.house_of`), or of one entity where the metrics do not pass from a family to its members.
- `document`: what one document says; shares, conversions and rows of its tables.
- `kind`: everything that is called the first, or the largest, of one kind.

A house that holds a thousand statements is looked at as a whole; that is the price of families and implications.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from extractors.catalogue import load_catalogue as load_entities
from extractors.model import Entity
from store.families import Parents
from store.metrics import Catalogue
from store.model import Statement
from store.rows import encode
from store.series import entity_of
from store.uniqueness import DISTINCTIONS

SERIES, HOUSE, DOCUMENT, KIND = "series", "house", "document", "kind"
DEEPEST = 8
Makers = Callable[[str], str]


@dataclass(frozen=True, slots=True, order=True)
class Neighbourhood:
    """Statements that are looked at together: what kind, of whom or what, and under which metrics."""

    kind: str
    of: str
    metric: str = ""

    @property
    def text(self) -> str:
        """The neighbourhood as canonical JSON."""
        return encode([self.kind, self.of, self.metric])


def parent_in_catalogue(entity: str) -> str:
    """Returns the id of an entity's family by the entity catalogue, "" for none."""
    found = load_entities().get(entity)
    return found.parent if found else ""


def maker_in_catalogue(entity: str) -> str:
    """Returns the id of an entity's maker by the entity catalogue, "" for none."""
    found = load_entities().get(entity)
    return found.maker if found else ""


@dataclass(frozen=True, slots=True)
class Kin:
    """Who belongs to whom.

    Attributes:
        parent_of: Returns the id of an entity's family, "" at the top.
        maker_of: Returns the id of an entity's maker, "" when unknown.
    """

    parent_of: Parents = parent_in_catalogue
    maker_of: Makers = maker_in_catalogue
    _houses: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def house_of(self, entity: Entity) -> str:
        """Returns the id that stands for all that belongs together: the maker's topmost company, else the family."""
        if entity.id not in self._houses:
            self._houses[entity.id] = self._house(entity)
        return self._houses[entity.id]

    def _house(self, entity: Entity) -> str:
        return self.line_of(entity)[-1]

    def line_of(self, entity: Entity) -> list[str]:
        """Returns the ids of an entity, its families, its maker and the companies above that, in this order."""
        line = [entity.id, *self._upward(entity.id, entity.parent)]
        maker = entity.maker or next(filter(None, map(self.maker_of, line)), "")
        return [*line, maker, *self._upward(maker)] if maker else line

    def _upward(self, entity: str, parent: str = "") -> list[str]:
        line: list[str] = []
        above = parent or self.parent_of(entity)
        while above and above not in line and above != entity and len(line) < DEEPEST:
            line.append(above)
            above = self.parent_of(above)
        return line


def kin_of(subjects: Mapping[str, Entity]) -> Kin:
    """Returns who belongs to whom by what the statements' own subjects say, else by the entity catalogue."""

    def parent(entity: str) -> str:
        own = subjects.get(entity)
        return own.parent if own else parent_in_catalogue(entity)

    def maker(entity: str) -> str:
        own = subjects.get(entity)
        return own.maker if own else maker_in_catalogue(entity)

    return Kin(parent, maker)


def series_of(statement: Statement, catalogue: Catalogue) -> tuple[str, str]:
    """Returns the entity and the metric that a statement is compared under."""
    metric = statement.claim.metric
    return entity_of(statement, catalogue.get(metric)), metric


def neighbourhoods_of(statement: Statement, kin: Kin, catalogue: Catalogue) -> frozenset[Neighbourhood]:
    """Returns the neighbourhoods that a statement lies in."""
    entity, metric = series_of(statement, catalogue)
    found = {Neighbourhood(DOCUMENT, statement.claim.document)}
    if (kind := kind_of(statement)) is not None:
        found.add(kind)
    if catalogue.get(metric).known:
        found.add(Neighbourhood(SERIES, entity, metric))
        found.add(house_of(statement, entity, kin, catalogue))
    return frozenset(found)


def kind_of(statement: Statement) -> Neighbourhood | None:
    """Returns the neighbourhood of those of whom the same distinction is said, None for any other statement."""
    claim = statement.claim
    return Neighbourhood(KIND, claim.value, claim.metric) if claim.metric in DISTINCTIONS else None


def house_of(statement: Statement, entity: str, kin: Kin, catalogue: Catalogue) -> Neighbourhood:
    """Returns the house of a statement: of all that its maker makes, or of its entity alone."""
    cluster = catalogue.clusters[statement.claim.metric]
    whole = kin.house_of(statement.claim.subject) if cluster in catalogue.passed_on else entity
    return Neighbourhood(HOUSE, whole, cluster)
