"""Filters in the address."""

from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from review.facets import FACETS, Filter

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.fixed_dictionaries(dict.fromkeys(FACETS, TEXT)))
def test_a_filter_survives_the_address(values: dict[str, str]) -> None:
    asked = Filter(**values)
    assert Filter.read(asked.query()) == asked
    assert set(parse_qs(asked.query())) <= set(FACETS)


@given(TEXT, st.sampled_from(FACETS), TEXT)
def test_a_facet_is_set_and_opened_alone(before: str, facet: str, value: str) -> None:
    asked = Filter(metric=before)
    assert getattr(asked.using(facet, value), facet) == value
    assert asked.using(facet, value).using(facet, getattr(asked, facet)) == asked
