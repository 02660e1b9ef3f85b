"""The noun phrase that a number counts, found without a tagger: from the number to the first plural head.

A counted phrase ends at a function word, a verb, punctuation or after five words. Its head is the first plural (the
last of several in a row), after one the last word before the end; a word tied on with a hyphen ("900-page bill") is the
head itself. Rejected: a part-of-speech tagger, which needs a model and is a hundred times too slow for the hot path.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from extractors.quantity_rules import load_words

RULES = "quantities_nouns"
STOP = frozenset(load_words(RULES, "stop"))
VERBS = frozenset(load_words(RULES, "verb"))
MODIFIERS = frozenset(load_words(RULES, "modifier"))
IRREGULAR: dict[str, str] = dict(load_words(RULES, "irregular"))
ENDS = STOP | VERBS
# "12 years old", but "12 old men"
EXTENTS = frozenset({*load_words("quantities_numbers", "extent"), "old", "strong"})
NOUN_VERBS = frozenset(load_words(RULES, "noun_verb"))
GAP = r"[*_`]{0,3}[ \u00a0\u202f\u2009][*_`]{0,3}"
WORD = (
    r"(?:[A-Z][a-z]+ (?:\d{3}(?:-\d{1,3})?(?= [A-Za-z])|\d{1,2}(?= [a-z]))|(?:\d{1,4}-)?[A-Za-zÀ-ɏ](?:[\w’'&/.-]*\w)?)"
)
RUN = re.compile(f"(?:{GAP}{WORD}){{1,5}}")
# "fast, cheap and reliable models"
ADJECTIVES = re.compile(r"((?: [a-z][a-z-]+,){1,3}(?: and| or| but)?)((?: [a-z][a-z-]+){1,3})")
HYPHENED = re.compile(r"[-‑]([A-Za-z]+)((?:[-‑][A-Za-z]+)*)")
MARKS = "*_` \u00a0\u202f\u2009"
SINGULAR_ENDINGS = ("ss", "us", "is", "'s", "’s")
SPEECH = (" said", " say", " told", " added")
COORDINATORS = ("and", "or", "but")
ADJECTIVE_ENDINGS = tuple(load_words(RULES, "adjective_ending"))
CARDINALS = frozenset(load_words("quantities_numbers", "cardinal"))
# "one more person", "one last time"
BEFORE_ONE = frozenset({*load_words("quantities_numbers", "filler"), "last", "next", "other"})
NOT_ADVERBS = frozenset(load_words(RULES, "ly"))


class Phrase(NamedTuple):
    """A counted noun phrase.

    Attributes:
        head: Singular head noun in lower case.
        noun: Singular phrase; names keep their case.
        end: End of the head.
        adjacent: True when the head directly follows the number.
        plural: True when the head has a plural's form.
    """

    head: str
    noun: str
    end: int
    adjacent: bool
    plural: bool


def counted_at(text: str, at: int, end: int, *, one: bool = False) -> Phrase | None:
    """Returns the noun phrase that starts right after a number, or None.

    >>> counted_at("400+ open-weight Qwen models on the hub", 4, 39).noun
    'open-weight Qwen model'
    >>> counted_at("400 of them", 3, 11) is None
    True
    """
    if at >= end:
        return None
    if text[at] in "-‑":
        found = HYPHENED.match(text, at, end)
        lower = found[1].lower() if found else ""
        return None if found is None or lower in STOP or lower in EXTENTS else _hyphened(found)
    found = RUN.match(text, at, end)
    if found is None:
        return None
    words = [bare for word in found[0].split() if (bare := word.strip(MARKS))]
    before = text[at - 1] if at else " "
    head = _head_of_one(words) if one else _head(words, guess=not before.islower())
    listing = not one and text.startswith(",", found.end()) and (before.isdecimal() or before.islower())
    if listing and (head < 0 or not is_plural(words[head])):
        listed = _after_adjectives(text, at, end)
        words, head = listed or (words, head)
    if head < 0:
        return None
    return _phrase(text, at, words, head)


def _after_adjectives(text: str, at: int, end: int) -> tuple[list[str], int] | None:
    """Returns the words and the head's index of "fast, cheap models", None where the comma ends the phrase."""
    found = ADJECTIVES.match(text, at, end)
    if found is None:
        return None
    adjectives = [word for word in found[1].replace(",", "").split() if word not in COORDINATORS]
    words = adjectives + found[2].split()
    if any(word in ENDS - EXTENTS or is_plural(word) or _is_adverb(word) for word in adjectives):
        return None
    head = next((i for i in range(len(adjectives), len(words)) if words[i] in STOP or is_plural(words[i])), -1)
    speaks = text.startswith(SPEECH, found.end()) or words[-1] in VERBS
    return None if head < 0 or words[head] in STOP or (head == len(adjectives) and speaks) else (words, head)


def _hyphened(found: re.Match[str]) -> Phrase:
    head = singular_of(found[1])
    return Phrase(head.lower(), head.lower(), found.end(1), True, False)


def _head(words: list[str], *, guess: bool) -> int:
    """Returns the index of the head after a number other than one, -1 without one.

    Args:
        words: What follows the number.
        guess: Take the first word where no plural is found ("256K limit"); not after "these two" ("two sit at …").
    """
    head = -1
    for index, word in enumerate(words):
        lower = word.lower()
        plural = is_plural(word)
        if lower in COORDINATORS and head < 0 and _coordinates(words, index, spelled=not guess):
            continue
        if lower in STOP and not (word.isupper() and len(word) > 1):
            break
        if _is_adverb(lower):
            if head >= 0:
                break
            continue
        if plural and (head < 0 or lower not in VERBS):
            head = index
        elif head >= 0 and words[head][:1].islower():
            break
        elif lower in VERBS and head < 0 and lower not in MODIFIERS:
            if lower in EXTENTS and _modifies(words, index):
                continue
            return -1 if index == 0 or not _modifies(words, index) else _later(words, index)
    if head >= 0 or not guess:
        return head
    first = words[0].lower()
    if (
        first in ENDS
        or first in NOT_ADVERBS
        or _is_adverb(first)
        or first.endswith(("ed", "ing", "est"))
        or not words[0].isalpha()
    ):
        return -1
    return _head_of_one(words) if words[0].islower() or words[0].isupper() else -1


def _coordinates(words: list[str], index: int, *, spelled: bool) -> bool:
    """Returns True for a word that joins two adjectives before a plural: "diverse and high-quality tokens".

    Behind digits the first one must look like an adjective: "256K context and vision tokens" counts its context.
    """
    around = [word.lower() for word in words[index - 1 : index + 3]] if index else []
    if len(around) < 4 or not (spelled or around[0].endswith(ADJECTIVE_ENDINGS) or "-" in around[0]):
        return False
    first, _, second, noun = around
    if _is_adverb(second) and len(words) > index + 3:
        second, noun = words[index + 2].lower(), words[index + 3].lower()
    plain = not any(word in ENDS or word in CARDINALS or is_plural(word) for word in (first, second))
    return plain and noun not in STOP and is_plural(noun)


def _modifies(words: list[str], index: int) -> bool:
    return any(is_plural(word) for word in words[index + 1 :])


def _later(words: list[str], index: int) -> int:
    return next((i for i in range(index) if words[i].islower() and not words[i].endswith(("ed", "ing"))), -1)


def _head_of_one(words: list[str]) -> int:
    """Returns the index of the head after one: the last word before a stop, a verb or a plural."""
    head = -1
    for index, word in enumerate(words[:4]):
        lower = word.lower()
        if index == 0 and len(words) > 1 and lower in BEFORE_ONE:
            continue
        if index == 0 and lower in VERBS and lower.endswith("ed") and _is_noun(words[1:2]):
            continue
        if (lower in ENDS and not word.isupper() and lower not in NOUN_VERBS) or _is_adverb(lower):
            break
        if index and (is_plural(word) or lower.endswith("ed")) and "-" not in lower:
            break
        head = index
        if index == 0 and is_plural(word):
            break
    return -1 if head == 0 and _is_participle(words[0]) else head


def _is_noun(words: list[str]) -> bool:
    """Returns True for a word in lower case that may be what a participle describes: "one injured man"."""
    return any(w.islower() and w not in ENDS and not is_plural(w) and not _is_adverb(w) for w in words)


def _is_participle(word: str) -> bool:
    """Returns True for what one did, not what it is: "one abstained", not "one seed"."""
    return word.islower() and word.endswith("ed") and not word.endswith("eed") and len(word) > 4


def _phrase(text: str, at: int, words: list[str], head: int) -> Phrase:
    stop = at
    for word in words[: head + 1]:
        stop = text.index(word, stop) + len(word)
    plural = is_plural(words[head])
    word, cut = strip_possessive(words[head])
    singular = singular_of(word)
    noun = " ".join([*(keep_case(w) for w in words[:head]), singular])
    return Phrase(singular.lower(), noun, stop - cut, head == 0, plural)


def _is_adverb(lower: str) -> bool:
    return lower.endswith("ly") and len(lower) > 4 and lower not in NOT_ADVERBS


def strip_possessive(word: str) -> tuple[str, int]:
    """Returns a word without its possessive ending, and how many characters that was."""
    for ending in ("'s", "’s", "'", "’"):
        if word.endswith(ending):
            return word[: -len(ending)], len(ending)
    return word, 0


@lru_cache(maxsize=8192)
def is_plural(word: str) -> bool:
    """Returns True for a word with a plural's form: "jobs", "people", "GPUs"; not "business", "US"."""
    lower = word.lower()
    if lower in IRREGULAR or word in IRREGULAR:
        return True
    if lower in MODIFIERS or len(lower) < 3:
        return False
    if word[-1] == "s" and word[:-1].isupper():
        return True
    if lower.endswith("s"):
        return not lower.endswith(SINGULAR_ENDINGS) and not (word.isupper() and len(word) < 6)
    return lower.endswith(("men", "people", "children")) and lower not in ("specimen", "regimen", "women's")


@lru_cache(maxsize=8192)
def singular_of(word: str) -> str:
    """Returns the singular of a noun, names and capitals kept.

    >>> singular_of("batteries"), singular_of("women"), singular_of("boxes"), singular_of("GPUs")
    ('battery', 'woman', 'box', 'GPU')
    """
    lower = word.lower()
    stem, dash, last = word.rpartition("-")
    if dash and stem and last:
        return f"{stem}-{singular_of(last)}"
    if lower in IRREGULAR:
        return IRREGULAR[lower]
    if not is_plural(word):
        return keep_case(word)
    if word[-1] == "s" and word[:-1].isupper():
        return word[:-1]
    if lower.endswith("ies") and len(lower) > 4:
        return keep_case(word[:-3]) + "y"
    if lower.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return keep_case(word[:-2])
    if lower.endswith("men"):
        return keep_case(word[:-3]) + "man"
    return keep_case(word[:-1]) if lower.endswith("s") else keep_case(word)


def keep_case(word: str) -> str:
    """Returns a word in lower case unless it is a name or an abbreviation."""
    return word.lower() if word.istitle() and word.lower() in STOP else word
