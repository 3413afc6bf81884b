"""`python -m dashboard`: start a worker and the dashboard together, and stop both together."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:  # the folder it is called from is no place to import from
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

import argparse
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from audit import lifeline
from audit.errors import AuditError
from dashboard.door import secret
from dashboard.door.door import PARAMETER
from dashboard.server import LAST_PORT, counted, host_names, refusal
from models.disk import disk_error
from models.errors import ModelError
from models.places import REPOSITORY, home, setting, settled, whole_number
from models.visible import visible

FIRST_PORT, TRIED_PORTS = 8501, 50
MOST_WORKERS = 64
RESTART_SECONDS = (1, 2, 5, 10, 30)  # waits before a worker that died is started again
STEADY_SECONDS = 60  # a worker that lived so long starts with the shortest wait again
STOP_SECONDS = 15


def command_line() -> argparse.ArgumentParser:
    """The options of `python -m dashboard`.

    Raises:
        SettingsError: a setting that is the default of one is not right.
    """
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Start Assay: a worker and the dashboard.")
    port = whole_number("port", setting("port"), FIRST_PORT, least=1, most=LAST_PORT)
    workers = whole_number("workers", setting("workers"), 1, least=0, most=MOST_WORKERS)
    parser.add_argument("--port", type=counted(1, LAST_PORT), default=port, help="port of the dashboard")
    parser.add_argument("--address", default=setting("address") or "127.0.0.1", help="address to listen on")
    parser.add_argument("--workers", type=counted(0, MOST_WORKERS), default=workers, help="number of workers")
    parser.add_argument(
        "--new-token", action="store_true", help="make a new token; who holds the old one stays outside"
    )
    parser.add_argument("--show-token", action="store_true", help="print the token and start nothing")
    parser.add_argument("--no-token", action="store_true", help="let in whoever reaches the address; for tests")
    return parser


def main() -> int:
    """Parse the command line, start everything, wait, stop everything."""
    arguments = command_line().parse_args()
    os.umask(0o077)
    if arguments.show_token:
        print(secret.token())
        return 0
    if (refused := refusal(arguments.address)) is not None:
        print(refused, file=sys.stderr)
        return 2
    from audit.actions.workers import check_settings  # what the pages and workers would end at, one by one and in a log

    check_settings()
    host_names()
    key = None if arguments.no_token else secret.renew() if arguments.new_token else secret.token()
    port = free_port(arguments.address, arguments.port)
    if port is None:
        last = min(arguments.port + TRIED_PORTS - 1, LAST_PORT)
        print(f"Error: ports {arguments.port} to {last} are all in use; choose another with --port.", file=sys.stderr)
        return 1
    if port != arguments.port:
        print(f"Port {arguments.port} is in use by another program; using {port} instead.")
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    return serve(arguments.address, port, arguments.workers, key)


def free_port(address: str, first: int) -> int | None:
    """The first port from `first` on that nobody listens on; None when fifty in a row are taken."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for port in range(first, min(first + TRIED_PORTS, LAST_PORT + 1)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    return None


def serve(address: str, port: int, workers: int, key: str | None) -> int:
    """Run until Ctrl-C or until the dashboard ends; returns the exit status. `key` is the token, None for none."""
    logs = home() / "logs"
    logs.mkdir(exist_ok=True)
    url = f"http://{_named(address)}:{port}"
    dashboard = _start(_dashboard_command(address, port, key), logs / "dashboard.log")
    team = [Supervised(["-m", "audit", "worker"], logs / f"worker-{i + 1}.log", i + 1) for i in range(workers)]
    try:
        if not _answers(f"{url}/_stcore/health", dashboard):
            print(f"Error: the dashboard did not start; see {logs / 'dashboard.log'}.", file=sys.stderr)
            return 1
        entrance = f"{url}/?{PARAMETER}={key}" if key else url
        print(f"\n  Assay is running at {entrance}\n  Data folder: {home()}\n  Press Ctrl-C to stop.\n", flush=True)
        while dashboard.poll() is None:
            for one in team:
                one.watch()
            time.sleep(0.5)
        print(f"Error: the dashboard has ended; see {logs / 'dashboard.log'}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopping ...", flush=True)
        return 0
    finally:
        stop([dashboard, *(one.process for one in team)])


class Supervised:
    """A worker that is started again when it dies: its runs go on where they were."""

    def __init__(self, arguments: list[str], log: Path, number: int) -> None:
        self._arguments, self._log, self._number = [*arguments], log, number
        self._deaths, self._due = 0, 0.0
        self._begin()

    def _begin(self) -> None:
        self.process = _start([sys.executable, *self._arguments], self._log, ASSAY_WORKER=str(self._number))
        self._started = time.monotonic()

    def watch(self) -> None:
        """Start it again if it has died and its wait is over."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if not self._due:
            self._deaths = 0 if now - self._started > STEADY_SECONDS else self._deaths + 1
            wait = RESTART_SECONDS[min(self._deaths, len(RESTART_SECONDS) - 1)]
            self._due = now + wait
            print(f"Worker {self._number} has ended; starting it again in {wait} s (see {self._log}).", flush=True)
        elif now >= self._due:
            self._due = 0.0
            self._begin()


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, then make those end that have not after a while."""
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _named(address: str) -> str:
    if address == "127.0.0.1":
        return "localhost"
    return f"[{address}]" if ":" in address else address


def _dashboard_command(address: str, port: int, key: str | None) -> list[str]:
    command = [sys.executable, "-m", "dashboard.server", f"--port={port}", f"--address={address}"]
    return command if key else [*command, "--no-token"]


def _start(command: list[str], log: Path, **environment: str) -> subprocess.Popen[bytes]:
    file: IO[bytes]
    with log.open("ab") as file:
        # a session of its own: Ctrl-C in the terminal reaches only us, and we stop the children in order
        return lifeline.start(
            command,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**settled(), **environment},
            start_new_session=True,
        )


def _answers(url: str, process: subprocess.Popen[bytes], seconds: float = 300) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  (our own address)
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def program() -> int:
    """`main`, with a disk that takes no writes told in a sentence."""
    try:
        return main()
    except Exception as error:
        told = error if isinstance(error, AuditError | ModelError) else disk_error(error)
        if told is None:
            raise
        print(f"Error: {visible(str(told))}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(program())
