"""Finds names that the text itself makes known: new models, organizations and people, and short forms of known names.

A name is taken only by its form ("Foobar-7B", "Foobar Labs") or by the words that introduce it ("Foobar, a startup",
"led by Jane Roe"); it becomes a candidate entity (`known` is False) that a person can confirm, merge or split.
"""

import re
from collections.abc import Iterator, Sequence

from extractors.candidates import RUN, Page, find_candidates, load_cues
from extractors.catalogue import load_catalogue
from extractors.mentions import Mention
from extractors.model import Entity, Span
from extractors.proper_names import find_organizations

SHORT_FORM = re.compile(r"\s?[(（][\"“']?([A-Z][A-Za-z&.-]{1,11})[\"”']?[)）]")
AFTER_FAMILY = re.compile(r"[A-Z][A-Za-z]+[ -]([A-Z][A-Za-z]*[ -]?\d[\w.]*(?:[ -][A-Z]\w*)*)")
SHORTEST_SURNAME = 2


def introduced_names(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Returns mentions of the names that the text makes known, in order; none overlaps one of `mentions`.

    >>> [(m.entity.id, m.entity.type) for m in introduced_names("Foobar Labs released Quuxel-7B.", ())]
    [('foobar-labs', 'organization'), ('quuxel-7b', 'model')]
    >>> introduced_names("It rained on Monday in the hills.", ())
    []
    """
    page = Page(text, tuple(_free_runs(text, mentions)))
    if not page.runs:
        return []
    names: dict[str, Entity] = {}
    known = (*_short_forms(text, mentions), *_bases(text, mentions))
    for name, entity in (*known, *find_candidates(page), *find_organizations(page)):
        names.setdefault(name, entity)
    return _occurrences(page, _with_surnames(_with_bases(names), mentions)) if names or mentions else []


def _bases(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[str, Entity]]:
    """Yields what names are called by for short once the text has them in full: "Scale" for "Scale AI", "V4" for
    "DeepSeek V4"."""
    catalogue = load_catalogue()
    written = {(text[m.start : m.end], m.entity) for m in mentions if m.entity.type in ("organization", "model")}
    for name, entity in sorted(written, key=lambda pair: (-len(pair[0]), pair[0])):
        base = _base(name) if entity.type == "organization" else _without_family(name)
        if base and catalogue.find(base) is None:
            yield base, entity


def _base(name: str) -> str:
    """Returns the name of an organization without its last word, where that only says what it is, else ""."""
    words = load_cues().words
    base, _, last = name.rpartition(" ")
    return base if last in words["organization_ends"] | words["weak_ends"] and base not in words["common"] else ""


def _without_family(name: str) -> str:
    """Returns the name of a model without its first word, where a number tells what is left, else "".

    >>> _without_family("DeepSeek V4 Pro"), _without_family("Kimi Thinking")
    ('V4 Pro', '')
    """
    rest = AFTER_FAMILY.fullmatch(name)
    return rest[1] if rest else ""


def _free_runs(text: str, mentions: Sequence[Mention]) -> Iterator[Span]:
    """Yields the stretches of capitalised words that no mention covers."""
    order, total, common = 0, len(mentions), load_cues().words["common"]
    for run in RUN.finditer(text):
        start, end = run.span()
        start -= text[start - 1 : start].islower()  # the "x" of "xAI"
        if text[start:end] in common:
            continue
        while order < total and mentions[order].end <= start:
            order += 1
        near = order
        while near < total and mentions[near].start < end:
            if start < mentions[near].start:
                yield Span(start, mentions[near].start)
            start = mentions[near].end
            near += 1
        if start < end:
            yield Span(start, end)


def _short_forms(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[str, Entity]]:
    """Yields the short forms that brackets give to names ("Tongyi Laboratory (TL)")."""
    for mention in mentions:
        found = SHORT_FORM.match(text, mention.end)
        if found and _is_short_of(found[1], text[mention.start : mention.end]) and not load_catalogue().find(found[1]):
            yield found[1], mention.entity


def _is_short_of(short: str, name: str) -> bool:
    """Returns whether letters are the initials of a name's words.

    >>> _is_short_of("TL", "Tongyi Laboratory"), _is_short_of("Qwen", "Alibaba")
    (True, False)
    """
    initials = "".join(word[0] for word in re.findall(r"[^\W_]+", name) if word[0].isupper())
    letters = short.replace(".", "").replace("-", "")
    return len(letters) > 1 and letters.isupper() and letters == initials.upper()


def _with_bases(names: dict[str, Entity]) -> dict[str, Entity]:
    """Returns the names with those of organizations without their last word too ("Foobar" for "Foobar AI")."""
    bases: dict[str, Entity] = {}
    for name, entity in names.items():
        if entity.type == "organization" and not entity.known and (base := _base(name)):
            bases.setdefault(base, entity)
    return {**names, **bases}


def _with_surnames(names: dict[str, Entity], mentions: Sequence[Mention]) -> dict[str, Entity]:
    """Returns the names with the surname of each person named in full, where only one bears it."""
    people = [entity for entity in names.values() if entity.type == "person"]
    people += {m.entity.id: m.entity for m in mentions if m.entity.type == "person"}.values()
    bearers: dict[str, dict[str, Entity]] = {}
    for person in people:
        for surname in _surnames(person):
            bearers.setdefault(surname, {})[person.id] = person
    common = load_cues().words["common"]
    single = {name: next(iter(group.values())) for name, group in bearers.items() if len(group) == 1}
    return names | {name: person for name, person in single.items() if name not in common}


def _surnames(person: Entity) -> Iterator[str]:
    """Yields the names that a person may be called by alone: the surname, which Chinese and Korean names put first."""
    words = person.name.split()
    surname = words[0] if words[0] in load_cues().words["surnames_first"] else words[-1]
    if len(words) > 1 and len(surname) >= SHORTEST_SURNAME and surname.isalpha():
        yield surname


def _occurrences(page: Page, names: dict[str, Entity]) -> list[Mention]:
    """Returns every place where one of the names stands, the longest name first at each place."""
    starts: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        starts.setdefault(name.split()[0], []).append(name)
    found: list[Mention] = []
    for run in page.runs:
        position = run.start
        if not any(word in starts for word in page.text[run.start : run.end].split()):
            continue
        for word in page.words(run.start, run.end):
            if word.start < position:
                continue
            group = starts.get(word.of(page.text), ())
            here = next((name for name in group if _stands(page.text, name, word.start)), None)
            if here is not None:
                found.append(Mention(word.start, word.start + len(here), names[here], "introduced"))
                position = word.start + len(here)
    return found


def _stands(text: str, name: str, start: int) -> bool:
    end = start + len(name)
    return text.startswith(name, start) and not (text[end : end + 1].isalnum() or text[end : end + 1] == "_")
