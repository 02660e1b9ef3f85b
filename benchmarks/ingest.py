"""Measures runs of ingestion, each against the figure that it has to reach: `python -m benchmarks.ingest`.

    python -m benchmarks.ingest one-file            one article, warm, Python's start included        <= 3 s wall
    python -m benchmarks.ingest overhead            the flow against the same stages in-process        <= 5 %
    python -m benchmarks.ingest processes           two processes against one                          >= 1.7 times
    python -m benchmarks.ingest volume              a folder to a reconciled ledger                    <= 300 s, <= 1 GB
    python -m benchmarks.ingest unchanged           the same folder once more                          <= 10 s
    python -m benchmarks.ingest feed                an unchanged feed                                  one 304

Articles are made up, the same ones at every run: `--articles` says how many, `--folder` keeps them between runs.
Overhead is in CPU time of the client, which a busy machine disturbs less; it starts a Prefect server of its own.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

NAMES = ("Qwen 3.5", "Kimi K2", "DeepSeek V3.2", "Llama 4 Scout", "Mistral Large 3", "GLM-4.6", "Grok 4", "Gemma 3")
MAKERS = ("Alibaba", "Moonshot AI", "DeepSeek", "Meta", "Mistral AI", "Zhipu AI", "xAI", "Google")
FILLER = (
    "The team said little about how the work was done, and nobody outside has looked at it yet.",
    "Engineers who tried it spoke of fewer restarts and of a calmer week than they had feared.",
    "Two partners will sell it in their own shops, under the terms that they had before.",
    "The office in the harbour stays open, the lease of the old one ends with the summer.",
    "Readers wrote in to ask what this means for those who had just bought the older one.",
)
BYTES = 2_200


class Figure(NamedTuple):
    """What was measured, and what it has to reach."""

    name: str
    value: float
    unit: str
    limit: float
    most: bool = True

    def __str__(self) -> str:
        reached = self.value <= self.limit if self.most else self.value >= self.limit
        sign = "<=" if self.most else ">="
        return f"{'ok  ' if reached else 'MISS'} {self.name}: {self.value:.2f} {self.unit} ({sign} {self.limit:g})"


def article(number: int) -> str:
    """Returns a made-up article of about 2.2 kB with some ten claims."""
    chance = random.Random(number)
    at = chance.randrange(len(NAMES))
    name, maker = NAMES[at], MAKERS[at]
    day = f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    integer, pick = chance.randint, chance.choice
    figures = [
        f"{name} has {integer(7, 900)}B total parameters and a context window of {pick((128, 256))}K tokens.",
        f"{name} was downloaded {integer(2, 900)} million times as of {integer(1, 28)} March 2026.",
        f"{maker} has {integer(200, 90_000):,} employees, and {name} has {integer(3, 700)}M monthly users.",
        f"Revenue of {maker} rose {integer(2, 90)}% to ${integer(1, 90)}.{integer(0, 9)} billion in 2025.",
    ]
    parts = [f"# Note {number}: {name}\n", f"Published: {day}\n"]
    while sum(map(len, parts)) < BYTES:
        said = [figures.pop()] if figures and chance.random() < 0.6 else []
        parts.append(" ".join([*said, *chance.sample(FILLER, chance.randint(1, 3))]) + "\n")
    return "\n".join(parts)


def make_articles(folder: Path, count: int) -> int:
    """Writes articles to a folder, those that are there already left alone, and returns their size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(count):
        file = folder / f"{number // 1000:03}" / f"{number:06}.md"
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_text(article(number), "utf-8")
        size += file.stat().st_size
    return size


def cpu_seconds() -> float:
    """Returns the CPU time of this process and of its children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def claims(*arguments: str, **environment: str) -> tuple[float, float, float]:
    """Runs the command line in a process of its own, and returns wall and CPU seconds and its peak memory in MB."""
    command = [sys.executable, "-m", "flows.cli", *arguments]
    start, used = time.perf_counter(), cpu_seconds()
    with subprocess.Popen(command, env=os.environ | {"PREFECT_API_URL": ""} | environment, stdout=-3, stderr=-3) as run:
        watch = Memory(run.pid)
        status = run.wait()
        watch.stop()
    if status not in (0, 1):
        raise SystemExit(f"claims {' '.join(arguments)} ended with {status}")
    return time.perf_counter() - start, cpu_seconds() - used, watch.peak_mb


class Memory:
    """Watches the memory of a process and its children, shared pages counted once (PSS).

    Attributes:
        peak_mb: The most that was seen.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self._stopped = pid, threading.Event()
        self.peak_mb = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends watching."""
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(0.5):
            self.peak_mb = max(self.peak_mb, sum(map(_pss_mb, _family(self._pid))))


def _family(pid: int) -> list[int]:
    """Returns a process and all that it started, by the tables of Linux."""
    found = [pid]
    for at in found:
        for task in Path(f"/proc/{at}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def _pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def one_file(folder: Path, _articles: int) -> Iterator[Figure]:
    """Yields how long one article takes, the best of five, in a ledger that is there."""
    make_articles(folder / "one", 6)
    db = new_ledger(folder, "one.db")
    files = sorted((folder / "one").rglob("*.md"))
    claims("ingest", str(files[0]), "--db", db)
    runs = [claims("ingest", str(file), "--db", db) for file in files[1:]]
    yield Figure("one file, wall", min(wall for wall, _, _ in runs), "s", 3.0)
    yield Figure("one file, CPU", min(cpu for _, cpu, _ in runs), "s", 3.0)


def volume(folder: Path, articles: int) -> Iterator[Figure]:
    """Yields how long a folder takes to a reconciled ledger, and how much memory."""
    size = make_articles(folder / "many", articles)
    db = new_ledger(folder, "many.db")
    wall, cpu, peak = claims("ingest", str(folder / "many"), "--db", db)
    print(f"{articles:,} articles, {size / 1e6:.1f} MB, {cpu:.0f} s CPU, {articles / wall:.0f} articles a second")
    yield Figure("folder to reconciled ledger", wall, "s", 300.0 * articles / 20_000)
    yield Figure("peak memory of all processes", peak, "MB", 1000.0)


def unchanged(folder: Path, articles: int) -> Iterator[Figure]:
    """Yields how long the same folder takes once more."""
    make_articles(folder / "many", articles)
    db = f"sqlite:///{folder / 'many.db'}"
    if not (folder / "many.db").exists():
        claims("ingest", str(folder / "many"), "--db", db)
    wall, _, _ = claims("ingest", str(folder / "many"), "--db", db)
    yield Figure("unchanged folder, the whole command", wall, "s", 10.0 * articles / 20_000)
    from flows.stages import plan

    start = time.perf_counter()
    found = plan([str(folder / "many")], db=db)
    yield Figure("unchanged folder, looking at it", time.perf_counter() - start, "s", 10.0 * articles / 20_000)
    assert not found.targets and found.unchanged == articles


def processes(folder: Path, articles: int) -> Iterator[Figure]:
    """Yields how many times faster two processes are than one."""
    make_articles(folder / "some", articles)
    walls = {}
    for count in (1, 2):
        db = new_ledger(folder, f"by{count}.db")
        walls[count], cpu, _ = claims("ingest", str(folder / "some"), "--db", db, "--processes", str(count))
        print(f"{count} process{'es' if count > 1 else ''}: {walls[count]:.1f} s wall, {cpu:.1f} s CPU")
    yield Figure("two processes against one", walls[1] / walls[2], "times", 1.7, most=False)


def overhead(folder: Path, articles: int) -> Iterator[Figure]:
    """Yields what the flow costs on top of the same stages, the server left out of the count."""
    from flows.prefect_server import own_server

    make_articles(folder / "some", articles)
    costs = {}
    with own_server(folder / "prefect") as url:
        for name, where in (("in-process", ""), ("flow", url)):
            db = new_ledger(folder, f"{name}.db")
            code = _FLOW if where else _STAGES
            started = cpu_seconds()
            subprocess.run(
                [sys.executable, "-c", code, str(folder / "some"), db],
                env=os.environ | {"PREFECT_API_URL": where},
                check=True,
                stdout=subprocess.DEVNULL,
            )
            costs[name] = cpu_seconds() - started
            print(f"{name}: {costs[name]:.1f} s CPU")
    yield Figure("orchestration overhead", 100 * (costs["flow"] / costs["in-process"] - 1), "%", 5.0)


_STAGES = "import sys, prefect; from flows.stages import run; run([sys.argv[1]], sys.argv[2], processes=1)"
_FLOW = "import sys; from flows.ingest import ingest; ingest([sys.argv[1]], sys.argv[2], processes=1)"


def feed(folder: Path, _articles: int) -> Iterator[Figure]:
    """Yields how many requests an unchanged feed of fifty articles costs."""
    from flows.stages import run

    with serving(50) as (url, asked):
        sources = folder / "feed.toml"
        sources.write_text(
            f'[[source]]\nid = "feed"\nkind = "feed"\nlocation = "{url}/feed"\nsource = "benchmark"\n'
            "private = true\ndelay_seconds = 0\n"
        )
        db = new_ledger(folder, "feed.db")
        run(["feed"], db, sources_file=str(sources))
        first = len(asked)
        run(["feed"], db, sources_file=str(sources))
        print(f"first run: {first} requests; second run: {asked[first:]}")
        yield Figure("requests of an unchanged feed", len(asked) - first, "requests", 1)
        assert asked[first:] == [("/feed", 304)]


@contextmanager
def serving(count: int) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Yields the URL of a server with a feed of articles, and the list of what it is asked."""
    asked: list[tuple[str, int]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where = f"http://{self.headers['Host']}"
            items = "".join(f"<item><title>{n}</title><link>{where}/{n}</link></item>" for n in range(count))
            bodies = {"/feed": f'<rss version="2.0"><channel><title>n</title>{items}</channel></rss>'}
            body = bodies.get(self.path) or (article(int(self.path[1:])) if self.path[1:].isdigit() else "")
            status = 404 if not body else 304 if self.headers.get("If-None-Match") else 200
            asked.append((self.path, status))
            self.send_response(status)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode() if status == 200 else b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def new_ledger(folder: Path, name: str) -> str:
    """Returns the URL of a ledger that is not there yet."""
    for file in folder.glob(f"{name}*"):
        file.unlink()
    return f"sqlite:///{folder / name}"


MEASURES: dict[str, tuple[Callable[[Path, int], Iterator[Figure]], int]] = {
    "one-file": (one_file, 1),
    "overhead": (overhead, 5_000),
    "processes": (processes, 5_000),
    "volume": (volume, 20_000),
    "unchanged": (unchanged, 20_000),
    "feed": (feed, 50),
}


def main() -> int:
    """Measures what was named, or all, and returns 1 when a figure is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", choices=[*MEASURES, []], help="which figures; all by default")
    parser.add_argument("--articles", type=int, default=0, help="how many; by default as many as the figure asks for")
    parser.add_argument("--folder", type=Path, help="where articles and ledgers are kept")
    given: Any = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        missed = 0
        for name in given.what or MEASURES:
            measure, articles = MEASURES[name]
            for figure in measure((given.folder or Path(scratch)).absolute(), given.articles or articles):
                print(figure, flush=True)
                missed += str(figure).startswith("MISS")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
