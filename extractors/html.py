"""Renders the main text of an HTML page as Markdown-like text that the one segmenter reads.

trafilatura finds the main text and keeps tables as elements; its own Markdown output is not used because it escapes
signs such as `~`. Merged cells are repeated before it sees the page, so that each cell has its row and column.
"""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from lxml import html as lxml_html

from extractors.decoding import decode, is_binary
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


def read_html(data: bytes, *, uri: str, media_type: str = "") -> Page:
    """Returns the page's main text, its title, dates and publisher."""
    if is_binary(data):
        return Page("", "text/markdown", problems=(Problem(uri, "not-text", "the bytes are not text"),))
    source, doubts = decode(data, media_type=media_type, uri=uri, meta=True)
    tree = _parse(source)
    if tree is None:
        return Page("", "text/markdown", problems=(*doubts, Problem(uri, "no-text", "the page cannot be parsed")))
    for table in tree.iter("table"):
        expand_spans(table)
        merge_heads(table)
    for mark in tree.xpath("//sup"):
        raise_digits(mark)
    title, publisher, dates = _metadata(tree, source)
    return Page(_text(tree), "text/markdown", title, dates, publisher, doubts)


def _parse(source: str) -> Element | None:
    source = re.sub(r"^\ufeff?\s*<\?xml[^>]{0,200}\?>", "", source)
    try:
        return lxml_html.document_fromstring(source)
    except (etree.ParserError, ValueError, AssertionError):
        return None


def _text(tree: Element) -> str:
    """Returns the rendered main text, or the whole body where no main text is found."""
    body = _main(tree)
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


def _metadata(tree: Element, source: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Returns title, publisher and the dates of a page with their bases, best first."""
    meta: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower()
        if name and tag.get("content"):
            meta.setdefault(name, _squeeze(tag.get("content")))
    linked = list(_linked_data(tree))
    titles = (meta.get("og:title"), _first(tree, ".//title"), _first(tree, ".//h1"))
    title = next((words for words in titles if words), "")
    names = [_publisher_name(entry) for entry in linked]
    publisher = meta.get("og:site_name") or next((name for name in names if name), "")
    for mark in (" | ", " - ", " – ", " — ", " · "):
        title = title.removesuffix(f"{mark}{publisher}") if publisher else title
    return title, publisher, list(_dates(tree, meta, linked, source))


def _first(tree: Element, path: str) -> str:
    found = tree.find(path)
    return "" if found is None else _squeeze(inline(found))


_META_DATES = (
    "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "pubdate",
    "publishdate", "publication_date", "parsely-pub-date",
)  # fmt: skip


def _dates(tree: Element, meta: dict[str, str], linked: list[dict[str, Any]], source: str) -> Iterator[tuple[str, str]]:
    for entry in linked:
        if isinstance(entry.get("datePublished"), str):
            yield entry["datePublished"], "json-ld"
    for name in _META_DATES:
        if name in meta:
            yield meta[name], "meta"
    for element in tree.iter("time"):
        marks = " ".join((element.get("itemprop", ""), element.get("class", ""), element.get("pubdate", "")))
        if element.get("datetime") and ("publish" in marks.lower() or element.get("pubdate") is not None):
            yield element.get("datetime"), "meta"
    guessed = _guessed_date(tree, source)
    if guessed:
        yield guessed, "meta"


def _guessed_date(tree: Element, source: str) -> str:
    if not re.search(r"<time|publish|pubdate|posted", source[:200_000], re.IGNORECASE):
        return ""
    from htmldate import find_date

    try:
        return find_date(copy.deepcopy(tree), original_date=True, extensive_search=False) or ""
    except Exception:  # a date that cannot be guessed is no reason to lose the page
        return ""


def _linked_data(tree: Element) -> Iterator[dict[str, Any]]:
    """Yields the objects of the page's JSON-LD, the inner ones of `@graph` included."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            found = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        todo = [found]
        while todo:
            entry = todo.pop(0)
            if isinstance(entry, list):
                todo += entry
            elif isinstance(entry, dict):
                yield entry
                todo += entry.get("@graph", []) if isinstance(entry.get("@graph"), list) else []


def _publisher_name(entry: dict[str, Any]) -> str:
    publisher = entry.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else publisher
    return _squeeze(name) if isinstance(name, str) else ""
