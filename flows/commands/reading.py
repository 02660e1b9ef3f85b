"""Commands that read text and touch no ledger: extract, quantities, dates."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

_EXTRACT = """Prints the claims of files as JSON Lines.

No ledger, no Prefect. Each FILE may be a file, a folder, a glob, a URL, or - for standard input.

\b
Example: claims extract report.md | head -1
Example: claims extract --explain report.md
"""

_QUANTITIES = """Finds the figures in texts given as JSON Lines.

Reads {"id", "text"} from standard input, writes {"id", "quantities": [...]}:
ends in base units, unit or head noun, bound, and where it stands; "noun" is the
counted phrase where it says more, "per" the denominator of a rate.

\b
Example: echo '{"id": 1, "text": "~600M users"}' | claims quantities
"""

_DATES = """Finds the dates in texts given as JSON Lines.

Reads {"id", "text"} from standard input, writes {"id", "dates": [...]}. A
"reference" (an ISO 8601 day or moment) in a line is what "last month" is read
against. Dates keep the precision that was written; --times also reads weekdays,
times of day, durations and recurrences, and "two years ago" to the day.

\b
Example: echo '{"id": 1, "text": "launched in early 2026"}' | claims dates
"""


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command(help=_EXTRACT)(extract)
    app.command(help=_QUANTITIES)(quantities)
    app.command(help=_DATES)(dates)


def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="What to read; - is standard input.")],
    explain: Annotated[bool, typer.Option(help="Show the sentence of each claim and how it was read.")] = False,
    format_: Annotated[str, typer.Option("--format", help="jsonl or table; --explain without it prints text.")] = "",
) -> None:
    """Prints the claims of files."""
    from flows.commands import output
    from flows.stages import plan, read_many

    output.check_format(format_, ("", "jsonl", "table"))
    found = plan(files)
    problems = list(found.problems)
    for outcome in read_many(found.targets):
        if outcome.problem is not None:
            problems.append(outcome.problem)
        extraction = outcome.extraction
        if extraction is None:
            continue
        problems.extend(extraction.problems)
        if explain and not format_:
            output.print_explained(extraction)
        elif format_ == "table":
            output.print_claims(extraction)
        else:
            output.print_claim_lines(extraction, explain=explain)
    raise typer.Exit(output.report_problems(problems))


def quantities() -> None:
    """Prints the figures of each line."""
    from extractors.model import number
    from extractors.quantities import find_quantities

    def found(line: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "low": number(quantity.low),
                "high": number(quantity.high),
                "unit": quantity.unit,
                "bound": quantity.bound.value,
                "start": quantity.start,
                "end": quantity.end,
                **({"noun": quantity.noun} if quantity.noun not in ("", quantity.unit) else {}),
                **({"per": quantity.per} if quantity.per else {}),
            }
            for quantity in find_quantities(line["text"])
        ]

    _answer("quantities", found)


def dates(
    times: Annotated[bool, typer.Option("--times", help="Read weekdays, times of day and durations too.")] = False,
) -> None:
    """Prints the dates of each line."""
    from extractors.dates import date_record, find_dates, parse_reference

    def found(line: dict[str, Any]) -> list[dict[str, Any]]:
        said = line.get("reference")
        reference = parse_reference(said) if isinstance(said, str) else None
        if said and reference is None:
            raise ValueError(f"standard input, line with id {line['id']!r}: reference {said!r} is no ISO 8601 date")
        return [date_record(mention) for mention in find_dates(line["text"], reference=reference, times=times)]

    _answer("dates", found)


def _answer(name: str, find: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> None:
    for line in _lines():
        print(json.dumps({"id": line["id"], name: find(line)}, ensure_ascii=False))


def _lines() -> Iterator[dict[str, Any]]:
    """Yields the objects on standard input.

    Raises:
        ValueError: A line is no object with a text; names the line.
    """
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ValueError(f"standard input, line {number}: not JSON: {error}") from None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise ValueError(f'standard input, line {number}: needs an object {{"id": …, "text": "…"}}')
        yield {"id": None} | row
