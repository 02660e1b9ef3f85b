"""Finds the structure of a text: headings, paragraphs, items, cells, labels and fields, each with its surroundings.

One pass over the lines. A line is first what its own marks say (`lines`); runs of plain lines are then tables that lost
their marks (`lost_tables`), label rows and headings (`prose`), or paragraphs. Markdown and plain text take the same
road, because saved articles mix both, and other formats are rendered into it.
"""

from extractors.cell_pairs import split_pairs
from extractors.front_matter import find_fields
from extractors.labels import find_label, glued_labels, name_records
from extractors.lines import Line, LineKind, find_lines
from extractors.lost_tables import read_lost_table
from extractors.model import Segment, SegmentKind, Span
from extractors.problems import Problem
from extractors.prose import is_heading, is_pair_run, joins, lead_of, reads_as_heading
from extractors.stacked_tables import read_stacked_table
from extractors.tables import Table, is_separator, place_cells, read_pipes, trim_marks
from extractors.tag_tables import read_tags, table_end
from extractors.wide_tables import read_columns
from extractors.wording import load_wording

BLANK, TEXT, HEADING, ITEM = LineKind.BLANK, LineKind.TEXT, LineKind.HEADING, LineKind.ITEM
PIPE, QUOTE, RULE, FENCE, TAGS = LineKind.PIPE, LineKind.QUOTE, LineKind.RULE, LineKind.FENCE, LineKind.TAGS

_ITEM_STEP = 2
_UNCLOSED_LINES = 200
_TABLE_REACH = 40  # lines below a caption that are looked at for a table without marks


def find_segments(
    text: str, *, media_type: str = "text/plain", uri: str = ""
) -> tuple[tuple[Segment, ...], tuple[Problem, ...]]:
    """Returns the segments of a text in order, and what could not be read; segments never overlap.

    >>> segments, problems = find_segments("# Facts\\n\\n- Founded: 1999\\n")
    >>> [(segment.kind.value, segment.start, segment.end, segment.row) for segment in segments]
    [('title', 2, 7, None), ('label', 20, 24, Span(start=11, end=18))]
    >>> find_segments("")
    ((), ())
    """
    reading = _Reading(text, media_type, uri)
    reading.read()
    segments = glued_labels(text, reading.out)
    if reading.named:
        segments = name_records(text, segments)
    if reading.tables or reading.labelled:
        segments = split_pairs(text, segments)
    return tuple(segments), tuple(reading.problems)


class _Reading:
    """The state of one pass over the lines of a text."""

    def __init__(self, text: str, media_type: str, uri: str) -> None:
        self.text, self.uri = text, uri
        self.markdown = media_type == "text/markdown"
        self.lines = find_lines(text)
        self.gapped = "\t" in text or "  " in text or "\u00a0\u00a0" in text
        self.marked = HEADING in [line.kind for line in self.lines]
        self.at = 0
        self.out: list[Segment] = []
        self.fields = 0
        self.problems: list[Problem] = []
        self.path: list[tuple[int, Span]] = []
        self.headings: tuple[Span, ...] = ()
        self.items: list[tuple[int, Span]] = []
        self.lead: Span | None = None
        self.led = False
        self.caption: Span | None = None
        self.tables = 0
        self.labelled = False
        self.named = False
        self.titled = False
        self.plain_level = 2
        self.pairs_end = -1
        self.unclosed: set[str] = set()
        self.known_tables: dict[int, Table | None] = {}
        self.after_heading = False

    def read(self) -> None:
        """Fills `out` and `problems`."""
        self.out, self.at = find_fields(self.text, self.lines)
        self.fields = len(self.out)
        readers = {
            BLANK: self.skip,
            TEXT: self.plain_run,
            HEADING: self.marked_heading,
            ITEM: self.item,
            PIPE: self.pipes,
            QUOTE: self.quote,
            RULE: self.rule,
            FENCE: self.fence,
            TAGS: self.tags,
        }
        lines = self.lines
        while self.at < len(lines):
            readers[lines[self.at].kind]()

    def skip(self) -> None:
        self.at += 1

    def add(self, kind: SegmentKind, start: int, end: int, parent: Span | None = None, depth: int = 0) -> None:
        if start < end:
            self.out.append(Segment(kind, start, end, self.headings, parent, depth=depth))

    # -- headings -----------------------------------------------------------------------------------------------

    def marked_heading(self) -> None:
        line = self.lines[self.at]
        span = trim_marks(self.text, line.start, line.end)
        self.at += 1
        if span:
            self.enter(span, line.level)
            self.plain_level = line.level + 1

    def enter(self, span: Span, level: int) -> None:
        """Emits a heading and makes it the innermost one."""
        first = not self.titled and len(self.out) == self.fields
        self.titled = True
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        self.headings = tuple(above for _, above in self.path)
        self.add(SegmentKind.TITLE if first else SegmentKind.HEADING, span.start, span.end, depth=level)
        self.path.append((level, span))
        self.headings = (*self.headings, span)
        self.items.clear()
        self.lead = None
        self.caption = span
        self.after_heading = True

    def plain_heading(self, line: Line) -> None:
        """Enters a heading without marks; of two in a row the second stands below the first."""
        span = trim_marks(self.text, line.start, line.end)
        if span is None:
            return
        if not self.titled and not self.out:
            self.enter(span, 1)
        elif self.path and self.path[0][0] == 1 and span.of(self.text) == self.path[0][1].of(self.text):
            self.after_heading = True  # the title once more
        else:
            if self.after_heading and self.path and self.path[-1][0] >= self.plain_level:
                self.plain_level = min(self.path[-1][0] + 1, 6)
            self.enter(span, self.plain_level)

    def rule(self) -> None:
        self.skip()
        self.lead = self.caption = None
        self.items.clear()

    # -- items --------------------------------------------------------------------------------------------------

    def item(self) -> None:
        line = self.lines[self.at]
        while self.items and self.items[-1][0] >= line.indent:
            self.items.pop()
        end = self.item_end(line)
        parent = self.items[-1][1] if self.items else self.lead
        depth = len(self.items) + 1
        self.block(SegmentKind.ITEM, line.start, end, parent, depth)
        self.items.append((line.indent, Span(line.start, end)))
        self.led = True
        self.after_heading = False

    def item_end(self, line: Line) -> int:
        """Returns where an item ends, its continuation lines included, and moves behind it."""
        self.at += 1
        end = line.end
        while self.at < len(self.lines):
            following = self.lines[self.at]
            if following.kind is not TEXT or following.indent <= line.indent:
                break
            end = following.end
            self.at += 1
        return end

    def block(self, kind: SegmentKind, start: int, end: int, parent: Span | None, depth: int = 0) -> None:
        """Emits a paragraph or an item, or the value of a label row."""
        label = find_label(self.text, start, end, item=kind is SegmentKind.ITEM)
        if label:
            self.label(*label, parent, depth)
        else:
            self.add(kind, start, end, parent, depth)

    def label(self, name: Span, value: Span, parent: Span | None, depth: int = 0) -> None:
        """Emits the value of a label row."""
        self.out.append(
            Segment(SegmentKind.LABEL, value.start, value.end, self.headings, parent, row=name, depth=depth)
        )
        self.labelled = True
        self.named = self.named or name.of(self.text).strip(" *_").lower() in load_wording().naming_labels

    # -- quotes, code, pipes ------------------------------------------------------------------------------------

    def quote(self) -> None:
        first = last = self.lines[self.at]
        self.at += 1
        while self.at < len(self.lines) and self.lines[self.at].kind is QUOTE:
            if not joins(self.text, last, self.lines[self.at], 0):
                self.add(SegmentKind.PARAGRAPH, first.start, last.end, self.lead)
                first = self.lines[self.at]
            last = self.lines[self.at]
            self.at += 1
        self.add(SegmentKind.PARAGRAPH, first.start, last.end, self.lead)
        self.after_heading = False

    def fence(self) -> None:
        """Emits the code between two fences; a fence that is never closed hides at most a screen of text."""
        mark = self.text[self.lines[self.at].start]
        self.at += 1
        if mark in self.unclosed:
            return
        stop = self.at
        while stop < len(self.lines) and not self.closes(self.lines[stop], mark):
            stop += 1
        if stop == len(self.lines):
            self.unclosed.add(mark)
            if stop - self.at > _UNCLOSED_LINES:
                return
        self.code(self.at, stop)
        self.at = stop + 1

    def closes(self, line: Line, mark: str) -> bool:
        return line.kind is FENCE and not self.text[line.start : line.end].strip(mark)

    def code(self, start: int, stop: int) -> None:
        inside = [line for line in self.lines[start:stop] if line.kind is not BLANK]
        if inside:
            first = self.text.rfind("\n", 0, inside[0].start) + 1
            self.add(SegmentKind.CODE, max(first, 0), inside[-1].end)

    def pipes(self) -> None:
        table = read_pipes(self.text, self.lines, self.at)
        if table:
            self.table(table)
        else:
            line = self.lines[self.at]
            self.at += 1
            if not is_separator(self.text, line):
                self.paragraph(Line(TEXT, line.start, line.end, line.indent, 0), line)

    def tags(self) -> None:
        """Emits the cells of a table of elements; one that is never closed, or no table, is read as lines of text."""
        line = self.lines[self.at]
        end = table_end(self.text, line.start) if "<" not in self.unclosed else -1
        if end < 0:
            self.unclosed.add("<")
        table = read_tags(self.text, self.lines, self.at, end) if end > 0 else None
        if table:
            self.table(table)
        else:
            self.at += 1
            self.paragraph(line, line)

    def table(self, table: Table) -> None:
        above = self.items[-1][1] if self.items and not self.lead else self.lead or self.caption
        self.out += place_cells(self.text, table, self.tables, self.headings, above)
        self.tables += 1
        self.at = table.stop
        self.lead = None
        self.after_heading = False
        self.report(table)

    def report(self, table: Table) -> None:
        cells = [cell for row in table.rows for cell in row if cell]
        for code, message in table.doubts:
            self.problems.append(Problem(self.uri, code, message, cells[0].start, cells[-1].end))
        for span in table.unread:
            message = f"row of a table without separators cannot be split: {span.of(self.text)[:80]}"
            self.problems.append(Problem(self.uri, "unreadable-table-row", message, span.start, span.end))
            self.add(SegmentKind.PARAGRAPH, span.start, span.end)
        if table.unread:
            self.out.sort(key=lambda segment: segment.start)

    # -- runs of plain lines ------------------------------------------------------------------------------------

    def plain_run(self) -> None:
        """Reads the lines up to the next blank or marked one."""
        stop = self.at
        while stop < len(self.lines) and self.lines[stop].kind is TEXT:
            stop += 1
        if self.markdown and self.is_code(self.at, stop):
            self.code(self.at, stop)
            self.at = stop
            return
        while self.at < stop:
            self.plain(stop)

    def is_code(self, at: int, stop: int) -> bool:
        if self.items or (at > 0 and self.lines[at - 1].kind is not BLANK):
            return False
        return all(line.indent >= 4 for line in self.lines[at:stop])

    def plain(self, stop: int) -> None:
        line = self.lines[self.at]
        text = self.text
        table = self.plain_table(self.at, stop)
        if table:
            self.table(table)
        elif is_pair_run(text, self.lines, self.at, going=self.pairs_end == self.at):
            self.pair()
        elif line.end - line.start <= 400 and load_wording().boilerplate.fullmatch(text, line.start, line.end):
            self.at += 1
        elif self.setext(stop):
            self.at += 2
        elif is_heading(text, self.lines, self.at) or self.heads_table():
            captions = self.marked and (self.lines[self.below()].kind in (PIPE, TAGS) or self.heads_table())
            self.at += 1
            if captions:
                self.table_caption(line)
            else:
                self.plain_heading(line)
        else:
            self.paragraph_from(line, stop)

    def below(self) -> int:
        """Returns the index of the next line that is not blank; that of the last line where there is none."""
        below = self.at + 1
        while below < len(self.lines) and self.lines[below].kind is BLANK:
            below += 1
        return min(below, len(self.lines) - 1)

    def table_caption(self, line: Line) -> None:
        span = trim_marks(self.text, line.start, line.end)
        if span:
            self.add(SegmentKind.CAPTION, span.start, span.end)
            self.caption, self.lead = span, None

    def heads_table(self) -> bool:
        """Returns whether a short line names the table that begins below it without marks."""
        below = self.below()
        if self.lines[below].kind is not TEXT or not reads_as_heading(self.text, self.lines[self.at]):
            return False
        stop = below
        while stop < min(below + _TABLE_REACH, len(self.lines)) and self.lines[stop].kind is TEXT:
            stop += 1
        if stop == below + _TABLE_REACH:
            return self.find_table(below, stop) is not None
        return self.plain_table(below, stop) is not None

    def plain_table(self, at: int, stop: int) -> Table | None:
        if at not in self.known_tables:
            self.known_tables[at] = self.find_table(at, stop)
        return self.known_tables[at]

    def find_table(self, at: int, stop: int) -> Table | None:
        text, lines = self.text, self.lines
        if at + 1 >= stop and (at + 1 >= len(lines) or lines[at + 1].kind is BLANK):
            return read_stacked_table(text, lines, at)
        line = lines[at]
        if text.find("|", line.start, line.end) >= 0 and at + 1 < len(lines) and is_separator(text, lines[at + 1]):
            return read_pipes(text, lines, at)
        columns = read_columns(text, lines, at, stop) if self.gapped else None
        return columns or read_lost_table(text, lines, at, stop)

    def setext(self, stop: int) -> bool:
        """Enters the heading of a line that is underlined."""
        below = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else None
        line = self.lines[self.at]
        if below is None or self.at + 1 != stop or below.kind is not RULE or line.end - line.start > 120:
            return False
        span = trim_marks(self.text, line.start, line.end)
        if span is None or self.text[below.start] not in "=-" or self.text[line.end - 1] in ".;,":
            return False
        self.enter(span, below.level)
        return True

    def pair(self) -> None:
        """Emits a label and its value that stand on lines of their own."""
        label, value = self.lines[self.at], self.lines[self.at + 1]
        row = trim_marks(self.text, label.start, label.end)
        cell = trim_marks(self.text, value.start, value.end)
        if row and cell:
            self.label(row, cell, self.lead)
        self.at += 2
        while self.at < len(self.lines) and self.lines[self.at].kind is BLANK:
            self.at += 1
        self.pairs_end = self.at

    def paragraph_from(self, first: Line, stop: int) -> None:
        """Emits the paragraph that begins at a line, hard-wrapped lines included."""
        last, width = first, 0
        self.at += 1
        while self.at < stop and joins(self.text, last, self.lines[self.at], width):
            width = max(width, last.end - last.start)
            last = self.lines[self.at]
            self.at += 1
        self.paragraph(first, last)

    def paragraph(self, first: Line, last: Line) -> None:
        lead = lead_of(self.text, first.start, last.end)
        inside = bool(self.items) and first.indent >= self.items[-1][0] + _ITEM_STEP
        parent = self.items[-1][1] if inside else None if self.led else self.lead
        self.block(SegmentKind.ITEM if inside else SegmentKind.PARAGRAPH, first.start, last.end, parent)
        if not inside:
            self.items.clear()
            self.lead, self.led = lead, False
            self.caption = None
        self.after_heading = False
