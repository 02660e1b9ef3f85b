"""Tells how a sentence is built: what stands aside in it, and where a finite verb follows."""

import re
from functools import cache

from extractors.rules import check_entries, load_rules

RELATIVE = r"(?:(?:in|of|to|for|with|by|at|from)\s)?(?:which|who|whom|whose|where)\b"
OWNERS = r"(?:[A-Z][\w.-]*\s){0,2}[A-Z][\w.-]*['’]s?\s"
EXPLAINS = rf"(?:an?|the|one\sof|formerly|founded|based|led|known|owned|backed|itself|now)\b|{OWNERS}"
ASIDE = re.compile(
    rf",\s(?:{RELATIVE}|{EXPLAINS})[^;—()]{{3,120}}?,(?=\s)"
    r"|\([^()]{3,120}\)"
    r"|\s(?:[–—]|-)\s[^–—;]{3,120}?\s(?:[–—]|-)\s"
)
HOWEVER = (
    r"(?:however|meanwhile|though|too|then|in turn|(?:in|by) contrast|for its part|on the other hand|to its credit),"
)
BEHIND = re.compile(
    rf"\s\([^()]{{0,60}}\),?|,\s{HOWEVER}|,\s(?:{RELATIVE}|{EXPLAINS}|in|of)[^;—()]{{2,100}}?,(?=\s)|\s[–—-]\s[^–—;]{{3,100}}?\s[–—-](?=\s)"
)
WORD = re.compile(r",?\s+([a-z]+)(?![\w-])")
OWNER = re.compile(r"['’]s?")
MOST_ADVERBS = 3
MOST_NOUNS = 3


def find_asides(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Returns the relative clauses, appositions and brackets that `text[start:end]` can do without, in order.

    >>> find_asides("Foo, which leads, has 5", 0, 23)
    [(3, 17)]
    >>> find_asides("Foo has 5", 0, 9)
    []
    """
    return [found.span() for found in ASIDE.finditer(text, start, end)]


def goes_on(text: str, start: int, end: int) -> int:
    """Returns where a sentence goes on behind a name and the aside that explains it."""
    following = text[start : start + 1]
    found = BEHIND.match(text, start, end) if following in (",", " ") else None
    return found.end() if found else start


def verb_follows(text: str, start: int, end: int) -> bool:
    """Returns whether a finite verb stands at a place, adverbs before it left out.

    >>> verb_follows("Qwen now covers 201", 4, 19), verb_follows("Qwen users speak", 4, 16)
    (True, False)
    """
    words = load_verbs()
    for _ in range(MOST_ADVERBS):
        found = WORD.match(text, start, end)
        if found is None:
            return False
        word = found[1]
        if word in words["finite"] or (word.endswith("ed") and not text.startswith(" by ", found.end())):
            return True
        if word not in words["adverbs"] and not word.endswith("ly"):
            return False
        start = found.end()
    return False


def goes_on_with(text: str, start: int, end: int) -> bool:
    """Returns whether some word that can be a verb stands right behind a pronoun.

    >>> goes_on_with("it answers in 5", 2, 15), goes_on_with("with it in 5", 7, 12)
    (True, False)
    """
    found = WORD.match(text, start, end)
    return found is not None and text[start] == " " and found[1] not in load_verbs()["links"]


def noun_acts(text: str, start: int, end: int) -> bool:
    """Returns whether a noun or two that go with a name stand at a place, and a finite verb behind them.

    >>> noun_acts("Qwen app revenue rose", 4, 21), noun_acts("Qwen in China rose", 4, 18)
    (True, False)
    """
    words = load_verbs()
    owner = OWNER.match(text, start, end)
    start = owner.end() if owner else start
    for _ in range(MOST_NOUNS):
        found = WORD.match(text, start, end)
        if found is None or text[found.start()] == "," or found[1] in words["links"]:
            return False
        start = found.end()
        if verb_follows(text, start, end):
            return True
    return False


@cache
def load_verbs() -> dict[str, frozenset[str]]:
    """Returns the words by which a clause is recognised, by their use.

    Raises:
        RuleError: An entry has an unknown key or lacks one.
    """
    entries = load_rules("syntax.toml")["words"]
    required = ("id", "words", "source", "example", "counterexample")
    check_entries(entries, file="rules/syntax.toml", required=required, optional=())
    return {entry["id"]: frozenset(entry["words"]) for entry in entries}
