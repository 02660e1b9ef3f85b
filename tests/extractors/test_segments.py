import itertools
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.masks import find_masked, load_masks, mask_markup
from extractors.model import Span
from extractors.rules import load_rules
from extractors.segments import find_segments
from extractors.sentences import find_sentences
from extractors.wording import load_wording

CASES = Path(__file__).parents[1] / "cases"
SHAPES = tomllib.loads((CASES / "segments.toml").read_text("utf-8"))["case"]
SENTENCES = tomllib.loads((CASES / "segments_sentences.toml").read_text("utf-8"))["case"]

pieces = st.sampled_from(
    [
        "#",
        "##",
        "-",
        "  -",
        "•",
        "1.",
        "|",
        "|---|",
        "```",
        ">",
        "---",
        "\t",
        "  ",
        " ",
        "\n",
        "\n\n",
        "\r\n",
        ":",
        "**",
        "Founded",
        "Model Price",
        "Alpha",
        "DeepSeek",
        "AlphaBeta",
        "12",
        "3.5",
        "$4",
        "~7B",
        "(x)",
        "ends here.",
        "💡",
        "é",
        "](http://a.b/7)",
        "[",
        "`",
        "<b>",
        "<table>",
        "<tr>",
        "<td rowspan=2>",
        "<th colspan=2>",
        "</table>",
        "&amp;",
        "Section titled “A”",
        "---\ntitle: x\n---\n",
        "_",
        "is",
        "A longer line of words",
    ]
)
texts = st.one_of(
    st.text(max_size=200), st.lists(pieces, max_size=60).map("".join), st.lists(pieces, max_size=60).map(" ".join)
)


def words(text: str, span: Span | None) -> str | None:
    return span.of(text) if span else None


@pytest.mark.parametrize("case", SHAPES, ids=lambda case: case["name"])
def test_shapes(case: dict[str, Any]) -> None:
    text = case["text"]
    segments, _ = find_segments(text, media_type=case.get("media_type", "text/plain"))
    found = [
        {
            "kind": segment.kind.value,
            "words": segment.span.of(text),
            "row": words(text, segment.row),
            "column": words(text, segment.column),
            "parent": words(text, segment.parent),
            "headings": [heading.of(text) for heading in segment.headings],
        }
        for segment in segments
    ]
    assert len(found) == len(case["segments"]), [(one["kind"], one["words"]) for one in found]
    for got, wanted in zip(found, case["segments"], strict=True):
        assert {key: got[key] for key in wanted} == wanted


@given(texts, st.sampled_from(["text/plain", "text/markdown"]))
def test_segments_are_in_order_in_range_and_apart(text: str, media_type: str) -> None:
    segments, problems = find_segments(text, media_type=media_type)
    last = 0
    for segment in segments:
        assert last <= segment.start < segment.end <= len(text)
        assert segment.span.of(text).strip()
        last = segment.end
        for span in (*segment.headings, segment.parent, segment.row, segment.column, segment.group):
            assert span is None or 0 <= span.start < span.end <= len(text)
    assert all(problem.start is None or problem.end is not None for problem in problems)


@given(texts)
def test_masks_keep_every_offset(text: str) -> None:
    masked = mask_markup(text)
    assert len(masked) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, masked, strict=True))
    assert masked.count("\n") == text.count("\n")
    assert all(not span.of(masked).strip() for span in find_masked(text))


@given(texts, st.integers(0, 20), st.integers(0, 200))
def test_sentences_are_in_order_and_lose_no_word(text: str, start: int, length: int) -> None:
    end = min(len(text), start + length)
    start = min(start, end)
    spans = find_sentences(text, start, end)
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
    assert all(start <= span.start < span.end <= end for span in spans)
    kept = re.sub(r"[\s•|]", "", "".join(span.of(text) for span in spans))
    assert kept == re.sub(r"[\s•|]", "", text[start:end])


@pytest.mark.parametrize("entry", load_rules("segments_masks.toml")["mask"], ids=lambda entry: entry["id"])
def test_masks_hide_their_example_and_spare_their_counterexample(entry: dict[str, Any]) -> None:
    mask = next(mask for mask in load_masks() if mask.id == entry["id"])

    def hide(text: str) -> str:
        return mask.pattern.sub(lambda match: " " * len(match[0]), text)

    assert hide(entry["example"]) == entry["masked"]
    assert hide(entry["counterexample"]) == entry["counterexample"]
    assert any(trigger in entry["example"] for trigger in mask.triggers)


@pytest.mark.parametrize("entry", load_rules("segments.toml")["boilerplate"], ids=lambda entry: entry["id"])
def test_frames_of_pages(entry: dict[str, Any]) -> None:
    pattern = load_wording().boilerplate
    assert re.fullmatch(entry["pattern"], entry["example"], re.IGNORECASE)
    assert pattern.fullmatch(entry["example"])
    assert not pattern.fullmatch(entry["counterexample"])


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case["sentences"][0][:40])
def test_sentences(case: dict[str, Any]) -> None:
    text = " ".join(case["sentences"]) if "text" not in case else case["text"]
    assert [span.of(text) for span in find_sentences(text)] == case["sentences"]


@pytest.mark.parametrize("entry", load_rules("segments_sentences.toml")["abbreviation"], ids=lambda entry: entry["id"])
def test_abbreviations(entry: dict[str, Any]) -> None:
    assert len(find_sentences(entry["example"])) == entry["sentences"]


@pytest.mark.parametrize(
    "unit",
    [
        "Northwind has 40 models. ",
        "| a | 12 | c |\n",
        "AspectAlphaBeta\n",
        "AspectAlpha 2Beta (x)\nSize70B7.5B\n",
        "Staff   40   12\n",
        "[edit] Sales\n",
        "Paris, 3 March 2026 – x\n\n",
        "Model Price Date\nFoo 12 13\n",
        "```python\nfoo\n\n",
        "Alpha Beta\n",
        "- Foo: 12\n",
        ".",
        "[`*_<",
    ],
)
def test_time_grows_with_the_length(unit: str, is_linear: Callable[..., bool]) -> None:
    def read(text: str) -> None:
        find_segments(text)
        mask_markup(text)
        find_sentences(text)

    assert is_linear(read, unit, count=1_600 // len(unit))
