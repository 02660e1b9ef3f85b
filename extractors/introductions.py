"""Finds names that the text itself makes known: new models, organizations and people, and short forms of known names.

A name is taken only by its form ("Foobar-7B", "Foobar Labs") or by the words that introduce it ("Foobar, a startup",
"led by Jane Roe"); it becomes a candidate entity (`known` is False) that a person can confirm, merge or split.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors.candidates import RUN, Page, find_candidates, load_cues, model_name, organization
from extractors.catalogue import load_catalogue
from extractors.mentions import Mention
from extractors.model import Entity, Span

SHORT_FORM = re.compile(r"\s?[(（][\"“']?([A-Z][A-Za-z&.-]{1,11})[\"”']?[)）]")
LONGEST_NAME = 40
SHORTEST_SURNAME = 3


def introduced_names(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Returns mentions of the names that the text makes known, in order; none overlaps one of `mentions`.

    >>> [(m.entity.id, m.entity.type) for m in introduced_names("Foobar Labs released Quuxel-7B.", ())]
    [('foobar-labs', 'organization'), ('quuxel-7b', 'model')]
    >>> introduced_names("It rained on Monday in the hills.", ())
    []
    """
    page = Page(text, tuple(_free_runs(text, mentions)))
    names: dict[str, Entity] = {}
    for name, entity in (*_short_forms(text, mentions), *find_candidates(page)):
        names.setdefault(name, entity)
    return _occurrences(page, _with_surnames(names, mentions)) if names or mentions else []


def candidate_entity(name: str) -> Entity | None:
    """Returns what a name that stands alone (a table head, a label) is: known, or a candidate; None for common words.

    >>> candidate_entity("Quuxel 2.1").type, candidate_entity("Foobar Labs").type
    ('model', 'organization')
    >>> candidate_entity("Latest release") is None
    True
    """
    name = name.strip(" *_`|:")
    known = load_catalogue().find(name)
    if known is not None:
        return known
    run = RUN.match(name)
    if run is None or len(name) > LONGEST_NAME:
        return None
    page = Page(name, ())
    if (model := model_name(page, page.words(*run.span()), alone=True)) is not None:
        return model[1]
    if run.end() != len(name) or any(word in load_cues().words["common"] for word in name.split()):
        return None
    return organization(name)


def _free_runs(text: str, mentions: Sequence[Mention]) -> Iterator[Span]:
    """Yields the stretches of capitalised words that no mention covers."""
    order, total = 0, len(mentions)
    for run in RUN.finditer(text):
        start, end = run.span()
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
    return names | {name: person for name, person in single.items() if name not in names and name not in common}


def _surnames(person: Entity) -> Iterator[str]:
    """Yields the names that a person may be called by alone: the last word, the first too where names start with it."""
    words = person.name.split()
    for word in (words[-1], *(name for name in person.aliases if " " not in name)):
        if len(words) > 1 and len(word) >= SHORTEST_SURNAME and word.isalpha():
            yield word


def _occurrences(page: Page, names: dict[str, Entity]) -> list[Mention]:
    """Returns every place where one of the names stands, the longest name first at each place."""
    starts: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        starts.setdefault(name.split()[0], []).append(name)
    found: list[Mention] = []
    for run in page.runs:
        position = run.start
        for word in page.words(run.start, run.end):
            if word.start < position:
                continue
            name = next((n for n in _starting(starts, word.of(page.text)) if _stands(page.text, n, word.start)), None)
            if name is not None:
                found.append(Mention(word.start, word.start + len(name), names[name], "introduced"))
                position = word.start + len(name)
    return found


def _starting(starts: dict[str, list[str]], word: str) -> Sequence[str]:
    return starts.get(word) or starts.get(word.rstrip(".,")) or ()


def _stands(text: str, name: str, start: int) -> bool:
    end = start + len(name)
    return text.startswith(name, start) and not (text[end : end + 1].isalnum() or text[end : end + 1] == "_")
