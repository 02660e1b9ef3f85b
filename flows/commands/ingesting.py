"""Commands that bring articles into the ledger: ingest, re-extract, demo."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.options import DEFAULT_DB, Db, Sources, prefect_api_url

_INGEST = """Reads articles into the ledger.

Each SOURCE may be a file, a folder, a glob, a URL, or a name from the sources file. Runs the Prefect flow when
PREFECT_API_URL is set, else the same stages in this process.

\b
Example: claims ingest articles/ https://example.org/report.html
"""

_RE_EXTRACT = """Reads the stored documents again with the current extractor.

\b
Example: claims re-extract && claims diff 1 2
"""

_DEMO = """Runs the real Prefect flow over the demonstration articles.

Starts a Prefect server of its own and stops it again. The ledger and the server's files go to FOLDER.

\b
Example: claims demo
"""


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command(help=_INGEST)(ingest)
    app.command("re-extract", help=_RE_EXTRACT)(re_extract)
    app.command(help=_DEMO)(demo)


def ingest(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help="What to read.")],
    db: Db = DEFAULT_DB,
    sources_file: Sources = "",
    processes: Annotated[int, typer.Option(help="Worker processes; 0 decides by the amount.")] = 0,
    again: Annotated[bool, typer.Option("--again", help="Read everything, changed or not.")] = False,
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="table for people, json for programs.")
    ] = "table",
) -> None:
    """Reads articles into the ledger."""
    from flows.commands import output, telling

    output.check_format(format_, ("table", "json"))
    if prefect_api_url():
        print(f"claims: running the flow on the Prefect server at {prefect_api_url()}", file=sys.stderr)
        summary = _run_flow(sources, db, sources_file, processes, again=again)
    else:
        print("claims: no PREFECT_API_URL is set, so the same stages run in this process", file=sys.stderr)
        summary = _run_here(sources, db, sources_file, processes, again=again)
    output.print_json(summary) if format_ == "json" else telling.print_summary(summary)
    raise typer.Exit(output.report_problem_rows(summary["problems"]))


def _run_flow(sources: list[str], db: str, sources_file: str, processes: int, *, again: bool = False) -> dict[str, Any]:
    from flows.ingest import ingest as flow
    from flows.stages import absolute

    named = [absolute(source) for source in sources]
    return flow(named, db, sources_file=sources_file, processes=processes, again=again)


def _load_flow() -> None:
    """Imports what a run needs, which takes seconds."""
    import extractors.claims
    import flows.ingest

    del extractors, flows


def _run_here(sources: list[str], db: str, sources_file: str, processes: int, *, again: bool = False) -> dict[str, Any]:
    from flows.commands.progressing import showing_progress, stopping
    from flows.notifying import notify
    from flows.stages import run

    with showing_progress() as step, stopping() as stop:
        summary = run(
            sources, db, sources_file=sources_file, processes=processes, again=again, progress=step, stop=stop
        )
    notify(summary)
    if summary["left"]:
        print(f"claims: stopped with {summary['left']} to go; the same command goes on from there", file=sys.stderr)
    return summary


def re_extract(sources_file: Sources = "", db: Db = DEFAULT_DB) -> None:
    """Reads the stored documents again with the current extractor."""
    from flows.commands import telling
    from flows.commands.progressing import showing_progress
    from flows.stages import re_extract as stage

    with showing_progress() as step:
        summary = stage(db, sources_file=sources_file, progress=step)
    telling.print_summary(summary)


def demo(
    folder: Annotated[Path, typer.Option(help="Where the ledger and the server's files go.")] = Path(".ledger"),
) -> None:
    """Runs the real flow over the demonstration articles."""
    from flows.commands import telling
    from flows.prefect_server import own_server

    folder.mkdir(parents=True, exist_ok=True)
    db = f"sqlite:///{(folder / 'claims.db').absolute()}"
    print("demo: starting a Prefect server for this run (about 20 seconds)", file=sys.stderr)
    with own_server(folder / "prefect", meanwhile=_load_flow):
        summary = _run_flow(["demo"], db, "", 0)
    telling.print_demo(summary, folder / "claims.db")
