"""A PostgreSQL server of its own for the tests, in a temporary folder, on a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _user() -> str | None:
    """The user to run as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _program(name: str) -> str | None:
    """A program of PostgreSQL; Debian's lie beside the PATH, a folder for each version."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4))
    return shutil.which(name) or next((str(path / name) for path in reversed(places) if (path / name).exists()), None)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server, `{}` in place of the database; skips where PostgreSQL is not installed."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL is not installed: initdb and pg_ctl are neither on the PATH nor where Debian has them")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="assay-pg-", dir="/tmp"))  # a socket's path must be short
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=folder)

    try:
        run(initdb, "-D", str(data), "-U", "assay", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        log = str(folder / "log")
        run(pg_ctl, "-D", str(data), "-l", log, "-w", "-o", f"-k {folder} -h ''", "start")
        try:
            yield f"postgresql://assay@/{{}}?host={folder}"
        finally:
            run(pg_ctl, "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def emptied(url: str) -> str:
    """Empty a database and return its URL with the driver named."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS dbos CASCADE")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url.replace("postgresql://", "postgresql+psycopg://")
