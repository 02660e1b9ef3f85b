"""Readers of PDF, DOCX, mail and JSON: what stands in the text, and what they say of title, dates and publisher."""

import io
import json
from datetime import datetime
from email.message import EmailMessage

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.documents import READERS, read_document
from extractors.model import Document, SegmentKind


def pdf_of(lines: list[tuple[float, float, str]], *, info: str = "") -> bytes:
    """Returns a PDF of one page with texts at places."""
    shown = "".join(f"BT /F1 10 Tf {x} {y} Td ({words}) Tj ET\n" for x, y, words in lines)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R "
        "/Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}endstream",
        f"<< {info} >>",
    ]
    out = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF"
    return out.encode("latin-1")


def cells(document: Document) -> list[tuple[str, str, str]]:
    text = document.text
    return [
        (s.row.of(text) if s.row else "", s.column.of(text) if s.column else "", s.span.of(text))
        for s in document.segments
        if s.kind is SegmentKind.CELL and s.position
    ]


def test_pdf_lines_join_to_paragraphs_and_dates_come_from_its_information() -> None:
    lines = [
        (50, 700, "The mill at Contoso ground 300 tonnes of"),
        (50, 688, "flour in the year, more than ever be-"),
        (50, 676, "fore."),
        (50, 640, "A second paragraph."),
    ]
    info = "/Title (Flour) /CreationDate (D:20260302101500Z) /ModDate (D:20260305)"
    document = read_document(pdf_of(lines, info=info), uri="file:///a.pdf")
    assert document.text == (
        "The mill at Contoso ground 300 tonnes of flour in the year, more than ever before.\n\nA second paragraph.\n"
    )
    assert document.title == "Flour" and document.problems == ()
    assert (str(document.published), document.published_basis) == ("2026-03-02", "meta")
    assert (str(document.modified), document.modified_basis) == ("2026-03-05", "meta")


def test_pdf_cells_that_stand_apart_are_a_table() -> None:
    rows = [("Mill", "Flour", "Bran"), ("North", "300 t", "12 t"), ("South", "280 t", "9 t")]
    lines = [
        (50 + 150.0 * column, 700 - 14.0 * row, words)
        for row, line in enumerate(rows)
        for column, words in enumerate(line)
    ]
    document = read_document(pdf_of([(50, 730, "Output of the mills."), *lines]), uri="file:///a.pdf")
    assert ("North", "Flour", "300 t") in cells(document) and ("South", "Bran", "9 t") in cells(document)


def test_pdf_without_text_says_so() -> None:
    document = read_document(pdf_of([]), uri="file:///a.pdf")
    assert [problem.code for problem in document.problems] == ["no-text"]


def test_docx_keeps_headings_items_and_cells_in_order() -> None:
    made = docx.Document()
    made.core_properties.title = "Flour"
    made.add_heading("Output", 1)
    made.add_paragraph("The mill ground 300 tonnes.")
    made.add_paragraph("rye", style="List Bullet")
    made.add_paragraph("oats", style="List Bullet")
    table = made.add_table(2, 2)
    for (row, column), words in {(0, 0): "Mill", (0, 1): "Flour", (1, 0): "North", (1, 1): "300 t"}.items():
        table.cell(row, column).text = words
    made.add_paragraph("The end.")
    out = io.BytesIO()
    made.save(out)
    document = read_document(out.getvalue(), uri="file:///a.docx")
    assert document.text == (
        "# Output\n\nThe mill ground 300 tonnes.\n\n- rye\n- oats\n\n"
        "| Mill | Flour |\n| --- | --- |\n| North | 300 t |\n\nThe end.\n"
    )
    assert document.title == "Flour" and ("North", "Flour", "300 t") in cells(document)
    assert document.published is None, "the date of python-docx's own template"
    made.core_properties.comments, made.core_properties.created = "", datetime(2026, 3, 2)
    out = io.BytesIO()
    made.save(out)
    assert str(read_document(out.getvalue(), uri="file:///a.docx").published) == "2026-03-02"


def mail(*, html: str = "", plain: str = "") -> bytes:
    message = EmailMessage()
    message["Subject"] = "Flour this week"
    message["From"] = "The Miller <news@mill.example>"
    message["Date"] = "Mon, 02 Mar 2026 23:30:00 -0500"
    message["Message-ID"] = "<1@mill.example>"
    message.set_content(plain)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def test_mail_is_read_from_its_html_with_subject_date_and_sender() -> None:
    html = (
        "<table role='presentation'><tr><td><p>The mill ground 300 tonnes in 2025, Contoso says.</p>"
        "<table><tr><th>Mill</th><th>Flour</th><th>Bran</th></tr>"
        "<tr><td>North</td><td>300 t</td><td>12 t</td></tr></table>"
        "</td></tr></table>"
    )
    document = read_document(
        mail(html=html, plain="see the web"), uri="mid:1@mill.example", media_type="message/rfc822"
    )
    assert (document.title, document.publisher) == ("Flour this week", "The Miller")
    assert (str(document.published), document.published_basis) == ("2026-03-02", "meta")
    assert ("North", "Flour", "300 t") in cells(document)
    assert "The mill ground 300 tonnes in 2025, Contoso says." in document.text


def test_mail_without_html_is_read_from_its_plain_text() -> None:
    document = read_document(mail(plain="The mill ground 300 tonnes.\n"), uri="file:///a.eml")
    assert document.text == "The mill ground 300 tonnes.\n"


@pytest.mark.parametrize("data", [b"", b"Subject: x\nContent-Type: multipart/mixed\n\nno parts", b"\xff\xfe\0"])
def test_broken_mail_is_a_problem_or_a_text(data: bytes) -> None:
    document = read_document(data, uri="file:///a.eml")
    assert document.problems or document.text


def test_json_line_is_an_article() -> None:
    row = {
        "url": "https://a.example/x",
        "title": "Flour",
        "published": "2026-03-02",
        "text": "300 tonnes.\n",
        "source": "Mill",
    }
    document = read_document(json.dumps(row).encode(), uri=row["url"], media_type="application/json")
    assert (document.text, document.title, document.publisher) == ("300 tonnes.\n", "Flour", "Mill")
    assert str(document.published) == "2026-03-02"
    paged = read_document(b'{"html": "<title>T</title><p>300 tonnes of flour were ground.</p>"}', uri="a.json")
    assert (paged.title, paged.text) == ("T", "300 tonnes of flour were ground.\n")


def test_dates_are_taken_in_the_order_of_their_worth() -> None:
    linked = '<script type="application/ld+json">{"datePublished": "2026-01-01", "dateModified": "2026-01-09"}</script>'
    meta = '<meta property="article:published_time" content="2026-01-02">'
    body = "<p>By A. Miller, 4 January 2026</p><p>The mill ground 300 tonnes of flour in the year, Contoso says.</p>"
    url = "https://a.example/2026/01/05/x"

    def dated(head: str, text: str = body, given: str = "2026-01-03") -> tuple[str, str]:
        document = read_document(f"<html><head>{head}</head>{text}".encode(), uri=url, published=given)
        return str(document.published), document.published_basis

    assert dated(linked + meta) == ("2026-01-01", "json-ld")
    assert dated(meta) == ("2026-01-02", "meta")
    assert dated("") == ("2026-01-03", "feed")
    assert dated("", given="") == ("2026-01-04", "byline")
    assert dated("", "<p>The mill ground 300 tonnes of flour in the year, Contoso says.</p>", "") == (
        "2026-01-05",
        "url",
    )
    front = read_document(b"---\ndate: 2026-01-06\nupdated: 2026-01-07\n---\n\nText.\n", uri="file:///a.md")
    assert (str(front.published), front.published_basis) == ("2026-01-06", "front-matter")
    assert (str(front.modified), front.modified_basis) == ("2026-01-07", "front-matter")
    changed = read_document(f"<html><head>{linked}</head>{body}".encode(), uri=url)
    assert (str(changed.modified), changed.modified_basis) == ("2026-01-09", "json-ld")


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("/x", "https://a.example/x"),
        ("https://www.a.example/x?utm_source=b", "https://www.a.example/x"),
        ("https://b.example/x", ""),
        ("", ""),
    ],
)
def test_canonical_url_counts_on_its_own_host(link: str, canonical: str) -> None:
    page = f'<link rel="canonical" href="{link}"><p>The mill ground 300 tonnes.</p>'
    assert read_document(page.encode(), uri="https://a.example/y?id=1", media_type="text/html").canonical == canonical


def test_hints_say_where_the_article_stands() -> None:
    from extractors.html import Hints

    page = b"<div id=menu>Menu</div><div id=a><p>300 tonnes.</p><p class=ad>Buy flour.</p></div><div>More</div>"
    hints = Hints(main_text="//div[@id='a']", drop="//p[@class='ad']")
    assert read_document(page, uri="https://a.example/", media_type="text/html", hints=hints).text == "300 tonnes.\n"
    lost = read_document(page, uri="https://a.example/", media_type="text/html", hints=Hints(main_text="//article"))
    assert "300 tonnes." in lost.text


@given(data=st.binary(max_size=300), kind=st.sampled_from(sorted(READERS)))
def test_no_bytes_break_a_reader(data: bytes, kind: str) -> None:
    document = read_document(data, uri="file:///a", media_type=kind)
    assert isinstance(document.text, str) and (document.problems or document.text.strip() or not data.strip())
