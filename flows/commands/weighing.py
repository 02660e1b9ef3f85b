"""The command that shows whom to trust: reliability."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import DEFAULT_DB, AsOfTime, AsOfVersion, Db, Format, Sources

_RELIABILITY = """Prints how far each source can be trusted.

Learned for each family of metrics from how sources agree, and from what people judged. What the sources file says of a
source's reliability is where it starts.

\b
Example: claims reliability
Example: claims reliability --metric monthly_active_users --format json
"""


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command(help=_RELIABILITY)(reliability)


def known_before(sources_file: str) -> dict[str, float]:
    """Returns what a sources file says of the reliability of its sources; nothing without a file."""
    from store.source_files import load_sources
    from store.track_records import prior_of

    return prior_of(load_sources(Path(sources_file)).values()) if sources_file else {}


def reliability(
    metric: Annotated[str, typer.Option(metavar="M", help="Only for the family of this metric.")] = "",
    version: AsOfVersion = None,
    at: AsOfTime = None,
    format_: Format = "table",
    db: Db = DEFAULT_DB,
    sources_file: Sources = "",
) -> None:
    """Prints how far each source can be trusted."""
    from flows.commands import output
    from flows.commands.ledgers import open_ledger
    from store.metrics import load_metrics

    output.check_format(format_, output.FORMATS)
    moment = output.moment(at)
    catalogue = load_metrics()
    if metric and not catalogue.get(metric).known:
        raise typer.BadParameter(f"{metric!r} is no metric of the catalogue", param_hint="--metric")
    with open_ledger(db) as ledger:
        records = ledger.reliability(version=version, at=moment, prior=known_before(sources_file)).ordered()
    wanted = [each for each in records if not metric or each.family == catalogue.get(metric).family]
    if format_ != "table":
        output.print_rows([each.record() for each in wanted], format_)
        return
    columns = ("source", "metrics", "reliability", "right", "agreed", "judged", "statements")
    shown = output.table(*columns, right=("reliability", "right", "agreed", "statements"))
    for each in wanted:
        judged = (
            f"{each.judged_right} right, {each.judged_wrong} wrong" if each.judged_right + each.judged_wrong else ""
        )
        shown.add_row(
            each.name + (f" (as {', '.join(each.copies[:2])})" if each.copies else ""),
            each.family,
            f"{each.chance:.0%}",
            f"{each.upheld} of {each.compared}" if each.compared else "",
            f"{each.agreed} of {each.compared}" if each.compared else "",
            judged,
            str(each.statements),
        )
    output.show(shown if wanted else "No statement can be believed or compared yet.")
