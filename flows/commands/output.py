"""Prints: Rich for people, one JSON object or CSV row a line for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from extractors.model import Claim, Document, Extraction
from extractors.problems import Problem
from review.wording import highlighted, qualifier_words, short_name, value_words

QUOTE = "bold yellow"
VALUE_COLUMNS = ("low", "high", "unit", "bound", "date", "value")
FORMATS = ("table", "json", "jsonl", "csv")


def check_format(format_: str, allowed: Sequence[str]) -> None:
    """Stops with wrong usage when a format is not one of those that a command can write."""
    if format_ not in allowed:
        names = ", ".join(name for name in allowed if name)
        raise typer.BadParameter(f"{format_!r} is none of: {names}", param_hint="--format")


def check_choice(name: str, value: str, allowed: Sequence[str]) -> None:
    """Stops with wrong usage when a value is none of those that an option takes."""
    if value not in allowed:
        raise typer.BadParameter(f"{value!r} is none of: {', '.join(filter(None, allowed))}", param_hint=name)


def moment(text: str | None) -> datetime | None:
    """Returns the moment that `--at` names: the end of a day, or a time; local time where no zone is said.

    Stops with wrong usage when it is none.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time such as 2026-03-01T12:00", param_hint="--at") from None
    if len(text) == len("2026-03-01"):
        found = datetime.combine(found, time.max)
    return found.astimezone(UTC)


def console() -> Console:
    """Returns where tables go; 100 columns when nobody tells how wide the reader's screen is."""
    return Console(width=None if sys.stdout.isatty() else 100, highlight=False, soft_wrap=False)


def show(*parts: Any, **options: Any) -> None:
    """Prints with Rich; without the blanks that fill lines up when nobody watches."""
    screen = console()
    if screen.is_terminal:
        screen.print(*parts, **options)
        return
    with screen.capture() as captured:
        screen.print(*parts, **options)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def print_json_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Prints one object a line."""
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))


def print_json(value: object) -> None:
    """Prints one JSON value, indented."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_rows(rows: Iterable[Mapping[str, Any]], format_: str) -> None:
    """Prints rows as `json` (one array), `jsonl` or `csv`."""
    if format_ == "json":
        print_json(list(rows))
    elif format_ == "csv":
        print_csv(rows)
    else:
        print_json_lines(rows)


def print_csv(rows: Iterable[Mapping[str, Any]]) -> None:
    """Prints rows as CSV; nested objects become columns with a dot (`evidence.quote`), deeper values JSON."""
    writer: Any = None
    for row in rows:
        flat = dict(_flat(row))
        if writer is None:
            writer = csv.DictWriter(sys.stdout, fieldnames=_columns(flat), lineterminator="\n")
            writer.writeheader()
        writer.writerow(flat)


def _columns(first: Mapping[str, Any]) -> list[str]:
    """Returns the columns of a table; statements get those of every kind of value, whatever the first one holds."""
    columns = dict.fromkeys(first)
    if "kind" not in columns:
        return list(columns)
    names = [name for name in columns if name not in VALUE_COLUMNS]
    after = names.index("kind") + 1
    return [*names[:after], *VALUE_COLUMNS, *names[after:]]


def _flat(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for key, value in row.items():
        if isinstance(value, dict) and key not in ("qualifiers",):
            yield from ((f"{key}.{inner}", _cell(part)) for inner, part in value.items())
        else:
            yield key, _cell(value)


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def table(*columns: str, title: str = "", right: Sequence[str] = ()) -> Table:
    """Returns an empty table with the look that all commands share."""
    out = Table(title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        out.add_column(
            column, justify="right" if column in right else "left", header_style="bold cyan", overflow="fold"
        )
    return out


def print_indented(text: Text, indent: int) -> None:
    """Prints a text with every line that it takes moved in."""
    screen = console()
    for line in text.wrap(screen, screen.width - indent):
        line.rstrip()
        show(Text(" " * indent) + line, no_wrap=True)


def sentence(text: str, start: int, end: int, around: tuple[int, int], *, width: int = 220) -> Text:
    """Returns the words around a quote with the quote highlighted, cut at both sides to about `width` letters."""
    before, quote, after = highlighted(text, start, end, around)
    return cut(before, quote, after, room=max(20, (width - len(quote)) // 2))


def cut(before: str, quote: str, after: str, *, room: int) -> Text:
    """Returns a highlighted quote between its neighbouring words, each side cut at a blank to about `room` letters."""
    if len(before) > room:
        before = "…" + before[-room:].partition(" ")[2]
    if len(after) > room:
        after = after[:room].rpartition(" ")[0] + "…"
    return Text.assemble(before.lstrip(), (quote, QUOTE), after.rstrip())


def claim_sentence(document: Document, claim: Claim) -> Text:
    """Returns the sentence or cell of a claim with its quote highlighted."""
    evidence = claim.evidence
    return sentence(document.text, evidence.start, evidence.end, (evidence.context.start, evidence.context.end))


def print_claim_lines(extraction: Extraction, *, explain: bool = False) -> None:
    """Prints the claims of one document as JSON Lines."""
    for claim in extraction.claims:
        trail = {"trail": list(claim.trail)} if explain else {}
        print(json.dumps(claim.record(extraction.document) | trail, ensure_ascii=False))


def print_claims(extraction: Extraction) -> None:
    """Prints the claims of one document as a table."""
    name = short_name(extraction.document.uri)
    out = table(
        "subject", "metric", "value", "as of", "status", "evidence", title=f"{name}: {len(extraction.claims)} claims"
    )
    for claim in extraction.claims:
        metric = Text.assemble(
            claim.metric, "\n" if claim.qualifiers else "", (qualifier_words(claim.qualifiers), "dim")
        )
        when = claim.as_of.text if claim.as_of else ""
        words = claim_sentence(extraction.document, claim)
        out.add_row(claim.subject.name, metric, value_words(claim), when, claim.status.value, words)
    show(out)


def print_explained(extraction: Extraction) -> None:
    """Prints each claim with its sentence and the steps that made it."""
    for claim in extraction.claims:
        what = f" ({qualifier_words(claim.qualifiers)})" if qualifier_words(claim.qualifiers) else ""
        when = f", as of {claim.as_of.text} [{claim.as_of_basis}]" if claim.as_of else ""
        head = Text.assemble((claim.subject.name, "bold"), f" · {claim.metric}{what} · ", (value_words(claim), "bold"))
        show(head + Text(f"{when}, {claim.status}, confidence {claim.confidence:.2f}", style="dim"))
        print_indented(claim_sentence(extraction.document, claim), 3)
        place = f"{short_name(claim.document)}:{claim.evidence.start}-{claim.evidence.end}"
        print_indented(Text(" → ".join([place, *claim.trail]), style="dim"), 3)
    if not extraction.claims:
        show(f"{short_name(extraction.document.uri)}: no claims")


def report_problems(problems: Sequence[Problem], *, fatal: bool = True) -> int:
    """Prints problems to stderr and returns the exit status: 1 when a source could not be read at all."""
    for problem in problems:
        place = "" if problem.start is None else f" (at {problem.start})"
        name = short_name(problem.document)
        message = problem.message if name in problem.message else f"{name}: {problem.message}"
        print(f"claims: {message}{place} [{problem.code}]", file=sys.stderr)
    unread = any(problem.start is None for problem in problems)
    return int(fatal and unread)


def report_problem_rows(rows: Sequence[Mapping[str, str]]) -> int:
    """Prints the problems of a run's summary to stderr and returns the exit status: 1 when there are any."""
    for row in rows[:20]:
        name = short_name(row["document"])
        place = "" if name in row["message"] else f"{name}: "
        print(f"claims: {place}{row['message']} [{row['code']}]", file=sys.stderr)
    if len(rows) > 20:
        print(f"claims: {len(rows) - 20} more problems", file=sys.stderr)
    return int(any(row["fatal"] for row in rows))
