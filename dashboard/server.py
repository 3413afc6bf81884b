"""`python -m dashboard.server`: the pages alone, as an ASGI app with the headers a browser should be given.

`python -m dashboard` starts this beside a worker. The policy allows nothing from elsewhere: text that an analyst
uploads can neither run a script nor make the browser call another host.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import sys
from pathlib import Path
from typing import Any

from audit import lifeline
from models.places import REPOSITORY

APP = Path(__file__).with_name("app.py")

POLICY = "; ".join((
    "default-src 'self'",
    "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' {hashes}",  # Plotly compiles its shaders
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",  # covers the page's own websocket
    "worker-src 'self' blob:",
    "frame-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
LOOPBACK = ("127.0.0.1", "::1")
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}


def policy() -> str:
    """`POLICY` with the hashes of the inline scripts that Streamlit's own page holds."""
    import streamlit

    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return POLICY.format(hashes=" ".join(f"'sha256-{digest}'" for digest in digests))


class SecurityHeaders:
    """Adds `HEADERS` and the content policy to every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.headers = {b"content-security-policy": policy().encode(), **HEADERS}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on; add the headers to what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in self.headers]
                message = {**message, "headers": [*kept, *self.headers.items()]}
            await send(message)

        await self.app(scope, receive, with_headers)


def build() -> Any:
    """The ASGI app; for `uvicorn --factory dashboard.server:build` as well."""
    import streamlit as st
    from starlette.middleware import Middleware

    return st.App(APP, middleware=[Middleware(SecurityHeaders)])


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.server", description="Serve the pages, without a worker."
    )
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="127.0.0.1")
    arguments = parser.parse_args()
    if str(REPOSITORY) not in sys.path:
        sys.path.insert(0, str(REPOSITORY))
    config = {"server.port": arguments.port, "server.address": arguments.address, "server.headless": True}
    if arguments.address in LOOPBACK:  # another site's name that resolves to this machine is turned away
        config["server.allowedHosts"] = [*LOOPBACK, "localhost"]
    build().run(config=config)


if __name__ == "__main__":
    lifeline.follow()
    main()
