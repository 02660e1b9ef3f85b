"""Starts and stops a Prefect server that belongs to this process alone."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

STARTUP_SECONDS = 180.0
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}


@contextmanager
def own_server(home: Path, *, web: bool = False, meanwhile: Callable[[], object] | None = None) -> Iterator[str]:
    """Runs a Prefect server on loopback while the block runs and yields its API's URL.

    Sets PREFECT_API_URL and PREFECT_HOME of this process, so it must be entered before Prefect is imported.

    Args:
        home: Folder of the server's database and log.
        web: With its web interface.
        meanwhile: Called while the server starts, which takes it many seconds.

    Raises:
        OSError: The server did not come up; the message names its log.
    """
    home.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{free_port()}/api"
    log = home / "server.log"
    os.environ.update(QUIET | {"PREFECT_HOME": str(home.resolve()), "PREFECT_API_URL": url})
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    server = _start(url, log, web=web)
    try:
        if meanwhile:
            meanwhile()
        _wait_until_healthy(server, url, log)
        yield url
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        _stop(server)


def _start(url: str, log: Path, *, web: bool) -> "subprocess.Popen[bytes]":
    """Starts the server in a session of its own, so that a Ctrl-C reaches it through us only."""
    environment = os.environ | {"PREFECT_SERVER_UI_ENABLED": str(web).lower()}
    environment.pop("PREFECT_API_URL", None)
    port = str(urlsplit(url).port)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _end(number: int, _frame: object) -> None:
    """Ends this process by way of its `finally` blocks, so that the server is not left behind."""
    sys.exit(128 + number)


def free_port() -> int:
    """Returns a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    end = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise OSError(f"the Prefect server ended with {server.returncode} while it started; see {log}")
        try:
            with urlopen(f"{url}/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.25)
    raise OSError(f"the Prefect server was not up after {STARTUP_SECONDS:.0f} s; see {log}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Ends the server, first politely."""
    server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
