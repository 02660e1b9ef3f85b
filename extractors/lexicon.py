"""Finds the words that point at metrics, qualifiers and statuses, in groups (rules/cues.toml).

A spaCy PhraseMatcher over the tokens of one passage: only passages that can hold a claim are tokenized, because
tokenizing costs more than every other step together.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import spacy
from spacy.matcher import PhraseMatcher

from extractors.rules import check_entries, load_rules

Hits = dict[str, list[tuple[int, int]]]
"""Group id to the stretches `[start, end)` at which its words stand, in code points of the text searched."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The compiled cue groups.

    Attributes:
        nlp: A blank English pipeline; only its tokenizer is used.
        prose: Matches phrases in running text.
        labels: Matches phrases and label words in the heads of rows, columns and fields.
    """

    nlp: Any
    prose: PhraseMatcher
    labels: PhraseMatcher


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Returns the cue groups, compiled once.

    Raises:
        RuleError: rules/cues.toml has an unknown key or a group twice.
    """
    groups = load_rules("cues.toml")["group"]
    check_entries(
        groups,
        file="rules/cues.toml",
        required=("id", "phrases", "source", "example", "counterexample"),
        optional=("labels",),
    )
    nlp = spacy.blank("en")
    prose, labels = PhraseMatcher(nlp.vocab, attr="LOWER"), PhraseMatcher(nlp.vocab, attr="LOWER")
    for group in groups:
        phrases = [nlp.make_doc(phrase) for phrase in group["phrases"]]
        prose.add(group["id"], phrases)
        labels.add(group["id"], phrases + [nlp.make_doc(word) for word in group.get("labels", ())])
    return Lexicon(nlp, prose, labels)


def find_cues(text: str, start: int, end: int, *, label: bool = False) -> Hits:
    """Returns where the words of each cue group stand in `text[start:end]`, offsets into `text`.

    >>> find_cues("It has ~203M MAU.", 0, 17)["monthly_users"]
    [(13, 16)]
    >>> find_cues("It rains.", 0, 9)
    {}
    """
    lexicon = load_lexicon()
    doc = lexicon.nlp.make_doc(text[start:end])
    hits: Hits = {}
    names = lexicon.nlp.vocab.strings
    for key, first, last in (lexicon.labels if label else lexicon.prose)(doc):
        token = doc[last - 1]
        hits.setdefault(names[key], []).append((start + doc[first].idx, start + token.idx + len(token)))
    return hits
