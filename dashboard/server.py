"""`python -m dashboard.server`: the pages alone, as an ASGI app behind one door.

`python -m dashboard` starts this beside a worker. How Streamlit itself is set stands in `.streamlit/config.toml` beside
the pages, where Streamlit finds it whatever folder the server is started from.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:  # the folder it is called from is no place to import from
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

import argparse
import functools
from pathlib import Path
from typing import Any

from audit import lifeline
from dashboard.door.hosts import LOOPBACK_NAMES, is_loopback
from models.places import REPOSITORY, setting

APP = Path(__file__).with_name("app.py")
OPEN = "ASSAY_NO_TOKEN"
"""Set to 1 by `--no-token`, and by nothing else: an assay.toml cannot open the door."""
ELSEWHERE = (
    "Error: {address} can be reached from other machines, and this Assay has no login that would tell its users apart. "
    "Leave --address out (127.0.0.1) and reach it through a tunnel, for example ssh -L 8501:localhost:8501 MACHINE."
)


def host_names() -> tuple[str, ...]:
    """The names this server answers to: those of the loopback address, and the setting `hosts` (comma-separated)."""
    further = [name.strip().lower().rstrip(".") for name in (setting("hosts") or "").split(",")]
    return (*LOOPBACK_NAMES, *(name for name in further if name))


def build() -> Any:
    """The ASGI app; for `uvicorn --no-server-header --factory dashboard.server:build` as well."""
    import streamlit as st
    from starlette.middleware import Middleware

    from audit.actor import local_user
    from dashboard.door.door import Door
    from dashboard.door.headers import SecurityHeaders
    from dashboard.door.secret import token
    from dashboard.door.uploads import UploadQuota

    os.umask(0o077)
    key = None if os.environ.get(OPEN) == "1" else token()
    stack = [
        Middleware(SecurityHeaders),
        Middleware(Door, names=host_names(), token=key, actor=local_user("open" if key is None else "token")),
        Middleware(UploadQuota),
    ]
    return st.App(APP, middleware=stack)


def _unnamed() -> None:
    """Leave out the header that says which server answers. Streamlit starts uvicorn without asking how."""
    import uvicorn

    uvicorn.Config = functools.partial(uvicorn.Config, server_header=False)  # type: ignore[assignment,misc]


def main() -> int:
    """Serve until ended; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.server", description="Serve the pages, without a worker."
    )
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="127.0.0.1", help="address to listen on; one of this machine alone")
    parser.add_argument("--no-token", action="store_true", help="let in whoever reaches the address; for tests")
    arguments = parser.parse_args()
    if not is_loopback(arguments.address):
        print(ELSEWHERE.format(address=arguments.address), file=sys.stderr)
        return 2
    if arguments.no_token:
        os.environ[OPEN] = "1"
    if str(REPOSITORY) not in sys.path:
        sys.path.insert(0, str(REPOSITORY))
    _unnamed()
    config = {"server.port": arguments.port, "server.address": arguments.address, "server.headless": True}
    build().run(config={**config, "server.allowedHosts": list(host_names())})
    return 0


if __name__ == "__main__":
    lifeline.follow()
    sys.exit(main())
