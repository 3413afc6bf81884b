"""The one door: every request and every socket passes here before Streamlit sees it.

In this order: the server listens where it may, the Host is one of its names, the Origin is its own, and whoever asks
holds the token (in a cookie that a page cannot read, or as a bearer token from a program). Pages, uploads, downloads
and the socket all pass: there is no other way in. What is known of whoever asks is an `Actor`, kept in
`scope["state"]["actor"]` and told to the pages by a header (`dashboard.door.actor`); another way of logging in gives another
Actor in `Door.known` and changes nothing behind it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from audit.actor import Actor
from audit.language.translating import speaking, tr
from dashboard.door import pages, secret
from dashboard.door.actor import with_actor
from dashboard.door.hosts import host_allowed, host_name, is_loopback, origin_allowed
from dashboard.language import preferred

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Any, Send], Awaitable[None]]

HEALTH = "/_stcore/health"
"""Answered to everybody: it says `ok`, and a supervisor may ask it. Nothing else is."""
PARAMETER = "token"
_HTML = (b"content-type", b"text/html; charset=utf-8")
_KEEP_NOT = (b"cache-control", b"no-store")


class Door:
    """ASGI middleware that lets in whoever holds the token.

    Args:
        app: what stands behind it.
        names: host names this server answers to.
        token: the secret; None lets in whoever reaches the address (`--no-token`, for tests).
        actor: who the holder of the token is.
    """

    def __init__(self, app: App, *, names: Collection[str], token: str | None, actor: Actor) -> None:
        self.app = app
        self.names = frozenset(names)
        self.token = token
        self.actor = actor

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer for the app, or pass the request on."""
        if scope["type"] not in {"http", "websocket"}:  # start and end of the server
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == HEALTH and scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        with speaking(preferred(headers.get("accept-language", ""))):
            await self._admit(scope, receive, send, headers)

    async def _admit(self, scope: Scope, receive: Any, send: Send, headers: dict[str, str]) -> None:
        host, origin = headers.get("host"), headers.get("origin")
        fault = self._misplaced(scope, host, origin)
        if fault:
            await _refuse(scope, send, 403, pages.refused(tr("This request was turned away"), fault))
        elif self.token is not None and scope["type"] == "http" and await self._knock(scope, host, send):
            pass
        elif (actor := self.known(headers, host)) is None:
            page = pages.onward(_address(scope)) if _from_a_link(scope, headers) else pages.locked()
            await _refuse(scope, send, 401, page)
        else:
            scope.setdefault("state", {})["actor"] = actor
            scope["headers"] = with_actor(scope["headers"], actor)
            await self.app(scope, receive, send)

    def _misplaced(self, scope: Scope, host: str | None, origin: str | None) -> str:
        """Why nobody may ask like this, whatever token they hold; empty where they may."""
        server = scope.get("server")
        if server and server[1] is not None and not is_loopback(str(server[0])):
            return tr(
                "Assay answers on this machine's own address (127.0.0.1) only, because it has no login that would tell "
                "its users apart. Reach it through a tunnel, for example ssh -L 8501:localhost:8501 MACHINE."
            )
        if not host_allowed(host, self.names):
            names = ", ".join(sorted(self.names))
            if not (name := host_name(host)):
                return tr(
                    "Assay does not answer to the name (none). Use {names}, or name further ones in the setting hosts "
                    "(ASSAY_HOSTS).",
                    names=names,
                )
            return tr(
                "Assay does not answer to the name {name}. Use {names}, or name further ones in the setting hosts "
                "(ASSAY_HOSTS).",
                name=name,
                names=names,
            )
        if not origin_allowed(origin, host):
            return tr("A page of another site asked for this. Open Assay's own address in a tab of its own.")
        return ""

    async def _knock(self, scope: Scope, host: str | None, send: Send) -> bool:
        """Exchange the token of an address for a cookie; whether that answered the request."""
        if scope["method"] != "GET":
            return False
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        offered = [value for name, value in query if name == PARAMETER]
        if self.token is None or not offered:
            return False
        rest = urlencode([(name, value) for name, value in query if name != PARAMETER])
        # a server that logs addresses reads it there once it is answered
        scope["query_string"] = rest.encode("latin-1")
        if not secret.is_token(offered[-1], self.token):
            return False
        cookie = f"{secret.cookie_name(host)}={secret.cookie_value(self.token)}; Path=/; HttpOnly; SameSite=Strict"
        cookie += f"; Max-Age={secret.COOKIE_SECONDS}" + ("; Secure" if scope["scheme"] == "https" else "")
        await _answer(send, 200, pages.onward(_address(scope, rest)), (b"set-cookie", cookie.encode("latin-1")))
        return True

    def known(self, headers: dict[str, str], host: str | None) -> Actor | None:
        """Who asks; None where nobody who may come in does."""
        return self.actor if self.token is None or _holds(self.token, headers, host) else None


def _holds(token: str, headers: dict[str, str], host: str | None) -> bool:
    """Whether a request brings the token, as a bearer's or in a cookie."""
    scheme, _, offered = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.is_token(offered.strip(), token):
        return True
    try:
        jar = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return False
    held = jar.get(secret.cookie_name(host))
    return held is not None and secret.is_token(held.value, secret.cookie_value(token))


def _headers(scope: Scope) -> dict[str, str]:
    """Headers by lower-case name. A name given twice with different values is left out: it is nobody's honest request."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for raw, value in scope["headers"]:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        if name == "cookie" and name in found:  # HTTP/2 may split them
            found[name] += "; " + text
            continue
        if found.setdefault(name, text) != text:
            twice.add(name)
    return {name: text for name, text in found.items() if name not in twice or name not in {"host", "authorization"}}


def _from_a_link(scope: Scope, headers: dict[str, str]) -> bool:
    """Whether a link of another site led here: the browser then keeps the strict cookie back, once."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") == "navigate"


def _address(scope: Scope, query: str | None = None) -> str:
    """Path and query within this server; never another host, whatever the path looks like."""
    path = "/" + quote(scope["path"].lstrip("/\\"), safe="/")
    asked = scope["query_string"].decode("latin-1") if query is None else query
    return f"{path}?{asked}" if asked else path


async def _refuse(scope: Scope, send: Send, status: int, page: bytes) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the server answers 403
    else:
        await _answer(send, status, page)


async def _answer(send: Send, status: int, page: bytes, *more: tuple[bytes, bytes]) -> None:
    length = (b"content-length", str(len(page)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [_HTML, _KEEP_NOT, length, *more]})
    await send({"type": "http.response.body", "body": page})
