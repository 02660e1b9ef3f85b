"""Commands that stay up: review (the web page) and serve (scheduled ingestion)."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from flows.commands.accounts import DEFAULT_ACCOUNTS, AccountsFile
from flows.commands.deciding import By
from flows.commands.options import DEFAULT_DB, Db, Sources, prefect_api_url

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

    from review.accounts import Accounts
    from store.sources import Source

_REVIEW = """Serves the pages where you decide conflicts.

On loopback, for the people of this machine, unless `--host` says otherwise: then those sign in who have an account in
the file of `--accounts` (`claims account NAME` makes one), and `--certificate` keeps passwords from listeners.
Decisions carry your name. Stops with Ctrl-C.

\b
Example: claims review --port 8765
"""

_SERVE = """Ingests the sources by their schedules.

Registers one Prefect deployment for each source of the sources file that has a schedule and works off their runs until
Ctrl-C, two at a time. A source is never read by two runs at once: of the runs missed in a downtime one catches up, the
others are cancelled. Uses the Prefect server of PREFECT_API_URL, or starts one of its own in FOLDER.

\b
Example: claims serve --sources sources.toml --db sqlite:///claims.db
"""


RUNS_AT_ONCE = 2


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command(help=_REVIEW)(review)
    app.command(help=_SERVE)(serve)


def review(
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8765,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    accounts: AccountsFile | None = None,
    certificate: Annotated[Path | None, typer.Option(help="Certificate for HTTPS, with its chain, in PEM.")] = None,
    private_key: Annotated[Path | None, typer.Option(help="Private key of the certificate, in PEM.")] = None,
    by: By = "",
    db: Db = DEFAULT_DB,
) -> None:
    """Serves the pages where a person decides conflicts."""
    import uvicorn

    from flows.commands.ledgers import open_ledger
    from flows.prefect_server import free_port
    from flows.stages import who
    from review.web import LOOPBACK, create_app

    held = _accounts(accounts or DEFAULT_ACCOUNTS, host) if accounts or host not in LOOPBACK else None
    hosts = LOOPBACK if held is None else ("*",)  # a page under another name does not get the session
    if held and not certificate:
        print("claims: without --certificate passwords travel in the clear; put HTTPS in front", file=sys.stderr)
    port = port or free_port()
    with open_ledger(db):
        app = create_app(db, author=by or who(), hosts=hosts, accounts=held)
    scheme = "https" if certificate else "http"
    print(f"claims: conflicts at {scheme}://{host}:{port}/ (Ctrl-C stops)", file=sys.stderr, flush=True)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        ssl_certfile=certificate,
        ssl_keyfile=private_key,
    )


def _accounts(file: Path, host: str) -> "Accounts":
    """Returns the accounts of a file; refuses to serve others without any."""
    from review.accounts import AccountError, Accounts

    held = Accounts(file)
    try:
        if held.all():
            return held
    except AccountError as error:
        raise typer.BadParameter(
            f"who reaches {host} has to sign in, but {error}; `claims account NAME` makes the first account",
            param_hint="--accounts",
        ) from error
    raise typer.BadParameter(f"{file} holds no account", param_hint="--accounts")


def serve(
    sources_file: Sources = "",
    folder: Annotated[Path, typer.Option(help="Where a server of our own keeps its files.")] = Path(".ledger"),
    db: Db = DEFAULT_DB,
) -> None:
    """Ingests the sources by their schedules."""
    from flows.prefect_server import own_server
    from flows.stages import absolute_db
    from store.source_files import load_sources

    sources = load_sources(Path(sources_file) if sources_file else None)
    scheduled = {name: source for name, source in sources.items() if source.schedule and not source.paused}
    if not scheduled:
        raise typer.BadParameter("no source has a schedule", param_hint="--sources")
    if url := prefect_api_url():
        print(f"claims: using the Prefect server at {url}", file=sys.stderr)
        _serve(scheduled, absolute_db(db), sources_file)
        return
    print("claims: starting a Prefect server (about 20 seconds)", file=sys.stderr, flush=True)
    with own_server(folder / "prefect", web=True) as url:
        print(f"claims: Prefect is at {url.removesuffix('/api')}", file=sys.stderr, flush=True)
        _serve(scheduled, absolute_db(db), sources_file)


def _serve(sources: "dict[str, Source]", db: str, sources_file: str) -> None:
    """Blocks while the deployments are served."""
    from prefect import serve as serve_deployments
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy

    from flows.ingest import ingest

    file = str(Path(sources_file).resolve()) if sources_file else ""
    alone = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    deployments = [
        ingest.to_deployment(
            name=name,
            cron=source.schedule if source.interval is None else None,
            interval=source.interval,
            parameters={
                "sources": [name],
                "db": db,
                "sources_file": file,
                "jitter_seconds": source.jitter_seconds,
            },
            description=source.about,
            concurrency_limit=alone,
        )
        for name, source in sources.items()
    ]
    for name, source in sources.items():
        print(f"claims: {name} at {source.schedule}", file=sys.stderr, flush=True)
    serve_deployments(*cast("list[RunnerDeployment]", deployments), limit=RUNS_AT_ONCE)
