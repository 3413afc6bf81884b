"""The one script of our own that pages run: served by this server, and named in the page that Streamlit serves.

The content policy lets no script run that stands in a page itself, ours neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

PATH = "/assay-navigation.js"
SCRIPT = Path(__file__).with_name("navigation.js")
TAG = f'<script src="{PATH}" defer></script>'.encode()
_MEANT = b"</head>"
_STALE = (b"etag", b"last-modified", b"content-length")
"""Headers that are of the page without the tag."""


class OwnScript:
    """ASGI middleware that answers for the script, and puts its tag into pages."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.script = SCRIPT.read_bytes()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer, or pass the request on; a page comes back with the tag."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        if scope["path"] == PATH:
            await _answer(send, self.script)
            return
        await self.app(_whole(scope), receive, _Tagged(send))


class _Tagged:
    """Sends on what it is given; a page once it is there whole, with the tag in it."""

    def __init__(self, send: Any) -> None:
        self.send = send
        self.start: Any = None
        self.body = b""

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._page()

    async def _page(self) -> None:
        body = self.body.replace(_MEANT, TAG + _MEANT, 1)
        kept = [(name, value) for name, value in self.start["headers"] if name.lower() not in _STALE]
        length = (b"content-length", str(len(body)).encode())
        await self.send({**self.start, "headers": [*kept, length]})
        await self.send({"type": "http.response.body", "body": body})


def _is_page(message: Any) -> bool:
    headers = {name.lower(): value for name, value in message.get("headers", ())}
    html = headers.get(b"content-type", b"").startswith(b"text/html")
    return html and message["status"] == 200 and b"content-encoding" not in headers


def _whole(scope: Any) -> Any:
    """A request as if nothing of the page were kept by the browser, and in no other form than it is."""
    left = (b"if-none-match", b"if-modified-since", b"range")
    if Path(scope["path"]).suffix:  # no page: a file may come in parts, packed, or not at all
        return scope
    headers = [(name, b"identity" if name.lower() == b"accept-encoding" else value)
               for name, value in scope["headers"] if name.lower() not in left]  # fmt: skip
    extensions = {
        name: value for name, value in scope.get("extensions", {}).items() if name != "http.response.pathsend"
    }
    return {**scope, "headers": headers, "extensions": extensions}


async def _answer(send: Any, script: bytes) -> None:
    headers = [
        (b"content-type", b"text/javascript; charset=utf-8"), (b"content-length", str(len(script)).encode()),
        (b"cache-control", b"no-cache"),
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": script})
