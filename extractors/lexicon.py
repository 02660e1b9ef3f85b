"""Finds the words that point at metrics, qualifiers and statuses, in groups (rules/cues.toml).

Phrases are compared token by token, in lower case, as spaCy cuts a text. Its tokenizer cuts each stretch between two
spaces by itself, so each stretch is cut once and remembered, and a trie reads the phrases. Rejected: spaCy's
PhraseMatcher over each passage. It finds the same (a test compares them), but cutting every passage anew takes three
times as long (6.5 ms on 8,400 words against 2.1).
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from extractors.rules import check_entries, load_rules
from extractors.tokenizers import load_tokenizer

Hits = dict[str, list[tuple[int, int]]]
"""Group id to the stretches `[start, end)` at which its words stand, in code points of the text searched."""

MOST_KEPT = 50_000
LONGEST_KEPT = 60
Known = TypeVar("Known")
BLANK = " "


@dataclass(slots=True)
class Node:
    """What may follow the tokens of a phrase read so far, and the groups that they are a phrase of."""

    groups: list[str] = field(default_factory=list)
    following: dict[str, "Node"] = field(default_factory=dict)


class Token(NamedTuple):
    """One token of a stretch between spaces: its text in lower case and its place in the stretch."""

    lower: str
    start: int
    end: int


class Opening(NamedTuple):
    """A token that opens phrases.

    Attributes:
        token: The token.
        after: Number of the token behind it in its stretch.
        node: What the trie knows of it.
        goes_on: True where the token behind it goes on with a longer phrase.
        ahead: Letters of which the next stretch begins with one where it goes on; for the last token of a stretch.
    """

    token: Token
    after: int
    node: Node
    goes_on: bool
    ahead: frozenset[str]


@dataclass(slots=True)
class Lexicon:
    """The cue groups of one kind of text.

    Attributes:
        tokenizer: Cuts a stretch between two spaces.
        special: Words that the tokenizer cuts in a way of their own ("cannot").
        root: The phrases by their first token.
        cut: Tokens of the stretches met so far.
        openings: The stretches met so far with those of their tokens that open a phrase.
    """

    tokenizer: Any
    special: frozenset[str]
    root: Node = field(default_factory=Node)
    cut: dict[str, tuple[Token, ...]] = field(default_factory=dict)
    openings: dict[str, tuple[Opening, ...]] = field(default_factory=dict)

    def add(self, group: str, phrase: str) -> None:
        """Makes a phrase one of a group."""
        node = self.root
        for word in phrase.split(" "):
            for token in self.tokens(word):
                node = node.following.setdefault(token.lower, Node())
        if group not in node.groups:
            node.groups.append(group)

    def tokens(self, stretch: str) -> tuple[Token, ...]:
        """Returns the tokens of a stretch between two spaces; a further space is a token too."""
        found = self.cut.get(stretch)
        if found is None:
            if stretch.isalpha() and stretch not in self.special:
                found = (Token(stretch.lower(), 0, len(stretch)),)
            else:
                found = tuple(Token(t.lower_, t.idx, t.idx + len(t)) for t in self.tokenizer(stretch or BLANK))
            _keep(self.cut, stretch, found)
        return found

    def openings_of(self, stretch: str) -> tuple[Opening, ...]:
        """Returns the tokens of a stretch that open a phrase."""
        tokens = self.tokens(stretch)
        found: list[Opening] = []
        for after, token in enumerate(tokens, start=1):
            node = self.root.following.get(token.lower)
            if node is None:
                continue
            last = after == len(tokens)
            ahead = "".join(word[0] + word[0].upper() for word in node.following) if last else ""
            goes_on = not last and tokens[after].lower in node.following
            found.append(Opening(token, after, node, goes_on, frozenset(ahead)))
        _keep(self.openings, stretch, tuple(found))
        return tuple(found)

    def find(self, text: str, start: int, end: int) -> Hits:
        """Returns where the phrases stand in a stretch of a text."""
        hits: Hits = {}
        openings, stretches = self.openings, text[start:end].split(" ")
        stretches.append("")  # is ahead of the last
        for number, stretch in enumerate(stretches):
            found = openings.get(stretch)
            if found is None:
                found = self.openings_of(stretch)
            for (_, first, last), after, node, goes_on, ahead in found:
                for group in node.groups:
                    hits.setdefault(group, []).append((start + first, start + last))
                if goes_on or stretches[number + 1][:1] in ahead:
                    self.go_on(hits, node, start + first, (stretches, number, after))
            start += len(stretch) + 1
        return hits

    def go_on(self, hits: Hits, node: Node, begin: int, place: tuple[list[str], int, int]) -> None:
        """Adds the longer phrases that begin where an opening does; `place` is that of the next token."""
        stretches, number, at = place
        tokens = self.tokens(stretches[number])
        start = begin - tokens[at - 1].start
        while node.following:
            if at == len(tokens):
                start += len(stretches[number]) + 1
                number += 1
                if number == len(stretches):
                    return
                tokens, at = self.tokens(stretches[number]), 0
            token = tokens[at]
            following = node.following.get(token.lower)
            if following is None:
                return
            node = following
            for group in node.groups:
                hits.setdefault(group, []).append((begin, start + token.end))
            at += 1


def _keep(known: dict[str, Known], stretch: str, found: Known) -> None:
    """Remembers what is known of a stretch, within bounds."""
    if len(stretch) <= LONGEST_KEPT:
        if len(known) >= MOST_KEPT:
            known.clear()
        known[stretch] = found


@lru_cache(maxsize=1)
def load_lexicon() -> tuple[Lexicon, Lexicon]:
    """Returns the cue groups for running text, and those for labels, which know further words.

    Raises:
        RuleError: rules/cues.toml has an unknown key or a group twice.
    """
    groups = load_rules("cues.toml")["group"]
    check_entries(
        groups,
        file="rules/cues.toml",
        required=("id", "phrases", "source", "example", "counterexample"),
        optional=("labels", "verbs"),
    )
    tokenizer = load_tokenizer()
    special = frozenset(tokenizer.rules)
    prose, labels = Lexicon(tokenizer, special), Lexicon(tokenizer, special)
    for group in groups:
        for phrase in group["phrases"]:
            prose.add(group["id"], phrase)
            labels.add(group["id"], phrase)
        for word in group.get("labels", ()):
            labels.add(group["id"], word)
    return prose, labels


@lru_cache(maxsize=1)
def load_verbs() -> dict[str, frozenset[str]]:
    """Returns the words of each group that take the figure behind them as their object, in lower case."""
    groups = load_rules("cues.toml")["group"]
    return {group["id"]: frozenset(word.lower() for word in group["verbs"]) for group in groups if "verbs" in group}


def find_cues(text: str, start: int, end: int, *, label: bool = False) -> Hits:
    """Returns where the words of each cue group stand in `text[start:end]`, offsets into `text`.

    >>> find_cues("It has ~203M MAU.", 0, 17)["monthly_users"]
    [(13, 16)]
    >>> find_cues("It rains.", 0, 9)
    {}
    """
    prose, labels = load_lexicon()
    return (labels if label else prose).find(text, start, end)
