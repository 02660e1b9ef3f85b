"""Commands that look after the sources file: sources add, list, check, pause, remove."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.options import Format, Sources

_ADD = """Adds a source to the sources file.

The kind is told from LOCATION where that is clear: a folder, a glob, a file, or a URL; --kind says feed, sitemap, mail,
jsonl or warc. --set takes any other key of the file, several times. The file is made where there is none.

\b
Example: claims sources add press https://example.org/feed.xml --kind feed --schedule "every 6h" --sources my.toml
Example: claims sources add mails letters/ --kind mail --set tier=3 --set language=en --sources my.toml
"""

_LIST = """Prints the sources of the sources file.

\b
Example: claims sources list --sources my.toml
"""

_CHECK = """Looks whether sources can be read now.

All of the sources file, or those named. Lists what stands there and reads one article of each; records nothing. Ends
with 1 when a source is broken, and says what to try.

\b
Example: claims sources check
Example: claims sources check press --sources my.toml
"""

_PAUSE = """Leaves a source out of scheduled runs.

--resume takes it in again.

\b
Example: claims sources pause press --sources my.toml
Example: claims sources pause press --resume --sources my.toml
"""

_REMOVE = """Takes a source out of the sources file.

What was read from it stays in the ledger.

\b
Example: claims sources remove press --sources my.toml
"""

Name = Annotated[str, typer.Argument(metavar="NAME", help="Id of the source.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    group = typer.Typer(help="Looks after the sources file.", no_args_is_help=True, rich_markup_mode=None)
    group.command(help=_ADD)(add)
    group.command("list", help=_LIST)(list_)
    group.command(help=_CHECK)(check)
    group.command(help=_PAUSE)(pause)
    group.command(help=_REMOVE)(remove)
    app.add_typer(group, name="sources")


def add(
    name: Name,
    location: Annotated[str, typer.Argument(metavar="LOCATION", help="Path, glob or URL.")],
    kind: Annotated[str, typer.Option(help="What stands there; told from LOCATION by default.")] = "",
    schedule: Annotated[str, typer.Option(help="Five cron fields, or `every 6h`.")] = "",
    about: Annotated[str, typer.Option(help="What it is, for a person.")] = "",
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Another key.")] = None,
    sources_file: Sources = "",
) -> None:
    """Adds a source to the sources file."""
    from flows.stages import who
    from store.source_files import add_source

    file = own_file(sources_file)
    local = "://" not in location
    entry: dict[str, Any] = {
        "id": name,
        "kind": kind or _kind(location),
        "location": os.path.relpath(location, file.absolute().parent) if local else location,
        "schedule": schedule,
        "about": about,
        "source": f"added by {who()}",
    }
    source = add_source(
        file, {key: value for key, value in entry.items() if value} | dict(map(_setting, settings or ()))
    )
    print(f"{source.id}: {source.kind} {source.location}")


def _kind(location: str) -> str:
    if "://" in location:
        return "url"
    if any(sign in location for sign in "*?["):
        return "glob"
    return "folder" if Path(location).is_dir() else "file"


def _setting(words: str) -> tuple[str, Any]:
    """Returns key and value of `KEY=VALUE`; a value that is a number or true or false in TOML is one here."""
    import tomllib

    key, separator, value = words.partition("=")
    if not separator:
        raise typer.BadParameter(f"{words!r} is not KEY=VALUE", param_hint="--set")
    try:
        found = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value
    return key, found if isinstance(found, (bool, int, float, str)) else value


def own_file(sources_file: str) -> Path:
    """Returns the sources file to change; stops with wrong usage where it is the package's own."""
    if not sources_file:
        raise typer.BadParameter(
            "the package's own file is only a demonstration; name one of yours, such as sources.toml "
            "(or set CLAIMS_SOURCES)",
            param_hint="--sources",
        )
    return Path(sources_file)


def list_(format_: Format = "table", sources_file: Sources = "") -> None:
    """Prints the sources of the sources file."""
    from dataclasses import asdict

    from flows.commands import output
    from store.source_files import load_sources

    output.check_format(format_, output.FORMATS)
    sources = load_sources(Path(sources_file) if sources_file else None).values()
    if format_ != "table":
        output.print_rows([asdict(source) for source in sources], format_)
        return
    shown = output.table("name", "kind", "schedule", "tier", "location")
    for source in sources:
        schedule = "paused" if source.paused else source.schedule or "when asked"
        shown.add_row(source.id, source.kind, schedule, str(source.tier or ""), source.location)
    output.show(shown)


def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Which; all by default.")] = None,
    sources_file: Sources = "",
) -> None:
    """Looks whether sources can be read now."""
    from flows.stages import try_source
    from store.source_files import load_sources

    held = load_sources(Path(sources_file) if sources_file else None)
    if unknown := [name for name in names or () if name not in held]:
        raise typer.BadParameter(f"no source is called {unknown[0]!r}; there are {', '.join(held)}", param_hint="NAME")
    broken = False
    for source in [held[name] for name in names or held]:
        told, problems = try_source(source)
        print(f"{source.id}: {told}")
        for problem in problems:
            print(f"claims: {problem.message}", file=sys.stderr)
        broken = broken or bool(problems)
    raise typer.Exit(int(broken))


def pause(
    name: Name,
    resume: Annotated[bool, typer.Option("--resume", help="Take it in again.")] = False,
    sources_file: Sources = "",
) -> None:
    """Leaves a source out of scheduled runs."""
    from store.source_files import pause_source

    pause_source(own_file(sources_file), name, paused=not resume)
    print(f"{name}: {'read again' if resume else 'paused'}")


def remove(name: Name, sources_file: Sources = "") -> None:
    """Takes a source out of the sources file."""
    from store.source_files import remove_source

    remove_source(own_file(sources_file), name)
    print(f"{name}: removed")
