"""Finds the places of a line where two cells of a table may have run together, each with its cost."""

import re
from functools import cache

from extractors.splits import Boundary
from extractors.wording import load_wording

_COSTS = {
    "absent": 0.0,
    "bracket": 0.0,
    "sign": 0.1,
    "change": 0.15,
    "iso": 0.0,
    "month": 0.0,
    "years": 0.2,
    "quarter": 0.2,
    "figures": 0.2,
    "scale": 0.4,
    "open": 0.9,
    "unit": 0.3,
    "version": 0.5,
    "acronym": 0.5,
    "word": 0.0,
    "count": 0.2,
    "group": 0.6,
    "code": 1.0,
    "words": 1.2,
    "tenth": 0.6,
    "hundredth": 0.9,
    "year": 0.5,
    "range": 1.5,
    "digits": 1.3,
}
_PLACES = re.compile(
    r"""
      (?P<absent>(?<=\w)(?=N/A|n/a)|(?<=N/A|n/a)(?=\w)|(?<=[✓✗✅❌])(?=\S)|(?<=\S)(?=[✓✗✅❌]))
    | (?P<bracket>(?<=[)\]])(?=[\w~≈$€£¥+]))
    | (?P<sign>(?<=[\w)%+])(?=[~≈€£¥])|(?<=[a-z\d)%+KMBT])(?=US\$|\$))
    | (?P<change>(?<=[\w)%])(?=[+−-]\d{1,4}(?:\.\d{1,2})?%)|(?<=[a-z)%])(?=[+−-]\d))
    | (?P<iso>(?<=\d{4}-\d\d-\d\d)(?=\d)|(?<=\d)(?=(?:19|20)\d\d-[01]\d-[0-3]\d))
    | (?P<month>(?<=[\w)%])(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?[ ]\d))
    | (?P<years>(?<=[^\d](?:19|20)\d\d)(?=(?:19|20)\d\d(?!\d))|(?<=\d(?:19|20)\d\d)(?=(?:19|20)\d\d(?!\d)))
    | (?P<year>(?<=[^\d.,](?:19|20)\d\d)(?=[1-9]))
    | (?P<quarter>(?<=(?:19|20)\d\d)(?=[QH][1-4][ ]))
    | (?P<figures>(?<=\d[KMBTkmb%+])(?=\d)|(?<=\dx)(?=\d)(?!\d+[BM])|(?<=[%+])(?=\w))
    | (?P<scale>(?<=\d[KMBTk])(?=[A-Z][A-Za-z]{2}))
    | (?P<open>(?<=\d[KMBTk])(?=[a-z]{3}))
    | (?P<unit>(?<=\d[ ][GMT]B)(?=\w)|(?<=\d[GMT]B)(?=\d)|(?<=\dbn|\dtn|\dnm)(?=[\dA-Z])|(?<=/[a-z])(?=\d))
    | (?P<version>(?<=\d)(?=[A-Z][a-z]))
    | (?P<acronym>(?<=[A-Z]{2})(?=[A-Z][a-z]{2}))
    | (?P<word>(?<=[a-z])(?=[A-Z]))
    | (?P<count>(?<=[a-z]{2})(?=\d))
    | (?P<group>(?<=,\d{3})(?=\d))
    | (?P<code>(?<=[A-Z]{2})(?=\d)|(?<=\d)(?=[A-Z]{2}))
    | (?P<words>(?<=\d)(?=[a-z]{3}))
    | (?P<hundredth>(?<=\.\d\d)(?=(?:0|[1-9]\d{0,2})\.\d|[1-9]\d{0,3}(?:[KMBT](?![A-Z])|%)))
    | (?P<tenth>(?<=\.\d)(?=(?:0|[1-9]\d{0,2})\.\d|[1-9]\d{0,3}(?:[KMBT](?![A-Z])|%)))
    | (?P<range>(?<=\d)(?=-\d)|(?<=\d-)(?=\d))
    | (?P<digits>(?<=\d)(?=[1-9]|0\.))
    """,
    re.VERBOSE,
)
_PAIR = re.compile(  # the character before each place that `_PLACES` can match, at the speed of one class
    r"[a-z](?=[^a-z\s,.;:'’()])|[A-Z](?=[\dA-Z✓✗✅❌~≈$€£¥+−-])|[\d)\]%+✓✗✅❌-](?=[\w~≈$€£¥✓✗✅❌+−-])|[KMBTkmb%](?=[+−-])"
    r"|(?<=\d)[KMBT](?=[a-z]{3})|(?<=[a-z]{2})[a-z](?=not |undis|unknown|proprietary)"
    r"|(?<=illion)(?:)(?=[a-rt-z])|k(?=[a-z]{3})"
)
_HEAD_PLACES = frozenset({"bracket", "scale", "version", "acronym", "word", "code", "years"})
_YEAR_HEAD = re.compile(
    r"(?:(?<=[a-z])(?=(?:FY ?|Q[1-4] )?(?:19|20)\d\d)|(?<=\d)(?=(?:FY ?|Q[1-4] )(?:19|20)\d\d)"
    r"|(?<=(?:19|20)\d\d)(?=(?:19|20)\d\d))(?=\D{0,3}\d{4}(?:\D|(?:19|20)\d\d|$))"
)
_LOWER = re.compile(r"(?:not[ ](?:disclosed|stated|available|public|given)|undisclosed|unknown|proprietary)")
_ADDRESS = re.compile(r"\.(?:com|org|net|io|ai|cn|dev)/\S*")
_ISO = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d")
_MONTH_YEAR = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? (?:\d{1,2},? )?(?:19|20)\d\d"
    r"|[QH][1-4] (?:19|20)\d\d"
)
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d")
_RIGHT_WORD = re.compile(r"[A-Za-z]+")
_PRICE = re.compile(r"[$€£¥]\d{1,4}\.\d\Z")  # prices have two digits behind the point
_VERSION = re.compile(r"\d{1,2}(?:\.\d)?(?![\d.,%])")
_NO_WORD = re.compile(r"K[bcdfgjkmpqstvxz]|M[bdfghjklmnpqrstvwxz]|B[bcdfgjkmnpqstvwxz]|T[bcdfgjklmnpqtvxz]")
_IMPOSSIBLE = 4.0
_BESIDE_NAME = 0.3


@cache
def _names() -> dict[str, tuple[tuple[str, int], ...]]:
    """Returns names with a capital inside by the two letters around it, each with the offset of the capital."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for name in load_wording().one_word_names:
        for at in range(1, len(name)):
            if name[at].isupper():
                pair = name[at - 1 : at + 1]
                found[pair] = (*found.get(pair, ()), (name, at))
    return found


def _name_around(text: str, at: int) -> tuple[int, int] | None:
    for name, offset in _names().get(text[at - 1 : at + 1], ()):
        if text.startswith(name, at - offset):
            return at - offset, at - offset + len(name)
    return None


def find_boundaries(text: str, start: int, end: int, *, head: bool = False) -> list[Boundary]:
    """Returns the places of a line where two cells may have run together.

    >>> [place.left for place in find_boundaries("Layers80~90", 0, 11)]
    [6, 8]
    >>> find_boundaries("three plain words", 0, 17)
    []
    """
    places: dict[int, float] = {}
    beside: set[int] = set()
    for pair in _PAIR.finditer(text, start, end - 1):
        at = pair.end()
        name = _name_around(text, at)
        if name:
            beside.update(name)
            continue
        match = _PLACES.match(text, at)
        kind = (match.lastgroup or "") if match else "lower" if text[at].islower() else ""
        if head and _YEAR_HEAD.match(text, at):
            places[at] = 0.2
        elif kind and (not head or kind in _HEAD_PLACES):
            cost = _cost(text, start, at, kind)
            if cost < _IMPOSSIBLE:
                places[at] = cost
    for at in beside:
        if start < at < end and text[at - 1].isalnum() and text[at].isalpha():
            places[at] = min(places.get(at, _BESIDE_NAME), _BESIDE_NAME)
    for whole in (_ADDRESS, _ISO, _MONTH_YEAR):
        for match in whole.finditer(text, start, end):
            for at in range(match.start() + 1, match.end()):
                places.pop(at, None)
    return [Boundary(at, at, places[at]) for at in sorted(places)]


def _cost(text: str, start: int, at: int, kind: str) -> float:
    if kind == "lower":
        known = _LOWER.match(text, at) or text[at - 6 : at] == "illion"
        return 0.3 if known else _IMPOSSIBLE
    cost = _COSTS[kind]
    left = at
    while left > start and text[left - 1].isalpha():
        left -= 1
    if kind == "word":
        right = _RIGHT_WORD.match(text, at)
        if right and len(right[0]) == 1 and text[right.end() : right.end() + 1] not in tuple(".0123456789"):
            article = right[0] == "A" and text[at + 1 : at + 2] == " " and text[at + 2 : at + 3].islower()
            cost += 0.6 if article else 4  # CoP, MoE
        if at - left < 3 and text[left].isupper():
            cost += 2  # McLaren
    if kind == "count":
        if text[left:at] in load_wording().versioned_names:
            cost += 1.5
        elif text[left].isupper() and _VERSION.match(text, at):
            cost += 0.6  # Model7, a name rather than a count
    if kind == "version" and _NO_WORD.match(text, at):
        cost += 2  # 1|Mnew
    if kind == "tenth" and _PRICE.search(text, max(start, at - 8), at):
        cost += 0.5
    if kind == "code" and text[at] in "KMBT" and text[at + 1 : at + 3].istitle():
        cost += 2  # 256|KApache
    if kind == "digits" and any(_YEAR.match(text, at - back) for back in (1, 2, 3)):
        cost += 1.5
    return cost
