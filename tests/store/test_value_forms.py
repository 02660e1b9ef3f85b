"""Values in the form in which they are compared: which are one, which is the other told more coarsely."""

import pytest

from store.value_forms import ValueKind, form_of, is_coarser, is_same, kind_of, names_of

NUMBER, NAMES, PATH = ValueKind.NUMBER, ValueKind.NAMES, ValueKind.PATH


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("10", "10.00", NUMBER),
        ("1,250", "1250", NUMBER),
        ("A37", "a37", PATH),
        ("Zürich, Switzerland", "zurich / SWITZERLAND", PATH),
        ("Ann Berman; Boris Calton", "Calton, B. & Berman, A.", NAMES),
        ("Dorski, Carla", "Carla Dorsky", NAMES),
        ("Prof. Ann Berman (editor)", "Ann Berman", NAMES),
    ],
)
def test_spellings_of_one_value(a: str, b: str, kind: ValueKind) -> None:
    assert is_same(form_of(a, kind), form_of(b, kind), kind)
    assert is_same(form_of(b, kind), form_of(a, kind), kind)


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("10", "11", NUMBER),
        ("a37", "a38", PATH),
        ("Ann Berman", "Boris Berman", NAMES),
        ("Ann Berman", "Ann Berman; Boris Calton", NAMES),
        ("Hanover, Ohio", "Hanover, Iowa", PATH),
    ],
)
def test_other_values(a: str, b: str, kind: ValueKind) -> None:
    assert not is_same(form_of(a, kind), form_of(b, kind), kind)


@pytest.mark.parametrize(
    ("coarse", "fine", "kind"),
    [
        ("30.1", "30.06", NUMBER),
        ("48", "47.6", NUMBER),
        ("12,000", "12345", NUMBER),
        ("Ohio", "Hanover, Ohio", PATH),
        ("A. Berman", "Ann Berman; Boris Calton", NAMES),
    ],
)
def test_one_is_the_other_told_coarsely(coarse: str, fine: str, kind: ValueKind) -> None:
    assert is_coarser(form_of(coarse, kind), form_of(fine, kind), kind)
    assert not is_coarser(form_of(fine, kind), form_of(coarse, kind), kind)


def test_a_round_figure_far_away_is_another() -> None:
    assert not is_coarser(form_of("30.1", NUMBER), form_of("30.3", NUMBER), NUMBER)
    assert not is_coarser(form_of("1240", NUMBER), form_of("1241", NUMBER), NUMBER)


def test_kinds_of_properties() -> None:
    assert kind_of("population", {"12": 5, "1,300": 6}) is NUMBER
    assert kind_of("author", {"Ann Berman": 3}) is NAMES
    assert kind_of("people", {"Berman, A.; Calton, B.": 3, "Ann Berman": 2}) is NAMES
    assert kind_of("gate", {"a37": 3, "12": 4}) is PATH


def test_lists_of_names_in_the_usual_styles() -> None:
    both = [("ann", "berman"), ("boris", "calton")]
    for text in (
        "Ann Berman and Boris Calton",
        "Berman, Ann; Calton, Boris",
        "Ann Berman, Boris Calton",
        "Berman, Ann, Calton, Boris",
    ):
        assert names_of(text) == both, text
    assert names_of("Berman, Ann") == [("ann", "berman")]
