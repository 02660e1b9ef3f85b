"""Decides what an unknown run of capitalised words names: a model, an organization, a person, or nothing.

Conservative by design: a form that only names have, or a cue beside it, is needed. The words are data
(rules/entities_introductions.toml).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from extractors.model import Entity, Span
from extractors.names import MORE, Family, Part, build_entity, find_parts, load_rules, slug

RUN = re.compile(
    r"[A-ZÀ-Þ](?:(?<!\w.)[\w&]*(?:[-.+]\w+)*(?:[ \u00a0][A-ZÀ-Þ][\w&]*(?:[-.+]\w+)*){0,5}"
    r"|(?<=\b[a-z].)[A-Za-z]{1,12}\b)"
)
"""Capitalised words; of a word like "xAI" all but its first letter."""
WORD = re.compile(r"[^\s\u00a0]+")
STEM = re.compile(r"[A-ZÀ-Þ][^\W\d_]*(?:-[A-Z][a-z]+)*")
NAME_WORD = re.compile(r"[A-ZÀ-Þ](?:[^\W\d_]+|\.)(?:[-'’][^\W\d_]+)?$")
# Every such word ends in "ed": the search for these letters runs at the speed of a search for a string.
QUOTED = re.compile(r"ed (?:(?<=named )|(?<=called )|(?<=dubbed ))[\"“']?([A-Z][a-z]+[A-Za-z]*)[\"”']?(?!\w)")
QUOTED_MODEL = re.compile(r"[\"“]([A-Z][a-z]+[A-Za-z]*)[\"”] (?:AI |language |foundation |open )?(?:model|LLM)\b")
DIGIT = re.compile(r"\d")
WORD_ENDS = ("", ",", ".", ":", ";", "...")
MODEL_BEFORE = re.compile(r"\b(?:model|LLM|chatbot)s?,?(?: called| named)? $")
BEFORE = 32
REACH = 90
MOST_WORDS = 4
PERSON_WORDS = (2, 3)
MODEL_WORDS = 2
SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Cues:
    """The words and expressions by which a text introduces a name."""

    words: dict[str, frozenset[str]]
    role_before: re.Pattern[str]
    role_after: re.Pattern[str]
    person_after: re.Pattern[str]
    noun_before: re.Pattern[str]
    noun_after: re.Pattern[str]
    verb_after: re.Pattern[str]
    owner_after: re.Pattern[str]
    model_near: re.Pattern[str]
    model_after: re.Pattern[str]
    after: re.Pattern[str]
    last_words: frozenset[str]
    inside: frozenset[str]


@dataclass(slots=True)
class Page:
    """A text and its stretches of capitalised words that nothing known covers."""

    text: str
    runs: tuple[Span, ...]
    _lower: frozenset[str] | None = field(default=None, repr=False)

    def words(self, start: int, end: int) -> list[Span]:
        """Returns the words between two places."""
        return [Span(*match.span()) for match in WORD.finditer(self.text, start, end)]

    def has_lower(self, word: str) -> bool:
        """Returns whether the text uses a word in lower case too: then it is no name."""
        if self._lower is None:
            self._lower = frozenset(self.text.split())
        lower, words = word.lower(), self._lower
        return lower[0].islower() and any(lower + mark in words for mark in WORD_ENDS)


@cache
def load_cues() -> Cues:
    """Returns the cues of rules/entities_introductions.toml, compiled."""
    table = load_rules("entities_introductions", {"source", "example", "counterexample", "words"})
    words = {key: frozenset(entry["words"]) for key, entry in table.items()}
    either = {key: "|".join(map(re.escape, sorted(group, key=lambda w: (-len(w), w)))) for key, group in words.items()}
    noun, roles = either["organization_nouns"], either["roles"]
    after = {
        "role_after": rf"(?:,| \(|\s?[—–-])\s?(?:[\w'’.&-]{{1,30}} ){{0,4}}(?:{roles})\b",
        "person_after": rf",? (?:{either['person_after']})\b",
        "noun_after": rf"(?:,| is| —| –) (?:an?|the)(?: [\w'’.-]{{1,30}}){{0,5}} (?:{noun})\b",
        "verb_after": rf" (?:has |had |also |recently |just )?(?:{either['company_verbs']})\b",
        "owner_after": rf"['’]s? (?:{either['company_possessions']})\b",
        "model_after": r"(?:,| is| —| –) (?:an?|its|the)(?: [\w'’.-]{1,30}){0,6} "
        rf"(?:{either['model_appositions']})\b(?! (?:{noun})\b)",
    }
    return Cues(
        words=words,
        role_before=re.compile(rf"\b(?:{roles}|{either['person_before']})[,.]? $"),
        noun_before=re.compile(rf"\b(?:(?:{noun})s?(?: called| named)?|(?:{roles}) (?:of|at)) $"),
        model_near=re.compile(rf"(?<![\w-])(?:{either['model_nouns']})\b"),
        after=re.compile("|".join(after.values())),
        last_words=_last_words(words),
        inside=words["roles"] | words["organization_ends"] | words["weak_ends"],
        **{key: re.compile(body) for key, body in after.items()},
    )


def _last_words(words: dict[str, frozenset[str]]) -> frozenset[str]:
    """Returns the words that can stand right before an introduced name."""
    phrases = words["roles"] | words["person_before"] | words["organization_nouns"]
    last = {phrase.split()[-1] for phrase in phrases}
    return frozenset((*last, *(f"{word}s" for word in last), "of", "at", "called", "named"))


def find_candidates(page: Page) -> Iterator[tuple[str, Entity]]:
    """Yields the new names of a page with what they seem to be.

    >>> page = Page("The startup Foobar trained Quuxel 2.1, an open model.", (Span(12, 18), Span(27, 33)))
    >>> [(name, entity.type) for name, entity in find_candidates(page)]
    [('Foobar', 'organization'), ('Quuxel 2.1', 'model')]
    >>> list(find_candidates(Page("Hello", (Span(0, 5),))))
    []
    """
    common = load_cues().words["common"]
    for run in page.runs:
        if not _may_name(page, run):
            continue
        words = page.words(run.start, run.end)
        while words and words[0].of(page.text) in common and not _is_role(page, words):
            words = words[1:]
        if words:
            yield from _read_run(page, words)
    for pattern in (QUOTED, QUOTED_MODEL):
        for match in pattern.finditer(page.text):
            if match[1] not in common and _near_model(page, Span(*match.span())):
                yield match[1], Entity(slug(match[1]), match[1], "model", known=False)


def _may_name(page: Page, run: Span) -> bool:
    """Returns whether form or neighbours of a run can introduce a name at all; cheap, and true too often."""
    cues, text = load_cues(), page.text
    if DIGIT.search(text, run.start, run.end + 3) or cues.after.match(text, run.end):
        return True
    before = text[max(run.start - BEFORE, 0) : run.start].split()
    if before and before[-1].rstrip(",.") in cues.last_words:
        return True
    return not cues.inside.isdisjoint(run.of(text).split())


def parse_candidate(name: str) -> Entity | None:
    """Returns the new entity that a whole text names by its form, or None for common words.

    >>> parse_candidate("Quuxel 8B").id, parse_candidate("Jane Roe").type
    ('quuxel-8b', 'unknown')
    >>> parse_candidate("Price per token") is None
    True
    """
    run = RUN.match(name)
    if run is None:
        return None
    page = Page(name, ())
    words = page.words(*run.span())
    if (model := model_name(page, words, alone=True)) is not None:
        return model[1] if model[0] == name else None
    kinds = load_cues().words
    if run.end() != len(name) or any(word.of(name) in kinds["common"] for word in words):
        return None
    ends = kinds["organization_ends"] | kinds["weak_ends"]
    found = organization(name)
    return found if len(words) > 1 and words[-1].of(name) in ends else replace(found, type="unknown")


def _is_role(page: Page, words: list[Span]) -> bool:
    return len(words) > 1 and words[0].of(page.text) in load_cues().words["roles"]


def _near_model(page: Page, span: Span) -> bool:
    return load_cues().model_near.search(page.text, max(span.start - REACH, 0), span.end + REACH) is not None


def _read_run(page: Page, words: list[Span]) -> Iterator[tuple[str, Entity]]:
    """Yields what one run of words names: "Foobar CEO Jane Roe" is an organization and a person."""
    model = model_name(page, words, alone=False)
    if model is not None:
        yield model
        return
    roles = load_cues().words["roles"]
    cut = max((number for number, word in enumerate(words) if word.of(page.text) in roles), default=-1)
    before = [word for word in words[: max(cut, 0)] if word.of(page.text) not in roles]
    after = words[cut + 1 :]
    if after and (person := _person(page, after, led=cut >= 0)) is not None:
        if before and not _is_common(page, before):
            yield _named(page, before)
        yield person
    elif before and not after and not _is_common(page, before):
        yield _named(page, before)  # "Foobar CEO", and a person whom the catalogue knows
    elif after and (named := _described_model(page, after) or _organization_at(page, after)) is not None:
        yield named


def _is_common(page: Page, words: list[Span]) -> bool:
    common = load_cues().words["common"]
    return all(word.of(page.text) in common or page.has_lower(word.of(page.text)) for word in words)


def model_name(page: Page, words: list[Span], *, alone: bool) -> tuple[str, Entity] | None:
    """Returns the model that a run of words and the numbers behind it name, or None; `alone` asks for no cue."""
    for number, word in enumerate(words):
        stem = STEM.match(page.text, word.start, word.end)
        if stem is None or not MORE.match(page.text, stem.end()) or stem[0] in load_cues().words["not_models"]:
            continue
        start = words[0].start if number == 1 and not _is_common(page, words[:1]) else word.start
        family = _new_family(page.text[start : stem.end()])
        end, parts = find_parts(page.text, stem.end(), family)
        if parts and (alone or _is_model(page, Span(stem.start(), end), stem[0], parts)):
            entity = replace(build_entity(family, parts), known=False, parent="", aliases=())
            return page.text[start:end], replace(entity, name=page.text[start:end])
    return None


def _new_family(name: str) -> Family:
    return Family(slug(name), name, join=" ", tight="-", variant="-")


def _is_model(page: Page, span: Span, stem: str, parts: tuple[Part, ...]) -> bool:
    """Returns whether form and neighbourhood speak for a model: a size always, a version near a word for models."""
    kinds = {part.kind for part in parts}
    if "size" in kinds:
        return len(stem) > 1
    version = next((part.text for part in parts if part.kind == "version"), "")
    if not version or len(stem) < SHORTEST_STEM or not _near_model(page, span):
        return False
    joined = page.text[span.start + len(stem)] not in " \u00a0"
    lowered = any(letter.islower() for letter in stem)
    if "." in version or "variant" in kinds or (joined and page.text[span.start + len(stem)] in "-‐‑"):
        return True
    return lowered and not page.has_lower(stem) and (joined or _is_called_model(page, span))


def _is_called_model(page: Page, span: Span) -> bool:
    """Returns whether the words right beside say that it is a model ("the model Foobar 2", "Foobar 2, a new LLM")."""
    before = page.text[max(span.start - BEFORE, 0) : span.start]
    return bool(MODEL_BEFORE.search(before) or load_cues().model_after.match(page.text, span.end))


def _person(page: Page, words: list[Span], *, led: bool) -> tuple[str, Entity] | None:
    """Returns the person that words name, where a role or a verb of people stands beside them."""
    cues, text = load_cues(), page.text
    if len(words) not in PERSON_WORDS or not all(_is_name_word(word.of(text)) for word in words):
        return None
    start, end = words[0].start, words[-1].end
    cued = led or cues.role_before.search(text, max(start - BEFORE, 0), start)
    if not (cued or cues.role_after.match(text, end) or cues.person_after.match(text, end)):
        return None
    return text[start:end], Entity(slug(text[start:end]), text[start:end], "person", known=False)


def _is_name_word(word: str) -> bool:
    words = load_cues().words
    kinds = ("common", "organization_ends", "weak_ends", "not_models")
    return bool(NAME_WORD.match(word)) and not any(word in words[kind] for kind in kinds)


def _described_model(page: Page, words: list[Span]) -> tuple[str, Entity] | None:
    """Returns the model that words without a version name, where the text says so ("Quuxel, an open model")."""
    start, end = words[0].start, words[-1].end
    if len(words) > MODEL_WORDS or not load_cues().model_after.match(page.text, end) or _is_common(page, words):
        return None
    name = page.text[start:end]
    return name, Entity(slug(name), name, "model", known=False)


def _organization_at(page: Page, words: list[Span]) -> tuple[str, Entity] | None:
    """Returns the organization that words name, by its last word or by the words around it."""
    ends = load_cues().words["organization_ends"]
    last = max((n for n, word in enumerate(words) if n and word.of(page.text) in ends), default=0)
    legal = last and words[last].of(page.text).rstrip(".") in load_cues().words["legal_forms"]
    if last and last < MOST_WORDS and (legal or not _is_common(page, words[:last])):
        return _named(page, words[: last + 1])
    if len(words) <= MOST_WORDS and _is_introduced(page, words) and not _is_common(page, words):
        return _named(page, words)
    return None


def _named(page: Page, words: list[Span]) -> tuple[str, Entity]:
    name = page.text[words[0].start : words[-1].end].rstrip(".,")
    return name, organization(name)


def organization(name: str) -> Entity:
    """Returns a candidate organization of this name."""
    return Entity(slug(name), name, "organization", known=False)


def _is_introduced(page: Page, words: list[Span]) -> bool:
    cues, text = load_cues(), page.text
    start, end = words[0].start, words[-1].end
    if cues.noun_after.match(text, end) or cues.noun_before.search(text, max(start - BEFORE, 0), start):
        return True
    if len(words) == 1 and (words[0].of(text).isupper() or words[0].of(text).endswith("s")):
        return False
    return bool(cues.owner_after.match(text, end) or cues.verb_after.match(text, end))
