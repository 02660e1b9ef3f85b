"""Numbers in digits and words, without what stands around them; and the promises of the rule files."""

import re
from decimal import Decimal

import pytest

from extractors.bounds import bound_after, bound_before
from extractors.model import Bound
from extractors.nouns import counted_at, is_plural, singular_of
from extractors.number_scan import SCAN_AT_START, trie
from extractors.number_words import words_at
from extractors.numbers import digits_at, parse_digits
from extractors.problems import RuleError
from extractors.quantities import find_quantities
from extractors.quantity_rules import load_entries, load_words
from extractors.vetoes import AT


@pytest.mark.parametrize(
    ("text", "value", "end"),
    [
        ("5.2 million", "5200000", 11),
        ("1,234,567.8", "1234567.8", 11),
        ("12,34,567", "1234567", 9),
        ("1.234.567", "1234567", 9),
        ("10 000 x", "10000", 6),
        ("1\u202f234", "1234", 5),
        ("1e25", "1E+25", 4),
        ("10^25", "1E+25", 5),
        ("10²⁵", "1E+25", 4),
        ("5.5x10-3", "0.0055", 8),
        ("2½", "2.5", 2),
        ("1 1/2", "1.5", 5),
        ("3/4", "0.75", 3),
        ("1.2 lakh crore", "1200000000000", 14),
        ("30+ trillion", "30000000000000", 12),
        ("5 burgers", "5", 1),
        ("5T-shirts", "5000000000000", 2),
    ],
)
def test_digits(text, value, end):
    number = digits_at(text, 0, len(text))
    assert number is not None
    assert (number.low, number.end) == (Decimal(value), end)


@pytest.mark.parametrize(
    ("text", "money", "value"),
    [("5m", True, "5000000"), ("5m", False, "5"), ("3t", True, "3E+12"), ("7mm", False, "7")],
)
def test_letters_are_scales_beside_money(text, money, value):
    assert digits_at(text, 0, len(text), money=money).low == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty-one", "21"),
        ("one hundred and three", "103"),
        ("two hundred million", "200000000"),
        ("three million two hundred thousand", "3200000"),
        ("two and a half", "2.5"),
        ("five million and a half", "5500000"),
        ("one-eighth", "0.125"),
        ("three billions", "3000000000"),
        ("five point two five", "5.25"),
        ("tenfold", "10"),
        ("three dozen", "36"),
    ],
)
def test_words(text, value):
    number = words_at(text, 0, len(text))
    assert number is not None
    assert (number.low, number.end) == (Decimal(value), len(text))


@pytest.mark.parametrize(
    "text", ["one-off", "twenty-first", "scores", "half-hearted", "second place", "single-handed", "double-decker"]
)
def test_words_that_are_no_numbers(text):
    assert words_at(text, 0, len(text)) is None


@pytest.mark.parametrize(
    "text", ["0^0", "0^-3", "9" * 40 + "^999", "1" * 5000, "1e999 1e-999", "5/0", "½/½", "٣ km", "1²³"]
)
def test_odd_numbers_raise_nothing(text):
    assert all(q.low is not None for q in find_quantities(text))


def test_parse_digits_counts_what_is_written():
    assert parse_digits("0.80") == (Decimal("0.80"), 2)
    assert parse_digits("41,626") == (Decimal(41626), 5)


def test_trie_matches_each_word_and_capitals():
    assert trie(["one", "only"]).startswith("(?:(?:O|o)n")
    assert SCAN_AT_START.match("Three") and not SCAN_AT_START.match("THREE") and not SCAN_AT_START.match("threes")


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("well over ", Bound.AT_LEAST),
        ("no more than ", Bound.AT_MOST),
        ("an estimated ", Bound.APPROX),
        ("(about ", Bound.APPROX),
    ],
)
def test_bound_before(text, bound):
    found, start, negative = bound_before(f"{text}5", len(text), 0)
    assert (found, start, negative) == (bound, text.startswith("("), False)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("5+", Bound.AT_LEAST),
        ("5 or less", Bound.AT_MOST),
        ("5 or so", Bound.APPROX),
        ("5+3", None),
        ("5 or more than 3", None),
    ],
)
def test_bound_after(text, bound):
    assert bound_after(text, 1, len(text))[0] is bound


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        (" armed men who", "armed man"),
        (" home runs and", "home run"),
        (" NVIDIA H100 GPUs", "NVIDIA H100 GPU"),
        ("-page bill", "page"),
        (" Microsoft Windows users", "Microsoft Windows user"),
        (" United States senators", "United States senator"),
        (" years' sentence", "year"),
    ],
)
def test_counted(text, noun):
    assert counted_at(f"3{text}", 1, len(text) + 1).noun == noun


@pytest.mark.parametrize("text", [" of them", " in", " injured when", ", and", " were"])
def test_nothing_counted(text):
    assert counted_at(f"3{text}", 1, len(text) + 1) is None


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("women", "woman"),
        ("boxes", "box"),
        ("batteries", "battery"),
        ("series", "series"),
        ("GPUs", "GPU"),
        ("businesses", "business"),
        ("sub-agents", "sub-agent"),
    ],
)
def test_singular(many, one):
    assert is_plural(many) or many == one or "-" in many
    assert singular_of(many) == one


@pytest.mark.parametrize("entry", load_entries("quantities_vetoes", "at").values(), ids=lambda e: e["id"])
def test_veto_examples(entry):
    pattern = re.compile(entry["pattern"])
    assert pattern.match(entry["example"].lstrip("[")), entry["id"]
    assert not pattern.match(entry["counterexample"].lstrip("(")), entry["id"]
    assert AT.match(entry["example"].lstrip("["))


@pytest.mark.parametrize("entry", load_entries("quantities_signs", "sign").values(), ids=lambda e: e["id"])
def test_sign_examples(entry):
    assert find_quantities(entry["example"])[0].bound is not Bound.EXACT
    assert find_quantities(entry["counterexample"])[0].bound is Bound.EXACT


@pytest.mark.parametrize(
    "entry",
    [e for e in load_entries("quantities_vetoes", "lead").values() if e["id"] != "plain"],
    ids=lambda e: e["id"],
)
def test_lead_examples(entry):
    assert find_quantities(entry["example"]) == []
    assert find_quantities(entry["counterexample"]) != [] or entry["id"] == "month"


NUMBERS = {e["id"]: e for e in load_entries("quantities_numbers", "list").values()}


@pytest.mark.parametrize(
    "identifier",
    ["cardinal", "magnitude", "scale", "vague", "denominator", "multiple", "multiple_bare", "ordinal", "vulgar"],
)
def test_number_list_examples(identifier):
    assert find_quantities(NUMBERS[identifier]["example"])


@pytest.mark.parametrize("identifier", ["cardinal", "magnitude", "multiple", "multiple_bare", "ordinal", "idiom"])
def test_number_list_counterexamples(identifier):
    assert find_quantities(NUMBERS["idiom"]["example"]) == []
    found = find_quantities(NUMBERS[identifier]["counterexample"])
    assert [q.unit for q in found] == (["year"] if identifier == "idiom" else [])


def test_an_unknown_list_is_refused():
    with pytest.raises(RuleError, match="no list 'nothing'"):
        load_words("quantities_numbers", "nothing")
