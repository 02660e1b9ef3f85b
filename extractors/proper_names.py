"""Tells which capitalised words of a text name an organization that no catalogue holds, by how the text uses them.

A name is no common word, and the text treats it as one that acts: verbs follow it, it owns things, words explain it,
it heads lines. One sign is not enough for a plain word; a form that only names have ("GlobalFoundries") is a sign too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.candidates import Page, load_cues, organization
from extractors.clauses import goes_on, verb_follows
from extractors.model import Entity

CAMEL = re.compile(r"(?:[A-Za-z][a-z]*[a-z][A-Z]\w*|[a-z]{1,2}[A-Z]\w+)(?:-\w+)*")
EXPLAINED = re.compile(r", (?:the|an?|another|one of|which|whose|(?:in|of|from) [A-Z]|based|formerly|once) ?")
BASED = re.compile(r"-(?:based|headquartered|listed) $")
BASED_REACH = 16
SENTENCE = 200
ENOUGH = 3
MOST_WORDS = 3
LONGEST_ACRONYM = 5
ADVERBS = ("ly", "ing", "wise")


@dataclass(slots=True)
class Uses:
    """How a text uses some capitalised words.

    Attributes:
        inside: How often a word in lower case or a comma stands before them.
        acts: How often a finite verb follows them.
        owns: How often a possessive mark follows them.
        explained: How often words behind a comma explain them.
        alone: How often they are a line or a cell.
    """

    inside: int = 0
    acts: int = 0
    owns: int = 0
    explained: int = 0
    alone: int = 0

    def add(self, text: str, start: int, end: int) -> None:
        """Counts one place where the words stand."""
        before, behind = text[max(start - 2, 0) : start], text[end : end + 1]
        self.inside += len(before) == 2 and before[1] == " " and (before[0].islower() or before[0] == ",")
        line = (not before or before[-1] in "\n|" or before == "| ") and (
            not behind or behind in "\n|" or text[end : end + 2] == " |"
        )
        self.alone += line
        self.explained += BASED.search(text, max(start - BASED_REACH, 0), start) is not None
        if behind in ("'", "’"):
            self.owns += 1
        elif behind and behind in " ,(":
            stop = min(end + SENTENCE, len(text))
            self.explained += EXPLAINED.match(text, end) is not None and not _otherwise().match(text, end)
            self.acts += verb_follows(text, goes_on(text, end, stop), stop)


@cache
def _otherwise() -> re.Pattern[str]:
    """Returns what explains a name as something else than an organization: ", a city"."""
    nouns = "|".join(sorted(load_cues().words["explained_otherwise"]))
    return re.compile(rf", (?:an?|the) (?:[\w-]+ ){{0,4}}(?:{nouns})\b")


def find_organizations(page: Page) -> Iterator[tuple[str, Entity]]:
    """Yields the organizations that a page names without introducing them.

    >>> from extractors.model import Span
    >>> text = "Foobar, a maker of chips, has 5 offices."
    >>> [name for name, _ in find_organizations(Page(text, (Span(0, 6),)))]
    ['Foobar']
    >>> list(find_organizations(Page("Demand rose.", (Span(0, 6),))))
    []
    """
    uses: dict[str, Uses] = {}
    surnames: set[str] = set()
    for run in page.runs:
        words = run.of(page.text).split(" ")
        if len(words) == 2:
            surnames.add(words[1])
        if len(words) <= MOST_WORDS and _may_be(words):
            uses.setdefault(" ".join(words), Uses()).add(page.text, run.start, run.end)
    for name, use in uses.items():
        if name not in surnames and _is_organization(page, name, use):
            yield name, organization(name)


def _may_be(words: list[str]) -> bool:
    """Returns whether some words can name an organization by their form: one word, or several with such an end."""
    kinds = load_cues().words
    if len(words) > 1:
        return words[-1] in kinds["organization_ends"] or words[-1] in kinds["weak_ends"]
    word = words[0]
    return len(word) > 1 and word not in kinds["common"] and word not in kinds["not_models"] and not word[-1].isdigit()


def _is_organization(page: Page, name: str, use: Uses) -> bool:
    """Returns whether the uses of a name are signs enough, by its form."""
    signs = min(use.acts, 2) + min(use.owns, 1) + 2 * min(use.explained, 1) + min(use.alone, 2)
    if CAMEL.fullmatch(name) or " " in name:
        return signs >= 1 and signs + use.inside >= 2
    if name.isupper():
        fits = len(name) <= LONGEST_ACRONYM and name not in load_cues().words["acronyms"]
        return fits and signs >= 1 and signs + use.inside >= 2
    if page.has_lower(name) or name.endswith(ADVERBS):
        return False
    if use.inside:
        return signs >= 1 and signs + min(use.inside, 2) >= ENOUGH
    return signs >= (ENOUGH if name.endswith("s") else 2)
