"""Renders the main text of an HTML page as Markdown-like text that the one segmenter reads.

trafilatura finds the main text and keeps tables as elements; its own Markdown output is not used because it escapes
signs such as `~`. Merged cells are repeated before it sees the page, so that each cell has its row and column.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from lxml import html as lxml_html

from extractors.decoding import decode, is_binary
from extractors.html_metadata import find_metadata
from extractors.mastheads import Page
from extractors.problems import Problem

Element = Any  # lxml publishes no types

_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_DROPPED = frozenset({"script", "style", "noscript", "template", "svg", "nav", "footer", "form", "button", "iframe"})
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset({"list", "ul", "ol", "dl"})
_ITEMS = frozenset({"item", "li", "dt", "dd"})
_ROWS = frozenset({"row", "tr"})
_CELLS = frozenset({"cell", "td", "th"})
_BLOCKS = frozenset({"p", "div", "section", "article", "main", "body", "blockquote", "quote", "figure", "figcaption",
                     "caption", "header", "aside", "details", "summary", "address", "doc", "ab", "fw"})  # fmt: skip
_CODE = frozenset({"pre", "code"})
_MAX_SPAN = 50
_SHORT_TEXT = 80  # characters below which the page's whole body is read instead of the main text


@dataclass(frozen=True, slots=True)
class Hints:
    """Where the article stands in the pages of one source.

    Attributes:
        main_text: XPath of the element that holds it, "" to find it.
        drop: XPath of what is no part of it.
        whole: The whole body is the article, as in a mail.
    """

    main_text: str = ""
    drop: str = ""
    whole: bool = False


def read_html(data: bytes, *, uri: str, media_type: str = "", hints: Hints | None = None) -> Page:
    """Returns the page's main text, its title, dates and publisher."""
    hints = hints or Hints()
    if is_binary(data):
        return Page("", "text/markdown", problems=(Problem(uri, "not-text", "the bytes are not text"),))
    source, doubts = decode(data, media_type=media_type, uri=uri, meta=True)
    tree = _parse(source)
    if tree is None:
        return Page("", "text/markdown", problems=(*doubts, Problem(uri, "no-text", "the page cannot be parsed")))
    found = find_metadata(tree, source, uri)
    if hints.drop:
        for element in _elements(tree, hints.drop):
            element.drop_tree()
    unwrap_layout(tree)
    for table in tree.iter("table"):
        expand_spans(table)
        merge_heads(table)
    for mark in tree.xpath("//sup"):
        raise_digits(mark)
    return Page(
        _text(tree, hints),
        "text/markdown",
        found.title,
        found.published,
        found.publisher,
        doubts,
        modified=found.modified,
        canonical=found.canonical,
    )


def _parse(source: str) -> Element | None:
    source = re.sub(r"^\ufeff?\s*<\?xml[^>]{0,200}\?>", "", source)
    try:
        return lxml_html.document_fromstring(source)
    except (etree.ParserError, ValueError, AssertionError):
        return None


def _elements(tree: Element, path: str) -> list[Element]:
    found = tree.xpath(path)
    return [element for element in found if hasattr(element, "drop_tree")] if isinstance(found, list) else []


def _text(tree: Element, hints: Hints) -> str:
    """Returns the rendered main text, or the whole body where no main text is found."""
    if hints.main_text and (chosen := _elements(tree, hints.main_text)):
        return "\n".join(render(element) for element in chosen)
    body = None if hints.whole else _main(tree)
    text = "" if body is None else render(body)
    if len(text) >= _SHORT_TEXT:
        return text
    whole = tree.find(".//body")
    plain = render(tree if whole is None else whole)
    return plain if len(plain) > len(text) else text


def _main(tree: Element) -> Element | None:
    import trafilatura  # takes a second, so only pages pay for it

    try:
        found = trafilatura.bare_extraction(
            copy.deepcopy(tree),
            include_comments=False,
            include_tables=True,
            include_formatting=False,
            favor_recall=True,
        )
    except Exception:  # a page that breaks the finder is still read, as a whole
        return None
    body = getattr(found, "body", None)
    return body if body is not None and len(body) else None


def unwrap_layout(tree: Element) -> None:
    """Turns tables that only place things, as newsletters have them, into blocks."""
    for table in list(tree.iter("table")):
        if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
            for element in (table, *_own_parts(table)):
                element.tag = "div"


def _own_parts(table: Element) -> Iterator[Element]:
    """Yields the sections, rows and cells of a table, not those of tables inside it."""
    todo = list(table)
    while todo:
        element = todo.pop()
        if element.tag in ("thead", "tbody", "tfoot", "tr", "td", "th"):
            yield element
        if element.tag in ("thead", "tbody", "tfoot", "tr"):
            todo += list(element)


def expand_spans(table: Element) -> None:
    """Repeats merged cells in place, so that each row of a table has a cell for each of its columns."""
    waiting: dict[int, tuple[Element, int]] = {}
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        for cell in cells:
            row.remove(cell)
        column = 0
        while cells or column in waiting:
            if column in waiting:
                cell, left = waiting.pop(column)
                if left > 1:
                    waiting[column] = (cell, left - 1)
                row.append(copy.deepcopy(cell))
                column += 1
                continue
            cell = cells.pop(0)
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            if width > 1 and not cells and not column:
                width = 1  # a line across the table names it or what follows
            for _ in range(width):
                row.append(copy.deepcopy(cell) if width > 1 else cell)
                if height > 1:
                    waiting[column] = (copy.deepcopy(cell), height - 1)
                column += 1


def merge_heads(table: Element) -> None:
    """Joins the rows of a head that stands on several lines into one row."""
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    rows = [row for row in rows if row]
    heads = 0
    while heads < len(rows) - 1 and len(rows[heads]) > 1 and all(cell.tag == "th" for cell in rows[heads]):
        heads += 1
    if heads < 2 or len({len(row) for row in rows[:heads]}) > 1:
        return
    for cells in zip(*rows[:heads], strict=True):
        words = " ".join(dict.fromkeys(_squeeze(inline(cell)) for cell in cells)).strip()
        for child in list(cells[0]):
            cells[0].remove(child)
        cells[0].text = words
    for row in rows[1:heads]:
        line = row[0].getparent()
        line.getparent().remove(line)


def raise_digits(mark: Element) -> None:
    """Writes a raised exponent as `^` and its digits, and drops raised note marks."""
    if mark.getparent() is None:
        return
    words = "".join(mark.itertext()).strip()
    before = mark.getprevious()
    above = (before.tail if before is not None else mark.getparent().text) or ""
    if words.lstrip("+-−").isdigit() and above[-1:].isdigit():
        mark.text = f"^{words}"
    elif words[:1] == "[" or words.isdigit():
        mark.text = ""
    else:
        return
    for child in list(mark):
        mark.remove(child)
    mark.drop_tag()


def _span(cell: Element, name: str) -> int:
    words = cell.attrib.pop(name, "1").strip()
    return max(1, min(int(words), _MAX_SPAN)) if words.isascii() and words.isdigit() else 1


def render(body: Element) -> str:
    """Returns the text of an element tree, HTML's or trafilatura's, with marks for headings, items and tables."""
    blocks: list[str] = []
    _render_into(blocks, body, 0)
    return "\n\n".join(block for block in blocks if block.strip()) + "\n" if blocks else ""


def _render_into(blocks: list[str], element: Element, depth: int) -> None:
    """Appends the blocks of one element; words between its blocks become paragraphs of their own."""
    loose: list[str] = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _DROPPED or not tag:
            loose.append(child.tail or "")
        elif _is_block(child, tag) and depth < 200:
            _flush(blocks, loose)
            blocks.extend(_block(child, tag, depth))
            loose.append(child.tail or "")
        else:
            loose += ("\n\n" if tag in ("lb", "br") else inline(child), child.tail or "")
    _flush(blocks, loose)


def _flush(blocks: list[str], loose: list[str]) -> None:
    for part in "".join(loose).split("\n\n"):
        words = _squeeze(part)
        if words:
            blocks.append(_guard(words))
    loose.clear()


def _guard(words: str) -> str:
    """Returns a paragraph that no mark at its start can turn into something else."""
    return words.replace("|", "\\|", 1) if words.startswith("|") else words


def _is_block(element: Element, tag: str) -> bool:
    if tag in _CODE:
        return "\n" in "".join(element.itertext())
    return (
        tag in _BLOCKS or tag in _HEADINGS or tag in _LISTS or tag in ("head", "table", "hr", "tbody")
        or any(child.tag in _BLOCKS or child.tag in ("table", "list", "ul", "ol") for child in element)
    )  # fmt: skip


def _block(element: Element, tag: str, depth: int) -> Iterator[str]:
    if tag in _HEADINGS or tag == "head":
        level = _HEADINGS.get(tag) or _HEADINGS.get(element.get("rend", "h2"), 2)
        words = _squeeze(inline(element))
        yield f"{'#' * level} {words}" if words else ""
    elif tag in _LISTS:
        yield "\n".join(_items(element, 0))
    elif tag == "table":
        yield from _table(element)
    elif tag in _CODE:
        yield "```\n" + "".join(element.itertext()).strip("\n").replace("```", "'''") + "\n```"
    else:
        inner: list[str] = []
        _render_into(inner, element, depth + 1)
        yield from inner


def _items(element: Element, depth: int) -> Iterator[str]:
    """Yields one line for each item, nested ones two blanks further in."""
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _LISTS:
            yield from _items(child, depth + 1)
        elif tag:
            words = _squeeze(inline(child, skip=_LISTS))
            if words:
                yield f"{'  ' * depth}- {words}"
            for nested in child:
                if nested.tag in _LISTS:
                    yield from _items(nested, depth + 1)


def _table(element: Element) -> Iterator[str]:
    """Yields the caption of a table and its rows as pipes."""
    caption = element.find("caption")
    if caption is not None:
        yield _squeeze(inline(caption))
    rows = [[cell for cell in row if cell.tag in _CELLS] for row in element.iter(*_ROWS)]
    rows = [row for row in rows if any(_squeeze(inline(cell)) for cell in row)]
    width = max(map(len, rows), default=0)
    while rows and width > 1 and sum(bool(_squeeze(inline(cell))) for cell in rows[0]) == 1:
        yield _squeeze(" ".join(inline(cell) for cell in rows.pop(0)))
    if not rows or width == 1:
        yield from (_squeeze(inline(cell)) for row in rows for cell in row)
        return
    lines = [[_squeeze(inline(cell)).replace("|", "\\|") for cell in row] for row in rows]
    lines = [[*line, *[""] * (width - len(line))] for line in lines]
    if _is_head(rows[0], width):
        lines.insert(1, ["---"] * width)
    yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _is_head(row: list[Element], width: int) -> bool:
    heads = [cell for cell in row if cell.tag == "th" or cell.get("role") == "head"]
    return len(heads) == len(row) or (width > 2 and len(heads) >= len(row) - 1 > 0)


def inline(element: Element, *, skip: frozenset[str] = frozenset()) -> str:
    """Returns the words inside an element on one line; blocks inside it are parted by a blank."""
    parts: list[str] = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag and tag not in _DROPPED and tag not in skip:
            loose = tag in _BLOCKS or tag in _ITEMS or tag in _ROWS or tag in _CELLS or tag in ("br", "lb")
            words = inline(child, skip=skip)
            parts.append(f" {words} " if loose else words)
        parts.append(child.tail or "")
    return "".join(parts)


def _squeeze(words: str) -> str:
    return _BLANKS.sub(" ", words).strip()
