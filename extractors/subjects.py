"""Finds the entity that a figure, date or fact is about.

All that it may be about compete in one ranking: the names of the sentence or cell, what its anaphors stand for, the
heads of row and column, what a reader has in mind from the sentences, headings and title before, the subject of the
figure before, and nothing at all. Each is described by features that a reader could name; their weights were learned
from annotated articles (benchmarks/subjects.py) and are data (rules/subjects.toml).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from extractors.antecedents import OWNERS, Reference, Sense, find_references, in_mind, read, references_near
from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.linking import chain, pick, standing
from extractors.memory import CELLS, Scene
from extractors.model import Entity, Span
from extractors.placing import Carried, Question, place
from extractors.ranking import Features, describe, weigh
from extractors.values import filled_directly

RANKS = ("rank 0", "rank 1", "rank 2", "rank 3")
SURE = 3.0
SURE_IN_CELL = 1.5
BEHIND_REACH = 40
OTHERS_REACH = 60
NEXT_NAME = 25
NOTHING = "nothing"

ANAPHOR: Features = ("anaphor",)


@filled_directly
@dataclass(frozen=True, slots=True)
class Subject:
    """The entity found, the words that named it (None where it is inherited) and the step that found it."""

    entity: Entity
    mention: Mention | None
    step: str
    score: float


Contender = tuple[Entity | None, Mention | None, str, tuple[Features, ...]]
"""Something that a value may be about, None for nothing at all; the words that name it, the step that found it, and
what speaks for it and against it, in groups of features."""

Ranked = tuple[float, Contender]


def find_subject(
    scene: Scene,
    value: Span,
    types: Sequence[str],
    *,
    noun: str = "",
    metric: str = "",
    before: tuple[Subject, Carried] | None = None,
) -> Subject | None:
    """Returns the entity that a value is about, or None when nothing fits.

    Args:
        scene: The passage with its document and what was spoken of before.
        value: Stretch of the value.
        types: Types that the metric accepts, best first.
        noun: The counted phrase; a name inside it is the subject ("400 Qwen models").
        metric: Id of the metric, "" where none is known.
        before: Subject and end of the figure before in the passage.
    """
    question = Question(scene, value, ranks_of(tuple(types)), noun, metric)
    cell = scene.segment.kind in CELLS
    best = _best(None, _named(question, before))
    if not cell and (best is None or best[0] < SURE or _refers(question, best[1])):
        best = _best(best, _referred(question))
    if best is None or best[0] < (SURE_IN_CELL if cell else SURE):
        best = _best(best, _inherited(question))
    if best is None or (entity := best[1][0]) is None:
        return None
    _, mention, step, features = best[1]
    told = ", ".join(filter(None, map(describe, features)))
    return _whole_list(scene, Subject(entity, mention, f"{step} ({told})", best[0]))


def _best(best: Ranked | None, contenders: Iterator[Contender]) -> Ranked | None:
    for contender in contenders:
        score = sum(map(weigh, contender[3]))
        if best is None or score > best[0]:
            best = score, contender
    return best


def _refers(question: Question, best: Contender) -> bool:
    """Returns whether words before the value may stand for something that is meant rather than the best name."""
    leads = any("subject of the clause" in group for group in best[3])
    first = best[1].end if leads and best[1] is not None else question.scene.passage.start
    return any(first <= one.anaphor.start < question.value.start for one in find_references(question.scene))


@cache
def ranks_of(types: tuple[str, ...]) -> dict[str, str]:
    """Returns the feature of each type's rank, for the types that a metric accepts, best first."""
    return {kind: RANKS[min(number, len(RANKS) - 1)] for number, kind in enumerate(types)}


def contenders(question: Question, before: tuple[Subject, Carried] | None = None) -> Iterator[Contender]:
    """Yields all that a value may be about, with every reading of its anaphors."""
    yield from _named(question, before)
    if question.scene.segment.kind not in CELLS:
        yield from _referred(question, every=True)
    yield from _inherited(question, every=True)


def _inherited(question: Question, *, every: bool = False) -> Iterator[Contender]:
    """Yields nothing at all, and what is likeliest of all that a reader has in mind besides."""
    scene, ranks = question.scene, question.ranks
    cell = scene.segment.kind in CELLS
    yield (None, None, NOTHING, (("nothing in cell",) if cell else ("nothing", *_of_others(question)),))
    where = ("inherited in cell",) if cell else ("inherited", *_passed_over(question))
    known = [one for one in in_mind(scene) if one.entity.type in ranks]
    if scene.text[question.value.start].isupper() and (
        named := [o for o in known if _names_itself(question, o.entity)]
    ):
        known, where = named, (*where, "in the value's own words")
    if len(known) > 1 and not every:
        known = [max(known, key=lambda one: one.score + weigh(_as_inherited(ranks[one.entity.type])))]
    for one in known:
        features = (where, _as_inherited(ranks[one.entity.type]), *one.features)
        yield (one.entity, one.label, one.features[0][0], features)


def _names_itself(question: Question, entity: Entity) -> bool:
    """Returns whether the value's own words name an entity: the "Llama" of "Llama Community License"."""
    return entity.name in question.value.of(question.scene.text)


def _of_others(question: Question) -> Features:
    """Returns whether a value is told of a class, not of anybody: "companies with revenue above $1 million"."""
    return ("nothing, of others",) if question.scene.follows("others", question.value.start, OTHERS_REACH) else ()


@cache
def _as_inherited(rank: str) -> Features:
    return rank, f"inherited {rank}"


def _passed_over(question: Question) -> Features:
    """Returns what stands against taking the subject from elsewhere: a figure of a kind, names in the sentence."""
    scene, start = question.scene, question.value.start
    if any(letter.isdigit() for letter in scene.text[start : start + 2]) and scene.follows("generic", start, 20):
        return ("inherited generic",)
    if any(acts for _, acts in question.rivals):
        return ("inherited past a subject",)
    if any(one.anaphor.start < start for one in find_references(scene)):
        return ("inherited past an anaphor",)
    return ("inherited past names",) if question.rivals else ()


def _carried(question: Question, subject: Subject, before: Carried) -> Contender:
    scene, end = question.scene, question.value.end + NEXT_NAME
    past = any(before.end <= m.start < end and m.entity.type in question.ranks for m in scene.near(end))
    features = ["carried", question.ranks[subject.entity.type]]
    if before.elliptic:
        features.append("carried on past names" if past else "carried on")
    elif past:
        features.append("carried past names")
    if scene.breaks(before.end, question.value.start):
        features.append("carried past clause")
    return (subject.entity, subject.mention, "as the figure before", (tuple(features),))


def _named(question: Question, before: tuple[Subject, Carried] | None) -> Iterator[Contender]:
    """Yields the subject of the figure before, the names of the sentence or cell, and the heads of row and column."""
    if before is not None and before[0].entity.type in question.ranks:
        yield _carried(question, *before)
    if question.scene.segment.kind in CELLS:
        yield from _heads(question)
    scene, value, noun = question.scene, question.value, question.noun
    heads = _head_names(scene)
    where = "named in cell" if scene.segment.kind in CELLS else "named"
    for mention in scene.near(value.start):
        rank = question.ranks.get(mention.entity.type)
        if rank is None or mention.kind == "adjective":
            continue
        if noun and value.start <= mention.start <= value.end + BEHIND_REACH and _inside(scene, mention, noun):
            placed: tuple[Features, ...] = (("counted",),)
        elif mention.start < value.end and value.start < mention.end:
            continue
        else:
            stands = standing(scene, mention)
            placed = (stands.marks, place(question, mention, stands))
        kin = _kinship(mention, heads) if heads else "introduced" if mention.kind == "introduced" else "known"
        topic = scene.memory.topics.get(mention.entity.id)
        led = "led too" if topic is not None and topic.leads else "new"
        features = ((where, rank, kin, led), *placed)
        yield (mention.entity, mention, "named", features)


def _inside(scene: Scene, mention: Mention, noun: str) -> bool:
    return scene.text[mention.start : mention.end] in noun


def _referred(question: Question, *, every: bool = False) -> Iterator[Contender]:
    """Yields the likeliest reading of each anaphor; all readings of a plural one."""
    scene, value = question.scene, question.value
    for reference in references_near(scene, value.start):
        anaphor, stands = reference.anaphor, reference.standing
        own = scene.text[anaphor.start : anaphor.end].casefold() in OWNERS
        if own and anaphor.start >= value.start:
            continue
        readings = _readings(question, reference)
        if not readings:
            continue
        if not (every or anaphor.plural):
            readings = (max(readings, key=itemgetter(0)),)
        spot = Mention(anaphor.start, anaphor.end, readings[0][1], "anaphor")
        placed = (ANAPHOR, stands.marks, place(question, spot, stands, own=own))
        for _, entity, features, listed in readings:
            mention = Mention(anaphor.start, anaphor.end, entity, "anaphor")
            parallel = question.parallel(*listed) if anaphor.plural else ()
            yield (entity, mention, anaphor.id, (*placed, parallel, *features))


def _readings(question: Question, reference: Reference) -> tuple[Sense, ...]:
    """Returns what an anaphor may stand for; found once a passage for the types that are asked for."""
    key = (reference.anaphor.start, tuple(question.ranks))
    found = question.scene.readings.get(key)
    if found is None:
        found = question.scene.readings[key] = tuple(read(question.scene, reference, question.ranks))
    return found


def _head_names(scene: Scene) -> list[Mention]:
    """Returns the names in the heads of a cell's column and row."""
    segment = scene.segment
    table = scene.memory.tables.get(segment.table) if segment.table is not None else None
    if table is None or segment.position is None or segment.line is None:
        return []
    return [*table.columns.get(segment.position, ()), *table.rows.get(segment.line, ())]


def _heads(question: Question) -> Iterator[Contender]:
    """Yields the best name in the head of the cell's column, and of its row."""
    segment, tables = question.scene.segment, question.scene.memory.tables
    table = tables.get(segment.table) if segment.table is not None else None
    if table is None or segment.position is None or segment.line is None:
        return
    types = tuple(question.ranks)
    for step, names in (("column", table.columns.get(segment.position)), ("row", table.rows.get(segment.line))):
        if names and (hit := pick(names, types)):
            features = ("head", f"head of the {step}", question.ranks[hit.entity.type])
            yield (hit.entity, hit, f"head of the {step}", (features,))


def _kinship(mention: Mention, heads: Sequence[Mention]) -> str:
    """Returns whether a name in a cell narrows what the head of its row or column names."""
    own = _line(mention.entity)
    return "narrows the head" if any(own & _line(head.entity) for head in heads) else "no kin of the head"


def _line(entity: Entity) -> set[str]:
    catalogue = load_catalogue()
    ids = {entity.id, *(up.id for up in catalogue.ancestors(entity))}
    maker = catalogue.maker(entity)
    return ids | ({maker.id} if maker else set())


def _whole_list(scene: Scene, best: Subject) -> Subject:
    """Returns the maker where a figure is said of three or more of its products together."""
    if best.mention is None or best.mention.entity.type not in ("product", "platform"):
        return best
    members = chain(scene.text, scene.passage.mentions, best.mention)
    catalogue = load_catalogue()
    makers = {maker.id for m in members if (maker := catalogue.maker(m.entity))}
    maker = catalogue.get(next(iter(makers))) if len(members) > 2 and len(makers) == 1 else None
    return Subject(maker, None, "list of one maker", best.score) if maker else best
