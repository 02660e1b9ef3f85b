"""Reads tables that lost their separators."""

from collections.abc import Sequence

from extractors.glued_tables import read_glued_table
from extractors.infoboxes import read_infobox
from extractors.lines import Line
from extractors.spaced_tables import read_spaced_table
from extractors.stacked_tables import read_stacked_table
from extractors.tables import Table


def read_lost_table(text: str, lines: Sequence[Line], at: int, stop: int) -> Table | None:
    """Returns the table that begins at a line of text, its cells run together or parted by single blanks, or None."""
    return (
        read_infobox(text, lines, at)
        or read_stacked_table(text, lines, at)
        or read_glued_table(text, lines, at)
        or read_spaced_table(text, lines, at, stop)
    )
