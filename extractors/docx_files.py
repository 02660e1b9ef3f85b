"""Reads a DOCX file: headings, paragraphs, list items and tables in the order in which they stand."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from extractors.mastheads import Page
from extractors.problems import Problem

MOST_BYTES = 200_000_000
"""Unpacked; a small archive can unpack to any size."""


def read_docx(data: bytes, uri: str, _media_type: str = "") -> Page:
    """Returns the text of a DOCX file with its title and dates."""
    import docx  # takes a fifth of a second

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > MOST_BYTES:
            return _refused(uri, "too-large", f"it unpacks to {size:,} bytes")
        document = docx.Document(io.BytesIO(data))
    except Exception as error:  # python-docx raises whatever its parts raise: KeyError, ValueError, lxml's errors
        return _refused(uri, "unreadable-docx", f"{type(error).__name__}: {error}")
    blocks = [block for block in _blocks(document) if block.strip()]
    core = document.core_properties
    own = "python-docx" not in (core.comments or "")  # its template says December 2013
    return Page(
        _joined(blocks),
        "text/markdown",
        " ".join((core.title or "").split()),
        [(core.created.date().isoformat(), "meta")] if core.created and own else [],
        modified=[(core.modified.date().isoformat(), "meta")] if core.modified and own else [],
    )


def _refused(uri: str, code: str, why: str) -> Page:
    return Page("", "text/markdown", problems=(Problem(uri, code, f"the DOCX file cannot be read: {why}"),))


def _joined(blocks: list[str]) -> str:
    """Returns the blocks with an empty line between them, items of one list without."""
    text = ""
    for block in blocks:
        near = text and block.startswith("- ") and text.rpartition("\n\n")[2].startswith("- ")
        text += block if not text else f"\n{block}" if near else f"\n\n{block}"
    return f"{text}\n" if text else ""


def _blocks(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            yield _table(block)
        else:
            yield _paragraph(block)


def _paragraph(paragraph: Any) -> str:
    words = " ".join(paragraph.text.split())
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    if not words:
        return ""
    if style == "Title":
        return f"# {words}"
    if style.startswith("Heading"):
        level = style.rpartition(" ")[2]
        return f"{'#' * min(6, int(level) if level.isdigit() else 2)} {words}"
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    return f"- {words}" if numbered or style.startswith("List") else words.replace("|", "\\|", words.startswith("|"))


def _table(table: Any) -> str:
    """Returns a table as pipes; python-docx repeats merged cells, so each row has all its columns."""
    rows = [[" ".join(cell.text.split()).replace("|", "\\|") for cell in row.cells] for row in table.rows]
    rows = [row for row in rows if any(row)]
    if not rows:
        return ""
    width = max(map(len, rows))
    if width == 1:
        return "\n\n".join(row[0] for row in rows)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    if not any(char.isdigit() for cell in rows[0][1:] for char in cell):
        lines.insert(1, f"|{' --- |' * width}")
    return "\n".join(lines)
