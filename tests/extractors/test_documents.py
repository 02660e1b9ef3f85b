from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.documents import find_format, read_document

PAGE = b"""<!doctype html><html><head><meta charset="utf-8"><title>Chips in May | The Rack</title>
<meta property="og:site_name" content="The Rack">
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-05-02T08:00:00Z",
"dateModified": "2026-05-09T08:00:00Z"}</script></head><body><nav><a href="/">Home</a> <a href="/all">All</a></nav>
<article><h1>Chips in May</h1>
<p>Contoso sold ~40,000 chips in May, which is more than it had sold in the whole of the year before, it said.</p>
<h2>The figures</h2><p>The table below gives what the firm has told its shareholders in a letter, line by line.</p>
<table><tr><th rowspan="2">Chip</th><th colspan="2">Sold</th></tr><tr><th>April</th><th>May</th></tr>
<tr><td>Z1</td><td>900</td><td>~1,200</td></tr><tr><td>Z2</td><td colspan="2">not given</td></tr></table>
<ul><li>Seats:<ul><li>Delft</li><li>Lagos</li></ul></li></ul>
<p>Training took 10<sup>26</sup> operations, which the firm calls the most that anyone has ever spent on a model.</p>
</article><footer>All rights</footer></body></html>"""


def test_a_page_becomes_text_with_structure() -> None:
    document = read_document(PAGE, uri="https://www.rack.example/2026/05/02/chips")
    assert (document.title, document.publisher, document.media_type) == ("Chips in May", "The Rack", "text/html")
    assert document.published is not None
    assert (document.published.text, document.published_basis) == ("2026-05-02", "json-ld")
    assert "10^26" in document.text
    assert "Home" not in document.text
    found = {segment.span.of(document.text): segment for segment in document.segments}
    cell = found["~1,200"]
    assert cell.row is not None
    assert cell.column is not None
    assert (cell.row.of(document.text), cell.column.of(document.text)) == ("Z1", "Sold May")
    assert document.text.count("not given") == 2
    assert found["Delft"].parent == found["Seats:"].span


@pytest.mark.parametrize(
    ("data", "arguments", "expected"),
    [
        (b"# A\n", {"uri": "a.md"}, "text/markdown"),
        (b"plain", {"uri": "a.txt"}, "text/plain"),
        (b"plain", {"uri": "https://x.example/a", "media_type": "text/markdown; charset=utf-8"}, "text/markdown"),
        (b"<html><body>x", {"uri": "a.txt"}, "text/html"),
        (b"%PDF-1.7", {"uri": "https://x.example/a"}, "application/pdf"),
        (b"\0\1\2", {"uri": "a"}, "application/octet-stream"),
    ],
)
def test_formats(data: bytes, arguments: dict[str, Any], expected: str) -> None:
    assert find_format(data, **arguments) == expected


@pytest.mark.parametrize(
    ("data", "uri", "code"),
    [
        (b"PK\x03\x04 x", "a.zip", "unsupported-format"),
        (b"%PDF-1.7 x", "a.pdf", "unreadable-pdf"),
        (b"PK\x03\x04 x", "a.docx", "unreadable-docx"),
        (b"5", "a.json", "not-json"),
        (b'{"title": "x"}', "a.json", "no-text"),
        (b"a\0b", "a.txt", "not-text"),
        (b"  \n", "a.txt", "no-text"),
        (b"", "a.html", "no-text"),
        (b"\x81\x8d\x8f caf\xe9", "a.txt", "doubtful-charset"),
    ],
)
def test_problems(data: bytes, uri: str, code: str) -> None:
    assert code in [problem.code for problem in read_document(data, uri=uri).problems]


@pytest.mark.parametrize(
    ("data", "uri", "expected"),
    [
        (b"---\ndate: 2026-03-02\n---\n# A\n", "a.md", ("2026-03-02", "front-matter")),
        (b"# A title\n\nBy A. Okafor \xc2\xb7 March 3, 2026\n\nText of it.\n", "a.md", ("2026-03-03", "byline")),
        (b"A title\n\nPublished: 2026-03-02\n\nText of it.\n", "a.txt", ("2026-03-02", "byline")),
        (b"# A title\n\nThe Rack | May 2, 2026 | 5 min read\n\nText.\n", "a.md", ("2026-05-02", "byline")),
        (b"# A title\n\nText.\n", "https://x.example/2026/03/02/a", ("2026-03-02", "url")),
        (
            b"A title\n\nDated 15 May 2026. A text to show how it is done, and no advice.\n",
            "a.txt",
            ("2026-05-15", "byline"),
        ),
        (b"A title\n\nLast updated: 9 May 2026\n\nText.\n", "a.txt", ("2026-05-09", "byline")),
        (b"A title\n\nLast updated: 9 May 2026\n\nMay 2, 2026\n\nText.\n", "a.txt", ("2026-05-02", "byline")),
        (b"A title\n\nUpdated 9 May 2026\n", "https://x.example/2026/03/02/a", ("2026-03-02", "url")),
        (
            b"# Till\n\nText of it.\n\nReviewed by A. Okafor \xc2\xb7 Last reviewed 2026-04-15\n",
            "a.md",
            ("2026-04-15", "byline"),
        ),
        (
            b"A title\n\nText of it. This is a page to try things on. Last change: 29 March 2026.\n",
            "a.txt",
            ("2026-03-29", "byline"),
        ),
        (b"# A title\n\nAs of 3 March 2026\n\nText.\n", "a.md", ("2026-03-03", "byline")),
        (b"# A title\n\nAs of 3 March 2026, Contoso had 40 racks.\n", "a.md", (None, "")),
        (
            b"# A title\n\nMarch 3, 2026 \xe2\x80\x94 PARIS. Contoso has opened a cellar.\n",
            "a.md",
            ("2026-03-03", "byline"),
        ),
        (
            b"# A title\n\nBerlin, 3 March 2026 \xe2\x80\x93 Contoso has opened a cellar.\n",
            "a.md",
            ("2026-03-03", "byline"),
        ),
        (b"# A title\n\nSAN MARINO, March 3, 2026 /Wire/ -- Contoso has opened.\n", "a.md", ("2026-03-03", "byline")),
        (b"# A title\n\nSales in Berlin since 3 March 2026 - a look back\n", "a.md", (None, "")),
        (b"# A title\n\n- **Release date:** 2026-03-02\n", "a.md", (None, "")),
        (b"# A title\n\n1 May 2026 - A\n\n2 May 2026 - B\n\n3 May 2026 - C\n", "a.md", (None, "")),
        (b"# A title\n\nIt opened on May 2, 2026 and sold 400 racks in a day.\n", "a.md", (None, "")),
    ],
)
def test_dates(data: bytes, uri: str, expected: tuple[str | None, str]) -> None:
    document = read_document(data, uri=uri)
    assert (document.published and document.published.text, document.published_basis) == expected


def test_what_the_source_list_says_counts_where_the_text_is_silent() -> None:
    document = read_document(b"# A\n", uri="https://x.example/a", published="2026-03-02", publisher="The Rack")
    assert document.published is not None
    assert (document.published.text, document.published_basis, document.publisher) == ("2026-03-02", "feed", "The Rack")
    changed = read_document(b"# A\n\nLast updated 2026-04-01\n", uri="a.md", published="2026-03-02")
    assert changed.published_basis == "feed"
    assert read_document(b"# A\n", uri="https://www.x.example/a").publisher == "x.example"


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs", "Cc"]), max_size=200))
def test_text_is_kept_code_point_for_code_point(text: str) -> None:
    data = ("a\r\n\ufeff" + text + " \n").encode()
    assert read_document(data, uri="a.txt").text == data.decode()
    assert read_document(data, uri="a.md").text == data.decode()


def test_text_equals_what_python_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffA\r\nb\u2028c\rd ~€4\n\n".encode())
    with path.open(encoding="utf-8", newline="") as file:
        assert read_document(path.read_bytes(), uri=path.as_uri()).text == file.read()


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a", "http://[", "https://x.example/2026/13/40/"]))
def test_no_bytes_raise(data: bytes, uri: str) -> None:
    document = read_document(data, uri=uri)
    assert document.revision.startswith("sha256:")
    assert all(segment.end <= len(document.text) for segment in document.segments)


@given(
    st.lists(
        st.sampled_from([b"<p>", b"<table>", b"<tr>", b"<td colspan=9>", b"<li>", b"x", b"</p>", b"<sup>2", b"<!--"])
    )
)
def test_no_page_raises(parts: list[bytes]) -> None:
    document = read_document(b"<html>" + b"".join(parts), uri="a.html")
    assert all(segment.end <= len(document.text) for segment in document.segments)
