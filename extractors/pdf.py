"""Reads the text of a PDF page by page: lines by where they stand, paragraphs by the gaps between, tables as pipes.

A PDF holds pieces of text with places, no paragraphs and no cells. Pieces are taken in the order of the file, which
keeps columns of running text apart; pieces at one height in a row are one line, wide gaps in it part cells.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from extractors.mastheads import Page
from extractors.problems import Problem

MOST_PAGES = 1000
_CELL_GAP = 1.3  # heights of a line between two cells; a blank is about a quarter, a justified one up to 0.9
_PARAGRAPH_GAP = 0.9  # heights of a line; text is set with 0.2 to 0.6
_SAME_LINE = 0.5
_OTHER_SIZE = 0.6  # boxes fit the letters: a line without tall ones is a quarter lower
_HYPHENS = {0x02: "-", 0xFFFE: "-"}  # what pdfium makes of a hyphen at the end of a line


class Piece(NamedTuple):
    """Words with their box, points from the page's lower left corner."""

    words: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """Of the box."""
        return max(self.top - self.bottom, 1.0)


Line = list[Piece]


def read_pdf(data: bytes, uri: str, _media_type: str = "") -> Page:
    """Returns the text of a PDF with its title and dates."""
    import pypdfium2 as pdfium

    try:
        document: Any = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = "encrypted" if "password" in str(error).lower() else "unreadable-pdf"
        return Page("", "text/markdown", problems=(Problem(uri, code, f"the PDF cannot be opened: {error}"),))
    try:
        return _page(document, uri)
    finally:
        document.close()


def _page(document: Any, uri: str) -> Page:
    meta = document.get_metadata_dict()
    count = len(document)
    texts = [_page_text(document[number]) for number in range(min(count, MOST_PAGES))]
    problems: list[Problem] = []
    if count > MOST_PAGES:
        problems.append(Problem(uri, "too-long", f"only the first {MOST_PAGES} of {count} pages were read"))
    if not any(texts):
        problems.append(Problem(uri, "no-text", "the PDF holds pictures of text; no text can be taken from it"))
    dates = [(_stamp(meta.get("CreationDate", "")), "meta")]
    return Page(
        "\n\n".join(filter(None, texts)) + "\n" if any(texts) else "",
        "text/markdown",
        " ".join(meta.get("Title", "").split()),
        [date for date in dates if date[0]],
        problems=tuple(problems),
        modified=[date for date in [(_stamp(meta.get("ModDate", "")), "meta")] if date[0]],
    )


def _stamp(words: str) -> str:
    """Returns a date of PDF metadata as an ISO date, "" where it is none.

    >>> _stamp("D:20260302084500Z"), _stamp("soon")
    ('2026-03-02', '')
    """
    digits = words.removeprefix("D:")[:8]
    return (
        f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isascii() and digits.isdigit() else ""
    )


def _page_text(page: Any) -> str:
    text = page.get_textpage()
    boxes = (text.get_rect(number) for number in range(text.count_rects()))
    pieces = [Piece(" ".join(text.get_text_bounded(*box).translate(_HYPHENS).split()), *box) for box in boxes]
    return layout([piece for piece in pieces if piece.words])


def layout(pieces: Sequence[Piece]) -> str:
    """Returns pieces of text as paragraphs and tables.

    >>> layout([Piece("Sales", 0, 90, 30, 100), Piece("rose.", 33, 90, 60, 100), Piece("They fell.", 0, 60, 60, 70)])
    'Sales rose.\\n\\nThey fell.'
    >>> layout([])
    ''
    """
    lines = list(_lines(pieces))
    cells = [_cells(line) for line in lines]
    breaks = [True, *(_parted(above, below) for above, below in pairwise(lines))]
    blocks: list[str] = []
    for width, group in groupby(range(len(lines)), key=lambda at: len(cells[at])):
        numbers = list(group)
        if width > 1 and len(numbers) > 1:
            blocks.append(_table([cells[at] for at in numbers]))
            continue
        for at in numbers:
            words = "  ".join(cells[at]).replace("|", "\\|")
            if breaks[at] or at == numbers[0] or not blocks:
                blocks.append(words)
            else:
                blocks[-1] = _joined(blocks[-1], words)
    return "\n\n".join(blocks)


def _lines(pieces: Sequence[Piece]) -> Iterator[Line]:
    line: Line = []
    for piece in pieces:
        if line and not _beside(line[-1], piece):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def _beside(before: Piece, piece: Piece) -> bool:
    shared = min(before.top, piece.top) - max(before.bottom, piece.bottom)
    return shared >= _SAME_LINE * min(before.height, piece.height) and piece.left >= before.right - before.height


def _cells(line: Line) -> list[str]:
    found = [line[0].words]
    for before, piece in pairwise(line):
        gap = piece.left - before.right
        if gap > _CELL_GAP * before.height:
            found.append(piece.words)
        else:
            found[-1] += (" " if gap > 0.1 * before.height else "") + piece.words
    return found


def _parted(above: Line, below: Line) -> bool:
    """Returns whether a paragraph ends between two lines: a gap, a step to another column, letters of another size."""
    heights = [max(piece.height for piece in line) for line in (above, below)]
    gap = above[0].bottom - below[0].top
    return gap > _PARAGRAPH_GAP * max(heights) or gap < -max(heights) or min(heights) < _OTHER_SIZE * max(heights)


def _joined(above: str, below: str) -> str:
    if above.endswith("-") and above[-2:-1].isalpha() and below[:1].islower():
        return above[:-1] + below
    return f"{above} {below}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    if not any(char.isdigit() for cell in rows[0][1:] for char in cell):
        lines.insert(1, f"|{' --- |' * len(rows[0])}")
    return "\n".join(lines)
