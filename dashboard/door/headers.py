"""The headers every answer carries: text that an analyst uploads can neither run a script nor make a browser call out."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

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
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
PRIVATE = ("/media/", "/_stcore/")
"""Paths whose answers hold what was audited: no cache of any kind keeps them."""


def policy() -> str:
    """`POLICY` with the hashes of the inline scripts that Streamlit's own page holds."""
    import streamlit

    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return POLICY.format(hashes=" ".join(f"'sha256-{digest}'" for digest in digests))


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` and the content policy to every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.headers = {b"content-security-policy": policy().encode(), **HEADERS}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on; add the headers to what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        private = {b"cache-control": b"no-store"} if scope["path"].startswith(PRIVATE) else {}
        added = {**self.headers, **private}

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in added]
                message = {**message, "headers": [*kept, *added.items()]}
            await send(message)

        await self.app(scope, receive, with_headers)
