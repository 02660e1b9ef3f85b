"""Invented sets with a known truth, to counter-check fusion: many ways in which a majority goes wrong, and some in
which nothing can be learned.

`make_set(name, seed)` returns rows as `benchmarks.fusion` reads them. Categories, numbers, places and lists of names
come from separate generators, so that no single model of errors is what the method is fitted to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a set of categories is made.

    Attributes:
        keys: Things asked about.
        families: Properties that they are spread over.
        sources: Independent sources.
        cover: Chance that a source speaks of a key.
        low: Least chance that a source is right.
        high: Highest chance that a source is right.
        varied: Deviation of that chance between families.
        false: How many false values a key has.
        slope: How much more popular the first false value is: 0 for none.
        copied: Sources that have copies, from the worst for a negative number.
        copies: Copies of each.
        faithful: Chance that a copy takes over what the original says.
        camp: In the first family all but the best third tell another thing than is asked.
    """

    keys: int = 600
    families: int = 3
    sources: int = 12
    cover: float = 0.5
    low: float = 0.5
    high: float = 0.95
    varied: float = 0.1
    false: int = 6
    slope: float = 1.0
    copied: int = 0
    copies: int = 3
    faithful: float = 0.9
    camp: bool = False


def categories(seed: int, shape: Shape) -> tuple[Rows, Rows]:
    """Returns claims and truth of categories that say nothing of each other."""
    random = Random(seed)
    ability = sorted(random.uniform(shape.low, shape.high) for _ in range(shape.sources))
    skill = [
        [min(max(base + random.gauss(0, shape.varied), 0.05), 0.99) for _ in range(shape.families)] for base in ability
    ]
    weights = [1 / (rank + 1) ** shape.slope for rank in range(shape.false)]
    originals = range(shape.copied) if shape.copied > 0 else range(shape.sources + shape.copied, shape.sources)
    claims: Rows = []
    truth: Rows = []
    for key in range(shape.keys):
        family = random.randrange(shape.families)
        # Names that say nothing, so that no tie is won by the alphabet.
        right, *false = (f"{random.getrandbits(40):010x}" for _ in range(shape.false + 1))
        truth.append({"object": f"o{key}", "property": f"p{family}", "value": right})
        said: dict[str, str] = {}
        for source in range(shape.sources):
            if random.random() >= shape.cover:
                continue
            chance, wrong = skill[source][family], random.choices(false, weights)[0]
            if shape.camp and family == 0:
                chance, wrong = (0.93 if source >= 2 * shape.sources // 3 else 0.1), false[0]
            said[f"s{source}"] = right if random.random() < chance else wrong
        for original in originals:
            for copy in range(shape.copies):
                if (value := said.get(f"s{original}")) is not None and random.random() < shape.faithful:
                    said[f"s{original}-copy{copy}"] = value
        claims += [{**truth[-1], "value": value, "source": source} for source, value in said.items()]
    return claims, truth


def numbers(
    seed: int,
    *,
    miss: float = 2.0,
    gross: float = 0.4,
    offset: float = 0.0,
    digits: tuple[int, ...] = (0,),
    copies: int = 0,
) -> tuple[Rows, Rows]:
    """Returns claims and truth of figures: a source misses by its own usual amount, rounds, and errs grossly at times.

    Args:
        seed: Of the random numbers.
        miss: Largest usual miss of a source.
        gross: Largest share of gross errors of a source.
        offset: Chance that a source measures from another start.
        digits: Decimals that sources write.
        copies: Sources that have two copies each.
    """
    random = Random(seed)
    sources = [
        (random.uniform(0, miss), random.uniform(0.02, gross), random.choice(digits), random.random() < offset)
        for _ in range(10)
    ]
    shift = [random.randint(-30, 30) if moved else 0 for *_, moved in sources]
    claims: Rows = []
    truth: Rows = []
    for key in range(600):
        right = round(random.uniform(100, 900), max(digits))
        truth.append({"object": f"o{key}", "property": f"p{key % 2}", "value": right})
        said: dict[str, float] = {}
        for source, (usual, gross_share, decimals, _) in enumerate(sources):
            if random.random() < 0.6:
                value = right + random.gauss(0, usual) + shift[source]
                if random.random() < gross_share:
                    value = right + random.gauss(0, 60)
                said[f"s{source}"] = round(value, decimals) if decimals else round(value)
        for source in range(copies):
            if (told := said.get(f"s{source}")) is not None:
                said |= {f"s{source}-copy{copy}": told for copy in range(2) if random.random() < 0.95}
        claims += [{**truth[-1], "value": value, "source": source} for source, value in said.items()]
    return claims, truth


def places(seed: int, *, path: bool) -> tuple[Rows, Rows]:
    """Returns claims and truth of places within places, told as narrowly as a source likes; as paths or by one name."""
    random = Random(seed)
    sources = [(random.uniform(0.5, 0.95), random.uniform(0.2, 0.8)) for _ in range(7)]
    claims: Rows = []
    truth: Rows = []
    for key in range(700):
        right = (random.randrange(8), min(int(random.expovariate(0.3)), 9), min(int(random.expovariate(0.3)), 9))
        truth.append({"object": f"o{key}", "property": "born", "value": place_name(right, 3, path=path)})
        for source, (chance, detail) in enumerate(sources):
            if random.random() < 0.6:
                told = (
                    right
                    if random.random() < chance
                    else (random.randrange(8), random.randrange(9), random.randrange(9))
                )
                depth = 3 if random.random() < detail else random.choice((1, 2))
                claims.append({**truth[-1], "value": place_name(told, depth, path=path), "source": f"s{source}"})
    return claims, truth


def place_name(place: tuple[int, ...], depth: int, *, path: bool) -> str:
    """Returns the name of a place to some depth: "Town 1.2.3, Land 1.2, State 1", or the first of it."""
    names = [f"{('State', 'Land', 'Town')[at]} {'.'.join(map(str, place[: at + 1]))}" for at in range(depth)]
    return ", ".join(reversed(names)) if path else names[-1]


GIVEN = ("Ann", "Boris", "Carla", "Dmitri", "Elena", "Farid", "Grace", "Hiro")
ROOTS = ("Ber", "Cal", "Dor", "Fen", "Gal", "Hol", "Kor", "Mar", "Nor", "Pel")
ENDS = ("man", "ski", "ton", "berg", "ova", "dale", "wick", "etti")


def authors(seed: int) -> tuple[Rows, Rows]:
    """Returns claims and truth of lists of people: orders, initials, inverted names, names left out, names too many."""
    random = Random(seed)
    sources = [(random.uniform(0.4, 0.95), random.uniform(0, 0.5), random.randrange(4)) for _ in range(12)]
    claims: Rows = []
    truth: Rows = []
    for key in range(500):
        right = [person(random) for _ in range(random.choice((1, 1, 2, 2, 3)))]
        truth.append({"object": f"b{key}", "property": "authors", "value": "; ".join(map(" ".join, right))})
        for source, (chance, short, style) in enumerate(sources):
            if random.random() < 0.5:
                told = right if random.random() < chance else wrong_list(right, short, random)
                claims.append({**truth[-1], "value": written(told, style), "source": f"s{source}"})
    return claims, truth


def person(random: Random) -> tuple[str, str]:
    """Returns an invented person."""
    return random.choice(GIVEN), random.choice(ROOTS) + random.choice(ENDS)


def wrong_list(right: list[tuple[str, str]], short: float, random: Random) -> list[tuple[str, str]]:
    """Returns a list with a name left out, one too many, or another name."""
    if len(right) > 1 and random.random() < short:
        return right[:1]
    return [*right, person(random)] if random.random() < 0.5 else [person(random), *right[1:]]


def written(people: list[tuple[str, str]], style: int) -> str:
    """Returns a list in one of four styles."""
    if style == 0:
        return " and ".join(f"{given} {surname}" for given, surname in people)
    if style == 1:
        return "; ".join(f"{surname}, {given[0]}." for given, surname in people)
    if style == 2:
        return ", ".join(f"{given[0]}. {surname}" for given, surname in people)
    return "; ".join(f"{surname}, {given}" for given, surname in reversed(people))


Maker = Callable[[int], tuple[Rows, Rows]]
SETS: Mapping[str, Maker] = {
    name: partial(categories, shape=shape)
    for name, shape in {
        "plain": Shape(),
        "hard": Shape(low=0.3, high=0.8),
        "many sources, few claims each": Shape(keys=400, sources=80, cover=0.05),
        "three sources": Shape(sources=3, cover=0.9),
        "few keys": Shape(keys=40, families=4, sources=5, cover=0.8),
        "a source for each object": Shape(keys=200, sources=300, cover=0.015),
        "one false value": Shape(false=1, low=0.4, high=0.9),
        "popular false values": Shape(slope=3.0, low=0.4, high=0.9),
        "copies of bad sources": Shape(copied=2, copies=4, low=0.35),
        "copies of good sources": Shape(copied=-2, copies=4, low=0.35),
        "many copies of the worst": Shape(copied=1, copies=9, low=0.35),
        "a camp with another definition": Shape(camp=True, low=0.5, families=4),
        "sources good at some things": Shape(varied=0.3),
    }.items()
} | {
    "figures": numbers,
    "figures with few misses": partial(numbers, miss=0.5, gross=0.6),
    "figures from another start": partial(numbers, offset=0.3),
    "figures with copies": partial(numbers, copies=3),
    "figures rounded differently": partial(numbers, digits=(0, 1, 2), miss=0.02, gross=0.5),
    "places as paths": partial(places, path=True),
    "places by one name": partial(places, path=False),
    "lists of authors": authors,
}


def make_set(name: str, seed: int) -> tuple[Rows, Rows]:
    """Returns claims and truth of an invented set."""
    return SETS[name](seed)
