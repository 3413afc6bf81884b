"""`python -m dashboard.server`: the pages alone, as an ASGI app behind one door.

`python -m dashboard` starts this beside a worker. How Streamlit itself is set stands in `.streamlit/config.toml` beside
the pages, and is the only such file that is read.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:  # the folder it is called from is no place to import from
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

import argparse
import functools
import re
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from audit import lifeline
from dashboard.door.hosts import LOOPBACK_NAMES, is_loopback
from models.errors import SettingsError
from models.places import REPOSITORY, setting
from models.visible import visible

APP = Path(__file__).with_name("app.py")
OPEN = "ASSAY_NO_TOKEN"
"""Set to 1 by `--no-token`, and by nothing else: an assay.toml cannot open the door."""
LAST_PORT = 65_535
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,252})|[0-9a-f:]{2,39}")
ELSEWHERE = (
    "Error: {address} can be reached from other machines, and this Assay has no login that would tell its users apart. "
    "Leave --address out (127.0.0.1) and reach it through a tunnel, for example ssh -L 8501:localhost:8501 MACHINE."
)
NO_ADDRESS = (
    "Error: '{address}' is no address to listen on; leave --address and ASSAY_ADDRESS out for 127.0.0.1, or give localhost, "
    "127.0.0.1 or ::1."
)


def refusal(address: str) -> str | None:
    """Why an address is not listened on; None where it can be reached from this machine alone."""
    if is_loopback(address):
        return None
    try:
        ip_address(address.strip("[]").split("%")[0])
    except ValueError:
        named = re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+", address)
        if named is None:
            return NO_ADDRESS.format(address=visible(address)[:80])
    return ELSEWHERE.format(address=address)


def host_names() -> tuple[str, ...]:
    """The names this server answers to: those of the loopback address, and the setting `hosts` (comma-separated).

    Raises:
        SettingsError: one of them can be no name in a request, so that it would never be answered to.
    """
    further = [name.strip().lower().rstrip(".") for name in (setting("hosts") or "").split(",")]
    for name in filter(None, further):
        if not _HOST.fullmatch(name):
            raise SettingsError(
                f"The setting hosts (ASSAY_HOSTS) names '{name[:80]}'; give names of hosts alone, comma-separated, without "
                "scheme, port or wildcard."
            )
    return (*LOOPBACK_NAMES, *(name for name in further if name))


def counted(least: int, most: int) -> Callable[[str], int]:
    """The type of an option that is a whole number from `least` to `most`."""

    def read(said: str) -> int:
        if not (said.isascii() and said.isdigit() and len(said) < 10 and least <= int(said) <= most):
            raise argparse.ArgumentTypeError(f"give a whole number from {least:,} to {most:,}, not '{said[:40]}'")
        return int(said)

    return read


def build() -> Any:
    """The ASGI app; for `uvicorn --no-server-header --factory dashboard.server:build` as well."""
    import streamlit as st
    from starlette.middleware import Middleware

    from audit.actor import local_user
    from dashboard.door.door import Door
    from dashboard.door.headers import SecurityHeaders
    from dashboard.door.own_script import OwnScript
    from dashboard.door.redraws import in_order
    from dashboard.door.secret import token
    from dashboard.door.uploads import UploadQuota

    os.umask(0o077)
    _own_settings()
    in_order()
    key = None if os.environ.get(OPEN) == "1" else token()
    stack = [
        Middleware(SecurityHeaders),
        Middleware(Door, names=host_names(), token=key, actor=local_user("open" if key is None else "token")),
        Middleware(UploadQuota),
        Middleware(OwnScript),
    ]
    return st.App(APP, middleware=stack)


def _own_settings() -> None:
    """Let Streamlit read the file beside the pages and no other: what that leaves unsaid a folder's own could open."""
    from streamlit import config

    config.get_config_files = lambda file_name: [str(APP.parent / ".streamlit" / file_name)]
    config.get_config_options(force_reparse=True)


def _unnamed() -> None:
    """Leave out the header that says which server answers. Streamlit starts uvicorn without asking how."""
    import uvicorn

    uvicorn.Config = functools.partial(uvicorn.Config, server_header=False)  # type: ignore[assignment,misc]


def main() -> int:
    """Serve until ended; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.server", description="Serve the pages, without a worker."
    )
    parser.add_argument("--port", type=counted(1, LAST_PORT), default=8501)
    parser.add_argument("--address", default="127.0.0.1", help="address to listen on; one of this machine alone")
    parser.add_argument("--no-token", action="store_true", help="let in whoever reaches the address; for tests")
    arguments = parser.parse_args()
    if (refused := refusal(arguments.address)) is not None:
        print(refused, file=sys.stderr)
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
